"""What several commands are told and must look up: a product of the site, a day to come."""

from __future__ import annotations

from datetime import datetime

from publish import moments
from publish.commands.talking import Talk
from publish.contract.catalogue import N_
from publish.operating import dates
from publish.trouble import WrongUsage


def known_product(talk: Talk, product: str) -> None:
    """Refuse a product that the site does not have.

    Raises:
        WrongUsage: naming those that it has.

    """
    known = talk.desk.manifest.products
    if product not in known:
        raise WrongUsage(
            N_('"{product}" is no product of this site (known: {known})'),
            product=product,
            known=", ".join(sorted(known)) or "–",
        )


def end_ahead(talk: Talk, option: str, text: str) -> datetime:
    """Return when a day or a time that an option names is over.

    Raises:
        WrongUsage: it is no date or time, or it is over already.

    """
    with moments.understood(option, text):
        found = dates.read_until(text, talk.desk.zone)
    if found <= talk.desk.now:
        raise WrongUsage(N_('{option} "{text}" is over already'), option=option, text=text)
    return found
