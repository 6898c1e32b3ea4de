"""When something next happens to an object by itself; a pure function of what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from publish.sandbox.months import DAY

WARNING = 3 * DAY
"""How long before a trial ends Stripe says so."""
_RUNNING = ("trialing", "active", "past_due", "unpaid", "paused")


def due_of(value: Mapping[str, Any], hidden: Mapping[str, Any]) -> int | None:
    """Return when, None for never."""
    if value["object"] == "checkout.session":
        return _session(value, hidden)
    if value["object"] == "subscription" and value["status"] in _RUNNING:
        return _subscription(value, hidden)
    if value["object"] == "refund" and value["status"] == "succeeded":
        return _at(hidden, "fails")
    return None


def _session(value: Mapping[str, Any], hidden: Mapping[str, Any]) -> int | None:
    if value["status"] == "open":
        return int(value["expires_at"])
    if value["status"] == "complete" and value["payment_status"] == "unpaid":
        return _at(hidden, "arrives")
    return None


def _subscription(value: Mapping[str, Any], hidden: Mapping[str, Any]) -> int:
    times = [int(value["items"]["data"][0]["current_period_end"])]
    if value["cancel_at"]:
        times.append(int(value["cancel_at"]))
    if value["status"] == "trialing" and not hidden.get("warned"):
        times.append(int(value["trial_end"]) - WARNING)
    retry = _at(hidden, "retry")
    if value["status"] == "past_due" and retry is not None:
        times.append(retry)
    return min(times)


def _at(hidden: Mapping[str, Any], name: str) -> int | None:
    at = hidden.get(name)
    return None if at is None else int(at)
