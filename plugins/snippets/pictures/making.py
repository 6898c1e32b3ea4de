"""The pictures of a post as files: made once, kept by what they show and in which fonts."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import PIL

from plugins.model.text import HAN
from plugins.snippets.pictures import cards, codes, marks, pages
from plugins.snippets.pictures.blocks import blocks
from plugins.snippets.pictures.faces import Faces
from plugins.snippets.pictures.fonts import WISH, demand, find, of_han
from plugins.snippets.pictures.marks import Card
from plugins.snippets.pictures.rows import MORE_LINES
from plugins.snippets.short.gist import gist
from plugins.snippets.values import Made, Post
from publish.contract import snippets as contract
from publish.contract.catalogue import N_, speak

# Part of every key of the cache: raise it when the same post looks different.
REVISION = 1
QUOTES = ("1:1", "3:4")
SHAPES = (*cards.SIZES, "pages", "quote", "qr")
_LARGEST_CACHE = 400_000_000
_HAN_CHARACTER = re.compile(f"[{HAN}]")
_COVER = N_("Cover: {title}")
_QUOTE = N_("A sentence from “{title}”: {quote}")
_PAGE = N_("Page {n} of {total}: {text}")
_QR = N_("QR code that leads to “{title}”")
_SAID = (_COVER, _QUOTE, _PAGE, _QR, pages.THANKS, pages.MORE, MORE_LINES, codes.SCAN)

Tell = Callable[[int, int], None]
Drawn = Callable[[], bytes]
Picture = tuple[Made, bytes]


@dataclass(frozen=True)
class _Work:
    """The pictures of one shape: their names, and how each is drawn."""

    made: tuple[Made, ...]
    drawn: tuple[Drawn, ...]


def make(
    post: Post,
    shapes: Sequence[str],
    folder: Path,
    cache: Path | None,
    tell: Tell,
    most: int = pages.MOST,
) -> list[Made]:
    """Write the pictures of a post into its folder and return what they are, in order of `shapes`.

    `most` bounds the pages. `tell` hears how many there are and will be. Pages of an earlier time
    that there is no text for any more are taken away.

    Raises:
        plugins.snippets.pictures.fonts.NoFont: nothing here can write the post.
        ValueError: there is no such shape.
        OSError: a picture cannot be written.

    """
    wanted = list(dict.fromkeys(shapes))
    if unknown := [each for each in wanted if each not in SHAPES]:
        raise ValueError(f'there is no picture of the shape "{unknown[0]}"')
    quote = gist(post).quote or post.summary or post.title if "quote" in wanted else ""
    card = _card(post, quote, "pages" in wanted)
    places = {shape: _place(cache, card, shape, quote, most) for shape in wanted}
    kept = {shape: _kept(place) for shape, place in places.items()}
    works = {s: _work(card, s, quote, most) for s in wanted if kept[s] is None}
    total = sum(len(works[s].made if found is None else found) for s, found in kept.items())
    done, made = 0, []
    tell(done, total)
    for shape in wanted:
        for each, data in _pictures(places[shape], kept[shape], works.get(shape)):
            _write(folder / each.file, data)
            made.append(each)
            done += 1
            tell(done, total)
    if "pages" in wanted:
        _sweep(folder, {each.file for each in made})
    if cache and works:
        _cap(cache, _LARGEST_CACHE)
    return made


def _card(post: Post, quote: str, all_of_it: bool) -> Card:
    """Return what is drawn, once it is sure that no letter of it is lost."""
    said = [post.title, post.site, post.author, post.series, post.category, post.summary, quote]
    if all_of_it:
        said += [block.text for block in blocks(post.html, of_han(post.lang))]
    whole = " ".join(said)
    faces = _faces(post.lang, bool(_HAN_CHARACTER.search(whole)), os.environ.get(WISH, ""))
    demand(faces, whole)
    return marks.card(post, faces)


@functools.lru_cache(maxsize=32)
def _faces(lang: str, han: bool, wish: str) -> Faces:
    """Return the fonts of this machine: looked for once for all posts, and for each `wish`."""
    return find(lang, han)


def _work(card: Card, shape: str, quote: str, most: int) -> _Work:
    post = card.post
    say = _say(post)
    if shape == "pages":
        found = pages.pages(card, most)
        made = tuple(_page(card, each) for each in found)
        return _Work(made, tuple(_later(pages.draw, card, each) for each in found))
    if shape == "quote":
        alt = say(_QUOTE).format(title=post.title, quote=quote)
        made = tuple(
            Made(_named("quote", each), *cards.SIZES[each], alt, "quote", "quote")
            for each in QUOTES
        )
        return _Work(made, tuple(_later(cards.quote, card, quote, each) for each in QUOTES))
    if shape == "qr":
        alt = say(_QR).format(title=post.title)
        return _Work((Made("qr.png", *codes.SIZE, alt, "qr", "qr"),), (_later(codes.draw, card),))
    alt = say(_COVER).format(title=post.title)
    cover = Made(_named("cover", shape), *cards.SIZES[shape], alt, "cover", shape)
    return _Work((cover,), (_later(cards.cover, card, shape),))


def _later(draw: Callable[..., bytes], *given: object) -> Drawn:
    return lambda: draw(*given)


def _page(card: Card, page: pages.Page) -> Made:
    text = page.text or card.post.title
    alt = _say(card.post)(_PAGE).format(
        n=page.number, total=page.total, text=" ".join(text.split())
    )
    width, height = cards.SIZES[pages.SHAPE]
    return Made(f"page-{page.number:02}.png", width, height, alt, "page", "pages")


def _say(post: Post) -> Callable[[str], str]:
    return speak(post.lang.split("-")[0]).gettext


def _named(kind: str, shape: str) -> str:
    return f"{kind}-{shape.replace(':', 'x')}.png"


# ---- the cache ----


def _place(cache: Path | None, card: Card, shape: str, quote: str, most: int) -> Path | None:
    """Return where the pictures of a shape are kept: named by all that they depend on."""
    if cache is None:
        return None
    post = card.post
    parts = [REVISION, PIL.__version__, card.faces.name, shape, post.lang, post.title, post.site]
    parts += [post.author, post.accent, post.series, post.category, post.summary, post.html]
    parts += [post.tags, [_say(post)(message) for message in _SAID]]
    if shape == "pages":
        parts += [most, post.gated]
    elif shape == "quote":
        parts += [quote]
    elif shape == "qr":
        parts += [codes.address(post)]
    return cache / hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _kept(place: Path | None) -> list[Picture] | None:
    """Return the pictures that lie in a place of the cache, None unless all of them do."""
    if place is None:
        return None
    try:
        made = [Made(**each) for each in json.loads((place / contract.MADE).read_text("utf-8"))]
        os.utime(place)
        return [(each, (place / each.file).read_bytes()) for each in made]
    except (OSError, ValueError, TypeError):
        return None


def _pictures(
    place: Path | None, kept: Sequence[Picture] | None, work: _Work | None
) -> Iterator[Picture]:
    """Yield pictures with their bytes, and keep those that are new."""
    if work is None:
        yield from kept or ()
        return
    new = []
    for each, draw in zip(work.made, work.drawn, strict=True):
        data = draw()
        new.append((each, data))
        yield each, data
    if place:
        _keep(place, new)


def _keep(place: Path, new: Sequence[Picture]) -> None:
    """Keep pictures, all or none; a cache that cannot be written is no reason to fail."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=place.parent) as folder:
            spare = Path(folder) / "spare"
            spare.mkdir()
            for each, data in new:
                (spare / each.file).write_bytes(data)
            text = json.dumps([asdict(each) for each, _ in new], ensure_ascii=False)
            (spare / contract.MADE).write_text(text, "utf-8")
            if _kept(place) is None:  # else another process was faster
                shutil.rmtree(place, ignore_errors=True)
                spare.replace(place)
    except OSError:
        return


def _cap(cache: Path, largest: int) -> None:
    """Take the pictures away that were not asked for longest, until the cache is small again."""
    found = []
    for place in cache.iterdir() if cache.is_dir() else ():
        try:
            size = sum(path.stat().st_size for path in place.iterdir())
            found.append((place.stat().st_mtime, size, place))
        except OSError:  # another process took it away
            continue
    whole = sum(size for _, size, _ in found)
    for _, size, place in sorted(found):
        if whole <= largest:
            return
        shutil.rmtree(place, ignore_errors=True)
        whole -= size


def _write(path: Path, data: bytes) -> None:
    # Not mkdir: a build may have taken the kit away, and half of it must not come back.
    spare = path.with_name(f".{path.name}.{os.getpid()}")
    spare.write_bytes(data)
    spare.replace(path)


def _sweep(folder: Path, made: set[str]) -> None:
    for path in folder.glob("page-*.png"):
        if path.name not in made:
            path.unlink(missing_ok=True)
