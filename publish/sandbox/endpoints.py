"""What each POST and DELETE of the API does; each takes a Call and returns an object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from publish.sandbox import goods, money, opening, selling, subscribing
from publish.sandbox.goods import labels
from publish.sandbox.params import Refused, missing, need
from publish.sandbox.state import Books, Object


@dataclass(frozen=True)
class Call:
    """One request: the ids in its path, its parameters in their types, where pages are."""

    books: Books
    ids: tuple[str, ...]
    params: Mapping[str, Any]
    base: str

    def object(self, kind: str) -> Object:
        """Return the object that the path names."""
        return self.books.get(kind, self.ids[0])

    def updated(self, value: Object, *names: str) -> Object:
        """Return an object with the parameters that were given, metadata merged."""
        given = {name: self.params[name] for name in names if name in self.params}
        if "metadata" in self.params:
            given["metadata"] = labels(value["metadata"], self.params["metadata"])
        return value | given


# ---- account, products, prices ----


def account(call: Call) -> Object:
    """Return the account, the same one for every sandbox."""
    return {
        "id": "acct_sandbox0000000",
        "object": "account",
        "business_profile": None,
        "business_type": None,
        "charges_enabled": True,
        "country": "US",
        "default_currency": "usd",
        "details_submitted": True,
        "email": None,
        "metadata": {},
        "payouts_enabled": True,
        "type": "standard",
    }


def new_product(call: Call) -> Object:
    """Create a product."""
    need(call.params, "name")
    wanted = call.params.get("id")
    if wanted and call.books.find(wanted):
        raise Refused("Product already exists.", code="resource_already_exists", param="id")
    made = call.books.put(goods.product(call.books, call.params))
    call.books.emit("product.created", made)
    return made


def change_product(call: Call) -> Object:
    """Change a product."""
    names = ("active", "description", "images", "name", "statement_descriptor", "tax_code", "url")
    changed = call.updated(_living(call, "product"), *names) | {"updated": call.books.now}
    return call.books.put(changed)


def delete_product(call: Call) -> Object:
    """Delete a product that has no prices."""
    found = _living(call, "product")
    if call.books.all("price", product=found["id"]):
        raise Refused("This product cannot be deleted because it has one or more prices.")
    return _delete(call, found)


def new_price(call: Call) -> Object:
    """Create a price, and take its lookup key from the one that had it, if that is asked for."""
    books, params = call.books, call.params
    need(params, "currency", "product", "unit_amount")
    product = books.find(params["product"], "product")
    if product is None or product.get("deleted"):
        raise missing("product", params["product"], "product")
    made = goods.price(books, params)
    _claim(call, made)
    more = {"currency_options": goods.currency_options(params)}
    books.put(made, more=more)
    books.emit("price.created", made)
    return made


def change_price(call: Call) -> Object:
    """Change what may be changed of a price: never its amount."""
    changed = call.updated(call.object("price"), "active", "lookup_key", "nickname", "tax_behavior")
    _claim(call, changed)
    call.books.put(changed)
    call.books.emit("price.updated", changed)
    return changed


def _claim(call: Call, claimant: Object) -> None:
    """Give a lookup key to one price only."""
    key = claimant["lookup_key"]
    others = call.books.all("price", lookup_key=key) if key else []
    for other in (each for each in others if each["id"] != claimant["id"]):
        if not call.params.get("transfer_lookup_key"):
            raise Refused(
                f"A price (`{other['id']}`) already uses that lookup key.", param="lookup_key"
            )
        call.books.put(other | {"lookup_key": None})


# ---- coupons ----


def new_coupon(call: Call) -> Object:
    """Create a coupon."""
    params = call.params
    if (params.get("percent_off") is None) == (params.get("amount_off") is None):
        raise Refused("Must provide percent_off or amount_off.", code="parameter_missing")
    if params.get("amount_off") is not None:
        need(params, "currency")
    return call.books.put(goods.coupon(call.books, params))


def change_coupon(call: Call) -> Object:
    """Change a coupon's name and labels."""
    return call.books.put(call.updated(_living(call, "coupon"), "name"))


def delete_coupon(call: Call) -> Object:
    """Delete a coupon; who has it keeps it."""
    return _delete(call, _living(call, "coupon"))


def new_promotion_code(call: Call) -> Object:
    """Create a promotion code."""
    need(call.params, "promotion")
    key = call.params["promotion"].get("coupon") or ""
    if call.books.find(key, "coupon") is None:
        raise missing("coupon", key, "promotion[coupon]")
    return call.books.put(goods.promotion_code(call.books, call.params))


def change_promotion_code(call: Call) -> Object:
    """Switch a promotion code on or off."""
    return call.books.put(call.updated(call.object("promotion_code"), "active", "expires_at"))


# ---- customers and subscriptions ----


def new_customer(call: Call) -> Object:
    """Create a customer."""
    made = call.books.put(goods.customer(call.books, call.params))
    call.books.emit("customer.created", made)
    return made


def change_customer(call: Call) -> Object:
    """Change a customer."""
    names = ("description", "email", "name", "phone", "preferred_locales")
    changed = call.books.put(call.updated(_living(call, "customer"), *names))
    call.books.emit("customer.updated", changed)
    return changed


def delete_customer(call: Call) -> Object:
    """Delete a customer; their subscriptions end at once."""
    found = _living(call, "customer")
    for held in call.books.all("subscription", customer=found["id"]):
        if held["status"] not in ("canceled", "incomplete_expired"):
            subscribing.end(call.books, held)
    call.books.emit("customer.deleted", found)
    return _delete(call, found)


def change_subscription(call: Call) -> Object:
    """Change a subscription: when it ends, whether it collects."""
    books, before = call.books, call.object("subscription")
    if before["status"] == "canceled":
        raise Refused(
            "A canceled subscription can only update its cancellation_details and metadata."
        )
    stops = call.params.get("cancel_at_period_end")
    if stops is not None and stops != before["cancel_at_period_end"]:
        before = subscribing.stop(books, before, stops)
    names = ["description", "pause_collection"]
    if stops is None:
        names.append("cancel_at")
    after = call.updated(before, *names)
    if after["pause_collection"]:
        after["pause_collection"] = {"resumes_at": None, **after["pause_collection"]}
    if call.params.get("cancel_at") and not after["canceled_at"]:
        after["canceled_at"] = books.now
    return subscribing.change(books, before, after)


def cancel_subscription(call: Call) -> Object:
    """End a subscription at once."""
    held = call.object("subscription")
    if held["status"] == "canceled":
        raise missing("subscription", held["id"])
    return subscribing.end(call.books, held)


# ---- checkout ----


def new_session(call: Call) -> Object:
    """Open a Checkout."""
    return opening.open_session(call.books, call.params, call.base)


def expire_session(call: Call) -> Object:
    """Close a Checkout."""
    return selling.expire(call.books, call.object("checkout.session"))


# ---- money ----


def new_refund(call: Call) -> Object:
    """Give money back."""
    params = call.params
    return money.refund(
        call.books,
        _charge(call),
        params.get("amount"),
        reason=params.get("reason"),
        metadata=params.get("metadata"),
    )


def _charge(call: Call) -> Object:
    params = call.params
    if key := params.get("charge"):
        found = call.books.find(key, "charge")
        if found is None:
            raise missing("charge", key, "charge")
        return found
    need(params, "payment_intent")
    payment = call.books.find(params["payment_intent"], "payment_intent")
    if payment is None:
        raise missing("payment_intent", params["payment_intent"], "payment_intent")
    if payment["latest_charge"] is None:
        raise Refused(
            f"This PaymentIntent ({payment['id']}) does not have a successful charge to refund."
        )
    return call.books.get("charge", payment["latest_charge"])


def change_dispute(call: Call) -> Object:
    """Answer the bank; a text that begins with winning_evidence wins, as in Stripe's test mode."""
    opened = call.updated(call.object("dispute"))
    text = (call.params.get("evidence") or {}).get("uncategorized_text") or ""
    opened = call.books.put(opened | {"status": "under_review"})
    if text.startswith(("winning_evidence", "losing_evidence")):
        return money.settle(call.books, opened, "won" if text[0] == "w" else "lost")
    return opened


def close_dispute(call: Call) -> Object:
    """Give a dispute up."""
    return money.settle(call.books, call.object("dispute"), "lost")


def _living(call: Call, kind: str) -> Object:
    found = call.object(kind)
    if found.get("deleted"):
        raise missing(kind, found["id"])
    return found


def _delete(call: Call, found: Object) -> Object:
    return call.books.put({"id": found["id"], "object": found["object"], "deleted": True})
