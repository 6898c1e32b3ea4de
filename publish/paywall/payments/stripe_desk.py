"""Stripe from the creator's side: the catalogue, refunds, and what may have been missed.

The service itself never loads this. It stands on the client of `stripe_api`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias

import stripe

from publish.paywall.ports import PaymentsDown

Object: TypeAlias = dict[str, Any]
Kind: TypeAlias = Literal[
    "product", "price", "portal", "webhook", "refund", "subscription", "event"
]
_PAGE = 100
_SERVICES = {
    "product": "products",
    "price": "prices",
    "portal": "billing_portal.configurations",
    "webhook": "webhook_endpoints",
    "refund": "refunds",
    "subscription": "subscriptions",
    "event": "events",
}


class Refused(Exception):
    """Stripe understood and said no; the message is Stripe's."""


class StripeDesk:
    """One account, through a StripeClient. Objects are what Stripe tells, as plain mappings."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def account(self) -> Object:
        """Return the account that the key is of.

        Raises:
            PaymentsDown: Stripe does not answer.
            Refused: the key is not valid.

        """
        with _heard():
            found: Object = self._client.v1.accounts.retrieve_current().to_dict()
            return found

    def all(self, kind: Kind, **wanted: Any) -> Iterator[Object]:
        """Yield every object of a kind that fits, page by page.

        Raises:
            PaymentsDown: Stripe does not answer.
            Refused: it does not take the request.

        """
        with _heard():
            page = self._of(kind).list({"limit": _PAGE, **wanted})
            for each in page.auto_paging_iter():
                yield each.to_dict()

    def find(self, kind: Kind, key: str) -> Object | None:
        """Return an object, None where there is none.

        Raises:
            PaymentsDown: Stripe does not answer.
            Refused: it does not take the request.

        """
        with _heard():
            try:
                found: Object = self._of(kind).retrieve(key).to_dict()
            except stripe.InvalidRequestError as cause:
                if cause.code == "resource_missing":
                    return None
                raise
            return found

    def create(self, kind: Kind, params: Mapping[str, Any], attempt: str = "") -> Object:
        """Make an object; the same `attempt` makes it once, however often it is tried.

        Raises:
            PaymentsDown: Stripe does not answer.
            Refused: it does not take the request.

        """
        options = {"idempotency_key": attempt} if attempt else {}
        with _heard():
            made: Object = self._of(kind).create(dict(params), options).to_dict()
            return made

    def update(self, kind: Kind, key: str, params: Mapping[str, Any]) -> Object:
        """Change an object.

        Raises:
            PaymentsDown: Stripe does not answer.
            Refused: it does not take the request.

        """
        with _heard():
            made: Object = self._of(kind).update(key, dict(params)).to_dict()
            return made

    def _of(self, kind: Kind) -> Any:
        return functools.reduce(getattr, _SERVICES[kind].split("."), self._client.v1)


@contextmanager
def _heard() -> Iterator[None]:
    """Turn Stripe's exceptions into ours."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as cause:
        raise PaymentsDown(str(cause)) from cause
    except stripe.StripeError as cause:
        raise Refused(cause.user_message or str(cause)) from cause
