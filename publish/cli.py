"""The command `inkstead`: chooses the language, then loads only the command that was asked for."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn, TextIO

import click

from publish import options, place
from publish.contract.catalogue import Words, choose_language, speak
from publish.helptext import Formatter, explained
from publish.language import take_language, teach_click
from publish.registry import COMMANDS
from publish.screen import say
from publish.trouble import Trouble

INTERRUPTED = 130
TERMINATED = 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, 1 (went wrong), 2 (wrong usage) or 130 (Ctrl-C)."""
    _write_anything(sys.stdout, sys.stderr)
    words = speak(choose_language(None))
    try:
        wish, rest = take_language(sys.argv[1:] if arguments is None else arguments)
        lang = choose_language(wish)
        # Whatever this command starts speaks the same language.
        os.environ["INKSTEAD_LANG"] = lang
        words = speak(lang)
        return _run(words, rest)
    except Trouble as trouble:
        say(trouble.say(words).splitlines(), err=True)
        return trouble.code


def group(words: Words) -> click.Group:
    """Return the group of all commands in one language."""
    _ = words.gettext
    version = click.version_option(
        place.version(), prog_name="inkstead", message="%(prog)s %(version)s"
    )
    made = Commands(
        words,
        name="inkstead",
        help=explained(
            words,
            _("A creator's home ground: write Markdown, publish, own everything."),
            ("inkstead init my-site", _("start a site in a folder of its own")),
            ("cd my-site", ""),
            ("inkstead serve", _("see it at http://127.0.0.1:8000 while you write")),
            (_('inkstead new "First day"'), _("start a post")),
            ("inkstead build", _("make the site")),
        ),
        params=[options.language(words)],
    )
    return version(made)


class Commands(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def __init__(self, words: Words, **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]
        self.words = words

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the registry."""
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, or None."""
        found = next((entry for entry in COMMANDS if entry.name == cmd_name), None)
        if found is None:
            return None
        made: click.Command = importlib.import_module(found.module).command(self.words)
        return made

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line a command without importing any of them."""
        with formatter.section(self.words.gettext("Commands")):
            formatter.write_dl([(each.name, self.words.gettext(each.summary)) for each in COMMANDS])


def _run(words: Words, arguments: Sequence[str]) -> int:
    teach_click(words)
    click.Context.formatter_class = Formatter
    if threading.current_thread() is threading.main_thread():
        for name in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            signal.signal(name, _terminate)
    try:
        code = group(words).main(list(arguments), prog_name="inkstead", standalone_mode=False)
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as refused:
        refused.show()
        return refused.exit_code
    return code if isinstance(code, int) else 0


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    """Leave through every `finally`, so that no child outlives us."""
    raise SystemExit(TERMINATED)


def _write_anything(*streams: TextIO) -> None:
    """Let a terminal that cannot write Chinese show escapes instead of a stack trace."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
