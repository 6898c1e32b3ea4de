"""A post as a platform of short texts takes it.

A text is an opening, points, a quotation, the way to the post and hashtags. Where that is too
much, it retreats in this order, and each step is told:

    1. the quotation ends after a clause, then goes
    2. hashtags go, the last one first
    3. points go, the last one first
    4. the opening ends after a sentence or a clause, else after a word
    5. nothing more: the text does not fit, and says so

Room that is left over then takes hashtags again, the first one first. Addresses, graphemes and
words are never cut, and the way to the post never goes. Where hashtags are a piece of their own,
they are typed into the same box as the text all the same: both are counted together, as the text,
and both retreat as one. What the creator wrote for a platform is copied as it stands; hashtags
go where that leaves no room for them. So are characters that LinkedIn's API reserves: they are reserved in requests
to it, and mean nothing in what is pasted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from plugins.model.snippets import OwnText
from plugins.snippets import links
from plugins.snippets.counting import addresses
from plugins.snippets.cutting import cut, sentences
from plugins.snippets.short.bounds import Bounds, told
from plugins.snippets.short.calls import way
from plugins.snippets.short.gist import gist
from plugins.snippets.short.retreat import Draft, lost, retreat
from plugins.snippets.short.tags import hashtags
from plugins.snippets.short.thread import thread
from plugins.snippets.short.titles import shortened
from plugins.snippets.values import Gist, Note, Piece, Platform, Post, Snippet
from publish.contract.catalogue import N_

ADDRESS = "{url}"
_NO_TEXT = OwnText()
_ROOMY = 900
_STOPS = "。！？.!?…"
_COLONS = ":："

_NO_ADDRESS = N_("no link may stand there, so sentences with one were left out")
_TITLE_CUT = N_("the title was cut to fit into {most}")
_HIDDEN = N_("the opening is longer than what shows before a click, {most}")
_LEADS_AWAY = N_(
    "there is a link in your text: posts that lead away are shown to few readers there"
)


def short(post: Post, platform: Platform) -> Snippet:
    """Return a post as one platform takes it; what does not fit is never cut in silence."""
XXX

# ---- pieces ----


def _title(post: Post, bounds: Bounds, own: OwnText, notes: list[Note]) -> Piece:
    limit = bounds.limit("title")
    title = own.title or shortened(post.title, limit)
    if not own.title and title != post.title:
        notes.append(told("retreat", _TITLE_CUT, most=limit.most))
    return bounds.piece("title", title)


def _own(post: Post, bounds: Bounds, parts: Sequence[str], notes: list[Note]) -> Iterator[Piece]:
    """Return the creator's own text, or the parts of a thread."""
    address = links.way_in(post, bounds.platform)
    texts = [part.replace(ADDRESS, address) for part in parts]
    if bounds.platform.link == "none" and any(map(addresses, texts)):
        notes.append(told("hint", _LEADS_AWAY))
    if len(texts) > 1:
        notes += bounds.too_many(len(texts))
    return (bounds.piece("text", text) for text in texts)


def _text(post: Post, bounds: Bounds, notes: list[Note]) -> Iterator[Piece]:
    """Yield the one text and, where it leaves points out, the thread that has them."""
    platform = bounds.platform
    draft = _draft(post, platform, gist(post), notes)
    draft = replace(draft, opening=tuple(_opening(draft.opening[0], post, bounds, notes)))
    kept = retreat(draft, bounds.fits)
    if kept == draft:
        kept = _headed(kept, post, bounds)
    else:
        notes += lost(draft, kept)
    yield bounds.piece("text", kept.text)
    if platform.thread and kept.points != draft.points:
        for part in thread(draft, bounds):
            yield bounds.piece("thread", part)


def _tags(post: Post, platform: Platform) -> Iterator[Piece]:
    if tags := hashtags(post, platform):
        most = platform.hashtags.most
        yield Piece("tags", " ".join(tags), count=len(tags), most=most, counting="items")


def _plain(name: str, post: Post, platform: Platform) -> str:
    """Return what needs no words of ours, or ""."""
    if name == "link":
        return links.way_in(post, platform)
    return {"author": post.author, "digest": post.summary}.get(name, "")


# ---- text ----


def _draft(post: Post, platform: Platform, found: Gist, notes: list[Note]) -> Draft:
    """Return what a text would say if there were room for everything."""
    apart = "tags" in platform.pieces
    most = platform.limits["text"].most if "text" in platform.limits else 0
    draft = Draft(
        opening=(found.hook.strip(),),
        points=found.points,
        quote=found.quote if not most or most >= _ROOMY else "",
        ending=_ending(post, platform, found.call),
        tags=() if apart else tuple(hashtags(post, platform)),
    )
    return _unaddressed(draft, post, notes) if platform.link == "none" else draft


def _unaddressed(draft: Draft, post: Post, notes: list[Note]) -> Draft:
    """Return a draft without sentences that have addresses in them."""
    said = [part for part in sentences(draft.opening[0]) if not addresses(part)]
    kept = replace(
        draft,
        opening=("".join(said).strip() or _without_addresses(post.title),),
        points=tuple(point for point in draft.points if not addresses(point)),
        quote="" if addresses(draft.quote) else draft.quote,
    )
    if kept != draft:
        notes.append(told("retreat", _NO_ADDRESS))
    return kept


def _without_addresses(text: str) -> str:
    for start, end in reversed(addresses(text)):
        text = text[:start] + text[end:]
    return " ".join(text.split())


def _ending(post: Post, platform: Platform, call: str) -> str:
    """Return the way to the post: an address after a call, or words where none may stand."""
    if "link" in platform.pieces:
        return ""
    if platform.link == "none":
        leads = not post.own.call or call.rstrip()[-1:] in _COLONS or addresses(call)
        return way(post, platform) if leads else call
    if addresses(call):
        return call
    call, address = call.rstrip(), links.way_in(post, platform)
    wide = call[-1:] > "\u2e7f"
    if call[-1:] not in (*_STOPS, *_COLONS):
        call += "：" if wide else ":"
    # An address is found by all platforms at the beginning of a line or after a space only.
    return f"{call}\n{address}" if wide or call[-1] in _STOPS else f"{call} {address}"


def _opening(hook: str, post: Post, bounds: Bounds, notes: list[Note]) -> Iterator[str]:
    """Yield the paragraphs to open with: what shows before a click is whole."""
    if bounds.shows(hook):
        yield hook
        return
    said = sentences(hook)
    shown = 0
    while shown < len(said) and bounds.shows("".join(said[: shown + 1]).rstrip()):
        shown += 1
    if shown:
        yield "".join(said[:shown]).rstrip()
        yield "".join(said[shown:])
    elif post.own.hook:
        notes.append(told("hint", _HIDDEN, most=bounds.limit("fold").most))
        yield hook
    elif "title" not in bounds.platform.pieces and bounds.shows(post.title):
        yield post.title
        yield hook
    else:
        yield from _cut_opening(hook, bounds, notes)


def _cut_opening(hook: str, bounds: Bounds, notes: list[Note]) -> Iterator[str]:
    found = cut(hook, bounds.shows)
    if found is None:
        notes.append(told("hint", _HIDDEN, most=bounds.limit("fold").most))
        yield hook
        return
    kept = Draft((found.text,))
    notes += lost(Draft((hook,)), kept)
    yield found.text


def _headed(draft: Draft, post: Post, bounds: Bounds) -> Draft:
    """Return a draft that begins with the title, where that takes no room from anything."""
    title = post.title
    if any(title in each for each in draft.opening):
        return draft
    if "title" in bounds.platform.pieces or addresses(title):
        return draft
    headed = replace(draft, opening=(title, *draft.opening))
    shown = bounds.shows("\n\n".join(headed.opening[:2]))
    return headed if shown and bounds.fits(headed.text) else draft
