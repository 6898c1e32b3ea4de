"""Sentences as lower-case words, for those who ask about them one by one."""

from __future__ import annotations

import functools
from itertools import repeat

_MARKS = ".,;:!?…()[]{}<>“”\"'‘*_|+=~，。、；：！？（）【】《》「」『』·"


@functools.lru_cache(maxsize=512)
def lowered(text: str) -> tuple[str, list[str]]:
    """Return a text in lower case, and its words without marks."""
    lower = text.lower().replace("’", "'")
    if "—" in lower or "–" in lower:
        lower = lower.replace("—", " ").replace("–", " ")
    return lower, [*filter(None, map(str.strip, lower.split(), repeat(_MARKS)))]
