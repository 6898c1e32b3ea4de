"""Every word of the theme and the engine that readers see is there in Chinese."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from babel.messages import pofile
from babel.messages.extract import extract

from plugins.engine.preparing import TITLES
from plugins.engine.stage import TERM_WORD, TERM_WORDS
from publish.contract.service import MESSAGES, TERMS
from tests.conftest import ROOT

CATALOGUE = ROOT / "theme/locale/zh_Hans.po"


def messages() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Yield every message with the file that has it."""
    templates = (ROOT / "theme/templates").rglob("*.*")
    for path in sorted(path for path in templates if path.suffix in (".html", ".txt")):
        for _, said, *_ in extract("jinja2.ext:babel_extract", io.BytesIO(path.read_bytes())):
            yield path.name, said
    # The engine says a few words of its own, always by a function called `say` or `gettext`.
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        found = extract("python", io.BytesIO(path.read_bytes()), {"say": None, "gettext": None})
        for _, said, *_ in found:
            yield path.name, said
    for said in (*TERM_WORDS.values(), *TERM_WORD.values()):
        yield "stage.py", said
    for code, texts in MESSAGES.items():
        for said in texts:
            yield code, said
    for said in (*TERMS, *TITLES.values()):
        yield "service", said


@pytest.fixture(scope="module")
def catalogue() -> pofile.Catalog:
    with CATALOGUE.open("rb") as file:
        return pofile.read_po(file, locale="zh_Hans", abort_invalid=True)


def singular(said: str | tuple[str, ...]) -> str:
    return said if isinstance(said, str) else said[0]


def test_everything_said_is_said_in_chinese(catalogue: pofile.Catalog) -> None:
    found = list(messages())
    assert len(found) > 80
    missing = set()
    for place, said in found:
        message = catalogue.get(singular(said))
        if message is None or not all(message.string if message.pluralizable else [message.string]):
            missing.add((place, singular(said)))
    assert missing == set()


def test_nothing_is_translated_that_nobody_says(catalogue: pofile.Catalog) -> None:
    said = {singular(each) for _, each in messages()}
    known = {singular(message.id) for message in catalogue if message.id}
    assert known - said == set()


def test_the_gaps_of_a_message_are_in_its_translation(catalogue: pofile.Catalog) -> None:
    for message in catalogue:
        if not message.id:
            continue
        gaps = {word.split("}")[0] for word in singular(message.id).split("{")[1:]}
        strings = message.string if message.pluralizable else [message.string]
        for string in strings:
            assert {word.split("}")[0] for word in string.split("{")[1:]} == gaps, message.id
