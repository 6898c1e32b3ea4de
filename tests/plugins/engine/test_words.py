"""The words readers see, and how dates and prices are written."""

from __future__ import annotations

import datetime
import os
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

import plugins
from plugins.engine.words import Speech, speeches
from tests.plugins.creator import write

LOCALE = Path(plugins.__file__).parents[1] / "theme" / "locale"
MIDNIGHT = datetime.datetime(2024, 4, 30, 16, 30, tzinfo=datetime.UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def speech(code, *folders):
    return Speech(code, (*folders, LOCALE))


@pytest.mark.parametrize(
    ("code", "day"), [("en", "May 1, 2024"), ("zh-Hans", "2024年5月1日"), ("de", "1. Mai 2024")]
)
def test_a_day_is_written_as_people_write_it_in_the_sites_zone(code, day):
    assert speech(code).day(MIDNIGHT, SHANGHAI) == day


def test_no_date_is_nothing():
    assert speech("en").day(None, SHANGHAI) == ""


@pytest.mark.parametrize(
    ("code", "minor", "currency", "text"),
    [
        ("en", 36500, "CNY", "CN¥365"),
        ("en", 990, "USD", "$9.90"),
        ("en", 5900, "USD", "$59"),
        ("zh-Hans", 36500, "CNY", "¥365"),
        ("zh-Hans", 990, "CNY", "¥9.90"),
        ("zh-Hans", 5900, "USD", "US$59"),
        ("en", 500, "JPY", "¥500"),
        ("en", 1234, "KWD", "KWD1.234"),
        ("en", 2000, "KWD", "KWD2"),
        ("en", 123456700, "USD", "$1,234,567"),
    ],
)
def test_a_price_is_written_without_empty_cents(code, minor, currency, text):
    assert speech(code).price(minor, currency)[2].replace("\xa0", " ") == text


@pytest.mark.parametrize("code", ["en", "zh-Hans", "de", "ja", "ar"])
@pytest.mark.parametrize("currency", ["CNY", "USD", "JPY", "KWD", "EUR"])
def test_every_language_writes_every_currency(code, currency):
    amount, same, text = Speech(code, ()).price(100, currency)
    assert amount == Decimal(100).scaleb(-get_currency_precision(currency))
    assert same == currency
    assert any(character.isdigit() for character in text)


@given(st.integers(1, 10**9), st.sampled_from(["CNY", "USD", "JPY", "KWD"]))
def test_an_amount_is_exact(minor, currency):
    amount, _, _ = Speech("en", ()).price(minor, currency)
    assert amount * 10 ** get_currency_precision(currency) == minor


def test_the_money_of_a_language_is_that_of_the_place_where_it_is_read():
    assert "CNY" in speech("zh-Hans").currencies
    assert "USD" in speech("en").currencies
    assert "CNY" not in speech("en").currencies


@pytest.mark.parametrize("code", ["zh-Hans", "zh", "zh-CN", "zh-Hans-SG"])
def test_the_theme_speaks_chinese(code):
    assert speech(code).words.gettext("Archive") == "归档"


def test_a_language_without_words_speaks_english():
    assert speech("fr").words.gettext("Archive") == "Archive"


PO = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Archive"
msgstr "{}"
"""


def test_a_creators_words_win_and_the_themes_stand_behind_them(tmp_path):
    own = write(tmp_path, {"zh_Hans.po": PO.format("全部")})
    words = speech("zh-Hans", own).words
    assert words.gettext("Archive") == "全部"
    assert words.gettext("Tags") == speech("zh-Hans").words.gettext("Tags") != "Tags"


def test_a_file_named_after_the_language_alone_is_found(tmp_path):
    own = write(tmp_path, {"fr.po": PO.format("Archives")})
    assert speech("fr-CA", own).words.gettext("Archive") == "Archives"


def test_changed_words_are_read_again(tmp_path):
    own = write(tmp_path, {"fr.po": PO.format("Un")})
    assert speech("fr", own).words.gettext("Archive") == "Un"
    os.utime(write(own, {"fr.po": PO.format("Deux")}) / "fr.po", ns=(1, 1))
    assert speech("fr", own).words.gettext("Archive") == "Deux"


def test_one_sites_words_do_not_reach_another(tmp_path):
    mine, theirs = (write(tmp_path / name, {"zh_Hans.po": PO.format(name)}) for name in "ab")
    bare = PO.split('msgid "Archive"')[0]
    first = speech("zh-Hans", write(tmp_path / "c", {"zh_Hans.po": bare}), mine).words
    assert first.gettext("Archive") == "a"
    assert speech("zh-Hans", theirs).words.gettext("Archive") == "b"
    assert speech("zh-Hans").words.gettext("Archive") == "归档"


def test_every_language_of_a_site_has_its_speech():
    assert {code: each.code for code, each in speeches(("en", "zh-Hans"), ()).items()} == {
        "en": "en",
        "zh-Hans": "zh-Hans",
    }
