"""Which names of releases and files are names at all: no adapter looks anything else up."""

from __future__ import annotations

import re

from publish.paywall.ports import Missing

_RELEASE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_LONGEST = 800


def checked(release: str, path: str) -> tuple[str, str]:
    """Return the names as they are.

    Raises:
        Missing: one of them is no plain name: empty, absolute, with `..`, a backslash or the like.

    """
    foreign = {"", ".", ".."} & set(path.split("/")) or {"\0", "\\"} & set(path)
    if not _RELEASE.fullmatch(release) or foreign or not 0 < _bytes(path) <= _LONGEST:
        raise Missing(f"{release!r}: {path!r}")
    return release, path


def _bytes(path: str) -> int:
    try:
        return len(path.encode())
    except UnicodeEncodeError:
        return 0
