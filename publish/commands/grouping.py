"""Commands that have commands of their own: `inkstead readers list`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from publish import options
from publish.commands.talking import Call
from publish.contract.catalogue import Words
from publish.helptext import explained


def group(words: Words, name: str, text: str, *commands: click.Command) -> click.Group:
    """Return a command that only holds others, in the order they are given."""
    return _InOrder(
        name,
        commands={str(each.name): each for each in commands},
        help=explained(words, text),
        params=[options.language(words)],
    )


def operating(
    words: Words,
    name: str,
    callback: Callable[..., int],
    text: tuple[str, str],
    *params: click.Parameter,
    examples: Sequence[tuple[str, str]] = (),
) -> click.Command:
    """Return a command that works on the sandbox or the real site; `text` is short, then long."""
    short, long = text

    def called(live: bool, content: str | None, machine: bool, **asked: Any) -> int:
        return callback(Call(words, content, live, machine), **asked)

    return click.Command(
        name,
        callback=called,
        short_help=short,
        help=explained(words, long, *examples),
        params=[
            *params,
            options.live(words),
            options.content(words),
            options.machine(words),
            options.language(words),
        ],
    )


class _InOrder(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they were given."""
        return list(self.commands)
