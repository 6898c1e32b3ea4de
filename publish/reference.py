"""The command reference, docs/commands.md, made from what `--help` says."""

from __future__ import annotations

import sys

import click

from publish.cli import group
from publish.contract.catalogue import speak
from publish.language import teach_click
from publish.registry import COMMANDS

_WIDTH = 80
_INTRO = """\
# Commands

What `inkstead --help` says, command by command. Made by
`python -m publish.reference > docs/commands.md`; a test keeps it true.

Exit codes: 0 it went well, 1 something went wrong, 2 the command was used wrongly,
130 stopped with Ctrl-C. `--lang zh` (or `LANG=zh_CN.UTF-8`) says it all in Chinese.
"""


def reference(lang: str = "en") -> str:
    """Return the whole reference in Markdown."""
    words = speak(lang)
    teach_click(words)
    commands = group(words)
    root = click.Context(commands, info_name="inkstead", terminal_width=_WIDTH)
    parts = [_INTRO, _section("inkstead", commands, root)]
    for entry in COMMANDS:
        command = commands.get_command(root, entry.name)
        assert command
        parts += _sections(command, root, entry.name)
    return "\n".join(parts)


def _sections(command: click.Command, parent: click.Context, name: str) -> list[str]:
    """Return the section of a command, and of each that it groups."""
    context = click.Context(command, info_name=name, parent=parent, terminal_width=_WIDTH)
    parts = [_section(context.command_path, command, context)]
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            inner = command.get_command(context, each)
            assert inner
            parts += _sections(inner, context, each)
    return parts


def _section(title: str, command: click.Command, context: click.Context) -> str:
    return f"## {title}\n\n```text\n{command.get_help(context)}\n```\n"


if __name__ == "__main__":
    sys.stdout.write(reference())
