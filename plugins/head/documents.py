"""The sitemap, robots.txt and JSON-LD of a site: pure."""

from __future__ import annotations

import json
from typing import Any

from lxml import etree

from plugins.model.entries import Entry
from plugins.model.moments import Build

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_NAMES: Any = {None: _SITEMAP, "xhtml": _XHTML}


def sitemap(build: Build) -> bytes:
    """Return sitemap.xml: every listed entry and list page, with its translations."""
    root = etree.Element("urlset", nsmap=_NAMES)
    for listing in build.listings:
        if listing.kind in ("home", "archive", "terms", "term"):
            _location(root, build.absolute(listing.url), "")
    for entry in build.library.entries:
        if entry.listed and not entry.canonical:
            changed = entry.updated or entry.date
            place = _location(
                root, build.absolute(entry.url), changed.date().isoformat() if changed else ""
            )
            twins = [e for e in build.library.translations_of(entry) if e.listed]
            for each in [entry, *twins] if twins else ():
                etree.SubElement(
                    place,
                    f"{{{_XHTML}}}link",
                    rel="alternate",
                    hreflang=each.lang,
                    href=build.absolute(each.url),
                )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _location(root: Any, address: str, changed: str) -> Any:
    place = etree.SubElement(root, "url")
    etree.SubElement(place, "loc").text = address
    if changed:
        etree.SubElement(place, "lastmod").text = changed
    return place


def robots(build: Build) -> bytes:
    """Return robots.txt: everything but the service may be read."""
    return (
        f"User-agent: *\nDisallow: /api/\n\nSitemap: {build.absolute('/sitemap.xml')}\n"
    ).encode()


def json_ld(
    entry: Entry, url: str, image: str, author: str, site: str, summary: str, words: int
) -> str:
    """Return JSON-LD for a text, safe inside a script element."""
    kind = "BlogPosting" if entry.room == "post" else "WebPage"
    values: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kind,
        "mainEntityOfPage": url,
        "headline" if entry.room == "post" else "name": entry.title,
        "description": summary,
        "inLanguage": entry.lang,
        "author": {"@type": "Person", "name": author} if author else None,
        "publisher": {"@type": "Organization", "name": site},
        "datePublished": entry.date.isoformat() if entry.date else None,
        "dateModified": (entry.updated or entry.date).isoformat() if entry.date else None,
        "image": image or None,
        "wordCount": words if entry.room == "post" else None,
        "keywords": ", ".join(entry.tags) or None,
        **_paywall(entry),
    }
    return as_script({key: value for key, value in values.items() if value is not None})


def website(url: str, title: str, description: str, lang: str) -> str:
    """Return JSON-LD for a home page."""
    return as_script(
        {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "url": url,
            "name": title,
            "description": description,
            "inLanguage": lang,
        }
    )


def as_script(values: dict[str, Any]) -> str:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _paywall(entry: Entry) -> dict[str, Any]:
    """Say openly that a part is for some only, as search engines ask."""
    if not entry.gated or entry.room == "product":
        return {}
    return {
        "isAccessibleForFree": False,
        "hasPart": {
            "@type": "WebPageElement",
            "isAccessibleForFree": False,
            "cssSelector": ".paywall",
        },
    }
