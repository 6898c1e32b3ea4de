"""The driver of the process for pictures, with processes that behave badly."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from publish import picturing
from publish.trouble import Trouble
from tests.publish.test_build import alive, eventually

STANDIN = Path(__file__).with_name("picturing_standin.py")


@pytest.fixture
def make(tmp_path):
    def made(mode, *names, lang="en", tell=lambda *heard: None):
        folders = [tmp_path / name for name in names]
        program = (sys.executable, str(STANDIN), mode)
        found = picturing.make(folders, tmp_path / "cache", lang, tell, program)
        assert list(found) == folders
        return list(found.values())

    return made


def test_what_was_ordered_is_made_and_told(make, tmp_path):
    heard = []
    assert make("works", "a", "文 b", tell=lambda *told: heard.append(told)) == ["", ""]
    a, b = tmp_path / "a", tmp_path / "文 b"
    assert heard == [(a, 1, 2), (a, 2, 2), (b, 1, 2), (b, 2, 2)]
    order = json.loads((tmp_path / "order.json").read_text())
    assert order == {
        "version": 1,
        "folders": [str(a), str(b)],
        "cache": str(tmp_path / "cache"),
        "lang": "en",
    }


def test_what_is_wrong_with_one_is_said_of_it(make):
    assert make("no font", "a") == ["no font with Chinese characters was found"]


def test_stray_lines_and_a_lot_of_noise_do_no_harm(make):
    assert make("loud", "a") == [""]


def test_a_process_that_dies_keeps_what_it_did_and_says_its_last_words_of_the_rest(make):
    died = "the pictures could not be made (Traceback: it was the butler)"
    assert make("dies", "a", "b", "c") == ["", died, died]
    assert make("dies", "a", "b", lang="zh")[1] == "配图没有做成（Traceback: it was the butler）"


def test_nothing_to_make_starts_nothing(tmp_path):
    assert picturing.make([], tmp_path, "en", program=("/nowhere",)) == {}


def test_a_program_that_is_not_there_is_trouble(tmp_path):
    with pytest.raises(Trouble, match="could not be made"):
        picturing.make([tmp_path], tmp_path, "en", program=("/nowhere",))


def pids(tmp_path):
    return [int(each) for each in (tmp_path / "pids").read_text().split()]


def test_who_is_interrupted_leaves_no_process_behind(make, tmp_path):
    def interrupted(*told):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make("hangs", "a", tell=interrupted)
    eventually(lambda: not any(map(alive, pids(tmp_path))))


def test_all_can_be_stopped_from_another_thread(make, tmp_path):
    started, found = threading.Event(), []
    thread = threading.Thread(
        target=lambda: found.extend(make("hangs", "a", tell=lambda *told: started.set()))
    )
    thread.start()
    assert started.wait(20)
    picturing.stop()
    thread.join(20)
    assert found == ["the pictures could not be made (exit code -9)"]
    eventually(lambda: not any(map(alive, pids(tmp_path))))


def test_a_program_that_ends_takes_its_pictures_process_with_it(tmp_path):
    """Also when a thread is in the midst of waiting for it."""
    code = (
        "import sys, threading, time\n"
        "from pathlib import Path\n"
        "from publish import picturing\n"
        f"folder = Path({str(tmp_path)!r})\n"
        f"program = (sys.executable, {str(STANDIN)!r}, 'hangs')\n"
        "heard = threading.Event()\n"
        "asked = ([folder], folder / 'cache', 'en', lambda *told: heard.set(), program)\n"
        "threading.Thread(target=picturing.make, args=asked, daemon=True).start()\n"
        "heard.wait(20)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=STANDIN.parents[2], timeout=60, check=True)
    eventually(lambda: not any(map(alive, pids(tmp_path))))


def test_the_cache_is_hidden_beside_the_site(tmp_path):
    assert picturing.cache_of(tmp_path).parent == tmp_path
    assert picturing.cache_of(tmp_path).name.startswith(".")
