"""What commands print: problems one a line, then one line that sums up; or one JSON object."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from publish import moments
from publish.build import Outcome
from publish.contract.catalogue import Words
from publish.contract.report import Done, Pending, Place, Said
from publish.folding import folded

_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal does not show but obeys: to move, to clear, to turn what follows round."""


@dataclass(frozen=True)
class Screen:
    """Whom to talk to: the language, the content folder, and where the creator stands."""

    words: Words
    content: Path
    here: Path

    def problem(self, said: Said) -> str:
        """Return `path:line: sentence`, the path as an editor finds it from here."""
        file = self.content / said.path
        if not said.path or not file.exists():  # a file of the engine's, or one that is missing
            return str(said)
        return f"{Place(self.path(file), said.line)}: {said.text}"

    def path(self, path: Path) -> str:
        """Return a path as seen from here."""
        return from_here(path, self.here)

    def problems(self, outcome: Outcome, quiet: bool = False) -> list[str]:
        """Return errors first, the last words of a process that died, then warnings."""
        errors = [self.problem(each) for each in outcome.of("error")]
        tail = [f"  {line}" for line in outcome.tail]
        warnings = [] if quiet else [self._warning(each) for each in outcome.of("warning")]
        return [*errors, *tail, *warnings]

    def built(self, done: Done) -> str:
        """Return the last line of a build that went well."""
        _ = self.words.gettext
        line = _("built {counts} in {seconds} s: {output}").format(
            counts=self.pieces(done),
            seconds=f"{done.seconds:.1f}",
            output=self.path(Path(done.output)),
        )
        return self._aside(line, [*self._pending(done), self._warnings(done)])

    def not_built(self, done: Done, stays: str = "") -> str:
        """Return the last line of a build that failed; `stays` says what became of the last one."""
        line = self.words.gettext("not built: {errors}").format(errors=self.errors(done))
        return self._aside(line, [self._warnings(done), stays])

    def checked(self, done: Done) -> str:
        """Return the last line of a check."""
        _ = self.words.gettext
        if done.ok:
            line = _("no errors in {counts}").format(counts=self.pieces(done))
            return self._aside(line, [self._warnings(done)])
        return self._aside(self.errors(done), [self._warnings(done)])

    def pieces(self, done: Done) -> str:
        """Return how many posts, pages, products and, if any, lead magnets there are."""
        count = done.counts.get
        ngettext = self.words.ngettext
        posts, pages, products = count("posts", 0), count("pages", 0), count("products", 0)
        named = [
            ngettext("{n} post", "{n} posts", posts).format(n=posts),
            ngettext("{n} page", "{n} pages", pages).format(n=pages),
            ngettext("{n} product", "{n} products", products).format(n=products),
        ]
        if magnets := count("magnets", 0):
            named.append(ngettext("{n} lead magnet", "{n} lead magnets", magnets).format(n=magnets))
        return self.listed(named)

    def errors(self, done: Done) -> str:
        """Return how many errors there are; a failure that named none is one."""
        n = max(done.errors, 1)
        return self.words.ngettext("{n} error", "{n} errors", n).format(n=n)

    def listed(self, pieces: Iterable[str]) -> str:
        """Return pieces as a list in the creator's language."""
        return self.words.gettext(", ").join(filter(None, pieces))

    def pending(self, title: str, posts: Sequence[Pending], zone: ZoneInfo) -> list[str]:
        """Return a heading and a table of posts that are not public yet."""
        rows = [
            (moments.local(each.date, zone) if each.date else "", each.path, each.title)
            for each in posts
        ]
        return [title, *(f"  {line}" for line in table(rows))] if rows else []

    def _pending(self, done: Done) -> list[str]:
        ngettext = self.words.ngettext
        drafts, scheduled = len(done.drafts), len(done.scheduled)
        return [
            ngettext("{n} draft", "{n} drafts", drafts).format(n=drafts) if drafts else "",
            ngettext("{n} scheduled", "{n} scheduled", scheduled).format(n=scheduled)
            if scheduled
            else "",
        ]

    def _warnings(self, done: Done) -> str:
        n = done.warnings
        return self.words.ngettext("{n} warning", "{n} warnings", n).format(n=n) if n else ""

    def _warning(self, said: Said) -> str:
        warning = self.words.gettext("warning: {text}").format(text=said.text)
        return self.problem(dataclasses.replace(said, text=warning))

    def _aside(self, line: str, pieces: Iterable[str]) -> str:
        aside = self.listed(pieces)
        if not aside:
            return line
        return self.words.gettext("{line} ({aside})").format(line=line, aside=aside)


def from_here(path: Path, here: Path) -> str:
    """Return a path relative to where the creator stands, unless that is farther than one up."""
    near = here if here == here.parent else here.parent
    return os.path.relpath(path, here) if path.is_relative_to(near) else str(path)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines with aligned columns; a Chinese character is two cells wide."""
    from rich.cells import cell_len

    kept = [n for n in range(len(rows[0]) if rows else 0) if any(row[n] for row in rows)]
    widths = {n: max(cell_len(row[n]) for row in rows) for n in kept}
    lines = ([row[n] + " " * (widths[n] - cell_len(row[n])) for n in kept] for row in rows)
    return ["  ".join(line).rstrip() for line in lines]


def as_json(outcome: Outcome) -> str:
    """Return a whole outcome as one JSON object."""
    done = dataclasses.asdict(outcome.done)
    problems = [dataclasses.asdict(each) for each in outcome.problems]
    return json.dumps({**done, "problems": problems}, ensure_ascii=False, indent=2)


def say(lines: Iterable[str], err: bool = False) -> None:
    """Print lines, folded between words where a terminal is narrower; strangers wrote some."""
    for line in lines:
        shown = _OBEYED.sub("\ufffd", line)
        click.echo(folded(shown, sys.stderr if err else sys.stdout), err=err)
