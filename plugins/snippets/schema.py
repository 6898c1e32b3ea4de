"""An entry of platforms.toml, checked key by key: a Platform, or all that is wrong with it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from plugins.model.problems import hint
from plugins.model.text import writable
from plugins.snippets import counting
from plugins.snippets.values import (
    Confidence,
    Form,
    Format,
    Hashtags,
    Limit,
    LinkPolicy,
    Platform,
)
from publish.contract.catalogue import N_

LIMITS: Final = (
    "text",
    "fold",
    "title",
    "digest",
    "author",
    "parts",
    "links",
    "bytes",
    "pictures",
)
PIECES: Final = ("title", "digest", "author", "text", "link", "tags")
SHAPES: Final = ("2.35:1", "1:1", "3:4", "16:9", "pages", "quote", "qr")
WAYS: Final = ("", "source", "qr", "keyword", "profile")
FORMATS: Final = {
    "wechat": "html",
    "rich": "html",
    "markdown": "markdown",
    "newsletter": "html",
    "plain": "text",
}
COUNTERS: Final = tuple(dict.fromkeys((*counting.COUNTERS, "items")))
_ELEMENTS: Final = """
    section p h1 h2 h3 h4 h5 h6 strong b em i u s del mark small sub sup span br hr a img
    figure figcaption blockquote ul ol li dl dt dd pre code kbd table thead tbody tfoot tr
    th td
"""
ELEMENTS: Final = frozenset(_ELEMENTS.split())
# A kit has files of these names itself.
_RESERVED = ("kit", "post", "index")
_ID = re.compile(r"[a-z][a-z0-9]*")
_REQUIRED = ("names", "form", "format")
LANGUAGES: Final = ("zh", "en")
_LIMIT_KEYS = ("most", "least", "counting", "source", "checked", "confidence")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a key of an entry; `key` is dotted where it lies deeper."""

    entry: str
    key: str
    message: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Return it in English, with its entry and key."""
        where = f"{self.entry}.{self.key}".rstrip(".")
        return f"{where}: {self.message.format(**dict(self.values))}"


def read(id: str, entry: object, faults: list[Fault]) -> Platform | None:
    """Return an entry as a platform; None, and its faults in the list, if anything is wrong."""
    reader = _Entry(id, entry if isinstance(entry, dict) else {}, faults)
    before = len(faults)
    if not _ID.fullmatch(id) or id in _RESERVED:
        reader.wrong("", N_("no id for a platform (small letters and digits)"))
    if not isinstance(entry, dict):
        reader.wrong("", N_("a platform is a table"))
    platform = reader.platform()
    _check_whole(platform, reader)
    return platform if len(faults) == before else None


class _Entry:
    """The keys of one entry, asked for one by one."""

    def __init__(self, id: str, values: Mapping[str, Any], faults: list[Fault]) -> None:
        self.id = id
        self.values = values
        self.faults = faults

    def wrong(self, key: str, message: str, **values: object) -> None:
        texts = tuple((name, str(value)) for name, value in values.items())
        self.faults.append(Fault(self.id, key, message, texts))

    def missing(self, key: str) -> None:
        self.wrong(key, N_('"{name}" is missing'), name=key)

    def platform(self) -> Platform:
        known = Platform.__dataclass_fields__.keys() - {"id"}
        self.refuse_unknown("", self.values, sorted(known))
        for key in _REQUIRED:
            if key not in self.values:
                self.missing(key)
        texts = self.values
        return Platform(
            id=self.id,
            names=self.by_language("names"),
            form=self.one_of("form", texts.get("form", "short"), get_args(Form)),
            format=self.one_of("format", texts.get("format", "text"), get_args(Format)),
            adapter=self.one_of("adapter", texts.get("adapter", ""), ("", *FORMATS)),
            full=self.switch("full"),
            limits=self.limits(),
            pieces=self.some_of("pieces", ("text",), PIECES),
            hashtags=self.hashtags(),
            link=self.one_of("link", texts.get("link", "inline"), get_args(LinkPolicy)),
            way=self.one_of("way", texts.get("way", ""), WAYS),
            thread=self.switch("thread"),
            tags=self.some_of("tags", (), sorted(ELEMENTS)),
            pictures=self.some_of("pictures", (), SHAPES),
            look=self.typed("look", texts.get("look", self.id), str, self.id),
            hint=self.by_language("hint") if "hint" in texts else {},
        )

    def refuse_unknown(self, key: str, values: Mapping[str, Any], known: Sequence[str]) -> None:
        for name in values:
            if name not in known:
                self.wrong(
                    f"{key}.{name}".lstrip("."),
                    N_('unknown key "{name}" (known: {known}){hint}'),
                    name=name,
                    known=", ".join(known),
                    hint=hint(name, known),
                )

    def typed(self, key: str, value: Any, kind: type, default: Any) -> Any:
        fits = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        # A date with a time is a date to Python, not to us.
        if fits and not isinstance(value, datetime.datetime):
            return writable(value) if isinstance(value, str) else value
        self.wrong(key, _KINDS[kind], value=value)
        return default

    def one_of(self, key: str, value: Any, known: Sequence[str]) -> Any:
        if isinstance(value, str) and value in known:
            return value
        self.wrong(
            key,
            N_('"{value}" is unknown (known: {known}){hint}'),
            value=value,
            known=", ".join(filter(None, known)),
            hint=hint(str(value), known),
        )
        return known[0]

    def some_of(self, key: str, default: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
        values = self.typed(key, self.values.get(key, list(default)), list, [])
        found = tuple(value for value in values if self.one_of(key, value, known) == value)
        if len(set(found)) < len(found):
            self.wrong(key, N_("something is there twice (keep one)"))
        return found

    def switch(self, key: str) -> bool:
        return bool(self.typed(key, self.values.get(key, False), bool, False))

    def table(self, key: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.typed(key, values.get(key.split(".")[-1], {}), dict, {})
        return found

    def by_language(self, key: str) -> Mapping[str, str]:
        words = self.table(key, self.values)
        for language in LANGUAGES:
            if not words.get(language):
                self.missing(f"{key}.{language}")
        texts = {name: self.typed(f"{key}.{name}", text, str, "") for name, text in words.items()}
        return {name: " ".join(text.split()) for name, text in texts.items()}

    def hashtags(self) -> Hashtags:
        values = self.table("hashtags", self.values)
        self.refuse_unknown("hashtags", values, ("form", "most"))
        form = self.typed("hashtags.form", values.get("form", "#{tag}"), str, "#{tag}")
        if form.count("{tag}") != 1 or "{" in form.replace("{tag}", ""):
            self.wrong("hashtags.form", N_('"{value}" has no {{tag}} in it'), value=form)
        return Hashtags(form, self.number("hashtags.most", values.get("most", 0)))

    def number(self, key: str, value: Any) -> int:
        found = int(self.typed(key, value, int, 0))
        if found < 0:
            self.wrong(key, _KINDS[int], value=found)
        return found

    def limits(self) -> Mapping[str, Limit]:
        values = self.table("limits", self.values)
        self.refuse_unknown("limits", values, LIMITS)
        names = (name for name in LIMITS if name in values)
        return {name: self.limit(f"limits.{name}", values) for name in names}

    def limit(self, key: str, limits: Mapping[str, Any]) -> Limit:
        values = self.table(key, limits)
        self.refuse_unknown(key, values, _LIMIT_KEYS)
        needed = ("most", "counting", "source", "checked", "confidence")
        # What creators know of themselves was not looked up anywhere, and never goes stale.
        own = values.get("confidence") == "own"
        for name in needed:
            if name not in values and not (own and name == "checked"):
                self.missing(f"{key}.{name}")
        source = self.typed(f"{key}.source", values.get("source", "-"), str, "-")
        if not source.strip():
            self.missing(f"{key}.source")
        found = Limit(
            most=self.number(f"{key}.most", values.get("most", 0)),
            counting=self.one_of(f"{key}.counting", values.get("counting", "items"), COUNTERS),
            least=self.number(f"{key}.least", values.get("least", 0)),
            source=source,
            checked=self.typed(f"{key}.checked", values["checked"], datetime.date, None)
            if "checked" in values
            else None,
            confidence=self.one_of(
                f"{key}.confidence", values.get("confidence", "known"), get_args(Confidence)
            ),
        )
        if not found.most and "most" in values:
            self.wrong(f"{key}.most", N_("what has no limit is left out"))
        if found.most and found.least > found.most:
            self.wrong(f"{key}.least", N_("least is more than most"))
        return found


def _check_whole(platform: Platform, reader: _Entry) -> None:
    """Check what keys say together."""
    long = platform.form == "long"
    if long != bool(platform.adapter):
        reader.wrong("adapter", N_("a long form needs an adapter, a short one has none"))
    if platform.adapter and FORMATS[platform.adapter] != platform.format:
        reader.wrong(
            "format",
            N_('the adapter "{adapter}" writes {format}'),
            adapter=platform.adapter,
            format=FORMATS[platform.adapter],
        )
    if platform.form == "short" and platform.format != "text":
        reader.wrong("format", N_("a short form is text"))
    if platform.form == "short" and (platform.tags or platform.link == "footnote"):
        reader.wrong("tags", N_("a short form has no elements and no notes"))
    if platform.thread and (long or "text" not in platform.limits):
        reader.wrong("thread", N_("only a short text with a limit becomes a thread"))


_KINDS: Final[Mapping[type, str]] = {
    str: N_('"{value}" is not text (put it in quotation marks)'),
    int: N_('"{value}" is not a whole number'),
    bool: N_('"{value}" is neither true nor false (without quotation marks)'),
    list: N_('"{value}" is not a list (write ["one", "two"])'),
    dict: N_('"{value}" is not a table (write {{ key = "value" }})'),
    datetime.date: N_('"{value}" is no date (write 2026-05-01)'),
}
