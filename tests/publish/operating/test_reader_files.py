"""Readers as a file: spreadsheets open it, and none of its cells runs."""

import csv
import io
import json

import pytest

from publish.operating import reader_files
from publish.operating.cells import Record, Sheet
from publish.operating.reader_files import CHINESE, COLUMNS


def line(**told):
    blank = dict.fromkeys(COLUMNS, "")
    lists = {"tags": (), "magnets": (), "collected": [], "campaign": {}}
    return blank | lists | {"mail": "lin@example.test"} | told


def sheet(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_excel_finds_the_mark_that_it_needs_for_chinese():
    content = reader_files.to_csv([line(note="杭州")])
    assert content.startswith(b"\xef\xbb\xbf")
    assert "杭州" in content.decode("utf-8-sig")


@pytest.mark.parametrize("column", ["note", "name", "mail", "consent"])
@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "＝1", "-x", "\t=1", "\n=1"])
def test_no_cell_begins_like_a_formula(column, cell):
    [row] = sheet(reader_files.to_csv([line(**{column: cell})]))
    assert row[column] == f"'{cell}"


def test_what_is_no_text_is_written_so_that_it_can_be_read():
    told = line(tags=("a", "b,c"), campaign={"utm_source": "微信"}, magnets=("x 2026-11-22",))
    [row] = sheet(reader_files.to_csv([told]))
    assert row["tags"] == 'a, "b,c"'
    assert row["magnets"] == "x 2026-11-22"
    assert json.loads(row["campaign"]) == {"utm_source": "微信"}
    assert row["collected"] == ""


def test_json_keeps_lists_and_objects():
    told = line(tags=("a",), campaign={"utm_source": "微信"}, collected=[{"magnet": "x"}])
    [found] = json.loads(reader_files.to_json([told]))
    assert tuple(found) == COLUMNS
    assert (found["tags"], found["collected"]) == (["a"], [{"magnet": "x"}])
    assert found["campaign"] == {"utm_source": "微信"}


def test_every_column_has_a_chinese_name_of_its_own():
    assert len(set(CHINESE)) == len(COLUMNS)
    assert not set(CHINESE) & set(COLUMNS)


@pytest.mark.parametrize("names", [COLUMNS, CHINESE])
def test_a_column_is_known_by_either_name(names):
    record = Record(2, {name: str(n) for n, name in enumerate(names)})
    assert list(reader_files.renamed(record).cells) == list(COLUMNS)
    assert all(reader_files.has(Sheet(names, ()), column) for column in COLUMNS)


def test_of_two_columns_for_one_the_first_that_says_something_counts():
    record = Record(2, {"e-mail": "", "邮箱": "a@x.test", "email": "b@x.test"})
    assert reader_files.renamed(record).cells["mail"] == "a@x.test"
