"""The pack is whole: what the platforms take stands there with its source and its day."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import re
import string
import tomllib
from pathlib import Path

import pytest

from plugins.model.problems import Problems
from plugins.model.site_file import read_site
from plugins.model.snippet_settings import with_own_platforms
from plugins.snippets import rules, schema
from plugins.snippets.counting import COUNTERS

ROOT = Path(__file__).parents[3]
SETTING = re.compile(r"# (\[[a-z.]+\]|[a-z_]+ = .*)$")
PACK = rules.pack()
FULL = (
    "wechat xiaohongshu zhihu weibo zsxq bilibili"
    " x linkedin mastodon bluesky threads substack medium devto newsletter plain"
)
OTHERS = (
    "toutiao baijiahao douyin kuaishou douban facebook instagram reddit hackernews youtube hashnode"
)
# Whoever draws readers off these is punished.
WALLED = ("xiaohongshu", "douyin", "kuaishou")
HAN = "一二三四五六七八九十"


@pytest.fixture(params=list(PACK.values()), ids=list(PACK))
def platform(request):
    return request.param


def test_sixteen_platforms_are_there_in_full_and_eleven_more_by_their_rules():
    assert {id for id, each in PACK.items() if each.full} == set(FULL.split())
    assert {id for id, each in PACK.items() if not each.full} == set(OTHERS.split())


def test_a_limit_has_a_source_that_can_be_looked_up_and_a_day(platform):
    for limit in platform.limits.values():
        assert limit.source.startswith("https://")
        assert datetime.date(2026, 11, 1) <= limit.checked < datetime.date(2027, 11, 1)
        assert limit.confidence in ("seen", "known")


def test_a_limit_counts_as_something_that_can_be_counted(platform):
    assert {limit.counting for limit in platform.limits.values()} <= {*COUNTERS, "items"}


def test_lists_are_counted_in_items_and_texts_are_not(platform):
    lists = ("parts", "links", "pictures")
    for name, limit in platform.limits.items():
        assert (limit.counting == "items") == (name in lists), name


def test_what_is_copied_and_bounded_belongs_together(platform):
    bounded = {"title", "digest", "author"} & platform.limits.keys()
    assert bounded <= set(platform.pieces)
    assert "text" not in platform.limits or "text" in platform.pieces
    assert bool("tags" in platform.pieces) <= bool(platform.hashtags.most)


def test_names_and_hints_are_there_in_both_languages(platform):
    han = [each for each in platform.hint["zh"] if "\u4e00" <= each <= "\u9fff"]
    assert set(platform.names) == set(platform.hint) == {"zh", "en"}
    assert len(han) >= 5
    assert platform.hint["zh"].endswith(("。", "！", "？"))
    assert platform.hint["en"][0] in string.ascii_uppercase
    assert platform.hint["en"].endswith((".", "!", "?"))


def test_a_long_form_keeps_paragraphs_lists_and_emphasis(platform):
    if platform.form == "long":
        assert {"p", "ul", "ol", "li", "strong", "blockquote"} <= set(platform.tags)
        assert ("a" in platform.tags) or platform.link in ("none", "footnote")


def test_a_table_is_kept_whole_or_not_at_all(platform):
    parts = {"table", "tr", "th", "td"} & set(platform.tags)
    assert parts in (set(), {"table", "tr", "th", "td"})


@pytest.mark.parametrize("id", WALLED)
def test_no_reader_is_drawn_off_where_that_is_punished(id):
    walled = PACK[id]
    assert (walled.link, walled.way) == ("none", "profile")
    assert "link" not in walled.pieces
    assert "qr" not in walled.pictures


def test_a_way_in_is_there_where_links_are_not(platform):
    if platform.link == "none" and platform.form == "short":
        assert platform.way


@pytest.mark.parametrize(
    ("id", "name", "most"),
    [
        ("x", "text", 280),
        ("mastodon", "text", 500),
        ("bluesky", "text", 300),
        ("bluesky", "bytes", 3000),
        ("threads", "text", 500),
        ("threads", "links", 5),
        ("linkedin", "text", 3000),
        ("weibo", "text", 2000),
        ("weibo", "fold", 140),
        ("xiaohongshu", "title", 20),
        ("xiaohongshu", "text", 1000),
        ("wechat", "text", 19999),
        ("zhihu", "title", 100),
        ("hackernews", "title", 80),
        ("youtube", "text", 5000),
        ("reddit", "title", 300),
    ],
)
def test_a_slip_of_the_pen_in_a_well_known_number_is_found(id, name, most):
    assert PACK[id].limits[name].most == most


@pytest.mark.parametrize(
    ("id", "text", "count"),
    [
        ("x", HAN, 20),
        ("mastodon", HAN, 10),
        ("youtube", HAN, 30),
        ("weibo", HAN, 10),
        ("weibo", "abcd", 2),
        ("linkedin", "😀", 2),
    ],
)
def test_platforms_count_the_same_text_differently(id, text, count):
    assert COUNTERS[PACK[id].limits["text"].counting](text) == count


@pytest.mark.parametrize("file", ["content", "publish/starter/zh", "publish/starter/en"])
def test_what_the_reference_shows_can_be_switched_on(file):
    lines = (ROOT / file / "site.toml").read_text("utf-8").split("\n")
    start = lines.index("# [snippets]")
    shown = [line[2:] for line in lines[start:] if SETTING.match(line)]
    text = "\n".join(shown[: shown.index("text = 1000") + 1])
    problems = Problems()
    site = read_site(tomllib.loads(text), text, problems)
    found = rules.chosen(site, "en", problems)
    assert (problems.found, site.snippets.theme) == ([], "ink")
    assert {each.id for each in found} == {*site.snippets.platforms[""]}


@pytest.mark.parametrize("page", ["snippets.md", "en/snippets.md"])
def test_what_the_manual_shows_is_right(page, tmp_path):
    text = (ROOT / "content" / "posts" / page).read_text("utf-8")
    chosen, own = re.findall(r"```toml\n(.*?)```", text, re.S)
    (tmp_path / "platforms.toml").write_text(own, "utf-8")
    problems = Problems()
    site = read_site(tomllib.loads(chosen), chosen, problems)
    snippets = with_own_platforms(site.snippets, tmp_path, problems)
    mine = set(rules.known(dataclasses.replace(site, snippets=snippets))) - set(PACK)
    rules.chosen(dataclasses.replace(site, snippets=snippets), "en", problems)
    assert (problems.found, len(mine)) == ([], 1)
    assert f'`"{mine.pop()}"`' in text
    named = text.split("```\n")[1:]
    assert sorted(next(block for block in named if "hashnode" in block).split()) == sorted(PACK)


def test_the_reference_names_every_platform():
    text = (ROOT / "content" / "site.toml").read_text("utf-8")
    named = [line[4:].split() for line in text.split("\n") if line.startswith("#   ")]
    assert sorted(itertools.chain(*named)) == sorted(PACK)


def test_the_cover_of_the_pages_is_not_there_a_second_time():
    twice = {id for id, each in PACK.items() if {"pages", "3:4"} <= {*each.pictures}}
    assert twice == set()


def test_the_example_at_the_head_of_the_pack_is_a_platform():
    pack = (ROOT / "plugins" / "snippets" / "platforms.toml").read_text("utf-8")
    lines = pack.split("# Keys of an entry")[0].split("\n")
    head = [line[6:] for line in lines if line.startswith("#     ")]
    example = tomllib.loads("\n".join(head))
    faults: list[schema.Fault] = []
    platform = schema.read("mynetwork", example["mynetwork"], faults)
    assert (faults, platform and platform.limits["text"].most) == ([], 500)
    assert example["snippets"] == {"rules": {"mastodon": {"text": 1000}}}


def test_a_bad_pack_is_refused_with_every_entry_and_key(monkeypatch):
    monkeypatch.setattr(rules, "_entries", lambda: {"a": {"form": "x"}, "b": 3})
    with pytest.raises(ValueError, match=r"a\.names: .*; a\.form: .*; b: a platform is a table"):
        rules.pack.__wrapped__()
