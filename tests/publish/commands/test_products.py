"""`inkstead products sync` against the sandbox: the catalogue is code."""

import json
import shutil
from dataclasses import replace

import pytest

from publish import folders
from publish.contract import manifest as contract
from publish.paywall.payments import catalogue
from publish.sandbox.running import running
from publish.sandbox.state import State
from tests.publish.commands.shop import make_shop


@pytest.fixture
def shop(tmp_path):
    return make_shop(tmp_path / "site")


def change(shop, do):
    """Build the site again with other products."""
    path = folders.preview_output(shop.folder) / "manifest.json"
    manifest = contract.load(path)
    products = dict(manifest.products)
    do(products)
    path.write_text(contract.dump(replace(manifest, products=products)), encoding="utf-8")


def with_price(product, offer, prices):
    offers = tuple(replace(e, prices=prices) if e.id == offer else e for e in product.offers)
    return replace(product, offers=offers)


def prices(shop, **wanted):
    with shop.books() as books:
        return {each["lookup_key"]: each for each in books.all("price", **wanted)}


def test_the_first_run_makes_products_prices_and_portal_and_the_second_does_nothing(shop):
    first = shop.json("products", "sync")
    assert {each["do"] for each in first["actions"]} == {"create"}
    with shop.books() as books:
        made = {each["id"]: each for each in books.all("product")}
        assert made["inkstead_membership"]["metadata"] == {"inkstead_product": "membership"}
        assert "inkstead_early" not in made  # retired before it was ever sold here
        [portal] = books.all("billing_portal.configuration")
    assert portal["features"]["subscription_cancel"]["mode"] == "at_period_end"
    assert portal["features"]["invoice_history"]["enabled"]
    found = prices(shop)
    month = found["inkstead_membership_membership-month_CNY3900-USD600_month"]
    assert (month["currency"], month["unit_amount"]) == ("cny", 3900)
    assert month["recurring"]["interval"] == "month"
    second = shop.json("products", "sync")
    assert second["actions"] == []
    assert prices(shop) == found


def test_every_offer_that_is_sold_has_a_price_under_the_key_that_buying_asks_for(shop):
    shop.ok("products", "sync")
    manifest = contract.load(folders.preview_output(shop.folder) / "manifest.json")
    wanted = {
        catalogue.lookup_key(key, offer)
        for key, product in manifest.products.items()
        if product.status == "published"
        for offer in product.offers
    }
    assert set(prices(shop, active=True)) == wanted


def test_a_plan_says_every_step_with_its_reason_and_does_none(shop):
    ran = shop.process("products", "sync", "--plan")
    assert ran.code == 0
    first, *steps, last = ran.out.splitlines()
    assert first == "sandbox · sqlite .inkstead/sandbox/service.sqlite"
    assert all(line.startswith("create") and "yet" in line for line in steps)
    assert last == f"{len(steps)} steps to do"
    assert prices(shop) == {}


def test_another_price_is_a_new_one_and_the_old_one_is_archived(shop):
    shop.ok("products", "sync")
    old = prices(shop)["inkstead_course_course_CNY29900-USD4500_once"]

    def dearer(products):
        products["course"] = with_price(products["course"], "course", {"CNY": 39900, "USD": 4500})

    change(shop, dearer)
    actions = shop.json("products", "sync")["actions"]
    assert [(each["do"], each["kind"]) for each in actions] == [
        ("create", "price"),
        ("archive", "price"),
    ]
    assert actions[1]["reason"] == "the site has another price now"
    found = prices(shop)
    assert found[old["lookup_key"]] == old | {"active": False}
    assert found["inkstead_course_course_CNY39900-USD4500_once"]["unit_amount"] == 39900
    assert shop.json("products", "sync")["actions"] == []


def test_a_price_that_comes_back_is_taken_from_the_archive(shop):
    shop.ok("products", "sync")
    before = prices(shop)["inkstead_course_course_CNY29900-USD4500_once"]
    with shop.books() as books:
        books.put(before | {"active": False})
    [action] = shop.json("products", "sync")["actions"]
    assert (action["do"], action["id"]) == ("update", before["id"])
    assert prices(shop)[before["lookup_key"]] == before


def test_a_retired_product_loses_its_prices_and_stays_for_who_subscribed(shop):
    shop.ok("products", "sync")

    def retire(products):
        products["membership"] = replace(products["membership"], status="retired")

    change(shop, retire)
    actions = shop.json("products", "sync")["actions"]
    assert {(each["do"], each["kind"]) for each in actions} == {("archive", "price")}
    assert {each["reason"] for each in actions} == {"the site does not sell it any more"}
    with shop.books() as books:
        assert books.get("product", "inkstead_membership")["active"]
    assert not [key for key in prices(shop, active=True) if "membership" in key]


def test_prices_that_are_not_ours_are_left_alone(shop):
    shop.ok("products", "sync")
    with shop.desk(payments=True) as desk:
        made = {
            "product": "inkstead_course",
            "currency": "cny",
            "unit_amount": 5,
            "lookup_key": "gold",
        }
        desk.stripe().create("price", made)
    assert shop.json("products", "sync")["actions"] == []
    assert prices(shop)["gold"]["active"]


def test_a_price_of_our_name_that_charges_something_else_is_replaced(shop):
    shop.ok("products", "sync")
    wrong = prices(shop)["inkstead_course_course_CNY29900-USD4500_once"] | {"unit_amount": 1}
    with shop.books() as books:
        books.put(wrong)
    actions = shop.json("products", "sync")["actions"]
    assert {each["reason"] for each in actions} == {"the price of this name charges something else"}
    assert prices(shop)[wrong["lookup_key"]]["unit_amount"] == 29900
    assert shop.json("products", "sync")["actions"] == []


def test_without_a_build_it_says_what_to_run(tmp_path):
    shop = make_shop(tmp_path / "site")
    (folders.preview_output(shop.folder) / "manifest.json").unlink()
    ran = shop.run("products", "sync")
    assert ran.code == 1
    assert "the site was not built yet (run: inkstead serve)" in ran.err


def test_live_without_settings_lists_all_that_is_missing_and_does_nothing(shop):
    ran = shop.run("products", "sync", "--live")
    assert ran.code == 2
    assert "INKSTEAD_ORIGIN" in ran.err
    assert "INKSTEAD_STORE" in ran.err


def test_a_live_key_without_live_is_refused(shop):
    ran = shop.run("products", "sync", STRIPE_SECRET_KEY="sk_live_1234567890")
    assert ran.code == 2
    assert "STRIPE_SECRET_KEY is a live key" in ran.err
    assert "1234567890" not in ran.err + ran.out


def test_live_makes_the_webhook_once_and_prints_its_secret_once(shop, tmp_path):
    change(shop, lambda products: None)
    finished = folders.default_output(shop.folder)
    shutil.copytree(folders.preview_output(shop.folder), finished)
    with running(State(shop.home.stripe)) as address:
        live = {
            "INKSTEAD_ORIGIN": "https://own.example",
            "INKSTEAD_STORE": f"sqlite:{tmp_path}/live.sqlite",
            "INKSTEAD_BODIES": f"folder:{finished}",
            "INKSTEAD_MAIL": f"outbox:{tmp_path}/mails",
            "INKSTEAD_KEYS": "a key for the tests that is long enough to sign",
            "STRIPE_SECRET_KEY": "sk_test_sandbox",
            "STRIPE_API": address,
        }
        asked = shop.run("products", "sync", "--live", **live)
        assert (asked.code, prices(shop)) == (2, {})
        first = shop.run("products", "sync", "--live", "--yes", **live)
        second = shop.run("products", "sync", "--live", "--yes", **live)
    assert first.code == 0, first.err
    assert first.out.startswith("acct_sandbox0000000 · sandbox · sqlite ")
    with shop.books() as books:
        [hook] = books.all("webhook_endpoint")
        secret = books.hidden(hook["id"])["secret"]
    assert hook["url"] == "https://own.example/api/webhook"
    assert "checkout.session.async_payment_succeeded" in hook["enabled_events"]
    assert f"STRIPE_WEBHOOK_SECRETS={secret}\n" in first.out
    assert second.out.endswith("Stripe has it all as the site says\n")


def test_it_speaks_chinese(shop):
    out = shop.ok("products", "sync", "--plan", "--lang", "zh")
    assert "新建" in out
    assert "Stripe 上还没有" in out
    assert json.loads(shop.ok("--lang=zh", "products", "sync", "--json"))["plan"] is False
