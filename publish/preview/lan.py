"""The snippets on a phone in the same network: a second server, a second and narrower door.

It listens on one address of this machine and shows nothing but /_snippets/. Who wants in needs a
key that opens once; it stands in a code on the creator's screen. From then on a cookie tells the
phone from others, until the preview ends.
"""

from __future__ import annotations

import errno
import hmac
import secrets
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING

from publish.contract.catalogue import N_, speak
from publish.preview import guard, mailbox
from publish.preview.guard import Asked, Refusal
from publish.preview.server import OpenServer, Server, bind, running
from publish.preview.snippet_list import MARK
from publish.preview.snippets import AWAY, PREFIX
from publish.sandbox.pages import Page, nothing, page, text_of, words_of
from publish.trouble import Failure, WrongUsage

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AUTO = "auto"
COOKIE = "inkstead-phone"
_KEY = f"{PREFIX}_key/"
_BITS = 128
# Documentation's own network: to connect to it with UDP asks the routes and sends nothing.
_ELSEWHERE = ("192.0.2.1", 9)
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)


class Keys:
    """The key that opens next, and the phones that are in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key = secrets.token_urlsafe(_BITS // 8)
        self._phones: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return the key that opens next."""
        return self._key

    def opens(self, key: str) -> bool:
        """Tell whether a key is the one, in a time that says nothing of how near it is."""
        return hmac.compare_digest(key.encode(), self._key.encode())

    def burn(self, key: str) -> str:
        """Take a key for a new phone and return what that is known by, "" for a wrong key."""
        with self._lock:
            if not self.opens(key):
                return ""
            phone = secrets.token_urlsafe(2 * _BITS // 8)
            self._phones = (*self._phones, phone)
            self._key = secrets.token_urlsafe(_BITS // 8)
            return phone

    def knows(self, phone: str) -> bool:
        """Tell whether a phone is in."""
        given = phone.encode()
        known = [hmac.compare_digest(given, each.encode()) for each in self._phones]
        return any(known)


@dataclass(frozen=True)
class Door:
    """A WSGI application that lets phones with a key into another one.

    `host` is the only Host that it answers to. `invite` is called with each new invitation.
    """

    app: WSGIApplication
    host: str
    keys: Keys
    invite: Callable[[str], None]

    @property
    def address(self) -> str:
        """Return the address that lets the next phone in."""
        return f"http://{self.host}{_KEY}{self.keys.key}"

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        asked, lang = guard.asked(environ), mailbox.language(environ)
        refused = self._refusal(asked)
        inside = not refused and self.keys.knows(_phone(environ))
        if inside and asked.path.startswith(PREFIX) and not asked.path.startswith(_KEY):
            return self.app({**environ, AWAY: "1"}, start)
        guard.body(environ)
        if refused:
            sentence = speak(lang).gettext(refused.message).format(address=f"http://{self.host}")
            return _send(Page(refused.status, f"{sentence}\n", "text/plain"), asked, start)
        if asked.path.startswith(_KEY) and not inside:
            return self._key(asked, lang, start)
        if inside and (asked.path == "/" or asked.path.startswith(_KEY)):
            return _send(Page(303, "", location=PREFIX), asked, start)
        return _send(nothing(lang, PREFIX) if inside else _outside(lang), asked, start)

    def _refusal(self, asked: Asked) -> Refusal | None:
        if refused := guard.refusal(asked, {self.host}):
            return refused
        if asked.method not in guard.SAFE and asked.origin.lower() != f"http://{self.host}":
            return Refusal(403, N_("another site's page may not use the preview"))
        return None

    def _key(self, asked: Asked, lang: str, start: StartResponse) -> Iterable[bytes]:
        """Ask whether to open, and open: looking alone burns no key."""
        key = asked.path.removeprefix(_KEY)
        if asked.method in guard.SAFE:
            return _send(_ask(lang) if self.keys.opens(key) else _outside(lang), asked, start)
        phone = self.keys.burn(key)
        if not phone:
            return _send(_outside(lang), asked, start)
        self.invite(self.address)
        cookie = f"{COOKIE}={phone}; Path={PREFIX}; HttpOnly; SameSite=Strict"
        return _send(Page(303, "", location=PREFIX), asked, start, ("Set-Cookie", cookie))


@contextmanager
def opened(
    wish: str | None, port: int, app: WSGIApplication, invite: Callable[[str], None]
) -> Iterator[Door | None]:
    """Serve an application in the network until the end of the block, if that is wished.

    `wish` is an address of this machine, AUTO to find it, None for nothing. `invite` is called with
    each address after the first that lets a phone in.

    Raises:
        WrongUsage: the address is none of this machine, or not for this.
        Failure: this machine is in no network.

    """
    if wish is None:
        yield None
        return
    address = _own() if wish == AUTO else _checked(wish)
    server = _bound(address, port)
    number = server.server_port
    door = Door(app, address if number == 80 else f"{address}:{number}", Keys(), invite)
    with running(server, door):
        yield door


def _own() -> str:
    """Return the address that this machine has in its network.

    Raises:
        Failure: it is in none.

    """
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.connect(_ELSEWHERE)
            found = str(asking.getsockname()[0])
    except OSError:
        found = ""
    if not found or IPv4Address(found).is_loopback or IPv4Address(found).is_unspecified:
        raise Failure(
            N_(
                "no network is found that a phone could be in, too"
                " (name this machine's address in it: inkstead serve --lan=192.168.1.5)"
            )
        )
    return _checked(found)


def _checked(address: str) -> str:
    """Return an address that is not for all the world.

    Raises:
        WrongUsage: it is none, or it is.

    """
    try:
        found = IPv4Address(address)
    except AddressValueError as cause:
        raise WrongUsage(
            N_('--lan: "{address}" is no address (write it like 192.168.1.5)'), address=address
        ) from cause
    if found.is_global or found.is_unspecified or found.is_multicast or found.is_reserved:
        raise WrongUsage(
            N_(
                '--lan: "{address}" is not an address of your own network alone, and drafts are for'
                " no one else (name another: inkstead serve --lan=192.168.1.5)"
            ),
            address=address,
        )
    return address


def _bound(address: str, port: int) -> Server:
    """Take the port of the preview on an address, or another one if that is taken.

    Raises:
        WrongUsage: it is no address of this machine.

    """
    try:
        try:
            return bind(port, address, OpenServer)
        except Failure:
            return bind(0, address, OpenServer)
    except OSError as cause:
        if cause.errno != errno.EADDRNOTAVAIL:
            raise
        raise WrongUsage(
            N_('--lan: "{address}" is no address of this machine'), address=address
        ) from cause


def _phone(environ: WSGIEnvironment) -> str:
    try:
        cookies = SimpleCookie(str(environ.get("HTTP_COOKIE", "")))
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""


def _ask(lang: str) -> Page:
    _ = words_of(lang).gettext
    title = _(N_("Open the snippets on this phone"))
    body = (
        f"<h1>{text_of(title)}</h1><p>{text_of(_('It stays open until the preview ends.'))}</p>"
        f'<form method="post"><button class="main">{text_of(_("Open"))}</button></form>'
    )
    return page(lang, title, body, mark=_(MARK))


def _outside(lang: str) -> Page:
    _ = words_of(lang).gettext
    title = _(N_("This phone is not let in yet"))
    how = _(
        "Scan the code in the terminal where inkstead serve --lan runs. A code opens once; the next"
        " one stands there right after."
    )
    body = f"<h1>{text_of(title)}</h1><p>{text_of(how)}</p>"
    return page(lang, title, body, status=403, mark=_(MARK))


def _send(
    shown: Page, asked: Asked, start: StartResponse, *headers: tuple[str, str]
) -> Iterable[bytes]:
    body = shown.text.encode()
    moved = [("Location", shown.location)] if shown.location else []
    start(
        f"{shown.status} {HTTPStatus(shown.status).phrase}",
        [
            ("Content-Type", f"{shown.type}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
            ("Content-Security-Policy", _POLICY),
            *moved,
            *headers,
        ],
    )
    return [] if asked.method == "HEAD" else [body]
