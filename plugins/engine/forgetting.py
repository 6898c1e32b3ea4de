"""Pictures that are kept for another time, and show what became premium, are forgotten."""

from __future__ import annotations

import shutil
from pathlib import Path

from plugins.engine.cache import Cache, key
from plugins.gate.leaks import Search
from publish.contract.snippets import MADE


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
            shutil.rmtree(place, ignore_errors=True)
        else:
            cache.put(clean, b"1")
