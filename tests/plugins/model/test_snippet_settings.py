"""`[snippets]` of site.toml: platforms by language, other rules, links and theme."""

from __future__ import annotations

import pytest

from plugins.model.problems import Problems
from plugins.model.site_file import load_site
from tests.plugins.creator import texts, write

FULL = """\
title = "自留地"
languages = ["zh-Hans", "en"]

[snippets]
platforms = ["wechat", "weibo", "wechat"]
links = "short"
theme = "paper"

[snippets.rules.mastodon]
text = 1000
hashtags = 5

[language.en.snippets]
platforms = ["x"]
"""


def settled(folder, text, **files):
    problems = Problems()
    site = load_site(write(folder, {"site.toml": text, **files}), problems)
    return site.snippets, texts(problems.found)


def test_every_setting_is_read_with_its_line(tmp_path):
    chosen, said = settled(tmp_path, FULL)
    assert said == []
    assert chosen.platforms == {"": ("wechat", "weibo"), "en": ("x",)}
    assert (chosen.links, chosen.theme) == ("short", "paper")
    assert chosen.rules == {"mastodon": {"text": (1000, 10), "hashtags": (5, 11)}}
    assert chosen.lines == {"": 4, "platforms": 5, "en.platforms": 14, "rules.mastodon": 9}


def test_without_the_table_nothing_is_chosen(tmp_path):
    chosen, said = settled(tmp_path, 'title = "A"\n')
    assert (said, chosen.platforms, chosen.rules) == ([], {}, {})
    assert (chosen.links, chosen.theme) == ("campaign", "ink")


def test_no_platform_at_all_is_a_choice(tmp_path):
    assert settled(tmp_path, "[snippets]\nplatforms = []\n")[0].platforms == {"": ()}


def test_a_rule_on_one_line_has_that_line(tmp_path):
    chosen, said = settled(tmp_path, "[snippets.rules]\nx = { text = 25000 }\nbluesky.text = 9\n")
    assert said == []
    assert chosen.rules == {"x": {"text": (25000, 2)}, "bluesky": {"text": (9, 3)}}


def test_a_language_that_is_written_in_full_is_known_by_its_first_part(tmp_path):
    text = 'languages = ["zh-Hans", "en"]\n[language.en-GB.snippets]\nplatforms = ["x"]\n'
    assert settled(tmp_path, text)[0].platforms == {"en": ("x",)}


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("platforms = [", "platform = [", '5: unknown key "platform" (did you mean "platforms"?)'),
        (
            '["wechat", "weibo", "wechat"]',
            '"wechat"',
            '5: platforms is a list of texts (write platforms = ["one", "two"])',
        ),
        ('"short"', '"shrot"', '6: links "shrot" is unknown (known: campaign, short) — "short"?'),
        ('"paper"', '"neon"', '7: theme "neon" is unknown (known: ink, paper)'),
        ('"paper"', "7", '7: theme "7" is not text'),
        ("= 1000", '= "1000"', '10: text "1000" is no limit (write text = 500, or text = 0'),
        ("= 1000", "= true", '10: text "True" is no limit'),
        ("= 1000", "= -1", '10: text "-1" is no limit'),
        ("[snippets.rules.mastodon]\ntext = 1000\nhashtags = 5", "rules = 3", '9: "rules" is a t'),
        ("s.rules.mastodon]\ntext = 1000\nhashtags = 5", "s.rules]\nx = 3", '10: "x" is a table'),
        ('.snippets]\nplatforms = ["x"]', ']\nsnippets = "x"', '14: "snippets" is a table'),
        ('platforms = ["x"]', 'theme = "ink"', '14: unknown key "theme" (known: platforms)'),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, right, wrong, said):
    assert right in FULL
    found = settled(tmp_path, FULL.replace(right, wrong, 1))[1]
    assert len(found) == 1
    assert found[0].startswith(f"site.toml:{said}")


def test_own_platforms_are_taken_along_as_they_are(tmp_path):
    own = '[fedi]\nnames = { zh = "联邦", en = "Fedi" }\n'
    assert settled(tmp_path, "", **{"platforms.toml": own})[0].own == own


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"[x]\nfull = yes\n", "platforms.toml:2: the line is not TOML"),
        ("名".encode("gbk"), "platforms.toml:0: the file is not UTF-8"),
    ],
)
def test_own_platforms_that_are_no_toml_are_an_error_of_their_file(tmp_path, raw, said):
    chosen, found = settled(tmp_path, "", **{"platforms.toml": raw})
    assert chosen.own == ""
    assert [each[: len(said)] for each in found] == [said]
