"""The options that choose readers, and what they mean on this site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

import click

from publish.commands.asking import span
from publish.commands.talking import Talk
from publish.contract.catalogue import Words
from publish.operating import readers
from publish.operating.readers import STATES, Reader, Wanted
from publish.trouble import Failure


def filters(words: Words) -> tuple[click.Option, ...]:
    """Return the options that choose readers; of several all count."""
    _ = words.gettext
    return (
        _named("product", "ID", _("Only who holds this product now.")),
        _named("tag", "TAG", _("Only who has this tag.")),
        _one_of(
            "state",
            STATES,
            _("Only in this state: {states}.").format(states=", ".join(STATES)),
        ),
        _one_of(
            "letters",
            ("on", "off"),
            _("Only who gets the letters (on), or has left them (off)."),
        ),
        _named("magnet", "ID", _("Only who came by this lead magnet.")),
        _named("post", "ID|URL", _("Only who came by a form in this post.")),
        _named("campaign", "TEXT", _("Only who came by a campaign with this in its name.")),
        _named("language", "LANG", _("Only who reads in this language: zh-Hans, en.")),
        _named("since", "DATE", _("Only who confirmed the address on this day or later.")),
        _named("until", "DATE", _("Only who confirmed the address on this day or earlier.")),
    )


def wanted(talk: Talk, asked: Mapping[str, str | None]) -> Wanted:
    """Return which readers the options ask for.

    Raises:
        WrongUsage: a day is none, or the last one lies before the first.

    """
    told = {name: text or "" for name, text in asked.items()}
    since, until = span(told["since"], told["until"], talk.desk.zone)
    return Wanted(
        product=told["product"],
        tag=told["tag"],
        state=told["state"],
        magnet=told["magnet"],
        post=_post(talk, told["post"]),
        campaign=told["campaign"],
        lang=told["language"],
        letters=told["letters"],
        since=since,
        until=until,
    )


def chosen(talk: Talk, asked: Mapping[str, str | None]) -> Iterator[Reader]:
    """Yield the readers that the options ask for, in no order that means anything.

    Raises:
        WrongUsage: see `wanted`.

    """
    store, now = talk.desk.world.store, talk.desk.now
    fits = wanted(talk, asked).fits
    with talk.counting(talk.words.gettext("reading"), readers.count(store)) as heard:
        for number, reader in enumerate(readers.everyone(store, now), 1):
            heard(number)
            if fits(reader):
                yield reader


def _named(name: str, metavar: str, text: str) -> click.Option:
    return click.Option([f"--{name}", name], metavar=metavar, help=text)


def _one_of(name: str, known: tuple[str, ...], text: str) -> click.Option:
    return click.Option(
        [f"--{name}", name], type=click.Choice(known), metavar=name.upper(), help=text
    )


def _post(talk: Talk, text: str) -> str:
    """Return a post's id: as it was typed, or that of the page with this address."""
    if "/" not in text:
        return text
    path = unquote(urlsplit(text).path)
    try:
        posts = talk.desk.manifest.posts
    except Failure:  # not built yet; consents know the page, too
        return path
    return next((key for key, post in posts.items() if unquote(post.url) == path), path)
