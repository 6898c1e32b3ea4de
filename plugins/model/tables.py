"""Tables of a creator's TOML file, checked key by key; what is wrong is said with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from plugins.model.problems import Problems, nearest
from publish.contract.catalogue import N_
from publish.contract.report import Place


def load_toml(path: Path, problems: Problems) -> tuple[dict[str, Any], str] | None:
    """Return the values and the text of a file beside the posts, None if it is not TOML.

    Raises:
        OSError: the file cannot be read.

    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        return tomllib.loads(text), text
    except UnicodeDecodeError:
        problems.error(
            Place(path.name), N_("the file is not UTF-8 (save it as UTF-8, not as GBK or UTF-16)")
        )
    except tomllib.TOMLDecodeError as cause:
        line = re.search(r"at line (\d+)", str(cause))
        problems.error(
            Place(path.name, int(line[1]) if line else text.count("\n") + 1),
            N_(
                "the line is not TOML: {reason}"
                ' (text stands in "quotation marks", lists in [brackets])'
            ),
            reason=re.sub(r" \(at .*", "", str(cause)),
        )
    return None


class Tables:
    """Check values one by one, and name the line of each that is wrong."""

    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self.lines = text.split("\n")
        self.file = file
        self.problems = problems

    def place(self, table: str, key: str) -> Place:
        """Return the line on which a key of a table stands, else the table's, else the file."""
        here, found = "", 0
        pattern = re.compile(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*(=|\.)") if key else None
        for number, line in enumerate(self.lines, 1):
            header = re.match(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?", line)
            if header:
                here = header[1].replace('"', "").replace("'", "")
                if here in (table or key, f"{table}.{key}"):
                    found = number
            elif here == table and pattern and pattern.match(line):
                return Place(self.file, number)
        if not found and table:  # a table may stand on one line of the one around it
            parent, _, name = table.rpartition(".")
            return self.place(parent, name)
        return Place(self.file, found)

    def wrong(self, table: str, key: str, message: str, **values: object) -> None:
        """Say that the value of a key will not do."""
        self.problems.error(self.place(table, key), message, key=key, **values)

    def refuse_unknown(self, values: Mapping[str, Any], known: Sequence[str], table: str) -> None:
        """Refuse every key that is not known."""
        for key in values:
            if key in known:
                continue
            guess = nearest(key, known)
            if guess:
                self.wrong(
                    table, key, N_('unknown key "{key}" (did you mean "{guess}"?)'), guess=guess
                )
            else:
                self.wrong(
                    table, key, N_('unknown key "{key}" (known: {known})'), known=", ".join(known)
                )

    def table(self, values: Mapping[str, Any], key: str, parent: str = "") -> Mapping[str, Any]:
        """Return a table."""
        value = values.get(key, {})
        if isinstance(value, dict):
            return value
        self.wrong(parent, key, N_('"{key}" is a table (write [{key}] and its keys below it)'))
        return {}

    def text(self, values: Mapping[str, Any], table: str, key: str, default: str = "") -> str:
        """Return a text."""
        value = values.get(key, default)
        if isinstance(value, str):
            return value.strip()
        self.wrong(
            table, key, N_('{key} "{value}" is not text (put it in quotation marks)'), value=value
        )
        return default

    def texts(self, values: Mapping[str, Any], table: str, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = values.get(key, [])
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        self.wrong(table, key, N_('{key} is a list of texts (write {key} = ["one", "two"])'))
        return ()

    def switch(self, values: Mapping[str, Any], table: str, key: str) -> bool:
        """Return what is true or false."""
        value = values.get(key, False)
        if not isinstance(value, bool):
            self.wrong(
                table,
                key,
                N_('{key} "{value}" is neither true nor false (without quotation marks)'),
                value=value,
            )
        return value is True
