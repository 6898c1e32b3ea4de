"""Values of site.toml checked one by one, and what is wrong with them kept with its line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from publish.contract.catalogue import N_, Words
from publish.contract.report import Place
from publish.trouble import Trouble, WrongUsage

FILE = "site.toml"
_NOT_TEXT = N_('{key} "{value}" is not text (put it in quotation marks)')
_NOT_TEXTS = N_('{key} is a list of texts (write {key} = ["one", "two"])')
_NOT_NUMBER = N_('{key} "{value}" is not a whole number from {low} to {high}')
_NOT_FLAG = N_('{key} "{value}" is neither true nor false (without quotation marks)')
_NOT_TABLE = N_('"{key}" is a table (write [{key}] and its keys below it)')
_UNKNOWN = N_('unknown key "{key}" (known: {known})')
_GUESSED = N_('unknown key "{key}" (did you mean "{guess}"?)')


class SettingsWrong(WrongUsage):
    """What is wrong in site.toml for those who publish, all of it at once."""

    def __init__(self, problems: Iterable[tuple[Place, Trouble]]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: each[0]))
        super().__init__("\n".join(f"{place}: {each}" for place, each in self.problems))

    def __str__(self) -> str:
        return self.message

    def say(self, words: Words) -> str:
        """Return each problem on a line of its own, with its place."""
        return "\n".join(f"{place}: {each.say(words)}" for place, each in self.problems)


class Tables:
    """The tables of a site.toml; `problems` fills while they are read."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self.values: Mapping[str, Any] = tomllib.loads(text)
        self.problems: list[tuple[Place, Trouble]] = []

    def wrong(self, table: str, key: str, message: str, **values: object) -> None:
        """Keep what is wrong with a key of a table ("" for the top), once."""
        place, found = Place(FILE, self._line(table, key)), WrongUsage(message, key=key, **values)
        if (place, str(found)) not in [(where, str(each)) for where, each in self.problems]:
            self.problems.append((place, found))

    def _line(self, table: str, key: str) -> int:
        """Return the line of a key of a table, else the table's, else 0."""
        here, found = "", 0
        pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
        for number, line in enumerate(self._lines, 1):
            if header := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
                here = header[1]
                found = number if here == (table or key) else found
            elif here == table and pattern.match(line):
                return number
        return found

    def table(self, name: str) -> Mapping[str, Any]:
        """Return a table, empty where there is none."""
        found = self.values.get(name, {})
        if isinstance(found, dict):
            return found
        self.wrong("", name, _NOT_TABLE)
        return {}

    def refuse_unknown(self, table: str, known: Sequence[str]) -> None:
        """Refuse keys that mean nothing."""
        for key in self.table(table):
            guess = difflib.get_close_matches(key, known, n=1)
            if key not in known and guess:
                self.wrong(table, key, _GUESSED, guess=guess[0])
            elif key not in known:
                self.wrong(table, key, _UNKNOWN, known=", ".join(known))

    def text(
        self, table: str, key: str, right: Callable[[str], object], message: str, default: str = ""
    ) -> str:
        """Return a text that is `right`, the default where there is none or a wrong one."""
        value = self.table(table).get(key, "")
        if not isinstance(value, str):
            self.wrong(table, key, _NOT_TEXT, value=value)
            return default
        if value.strip() and not right(value.strip()):
            self.wrong(table, key, message, value=value)
            return default
        return value.strip() or default

    def texts(
        self, table: str, key: str, right: Callable[[str], object], message: str
    ) -> tuple[str, ...]:
        """Return a list of texts that are all `right`, each once."""
        found = self.table(table).get(key, [])
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            self.wrong(table, key, _NOT_TEXTS)
            return ()
        for each in found:
            if not right(each):
                self.wrong(table, key, message, value=each)
        return tuple(dict.fromkeys(found))

    def number(self, table: str, key: str, default: int, low: int, high: int) -> int:
        """Return a whole number within its bounds."""
        value = self.table(table).get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(table, key, _NOT_NUMBER, value=value, low=low, high=high)
        return default

    def flag(self, table: str, key: str) -> bool:
        """Return true or false."""
        value = self.table(table).get(key, False)
        if not isinstance(value, bool):
            self.wrong(table, key, _NOT_FLAG, value=value)
        return value is True


def text_of(content: Path) -> str:
    """Return what stands in site.toml.

    Raises:
        OSError, UnicodeDecodeError: it cannot be read.

    """
    return (content / FILE).read_text(encoding="utf-8-sig")


def opened(content: Path) -> Tables:
    """Read site.toml.

    Raises:
        SettingsWrong: it cannot be read or is not TOML.

    """
    try:
        return Tables(text_of(content))
    except tomllib.TOMLDecodeError as cause:
        line = re.search(r"at line (\d+)", str(cause))
        message = N_("the line is not TOML: {reason} (inkstead check says more)")
        place = Place(FILE, int(line[1]) if line else 0)
        raise SettingsWrong([(place, WrongUsage(message, reason=cause))]) from cause
    except (OSError, UnicodeDecodeError) as cause:
        message = N_("the file cannot be read: {reason}")
        raise SettingsWrong([(Place(FILE), WrongUsage(message, reason=cause))]) from cause
