"""`inkstead codes make`: a batch of codes, printed this once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from publish.commands.asking import end_ahead, known_product
from publish.commands.grouping import operating
from publish.commands.reader_files import write_private
from publish.commands.talking import Call, Talk, talking
from publish.contract.catalogue import N_, Words
from publish.contract.manifest import Manifest
from publish.operating import code_files
from publish.paywall import codes, unlocking
from publish.paywall.codes import Batch
from publish.screen import from_here, say
from publish.trouble import WrongUsage

_SPANS = {"month": 31, "year": 366}
_ENDS = ("membership", "pass")


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return operating(
        words,
        "make",
        _make,
        (
            _("make a batch of codes"),
            _(
                "Make a batch of codes and print them, one a line. They are shown this once: only"
                " their hashes are kept, so save what this prints."
            ),
        ),
        click.Option(["--product", "product"], metavar="ID", help=_("What a code opens.")),
        click.Option(
            ["--offer", "offer"],
            metavar="ID",
            help=_("Instead of --product and --days: what this offer gives."),
        ),
        click.Option(
            ["--magnet", "magnet"],
            metavar="ID",
            help=_("Which lead magnet a code opens, without an address."),
        ),
        click.Option(
            ["--days", "days"],
            type=click.IntRange(1, 36500),
            metavar="N",
            help=_("For how many days from redeeming (without: for good)."),
        ),
        click.Option(
            ["--count", "count"],
            type=click.IntRange(1, codes.MOST),
            default=1,
            show_default=True,
            metavar="N",
            help=_("How many codes."),
        ),
        click.Option(
            ["--uses", "uses"],
            type=click.IntRange(1),
            default=1,
            show_default=True,
            metavar="N",
            help=_("How many readers may use each code."),
        ),
        click.Option(
            ["--expires", "expires"],
            metavar="DATE",
            help=_("The last day on which a code can be redeemed."),
        ),
        click.Option(
            ["--price", "price"], metavar="TEXT", help=_('What each was sold for: "39 CNY".')
        ),
        click.Option(["--channel", "channel"], metavar="TEXT", help=_("Where they were sold.")),
        click.Option(["--note", "note"], metavar="TEXT", help=_("For your own books.")),
        click.Option(
            ["--output", "output"],
            metavar="FILE",
            help=_("Where to: .csv, .json, all else one code a line."),
        ),
        examples=(
            ("inkstead codes make --product pass --days 90 --count 100 --output codes.csv", ""),
            ('inkstead codes make --offer pass-year --price "365 CNY" --channel xiaoe', ""),
            ("inkstead codes make --magnet checklist --uses 5000", ""),
        ),
    )


@dataclass(frozen=True)
class _Wish:
    product: str
    days: int
    magnet: str = ""


def _make(
    call: Call,
    product: str | None,
    offer: str | None,
    magnet: str | None,
    days: int | None,
    count: int,
    uses: int,
    expires: str | None,
    price: str | None,
    channel: str | None,
    note: str | None,
    output: str | None,
) -> int:
    with talking(call, aside=True) as talk:
        wish = _wish(talk, product or "", offer or "", magnet or "", days or 0)
        path = _target(talk, output)
        batch, made = codes.make(
            talk.desk.world.store,
            talk.desk.now,
            product=wish.product,
            magnet=wish.magnet,
            days=wish.days,
            count=count,
            uses=uses,
            expires=end_ahead(talk, "--expires", expires) if expires else None,
            price=_price(price) if price else None,
            channel=channel or "",
            note=note or "",
        )
        _hand_over(talk, batch, made, path)
    return 0


def _wish(talk: Talk, product: str, offer: str, magnet: str, days: int) -> _Wish:
    if sum(map(bool, (product, offer, magnet))) != 1:
        manifest = talk.desk.manifest
        coded = [key for key, each in manifest.magnets.items() if each.way == "contact"]
        raise WrongUsage(
            N_(
                "say what the codes open: --product, --offer or --magnet, one of them"
                " (known: {known})"
            ),
            known=", ".join(sorted({*manifest.products, *coded})) or "–",
        )
    if magnet:
        return _of_magnet(talk.desk.manifest, magnet, days)
    if offer:
        return _of_offer(talk.desk.manifest, offer, days)
    known_product(talk, product)
    kind = talk.desk.manifest.products[product].kind
    if kind in _ENDS and not days:
        raise WrongUsage(
            N_('"{product}" is a {kind}, which is for a time (add --days 365)'),
            product=product,
            kind=kind,
        )
    return _Wish(product, days)


def _of_offer(manifest: Manifest, offer: str, days: int) -> _Wish:
    known = {
        each.id: (key, each)
        for key, product in manifest.products.items()
        for each in product.offers
    }
    if offer not in known:
        raise WrongUsage(
            N_('"{offer}" is no offer of this site (known: {known})'),
            offer=offer,
            known=", ".join(sorted(known)) or "–",
        )
    product, found = known[offer]
    return _Wish(product, days or found.days or _SPANS.get(found.every, 0))


def _of_magnet(manifest: Manifest, magnet: str, days: int) -> _Wish:
    found = manifest.magnets.get(magnet)
    if found is None:
        raise WrongUsage(
            N_('"{magnet}" is no lead magnet here (known: {known})'),
            magnet=magnet,
            known=", ".join(sorted(manifest.magnets)) or "–",
        )
    if found.status != "published":
        raise WrongUsage(
            N_('"{magnet}" is retired, so no code opens it (set it to "published" first)'),
            magnet=magnet,
        )
    if found.way != "contact":
        raise WrongUsage(
            N_('"{magnet}" is given for an address and not for a code (write "contact" in it)'),
            magnet=magnet,
        )
    if days:
        raise WrongUsage(N_("--days is about products: a lead magnet has no end (leave it out)"))
    return _Wish("", 0, magnet)


def _price(text: str) -> str:
    """Return a price as "39 CNY".

    Raises:
        WrongUsage: it is no amount with a currency.

    """
    amount, _, currency = " ".join(text.split()).rpartition(" ")
    figures = amount.replace(".", "", 1)
    if not (figures.isascii() and figures.isdigit() and len(currency) == 3 and currency.isalpha()):
        raise WrongUsage(N_('--price "{text}" is no price (write "39 CNY")'), text=text)
    return f"{amount} {currency.upper()}"


def _target(talk: Talk, output: str | None) -> Path | None:
    """Return where the codes go; never over something that is there, which may be codes, too.

    Raises:
        WrongUsage: the file is there already.

    """
    path = (talk.here / Path(output).expanduser()).resolve() if output else None
    if path and path.exists():
        raise WrongUsage(N_('"{path}" is there already (name another file)'), path=output)
    return path


def _hand_over(talk: Talk, batch: Batch, made: Sequence[str], path: Path | None) -> None:
    told = {"batch": code_files.value(batch), "codes": list(made)}
    link = _link(talk, batch, made)
    if path:
        write_private(path, code_files.content(batch, made, path.suffix.lower()))
    elif not talk.machine:
        say(made)
    said = _said(talk, batch)
    where = from_here(path, talk.here) if path else ""
    line = talk.words.gettext("{line}: {path}").format(line=said, path=where) if path else said
    ready = talk.words.gettext("a link with the code in it: {link}").format(link=link)
    talk.end({**told, "link": link} if link else told, line, *([ready] if link else []))


def _link(talk: Talk, batch: Batch, made: Sequence[str]) -> str:
    """Return the address of the page with the code filled in, for an automatic answer."""
    if not batch.magnet or len(made) != 1:
        return ""
    return talk.desk.world.origin + unlocking.filled_in(batch.magnet, made[0])


def _said(talk: Talk, batch: Batch) -> str:
    if batch.magnet:
        return talk.words.ngettext(
            "{n} code of batch {batch} for the lead magnet {magnet}, uses of each: {uses}",
            "{n} codes of batch {batch} for the lead magnet {magnet}, uses of each: {uses}",
            batch.count,
        ).format(n=batch.count, batch=batch.id, magnet=batch.magnet, uses=batch.uses)
    return talk.words.ngettext(
        "{n} code of batch {batch} for {product}, {span}",
        "{n} codes of batch {batch} for {product}, {span}",
        batch.count,
    ).format(n=batch.count, batch=batch.id, product=batch.product, span=span(talk, batch))


def span(talk: Talk, batch: Batch) -> str:
    """Return for how long a code of a batch opens, in words."""
    if batch.magnet:
        return talk.words.gettext("lead magnet")
    if not batch.days:
        return talk.words.gettext("for good")
    return talk.days(batch.days)
