"""One request while it is answered: who asks, in which language, and what the answer looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import unquote

from publish.contract.manifest import Language
from publish.contract.service import Words
from publish.contract.slots import Values
from publish.paywall import http, keys, ledgers, people, rights, sessions
from publish.paywall.http import Request, Response
from publish.paywall.ports import Bodies, Clock, Operation, Payments, Store, Wake
from publish.paywall.releases import Release, Releases
from publish.paywall.sessions import Cookies, Opened, Session
from publish.paywall.signing import Keyring


def _asleep() -> None:
    """Wait for the next tick."""


@dataclass(frozen=True)
class World:
    """Everything the service stands on; made by a composition root, the same for all requests.

    `origin` is the site's scheme and host. `payments` is None for a site that only takes codes.
    """

    origin: str
    store: Store
    bodies: Bodies
    clock: Clock
    ring: Keyring
    payments: Payments | None = None
    wake: Wake = _asleep
    releases: Releases = field(init=False)

    def __post_init__(self) -> None:
        """Keep releases in memory."""
        object.__setattr__(self, "releases", Releases(self.bodies))

    @property
    def cookies(self) -> Cookies:
        """Return the names of the cookies on this site."""
        return Cookies(self.origin.startswith("https:"))


class Visit:
    """One request and all that is known of it; things are looked up when first asked for."""

    def __init__(self, world: World, request: Request) -> None:
        self.world, self.request = world, request
        self.now: datetime = world.clock()
        self._someone: people.Person | None = None

    @cached_property
    def release(self) -> Release:
        """Return the generation that answers."""
        return self.world.releases.find(self.request.release)

    @cached_property
    def lang(self) -> str:
        """Return the reader's language: asked for, of the page they came from, the browser's."""
        return reader_language(self.release.languages, self.request, self.world.origin)

    @property
    def language(self) -> Language:
        """Return the reader's language with its names and pages."""
        return self.release.language(self.lang)

    @property
    def words(self) -> Words:
        """Return what the service says in the reader's language."""
        return self.release.words(self.lang)

    @cached_property
    def session(self) -> Session | None:
        """Return who is here; a person who is gone or banned is nobody."""
        value = self.request.cookies.get(self.world.cookies.session, "")
        found = sessions.read_session(self.world.store, self.world.ring, value)
        if found and found.person:
            self._someone = people.find(self.world.store, found.person)
            if self._someone is None or self._someone.banned:
                return None
        return found

    @property
    def someone(self) -> people.Person | None:
        """Return the person who is signed in."""
        return self._someone if self.person else None

    @property
    def person(self) -> str:
        """Return the id of the person who is signed in, "" for nobody."""
        return self.session.person if self.session else ""

    @cached_property
    def browser(self) -> str:
        """Return the id of the browser, "" before it did anything."""
        value = self.request.cookies.get(self.world.cookies.browser, "")
        return sessions.read_browser(self.world.ring, value)

    @cached_property
    def ledger(self) -> tuple[rights.Grant, ...]:
        """Return every grant this visit may use: the person's, and this browser's purchases."""
        if self.session is None:
            return ()
        found: dict[str, rights.Grant] = {}
        if self.person:
            for grant in ledgers.of(self.world.store, self.person):
                found[keys.grant(grant.id)] = grant
        for opened in self.session.opened:
            key = keys.grant(opened.grant)
            if opened.person != self.person and key not in found and self._counts(opened.person):
                item = self.world.store.get(keys.person(opened.person), key)
                if item:
                    found[key] = rights.read_grant(item.value)
        return tuple(found.values())

    def _counts(self, person: str) -> bool:
        """Tell whether what a person owns opens anything: not once they are gone or banned."""
        owner = people.find(self.world.store, person)
        return owner is not None and not owner.banned

    @property
    def held(self) -> Mapping[str, rights.Right]:
        """Return the rights of this visit by product."""
        return rights.rights(self.ledger, self.now)

    # ---- answers ----

    def page(self, name: str, values: Values, status: int = 200) -> Response:
        """Answer with a prepared page, filled and escaped."""
        filled = self.release.page(name, self.lang).fill(values)
        return Response(status, filled.encode())

    def say(self, code: str, status: int, link: str = "", link_term: str = "Home") -> Response:
        """Say one of the MESSAGES: a page for people, the error shape for programs."""
        title, body = self.words.messages[code]
        if self.request.wants_json:
            said = {"code": code, "message": body}
            return http.json_answer({"error": said} if status >= 400 else said, status)
        values = {
            "title": title,
            "body": body,
            "link": link or self.language.home,
            "link_text": self.term(link_term),
        }
        return self.page("notice", values, status)

    def term(self, english: str) -> str:
        """Return one of the TERMS in the reader's language."""
        return self.words.terms.get(english, english)

    def day(self, when: datetime) -> str:
        """Return a date as people write it, in the site's time zone."""
        return self.release.day(self.lang, when)

    def here(self, path: str, **fields: str) -> str:
        """Return the address of one of our own pages that keeps the language."""
        return http.with_query(path, **fields, lang=self.lang)

    # ---- cookies ----

    def enter(
        self, *, person: str = "", opened: tuple[Opened, ...] = ()
    ) -> tuple[list[Operation], tuple[str, ...]]:
        """Return what to write and the cookies for a new session that replaces this one."""
        value, operations, _ = sessions.new_session(
            self.world.ring,
            self.now,
            self.request.header("user-agent"),
            person=person,
            opened=opened,
            old=self.session,
        )
        return operations, self.session_cookies(value)

    def session_cookies(self, value: str) -> tuple[str, ...]:
        """Return the session's cookie and the hint that there is one; "" takes both away."""
        names = self.world.cookies
        seconds = int(sessions.LASTS.total_seconds()) if value else 0
        return (
            http.cookie(names.session, value, seconds, secure=names.secure),
            http.cookie(
                names.hint, "1" if value else "", seconds, secure=names.secure, hidden=False
            ),
        )

    def leaving_cookies(self) -> tuple[str, ...]:
        """Return cookies that take away all by which this browser is known: another may be next."""
        names = self.world.cookies
        return *self.session_cookies(""), http.cookie(names.browser, "", 0, secure=names.secure)

    def known_browser(self) -> tuple[str, tuple[str, ...]]:
        """Return the browser's id, with the cookie that makes it known where it is new."""
        if self.browser:
            return self.browser, ()
        key, value = sessions.new_browser(self.world.ring)
        names = self.world.cookies
        seconds = int(sessions.BROWSER_LASTS.total_seconds())
        return key, (http.cookie(names.browser, value, seconds, secure=names.secure),)


def reader_language(languages: Sequence[Language], request: Request, origin: str) -> str:
    """Return the language that is asked for, else of the page the reader came from, else theirs."""
    codes = [each.code for each in languages]
    asked = _asked(request)
    if asked in codes:
        return asked
    parts = http.split(request.header("referer"))
    if f"{parts.scheme}://{parts.netloc}" == origin:
        before = _asked(http.Request("GET", parts.path, parts.query))
        if before in codes:
            return before
        path = unquote(parts.path)
        homes = [each for each in languages if path.startswith(each.home)]
        if homes and not path.startswith("/api/"):
            return max(homes, key=lambda each: len(each.home)).code
    for wish in wishes(request.header("accept-language")):
        for code in codes:
            if code.lower().split("-")[0] == wish:
                return code
    return codes[0]


def _asked(request: Request) -> str:
    """Return the language that an address names, "" where its query cannot be read."""
    try:
        return request.asks.get("lang", "")
    except http.BadRequest:
        return ""


def wishes(accept_language: str) -> list[str]:
    """Return the primary languages of an Accept-Language header, the dearest first."""
    ranked = []
    for each in accept_language.split(","):
        name, _, weight = each.partition(";")
        try:
            rank = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            rank = 0.0
        ranked.append((-rank, name.strip().lower().split("-")[0]))
    return [name for _, name in sorted(ranked, key=lambda pair: pair[0]) if name and name != "*"]
