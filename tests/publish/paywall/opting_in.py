"""What tests of lead magnets share: a stranger who fills in a form, looks twice, and confirms."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.publish.paywall.house import Browser, House, field_of
from tests.publish.paywall.mailing import MAIL, key_in, press_link


def fields(magnet: str = "checklist", mail: str = MAIL, **more: str) -> dict[str, str]:
    """Return a form as it stands on a static page, filled in."""
    return {"magnet": magnet, "mail": mail, "website": "", "post": "", **more}


def first(browser: Browser, magnet: str = "checklist", mail: str = MAIL, **more: str) -> Any:
    """Send the form of a static page; the answer is the page to look at once more."""
    return browser.post("/api/opt-in?lang=en", fields(magnet, mail, **more))


def second(house: House, browser: Browser, page: bytes, **changed: str) -> Any:
    """Send the page to look at once more, as a person does: after some seconds."""
    house.clock.move(seconds=5)
    names = ("magnet", "mail", "stamp", "came", "post")
    if re.search(rb"name=name ", page):
        names = (*names, "name")
    filled = {name: html.unescape(field_of(page, name)) for name in names}
    return browser.post("/api/opt-in?lang=en", {**filled, "website": "", **changed})


def opt_in(
    house: House,
    browser: Browser | None = None,
    magnet: str = "checklist",
    mail: str = MAIL,
    **more: str,
) -> Any:
    """Ask for a magnet with both forms, and let the mail be sent."""
    someone = browser or house.browser()
    answer = second(house, someone, first(someone, magnet, mail, **more).body)
    house.tick()
    return answer


def confirm(house: House, browser: Browser | None = None, mail: str = MAIL, at: int = -1) -> Any:
    """Press the button of the page that the mail's link leads to."""
    return press_link(browser or house.browser(), key_in(house, mail, at))


def hasty(house: House) -> House:
    """Return the house, whose store does not wait for the disk: what is written may be lost."""
    with house.store._borrowed() as connection:
        connection.execute("PRAGMA synchronous = OFF")
    return house


def dump(store: Any) -> list[tuple[Any, ...]]:
    """Return everything that lies in a store."""
    return sorted(
        (item.partition, item.key, item.version, repr(item.value), str(item.expires))
        for item in store.everything()
    )


class Recording:
    """A store that notes what is done with what kind of thing, without what differs each time."""

    def __init__(self, store: Any) -> None:
        self._store, self.name = store, store.name
        self.done: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def get(self, partition: str, key: str) -> Any:
        self.done.append(("get", _kind(partition), _kind(key)))
        return self._store.get(partition, key)

    def query(self, partition: str, *rest: Any, **options: Any) -> Any:
        self.done.append(("query", _kind(partition)))
        return self._store.query(partition, *rest, **options)

    def write(self, *operations: Any) -> None:
        told = [
            (type(each).__name__, _kind(each.partition), _kind(each.key)) for each in operations
        ]
        self.done.append(("write", *told))
        self._store.write(*operations)


def _kind(name: str) -> str:
    """Return what kind of thing a partition or key names: of a counter also its rule."""
    first, sign, rest = name.partition("#")
    if first[:1].isdigit():
        return "TIME" + sign
    if first == "limit":
        return f"limit#{rest.partition('#')[0]}"
    return first + sign if sign else name if name.isalpha() else "KEY"
