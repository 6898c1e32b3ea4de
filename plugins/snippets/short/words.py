"""Sentences as lower-case words, for those who ask about them one by one."""

from __future__ import annotations

import functools

_MARKS = str.maketrans("’–—/", "'   ", '“”"‘()[]!?;:…《》「」')
_PAUSES = str.maketrans(dict.fromkeys(",.，。、；：！？·～（）【】『』〈〉*+=&|<>", " "))


@functools.lru_cache(maxsize=512)
def lowered(text: str) -> tuple[str, list[str]]:
    """Return a text in lower case, and its words without marks."""
    lower = text.lower().translate(_MARKS)
    return lower, lower.translate(_PAUSES).split()
