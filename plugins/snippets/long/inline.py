"""The words of one line as Markdown that every reader of it takes the same way: pure.

CommonMark lets `**` begin or end bold only where the characters beside it allow it, and it knows
no Chinese: in `**“字”**字` the last two stars are just stars. So punctuation moves out of the bold
until it can end, and where nothing helps the words stay and the stars go. What decides is in
https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import regex

from plugins.snippets.long.wording import flat

BREAK = "  \n"

# Characters that no document can hold stand for marks and for finished Markdown while a line is
# put together: an opening mark is even, its closing one follows it.
_MARKS = {"strong": "\ufdd0", "b": "\ufdd0", "em": "\ufdd2", "i": "\ufdd2"}
_MARKS |= {"del": "\ufdd4", "s": "\ufdd4"}
_WRITTEN = {"\ufdd0": "**", "\ufdd2": "*", "\ufdd4": "~~"}
_WRITTEN |= {chr(ord(mark) + 1): text for mark, text in _WRITTEN.items()}
_RAW = "\ufdd8"
_BREAK = "\v"  # a space like any other to what decides about emphasis
_OPEN, _CLOSE = "[\ufdd0\ufdd2\ufdd4]", "[\ufdd1\ufdd3\ufdd5]"
_REST = "[^\ufdd0-\ufdd5]*"
_MARK = re.compile("[\ufdd0-\ufdd5]")
_PART = re.compile("([\ufdd0-\ufdd8])")

_PUNCTUATION = r"[\p{P}\p{S}]"
_WORD = r"[^\s\p{P}\p{S}\ufdd0-\ufdd8]"
_PAIRS = dict(zip("“‘「『（《〈【[(\"'", "”’」』）》〉】])\"'", strict=True))
_CALM = "\\s,.;:!?()，。；：！？、（）\ufdd8"
_BORDERS = re.compile(f"({_OPEN}+)(\\s+)|(\\s+)({_CLOSE}+)")
# A mark that may not stand where it does: beside another or a space, or with no letter within and
# without a space or common punctuation outside.
_LOOSE = re.compile(
    f"[\ufdd0-\ufdd5](?:(?=[\ufdd0-\ufdd5])|(?<={_OPEN})(?:(?=\\s)|(?<=[^{_CALM}].)(?=[\\W_]))"
    f"|(?<={_CLOSE})(?:(?<=\\s.)|(?<=[\\W_].)(?=[^{_CALM}])))"
)
_NEEDLESS = re.compile(
    "\ufdd0\ufdd1|\ufdd1\ufdd0|\ufdd2\ufdd3|\ufdd3\ufdd2|\ufdd4\ufdd5|\ufdd5\ufdd4"
)
_QUOTED = regex.compile(
    f"(?P<before>{_WORD})?(?P<open>{_OPEN}+)(?P<first>[“‘「『（《〈【\\[(\"'])"
    f"(?P<words>[^\ufdd0-\ufdd5]*)(?P<last>[”’」』）》〉】\\])\"'])(?P<close>{_CLOSE}+)(?={_WORD})"
    f"|(?P<before>{_WORD})(?P<open>{_OPEN}+)(?P<first>[“‘「『（《〈【\\[(\"'])"
    f"(?P<words>[^\ufdd0-\ufdd5]*)(?P<last>[”’」』）》〉】\\])\"'])(?P<close>{_CLOSE}+)"
)
_LEADING = regex.compile(f"(?<={_WORD}{_CLOSE}*)({_OPEN}+)({_PUNCTUATION})")
_TRAILING = regex.compile(f"({_PUNCTUATION})({_CLOSE}+)(?={_OPEN}*{_WORD})")
# Code or a link that cannot leave; two marks in a row; a stroke beside a star.
_HOPELESS = regex.compile(
    f"(?<={_WORD}){_OPEN}+(?={_RAW})|(?<={_RAW}){_CLOSE}+(?={_WORD})"
    f"|(?<!{_WORD}){_CLOSE}(?={_OPEN})|{_CLOSE}(?={_OPEN}(?!{_WORD}))"
    "|(?:\ufdd4(?=[\ufdd0\ufdd2])|\ufdd5(?=[\ufdd1\ufdd3]))"
    "|(?:(?<=[\ufdd0\ufdd2])\ufdd4|(?<=[\ufdd1\ufdd3])\ufdd5)"
    # Of two within another, one at its very edge: three stars would end the wrong one.
    f"|(?<={_OPEN}){_OPEN}(?={_REST}{_CLOSE}{_REST}{_OPEN})"
    f"|(?<={_CLOSE}{_REST}{_OPEN}{_REST}){_CLOSE}(?={_CLOSE})"
)

_SPACE = re.compile(r"[ \t\r\n\f]+")
_URL = re.compile(r"(https?://[^\s<>\u3000-\u303f\uff00-\uffef“”‘’\"')\]]*[^\W_]/?)")
_ALONE = re.compile(r"https?://[!-;=?-~]+")
_PERHAPS = tuple("\\`*_[]<&~")
_MEANT = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)|`|(?<! )\*|\*(?! )|(?<![^\W_])_|_(?![^\W_])|\[(?=\^)|\](?=\()"
    r"|<(?=[A-Za-z/!?]|$)|&(?=#?\w+;)"
)
_MEANT_LINKED = re.compile(rf"{_MEANT.pattern}|[\[\]]")
_BEGINS = re.compile(
    r"(?:#{1,6}|[-+*])(?=\s|$)|>|(?:=+|-+)(?=\s*$)|~(?=~~)|\d{1,9}(?=[.)](?:\s|$))"
)
_DEFINES = re.compile(r"\[(?:[^\]\\]|\\.)+\]:", re.S)
_UNSAFE = re.compile(r"[\s()<>\\\"]")
_ENTITIES = {"<": "&lt;", "&": "&amp;", "{": "&#123;"}


@dataclass(frozen=True)
class Dialect:
    """What differs between readers of Markdown.

    `also` are further characters to escape: a superscript, or the opening of a template's tag.
    `fences`: code may stand between backticks; else it is indented. `notes`: there are footnotes.
    """

    also: re.Pattern[str] | None = None
    fences: bool = True
    notes: bool = False


def written(run: Sequence[Any], dialect: Dialect) -> str:
    """Return a run of words and elements as Markdown, ready to stand at the start of a block."""
    if len(run) == 1 and isinstance(run[0], str):
        return plainly(run[0], dialect)
    line = _Line(dialect)
    for each in run:
        line.add(each)
    text = line.joined().strip()
    if _BREAK not in text:
        return _begun(text)
    if _DEFINES.match(text):
        text = f"\\{text}"
    return BREAK.join(_begun(part) for each in text.split(_BREAK) if (part := each.strip()))


def plainly(words: str, dialect: Dialect) -> str:
    """Return words alone as Markdown."""
    return _begun(escaped(words.strip(), dialect))


def address(url: str) -> str:
    """Return an address as it may stand in the parentheses of a link."""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url)


def code(text: str) -> str:
    """Return code between as many backticks as it needs."""
    text = _SPACE.sub(" ", text)
    if not text.strip():
        return text
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if "`" in (text[0], text[-1]) or text[0] == text[-1] == " " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def escaped(text: str, dialect: Dialect, linked: bool = False) -> str:
    """Return words with a backslash where they would mean something else, and only there."""
    if "://" in text and not linked:
        parts = _URL.split(text)
        return "".join(
            _as_it_is(part) if index % 2 else _escaped(part, dialect, linked)
            for index, part in enumerate(parts)
        )
    return _escaped(text, dialect, linked)


def _escaped(text: str, dialect: Dialect, linked: bool) -> str:
    if any(map(text.__contains__, _PERHAPS)):  # which a class of characters takes longer to tell
        meant = _MEANT_LINKED if linked else _MEANT
        text = meant.sub(_as_words, text)
        if text.count("~") > 1 or text[:1] == "~" or text[-1:] == "~":
            text = text.replace("~", "\\~")  # one alone strikes nothing out, but beside a mark
    if dialect.also:
        text = dialect.also.sub(_as_words, text)
    return text


def _as_words(found: re.Match[str]) -> str:
    return _ENTITIES.get(found[0], f"\\{found[0]}")


def _as_it_is(url: str) -> str:
    return f"<{url}>" if _MEANT.search(url) or "~" in url else url


def _begun(line: str) -> str:
    """Return a line that begins no heading, list, quotation, rule or definition."""
    if line[:1].isalpha() or not (found := _BEGINS.match(line) or _DEFINES.match(line)):
        return line
    at = found.end() if found[0].isdecimal() else 0
    return f"{line[:at]}\\{line[at:]}"


class _Line:
    """A line while it is put together: its words with marks, and beside it what is finished."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._words: list[str] = []
        self._raw: list[str] = []
        self._within: list[str] = []

    def add(self, each: Any) -> None:
        """Add words or an element."""
        if isinstance(each, str):
            self._words.append(each)
        elif (tag := each.tag) in _MARKS:
            self._emphasised(each, _MARKS[tag])
        elif tag == "a":
            self._link(each, "")
        elif tag == "code":
            self._finished(code("".join(each.itertext())))
        elif tag == "br":
            self._words.append(_BREAK)
        elif tag == "img":
            self._picture(each)
        elif self._dialect.notes and tag == "sup" and each.get("data-note"):
            self._finished(f"[^{each.get('data-note')}]")
        elif tag in ("sup", "sub") and not each.get("data-note"):
            self._shifted(each)
        elif isinstance(tag, str):
            self._inside(each)

    def _shifted(self, element: Any) -> None:
        """Keep 10⁶ from becoming 106: Markdown has no mark for it."""
        letters, opening, closing = flat(element)
        if letters:
            self.add(letters)
            return
        self.add(opening)
        self._inside(element)
        self.add(closing)

    def joined(self) -> str:
        """Return all that was added."""
        words = _settled("".join(self._words))
        done, raw, linked = "", iter(self._raw), False
        for part in _PART.split(words):
            if part == _RAW:
                finished = next(raw)
                if finished[0] == "[" and done.endswith("!"):
                    done = f"{done[:-1]}\\!"
                linked = finished == "[" or (linked and not finished.startswith("]("))
                done += finished
            else:
                done += _WRITTEN.get(part) or escaped(part, self._dialect, linked)
        return done

    def _finished(self, text: str) -> None:
        if text.strip():
            self._raw.append(text)
            self._words.append(_RAW)
        else:
            self._words.append(text)

    def _inside(self, element: Any) -> None:
        if element.text:
            self.add(element.text)
        for child in element:
            self.add(child)
            if child.tail:
                self.add(child.tail)

    def _emphasised(self, element: Any, mark: str) -> None:
        if mark in self._within:
            self._inside(element)
        elif (link := _only_link(element)) is not None:
            self._link(link, mark)
        else:
            self._within.append(mark)
            self._words.append(mark)
            self._inside(element)
            self._words.append(chr(ord(mark) + 1))
            self._within.pop()

    def _link(self, element: Any, mark: str) -> None:
        href = element.get("href") or ""
        if element.text == href and not len(element) and _ALONE.fullmatch(href):
            self._finished(f"<{href}>")
            return
        self._finished("[")
        self._words.append(mark)
        self._inside(element)
        self._words.append(mark and chr(ord(mark) + 1))
        self._finished(f"]({address(href)})")

    def _picture(self, element: Any) -> None:
        text = escaped(element.get("alt") or "", self._dialect, linked=True)
        self._finished(f"![{text}]({address(element.get('src') or '')})")


def _only_link(element: Any) -> Any:
    """Return the link that is all an emphasis holds: the marks then stand within it."""
    if len(element) != 1 or element[0].tag != "a":
        return None
    around = (element.text or "") + (element[0].tail or "")
    return None if around.strip() else element[0]


# ---- emphasis ----


def _settled(words: str) -> str:
    """Return a line whose every mark can begin or end what it marks."""
    before = ""
    while before != words and _LOOSE.search(words):
        before = words
        words = _BORDERS.sub(lambda m: f"{m[2]}{m[1]}" if m[1] else f"{m[4]}{m[3]}", words)
        words = _NEEDLESS.sub("", words)
        words = _QUOTED.sub(_bare, words)
        words = _TRAILING.sub(r"\2\1", _LEADING.sub(r"\2\1", words))
        if before == words and (found := _HOPELESS.search(words)):
            words = _without(words, found.end() - 1)
    return words


def _bare(found: regex.Match[str]) -> str:
    """Return emphasised words with the pair of quotation marks round them outside."""
    first, last, words = found["first"], found["last"], found["words"]
    if _PAIRS[first] != last or first in words or last in words:
        return f"{found[0]}"
    return f"{found['before'] or ''}{first}{found['open']}{words}{found['close']}{last}"


def _without(words: str, at: int) -> str:
    """Return a line without one mark and its mate."""
    opened: list[int] = []
    for found in _MARK.finditer(words):
        if ord(found[0]) % 2 == 0:
            opened.append(found.start())
        else:
            first, last = opened.pop(), found.start()
            if at in (first, last):
                return words[:first] + words[first + 1 : last] + words[last + 1 :]
    return words
