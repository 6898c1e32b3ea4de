"""What a person types as an amount, in minor units or not at all."""

import pytest

from publish.operating.refunding import amount_of
from publish.trouble import WrongUsage


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("9.90", "USD", 990), ("9.9", "CNY", 990), (" 365 ", "CNY", 36500), ("500", "JPY", 500)],
)
def test_an_amount_is_exact_in_its_currency(text, currency, minor):
    assert amount_of(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [("9.901", "USD"), ("1.5", "JPY"), ("0", "USD"), ("-1", "USD"), ("", "USD"), ("inf", "USD")],
)
def test_what_cannot_be_paid_is_no_amount(text, currency):
    with pytest.raises(WrongUsage):
        amount_of(text, currency)
