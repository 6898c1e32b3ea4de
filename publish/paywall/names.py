"""First names: letters of any script, and what stands between them in names; nothing more.

A name comes into letters, and readers of mail turn whatever looks like an address into a link.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40
_MOST_TYPED = 200
_BETWEEN = frozenset(" -'’·.")
_DOMAIN = re.compile(r"\.[^\W\d_]{2}")
"""A dot with a word right after it: "J.R. Lin" is a name, "lin.example" a place."""


class Invalid(ValueError):
    """It is no name."""


def first_name(text: str) -> str:
    """Return a name as it is kept, "" for none.

    Raises:
        Invalid: it is too long, has something that names have not, or could pass for an address.

    """
    name = re.sub(" +", " ", unicodedata.normalize("NFKC", text[:_MOST_TYPED])).strip(" ")
    if not name:
        return ""
    others = {each for each in name if unicodedata.category(each)[0] not in "LM"}
    if len(name) > LONGEST or others == set(name) or not others <= _BETWEEN:
        raise Invalid(name)
    if _DOMAIN.search(name):
        raise Invalid(name)
    return name
