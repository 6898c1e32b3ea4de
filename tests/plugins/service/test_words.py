"""The words of the service: every message, and dates as people write them."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from babel import Locale
from babel.dates import format_date
from babel.localedata import locale_identifiers

import plugins
from plugins.engine.words import speeches
from plugins.service.words import ISO, date_pattern, dump, words
from publish.contract.service import MESSAGES, TERMS, Words

LOCALE = Path(plugins.__file__).parents[1] / "theme" / "locale"
DAYS = [datetime.datetime(2026, 11, 2, tzinfo=datetime.UTC), datetime.datetime(2031, 5, 30)]  # noqa: DTZ001


def spoken(code):
    return words(speeches((code,), (LOCALE,))[code].words.gettext, code)


@pytest.mark.parametrize("code", ["en", "zh-Hans", "ja"])
def test_every_message_and_term_is_there(code):
    found = spoken(code)
    assert set(found.messages) == set(MESSAGES)
    assert all(len(pair) == 2 and all(pair) for pair in found.messages.values())
    assert set(found.terms) == set(TERMS)
    assert len(found.months) == 12


def test_a_language_without_a_catalogue_speaks_english_with_its_own_dates():
    found = spoken("ja")
    assert found.messages == spoken("en").messages
    assert found.day(DAYS[0]) == "2026年11月2日"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("zh-Hans", "2026年11月2日"),
        ("en", "November 2, 2026"),
        ("de", "2. November 2026"),
        ("fr", "2 novembre 2026"),
        ("es", "2 de noviembre de 2026"),
        ("ko", "2026년 11월 2일"),
    ],
)
def test_a_date_is_written_as_people_write_it(code, said):
    assert spoken(code).day(DAYS[0]) == said


@pytest.mark.parametrize("code", ["en", "zh-Hans", "zh-Hant", "ja", "de", "pt-BR", "uk", "tr"])
def test_dates_are_those_of_babel(code):
    locale = Locale.parse(code, sep="-")
    for day in DAYS:
        assert spoken(code).day(day) == format_date(day, format="long", locale=locale)


def test_every_language_has_a_date_that_can_be_filled():
    for code in locale_identifiers():
        found = words(str, code.replace("_", "-"))
        said = found.day(DAYS[0])
        assert "{" not in said
        assert "2026" in said


def test_braces_of_a_pattern_stay_braces_and_too_little_becomes_iso():
    assert date_pattern("y '{'d'}'").format(y=1, d=2) == "1 {2}"
    assert date_pattern("MMMM y") == ISO


def test_they_come_back_as_the_contract_has_them():
    told = json.loads(dump(spoken("zh-Hans")))
    assert set(told) == set(Words.__dataclass_fields__)
    assert dump(spoken("zh-Hans")) == dump(spoken("zh-Hans"))
    assert "\\u" not in dump(spoken("zh-Hans"))
