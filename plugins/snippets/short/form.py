"""A post as a platform of short texts takes it.

A text is an opening, points, a quotation, the way to the post and hashtags. Where that is too
much, it retreats in this order, and each step is told:

    1. the quotation ends after a clause, then goes
    2. hashtags go, the last one first
    3. points go, the last one first
    4. the opening ends after a sentence or a clause, else after a word
    5. nothing more: the text does not fit, and says so

Room that is left over then takes hashtags again, the first one first. The title opens where both
it and the whole opening fit, if that costs a point and hashtags at most. Addresses, graphemes and
words are never cut, and the way to the post never goes. What the creator wrote for a platform is
copied as it stands. So are characters that LinkedIn's API reserves: they are reserved in requests
to it, and mean nothing in what is pasted.

Hashtags that are a piece of their own are typed into the same box as the text all the same. So both
share the limit of the text, count and retreat together, and the count of the text has them in it.
Under the creator's own text they alone go.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from plugins.model.snippets import OwnText
from plugins.snippets import links
from plugins.snippets.counting import addresses
from plugins.snippets.cutting import cut
from plugins.snippets.short.bounds import BETWEEN, Bounds, parted, told
from plugins.snippets.short.calls import way, without_addresses
from plugins.snippets.short.gist import gist
from plugins.snippets.short.retreat import Draft, fewer_tags, lost, refilled, retreat
from plugins.snippets.short.sentences import joined
from plugins.snippets.short.tags import hashtags
from plugins.snippets.short.thread import thread
from plugins.snippets.short.titles import shortened
from plugins.snippets.values import Gist, Note, Piece, Platform, Post, Snippet
from publish.contract.catalogue import N_

ADDRESS = "{url}"
_NO_TEXT = OwnText()
Texts = tuple[list[Piece], tuple[str, ...]]
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
    post = _on_one_line(post)
    bounds = Bounds(platform)
    own = post.own.texts.get(platform.id, _NO_TEXT)
    notes: list[Note] = []
    tags = tuple(hashtags(post, platform))
    made: dict[str, Sequence[Piece]] = {}
    if "title" in platform.pieces:
        made["title"] = [_title(post, bounds, own, notes)]
    if "text" in platform.pieces and own.parts:
        made["text"], tags = _own(post, bounds, own.parts, tags, notes)
    elif "text" in platform.pieces:
        made["text"], tags = _text(post, bounds, tags, notes)
    if "tags" in platform.pieces:
        made["tags"] = _tags(tags, platform)
    for name in platform.pieces:
        if name not in made:
            made[name] = _plain(name, post, bounds)
    pieces = [piece for name in platform.pieces for piece in made[name]]
    for piece in pieces:
        notes += [note for note in bounds.wrong(piece) if note not in notes]
    return Snippet(platform.id, tuple(pieces), tuple(notes))


def _on_one_line(post: Post) -> Post:
    """Return a post whose title is one line with nothing round it."""
    title = " ".join(map(str.strip, post.title.splitlines())).strip()
    return post if title == post.title else replace(post, title=title)


# ---- pieces ----


def _title(post: Post, bounds: Bounds, own: OwnText, notes: list[Note]) -> Piece:
    limit = bounds.limit("title")
    title = own.title or shortened(post.title, limit)
    if not own.title and title != post.title:
        notes.append(told("retreat", _TITLE_CUT, most=limit.most))
    return bounds.piece("title", title)


def _own(
    post: Post, bounds: Bounds, parts: Sequence[str], tags: tuple[str, ...], notes: list[Note]
) -> Texts:
    """Return the creator's own text, or the parts of a thread, and the hashtags with room there."""
    address = links.way_in(post, bounds.platform)
    texts = [part.replace(ADDRESS, address) for part in parts]
    if bounds.platform.link == "none" and any(map(addresses, texts)):
        notes.append(told("hint", _LEADS_AWAY))
    if len(texts) > 1:
        notes += bounds.too_many(len(texts))
    if "tags" not in bounds.platform.pieces:
        return [bounds.piece("text", text) for text in texts], ()
    # Where there are several, hashtags are typed under the last one.
    whole = Draft((texts[-1],), tags=tags)
    kept = fewer_tags(whole, bounds.fits)
    notes += lost(whole, kept)
    pieces = [bounds.piece("text", text) for text in texts[:-1]]
    return [*pieces, bounds.piece("text", texts[-1], kept.tags)], kept.tags


def _text(post: Post, bounds: Bounds, tags: tuple[str, ...], notes: list[Note]) -> Texts:
    """Return the one text and, where it leaves points out, the thread that has them."""
    platform = bounds.platform
    draft = _draft(post, bounds, gist(post), tags, notes)
    kept = retreat(draft, bounds.fits)
    headed = _headed(draft, kept, post, bounds)
    if headed:
        draft, kept = headed
    notes += lost(draft, kept)
    if "tags" in platform.pieces:
        pieces = [bounds.piece("text", kept.untagged, kept.tags)]
    else:
        pieces = [bounds.piece("text", kept.text)]
    if platform.thread and kept.points != draft.points:
        pieces += [bounds.piece("thread", part) for part in thread(draft, bounds)]
    return pieces, kept.tags


def _tags(tags: Sequence[str], platform: Platform) -> Sequence[Piece]:
    if not tags:
        return ()
    most = platform.hashtags.most
    return [Piece("tags", " ".join(tags), count=len(tags), most=most, counting="items")]


def _plain(name: str, post: Post, bounds: Bounds) -> Sequence[Piece]:
    """Return a piece that needs no words of ours, if there is anything to say in it."""
    if name == "link":
        said = links.way_in(post, bounds.platform)
    else:
        said = {"author": post.author, "digest": post.summary}[name]
    return [bounds.piece(name, said)] if said else ()


# ---- text ----


def _draft(
    post: Post, bounds: Bounds, found: Gist, tags: tuple[str, ...], notes: list[Note]
) -> Draft:
    """Return what a text would say if there were room for everything."""
    platform = bounds.platform
    most = bounds.limit("text").most
    hook, points = found.hook.strip(), found.points
    quote = found.quote if not most or most >= _ROOMY else ""
    if platform.link == "none":
        kept = _unaddressed(hook, points, quote, post.title)
        if kept != (hook, points, quote):
            notes.append(told("retreat", _NO_ADDRESS))
        hook, points, quote = kept
    opening = tuple(_opening(hook, post, bounds, notes))
    return Draft(opening, points, quote, _ending(post, platform, found.call), tags)


@functools.lru_cache(maxsize=8)
def _unaddressed(
    hook: str, points: tuple[str, ...], quote: str, title: str
) -> tuple[str, tuple[str, ...], str]:
    """Return a hook, points and a quotation without sentences that have addresses in them."""
    said = [part for part in parted(hook) if not addresses(part)]
    return (
        "".join(said).strip() or without_addresses(title),
        tuple(point for point in points if not addresses(point)),
        "" if addresses(quote) else quote,
    )


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
    said = parted(hook)
    shown = 0
    while shown < len(said) and bounds.shows("".join(said[: shown + 1]).rstrip()):
        shown += 1
    if shown:
        yield "".join(said[:shown]).rstrip()
        yield "".join(said[shown:])
    elif post.own.hook:
        notes.append(told("hint", _HIDDEN, most=bounds.limit("fold").most))
        yield hook
    elif _may_open(post.title, bounds):
        yield post.title
        yield hook
    else:
        yield from _cut_opening(hook, bounds, notes)


def _may_open(title: str, bounds: Bounds) -> bool:
    """Tell whether a title may stand above a text: it is short, and nowhere else."""
    apart = "title" in bounds.platform.pieces
    return not apart and not addresses(title) and bounds.shows(title)


def _cut_opening(hook: str, bounds: Bounds, notes: list[Note]) -> Iterator[str]:
    found = cut(hook, bounds.shows)
    if found is None:
        notes.append(told("hint", _HIDDEN, most=bounds.limit("fold").most))
        yield hook
        return
    kept = Draft((found.text,))
    notes += lost(Draft((hook,)), kept)
    yield found.text


def _headed(draft: Draft, kept: Draft, post: Post, bounds: Bounds) -> tuple[Draft, Draft] | None:
    """Return a draft that begins with the title, and what is kept of it.

    That costs a point at most, and hashtags, but nothing where the creator wrote what to say; what
    shows before a click is whole.
    """
    title = post.title
    if kept.opening != draft.opening or any(title in each for each in draft.opening):
        return None
    if "title" in bounds.platform.pieces or addresses(title):
        return None
    opening = _under(title, draft.opening, bounds)
    if not opening:
        return None
    found = replace(kept, opening=opening)
    if not bounds.fits(found.text):
        least = replace(found, points=kept.points[:-1], tags=())
        if post.own.hook or post.own.points or not bounds.fits(least.text):
            return None
        untagged = replace(found, tags=())
        found = untagged if kept.tags and bounds.fits(untagged.text) else least
        found = refilled(found, kept.tags, bounds.fits)
    return replace(draft, opening=opening), found


def _under(title: str, opening: tuple[str, ...], bounds: Bounds) -> tuple[str, ...]:
    """Return an opening below a title, parted where the fold is; nothing if none of it shows."""
    first, *rest = opening
    said = parted(first)
    for count in range(len(said), 0, -1):
        shown = "".join(said[:count]).rstrip()
        if bounds.shows(BETWEEN.join((title, shown))):
            below = [*said[count:], *rest]
            return (title, shown, joined([*map(str.strip, below)])) if below else (title, shown)
    return ()
