"""Markdown to HTML: pure, and the same for the same text in any process."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import markdown
from markdown.extensions.toc import TocExtension

from plugins.model.slugs import slugify
from plugins.model.text import Length, measure, plain, shorten
from plugins.reader.extensions import Written

# Part of every key of the cache: raise it when the same text renders differently.
REVISION = 8

# No summary begins with code, nor is a heading a sentence of it.
_NO_SENTENCE = re.compile(r"<(pre|h[1-6])\b.*?</\1>", re.S)
# A page may then forbid inline styles.
_ALIGNED = re.compile(r' style="text-align: (left|center|right);"')


@dataclass(frozen=True)
class Job:
    """A text to render; `taken` are heading ids that the same page already uses."""

    text: str
    premium: bool = False
    taken: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heading:
    """A line of a table of contents."""

    id: str
    text: str
    level: int


@dataclass(frozen=True)
class Rendered:
    """HTML of a text, its headings, its length, and how it begins in plain words.

    Addresses in the HTML are still those of the source.
    """

    html: str
    headings: tuple[Heading, ...]
    length: Length
    beginning: str


NOTHING = Rendered("", (), Length(0, 0), "")


def render(job: Job) -> Rendered:
    """Render one text.

    Raises:
        ValueError: the text nests deeper than Python-Markdown can follow.

    """
    engine, taken = _engine(job.premium)
    taken.clear()
    taken.update(job.taken)
    engine.reset()
    try:
        html = _ALIGNED.sub(r' class="\1"', engine.convert(job.text))
    except RecursionError as cause:
        _engine.cache_clear()  # it may be left inside a list that it will never finish
        raise ValueError("nested too deeply") from cause
    except Exception:
        _engine.cache_clear()
        raise
    tokens = list(_flat(engine.toc_tokens))  # type: ignore[attr-defined]
    shift = 2 - min((level for level, _, _ in tokens), default=2)
    if shift:
        html = _shift_headings(html, shift)
    headings = tuple(Heading(name, text, min(6, level + shift)) for level, name, text in tokens)
    text = plain(html)
    beginning = shorten(plain(_NO_SENTENCE.sub(" ", html)) or text)
    return Rendered(html, headings, measure(text), beginning)


def _shift_headings(html: str, shift: int) -> str:
    """Move all headings so that the highest is a second-level one: the title is the first."""
    return re.sub(
        r"(</?h)([1-6])(?=[ >])", lambda m: f"{m[1]}{min(6, max(2, int(m[2]) + shift))}", html
    )


def _flat(tokens: Iterable[dict[str, Any]]) -> Iterable[tuple[int, str, str]]:
    for token in tokens:
        yield int(token["level"]), str(token["id"]), str(token["name"])
        yield from _flat(token["children"])


@functools.cache
def _engine(premium: bool) -> tuple[markdown.Markdown, set[str]]:
    """Return a Markdown engine to reuse, and the set of heading ids it must not use."""
    taken: set[str] = set()

    def heading_id(text: str, separator: str) -> str:
        del separator
        slug = name = slugify(text) or "section"
        number = 2
        while name in taken:
            name, number = f"{slug}-{number}", number + 1
        return name

    engine = markdown.Markdown(
        extensions=[
            "tables",
            "footnotes",
            "def_list",
            "sane_lists",
            "attr_list",
            "admonition",
            "md_in_html",
            "pymdownx.superfences",
            "pymdownx.highlight",
            "pymdownx.mark",
            "pymdownx.tilde",
            "pymdownx.tasklist",
            TocExtension(slugify=heading_id),
            Written(),
        ],
        extension_configs={
            # The class of the language tells other platforms what they have to colour.
            "pymdownx.highlight": {
                "guess_lang": False,
                "use_pygments": True,
                "pygments_lang_class": True,
            },
            "pymdownx.tilde": {"subscript": False},
            "pymdownx.superfences": {"disable_indented_code_blocks": False},
            "pymdownx.tasklist": {"custom_checkbox": False},
            "footnotes": {
                "SEPARATOR": ":premium-" if premium else ":",
                "BACKLINK_TEXT": "↩",
                "BACKLINK_TITLE": "",
            },
        },
        output_format="html",
        tab_length=4,
    )
    return engine, taken
