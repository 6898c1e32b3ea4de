"""`inkstead codes`: redemption codes, the second way to pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from publish import options
from publish.commands.grouping import group, operating
from publish.commands.reader_files import write_private
from publish.commands.reader_rights import known_product
from publish.commands.talking import Talk, plain, talking
from publish.contract.catalogue import N_, Words
from publish.contract.manifest import Manifest
from publish.operating import code_files, reader_files
from publish.paywall import codes, people
from publish.paywall.codes import Batch
from publish.paywall.ports import Conflict
from publish.screen import from_here, say, table
from publish.trouble import Failure, WrongUsage

_SPANS = {"month": 31, "year": 366}
_ENDS = ("membership", "pass")


def command(words: Words) -> click.Group:
    """Return the command in one language."""
    _ = words.gettext
    return group(
        words,
        "codes",
        _(
            "Redemption codes: for readers who paid elsewhere, for groups, for gifts. A reader"
            " types one at the paywall or on the account page."
        ),
        _make_command(words),
        _list_command(words),
        _revoke_command(words),
    )


# ---- make -----------------------------------------------------------------------------------


def _make_command(words: Words) -> click.Command:
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
        ),
    )


@dataclass(frozen=True)
class _Wish:
    product: str
    days: int


def _make(
    words: Words,
    product: str | None,
    offer: str | None,
    days: int | None,
    count: int,
    uses: int,
    expires: str | None,
    price: str | None,
    channel: str | None,
    note: str | None,
    output: str | None,
    live: bool,
    content: str | None,
    machine: bool,
) -> int:
    with talking(words, content, live, machine, aside=True) as talk:
        wish = _wish(talk, product or "", offer or "", days or 0)
        path = _target(talk, output)
        batch, made = codes.make(
            talk.desk.world.store,
            talk.desk.now,
            product=wish.product,
            days=wish.days,
            count=count,
            uses=uses,
            expires=_last_day(talk, expires) if expires else None,
            price=_price(price) if price else None,
            channel=channel or "",
            note=note or "",
        )
        _hand_over(talk, batch, made, path)
    return 0


def _wish(talk: Talk, product: str, offer: str, days: int) -> _Wish:
    if bool(product) == bool(offer):
        raise WrongUsage(
            N_("say what the codes open: --product or --offer, one of them (known: {known})"),
            known=", ".join(sorted(talk.desk.manifest.products)) or "–",
        )
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


def _last_day(talk: Talk, text: str) -> datetime:
    try:
        found = reader_files.read_until(text, talk.desk.zone)
    except (ValueError, OverflowError) as cause:
        raise WrongUsage(
            N_('{option} "{text}" is no date or time (write 2026-12-24 or "2026-12-24 09:30")'),
            option="--expires",
            text=text,
        ) from cause
    if found <= talk.desk.now:
        raise WrongUsage(N_('--expires "{text}" is over already'), text=text)
    return found


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
    if path:
        write_private(path, code_files.content(batch, made, path.suffix.lower()))
    elif not talk.machine:
        say(made)
    said = talk.words.ngettext(
        "{n} code of batch {batch} for {product}, {span}",
        "{n} codes of batch {batch} for {product}, {span}",
        batch.count,
    ).format(n=batch.count, batch=batch.id, product=batch.product, span=_span(talk, batch))
    where = from_here(path, talk.here) if path else ""
    line = talk.words.gettext("{line}: {path}").format(line=said, path=where) if path else said
    talk.end(told, line)


def _span(talk: Talk, batch: Batch) -> str:
    if not batch.days:
        return talk.words.gettext("for good")
    return talk.words.ngettext("{n} day", "{n} days", batch.days).format(n=batch.days)


# ---- list -----------------------------------------------------------------------------------


def _list_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "list",
        _list,
        (
            _("batches, and how many codes were redeemed"),
            _("List batches of codes and how often they were redeemed; of one batch, by whom."),
        ),
        click.Argument(["batch"], required=False, metavar="[BATCH]"),
        examples=(("inkstead codes list", ""), ("inkstead codes list 7K3F9QWX", "")),
    )


def _list(words: Words, batch: str | None, live: bool, content: str | None, machine: bool) -> int:
    with talking(words, content, live, machine) as talk:
        if batch:
            _list_uses(talk, batch)
        else:
            _list_batches(talk)
    return 0


def _list_batches(talk: Talk) -> None:
    store = talk.desk.world.store
    found = [(each, len(codes.uses(store, each.id))) for each in codes.batches(store)]
    rows = [_batch_row(talk, each, used) for each, used in found]
    n = len(found)
    count = talk.words.ngettext("{n} batch", "{n} batches", n).format(n=n)
    told = [code_files.value(each) | {"redeemed": used} for each, used in found]
    talk.end({"batches": told}, *table(rows), count)


def _batch_row(talk: Talk, batch: Batch, used: int) -> tuple[str, ...]:
    _ = talk.words.gettext
    redeemed = _("{used} of {all} redeemed").format(used=used, all=batch.count * batch.uses)
    over = batch.expires is not None and batch.expires <= talk.desk.now
    state = _("revoked") if batch.revoked else _("over") if over else ""
    ends = _("until {day}").format(day=talk.day(batch.expires)) if batch.expires else ""
    sold = " ".join(filter(None, (batch.price, batch.channel, batch.note)))
    span = _span(talk, batch)
    return (talk.day(batch.made), batch.id, batch.product, span, redeemed, ends, sold, state)


def _list_uses(talk: Talk, batch: str) -> None:
    store = talk.desk.world.store
    found = codes.find_batch(store, batch)
    if found is None:
        raise WrongUsage(
            N_('"{batch}" is no batch here (list them with: inkstead codes list)'), batch=batch
        )
    uses = codes.uses(store, found.id)
    who = {use.person: people.find(store, use.person) for use in uses}
    mails = {key: person.mail if person else key for key, person in who.items()}
    rows = [(talk.day(use.at), mails[use.person], use.grant) for use in uses]
    told = [
        {"at": plain(u.at), "person": u.person, "mail": mails[u.person], "grant": u.grant}
        for u in uses
    ]
    lines = [*table([_batch_row(talk, found, len(uses))]), *(f"  {row}" for row in table(rows))]
    talk.end({"batch": code_files.value(found), "uses": told}, *lines)


# ---- revoke ---------------------------------------------------------------------------------


def _revoke_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "revoke",
        _revoke,
        (
            _("let a batch or a code give nothing any more"),
            _(
                "Let a batch, or one code, give nothing any more. Who redeemed it keeps what they"
                " have; take that back with: inkstead readers revoke."
            ),
        ),
        click.Argument(["wanted"], metavar="BATCH|CODE"),
        options.yes(words),
        examples=(("inkstead codes revoke 7K3F9QWX", ""),),
    )


def _revoke(
    words: Words, wanted: str, yes: bool, live: bool, content: str | None, machine: bool
) -> int:
    _ = words.gettext
    with talking(words, content, live, machine) as talk:
        talk.sure(_("Revoke {wanted}?").format(wanted=wanted), yes)
        try:
            found = codes.revoke(talk.desk.world.store, wanted)
        except Conflict as cause:
            raise Failure(N_("it was redeemed at this very moment; try again")) from cause
        if not found:
            raise WrongUsage(
                N_('"{wanted}" is no batch or code here (list batches with: inkstead codes list)'),
                wanted=wanted,
            )
        talk.end({"revoked": wanted}, _("{wanted} gives nothing any more").format(wanted=wanted))
    return 0
