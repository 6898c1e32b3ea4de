"""What `inkstead new` writes: where a file goes and how it begins. Pure, but for the last step."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from string import Template
from typing import Literal

import yaml

from publish.contract.catalogue import N_
from publish.trouble import WrongUsage

What = Literal["post", "page", "product", "magnet"]
KINDS = ("classic", "daily", "howto", "sales")
PRODUCT_KINDS = ("membership", "pass", "item", "bundle")

_TEMPLATES = Path(__file__).parent / "starter"
_DROP = re.compile(r"[^\w\s.-]+")
_GAP = re.compile(r"[\s_.-]+")
_ASCII = re.compile(r"[a-z0-9][a-z0-9-]*")
_LONGEST_SLUG = 60
# Without letters and digits that look alike: ids are read aloud and typed.
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True)
class Draft:
    """A new text: `date` in the site's zone, `lang` the folder of a further language or "".

    `spoken` is the language of what explains the fields: "en" or "zh".
    """

    what: What
    title: str
    date: datetime
    id: str
    lang: str = ""
    folder: bool = False
    kind: str = ""
    access: str = ""
    translation_of: str = ""
    published: bool = False
    spoken: str = "en"

    @property
    def status(self) -> str:
        """Return whether the next build shows it."""
        return "published" if self.published else "draft"

    @property
    def slug(self) -> str:
        """Return the last part of the address; a title without any letter gives its id."""
        return slug_of(self.title) or slug_of(self.id)


def slug_of(title: str) -> str:
    """Return letters and digits of any script, lower case, single hyphens, at most 60 of them."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", title)).lower()
    return _GAP.sub("-", _DROP.sub("-", text)).strip("-")[:_LONGEST_SLUG].rstrip("-")


def new_id(
    what: What, title: str, day: datetime, pick: Callable[[Sequence[str]], str] = secrets.choice
) -> str:
    """Return a permanent id: date and four letters for posts, readable for everything else.

    Titles change and ids never do, so a post's says nothing about its title.
    """
    ending = "".join(pick(_ALPHABET) for _ in range(4))
    if what == "post":
        return f"{day:%Y%m%d}-{ending}"
    slug = slug_of(title)
    return slug if _ASCII.fullmatch(slug) else f"{what}-{ending}"


def path_of(draft: Draft) -> PurePosixPath:
    """Return the path below the content folder."""
    room = PurePosixPath(f"{draft.what}s", draft.lang)
    if draft.folder:
        return room / draft.slug / "index.md"
    dated = f"{draft.date:%Y-%m-%d}-{draft.slug}" if draft.what == "post" else draft.slug
    return room / f"{dated}.md"


def text_of(draft: Draft) -> str:
    """Return the whole file: front matter, then a body to be replaced."""
    if draft.what == "magnet":
        return _magnet(draft)
    return f"---\n{_front_matter(draft)}---\n\n{_body(draft)}"


def write(content: Path, draft: Draft) -> Path:
    """Write the file and return its path.

    Raises:
        WrongUsage: the file is there already.

    """
    path = content / path_of(draft)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text_of(draft))
    except FileExistsError as cause:
        raise WrongUsage(
            N_('"{path}" is there already (choose another title, or edit that file)'), path=path
        ) from cause
    return path


def _front_matter(draft: Draft) -> str:
    lines = [_pair("id", draft.id), _pair("title", draft.title)]
    if draft.what == "post":
        lines.append(f"date: {draft.date:%Y-%m-%d %H:%M}\n")
    lines.append(_pair("slug", draft.slug))
    if draft.translation_of:
        lines.append(_pair("translation_of", draft.translation_of))
    if draft.what == "product":
        lines.append("" if draft.translation_of else _sale(draft))
    elif draft.kind:
        lines.append(f"kind: {draft.kind}\n")
    if draft.access:
        lines.append("# Everybody reads what stands above the paywall line, members the rest.\n")
        lines.append(_pair("access", draft.access))
    lines.append(f"status: {draft.status}\n")
    return "".join(lines)


def _sale(draft: Draft) -> str:
    kind = draft.kind or "membership"
    span = {"membership": "    every: year\n", "pass": "    days: 365\n"}.get(kind, "")
    grants = draft.id if kind == "item" else "paid"
    return (
        f"kind: {kind}\n"
        '# The words that posts ask for with "access:".\n'
        f"grants: [{grants}]\n"
        "offers:\n"
        f"  - id: {draft.id}-1\n"
        "    price: {CNY: 99}\n"
        f"{span}"
        "refund_days: 7\n"
    )


def _magnet(draft: Draft) -> str:
    """Return a lead magnet with all its fields, those that are seldom needed behind a hash."""
    template = (_TEMPLATES / draft.spoken / "magnet.md").read_text(encoding="utf-8")
    original = draft.translation_of
    return Template(template).substitute(
        identity=_value(draft.id),
        id=original or draft.id,
        title=_value(draft.title),
        slug=_value(draft.slug),
        name=draft.slug,
        translation=_pair("translation_of", original) if original else "",
        status=draft.status,
    )


def _value(text: str) -> str:
    """Return a text as a value of YAML, quoted only where it has to be."""
    return _pair("x", text).removeprefix("x: ").rstrip("\n")


def _body(draft: Draft) -> str:
    if draft.access or draft.what == "product":
        return "…\n\n<!-- paywall -->\n\n…\n"
    return "…\n"


def _pair(key: str, value: str) -> str:
    """Return one line of YAML, quoted only where it has to be."""
    line: str = yaml.safe_dump({key: value}, allow_unicode=True, width=10_000)
    return line
