"""Whom a letter is for: the options of `inkstead letters send`, and the words behind "to:"."""

from __future__ import annotations

from collections.abc import Mapping

import click

from publish.commands import filtering
from publish.commands.talking import Talk
from publish.contract.catalogue import N_, Words
from publish.operating.letter_audience import ANY, Aim
from publish.operating.letter_book import Segment
from publish.operating.readers import STATES
from publish.trouble import WrongUsage

# Who left the letters gets none, so nobody need ask for who is on the list.
_IMPLIED = "letters"


def options(words: Words) -> tuple[click.Option, ...]:
    """Return the options that choose readers, as `inkstead readers list` has them."""
    return tuple(each for each in filtering.filters(words) if each.name != _IMPLIED)


def known(words: Words) -> tuple[str, ...]:
    """Return every word that may stand behind "to:"."""
    return tuple(str(each.name) for each in options(words))


def segment(told: Segment, asked: Mapping[str, str | None]) -> dict[str, str]:
    """Return whom a letter is for: what its file says, and what options say instead."""
    return {name: text for name, text in {**told, **_said(asked)}.items() if text}


def aim(talk: Talk, chosen: Segment, lang: str) -> Aim:
    """Return the readers that a segment means.

    Raises:
        WrongUsage: a word says something that cannot be.

    """
    manifest = talk.desk.world.releases.find().manifest
    _check("state", chosen, STATES)
    _check("language", chosen, (ANY, *(each.code for each in manifest.site.languages)))
    _check("magnet", chosen, tuple(sorted(manifest.magnets)))
    asked = {name: chosen.get(name, "") for name in (*known(talk.words), _IMPLIED)}
    return Aim.of(chosen, filtering.wanted(talk, asked), lang)


def named(talk: Talk, chosen: Segment) -> str:
    """Return a segment as a person reads it."""
    return " · ".join(f"{name} {text}" for name, text in sorted(chosen.items())) or (
        talk.words.gettext("all who read its language")
    )


def _said(asked: Mapping[str, str | None]) -> dict[str, str]:
    return {name: " ".join(text.split()) for name, text in asked.items() if text}


def _check(word: str, chosen: Segment, allowed: tuple[str, ...]) -> None:
    value = chosen.get(word, "")
    if value and value not in allowed:
        raise WrongUsage(
            N_('{name} "{value}" is unknown (known: {known})'),
            name=word,
            value=value,
            known=", ".join(allowed) or "–",
        )
