"""The words in which Inkstead speaks to a creator: English in the code, Chinese beside it."""

from __future__ import annotations

import functools
import gettext
import io
import os
from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).parent / "locale"

Words = gettext.NullTranslations


def N_(message: str) -> str:  # noqa: N802 - the field's name for "extract, translate later"
    """Mark a message for the catalogue without translating it here."""
    return message


def choose_language(flag: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """Return "en" or "zh": from a flag, else from INKSTEAD_LANG, LC_ALL, LC_MESSAGES, LANG."""
    named = ("INKSTEAD_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wish = flag or next((environ[name] for name in named if environ.get(name)), "")
    return "zh" if wish.lower().startswith("zh") else "en"


@functools.cache
def speak(lang: str) -> Words:
    """Return the words of one language; an unknown one speaks English."""
    path = _FOLDER / f"{lang}.po"
    if not path.is_file():
        return gettext.NullTranslations()
    return read_po(path)


def read_po(path: Path) -> Words:
    """Read a .po file into ready translations.

    Raises:
        OSError: the file cannot be read.

    """
    # Babel is loaded only by those who need another language than English.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po as parse

    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, parse(source))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
