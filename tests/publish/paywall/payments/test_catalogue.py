"""What the provider should sell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publish.contract.manifest import Language, Manifest, Offer
from publish.paywall.payments import catalogue


@pytest.mark.parametrize(
    ("offer", "key"),
    [
        (Offer("m", {"CNY": 3900}, every="month"), "inkstead_p_m_CNY3900_month"),
        (
            Offer("y", {"USD": 5900, "CNY": 36500}, every="year"),
            "inkstead_p_y_CNY36500-USD5900_year",
        ),
        (Offer("q", {"CNY": 9900}, days=90), "inkstead_p_q_CNY9900_90"),
        (Offer("o", {"JPY": 500}), "inkstead_p_o_JPY500_once"),
    ],
)
def test_a_lookup_key_holds_all_that_must_not_change(offer: Offer, key: str) -> None:
    assert catalogue.lookup_key("p", offer) == key


def test_any_change_of_money_or_time_is_another_key() -> None:
    first = Offer("y", {"CNY": 100, "USD": 200}, every="year")
    changed = [
        first,
        replace(first, prices={"CNY": 101, "USD": 200}),
        replace(first, prices={"CNY": 100, "USD": 201}),
        replace(first, prices={"CNY": 100}),
        replace(first, every="month"),
        replace(first, every="", days=365),
        replace(first, id="z"),
    ]
    keys = {catalogue.lookup_key("p", each) for each in changed}
    assert len(keys) == len(changed)
    assert catalogue.lookup_key("p", replace(first, trial=7)) in keys


def test_a_long_key_is_cut_and_stays_its_own() -> None:
    one = catalogue.lookup_key("产品" * 150, Offer("a", {"CNY": 1}))
    two = catalogue.lookup_key("产品" * 150, Offer("a", {"CNY": 2}))
    assert len(one) == len(two) == 200
    assert one != two


def test_everything_that_is_sold_is_wanted_and_nothing_retired(manifest: Manifest) -> None:
    found = {each.id: each for each in catalogue.wanted(manifest)}
    assert set(found) == {"membership", "pass", "course", "everything"}
    year = found["membership"].prices[0]
    assert found["membership"].name == "membership (zh-Hans) / membership (en)"
    assert (year.currency, year.amounts, year.every) == ("CNY", {"CNY": 36500, "USD": 5900}, "year")
    assert year.metadata == {"inkstead_product": "membership", "inkstead_offer": "membership-year"}
    assert found["pass"].prices[0].every == ""


def test_an_offer_is_found_only_while_it_is_sold(manifest: Manifest) -> None:
    found = catalogue.find_offer(manifest, "pass-quarter")
    assert found
    assert (found[0], found[2].days) == ("pass", 90)
    assert catalogue.find_offer(manifest, "early") is None
    assert catalogue.find_offer(manifest, "") is None


@pytest.mark.parametrize(
    ("currencies", "charged"),
    [
        (("USD", "CNY"), "USD"),
        (("CNY",), "CNY"),
        (("EUR", "USD"), "USD"),
        (("EUR",), "CNY"),
        ((), "CNY"),
    ],
)
def test_the_currency_that_is_charged(
    manifest: Manifest, currencies: tuple[str, ...], charged: str
) -> None:
    language: Language = replace(manifest.site.languages[0], currencies=currencies)
    assert catalogue.charged(Offer("o", {"USD": 1, "CNY": 2}), language) == charged


def test_a_product_adopts_prices_and_products_from_before(manifest: Manifest) -> None:
    assert catalogue.adopted(manifest, ("price_before",)) == "membership"
    assert catalogue.adopted(manifest, ("price_x", "prod_before")) == "membership"
    assert catalogue.adopted(manifest, ("price_x",)) == ""
    assert catalogue.adopted(manifest, ()) == ""
