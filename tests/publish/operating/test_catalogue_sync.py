"""The plan that brings a catalogue to Stripe: pure, complete, and done when it was done."""

from dataclasses import replace

import pytest

from publish.contract import manifest as contract
from publish.operating import catalogue_sync
from publish.operating.catalogue_sync import EVENTS, Found
from tests.publish.paywall.generation import make_generation

NOTHING = Found((), (), (), ())


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    return contract.load(make_generation(tmp_path_factory.mktemp("site")) / "manifest.json")


def test_products_come_before_the_prices_that_name_them(manifest):
    kinds = [action.kind for action in catalogue_sync.plan(manifest, NOTHING)]
    assert kinds == sorted(kinds, key=["product", "price", "portal"].index)


def test_nothing_is_archived_that_is_not_ours(manifest):
    theirs = {"id": "price_1", "active": True, "lookup_key": "inkstead_x", "metadata": {}}
    actions = catalogue_sync.plan(manifest, replace(NOTHING, prices=(theirs,)))
    assert not [each for each in actions if each.do == "archive"]


def test_a_product_that_is_switched_off_at_stripe_is_switched_on(manifest):
    [first, *_] = catalogue_sync.plan(manifest, NOTHING)
    known = {**first.params, "active": False}
    actions = catalogue_sync.plan(manifest, replace(NOTHING, products=(known,)))
    [update] = [each for each in actions if each.do == "update"]
    assert (update.key, update.params) == (first.params["id"], {"active": True})


@pytest.mark.parametrize(
    ("product", "id_"),
    [("pass", "inkstead_pass"), ("2026-course_1", "inkstead_2026-course_1")],
)
def test_an_id_in_latin_letters_stays_readable(product, id_):
    assert catalogue_sync.product_id(product) == id_


def test_an_id_in_chinese_becomes_one_that_stripe_takes():
    made = catalogue_sync.product_id("课程")
    assert made.isascii()
    assert made != catalogue_sync.product_id("课")


# ---- webhooks ---------------------------------------------------------------------------------

HOOK = {
    "id": "we_1",
    "url": "https://own.example/api/webhook",
    "enabled_events": list(EVENTS),
    "status": "enabled",
}


def webhooks(**told):
    has = replace(NOTHING, webhooks=({**HOOK, **told},))
    return catalogue_sync.webhook("https://own.example", has)


def test_a_webhook_that_hears_everything_is_left_alone():
    assert webhooks() == []
    assert webhooks(enabled_events=["*"]) == []
    assert webhooks(enabled_events=[*EVENTS, "payout.paid"]) == []


def test_a_webhook_that_was_switched_off_is_switched_on():
    [action] = webhooks(status="disabled")
    assert (action.key, action.params) == ("we_1", {"disabled": False})


def test_a_webhook_that_hears_too_little_keeps_what_it_heard():
    [action] = webhooks(enabled_events=["payout.paid"])
    assert set(action.params["enabled_events"]) == {*EVENTS, "payout.paid"}


def test_a_webhook_of_another_site_is_not_ours():
    [action] = webhooks(url="https://other.example/api/webhook")
    assert (action.do, action.params["url"]) == ("create", HOOK["url"])
