"""The records that a site's DNS needs, and which of them are there already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from publish.contract.catalogue import N_
from publish.deploy.domains import Certificate, Mailing, twin
from publish.deploy.resolving import Resolver, Type, Unresolved

State: TypeAlias = Literal["there", "missing", "other", "unknown"]

PROOF = N_("proves that the domain is yours")
SITE = N_("brings readers to the site")
SIGNED = N_("signs your mails (DKIM)")
BOUNCES = N_("takes mails that come back")
SENDERS = N_("says who may send (SPF)")
POLICY = N_("says what to do with forged mails (DMARC)")


@dataclass(frozen=True)
class Record:
    """A record to set: `kind` is its type, "ALIAS" for a name that cannot be a CNAME."""

    name: str
    kind: str
    value: str
    why: str
    state: State = "unknown"


def wanted(
    host: str, certificate: Certificate | None, edge: str, mail: Mailing | None, region: str
) -> list[Record]:
    """Return every record; `edge` is the distribution's own domain, "" before the first publish."""
    found = [Record(name, "CNAME", value, PROOF) for name, value in _proofs(certificate)]
    hosts = [host, *filter(None, [twin(host)])] if edge else []
    found += [Record(each, _kind(each), edge, SITE) for each in hosts]
    return found + list(_mails(mail, region) if mail else ())


def _proofs(certificate: Certificate | None) -> tuple[tuple[str, str], ...]:
    return certificate.proofs if certificate else ()


def _kind(host: str) -> str:
    """Return CNAME, or ALIAS for the top of a domain, where DNS allows no CNAME."""
    return "ALIAS" if twin(host).startswith("www.") else "CNAME"


def _mails(mail: Mailing, region: str) -> Iterator[Record]:
    for name, value in mail.keys:
        yield Record(name, "CNAME", value, SIGNED)
    if mail.bounces:
        yield Record(mail.bounces, "MX", f"10 feedback-smtp.{region}.amazonses.com", BOUNCES)
        yield Record(mail.bounces, "TXT", "v=spf1 include:amazonses.com ~all", SENDERS)
    yield Record(f"_dmarc.{mail.domain}", "TXT", "v=DMARC1; p=none", POLICY)


def looked_up(records: list[Record], resolve: Resolver) -> list[Record]:
    """Return the records, each with whether it is there."""
    return [replace(each, state=_state(each, resolve)) for each in records]


def _state(record: Record, resolve: Resolver) -> State:
    try:
        if record.kind in ("ALIAS", "CNAME") and record.why == SITE:
            return _leads_there(record, resolve)
        return _stands(record, resolve)
    except Unresolved:
        return "unknown"


def _leads_there(record: Record, resolve: Resolver) -> State:
    """Compare addresses: an alias and a CNAME that a proxy flattens show nothing else."""
    if record.value in resolve(record.name, "CNAME"):
        return "there"
    found = {*resolve(record.name, "A"), *resolve(record.name, "AAAA")}
    if not found:
        return "missing"
    edge = {*resolve(record.value, "A"), *resolve(record.value, "AAAA")}
    return "there" if found & edge else "other"


def _stands(record: Record, resolve: Resolver) -> State:
    kind: Type = record.kind  # type: ignore[assignment]
    found = resolve(record.name, kind)
    begins = record.value.partition(" ")[0] if kind == "TXT" else ""
    if begins:  # one's own words after the first are as good
        found = [each for each in found if each.startswith(begins.rstrip(";"))]
        right = bool(found) and (record.why == POLICY or "amazonses.com" in " ".join(found))
        return "there" if right else "other" if found else "missing"
    if record.value in found:
        return "there"
    return "other" if found else "missing"
