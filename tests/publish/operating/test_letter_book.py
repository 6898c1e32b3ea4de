"""What the store keeps of letters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugins.engine.letter import LARGEST
from publish.operating import letter_book
from publish.operating.letter_book import Line, Parts, id_of
from publish.paywall import keys
from publish.paywall.ports import Conflict
from tests.publish.operating.posting import PARTS, letter
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import House


@pytest.fixture
def house(tmp_path, generation) -> House:
    return ground.world(tmp_path, generation=generation)


@pytest.fixture(scope="session")
def generation(tmp_path_factory):
    return ground.make_generation(tmp_path_factory.mktemp("book") / "generation")


def test_the_id_is_what_the_letter_says():
    assert id_of("00" * 32) == "a" * 16
    assert id_of("ff" * 32) == "7" * 16
    assert id_of("00" * 31 + "01") == id_of("00" * 32)  # eighty bits are enough


def test_a_letter_is_begun_once_and_keeps_what_it_said_first(house):
    made = letter(house, tag="beta")
    assert letter_book.find(house.store, made.id) is None
    first = letter_book.begin(house.store, made, PARTS)
    house.clock.move(hours=1)
    again = letter_book.begin(house.store, letter(house), replace(PARTS, text="other"))
    assert first == again == letter_book.known(house.store, made.id)
    assert letter_book.parts(house.store, made.id) == PARTS
    assert [each.id for each in letter_book.everything(house.store)] == [made.id]


def test_the_longest_letter_that_is_rendered_can_be_kept(house):
    """Both parts of a long text are long."""
    long = Parts("News", "<p>" + "字" * (LARGEST // 3 - 10), "字" * (LARGEST // 3 - 10))
    letter_book.begin(house.store, letter(house), long)
    assert letter_book.parts(house.store, letter(house).id) == long


def test_letters_are_listed_in_order_of_time(house):
    for number in range(3):
        letter_book.begin(house.store, letter(house, f"letter-{number}"), PARTS)
        house.clock.move(hours=-1)
    ids = [each.id for each in letter_book.everything(house.store)]
    assert ids == ["letter-2", "letter-1", "letter-0"]


def test_a_segment_is_the_same_in_any_order(house):
    made = letter_book.begin(house.store, letter(house, tag="a", magnet="b"), PARTS)
    closed = letter_book.close(house.store, made, house.clock())
    assert closed.sent_whole({"magnet": "b", "tag": "a"}) == house.clock()
    assert closed.sent_whole({"tag": "a"}) is None
    assert letter_book.known(house.store, made.id) == closed


def test_two_who_write_the_same_letter_conflict(house):
    made = letter_book.begin(house.store, letter(house), PARTS)
    letter_book.aim(house.store, made, {"tag": "a"})
    with pytest.raises(Conflict):
        letter_book.aim(house.store, made, {"tag": "b"})
    assert letter_book.aim(house.store, made, {}) == made  # nothing to write


def test_lines_are_counted_by_what_became_of_them(house):
    for person, state in (("a", "sent"), ("b", "sent"), ("c", "failed")):
        line = Line(person, state, house.clock(), "why" if state == "failed" else "")
        house.store.write(letter_book.writing("one", line))
    assert letter_book.counted(house.store, "one") == {"sent": 2, "failed": 1}
    found = list(letter_book.lines(house.store, "one"))
    assert [(each.person, each.why, each.version) for each in found] == [
        ("a", "", 1),
        ("b", "", 1),
        ("c", "why", 1),
    ]


def test_what_was_not_begun_is_no_letter(house):
    with pytest.raises(LookupError):
        letter_book.known(house.store, "nothing")
    with pytest.raises(LookupError):
        letter_book.parts(house.store, "nothing")


def test_the_table_of_keys_knows_them():
    assert "letter#ID | lease" in str(keys.__doc__)
    assert "letter#ID | parts" in str(keys.__doc__)
