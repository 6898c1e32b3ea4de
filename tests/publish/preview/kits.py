"""Kits by hand, as a build would write them, and pictures that are made in no time."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from publish.contract import snippets as contract
from publish.contract.manifest import Post, dump, load
from publish.contract.snippets import Kit, OnPlatform, Picture, folder_of
from tests.publish.paywall.generation import make_generation

CHINESE = "系列/第一封信"
DAY = "2026-11-19T20:00:00Z"


def make_kits(folder: Path) -> Path:
    """Return a generation with three posts, two of them with kits."""
    output = make_generation(folder)
    posts = {
        "first-letter": post("First letter", "2026-11-18T08:00:00Z"),
        CHINESE: post("第一封<信>", DAY, status="draft"),
        "about": post("About", ""),
    }
    manifest = output / "manifest.json"
    manifest.write_text(dump(replace(load(manifest), posts=posts)), "utf-8")
    put(output, kit("first-letter", {"x": True, "weibo": True}), "k1")
    put(output, kit(CHINESE, {"x": False, "weibo": True}), "k2")
    return output


def post(title: str, date: str, status: str = "published") -> Post:
    return Post("/p/", "en", title, ("public",), status, "post", date, "", "a" * 64)


def kit(name: str, fits: dict[str, bool]) -> Kit:
    names = {"x": {"en": "X"}, "weibo": {"zh": "微博", "en": "Weibo"}}
    platforms = tuple(
        OnPlatform(each, names[each], f"{each}.txt", fits[each], (), ()) for each in fits
    )
    return Kit(name, f"Title of {name}", "https://example.test/p/", "en", platforms)


def put(output: Path, made: Kit, key: str) -> Path:
    """Write a kit into the store and point the generation at it."""
    folder = output / ".snippets" / key
    folder.mkdir(parents=True)
    (folder / contract.KIT).write_text(contract.dump(made), "utf-8")
    (folder / contract.INDEX).write_text(f"<h1>{made.id}</h1>", "utf-8")
    (folder / "x.txt").write_text("text for X\n", "utf-8")
    link = folder_of(output, made.id)
    link.parent.mkdir(exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(f"../.snippets/{key}")
    return folder.resolve()


class Painter:
    """Stands in for publish.picturing.make: waits until it may, then makes one picture."""

    def __init__(self, error: str = "") -> None:
        self.error, self.asked, self.may = error, [], threading.Event()
        self.may.set()

    def __call__(self, folders, cache, lang):
        self.asked += folders
        assert self.may.wait(10)
        for folder in folders if not self.error else ():
            (folder / "cover.png").write_bytes(b"\x89PNG")
            made = Picture("cover.png", 900, 383, "a cover", "cover", "2.35:1")
            known = replace(contract.load(folder), pictures=(made,))
            spare = folder / ".spare"
            spare.write_text(contract.dump(known), "utf-8")
            spare.replace(folder / contract.KIT)
        return dict.fromkeys(folders, self.error)
