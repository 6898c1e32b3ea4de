"""Every message that a creator may meet is there in Chinese, with the same places for values."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
CHINESE = ROOT / "publish" / "contract" / "locale" / "zh.po"
PLACE = re.compile(r"(?<!\{)\{(\w+)\}")


def messages(keywords):
    for folder in ("plugins", "publish"):
        found = extract_from_dir(ROOT / folder, method_map=[("**.py", "python")], keywords=keywords)
        for name, line, message, _, _ in found:
            for text in message if isinstance(message, tuple) else (message,):
                if text:
                    yield f"{folder}/{name}", line, text


def catalogue():
    with CHINESE.open("rb") as source:
        return {
            text: message
            for message in read_po(source)
            if message.id
            for text in (message.id if isinstance(message.id, tuple) else (message.id,))
        }


def test_every_marked_message_has_a_chinese_one():
    known = catalogue()
    missing = [found for found in messages({"N_": None}) if found[2] not in known]
    assert not missing


def test_every_translation_is_filled_in():
    for text, message in catalogue().items():
        assert message.string, text
        assert not message.fuzzy, text


def test_translations_have_the_places_of_the_original():
    for message in catalogue().values():
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {name for each in originals for name in PLACE.findall(each)}
        for each in strings:
            assert set(PLACE.findall(each)) <= wanted, originals
            each.format_map(_Any())


class _Any(dict):
    def __missing__(self, key):
        return "x"
