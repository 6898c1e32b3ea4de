"""What machines read about a page: JSON-LD in its head, the sitemap, robots.txt."""

from __future__ import annotations

from plugins.head.documents import robots, sitemap
from plugins.model.moments import Build, ready


def register() -> None:
    """Write the site's files when its texts are ready."""
    ready.connect(write)


def write(build: Build) -> None:
    """Write sitemap.xml and robots.txt."""
    build.write("/sitemap.xml", sitemap(build))
    if not (build.public / "robots.txt").exists():
        build.write("/robots.txt", robots(build))
