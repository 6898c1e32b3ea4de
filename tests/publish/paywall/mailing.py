"""What tests of signing in share: asking for a mail and reading it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.publish.paywall.house import Browser, House

MAIL = "reader@example.test"


def ask(house: House, browser: Browser, mail: str = MAIL, **fields: str):
    """Ask for a mail and let it be sent."""
    answer = browser.post("/api/sign-in?lang=en", {"mail": mail, **fields})
    house.tick()
    return answer


def code_in(house: House, mail: str = MAIL, at: int = -1) -> str:
    """Return the code of a mail."""
    found = re.search(r"^code: (\d{6})$", house.mailbox.to(mail)[at].text, re.M)
    assert found
    return found.group(1)


def link_in(house: House, mail: str = MAIL, at: int = -1) -> str:
    """Return the link of a mail."""
    found = re.search(r"^link: (\S+)$", house.mailbox.to(mail)[at].text, re.M)
    assert found
    return found.group(1)


def key_in(house: House, mail: str = MAIL, at: int = -1) -> str:
    """Return the secret in the link of a mail."""
    return parse_qs(urlsplit(link_in(house, mail, at)).query)["key"][0]


def path_of(url: str) -> str:
    """Return the path and query of an address on this site."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def type_code(browser: Browser, code: str):
    """Type a code on the page that takes it."""
    return browser.post("/api/sign-in/code?lang=en", {"code": code})


def press_link(browser: Browser, key: str):
    """Press the button of the page that a link leads to."""
    return browser.post("/api/confirm?lang=en", {"key": key})


def sign_in(house: House, browser: Browser, mail: str = MAIL, **fields: str):
    """Sign in with the code of a mail and return the answer."""
    ask(house, browser, mail, **fields)
    return type_code(browser, code_in(house, mail))


def is_in(browser: Browser) -> bool:
    """Tell whether the reader is signed in, as the service sees it."""
    page = browser.get("/api/account?lang=en")
    return page.status == 200 and b"@" in page.body


def other(code: str) -> str:
    """Return a code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"


def wrong_codes(code: str, count: int) -> list[str]:
    """Return different codes that are none of these digits."""
    return [f"{(int(code) + 1 + number) % 10**6:06d}" for number in range(count)]


class Between:
    """A store where `then` happens once, between reading and the first write that matters.

    That is the first one with an operation whose partition or key begins with `mark`.
    """

    def __init__(self, store: Any, mark: str) -> None:
        self._store, self._mark, self.name = store, mark, store.name
        self.then: Callable[[], object] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self, *operations: Any) -> None:
        names = [name for each in operations for name in (each.partition, each.key)]
        if self.then and any(name.startswith(self._mark) for name in names):
            then, self.then = self.then, None
            then()
        self._store.write(*operations)


def flipped(signed: str) -> str:
    """Return a signed value whose signature begins with another letter.

    Not its last letter: that one holds bits which mean nothing.
    """
    value, _, signature = signed.rpartition(".")
    return f"{value}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
