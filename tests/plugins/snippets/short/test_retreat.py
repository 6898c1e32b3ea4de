from dataclasses import replace

import pytest

from plugins.snippets.short.retreat import Draft, listed, lost, quoted, retreat

POINTS = ("First we rowed over.", "Then we walked home.", "Last of all we slept.")
FULL = Draft(
    opening=("A wet night. It was long, and it rained on.",),
    points=POINTS,
    quote="Rain finds every hole, and every roof has one.",
    ending="Read it: https://ink.test/go/abcdefgh/",
    tags=("#one", "#two", "#three"),
)
NO_QUOTE = replace(FULL, quote="")
NO_TAGS = replace(NO_QUOTE, tags=())
NO_POINTS = replace(NO_TAGS, points=())
# Each row is what is left in just the room that it takes, in the documented order.
ORDER = [
    (FULL, []),
    (replace(FULL, quote="Rain finds every hole…"), ["the quotation was shortened"]),
    (NO_QUOTE, ["the quotation was left out"]),
    (replace(NO_QUOTE, tags=("#one", "#two")), ["1 of 3 hashtags were left out"]),
    (replace(NO_QUOTE, tags=("#one",)), ["2 of 3 hashtags were left out"]),
    (NO_TAGS, ["3 of 3 hashtags were left out"]),
    # What a point leaves, hashtags take again.
    (replace(NO_QUOTE, points=POINTS[:2]), ["1 of 3 points were left out"]),
    (replace(NO_TAGS, points=POINTS[:2]), ["3 of 3 hashtags", "1 of 3 points"]),
    (replace(NO_TAGS, points=POINTS[:1]), ["3 of 3 hashtags", "2 of 3 points"]),
    (NO_POINTS, ["3 of 3 hashtags", "3 of 3 points"]),
    (
        replace(NO_POINTS, opening=("A wet night. It was long…",)),
        ["3 of 3 hashtags", "3 of 3 points", "the opening breaks off within a sentence"],
    ),
    (
        replace(NO_POINTS, opening=("A wet night.",)),
        ["3 of 3 hashtags", "3 of 3 points", "the opening was shortened"],
    ),
    (
        replace(NO_POINTS, opening=("A wet…",)),
        ["3 of 3 hashtags", "3 of 3 points", "the opening breaks off within a sentence"],
    ),
]


def within(most):
    return lambda text: len(text) <= most


@pytest.mark.parametrize(("draft", "told"), ORDER)
def test_less_room_takes_one_thing_after_the_other(draft, told):
    kept = retreat(FULL, within(len(draft.text)))
    notes = [note.message.format(**dict(note.values)) for note in lost(FULL, kept)]
    assert kept == draft
    assert len(notes) >= len(told)
    for said in told:
        assert any(said in note for note in notes)


def test_every_row_has_less_room_than_the_one_before():
    rooms = [len(draft.text) for draft, _ in ORDER]
    assert rooms == sorted(rooms, reverse=True)


def test_where_not_even_a_word_fits_the_shortest_is_whole():
    assert retreat(FULL, within(10)) == NO_POINTS


def test_one_point_alone_is_a_sentence_and_several_are_lines():
    assert listed(("Rain.",)) == "Rain."
    assert listed(("Rain.", "Sun.")) == "· Rain.\n· Sun."


def test_a_quotation_with_marks_of_its_own_gets_no_more():
    assert quoted("Rain.") == "“Rain.”"
    assert quoted("He said “rain”.") == "He said “rain”."
    assert quoted("") == ""
