"""Tables of a creator's TOML file are checked key by key, and each mistake has its line."""

from __future__ import annotations

import pytest

from plugins.model.problems import Problems
from plugins.model.tables import Tables, load_toml
from tests.plugins.creator import texts

TEXT = """\
top = 1
[one]
key = "a"
"quoted" = 2
[one.two]
key = 3
three.deep = 4
[[many]]
key = 5
"""


@pytest.fixture
def tables():
    return Tables(TEXT, "a.toml", Problems())


@pytest.mark.parametrize(
    ("table", "key", "line"),
    [
        ("", "top", 1),
        ("one", "key", 3),
        ("one", "quoted", 4),
        ("one.two", "key", 6),
        ("many", "key", 9),
        ("one", "absent", 2),
        ("one", "two", 5),
        ("", "one", 2),
        ("one.two", "three", 7),
        ("one.two.three", "deep", 7),
        ("one.two.three", "", 7),
        ("nowhere", "key", 0),
        ("", "absent", 0),
    ],
)
def test_a_place_is_the_line_of_the_key_else_of_what_is_round_it(tables, table, key, line):
    assert str(tables.place(table, key)) == (f"a.toml:{line}" if line else "a.toml")


def test_values_are_returned_as_they_are_wanted(tables):
    values = {"text": " a ", "texts": ["b"], "yes": True, "table": {"c": 1}}
    assert tables.text(values, "", "text") == "a"
    assert tables.text(values, "", "absent", "d") == "d"
    assert tables.texts(values, "", "texts") == ("b",)
    assert tables.switch(values, "", "yes") is True
    assert tables.table(values, "table") == {"c": 1}
    assert tables.problems.found == []


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("text", 'top "[]" is not text (put it in quotation marks)'),
        ("switch", 'top "[]" is neither true nor false (without quotation marks)'),
    ],
)
def test_a_value_of_another_kind_is_an_error(tables, check, said):
    getattr(tables, check)({"top": []}, "", "top")
    assert texts(tables.problems.errors) == [f"a.toml:1: {said}"]


def test_unknown_keys_are_errors_with_the_nearest(tables):
    tables.refuse_unknown({"tops": 1, "platform": 2, "zzz": 3}, ("tops", "platforms"), "one")
    assert texts(tables.problems.found) == [
        'a.toml:2: unknown key "platform" (did you mean "platforms"?)',
        'a.toml:2: unknown key "zzz" (known: tops, platforms)',
    ]


def test_a_file_is_read_whatever_its_line_ends_and_mark(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")
    assert load_toml(tmp_path / "a.toml", Problems()) == ({"a": 1, "b": 2}, "a = 1\nb = 2\n")


@pytest.mark.parametrize(
    ("raw", "place"), [(b"a = 1\nb 2\n", "a.toml:2"), (b"a = \xff", "a.toml:0")]
)
def test_a_file_that_is_no_toml_is_an_error_with_its_line(tmp_path, raw, place):
    (tmp_path / "a.toml").write_bytes(raw)
    problems = Problems()
    assert load_toml(tmp_path / "a.toml", problems) is None
    [said] = texts(problems.errors)
    assert said.startswith(f"{place}: ")
