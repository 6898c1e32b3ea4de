"""The build process that stays: the same bytes each time, events alone on its standard output."""

from __future__ import annotations

import json

from tests.engine.house import (
    AT,
    Living,
    engine,
    generation,
    post,
    product,
    request,
    site,
    write,
)

LOUD = """\
import os
import sys
from pelican import signals

print("printed while imported")

def say(generator):
    print("printed by a handler")
    sys.stdout.flush()
    os.write(1, b"written to the first file\\n")
    os.system("echo said by a child")

def register():
    print("printed by register")
    signals.article_generator_finalized.connect(say)
"""
MARK = """\
from pathlib import Path
from pelican import signals

def mark(pelican):
    (Path(pelican.output_path) / "mark.txt").write_text("here", "utf-8")

def register():
    signals.finalized.connect(mark)
"""


def folder(place, *names, body="Text."):
    return write(
        place,
        {
            "site.toml": site(*names),
            "products/membership.md": product("membership", "[paid]"),
            "posts/a.md": post(body, title="A", date="2026-01-01"),
            "posts/b.md": post(
                "Open.\n\n<!-- paywall -->\n\nClosed words[^n].\n\n[^n]: A note.",
                title="B",
                access="paid",
            ),
        },
    )


def test_requests_one_after_the_other_give_what_fresh_processes_give(tmp_path):
    bodies = ["Two [b](b.md).", "# Other\n\nThree[^x].\n\n[^x]: Note.", "Two [b](b.md)."]
    fresh: dict[str, dict[str, bytes]] = {}
    with Living() as process:
        for body in bodies:
            content = folder(tmp_path / "content", body=body)
            assert process.ask(request(content, tmp_path / "out")).ok
            if body not in fresh:
                place = tmp_path / f"fresh{len(fresh)}"
                assert engine(content, place).ok
                fresh[body] = generation(place)
            assert generation(tmp_path / "out") == fresh[body]


def test_another_folder_and_another_order_leave_no_trace(tmp_path):
    one, two = folder(tmp_path / "one"), folder(tmp_path / "two", body="Other words.")
    with Living() as process:
        assert process.ask(request(one, tmp_path / "out1")).ok
        first = generation(tmp_path / "out1")
        assert process.ask(
            request(two, tmp_path / "out2", drafts=True, url="http://127.0.0.1:1", lang="zh")
        ).ok
        write(one, {"posts/a.md": post("![x", title="A", access="nope")})
        assert not process.ask(request(one, tmp_path / "out1")).ok
        folder(tmp_path / "one")
        assert process.ask(request(one, tmp_path / "out3")).ok
        assert generation(tmp_path / "out1") == generation(tmp_path / "out3") == first


def test_a_plugin_comes_and_goes_between_requests(tmp_path):
    mine = write(tmp_path / "mine", {"marking.py": MARK})
    with Living((mine,)) as process:
        seen = []
        for names in ([], ["marking"], [], ["marking"]):
            ran = process.ask(request(folder(tmp_path / "content", *names), tmp_path / "out"))
            assert ran.ok, ran.errors
            seen.append((tmp_path / "out/public/mark.txt").exists())
        assert seen == [False, True, False, True]
        ended = process.close()
    assert (ended.code, ended.out) == (0, "")


def test_requests_sent_ahead_are_answered_when_plugins_change(tmp_path):
    mine = write(tmp_path / "mine", {"marking.py": MARK})
    one, two = folder(tmp_path / "one"), folder(tmp_path / "two", "marking")
    lines = tuple(request(c, tmp_path / f"out{n}") for n, c in enumerate((one, two, one, two)))
    ran = engine(one, tmp_path / "out", paths=(mine,), lines=lines)
    assert [event["ok"] for event in ran.events if event["event"] == "done"] == [True] * 4
    marked = [(tmp_path / f"out{n}/public/mark.txt").exists() for n in range(4)]
    assert marked == [False, True, False, True]


def test_a_plugin_that_cannot_be_had_is_tried_again(tmp_path):
    (tmp_path / "mine").mkdir()
    with Living((tmp_path / "mine",)) as process:
        content = folder(tmp_path / "content", "marking")
        assert not process.ask(request(content, tmp_path / "out")).ok
        assert process.ask(request(folder(tmp_path / "content"), tmp_path / "out")).ok
        write(tmp_path / "mine", {"marking.py": MARK})
        assert process.ask(request(folder(content, "marking"), tmp_path / "out")).ok
        assert (tmp_path / "out/public/mark.txt").exists()


def test_standard_output_carries_events_alone(tmp_path):
    mine = write(tmp_path / "mine", {"loud.py": LOUD})
    ran = engine(folder(tmp_path / "content", "loud"), tmp_path / "out", paths=(mine,))
    assert ran.ok, ran.errors
    assert {event["event"] for event in ran.events} <= {"progress", "problem", "done"}
    for said in ("while imported", "by a handler", "by register", "first file", "by a child"):
        assert said in ran.err
        assert said not in ran.out


def test_the_end_of_its_input_ends_it(tmp_path):
    with Living() as process:
        assert process.close().code == 0


def test_empty_lines_are_passed_over(tmp_path):
    content = folder(tmp_path / "content")
    ran = engine(content, tmp_path / "out", lines=("", request(content, tmp_path / "out"), "  "))
    assert ran.code == 0
    assert ran.ok


def test_a_line_that_is_no_request_is_answered_and_does_no_harm(tmp_path):
    content = folder(tmp_path / "content")
    with Living() as process:
        for line in ("garbage", "{}", "[1]", '{"content": 1, "output": "x", "y": 2}'):
            ran = process.ask(line)
            assert not ran.ok, line
            assert ran.errors, line
        assert process.ask(request(content, tmp_path / "out")).ok


def test_progress_runs_forward_through_every_step(tmp_path):
    ran = engine(folder(tmp_path / "content"), tmp_path / "out")
    steps = list(dict.fromkeys(e["step"] for e in ran.events if e["event"] == "progress"))
    assert steps[0] == "read"
    assert steps[-1] == "switch"
    assert all(0 <= e["done"] <= e["total"] for e in ran.events if e["event"] == "progress")


def test_a_check_leaves_the_generation_alone_and_says_the_same(tmp_path):
    content = folder(tmp_path / "content")
    assert engine(content, tmp_path / "out").ok
    before = generation(tmp_path / "out")
    write(content, {"posts/a.md": post("Changed.", title="A")})
    ran = engine(content, tmp_path / "out", do="check")
    assert ran.ok
    assert generation(tmp_path / "out") == before


def test_done_counts_what_there_is(tmp_path):
    content = folder(tmp_path / "content")
    write(content, {"posts/later.md": post("Later.", title="Later", date="2027-01-01 08:00")})
    done = engine(content, tmp_path / "out").done
    counts = done["counts"]
    assert (counts["posts"], counts["products"], counts["scheduled"]) == (2, 1, 1)
    assert done["next"] == "2027-01-01T00:00:00Z"
    assert done["scheduled"][0]["path"] == "posts/later.md"
    assert json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))["built_at"] == AT
