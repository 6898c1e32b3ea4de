"""The words of the service in one language: messages, dates, terms."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator

from babel import Locale
from babel.dates import tokenize_pattern

from publish.contract.service import MESSAGES, TERMS, Words

ISO = "{y}-{m}-{d}"


def words(gettext: Callable[[str], str], code: str) -> Words:
    """Return what the service says of its own accord in a language."""
    locale = Locale.parse(code, sep="-")
    names = locale.months["format"]["wide"]
    return Words(
        messages={key: (gettext(title), gettext(said)) for key, (title, said) in MESSAGES.items()},
        date=date_pattern(locale.date_formats["long"].pattern),
        months=tuple(str(names[number]) for number in range(1, 13)),
        terms={term: gettext(term) for term in TERMS},
    )


def dump(spoken: Words) -> str:
    """Return words.json, the same bytes for the same words."""
    return json.dumps(dataclasses.asdict(spoken), ensure_ascii=False, indent=1, sort_keys=True)


def date_pattern(pattern: str) -> str:
    """Return a date pattern of the Unicode CLDR with our gaps; one that says more becomes ISO."""
    parts = list(_gaps(pattern))
    return "".join(parts).replace("  ", " ") if {"{y}", "{d}"} <= set(parts) else ISO


def _gaps(pattern: str) -> Iterator[str]:
    for kind, value in tokenize_pattern(pattern):
        if kind == "chars":
            yield str(value).replace("{", "{{").replace("}", "}}")
        else:
            letter, count = str(value[0]), int(value[1])
            # Nothing for an era or a weekday, which a plain date does not need.
            yield {"y": "{y}", "d": "{d}"}.get(letter, "") or _month(letter, count)


def _month(letter: str, count: int) -> str:
    if letter not in "ML":
        return ""
    return "{month}" if count > 2 else "{m}"
