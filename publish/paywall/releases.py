"""The generation that is served: its manifest, prepared pages, mails and words, read once."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from publish.contract import manifest as contract
from publish.contract.service import Words
from publish.contract.slots import Prepared
from publish.paywall.ports import Bodies

_KEPT = 3


class Release:
    """One generation as the service sees it."""

    def __init__(self, name: str, bodies: Bodies) -> None:
        self.name, self._bodies = name, bodies
        self._lock = threading.Lock()
        self._prepared: dict[str, Prepared] = {}
        self._words: dict[str, Words] = {}
        self.manifest = contract.parse(bodies.read(name, "manifest.json"), name)

    def read(self, path: str) -> bytes:
        """Return a file of the private part.

        Raises:
            Missing: no such file.
            ValueError: the path is not private.

        """
        if not path.startswith("private/"):
            raise ValueError(f"{path}: is not private")
        return self._bodies.read(self.name, path)

    def address(self, path: str, seconds: int, name: str, kind: str) -> str:
        """Return a short-lived address of a large file, or ""."""
        return self._bodies.address(self.name, path, seconds, name, kind)

    @cached_property
    def languages(self) -> Sequence[contract.Language]:
        """Return the languages of the site, the main one first."""
        return self.manifest.site.languages

    def language(self, code: str) -> contract.Language:
        """Return a language of the site, else the main one."""
        return next((each for each in self.languages if each.code == code), self.languages[0])

    def page(self, name: str, lang: str) -> Prepared:
        """Return a prepared page."""
        return self.prepared(self.manifest.pages[name][lang])

    def prepared(self, path: str) -> Prepared:
        """Return a prepared text, read once."""
        with self._lock:
            known = self._prepared.get(path)
        if known is None:
            known = Prepared(self.read(path).decode())
            with self._lock:
                self._prepared[path] = known
        return known

    def day(self, lang: str, when: datetime) -> str:
        """Return a date as people write it, in the site's time zone."""
        import zoneinfo

        zone = zoneinfo.ZoneInfo(self.manifest.site.time_zone)
        return self.words(lang).day(when.astimezone(zone))

    def words(self, lang: str) -> Words:
        """Return what the service says in a language."""
        if lang not in self._words:
            told = json.loads(self.read(f"private/pages/{lang}/words.json"))
            self._words[lang] = _words(told)
        return self._words[lang]


def _words(told: Mapping[str, Any]) -> Words:
    messages = {code: tuple(pair) for code, pair in told["messages"].items()}
    return Words(messages, told["date"], tuple(told["months"]), told["terms"])


class Releases:
    """The releases that are or were live a moment ago, by name."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._load = functools.lru_cache(_KEPT)(functools.partial(Release, bodies=bodies))

    def find(self, name: str = "") -> Release:
        """Return a release; without a name the one that is live.

        Raises:
            Missing: there is none.

        """
        return self._load(name or self._bodies.current())
