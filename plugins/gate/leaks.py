"""Search output for premium text: runs of words that occur in no public source.

A Han character weighs 1 and a word 2; a run of 24 (24 Han characters, 12 words) that no public
*source* has is a leak, wherever in the output it stands. So is a whole short piece (heading,
item, picture text, line of code), a long or odd word, a long number, an address elsewhere, a
private path, the bytes of a private file. Public texts may quote each other: what is public is
judged by sources, never by output.

Runs are found by blocks: the premium text is cut into blocks of at least 11, so that every run of
24 holds one of them whole; round each block that a text has, its runs are looked up by hash.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
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

REVISION = 4
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


@dataclass(frozen=True)
class _Text:
    """Words of one view of a premium part, and every run of RUN in it: from, to, its hash."""

    owner: str
    words: list[str]
    runs: list[tuple[int, int, int]]

    def secret(self, public: set[int]) -> list[tuple[int, int, int]]:
        """Return the runs that are not public, nor within a few words of one that is."""
        known = [run in public for _, _, run in self.runs]
        return [
            run
            for n, run in enumerate(self.runs)
            if not any(known[max(0, n - MARGIN) : n + MARGIN + 1])
        ]


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
        texts = [_text(secret.owner, view) for secret in secrets for view in _views(secret)]
        told = [secret for secret in secrets if not secret.runs_only]
        self.runs = {run: text.owner for text in texts for _, _, run in text.runs}
        self.blocks = _Finder({_joined(words) for text in texts for words in _blocks(text.words)})
        self.whole = _whole_pieces(told)
        self.codes = _codes(told, files, folded(home))
        self.bytes = {name: each.owner for each in files for name in each.hashes}
        self._keep_secret(texts, self._forget_public(public))
        self._find_whole, self._find_codes = _Finder(self.whole), _Finder(self.codes)

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing premium at all."""
        return not (self.runs or self.whole or self.bytes or self.codes)

    def fingerprint(self) -> str:
        """Return what the verdict on a file depends on besides its bytes."""
        return self._mark

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
        low = folded(forms.whole)
        for code, at in self._find_codes.places(low):
            yield Leak(self.codes[code], low.count("\n", 0, at) + 1, "path")
        for form in (*forms.read, forms.tags):
            words = tokens(form)
            line = _joined(words)
            for piece, at in self._find_whole.places(line):
                yield Leak(self.whole[piece], _line_of(form, line, at), "piece")
            said: set[str] = set()
            for run, at in self._runs_in(words, line):
                owner = self.runs[run]
                if owner not in said:  # one place of a text that may be there as a whole
                    said.add(owner)
                    yield Leak(owner, _line_of(form, line, at), "run")

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

    def _runs_in(self, words: list[str], line: str) -> Iterator[tuple[int, int]]:
        """Yield every run of ours in a text, and where in its line it is."""
        here = last = 0
        for block, at in self.blocks.places(line):
            here += line.count(" ", last, at)
            last = at
            for run in _runs_round(words, here, block.count(" ") - 1):
                if run in self.runs:
                    yield run, at

    def _forget_public(self, public: Iterable[str]) -> set[int]:
        """Take out the pieces and codes that public sources have; return the runs they have."""
        whole, codes = _Finder(self.whole), _Finder(self.codes)
        runs: set[int] = set()
        for source in public:
            forms = plain_forms(source, every=True)  # a page has them all because of one word
            for code, _ in codes.places(folded(forms.whole)):
                self.codes.pop(code, None)
            for form in (*forms.read, forms.tags):
                words = tokens(form)
                line = _joined(words)
                runs.update(run for run, _ in self._runs_in(words, line))
                for piece, _ in whole.places(line):
                    self.whole.pop(piece, None)
        return runs

    def _keep_secret(self, texts: Sequence[_Text], public: set[int]) -> None:
        """Keep the runs that are secret wherever they stand, and the blocks inside them."""
        kept = [text.secret(public) for text in texts]
        near = {run for text in texts for _, _, run in text.runs} - {
            run for runs in kept for _, _, run in runs
        }
        digest = hashlib.sha256(str(REVISION).encode())
        blocks: set[str] = set()
        self.runs = {}
        for text, runs in zip(texts, kept, strict=True):
            own = [run for run in runs if run[2] not in near]
            self.runs.update((run, text.owner) for _, _, run in own)
            digest.update(repr((text.owner, text.words, [start for start, _, _ in own])).encode())
            held = {n for start, end, _ in own for n in range(start, end)}
            at = 0
            for block in _blocks(text.words):
                if held.issuperset(range(at, at + len(block))):
                    blocks.add(_joined(block))
                at += len(block)
        self.blocks = _Finder(blocks)
        digest.update(repr((sorted(self.whole), sorted(self.codes), sorted(self.bytes))).encode())
        self._mark = digest.hexdigest()


class _Finder:
    """Many patterns looked for at once."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = sorted(patterns)
        kind = MatchKind.Standard
        self.automaton = AhoCorasick(self.patterns, matchkind=kind) if self.patterns else None

    def places(self, text: str) -> Iterator[tuple[str, int]]:
        """Yield every pattern in a text and where it begins, from the first to the last."""
        if self.automaton:
            found = self.automaton.find_matches_as_indexes(text, overlapping=True)
            for number, start, _ in sorted(found, key=itemgetter(1)):
                yield self.patterns[number], start


_UNREADABLE = Leak("", 0, "unreadable")
_DEPTH = 2  # texts inside texts that are unfolded


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _joined(words: Sequence[str]) -> str:
    """Return words as one line in which every word stands between spaces."""
    return f" {' '.join(words)} "


def _line_of(form: str, line: str, at: int) -> int:
    """Return about which line of the text a place in the joined line is."""
    share = at / max(1, len(line))
    return form.count("\n", 0, int(len(form) * share)) + 1


@functools.lru_cache(1 << 16)
def _weight(word: str) -> int:
    return 1 if _HAN.match(word) else 2


def _text(owner: str, view: str) -> _Text:
    words = tokens(view)
    runs, end, weight = [], 0, 0
    for start, word in enumerate(words):
        while weight < RUN and end < len(words):
            weight += _weight(words[end])
            end += 1
        if weight < RUN:
            break
        runs.append((start, end, _hash(words[start:end])))
        weight -= _weight(word)
    return _Text(owner, words, runs)


def _hash(words: Sequence[str]) -> int:
    return hash(" ".join(words))


def _runs_round(words: Sequence[str], here: int, size: int) -> Iterator[int]:
    """Yield every run of RUN in a text that holds the block of `size` words at `here` whole."""
    end = here + size
    inside = sum(map(_weight, words[here : end - 1]))
    for start in range(here, -1, -1):
        inside += _weight(words[start]) if start < here else 0
        if inside >= RUN:
            return
        last, weight = end, inside + _weight(words[end - 1])
        while weight < RUN and last < len(words):
            weight += _weight(words[last])
            last += 1
        if weight >= RUN:
            yield _hash(words[start:last])


def _views(secret: Secret) -> Iterator[str]:
    yield secret.source
    if secret.html:
        yield from plain_forms(secret.html).read


def _blocks(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the words in consecutive blocks of at least BLOCK."""
    start = weight = 0
    for end, word in enumerate(words, 1):
        weight += _weight(word)
        if weight >= BLOCK:
            yield words[start:end]
            start, weight = end, 0


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
