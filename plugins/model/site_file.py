"""`site.toml`: read and validated whole, every mistake with its line."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError

from plugins.model.problems import Problems, nearest
from plugins.model.site import (
    NO_LETTERS,
    SHOWN_BY,
    Author,
    Language,
    Legal,
    Mail,
    MenuItem,
    Showing,
    Site,
    primary,
)
from plugins.model.slugs import slugify
from plugins.model.snippet_settings import read_chosen, with_own_platforms
from plugins.model.tables import Tables, load_toml
from plugins.model.text import measure
from publish.contract.catalogue import N_
from publish.contract.deployment import KEYS as DEPLOYMENT_KEYS
from publish.contract.report import Place

FILE = "site.toml"
_SHOW = re.compile(r"^\s*\[\[\s*magnets\s*\.\s*show\s*\]\]")
T = TypeVar("T")

# What a table may hold: name → how its value is checked. Everything else is an error.
_SITE = ("title", "url", "description", "languages", "time_zone", "accent", "per_page")
_TABLES = (
    "author",
    "menu",
    "legal",
    "mail",
    "build",
    "publish",
    "slugs",
    "magnets",
    "snippets",
    "language",
)
_KEYS: Mapping[str, tuple[str, ...]] = {
    "author": ("name", "email", "url", "bio"),
    "menu": ("title", "url"),
    "legal": ("seller", "address", "email", "icp", "police", "terms", "privacy", "refund"),
    "mail": ("from", "reply_to"),
    "build": ("plugins",),
    "publish": DEPLOYMENT_KEYS,
    "magnets": ("letters", "refuse_disposable", "show"),
    "magnets.show": ("magnet", *SHOWN_BY),
    "language": ("title", "description", "author", "menu", "legal", "magnets", "snippets"),
    "language.magnets": ("letters",),
}


def default_site(content: Path) -> Site:
    """Return the settings of a folder without `site.toml`: named after it, in its language."""
    values = {"title": content.resolve().name, "languages": [_guess_language(content)]}
    return read_site(values, "", Problems())


def _guess_language(content: Path) -> str:
    """Return "zh-Hans" or "en", by what the first texts are written in."""
    paths = sorted(content.rglob("*.md"))[:20]
    text = " ".join(path.read_bytes()[:4096].decode("utf-8", "ignore") for path in paths)
    length = measure(text)
    return "en" if length.words and length.han < length.words / 4 else "zh-Hans"


def load_site(content: Path, problems: Problems) -> Site:
    """Read `site.toml` of a content folder; without one, sensible defaults."""
    path = content / FILE
    found = load_toml(path, problems) if path.is_file() else None
    site = read_site(*found, problems) if found else default_site(content)
    return replace(site, snippets=with_own_platforms(site.snippets, content, problems))


def read_site(values: Mapping[str, Any], text: str, problems: Problems) -> Site:
    """Check all of it and return the site; `text` is only asked for line numbers."""
    reader = _Reader(text, FILE, problems)
    reader.refuse_unknown(values, (*_SITE, *_TABLES), "")
    codes = reader.codes(values)
    main = reader.language(values, "", codes[0], "", None)
    tables = reader.table(values, "language")
    languages = [main]
    for code in codes[1:]:
        own: Mapping[str, Any] = next(
            (v for k, v in tables.items() if primary(k) == primary(code)), {}
        )
        languages.append(
            reader.language(own, f"language.{primary(code)}", code, f"/{primary(code)}", main)
        )
    for key in tables:
        if primary(key) not in {primary(code) for code in codes}:
            problems.error(
                reader.place(f"language.{key}", ""),
                N_('[language.{key}] is no language of the site (add it to "languages": {codes})'),
                key=key,
                codes=", ".join(codes),
            )
    build, mail = reader.table(values, "build"), reader.table(values, "mail")
    reader.refuse_unknown(build, _KEYS["build"], "build")
    reader.refuse_unknown(mail, _KEYS["mail"], "mail")
    magnets = reader.table(values, "magnets")
    reader.refuse_unknown(magnets, _KEYS["magnets"], "magnets")
    # What is in it is checked by those who publish; the build only tells feeds of their hub.
    deployment = reader.table(values, "publish")
    reader.refuse_unknown(deployment, _KEYS["publish"], "publish")
    return Site(
        url=reader.address(values, "url", "https://example.com"),
        time_zone=reader.zone(values),
        accent=reader.colour(values),
        per_page=reader.number(values, "per_page", 20, 1, 200),
        languages=tuple(languages),
        mail=Mail(reader.text(mail, "mail", "from"), reader.text(mail, "mail", "reply_to")),
        plugins=reader.texts(build, "build", "plugins"),
        slugs=reader.slugs(values),
        hub=reader.text(deployment, "publish", "hub"),
        showing=tuple(reader.showing(magnets)),
        refuse_disposable=reader.switch(magnets, "magnets", "refuse_disposable"),
        snippets=read_chosen(reader, values),
    )


class _Reader(Tables):
    """Check the values of `site.toml` one by one."""

    def number(self, values: Mapping[str, Any], key: str, default: int, low: int, high: int) -> int:
        value = values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(
            "",
            key,
            N_('{key} "{value}" is not a whole number from {low} to {high}'),
            value=value,
            low=low,
            high=high,
        )
        return default

    def address(self, values: Mapping[str, Any], key: str, default: str) -> str:
        value = self.text(values, "", key, default)
        try:
            parts = urlsplit(value)
            whole = parts.scheme in ("http", "https") and bool(parts.hostname)
            bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
            _ = parts.port
        except ValueError:
            whole = bare = False
        if whole and bare:
            return value.rstrip("/")
        self.wrong(
            "",
            key,
            N_('{key} "{value}" is not the address of a site (write "https://example.com")'),
            value=value,
        )
        return default

    def zone(self, values: Mapping[str, Any]) -> str:
        value = self.text(values, "", "time_zone", "UTC")
        known = zoneinfo.available_timezones()
        if value in known:
            return value
        self.wrong(
            "",
            "time_zone",
            N_('{key} "{value}" is no time zone (write a name such as "{guess}")'),
            value=value,
            guess=nearest_zone(value, known),
        )
        return "UTC"

    def colour(self, values: Mapping[str, Any]) -> str:
        value = self.text(values, "", "accent", "#1f5a80")
        if re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            return value.lower()
        self.wrong("", "accent", N_('{key} "{value}" is no colour (write "#1f5a80")'), value=value)
        return "#1f5a80"

    def codes(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        found: list[str] = []
        for code in self.texts(values, "", "languages") or ("zh-Hans",):
            if not _locale(code):
                self.wrong(
                    "",
                    "languages",
                    N_('language "{code}" is unknown (write a code such as "zh-Hans" or "en")'),
                    code=code,
                )
            elif primary(code) in {primary(each) for each in found}:
                self.wrong("", "languages", N_('language "{code}" is there twice'), code=code)
            else:
                found.append(code)
        return tuple(found) or ("zh-Hans",)

    def slugs(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        found = {}
        for name, slug in self.table(values, "slugs").items():
            if isinstance(slug, str) and slug and slugify(slug) == slug:
                found[name] = slug
            else:
                self.wrong(
                    "slugs",
                    name,
                    N_('slug "{value}" is not fit for an address (lower case, digits and hyphens)'),
                    value=slug,
                )
        return found

    def language(
        self, values: Mapping[str, Any], table: str, code: str, prefix: str, main: Language | None
    ) -> Language:
        if main:
            self.refuse_unknown(values, _KEYS["language"], table)
        inside = f"{table}.".lstrip(".")
        author = self.record(
            values, table, f"{inside}author", "author", main.author if main else Author()
        )
        legal = self.record(
            values, table, f"{inside}legal", "legal", main.legal if main else Legal()
        )
        return Language(
            code=code,
            prefix=prefix,
            name=_own_name(code),
            title=self.text(values, table, "title") or (main.title if main else "Inkstead"),
            description=self.text(values, table, "description", main.description if main else ""),
            author=author,
            menu=self.menu(values, table, f"{inside}menu"),
            legal=legal,
            letters=self.letters(values, table, f"{inside}magnets", main),
        )

    def record(self, values: Mapping[str, Any], parent: str, table: str, key: str, base: T) -> T:
        own: Mapping[str, Any] = self.table(values, key, parent)
        self.refuse_unknown(own, _KEYS[key], table)
        known = {name: self.text(own, table, name) for name in own if name in _KEYS[key]}
        return replace(base, **known)  # type: ignore[type-var]

    def menu(
        self, values: Mapping[str, Any], parent: str, table: str
    ) -> tuple[MenuItem, ...] | None:
        if "menu" not in values:
            return None
        items = values["menu"]
        if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
            self.wrong(
                parent, "menu", N_("menu is a list of tables (write [[{key}]] for each line)")
            )
            return None
        found = []
        for item in items:
            self.refuse_unknown(item, _KEYS["menu"], table)
            title, url = self.text(item, table, "title"), self.text(item, table, "url")
            if not title or not url:
                self.wrong(table, "title", N_("a line of the menu needs title and url"))
            found.append(MenuItem(title, url, self._line_of(url)))
        return tuple(found)

    def letters(
        self, values: Mapping[str, Any], parent: str, table: str, main: Language | None
    ) -> str | None:
        """Return how often letters come, "" for what is not said, None for never."""
        own = self.table(values, "magnets", parent)
        if main:
            self.refuse_unknown(own, _KEYS["language.magnets"], table)
        if "letters" not in own:
            return None if main and main.letters is None else ""
        said = "none" if own["letters"] is False else self.text(own, table, "letters")
        found = None if said.lower() in NO_LETTERS else said
        if main and (found is None) != (main.letters is None):
            self.wrong(
                table,
                "letters",
                N_("letters come in all languages or in none (write how often, or take it away)"),
            )
        return found

    def showing(self, values: Mapping[str, Any]) -> Iterator[Showing]:
        """Yield where lead magnets show, in the order of the file."""
        table = "magnets.show"
        rules = values.get("show", [])
        if not isinstance(rules, list) or not all(isinstance(each, dict) for each in rules):
            self.wrong("magnets", "show", N_("write [[magnets.show]] for each place"))
            return
        lines = [n for n, line in enumerate(self.lines, 1) if _SHOW.match(line)]
        for number, rule in enumerate(rules):
            self.refuse_unknown(rule, _KEYS[table], table)
            known = lines[number] if number < len(lines) else self.place("magnets", "show").line
            place = Place(FILE, known)
            names = {key: self.text(rule, table, key) for key in rule if key in _KEYS[table]}
            magnet = names.pop("magnet", "")
            if not magnet or len(names) > 1:
                self.problems.error(
                    place,
                    N_(
                        'a place needs "magnet", and at most one of {known} (none means every post)'
                    ),
                    known=", ".join(SHOWN_BY),
                )
                continue
            by, name = next(iter(names.items()), ("", ""))
            yield Showing(by, name, place, magnet)

    def _line_of(self, text: str) -> int:
        return next((n for n, line in enumerate(self.lines, 1) if text and f'"{text}"' in line), 0)


def nearest_zone(value: str, known: set[str]) -> str:
    """Return the time zone that a wrong name probably means."""
    by_place = {name.rsplit("/", 1)[-1].lower(): name for name in sorted(known)}
    guess = nearest(value.rsplit("/", 1)[-1].replace(" ", "_"), by_place)
    return by_place.get(guess, "Asia/Shanghai")


def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _own_name(code: str) -> str:
    """Return what a language calls itself, such as "中文" or "English"."""
    locale = _locale(code)
    name = Locale(locale.language).get_display_name(locale.language) if locale else None
    return (name or code)[:1].upper() + (name or code)[1:]
