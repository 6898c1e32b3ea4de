"""Stripe's adapter: what it refuses to start with, and what it sends, as Stripe describes it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from publish.contract.manifest import Manifest
from publish.paywall.payments import stripe_requests
from publish.paywall.payments.stripe_api import StripePayments
from publish.paywall.ports import Checkout, NotVerified, PaymentsDown
from tests.publish.paywall.contracts.test_payments import asked
from tests.publish.paywall.house import START, MovableClock
from tests.publish.paywall.tills import KEY, SECRET, SandboxTill, body_of, signed
from tests.publish.sandbox import shapes

LOCAL = "http://127.0.0.1:12111"


@pytest.mark.parametrize("secrets", [(), ("",), ("whsec_good", ""), (" \t",), [""]])
def test_it_does_not_start_with_an_empty_secret(secrets: Any) -> None:
    with pytest.raises(ValueError, match="secret"):
        StripePayments("sk_test_x", secrets)


@pytest.mark.parametrize(
    ("key", "base"),
    [
        ("", ""),
        ("pk_test_x", ""),
        ("whsec_x", ""),
        (KEY, ""),
        ("sk_live_x", LOCAL),
        ("sk_test_real", LOCAL),
        (KEY, "http://stripe.evil.example"),
        (KEY, "http://127.0.0.1.evil.example"),
        (KEY, "http://127.0.0.1@evil.example/"),
        (KEY, "ftp://127.0.0.1"),
        (KEY, "127.0.0.1:80"),
        (KEY, "//127.0.0.1"),
    ],
)
def test_keys_and_addresses_that_do_not_go_together(key: str, base: str) -> None:
    with pytest.raises(ValueError):
        StripePayments(key, (SECRET,), base)


@pytest.mark.parametrize(
    ("key", "base", "mode"),
    [
        ("sk_test_x", "", "test"),
        ("rk_test_x", "", "test"),
        ("sk_live_x", "", "live"),
        ("rk_live_x", "", "live"),
        (KEY, LOCAL, "sandbox"),
        (KEY, "http://localhost:1/", "sandbox"),
        (KEY, "http://[::1]:1", "sandbox"),
    ],
)
def test_the_mode_is_what_the_key_says(key: str, base: str, mode: str) -> None:
    assert StripePayments(key, (SECRET,), base).mode == mode


def test_a_process_without_webhooks_takes_none() -> None:
    payments = StripePayments(KEY, None, LOCAL)
    body = body_of("evt_1", "ping", {"object": "x"}, START)
    for secret in (SECRET, "", "None"):
        with pytest.raises(NotVerified):
            payments.verify(body, signed(body, START, secret), START)


def test_starting_the_adapter_loads_no_stripe() -> None:
    code = (
        "import sys\n"
        "from publish.paywall.payments.stripe_api import StripePayments\n"
        f"StripePayments({KEY!r}, ('whsec_x',), {LOCAL!r})\n"
        "print('stripe' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_the_client_has_a_pinned_version_a_short_timeout_and_retries() -> None:
    requestor = StripePayments(KEY, None, LOCAL).client._requestor
    options = requestor._options
    assert options.stripe_version == "2026-08-26.dahlia"
    assert options.max_network_retries == 2
    assert requestor._client._timeout == 10.0


def test_a_real_key_goes_to_stripe_only() -> None:
    client = StripePayments("sk_test_x", None).client
    assert client._requestor._options.base_addresses.get("api", "https://api.stripe.com") in (
        None,
        "https://api.stripe.com",
    )


@pytest.mark.parametrize(
    ("lang", "locale"),
    [
        ("zh-Hans", "zh"), ("zh-CN", "zh"), ("zh-Hant", "zh-TW"), ("en", "en"), ("en-GB", "en"),
        ("sw", "auto"), ("", "auto"),
    ],
)  # fmt: skip
def test_the_language_of_the_checkout(lang: str, locale: str) -> None:
    assert stripe_requests.locale(lang) == locale


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"customer": "cus_1", "mail": "a@example.test"},
        {"mail": "a@example.test"},
        {"mode": "subscription", "trial_days": 7},
        {"mode": "subscription", "customer": "cus_1"},
        {"lang": "sw", "currency": "JPY"},
    ],
)
def test_what_is_sent_is_as_stripe_describes_it(
    manifest: Manifest, changes: dict[str, Any]
) -> None:
    checkout = asked(manifest, "course", **changes)
    for params in (
        stripe_requests.session_params(checkout, "price_1"),
        stripe_requests.without_customer(
            stripe_requests.session_params(checkout, "price_1"), checkout
        ),
    ):
        shapes.check_request("POST", "/v1/checkout/sessions", params)
        assert "payment_method_types" not in params
        assert params["allow_promotion_codes"] is True
        assert not {"customer", "customer_email"} <= set(params)


def test_a_payment_always_makes_a_customer_and_carries_the_order(manifest: Manifest) -> None:
    checkout: Checkout = asked(manifest, "course")
    params = stripe_requests.session_params(checkout, "price_1")
    names = {"inkstead_order": "0RDER", "inkstead_product": "course", "inkstead_offer": "course"}
    assert params["customer_creation"] == "always"
    assert params["payment_intent_data"] == {"metadata": names}
    assert params["client_reference_id"] == "0RDER"
    renews = replace(checkout, mode="subscription", trial_days=7)
    params = stripe_requests.session_params(renews, "price_1")
    assert params["subscription_data"] == {"metadata": names, "trial_period_days": 7}
    assert "customer_creation" not in params


def test_the_portals_configuration_is_as_stripe_describes_it() -> None:
    shapes.check_request(
        "POST", "/v1/billing_portal/configurations", dict(stripe_requests.PORTAL_PARAMS)
    )


def test_every_call_is_one_that_stripe_describes(
    sandbox: SandboxTill, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from publish.sandbox import api

    real, paths = api._do, set()

    def checked(books: Any, told: api.Asked) -> Any:
        shapes.operation(told.method, told.path)
        paths.add((told.method, told.path.split("/")[2]))
        found = real(books, told)
        shapes.check_object(found)
        return found

    monkeypatch.setattr(api, "_do", checked)
    started = sandbox.payments.start(
        asked(manifest, "membership-month", mode="subscription", trial_days=7)
    )
    sandbox.pay(started.reference, "reader@example.test")
    found = sandbox.payments.purchase(started.reference)
    sandbox.payments.cancel(found.subscription.id)
    sandbox.payments.resume(found.subscription.id)
    sandbox.payments.portal(found.customer, "https://example.test/", "en")
    sandbox.payments.forget(found.customer)
    assert {each for _, each in paths} >= {"prices", "checkout", "subscriptions", "customers"}


def test_an_answer_without_sense_is_down_not_an_error(
    sandbox: SandboxTill, manifest: Manifest, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from publish.sandbox import api

    started = sandbox.payments.start(asked(manifest, "course"))
    monkeypatch.setattr(api, "_do", lambda *_: {"object": "checkout.session", "id": "cs_1"})
    with pytest.raises(PaymentsDown):
        sandbox.payments.purchase(started.reference)


@pytest.mark.parametrize("cancelled_by_date", [True, False])
def test_resume_takes_back_both_kinds_of_cancellation(
    sandbox: SandboxTill, manifest: Manifest, cancelled_by_date: bool
) -> None:
    started = sandbox.payments.start(asked(manifest, "membership-month"))
    sandbox.pay(started.reference, "reader@example.test")
    running = sandbox.payments.purchase(started.reference).subscription
    change: dict[str, Any] = (
        {"cancel_at": int(running.period_end.timestamp()) - 86400}
        if cancelled_by_date
        else {"cancel_at_period_end": True}
    )
    sandbox.payments.client.v1.subscriptions.update(running.id, change)
    sandbox.payments.resume(running.id)
    again = sandbox.payments.purchase(started.reference).subscription
    assert (again.cancel_at, again.cancelled) == (None, False)


def test_lists_of_what_was_deleted_are_empty_and_other_refusals_are_down(
    sandbox: SandboxTill, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from publish.sandbox import api
    from publish.sandbox.params import Refused

    started = sandbox.payments.start(asked(manifest, "membership-year", mode="subscription"))
    sandbox.pay(started.reference, "reader@example.test")
    real = api._do

    def refusing(code: str) -> Any:
        def do(books: Any, told: api.Asked) -> Any:
            if told.path == "/v1/charges":
                raise Refused("No such customer", code=code, param="customer")
            return real(books, told)

        return do

    monkeypatch.setattr(api, "_do", refusing("resource_missing"))
    assert sandbox.payments.purchase(started.reference).state == "paid"
    monkeypatch.setattr(api, "_do", refusing("something_else"))
    with pytest.raises(PaymentsDown):
        sandbox.payments.purchase(started.reference)
