"""The driver of the build process, with processes that behave badly."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from publish import build, processes
from publish.build import ENGINE, Worker, build_once
from publish.contract.report import Event, Progress, Request
from publish.trouble import Trouble

ROOT = Path(build.__file__).parents[1]
STANDIN = Path(__file__).with_name("standin.py")
REQUEST = Request(content="/content", output="/output")


def standin(mode: str) -> tuple[str, ...]:
    return (sys.executable, str(STANDIN), mode)


def eventually(true: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"


@pytest.fixture
def worker() -> Iterator[Callable[[str], Worker]]:
    made: list[Worker] = []

    def make(mode: str) -> Worker:
        made.append(Worker(standin(mode)))
        return made[-1]

    yield make
    for each in made:
        each.close(patience=0)


def test_a_build_returns_its_end_and_its_problems(worker):
    """What the process says reaches the listener in order, problems and end the caller."""
    heard: list[Event] = []
    outcome = worker("works").build(REQUEST, heard.append)
    assert outcome.done.ok
    assert outcome.done.counts == {"posts": 2, "pages": 1, "products": 0}
    assert [str(each) for each in outcome.of("warning")] == ["posts/b.md:2: a warning"]
    assert [type(each).__name__ for each in heard] == ["Progress", "Said", "Done"]


def test_a_worker_lives_on_between_builds(worker):
    """Two builds are answered by one process."""
    pids: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, Progress):
            pids.append(event.text)

    one = worker("works")
    one.build(REQUEST, listen)
    one.build(REQUEST, listen)
    assert len(pids) == 2
    assert pids[0] == pids[1]


def test_a_failed_build_is_an_outcome(worker):
    outcome = worker("fails").build(REQUEST)
    assert not outcome.done.ok
    assert [str(each) for each in outcome.of("error")] == [
        'posts/a.md:4: price "12" has no currency (write "12 CNY")'
    ]


def test_a_process_that_dies_is_a_failure_with_its_last_words(worker):
    """Exit code, last words, and what it said before are all kept."""
    outcome = worker("dies").build(REQUEST)
    assert not outcome.done.ok
    assert (outcome.done.errors, outcome.done.warnings) == (1, 1)
    assert "(exit code 7)" in outcome.of("error")[0].text
    assert outcome.tail == ("Traceback: it was the butler",)


def test_after_a_death_the_next_build_starts_a_new_process(worker):
    one = worker("dies")
    one.build(REQUEST)
    assert "(exit code 7)" in one.build(REQUEST).of("error")[0].text


def test_a_death_is_told_in_the_creators_language(worker):
    outcome = worker("dies").build(Request(content="/c", output="/o", lang="zh"))
    assert outcome.of("error")[0].text == "构建进程没做完就结束了（退出码 7）"


def test_a_process_that_stops_talking_is_killed(worker, monkeypatch):
    """A closed stdout is an end, even when the process itself goes on."""
    monkeypatch.setattr(build, "PATIENCE", 0.1)
    outcome = worker("silent").build(REQUEST)
    assert not outcome.done.ok
    assert "(exit code -9)" in outcome.of("error")[0].text


def test_stray_lines_do_not_disturb_a_build(worker):
    """A plugin that prints, and a line that is nearly an event, are passed over."""
    assert worker("garbage").build(REQUEST).done.ok


def test_a_flood_on_stderr_blocks_nothing_and_is_not_kept(worker):
    one = worker("loud")
    assert one.build(REQUEST).done.ok
    assert one._running is not None
    assert sum(map(len, one._running.tail)) <= 20 * 500


def test_a_program_that_does_not_exist_is_trouble():
    with pytest.raises(Trouble, match="no-such-program"):
        Worker(("/no-such-program",)).build(REQUEST)


def test_closing_asks_first(worker):
    """An idle process ends by itself when its stdin does: exit code 0, not -9."""
    one = worker("works")
    one.build(REQUEST)
    assert one._running is not None
    process = one._running.process
    one.close()
    assert process.returncode == 0


def test_an_interrupted_build_kills_the_process_and_its_children():
    """Leaving the block by an error ends the whole group at once."""
    pids: list[int] = []

    def interrupt(event: Event) -> None:
        assert isinstance(event, Progress)
        pids.extend(int(pid) for pid in event.text.split()[1:])
        raise KeyboardInterrupt

    def interrupted() -> None:
        with Worker(standin("hangs")) as one:
            one.build(REQUEST, interrupt)

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(pids) == 2
    eventually(lambda: not any(alive(pid) for pid in pids))


def test_build_once_leaves_no_process(monkeypatch):
    """One build, one process, gone afterwards."""
    monkeypatch.setattr(build, "ENGINE", standin("works"))
    pids: list[int] = []
    build_once(REQUEST, lambda e: pids.append(int(e.text)) if isinstance(e, Progress) else None)
    assert len(pids) == 1
    assert not alive(pids[0])


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_command_and_children_quietly(tmp_path, number, code):
    """Ctrl-C and a polite kill leave neither process nor stack trace."""
    (tmp_path / "site.toml").write_text("")
    script = (
        "import signal, sys, publish.build as b, publish.commands.driving as d\n"
        "from contextlib import contextmanager\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # off in background jobs
        f"b.ENGINE = {standin('hangs')!r}\n"
        "@contextmanager\n"
        "def heard(*told, **more):\n"
        "    yield lambda event: print(event.text, flush=True)\n"
        "d.progress = heard\n"
        "from publish.cli import main\n"
        "sys.exit(main(['build']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stderr
    pids = [int(pid) for pid in process.stdout.readline().split()[1:]]
    assert len(pids) == 2
    process.send_signal(number)
    assert process.wait(10) == code
    assert process.stderr.read().strip() == ""
    eventually(lambda: not any(alive(pid) for pid in pids))
    process.stdout.close()
    process.stderr.close()


def test_a_folder_named_plugins_where_the_creator_stands_is_not_ours():
    """The engine is found beside `publish`, never in the current folder (-P)."""
    assert ENGINE[:2] == (sys.executable, "-P")
    assert processes.environ()["PYTHONPATH"].split(os.pathsep)[0] == str(ROOT)
