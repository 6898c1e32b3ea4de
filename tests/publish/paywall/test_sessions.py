"""Sessions: one signed cookie, one record, and what a new one takes along."""

from __future__ import annotations

import pytest

from publish.paywall import keys, sessions
from publish.paywall.sessions import Cookies, Opened
from publish.paywall.signing import Keyring
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall.house import KEYS, START, MovableClock

RING = Keyring(KEYS)
ONE, TWO = Opened("PAYER", "ORDER1"), Opened("PAYER", "ORDER2")


@pytest.fixture
def clock():
    return MovableClock()


@pytest.fixture
def store(tmp_path, clock):
    return SqliteStore(tmp_path / "paywall.sqlite", clock=clock)


def begin(store, **fields):
    value, operations, session = sessions.new_session(RING, START, "Agent/1", **fields)
    store.write(*operations)
    return value, session


def test_a_session_comes_back_as_it_was(store):
    value, session = begin(store, person="ANNA", opened=(ONE,))
    found = sessions.read_session(store, RING, value)
    assert (found.person, found.opened, found.agent) == ("ANNA", (ONE,), "Agent/1")
    assert (found.partition, found.hash) == (session.partition, session.hash)


def test_the_store_knows_only_the_hash_of_the_secret(store, tmp_path):
    value, session = begin(store, person="ANNA")
    secret = value.rpartition(".")[0].rpartition("|")[2]
    raw = b"".join(each.read_bytes() for each in tmp_path.glob("paywall.sqlite*"))
    assert session.hash.encode() in raw
    assert secret.encode() not in raw


def test_a_new_session_replaces_the_old_one_and_takes_its_purchases_along(store):
    old_value, old = begin(store, opened=(ONE,))
    value, _ = begin(store, person="ANNA", opened=(TWO,), old=old)
    assert sessions.read_session(store, RING, value).opened == (ONE, TWO)
    assert sessions.read_session(store, RING, old_value) is None


@pytest.mark.parametrize(("person", "kept"), [("ANNA", (ONE,)), ("BERT", ()), ("", ())])
def test_purchases_stay_with_the_person_who_was_here(store, person, kept):
    _, old = begin(store, person="ANNA", opened=(ONE,))
    value, _ = begin(store, person=person, old=old)
    assert sessions.read_session(store, RING, value).opened == kept


def test_a_session_of_another_purpose_or_with_another_secret_is_none(store):
    value, session = begin(store, person="ANNA")
    body = value.rpartition(".")[0]
    for wrong in ("", body, RING.sign("browser", body), RING.sign("session", "ANNA"),
                  RING.sign("session", f"{session.partition}|guess"), f"{value}x"):  # fmt: skip
        assert sessions.read_session(store, RING, wrong) is None


def test_a_session_ends_by_itself(store, clock):
    value, _ = begin(store, person="ANNA")
    clock.now = START + sessions.LASTS
    assert sessions.read_session(store, RING, value) is None


def test_devices_are_a_persons_own_and_the_newest_is_first(store):
    begin(store, person="ANNA")
    begin(store, person="BERT")
    later, operations, newest = sessions.new_session(
        RING, START.replace(hour=9), "Agent/2", person="ANNA"
    )
    store.write(*operations)
    assert [each.agent for each in sessions.devices(store, "ANNA")] == ["Agent/2", "Agent/1"]
    assert sessions.devices(store, "ANNA")[0].hash == newest.hash
    assert later


def test_a_long_agent_is_cut(store):
    _, operations, session = sessions.new_session(RING, START, "x" * 5000, person="ANNA")
    assert len(session.agent) == 200
    assert operations


def test_a_browser_is_known_by_what_was_signed(store):
    key, value = sessions.new_browser(RING)
    assert sessions.read_browser(RING, value) == key
    for wrong in ("", key, RING.sign("session", key), value[:-4]):
        assert sessions.read_browser(RING, wrong) == ""


def test_with_tls_the_cookies_are_bound_to_the_host():
    assert Cookies(True).session == "__Host-ink"
    assert Cookies(True).browser == "__Host-ink-browser"
    assert Cookies(False).session == "ink"
    assert keys.session("x") == "session#x"
