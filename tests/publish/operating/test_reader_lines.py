"""Readers as lines of a file: nothing that is closed now opens by being read in."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from publish.operating import reader_lines
from publish.operating.reader_files import COLUMNS
from publish.operating.readers import Reader
from publish.paywall import people, suppressing
from publish.paywall.collecting import Collected
from publish.paywall.rights import GRACE, Right
from publish.paywall.stores.sqlite import SqliteStore

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOON, LATER = NOW + timedelta(days=30), NOW + timedelta(days=60)
LIN = "lin@example.test"
UTC_ZONE = ZoneInfo("UTC")
PERSON = people.new(LIN, LIN, "en", NOW, confirmed=False)


@pytest.fixture
def store(tmp_path):
    return SqliteStore(tmp_path / "store.sqlite", clock=lambda: NOW)


def lines(store, *held, zone=UTC_ZONE, **told):
    reader = Reader(PERSON, {right.product: right for right in held}, **told)
    return list(reader_lines.lines(store, [reader], zone, NOW))


@pytest.mark.parametrize(
    ("right", "until", "state"),
    [
        (Right("course", True, None), "forever", "open"),
        (Right("course", True, LATER), "2027-01-20", "open"),
        # Unpaid, and waited for: it must not be over by having moved.
        (Right("course", True, NOW, grace=True), "2026-11-24", "open"),
        (Right("course", False, SOON - timedelta(days=60)), "2026-10-22", "over"),
        # Closed now, though the period goes on: paused, or unpaid.
        (Right("course", False, LATER), "2026-11-21", "over"),
        (Right("course", False, None, held=True), "2026-11-21", "held"),
    ],
)
def test_what_is_closed_is_written_as_over(store, right, until, state):
    [line] = lines(store, right)
    assert (line["until"], line["state"]) == (until, state)


def test_a_line_has_every_column_and_no_other(store):
    for held in ((), (Right("course", True, None),)):
        [line] = lines(store, *held)
        assert set(line) == set(COLUMNS)


def test_who_holds_nothing_has_a_line(store):
    [line] = lines(store)
    assert (line["mail"], line["product"], line["until"]) == (LIN, "", "")


def test_a_payment_on_its_way_is_nothing_yet(store):
    [line] = lines(store, Right("course", False, None, pending=True))
    assert (line["product"], line["state"]) == ("", "")


def test_each_product_has_a_line_in_order(store):
    found = lines(store, Right("pass", True, None), Right("course", True, None))
    assert [line["product"] for line in found] == ["course", "pass"]


def test_a_lead_magnet_is_told_in_words_and_to_the_moment(store):
    at = datetime(2026, 11, 21, 20, tzinfo=UTC)
    found = Collected("checklist", "zh-Hans", at, fetched=at + GRACE)
    [line] = lines(store, zone=ZoneInfo("Asia/Shanghai"), collected=(found,))
    assert line["magnets"] == ("checklist 2026-11-22 (2026-11-25)",)
    [exact] = line["collected"]
    assert exact == {
        "magnet": "checklist",
        "lang": "zh-Hans",
        "at": "2026-11-21T20:00:00.000000Z",
        "fetched": "2026-11-24T20:00:00.000000Z",
    }


def test_an_address_that_gets_no_mail_says_why(store):
    suppressing.suppress(store, LIN, "complained", NOW)
    [line] = lines(store)
    assert line["suppressed"] == "complained"
    suppressing.forget(store, LIN)  # erased, and back: only the hash of the address is left
    [line] = lines(store)
    assert line["suppressed"] == "complained"
