"""The site as its `site.toml` describes it: values, whole and resolved."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field

from plugins.model.snippets import Chosen
from publish.contract.report import Place

SHOWN_BY = ("series", "tag", "category", "kind")
"""By what a lead magnet shows, what is nearest to a text first."""
NO_LETTERS = ("none", "no", "false", "无", "不寄")
"""How a creator says that no letters come."""


@dataclass(frozen=True)
class Author:
    """Who writes."""

    name: str = ""
    email: str = ""
    url: str = ""
    bio: str = ""


@dataclass(frozen=True)
class MenuItem:
    """A line of the menu; `url` is an address or a source path."""

    title: str
    url: str
    line: int = 0


@dataclass(frozen=True)
class Legal:
    """Names and numbers that the law asks for; terms, privacy and refund name pages."""

    seller: str = ""
    address: str = ""
    email: str = ""
    icp: str = ""
    police: str = ""
    terms: str = ""
    privacy: str = ""
    refund: str = ""


@dataclass(frozen=True)
class Mail:
    """Where letters come from."""

    sender: str = ""
    reply_to: str = ""


@dataclass(frozen=True)
class Showing:
    """Where a lead magnet shows by rule: `by` is one of SHOWN_BY, "" for everywhere.

    `magnet` is its id, "" where the magnet says so itself.
    """

    by: str
    name: str
    place: Place
    magnet: str = ""


@dataclass(frozen=True)
class Language:
    """One language of the site: BCP 47 code, path prefix ("" for the first), its own words.

    `letters` says how often letters come, "" where nothing is said, None for never.
    """

    code: str
    prefix: str
    name: str
    title: str
    description: str
    author: Author
    menu: tuple[MenuItem, ...] | None
    legal: Legal
    letters: str | None = ""

    @property
    def home(self) -> str:
        """Return the path of the language's home page."""
        return f"{self.prefix}/"


@dataclass(frozen=True)
class Site:
    """The whole of `site.toml`, resolved; `hub` is where changed feeds are told (WebSub).

    `showing` says where lead magnets show, `refuse_disposable` that throw-away addresses get none.
    """

    url: str
    time_zone: str
    accent: str
    per_page: int
    languages: tuple[Language, ...]
    mail: Mail = field(default_factory=Mail)
    plugins: tuple[str, ...] = ()
    slugs: Mapping[str, str] = field(default_factory=dict)
    hub: str = ""
    showing: tuple[Showing, ...] = ()
    refuse_disposable: bool = False
    snippets: Chosen = field(default_factory=Chosen)

    @property
    def main(self) -> Language:
        """Return the first language, which lives at the root."""
        return self.languages[0]

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Return the time zone in which dates without one are meant."""
        return zoneinfo.ZoneInfo(self.time_zone)

    def language(self, code: str) -> Language | None:
        """Return the language that a code means: exactly, else by its first part."""
        folded = code.replace("_", "-").lower()
        exact = [each for each in self.languages if each.code.lower() == folded]
        akin = [each for each in self.languages if primary(each.code) == primary(folded)]
        return next(iter(exact or akin), None)


def primary(code: str) -> str:
    """Return the language of a code, without script and region: "zh"."""
    return code.replace("_", "-").split("-")[0].lower()
