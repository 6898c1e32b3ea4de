"""`--lang` anywhere, and click in the creator's language."""

import gettext

import pytest

from publish.contract.catalogue import speak
from publish.language import take_language, teach_click
from publish.trouble import WrongUsage


@pytest.mark.parametrize(
    ("arguments", "lang", "rest"),
    [
        (["build"], None, ["build"]),
        (["--lang", "zh", "build"], "zh", ["build"]),
        (["build", "--lang", "zh"], "zh", ["build"]),
        (["build", "--lang=zh_CN", "--json"], "zh_CN", ["build", "--json"]),
        (["build", "--lang=en", "--lang", "zh-Hans"], "zh-Hans", ["build"]),
        (["new", "--", "--lang", "zh"], None, ["new", "--", "--lang", "zh"]),
        ([], None, []),
    ],
)
def test_the_language_is_taken_out_wherever_it_stands(arguments, lang, rest):
    assert take_language(arguments) == (lang, rest)


@pytest.mark.parametrize("arguments", [["--lang"], ["--lang="], ["--lang", "fr"], ["--lang=zhx"]])
def test_a_language_that_is_not_spoken_is_refused(arguments):
    with pytest.raises(WrongUsage, match="--lang zh"):
        take_language(arguments)


def test_click_takes_its_messages_from_the_catalogue():
    try:
        teach_click(speak("zh"))
        assert gettext.gettext("Usage:") == "用法："
        assert gettext.ngettext("one", "many", 2) == "many"
    finally:
        teach_click(speak("en"))
    assert gettext.gettext("Usage:") == "Usage:"
