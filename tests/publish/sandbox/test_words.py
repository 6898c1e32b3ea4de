"""Every word of the sandbox's and preview's pages is there in Chinese, those in f-strings, too."""

import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import publish

PACKAGE = Path(publish.__file__).parent
FILES = [*(PACKAGE / "sandbox").glob("*.py"), *(PACKAGE / "preview").glob("*.py")]


def messages(file: Path) -> list[str]:
    """Return every text that is given to `_`, `N_` or `gettext`."""
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            text = node.args[0]
            if name in ("_", "N_", "gettext") and isinstance(text, ast.Constant):
                found.append(text.value)
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_word_is_there_in_chinese(file):
    with (PACKAGE / "contract" / "locale" / "zh.po").open("rb") as source:
        known = read_po(source)
    assert [text for text in messages(file) if not known.get(text) or not known[text].string] == []


def test_words_are_found():
    assert len([text for file in FILES for text in messages(file)]) > 120
