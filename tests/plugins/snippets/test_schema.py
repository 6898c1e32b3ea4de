"""An entry of platforms.toml is checked key by key, and all its faults are named at once."""

from __future__ import annotations

import datetime

import pytest

from plugins.snippets import schema
from plugins.snippets.values import Hashtags, Limit, Platform

DAY = datetime.date(2026, 5, 1)
TEXT = {"most": 9, "counting": "utf8", "source": "https://a", "checked": DAY, "confidence": "seen"}
SHORT = {"names": {"zh": "甲", "en": "A"}, "form": "short", "format": "text"}
LONG = {**SHORT, "form": "long", "format": "html", "adapter": "rich"}


def faults_of(entry, id="a"):
    faults = []
    platform = schema.read(id, entry, faults)
    assert (platform is None) == bool(faults)
    return [str(each) for each in faults]


def test_little_is_needed():
    assert schema.read("a", SHORT, []) == Platform(
        "a", {"zh": "甲", "en": "A"}, "short", "text", look="a"
    )


def test_every_key_is_read():
    entry = {
        **LONG,
        "full": True,
        "pieces": ["title", "text"],
        "link": "footnote",
        "way": "source",
        "hashtags": {"form": "{tag}", "most": 3},
        "tags": ["p", "table"],
        "pictures": ["1:1", "qr"],
        "look": "b",
        "hint": {"zh": "贴。", "en": "Paste  it."},
        "limits": {"text": {**TEXT, "least": 2}},
    }
    assert schema.read("a", entry, []) == Platform(
        id="a",
        names={"zh": "甲", "en": "A"},
        form="long",
        format="html",
        adapter="rich",
        full=True,
        limits={"text": Limit(9, "utf8", 2, "https://a", DAY, "seen")},
        pieces=("title", "text"),
        hashtags=Hashtags("{tag}", 3),
        link="footnote",
        way="source",
        tags=("p", "table"),
        pictures=("1:1", "qr"),
        look="b",
        hint={"zh": "贴。", "en": "Paste it."},
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"nmaes": {}}, 'a.nmaes: unknown key "nmaes" (known: '),
        ({"names": {"zh": "甲"}}, 'a.names.en: "names.en" is missing'),
        ({"names": {"zh": "甲", "en": 3}}, 'a.names.en: "3" is not text'),
        ({"names": "A"}, 'a.names: "A" is not a table'),
        ({"form": "tiny"}, 'a.form: "tiny" is unknown (known: short, long)'),
        ({"full": "yes"}, 'a.full: "yes" is neither true nor false'),
        ({"pieces": "text"}, 'a.pieces: "text" is not a list'),
        ({"pieces": ["texts"]}, 'a.pieces: "texts" is unknown (known: title, digest, author, '),
        ({"pieces": ["text", "text"]}, "a.pieces: something is there twice"),
        ({"pictures": ["4:3"]}, 'a.pictures: "4:3" is unknown (known: 2.35:1, 1:1, '),
        ({"way": "mail"}, 'a.way: "mail" is unknown (known: source, qr, keyword, profile)'),
        ({"link": "no"}, 'a.link: "no" is unknown (known: inline, footnote, none)'),
        ({"hashtags": {"form": "#tag"}}, 'a.hashtags.form: "#tag" has no {tag} in it'),
        ({"hashtags": {"form": "{tag}{x}"}}, 'a.hashtags.form: "{tag}{x}" has no {tag}'),
        ({"hashtags": {"most": -1}}, 'a.hashtags.most: "-1" is not a whole number'),
        ({"hashtags": {"max": 1}}, 'a.hashtags.max: unknown key "max" (known: form, most)'),
        ({"limits": {"txt": TEXT}}, 'a.limits.txt: unknown key "txt" (known: text, fold, '),
        ({"limits": {"text": 9}}, 'a.limits.text: "9" is not a table'),
        ({"limits": {"text": {**TEXT, "most": True}}}, 'a.limits.text.most: "True" is not a'),
        (
            {"limits": {"text": {**TEXT, "most": 0}}},
            "a.limits.text.most: what has no limit is left",
        ),
        ({"limits": {"text": {**TEXT, "counting": "words"}}}, 'a.limits.text.counting: "words"'),
        ({"limits": {"text": {**TEXT, "source": " "}}}, 'a.limits.text.source: "limits.text.so'),
        ({"limits": {"text": {**TEXT, "checked": "now"}}}, 'a.limits.text.checked: "now" is no d'),
        (
            {
                "limits": {
                    "text": {
                        **TEXT,
                        "checked": datetime.datetime(2026, 5, 1, 9, tzinfo=datetime.UTC),
                    }
                }
            },
            'a.limits.text.checked: "2026-05-01 09:00:00+00:00" is no date',
        ),
        ({"limits": {"text": {**TEXT, "confidence": "sure"}}}, "a.limits.text.confidence: "),
        ({"limits": {"text": {**TEXT, "least": 10}}}, "a.limits.text.least: least is more"),
        ({"adapter": "rich"}, "a.adapter: a long form needs an adapter, a short one has none"),
        ({"format": "markdown"}, "a.format: a short form is text"),
        ({"tags": ["p"]}, "a.tags: a short form has no elements and no notes"),
        ({"link": "footnote"}, "a.tags: a short form has no elements and no notes"),
        ({"thread": True}, "a.thread: only a short text with a limit becomes a thread"),
    ],
)
def test_a_fault_names_its_entry_and_key(change, said):
    found = faults_of({**SHORT, **change})
    assert any(each.startswith(said) for each in found), found


@pytest.mark.parametrize("key", ["names", "form", "format"])
def test_what_is_needed_is_missed(key):
    entry = {name: value for name, value in SHORT.items() if name != key}
    assert f'a.{key}: "{key}" is missing' in faults_of(entry)


@pytest.mark.parametrize("key", list(TEXT))
def test_a_limit_says_where_it_stands_and_how_it_counts(key):
    limit = {name: value for name, value in TEXT.items() if name != key}
    [said] = faults_of({**SHORT, "limits": {"text": limit}})
    assert said == f'a.limits.text.{key}: "limits.text.{key}" is missing'


def test_an_adapter_writes_one_format():
    assert faults_of({**LONG, "format": "text"}) == ['a.format: the adapter "rich" writes html']


def test_a_long_form_has_an_adapter_and_knows_its_elements():
    assert len(faults_of({**LONG, "adapter": ""})) == 1
    [said] = faults_of({**LONG, "tags": ["p", "marquee"]})
    assert said.startswith('a.tags: "marquee" is unknown')


@pytest.mark.parametrize("id", ["kit", "post", "index", "Weibo", "my-net", "微博", ""])
def test_an_id_is_fit_for_a_file_of_its_own(id):
    assert "no id for a platform" in faults_of(SHORT, id)[0]


def test_what_a_terminal_would_obey_is_in_no_text():
    told = {"zh": "甲\x1b[2J", "en": "A\x9b31m"}
    platform = schema.read(
        "a", {**SHORT, "names": told, "hint": told, "hashtags": {"form": "#\x07{tag}"}}, []
    )
    assert platform.names == platform.hint == {"zh": "甲[2J", "en": "A31m"}
    assert platform.hashtags.form == "#{tag}"


def test_what_is_no_table_is_no_platform():
    assert "a: a platform is a table" in faults_of("text")


def test_all_faults_are_named_at_once():
    assert len(faults_of({**SHORT, "form": "x", "full": 1, "pieces": 1, "zzz": 1})) == 4
