"""What a creator does, for tests: files in a folder, read as a build reads them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plugins.model.entries import Entry
from plugins.model.library import Library, load
from plugins.model.problems import Problem, Problems
from plugins.model.sources import Vault

NOON = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)
SITE = 'title = "Ground"\nurl = "https://ground.example"\nlanguages = ["en", "zh-Hans"]\n'


@dataclass(frozen=True)
class Loaded:
    """What a folder was read as, and what was said about it."""

    library: Library
    vault: Vault
    problems: Problems

    @property
    def errors(self) -> list[str]:
        return texts(self.problems.errors)

    @property
    def warnings(self) -> list[str]:
        return texts(self.problems.warnings)

    def entry(self, source: str) -> Entry:
        return self.library.by_source[source]


def texts(found: list[Problem]) -> list[str]:
    """Return problems as a creator reads them, without the level."""
    said = [problem.said("en") for problem in found]
    return [f"{each.path}:{each.line}: {each.text}" for each in said]


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def read(
    folder: Path,
    files: Mapping[str, str | bytes],
    *,
    site: str | None = SITE,
    at: datetime.datetime = NOON,
    preview: bool = False,
) -> Loaded:
    """Write files beside a site.toml, and load the folder."""
    write(folder, files if site is None else {"site.toml": site, **files})
    problems = Problems()
    library, vault = load(folder, at, preview, problems)
    return Loaded(library, vault, problems)
