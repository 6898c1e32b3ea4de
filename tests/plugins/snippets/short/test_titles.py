from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.snippets.counting import count
from plugins.snippets.short.titles import shortened
from plugins.snippets.values import Limit


def test_a_title_that_fits_stays():
    assert shortened("Rain", Limit(4, "characters")) == "Rain"
    assert shortened("Rain", Limit(0, "characters")) == "Rain"


def test_a_title_ends_at_a_clause_without_a_mark():
    assert shortened("Publishing: opening the gate", Limit(15, "characters")) == "Publishing"


def test_a_title_ends_at_a_word_with_a_mark():
    assert shortened("What a server is good for", Limit(12, "characters")) == "What a…"


def test_a_bracket_that_would_stay_open_goes():
    title = "周刊（第 264 期，春天）：一个启示"
    assert shortened(title, Limit(9, "characters")) == "周刊"


def test_a_title_that_cannot_be_cut_stays_as_it_is():
    assert shortened("Donaudampfschifffahrt", Limit(5, "characters")) == "Donaudampfschifffahrt"


@settings(max_examples=60, deadline=None)
@given(st.text("ab 字词，：（）“”", min_size=1, max_size=30), st.integers(3, 20))
def test_a_title_fits_or_is_whole(title, most):
    kept = shortened(title, Limit(most, "xiaohongshu"))
    assert kept == title or 0 < count(kept, "xiaohongshu") <= most
