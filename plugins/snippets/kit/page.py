"""The copy kit: one page on which a post waits for every platform, ready to be copied."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import quote

import rcssmin
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from plugins.snippets.kit.words import COUNTS, FORMATS, FORMS, NAMES, PARTS, SAY, SCRIPT
from plugins.snippets.values import Made, Piece, Platform, Post, Snippet
from publish.contract.catalogue import speak

INDEX = "/_snippets/"
MADE, POSTED = f"{INDEX}_made/", f"{INDEX}_posted/"
_HERE = Path(__file__).parent
# One after the other in one function: kit.js has what the others need.
_SCRIPTS = ("kit.js", "copying.js", "tabs.js", "pictures.js", "posted.js")
_PARTS = ("text", "thread")
# What is counted in a unit that everybody knows needs no "as it counts".
_COMMON = ("", "characters", "graphemes", "items")
# What a declarative shadow root cannot hold: a whole document, and what would end it.
_WHOLE = re.compile(r"\s*<(?:!doctype|html)", re.IGNORECASE)
_ENDS = re.compile(r"</?template", re.IGNORECASE)


class _Row(NamedTuple):
    """One press: what it is called, how it counts, and its text for the preview.

    `part` is the number of a part of a thread, or 0. `html` lies in the page as it is, `frame` is
    a whole document; where neither is, the text itself is shown, `rest` only after a click.
    """

    name: str
    part: int
    parts: int
    label: str
    copy: str
    tally: str
    filled: int
    most: int
    fits: bool
    plain: str
    rest: str
    html: Markup
    frame: str


class _Panel(NamedTuple):
    """One platform of the page."""

    id: str
    name: str
    about: str
    hint: str
    look: str
    form: str
    format: str
    fits: bool
    misfits: tuple[str, ...]
    quiet: tuple[str, ...]
    rows: tuple[_Row, ...]
    shapes: str


def page(post: Post, shown: Sequence[tuple[Platform, Snippet]], made: Sequence[Made]) -> str:
    """Return the kit of a post as one HTML file that asks for nothing but its own pictures."""
    lang = "zh" if post.lang.lower().startswith("zh") else "en"
    panels = [_panel(lang, *each) for each in shown]
    fitting, quoted = sum(each.fits for each in panels), shlex.quote(post.id)
    return _template().render(
        lang=post.lang if lang == "zh" else "en",
        say=_page_words(lang),
        post=post,
        by=post.author or post.site,
        panels=panels,
        fitting=fitting,
        made=made,
        pictured=bool(made) or any(platform.pictures for platform, _ in shown),
        command_line=f"inkstead snippets {quoted}",
        recording=f"inkstead snippets posted {quoted}",
        index=INDEX,
        script={
            "say": _script_words(lang),
            "index": INDEX,
            "made": MADE + quote(post.id),
            "posted": POSTED + quote(post.id),
            "home": post.home,
        },
        **_inlined(),
    )


# ---- what is shown ----


def _panel(lang: str, platform: Platform, snippet: Snippet) -> _Panel:
    return _Panel(
        id=platform.id,
        name=platform.names.get(lang) or platform.names.get("en", platform.id),
        about=_about(lang, platform.form, platform.format),
        hint=platform.hint.get(lang) or platform.hint.get("en", ""),
        look=platform.look or platform.id,
        form=platform.form,
        format=platform.format,
        fits=snippet.fits,
        misfits=_notes(lang, snippet, "misfit"),
        quiet=_notes(lang, snippet, "retreat") + _notes(lang, snippet, "hint"),
        rows=tuple(_rows(lang, platform, snippet)),
        shapes=" ".join(platform.pictures),
    )


@functools.cache
def _about(lang: str, form: str, written: str) -> str:
    words = speak(lang)
    return " · ".join((words.gettext(FORMS[form]), words.gettext(FORMATS[written])))


def _notes(lang: str, snippet: Snippet, kind: str) -> tuple[str, ...]:
    return tuple(
        speak(lang).gettext(note.message).format(**dict(note.values))
        for note in snippet.notes
        if note.kind == kind
    )


def _rows(lang: str, platform: Platform, snippet: Snippet) -> Iterator[_Row]:
    totals = {name: sum(each.name == name for each in snippet.pieces) for name in _PARTS}
    numbers = dict.fromkeys(_PARTS, 0)
    for piece in snippet.pieces:
        total, number = totals.get(piece.name, 0), 0
        if piece.name == "thread" or total > 1:
            number = numbers[piece.name] = numbers[piece.name] + 1
        yield _row(lang, platform, piece, number, total)


def _row(lang: str, platform: Platform, piece: Piece, number: int, total: int) -> _Row:
    label, copy = _named(lang, platform.adapter, piece.name, number, total)
    whole = bool(_WHOLE.match(piece.html) or _ENDS.search(piece.html))
    fold = piece.fold if 0 < piece.fold < len(piece.plain) else len(piece.plain)
    return _Row(
        name=piece.name,
        part=number,
        parts=total,
        label=label,
        copy=copy,
        tally=_count(lang, platform, piece),
        filled=min(piece.count, piece.most),
        most=piece.most,
        fits=piece.fits,
        plain=piece.plain if piece.html else piece.plain[:fold],
        rest="" if piece.html else piece.plain[fold:],
        html=Markup("" if whole else piece.html),  # noqa: S704 - made by our writers, not typed
        frame=piece.html if whole else "",
    )


@functools.lru_cache(maxsize=512)
def _named(lang: str, adapter: str, name: str, number: int, total: int) -> tuple[str, str]:
    """Return what a piece is called and what is pressed to copy it."""
    words = speak(lang)
    if number:
        label, copy = (words.gettext(each) for each in PARTS)
        return label.format(number=number, total=total), copy.format(number=number)
    known = "subject" if adapter == "newsletter" and name == "title" else name
    label, copy = NAMES.get(known, (name, NAMES["text"][1]))
    return words.gettext(label), words.gettext(copy)


def _count(lang: str, platform: Platform, piece: Piece) -> str:
    """Say how much a piece has of what the platform takes."""
    if not piece.most and piece.name not in _PARTS and piece.count >= piece.least:
        return ""
    say = _counts(lang)
    count, name = f"{piece.count:,}", platform.names.get(lang) or platform.names.get("en", "")
    if piece.count < piece.least:
        return say["least"].format(count=count, least=f"{piece.least:,}")
    if not piece.most:
        return say["free"].format(count=count)
    words = say["most" if piece.counting in _COMMON else "most_as"]
    said = words.format(count=count, most=f"{piece.most:,}", platform=name)
    if piece.count <= piece.most:
        return said
    return say["over"].format(said=said, over=f"{piece.count - piece.most:,}")


# ---- what stays the same from page to page ----


@functools.cache
def _counts(lang: str) -> Mapping[str, str]:
    return _spoken(lang, COUNTS)


@functools.cache
def _page_words(lang: str) -> SimpleNamespace:
    return SimpleNamespace(**_spoken(lang, SAY))


@functools.cache
def _script_words(lang: str) -> Mapping[str, str]:
    return _spoken(lang, SCRIPT)


def _spoken(lang: str, messages: Mapping[str, str]) -> dict[str, str]:
    words = speak(lang)
    return {name: words.gettext(message) for name, message in messages.items()}


@functools.cache
def _inlined() -> Mapping[str, Markup]:
    """Return styles and script as they stand in the page, with what lets this script alone run."""
    css, looks = (str(rcssmin.cssmin(_read(name))) for name in ("kit.css", "looks.css"))
    code = '(() => {\n"use strict";\n' + "\n".join(map(_read, _SCRIPTS)) + "})();\n"
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    texts = {"css": css, "looks": looks, "code": code, "code_hash": digest}
    return {name: Markup(text) for name, text in texts.items()}  # noqa: S704 - our own files


@functools.cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return environment.get_template("kit.html")


def _read(name: str) -> str:
    return (_HERE / name).read_text("utf-8")
