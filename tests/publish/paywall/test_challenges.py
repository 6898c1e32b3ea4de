"""Challenges: what is derived from a seed, and what recognises it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.paywall import challenges, keys
from publish.paywall.addresses import Address
from publish.paywall.challenges import Ask, Link, code_of, link_secret_of, typed_code
from publish.paywall.ports import Conflict, Put
from publish.paywall.signing import Keyring
from publish.paywall.stores.sqlite import SqliteStore
from publish.paywall.subscribing import Consent
from tests.publish.paywall.house import KEYS, START, MovableClock

RING = Keyring(KEYS)
ADDRESS = Address("reader@example.test", "Reader@example.test")


@pytest.fixture
def store(tmp_path):
    return SqliteStore(tmp_path / "paywall.sqlite", clock=MovableClock())


def ask(store, seed, browser="BROWSER", at=START, **fields):
    known = challenges.find(store, browser, ADDRESS.canonical)
    told = Ask(ADDRESS.shown, "en", at, **fields)
    store.write(*challenges.asking(RING, known, browser, ADDRESS, told, seed))
    return challenges.find(store, browser, ADDRESS.canonical)


def test_a_seed_gives_the_same_code_and_link_each_time_and_nothing_without_the_keys():
    seed, others = challenges.new_seed(), Keyring(("another key that is long enough to sign",))
    assert code_of(RING, seed) == code_of(RING, seed)
    assert link_secret_of(RING, seed) == link_secret_of(RING, seed)
    assert link_secret_of(others, seed) != link_secret_of(RING, seed)


def test_codes_are_six_digits_and_spread_over_all_of_them():
    codes = [code_of(RING, f"seed {number}") for number in range(4000)]
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert {code[0] for code in codes} == set("0123456789")
    assert len(set(codes)) > 3900


def test_a_link_has_160_bits_and_tells_nothing_of_its_code():
    secret = link_secret_of(RING, "seed")
    assert len(secret) == 32
    assert code_of(RING, "seed") not in secret


def test_a_challenge_comes_back_from_the_store_as_it_was(store):
    first = ask(store, "one", return_to="/en/walled/")
    again = ask(store, "two", at=START + timedelta(minutes=1), redeem="hash")
    assert [entry.ask.return_to for entry in again.entries] == ["/en/walled/", ""]
    assert again.entries[0] == first.entries[0]
    assert again.entries[1].ask == Ask(
        ADDRESS.shown, "en", START + timedelta(minutes=1), redeem="hash"
    )
    assert (again.version, again.shown) == (2, ADDRESS.shown)


def test_the_newest_ask_answers_first_and_knows_its_own_errand(store):
    ask(store, "one", return_to="/one/")
    asked = ask(store, "two", return_to="/two/")
    now = START + timedelta(minutes=1)
    assert asked.matching(RING, code_of(RING, "one"), now).ask.return_to == "/one/"
    assert asked.matching(RING, code_of(RING, "two"), now).ask.return_to == "/two/"


def test_old_entries_are_let_go(store):
    ask(store, "one")
    asked = ask(store, "two", at=START + challenges.LASTS)
    assert len(asked.entries) == 1


def test_the_mailed_link_finds_its_ask(store):
    ask(store, "one", return_to="/one/", redeem="hash")
    link = challenges.find_link(store, link_secret_of(RING, "one"), START)
    assert (link.kind, link.mail, link.browser) == ("sign-in", ADDRESS.canonical, "BROWSER")
    assert (link.ask.return_to, link.ask.redeem, link.shown) == ("/one/", "hash", ADDRESS.shown)
    assert challenges.find_link(store, link.hash, START) is None
    assert challenges.find_link(store, "", START) is None


OPTING = Link(
    keys.hashed("secret"),
    "opt-in",
    ADDRESS.canonical,
    START,
    timedelta(hours=48),
    ask=Ask(ADDRESS.shown, "en", START),
    shown=ADDRESS.shown,
    magnet="清单",
    name="林墨",
    consent=Consent("you get letters", "en", START, "magnet", page="/", campaign={"utm_term": "a"}),
    letters=True,
)


def test_a_link_to_opt_in_comes_back_from_the_store_as_it_was(store):
    store.write(OPTING.saving())
    assert challenges.find_link(store, "secret", START) == replace(OPTING, version=1)


def test_a_used_link_to_opt_in_is_dead_and_knows_its_magnet_only(store):
    store.write(OPTING.saving())
    link = challenges.find_link(store, "secret", START)
    store.write(link.ending())
    assert challenges.find_link(store, "secret", START) is None
    left = challenges.find_dead_link(store, "secret")
    assert left == Link(
        OPTING.hash, "opt-in", "", START, OPTING.lasts, magnet="清单", used=True, version=2
    )
    with pytest.raises(Conflict):
        store.write(link.ending())


@pytest.mark.parametrize("kind", ["sign-in", "change"])
def test_a_used_link_of_another_kind_is_gone(store, kind):
    other = Link(OPTING.hash, kind, ADDRESS.canonical, START)
    store.write(other.saving())
    store.write(challenges.find_link(store, "secret", START).ending())
    assert challenges.find_dead_link(store, "secret") is None


def test_a_link_that_is_too_old_is_known_for_a_while(store):
    store.write(OPTING.saving())
    late = START + timedelta(hours=48)
    assert challenges.find_link(store, "secret", late - timedelta(seconds=1))
    assert challenges.find_link(store, "secret", late) is None
    assert challenges.find_dead_link(store, "secret").magnet == "清单"
    assert store.get(keys.link(OPTING.hash), keys.SELF).expires == late + timedelta(days=7)


def test_a_link_that_was_stored_before_magnets_is_read(store):
    """A mail that was on its way while the service was renewed still works."""
    ask(store, "one")
    place = keys.link(keys.hashed(link_secret_of(RING, "one"))), keys.SELF
    newer = ("magnet", "name", "consent", "letters", "used")
    before = {k: v for k, v in store.get(*place).value.items() if k not in newer}
    store.write(Put(*place, before))
    link = challenges.find_link(store, link_secret_of(RING, "one"), START)
    assert (link.kind, link.magnet, link.consent, link.used) == ("sign-in", "", None, False)


def test_an_ask_that_was_not_sent_keeps_what_is_alive(store):
    asked = ask(store, "one")
    later = Ask(ADDRESS.shown, "en", START + timedelta(minutes=2))
    store.write(*challenges.noting(asked, "BROWSER", ADDRESS, later))
    noted = challenges.find(store, "BROWSER", ADDRESS.canonical)
    assert (noted.entries, noted.asked) == (asked.entries, later.made)


@given(st.integers(0, 999_999), st.lists(st.sampled_from(" -\u3000\t"), max_size=4), st.booleans())
def test_a_code_is_understood_as_phones_type_it(number, gaps, wide):
    code = f"{number:06d}"
    typed = "".join(chr(ord(each) + 0xFEE0) for each in code) if wide else code
    for at, gap in enumerate(gaps):
        typed = typed[: at + 1] + gap + typed[at + 1 :]
    assert typed_code(typed) == code


@given(st.text(max_size=12))
def test_whatever_is_typed_is_six_digits_or_nothing(text):
    found = typed_code(text)
    assert found == "" or (len(found) == 6 and found.isascii() and found.isdigit())
