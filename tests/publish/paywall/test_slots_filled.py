"""Whatever a theme makes of a page: every slot that the contract names has a value."""

from __future__ import annotations

import pytest

from publish.contract.service import PAGES
from publish.paywall import codes, collecting, unsubscribing
from publish.paywall.collecting import Collected
from publish.paywall.visit import Visit
from tests.publish.paywall import house as ground
from tests.publish.paywall.mailing import ask, code_in, key_in, link_in, path_of, press_link

_NAMES = ("notice", "sign-in", "code", "confirm", "redeem", "account", "delete", "unsubscribe")


@pytest.fixture
def house(tmp_path, generation):
    return ground.world(tmp_path, generation=generation)


def _filled(values):
    """Return the names that have a value, those in rows of lists too."""
    found = set(values)
    for value in values.values():
        if isinstance(value, list):
            found |= {name for row in value for name in row}
    return found


def test_every_slot_has_a_value(house, monkeypatch):
    seen, page = set(), Visit.page

    def checked(visit, name, values, status=200):
        missing = PAGES[name] - _filled(values)
        assert not missing, f"{name} lacks {missing}"
        seen.add(name)
        return page(visit, name, values, status)

    monkeypatch.setattr(Visit, "page", checked)
    person = house.person()
    house.grant(person, "pass", days=9, kind="code")
    house.store.write(collecting.saving(person.id, Collected("checklist", "en", house.clock())))
    browser, reader = house.browser(), house.signed_in(person)
    _, (code,) = codes.make(house.store, house.clock(), product="course", days=0, count=1)
    ask(house, browser, "nonsense")
    ask(house, browser)
    browser.get("/api/sign-in/code")
    browser.post("/api/sign-in/code", {"code": "x" + code_in(house)})
    browser.get(path_of(link_in(house)))
    browser.post("/api/redeem", {"code": code, "mail": "two@example.test"})
    house.tick()
    browser.get(f"/api/confirm?key={key_in(house, 'two@example.test')}")
    reader.post("/api/account/mail", {"mail": "new@example.test"})
    house.tick()
    reader.get(f"/api/confirm?key={key_in(house, 'new@example.test')}")
    press_link(browser, "nonsense")
    browser.post("/api/redeem", {"code": "nonsense"})
    reader.get("/api/redeem")
    reader.get("/api/account")
    reader.get(unsubscribing.path(house.world.ring, person.id, "en"))
    reader.post("/api/account/mail", {"mail": "nonsense"})
    reader.post("/api/account/delete")
    assert seen == set(_NAMES)
