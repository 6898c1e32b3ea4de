"""What snippets are made of and what they become: small frozen values, data only."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from plugins.model.snippets import Own

Form = Literal["short", "long"]
Format = Literal["text", "markdown", "html"]
Confidence = Literal["seen", "known", "own"]
LinkPolicy = Literal["inline", "footnote", "none"]


@dataclass(frozen=True)
class Limit:
    """How much a platform takes of something, and how it counts.

    `counting` is a name in counting.COUNTERS. `source` is an address or "site.toml"; `confidence`
    is "seen" in the platform's documents or in a tool that posts there, "known" generally, or the
    creator's "own".
    """

    most: int
    counting: str
    least: int = 0
    source: str = ""
    checked: datetime.date | None = None
    confidence: Confidence = "known"


@dataclass(frozen=True)
class Hashtags:
    """How a platform writes hashtags: `form` has "{tag}" in it; `most` 0 for none at all."""

    form: str = "#{tag}"
    most: int = 0


@dataclass(frozen=True)
class Platform:
    """What one platform takes: an entry of platforms.toml, the creator's overrides applied.

    `names` are by language ("zh", "en"). `limits` are by what they bound: "text" (of one post, or
    the body of a long form, as `counting` counts), "fold" (what shows before a click), "title",
    "digest", "author", "parts" (of a thread), "links", "bytes" (of one text in UTF-8), "pictures".
    `pieces` are what is copied one by one, in order: "title", "digest", "author", "text", "link",
    "tags". `adapter` is how a long form is written: "wechat", "rich", "markdown", "newsletter" or
    "plain". `tags` are the HTML elements that survive there. `link`: own and foreign addresses
    stay, become numbered notes, or are left out; `way` says in a word how readers find the post
    where no link is allowed: "source" (阅读原文), "qr", "keyword", "profile" or "". `pictures` are
    shapes ("2.35:1", "1:1", "3:4", "16:9") and "pages", "quote", "qr". `look` names the style
    of its preview. `hint` is by language: what to know before posting. `full`: made where site.toml
    chooses nothing.
    """

    id: str
    names: Mapping[str, str]
    form: Form
    format: Format
    adapter: str = ""
    full: bool = False
    limits: Mapping[str, Limit] = field(default_factory=dict)
    pieces: tuple[str, ...] = ("text",)
    hashtags: Hashtags = Hashtags()
    link: LinkPolicy = "inline"
    way: str = ""
    thread: bool = False
    tags: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    look: str = ""
    hint: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Post:
    """A post as snippets see it: the public part alone.

    `html` is clean, as feeds have it, with its classes: every address absolute, no page furniture,
    notes of Markdown still as `<sup id="fnref…">` and `<div class="footnote">`. `url` is the
    address on the site, `canonical` where its original is. `words` counts all of it, what is
    behind the paywall, too. `site` is the site's name, `home` its address without a final slash.
    `accent` is "#rrggbb", `theme` the creator's choice of two for WeChat. `cover` is an absolute
    address or "". `short_links`: addresses are /go/ ones where a reader sees them.
    """

    id: str
    lang: str
    title: str
    summary: str
    html: str
    url: str
    canonical: str
    site: str
    home: str
    author: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""
    series: str = ""
    kind: str = ""
    gated: bool = False
    words: int = 0
    cover: str = ""
    own: Own = field(default_factory=Own)
    accent: str = "#1f5a80"
    theme: str = "ink"
    short_links: bool = False


@dataclass(frozen=True)
class Piece:
    """What is copied with one press: plain text and, where the platform keeps it, HTML.

    `name` is one of Platform.pieces, or "thread" for each part of one, in order.
    `count` is in the units of `counting`; `most` 0 is without limit. `fold` is how many
    characters (code points) of `plain` show before a click, 0 where nothing is hidden.
    """

    name: str
    plain: str
    html: str = ""
    count: int = 0
    most: int = 0
    least: int = 0
    counting: str = ""
    fold: int = 0

    @property
    def fits(self) -> bool:
        """Tell whether the platform takes it."""
        return self.least <= self.count and (not self.most or self.count <= self.most)


@dataclass(frozen=True)
class Note:
    """Something to tell the creator: a sentence of the catalogue with its values.

    `kind` is "misfit" (the platform will not take it), "retreat" (what was left out so that it
    fits) or "hint".
    """

    kind: Literal["misfit", "retreat", "hint"]
    message: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Snippet:
    """A post as one platform takes it."""

    platform: str
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...] = ()

    @property
    def fits(self) -> bool:
        """Tell whether the platform takes all of it."""
        return all(piece.fits for piece in self.pieces) and not any(
            note.kind == "misfit" for note in self.notes
        )


@dataclass(frozen=True)
class Gist:
    """What a short form says, in the post's own words.

    `hook` is one or two sentences, `points` are whole sentences, headings or list items, `quote` is
    the sentence for a card, `call` says what to do next, without the address.
    """

    hook: str
    points: tuple[str, ...]
    quote: str
    call: str


@dataclass(frozen=True)
class Made:
    """A picture that was made: its file beside the kit, size in pixels, what it shows.

    `kind` is "cover", "quote", "page" or "qr"; `shape` as in Platform.pictures.
    """

    file: str
    width: int
    height: int
    alt: str
    kind: str
    shape: str
