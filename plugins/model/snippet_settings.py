"""`[snippets]` of `site.toml`: for which platforms kits are made, and by which other rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from plugins.model.problems import Problems, hint
from plugins.model.site import primary
from plugins.model.snippets import Chosen
from plugins.model.tables import Tables, load_toml
from publish.contract.catalogue import N_

TABLE = "snippets"
PLATFORMS = "platforms.toml"
LINKS = ("campaign", "short")
THEMES = ("ink", "paper")
_KEYS = ("platforms", "links", "theme", "rules")
_LANGUAGE_KEYS = ("platforms",)


def read_chosen(reader: Tables, values: Mapping[str, Any]) -> Chosen:
    """Read `[snippets]`, and what a language says of its own; `values` are the whole file."""
    own = reader.table(values, TABLE)
    reader.refuse_unknown(own, _KEYS, TABLE)
    lines = {"": reader.place("", TABLE).line}
    platforms = {}
    for lang, table, says in _by_language(reader, values, own):
        if "platforms" in says:
            platforms[lang] = tuple(dict.fromkeys(reader.texts(says, table, "platforms")))
            lines[f"{lang}.platforms".lstrip(".")] = reader.place(table, "platforms").line
    return Chosen(
        platforms=platforms,
        rules=_rules(reader, own, lines),
        links=_one_of(reader, own, "links", LINKS),
        theme=_one_of(reader, own, "theme", THEMES),
        lines=lines,
    )


def with_own_platforms(chosen: Chosen, content: Path, problems: Problems) -> Chosen:
    """Return what is chosen with the creator's own platforms, of which only the text is known here.

    Raises:
        OSError: their file is there and cannot be read.

    """
    path = content / PLATFORMS
    found = load_toml(path, problems) if path.is_file() else None
    return replace(chosen, own=found[1]) if found else chosen


def _by_language(
    reader: Tables, values: Mapping[str, Any], own: Mapping[str, Any]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield language, name and values of every table that may choose platforms."""
    yield "", TABLE, own
    languages = values.get("language", {})
    for key, says in languages.items() if isinstance(languages, dict) else ():
        if isinstance(says, dict) and TABLE in says:
            table = f"language.{key}.{TABLE}"
            found = reader.table(says, TABLE, f"language.{key}")
            reader.refuse_unknown(found, _LANGUAGE_KEYS, table)
            yield primary(key), table, found


def _rules(
    reader: Tables, own: Mapping[str, Any], lines: dict[str, int]
) -> Mapping[str, Mapping[str, tuple[int, int]]]:
    """Return other rules by platform; whether a platform has them is asked where it is known."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    rules = reader.table(own, "rules", TABLE)
    for platform in rules:
        table = f"{TABLE}.rules.{platform}"
        lines[f"rules.{platform}"] = reader.place(f"{TABLE}.rules", platform).line
        found[platform] = {}
        for name, value in reader.table(rules, platform, f"{TABLE}.rules").items():
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                found[platform][name] = (value, reader.place(table, name).line)
            else:
                reader.wrong(
                    table,
                    name,
                    N_('{key} "{value}" is no limit (write {key} = 500, or {key} = 0 for none)'),
                    value=value,
                )
    return found


def _one_of(reader: Tables, own: Mapping[str, Any], key: str, known: tuple[str, ...]) -> str:
    value = reader.text(own, TABLE, key, known[0])
    if value in known:
        return value
    reader.wrong(
        TABLE,
        key,
        N_('{key} "{value}" is unknown (known: {known}){hint}'),
        value=value,
        known=", ".join(known),
        hint=hint(value, known),
    )
    return known[0]
