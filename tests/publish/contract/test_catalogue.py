"""The language of messages comes from a flag, else from the environment."""

import pytest

from publish.contract.catalogue import choose_language, speak


@pytest.mark.parametrize(
    ("flag", "environ", "lang"),
    [
        ("zh", {}, "zh"),
        ("zh-Hans", {"LANG": "en_US.UTF-8"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        (None, {"LANG": "en_GB", "INKSTEAD_LANG": "zh"}, "zh"),
        (None, {"LANG": "fr_FR"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_language_is_chosen(flag, environ, lang):
    assert choose_language(flag, environ) == lang


def test_chinese_is_spoken_and_english_is_the_message_itself():
    message = "the file is not UTF-8 (save it as UTF-8, not as GBK or UTF-16)"
    assert speak("en").gettext(message) == message
    assert "UTF-8 编码" in speak("zh").gettext(message)
    assert speak("xx").gettext(message) == message
