"""A letter as the build renders it, asked as a process, and held against what is live."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publish.contract.catalogue import N_, Words, speak
from publish.contract.manifest import Manifest
from publish.contract.report import Said
from publish.operating.letter_book import Parts
from publish.processes import environ
from publish.trouble import Failure

VERSION = 1
# -P: a folder named plugins where the creator stands is not ours.
_PROGRAM = (sys.executable, "-P", "-m", "plugins.engine.letter")
_LAST = 300
_NOT_LIVE = N_(
    '"{value}" is not on the site that readers see (publish it first; a picture is there once a'
    " post shows it, or from static/)"
)
_BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, subprocess.SubprocessError)


@dataclass(frozen=True)
class Order:
    """What to render: a file of the folder `content`, called `shown` in errors.

    `url` is the address of the site, `segment` the words that "to:" may use.
    """

    content: Path
    file: Path
    shown: str
    url: str
    segment: tuple[str, ...]
    lang: str


@dataclass(frozen=True)
class Need:
    """An address of the site in the letter: its path, as it is written, on which line."""

    path: str
    value: str
    line: int


@dataclass(frozen=True)
class Pressed:
    """A finished letter; `name` names it by what it says, `to` is whom its file says it is for."""

    parts: Parts
    lang: str
    name: str
    to: Mapping[str, str]
    to_line: int
    needs: tuple[Need, ...]
    warnings: tuple[Said, ...] = ()


class Wrong(Failure):
    """A letter that cannot be sent as it is: every problem on a line of its own."""

    def __init__(self, problems: Sequence[Said]) -> None:
        super().__init__(N_("the letter is not right"))
        self.problems = tuple(problems)

    def say(self, words: Words) -> str:
        """Return each problem on a line of its own."""
        return "\n".join([*map(str, self.problems), super().say(words)])


def press(order: Order, program: Sequence[str] = _PROGRAM) -> Pressed:
    """Return the finished letter.

    Raises:
        Wrong: something is wrong with it.
        Failure: the build did not answer.

    """
    told = _asked(_written(order), program)
    problems = [Said(*each) for each in told["problems"]]
    letter = told["letter"]
    if letter is None:
        raise Wrong(problems)
    return Pressed(
        Parts(letter["subject"], letter["html"], letter["text"]),
        letter["lang"],
        letter["name"],
        letter["to"],
        letter["to_line"],
        tuple(Need(*each) for each in letter["needs"]),
        tuple(problems),
    )


def check_live(pressed: Pressed, manifest: Manifest, shown: str, lang: str) -> None:
    """Look whether everything of the site that a letter leads to or shows is there.

    Raises:
        Wrong: something is not, so readers would find nothing.

    """
    text = speak(lang).gettext(_NOT_LIVE)
    missing = [
        Said("error", shown, need.line, text.format(value=need.value))
        for need in pressed.needs
        if not _is_live(need.path, manifest.files)
    ]
    if missing:
        raise Wrong(missing)


def _is_live(path: str, files: Iterable[str]) -> bool:
    name = f"public{path}"
    return name in files or f"{name.rstrip('/')}/index.html" in files


def _written(order: Order) -> dict[str, Any]:
    return {
        "version": VERSION,
        "content": str(order.content),
        "file": str(order.file),
        "shown": order.shown,
        "url": order.url,
        "segment": list(order.segment),
        "lang": order.lang,
    }


def _asked(told: Mapping[str, Any], program: Sequence[str]) -> Mapping[str, Any]:
    try:
        done = subprocess.run(
            program,
            input=json.dumps(told).encode(),
            capture_output=True,
            env=environ(),
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        if answer["version"] != VERSION:
            raise ValueError(answer["version"])
    except _BROKEN as cause:
        raise Failure(
            N_("the letter could not be rendered ({cause})"), cause=_last_words(cause)
        ) from cause
    return answer


def _last_words(cause: Exception) -> str:
    stderr = getattr(cause, "stderr", None) or b""
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return (lines[-1] if lines else repr(cause))[:_LAST]
