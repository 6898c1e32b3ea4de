"""What a file says of one address, in however many lines: the best counts, who left has left."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.operating import newcomers
from publish.operating.newcomers import Held
from publish.operating.reader_rows import Row
from publish.paywall.subscribing import Consent

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOON, LATER = NOW + timedelta(days=30), NOW + timedelta(days=60)
LIN = "lin@example.test"
PRODUCTS = {"course", "membership"}
CONSENT = Consent("words", "en", NOW, "magnet")


def row(**told):
    return Row(**{"line": 2, "mail": LIN, **told})


def gathered(*rows):
    [newcomer], wrong, same = newcomers.gathered(rows, PRODUCTS)
    assert wrong == []
    return newcomer, same


@given(st.permutations([SOON, LATER, None]), st.integers(1, 3))
def test_of_several_ends_the_last_counts_in_any_order(ends, count):
    newcomer, _ = gathered(*(row(product="course", until=end) for end in ends[:count]))
    [held] = newcomer.held
    assert all(held.covers(end) for end in ends[:count])
    assert held.until in ends[:count]


def test_what_a_dispute_holds_elsewhere_stays_held_unless_another_line_opens_it():
    held = row(product="course", until=LATER, access="held")
    newcomer, _ = gathered(held)
    assert newcomer.held == (Held("course", LATER, disputed=True),)
    for rows in (
        (held, row(product="course", until=SOON)),
        (row(product="course", until=SOON), held),
    ):
        newcomer, _ = gathered(*rows)
        assert newcomer.held == (Held("course", SOON),)


def test_one_reader_in_two_spellings_is_one():
    newcomer, same = gathered(
        row(mail="Lin@Example.test", tags=("a",)), row(mail=" lin@example.test ", note="n")
    )
    assert (newcomer.mail, newcomer.tags, newcomer.notes, same) == (LIN, ("a",), ("n",), 0)


def test_the_same_line_twice_says_nothing_new():
    assert gathered(row(tags=("a",)), row(tags=("a",)))[1] == 1


@pytest.mark.parametrize("order", [1, -1])
def test_who_left_in_one_line_has_left_in_any_order(order):
    rows = [row(letters="on", consent=CONSENT), row(letters="off", letters_since=NOW), row()]
    newcomer, _ = gathered(*rows[::order])
    assert (newcomer.letters, newcomer.letters_since, newcomer.consent) == ("off", NOW, CONSENT)


@pytest.mark.parametrize("order", [1, -1])
def test_what_any_line_says_is_kept(order):
    rows = [
        row(name="Lin", confirmed=NOW, pays=True),
        row(customer="cus_1", suppressed="bounced", banned=True, lang="zh-Hans", since=NOW),
    ]
    newcomer, _ = gathered(*rows[::order])
    assert (newcomer.name, newcomer.confirmed, newcomer.pays) == ("Lin", NOW, True)
    assert (newcomer.customer, newcomer.suppressed, newcomer.banned) == ("cus_1", "bounced", True)
    assert (newcomer.lang, newcomer.since) == ("zh-Hans", NOW)


def test_somebody_must_vouch_for_letters_and_for_confirming_unless_the_file_does():
    assert not gathered(row())[0].asks
    assert gathered(row(letters="on"))[0].asks
    assert gathered(row(confirmed=NOW))[0].asks
    assert not gathered(row(letters="on", consent=CONSENT))[0].asks
    empty = Consent("", "en", NOW, "import")
    assert gathered(row(letters="on", consent=empty))[0].asks
    assert not gathered(row(letters="off", consent=empty))[0].asks


@pytest.mark.parametrize(
    ("customer", "kept"), [("cus_Ab1", "cus_Ab1"), ("none", ""), ("cus_1; rm", "")]
)
def test_what_is_no_customer_of_stripe_is_left_out(customer, kept):
    assert gathered(row(customer=customer))[0].customer == kept


def test_a_product_that_is_not_sold_here_and_what_is_no_address_are_wrong():
    found, wrong, _ = newcomers.gathered(
        [row(product="gold"), row(line=3, mail="lin"), row(mail="mei@example.test")], PRODUCTS
    )
    assert [each.mail for each in found] == ["mei@example.test"]
    assert [each.line for each in wrong] == [2, 3]
