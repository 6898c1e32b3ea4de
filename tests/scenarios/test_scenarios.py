"""Scenarios as text: what a creator types, what readers do, and what is said.

`$ inkstead …` is a command, the lines under it what it prints (stderr first, then stdout; `[2]` is
an exit code other than 0). `> …` is something that readers or time do. In what is printed `…` is
anything, on a line of its own any lines, and `<name>` a word that may be used from then on.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from publish.paywall import codes, people
from tests.publish.commands.shop import Shop, make_shop

FILES = sorted(Path(__file__).parent.glob("*.txt"))
DAY = 86400


class Play:
    """One scenario on its way."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.known = shop, dict[str, str]()

    def step(self, line: str, expected: list[str]) -> None:
        said = re.sub(r"<(\w+)>", lambda found: self.known[found[1]], line[2:])
        if line.startswith("> "):
            self.happens(*said.split())
            return
        ran = self.shop.run(*shlex.split(said)[1:])
        code = [f"[{ran.code}]"] if ran.code else []
        printed = "\n".join([*ran.err.splitlines(), *ran.out.splitlines(), *code])
        found = re.fullmatch(self.pattern(expected), printed)
        wanted = "\n".join(expected)
        assert found, f"$ {said}\n--- wanted\n{wanted}\n--- printed\n{printed}"
        self.known |= found.groupdict()

    def happens(self, who: str, does: str, *what: str) -> None:
        if does == "buys":
            self.shop.buy(who, what[0])
        elif does == "redeems":
            self.redeem(who, what[0])
        elif (who, does) == ("days", "pass:"):
            with self.shop.books() as books:
                books.move(int(what[0]) * DAY)
        elif (who, does) == ("a", "file"):
            text = " ".join(what[1:]).replace(" / ", "\n") + "\n"
            (self.shop.folder / what[0].rstrip(":")).write_text(text, encoding="utf-8")
        else:
            raise AssertionError(f"nobody can do this: {who} {does}")

    def redeem(self, mail: str, code: str) -> None:
        with self.shop.desk() as desk:
            store, now = desk.world.store, desk.now
            person = people.find_by_mail(store, mail)
            if person is None:
                person = people.new(mail, mail, "en", now, confirmed=True)
                store.write(*people.creating(person))
            redeemed = codes.redeeming(store, codes.hash_of(code), person.id, now)
            store.write(*redeemed.operations)

    def pattern(self, expected: list[str]) -> str:
        parts = []
        for line in expected:
            any_lines = line == "…"
            parts.append(r"(?:.*\n)*?.*" if any_lines else self.line_pattern(line))
        return "\n".join(parts)

    def line_pattern(self, line: str) -> str:
        pattern, seen = "", set[str]()
        for piece in re.split(r"(…|<\w+>|\s{2,})", line):
            name = piece[1:-1]
            if piece == "…":
                pattern += ".*"
            elif piece.isspace():
                pattern += r"\s+"
            elif re.fullmatch(r"<\w+>", piece):
                known = self.known.get(name)
                pattern += re.escape(known) if known else rf"(?P<{name}>\S+)"
                seen.add(name)
            else:
                pattern += re.escape(piece)
        return pattern


def steps(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command or event with the lines that are expected after it."""
    line, expected = "", []
    for each in text.splitlines():
        if each.startswith(("$ ", "> ")):
            if line:
                yield line, expected
            line, expected = each, []
        elif line and each.strip() and not each.startswith("#"):
            expected.append(each)
    if line:
        yield line, expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_goes_as_it_is_written(path, tmp_path):
    play = Play(make_shop(tmp_path / "site"))
    for line, expected in steps(path.read_text(encoding="utf-8")):
        play.step(line, expected)


def test_there_are_scenarios():
    assert FILES
