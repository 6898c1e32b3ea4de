"""The short addresses under /go/, each of one post on one platform."""

from __future__ import annotations

from dataclasses import replace

from plugins.engine.snippet_posts import bare_post
from plugins.model.entries import Entry
from plugins.model.library import Claims, Library
from plugins.model.moments import Build
from plugins.model.problems import Problems
from plugins.snippets import links, rules
from plugins.snippets.values import Post


def claim_short_ways(library: Library, claims: Claims) -> None:
    """Take the paths of the pages under /go/."""
    for path, (entry, _) in _short_ways(library).items():
        claims.claim(path, entry.source, entry.place())


def write_short_ways(build: Build) -> None:
    """Write the pages under /go/.

    Raises:
        OSError: a page cannot be written.

    """
    for path, (entry, post) in _short_ways(build.library).items():
        target = post.url.removeprefix(post.home)
        page = links.go_page(entry.lang, entry.title, target, post.canonical)
        build.write(f"{path}index.html", page.encode())


def _short_ways(library: Library) -> dict[str, tuple[Entry, Post]]:
    """Return by path the posts that short ways lead to; their address has its campaign."""
    found: dict[str, tuple[Entry, Post]] = {}
    if library.site.snippets.links != "short":
        return found
    for entry in (each for each in library.entries if each.room == "post"):
        post = bare_post(library, entry)
        # What is wrong with the choice is said where kits are made.
        for platform in rules.chosen(library.site, entry.lang, Problems()):
            if links.shows_address(platform):
                url = links.tagged(post.url, post, platform)
                found[links.go_path(entry.id, platform.id)] = (entry, replace(post, url=url))
    return found
