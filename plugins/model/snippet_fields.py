"""`snippets:` in a post's front matter: the creator's own words for other platforms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from plugins.model.entries import Fields
from plugins.model.problems import nearest
from plugins.model.snippets import Own, OwnText
from plugins.model.text import writable
from publish.contract.catalogue import N_

FIELD = "snippets"
KEYS = ("hook", "points", "quote", "call", "hashtags", "off")
_TEXT_KEYS = ("title", "text")
_COMMAS = re.compile(r"[,，;；、]")
# What a creator who writes Chinese may call the same thing.
_CHINESE = {
    "开头": "hook",
    "要点": "points",
    "金句": "quote",
    "引文": "quote",
    "行动": "call",
    "话题": "hashtags",
    "标签": "hashtags",
    "不发": "off",
}


def read_own(fields: Fields) -> Own:
    """Return what a post says of its snippets; whether a platform exists is asked elsewhere."""
    value = fields.values.get(FIELD, "")
    if value == "":
        return Own()
    if not isinstance(value, dict):
        fields.wrong(FIELD, N_('{name} is a table (write "hook: …" below it, two spaces in)'))
        return Own()
    says = {key.strip().lower(): each for key, each in value.items()}
    texts = {}
    for key in says:
        if key in KEYS:
            continue
        if guess := _CHINESE.get(key) or nearest(key, KEYS):
            _wrong(
                fields,
                N_('unknown key "{key}" in {name} (did you mean "{guess}"?)'),
                key,
                guess=guess,
            )
        else:
            texts[key] = _own_text(fields, key, says[key])
    return Own(
        hook=_line(fields, says, "hook"),
        points=_lines(fields, "points", says.get("points", "")),
        quote=_line(fields, says, "quote"),
        call=_line(fields, says, "call"),
        hashtags=_hashtags(fields, says),
        texts=texts,
        off=tuple(each.lower() for each in _names(fields, says, "off")),
    )


def _line(fields: Fields, says: Mapping[str, Any], key: str) -> str:
    """Return a text of one line."""
    value = says.get(key, "")
    if isinstance(value, str):
        return " ".join(writable(value).split())
    _wrong(fields, N_('"{key}" in {name} is one text, not a list or a table'), key)
    return ""


def _lines(fields: Fields, key: str, value: Any) -> tuple[str, ...]:
    """Return texts of one line each; a sentence may have commas in it."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(each, str) for each in items):
        _wrong(fields, N_('"{key}" in {name} is a list of texts (write "- one" on lines)'), key)
        return ()
    found = (" ".join(writable(each).split()) for each in items)
    return tuple(filter(None, found))


def _names(fields: Fields, says: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return short names, also those on one line with commas of either width."""
    found = (
        part for line in _lines(fields, key, says.get(key, "")) for part in _COMMAS.split(line)
    )
    return tuple(dict.fromkeys(filter(None, map(str.strip, found))))


def _hashtags(fields: Fields, says: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return hashtags without their signs; an empty list is none at all, None is nothing said."""
    if says.get("hashtags", "") == "":
        return None
    return tuple(filter(None, (each.strip("#＃ ") for each in _names(fields, says, "hashtags"))))


def _own_text(fields: Fields, platform: str, value: Any) -> OwnText:
    """Return what stands under a platform: a text, the parts of a thread, or a title as well."""
    if not isinstance(value, dict):
        return OwnText("", _parts(fields, platform, value))
    for key in value:
        if key not in _TEXT_KEYS:
            _wrong(
                fields,
                N_('"{key}" in {name} has no "{inner}" (known: {known})'),
                platform,
                inner=key,
                known=", ".join(_TEXT_KEYS),
            )
    return OwnText(_line(fields, value, "title"), _parts(fields, platform, value.get("text", "")))


def _parts(fields: Fields, platform: str, value: Any) -> tuple[str, ...]:
    """Return texts with the line ends that they were written with."""
    items = [value] if isinstance(value, str) else value
    if isinstance(items, list) and all(isinstance(each, str) for each in items):
        return tuple(filter(None, (writable(each).strip() for each in items)))
    _wrong(fields, N_('"{key}" in {name} is a text, or a list of texts for a thread'), platform)
    return ()


def _wrong(fields: Fields, message: str, key: str, **values: object) -> None:
    """Say that a key of the table will not do."""
    inside = f"{FIELD}.{key}"
    place = fields.place(inside if inside in fields.lines else FIELD)
    fields.problems.error(place, message, name=FIELD, key=key, **values)
