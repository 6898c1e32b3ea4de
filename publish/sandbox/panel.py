"""The panel: move the clock, tell webhooks wrongly or again, refund, dispute, see what was sold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from publish.contract.catalogue import N_, Words
from publish.sandbox import deliveries, life, money, subscribing
from publish.sandbox.months import DAY, after
from publish.sandbox.pages import Page, Visit, hidden, moved, page, said, text_of, words_of
from publish.sandbox.pages import money as written
from publish.sandbox.params import Refused
from publish.sandbox.portal import STATUS, day
from publish.sandbox.state import Books, Object

_PATH = "/_sandbox/"
_EVENTS, _SOLD = 30, 40
_STEPS = {
    "day": N_("+1 day"),
    "fortnight": N_("+14 days"),
    "month": N_("+1 month"),
    "period": N_("to the end of the next period"),
}
_MODES = {
    "normal": N_("as they should be"),
    "doubled": N_("each one twice"),
    "delayed": N_("an hour late"),
    "reordered": N_("in the wrong order"),
    "dropped": N_("never"),
    "forged": N_("with a forged one before each"),
}
_DELIVERED = {
    "waiting": N_("waiting"),
    "done": N_("arrived"),
    "failed": N_("failed"),
    "dropped": N_("dropped"),
}
_AFTER = {"canceled": N_("is ended"), "unpaid": N_("stays unpaid")}


def show(visit: Visit) -> Page:
    """Show the panel, or do what was pressed on it."""
    with life.today(visit.state) as books:
        if visit.method != "POST":
            return _page(visit, books)
        problem = ""
        try:
            _act(books, visit.form.get("do", ""), visit.form)
        except Refused as refused:
            problem = str(refused)
        life.catch_up(books)
        return _page(visit, books, problem) if problem else moved(_PATH)


def _act(books: Books, do: str, given: Mapping[str, str]) -> None:
    key = given.get("id", "")
    if do in _STEPS:
        books.move(_seconds(books, do))
    elif do == "mode" and given.get("mode") in _MODES:
        books.setting("mode", given["mode"])
        books.setting("after_failures", given.get("after") or "canceled")
    elif do in ("replay", "twice") and books.find(key, "event"):
        for _ in range(2 if do == "twice" else 1):
            deliveries.replay(books, key)
    elif do == "drop":
        deliveries.drop(books, key)
    elif found := books.find(key, "charge"):
        _money(books, do, found)
    elif found := books.find(key, "subscription"):
        _subscription(books, do, found)


def _money(books: Books, do: str, charged: Object) -> None:
    if do == "refund":
        money.refund(books, charged)
    elif do == "half":
        money.refund(books, charged, charged["amount"] // 2)
    elif do == "refund-fails":
        money.refund(books, charged, fails=books.now + DAY)
    elif do == "dispute":
        money.dispute(books, charged)
    elif do in ("won", "lost"):
        for opened in books.all("dispute", charge=charged["id"]):
            if opened["status"] not in ("won", "lost"):
                money.settle(books, opened, do)


def _subscription(books: Books, do: str, held: Object) -> None:
    if do == "end":
        subscribing.end(books, held)
    elif do == "pause":
        paused = {"behavior": "void", "resumes_at": None}
        subscribing.change(books, held, held | {"pause_collection": paused})
    elif do == "unpause":
        subscribing.change(books, held, held | {"pause_collection": None})


def _seconds(books: Books, step: str) -> int:
    """Return how far a step moves the clock."""
    if step == "day":
        return DAY
    if step == "fortnight":
        return 14 * DAY
    if step == "period":
        ends = [
            each["items"]["data"][0]["current_period_end"]
            for each in books.all("subscription")
            if each["status"] != "canceled"
        ]
        if later := [each for each in ends if each >= books.today]:
            return int(min(later)) - books.today + 60
    return after(books.today, "month", 1) - books.today


# ---- how it looks ----


def _page(visit: Visit, books: Books, problem: str = "") -> Page:
    lang = visit.lang()
    words = words_of(lang)
    _ = words.gettext
    links = [(visit.home, _("Back to the site")), (visit.mails, _("Mails"))]
    shown = " · ".join(f'<a href="{text_of(to)}">{text_of(t)}</a>' for to, t in links if to)
    body = [
        f"<h1>{text_of(_('Sandbox'))}</h1><p>{shown}</p>",
        said(problem),
        _clock(words, books),
        _webhooks(words, books),
        _sold(words, books),
        _subscriptions(words, books),
        _events(words, books),
    ]
    return page(lang, _("Sandbox"), "".join(body), wide=True)


def _clock(words: Words, books: Books) -> str:
    _ = words.gettext
    now = datetime.fromtimestamp(books.today, UTC).strftime("%Y-%m-%d %H:%M UTC")
    buttons = "".join(_button(do, _(text)) for do, text in _STEPS.items())
    told = _("The site, Checkout and mails live by this clock. It only goes forward.")
    return (
        f'<h2>{text_of(_("Clock"))}</h2><p class="price">{now}</p>'
        f'<p class="soft">{text_of(told)}</p>'
        f'<form method="post" action="{_PATH}" class="row">{buttons}</form>'
    )


def _webhooks(words: Words, books: Books) -> str:
    _ = words.gettext
    waiting = _("{n} waiting").format(n=deliveries.waiting(books))
    modes = _options(words, _MODES, books.setting("mode", default="normal"))
    over = _options(words, _AFTER, books.setting("after_failures", default="canceled"))
    return (
        f"<h2>{text_of(_('Webhooks'))}</h2><p>{text_of(waiting)}</p>"
        f'<form method="post" action="{_PATH}" class="row">'
        f'<div class="field"><label for="mode">{text_of(_("Webhooks arrive"))}</label>'
        f'<select id="mode" name="mode">{modes}</select></div>'
        f'<div class="field"><label for="after">'
        f"{text_of(_('After the last failed payment a subscription'))}</label>"
        f'<select id="after" name="after">{over}</select></div>'
        f"{_button('mode', _('Set'))}</form>"
    )


def _options(words: Words, known: dict[str, str], chosen: str) -> str:
    return "".join(
        f'<option value="{name}"{" selected" if name == chosen else ""}>'
        f"{text_of(words.gettext(text))}</option>"
        for name, text in known.items()
    )


def _sold(words: Words, books: Books) -> str:
    """Return every charge, with the order that it belongs to."""
    _ = words.gettext
    charges = [each for each in books.all("charge") if each["status"] == "succeeded"][:_SOLD]
    sessions = books.all("checkout.session", status="complete")
    orders = {each["payment_intent"]: each for each in sessions} | {
        _first_payment(books, each): each for each in sessions if each["invoice"]
    }
    rows = "".join(_charge_row(words, books, each, orders) for each in charges)
    heads = (N_("Day"), N_("Order"), N_("Paid by"), N_("Amount"), N_("State"), N_("Do"))
    return _table(words, _("Payments"), heads, rows, _("Nothing was sold yet."))


def _first_payment(books: Books, session: Object) -> str:
    paid = books.hidden(session["invoice"]).get("more", {}).get("payments", {}).get("data", [])
    return str(paid[0]["payment"]["payment_intent"]) if paid else ""


def _charge_row(words: Words, books: Books, charged: Object, orders: dict[str, Object]) -> str:
    _ = words.gettext
    session = orders.get(charged["payment_intent"]) or {}
    state = _state(words, books, charged)
    left = charged["amount"] - charged["amount_refunded"]
    buttons: list[tuple[str, str]] = []
    if _is_open(books, charged):
        buttons = [("won", _("Dispute is won")), ("lost", _("Dispute is lost"))]
    elif not charged["disputed"] and left:
        buttons = [
            ("refund", _("Refund")),
            ("half", _("Refund half")),
            ("refund-fails", _("Refund that fails tomorrow")),
            ("dispute", _("Dispute")),
        ]
    cells = (
        day(charged["created"]),
        _grouped(session.get("client_reference_id") or "") or _("renewal"),
        charged["billing_details"]["email"] or "",
        written(charged["amount"], charged["currency"]),
        state,
    )
    return _row(cells, charged["id"], buttons)


def _grouped(number: str) -> str:
    """Return an order's number as mails and pages write it: groups of four."""
    return "-".join(number[at : at + 4] for at in range(0, len(number), 4))


def _is_open(books: Books, charged: Object) -> bool:
    found = books.all("dispute", charge=charged["id"])
    return any(each["status"] not in ("won", "lost") for each in found)


def _state(words: Words, books: Books, charged: Object) -> str:
    _ = words.gettext
    if charged["disputed"]:
        if _is_open(books, charged):
            return _("in dispute")
        last = books.all("dispute", charge=charged["id"])[0]["status"]
        return _("Dispute is won") if last == "won" else _("Dispute is lost")
    if charged["refunded"]:
        return _("refunded")
    return _("refunded in part") if charged["amount_refunded"] else _("paid")


def _subscriptions(words: Words, books: Books) -> str:
    _ = words.gettext
    held = books.all("subscription")[:_SOLD]
    rows = "".join(_subscription_row(words, books, each) for each in held)
    heads = (N_("Began"), N_("Paid by"), N_("State"), N_("Period ends"), N_("Do"))
    return _table(words, _("Subscriptions"), heads, rows, _("Nobody subscribed yet."))


def _subscription_row(words: Words, books: Books, held: Object) -> str:
    _ = words.gettext
    who = books.find(held["customer"], "customer") or {}
    buttons = []
    if held["status"] != "canceled":
        pause = (
            ("unpause", _("Collect again")) if held["pause_collection"] else ("pause", _("Pause"))
        )
        buttons = [("end", _("End now")), pause]
    state = STATUS[held["status"]]
    status = _(state) + (f" · {_('cancelled')}" if held["cancel_at"] else "")
    ends = held["items"]["data"][0]["current_period_end"]
    cells = (day(held["created"]), who.get("email") or "–", status, day(ends))
    return _row(cells, held["id"], buttons)


def _events(words: Words, books: Books) -> str:
    _ = words.gettext
    rows = []
    for each in books.all("event")[:_EVENTS]:
        told = deliveries.of_event(books, each["id"])
        state = ", ".join(
            f"{_(_DELIVERED[name])} {status or ''}".strip() for name, _tries, status in told
        )
        buttons = [("replay", _("Send again")), ("twice", _("Send twice"))]
        if any(name == "waiting" for name, _tries, _status in told):
            buttons.append(("drop", _("Drop")))
        moment = datetime.fromtimestamp(each["created"], UTC).strftime("%m-%d %H:%M:%S")
        rows.append(_row((moment, each["type"], state or "–"), each["id"], buttons))
    heads = (N_("Time"), N_("Event"), N_("Webhook"), N_("Do"))
    return _table(words, _("Events"), heads, "".join(rows), _("Nothing happened yet."))


def _table(words: Words, title: str, heads: tuple[str, ...], rows: str, empty: str) -> str:
    shown = f"<h2>{text_of(title)}</h2>"
    if not rows:
        return f'{shown}<p class="soft">{text_of(empty)}</p>'
    cells = "".join(f'<th scope="col">{text_of(words.gettext(each))}</th>' for each in heads)
    return (
        f'{shown}<div class="scroll" tabindex="0" role="region" aria-label="{text_of(title)}">'
        f'<table class="rows"><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _row(cells: tuple[str, ...], key: str, buttons: list[tuple[str, str]]) -> str:
    shown = "".join(f"<td>{text_of(each)}</td>" for each in cells)
    pressed = "".join(_button(do, text) for do, text in buttons)
    form = (
        f'<form method="post" action="{_PATH}">{hidden(id=key)}{pressed}</form>' if buttons else ""
    )
    return f"<tr>{shown}<td>{form}</td></tr>"


def _button(do: str, text: str) -> str:
    return f'<button name="do" value="{do}">{text_of(text)}</button>'
