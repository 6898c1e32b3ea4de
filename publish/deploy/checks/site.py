"""What is looked at of the site itself: release, service, certificate, DNS, mails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from publish import place
from publish.contract.catalogue import N_
from publish.deploy import answers, dns_records, domains
from publish.deploy.checks.case import Case
from publish.deploy.dns_records import Record
from publish.deploy.findings import Finding, Level
from publish.deploy.places import Places
from publish.deploy.ports import Absent
from publish.deploy.release import ReleaseError
from publish.deploy.secrets import MADE
from publish.deploy.stack.outputs import Outputs

RELEASE = N_("release")
SERVICE = N_("service")
SECRETS = N_("secrets")
CERTIFICATE = N_("certificate")
DOMAIN = N_("domain")
MAIL = N_("mail")
QUOTA = N_("mail quota")
_PUBLISH = N_("run: inkstead publish")
_DOMAIN = N_("run: inkstead domain")
_NEARLY = 0.8
_NO_VERSION = "0"
"""What a build says whose engine was never installed."""


def outputs(case: Case) -> Outputs | None:
    """Return the names of the stack's parts, None while they are not there."""
    return case.standing.outputs if case.standing and case.standing.there else None


def release(case: Case) -> Iterator[Finding]:
    """Look which release readers get, and whether the service that belongs to it runs."""
    found = outputs(case)
    if found is None:
        return
    places = case.places(found, case.where, case.cloud)
    live = places.edge.live().release
    values = {"id": live, "address": found.origin or f"https://{found.domain}"}
    if not live:
        yield Finding("warning", RELEASE, N_("nothing was published yet"), _PUBLISH)
        return
    yield Finding("ok", RELEASE, N_('"{id}" is live at {address}'), "", values)
    yield _service(places, live)


def _service(places: Places, live: str) -> Finding:
    try:
        record, runs = places.private.record(live), places.runtime.bundle()
    except (Absent, ReleaseError):
        text = N_('the live release "{id}" has no record, so nothing can be compared with it')
        way = N_("run: inkstead publish --insist record")
        return Finding("wrong", RELEASE, text, way, {"id": live})
    if not runs:
        text = N_("it is being changed just now")
        return Finding("warning", SERVICE, text, N_("wait, then run it again"))
    if record.bundle and record.bundle != runs:
        text = N_("another service runs than the live release was published with")
        return Finding("wrong", SERVICE, text, _PUBLISH)
    versions = {"there": record.engine, "here": place.version()}
    if record.engine not in (_NO_VERSION, versions["here"]):
        text = N_('version "{there}" runs, here is "{here}"')
        return Finding("warning", SERVICE, text, _PUBLISH, versions)
    return Finding("ok", SERVICE, N_("the one of the live release runs"), "", versions)


def secrets(case: Case) -> Iterator[Finding]:
    """Look whether the secrets that make themselves are there; their values are not read."""
    missing = [each.name for each in case.vault.listed() if not each.at and each.name in MADE]
    values = {"names": ", ".join(missing)}
    if missing and outputs(case):
        text = N_("missing, so the service cannot start: {names}")
        yield Finding("wrong", SECRETS, text, N_("run: inkstead publish, which makes them"), values)
    elif not missing:
        yield Finding("ok", SECRETS, N_("signing keys and the origin's secret are there"))


def certificate(case: Case) -> Iterator[Finding]:
    """Look whether there is a certificate for the domain, ready to be used."""
    host = case.where.host
    if domains.is_example(host):
        return
    found = domains.find(host, case.cloud)
    if found is None:
        text = N_('there is none for "{host}"; the site is on CloudFront\'s own address')
        yield Finding("warning", CERTIFICATE, text, _DOMAIN, {"host": host})
    elif not found.ready:
        text = N_('the one for "{host}" waits for its DNS records')
        yield Finding("warning", CERTIFICATE, text, _DOMAIN, {"host": host})
    elif not found.in_use:
        text = N_('the one for "{host}" is ready, and not used yet')
        yield Finding("warning", CERTIFICATE, text, _PUBLISH, {"host": host})
    else:
        yield Finding("ok", CERTIFICATE, N_('for "{host}", in use'), "", {"host": host})


def domain(case: Case) -> Iterator[Finding]:
    """Look whether the domain leads to the distribution."""
    found = outputs(case)
    if found is None or not found.domain or domains.is_example(case.where.host):
        return
    sites = [each for each in _records(case, found) if each.why == dns_records.SITE]
    for each in dns_records.looked_up(sites, case.resolve):
        yield _leads(each)


def _records(case: Case, found: Outputs) -> list[Record]:
    return dns_records.wanted(case.where.host, None, found.domain, None, case.where.region)


_LEADS: dict[dns_records.State, tuple[Level, str, str]] = {
    "there": ("ok", N_('"{name}" leads to the site'), ""),
    "missing": ("warning", N_('"{name}" leads nowhere'), _DOMAIN),
    "other": (
        "warning",
        N_('"{name}" leads elsewhere'),
        N_("point it to {value} (inkstead domain shows every record)"),
    ),
    "unknown": ("unknown", N_('the resolver does not answer for "{name}"'), N_("run it again")),
}


def _leads(record: Record) -> Finding:
    level, text, way = _LEADS[record.state]
    return Finding(level, DOMAIN, text, way, {"name": record.name, "value": record.value})


def mail(case: Case) -> Iterator[Finding]:
    """Look whether mails may be sent: the domain is proved, and SES lets us out of its sandbox."""
    name = case.where.mail_domain
    if not name:
        text = N_("site.toml has no sender, so no mails are sent")
        yield Finding("warning", MAIL, text, N_("write [mail] and from in site.toml"))
        return
    found, values = domains.mailing(name, case.cloud), {"domain": name}
    if found is None:
        yield Finding("warning", MAIL, N_('SES does not know "{domain}" yet'), _PUBLISH, values)
    elif not found.verified:
        text = N_('"{domain}" is not proved to be yours, so nothing is sent')
        yield Finding("wrong", MAIL, text, _DOMAIN, values)
    else:
        yield Finding("ok", MAIL, N_('"{domain}" may send'), "", values)


def quota(case: Case) -> Iterator[Finding]:
    """Look how many mails may be sent a day, and to whom."""
    if not case.where.mail_domain:
        return
    client = case.cloud.of("sesv2")
    told = answers.ask(client.get_account, "ses:GetAccount", case.where.region)
    yield from _sandbox(case, told)
    sent = told.get("SendQuota") or {}
    most, today = float(sent.get("Max24HourSend", 0)), float(sent.get("SentLast24Hours", 0))
    values = {"most": f"{most:.0f}", "today": f"{today:.0f}"}
    text = N_("{today} of {most} mails were sent in 24 hours")
    if most > 0 and today > most * _NEARLY:
        yield Finding("warning", QUOTA, text, N_("ask SES for a higher quota"), values)
    else:
        yield Finding("ok", QUOTA, text, "", values)


def _sandbox(case: Case, told: dict[str, Any]) -> Iterator[Finding]:
    values = {"region": case.where.region}
    if told.get("SendingEnabled") is False or told.get("EnforcementStatus") == "SHUTDOWN":
        text = N_("SES has stopped this account from sending")
        way = N_("read why: https://{region}.console.aws.amazon.com/ses/home#/account")
        yield Finding("wrong", MAIL, text, way, values)
    elif not told.get("ProductionAccessEnabled"):
        text = N_("SES keeps this account in its sandbox: mails go to proved addresses only")
        way = N_(
            "ask to be let out, it takes a day:"
            " https://{region}.console.aws.amazon.com/ses/home#/account"
        )
        yield Finding("wrong", MAIL, text, way, values)
    else:
        yield Finding("ok", MAIL, N_("SES sends to everybody"))
