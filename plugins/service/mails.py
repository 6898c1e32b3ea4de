"""Finish the two parts of a mail: styles beside the words they dress, a text that can be read."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from css_inline import CSSInliner

_GAPS = re.compile(r"\n{3,}")
_ENDS = re.compile(r"(?<!\n--)[ \t]+\n")  # "-- " is what mail programs know a signature by


def inlined(html: str) -> str:
    """Return HTML with its rules as style attributes, as mail programs want it.

    A style element with `data-css-inline="keep"` stays as it is: there the dark scheme belongs.
    """
    return str(_inliner().inline(html))


def tidy(text: str) -> str:
    """Return plain text without the empty lines that a template leaves behind."""
    return _GAPS.sub("\n\n", _ENDS.sub("\n", text)).strip() + "\n"


@functools.cache
def _inliner() -> CSSInliner:
    from css_inline import CSSInliner

    return CSSInliner(load_remote_stylesheets=False)
