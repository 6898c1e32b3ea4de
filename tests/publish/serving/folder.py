"""An output folder by hand, switched as a build switches it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.publish.deploy.building import current

PAGES: Mapping[str, str] = {
    "index.html": "<h1>home</h1>",
    "about/index.html": "<h1>about</h1>",
    "一年会员/index.html": "<h1>会员</h1>",
    "404.html": "<h1>没有这一页</h1>",
    "en/404.html": "<h1>no such page</h1>",
    "robots.txt": "User-agent: *\n",
    "feeds/rss.xml": "<rss version='2.0'></rss>",
    "media/door.07f6db2e.jpg": "0123456789",
}


def switch(output: Path, name: str, pages: Mapping[str, str], *, sweep: bool = True) -> Path:
    """Make a generation the current one of an output; `sweep` takes the others away."""
    current(output, name, pages)  # type: ignore[no-untyped-call]
    for other in (output / ".generations").iterdir():
        if sweep and other.name != name:
            shutil.rmtree(other)
    return output
