"""The words that readers see, and how dates and prices are written, in each language."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision

from publish.contract.catalogue import Words, read_po


class Speech:
    """One language of the site, ready to use in templates."""

    def __init__(self, code: str, folders: tuple[Path, ...]) -> None:
        self.code = code
        self.locale = Locale.parse(code, sep="-")
        self.words = _words(code, folders)

    def day(self, when: datetime.datetime | None, zone: datetime.tzinfo) -> str:
        """Return a date as people write it, in the site's time zone."""
        return _day(when.astimezone(zone).date(), self.locale) if when else ""

    def price(self, minor: int, currency: str) -> tuple[Decimal, str]:
        """Return an amount and its text, without the empty cents."""
        digits = get_currency_precision(currency)
        amount = Decimal(minor).scaleb(-digits)
        whole = amount == amount.to_integral_value()
        text = format_currency(
            amount, currency, locale=self.locale, currency_digits=not whole,
            format=None if not whole else _whole_format(self.locale),
        )  # fmt: skip
        return amount, text


@functools.cache
def _day(when: datetime.date, locale: Locale) -> str:
    return str(format_date(when, format="long", locale=locale))


@functools.cache
def _whole_format(locale: Locale) -> str:
    return str(locale.currency_formats["standard"].pattern).replace(".00", "")


def _words(code: str, folders: tuple[Path, ...]) -> Words:
    """Return a language's words: the creator's file, with the theme's behind it."""
    found = [
        read_po(path)
        for folder in folders
        for name in dict.fromkeys((code.replace("-", "_"), code.split("-")[0]))
        if (path := folder / f"{name}.po").is_file()
    ]
    found = found or [Words()]
    for first, second in zip(found, found[1:], strict=False):
        first.add_fallback(second)
    return found[0]


def speeches(codes: tuple[str, ...], folders: tuple[Path, ...]) -> Mapping[str, Speech]:
    """Return every language of the site by its code."""
    return {code: Speech(code, folders) for code in codes}
