"""Small generations by hand, for what reads them before a deployment."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from publish.contract.manifest import (
    Magnet,
    MagnetText,
    Manifest,
    Offer,
    Post,
    Premium,
    PrivateFile,
    Product,
    ProductText,
    Site,
    dump,
)

URL = "https://example.test"
PAGE = "<!doctype html><title>home</title>"


def generation(folder, public=None, private=None, posts=None, products=None, **plain):
    """Write a generation: texts by path, a manifest that fits them; return its folder."""
    public = {"index.html": PAGE, "404.html": "<p>missing</p>"} if public is None else public
    root = Path(folder)
    for part, files in (("public", public), ("private", private or {})):
        (root / part).mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            place = root / part / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(raw(text))
    manifest = Manifest(
        built_at=plain.pop("built_at", "2026-11-22T00:00:00Z"),
        engine="0",
        preview=plain.pop("preview", False),
        site=Site(URL, "Asia/Shanghai", (), "", ""),
        posts=posts or {},
        products=products or {},
        pages={},
        files={f"public/{path}": digest(text) for path, text in public.items()},
        **plain,
    )
    (root / "manifest.json").write_text(dump(manifest), "utf-8")
    return root


def current(output, name, *arguments, **named):
    """Write a generation under its name and switch the links of an output to it, as a build."""
    folder = generation(output / ".generations" / name, *arguments, **named)
    spare = output / ".new"
    spare.symlink_to(f".generations/{name}")
    spare.replace(output / "current")
    return folder


def raw(text):
    return text if isinstance(text, bytes) else text.encode()


def digest(text):
    return hashlib.sha256(raw(text)).hexdigest()


def fingerprinted(stem, text, ending=".webp"):
    """Return the name of an asset as the build gives it."""
    return f"media/{stem}.{digest(text)[:8]}{ending}"


def post(url, premium=None, access=("public",), **others):
    return Post(
        url=url,
        lang="zh-Hans",
        title=others.pop("title", url),
        access=access,
        status="published",
        kind="",
        date="",
        updated="",
        hash="",
        premium=premium,
        **others,
    )


def gated(url, key, fragment, files=(), access=("paid",), **others):
    """Return a gated post and its private files: its fragment, its page, what lies beside it."""
    folder = f"private/posts/{key}"
    held = {f"{folder}/{name}": text for name, text in files}
    premium = Premium(
        fragment=f"{folder}/fragment.html",
        page=f"{folder}/page.html",
        hash=digest(fragment),
        words=10,
        images=0,
        files=tuple(
            PrivateFile(f"/api/files/posts/{key}/{n}", p, "x/y", len(raw(t)), digest(t))
            for (n, t), p in zip(files, held, strict=True)
        ),
    )
    pieces = {
        f"posts/{key}/fragment.html": fragment,
        f"posts/{key}/page.html": f"<p>teaser</p>{fragment}",
        **{path.removeprefix("private/"): text for path, text in held.items()},
    }
    return post(url, premium, access, **others), pieces


def magnet(key, files=()):
    """Return a lead magnet as a manifest tells it and the pieces of its files, by name."""
    folder = f"magnets/{key}/en"
    pieces = {f"{folder}/{name}": body for name, body in files}
    given = tuple(
        PrivateFile("", f"private/{path}", "text/csv", len(raw(body)), digest(body))
        for path, body in pieces.items()
    )
    text = MagnetText(
        key, "", f"/get/{key}/", "", f"private/{folder}/page.html", f"private/{folder}/mail", given
    )
    return Magnet("published", "mail", {"en": text}), pieces


def product(grants=("paid",), offers=("year",), url="/member/"):
    return Product(
        kind="membership",
        grants=grants,
        status="published",
        refund_days=7,
        offers=tuple(Offer(each, {"CNY": 100}) for each in offers),
        texts={"zh-Hans": ProductText("t", "s", url)},
    )


def told(folder):
    return json.loads((Path(folder) / "manifest.json").read_text("utf-8"))
