"""What nobody wants any more is taken away: kits, and pictures that show what became premium."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from plugins.engine.cache import Cache, key
from plugins.gate.leaks import Search
from publish.contract.snippets import MADE

_GONE = "gone-"


def take_away(path: Path) -> None:
    """Delete a folder, file or link; who looks for it by its name finds it whole or not at all."""
    if path.is_symlink() or not path.is_dir():
        with contextlib.suppress(OSError):
            path.unlink()
        return
    with contextlib.suppress(OSError):
        path = path.rename(path.with_name(f"{_GONE}{os.getpid()}-{path.name}"))
    shutil.rmtree(path, ignore_errors=True)


def forget_premium(store: Path, search: Search, cache: Cache) -> None:
    """Take pictures out of the store whose words, as their list tells them, are premium."""
    if search.empty or not store.is_dir():
        return
    mark = search.fingerprint()
    for place in sorted(store.iterdir()):
        clean = key("pictures", mark, place.name)
        if cache.get(clean) is not None or not (place / MADE).is_file():
            continue
        if search.leaks(MADE, (place / MADE).read_bytes()):
            take_away(place)
        else:
            cache.put(clean, b"1")
