"""Codes for lead magnets in the store: one use a browser, counted under a guard, and raced for."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from publish.paywall import codes, keys, magnet_codes
from publish.paywall.magnet_codes import NOWHERE, Origin
from publish.paywall.ports import Conflict, Put
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall.house import START, MovableClock

LATER = START + timedelta(days=1)


@pytest.fixture
def store(tmp_path):
    return SqliteStore(tmp_path / "paywall.sqlite", clock=MovableClock())


def make(store, **fields):
    batch, printed = codes.make(store, START, **{"magnet": "清单", "count": 1, **fields})
    return batch, [codes.hash_of(code) for code in printed]


def unlock(store, hash_, browser="PHONE", now=START, magnet="清单", origin=NOWHERE):
    found = magnet_codes.opening(store, hash_, magnet, browser, now, origin)
    if found.operations:
        store.write(*found.operations)
    return found


def refusal(store, hash_, browser="PHONE", now=START, magnet="清单"):
    with pytest.raises(codes.Refused) as caught:
        magnet_codes.opening(store, hash_, magnet, browser, now)
    return caught.value.code


def test_a_batch_is_for_a_product_or_for_a_magnet_and_a_magnet_has_no_days(store):
    for wrong in ({"product": "pass"}, {"magnet": ""}, {"days": 1}):
        with pytest.raises(ValueError, match="one of them"):
            make(store, **wrong)
    assert not codes.batches(store)
    batch, _ = make(store, uses=9)
    assert codes.find_batch(store, batch.id) == codes.batches(store)[0]
    assert (batch.product, batch.magnet, batch.days, batch.uses) == ("", "清单", 0, 9)


def test_a_batch_from_before_there_were_magnets_is_for_its_product(store):
    batch, (hash_,) = make(store, magnet="", product="pass", days=30)
    item = store.get(keys.batch(batch.id), keys.SELF)
    del item.value["magnet"]
    store.write(Put(item.partition, item.key, item.value))
    assert codes.offered(store, hash_, START).product == "pass"
    assert magnet_codes.magnet_of(store, hash_) == ""


def test_a_code_says_which_magnet_it_was_made_for(store):
    _, (ours,) = make(store)
    _, (sold,) = make(store, magnet="", product="pass", days=30)
    assert magnet_codes.magnet_of(store, ours) == "清单"
    assert magnet_codes.magnet_of(store, sold) == ""
    assert magnet_codes.magnet_of(store, keys.hashed("0" * 16)) == ""


def test_a_code_is_used_once_a_browser(store):
    batch, (hash_,) = make(store, uses=2)
    first = unlock(store, hash_)
    assert first.operations
    for _ in range(3):
        assert unlock(store, hash_) == magnet_codes.Opening(first.use)
    assert unlock(store, hash_, "LAPTOP").use != first.use
    assert refusal(store, hash_, "TABLET") == "redeem-used"
    assert [(each.person, each.grant, each.at) for each in codes.uses(store, batch.id)] == [
        ("", "", START)
    ] * 2


def test_where_it_was_used_it_opens_again_also_when_it_is_used_up_or_over(store):
    _, (hash_,) = make(store, expires=LATER)
    use = unlock(store, hash_).use
    assert unlock(store, hash_, now=LATER).use == use
    assert refusal(store, hash_, "LAPTOP", LATER) == "redeem-over"


@pytest.mark.parametrize("whole", [True, False])
def test_what_is_revoked_opens_nothing_more_not_even_where_it_was_used(store, whole):
    batch, printed = codes.make(store, START, magnet="清单", count=1, uses=9)
    hash_ = codes.hash_of(printed[0])
    unlock(store, hash_)
    codes.revoke(store, batch.id if whole else printed[0])
    assert refusal(store, hash_) == "redeem-over"
    assert refusal(store, hash_, "LAPTOP") == "redeem-over"


def test_it_opens_the_magnet_it_was_made_for_and_no_product(store):
    _, (ours,) = make(store)
    _, (sold,) = make(store, magnet="", product="pass", days=30)
    assert refusal(store, ours, magnet="worksheet") == "redeem-unknown"
    assert refusal(store, sold) == "redeem-unknown"
    assert refusal(store, sold, magnet="pass") == "redeem-unknown"
    assert refusal(store, keys.hashed("0" * 16)) == "redeem-unknown"
    for redeem in (
        lambda: codes.redeeming(store, ours, "ANNA", START),
        lambda: codes.offered(store, ours, START),
    ):
        with pytest.raises(codes.Refused, match="redeem-unknown"):
            redeem()
    assert not store.query(keys.person("ANNA"))


def test_the_store_knows_no_browser_by_its_id(store, tmp_path):
    _, (hash_,) = make(store)
    use = unlock(store, hash_, "BROWSERBROWSER00").use
    raw = b"".join(each.read_bytes() for each in tmp_path.glob("paywall.sqlite*"))
    assert b"BROWSERBROWSER00" not in raw
    assert "BROWSER" not in use


def test_fetching_is_the_first_time_once_and_tells_where_it_began(store):
    _, (hash_,) = make(store, uses=2)
    origin = Origin("free", {"utm_source": "wechat"})
    use = unlock(store, hash_, origin=origin).use
    other = unlock(store, hash_, "LAPTOP").use
    assert magnet_codes.fetch(store, use, LATER) == origin
    assert magnet_codes.fetch(store, use, LATER) is None
    assert magnet_codes.fetch(store, other, LATER) == Origin()
    assert magnet_codes.fetch(store, f"{hash_}#nobody", LATER) is None
    assert magnet_codes.fetch(store, "", LATER) is None
    assert len(store.query(keys.code(hash_), codes.USE)) == 2


def test_a_use_loses_against_a_revocation_that_came_between(store):
    batch, (hash_,) = make(store)
    found = magnet_codes.opening(store, hash_, "清单", "PHONE", START)
    codes.revoke(store, batch.id)
    with pytest.raises(Conflict):
        store.write(*found.operations)


def test_the_last_uses_go_to_as_many_and_one_browser_twice_at_once_is_one(store):
    batch, (hash_,) = make(store, uses=3)
    barrier, won, lost = threading.Barrier(8), [], []

    def one(browser):
        barrier.wait()
        for _ in range(100):
            try:
                found = unlock(store, hash_, browser)
            except Conflict:
                continue
            except codes.Refused as refused:
                lost.append(refused.code)
                return
            won.append(found.use)
            return

    browsers = [f"B{number // 2}" for number in range(8)]  # each of four twice
    threads = [threading.Thread(target=one, args=(each,)) for each in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(set(won)), len(won), lost) == (3, 6, ["redeem-used"] * 2)
    assert len(codes.uses(store, batch.id)) == 3
    assert store.get(keys.code(hash_), keys.SELF).value["used"] == 3
