"""Redemption codes in the store: made, typed, used, revoked, and raced for."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.paywall import codes, keys, rights
from publish.paywall.ports import Conflict
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall.house import START, MovableClock


@pytest.fixture
def store(tmp_path):
    return SqliteStore(tmp_path / "paywall.sqlite", clock=MovableClock())


def make(store, **fields):
    told = {"product": "pass", "days": 30, "count": 1, **fields}
    batch, printed = codes.make(store, START, **told)
    return batch, [codes.hash_of(code) for code in printed]


def redeem(store, hash_, person="ANNA", now=START):
    found = codes.redeeming(store, hash_, person, now)
    store.write(*found.operations)
    return found.grant


def refusal(store, hash_, person="ANNA", now=START):
    with pytest.raises(codes.Refused) as caught:
        codes.redeeming(store, hash_, person, now)
    return caught.value.code


def test_a_code_is_printed_in_four_groups_and_no_two_are_alike(store):
    _, printed = codes.make(store, START, product="pass", days=30, count=300)
    assert len(set(printed)) == 300
    assert all(len(code) == 19 and code.count("-") == 3 for code in printed)


def test_no_code_lies_in_the_store_as_it_is_printed(store, tmp_path):
    _, printed = codes.make(store, START, product="pass", days=30, count=3)
    raw = b"".join(each.read_bytes() for each in tmp_path.glob("paywall.sqlite*"))
    assert b"pass" in raw
    for code in printed:
        assert code.encode() not in raw
        assert codes.typed(code).encode() not in raw


def test_a_code_gives_its_days_and_is_used(store):
    batch, (hash_,) = make(store, days=30)
    grant = redeem(store, hash_)
    assert (grant.product, grant.kind, grant.days, grant.at) == ("pass", "code", 30, START)
    assert grant.id == f"code-{hash_[:16]}-1"
    line = store.get(keys.person("ANNA"), keys.grant(grant.id))
    assert rights.read_grant(line.value) == grant
    assert refusal(store, hash_, "BERT") == "redeem-used"
    (use,) = codes.uses(store, batch.id)
    assert (use.person, use.at, use.code, use.grant) == ("ANNA", START, hash_, grant.id)


def test_no_days_is_for_good(store):
    _, (hash_,) = make(store, product="course", days=0)
    redeem(store, hash_)
    ledger = [
        rights.read_grant(each.value) for each in store.query(keys.person("ANNA"), keys.grant(""))
    ]
    right = rights.rights(ledger, START + timedelta(days=9999))["course"]
    assert (right.open, right.until) == (True, None)


def test_two_codes_stack(store):
    _, hashes = make(store, days=30, count=2)
    for hash_ in hashes:
        redeem(store, hash_)
    ledger = [
        rights.read_grant(each.value) for each in store.query(keys.person("ANNA"), keys.grant(""))
    ]
    assert rights.rights(ledger, START)["pass"].until == START + timedelta(days=60)


def test_a_code_for_several_counts_them_and_knows_each(store):
    batch, (hash_,) = make(store, uses=2)
    first, second = redeem(store, hash_, "ANNA"), redeem(store, hash_, "BERT")
    assert first.id != second.id
    assert refusal(store, hash_, "ANNA") == "redeem-yours"
    assert refusal(store, hash_, "CLEO") == "redeem-used"
    assert [use.person for use in codes.uses(store, batch.id)] == ["ANNA", "BERT"]


def test_who_redeemed_it_before_is_told_so_even_when_it_is_used_up_or_over(store):
    batch, (hash_,) = make(store)
    redeem(store, hash_)
    codes.revoke(store, batch.id)
    assert refusal(store, hash_, "ANNA") == "redeem-yours"


def test_a_code_that_would_be_lost_is_kept(store):
    _, (one, two) = make(store, product="course", days=0, count=2)
    redeem(store, one)
    assert refusal(store, two) == "already-owned"
    assert redeem(store, two, "BERT").product == "course"


@pytest.mark.parametrize(("seconds", "code"), [(-1, ""), (0, "redeem-over"), (1, "redeem-over")])
def test_a_code_expires_at_its_time(store, seconds, code):
    ends = START + timedelta(days=7)
    _, (hash_,) = make(store, expires=ends)
    now = ends + timedelta(seconds=seconds)
    if code:
        assert refusal(store, hash_, now=now) == code
    else:
        assert redeem(store, hash_, now=now)


def test_revoking_a_batch_ends_all_its_codes_and_leaves_what_was_redeemed(store):
    batch, (one, two) = make(store, count=2)
    _, (foreign,) = make(store)
    grant = redeem(store, one)
    assert codes.revoke(store, batch.id.lower())
    assert refusal(store, two) == "redeem-over"
    assert store.get(keys.person("ANNA"), keys.grant(grant.id))
    assert redeem(store, foreign)
    assert [each.revoked for each in codes.batches(store)].count(True) == 1


def test_revoking_one_code_leaves_the_others(store):
    _, printed = codes.make(store, START, product="pass", days=30, count=2)
    assert codes.revoke(store, printed[0].lower().replace("-", " "))
    assert refusal(store, codes.hash_of(printed[0])) == "redeem-over"
    assert redeem(store, codes.hash_of(printed[1]))


def test_revoking_twice_is_once_and_nothing_is_nothing(store):
    batch, _ = make(store)
    assert codes.revoke(store, batch.id)
    version = codes.find_batch(store, batch.id).version
    assert codes.revoke(store, batch.id)
    assert codes.find_batch(store, batch.id).version == version
    assert not codes.revoke(store, "NOSUCHBA")
    assert not codes.revoke(store, "0000-0000-0000-0000")


def test_a_redemption_loses_against_a_revocation_that_came_between(store):
    batch, (hash_,) = make(store)
    found = codes.redeeming(store, hash_, "ANNA", START)
    codes.revoke(store, batch.id)
    with pytest.raises(Conflict):
        store.write(*found.operations)
    assert not store.query(keys.person("ANNA"))


def test_the_last_use_goes_to_one_of_many(store):
    batch, (hash_,) = make(store, uses=3)
    barrier, won = threading.Barrier(8), []

    def one(person):
        barrier.wait()
        for _ in range(50):
            try:
                redeem(store, hash_, person)
            except Conflict:
                continue
            except codes.Refused:
                return
            won.append(person)
            return

    threads = [threading.Thread(target=one, args=(f"P{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 3
    assert sorted(use.person for use in codes.uses(store, batch.id)) == sorted(won)


def test_one_person_twice_at_once_gets_one_grant(store):
    _, (hash_,) = make(store, uses=5)
    first, second = (codes.redeeming(store, hash_, "ANNA", START) for _ in range(2))
    store.write(*first.operations)
    with pytest.raises(Conflict):
        store.write(*second.operations)
    assert len(store.query(keys.person("ANNA"), keys.grant(""))) == 1


def test_batches_are_listed_with_all_that_the_books_need(store):
    ends = START + timedelta(days=90)
    made, _ = codes.make(
        store, START, product="pass", days=90, count=3, uses=2, expires=ends, price="9900 CNY",
        channel="小鹅通", note="autumn",
    )  # fmt: skip
    later, _ = codes.make(store, START + timedelta(seconds=1), product="course", days=0, count=1)
    first, second = codes.batches(store)
    assert (first, second) == (codes.find_batch(store, made.id), codes.find_batch(store, later.id))
    assert (first.price, first.channel, first.note, first.expires) == (
        "9900 CNY", "小鹅通", "autumn", ends,
    )  # fmt: skip
    assert (first.count, first.uses, first.days, first.product) == (3, 2, 90, "pass")


@pytest.mark.parametrize(
    "wrong", [{"count": 0}, {"count": 10_001}, {"days": -1}, {"uses": 0}], ids=str
)
def test_numbers_out_of_bounds_make_nothing(store, wrong):
    with pytest.raises(ValueError, match="count"):
        make(store, **wrong)
    assert not codes.batches(store)


def test_what_cannot_be_a_code_is_unknown():
    for text in ("", "ABCD", "0" * 15, "0" * 17, "中" * 16, "----", "\x00"):
        with pytest.raises(codes.Refused):
            codes.hash_of(text)


_LOOKS = {"0": "0Oo", "1": "1IiLl"}


@given(st.data())
def test_a_code_is_understood_however_it_is_typed(data):
    code = data.draw(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=16, max_size=16))
    typed = ""
    for letter in code:
        look = data.draw(st.sampled_from(_LOOKS.get(letter, letter + letter.lower())))
        wide = chr(ord(look) + 0xFEE0) if data.draw(st.booleans()) else look
        gap = data.draw(st.sampled_from(("", "", " ", "-", "\u3000", "–", "\n")))
        typed += wide + gap
    assert codes.typed(typed) == code
    assert codes.typed(codes.printed(code)) == code
