"""The platforms of a site: chosen by language, with rules of its own, mistakes with their line."""

from __future__ import annotations

import datetime

import pytest

from plugins.model.problems import Problems
from plugins.model.site_file import load_site
from plugins.model.snippets import Own, OwnText
from plugins.snippets import rules
from plugins.snippets.values import Limit
from tests.plugins.creator import read, texts, write

OWN = """\
[fedi]
names = { zh = "联邦", en = "Fedi" }
form = "short"
format = "text"
[fedi.limits]
text = { most = 99, counting = "utf8", source = "a", checked = 2026-01-01, confidence = "own" }
"""


def choose(folder, text, lang="zh-Hans", own=""):
    files = {"site.toml": f'languages = ["zh-Hans", "en"]\n{text}'}
    problems = Problems()
    site = load_site(write(folder, {**files, **({"platforms.toml": own} if own else {})}), problems)
    found = rules.chosen(site, lang, problems)
    return {each.id: each for each in found}, texts(problems.errors)


def test_who_says_nothing_gets_every_full_platform(tmp_path):
    found, said = choose(tmp_path, "")
    assert said == []
    assert list(found) == [id for id, each in rules.pack().items() if each.full]


def test_platforms_come_in_the_order_of_the_site(tmp_path):
    assert list(choose(tmp_path, '[snippets]\nplatforms = ["x", "zhihu", "x"]\n')[0]) == [
        "x",
        "zhihu",
    ]


def test_all_means_every_platform_there_is(tmp_path):
    found, _ = choose(tmp_path, '[snippets]\nplatforms = ["plain", "all"]\n', own=OWN)
    assert next(iter(found)) == "plain"
    assert set(found) == {*rules.pack(), "fedi"}


def test_nothing_can_be_chosen_too(tmp_path):
    assert choose(tmp_path, "[snippets]\nplatforms = []\n") == ({}, [])


def test_a_language_has_platforms_of_its_own_or_those_of_the_site(tmp_path):
    text = '[snippets]\nplatforms = ["weibo"]\n[language.en.snippets]\nplatforms = ["x"]\n'
    assert list(choose(tmp_path, text, "en")[0]) == ["x"]
    assert list(choose(tmp_path, text, "zh-Hans")[0]) == ["weibo"]
    assert list(choose(tmp_path, text, "fr")[0]) == ["weibo"]


def test_a_language_may_have_no_platform_though_the_site_has(tmp_path):
    text = '[snippets]\nplatforms = ["weibo"]\n[language.en.snippets]\nplatforms = []\n'
    assert choose(tmp_path, text, "en") == ({}, [])


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("linkedln", "linkedin"),
        ("X", "x"),
        ("小红书", "xiaohongshu"),
        ("公众号", "wechat"),
        ("Twitter", "x"),
        ("hacker news", "hackernews"),
    ],
)
def test_a_wrong_name_is_an_error_with_its_line_and_the_nearest(tmp_path, name, guess):
    found, said = choose(tmp_path, f'[snippets]\nplatforms = ["weibo", "{name}"]\n')
    assert list(found) == ["weibo"]
    assert said == [f'site.toml:3: unknown platform "{name}" (did you mean "{guess}"?)']


def test_a_name_that_nothing_is_near_to_is_told_what_there_is(tmp_path):
    [said] = choose(tmp_path, '[language.en.snippets]\nplatforms = ["qqqq"]\n', "en")[1]
    assert said.startswith('site.toml:3: unknown platform "qqqq" (known: wechat, xiaohongshu, ')


def test_a_rule_of_the_site_takes_the_place_of_the_platforms(tmp_path):
    found, said = choose(tmp_path, "[snippets.rules.mastodon]\ntext = 1000\nhashtags = 0\n")
    assert said == []
    known, ruled = rules.pack()["mastodon"], found["mastodon"]
    assert ruled.limits["text"] == Limit(1000, "mastodon", 0, "site.toml", None, "own")
    assert ruled.limits["pictures"] == known.limits["pictures"]
    assert (ruled.hashtags.form, ruled.hashtags.most) == (known.hashtags.form, 0)
    assert known.limits["text"].most == 500


def test_a_rule_below_the_least_lowers_it(tmp_path):
    text = '[snippets]\nplatforms = ["toutiao"]\n[snippets.rules.toutiao]\ntitle = 1\n'
    assert choose(tmp_path, text)[0]["toutiao"].limits["title"].least == 1


def test_a_rule_of_nought_lifts_a_limit(tmp_path):
    text = '[snippets]\nplatforms = ["weibo"]\n[snippets.rules.weibo]\nfold = 0\ntext = 9\n'
    found, said = choose(tmp_path, text)
    assert said == []
    assert set(found["weibo"].limits) == {*rules.pack()["weibo"].limits} - {"fold"}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "x]\ntxt = 9",
            '3: x has no limit "txt" (known: text, pictures, hashtags) — "text"?',
        ),
        ("x]\ntext = 9\ntitle = 9", '4: x has no limit "title" (known: text, pictures, hashtags)'),
        ("twiter]\ntext = 9", '2: unknown platform "twiter" (did you mean "x"?)'),
        ("mastadon]\ntext = 9", '2: unknown platform "mastadon" (did you mean "mastodon"?)'),
    ],
)
def test_a_rule_for_what_there_is_not_is_an_error_with_its_line(tmp_path, rule, said):
    [found] = choose(tmp_path, f"[snippets.rules.{rule}\n")[1]
    assert found.startswith(f"site.toml:{said}")


def test_all_mistakes_are_said_at_once_and_each_once(tmp_path):
    text = '[snippets]\nplatforms = ["qq", "pp"]\n[snippets.rules.x]\ntxt = 1\n'
    problems = Problems()
    site = load_site(write(tmp_path, {"site.toml": text}), problems)
    for lang in ("zh", "en", "zh"):
        rules.chosen(site, lang, problems)
    assert len(problems.errors) == 3


def test_a_creator_adds_a_platform(tmp_path):
    found, said = choose(tmp_path, '[snippets]\nplatforms = ["fedi", "x"]\n', own=OWN)
    assert said == []
    assert (list(found), found["fedi"].limits["text"].most) == (["fedi", "x"], 99)
    assert "fedi" not in rules.pack()


def test_a_creator_changes_a_platform_key_by_key(tmp_path):
    own = '[medium]\nfull = false\nhashtags = { form = "{tag}", most = 1 }\n'
    found, said = choose(tmp_path, '[snippets]\nplatforms = ["all"]\n', own=own)
    assert said == []
    known = rules.pack()["medium"]
    assert (found["medium"].full, found["medium"].hashtags.most) == (False, 1)
    assert found["medium"].limits == known.limits
    assert "medium" not in choose(tmp_path, "", own=own)[0]


def test_a_platform_of_ones_own_needs_one_name_and_no_source(tmp_path):
    own = '[jike]\nnames = { zh = "即刻" }\nform = "short"\nformat = "text"\n'
    limit = '[jike.limits]\ntext = { most = 500, counting = "characters" }\n'
    found, said = choose(tmp_path, '[snippets]\nplatforms = ["jike"]\n', own=own + limit)
    assert said == []
    assert found["jike"].names == {"zh": "即刻", "en": "即刻"}
    assert found["jike"].limits["text"] == Limit(
        500, "characters", source="platforms.toml", confidence="own"
    )


def test_a_creators_limit_is_counted_as_the_one_below_it_and_never_goes_stale(tmp_path):
    found, said = choose(tmp_path, "", own="[weibo.limits.text]\nmost = 140\n")
    assert said == []
    below, limit = rules.pack()["weibo"].limits["text"], found["weibo"].limits["text"]
    assert (limit.most, limit.counting, limit.checked) == (140, below.counting, None)
    assert found["weibo"].limits["fold"] == rules.pack()["weibo"].limits["fold"]


def test_a_platform_of_ones_own_with_a_mistake_is_not_unknown_as_well(tmp_path):
    text = '[snippets]\nplatforms = ["fedi", "fedo"]\n[snippets.rules.fedi]\ntext = 9\n'
    said = choose(tmp_path, text, own=OWN.replace('"short"', '"shrot"'))[1]
    assert [each.split(":")[0] for each in said] == ["platforms.toml", "site.toml"]
    assert '"fedo"' in said[1]


def test_mistakes_in_own_platforms_have_file_and_line(tmp_path):
    own = OWN.replace('"utf8"', '"utf7"').replace('form = "short"', 'form = "shrot"')
    found, said = choose(tmp_path, "", own=own)
    assert "fedi" not in found
    assert len(said) == 2
    assert said[0] == 'platforms.toml:3: "shrot" is unknown (known: short, long) — "short"?'
    assert said[1].startswith('platforms.toml:6: "utf7" is unknown (known: characters, ')


def test_a_post_may_speak_of_platforms_that_there_are_alone(tmp_path):
    says = "snippets:\n  weibo: a\n  wiebo: b\n  off: [x, 小红书]\n"
    loaded = read(tmp_path, {"posts/a.md": f"---\ntitle: A\ndate: 2026-01-01\n{says}---\nT.\n"})
    problems = Problems()
    rules.check_own(loaded.entry("posts/a.md"), problems)
    assert texts(problems.errors) == [
        'posts/a.md:6: unknown platform "wiebo" (did you mean "weibo"?)',
        'posts/a.md:7: unknown platform "小红书" (did you mean "xiaohongshu"?)',
    ]
    assert loaded.entry("posts/a.md").snippets == Own(
        texts={"weibo": OwnText("", ("a",)), "wiebo": OwnText("", ("b",))}, off=("x", "小红书")
    )


def test_a_post_may_speak_of_a_platform_that_the_creator_added(tmp_path):
    text = "---\ntitle: A\ndate: 2026-01-01\nsnippets: {fedi: a}\n---\nT.\n"
    loaded = read(tmp_path, {"posts/a.md": text, "platforms.toml": OWN})
    problems = Problems()
    rules.check_own(loaded.entry("posts/a.md"), problems, rules.known(loaded.library.site))
    assert problems.errors == []
    rules.check_own(loaded.entry("posts/a.md"), problems)
    assert len(problems.errors) == 1


def test_a_rule_is_stale_a_year_after_somebody_looked(tmp_path):
    looked = datetime.date(2026, 1, 1)
    platform = choose(tmp_path, '[snippets]\nplatforms = ["fedi"]\n', own=OWN)[0]["fedi"]
    assert list(rules.stale([platform], looked + datetime.timedelta(365))) == []
    [(stale, name, limit)] = rules.stale([platform], looked + datetime.timedelta(366))
    assert (stale, name, limit.checked) == (platform, "text", looked)


def test_a_rule_of_the_creators_own_never_goes_stale(tmp_path):
    text = '[snippets]\nplatforms = ["devto"]\n[snippets.rules.devto]\ntitle = 9\n'
    found = choose(tmp_path, text)[0]["devto"]
    assert list(rules.stale([found], datetime.date(2099, 1, 1))) == []


def test_errors_are_said_in_chinese_too(tmp_path):
    problems = Problems()
    site = load_site(
        write(tmp_path, {"site.toml": '[snippets]\nplatforms = ["推特", "wecaht"]\n'}), problems
    )
    rules.chosen(site, "zh", problems)
    assert [each.said("zh").text for each in problems.errors] == [
        "没有“推特”这个平台（是不是“x”？）",
        "没有“wecaht”这个平台（是不是“wechat”？）",
    ]
