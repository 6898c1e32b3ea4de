"""What a short text gives up, step by step, until it fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from plugins.snippets.cutting import cut
from plugins.snippets.short.bounds import BETWEEN, boxed, told
from plugins.snippets.values import Note
from publish.contract.catalogue import N_

_POINT = "· "
_MARKS = '“”「」『』‘’"«»'

_QUOTE_CUT = N_("so that it fits, the quotation was shortened")
_QUOTE_GONE = N_("so that it fits, the quotation was left out")
_TAGS_GONE = N_("so that it fits, {count} of {total} hashtags were left out")
_POINTS_GONE = N_("so that it fits, {count} of {total} points were left out")
_CUT = N_("so that it fits, the opening was shortened")
_BROKEN = N_("so that it fits, the opening breaks off within a sentence")

Fits = Callable[[str], bool]


@dataclass(frozen=True)
class Draft:
    """What a short text is made of; `opening` is paragraphs, `ending` the way to the post."""

    opening: tuple[str, ...]
    points: tuple[str, ...] = ()
    quote: str = ""
    ending: str = ""
    tags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the text as it is pasted."""
        return boxed(self.untagged, self.tags)

    @property
    def untagged(self) -> str:
        """Return the text without hashtags."""
        parts = (*self.opening, listed(self.points), quoted(self.quote), self.ending)
        return BETWEEN.join(filter(None, parts))


def listed(points: tuple[str, ...]) -> str:
    """Return points as lines of a list, one alone as a sentence."""
    if len(points) < 2:
        return "".join(points)
    return "\n".join(_POINT + each for each in points)


def quoted(text: str) -> str:
    """Return a sentence in quotation marks, as it is if it has any of its own."""
    return f"“{text}”" if text and not any(mark in text for mark in _MARKS) else text


def retreat(draft: Draft, fits: Fits) -> Draft:
    """Return as much of a draft as fits; the shortest one when none does."""
    if fits(draft.text):
        return draft
    now = _shorter_quote(draft, fits) if draft.quote else draft
    for step in _steps(now):
        now = step
        if fits(now.text):
            return refilled(now, draft.tags, fits)
    return _shorter_opening(now, fits)


def fewer_tags(draft: Draft, fits: Fits) -> Draft:
    """Return a draft with as many of its hashtags as fit; nothing else goes."""
    counts = reversed(range(len(draft.tags) + 1))
    tried = (replace(draft, tags=draft.tags[:count]) for count in counts)
    return next((each for each in tried if fits(each.text)), replace(draft, tags=()))


def _shorter_quote(draft: Draft, fits: Fits) -> Draft:
    found = cut(draft.quote, lambda text: fits(replace(draft, quote=text).text))
    kept = found is not None and found.how in ("sentence", "clause")
    return replace(draft, quote=found.text if found and kept else "")


def _steps(draft: Draft) -> Iterator[Draft]:
    """Yield a draft with ever fewer hashtags, then with ever fewer points."""
    yield draft
    for count in reversed(range(len(draft.tags))):
        yield replace(draft, tags=draft.tags[:count])
    for count in reversed(range(len(draft.points))):
        yield replace(draft, tags=(), points=draft.points[:count])


def refilled(draft: Draft, tags: tuple[str, ...], fits: Fits) -> Draft:
    """Return a draft with as many hashtags as the room takes that something else has left."""
    for count in range(len(draft.tags) + 1, len(tags) + 1):
        more = replace(draft, tags=tags[:count])
        if not fits(more.text):
            break
        draft = more
    return draft


def _shorter_opening(draft: Draft, fits: Fits) -> Draft:
    """Return a draft of the opening's head and the way to the post."""
    said = BETWEEN.join(draft.opening)
    found = cut(said, lambda text: fits(replace(draft, opening=(text,)).text))
    return replace(draft, opening=(found.text,)) if found else draft


def lost(draft: Draft, kept: Draft) -> Iterator[Note]:
    """Yield a note on each step of a retreat."""
    if draft.quote != kept.quote:
        yield told("retreat", _QUOTE_CUT if kept.quote else _QUOTE_GONE)
    for message, before, after in (
        (_TAGS_GONE, draft.tags, kept.tags),
        (_POINTS_GONE, draft.points, kept.points),
    ):
        if before != after:
            yield told("retreat", message, count=len(before) - len(after), total=len(before))
    if draft.opening != kept.opening:
        before_text, after_text = BETWEEN.join(draft.opening), BETWEEN.join(kept.opening)
        whole = before_text.startswith(after_text)
        yield told("retreat", _CUT if whole else _BROKEN)
