"""The ground that tests of the paywall share: a world on a small generation, and a browser.

`world` puts the real SQLite store, the real folder of bodies and a clock that can be moved on what
`generation.make_generation` writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from publish.paywall import keys, people, rights, sessions
from publish.paywall.http import Request, Response
from publish.paywall.ports import Mail, Payments, Put, Wake
from publish.paywall.service import Service
from publish.paywall.signing import Keyring
from publish.paywall.visit import World
from tests.publish.paywall.generation import CANARY, LANGS, ORIGIN, make_generation

__all__ = ["CANARY", "LANGS", "ORIGIN", "make_generation"]

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
KEYS = ("an older key that is long enough to sign", "the newest key that is long enough to sign")

# ---- the world --------------------------------------------------------------------------------


@dataclass
class MovableClock:
    """A clock that moves when a test says so."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


class Mailbox:
    """A mailer that keeps what it was given; `refuse` makes it raise instead."""

    repeatable = False

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.refuse: Exception | None = None

    def send(self, mail: Mail) -> None:
        if self.refuse:
            raise self.refuse
        self.sent.append(mail)

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.sent if mail.to == address]


@dataclass
class House:
    """A world and everything a test reaches into it with."""

    world: World
    service: Service
    clock: MovableClock
    mailbox: Mailbox
    generation: Path

    @property
    def store(self) -> Any:
        return self.world.store

    def browser(self, **options: Any) -> Browser:
        """Return a browser that was never here."""
        return Browser(self.service, self.world.origin, **options)

    def tick(self) -> None:
        """Do what is due in the queue."""
        from publish.paywall import ticking

        ticking.tick(self.world, self.mailbox)

    def person(self, mail: str = "reader@example.test", *, confirmed: bool = True) -> people.Person:
        """Store a person with this address, or return the one who has it."""
        found = people.find_by_mail(self.store, mail)
        if found is None:
            found = people.new(mail, mail, "en", self.clock(), confirmed=confirmed)
            self.store.write(*people.creating(found))
        return found

    def grant(self, person: people.Person, product: str, **fields: Any) -> rights.Grant:
        """Write a line into a person's ledger; without more it is a purchase for good."""
        told: dict[str, Any] = {
            "kind": "purchase",
            "at": self.clock(),
            "id": keys.new_id(),
            **fields,
        }
        grant = rights.Grant(product=product, **told)
        line = Put(keys.person(person.id), keys.grant(grant.id), rights.grant_value(grant))
        self.store.write(line)
        return grant

    def signed_in(self, person: people.Person | str = "reader@example.test") -> Browser:
        """Return a browser whose reader is signed in, without the way through the mailbox."""
        someone = self.person(person) if isinstance(person, str) else person
        browser = self.browser()
        value, operations, _ = sessions.new_session(
            self.world.ring, self.clock(), "Test/1.0", person=someone.id
        )
        self.store.write(*operations)
        browser.jar[self.world.cookies.session] = value
        browser.jar[self.world.cookies.hint] = "1"
        return browser


def world(
    tmp_path: Path,
    *,
    generation: Path | None = None,
    store: Any = None,
    payments: Payments | None = None,
    origin: str = ORIGIN,
    wake: Wake | None = None,
    clock: MovableClock | None = None,
) -> House:
    """Return a house on real SQLite and a real folder; nothing in it waits or reads the time."""
    from publish.paywall.bodies.folder import FolderBodies
    from publish.paywall.stores.sqlite import SqliteStore

    place = generation or make_generation(tmp_path / "generation", site_url=origin)
    ticks = clock or MovableClock()
    made = World(
        origin=origin,
        store=store or SqliteStore(tmp_path / "paywall.sqlite", clock=ticks),
        bodies=FolderBodies(place),
        clock=ticks,
        ring=Keyring(KEYS),
        payments=payments,
        **({"wake": wake} if wake else {}),
    )
    return House(made, Service(made), ticks, Mailbox(), place)


# ---- a browser --------------------------------------------------------------------------------


class Browser:
    """A reader's browser that talks to the service without a network; it follows nothing."""

    def __init__(
        self,
        service: Service,
        origin: str = ORIGIN,
        *,
        agent: str = "Mozilla/5.0 (Test)",
        network: str = "192.0.2.7",
        language: str = "en",
    ) -> None:
        self.service, self.origin = service, origin
        self.agent, self.network, self.language = agent, network, language
        self.jar: dict[str, str] = {}
        self.page = ""
        """The path of the page the reader is on: sent as Referer where it is set."""

    def get(self, address: str, *, method: str = "GET", **headers: str) -> Response:
        """Ask for a path with its query; further headers with underscores for hyphens."""
        return self._send(method, address, b"", headers)

    def json(self, address: str) -> Response:
        """Ask as a script does."""
        return self.get(address, accept="application/json")

    def post(self, address: str, form: Mapping[str, str] | None = None, **headers: str) -> Response:
        """Send a form from one of our own pages; `origin` says otherwise."""
        given = {
            "content_type": "application/x-www-form-urlencoded",
            "origin": self.origin,
            **headers,
        }
        return self._send("POST", address, urlencode(form or {}).encode(), given)

    def _send(self, method: str, address: str, body: bytes, given: Mapping[str, str]) -> Response:
        parts = urlsplit(address)
        headers = {
            "host": urlsplit(self.origin).netloc,
            "user-agent": self.agent,
            "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "accept-language": self.language,
        }
        if self.page:
            headers["referer"] = self.origin + self.page
        if self.jar:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        headers |= {name.replace("_", "-"): value for name, value in given.items() if value}
        response = self.service(
            Request(method, parts.path, parts.query, headers, body, self.network)
        )
        self.take(response)
        return response

    def take(self, response: Response) -> None:
        """Keep the cookies of an answer, let go of those that are over."""
        for line in response.cookies:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.jar.pop(name, None)
                else:
                    self.jar[name] = morsel.value


def location(response: Response) -> str:
    """Return where an answer sends the reader, "" for nowhere."""
    return next((value for name, value in response.headers if name == "Location"), "")


def field_of(page: str | bytes, name: str) -> str:
    """Return the value of a form's field as the page holds it."""
    text = page.decode() if isinstance(page, bytes) else page
    found = re.search(rf'name={name} value="([^"]*)"', text)
    assert found, f"no field {name} in {text}"
    return found.group(1)
