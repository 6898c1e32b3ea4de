"""Letters: the mails that the build prepared, filled for one reader and handed to a mailer.

A job names the mail, whom it goes to and what it says. Secrets are never in a job: they are
derived from its seed when the letter is made. Every link leads to this site.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from publish.contract.service import MAILS
from publish.contract.slots import Prepared, Values, escaped, plain
from publish.paywall import counting, http, suppressing
from publish.paywall.ports import Mail, MailDown, Mailer, MailRefused, Missing
from publish.paywall.queue import Job, Later, Never
from publish.paywall.releases import Release
from publish.paywall.visit import World

CONFIRM = "/api/confirm"
_LINKS = ("link", "home", "account")


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
        mailer.send(written(world, job))
    except (MailDown, Missing) as cause:
        raise Later from cause
    except MailRefused as cause:
        raise Never from cause


def written(world: World, job: Job) -> Mail:
    """Return the finished mail of a job.

    Raises:
        Missing: the release that is live has no such mail.
        Never: no release has.

    """
    name, release = str(job.value["mail"]), world.releases.find()
    if name not in MAILS:
        raise Never(f"no mail {name!r}")
    lang = release.language(str(job.value.get("lang", ""))).code
    try:
        path = release.manifest.mails[name][lang]
    except KeyError as cause:
        raise Missing(f"mail {name} in {lang}") from cause
    values = _values(world, release, lang, job.value)
    subject, text = _text(release.prepared(f"{path}.txt"), values)
    site = release.manifest.site
    return Mail(
        id=job.id,
        to=str(job.value["to"]),
        subject=subject,
        text=text,
        html=release.prepared(f"{path}.html").fill(values, escaped),
        sender=site.mail_from,
        reply_to=site.mail_reply_to,
        headers={"Content-Language": lang},
    )


def _values(world: World, release: Release, lang: str, told: Mapping[str, Any]) -> Values:
    """Return a value for every slot: what the job says, what its seed gives, what all have."""
    language = release.language(lang)
    values: dict[str, Any] = dict.fromkeys(MAILS[str(told["mail"])], "")
    values |= told.get("values") or {}
    if told.get("seed"):
        values |= _of_seed(world, str(told["seed"]), lang)
    values |= {
        "site": language.title,
        "home": language.home,
        "account": http.with_query(http.ACCOUNT, lang=lang),
    }
    return values | {slot: _ours(world, str(values.get(slot, ""))) for slot in _LINKS}


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


def _text(prepared: Prepared, values: Values) -> tuple[str, str]:
    """Return the subject, which is the first line, and the text below the empty line."""
    subject, _, text = prepared.fill(values, plain).partition("\n")
    return plain(subject), text.lstrip("\n")
