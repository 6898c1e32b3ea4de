"""What a creator says about snippets: in a post's front matter and in site.toml; data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class OwnText:
    """What a creator wrote for one platform; `parts` are those of a thread, or the one text."""

    title: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Own:
    """`snippets:` of a post: the creator's own words come before any that we find.

    `hashtags` is None where nothing is said of them. `off` are platforms that get nothing.
    """

    hook: str = ""
    points: tuple[str, ...] = ()
    quote: str = ""
    call: str = ""
    hashtags: tuple[str, ...] | None = None
    texts: Mapping[str, OwnText] = field(default_factory=dict)
    off: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """`[snippets]` of site.toml: which platforms by language ("" for all), and other rules.

    `platforms` holds ids in the order of the kit; an absent language has those of "". `rules` are
    by platform and name ("text", "title", "fold", …) with their line. `links` is "campaign" or
    "short". `own` is the text of the creator's platforms.toml. `lines` are by what stands there:
    "" for the table, "platforms" and "en.platforms" for the lists, "rules.x" for the other rules
    of a platform.
    """

    platforms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)
    links: str = "campaign"
    theme: str = "ink"
    own: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
