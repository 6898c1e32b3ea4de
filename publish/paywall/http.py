"""Requests and responses without a framework: values, and what is read out of them.

Every response says how it may be cached; none is ever 403 or 404, which the edge would replace
by the site's own page.
"""

from __future__ import annotations

import http.cookies
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

MOST_BYTES = 64 * 1024
"""The longest form; webhooks have their own limit."""
MOST_FIELDS = 40

ACCOUNT = "/api/account"
HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
NO_STORE = "private, no-store"


class BadRequest(ValueError):
    """The request cannot be read."""


@dataclass(frozen=True)
class Request:
    """One request: `path` percent-encoded as it came, header names in lower case, `body` raw.

    `network` is the reader's address as the nearest trusted proxy tells it, `release` what the edge
    names ("" for the one that is live).
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    network: str = ""
    release: str = ""

    def header(self, name: str) -> str:
        """Return a header, "" for none."""
        return self.headers.get(name, "")

    @cached_property
    def cookies(self) -> Mapping[str, str]:
        """Return the cookies; of two with one name the first, as browsers order them."""
        found: dict[str, str] = {}
        for part in self.header("cookie").split(";"):
            name, sign, value = part.strip().partition("=")
            if sign and name not in found:
                found[name] = value.strip('"')
        return found

    @cached_property
    def asks(self) -> Mapping[str, str]:
        """Return the fields of the query; the first of each name."""
        return _fields(self.query)

    @cached_property
    def form(self) -> Mapping[str, str]:
        """Return the fields of a form or of a flat JSON object; the first of each name.

        Raises:
            BadRequest: it is neither, or not UTF-8, or has too many fields.

        """
        kind = self.header("content-type").partition(";")[0].strip().lower()
        try:
            text = self.body.decode("utf-8")
        except UnicodeDecodeError as cause:
            raise BadRequest("the body is not UTF-8") from cause
        if kind == "application/json":
            return _flat(text)
        if kind in ("application/x-www-form-urlencoded", ""):
            return _fields(text)
        raise BadRequest(f'the body is "{kind}", not a form')

    @property
    def wants_json(self) -> bool:
        """Tell whether a program asks, not a person who looks at a page."""
        accept = self.header("accept")
        return "application/json" in accept and "text/html" not in accept


def _fields(text: str) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as cause:
        raise BadRequest("the fields cannot be read") from cause
    return dict(reversed(pairs))


def _flat(text: str) -> Mapping[str, str]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise BadRequest("the body is not JSON") from cause
    if not isinstance(value, dict) or not all(map(_is_text, value.values())):
        raise BadRequest("the body is not an object of texts")
    return value


def _is_text(value: object) -> bool:
    """Tell whether it is a text that can be written down: JSON can name halves of a character."""
    return isinstance(value, str) and not any("\ud800" <= each <= "\udfff" for each in value)


@dataclass(frozen=True)
class Response:
    """An answer: headers in order, `cookies` are whole Set-Cookie values.

    `length` tells the length of a body that HEAD leaves out.
    """

    status: int
    body: bytes = b""
    type: str = HTML
    cache: str = NO_STORE
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[str, ...] = ()
    length: int | None = None

    def __post_init__(self) -> None:
        """Refuse the two statuses that the edge rewrites.

        Raises:
            ValueError: it is 403 or 404.

        """
        if self.status in (403, 404):
            raise ValueError(f"the service never answers {self.status}")

    def plus(self, *cookies: str) -> Response:
        """Return the answer with further cookies."""
        return replace(self, cookies=(*self.cookies, *cookies))

    def all_headers(self) -> list[tuple[str, str]]:
        """Return every header as it is sent; "not modified" has no body and names no length."""
        length = len(self.body) if self.length is None else self.length
        return [
            ("Content-Type", self.type),
            *([("Content-Length", str(length))] if self.status != 304 else []),
            ("Cache-Control", self.cache),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "SAMEORIGIN"),
            ("Referrer-Policy", "same-origin"),
            ("X-Robots-Tag", "noindex"),
            *self.headers,
            *(("Set-Cookie", cookie) for cookie in self.cookies),
        ]


def see(url: str, *cookies: str) -> Response:
    """Send the reader on with GET. `url` is ours, or the payment provider's."""
    if any(ord(character) < 33 for character in url):
        raise ValueError(f"no address: {url!r}")
    return Response(303, headers=(("Location", url),), cookies=cookies)


def json_answer(value: Any, status: int = 200) -> Response:
    """Answer a program."""
    return Response(status, json.dumps(value, ensure_ascii=False).encode(), JSON)


def cookie(name: str, value: str, seconds: int, *, secure: bool, hidden: bool = True) -> str:
    """Return a Set-Cookie header: whole site, Lax; `hidden` from scripts; 0 seconds: gone."""
    jar: http.cookies.Morsel[str] = http.cookies.Morsel()
    jar.set(name, value, value)
    jar["path"], jar["samesite"], jar["max-age"] = "/", "Lax", str(seconds)
    if secure:
        jar["secure"] = True
    if hidden:
        jar["httponly"] = True
    return jar.OutputString()


def safe_return(wanted: str, fallback: str = "/") -> str:
    """Return a path of this site to go back to, whatever was asked for.

    Only a plain absolute path: no scheme, host, backslash, control character, and nothing that a
    browser could read as `//host`; and never into /api/, where a GET might surprise.
    """
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return fallback
    odd = any(ord(character) < 33 or character in "\\" for character in wanted)
    if odd or parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//"):
        return fallback
    if parts.path == "/api" or (parts.path.startswith("/api/") and parts.path != ACCOUNT):
        return fallback
    return wanted


def split(url: str) -> SplitResult:
    """Return the parts of an address that somebody sent, empty ones where it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def with_query(path: str, **fields: str) -> str:
    """Return a path with fields that are not empty."""
    given = {name: value for name, value in fields.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def same_site(request: Request, origin: str) -> bool:
    """Tell whether a POST comes from our own pages; `origin` is the site's scheme and host.

    Browsers send Origin with every POST. One without it, Sec-Fetch-Site and Referer is no browser,
    and can do nothing in a reader's name as long as it brings no cookie.
    """
    if sent := request.header("origin"):
        return sent == origin
    if fetched := request.header("sec-fetch-site"):
        return fetched in ("same-origin", "none")
    if came := request.header("referer"):
        parts = split(came)
        return f"{parts.scheme}://{parts.netloc}" == origin
    return not request.header("cookie")
