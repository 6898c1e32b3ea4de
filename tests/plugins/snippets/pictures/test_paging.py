"""Pages end where a reader would turn them."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.snippets.pictures.paging import height, paged, whole_blocks


@dataclass(frozen=True)
class Row:
    block: int
    leads: bool = False
    height: float = 10.0
    before: float = 0.0


def rows(*lengths, leading=()):
    """Return blocks of so many lines each; those numbered in `leading` are headings."""
    return [Row(n, n in leading) for n, length in enumerate(lengths) for _ in range(length)]


def blocks(pages):
    return [[row.block for row in page] for page in pages]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=20), st.integers(40, 120))
def test_every_row_is_on_one_page_and_no_page_is_too_full(shapes, room):
    all_ = [
        Row(n, leads, before=7.0) for n, (many, leads) in enumerate(shapes) for _ in range(many)
    ]
    pages = paged(all_, room)
    assert [row for page in pages for row in page] == all_
    assert all(page and height(page) <= room for page in pages)


def test_a_heading_goes_with_what_it_heads():
    assert blocks(paged(rows(3, 1, 4, leading=[1]), 50)) == [[0, 0, 0], [1, 2, 2, 2, 2]]


def test_a_paragraph_leaves_no_single_line_behind_or_ahead():
    assert blocks(paged(rows(4, 4), 50)) == [[0] * 4, [1] * 4]
    assert blocks(paged(rows(3, 4), 60)) == [[0, 0, 0, 1, 1], [1, 1]]


def test_space_above_counts_within_a_page_alone():
    tall = [Row(0), Row(1, before=30.0), Row(2, before=30.0)]
    assert blocks(paged(tall, 50)) == [[0, 1], [2]]


def test_what_goes_beyond_is_left_out_by_whole_blocks():
    pages = paged(rows(2, 1, 6, leading=[1]), 50)
    assert blocks(whole_blocks(pages, 1)) == [[0, 0]]
    assert whole_blocks(pages, 9) == pages


def test_a_block_that_never_ends_is_left_out_altogether():
    assert whole_blocks(paged(rows(40), 50), 2) == []
