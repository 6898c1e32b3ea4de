import pytest

from plugins.snippets.short.calls import call, way, without_addresses
from tests.plugins.snippets.short.samples import chinese, platform, post


def test_what_is_gated_is_said_to_be_so():
    assert call(post(gated=True)) == "The rest is for subscribers or members"
    assert call(chinese(gated=True)) == "后面的留给订阅者或会员"


def test_a_gated_post_without_a_public_part_has_no_rest():
    assert call(post("", gated=True)) == "What is in it"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("classic", "Read the whole post"),
        ("howto", "Read the whole guide"),
        ("sales", "Read it before you decide"),
        ("", "Read the whole post"),
    ],
)
def test_each_kind_of_post_calls_in_its_own_way(kind, said):
    assert call(post(kind=kind)) == said


def test_a_language_without_words_of_ours_is_spoken_to_in_english():
    assert call(post(lang="fr")) == "Read the whole post"


def test_where_no_address_may_stand_a_word_tells_the_way():
    assert way(chinese(), platform(way="profile")) == "更多在我的主页。"
    assert way(chinese(), platform(way="keyword")) == "出自我的文章《雨下在服务器上》。"
    assert way(post(), platform(way="")) == ""


def test_an_address_in_a_title_is_no_keyword():
    keyword = platform(way="keyword")
    assert way(post(title="See https://a.test now"), keyword) == "From my post “See now”."
    assert way(post(title="https://a.test/"), keyword) == ""


def test_all_addresses_of_a_text_go_and_no_other_word_does():
    assert without_addresses("看 https://a.test/x 和 https://b.test") == "看 和"
