"""The receipt: what it says, in whose language, and to whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publish.contract.manifest import Manifest
from publish.paywall import fulfil, orders, receipts
from tests.publish.paywall.house import House
from tests.publish.paywall.tills import FakeTill, all_orders

READER = "Reader@Example.test"


def letter(shop: House, till: FakeTill, offer: str, lang: str, post: str = "walled") -> str:
    """Buy something and return the mail."""
    browser = shop.browser()
    browser.post(f"/api/checkout?lang={lang}", {"offer": offer, "post": post})
    (order,) = all_orders(shop.store)
    till.pay(order.reference, READER)
    fulfil.sync(shop.world, order.reference)
    shop.tick()
    (mail,) = shop.mailbox.sent
    assert mail.to == "reader@example.test"
    assert order.number in mail.text
    return mail.text


def test_a_pass_in_chinese(shop: House, till: FakeTill) -> None:
    text = letter(shop, till, "pass-quarter", "zh-Hans")
    assert "product: pass (zh-Hans)" in text
    assert "price: ¥99" in text
    assert "until: 2027年2月20日" in text
    assert "link: https://example.test/walled/" in text
    assert "forever" not in text
    assert "renews" not in text


def test_a_membership_says_that_it_renews(shop: House, till: FakeTill) -> None:
    text = letter(shop, till, "membership-year", "en")
    assert "price: $59" in text
    assert "\nrenews\n" in text
    assert "until: 22 November 2027" in text


def test_an_item_is_for_good_and_leads_to_its_own_page_without_a_post(
    shop: House, till: FakeTill
) -> None:
    text = letter(shop, till, "course", "en", post="")
    assert "forever\n" in text
    assert "link: https://example.test/en/course/" in text


def test_a_trial_is_free(shop: House, till: FakeTill) -> None:
    assert "price: free" in letter(shop, till, "membership-month", "en")


def test_a_product_that_is_gone_meanwhile_is_named_by_its_id(manifest: Manifest) -> None:
    without = replace(manifest, products={})
    assert receipts.title(without, "course", "en") == "course"
    assert receipts.place(without, "course", "en") == ""
    assert receipts.place(without, "en/walled", "zh-Hans") == "/en/walled/"


@pytest.mark.parametrize("mail", ["no address", "a@b@c", "x" * 400 + "@example.test", ""])
def test_an_odd_address_of_the_provider_is_kept_as_it_is(mail: str) -> None:
    assert receipts.address(mail).canonical == mail.strip().lower()


def test_who_pays_with_an_odd_address_owns_it_in_that_browser(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    browser.post("/api/checkout?lang=en", {"offer": "course", "post": "chapter"})
    (order,) = all_orders(shop.store)
    till.pay(order.reference, "odd address")
    assert browser.post("/api/return", {"order": order.id}).status == 303
    assert browser.get("/api/read/chapter").status == 200
    assert orders.find(shop.store, order.id).mail == "odd address"  # type: ignore[union-attr]
