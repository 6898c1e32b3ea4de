"""A site's own domain: its certificate, and the records that its DNS needs."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from publish.contract.catalogue import N_
from publish.deploy import answers
from publish.deploy.answers import Pause
from publish.deploy.clients import Client, Clients
from publish.deploy.settings import Deployment
from publish.trouble import Failure

REGION = "us-east-1"
"""Certificates for CloudFront live here, wherever the site does."""
TAG = "inkstead"
_ALIVE = ("ISSUED", "PENDING_VALIDATION")
_DEAD = ("FAILED", "VALIDATION_TIMED_OUT")
# Without naming them, AWS lists RSA only.
_ALGORITHMS = (
    "RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1",
)  # fmt: skip
# Below these, a name of one's own has three parts: example.com.cn, example.co.uk.
_SECOND_LEVELS = frozenset({"ac", "co", "com", "edu", "gov", "idv", "net", "ne", "or", "org"})
_LOOKS = 20
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Certificate:
    """A certificate as ACM tells of it; `proofs` are the records that prove whose the names are."""

    arn: str
    status: str
    names: tuple[str, ...]
    proofs: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    in_use: bool = False
    at: datetime = _BEGINNING

    @property
    def ready(self) -> bool:
        """Tell whether CloudFront takes it."""
        return self.status == "ISSUED"

    def covers(self, host: str) -> bool:
        """Tell whether it stands for a host, by its name or by a star."""
        return host in self.names or f"*.{host.partition('.')[2]}" in self.names

    def twin_of(self, host: str) -> str:
        """Return the twin of a host where it stands for that, too, else ""."""
        other = twin(host)
        return other if other and self.covers(other) else ""


def twin(host: str) -> str:
    """Return the other name that readers type: with or without www., "" for deeper names."""
    if host.startswith("www."):
        return host.removeprefix("www.")
    parts = host.split(".")
    own = 3 if len(parts) > 2 and parts[-2] in _SECOND_LEVELS and len(parts[-1]) == 2 else 2
    return f"www.{host}" if len(parts) == own and not _is_here(host) else ""


def find(host: str, clients: Clients) -> Certificate | None:
    """Return the best certificate for a host: one that is ready, else one that waits for proof.

    Raises:
        Refused, Unreachable: what AWS says.

    """
    if not host or _is_here(host):
        return None
    acm = clients.of("acm", REGION)
    found = [_described(acm, arn) for arn in _listed(acm, host)]
    alive = [each for each in found if each.status in _ALIVE and each.covers(host)]
    return max(alive, key=lambda each: _preference(each, host), default=None)


def _preference(each: Certificate, host: str) -> tuple[Any, ...]:
    """Return what makes one better than another; the one in use stays in use."""
    whole = each.twin_of(host) == twin(host)
    return (each.ready, whole, each.in_use, host in each.names, each.at, each.arn)


def failure(host: str, clients: Clients) -> str:
    """Return why the newest certificate that came to nothing did not, "" for none.

    Raises:
        Refused, Unreachable: what AWS says.

    """
    if _is_here(host):
        return ""
    acm = clients.of("acm", REGION)
    found = [_described(acm, arn) for arn in _listed(acm, host, _DEAD)]
    newest = max(found, key=lambda each: each.at, default=None)
    return newest.reason or newest.status if newest else ""


def _listed(acm: Client, host: str, statuses: tuple[str, ...] = _ALIVE) -> list[str]:
    wanted = {"CertificateStatuses": list(statuses), "Includes": {"keyTypes": list(_ALGORITHMS)}}
    pages = acm.get_paginator("list_certificates").paginate(**wanted)
    told = answers.ask(lambda: list(pages), "acm:ListCertificates", REGION)
    wild = f"*.{host.partition('.')[2]}"
    return [
        each["CertificateArn"]
        for page in told
        for each in page["CertificateSummaryList"]
        if {host, wild} & {each["DomainName"], *each.get("SubjectAlternativeNameSummaries", ())}
    ]


def _described(acm: Client, arn: str) -> Certificate:
    told = answers.ask(
        lambda: acm.describe_certificate(CertificateArn=arn), "acm:DescribeCertificate", arn
    )["Certificate"]
    options = told.get("DomainValidationOptions", ())
    records = [each["ResourceRecord"] for each in options if "ResourceRecord" in each]
    return Certificate(
        arn=arn,
        status=told["Status"],
        names=tuple(told.get("SubjectAlternativeNames") or [told["DomainName"]]),
        proofs=tuple(
            dict.fromkeys((_plain(each["Name"]), _plain(each["Value"])) for each in records)
        ),
        reason=told.get("FailureReason", ""),
        in_use=bool(told.get("InUseBy")),
        at=told.get("CreatedAt") or _BEGINNING,
    )


def requested(deployment: Deployment, clients: Clients, pause: Pause = time.sleep) -> Certificate:
    """Return the certificate for the site's host, asked for where there is none; twice is once.

    Raises:
        Failure: the host is no domain of one's own.
        Refused, Unreachable: what AWS says.

    """
    host = deployment.host
    if _is_here(host) or is_example(host):
        raise Failure(
            N_('"{host}" is no domain of your own (write yours as url in site.toml)'), host=host
        )
    acm = clients.of("acm", REGION)
    known = find(host, clients)
    found = known or _described(acm, _request(acm, deployment))
    for _ in range(_LOOKS):  # AWS thinks of the records a little later
        if found.proofs or found.status != "PENDING_VALIDATION":
            break
        pause(1)
        found = _described(acm, found.arn)
    return found


def _request(acm: Client, deployment: Deployment) -> str:
    names = [deployment.host, *filter(None, [twin(deployment.host)])]
    once = hashlib.sha256("\0".join([deployment.name, *names]).encode()).hexdigest()[:32]
    told = answers.ask(
        lambda: acm.request_certificate(
            DomainName=names[0],
            SubjectAlternativeNames=names,
            ValidationMethod="DNS",
            IdempotencyToken=once,
            Tags=[{"Key": TAG, "Value": deployment.name}],
        ),
        "acm:RequestCertificate",
        REGION,
    )
    return str(told["CertificateArn"])


@dataclass(frozen=True)
class Mailing:
    """The mail domain as SES tells of it; `keys` are the names of its DKIM records and values."""

    domain: str
    verified: bool
    keys: tuple[tuple[str, str], ...]
    bounces: str = ""


def mailing(domain: str, clients: Clients) -> Mailing | None:
    """Return what SES knows of a mail domain, None for nothing yet.

    Raises:
        Refused, Unreachable: what AWS says.

    """
    ses = clients.of("sesv2")
    try:
        told = answers.ask(
            lambda: ses.get_email_identity(EmailIdentity=domain), "ses:GetEmailIdentity", domain
        )
    except answers.No as cause:
        if cause.code == "NotFoundException":
            return None
        raise
    signing: Mapping[str, Any] = told.get("DkimAttributes") or {}
    zone = signing.get("SigningHostedZone") or "dkim.amazonses.com"
    tokens: Iterable[str] = signing.get("Tokens") or ()
    return Mailing(
        domain=domain,
        verified=bool(told.get("VerifiedForSendingStatus")),
        keys=tuple((f"{each}._domainkey.{domain}", f"{each}.{zone}") for each in tokens),
        bounces=(told.get("MailFromAttributes") or {}).get("MailFromDomain", ""),
    )


def is_example(host: str) -> bool:
    """Tell whether a host is one of those that stand for others and belong to nobody."""
    return host == "example.com" or host.endswith((".example.com", ".example"))


def _is_here(host: str) -> bool:
    return "." not in host or host.replace(".", "").isdigit()


def _plain(name: str) -> str:
    return name.rstrip(".").lower()
