import pytest

from plugins.snippets.short.tags import hashtags
from tests.plugins.snippets.short.samples import own, platform, post


def written(*names, form="#{tag}", most=9):
    return hashtags(post(tags=names, category=""), platform(hashtags=(form, most)))


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("sales letter", "#SalesLetter"),
        ("web-dev", "#WebDev"),
        ("don't stop", "#DontStop"),
        ("pricing", "#pricing"),
        ("SEO", "#SEO"),
        ("iOS dev", "#iOSDev"),
        ("小圈·会员", "#小圈会员"),
        ("墨舍 Inkstead", "#墨舍Inkstead"),
        ("#自留地", "#自留地"),
        ("हिन्दी", "#हिन्दी"),
        ("cafe\u0301", "#café"),
        ("❤️ love", "#love"),
        ("مرحبا بالعالم", "#مرحبابالعالم"),
    ],
)
def test_a_tag_loses_what_would_end_it(name, tag):
    assert written(name) == [tag]


@pytest.mark.parametrize(
    "name", ["2026", "C++", "C#", "…", "", "#", "❤️", "5️⃣", "_", "https://a.test/"]
)
def test_some_names_make_no_hashtag(name):
    assert written(name) == []


def test_between_two_marks_spaces_may_stay():
    assert written("sales letter", "小圈·会员", "a#b", form="#{tag}#") == [
        "#sales letter#",
        "#小圈·会员#",
        "#a b#",
    ]


def test_between_two_marks_an_emoji_says_something_and_a_mark_does_not():
    assert written("🎉", "❤️", "，", "_", "\u200d", form="#{tag}#") == ["#🎉#", "#❤️#"]


def test_one_that_differs_by_case_alone_is_there_once():
    assert written("SEO", "seo", "Seo") == ["#SEO"]


def test_there_are_at_most_as_many_as_the_platform_counts():
    assert written("a1", "b1", "c1", most=2) == ["#a1", "#b1"]
    assert written("a1", most=0) == []


def test_the_category_comes_after_the_tags():
    one = post(tags=("a1",), category="Notes")
    assert hashtags(one, platform()) == ["#a1", "#Notes"]


def test_the_creators_own_come_instead_of_tags_and_an_empty_list_means_none():
    assert hashtags(post(own=own(hashtags=("mine",))), platform()) == ["#mine"]
    assert hashtags(post(own=own(hashtags=())), platform()) == []
