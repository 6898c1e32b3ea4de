"""A file of the creator's, read: posts, pages, products and magnets, every field checked."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from plugins.model.frontmatter import GATES, Source
from plugins.model.problems import Problems, hint, nearest
from plugins.model.site import Site
from plugins.model.slugs import slugify
from plugins.model.snippets import Own
from plugins.model.text import writable
from publish.contract.catalogue import N_
from publish.contract.report import Place

if TYPE_CHECKING:
    from plugins.model.gifts import Gift

Room = Literal["post", "page", "product", "magnet"]

KINDS = ("classic", "daily", "howto", "sales")
STATUSES = ("published", "hidden", "draft")
PRODUCT_KINDS = ("membership", "pass", "item", "bundle")
PRODUCT_STATUSES = ("published", "draft", "retired")
MAGNET_STATUSES = ("published", "draft", "retired")
RESERVED_WORDS = ("public", "subscribers")

_COMMON = (
    "id",
    "title",
    "date",
    "updated",
    "slug",
    "lang",
    "translation_of",
    "summary",
    "cover",
    "cover_alt",
    "status",
    "aliases",
    "canonical",
    "author",
    "access",
)
POST_FIELDS = (*_COMMON, "category", "tags", "series", "kind", "magnet", "snippets")
PRODUCT_FIELDS = (*_COMMON, "kind", "grants", "offers", "refund_days", "adopts")
MAGNET_FIELDS = (
    "id",
    "title",
    "promise",
    "file",
    "files",
    "post",
    "ask",
    "tags",
    "letters",
    "button",
    "show",
    "contact",
    "slug",
    "lang",
    "translation_of",
    "summary",
    "updated",
    "status",
    "aliases",
    "cover",
    "cover_alt",
    "access",
)

# What other tools call the same thing; read as ours.
_SYNONYMS = {
    "modified": "updated",
    "lastmod": "updated",
    "description": "summary",
    "authors": "author",
    "excerpt": "summary",
}
_CHINESE = {
    "标题": "title",
    "日期": "date",
    "标签": "tags",
    "分类": "category",
    "摘要": "summary",
    "状态": "status",
    "语言": "lang",
    "作者": "author",
    "封面": "cover",
}

ID = re.compile(r"[^\W_](?:[\w.-]|/(?=[^\W_]))*", re.U)


@dataclass(frozen=True)
class Offer:
    """A way to buy: `prices` by currency in minor units, `trial` the free days at first."""

    id: str
    prices: Mapping[str, int]
    every: str = ""
    days: int = 0
    line: int = 0
    trial: int = 0


@dataclass(frozen=True)
class Sale:
    """What makes a page of `products/` a product.

    `adopts` are ids of the payment provider that existed before and count as this product.
    """

    kind: str
    grants: tuple[str, ...]
    offers: tuple[Offer, ...]
    refund_days: int
    adopts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One post, page, product page or page of a lead magnet, without its premium part.

    `source` is the path relative to the content folder, `text` the public Markdown, `line` the
    line it begins on, `lines` where each field stands, `order` what undated posts sort by.
    `magnet` is the id of the lead magnet at the end of the text, "none" for none at all.
    """

    room: Room
    source: str
    id: str
    title: str
    slug: str
    lang: str
    url: str
    text: str
    line: int
    order: tuple[Any, ...]
    date: datetime.datetime | None = None
    updated: datetime.datetime | None = None
    translation_of: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    summary: str = ""
    cover: str = ""
    cover_alt: str = ""
    series: str = ""
    kind: str = ""
    access: tuple[str, ...] = ("public",)
    status: str = "published"
    aliases: tuple[str, ...] = ()
    canonical: str = ""
    author: str = ""
    sale: Sale | None = None
    gift: Gift | None = None
    magnet: str = ""
    snippets: Own = field(default_factory=Own)
    has_premium: bool = False
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def gated(self) -> bool:
        """Tell whether only some may read all of it."""
        return self.has_premium

    @property
    def listed(self) -> bool:
        """Tell whether lists, feeds and the sitemap name it."""
        return self.status == "published" or (self.status == "retired" and not self.gift)

    def place(self, name: str = "") -> Place:
        """Return where a field stands, or the file."""
        return Place(self.source, self.lines.get(name, 0))


class Fields:
    """The fields of one file, asked for one by one; what is wrong is said with its line."""

    def __init__(self, source: Source, path: str, site: Site, problems: Problems) -> None:
        self.values = dict(source.fields)
        self.lines = dict(source.lines)
        self.path = path
        self.site = site
        self.problems = problems

    def place(self, name: str) -> Place:
        """Return the line of a field."""
        return Place(self.path, self.lines.get(name, 0))

    def wrong(self, name: str, message: str, **values: object) -> None:
        """Say that a field's value will not do."""
        self.problems.error(self.place(name), message, name=name, **values)

    def adopt(self, known: Sequence[str]) -> list[tuple[str, Place]]:
        """Rename synonyms, refuse near misses and foreign gates; return the unknown fields."""
        unknown: list[tuple[str, Place]] = []
        self._adopt_draft_flags()
        for name in list(self.values):
            ours = _SYNONYMS.get(name, "")
            if name in known:
                continue
            if ours in known and ours not in self.values:
                self.values[ours] = self.values.pop(name)
                self.lines[ours] = self.lines.pop(name, 0)
            elif name in GATES:
                self.wrong(name, N_('"{name}" gates nothing here (write "access: paid")'))
            elif guess := (_CHINESE.get(name) or nearest(name, known)):
                self.wrong(
                    name, N_('unknown field "{name}" (did you mean "{guess}"?)'), guess=guess
                )
            elif gate := self._gate_inside(name):
                self.problems.error(
                    self.place(name),
                    N_('"{name}" gates nothing here (write "access: paid")'),
                    name=f"{name}.{gate}",
                )
            else:
                unknown.append((name, self.place(name)))
        return unknown

    def _gate_inside(self, name: str) -> str:
        """Return the gate that stands inside a field which would be passed over."""
        value = self.values[name]
        inner = value if isinstance(value, dict) else {}
        return next((key for key in inner if key.strip().lower() in ("access", *GATES)), "")

    def _adopt_draft_flags(self) -> None:
        """Take `draft: true` and `published: false`, which other tools write, for a draft."""
        for name, draft in (("draft", True), ("published", False)):
            value = str(self.values.pop(name, "")).strip().lower()
            if not value:
                continue
            if value not in ("true", "false", "yes", "no"):
                self.wrong(name, N_('{name} "{value}" is neither true nor false'), value=value)
            if (value in ("true", "yes")) == draft:
                self.values["status"] = "draft"
                self.lines["status"] = self.lines.get(name, 0)

    def text(self, name: str) -> str:
        """Return a text of one line."""
        value = self.values.get(name, "")
        if isinstance(value, str):
            return " ".join(writable(value).split())
        self.wrong(name, N_("{name} is one text, not a list or a table"))
        return ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list, also when it is written on one line with commas."""
        value = self.values.get(name, "")
        if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
            value = value[1:-1]  # a list of YAML's in "Key: value" lines
        items: Sequence[Any] = re.split(r"[,，;；、]", value) if isinstance(value, str) else value  # type: ignore[assignment]
        if not isinstance(items, list) or not all(isinstance(each, str) for each in items):
            self.wrong(name, N_("{name} is a list of texts (write [one, two])"))
            return ()
        if name == "tags":  # who writes Chinese uses its comma inside of brackets, too
            items = [part for item in items for part in re.split(r"[，、；]", item)]
        found = [" ".join(writable(item).split()) for item in items]
        return tuple(dict.fromkeys(item for item in found if item))

    def choice(self, name: str, known: Sequence[str], default: str) -> str:
        """Return one of the known words."""
        value = self.text(name).lower()
        if not value:
            return default
        if value in known:
            return value
        guess = nearest(value, known)
        if guess:
            self.wrong(
                name,
                N_('{name} "{value}" is unknown (did you mean "{guess}"?)'),
                value=value,
                guess=guess,
            )
        else:
            self.wrong(
                name,
                N_('{name} "{value}" is unknown (known: {known})'),
                value=value,
                known=", ".join(known),
            )
        return default

    def date(self, name: str, fallback: str = "") -> datetime.datetime | None:
        """Return a date in UTC; one without a zone is meant in the site's."""
        value = self.text(name) or fallback
        if not value:
            return None
        try:
            when = datetime.datetime.fromisoformat(value.replace("/", "-"))
        except ValueError:
            self.wrong(
                name,
                N_('{name} "{value}" is no date (write 2024-05-01 or 2024-05-01 09:30)'),
                value=value,
            )
            return None
        if when.tzinfo is None:
            when = when.replace(tzinfo=self.site.zone)
        if not 1000 < when.year < 9999:
            self.wrong(name, N_('{name} "{value}" is no date (write 2024-05-01)'), value=value)
            return None
        return when.astimezone(datetime.UTC)

    def slug(self, default: str) -> str:
        """Return the last part of the address."""
        value = self.text("slug").strip("/")
        slug = slugify(value or default)
        if value and slug != value.lower():
            self.wrong(
                "slug",
                N_('{name} "{value}" is not fit for an address (write "{slug}")'),
                value=value,
                slug=slug,
            )
        elif not slug:
            self.wrong("slug", N_('the file needs a slug (write "slug: my-post")'))
        return slug or "post"

    def id(self, default: str) -> str:
        """Return the permanent id."""
        value = self.text("id") or default
        if ID.fullmatch(value) and len(value.encode()) <= 200:
            return value
        if self.text("id"):
            self.wrong(
                "id",
                N_(
                    '{name} "{value}" is no id'
                    ' (letters, digits, "-", "_", "." and "/" between them)'
                ),
                value=value,
            )
        return "/".join(slugify(part) or "post" for part in value.split("/"))

    def language(self, default: str) -> str:
        """Return the code of one of the site's languages."""
        value = self.text("lang") or default
        language = self.site.language(value)
        if language:
            return language.code
        self.wrong(
            "lang",
            N_('lang "{value}" is no language of the site (known: {known}; site.toml lists them)'),
            value=value,
            known=", ".join(each.code for each in self.site.languages),
        )
        return self.site.main.code

    def access(self, granted: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the access words; a word that nothing grants is an error."""
        words = tuple(word.lower() for word in self.texts("access"))
        if not words and "access" in self.values:
            self.wrong("access", N_('{name} is empty (write "access: paid" or "access: public")'))
        words = words or ("public",)
        known = sorted({*RESERVED_WORDS, *granted})
        for word in words:
            if word in known:
                continue
            self.wrong(
                "access",
                N_('{name} "{word}" is granted by no product (known: {known}){hint}'),
                word=word,
                known=", ".join(known),
                hint=hint(word, known),
            )
        if "public" in words and len(words) > 1:
            self.wrong("access", N_('{name} "public" stands alone (take the other words away)'))
        return words

    def aliases(self) -> tuple[str, ...]:
        """Return old paths of the page."""
        found = []
        for alias in self.texts("aliases"):
            parts = urlsplit(alias)
            steps = parts.path.split("/")
            if (
                parts.scheme
                or parts.netloc
                or parts.query
                or ".." in steps
                or not parts.path.strip("/")
            ):
                self.wrong(
                    "aliases",
                    N_('{name} "{value}" is no path of the site (write "/old/path/")'),
                    value=alias,
                )
                continue
            path = "/" + parts.path.strip("/")
            found.append(path if "." in path.rsplit("/", 1)[-1] else f"{path}/")
        return tuple(found)

    def canonical(self) -> str:
        """Return the address that this text calls its original."""
        value = self.text("canonical")
        if value and urlsplit(value).scheme not in ("http", "https"):
            self.wrong(
                "canonical",
                N_('{name} "{value}" is no address (write "https://example.com/post/")'),
                value=value,
            )
            return ""
        return value
