"""What a reader agrees to stands in one sentence, in the language of the page."""

from __future__ import annotations

import pytest

from plugins.engine.words import Speech
from plugins.magnets.consents import consent, for_letters, of_site, often
from tests.conftest import ROOT
from tests.plugins.creator import SITE, read

FILES = {"files/a.pdf": b"a"}


def magnet(lines=""):
    return f"---\ntitle: A\npromise: p\nfile: a.pdf\n{lines}---\nPage"


def comes(folder, lines="", site="", lang="en"):
    files = {**FILES, "magnets/a.md": magnet(lines)}
    library = read(folder, files, site=f"{SITE}\n{site}\n").library
    return often(library.magnets["a"], library.site.language(lang), str.upper)


@pytest.mark.parametrize(
    ("lines", "site", "said"),
    [
        ("", "", "NOW AND THEN"),
        ("letters: on Mondays\n", "", "on Mondays"),
        ("letters: on Mondays\n", '[magnets]\nletters = "weekly"', "on Mondays"),
        ("", '[magnets]\nletters = "weekly"', "weekly"),
        ("letters: none\n", '[magnets]\nletters = "weekly"', ""),
        ("", '[magnets]\nletters = "none"', ""),
        ("letters: on Mondays\n", '[magnets]\nletters = "none"', "on Mondays"),
    ],
)
def test_how_often_is_what_the_magnet_says_else_the_site(tmp_path, lines, site, said):
    assert comes(tmp_path, lines, site) == said


def test_another_language_says_it_in_its_own_words(tmp_path):
    tables = '[magnets]\nletters = "weekly"\n[language.zh-Hans.magnets]\nletters = "每周"\n'
    site = read(tmp_path, FILES, site=f"{SITE}\n{tables}").library.site
    assert [of_site(language, str) for language in site.languages] == ["weekly", "每周"]


def words(code):
    return Speech(code, (ROOT / "theme/locale",)).words.gettext


@pytest.mark.parametrize(
    ("code", "often", "said"),
    [
        ("en", "", "You get “A” by mail, and nothing else."),
        (
            "en",
            "weekly",
            "You get “A” at once, and letters from G weekly. One click in every letter ends them.",
        ),
    ],
)
def test_the_sentence_says_what_comes_and_how_it_ends(code, often, said):
    assert consent("A", "G", often, words(code)) == said


def test_a_chinese_page_says_it_in_chinese():
    said = consent("单", "墨", "每周一封", words("zh-Hans"))
    assert "单" in said
    assert "每周一封" in said
    assert "退订" in said
    assert "每周一封" not in consent("单", "墨", "", words("zh-Hans"))


def test_letters_alone_have_a_sentence_of_their_own():
    assert for_letters("G", "weekly", words("en")) == (
        "You get letters from G weekly. One click in every letter ends them."
    )
    assert "每周一封" in for_letters("G", "每周一封", words("zh-Hans"))


def test_a_title_with_braces_is_only_text():
    assert "“{site}”" in consent("{site}", "G", "", str)
