"""What a product grants and costs, and what is no offer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.model.sales import read_sale
from tests.plugins.model.test_entries import fields, said


def sale(**values):
    """Read a product and return it with what was said."""
    given = {"kind": "item", "grants": ["paid"], "offers": [], **values}
    asked = fields(**{name: value for name, value in given.items() if value is not None})
    return read_sale(asked), said(asked)


def offered(kind="item", **values):
    """Read a product of one offer."""
    offer = {"id": "once", "price": {"CNY": "9.90"}, **values}
    return sale(kind=kind, offers=[{k: v for k, v in offer.items() if v is not None}])


def test_a_product_says_what_it_grants_and_costs():
    found, errors = sale(
        kind="membership",
        grants="paid, vip",
        refund_days="7",
        offers=[{"id": "year", "price": {"CNY": "365", "usd": "59"}, "every": "year"}],
    )
    assert errors == []
    assert (found.kind, found.grants, found.refund_days) == ("membership", ("paid", "vip"), 7)
    assert found.offers[0].prices == {"CNY": 36500, "USD": 5900}
    assert (found.offers[0].every, found.offers[0].days, found.offers[0].line) == ("year", 0, 4)


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [
        ("CNY", "9.90", 990),
        ("CNY", "0.01", 1),
        ("JPY", "500", 500),
        ("KWD", "1.234", 1234),
        ("USD", "9.900", 990),
        ("CNY", "1e2", 10000),
    ],
)
def test_money_is_whole_minor_units_of_its_currency(currency, amount, minor):
    found, errors = offered(price={currency: amount})
    assert errors == []
    assert found.offers[0].prices == {currency: minor}


@pytest.mark.parametrize(
    ("currency", "amount"),
    [
        ("USD", "9.999"),
        ("JPY", "9.90"),
        ("KWD", "0.0001"),
        ("CNY", "-5"),
        ("CNY", "0"),
        ("CNY", "free"),
        ("CNY", "NaN"),
        ("CNY", "Infinity"),
        ("CNY", ""),
        ("CNY", "9,90"),
        ("CNY", "1e12"),
        ("RMB", "9"),
        ("XYZ", "9"),
        ("", "9"),
    ],
)
def test_what_is_no_amount_of_money_is_an_error(currency, amount):
    found, errors = offered(price={currency: amount})
    assert found.offers == ()
    assert f'price "{amount} {currency}" in offer "once" is no amount of money' in errors[0]
    assert errors[0].startswith("a.md:4: ")


@given(st.integers(1, 10**10))
def test_minor_units_come_back_exactly(minor):
    found, errors = offered(price={"CNY": f"{minor // 100}.{minor % 100:02}"})
    assert errors == []
    assert found.offers[0].prices["CNY"] == minor


@pytest.mark.parametrize("price", ["12", None, [], {}, ["CNY"]])
def test_a_price_without_a_currency_is_an_error(price):
    assert "has no currency (write" in offered(price=price)[1][0]


@pytest.mark.parametrize(
    ("kind", "offer", "error"),
    [
        ("membership", {}, "of a membership renews"),
        ("pass", {}, "of a pass ends"),
        ("item", {"every": "year"}, "renews, which only a membership does"),
        ("bundle", {"every": "month"}, "renews, which only a membership does"),
        ("membership", {"every": "week"}, 'is neither "month" nor "year"'),
        ("membership", {"every": "year", "days": "3"}, 'has both "every" and "days"'),
        ("pass", {"days": "0"}, "is no number of days"),
        ("pass", {"days": "-1"}, "is no number of days"),
        ("pass", {"days": "1.5"}, "is no number of days"),
        ("pass", {"days": "²"}, "is no number of days"),
        ("pass", {"days": "99999"}, "is no number of days"),
        ("item", {"id": ""}, "an offer needs an id"),
        ("item", {"id": "a/b"}, "an offer needs an id"),
        ("item", {"id": "a b"}, "an offer needs an id"),
        ("item", {"prise": "9"}, 'unknown key "prise" in an offer'),
        ("membership", {"every": "year", "trial": "0"}, 'trial "0" in offer "once" is no number'),
        ("membership", {"every": "year", "trial": "731"}, "of days from 1 to 730"),
        ("membership", {"every": "year", "trial": "a week"}, 'trial "a week"'),
        ("membership", {"every": "year", "trial": ["7"]}, "is no number of days"),
        ("pass", {"days": "30", "trial": "7"}, "has a trial but does not renew"),
        ("item", {"trial": "7"}, 'write "every: year", or take "trial" away'),
    ],
)
def test_a_wrong_offer_is_left_out_with_an_error(kind, offer, error):
    found, errors = offered(kind, **offer)
    assert found.offers == ()
    assert any(error in each for each in errors)


@pytest.mark.parametrize(
    ("kind", "offer"),
    [
        ("membership", {"every": "month"}),
        ("pass", {"days": "30"}),
        ("item", {}),
        ("bundle", {}),
        ("item", {"days": "30"}),
    ],
)
def test_every_kind_of_product_has_its_kind_of_offer(kind, offer):
    found, errors = offered(kind, **offer)
    assert errors == []
    assert len(found.offers) == 1


def test_one_wrong_offer_leaves_the_others():
    good, bad = ({"id": name, "price": {"CNY": price}} for name, price in (("a", "1"), ("b", "x")))
    found, errors = sale(offers=[bad, good])
    assert [offer.id for offer in found.offers] == ["a"]
    assert len(errors) == 1


@pytest.mark.parametrize("offers", ["year", {"id": "a"}, ["a"]])
def test_offers_are_a_list_of_tables(offers):
    assert "offers is a list" in sale(offers=offers)[1][0]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"kind": None}, 'a product needs "kind": membership, pass, item, bundle'),
        ({"kind": "itm"}, 'kind "itm" is unknown (did you mean "item"?)'),
        ({"grants": None}, 'a product needs "grants"'),
        ({"grants": "public"}, '"public" cannot be granted'),
        ({"grants": "subscribers"}, '"subscribers" cannot be granted'),
        ({"grants": "VIP"}, '"VIP" cannot be granted'),
        ({"grants": "a b"}, '"a b" cannot be granted'),
        ({"grants": "会员"}, '"会员" cannot be granted'),
        ({"refund_days": "soon"}, 'refund_days "soon" is no number of days'),
        ({"refund_days": "-7"}, 'refund_days "-7" is no number of days'),
    ],
)
def test_a_product_with_a_wrong_field_is_an_error(values, error):
    assert any(error in each for each in sale(**values)[1])


@pytest.mark.parametrize("days", ["1", "7", "730"])
def test_a_subscription_may_begin_with_a_trial(days):
    found, errors = offered("membership", every="month", trial=days)
    assert errors == []
    assert found.offers[0].trial == int(days)


def test_without_a_trial_there_is_none():
    assert offered()[0].offers[0].trial == 0


@pytest.mark.parametrize("value", [["price_1a", "prod_B", "plan_x"], "price_1a, prod_B, plan_x"])
def test_a_product_adopts_what_was_sold_before(value):
    found, errors = sale(adopts=value)
    assert errors == []
    assert found.adopts == ("price_1a", "prod_B", "plan_x")


@pytest.mark.parametrize("name", ["sub_1", "price_", "price-1", "pricey", "price_1/2", "price_é"])
def test_what_is_no_id_of_a_price_or_product_is_not_adopted(name):
    errors = sale(adopts=["price_1", name])[1]
    assert len(errors) == 1
    assert errors[0].startswith(f'a.md:5: adopts "{name}" is no id of a price or product')
    assert "dashboard" in errors[0]
