"""Requests and events cross the border of two processes unchanged, one line each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.contract.report import (
    Done,
    Pending,
    Place,
    Progress,
    Request,
    Said,
    decode,
    decode_request,
    encode,
    encode_request,
)

words = st.text(max_size=30)
pending = st.lists(st.builds(Pending, words, words, words), max_size=3).map(tuple)
events = st.one_of(
    st.builds(Progress, st.sampled_from(["read", "pages"]), words, st.integers(), st.integers()),
    st.builds(Said, st.sampled_from(["error", "warning"]), words, st.integers(0), words),
    st.builds(
        Done, st.booleans(), words, words, st.dictionaries(words, st.integers(), max_size=3),
        st.integers(0), st.integers(0), words, pending, pending,
        st.floats(allow_nan=False, allow_infinity=False),
    ),
)  # fmt: skip


@given(events)
def test_an_event_is_one_line_and_comes_back(event):
    line = encode(event)
    assert "\n" not in line
    assert line.isascii()
    assert decode(line) == event


@given(
    st.builds(
        Request,
        words,
        words,
        st.sampled_from(["build", "check"]),
        words,
        st.booleans(),
        words,
        words,
    )
)
def test_a_request_is_one_line_and_comes_back(request):
    line = encode_request(request)
    assert "\n" not in line
    assert decode_request(line) == request


@pytest.mark.parametrize(
    "line", ["", "hello", "{}", "[]", '{"event":"nap"}', '{"event":"done","x":1}']
)
def test_what_is_no_event_is_refused(line):
    with pytest.raises(ValueError, match="no build event"):
        decode(line)


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"content":"a","output":"b","more":1}'])
def test_what_is_no_request_is_refused(line):
    with pytest.raises(ValueError, match="no build request"):
        decode_request(line)


def test_a_place_reads_as_editors_know_it():
    assert str(Said("error", "posts/a.md", 4, "no")) == "posts/a.md:4: no"
    assert str(Said("error", "posts/a.md", 0, "no")) == "posts/a.md: no"
    assert str(Said("error", "", 0, "no")) == "no"
    assert Place("a", 2) < Place("a", 10) < Place("b", 1)
