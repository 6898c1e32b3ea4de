"""Finished work is remembered between builds, and is only ever a shortcut."""

from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from plugins.engine.cache import Cache, key


def test_what_was_put_is_there_in_the_next_build(tmp_path):
    first = Cache(tmp_path / "deep" / "cache.db")
    assert first.get("a") is None
    first.put("a", b"\x00one")
    assert first.get("a") == b"\x00one"
    first.save()
    assert Cache(tmp_path / "deep" / "cache.db").get("a") == b"\x00one"


def test_nothing_is_written_before_it_is_saved(tmp_path):
    Cache(tmp_path / "cache.db").put("a", b"one")
    assert Cache(tmp_path / "cache.db").get("a") is None


def test_what_a_build_did_not_ask_for_is_forgotten(tmp_path):
    first = Cache(tmp_path / "cache.db")
    first.put("a", b"one")
    first.put("b", b"two")
    first.save()
    second = Cache(tmp_path / "cache.db")
    second.get("a")
    second.save()
    third = Cache(tmp_path / "cache.db")
    assert (third.get("a"), third.get("b")) == (b"one", None)


def test_a_cache_lives_on_through_many_builds(tmp_path):
    cache = Cache(tmp_path / "cache.db")
    cache.put("a", b"one")
    cache.save()
    assert cache.get("a") == b"one"
    cache.put("b", b"two")
    cache.save()
    cache.get("b")
    cache.save()
    assert cache.get("a") is None
    last = Cache(tmp_path / "cache.db")
    assert (last.get("a"), last.get("b")) == (None, b"two")


def test_a_cache_without_a_file_remembers_for_one_build():
    cache = Cache(None)
    cache.put("a", b"one")
    assert cache.get("a") == b"one"
    cache.save()


def test_a_broken_file_only_costs_time(tmp_path):
    place = tmp_path / "cache.db"
    place.write_bytes(b"not a database" * 100)
    cache = Cache(place)
    assert cache.get("a") is None
    cache.put("a", b"one")
    assert cache.get("a") == b"one"
    cache.save()
    assert place.read_bytes() == b"not a database" * 100


def test_a_place_that_cannot_be_written_only_costs_time(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    cache = Cache(tmp_path / "file" / "cache.db")
    cache.put("a", b"one")
    cache.save()


def test_a_locked_file_only_costs_time(tmp_path):
    place = tmp_path / "cache.db"
    Cache(place).save()
    other = sqlite3.connect(place)
    other.execute("begin exclusive")
    cache = Cache(place)
    cache.put("a", b"one")
    cache.save()
    other.rollback()
    other.close()
    assert Cache(place).get("a") is None


parts = st.lists(st.text(max_size=4) | st.binary(max_size=4), max_size=4)


@given(parts, parts)
def test_no_two_lists_of_parts_share_a_key(one, other):
    raw = [
        [each if isinstance(each, bytes) else each.encode() for each in some]
        for some in (one, other)
    ]
    assert (key(*one) == key(*other)) == (raw[0] == raw[1])


def test_a_key_takes_any_text():
    assert key("\ud800") != key("a")
