"""The build's own search as a process: which texts of an older release are premium today.

    python -m plugins.engine.lookout FOLDER

FOLDER/order.json says what to look for and where, its paths are relative to the folder:

    {"version": 1, "home": "https://…", "secrets": [[owner, path, runs_only], …],
     "files": [[owner, [hash, …], [path that names it, …]], …], "public": [path, …],
     "texts": [[name, path, is_text], …]}

What is no text and cannot be searched was put there by the creator and is let pass, as in a build.

One line of JSON answers: {"version": 1, "searched": N, "tainted": {name: [owner, …], …}}. Never a
word of what was found, nor where.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from plugins.gate.leaks import PrivateBytes, Search, Secret

VERSION = 1


def look(folder: Path) -> Mapping[str, Any]:
    """Return the answer to the order in a folder.

    Raises:
        ValueError: it is no order of this version.
        OSError: a file that it names cannot be read.

    """
    order: dict[str, Any] = json.loads((folder / "order.json").read_text("utf-8"))
    if order["version"] != VERSION:
        raise ValueError(order["version"])
    search = _search(order, folder)
    tainted = {
        name: owners
        for name, path, is_text in order["texts"]
        if (owners := _owners(search, name, (folder / path).read_bytes(), is_text=is_text))
    }
    return {"version": VERSION, "searched": len(order["texts"]), "tainted": tainted}


def _owners(search: Search, name: str, data: bytes, *, is_text: bool) -> list[str]:
    """Return whose premium words are in some bytes: "" for what cannot be known."""
    found = search.leaks(name, data)
    return sorted({leak.owner for leak in found if is_text or leak.kind != "unreadable"})


def _search(order: Mapping[str, Any], folder: Path) -> Search:
    secrets = [
        _secret(owner, _text(folder / path), runs_only=runs_only)
        for owner, path, runs_only in order["secrets"]
    ]
    files = [
        PrivateBytes(owner, tuple(hashes), tuple(paths)) for owner, hashes, paths in order["files"]
    ]
    return Search(secrets, files, _texts(folder, order["public"]), order["home"])


def _secret(owner: str, text: str, *, runs_only: bool) -> Secret:
    # A fragment is HTML; a file is what it is, and there is no Markdown of either.
    return Secret(owner, text, "", runs_only=True) if runs_only else Secret(owner, "", text)


def _texts(folder: Path, paths: list[str]) -> Iterator[str]:
    return (_text(folder / path) for path in paths)


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look(Path(sys.argv[1])), ensure_ascii=True) + "\n")
