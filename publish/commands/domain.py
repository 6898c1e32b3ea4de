"""`inkstead domain`: the certificate for the site's own domain, and the records that it needs."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import Any

import click

from publish import options
from publish.commands.deploying import Desk, deploying
from publish.contract.catalogue import N_, Words
from publish.deploy import dns_records, domains, resolving
from publish.deploy.dns_records import Record
from publish.deploy.domains import Certificate
from publish.deploy.stack.following import standing
from publish.deploy.stack.states import StackState
from publish.helptext import explained, padded

_STATES: dict[dns_records.State, str] = {
    "there": N_("there"),
    "missing": N_("missing"),
    "other": N_("other"),
    "unknown": N_("not asked"),
}
_MARK, _KIND = 11, 7


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "domain",
        callback=partial(_domain, words),
        help=explained(
            words,
            _(
                "Bring the site to your own domain: ask for its certificate, show every DNS record"
                " that site and mails need, and look which are there already. Set what is missing"
                " where your domain is managed, then run it again: it goes on where it was. Once"
                " the certificate is ready, `inkstead publish` puts it to use."
            ),
            ("inkstead domain", ""),
            ("inkstead domain --look", _("only look, ask for nothing")),
        ),
        params=[
            click.Option(
                ["--look", "look"], is_flag=True, help=_("Only look: ask for no certificate.")
            ),
            options.content(words),
            options.machine(words),
            options.language(words),
        ],
    )


def _domain(words: Words, look: bool, content: str | None, machine: bool) -> int:
    with deploying(words, content, machine=machine) as desk:
        with desk.watching():
            certificate = _certificate(desk, look)
            failed = domains.failure(desk.deployment.host, desk.clients)
            stack = standing(desk.clients, desk.deployment.name)
            found = dns_records.looked_up(_records(desk, certificate, stack), resolving.system)
        led = bool(stack and stack.outputs.origin == f"https://{desk.deployment.host}")
        desk.say(_standing(words, desk.deployment.host, certificate))
        if failed and not _ready(certificate):
            desk.say(words.gettext("an earlier one failed: {reason}").format(reason=failed))
        desk.end(
            _told(certificate, found), *_lines(words, found), *_next(words, certificate, found, led)
        )
    return 0


def _certificate(desk: Desk, look: bool) -> Certificate | None:
    if look:
        return domains.find(desk.deployment.host, desk.clients)
    return domains.requested(desk.deployment, desk.clients)


def _records(desk: Desk, certificate: Certificate | None, stack: StackState | None) -> list[Record]:
    deployment, clients = desk.deployment, desk.clients
    edge = stack.outputs.domain if stack else ""
    domain = deployment.mail_domain
    mail = domains.mailing(domain, clients) if domain else None
    return dns_records.wanted(deployment.host, certificate, edge, mail, deployment.region)


def _ready(certificate: Certificate | None) -> bool:
    return certificate is not None and certificate.ready


def _standing(words: Words, host: str, certificate: Certificate | None) -> str:
    _ = words.gettext
    names = ", ".join(certificate.names) if certificate else host
    if certificate is None:
        return _("{names}: there is no certificate").format(names=names)
    if not _ready(certificate):
        return _("{names}: the certificate waits for its records").format(names=names)
    if certificate.in_use:
        return _("{names}: the certificate is in use").format(names=names)
    return _("{names}: the certificate is ready").format(names=names)


def _lines(words: Words, found: list[Record]) -> list[str]:
    """Return the records by what they are for, name and value on lines of their own to copy."""
    _ = words.gettext
    lines = []
    for why, group in groupby(found, key=lambda each: each.why):
        lines.append(_("{title}:").format(title=_(why)))
        for each in group:
            head = padded(_(_STATES[each.state]), _MARK) + padded(each.kind, _KIND)
            lines += [f"  {head}{each.name}", f"{' ' * (_MARK + _KIND)}→ {each.value}"]
    return lines


def _lead_here(found: list[Record]) -> bool:
    """Tell whether the records that bring readers are all there."""
    return all(each.state == "there" for each in found if each.why == dns_records.SITE)


def _next(
    words: Words, certificate: Certificate | None, found: list[Record], led: bool
) -> list[str]:
    """Return what comes next; `led` tells whether readers are led to the domain already."""
    _ = words.gettext
    lines = []
    if any(each.kind == "ALIAS" for each in found):
        lines.append(
            _("ALIAS: your DNS may call it ANAME or flattened CNAME; at Route 53 it is A and AAAA")
        )
    if any(each.state in ("missing", "other") for each in found):
        lines.append(
            _("next: set what is missing where your domain is managed, then: inkstead domain")
        )
    if _ready(certificate) and certificate and not certificate.in_use:
        lines.append(_("next: inkstead publish, which puts the certificate to use"))
    elif certificate and certificate.in_use and _lead_here(found) and not led:
        lines.append(_("next: inkstead publish, which leads readers here"))
    if not any(each.why == dns_records.SITE for each in found):
        lines.append(_("the site's own records show here after the first publish"))
    return lines


def _told(certificate: Certificate | None, found: list[Record]) -> dict[str, Any]:
    return {
        "certificate": certificate.arn if certificate else "",
        "status": certificate.status if certificate else "",
        "names": list(certificate.names) if certificate else [],
        "records": [
            {"type": each.kind, "name": each.name, "value": each.value, "state": each.state}
            for each in found
        ],
    }
