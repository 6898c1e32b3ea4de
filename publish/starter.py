"""What `inkstead init` writes: a creator's own folder, from the files in publish/starter/."""

from __future__ import annotations

import json
import os
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import Template

from publish import place
from publish.contract.catalogue import N_
from publish.trouble import WrongUsage

TEMPLATES = Path(__file__).parent / "starter"
LANGUAGES = ("zh-Hans", "en")
# What may lie in a folder that becomes a site.
_HARMLESS = frozenset({".git", ".DS_Store"})
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~=!])")
_ADDRESS = re.compile(r"https?://[^\s/?#@\[\]]+/?")
_ROOMS = ("posts", "pages", "products", "magnets", "letters", "files", "static")


@dataclass(frozen=True)
class Answers:
    """What `init` asks; `languages` are BCP 47 codes, the first lives at the root of the site."""

    title: str
    description: str
    languages: tuple[str, ...]
    author: str
    url: str
    time_zone: str


def check_languages(text: str) -> tuple[str, ...]:
    """Read a list such as "zh-Hans,en".

    Raises:
        WrongUsage: a language that the site's words are not written in, or one twice.

    """
    short = {code.split("-")[0]: code for code in LANGUAGES}
    named = [each for each in re.split(r"[\s,，、]+", text.strip()) if each]
    codes = tuple(short.get(each.lower().split("-")[0], each) for each in named)
    if not codes or set(codes) - set(LANGUAGES) or len(set(codes)) < len(codes):
        raise WrongUsage(
            N_('languages "{text}" cannot be meant (write zh-Hans, en, or both: zh-Hans,en)'),
            text=text,
        )
    return codes


def check_address(text: str) -> str:
    """Read the address of a site.

    Raises:
        WrongUsage: it is no address, or one with a path.

    """
    if not _ADDRESS.fullmatch(text.strip()):
        raise WrongUsage(
            N_('address "{text}" is not that of a site (write https://example.com)'), text=text
        )
    return text.strip().rstrip("/")


def check_zone(text: str) -> str:
    """Read the name of a time zone.

    Raises:
        WrongUsage: there is no such zone.

    """
    if text.strip() not in zoneinfo.available_timezones():
        raise WrongUsage(
            N_('time zone "{text}" is unknown (write a name such as Asia/Shanghai)'), text=text
        )
    return text.strip()


def machine_zone(environ: Mapping[str, str] = os.environ, etc: Path = Path("/etc")) -> str:
    """Return the name of the machine's time zone, or "UTC"."""
    link = etc / "localtime"
    named = etc / "timezone"
    guesses = [
        environ.get("TZ", "").lstrip(":"),
        str(link.resolve()).partition("zoneinfo/")[2] if link.is_symlink() else "",
        named.read_text(encoding="utf-8").strip() if named.is_file() else "",
    ]
    known = zoneinfo.available_timezones()
    return next((each.removeprefix("Etc/") for each in guesses if each in known), "UTC")


def obstacles(folder: Path) -> list[str]:
    """Return what lies in a folder and would be mixed with a new site."""
    if not folder.exists():
        return []
    if not folder.is_dir():
        return [folder.name]
    return sorted(each.name for each in folder.iterdir() if each.name not in _HARMLESS)


def files(answers: Answers, spoken: str, now: datetime) -> dict[str, str]:
    """Return every file by its path, commented in the spoken language; `now` in the site's zone."""
    first = answers.languages[0].split("-")[0]
    found = {"site.toml": _fill(TEMPLATES / spoken / "site.toml", _settings(answers, spoken))}
    found |= _tree(TEMPLATES / "common", {"version": place.version()})
    for code in answers.languages:
        short = code.split("-")[0]
        inside = "" if short == first else f"{short}/"
        for source in sorted((TEMPLATES / short).glob("*/*.md")):
            room, name = source.parent.name, source.stem
            if inside and room == "products":
                continue
            dated = f"{now:%Y-%m-%d}-{name}" if room == "posts" else name
            values = {
                "identity": _identity(name, short if inside else ""),
                "date": f"{now:%Y-%m-%d %H:%M}",
                "home": f"/{inside}",
                "title": markdown(answers.title),
                "author": markdown(answers.author),
            }
            found[f"{room}/{inside}{dated}.md"] = _fill(source, values)
    return found


def write(folder: Path, made: Mapping[str, str]) -> None:
    """Write the files, none over another, and the empty folders beside them.

    Raises:
        WrongUsage: something is in the way.

    """
    blocking = obstacles(folder)
    if blocking:
        raise WrongUsage(
            N_('"{folder}" is not empty: {names} (name a new folder, or move these away)'),
            folder=folder,
            names=", ".join(blocking[:5]) + (" …" if len(blocking) > 5 else ""),
        )
    for room in _ROOMS if made else ():
        (folder / room).mkdir(parents=True, exist_ok=True)
    for path, text in made.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)


def toml(value: str) -> str:
    """Return a text as a TOML string, whatever is in it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def markdown(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", text)


def _settings(answers: Answers, spoken: str) -> dict[str, str]:
    fields = ("title", "description", "author", "url", "time_zone")
    values = {name: toml(getattr(answers, name)) for name in fields}
    values["languages"] = ", ".join(toml(code) for code in answers.languages)
    values["others"] = "".join(
        _fill(TEMPLATES / spoken / "language.toml", {**values, "code": code.split("-")[0]})
        for code in answers.languages[1:]
    )
    return values


def _identity(name: str, lang: str) -> str:
    """Return the permanent id; a text in another language says what it translates."""
    return f"id: {name}-{lang}\ntranslation_of: {name}" if lang else f"id: {name}"


def _tree(root: Path, values: Mapping[str, str]) -> dict[str, str]:
    """Return the files below a folder; "dot-" begins what packaging would drop as hidden."""
    paths = sorted(each for each in root.rglob("*") if each.is_file())
    names = [each.relative_to(root).as_posix().replace("dot-", ".") for each in paths]
    return {name: _fill(path, values) for name, path in zip(names, paths, strict=True)}


def _fill(path: Path, values: Mapping[str, str]) -> str:
    return Template(path.read_text(encoding="utf-8")).substitute(values)
