"""Every message of ours, and those of click that a creator meets, are there in Chinese."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import publish
from publish.contract import catalogue

PACKAGE = Path(publish.__file__).parent
KEYWORDS = ("_", "gettext", "N_", "ngettext")
OF_CLICK = (
    "Usage:",
    "Options",
    "Commands",
    "Show this message and exit.",
    "Show the version and exit.",
    "Try '{command} {option}' for help.",
    "Error: {message}",
    "No such option {name!r}.",
    "No such command {name!r}.",
    "Missing argument",
    "Invalid value for {param_hint}: {message}",
)


def messages():
    """Return every message with its place, those inside f-strings too, which babel passes over."""
    ours = [
        (f"{path.relative_to(PACKAGE)}:{call.lineno}", message)
        for path in sorted(PACKAGE.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if path.parent.name != "contract" and (message := said(call))
    ]
    return [*ours, *(("click", message) for message in OF_CLICK)]


def said(node):
    """Return the message that a call names: text, for ngettext singular and plural, else None."""
    if not isinstance(node, ast.Call):
        return None
    name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
    if name not in KEYWORDS:
        return None
    texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
    return (tuple(texts[:2]) if name == "ngettext" else texts[0]) if texts else None


@pytest.fixture(scope="module")
def chinese():
    with (PACKAGE / "contract" / "locale" / "zh.po").open("rb") as file:
        return read_po(file)


def holes(text):
    return set(re.findall(r"\{(\w+)[^}]*\}", text))


def test_the_messages_are_found():
    assert len(messages()) > 80


def test_every_message_has_a_chinese_translation_with_the_same_values(chinese):
    missing, wrong = [], []
    for place, message in messages():
        key = message[0] if isinstance(message, tuple) else message
        entry = chinese.get(key)
        text = entry and (entry.string[0] if isinstance(entry.string, tuple) else entry.string)
        if not text or (entry and entry.fuzzy):
            missing.append(f"{place}: {key}")
        elif isinstance(message, str) and holes(text) != holes(key):
            wrong.append(f"{place}: {key} → {text}")
    assert missing == []
    assert wrong == []


def test_the_catalogue_speaks():
    assert catalogue.speak("zh").ngettext("{n} post", "{n} posts", 1) == "{n} 篇文章"
    assert catalogue.speak("en").ngettext("{n} post", "{n} posts", 1) == "{n} post"


def test_click_really_has_these_messages():
    """A message that click renames must not stay English unnoticed."""
    import click

    source = "".join(each.read_text() for each in Path(click.__file__).parent.glob("*.py"))
    assert [each for each in OF_CLICK if each not in source] == []
