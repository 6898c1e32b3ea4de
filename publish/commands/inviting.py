"""The option that opens the preview to phones, and the code on the screen that lets one in."""

from __future__ import annotations

import shutil
import sys

import click

from publish.contract.catalogue import Words
from publish.preview import qr
from publish.preview.lan import AUTO
from publish.screen import say


def option(words: Words) -> click.Option:
    """Return `--lan`, with an address or without."""
    _ = words.gettext
    return click.Option(
        ["--lan", "lan"],
        is_flag=False,
        flag_value=AUTO,
        metavar="[ADDRESS]",
        help=_(
            "Show the snippets, and nothing else, to a phone in the same network that scans a code"
            " here. ADDRESS is this machine's own, where it has several."
        ),
    )


def invite(words: Words, address: str) -> None:
    """Show what lets the next phone in; a code only where there is room for it."""
    _ = words.gettext
    say([_("snippets on a phone in this network: scan this (it opens once, for one phone)")])
    code = qr.lines(address)
    if sys.stdout.isatty() and shutil.get_terminal_size().columns >= qr.width(code):
        click.echo("\n".join(["", *code, ""]))
    say([f"  {address}"])
    sys.stdout.flush()
