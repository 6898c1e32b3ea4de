"""Collect what is wrong, all of it at once, with place and way out."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable
from dataclasses import dataclass, field

from publish.contract.catalogue import speak
from publish.contract.report import Level, Place, Said


@dataclass(frozen=True)
class Problem:
    """One sentence of the catalogue, its values, and where it applies."""

    level: Level
    place: Place
    message: str
    values: tuple[tuple[str, str], ...] = ()

    def said(self, lang: str) -> Said:
        """Return the problem in a creator's language."""
        text = speak(lang).gettext(self.message).format(**dict(self.values))
        return Said(self.level, self.place.path, self.place.line, text)


class BuildFailed(Exception):
    """The build stopped; the last good generation is untouched."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem.said("en")) for problem in self.problems))


@dataclass
class Problems:
    """The list that a build fills; messages are English and marked with `N_` where written."""

    found: list[Problem] = field(default_factory=list)

    def error(self, place: Place, message: str, **values: object) -> None:
        """Add what stops the build."""
        self._add("error", place, message, values)

    def warn(self, place: Place, message: str, **values: object) -> None:
        """Add what a creator should know, but does not stop the build."""
        self._add("warning", place, message, values)

    @property
    def errors(self) -> list[Problem]:
        """Return what stops the build, in the order of the files."""
        return sorted((p for p in self.found if p.level == "error"), key=_order)

    @property
    def warnings(self) -> list[Problem]:
        """Return the rest, in the order of the files."""
        return sorted((p for p in self.found if p.level == "warning"), key=_order)

    def stop_on_errors(self) -> None:
        """Stop here if anything so far is an error.

        Raises:
            BuildFailed: with every problem found.

        """
        if self.errors:
            raise BuildFailed([*self.errors, *self.warnings])

    def _add(self, level: Level, place: Place, message: str, values: dict[str, object]) -> None:
        texts = tuple((name, str(value)) for name, value in values.items())
        problem = Problem(level, place, message, texts)
        if problem not in self.found:
            self.found.append(problem)


def _order(problem: Problem) -> tuple[Place, str]:
    return problem.place, problem.message


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that a misspelt one probably means, or ""."""
    return _nearest(name.strip().lower().replace("-", "_"), frozenset(known))


def hint(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return what an error ends with where a name is misspelt, as in ' — "title"?', else "".

    `otherwise` is what it may mean though it is not near.
    """
    guess = nearest(name, known) or otherwise
    return f' — "{guess}"?' if guess else ""


@functools.lru_cache(4096)
def _nearest(folded: str, known: frozenset[str]) -> str:
    match = difflib.get_close_matches(folded, sorted(known), n=1, cutoff=0.8)
    return match[0] if match else ""
