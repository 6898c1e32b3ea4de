"""The test Checkout: what Stripe's page would do, every way it can end, without a card."""

from __future__ import annotations

import re

from publish.contract.catalogue import N_, Words
from publish.sandbox import life, selling
from publish.sandbox.money import CONFIRMED, DECLINED, FAILS_LATER, WORKING, Payer
from publish.sandbox.pages import (
    Page,
    Visit,
    hidden,
    money,
    moved,
    nothing,
    page,
    said,
    text_of,
    words_of,
)
from publish.sandbox.state import Books, Object

_CARDS = {
    "card-works": (WORKING, N_("Card that works")),
    "card-declined": (DECLINED, N_("Card that is declined")),
    "card-confirm": (CONFIRMED, N_("Card that needs confirmation (3-D Secure)")),
    "card-later": (FAILS_LATER, N_("Card that works now and fails at the next renewal")),
}
_WALLETS = {"alipay": N_("Alipay"), "wechat_pay": N_("WeChat Pay")}
_OUTCOMES = {
    "now": N_("{wallet}: paid at once"),
    "later": N_("{wallet}: the money comes later (after half a day)"),
    "never": N_("{wallet}: the money never comes"),
}
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# What may go wrong on the page, by its name in the address, so that GET can say it.
_SAID = {
    "declined": N_("The card was declined. Nothing was charged. Choose another way to pay."),
    "refused": N_("The confirmation was refused. Nothing was charged."),
    "mail": N_("This is not a mail address. Write one like name@example.com."),
    "code": N_("This promotion code is not valid."),
    "choose": N_("Choose how to pay."),
}


def show(visit: Visit) -> Page:
    """Show a session, or do what was pressed on it."""
    key, _, step = visit.rest.partition("/")
    with life.today(visit.state) as books:
        session = books.find(key, "checkout.session")
        if session is None:
            return nothing(visit.lang())
        if session["status"] != "open":
            return _over(visit, session)
        if visit.method == "POST":
            return _act(visit, books, session, step)
        if step in ("confirm", "phone"):
            return _step(visit, session, step)
        return _open(visit, books, session)


def _act(visit: Visit, books: Books, session: Object, step: str) -> Page:
    if "promotion" in visit.form and visit.form.get("do") == "code":
        good = selling.use_code(books, session, visit.form["promotion"])
        return _again(visit, session, "" if good else "code")
    mail = (visit.form.get("mail") or _known_mail(books, session)).strip()
    if not _MAIL.fullmatch(mail):
        return _again(visit, session, "mail")
    books.put(session, typed=mail)
    chosen = visit.form.get("pay", "")
    if step == "confirm":
        chosen = "card-works" if visit.form.get("do") == "confirm" else "refused"
    return _pay(visit, books, session, chosen, mail)


def _pay(visit: Visit, books: Books, session: Object, chosen: str, mail: str) -> Page:
    elsewhere = visit.form.get("elsewhere", "")
    method, _, outcome = chosen.rpartition("-")
    if chosen == "card-confirm":
        return _step(visit, session, "confirm", mail)
    if chosen == "wechat_pay-phone":
        return moved(f"/_sandbox/checkout/{session['id']}/phone")
    if chosen in ("card-declined", "refused"):
        code = "card_declined" if chosen != "refused" else "payment_intent_authentication_failure"
        selling.refuse(books, session, Payer(mail, session["customer"], "card", DECLINED), code)
        return _again(visit, session, "declined" if chosen != "refused" else "refused")
    if chosen in _CARDS and "card" in session["payment_method_types"]:
        payer, outcome = Payer(mail, session["customer"], "card", _CARDS[chosen][0]), "now"
    elif method in session["payment_method_types"] and outcome in _OUTCOMES:
        payer = Payer(mail, session["customer"], method)
    else:
        return _again(visit, session, "choose")
    done = selling.complete(books, session, payer, outcome)
    address = _return_address(done)
    return _elsewhere(visit, done, address) if elsewhere else moved(address)


def _return_address(session: Object) -> str:
    url: str = session["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _again(visit: Visit, session: Object, problem: str) -> Page:
    query = f"?said={problem}" if problem else ""
    return moved(f"/_sandbox/checkout/{session['id']}{query}")


def _known_mail(books: Books, session: Object) -> str:
    if session["customer"]:
        return str((books.find(session["customer"], "customer") or {}).get("email") or "")
    return str(books.hidden(session["id"]).get("typed") or session["customer_email"] or "")


def _open(visit: Visit, books: Books, session: Object) -> Page:
    lang = visit.lang(session["locale"])
    _ = words_of(lang).gettext
    line = books.hidden(session["id"])["more"]["line_items"]["data"][0]
    problem = _SAID.get(visit.asks.get("said", ""), "")
    body = [
        f"<h1>{text_of(line['description'])}</h1>",
        _price(words_of(lang), session, line),
        said(_(problem) if problem else ""),
        _codes(words_of(lang), session),
        f'<form method="post" action="/_sandbox/checkout/{session["id"]}">',
        _mail_field(words_of(lang), books, session),
        _ways(words_of(lang), session),
        _came_back(words_of(lang)),
        f'<button class="main">{text_of(_("Pay (test)"))}</button></form>',
        _back(words_of(lang), session),
    ]
    return page(lang, _("Test Checkout"), "".join(body))


def _price(words: Words, session: Object, line: Object) -> str:
    _ = words.gettext
    repeats = line["price"]["recurring"] or {"interval": ""}
    often = {"month": _("per month"), "year": _("per year")}.get(repeats["interval"], "")
    total = money(session["amount_total"], session["currency"])
    shown = f'<p class="price">{text_of(total)} <small>{text_of(often)}</small></p>'
    if less := session["total_details"]["amount_discount"]:
        saved = _("{amount} less with the promotion code").format(
            amount=money(less, session["currency"])
        )
        shown += f"<p>{text_of(saved)}</p>"
    if session["mode"] == "subscription" and not line["amount_subtotal"]:
        later = money(line["price"]["unit_amount"], line["price"]["currency"])
        trial = _("Free at first, then {amount}.").format(amount=later)
        shown += f"<p>{text_of(trial)}</p>"
    return shown


def _codes(words: Words, session: Object) -> str:
    if not session["allow_promotion_codes"]:
        return ""
    _ = words.gettext
    return (
        f'<form method="post" action="/_sandbox/checkout/{session["id"]}" class="row field">'
        f'<div class="field"><label for="promotion">{text_of(_("Promotion code"))}</label>'
        '<input type="text" id="promotion" name="promotion" autocomplete="off"></div>'
        f"{hidden(do='code')}<button>{text_of(_('Apply'))}</button></form>"
    )


def _mail_field(words: Words, books: Books, session: Object) -> str:
    _ = words.gettext
    label, known = text_of(_("Mail address")), _known_mail(books, session)
    if known and session["customer"]:
        return f'<p class="field"><b>{label}</b><br>{text_of(known)}</p>'
    return (
        f'<div class="field"><label for="mail">{label}</label>'
        f'<input type="email" id="mail" name="mail" required autocomplete="email"'
        f' value="{text_of(known)}"></div>'
    )


def _ways(words: Words, session: Object) -> str:
    _ = words.gettext
    repeats, methods = session["mode"] == "subscription", session["payment_method_types"]
    ways = [
        (name, _(text), f"•••• {last}")
        for name, (last, text) in _CARDS.items()
        if "card" in methods and (repeats or name != "card-later")
    ]
    for wallet in (each for each in _WALLETS if each in methods):
        for outcome, text in _OUTCOMES.items():
            ways.append((f"{wallet}-{outcome}", _(text).format(wallet=_(_WALLETS[wallet])), ""))
    if "wechat_pay" in methods:
        ways.append(("wechat_pay-phone", _("WeChat Pay: scanned on the same phone"), ""))
    rows = "".join(
        _choice(name, text, note, first=not n) for n, (name, text, note) in enumerate(ways)
    )
    return f"<fieldset><legend>{text_of(_('How to pay'))}</legend>{rows}</fieldset>"


def _choice(name: str, text: str, note: str, *, first: bool) -> str:
    checked = " checked" if first else ""
    more = f"<small>{text_of(note)}</small>" if note else ""
    return (
        f'<label class="choice"><input type="radio" name="pay" value="{name}"{checked}>'
        f"<span>{text_of(text)}{more}</span></label>"
    )


def _came_back(words: Words) -> str:
    text = text_of(words.gettext("Come back in another browser (shows the address to open there)"))
    return (
        '<fieldset><label class="choice"><input type="checkbox" name="elsewhere" value="1">'
        f"<span>{text}</span></label></fieldset>"
    )


def _back(words: Words, session: Object) -> str:
    if not session["cancel_url"]:
        return ""
    text = text_of(words.gettext("Back without paying"))
    return f'<p><a href="{text_of(session["cancel_url"])}">{text}</a></p>'


def _step(visit: Visit, session: Object, step: str, mail: str = "") -> Page:
    lang = visit.lang(session["locale"])
    return _confirm(lang, visit, session, mail) if step == "confirm" else _phone(lang, session)


def _confirm(lang: str, visit: Visit, session: Object, mail: str) -> Page:
    _ = words_of(lang).gettext
    kept = hidden(mail=mail, elsewhere=visit.form.get("elsewhere", ""))
    total = money(session["amount_total"], session["currency"])
    ask = _("The bank asks whether it is you who pays {amount}.").format(amount=total)
    body = (
        f"<h1>{text_of(_('Confirm the payment'))}</h1><p>{text_of(ask)}</p>"
        f'<form method="post" action="/_sandbox/checkout/{session["id"]}/confirm">{kept}'
        f'<p><button class="main" name="do" value="confirm">{text_of(_("Confirm"))}</button></p>'
        f'<p><button name="do" value="refuse" formnovalidate>{text_of(_("Refuse"))}</button></p>'
        "</form>"
    )
    return page(lang, _("Confirm the payment"), body)


def _phone(lang: str, session: Object) -> Page:
    _ = words_of(lang).gettext
    told = _(
        "WeChat Pay shows a code here that another device has to scan. With one phone there is no"
        " way on: a screenshot does not work, and WeChat does not open a payment of another app."
    )
    on = _("So nothing was paid, and the Checkout is still open. Pay in another way, or go back.")
    title, other = _("Scanned on the same phone"), text_of(_("Pay in another way"))
    body = (
        f"<h1>{text_of(title)}</h1><p>{text_of(told)}</p><p>{text_of(on)}</p>"
        f'<p><a href="/_sandbox/checkout/{session["id"]}">{other}</a></p>'
        f"{_back(words_of(lang), session)}"
    )
    return page(lang, title, body)


def _elsewhere(visit: Visit, session: Object, address: str) -> Page:
    lang = visit.lang(session["locale"])
    _ = words_of(lang).gettext
    title = _("Paid: now come back in another browser")
    told = _(
        "This is what happens when the payment app opens the phone's own browser, where no cookie"
        " of the first one is. Open this address in another browser or a private window:"
    )
    here = text_of(_("Come back in this browser after all"))
    body = (
        f"<h1>{text_of(title)}</h1><p>{text_of(told)}</p>"
        f'<p><code class="address" tabindex="0">{text_of(address)}</code></p>'
        f'<p><a href="{text_of(address)}">{here}</a></p>'
    )
    return page(lang, title, body)


def _over(visit: Visit, session: Object) -> Page:
    lang = visit.lang(session["locale"])
    _ = words_of(lang).gettext
    if session["status"] == "complete":
        title, address = _("This Checkout is done"), _return_address(session)
    else:
        title, address = _("This Checkout has expired"), session["cancel_url"] or visit.home
    link = f'<p><a href="{text_of(address)}">{text_of(_("Back to the site"))}</a></p>'
    return page(lang, title, f"<h1>{text_of(title)}</h1>{link}")
