import re

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.snippets.short.bounds import Bounds
from plugins.snippets.short.form import short
from plugins.snippets.short.retreat import Draft
from plugins.snippets.short.thread import thread
from plugins.snippets.values import Limit
from tests.plugins.snippets.short.samples import own, platform, post

ENDING = "Read it: https://ink.test/go/abcdefgh/"
NUMBER = re.compile(r"\n\n(\d+)/(\d+)$")


def draft(*points, hook="A wet night."):
    return Draft((hook,), points, ending=ENDING)


def said(posts):
    return "".join("".join(NUMBER.sub("", each) for each in posts).split())


def test_a_thread_says_all_points_and_ends_with_the_way_to_the_post():
    points = ("We rowed over in the dark.", "We walked home in the rain.", "We slept until noon.")
    posts = thread(draft(*points), Bounds(platform(90)))
    assert said(posts) == "".join("".join(["A wet night.", *points, ENDING]).split())
    assert ENDING in posts[-1]
    assert [NUMBER.search(each).groups() for each in posts] == [
        (str(n), str(len(posts))) for n in range(1, len(posts) + 1)
    ]


def test_the_way_to_the_post_never_stands_alone_if_a_sentence_can_be_with_it():
    points = ("We rowed over.", "We walked home.", "We slept.")
    assert "We slept." in thread(draft(*points), Bounds(platform(75)))[-1]


def test_numbers_of_two_digits_take_their_room():
    points = [f"We rowed over it {n:02}." for n in range(12)]
    posts = thread(draft(*points), Bounds(platform(len(ENDING) + 9)))
    narrow = thread(Draft(("We went.",), tuple(points)), Bounds(platform(len(points[0]) + 5)))
    assert len(narrow) > 9
    assert all(len(each) <= len(points[0]) + 5 for each in narrow)
    assert all(len(each) <= len(ENDING) + 9 for each in posts)


def test_what_fits_into_one_post_is_no_thread():
    assert thread(draft("One.", "Two.", "Three."), Bounds(platform(500))) == []


def test_two_points_are_not_worth_a_thread():
    assert thread(draft("We rowed over.", "We walked home."), Bounds(platform(60))) == []


def test_the_last_points_go_where_the_parts_are_numbered():
    points = tuple(f"We rowed and rowed for {n} hours in the rain." for n in range(2, 9))
    all_of_it = thread(draft(*points), Bounds(platform(100)))
    bounds = Bounds(platform(100, limits={"parts": Limit(4, "items")}))
    assert len(all_of_it) > 4
    assert len(thread(draft(*points), bounds)) <= 4
    assert ENDING in thread(draft(*points), bounds)[-1]


def test_only_platforms_with_threads_get_one_and_only_for_what_was_left_out():
    points = tuple(f"We rowed for {n} hours in the rain, and saw nobody." for n in range(2, 8))
    one = post(own=own(hook="A wet night.", points=points))
    names = [piece.name for piece in short(one, platform(200, thread=True)).pieces]
    assert names[:3] == ["text", "thread", "thread"]
    assert {piece.name for piece in short(one, platform(200)).pieces} == {"text"}
    assert {piece.name for piece in short(one, platform(9000, thread=True)).pieces} == {"text"}


SENTENCES = st.lists(
    st.lists(
        st.sampled_from(["rain", "服务器", "👩‍👩‍👧‍👦", "don't", "https://a.test/x"]),
        min_size=1,
        max_size=9,
    ).map(lambda words: " ".join(words) + "."),
    min_size=3,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(SENTENCES, st.integers(50, 150), st.sampled_from(["characters", "weighted", "graphemes"]))
def test_the_parts_together_say_what_the_whole_said_and_each_fits(points, most, counting):
    bounds = Bounds(platform(most, counting=counting))
    posts = thread(draft(*points), bounds)
    if posts:
        whole = "".join("".join(["A wet night.", *points, ENDING]).split())
        assert said(posts) == whole
        assert all(bounds.fits(each) for each in posts)
