"""What `inkstead new` writes."""

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import yaml

from plugins.model.entries import MAGNET_FIELDS
from plugins.model.slugs import slugify
from publish import writing
from publish.trouble import WrongUsage
from publish.writing import Draft, new_id, path_of, slug_of, text_of

SELDOM = {"files", "lang", "translation_of", "updated", "cover_alt", "access"}
DAY = datetime(2026, 12, 24, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def draft(**given):
    return Draft(**{"what": "post", "title": "First day", "date": DAY, "id": "x", **given})


def front_matter(made):
    return yaml.safe_load(text_of(made).split("---\n")[1])


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("First day!", "first-day"),
        ("你好，世界：C++", "你好-世界-c"),
        ("  Ａ　全角 ", "a-全角"),
        ("a/b\\c..d", "a-b-c-d"),
        ("Café Ünïcode", "café-ünïcode"),
        ("！？", ""),
        ("字" * 200, "字" * 60),
    ],
)
def test_a_slug_keeps_unicode_and_nothing_that_a_path_minds(title, slug):
    assert slug_of(title) == slug


@pytest.mark.parametrize(
    "title", ["你好，世界", "C++ 与 C#", "a_b c.d", "İstanbul", "ﬁne", "x - y"]
)
def test_slugs_are_those_of_the_build(title):
    """publish/ may not import plugins/, so the rule is written twice; here it is held together."""
    assert slug_of(title) == slugify(title)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, "posts/2026-12-24-first-day.md"),
        ({"folder": True}, "posts/first-day/index.md"),
        ({"lang": "en"}, "posts/en/2026-12-24-first-day.md"),
        ({"what": "page"}, "pages/first-day.md"),
        ({"what": "product", "lang": "en"}, "products/en/first-day.md"),
        ({"what": "magnet"}, "magnets/first-day.md"),
        ({"title": "！", "id": "20261224-abcd"}, "posts/2026-12-24-20261224-abcd.md"),
    ],
)
def test_the_path_says_what_it_is(given, path):
    assert path_of(draft(**given)).as_posix() == path


def test_the_id_of_a_post_says_nothing_of_its_title():
    assert new_id("post", "First day", DAY, lambda letters: letters[0]) == "20261224-2222"
    assert new_id("post", "First day", DAY) != new_id("post", "First day", DAY)


def test_ids_of_pages_and_products_are_readable_where_they_can_be():
    assert new_id("product", "Member ship", DAY) == "member-ship"
    assert new_id("product", "会员", DAY, lambda letters: letters[-1]) == "product-zzzz"


@pytest.mark.parametrize(
    "title",
    [
        "First day",
        "你好：世界",
        'a "b" #c',
        "- x",
        "yes",
        "2026-12-24",
        "@x: {y}",
        "x" * 300,
        "🦊 \x7f",
    ],
)
def test_any_title_survives_the_front_matter(title):
    assert front_matter(draft(title=title))["title"] == title
    assert front_matter(draft(what="magnet", title=title))["title"] == title


def test_a_post_is_a_draft_with_date_and_slug():
    assert front_matter(draft(kind="daily")) == {
        "id": "x",
        "title": "First day",
        "date": "2026-12-24 09:30",
        "slug": "first-day",
        "kind": "daily",
        "status": "draft",
    }
    assert front_matter(draft(published=True))["status"] == "published"


def test_a_gated_post_has_the_marker_and_says_what_it_does():
    text = text_of(draft(access="paid"))
    assert "\naccess: paid\n" in text
    assert "\n<!-- paywall -->\n" in text
    assert "# Everybody reads" in text
    assert "<!-- paywall -->" not in text_of(draft())


def test_a_product_can_be_sold_as_it_is():
    found = front_matter(draft(what="product", kind="pass", id="week"))
    assert found["offers"] == [{"id": "week-1", "price": {"CNY": 99}, "days": 365}]
    assert found["grants"] == ["paid"]
    assert "every" in front_matter(draft(what="product"))["offers"][0]
    assert front_matter(draft(what="product", kind="item", id="book"))["grants"] == ["book"]


def test_a_translated_product_sells_nothing_by_itself():
    found = front_matter(draft(what="product", translation_of="membership"))
    assert found["translation_of"] == "membership"
    assert not {"grants", "offers", "kind"} & set(found)


def test_a_magnet_promises_a_file_and_explains_its_fields_in_the_creators_language():
    made = draft(what="magnet", id="first-day")
    assert front_matter(made) == {
        "id": "first-day",
        "title": "First day",
        "slug": "first-day",
        "promise": "…",
        "file": "first-day.pdf",
        "status": "draft",
    }
    assert "# Its name in files/" in text_of(made)
    chinese = replace(made, spoken="zh", title="你好：世界")
    assert "# files/ 里的文件名" in text_of(chinese)
    assert front_matter(chinese)["title"] == "你好：世界"


@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_every_field_of_a_magnet_is_there_to_be_uncommented(spoken):
    """With the hashes gone they are all fields that the build knows."""
    text = text_of(draft(what="magnet", id="lead", spoken=spoken)).split("---\n")[1]
    bare = re.sub(r"(?m)^# (?=(\w+:|  \w+:))", "", text)
    found = {
        line.partition(":")[0] for line in bare.splitlines() if not line.startswith(("#", " "))
    }
    assert found >= set(MAGNET_FIELDS) - SELDOM
    assert yaml.safe_load(re.sub(r"(?m)^#.*$", "", bare))["contact"]["kind"] == "wechat"
    assert not found - set(MAGNET_FIELDS)


def test_a_translated_magnet_names_its_original_in_the_hints_too():
    text = text_of(draft(what="magnet", id="twenty", translation_of="checklist", lang="en"))
    assert "\ntranslation_of: checklist\n" in text
    assert "magnet: checklist" in text


def test_nothing_is_overwritten(tmp_path):
    path = writing.write(tmp_path, draft())
    assert path == tmp_path / "posts" / "2026-12-24-first-day.md"
    path.write_text("mine")
    with pytest.raises(WrongUsage, match="is there already"):
        writing.write(tmp_path, draft())
    assert path.read_text() == "mine"
