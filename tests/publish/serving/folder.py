"""An output folder by hand, switched as a build switches it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from publish.serving.files import PUBLIC

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


def write(folder: Path, pages: Mapping[str, str], *, preview: bool = False) -> Path:
    """Write a generation into a folder."""
    hashes = {}
    for path, text in pages.items():
        file = folder / "public" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        hashes[PUBLIC + path] = hashlib.sha256(text.encode()).hexdigest()
    told = {"preview": preview, "files": hashes}
    (folder / "manifest.json").write_text(json.dumps(told), "utf-8")
    return folder


def switch(output: Path, name: str, pages: Mapping[str, str], *, sweep: bool = True) -> Path:
    """Make a generation the current one of an output; `sweep` takes the others away."""
    write(output / ".generations" / name, pages)
    spare = output / ".current.new"
    output.mkdir(parents=True, exist_ok=True)
    spare.symlink_to(f".generations/{name}")
    spare.replace(output / "current")
    for other in (output / ".generations").iterdir():
        if sweep and other.name != name:
            shutil.rmtree(other)
    return output
