"""Posts as snippets see them: what is public of an entry, with the site's own address."""

from __future__ import annotations

from plugins.engine.desk import Desk
from plugins.model.entries import Entry
from plugins.model.library import Library
from plugins.model.slugs import quoted
from plugins.snippets.values import Post


def bare_post(library: Library, entry: Entry) -> Post:
    """Return what the entry alone says."""
    home, language = library.site.url.rstrip("/"), library.site.language(entry.lang)
    url = home + quoted(entry.url)
    return Post(
        id=entry.id,
        lang=entry.lang,
        title=entry.title,
        summary=entry.summary,
        html="",
        url=url,
        canonical=entry.canonical or url,
        site=(language or library.site.main).title,
        home=home,
    )


def post_of(library: Library, desk: Desk, entry: Entry) -> Post:
    """Return all that is public of an entry; its HTML is as its page has it, not yet cleaned."""
    view, bare, site = desk.views[entry.source], bare_post(library, entry), library.site
    return Post(
        **{
            **bare.__dict__,
            "summary": view.summary,
            "html": view.bare_html,
            "author": view.author_name,
            "tags": entry.tags,
            "category": entry.category,
            "series": entry.series,
            "kind": entry.kind,
            "gated": entry.gated,
            "words": view.words,
            "cover": bare.home + view.cover_url if view.cover_url else "",
            "own": entry.snippets,
            "accent": site.accent,
            "theme": site.snippets.theme,
            "short_links": site.snippets.links == "short",
        }
    )
