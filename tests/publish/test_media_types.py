"""Which content type a public file has."""

import pytest

from publish.media_types import content_type, is_feed, is_text, needs_head


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.html", b"", "text/html; charset=utf-8"),
        ("a.css", b"", "text/css; charset=utf-8"),
        ("a.js", b"", "text/javascript; charset=utf-8"),
        ("robots.txt", b"", "text/plain; charset=utf-8"),
        ("a.webp", b"", "image/webp"),
        ("a.AVIF", b"", "image/avif"),
        ("a.svg", b"", "image/svg+xml; charset=utf-8"),
        ("a.pdf", b"", "application/pdf"),
        ("a.woff2", b"", "font/woff2"),
        (
            "rss.xml",
            b'<?xml version="1.0"?>\n<rss version="2.0">',
            "application/rss+xml; charset=utf-8",
        ),
        (
            "x.xml",
            b"<feed xmlns='http://www.w3.org/2005/Atom'>",
            "application/atom+xml; charset=utf-8",
        ),
        ("sitemap.xml", b"<urlset>", "application/xml; charset=utf-8"),
        ("a.json", b'{"a": 1}', "application/json; charset=utf-8"),
        (
            "feed.json",
            b'{"version": "https://jsonfeed.org/version/1.1"',
            "application/feed+json; charset=utf-8",
        ),
        ("nothing", b"", "application/octet-stream"),
        ("a.unknown", b"", "application/octet-stream"),
    ],
)
def test_content_types_are_the_servers_not_the_machines(name, head, kind):
    assert content_type(f"feeds/{name}", head) == kind


def test_only_what_may_be_a_feed_is_looked_into():
    assert needs_head("feeds/RSS.XML")
    assert not needs_head("index.html")
    assert content_type("index.html", b"<rss>") == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("kind", "text", "feed"),
    [
        ("text/html; charset=utf-8", True, False),
        ("application/rss+xml; charset=utf-8", True, True),
        ("application/feed+json", True, True),
        ("image/svg+xml; charset=utf-8", True, False),
        ("image/webp", False, False),
        ("application/octet-stream", False, False),
    ],
)
def test_types_tell_texts_and_feeds(kind, text, feed):
    assert (is_text(kind), is_feed(kind)) == (text, feed)
