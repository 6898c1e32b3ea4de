"""Tables as other programs write them: every cell comes through, and none runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.operating import cells
from publish.trouble import Failure

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
CELLS = st.one_of(TEXTS, st.builds("{}{}".format, st.sampled_from("=+-@'\t\r\n＝＋－＠"), TEXTS))
TAGS = st.lists(
    st.text("ab,;，；、\"' 杭=\n", min_size=1, max_size=6).filter(str.strip),
    unique=True,
    max_size=4,
)


def records(content, name="readers.csv"):
    return [dict(each.cells) for each in cells.sheet(content, name).records]


# ---- one cell ---------------------------------------------------------------------------------


@given(CELLS)
def test_a_cell_is_itself_again_after_it_was_defused(cell):
    assert cells.fused(cells.defused(cell)) == cell


@given(CELLS)
def test_no_defused_cell_begins_like_a_formula(cell):
    assert not cells.defused(cell).startswith(tuple("=+-@\t\r\n＝＋－＠"))


@given(TAGS)
def test_tags_share_a_cell_and_come_out_as_they_were(tags):
    assert list(cells.split(cells.joined(tags))) == tags


@given(st.text("a,;\"' ，、\n", max_size=12))
def test_whatever_people_write_for_tags_is_split(cell):
    assert all(cells.split(cell))


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("beta; 杭州、beta ,two   words", ("beta", "杭州", "two words")),
        ('"VIP","Blog, old"', ("VIP", "Blog, old")),
        ('5" disk, x', ('5" disk', "x")),
        ('"a" b, c', ('"a" b', "c")),
        (" , ", ()),
    ],
)
def test_tags_are_split_however_they_were_written(cell, tags):
    assert cells.split(cell) == tags


def test_a_tag_that_is_plain_is_not_quoted():
    assert cells.joined(["beta", "two words", "杭州"]) == "beta, two words, 杭州"


# ---- a file -----------------------------------------------------------------------------------


def test_a_line_is_numbered_by_where_it_begins_in_the_file():
    text = 'mail,note\n\na@x.test,"two\nlines"\n,nobody\n'
    found = cells.sheet(text.encode(), "readers.csv").records
    assert [each.line for each in found] == [3, 5]


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_columns_are_found_whatever_stands_between_them(between):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=between)
    writer.writerow([" E-Mail ", "First  Name"])
    writer.writerow(["a@x.test", "x"])
    assert records(out.getvalue().encode()) == [{"e-mail": "a@x.test", "first name": "x"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_excel_in_china_writes_it_in_its_own_way(encoding):
    assert records("邮箱,姓名\na@x.test,林默\n".encode(encoding)) == [
        {"邮箱": "a@x.test", "姓名": "林默"}
    ]


def test_a_rare_letter_in_a_name_is_chinese_too():
    assert records("邮箱,姓名\na@x.test,陶喆\n".encode("gbk")) == [
        {"邮箱": "a@x.test", "姓名": "陶喆"}
    ]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("Müller", "cp1252"), ("Françoise Löwe", "latin-1"), ("王小明 林美玲", "big5")],
)
def test_an_encoding_that_only_looks_like_gbk_makes_no_names_of_other_letters(name, encoding):
    with pytest.raises(Failure, match="is no text in UTF-8 or GBK"):
        cells.sheet(f"mail,name\na@x.test,{name}\n".encode(encoding), "readers.csv")


def test_of_two_columns_with_one_name_the_first_that_says_something_counts():
    assert records(b"a,a,a\n,1,2\n") == [{"a": "1"}]


def test_a_line_that_is_short_says_less():
    assert records(b"a,b\n1\n1,2,3\n") == [{"a": "1"}, {"a": "1", "b": "2"}]


def test_json_is_read_with_or_without_what_stands_round_it():
    content = b'[{"Mail": "a@x.test", "n": 1, "no": null, "t": ["a,b", "c"], "o": {"k": "v"}}]'
    wrapped = b'{"account": "sandbox", "readers": ' + content + b"}"
    assert records(content, "a.json") == records(wrapped, "a.JSON")
    assert records(content, "a.json") == [
        {"mail": "a@x.test", "n": "1", "no": "", "t": '"a,b", c', "o": '{"k": "v"}'}
    ]


def test_what_no_file_can_hold_is_left_out_of_json():
    content = b'[{"mail": "a@x.test", "note": "a\\u0000b\\ud800c"}]'
    assert records(content, "a.json")[0]["note"] == "abc"


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"readers": 1}', b"[" * 100_000])
def test_what_is_no_list_of_readers_is_refused(content):
    with pytest.raises(Failure):
        cells.sheet(content, "a.json")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n , \n", "is empty"),
        (b"\xff\xff\x00\x01", "is no text in UTF-8 or GBK"),
        (b"a\n" + b"x" * 200_000, "readers.csv:2: cannot be read as CSV"),
    ],
)
def test_a_file_that_is_no_table_says_why(content, said):
    with pytest.raises(Failure, match=said):
        cells.sheet(content, "readers.csv")
