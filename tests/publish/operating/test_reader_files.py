"""Readers as a file: what is written is read back the same, whatever a spreadsheet does to it."""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.operating import reader_files
from publish.operating.reader_files import Line
from publish.trouble import Failure

CENTURY = datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2100-01-01")
SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
CELLS = st.one_of(TEXTS, st.builds("{}{}".format, st.sampled_from("=+-@'\t\r"), TEXTS))


def line(**told):
    blank = dict.fromkeys(reader_files.COLUMNS, "")
    return Line(**{**blank, "mail": "lin@example.test", "tags": (), **told})


def rows(content, name="readers.csv", zone=SHANGHAI):
    found, wrong = reader_files.read(content, name, zone)
    assert wrong == []
    return found


@given(CELLS)
def test_a_cell_is_itself_again_after_it_was_defused(cell):
    assert reader_files.fused(reader_files.defused(cell)) == cell


@given(CELLS)
def test_no_defused_cell_begins_like_a_formula(cell):
    assert not reader_files.defused(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(note=CELLS, kind=st.sampled_from(["csv", "json"]))
def test_a_note_comes_back_as_it_was(note, kind):
    write = reader_files.to_csv if kind == "csv" else reader_files.to_json
    [row] = rows(write([line(note=note)]), f"readers.{kind}")
    assert row.note == note.strip()


@given(
    st.datetimes(*CENTURY, timezones=st.just(UTC)),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "UTC"]),
)
def test_an_end_comes_back_to_the_moment(until, name):
    zone = ZoneInfo(name)
    assert reader_files.read_until(reader_files.last_day(until, zone), zone) == until


@pytest.mark.parametrize(
    "text", ["2026-12-31", "2026/12/31", "2026.12.31", "2026年12月31日", "2026-12-31T16:00:00Z"]
)
def test_a_day_is_paid_to_its_end_in_the_sites_zone(text):
    assert reader_files.read_until(text, SHANGHAI) == datetime(2026, 12, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "2026-02-30", "31.12.2026", "9999-12-31"]
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises((ValueError, OverflowError)):
        reader_files.read_until(text, SHANGHAI)


def test_excel_finds_the_mark_that_it_needs_for_chinese():
    content = reader_files.to_csv([line(note="杭州")])
    assert content.startswith(b"\xef\xbb\xbf")
    assert "杭州" in content.decode("utf-8-sig")


def test_a_line_is_numbered_by_where_it_begins_in_the_file():
    text = 'mail,note\n\na@x.test,"two\nlines"\n,nobody\n'
    found, [wrong] = reader_files.read(text.encode(), "readers.csv", SHANGHAI)
    assert [row.line for row in found] == [3]
    assert wrong.line == 5


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_columns_are_found_whatever_stands_between_them(between):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=between)
    writer.writerow(["Note", "unknown", " E-Mail "])
    writer.writerow(["hello", "x", "a@x.test"])
    [row] = rows(out.getvalue().encode())
    assert (row.mail, row.note) == ("a@x.test", "hello")


def test_tags_are_split_and_said_once():
    [row] = rows('mail,tags\na@x.test,"beta; 杭州、beta ,two  words"\n'.encode())
    assert row.tags == ("beta", "杭州", "two words")


def test_json_of_export_is_read_with_or_without_what_stands_round_it():
    content = reader_files.to_json([line(product="course", until="forever", tags=("a",))])
    wrapped = b'{"account": "sandbox", "readers": ' + content + b"}"
    assert rows(content, "a.json") == rows(wrapped, "a.json")


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"readers": 1}', b"[" * 100_000])
def test_what_is_no_list_of_readers_is_refused(content):
    with pytest.raises(Failure):
        reader_files.read(content, "a.json", SHANGHAI)
