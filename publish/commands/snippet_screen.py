"""How `inkstead snippets` shows posts and kits, to a person and to a program."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from publish.commands.snippet_shelf import Shelf
from publish.contract.catalogue import N_, Words, choose_language
from publish.contract.snippets import INDEX, Kit, Note, OnPlatform, Piece
from publish.contract.syndication import Copy
from publish.screen import table
from publish.syndicating import is_old

PIECES: Mapping[str, str] = {
    "title": N_("title"),
    "digest": N_("digest"),
    "author": N_("author"),
    "text": N_("text"),
    "thread": N_("thread"),
    "link": N_("link"),
    "tags": N_("tags"),
}


# ---- many posts -----------------------------------------------------------------------------


def overview(shelf: Shelf, kits: Sequence[Kit], total: int) -> list[str]:
    """Return the list of posts, and how to see the others."""
    words = shelf.screen.words
    _ = words.gettext
    if not kits:
        return [nothing(shelf)]
    count = words.ngettext("{n} post", "{n} posts", total).format(n=total)
    if len(kits) < total:
        count = _("the newest {n} of {count} (all: inkstead snippets --all)").format(
            n=len(kits), count=count
        )
    return [*table([row for kit in kits for row in _rows(shelf, kit)]), count]


def nothing(shelf: Shelf) -> str:
    """Return what to do where no post has a kit."""
    _ = shelf.screen.words.gettext
    if any(each.date for each in shelf.manifest.posts.values()):  # a page has none
        return _("no post goes anywhere: no platform is chosen ([snippets] in site.toml)")
    return _('no posts yet (begin one: inkstead new "First day")')


def _rows(shelf: Shelf, kit: Kit) -> Iterator[tuple[str, ...]]:
    """Yield a post, its title last; what else there is to say of it stands below the title."""
    words = shelf.screen.words
    _ = words.gettext
    misfits = _misfits(kit)
    yield kit.id, _fitting(words, kit, misfits), kit.title
    if misfits:
        yield "", "", _("does not fit: {names}").format(names=_(", ").join(misfits))
    if said := posted(shelf, kit):
        yield "", "", said


def fit(words: Words, kit: Kit) -> str:
    """Return how many platforms take a post, and which do not."""
    _, misfits = words.gettext, _misfits(kit)
    line = _fitting(words, kit, misfits)
    if not misfits:
        return line
    return _("{line}, not: {names}").format(line=line, names=_(", ").join(misfits))


def _fitting(words: Words, kit: Kit, misfits: Sequence[str]) -> str:
    n, total = len(kit.platforms) - len(misfits), len(kit.platforms)
    return words.gettext("{n} of {total} fit").format(n=n, total=total)


def _misfits(kit: Kit) -> list[str]:
    return [each.name(choose_language(None)) for each in kit.platforms if not each.fits]


def posted(shelf: Shelf, kit: Kit) -> str:
    """Return where a post was posted; what is older than the post says so."""
    _ = shelf.screen.words.gettext
    older = _("{platform} (older than the post)")
    named = [
        older.format(platform=name(copy, kit)) if old(shelf, kit.id, copy) else name(copy, kit)
        for copy in shelf.ledger.of(kit.id).values()
    ]
    return _("posted: {names}").format(names=_(", ").join(named)) if named else ""


def name(copy: Copy, kit: Kit | None) -> str:
    """Return what to call the place of a copy."""
    known = {each.id: each for each in kit.platforms} if kit else {}
    if copy.platform in known:
        return known[copy.platform].name(choose_language(None))
    return copy.platform or str(urlsplit(copy.url).hostname)


def old(shelf: Shelf, post: str, copy: Copy) -> bool:
    """Tell whether a post changed since it was posted somewhere."""
    known = shelf.manifest.posts.get(post)
    return known is not None and is_old(copy, known)


# ---- one post -------------------------------------------------------------------------------


def portrait(shelf: Shelf, kit: Kit) -> list[str]:
    """Return what fits where, what was left out, where it was posted, where the kit lies."""
    words, folder = shelf.screen.words, shelf.folder(kit.id)
    _ = words.gettext
    lang = choose_language(None)
    rows = [
        (
            each.name(lang),
            _("fits") if each.fits else _("does not fit"),
            _measure(words, each),
            each.file,
        )
        for each in kit.platforms
    ]
    facts = [
        (_("posted"), name(copy, kit), copy.date, copy.url, _age(shelf, kit.id, copy))
        for copy in shelf.ledger.of(kit.id).values()
    ]
    n = len(kit.pictures)
    return [
        f"{kit.title} · {kit.id} · {fit(words, kit)}",
        *(f"  {line}" for line in table(rows)),
        *(line for each in kit.platforms for line in _notes(words, each)),
        *table(facts),
        words.ngettext("{n} picture in {folder}", "{n} pictures in {folder}", n).format(
            n=n, folder=shelf.screen.path(folder)
        ),
        _("kit: {path} (open it: inkstead snippets {post} --open)").format(
            path=shelf.screen.path(folder / INDEX), post=kit.id
        ),
    ]


def _age(shelf: Shelf, post: str, copy: Copy) -> str:
    return shelf.screen.words.gettext("older than the post") if old(shelf, post, copy) else ""


def _measure(words: Words, platform: OnPlatform) -> str:
    """Return how long the text is, and how many parts the same has as a thread."""
    texts = [_length(each) for each in platform.pieces if each.name == "text"]
    thread = [each for each in platform.pieces if each.name == "thread"]
    if not thread:
        return "".join(texts[:1])
    longest, n = _length(max(thread, key=lambda each: each.count)), len(thread)
    if texts:
        line = words.ngettext("{count}, or a thread of {n}", "{count}, or a thread of {n}", n)
        return line.format(count=texts[0], n=n)
    line = words.ngettext("{n} part, {count}", "{n} parts, the longest {count}", n)
    return line.format(n=n, count=longest)


def _length(piece: Piece) -> str:
    return f"{piece.count:,}/{piece.most:,}" if piece.most else f"{piece.count:,}"


def _notes(words: Words, platform: OnPlatform) -> Iterator[str]:
    """Yield what a platform does not take, then what else there is to say of it."""
    _ = words.gettext
    said = [note_text(words, each.message, each.values) for each in _misfits_first(platform)]
    named = any(each.kind == "misfit" for each in platform.notes)
    over = [] if named else [_bound(words, each) for each in platform.pieces if not each.fits]
    for text in (*over, *said):
        yield _("{platform}: {text}").format(
            platform=platform.name(choose_language(None)), text=text
        )


def _bound(words: Words, piece: Piece) -> str:
    _ = words.gettext
    shown = _(PIECES.get(piece.name, piece.name))
    if piece.count < piece.least:
        line = _("{piece} has {count}, and needs {least} at least")
    else:
        line = _("{piece} has {count}, and {most} are taken")
    return line.format(piece=shown, count=piece.count, most=piece.most, least=piece.least)


def _misfits_first(platform: OnPlatform) -> list[Note]:
    order = ("misfit", "retreat", "hint")
    return sorted(platform.notes, key=lambda each: order.index(each.kind))


def note_text(words: Words, message: str, values: Mapping[str, str]) -> str:
    """Return a note in the creator's language."""
    return words.gettext(message).format(**values)


# ---- for a program --------------------------------------------------------------------------


def summary_value(shelf: Shelf, kit: Kit) -> dict[str, Any]:
    """Return a post as JSON takes it, without its texts."""
    post = shelf.manifest.posts[kit.id]
    return {
        "post": kit.id,
        "title": kit.title,
        "lang": kit.lang,
        "url": kit.url,
        "date": post.date,
        "platforms": [each.id for each in kit.platforms],
        "misfits": [each.id for each in kit.platforms if not each.fits],
        "posted": [copy_value(shelf, kit.id, copy) for copy in shelf.ledger.of(kit.id).values()],
        "folder": str(shelf.folder(kit.id)),
        "pictures": [each.file for each in kit.pictures],
    }


def copy_value(shelf: Shelf, post: str, copy: Copy) -> dict[str, Any]:
    """Return a copy of a post as JSON takes it."""
    return {
        "platform": copy.platform,
        "url": copy.url,
        "date": copy.date,
        "old": old(shelf, post, copy),
    }


def kit_value(shelf: Shelf, kit: Kit, only: str = "") -> dict[str, Any]:
    """Return a whole kit as JSON takes it, or what it has of one platform."""
    words = shelf.screen.words
    return {
        **summary_value(shelf, kit),
        "platforms": [
            {
                "id": each.id,
                "name": each.name(choose_language(None)),
                "fits": each.fits,
                "file": each.file,
                "pieces": [dataclasses.asdict(piece) for piece in each.pieces],
                "notes": [
                    {"kind": n.kind, "text": note_text(words, n.message, n.values)}
                    for n in each.notes
                ],
            }
            for each in kit.platforms
            if only in ("", each.id)
        ],
        "pictures": [dataclasses.asdict(each) for each in kit.pictures],
    }
