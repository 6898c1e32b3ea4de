"""From the files of a creator's folder to entries: which there are, and what each of them says."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from plugins.model.entries import KINDS as POST_KINDS
from plugins.model.entries import (
    MAGNET_FIELDS,
    MAGNET_STATUSES,
    POST_FIELDS,
    PRODUCT_FIELDS,
    PRODUCT_STATUSES,
    STATUSES,
    Entry,
    Fields,
    Room,
    Sale,
)
from plugins.model.frontmatter import Source, decode, split
from plugins.model.gifts import NOWHERE, read_gift
from plugins.model.marker import Parts, check_definitions, outside_code, split_at_marker
from plugins.model.marks import check_marks, find_marks, split_parts
from plugins.model.problems import Problems
from plugins.model.sales import read_sale
from plugins.model.site import Site
from plugins.model.site_file import FILE
from plugins.model.slugs import natural, same, split_date
from plugins.model.snippet_fields import read_own
from plugins.model.snippets import Own
from publish.contract.catalogue import N_
from publish.contract.report import Place

ROOMS: Mapping[str, Room] = {
    "posts": "post",
    "pages": "page",
    "products": "product",
    "magnets": "magnet",
}
ENDINGS = (".md", ".markdown", ".mkd")
_FIELDS: Mapping[Room, tuple[str, ...]] = {
    "post": POST_FIELDS,
    "page": POST_FIELDS,
    "product": PRODUCT_FIELDS,
    "magnet": MAGNET_FIELDS,
}
_STATUSES: Mapping[Room, tuple[str, ...]] = {
    "post": STATUSES,
    "page": STATUSES,
    "product": PRODUCT_STATUSES,
    "magnet": MAGNET_STATUSES,
}
_KNOWN = frozenset((*POST_FIELDS, *PRODUCT_FIELDS))
_NOWHERE = (NOWHERE, "no", "false", "无")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$")
_INLINE = re.compile(
    r"!?\[([^\]]*)\]\([^)]*\)|[*_`~=]{1,3}(?=\S)|(?<=\S)[*_`~=]{1,3}|\{[:#.][^}]*\}"
)


@dataclass(frozen=True)
class Premium:
    """The Markdown behind a paywall marker and the line it begins on.

    Of a lead magnet it is what thanks, and `mail` what its mail says.
    """

    text: str
    line: int
    mail: Premium | None = None

    @property
    def whole(self) -> str:
        """Return all of it."""
        return f"{self.text}\n\n{self.mail.text}" if self.mail else self.text


Vault = Mapping[str, Premium]


def read_sources(content: Path, problems: Problems) -> Iterator[tuple[Room, str, Source]]:
    """Yield every text of a folder: its room, its path, and its fields and body."""
    for room, path in sorted(_find(content), key=lambda found: (found[0], natural(found[1]))):
        try:
            raw = (content / path).read_bytes()
        except OSError as cause:
            problems.error(
                Place(path), N_("the file cannot be read: {reason}"), reason=cause.strerror or cause
            )
            continue
        text = decode(raw, path, problems)
        yield room, path, split(text, path, known_fields(room), problems)


def is_inside(folder: Path, name: str) -> bool:
    """Tell whether a name is a file that really lies in a folder, wherever links lead."""
    place = folder / name
    try:
        return place.is_file() and place.resolve().is_relative_to(folder.resolve())
    except OSError:  # a name that no file system takes
        return False


def known_fields(room: Room) -> frozenset[str]:
    """Return the names that mark a header in a room."""
    return frozenset(MAGNET_FIELDS) if room == "magnet" else _KNOWN


def _find(content: Path) -> Iterator[tuple[Room, str]]:
    """Yield every Markdown file with the room it belongs to."""
    plain = not (content / FILE).is_file() and not (content / "posts").is_dir()
    folders = {"": "post"} if plain else ROOMS
    for folder, room in folders.items():
        for root, names, files in os.walk(content / folder):
            names[:] = sorted(
                n for n in names if not _ignored(n) and not _is_output(Path(root) / n)
            )
            for name in files:
                if name.lower().endswith(ENDINGS) and not _ignored(name):
                    yield room, (Path(root) / name).relative_to(content).as_posix()  # type: ignore[misc]


def _ignored(name: str) -> bool:
    return name.startswith((".", "_")) or name.endswith("~") or name == "node_modules"


def _is_output(folder: Path) -> bool:
    """Tell whether a folder is a generation, which may lie inside the creator's."""
    return (folder / ".generations").is_dir() or (folder / "manifest.json").is_file()


def read_entry(
    room: Room,
    path: str,
    source: Source,
    site: Site,
    granted: Mapping[str, object],
    vault: dict[str, Premium],
    unknown: dict[str, list[Place]],
    problems: Problems,
) -> Entry:
    """Return what a text says as an entry; its premium part goes into the vault.

    `granted` are the access words of all products; fields that nobody knows go into `unknown`.
    """
    fields = Fields(source, path, site, problems)
    for name, place in fields.adopt(_FIELDS[room]):
        unknown[name].append(place)
    inside, stem, dated = _names(path)
    lang, inside = _language(inside, fields, site)
    sale, gift = _sale(room, fields), read_gift(fields) if room == "magnet" else None
    access = ("public",) if _for_all(room) else fields.access(granted)
    summary = fields.text("summary") or (gift.promise if gift else "")
    parts = _parts(room, access, summary, source, fields, vault)
    title, text = _title(fields.text("title"), parts.public, stem)
    slug = fields.slug(stem or dated)
    language = site.language(lang) or site.main
    kinds = () if _for_all(room) else POST_KINDS
    folder = "/get" if gift else ""
    return Entry(
        room=room,
        source=path,
        id=fields.id(inside),
        title=title,
        slug=slug,
        lang=lang,
        url=f"{language.prefix}{folder}/{slug}/",
        text=text,
        line=source.body_line,
        order=natural(path),
        date=None if gift else fields.date("date", dated),
        updated=fields.date("updated"),
        translation_of=fields.text("translation_of"),
        category=fields.text("category"),
        tags=() if gift else fields.texts("tags"),
        summary=summary,
        cover=fields.text("cover"),
        cover_alt=fields.text("cover_alt"),
        series=fields.text("series"),
        kind=fields.choice("kind", kinds, "") if kinds else "",
        access=access,
        status=fields.choice("status", _STATUSES[room], "published"),
        aliases=fields.aliases(),
        canonical=fields.canonical(),
        author=fields.text("author"),
        sale=sale,
        gift=gift,
        magnet=_magnet(fields),
        snippets=_snippets(room, fields),
        has_premium=parts.premium is not None,
        lines=fields.lines,
    )


def _names(path: str) -> tuple[str, str, str]:
    """Return path inside the room without date and ending, its last part, and the date."""
    parts = Path(path).with_suffix("").parts
    parts = parts[1:] if parts[0] in ROOMS and len(parts) > 1 else parts
    if parts[-1].lower() == "index" and len(parts) > 1:
        parts = parts[:-1]
    dated, stem = split_date(parts[-1])
    return "/".join([*parts[:-1], stem or dated]), stem or dated, dated


def _language(inside: str, fields: Fields, site: Site) -> tuple[str, str]:
    """Return the language of an entry: its field, else the folder it lies in."""
    folder = inside.split("/")[0] if "/" in inside else ""
    by_folder = next(
        (each.code for each in site.languages if folder and each.code.split("-")[0] == folder), ""
    )
    return fields.language(by_folder or site.main.code), inside


def _sale(room: Room, fields: Fields) -> Sale | None:
    if room != "product":
        return None
    if not fields.text("translation_of"):
        return read_sale(fields)
    for name in ("grants", "offers", "kind", "refund_days", "adopts"):
        if name in fields.values:
            fields.wrong(
                name,
                N_('"{name}" belongs into the product "{original}" alone (take it away here)'),
                original=fields.text("translation_of"),
            )
    return None


def _magnet(fields: Fields) -> str:
    """Return the id of the lead magnet at the end of a text, or NOWHERE."""
    value = fields.text("magnet")
    return NOWHERE if value.lower() in _NOWHERE else value


def _snippets(room: Room, fields: Fields) -> Own:
    """Return the creator's own words for other platforms, which posts alone have."""
    if room == "post":
        return read_own(fields)
    if room == "page" and "snippets" in fields.values:
        fields.wrong("snippets", N_("only posts have {name} (take it away)"))
    return Own()


def _for_all(room: Room) -> bool:
    """Tell whether the pages of a room are for all: what is sold or given says so itself."""
    return room in ("product", "magnet")


def _parts(
    room: Room,
    access: tuple[str, ...],
    summary: str,
    source: Source,
    fields: Fields,
    vault: dict[str, Premium],
) -> Parts:
    """Split a body; what is not for all goes into the vault."""
    path, problems = fields.path, fields.problems
    if room == "magnet":
        return _magnet_parts(source, fields, vault)
    parts = split_at_marker(source.body, path, source.body_line, problems)
    parts = _gate(parts, room, access, summary, source, fields)
    check_definitions(parts, path, source.body_line, problems)
    check_marks(source.body, path, source.body_line, problems)
    if parts.premium is not None:
        vault[path] = Premium(parts.premium, parts.premium_line)
    return parts


def _magnet_parts(source: Source, fields: Fields, vault: dict[str, Premium]) -> Parts:
    """Split the text of a lead magnet: its page, what thanks, and what its mail says."""
    path, problems = fields.path, fields.problems
    walled = split_at_marker(source.body, path, source.body_line, problems)
    if walled.premium is not None:
        problems.error(
            Place(path, walled.premium_line - 1),
            N_(
                "a paywall marker in a lead magnet (take it away:"
                ' what only those get who asked stands under "<!-- thanks -->")'
            ),
        )
    parts = split_parts(source.body, path, source.body_line, problems)
    check_marks(source.body, path, source.body_line, problems)
    for text, line in ((parts.thanks, parts.thanks_line), (parts.mail, parts.mail_line)):
        for mark in find_marks(text, line):
            problems.error(
                Place(path, mark.line),
                N_("a lead magnet is not placed in thanks or mail (link to its page)"),
            )
    vault[path] = Premium(parts.thanks, parts.thanks_line, Premium(parts.mail, parts.mail_line))
    return Parts(parts.page, None, 0)


def _gate(
    parts: Parts, room: Room, access: tuple[str, ...], summary: str, source: Source, fields: Fields
) -> Parts:
    if room == "product":
        return parts
    if access == ("public",):
        if parts.premium is not None:
            fields.problems.error(
                Place(fields.path, parts.premium_line - 1),
                N_('a paywall marker in a public text (write "access: paid", or take it away)'),
            )
        return parts
    if parts.premium is None and not summary:
        fields.wrong(
            "access",
            N_('a gated text needs a teaser (put "{marker}" after it, or write a summary)'),
            marker="<!-- paywall -->",
        )
    if parts.premium is None:
        return Parts("", source.body, source.body_line)
    return parts


def _title(given: str, text: str, stem: str) -> tuple[str, str]:
    """Return title and text; a heading that says the title is taken out of the text."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    leading = first is not None and _HEADING.match(lines[first])
    if leading and first is not None:
        said = _unmarked(leading[2])
        if not given or same(said) == same(given):
            lines[first] = ""
            return given or said, "\n".join(lines)
    if given:
        return given, text
    for _, line in outside_code(text):
        heading = _HEADING.match(line)
        if heading:
            return _unmarked(heading[2]), text
    return stem.replace("-", " ").replace("_", " ").strip() or stem, text


def _unmarked(heading: str) -> str:
    return " ".join(_INLINE.sub(lambda match: match[1] or "", heading).split())
