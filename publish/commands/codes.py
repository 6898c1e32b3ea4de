"""`inkstead codes`: redemption codes, the second way to pay."""

from __future__ import annotations

import click

from publish import options
from publish.commands import code_making
from publish.commands.code_making import span
from publish.commands.grouping import group, operating
from publish.commands.talking import Call, Talk, plain, talking
from publish.contract.catalogue import N_, Words
from publish.operating import code_files
from publish.paywall import codes, people
from publish.paywall.codes import Batch
from publish.paywall.ports import Conflict
from publish.screen import table
from publish.trouble import Failure, WrongUsage


def command(words: Words) -> click.Group:
    """Return the command in one language."""
    _ = words.gettext
    return group(
        words,
        "codes",
        _(
            "Redemption codes: for readers who paid elsewhere, for groups, for gifts. A reader"
            " types one at the paywall or on the account page. A code for a lead magnet is for who"
            " writes to you elsewhere: it opens the file without an address."
        ),
        code_making.command(words),
        _list_command(words),
        _revoke_command(words),
    )


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


def _list(call: Call, batch: str | None) -> int:
    with talking(call) as talk:
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
    opens = span(talk, batch)
    what = batch.product or batch.magnet
    return (talk.day(batch.made), batch.id, what, opens, redeemed, ends, sold, state)


def _list_uses(talk: Talk, batch: str) -> None:
    store = talk.desk.world.store
    found = codes.find_batch(store, batch)
    if found is None:
        raise WrongUsage(
            N_('"{batch}" is no batch here (list them with: inkstead codes list)'), batch=batch
        )
    uses = codes.uses(store, found.id)
    who = {use.person: people.find(store, use.person) for use in uses if use.person}
    mails = {key: person.mail if person else key for key, person in who.items()} | {"": ""}
    browser = talk.words.gettext("a browser")
    rows = [(talk.day(use.at), mails[use.person] or browser, use.grant) for use in uses]
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
                " have; take that back with: inkstead readers revoke. Of a lead magnet, links that"
                " were opened still work for their seven days."
            ),
        ),
        click.Argument(["wanted"], metavar="BATCH|CODE"),
        options.yes(words),
        examples=(("inkstead codes revoke 7K3F9QWX", ""),),
    )


def _revoke(call: Call, wanted: str, yes: bool) -> int:
    _ = call.words.gettext
    with talking(call) as talk:
        store = talk.desk.world.store
        if not codes.known(store, wanted):
            raise WrongUsage(
                N_('"{wanted}" is no batch or code here (list batches with: inkstead codes list)'),
                wanted=wanted,
            )
        talk.sure(_("Revoke {wanted}?").format(wanted=wanted), yes)
        try:
            codes.revoke(store, wanted)
        except Conflict as cause:
            raise Failure(N_("it was redeemed at this very moment; try again")) from cause
        talk.end({"revoked": wanted}, _("{wanted} gives nothing any more").format(wanted=wanted))
    return 0
