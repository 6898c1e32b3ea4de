from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.snippets.short import ranking

TALK = [
    "Bread needs flour and water.",
    "The weather is fine.",
    "Good flour makes good bread.",
    "Water wakes the flour in the bread.",
    "My aunt lives in Porto.",
]
SPEECH = [
    "面包要用面粉和水来做。",
    "今天天气很好。",
    "好面粉才做得出好面包。",
    "水让面包里的面粉醒过来。",
    "姑妈住在海边小城。",
]


def test_sentences_that_share_words_carry_an_english_text():
    assert ranking.best(TALK, "en", 3) == [0, 2, 3]


def test_sentences_that_share_pairs_of_characters_carry_a_chinese_text():
    assert ranking.best(SPEECH, "zh-Hans", 3) == [0, 2, 3]


def test_words_that_only_hold_sentences_together_are_no_terms():
    assert ranking.terms("It was there, and then it was not", "en") == []
    assert ranking.terms("这是我的，那是你的", "zh") == []


def test_case_makes_no_other_word():
    assert ranking.terms("Bread and bread", "en") == ["bread"]


def test_an_unknown_language_loses_its_short_words():
    assert ranking.terms("La lune de Paris est belle", "fr") == ["lune", "paris", "belle"]


def test_han_become_pairs_that_never_reach_over_a_function_character():
    assert ranking.terms("读者的名单", "zh") == ["读者", "名单"]


def test_sentences_that_share_nothing_weigh_the_same():
    assert ranking.weights([["a"], ["b"], []]) == [1.0, 1.0, 1.0]


def test_what_a_sentence_weighs_depends_on_what_its_neighbours_weigh():
    # After a single round the middle one would weigh 1.85, with all that both ends have.
    first, middle, last = ranking.weights([["x"], ["x", "y"], ["y"]])
    assert first == last
    assert 1 < middle / first < 3


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True), max_size=8))
def test_weights_are_the_same_again_and_none_is_negative(sentences):
    found = ranking.weights(sentences)
    assert found == ranking.weights([list(each) for each in sentences])
    assert len(found) == len(sentences)
    assert all(weight > 0 for weight in found)
