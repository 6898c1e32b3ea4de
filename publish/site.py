"""The little that commands need from site.toml before a build has read it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Settings:
    """The time zone and the languages (BCP 47, the first at the root of the site)."""

    zone: ZoneInfo = UTC
    languages: tuple[str, ...] = ("zh-Hans",)


def read_settings(content: Path) -> Settings:
    """Read site.toml as far as it is right; what is wrong in it is for the build to say."""
    values = _read(content / "site.toml")
    given = values.get("languages")
    listed = given if isinstance(given, list) else []
    named = tuple(each for each in listed if isinstance(each, str))
    return Settings(_zone(values.get("time_zone")), named or Settings.languages)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else UTC
    except (KeyError, ValueError, OSError):
        return UTC
