"""`inkstead orders`: what was bought and what led to it, and giving money back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

import click

from publish import moments, options
from publish.commands.grouping import group, operating
from publish.commands.talking import Call, Talk, answered, plain, talking
from publish.contract.catalogue import N_, Words
from publish.operating import refunding
from publish.operating.refunding import Wish
from publish.paywall import keys, money, orders
from publish.paywall.orders import Order
from publish.screen import table
from publish.trouble import WrongUsage

STATES: tuple[str, ...] = (*get_args(orders.State), "refunded", "disputed")
_STATE_NAMES = {
    "open": N_("not finished"),
    "pending": N_("waiting for the money"),
    "paid": N_("paid"),
    "failed": N_("failed"),
    "expired": N_("given up"),
    "refunded": N_("refunded"),
    "disputed": N_("in dispute"),
}


def command(words: Words) -> click.Group:
    """Return the command in one language."""
    _ = words.gettext
    return group(
        words,
        "orders",
        _("Look at orders, with the post and the campaign that led to each, and give money back."),
        _list_command(words),
        _show_command(words),
        _refund_command(words),
    )


# ---- list -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """Which orders to list; `since` and `until` by when they were made."""

    since: datetime | None
    until: datetime | None
    product: str
    state: str

    def fits(self, order: Order) -> bool:
        """Tell whether an order is wanted."""
        return (
            (self.since is None or order.made >= self.since)
            and (self.until is None or order.made < self.until)
            and (not self.product or order.product == self.product)
            and (not self.state or self.state in states_of(order))
        )


def states_of(order: Order) -> list[str]:
    """Return every state that an order is in, the telling one last."""
    found: list[str] = [order.state]
    found += ["refunded"] if order.refunded else []
    return found + (["disputed"] if order.dispute == "open" else [])


def _list_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "list",
        _list,
        (
            _("what was bought, and what led to it"),
            _("List orders, the newest last, with the post and the campaign that led to each."),
        ),
        click.Option(["--since", "since"], metavar="DATE", help=_("Made on this day or later.")),
        click.Option(["--until", "until"], metavar="DATE", help=_("Made before this day.")),
        click.Option(["--product", "product"], metavar="ID", help=_("Only of this product.")),
        click.Option(
            ["--state", "state"],
            type=click.Choice(STATES),
            metavar="STATE",
            help=_("Only in this state: {states}.").format(states=", ".join(STATES)),
        ),
        examples=(
            ("inkstead orders list --since 2026-11-01", ""),
            ("inkstead orders list --state paid --live --json", ""),
        ),
    )


def _list(
    call: Call,
    since: str | None,
    until: str | None,
    product: str | None,
    state: str | None,
) -> int:
    with talking(call) as talk:
        zone = talk.desk.zone
        wanted = Wanted(
            moments.parse(since, zone, "--since") if since else None,
            moments.parse(until, zone, "--until") if until else None,
            product or "",
            state or "",
        )
        found = [each for each in _all(talk) if wanted.fits(each)]
        count = call.words.ngettext("{n} order", "{n} orders", len(found)).format(n=len(found))
        rows = [_row(talk, each) for each in found]
        talk.end({"orders": [_value(each) for each in found]}, *table(rows), count)
    return 0


def _all(talk: Talk) -> Iterator[Order]:
    """Yield every order, in order of time."""
    with talk.counting(talk.words.gettext("reading")) as heard:
        for number, order in enumerate(orders.everything(talk.desk.world.store), 1):
            heard(number)
            yield order


def _row(talk: Talk, order: Order) -> tuple[str, ...]:
    _ = talk.words.gettext
    return (
        talk.day(order.made),
        order.number,
        order.offer or order.product,
        price(talk, order),
        _(_STATE_NAMES[states_of(order)[-1]]),
        order.mail,
        order.post or order.page,
        campaign(order),
    )


def price(talk: Talk, order: Order) -> str:
    """Return what was paid, in the creator's language."""
    paid = order.currency and order.state != "open"
    return money.written(order.amount, order.currency, talk.lang) if paid else ""


def campaign(order: Order) -> str:
    """Return what a link that led here said of itself: "utm_source=letter"."""
    return " ".join(f"{name}={value}" for name, value in sorted((order.campaign or {}).items()))


def _value(order: Order) -> dict[str, Any]:
    told: dict[str, Any] = plain(orders.value_of(order))
    return {"number": order.number, **told}


# ---- show -----------------------------------------------------------------------------------


def _show_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "show",
        _show,
        (_("everything about one order"), _("Show one order: money, reader, what led to it.")),
        _order_argument(),
        examples=(("inkstead orders show 7K3F-9QWX-2B4C", ""),),
    )


def _order_argument() -> click.Argument:
    return click.Argument(["order"], metavar="ORDER")


def _show(call: Call, order: str) -> int:
    with talking(call) as talk:
        found = find(talk, order)
        talk.end(_value(found), *_portrait(talk, found))
    return 0


def find(talk: Talk, order: str) -> Order:
    """Return an order by the number that a reader quotes.

    Raises:
        WrongUsage: there is none.

    """
    found = orders.find(talk.desk.world.store, order)
    if found is None:
        raise WrongUsage(
            N_('"{order}" is no order here (list them with: inkstead orders list)'), order=order
        )
    return found


def _portrait(talk: Talk, order: Order) -> list[str]:
    _ = talk.words.gettext
    back = money.written(order.refunded, order.currency, talk.lang) if order.refunded else ""
    paid = talk.day(keys.when(order.paid_at)) if order.paid_at else ""
    facts = [
        (_("order"), order.number),
        (_("state"), " · ".join(_(_STATE_NAMES[each]) for each in states_of(order))),
        (_("product"), order.product),
        (_("offer"), order.offer),
        (_("made"), talk.day(order.made)),
        (_("paid"), paid),
        (_("price"), price(talk, order)),
        (_("given back"), back),
        (_("dispute"), order.dispute),
        (_("mail"), order.mail),
        (_("reader"), order.person),
        (_("post"), order.post),
        (_("page"), order.page),
        (_("campaign"), campaign(order)),
        (
            _("at Stripe"),
            " ".join(filter(None, (order.reference, order.subscription, order.payment))),
        ),
    ]
    return table([fact for fact in facts if fact[1]])


# ---- refund ---------------------------------------------------------------------------------


def _refund_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "refund",
        _refund,
        (
            _("give money back"),
            _(
                "Give the money of an order back, all that is left of it or a part. A"
                " subscription ends with it at once, or it would take the money again; keep it"
                " with --keep-subscription. Asks first. Twice is once."
            ),
        ),
        _order_argument(),
        click.Option(
            ["--amount", "amount"],
            metavar="AMOUNT",
            help=_("Only so much, in the order's currency: 9.90."),
        ),
        click.Option(
            ["--keep-subscription", "keep"], is_flag=True, help=_("Let the subscription run on.")
        ),
        click.Option(
            ["--again", "again"], is_flag=True, help=_("The same amount was given back before.")
        ),
        options.yes(words),
        examples=(
            ("inkstead orders refund 7K3F-9QWX-2B4C", ""),
            ("inkstead orders refund 7K3F-9QWX-2B4C --amount 9.90 --keep-subscription", ""),
        ),
    )


def _refund(call: Call, order: str, amount: str | None, keep: bool, again: bool, yes: bool) -> int:
    with talking(call, payments=True) as talk, answered():
        found = find(talk, order)
        wanted = refunding.amount_of(amount, found.currency) if amount else None
        wish = refunding.wish(talk.desk, found, wanted, keep=keep, again=again)
        if not wish.amount and not wish.cancels:
            line = call.words.gettext("order {order} is given back already, nothing to do")
            talk.end({"changed": False, **_value(found)}, line.format(order=found.number))
            return 0
        talk.sure(_question(talk, wish), yes)
        done = refunding.carry_out(talk.desk, wish)
        told = {"refund": done.refund, "status": done.status, "cancelled": done.cancelled}
        talk.end({"changed": True, **told, **_value(done.order)}, *_done(talk, wish, done.status))
        return 1 if done.status == "failed" else 0


def _question(talk: Talk, wish: Wish) -> str:
    _ = talk.words.gettext
    order = wish.order
    back = money.written(wish.amount, order.currency, talk.lang)
    if not wish.amount:
        text = _("End the subscription of order {order} ({mail})?")
    elif wish.cancels:
        text = _("Give {amount} of order {order} back to {mail} and end the subscription?")
    else:
        text = _("Give {amount} of order {order} back to {mail}?")
    return text.format(amount=back, order=order.number, mail=order.mail)


def _done(talk: Talk, wish: Wish, status: str) -> list[str]:
    _ = talk.words.gettext
    order = wish.order
    lines = []
    if wish.amount:
        text = {
            "pending": _("{amount} is on its way back to {mail}; the bank takes some days"),
            "failed": _("the bank refused {amount} for {mail}: give it back in another way"),
        }.get(status, _("{amount} was given back to {mail}"))
        back = money.written(wish.amount, order.currency, talk.lang)
        lines.append(text.format(amount=back, mail=order.mail))
    if wish.cancels:
        lines.append(_("the subscription has ended"))
    elif order.subscription:
        lines.append(_("the subscription runs on"))
    return lines
