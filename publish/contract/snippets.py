"""What lies in `snippets/<post>/` of a generation, for those who show it and those who make it.

One folder a post, named by folder_of:

    kit.json      this module: what fits, what was left out, which pictures there are
    post.json     what the kit was made from; pictures are made from it when they are asked for
    index.html    the copy kit
    <platform>.txt | .md | .html
    <picture>.png
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = "snippets"
KIT, POST, INDEX = "kit.json", "post.json", "index.html"
CALLED: Mapping[str, str] = {
    "twitter": "x",
    "weixin": "wechat",
    "xhs": "xiaohongshu",
    "rednote": "xiaohongshu",
    "hn": "hackernews",
    "email": "newsletter",
}
"""What people call a platform that its names do not say, and its id."""
PICTURES, MADE = ".pictures", "made.json"
"""Where an output folder keeps pictures from one time to the next, and what says what they show."""

# Bytes of a name that every file system takes. Ids that are written are shorter; one that comes
# from a path of many long folders may not be.
_LONGEST = 200
_HASH = 16


class NoKit(Exception):
    """There is no kit in a folder, or none that this version reads."""


@dataclass(frozen=True)
class Piece:
    """What is copied with one press: `name` as in plugins.snippets.values.Piece.

    `plain` is "" for the text of a whole post, which is in the platform's own file.
    """

    name: str
    plain: str
    count: int
    most: int
    least: int
    counting: str
    fits: bool


@dataclass(frozen=True)
class Note:
    """A sentence of the catalogue: `kind` is "misfit", "retreat" or "hint"."""

    kind: str
    message: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class OnPlatform:
    """The post on one platform: `names` by language, `file` beside kit.json."""

    id: str
    names: Mapping[str, str]
    file: str
    fits: bool
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]

    def name(self, lang: str) -> str:
        """Return what a language calls the platform."""
        return self.names.get(lang.split("-")[0], "") or self.names.get("en", self.id)


@dataclass(frozen=True)
class Picture:
    """A picture that was made, as plugins.snippets.values.Made."""

    file: str
    width: int
    height: int
    alt: str
    kind: str
    shape: str


@dataclass(frozen=True)
class Kit:
    """One post's kit; `pictures` are empty until somebody asked for them."""

    id: str
    title: str
    url: str
    lang: str
    platforms: tuple[OnPlatform, ...]
    pictures: tuple[Picture, ...] = ()


def folder_of(generation: Path, post: str) -> Path:
    """Return the folder of a post's kit: a slash in an id is a plus, which no id has."""
    name = post.replace("/", "+")
    if len(name.encode()) > _LONGEST:
        head = name.encode()[: _LONGEST - _HASH - 1].decode("utf-8", "ignore")
        name = f"{head}+{hashlib.sha256(post.encode()).hexdigest()[:_HASH]}"
    return generation / FOLDER / name


def dump(kit: Kit) -> str:
    """Return kit.json."""
    # One line: with an indent, json falls back on an encoder that is ten times as slow.
    return json.dumps({"version": 1, **_plain(kit)}, ensure_ascii=False) + "\n"


def _plain(kit: Kit) -> dict[str, Any]:
    """Return a kit as JSON takes it; `asdict` would copy every text twice."""
    platforms = [
        {
            **each.__dict__,
            "names": dict(each.names),
            "pieces": [piece.__dict__ for piece in each.pieces],
            "notes": [{**note.__dict__, "values": dict(note.values)} for note in each.notes],
        }
        for each in kit.platforms
    ]
    pictures = [each.__dict__ for each in kit.pictures]
    return {**kit.__dict__, "platforms": platforms, "pictures": pictures}


def load(folder: Path) -> Kit:
    """Read the kit of a post's folder.

    Raises:
        NoKit: there is none, or none of this version.

    """
    try:
        values = json.loads((folder / KIT).read_text("utf-8"))
        if values.pop("version") != 1:
            raise NoKit(str(folder))
        return Kit(
            **{
                **values,
                "platforms": tuple(_platform(each) for each in values["platforms"]),
                "pictures": tuple(Picture(**each) for each in values["pictures"]),
            }
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as cause:
        raise NoKit(str(folder)) from cause


def _platform(values: Mapping[str, Any]) -> OnPlatform:
    return OnPlatform(
        **{
            **values,
            "pieces": tuple(Piece(**each) for each in values["pieces"]),
            "notes": tuple(Note(**each) for each in values["notes"]),
        }
    )
