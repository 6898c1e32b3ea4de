"""What build and check share: find the folders, run one build, keep its outcome."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from publish import folders, moments
from publish.build import Outcome, build_once
from publish.contract.catalogue import Words, choose_language
from publish.contract.report import Request
from publish.progress import progress
from publish.screen import Screen
from publish.site import Settings, read_settings


@dataclass(frozen=True)
class Wish:
    """The options that build and check share, as they were given."""

    content: str | None
    output: str | None
    at: str | None
    machine: bool
    quiet: bool


@dataclass(frozen=True)
class Driven:
    """One finished build, and what is needed to speak of it."""

    outcome: Outcome
    screen: Screen
    settings: Settings


def drive(words: Words, wish: Wish, do: Literal["build", "check"]) -> Driven:
    """Run one build as wished.

    Raises:
        WrongUsage: a folder or a time cannot be meant like this.

    """
    here = Path.cwd()
    content = folders.find_content(wish.content, os.environ, here)
    output = folders.find_output(wish.output, content, here)
    settings = read_settings(content)
    at = moments.iso(moments.parse(wish.at, settings.zone)) if wish.at else ""
    request = Request(
        content=str(content), output=str(output), do=do, at=at, lang=choose_language(None)
    )
    first = words.gettext("Starting")
    with progress(sys.stderr.isatty() and not wish.quiet, first=first) as listen:
        outcome = build_once(request, listen)
    return Driven(outcome, Screen(words, content, here), settings)
