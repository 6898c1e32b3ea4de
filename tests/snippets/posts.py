"""Posts to make snippets of: the demo's and, when they are there, those of other people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from plugins.feeds.documents import clean
from plugins.links.rewrite import undress
from plugins.model.frontmatter import decode, split
from plugins.model.marker import split_at_marker
from plugins.model.problems import Problems
from plugins.model.slugs import quoted
from plugins.model.sources import known_fields
from plugins.model.text import measure
from plugins.reader.render import Job, render
from plugins.snippets.values import Post
from tests.conftest import ROOT

CORPUS = Path(os.environ.get("INKSTEAD_CORPUS") or ROOT.parent / "shared" / "corpus")
HOME = "https://ground.example"


def sources() -> list[Path]:
    """Return the files: all of the demo's posts, and all of the corpora that are there."""
    folders = [ROOT / "content" / "posts", CORPUS / "weekly", CORPUS / "essays"]
    return [path for folder in folders for path in sorted(folder.rglob("*.md"))]


def named(path: Path) -> str:
    """Return how a test names a file."""
    return "/".join(path.with_suffix("").parts[-3:])


def post_of(path: Path) -> Post:
    """Return a post as the build would hand it to snippets, addresses of pictures aside."""
    problems = Problems()
    text = decode(path.read_bytes(), path.name, problems)
    source = split(text, path.name, known_fields("post"), problems)
    public = split_at_marker(source.body, path.name, source.body_line, problems).public
    rendered = render(Job(public))
    title = str(source.fields.get("title") or path.stem)
    han = measure(rendered.beginning)
    name = path.stem if path.stem != "index" else path.parent.name
    url = f"{HOME}/{quoted(name)}/"
    return Post(
        id=name,
        lang="zh-Hans" if han.han > han.words else "en",
        title=title,
        summary=str(source.fields.get("summary") or rendered.beginning),
        html=clean(undress(rendered.html), url, marked=True),
        url=url,
        canonical=url,
        site="Ground",
        home=HOME,
        author="Mo",
        gated="access" in source.fields,
        words=rendered.length.total,
    )


def posts() -> Iterator[tuple[str, Post]]:
    """Yield every post with the name of its file."""
    for path in sources():
        yield named(path), post_of(path)
