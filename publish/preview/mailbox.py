"""The mails that would have been sent: a list, and each one as its reader would see it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote

from publish.contract.catalogue import N_
from publish.paywall.mailers.outbox import Letter, Outbox
from publish.sandbox.pages import Page, nothing, page, text_of, words_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PREFIX = "/_mail/"
MOST = 200
"""How many mails the list shows: a letter to all readers makes thousands."""
# Up to where a sentence goes on: a bracket, a full stop of any script.
_ADDRESS = re.compile(r"https?://[!#-;=?-~]*[\w/=&#%~+-]", re.ASCII)
_MARK = N_("Nothing was sent: these mails stay on this machine")
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
# A mail runs no script; a link that is pressed leads the whole tab on.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-src 'self';"
    " base-uri 'self'; frame-ancestors 'self'"
)
_FRAME = "allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox"


@dataclass(frozen=True)
class Mailbox:
    """A WSGI application under PREFIX that only shows."""

    outbox: Outbox

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        rest = unquote(environ["PATH_INFO"].removeprefix(PREFIX)).strip("/")
        return send(self._answer(rest, language(environ)), environ, start)

    def _answer(self, rest: str, lang: str) -> Page:
        if not rest:
            return _list(lang, self.outbox)
        key, _, part = rest.partition("/")
        letter = self.outbox.read(key)
        if letter is None:
            return nothing(lang, mark=words_of(lang).gettext(_MARK))
        return _framed(letter) if part == "html" else _letter(lang, letter)


def language(environ: WSGIEnvironment) -> str:
    """Return the language that is asked for, or the browser's: "zh" or "en"."""
    asks = dict(parse_qsl(environ.get("QUERY_STRING", "")))
    languages = environ.get("HTTP_ACCEPT_LANGUAGE", "")
    return "zh" if (asks.get("lang") or languages).lower().startswith("zh") else "en"


def _list(lang: str, outbox: Outbox) -> Page:
    _ = words_of(lang).gettext
    rows = "".join(
        f"<tr><td>{_at(each)}</td><td>{text_of(each.to)}</td>"
        f'<td><a href="{PREFIX}{quote(each.id)}">{text_of(each.subject)}</a></td></tr>'
        for each in outbox.letters(MOST)
    )
    total = outbox.count()
    heads = "".join(
        f'<th scope="col">{text_of(_(each))}</th>' for each in (N_("Time"), N_("To"), N_("Subject"))
    )
    title = _("Mails")
    none = f'<p class="soft">{text_of(_("No mail yet. They appear a moment after."))}</p>'
    table = (
        f'<div class="scroll"><table class="rows"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
    newest = _("The newest {n} of {total}.").format(n=MOST, total=total)
    more = f'<p class="soft">{text_of(newest)}</p>' if total > MOST else ""
    body = f"<h1>{text_of(title)}</h1>{back(lang)}{more}{table if rows else none}"
    return page(lang, title, body, wide=True, mark=_(_MARK))


def _letter(lang: str, letter: Letter) -> Page:
    _ = words_of(lang).gettext
    named = "".join(
        f"<tr><th scope='row'>{text_of(_(name))}</th><td>{text_of(value)}</td></tr>"
        for name, value in (
            (N_("From"), letter.sender),
            (N_("To"), letter.to),
            (N_("Time"), _at(letter)),
        )
    )
    body = (
        f'<p><a href="{PREFIX}">{text_of(_("All mails"))}</a></p>'
        f"<h1>{text_of(letter.subject)}</h1>"
        f'<div class="scroll"><table class="head">{named}</table></div>'
        f"<h2>{text_of(_('As a page'))}</h2>"
        f'<iframe class="mail" title="{text_of(letter.subject)}" sandbox="{_FRAME}"'
        f' src="{PREFIX}{quote(letter.id)}/html"></iframe>'
        f"<h2>{text_of(_('As text'))}</h2><pre>{_linked(letter.text)}</pre>"
    )
    return page(lang, letter.subject, body, wide=True, mark=_(_MARK))


def _framed(letter: Letter) -> Page:
    """Return the mail's own page, whose links lead the whole tab on."""
    base = '<base target="_top">'
    html, found = _HEAD.subn(lambda head: head[0] + base, letter.html, count=1)
    return Page(200, html if found else base + html)


def back(lang: str) -> str:
    """Return the way back to the site."""
    _ = words_of(lang).gettext
    return f'<p><a href="/">{text_of(_("Back to the site"))}</a></p>'


def _linked(text: str) -> str:
    """Return plain text with its addresses to press."""
    parts, at = [], 0
    for found in _ADDRESS.finditer(text):
        shown = text_of(found[0])
        parts += [text_of(text[at : found.start()]), f'<a href="{shown}">{shown}</a>']
        at = found.end()
    return "".join([*parts, text_of(text[at:])])


def _at(letter: Letter) -> str:
    return letter.at.strftime("%Y-%m-%d %H:%M:%S UTC")


def send(shown: Page, environ: WSGIEnvironment, start: Any) -> Iterable[bytes]:
    """Answer with a page that only shows: no other method, no script, nothing kept."""
    safe = environ["REQUEST_METHOD"] in ("GET", "HEAD")
    status = shown.status if safe else 405
    body = shown.text.encode() if safe else b""
    start(
        f"{status} {HTTPStatus(status).phrase}",
        [
            ("Content-Type", f"{shown.type}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
            ("Content-Security-Policy", _POLICY),
            *((("Allow", "GET, HEAD"),) if not safe else ()),
        ],
    )
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
