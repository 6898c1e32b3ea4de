"""Forms with nested names, and types."""

import contextlib
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.sandbox.params import ANY_NAME, MAP, Refused, decode, missing, read

NAMES = st.text("abc_", min_size=1, max_size=6)
VALUES = st.text(max_size=8)
TREES = st.recursive(
    VALUES,
    lambda inner: st.one_of(
        st.dictionaries(NAMES, inner, min_size=1, max_size=3),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


def pairs(value, name):
    """Return a value as the Stripe client sends it."""
    if isinstance(value, dict):
        return [p for key, each in value.items() for p in pairs(each, f"{name}[{key}]")]
    if isinstance(value, list):
        return [p for n, each in enumerate(value) for p in pairs(each, f"{name}[{n}]")]
    return [(name, value)]


@given(st.dictionaries(NAMES, TREES, max_size=4))
def test_what_a_client_sends_is_what_is_read(tree):
    form = urlencode([pair for name, value in tree.items() for pair in pairs(value, name)])
    assert decode(form) == tree


def test_a_list_without_numbers_is_a_list():
    assert decode("expand[]=a&expand[]=b") == {"expand": ["a", "b"]}


@pytest.mark.parametrize("form", ["a=1&a[b]=2", "a[b]=1&a[b][c]=2", "%ff=1", "a=%ff"])
def test_what_cannot_be_read_is_refused(form):
    with pytest.raises(Refused):
        decode(form)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(Refused):
        decode(text)


@pytest.mark.parametrize(
    ("shape", "raw", "value"),
    [
        (int, "-5", -5),
        (float, "12.5", 12.5),
        (bool, "true", True),
        (str, "", None),
        (("a", "b"), "b", "b"),
        ([str], "x", ["x"]),
        ([str], "", []),
        ([int], ["1", "2"], [1, 2]),
        (MAP, {"x": ""}, {"x": ""}),
        (MAP, "", {}),
        (MAP, ["zero", "one"], {"0": "zero", "1": "one"}),
        ({ANY_NAME: {"n": int}}, {"usd": {"n": "3"}}, {"usd": {"n": 3}}),
        ({"n": int}, "", None),
    ],
)
def test_values_get_their_types(shape, raw, value):
    assert read({"a": shape}, {"a": raw}) == {"a": value}


@pytest.mark.parametrize(
    ("shape", "raw", "param"),
    [
        (int, "1.5", "a"),
        (bool, "1", "a"),
        (("a", "b"), "c", "a"),
        ({"n": int}, {"m": "1"}, "a[m]"),
        ({"n": {"k": int}}, {"n": {"k": "x"}}, "a[n][k]"),
        ([{"n": int}], [{"n": "1"}, {"n": "x"}], "a[1][n]"),
        (str, {"b": "1"}, "a"),
    ],
)
def test_a_wrong_value_is_named_by_its_place(shape, raw, param):
    with pytest.raises(Refused) as caught:
        read({"a": shape}, {"a": raw})
    assert caught.value.body["error"]["param"] == param


def test_what_is_missing_is_404_in_the_path_and_400_in_a_parameter():
    assert missing("price", "p").status == 404
    assert missing("price", "p", "line_items[0][price]").status == 400
    told = missing("checkout.session", "cs_x").body["error"]
    assert told["message"] == "No such session: 'cs_x'"
