"""Search output for premium text: runs of words that occur in no public source.

A Han character weighs 1 and a word 2; a run of 24 (24 Han characters, 12 words) that no public
*source* has is a leak, wherever in the output it stands. So is a whole short piece (heading,
item, picture text, line of code), a long or odd word, a long number, an address elsewhere, a
private path, the bytes of a private file. Public texts may quote each other: what is public is
judged by sources, never by output.

Runs are found by blocks: the premium text is cut into blocks of at least 11, so that every run of
24 holds one of them whole; each block found is grown to both sides.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ahocorasick_rs import AhoCorasick, MatchKind

from plugins.gate.decode import (
    Unreadable,
    folded,
    inline_files,
    plain_forms,
    text_of,
    tokens,
    unpack,
)
from plugins.model.text import HAN, KANA

REVISION = 2
RUN = 24
BLOCK = 11
PIECE = 6
LONG_WORD = 12
MARGIN = 3  # words by which a run may go beyond a public one: what a page says next
LONG_NUMBER = 7
LONG_ADDRESS = 16

_HAN = re.compile(f"[{HAN}{KANA}]")
_TAG_TEXT = re.compile(r"\b(?:alt|title|content|aria-label)=(?:\"([^\"]+)\"|'([^']+)')", re.I)
_SHORT = re.compile(
    r"<(h[1-6]|t[dh]|li|d[td]|caption|figcaption|summary)\b[^>]*>(.*?)</\1>", re.S | re.I
)
_CODE = re.compile(r"<pre\b[^>]*>(.*?)</pre>", re.S | re.I)
_MARKED_LINE = re.compile(r"^\s*(?:#{1,6}\s+|\||[-*+]\s+|\d+[.)]\s+)(.*)$", re.M)
_ADDRESS = re.compile(r"(?:https?://|mailto:|weixin:)[^\s<>()\[\]\"'，。；、）】》]+")
_ODD = re.compile(
    r"(?<![a-z0-9_-])(?=[a-z0-9_-]*\d)(?=[a-z0-9_-]*[a-z])[a-z0-9][a-z0-9_-]{6,}[a-z0-9]"
    r"(?![a-z0-9_-])"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dt\d[\d-]*")
# What dates, prices and counts are made of; templates write such pieces from fields alone.
_COUNTED = frozenset("年月日号周时点分秒钟元块字篇页张个")


@dataclass(frozen=True)
class Secret:
    """A premium part: who it belongs to, its Markdown, its HTML ("" if it was not rendered).

    Of a file that is delivered as it is, `runs_only` are searched for: its columns and codes
    may be anybody's.
    """

    owner: str
    source: str
    html: str
    runs_only: bool = False


@dataclass(frozen=True)
class PrivateBytes:
    """A private file: whose it is, the hashes of its forms, the paths that name it."""

    owner: str
    hashes: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Leak:
    """Something premium in an output file: whose, and about where. Never its words."""

    owner: str
    line: int
    kind: Literal["run", "piece", "path", "file", "name", "unreadable"]


@dataclass
class _Text:
    """Tokens of one view of a premium part with their running weights."""

    owner: str
    tokens: list[str]
    starts: list[int]
    public: list[tuple[int, int]] = field(default_factory=list)

    def weight(self, start: int, end: int) -> int:
        return self.starts[end] - self.starts[start]


class Search:
    """What must not be found, ready to look for; made once a build.

    `public` are the texts that may be read by all, `home` is the site's own address.
    """

    def __init__(
        self,
        secrets: Sequence[Secret],
        files: Sequence[PrivateBytes],
        public: Iterable[str],
        home: str = "",
    ) -> None:
        self.texts = [_text(secret.owner, view) for secret in secrets for view in _views(secret)]
        self.blocks: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for number, text in enumerate(self.texts):
            for start, end in _blocks(text):
                self.blocks[_joined(text.tokens[start:end])].append((number, start, end))
        told = [secret for secret in secrets if not secret.runs_only]
        self.whole = _whole_pieces(told)
        self.codes = _codes(told, files, folded(home))
        self.bytes = {name: each.owner for each in files for name in each.hashes}
        self._block_names = sorted(self.blocks)
        self._find_blocks = AhoCorasick(self._block_names) if self.blocks else None
        self._forget_public(public)
        self._whole_names = sorted(self.whole)
        self._code_names = sorted(self.codes)
        self._find_whole = _automaton(self._whole_names)
        self._find_codes = _automaton(self._code_names)

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing premium at all."""
        return not (self.texts or self.bytes or self.codes)

    def fingerprint(self) -> str:
        """Return what the verdict on a file depends on besides its bytes."""
        digest = hashlib.sha256(str(REVISION).encode())
        for text in self.texts:
            digest.update(repr((text.owner, text.tokens, text.public)).encode())
        digest.update(repr((self._whole_names, self._code_names, sorted(self.bytes))).encode())
        return digest.hexdigest()

    def leaks(self, name: str, data: bytes) -> list[Leak]:
        """Return what is premium in an output file, and whether part of it cannot be searched."""
        found = {Leak(leak.owner, 0, "name") for leak in self._in_text(name)}
        try:
            for inner, layer in unpack(name, data):
                found.update(self._in_layer(inner, layer))
        except Unreadable:
            found.add(_UNREADABLE)
        return sorted(found, key=lambda leak: (leak.owner, leak.line, leak.kind))

    def sayable(self, path: str) -> str:
        """Return as much of a path, from its beginning, as says nothing premium."""
        said = ""
        for step in path.split("/"):
            longer = f"{said}/{step}" if said else step
            if any(self._in_text(longer)):
                return f"{said}/…" if said else "…"
            said = longer
        return said

    def _in_layer(self, name: str, data: bytes) -> Iterator[Leak]:
        owner = self.bytes.get(hashlib.sha256(data).hexdigest())
        if owner:
            yield Leak(owner, 0, "file")
        try:
            text = text_of(name, data)
        except Unreadable:
            yield _UNREADABLE
        else:
            yield from self._in_text(text) if text else ()

    def _in_text(self, text: str, depth: int = 0) -> Iterator[Leak]:
        forms = plain_forms(text)
        for data in inline_files(forms.whole) if depth < _DEPTH else ():
            yield from self._inside(data, depth + 1)
        if self._find_codes:
            low = folded(forms.whole)
            for number, start, _ in self._find_codes.find_matches_as_indexes(low, overlapping=True):
                yield Leak(
                    self.codes[self._code_names[number]], low.count("\n", 0, start) + 1, "path"
                )
        for form in (*forms.read, forms.tags):
            words = tokens(form)
            line = _joined(words)
            if self._find_whole:
                for number, start, _ in self._find_whole.find_matches_as_indexes(
                    line, overlapping=True
                ):
                    piece = self._whole_names[number]
                    yield Leak(self.whole[piece], _line_of(form, line, start), "piece")
            for number, start, end, at in self._runs(words, line):
                secret = self.texts[number]
                if self._is_secret(secret, start, end):
                    yield Leak(secret.owner, _line_of(form, line, at), "run")

    def _inside(self, data: bytes, depth: int) -> Iterator[Leak]:
        """Search what a text carries inside itself; what is no text may be a private file."""
        owner = self.bytes.get(hashlib.sha256(data).hexdigest())
        if owner:
            yield Leak(owner, 0, "file")
        try:
            for name, layer in unpack("", data):
                text = text_of(name, layer) if _is_text(layer) else ""
                yield from self._in_text(text, depth) if text else ()
        except Unreadable:
            return

    def _runs(self, words: list[str], line: str) -> Iterator[tuple[int, int, int, int]]:
        """Yield every run of at least RUN shared with a premium text: which, from, to, where."""
        if not self._find_blocks:
            return
        seen: set[tuple[int, int, int]] = set()
        offsets: list[int] = []
        for block, at, _ in self._find_blocks.find_matches_as_indexes(line, overlapping=True):
            offsets = offsets or _offsets(words)
            here = bisect_right(offsets, at) - 1
            for number, start, end in self.blocks[self._block_names[block]]:
                secret = self.texts[number]
                left = _shared(words, here - 1, secret.tokens, start - 1, -1)
                right = _shared(words, here + end - start, secret.tokens, end, 1)
                run = (number, start - left, end + right)
                if run not in seen and secret.weight(run[1], run[2]) >= RUN:
                    seen.add(run)
                    yield (*run, at)

    def _is_secret(self, text: _Text, start: int, end: int) -> bool:
        """Tell whether a run has a stretch of RUN that no public source has."""
        first = start
        while first < end:
            last = bisect_right(text.starts, text.starts[first] + RUN - 1)
            if last > end:
                return False
            if not any(a - MARGIN <= first and last <= b + MARGIN for a, b in text.public):
                return True
            first += 1
        return False

    def _forget_public(self, public: Iterable[str]) -> None:
        """Take out what public sources say themselves."""
        find = _automaton(sorted(self.whole))
        names = sorted(self.whole)
        codes = _automaton(sorted(self.codes))
        code_names = sorted(self.codes)
        for source in public:
            forms = plain_forms(source)
            low = folded(forms.whole)
            for number, _, _ in (
                codes.find_matches_as_indexes(low, overlapping=True) if codes else ()
            ):
                self.codes.pop(code_names[number], None)
            for form in (*forms.read, forms.tags):
                words = tokens(form)
                line = _joined(words)
                for number, start, end, _ in self._runs(words, line):
                    self.texts[number].public.append((start, end))
                for number, _, _ in (
                    find.find_matches_as_indexes(line, overlapping=True) if find else ()
                ):
                    self.whole.pop(names[number], None)


_UNREADABLE = Leak("", 0, "unreadable")
_DEPTH = 2  # texts inside texts that are unfolded


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _automaton(patterns: Sequence[str]) -> AhoCorasick | None:
    return AhoCorasick(patterns, matchkind=MatchKind.Standard) if patterns else None


def _joined(words: Sequence[str]) -> str:
    """Return words as one line in which every word stands between spaces."""
    return f" {' '.join(words)} "


def _offsets(words: Sequence[str]) -> list[int]:
    """Return where in the joined line the space before each word stands."""
    found, at = [], 0
    for word in words:
        found.append(at)
        at += len(word) + 1
    return found


def _line_of(form: str, line: str, at: int) -> int:
    """Return about which line of the text a place in the joined line is."""
    share = at / max(1, len(line))
    return form.count("\n", 0, int(len(form) * share)) + 1


def _shared(one: list[str], i: int, other: list[str], j: int, step: int) -> int:
    """Return how many words two texts share from two places in one direction."""
    count = 0
    while 0 <= i < len(one) and 0 <= j < len(other) and one[i] == other[j]:
        i, j, count = i + step, j + step, count + 1
    return count


def _weight(word: str) -> int:
    return 1 if _HAN.match(word) else 2


def _text(owner: str, view: str) -> _Text:
    words = tokens(view)
    starts = [0]
    for word in words:
        starts.append(starts[-1] + _weight(word))
    return _Text(owner, words, starts)


def _views(secret: Secret) -> Iterator[str]:
    yield secret.source
    if secret.html:
        yield from plain_forms(secret.html).read


def _blocks(text: _Text) -> Iterator[tuple[int, int]]:
    start = 0
    for end in range(1, len(text.tokens) + 1):
        if text.weight(start, end) >= BLOCK:
            yield start, end
            start = end


def _whole_pieces(secrets: Sequence[Secret]) -> dict[str, str]:
    """Return short pieces that are premium as a whole, and long words, with their owners."""
    found: dict[str, str] = {}
    for secret in secrets:
        for piece in _pieces(secret):
            for form in plain_forms(piece).read:
                words = tokens(form)
                if _substance(words) >= PIECE and sum(map(_weight, words)) < 4 * RUN:
                    found.setdefault(_joined(words), secret.owner)
        for word in {*tokens(secret.source), *tokens(secret.html)}:
            if _is_telling(word):
                found.setdefault(_joined([word]), secret.owner)
    return found


def _substance(words: Sequence[str]) -> int:
    """Return the weight of some words without the numbers and what they count."""
    return sum(_weight(word) for word in words if not (word.isdigit() or word in _COUNTED))


def _is_telling(word: str) -> bool:
    """Tell whether a word is long enough to be a leak all by itself."""
    if word.isdigit():
        return len(word) >= LONG_NUMBER
    return len(word) >= LONG_WORD and word.isascii() and word.isalpha()


def _pieces(secret: Secret) -> Iterator[str]:
    for match in _MARKED_LINE.finditer(secret.source):
        yield from match[1].split("|")
    for match in _SHORT.finditer(secret.html):
        yield match[2]
    for match in _CODE.finditer(secret.html):
        yield from match[1].split("\n")
    for match in _TAG_TEXT.finditer(secret.html):
        yield match[1] or match[2]
    for text in (secret.source, secret.html):
        for whole in plain_forms(text).read:
            for piece in (whole, *whole.split("\n\n")):
                if sum(_weight(word) for word in tokens(piece)) < RUN:
                    yield piece


def _codes(secrets: Sequence[Secret], files: Sequence[PrivateBytes], home: str) -> dict[str, str]:
    """Return addresses elsewhere, private paths and odd words, as they stand, with their owners."""
    found: dict[str, str] = {}
    for secret in secrets:
        source = folded(secret.source)
        for match in _ADDRESS.finditer(source):
            address = match[0].rstrip(".,;:!?*_`")
            if len(address) >= LONG_ADDRESS and not (home and address.startswith(home)):
                found.setdefault(address, secret.owner)
        for match in _ODD.finditer(source):
            if not _MOMENT.fullmatch(match[0]):
                found.setdefault(match[0], secret.owner)
    for each in files:
        for path in each.paths:
            if "/" in path:  # a bare name may be part of a public one
                found.setdefault(folded(path), each.owner)
    return found
