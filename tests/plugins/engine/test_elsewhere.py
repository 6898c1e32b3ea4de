"""The names under which a post's copies are shown."""

from __future__ import annotations

import pytest

from plugins.engine.elsewhere import copies
from plugins.engine.views import Link
from plugins.snippets import rules
from plugins.snippets.values import Platform
from publish.contract.syndication import read
from tests.plugins.creator import read as read_folder

LEDGER, _ = read(
    '[a.weibo]\nurl = "https://weibo.example/1"\n'
    '["zh/a".weibo]\nurl = "https://weibo.example/2"\n'
    '[a.jike]\nurl = "https://www.jike.example:8443/1"\n'
    '[a.x]\nurl = "https://x.example/1"\n'
)


@pytest.fixture
def entry(tmp_path):
    loaded = read_folder(
        tmp_path, {"posts/a.md": "Text", "posts/zh/a.md": "文字", "posts/b.md": "T"}
    )
    return lambda source: loaded.entry(f"posts/{source}.md")


def named(entry, own=None):
    return copies(LEDGER, entry, {**rules.pack(), **(own or {})})


def test_platforms_are_called_as_the_language_of_the_post_calls_them(entry):
    names = rules.pack()["weibo"].names
    assert names["zh"] != names["en"]
    assert named(entry("a"))[0] == Link(names["en"], "https://weibo.example/1", code="weibo")
    assert [each.name for each in named(entry("zh/a"))] == [names["zh"]]


def test_a_place_that_we_do_not_know_is_called_by_its_host(entry):
    assert [each.name for each in named(entry("a"))][1:] == [
        "jike.example",
        rules.pack()["x"].names["en"],
    ]


def test_a_platform_of_the_creators_own_is_called_as_they_call_it(entry):
    own = {"jike": Platform("jike", {"zh": "即刻", "en": "Jike"}, "short", "text")}
    assert named(entry("a"), own)[1].name == "Jike"
    unnamed = {"jike": Platform("jike", {}, "short", "text")}
    assert named(entry("a"), unnamed)[1].name == "jike"


def test_a_post_that_was_posted_nowhere_has_no_copies(entry):
    assert named(entry("b")) == ()
