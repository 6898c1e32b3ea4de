"""What the store keeps of the creator's letters: what each says, and what became of it for whom.

| letter#ID | self | subject, language, file; when it was begun; to whom it was sent whole |
| letter#ID | html | subject and page, finished, so that all get the same and a kill loses nothing |
| letter#ID | text | the plain part; no store takes two long texts in one place |
| letter#ID | lease | who is sending it now; expires |
| letter#ID | to#PERSON | "sending", "sent", "failed" or "unsure"; no address |

The id is made of what the letter says: the same text is the same letter, and whoever has a line in
it gets no second copy.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from publish.paywall import keys
from publish.paywall.ports import ABSENT, Conflict, Item, Operation, Put, Store
from publish.paywall.walking import every

State: TypeAlias = Literal["sending", "sent", "failed", "unsure"]
"""What became of a letter for one person. Found without anybody who sends it, "sending" means that
a kill came between: whether it went is not known.
"""
Segment: TypeAlias = Mapping[str, str]
"""Which readers, in the words of the filters of `inkstead readers list`; empty is everybody."""
_HTML, _TEXT = "html", "text"
_TO = keys.sent_to("")


@dataclass(frozen=True)
class Letter:
    """A letter that is or was sent. `whole` are the segments it was sent to from end to end."""

    id: str
    subject: str
    lang: str
    file: str
    begun: datetime
    segment: Segment
    whole: Mapping[str, str]
    version: int = 0

    def sent_whole(self, segment: Segment) -> datetime | None:
        """Return when it was sent to all of a segment, None when it never was."""
        found = self.whole.get(name_of(segment))
        return keys.when(found) if found else None


@dataclass(frozen=True)
class Parts:
    """The finished parts of a letter, with slots."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class Line:
    """What became of a letter for one person; `why` it failed."""

    person: str
    state: State
    at: datetime
    why: str = ""
    version: int = 0


def id_of(name: str) -> str:
    """Return the id of a letter that the build named by what it says, a hash in hexadecimal."""
    return base64.b32encode(bytes.fromhex(name)).decode().lower()[:16]


def name_of(segment: Segment) -> str:
    """Return the one form of a segment."""
    return json.dumps(dict(segment), ensure_ascii=False, sort_keys=True)


def find(store: Store, letter: str) -> Letter | None:
    """Return a letter by its id."""
    item = store.get(keys.letter(letter), keys.SELF)
    return _read(letter, item) if item else None


def known(store: Store, letter: str) -> Letter:
    """Return a letter that was begun.

    Raises:
        LookupError: it was not.

    """
    found = find(store, letter)
    if found is None:
        raise LookupError(letter)
    return found


def parts(store: Store, letter: str) -> Parts:
    """Return what a letter says.

    Raises:
        LookupError: it is no letter.

    """
    html, text = (store.get(keys.letter(letter), each) for each in (_HTML, _TEXT))
    if html is None or text is None:
        raise LookupError(letter)
    return Parts(str(html.value["subject"]), str(html.value["html"]), str(text.value["text"]))


def begin(store: Store, letter: Letter, parts: Parts) -> Letter:
    """Write a letter down unless it is known; return it as it is kept.

    Raises:
        StoreDown: the store does not answer.

    """
    place = keys.letter(letter.id)
    row = {"letter": letter.id}
    try:
        store.write(
            Put(place, keys.SELF, _value(letter), ABSENT),
            Put(place, _HTML, {"subject": parts.subject, "html": parts.html}, ABSENT),
            Put(place, _TEXT, {"text": parts.text}, ABSENT),
            Put(keys.LETTERS, keys.at(letter.begun, letter.id), row),
        )
    except Conflict:
        found = find(store, letter.id)
        if found is None:
            raise
        return found
    return replace(letter, version=1)


def aim(store: Store, letter: Letter, segment: Segment) -> Letter:
    """Write down whom a letter goes to from now on; `letters resume` goes on with those.

    Raises:
        Conflict: another process writes the same.
        StoreDown: the store does not answer.

    """
    if letter.segment == segment:
        return letter
    return _save(store, replace(letter, segment=dict(segment)))


def close(store: Store, letter: Letter, now: datetime) -> Letter:
    """Write down that a letter was sent to all whom it goes to now.

    Raises:
        Conflict: another process writes the same.
        StoreDown: the store does not answer.

    """
    whole = {**letter.whole, name_of(letter.segment): keys.stamp(now)}
    return _save(store, replace(letter, whole=whole))


def everything(store: Store) -> Iterator[Letter]:
    """Yield every letter, in order of time."""
    for row in every(store, keys.LETTERS):
        found = find(store, str(row.value["letter"]))
        if found:
            yield found


def lines(store: Store, letter: str) -> Iterator[Line]:
    """Yield what became of a letter, person by person."""
    return map(_line, every(store, keys.letter(letter), _TO))


def counted(store: Store, letter: str) -> Counter[State]:
    """Return how many people have a letter in which state."""
    return Counter(each.state for each in lines(store, letter))


def writing(letter: str, line: Line, expect: int | Literal["absent"] | None = None) -> Operation:
    """Return what to write for what became of a letter for one person."""
    told = {"state": line.state, "at": keys.stamp(line.at)}
    value = told | ({"why": line.why} if line.why else {})
    return Put(keys.letter(letter), keys.sent_to(line.person), value, expect)


def _save(store: Store, letter: Letter) -> Letter:
    store.write(Put(keys.letter(letter.id), keys.SELF, _value(letter), letter.version))
    return replace(letter, version=letter.version + 1)


def _value(letter: Letter) -> dict[str, Any]:
    return {
        "subject": letter.subject,
        "lang": letter.lang,
        "file": letter.file,
        "begun": keys.stamp(letter.begun),
        "segment": dict(letter.segment),
        "whole": dict(letter.whole),
    }


def _read(letter: str, item: Item) -> Letter:
    told = item.value
    return Letter(
        letter,
        str(told["subject"]),
        str(told["lang"]),
        str(told["file"]),
        keys.when(told["begun"]),
        dict(told["segment"]),
        dict(told["whole"]),
        item.version,
    )


def _line(item: Item) -> Line:
    told = item.value
    person = item.key.removeprefix(_TO)
    return Line(person, told["state"], keys.when(told["at"]), told.get("why", ""), item.version)
