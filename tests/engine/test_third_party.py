"""Plugins from PyPI work as they are: what they add is seen, what they write is published."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.engine.house import engine, inkstead, pelican, post, product, site, whole, write

NEXT = """\
{% extends "!theme/post.html" %}
{% block main %}
{{ super() }}
<p id="next">{{ article.next_article.title if article.next_article else "none" }}</p>
<p id="before">{{ article.prev_article.title if article.prev_article else "none" }}</p>
{% endblock %}
"""


def folder(place: Path, *names: str) -> Path:
    return write(
        place,
        {
            "site.toml": site(*names),
            "theme/templates/post.html": NEXT,
            "products/membership.md": product("membership", "[paid]"),
            "posts/a.md": post("One.", title="First & foremost", date="2026-01-01"),
            "posts/b.md": post("Two.", title="Second", date="2026-01-02"),
            "posts/c.md": post(
                "Three.\n\n<!-- paywall -->\n\nWhat only members read of the third.",
                title="Third",
                date="2026-01-03",
                access="paid",
            ),
        },
    )


@pytest.fixture(scope="module", params=[inkstead, pelican])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("plugins")
    content = folder(place / "content", "neighbors", "random_article")
    ran = request.param(content, place / "out")
    assert ran.good, ran.out + ran.err
    return place / "out"


def test_a_template_sees_what_neighbors_adds(built):
    middle = (built / "public/b/index.html").read_text("utf-8")
    assert '<p id="next">Third</p>' in middle
    assert '<p id="before">First &amp; foremost</p>' in middle
    last = (built / "public/c/index.html").read_text("utf-8")
    assert '<p id="next">none</p>' in last
    assert '<p id="before">Second</p>' in last


def test_what_random_article_writes_is_part_of_the_generation(built):
    data = (built / "public/random/index.html").read_bytes()
    assert b"https://ground.example/b/" in data
    manifest = json.loads((built / "manifest.json").read_text("utf-8"))
    named = manifest["files"]["public/random/index.html"]
    assert named == hashlib.sha256(data).hexdigest()
    assert whole(built)


def test_it_is_gone_with_the_plugin(tmp_path):
    content = folder(tmp_path / "content", "neighbors", "random_article")
    assert engine(content, tmp_path / "out").ok
    assert (tmp_path / "out/public/random/index.html").is_file()
    write(content, {"site.toml": site("neighbors")})
    assert engine(content, tmp_path / "out").ok
    assert not (tmp_path / "out/public/random").exists()


@pytest.mark.parametrize("build", [engine, inkstead, pelican])
def test_a_name_that_cannot_be_imported_stops_the_build(tmp_path, build):
    content = folder(tmp_path / "content", "neighbors", "neighbours")
    ran = build(content, tmp_path / "out")
    said = ran.out + ran.err
    assert ran.code == (0 if build is engine else 1)
    assert "neighbours" in said
    assert "site.toml" in said
    assert not (tmp_path / "out/public").exists()


def test_a_full_name_does_as_well(tmp_path):
    content = folder(tmp_path / "content", "pelican.plugins.neighbors")
    ran = engine(content, tmp_path / "out")
    assert ran.ok, ran.errors
    assert '<p id="next">Third' in (tmp_path / "out/public/b/index.html").read_text("utf-8")
