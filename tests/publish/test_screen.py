"""What commands print."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publish.build import Outcome
from publish.contract.catalogue import speak
from publish.contract.report import Done, Pending, Said
from publish.screen import Screen, as_json, from_here, say, table

HERE = Path("/home/lin/my-site")
ERROR = Said("error", "posts/a.md", 4, 'price "12" has no currency (write "12 CNY")')
WARNING = Said("warning", "", 0, "three posts have no date")


def screen(lang="en", content=HERE, here=HERE):
    return Screen(speak(lang), content, here)


def done(**given):
    counts = {"posts": 12, "pages": 1, "products": 0}
    return Done(**{"ok": True, "output": str(HERE / "output"), "counts": counts, **given})


def test_errors_come_first_then_last_words_then_warnings():
    outcome = Outcome(done(ok=False), (WARNING, ERROR), ("Traceback",))
    assert screen().problems(outcome) == [
        'posts/a.md:4: price "12" has no currency (write "12 CNY")',
        "  Traceback",
        "warning: three posts have no date",
    ]
    assert len(screen().problems(outcome, quiet=True)) == 2


def test_a_place_is_a_path_from_where_the_creator_stands(tmp_path):
    site = tmp_path / "my-site"
    (site / "posts").mkdir(parents=True)
    (site / "posts" / "a.md").write_text("")

    def place(here):
        return screen(content=site, here=here).problem(ERROR).split(": ")[0]

    assert place(tmp_path) == "my-site/posts/a.md:4"
    assert place(site / "posts") == "a.md:4"
    assert place(site / "pages") == "../posts/a.md:4"
    assert place(Path("/elsewhere/x")) == f"{site}/posts/a.md:4"


def test_a_place_outside_the_content_is_named_as_it_came():
    engine = Said("error", "theme/templates/post.html", 3, "unexpected end")
    assert screen().problem(engine) == "theme/templates/post.html:3: unexpected end"


def test_far_paths_are_absolute():
    assert from_here(Path("/a/b"), Path("/")) == "a/b"
    assert from_here(Path("/a/b/c"), Path("/a/d")) == "../b/c"
    assert from_here(Path("/a/b"), Path("/x/y/z")) == "/a/b"


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "built 12 posts, 1 page, 0 products in 1.2 s: output (1 draft, 2 warnings)"),
        ("zh", "已生成 12 篇文章、1 个页面、0 个产品，用时 1.2 秒：output（1 篇草稿、2 个警告）"),
    ],
)
def test_the_last_line_sums_up(lang, line):
    built = done(seconds=1.23, drafts=(Pending("a", "A"),), warnings=2)
    assert screen(lang).built(built) == line


def test_a_build_without_anything_to_say_has_no_aside():
    assert screen().built(done()) == "built 12 posts, 1 page, 0 products in 0.0 s: output"


@pytest.mark.parametrize(
    ("lang", "n", "said"),
    [("en", 1, "1 lead magnet"), ("en", 2, "2 lead magnets"), ("zh", 3, "3 份引流礼")],
)
def test_lead_magnets_are_counted_where_there_are_any(lang, n, said):
    built = done(counts={"posts": 1, "pages": 1, "products": 1, "magnets": n})
    assert said in screen(lang).built(built)
    assert said in screen(lang).checked(built)


def test_a_failure_says_what_is_left():
    failed = done(ok=False, errors=3)
    assert screen().not_built(failed, "it stays") == "not built: 3 errors (it stays)"
    assert screen().not_built(failed) == "not built: 3 errors"
    assert screen().not_built(done(ok=False)) == "not built: 1 error"


def test_a_check_sums_up():
    assert screen().checked(done(warnings=1)) == (
        "no errors in 12 posts, 1 page, 0 products (1 warning)"
    )
    assert screen().checked(done(ok=False, errors=1)) == "1 error"


def test_scheduled_posts_stand_in_a_table_with_local_time():
    posts = (
        Pending("posts/很长的名字.md", "标题", "2026-12-23T16:00:00+00:00"),
        Pending("posts/a.md", "Title", "2026-12-24T01:30:00+00:00"),
    )
    assert screen().pending("scheduled:", posts, ZoneInfo("Asia/Shanghai")) == [
        "scheduled:",
        "  2026-12-24 00:00  posts/很长的名字.md  标题",
        "  2026-12-24 09:30  posts/a.md           Title",
    ]
    assert screen().pending("scheduled:", (), ZoneInfo("UTC")) == []


def test_a_column_that_is_empty_is_left_out():
    assert table([("", "a", "b"), ("", "aa", "c")]) == ["a   b", "aa  c"]
    assert table([]) == []


def test_json_holds_everything():
    outcome = Outcome(done(scheduled=(Pending("a", "题", "2026"),)), (ERROR,))
    found = json.loads(as_json(outcome))
    assert found["ok"] is True
    assert found["problems"] == [
        {"level": "error", "path": "posts/a.md", "line": 4, "text": ERROR.text}
    ]
    assert found["scheduled"] == [{"path": "a", "title": "题", "date": "2026"}]
    assert set(found) >= {"counts", "drafts", "output", "seconds", "next", "generation", "warnings"}


def test_what_a_stranger_wrote_does_nothing_to_the_terminal(capsys):
    """A browser names itself, a report an address; the old eight-bit codes are obeyed, too."""
    say(["Evil \x1b[2J\x1b]0;pwn\x07 \x9b2J \r\u202etxt.exe", "墨舍\u3000👩\u200d👧\tb\nc"])
    shown = capsys.readouterr().out
    assert shown == "Evil �[2J�]0;pwn� �2J ��txt.exe\n墨舍\u3000👩\u200d👧\tb\nc\n"
