"""A kit of one post: every platform's text as files, and what pictures are made from later."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from plugins.model.snippets import Own, OwnText
from plugins.snippets.kit.page import page
from plugins.snippets.long.form import long
from plugins.snippets.short.form import short
from plugins.snippets.values import Hashtags, Limit, Made, Note, Piece, Platform, Post, Snippet
from publish.contract import snippets as contract
from publish.contract.catalogue import N_, speak

_OVER = N_("{platform} ({piece} {count}/{most})")
_VERSION = 1
_ENDINGS = {"text": ".txt", "markdown": ".md", "html": ".html"}
_BETWEEN = "\n\n"
_PART = "\n\n---\n\n"
_LIBRARIES = ("nh3", "lxml", "regex", "css-inline", "jinja2")
_SOURCES = (".py", ".toml", ".html", ".css", ".js")


@dataclass(frozen=True)
class Rules:
    """The platforms that kits are made for; their text lies once beside all kits, by a hash."""

    platforms: tuple[Platform, ...]
    name: str
    text: str

    @property
    def file(self) -> str:
        """Return the name of the file beside the kits."""
        return f"platforms-{self.name}.json"


Shown = Sequence[tuple[Platform, Snippet]]
"""A post as each platform takes it, in the order of the kit."""


def make(post: Post, platform: Platform) -> Snippet:
    """Return a post as one platform takes it."""
    return short(post, platform) if platform.form == "short" else long(post, platform)


def show(post: Post, rules: Rules) -> Shown:
    """Return a post on every platform but those that its creator turned off for it."""
    wanted = [each for each in rules.platforms if each.id not in post.own.off]
    return [(platform, make(post, platform)) for platform in wanted]


def misfits(shown: Shown, lang: str) -> Iterator[str]:
    """Yield what some platform will not take, as a creator reads it: "X (text 300/280)"."""
    primary = lang.split("-")[0]
    _ = speak(primary).gettext
    for platform, snippet in shown:
        if not snippet.fits:
            name = platform.names.get(primary) or platform.names.get("en", platform.id)
            over = next((piece for piece in snippet.pieces if not piece.fits), None)
            yield _(_OVER).format(platform=name, **_counted(over, _)) if over else name


def _counted(piece: Piece, _: Callable[[str], str]) -> Mapping[str, str]:
    bound = piece.least if piece.count < piece.least else piece.most
    name = "text" if piece.name == "thread" else piece.name
    return {"piece": _(name), "count": f"{piece.count:,}", "most": f"{bound:,}"}


def files(post: Post, rules: Rules, shown: Shown, made: Sequence[Made] = ()) -> dict[str, bytes]:
    """Return the files of a kit by name."""
    found = {_file(platform): _text(post, platform, each) for platform, each in shown}
    found[contract.KIT] = contract.dump(_described(post, shown, made))
    found[contract.INDEX] = page(post, shown, made)
    found[contract.POST] = dumped(post, rules)
    return {name: text.encode() for name, text in found.items()}


def names(post: Post, rules: Rules) -> frozenset[str]:
    """Return how the files of a kit are called, pictures apart."""
    wanted = {_file(each) for each in rules.platforms if each.id not in post.own.off}
    return frozenset({*wanted, contract.KIT, contract.INDEX, contract.POST})


def write(folder: Path, post: Post, platforms: Sequence[Platform], made: Sequence[Made]) -> None:
    """Write a kit with the pictures that there are now; each file is replaced as a whole.

    Raises:
        OSError: a file cannot be written.

    """
    rules = rules_of(platforms)
    for name, data in files(post, rules, show(post, rules), made).items():
        spare = folder / f".{name}.{os.getpid()}"
        spare.write_bytes(data)
        spare.replace(folder / name)


def load(folder: Path) -> tuple[Post, tuple[Platform, ...]]:
    """Read what a kit was made from.

    Raises:
        publish.contract.snippets.NoKit: there is no kit, or none that this version reads.

    """
    place = folder.resolve()
    try:
        values = json.loads((place / contract.POST).read_text("utf-8"))
        if values["version"] != _VERSION:
            raise contract.NoKit(str(folder))
        rules = (place.parent / f"platforms-{values['platforms']}.json").read_text("utf-8")
        return _post(values["post"]), tuple(_platform(each) for each in json.loads(rules))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as cause:
        raise contract.NoKit(str(folder)) from cause


def rules_of(platforms: Sequence[Platform]) -> Rules:
    """Return rules with what kits name them by."""
    text = json.dumps([asdict(each) for each in platforms], ensure_ascii=False, default=str)
    return Rules(tuple(platforms), hashlib.sha256(text.encode()).hexdigest()[:16], text)


def dumped(post: Post, rules: Rules) -> str:
    """Return what a kit is made from, as its folder keeps it."""
    values = {"version": _VERSION, "platforms": rules.name, "post": asdict(post)}
    return json.dumps(values, ensure_ascii=False) + "\n"


def key(dump: str) -> str:
    """Return what a kit depends on: what it is made from, and our own sources."""
    return hashlib.sha256(f"{_sources()}\0{dump}".encode()).hexdigest()[:32]


@functools.cache
def _sources() -> str:
    """Return a hash of all that kits are made with, and that cleans what they are made from."""
    digest = hashlib.sha256(json.dumps([version(name) for name in _LIBRARIES]).encode())
    here = Path(__file__).parent
    places = [here, here.with_name("feeds"), Path(contract.__file__).parent / "locale"]
    for path in sorted(each for place in places for each in place.rglob("*")):
        if path.suffix in (*_SOURCES, ".po"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


# ---- files ----


def _file(platform: Platform) -> str:
    return platform.id + _ENDINGS[platform.format]


def _text(post: Post, platform: Platform, snippet: Snippet) -> str:
    """Return the file of a platform: what is copied there, piece by piece."""
    if platform.format == "html":
        return _document(post, snippet)
    text = next((piece.plain for piece in snippet.pieces if piece.name == "text"), "")
    if text.startswith("---\n"):  # its front matter says the rest, and has to come first
        return text.rstrip("\n") + "\n"
    parts = [piece.plain for piece in snippet.pieces if piece.name == "thread"]
    rest = [piece.plain for piece in snippet.pieces if piece.name != "thread"]
    whole = _BETWEEN.join(filter(None, rest))
    return _PART.join(filter(None, [whole, *parts])) + "\n"


def _document(post: Post, snippet: Snippet) -> str:
    """Return a page that a browser shows, from which all can be selected."""
    by_name = {piece.name: piece for piece in snippet.pieces}
    body = by_name["text"].html if "text" in by_name else ""
    if body.lstrip()[:9].lower() == "<!doctype":
        return body
    title = by_name["title"].plain if "title" in by_name else post.title
    digest = by_name["digest"].plain if "digest" in by_name else ""
    described = f'<meta name="description" content="{escape(digest)}">\n' if digest else ""
    return (
        f'<!doctype html>\n<html lang="{post.lang}">\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n{described}"
        f'<link rel="canonical" href="{escape(post.canonical)}">\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _described(post: Post, shown: Shown, made: Sequence[Made]) -> contract.Kit:
    return contract.Kit(
        id=post.id,
        title=post.title,
        url=post.url,
        lang=post.lang,
        platforms=tuple(
            contract.OnPlatform(
                platform.id,
                dict(platform.names),
                _file(platform),
                snippet.fits,
                tuple(_piece(platform, each) for each in snippet.pieces),
                tuple(map(_note, snippet.notes)),
            )
            for platform, snippet in shown
        ),
        pictures=tuple(contract.Picture(**asdict(each)) for each in made),
    )


def _piece(platform: Platform, piece: Piece) -> contract.Piece:
    whole = platform.form == "long" and piece.name == "text"
    return contract.Piece(
        piece.name,
        "" if whole else piece.plain,
        piece.count,
        piece.most,
        piece.least,
        piece.counting,
        piece.fits,
    )


def _note(note: Note) -> contract.Note:
    return contract.Note(note.kind, note.message, dict(note.values))


# ---- and back ----


def _post(values: dict[str, Any]) -> Post:
    own = values["own"]
    hashtags = own["hashtags"]
    texts = {
        name: OwnText(each["title"], tuple(each["parts"])) for name, each in own["texts"].items()
    }
    own = Own(
        **{
            **own,
            "points": tuple(own["points"]),
            "hashtags": None if hashtags is None else tuple(hashtags),
            "texts": texts,
            "off": tuple(own["off"]),
        }
    )
    return Post(**{**values, "tags": tuple(values["tags"]), "own": own})


def _platform(values: dict[str, Any]) -> Platform:
    return Platform(
        **{
            **values,
            "limits": {name: _limit(each) for name, each in values["limits"].items()},
            "hashtags": Hashtags(**values["hashtags"]),
            **{name: tuple(values[name]) for name in ("pieces", "tags", "pictures")},
        }
    )


def _limit(values: dict[str, Any]) -> Limit:
    checked = values["checked"]
    return Limit(**{**values, "checked": date.fromisoformat(checked) if checked else None})
