"""The words that readers see, and how dates and prices are written, in each language."""

from __future__ import annotations

import datetime
import functools
import itertools
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision, get_territory_currencies

from publish.contract.catalogue import Words, read_po


class Speech:
    """One language of the site, ready to use in templates."""

    def __init__(self, code: str, folders: tuple[Path, ...]) -> None:
        self.code = code
        self.locale = Locale.parse(code, sep="-")
        self.words = _words(code, folders)
        self.currencies = _currencies(self.locale)

    def day(self, when: datetime.datetime | None, zone: datetime.tzinfo) -> str:
        """Return a date as people write it, in the site's time zone."""
        return _day(when.astimezone(zone).date(), self.locale) if when else ""

    def price(self, minor: int, currency: str) -> tuple[Decimal, str, str]:
        """Return an amount, its currency and its text, without the empty cents."""
        digits = get_currency_precision(currency)
        amount = Decimal(minor).scaleb(-digits)
        whole = amount == amount.to_integral_value()
        text = format_currency(
            amount,
            currency,
            locale=self.locale,
            currency_digits=not whole,
            format=None if not whole else _whole_format(self.locale),
        )
        return amount, currency, text


@functools.cache
def _day(when: datetime.date, locale: Locale) -> str:
    return str(format_date(when, format="long", locale=locale))


@functools.cache
def _whole_format(locale: Locale) -> str:
    return str(locale.currency_formats["standard"].pattern).replace(".00", "")


def _currencies(locale: Locale) -> frozenset[str]:
    """Return the money of the place where a language is most likely read."""
    territory = locale.territory or _likely(locale).territory
    return frozenset(get_territory_currencies(territory)) if territory else frozenset()


def _likely(locale: Locale) -> Locale:
    """Return a language with the script and place that it most likely has."""
    likely = get_global("likely_subtags")
    return Locale.parse(likely.get(str(locale)) or likely.get(locale.language) or str(locale))


@functools.cache
def _read(path: Path, changed: int) -> Words:
    """Read a catalogue once for as long as it does not change."""
    del changed
    return read_po(path)


def _words(code: str, folders: tuple[Path, ...]) -> Words:
    """Return a language's words: the creator's file, with the theme's behind it."""
    likely = _likely(Locale.parse(code, sep="-"))  # "zh" and "zh-CN" are written in Hans
    names = (code.replace("-", "_"), f"{likely.language}_{likely.script}", likely.language)
    found = [
        _read(path, path.stat().st_mtime_ns)
        for folder in folders
        for name in dict.fromkeys(names)
        if (path := folder / f"{name}.po").is_file()
    ]
    found = found or [Words()]
    for first, second in itertools.pairwise(found):
        first.add_fallback(second)
    return found[0]


def speeches(codes: tuple[str, ...], folders: tuple[Path, ...]) -> Mapping[str, Speech]:
    """Return every language of the site by its code."""
    return {code: Speech(code, folders) for code in codes}
