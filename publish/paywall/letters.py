"""Letters: the mails that the build prepared, filled for one reader and handed to a mailer.

A job names the mail, whom it goes to and what it says. Secrets are never in a job: they are
derived from its seed when the letter is made. Every link leads to this site. What others may have
asked for, and what comes again and again, says how to be rid of it (RFC 8058).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from publish.contract.manifest import Magnet
from publish.contract.service import DELIVERY_MAIL_SLOTS, LETTER_SLOTS, MAILS
from publish.contract.slots import Prepared, Values, escaped, plain
from publish.paywall import (
    counting,
    deliveries,
    http,
    keys,
    people,
    seals,
    subscribing,
    suppressing,
    unsubscribing,
)
from publish.paywall.deliveries import Delivery
from publish.paywall.people import Person
from publish.paywall.ports import AddressRefused, Mail, MailDown, Mailer, MailRefused, Missing
from publish.paywall.queue import Job, Later, Never
from publish.paywall.releases import Release
from publish.paywall.suppressing import Notice
from publish.paywall.visit import World

CONFIRM = "/api/confirm"
_LINKS = ("link", "home", "account", "unsubscribe")
_OPT_IN, _DELIVERY = "opt-in", "delivery"
_ODD = re.compile(r'["\\<>\x00-\x1f\x7f]|=\?')


class Pointless(Exception):
    """Nobody needs the mail any more: whom it was for is gone, or what it is about."""


def send(world: World, mailer: Mailer, job: Job) -> None:
    """Fill and send the mail of a job, unless its address must be spared; that is counted.

    Raises:
        Later: it cannot be sent now.
        Never: the address will never take it, or no such mail is known.

    """
    if suppressing.stops(world.store, str(job.value["to"]), str(job.value["mail"])):
        counting.note(world.store, "mail-suppressed", world.clock())
        return
    try:
        hand_over(world, mailer, written(world, job))
    except Pointless:
        counting.note(world.store, "mail-suppressed", world.clock())
    except AddressRefused:
        return  # It is spared from now on, and counted: there is nothing left to do.
    except (MailDown, Missing) as cause:
        raise Later from cause
    except MailRefused as cause:
        raise Never from cause


def hand_over(world: World, mailer: Mailer, mail: Mail) -> None:
    """Send a mail; an address at which nobody is, as its server says, is spared from now on.

    Raises:
        AddressRefused: nobody is there.
        MailRefused: for ever.
        MailDown: for now.

    """
    try:
        mailer.send(mail)
    except AddressRefused:
        suppressing.hear(world.store, [Notice(mail.to, "bounced")], world.clock())
        raise


def written(world: World, job: Job) -> Mail:
    """Return the finished mail of a job.

    Raises:
        Missing: the release that is live has no such mail.
        Never: no release has.
        Pointless: whom it was for is gone, or what it is about.

    """
    name, release = str(job.value["mail"]), world.releases.find()
    frame = _frame(world, release, job)
    if name == _DELIVERY:
        return _delivery(frame)
    if name not in MAILS:
        raise Never(f"no mail {name!r}")
    try:
        path = release.manifest.mails[name][frame.lang]
    except KeyError as cause:
        raise Missing(f"mail {name} in {frame.lang}") from cause
    if name == _OPT_IN:
        return _opt_in(frame, path)
    return frame.filled(path, {**dict.fromkeys(MAILS[name], ""), **frame.told()})


def letter(
    world: World,
    *,
    id: str,
    person: Person,
    lang: str,
    subject: str,
    html: Prepared,
    text: Prepared,
) -> Mail:
    """Return a letter of the creator's to one person; both parts have LETTER_SLOTS.

    Raises:
        Missing: no release is live.

    """
    release = world.releases.find()
    frame = _Frame(world, release, release.language(lang).code, id, person.mail, {})
    values = {**dict.fromkeys(LETTER_SLOTS, ""), "name": person.name}
    leaving = unsubscribing.path(world.ring, person.id, frame.lang)
    slots = frame.slots({**values, "unsubscribe": leaving})
    headers = frame.leaving(leaving) | frame.listed()
    body = text.fill(slots, plain)
    return frame.mail(plain(subject), body, html.fill(slots, escaped), headers)


# ---- what all mails have ----


def _frame(world: World, release: Release, job: Job) -> _Frame:
    lang = release.language(str(job.value.get("lang", ""))).code
    return _Frame(world, release, lang, job.id, str(job.value["to"]), job.value)


@dataclass(frozen=True)
class _Frame:
    """One mail in the making: where it comes from, whom it goes to, what its job says."""

    world: World
    release: Release
    lang: str
    id: str
    to: str
    job: Mapping[str, Any]

    def told(self) -> dict[str, Any]:
        """Return what the job says, and what its seed gives."""
        seed = str(self.job.get("seed", ""))
        secrets = _of_seed(self.world, seed, self.lang) if seed else {}
        return {**(self.job.get("values") or {}), **secrets}

    def filled(self, path: str, values: Values, headers: Mapping[str, str] | None = None) -> Mail:
        """Return the mail that was prepared at a path; the text's first line is the subject."""
        slots = self.slots(values)
        subject, _, text = self.release.prepared(f"{path}.txt").fill(slots, plain).partition("\n")
        html = self.release.prepared(f"{path}.html").fill(slots, escaped)
        return self.mail(plain(subject), text, html, headers or {})

    def slots(self, values: Values) -> Values:
        """Return values with those that every mail has, and every link in full."""
        language = self.release.language(self.lang)
        whole = {
            **values,
            "site": language.title,
            "home": language.home,
            "account": http.with_query(http.ACCOUNT, lang=self.lang),
        }
        return whole | {slot: _ours(self.world, str(whole.get(slot, ""))) for slot in _LINKS}

    def mail(self, subject: str, text: str, html: str, headers: Mapping[str, str]) -> Mail:
        """Return the mail with what the site says of itself."""
        site = self.release.manifest.site
        seal = seals.seal(self.world.ring, self.to)
        return Mail(
            id=self.id,
            to=self.to,
            subject=subject,
            text=text.strip("\n") + "\n",  # a section at its end may have left empty lines
            html=html,
            sender=site.mail_from,
            reply_to=site.mail_reply_to,
            headers={"Content-Language": self.lang, seals.HEADER: seal, **headers},
        )

    def leaving(self, path: str) -> dict[str, str]:
        """Return the headers by which mail programs show a button to unsubscribe."""
        return {
            "List-Unsubscribe": f"<{_ours(self.world, path)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }

    def listed(self) -> dict[str, str]:
        """Return the header by which mail programs sort letters."""
        host = http.split(self.world.origin).hostname or ""
        title = _ODD.sub("", self.release.language(self.lang).title)
        return {"List-Id": f'"{title}" <letters.{host}>'}


def _ours(world: World, link: str) -> str:
    """Return a link in full; one that leads elsewhere is in no letter of ours."""
    if link.startswith("/") and not link.startswith("//"):
        return world.origin + link
    if link and not link.startswith(f"{world.origin}/"):
        raise Never("a link to another site")
    return link


def _of_seed(world: World, seed: str, lang: str) -> Mapping[str, str]:
    from publish.paywall import challenges

    secret = challenges.link_secret_of(world.ring, seed)
    return {
        "code": challenges.code_of(world.ring, seed),
        "link": http.with_query(CONFIRM, key=secret, lang=lang),
    }


# ---- lead magnets ----


def _opt_in(frame: _Frame, path: str) -> Mail:
    """Ask whoever has an address: of what a stranger typed there is nothing in it."""
    told, title = frame.told(), _magnet(frame).text(frame.lang).title
    leaving = unsubscribing.decline_path(frame.world.ring, frame.to, frame.lang)
    values = {
        "title": title,
        "link": told.get("link", ""),
        "hours": str(told.get("hours", "")),
        "unsubscribe": leaving,
    }
    return frame.filled(path, values, frame.leaving(leaving))


def _delivery(frame: _Frame) -> Mail:
    """Send the link to a lead magnet to whose it is, as long as the address is theirs."""
    magnet = _magnet(frame)
    frame = replace(frame, lang=magnet.lang(frame.lang))
    world, job = frame.world, frame.job
    someone = people.find(world.store, str(job["person"]))
    if someone is None or someone.banned or someone.mail != frame.to:
        raise Pointless
    until = keys.when(str(job["until"]))
    delivery = Delivery(str(job["magnet"]), frame.lang, until, someone.id)
    standing = subscribing.find(world.store, someone.id)
    leaving = unsubscribing.path(world.ring, someone.id, frame.lang)
    values: dict[str, Any] = {
        **dict.fromkeys(DELIVERY_MAIL_SLOTS, ""),
        "link": deliveries.path(world.ring, delivery),
        "days": str(_days(until - world.clock())),
        "unsubscribe": leaving,
        "letters": standing is not None and standing.on,
    }
    headers = frame.leaving(leaving) | frame.listed()
    return frame.filled(magnet.text(frame.lang).mail, values, headers)


def _magnet(frame: _Frame) -> Magnet:
    """Return the lead magnet of a job; the creator may have taken it away since."""
    found = frame.release.manifest.magnets.get(str(frame.job["magnet"]))
    if found is None:
        raise Pointless
    return found


def _days(span: timedelta) -> int:
    return max(1, math.ceil(span / timedelta(days=1)))
