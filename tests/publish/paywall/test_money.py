"""Money as people read it."""

from __future__ import annotations

import pytest

from publish.paywall import money


@pytest.mark.parametrize(
    ("minor", "currency", "lang", "text"),
    [
        (36500, "CNY", "zh-Hans", "¥365"),
        (36500, "CNY", "en", "CN¥365"),
        (590, "usd", "en", "$5.90"),
        (590, "USD", "zh-Hans", "US$5.90"),
        (2200, "JPY", "en", "¥2,200"),
        (2200, "JPY", "zh-Hans", "JP¥2,200"),
        (5000, "KRW", "en", "₩5,000"),
        (123456789, "EUR", "en", "€1,234,567.89"),
        (1200, "CHF", "en", "CHF 12"),
        (12345, "KWD", "en", "KWD 12.345"),
        (-100, "USD", "en", "-$1"),
        (5, "USD", "", "$0.05"),
        (0, "USD", "en", "$0"),
    ],
)
def test_a_price_in_words(minor: int, currency: str, lang: str, text: str) -> None:
    assert money.written(minor, currency, lang) == text
