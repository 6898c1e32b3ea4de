"""Categories, tags and series: which posts each has, and where its page is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from plugins.model.entries import Entry
from plugins.model.problems import Problems
from plugins.model.site import Language, Site
from plugins.model.slugs import natural, same, slugify
from publish.contract.catalogue import N_

TERM_KINDS = ("category", "tag", "series")
TERM_FOLDERS = {"category": "categories", "tag": "tags", "series": "series"}


@dataclass(frozen=True)
class Term:
    """A category, tag or series of one language with its posts, in reading order."""

    kind: str
    name: str
    lang: str
    slug: str
    url: str
    entries: tuple[Entry, ...]


def terms_of(built: Iterable[Entry], site: Site, problems: Problems) -> Iterator[Term]:
    """Yield every category, tag and series of each language."""
    posts = [entry for entry in built if entry.room == "post" and entry.listed]
    for language in site.languages:
        for kind in TERM_KINDS:
            by_name: dict[str, list[Entry]] = defaultdict(list)
            for entry in posts:
                if entry.lang == language.code:
                    for name in _term_names(entry, kind):
                        by_name[name].append(entry)
            yield from _named_terms(kind, by_name, language, site, problems)


def _named_terms(
    kind: str,
    by_name: Mapping[str, list[Entry]],
    language: Language,
    site: Site,
    problems: Problems,
) -> Iterator[Term]:
    seen: dict[str, str] = {}
    for name in sorted(by_name, key=natural):
        entries = by_name[name]
        slug = site.slugs.get(name) or slugify(name)
        place = min(entry.place(_FIELD[kind]) for entry in entries)
        other = seen.setdefault(same(slug), name)
        if not slug or other != name:
            problems.error(
                place,
                N_(
                    '{kind} "{name}" and {kind} "{other}" ({where}) have the same address'
                    ' "{slug}" (write them alike, or give one a slug under [slugs] in site.toml)'
                ),
                kind=kind,
                name=name,
                other=other,
                slug=slug,
                where=min(entry.place(_FIELD[kind]) for entry in by_name[other]),
            )
        order = list(reversed(entries)) if kind == "series" else entries
        url = f"{language.prefix}/{TERM_FOLDERS[kind]}/{slug}/"
        yield Term(kind, name, language.code, slug, url, tuple(order))


_FIELD = {"category": "category", "tag": "tags", "series": "series"}


def _term_names(entry: Entry, kind: str) -> tuple[str, ...]:
    if kind == "tag":
        return entry.tags
    name = entry.category if kind == "category" else entry.series
    return (name,) if name else ()
