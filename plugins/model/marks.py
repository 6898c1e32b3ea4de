"""The marks of lead magnets in Markdown: where a form stands, and the parts of a magnet's text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plugins.model.marker import outside_code
from plugins.model.problems import Problems, nearest
from publish.contract.catalogue import N_
from publish.contract.report import Place

MARK = re.compile(r"^<!--[ \t]*magnet:[ \t]*([^\s<>]*[^\s<>-])[ \t]*-->[ \t]*$", re.I)
# What a mark is in rendered HTML, until a link or a form takes its place.
RENDERED = re.compile(r"<!--magnet:([^\s<>]+)-->\n?")
PARTS = ("thanks", "mail")

_PART = re.compile(r"^<!--[ \t]*(thanks|mail)[ \t]*-->[ \t]*$", re.I)
_PERHAPS = re.compile(r"[<＜]\s*[!！–—－-]|&lt;")
_SAID = re.compile(
    r"(?:<|&lt;)\s*!?\s*[-–—]{1,4}\s*(.*?)\s*(?:[-–—]{1,4}\s*(?:[>〉]|&gt;)|$)", re.I
)
_NAMED = re.compile(r"([^\W\d_]+)\s*([:=]?)\s*(\S*)\s*$")
# What a part is called by who writes Chinese; errors name the mark.
_CHINESE = {"感谢": "thanks", "致谢": "thanks", "谢谢": "thanks", "邮件": "mail", "信": "mail"}


@dataclass(frozen=True)
class Mark:
    """A place for the form of a magnet: its id, and the line it stands on."""

    magnet: str
    line: int


@dataclass(frozen=True)
class MagnetParts:
    """The text of a magnet: its page, and the Markdown and first line of thanks and mail."""

    page: str
    thanks: str = ""
    thanks_line: int = 0
    mail: str = ""
    mail_line: int = 0


def rendered(magnet: str) -> str:
    """Return what stands for a mark in rendered HTML."""
    return f"<!--magnet:{magnet}-->"


def find_marks(text: str, line: int = 1) -> list[Mark]:
    """Return every mark of a text that begins on a line."""
    if "<!--" not in text:
        return []
    return [
        Mark(match[1], line + index)
        for index, said in outside_code(text)
        if (match := MARK.match(said))
    ]


def check_marks(text: str, path: str, line: int, problems: Problems) -> None:
    """Refuse what is not quite a mark: it would be passed over as a comment."""
    for index, said in _suspicious(text):
        if not MARK.match(said) and _is_near_mark(said):
            problems.error(
                Place(path, line + index),
                N_(
                    '"{line}" is not quite the mark of a lead magnet'
                    ' (write "<!-- magnet: its-id -->" at the beginning of a line of its own)'
                ),
                line=said.strip()[:40],
            )


def split_parts(body: str, path: str, line: int, problems: Problems) -> MagnetParts:
    """Split the text of a magnet at the marks of its parts; a near miss is an error."""
    found: dict[str, int] = {}
    for index, said in _suspicious(body):
        match = _PART.match(said)
        name = match[1].lower() if match else ""
        if name in found:
            problems.error(
                Place(path, line + index),
                N_('"<!-- {name} -->" is there twice (keep one)'),
                name=name,
            )
        elif name:
            found[name] = index
        elif guess := _near_part(said):
            problems.error(
                Place(path, line + index),
                N_(
                    '"{line}" is not quite the beginning of a part'
                    ' (write "<!-- {guess} -->" on a line of its own)'
                ),
                line=said.strip()[:40],
                guess=guess,
            )
    return _cut(body.split("\n"), sorted(found.items(), key=lambda item: item[1]), line)


def _cut(lines: Sequence[str], starts: Sequence[tuple[str, int]], line: int) -> MagnetParts:
    ends = [index for _, index in [*starts, ("", len(lines))][1:]]
    texts = {
        name: ("\n".join(lines[index + 1 : end]), line + index + 1)
        for (name, index), end in zip(starts, ends, strict=True)
    }
    page = "\n".join(lines[: starts[0][1]] if starts else lines)
    thanks, mail = (texts.get(name, ("", 0)) for name in PARTS)
    return MagnetParts(page, *thanks, *mail)


def _suspicious(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines outside code in which a comment may begin; the most texts have none."""
    if _PERHAPS.search(text):
        yield from ((n, line) for n, line in outside_code(text) if _PERHAPS.search(line))


def _named(line: str) -> Iterator[re.Match[str]]:
    """Yield what the comments of a line say, where it is one word and perhaps a name."""
    for said in _SAID.finditer(unicodedata.normalize("NFKC", line)):
        match = _NAMED.match(said[1])
        if match:
            yield match


def _is_near_mark(line: str) -> bool:
    return any(nearest(match[1], ("magnet", "magnets")) for match in _named(line))


def _near_part(line: str) -> str:
    """Return the part that a line probably begins, or ""."""
    for said in _SAID.finditer(unicodedata.normalize("NFKC", line)):
        word = re.sub(r"[\W_]", "", said[1]).lower()
        guess = "thanks" if word in ("thankyou", "thankspage") else _CHINESE.get(word, "")
        if guess := guess or nearest(word, PARTS):
            return guess
    return ""
