"""What `inkstead doctor` looks at of Stripe: the key, the account, the webhook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from publish.contract import manifest as contract
from publish.contract.catalogue import N_
from publish.contract.manifest import ManifestError
from publish.deploy.checks.case import Case, Desk
from publish.deploy.checks.site import outputs
from publish.deploy.findings import Finding
from publish.deploy.secrets import STRIPE_KEY, WEBHOOK_SECRETS, mode_of
from publish.operating.catalogue_sync import EVENTS, WEBHOOK
from publish.paywall.payments.stripe_desk import Refused
from publish.paywall.ports import PaymentsDown

STRIPE = N_("Stripe")
HOOK = N_("webhook")
_SET_KEY = N_("run: inkstead secrets set STRIPE_SECRET_KEY")


def stripe(case: Case) -> Iterator[Finding]:
    """Look whether Stripe takes money for the site, and tells it of that."""
    key = case.vault.get(STRIPE_KEY) or case.environ.get(STRIPE_KEY, "")
    if not key:
        yield _keyless(case)
        return
    try:
        desk = case.stripe(key, case.environ)
        account = desk.account()
        yield _account(key, account)
        yield from _webhook(case, desk)
    except PaymentsDown as cause:
        text, way = N_("Stripe does not answer ({cause})"), N_("run it again")
        yield Finding("unknown", STRIPE, text, way, {"cause": cause})
    except (Refused, ValueError) as cause:
        text = N_("Stripe does not take the key: {cause}")
        yield Finding("wrong", STRIPE, text, _SET_KEY, {"cause": cause})


def _keyless(case: Case) -> Finding:
    if not _sells(case):
        return Finding("ok", STRIPE, N_("nothing is sold, so no key is needed"))
    text = N_("there is no key, so products are opened by redemption codes only")
    return Finding("warning", STRIPE, text, _SET_KEY)


def _sells(case: Case) -> bool:
    try:
        made = contract.load(case.output / "manifest.json")
    except ManifestError:
        return (case.content / "products").is_dir()
    return any(each.offers for each in made.products.values())


def _account(key: str, account: Any) -> Finding:
    name = (account.get("business_profile") or {}).get("name") or account.get("id", "")
    values = {"mode": mode_of(key), "name": name}
    if mode_of(key) == "test":
        text = N_('a key of test mode ("{name}"): no money moves')
        way = N_("when you mean it: inkstead secrets set STRIPE_SECRET_KEY, with the live one")
        return Finding("warning", STRIPE, text, way, values)
    if not account.get("charges_enabled"):
        text = N_('Stripe does not take payments for "{name}" yet')
        way = N_("finish what it asks for: https://dashboard.stripe.com/account")
        return Finding("wrong", STRIPE, text, way, values)
    return Finding("ok", STRIPE, N_('"{name}" takes payments'), "", values)


def _webhook(case: Case, desk: Desk) -> Iterator[Finding]:
    found = outputs(case)
    if found is None or not found.origin:
        return
    url = found.origin + WEBHOOK
    values, sync = {"url": url}, N_("run: inkstead products sync --live")
    known = next((each for each in desk.all("webhook") if each["url"] == url), None)
    if known is None:
        yield Finding("wrong", HOOK, N_('Stripe does not know "{url}"'), sync, values)
        return
    told = {*known.get("enabled_events", ())}
    if known.get("status") != "enabled":
        yield Finding("wrong", HOOK, N_('"{url}" is switched off at Stripe'), sync, values)
    elif "*" not in told and not told >= {*EVENTS}:
        missing = ", ".join(sorted({*EVENTS} - told))
        text = N_('Stripe does not tell "{url}" of everything: {missing}')
        yield Finding("wrong", HOOK, text, sync, {**values, "missing": missing})
    else:
        yield Finding("ok", HOOK, N_('Stripe tells "{url}"'), "", values)
    if not any(each.at for each in case.vault.listed() if each.name == WEBHOOK_SECRETS):
        text = N_("its signing secret is not set, so every call of Stripe is refused")
        way = N_("run: inkstead secrets set STRIPE_WEBHOOK_SECRETS")
        yield Finding("wrong", HOOK, text, way)
