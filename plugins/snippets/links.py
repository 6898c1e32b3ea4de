"""Addresses that tell where a reader came from, without a cookie: campaigns and short ways in."""

from __future__ import annotations

import base64
import functools
import hashlib
from html import escape
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from plugins.snippets.values import Platform, Post

MEDIUM = "snippet"
GO = "/go/"
_LETTERS = 8
_PAGE = """\
<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={target}">
<link rel="canonical" href="{canonical}">
<title>{title}</title>
</head>
<body>
<p><a href="{target}">{title}</a></p>
</body>
</html>
"""


def way_in(post: Post, platform: Platform) -> str:
    """Return the address under which readers of a platform find the post."""
    if post.short_links and shows_address(platform):
        return f"{post.home}{go_path(post.id, platform.id)}"
    return tagged(post.url, post, platform)


def shows_address(platform: Platform) -> bool:
    """Tell whether readers there see the address itself, so that a short one is worth having."""
    return platform.form == "short" and platform.link != "none"


def tagged(url: str, post: Post, platform: Platform) -> str:
    """Return an address of the post's own site with its campaign; any other as it is."""
    return _tagged(url, post.home, post.id, platform.id)


@functools.lru_cache(maxsize=256)
def _tagged(url: str, home: str, post: str, platform: str) -> str:
    parts, own = urlsplit(url), urlsplit(home)
    if (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
        return url
    asked = parse_qsl(parts.query, keep_blank_values=True)
    added = _campaign(post, platform, frozenset(name for name, _ in asked))
    return urlunsplit(parts._replace(query="&".join(filter(None, (_query(asked), added)))))


@functools.lru_cache(maxsize=64)
def _campaign(post: str, platform: str, known: frozenset[str]) -> str:
    named = post if post.isascii() else code(post, "")
    campaign = {
        "utm_source": platform,
        "utm_medium": MEDIUM,
        "utm_campaign": named.replace("/", "-"),
    }
    return _query([(name, value) for name, value in campaign.items() if name not in known])


def _query(values: list[tuple[str, str]]) -> str:
    return urlencode(values, quote_via=quote, safe="/")


def code(post: str, platform: str) -> str:
    """Return the short name of a post on a platform, the same for ever."""
    digest = hashlib.sha256(f"{post}\0{platform}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_LETTERS]


def go_path(post: str, platform: str) -> str:
    """Return the path of the short way in."""
    return f"{GO}{code(post, platform)}/"


def go_page(lang: str, title: str, target: str, canonical: str) -> str:
    """Return the page of a short way in: it leads on by itself, without JavaScript, too."""
    values = {"lang": lang, "title": title, "target": target, "canonical": canonical}
    return _PAGE.format(**{name: escape(value) for name, value in values.items()})
