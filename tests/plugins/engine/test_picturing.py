"""The process that makes pictures: it hears of kits and says what became of each."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from plugins.engine import picturing
from plugins.engine.picturing import Order
from plugins.snippets import making
from plugins.snippets.pictures import making as pictures
from plugins.snippets.values import Limit, Platform
from publish.contract import snippets as contract
from tests.conftest import ROOT
from tests.plugins.snippets.pictures.drawing import POST, card

RED = Platform(
    id="red",
    names={"en": "Red"},
    form="short",
    format="text",
    limits={"pictures": Limit(3, "items")},
    pictures=("1:1", "pages"),
)
OTHER = replace(RED, id="other", pictures=("2.35:1",), limits={})


@pytest.fixture(autouse=True)
def _fonts():
    card()


def kit(place, name, post=POST, platforms=(RED,)):
    """Write the kit of a post as a build does and return its folder."""
    rules = making.rules_of(platforms)
    folder = place / name
    folder.mkdir(parents=True)
    for file, data in making.files(post, rules, making.show(post, rules)).items():
        (folder / file).write_bytes(data)
    (place / rules.file).write_text(rules.text, "utf-8")
    return folder


def told(tmp_path, *folders, lang="en"):
    events = []
    order = Order(tuple(map(str, folders)), str(tmp_path / "cache"), lang)
    picturing.do(order, events.append)
    return events


def test_pictures_lie_beside_the_kit_and_the_kit_knows_them(tmp_path):
    folder = kit(tmp_path, "a", replace(POST, html="<p>一段字。</p>" * 60))
    *progress, last = told(tmp_path, folder)
    names = ["cover-1x1.png", "page-01.png", "page-02.png", "page-03.png"]
    assert last == {"folder": str(folder), "made": names, "error": ""}
    assert [(each["done"], each["total"]) for each in progress] == [(n, 4) for n in range(5)]
    assert [each.file for each in contract.load(folder).pictures] == names
    assert all((folder / name).is_file() for name in names)


def test_a_platform_that_is_turned_off_wants_no_pictures(tmp_path):
    post = replace(POST, own=replace(POST.own, off=("red",)))
    folder = kit(tmp_path, "a", post, (RED, OTHER))
    assert told(tmp_path, folder)[-1]["made"] == ["cover-2.35x1.png"]


def test_a_folder_without_a_kit_is_named_in_the_creators_language(tmp_path):
    (event,) = told(tmp_path, tmp_path / "none", lang="zh")
    assert event["error"] == f"{tmp_path / 'none'} 里没有分发包：请先构建站点"
    assert event["made"] == []


def test_a_missing_font_is_said_and_the_next_kit_is_made_all_the_same(tmp_path):
    rare = kit(tmp_path, "a", replace(POST, title="\U00012345"), (OTHER,))
    good = kit(tmp_path, "b", POST, (OTHER,))
    events = [each for each in told(tmp_path, rare, good) if "made" in each]
    assert "INKSTEAD_FONT=" in events[0]["error"]
    assert events[1]["made"] == ["cover-2.35x1.png"]


@pytest.mark.parametrize("wrong", [5, ["<p>x</p>"], None])
def test_a_kit_that_somebody_changed_by_hand_keeps_no_other_from_its_pictures(tmp_path, wrong):
    bad, good = kit(tmp_path, "a", POST, (OTHER,)), kit(tmp_path, "b", POST, (OTHER,))
    values = json.loads((bad / contract.POST).read_text("utf-8"))
    values["post"]["title"] = wrong
    (bad / contract.POST).write_text(json.dumps(values), "utf-8")
    events = [each for each in told(tmp_path, bad, good) if "made" in each]
    assert events[0]["error"]
    assert events[1]["made"] == ["cover-2.35x1.png"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    folder = kit(tmp_path, "a", POST, (OTHER,))
    (folder / "cover-2.35x1.png").mkdir()
    assert "could not be written" in told(tmp_path, folder)[-1]["error"]


def test_the_process_reads_one_order_and_says_an_event_a_line(tmp_path):
    folders = [str(kit(tmp_path, name, POST, (OTHER,))) for name in "abcde"]
    order = {"version": 1, "folders": folders, "cache": str(tmp_path / "cache"), "lang": "en"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "plugins.engine.picturing"],
        input=json.dumps(order) + "\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        check=True,
    )
    events = [json.loads(line) for line in done.stdout.splitlines()]
    ends = {each["folder"]: each for each in events if "made" in each}
    assert ends == {
        folder: {"folder": folder, "made": ["cover-2.35x1.png"], "error": ""} for folder in folders
    }
    assert {each["done"] for each in events if "done" in each} <= {0, 1}


@pytest.mark.parametrize(
    "line", ["", "[]", "{}", '{"version": 2, "folders": [], "cache": "", "lang": ""}']
)
def test_what_is_no_order_is_refused(line):
    with pytest.raises(ValueError, match=r"order|line 1"):
        picturing.read(line)


def test_every_shape_of_the_rules_can_be_drawn():
    from plugins.snippets.schema import SHAPES

    assert set(SHAPES) <= set(pictures.SHAPES)
