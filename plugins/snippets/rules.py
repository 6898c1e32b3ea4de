"""Which platforms there are, which of them a creator uses, and by which rules."""

from __future__ import annotations

import datetime
import functools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from plugins.model.entries import Entry
from plugins.model.problems import Problems, hint, nearest
from plugins.model.site import Site, primary
from plugins.model.site_file import FILE
from plugins.model.snippet_settings import PLATFORMS
from plugins.model.tables import Tables
from plugins.snippets import schema
from plugins.snippets.values import Hashtags, Limit, Platform
from publish.contract.catalogue import N_
from publish.contract.report import Place
from publish.contract.snippets import CALLED

ALL = "all"
HASHTAGS = "hashtags"
_PACK = Path(__file__).with_name("platforms.toml")
_STALE = datetime.timedelta(days=365)


@functools.cache
def pack() -> Mapping[str, Platform]:
    """Return every platform that Inkstead knows, by id, in the order of platforms.toml.

    Raises:
        ValueError: the file is bad; the sentence names every entry and key.

    """
    found, faults = _read(_entries())
    if faults:
        raise ValueError("; ".join(map(str, faults)))
    return MappingProxyType(found)


@functools.cache
def _entries() -> Mapping[str, Any]:
    return tomllib.loads(_PACK.read_text("utf-8"))


def _read(entries: Mapping[str, Any]) -> tuple[dict[str, Platform], tuple[schema.Fault, ...]]:
    faults: list[schema.Fault] = []
    found = {id: schema.read(id, entry, faults) for id, entry in entries.items()}
    return {id: platform for id, platform in found.items() if platform}, tuple(faults)


def known(site: Site) -> Mapping[str, Platform]:
    """Return every platform by id, those of the creator's own platforms.toml among them."""
    return _with_own(site.snippets.own)[0]


@functools.lru_cache(8)
def _with_own(text: str) -> tuple[Mapping[str, Platform], tuple[schema.Fault, ...]]:
    """Return the pack with a creator's entries over it, and what is wrong with them."""
    if not text:
        return pack(), ()
    own = {id: _over(_entries().get(id), entry) for id, entry in tomllib.loads(text).items()}
    found, faults = _read(own)
    return MappingProxyType({**pack(), **found}), faults


def _over(base: Mapping[str, Any] | None, entry: Any) -> Any:
    """Return a creator's entry on top of another: key by key, and limit by limit."""
    if not isinstance(entry, dict):
        return entry
    own = {**(base or {}), **entry}
    for key in ("names", "hint"):
        if isinstance(said := entry.get(key), dict) and said:
            first = dict.fromkeys(schema.LANGUAGES, next(iter(said.values())))
            own[key] = {**first, **(base or {}).get(key, {}), **said}
    if isinstance(limits := entry.get("limits", {}), dict):
        under = (base or {}).get("limits", {})
        changed = {name: _over_limit(under.get(name, {}), each) for name, each in limits.items()}
        own["limits"] = {**under, **changed}
    return own


def _over_limit(base: Mapping[str, Any], limit: Any) -> Any:
    """Return a creator's limit: counted as the one below it, and nobody else's word."""
    if not isinstance(limit, dict):
        return limit
    counting = {"counting": base["counting"]} if "counting" in base else {}
    return {**counting, "source": PLATFORMS, "confidence": "own", **limit}


def _broken(site: Site) -> frozenset[str]:
    """Return which of a creator's entries are wrong, as their own file says already."""
    return frozenset(fault.entry for fault in _with_own(site.snippets.own)[1])


def _check_own_file(site: Site, problems: Problems) -> None:
    tables = Tables(site.snippets.own, PLATFORMS, problems)
    for fault in _with_own(site.snippets.own)[1]:
        table, _, key = f"{fault.entry}.{fault.key}".rstrip(".").rpartition(".")
        problems.error(tables.place(table, key), fault.message, **dict(fault.values))


def chosen(site: Site, lang: str, problems: Problems) -> tuple[Platform, ...]:
    """Return the platforms for posts of a language, with the creator's own rules."""
    _check_own_file(site, problems)
    own, there = site.snippets, known(site)
    said = own.platforms.get(primary(lang))
    key = "platforms" if said is None else f"{primary(lang)}.platforms"
    names = own.platforms.get("") if said is None else said
    if names is None:
        names = tuple(id for id, platform in there.items() if platform.full)
    place = Place(FILE, own.lines.get(key, 0))
    ids: dict[str, None] = {}
    for name in names:
        if name == ALL:
            ids.update(dict.fromkeys(there))
        elif name in there:
            ids[name] = None
        elif name not in _broken(site):
            _refuse_unknown(name, there, place, problems)
    ruled = _ruled(site, there, problems)
    return tuple(ruled.get(id, there[id]) for id in ids)


def _ruled(site: Site, there: Mapping[str, Platform], problems: Problems) -> dict[str, Platform]:
    """Return the platforms for which site.toml has other rules; 0 lifts a limit."""
    found = {}
    for id, rules in site.snippets.rules.items():
        if id in there:
            found[id] = _changed(there[id], rules, problems)
        elif id not in _broken(site):
            line = site.snippets.lines.get(f"rules.{id}", 0)
            _refuse_unknown(id, there, Place(FILE, line), problems)
    return found


def _changed(
    platform: Platform, rules: Mapping[str, tuple[int, int]], problems: Problems
) -> Platform:
    limits, hashtags = dict(platform.limits), platform.hashtags
    for name, (value, line) in rules.items():
        if name == HASHTAGS:
            hashtags = Hashtags(hashtags.form, value)
        elif name in limits and not value:
            limits.pop(name)
        elif name in limits:
            limits[name] = _own(limits[name], value)
        else:
            names = (*platform.limits, HASHTAGS)
            problems.error(
                Place(FILE, line),
                N_('{platform} has no limit "{name}" (known: {known}){hint}'),
                platform=platform.id,
                name=name,
                known=", ".join(names),
                hint=hint(name, names),
            )
    return replace(platform, limits=limits, hashtags=hashtags)


def _own(limit: Limit, value: int) -> Limit:
    least = min(limit.least, value)
    return Limit(value, limit.counting, least, source=FILE, confidence="own")


def stale(
    platforms: Sequence[Platform], at: datetime.date
) -> Iterator[tuple[Platform, str, Limit]]:
    """Yield the limits that nobody looked up in the year before a day."""
    for platform in platforms:
        for name, limit in platform.limits.items():
            if limit.checked and at - limit.checked > _STALE:
                yield platform, name, limit


def check_own(
    entry: Entry, problems: Problems, there: Mapping[str, Platform] | None = None
) -> None:
    """Refuse what a post says about a platform that there is not, neither there nor in the pack."""
    there = pack() if there is None else there
    said = entry.snippets
    for name in dict.fromkeys((*said.texts, *said.off)):
        if name not in there:
            key = f"snippets.{name if name in said.texts else 'off'}"
            place = entry.place(key if key in entry.lines else "snippets")
            _refuse_unknown(name, there, place, problems)


def _refuse_unknown(
    name: str, there: Mapping[str, Platform], place: Place, problems: Problems
) -> None:
    if guess := _guess(name, there):
        problems.error(
            place,
            N_('unknown platform "{name}" (did you mean "{guess}"?)'),
            name=name,
            guess=guess,
        )
    else:
        problems.error(
            place,
            N_('unknown platform "{name}" (known: {known})'),
            name=name,
            known=", ".join(there),
        )


def _guess(name: str, there: Mapping[str, Platform]) -> str:
    """Return the id that a name probably means: misspelt, or what people call the platform."""
    folded = name.strip().casefold()
    for id, platform in there.items():
        called = [each.casefold() for each in (id, *platform.names.values())]
        if folded in called or (len(folded) > 1 and any(folded in each for each in called)):
            return id
    guess = nearest(name, (*there, *CALLED))
    return CALLED.get(guess, guess)
