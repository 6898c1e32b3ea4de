"""What POST and DELETE do to the portal and to the addresses of webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from publish.sandbox import goods
from publish.sandbox.endpoints import Call
from publish.sandbox.goods import labels
from publish.sandbox.params import Refused, missing, need
from publish.sandbox.state import VERSION, Object


def new_configuration(call: Call) -> Object:
    """Create a configuration of the portal; the first is the one that is used."""
    need(call.params, "features")
    books, params = call.books, call.params
    return books.put(
        {
            "id": books.new_id("bpc"),
            "object": "billing_portal.configuration",
            "active": True,
            "application": None,
            "business_profile": _profile(params.get("business_profile")),
            "created": books.now,
            "default_return_url": params.get("default_return_url"),
            "features": _features(params["features"]),
            "is_default": not books.all("billing_portal.configuration"),
            "livemode": False,
            "login_page": {"enabled": False, "url": None},
            "metadata": labels({}, params.get("metadata")),
            "name": params.get("name"),
            "updated": books.now,
        }
    )


def change_configuration(call: Call) -> Object:
    """Change a configuration of the portal."""
    before = call.object("billing_portal.configuration")
    changed = call.updated(before, "active", "default_return_url", "name")
    if call.params.get("features"):
        changed["features"] = _features(before["features"] | call.params["features"])
    if call.params.get("business_profile"):
        changed["business_profile"] = before["business_profile"] | call.params["business_profile"]
    return call.books.put(changed | {"updated": call.books.now})


def new_portal(call: Call) -> Object:
    """Open the portal for a customer."""
    need(call.params, "customer")
    books, params = call.books, call.params
    who = goods.living_customer(books, params["customer"])
    known = books.all("billing_portal.configuration", active=True)
    wanted = params.get("configuration")
    chosen = next((each for each in known if wanted in (None, each["id"])), None)
    if chosen is None and wanted:
        raise missing("billing_portal.configuration", wanted, "configuration")
    if chosen is None:
        raise Refused(
            "No configuration provided and your test mode default configuration has not been"
            " created. Provide a configuration or create your default."
        )
    key = books.new_id("bps")
    return books.put(
        {
            "id": key,
            "object": "billing_portal.session",
            "configuration": chosen["id"],
            "created": books.now,
            "customer": who["id"],
            "customer_account": None,
            "flow": None,
            "livemode": False,
            "locale": params.get("locale"),
            "on_behalf_of": None,
            "return_url": params.get("return_url") or chosen["default_return_url"],
            "url": f"{call.base}/portal/{key}",
        }
    )


def new_endpoint(call: Call) -> Object:
    """Register an address for webhooks; only now its secret is told."""
    need(call.params, "url", "enabled_events")
    books, params = call.books, call.params
    made = {
        "id": books.new_id("we"),
        "object": "webhook_endpoint",
        "api_version": params.get("api_version") or VERSION,
        "application": None,
        "created": books.now,
        "description": params.get("description"),
        "enabled_events": params["enabled_events"],
        "livemode": False,
        "metadata": labels({}, params.get("metadata")),
        "status": "enabled",
        "url": params["url"],
    }
    secret = books.new_id("whsec", 32)
    books.put(made, secret=secret)
    return made | {"secret": secret}


def change_endpoint(call: Call) -> Object:
    """Change an address for webhooks."""
    changed = call.updated(call.object("webhook_endpoint"), "description", "enabled_events", "url")
    if call.params.get("disabled") is not None:
        changed["status"] = "disabled" if call.params["disabled"] else "enabled"
    return call.books.put(changed)


def delete_endpoint(call: Call) -> Object:
    """Forget an address for webhooks."""
    found = call.object("webhook_endpoint")
    call.books.remove(found["id"])
    return {"id": found["id"], "object": "webhook_endpoint", "deleted": True}


def _profile(given: Mapping[str, Any] | None) -> Object:
    names = ("headline", "privacy_policy_url", "terms_of_service_url")
    return {name: (given or {}).get(name) for name in names}


def _features(given: Mapping[str, Any]) -> Object:
    """Return the features of the portal with what Stripe adds to what was asked for."""
    cancel, update = given.get("subscription_cancel") or {}, given.get("subscription_update") or {}
    people = given.get("customer_update") or {}
    reason = cancel.get("cancellation_reason") or {}
    return {
        "customer_update": {
            "allowed_updates": people.get("allowed_updates") or [],
            "enabled": people.get("enabled", False),
        },
        "invoice_history": {"enabled": (given.get("invoice_history") or {}).get("enabled", False)},
        "payment_method_update": {
            "enabled": (given.get("payment_method_update") or {}).get("enabled", False),
            "payment_method_configuration": None,
        },
        "subscription_cancel": {
            "cancellation_reason": {
                "enabled": reason.get("enabled", False),
                "options": reason.get("options") or [],
            },
            "enabled": cancel.get("enabled", False),
            "mode": cancel.get("mode") or "at_period_end",
            "proration_behavior": cancel.get("proration_behavior") or "none",
        },
        "subscription_update": {
            "default_allowed_updates": update.get("default_allowed_updates") or [],
            "enabled": update.get("enabled", False),
            "proration_behavior": update.get("proration_behavior") or "none",
            "schedule_at_period_end": {"conditions": []},
            "trial_update_behavior": "end_trial",
        },
    }
