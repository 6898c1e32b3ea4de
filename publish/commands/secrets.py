"""`inkstead secrets`: what the service must know and nobody may see."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import click

from publish import moments, options
from publish.commands.deploying import Desk, deploying
from publish.commands.grouping import group
from publish.commands.talking import sure
from publish.contract.catalogue import N_, Words
from publish.deploy import secrets
from publish.deploy.secrets import KEYS, STRIPE_KEY, Vault
from publish.deploy.stack.following import standing
from publish.helptext import explained
from publish.screen import table
from publish.trouble import WrongUsage

_LONGEST = 4096
_NOTES = {
    secrets.KEYS: N_("signs sessions and links in mails"),
    secrets.ORIGIN_SECRET: N_("shows the service that a request comes from CloudFront"),
    secrets.STRIPE_KEY: N_("the secret key of Stripe"),
    secrets.WEBHOOK_SECRETS: N_("proves that a call comes from Stripe"),
}


def command(words: Words) -> click.Group:
    """Return the command in one language."""
    _ = words.gettext
    return group(
        words,
        "secrets",
        _("Keys that the service needs: kept encrypted at AWS, never shown again."),
        _set_command(words),
        _list_command(words),
        _new_command(words),
    )


def _set_command(words: Words) -> click.Command:
    _ = words.gettext
    return _command(
        words,
        "set",
        _set,
        (
            _("write a secret"),
            _(
                "Write a secret, over the one that is there. The value is asked for and not shown,"
                " or read from a pipe; it is never part of the command, where others could see it."
                " The service starts again and takes it within seconds."
            ),
        ),
        click.Argument(["name"], metavar="NAME"),
        # Taken and never looked at: click would quote what is too much, a secret perhaps.
        click.Argument(["rest"], nargs=-1, metavar="", required=False),
        examples=(
            ("inkstead secrets set STRIPE_SECRET_KEY", ""),
            ("inkstead secrets set STRIPE_WEBHOOK_SECRETS < secret.txt", _("from a file")),
        ),
    )


def _list_command(words: Words) -> click.Command:
    _ = words.gettext
    return _command(
        words,
        "list",
        _list,
        (
            _("say which secrets are there"),
            _("Say which secrets are there and since when; what they are is never shown."),
        ),
    )


def _new_command(words: Words) -> click.Command:
    _ = words.gettext
    return _command(
        words,
        "new",
        _new,
        (
            _("make a new signing key"),
            _(
                "Make a new signing key. The one before still counts, so nobody is signed out;"
                " what was signed with the one before that ends: old sessions, links in old mails."
            ),
        ),
        click.Argument(["name"], metavar="INKSTEAD_KEYS"),
        options.yes(words),
        examples=(("inkstead secrets new INKSTEAD_KEYS", ""),),
    )


def _command(
    words: Words,
    name: str,
    callback: Callable[..., int],
    text: tuple[str, str],
    *params: click.Parameter,
    examples: tuple[tuple[str, str], ...] = (),
) -> click.Command:
    short, long = text
    return click.Command(
        name,
        callback=partial(callback, words),
        short_help=short,
        help=explained(words, long, *examples),
        params=[
            *params,
            options.content(words),
            options.machine(words),
            options.language(words),
        ],
    )


def _set(words: Words, name: str, rest: tuple[str, ...], content: str | None, machine: bool) -> int:
    if rest:
        raise WrongUsage(
            N_(
                "a value is never part of the command, where others could see it"
                " (write the name alone and type the value when asked; was it a real one, get a"
                " new one from who gave it to you)"
            )
        )
    with _opened(words, content, machine) as (desk, vault):
        secrets.known(name)
        value = secrets.checked(name, _value(name))
        vault.put(name, value)
        desk.say(words.gettext("{name} is written").format(name=name))
        restarted = _restarted(desk)
        desk.end(
            {"name": name, "restarted": restarted},
            _taken(words, restarted),
            *_follows(words, name, value),
        )
    return 0


def _follows(words: Words, name: str, value: str) -> list[str]:
    _ = words.gettext
    if name != STRIPE_KEY:
        return []
    if secrets.mode_of(value) == "test":
        return [_("it is a key of test mode: no money moves")]
    return [_("next: inkstead products sync --live, which brings products and webhook to Stripe")]


def _list(words: Words, content: str | None, machine: bool) -> int:
    _ = words.gettext
    with _opened(words, content, machine) as (desk, vault):
        with desk.watching():
            found = vault.listed()
        rows = [
            (
                each.name,
                desk.day(moments.iso(each.at)) if each.at else _("not set"),
                _(_NOTES[each.name]),
            )
            for each in found
        ]
        told = [{"name": each.name, "at": each.at} for each in found]
        desk.end({"secrets": told}, *table(rows))
    return 0


def _new(words: Words, name: str, yes: bool, content: str | None, machine: bool) -> int:
    if name != KEYS:
        raise WrongUsage(N_('"{name}" is not made here (only {keys} is)'), name=name, keys=KEYS)
    with _opened(words, content, machine) as (desk, vault):
        sure(words.gettext("Make a new signing key?"), yes)
        n = vault.rotate()
        made = words.ngettext(
            "{n} signing key counts now, a new one",
            "{n} signing keys count now, the newest signs",
            n,
        )
        desk.say(made.format(n=n))
        restarted = _restarted(desk)
        desk.end({"name": name, "keys": n, "restarted": restarted}, _taken(words, restarted))
    return 0


def _restarted(desk: Desk) -> bool:
    """Make the running service start again; tell whether there is one."""
    with desk.watching():
        found = standing(desk.clients, desk.deployment.name)
        if found is None or not found.there:
            return False
        return secrets.refresh(desk.clients.of("lambda"), found.outputs.function, moments.now())


def _taken(words: Words, restarted: bool) -> str:
    _ = words.gettext
    if restarted:
        return _("the service starts again and takes it")
    return _("the service takes it when the site is published")


@contextmanager
def _opened(words: Words, content: str | None, machine: bool) -> Iterator[tuple[Desk, Vault]]:
    with deploying(words, content, machine=machine) as desk:
        yield desk, Vault(desk.deployment.name, desk.clients.of("ssm"))


def _value(name: str) -> str:
    """Return what is typed unseen, or what comes through a pipe."""
    if sys.stdin.isatty():
        return str(click.prompt(name, hide_input=True, err=True, prompt_suffix=": "))
    return sys.stdin.readline(_LONGEST).strip()
