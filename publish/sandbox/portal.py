"""The test portal: invoices, the card, stopping and going on, as a payer sees them at Stripe."""

from __future__ import annotations

from datetime import UTC, datetime

from publish.contract.catalogue import N_, Words
from publish.sandbox import life, money, subscribing
from publish.sandbox.pages import (
    Page,
    Visit,
    hidden,
    moved,
    nothing,
    page,
    said,
    text_of,
    words_of,
)
from publish.sandbox.pages import money as written
from publish.sandbox.state import Books, Object

_SAID = {
    "stopped": N_("It ends with the period that is paid."),
    "resumed": N_("It will be renewed."),
    "card": N_("The card was changed."),
}
STATUS = {
    "trialing": N_("on trial"),
    "active": N_("running"),
    "past_due": N_("payment is late"),
    "unpaid": N_("not paid"),
    "canceled": N_("ended"),
    "paid": N_("paid"),
    "open": N_("open"),
    "void": N_("void"),
}


def show(visit: Visit) -> Page:
    """Show what a customer has, or do what was pressed."""
    with life.today(visit.state) as books:
        opened = books.find(visit.rest, "billing_portal.session")
        who = books.find(opened["customer"], "customer") if opened else None
        if opened is None or who is None or who.get("deleted"):
            return nothing(visit.lang())
        if visit.method == "POST":
            return _act(visit, books, who)
        return _page(visit, books, opened, who)


def _act(visit: Visit, books: Books, who: Object) -> Page:
    held = books.find(visit.form.get("subscription", ""), "subscription")
    done, ours = "", held is not None and held["customer"] == who["id"]
    if held is not None and ours and held["status"] != "canceled":
        done = _do(books, held, visit.form.get("do", ""))
    return moved(f"{visit.path}?said={done}" if done else visit.path)


def _do(books: Books, held: Object, do: str) -> str:
    if do in ("stop", "resume"):
        subscribing.stop(books, held, do == "stop")
        return "stopped" if do == "stop" else "resumed"
    if do in ("works", "fails"):
        card = money.WORKING if do == "works" else money.FAILS_LATER
        subscribing.new_card(books, held, card)
        return "card"
    return ""


def _page(visit: Visit, books: Books, opened: Object, who: Object) -> Page:
    lang = visit.lang(opened["locale"])
    words = words_of(lang)
    _ = words.gettext
    message = _SAID.get(visit.asks.get("said", ""), "")
    held = books.all("subscription", customer=who["id"])
    back = text_of(_("Back to the site"))
    body = [
        f"<h1>{text_of(_('Test portal'))}</h1><p>{text_of(who['email'] or '')}</p>",
        said(_(message) if message else "", good=True),
        *(_subscription(words, visit, books, each) for each in held),
        "" if held else f"<p>{text_of(_('No subscription.'))}</p>",
        _invoices(words, books.all("invoice", customer=who["id"])),
        f'<p><a href="{text_of(opened["return_url"] or visit.home)}">{back}</a></p>',
    ]
    return page(lang, _("Test portal"), "".join(body))


def _subscription(words: Words, visit: Visit, books: Books, held: Object) -> str:
    _ = words.gettext
    item = held["items"]["data"][0]
    product = books.find(item["price"]["product"], "product") or {}
    state = STATUS[held["status"]]
    ends = day(held["cancel_at"] or held["ended_at"] or item["current_period_end"])
    stops = held["cancel_at"] or held["status"] == "canceled"
    line = (_("ends on {day}") if stops else _("renews on {day}")).format(day=ends)
    card = books.hidden(held["id"]).get("card", money.WORKING)
    shown = (
        f"<h2>{text_of(product.get('name') or '')}</h2>"
        f"<p>{text_of(_(state))} · {text_of(line)}<br>"
        f'<span class="soft">{text_of(_("Card"))} •••• {text_of(card)}</span></p>'
    )
    if held["status"] == "canceled":
        return shown
    stop = ("resume", _("Go on after all")) if held["cancel_at"] else ("stop", _("Stop renewing"))
    buttons = "".join(
        f'<button name="do" value="{do}">{text_of(text)}</button>'
        for do, text in (
            stop,
            ("works", _("Use a card that works")),
            ("fails", _("Use a card that fails")),
        )
    )
    action = f'<form method="post" action="{text_of(visit.path)}" class="row">'
    return f"{shown}{action}{hidden(subscription=held['id'])}{buttons}</form>"


def _invoices(words: Words, invoices: list[Object]) -> str:
    _ = words.gettext
    if not invoices:
        return ""
    rows = "".join(
        f"<tr><td>{day(each['created'])}</td><td>{text_of(each['number'])}</td>"
        f"<td>{text_of(written(each['total'], each['currency']))}</td>"
        f"<td>{text_of(_(STATUS[each['status']]))}</td></tr>"
        for each in invoices
    )
    heads = "".join(
        f'<th scope="col">{text_of(_(each))}</th>'
        for each in (N_("Day"), N_("Number"), N_("Amount"), N_("State"))
    )
    title = text_of(_("Invoices"))
    table = f'<table class="bills"><tr>{heads}</tr>{rows}</table>'
    return f'<h2>{title}</h2><div class="scroll">{table}</div>'


def day(seconds: int) -> str:
    """Return a day as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
