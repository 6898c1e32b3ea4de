"""Options that several commands share, each in the creator's language."""

from __future__ import annotations

import click

from publish.contract.catalogue import Words


def content(words: Words) -> click.Option:
    """Return `--content DIR`."""
    return click.Option(
        ["--content", "content"],
        metavar="DIR",
        help=words.gettext("The folder with site.toml (default: found from here upwards)."),
    )


def output(words: Words) -> click.Option:
    """Return `--output DIR`."""
    return click.Option(
        ["--output", "output"],
        metavar="DIR",
        help=words.gettext("Where the finished site goes (default: output)."),
    )


def at(words: Words) -> click.Option:
    """Return `--at TIME`."""
    return click.Option(
        ["--at", "at"],
        metavar="TIME",
        help=words.gettext("Act as if it were this time: 2026-12-24 or 2026-12-24T09:30+08:00."),
    )


def machine(words: Words) -> click.Option:
    """Return `--json`."""
    return click.Option(
        ["--json", "machine"],
        is_flag=True,
        help=words.gettext("Print one JSON object and nothing else."),
    )


def quiet(words: Words) -> click.Option:
    """Return `--quiet`."""
    return click.Option(
        ["--quiet", "quiet"], is_flag=True, help=words.gettext("Print errors only.")
    )


def live(words: Words) -> click.Option:
    """Return `--live`."""
    return click.Option(
        ["--live", "live"],
        is_flag=True,
        help=words.gettext("Work on the real site, not on the sandbox of the preview."),
    )


def yes(words: Words) -> click.Option:
    """Return `--yes`."""
    return click.Option(
        ["--yes", "yes"],
        is_flag=True,
        help=words.gettext("Do not ask, for scripts."),
    )


def language(words: Words) -> click.Option:
    """Return `--lang` for the help; its value is taken before click sees the arguments."""
    return click.Option(
        ["--lang", "lang"],
        metavar="en|zh",
        expose_value=False,
        help=words.gettext("The language of messages; may stand anywhere."),
    )
