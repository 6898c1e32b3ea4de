"""The real Stripe client over HTTP; conftest holds every exchange to Stripe's description."""

import multiprocessing
from collections.abc import Mapping

import pytest
import stripe

from publish.sandbox import api, life, money
from publish.sandbox.params import ANY_NAME
from publish.sandbox.state import State
from tests.publish.sandbox import shapes
from tests.publish.sandbox.conftest import client_of
from tests.publish.sandbox.shop import ask, later, member, pay, price, session


def refused(call, *arguments):
    """Return the error that a call is answered with."""
    with pytest.raises(stripe.StripeError) as caught:
        call(*arguments)
    return caught.value


def test_every_parameter_is_one_that_stripe_takes():
    for route in api.ROUTES:
        known = shapes.parameters(route.method, route.path.replace("{}", "x"))
        within(route.shape, {"properties": known}, f"{route.method} {route.path}")


def within(shape, schema, place):
    """Fail unless every name of a shape, however deep, is one of the schema's."""
    if isinstance(shape, list):
        items = next(each["items"] for each in variants(schema) if "items" in each)
        within(shape[0], items, place)
    if not isinstance(shape, Mapping):
        return
    known, others = {}, None
    for each in variants(schema):
        known |= each.get("properties", {})
        others = each.get("additionalProperties") or others
    for name, inner in shape.items():
        assert name in known or (name == ANY_NAME and others), f"{place}: {name}"
        within(inner, known.get(name, others), f"{place}[{name}]")


def variants(schema):
    return [schema, *(inner for each in schema.get("anyOf", ()) for inner in variants(each))]


def test_the_account_is_told(client):
    assert client.v1.accounts.retrieve_current().id == "acct_sandbox0000000"


def test_products_are_made_changed_listed_and_deleted(client):
    made = client.v1.products.create({"name": "A", "id": "inkstead_a", "metadata": {"x": "1"}})
    assert client.v1.products.retrieve(made.id).metadata["x"] == "1"
    changed = client.v1.products.update(made.id, {"name": "B", "metadata": {"x": "", "y": "2"}})
    assert (changed.name, changed.metadata.to_dict()) == ("B", {"y": "2"})
    assert [each.id for each in client.v1.products.list({"active": True}).data] == [made.id]
    assert client.v1.products.delete(made.id).deleted
    assert client.v1.products.list().data == []


def test_a_product_id_is_given_once(client):
    client.v1.products.create({"name": "A", "id": "one"})
    error = refused(client.v1.products.create, {"name": "B", "id": "one"})
    assert error.code == "resource_already_exists"


def test_a_price_has_amounts_in_several_currencies_and_never_another(client):
    key = price(client, currency_options={"usd": {"unit_amount": 600}}, lookup_key="k")
    found = client.v1.prices.list({"lookup_keys": ["k"], "expand": ["data.currency_options"]})
    told = found.data[0].currency_options.to_dict()
    assert {name: each["unit_amount"] for name, each in told.items()} == {"cny": 3900, "usd": 600}
    error = refused(client.v1.prices.update, key, {"unit_amount": 1})
    assert error.code == "parameter_unknown"
    assert error.param == "unit_amount"


def test_a_lookup_key_moves_only_when_that_is_asked_for(client):
    first = price(client, lookup_key="k")
    product = client.v1.prices.retrieve(first).product
    again = {"product": product, "currency": "cny", "unit_amount": 1, "lookup_key": "k"}
    assert refused(client.v1.prices.create, again).param == "lookup_key"
    second = client.v1.prices.create(again | {"transfer_lookup_key": True})
    assert client.v1.prices.retrieve(first).lookup_key is None
    assert client.v1.prices.list({"lookup_keys": ["k"]}).data[0].id == second.id


def test_an_archived_price_is_not_sold(client):
    sold = price(client)
    client.v1.prices.update(sold, {"active": False})
    assert client.v1.prices.list({"active": True}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="inactive") as caught:
        session(client, sold)
    assert caught.value.param == "line_items[0][price]"


def test_a_price_that_is_not_there_is_said_as_stripe_says_it(client):
    with pytest.raises(stripe.InvalidRequestError, match="No such price: 'price_x'") as caught:
        session(client, "price_x")
    assert (caught.value.code, caught.value.http_status) == ("resource_missing", 400)
    error = refused(client.v1.prices.retrieve, "price_x")
    assert (error.code, error.http_status) == ("resource_missing", 404)


def test_a_session_is_opened_retrieved_listed_and_expired(client):
    names = {"inkstead_order": "ABCD"}
    opened = session(
        client,
        price(client),
        client_reference_id="ABCD",
        metadata=names,
        payment_intent_data={"metadata": names},
        customer_email="r@example.com",
        customer_creation="always",
        locale="zh",
        allow_promotion_codes=True,
        invoice_creation={"enabled": True},
    )
    assert opened.id.startswith("cs_test_")
    assert (opened.status, opened.payment_status, opened.amount_total) == ("open", "unpaid", 3900)
    told = client.v1.checkout.sessions.retrieve(opened.id, {"expand": ["line_items"]})
    assert told.line_items.data[0].price.unit_amount == 3900
    assert client.v1.checkout.sessions.line_items.list(opened.id).data[0].description == "会员"
    assert client.v1.checkout.sessions.list({"status": "open"}).data[0].id == opened.id
    assert client.v1.checkout.sessions.expire(opened.id).status == "expired"
    assert refused(client.v1.checkout.sessions.expire, opened.id).http_status == 400


@pytest.mark.parametrize(
    ("mode", "every", "more", "said"),
    [
        ("payment", "month", {}, "recurring price"),
        ("subscription", "", {}, "at least one recurring"),
        ("subscription", "month", {"payment_method_types": ["card", "alipay"]}, "subscription"),
        ("payment", "", {"payment_method_types": ["wechat_pay"]}, "client"),
        ("payment", "", {"customer": "cus_gone"}, "No such customer"),
        ("payment", "", {"currency": "jpy"}, "jpy"),
        ("payment", "", {"subscription_data": {"trial_period_days": 3}}, "subscription_data"),
        ("payment", "", {"expires_at": 5}, "expires_at"),
        ("subscription", "month", {"customer_creation": "always"}, "payment"),
    ],
)
def test_what_stripe_refuses_is_refused(client, mode, every, more, said):
    sold = price(client, every=every)
    with pytest.raises(stripe.InvalidRequestError, match=said):
        session(client, sold, mode, **more)


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"nmae": "x"}, "parameter_unknown", "nmae"),
        ({}, "parameter_missing", "name"),
        ({"name": "x", "active": "maybe"}, None, "active"),
        ({"name": "x", "metadata": "text"}, "parameter_invalid_empty", "metadata"),
    ],
)
def test_a_wrong_parameter_is_named(client, params, code, param):
    error = refused(client.v1.products.create, params)
    assert (error.http_status, error.code, error.param) == (400, code, param)


def test_only_keys_of_the_sandbox_open_it(address):
    for key in ("sk_test_4eC39HqLyjWDarjtT1zdp7dc", "sk_live_4eC39HqLyjWDarjtT1zdp7dc"):
        other = stripe.StripeClient(key, base_addresses={"api": address}, max_network_retries=0)
        with pytest.raises(stripe.AuthenticationError):
            other.v1.accounts.retrieve_current()


def test_another_host_name_gets_nothing(address):
    answer = ask(f"{address}/v1/account", Host="evil.example", Authorization="Bearer x")
    assert answer.status == 421


def test_an_idempotent_request_is_done_once(client):
    options = {"idempotency_key": "one"}
    first = client.v1.customers.create({"email": "a@example.com"}, options)
    assert client.v1.customers.create({"email": "a@example.com"}, options).id == first.id
    assert len(client.v1.customers.list().data) == 1
    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({"email": "b@example.com"}, options)


def test_a_key_that_failed_may_be_used_again(client):
    refused(client.v1.products.create, {"nmae": "x"})
    options = {"idempotency_key": "two"}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.products.create({}, options)
    assert client.v1.products.create({"name": "x"}, options).name == "x"


def test_lists_come_in_pages_newest_first(client):
    made = [client.v1.customers.create({"email": f"{n}@example.com"}).id for n in range(7)]
    found = [e.id for e in client.v1.customers.list({"limit": 3}).auto_paging_iter()]
    assert found == made[::-1]
    page = client.v1.customers.list({"limit": 3, "ending_before": made[0]})
    assert ([each.id for each in page.data], page.has_more) == (made[3:0:-1], True)
    assert refused(client.v1.customers.list, {"starting_after": "cus_x"}).code == "resource_missing"
    assert refused(client.v1.customers.list, {"limit": 101}).param == "limit"


def test_a_customer_is_found_by_mail_changed_and_deleted_with_their_subscription(client, state):
    held = member(client, state)
    who = client.v1.customers.list({"email": "r@example.com"}).data[0]
    client.v1.customers.update(who.id, {"email": "new@example.com", "name": "R"})
    shown = client.v1.customers.retrieve(who.id, {"expand": ["subscriptions"]})
    assert shown.subscriptions.data[0].id == held.id
    assert client.v1.customers.delete(who.id).deleted
    assert client.v1.customers.retrieve(who.id).deleted
    assert client.v1.subscriptions.retrieve(held.id).status == "canceled"
    assert client.v1.subscriptions.list({"customer": who.id}).data == []
    assert len(client.v1.subscriptions.list({"customer": who.id, "status": "all"}).data) == 1


def test_a_subscription_leads_to_items_invoices_payments_and_charges(client, state):
    held = member(client, state, subscription_data={"metadata": {"a": "b"}})
    assert held.metadata["a"] == "b"
    item = client.v1.subscription_items.list({"subscription": held.id}).data[0]
    assert item.current_period_end == held["items"].data[0].current_period_end
    asked = {"subscription": held.id, "expand": ["data.payments"]}
    invoice = client.v1.invoices.list(asked).data[0]
    assert invoice.parent.subscription_details.subscription == held.id
    paid = invoice.payments.data[0].payment.payment_intent
    intent = client.v1.payment_intents.retrieve(paid, {"expand": ["latest_charge"]})
    assert intent.latest_charge.amount == invoice.amount_paid == 3900
    assert client.v1.charges.list({"payment_intent": paid}).data[0].id == intent.latest_charge.id
    shown = client.v1.invoices.retrieve(invoice.id, {"expand": ["payments", "customer"]})
    assert shown.customer.email == "r@example.com"


def test_a_subscription_is_stopped_resumed_paused_and_cancelled(client, state):
    held = member(client, state)
    ends = held["items"].data[0].current_period_end
    stopped = client.v1.subscriptions.update(held.id, {"cancel_at_period_end": True})
    assert (stopped.status, stopped.cancel_at) == ("active", ends)
    resumed = client.v1.subscriptions.update(held.id, {"cancel_at_period_end": False})
    assert (resumed.cancel_at, resumed.canceled_at) == (None, None)
    paused = client.v1.subscriptions.update(held.id, {"pause_collection": {"behavior": "void"}})
    assert paused.pause_collection.behavior == "void"
    again = client.v1.subscriptions.update(held.id, {"pause_collection": ""})
    assert again.pause_collection is None
    set_ = client.v1.subscriptions.update(held.id, {"cancel_at": ends - 9})
    assert set_.cancel_at == ends - 9
    assert client.v1.subscriptions.update(held.id, {"cancel_at": ""}).cancel_at is None
    assert client.v1.subscriptions.cancel(held.id).status == "canceled"
    assert refused(client.v1.subscriptions.cancel, held.id).code == "resource_missing"


def test_refunds_are_whole_partial_and_never_too_much(client, state):
    opened = session(client, price(client))
    pay(state, opened.id)
    intent = client.v1.checkout.sessions.retrieve(opened.id).payment_intent
    part = client.v1.refunds.create({"payment_intent": intent, "amount": 900})
    assert (part.status, part.amount) == ("succeeded", 900)
    charge = client.v1.charges.retrieve(part.charge, {"expand": ["refunds"]})
    assert (charge.amount_refunded, charge.refunded) == (900, False)
    assert charge.refunds.data[0].id == part.id
    error = refused(client.v1.refunds.create, {"charge": charge.id, "amount": 3001})
    assert error.param == "amount"
    client.v1.refunds.create({"charge": charge.id, "reason": "requested_by_customer"})
    assert client.v1.charges.retrieve(charge.id).refunded
    error = refused(client.v1.refunds.create, {"charge": charge.id})
    assert error.code == "charge_already_refunded"
    assert len(client.v1.refunds.list({"charge": charge.id}).data) == 2
    assert client.v1.refunds.retrieve(part.id).payment_intent == intent


@pytest.mark.parametrize(("method", "days"), [("alipay", 90), ("wechat_pay", 180)])
def test_a_refund_through_a_wallet_ends_some_day(client, state, method, days):
    keys = []
    for _ in range(2):
        opened = session(client, price(client))
        pay(state, opened.id, method=method)
        keys.append(client.v1.checkout.sessions.retrieve(opened.id).payment_intent)
    later(state, days)
    assert client.v1.refunds.create({"payment_intent": keys[0]}).status == "succeeded"
    later(state, 1)
    error = refused(client.v1.refunds.create, {"payment_intent": keys[1]})
    assert f"for {days} days" in str(error)


def test_disputes_are_answered_won_and_given_up(client, state):
    keys = []
    for _ in range(2):
        opened = session(client, price(client))
        pay(state, opened.id)
        found = client.v1.checkout.sessions.retrieve(opened.id, {"expand": ["payment_intent"]})
        with life.today(state) as books:
            charged = books.get("charge", found.payment_intent.latest_charge)
            keys.append(money.dispute(books, charged)["id"])
    error = refused(client.v1.refunds.create, {"charge": charged["id"]})
    assert error.code == "charge_disputed"
    evidence = {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True}
    assert client.v1.disputes.update(keys[0], evidence).status == "won"
    assert client.v1.disputes.close(keys[1]).status == "lost"
    assert refused(client.v1.disputes.close, keys[1]).http_status == 400
    listed = client.v1.disputes.list({"charge": charged["id"]})
    assert [each.status for each in listed.data] == ["lost"]


def test_coupons_and_promotion_codes(client):
    coupon = client.v1.coupons.create({"percent_off": 20, "duration": "once", "name": "spring"})
    made = client.v1.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "SPRING"}
    )
    asked = {"code": "SPRING", "active": True, "expand": ["data.promotion.coupon"]}
    found = client.v1.promotion_codes.list(asked).data[0]
    assert (found.id, found.promotion.coupon.percent_off) == (made.id, 20)
    assert not client.v1.promotion_codes.update(made.id, {"active": False}).active
    assert client.v1.promotion_codes.list({"active": True}).data == []
    discounted = session(client, price(client), discounts=[{"coupon": coupon.id}])
    assert (discounted.amount_subtotal, discounted.amount_total) == (3900, 3120)
    assert client.v1.coupons.update(coupon.id, {"name": "summer"}).name == "summer"
    assert client.v1.coupons.delete(coupon.id).deleted
    assert refused(client.v1.coupons.create, {"duration": "once"}).code == "parameter_missing"


def test_the_portal_wants_a_configuration_first(client):
    who = client.v1.customers.create({"email": "a@example.com"})
    error = refused(client.v1.billing_portal.sessions.create, {"customer": who.id})
    assert "default configuration" in str(error)
    made = client.v1.billing_portal.configurations.create(
        {"features": {"invoice_history": {"enabled": True}}, "metadata": {"inkstead": "1"}}
    )
    cancel = {"subscription_cancel": {"enabled": True, "mode": "at_period_end"}}
    changed = client.v1.billing_portal.configurations.update(made.id, {"features": cancel})
    assert changed.features.invoice_history.enabled
    assert changed.features.subscription_cancel.enabled
    assert client.v1.billing_portal.configurations.list({"active": True}).data[0].is_default
    opened = client.v1.billing_portal.sessions.create(
        {"customer": who.id, "return_url": "http://127.0.0.1:9/", "locale": "zh"}
    )
    assert ask(opened.url).status == 200


def test_webhook_endpoints_tell_their_secret_once(client):
    asked = {"url": "http://127.0.0.1:9/hook", "enabled_events": ["*"]}
    made = client.v1.webhook_endpoints.create(asked)
    assert made.secret.startswith("whsec_")
    found = client.v1.webhook_endpoints.retrieve(made.id)
    assert "secret" not in found
    assert client.v1.webhook_endpoints.update(made.id, {"disabled": True}).status == "disabled"
    assert len(client.v1.webhook_endpoints.list().data) == 1
    assert client.v1.webhook_endpoints.delete(made.id).deleted
    assert client.v1.webhook_endpoints.list().data == []


def test_events_are_listed_by_type_and_retrieved(client, state):
    opened = session(client, price(client))
    pay(state, opened.id)
    found = client.v1.events.list({"type": "checkout.session.completed"}).data
    assert [each.data.object["id"] for each in found] == [opened.id]
    assert client.v1.events.retrieve(found[0].id).type == "checkout.session.completed"
    both = client.v1.events.list({"types": ["charge.succeeded", "price.created"]}).data
    assert [each.type for each in both] == ["charge.succeeded", "price.created"]
    client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9/", "enabled_events": ["customer.created"]}
    )
    client.v1.customers.create({})
    assert len(client.v1.events.list({"delivery_success": False}).data) == 1


def test_the_list_of_events_reaches_thirty_days_back(client, state):
    client.v1.customers.create({"email": "old@example.com"})
    later(state, 29)
    assert len(client.v1.events.list().data) == 1
    later(state, 2)
    assert client.v1.events.list().data == []


def test_what_cannot_be_expanded_is_said(client):
    client.v1.products.create({"name": "x"})
    error = refused(client.v1.products.list, {"expand": ["data.nothing"]})
    assert "cannot be expanded" in str(error)


def test_an_address_that_inkstead_does_not_use_is_refused(client):
    error = refused(client.v1.balance.retrieve)
    assert error.http_status == 404


def _customers(path: str, address: str, count: int) -> None:
    if address:
        for n in range(count):
            client_of(address).v1.customers.create({"email": f"{n}@example.com"})
        return
    from publish.sandbox import goods

    for _ in range(count):
        with life.today(State(path)) as books:
            books.put(goods.customer(books, {"email": "x@example.com"}))


def test_two_processes_keep_one_state(client, state, address):
    """A command writes into the file while the preview answers; nothing is lost."""
    other = multiprocessing.get_context("spawn").Process(
        target=_customers, args=(str(state.path), "", 25)
    )
    other.start()
    _customers("", address, 25)
    other.join(60)
    assert other.exitcode == 0
    listed = client.v1.customers.list({"limit": 100}).data
    assert len(listed) == len({each.id for each in listed}) == 50
