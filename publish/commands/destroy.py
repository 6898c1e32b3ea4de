"""`inkstead destroy`: take the site off AWS; what readers are owed stays unless told otherwise."""

from __future__ import annotations

import sys
from functools import partial

import click

from publish import options
from publish.commands.deploying import Desk, deploying
from publish.contract.catalogue import N_, Words
from publish.deploy import firewall_setup
from publish.deploy.secrets import Vault
from publish.deploy.stack import destroying
from publish.deploy.stack.destroying import Destroyed
from publish.deploy.stack.names import Names
from publish.deploy.stack.progress import Event
from publish.deploy.stack.provision import Stacks
from publish.helptext import explained
from publish.trouble import Failure, WrongUsage

_ABOUT = {
    "dynamodb": N_("readers, rights, orders: about half a US dollar a month for each GB"),
    "s3": N_("releases and paid text: about 0.03 US dollars a month for each GB"),
    "ses": N_("the mail domain, which costs nothing"),
    "ssm": N_("the secrets, without which the data cannot be used; they cost nothing"),
}


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "destroy",
        callback=partial(_destroy, words),
        help=explained(
            words,
            _(
                "Take the site off AWS: readers find nothing any more. It asks twice. What readers"
                " and you are owed stays: the table of readers, rights and orders, the bucket of"
                " releases and paid text, the secrets. A later publish takes them up again. With"
                " --data they go, too, and nothing brings them back: make a backup first. Your"
                " content on this machine is not touched."
            ),
            ("inkstead backup ~/backup --live", _("before it, to be sure")),
            ("inkstead destroy", ""),
        ),
        params=[
            click.Option(
                ["--data", "data"], is_flag=True, help=_("Take readers, orders and releases, too.")
            ),
            click.Option(
                ["--confirm", "confirm"],
                metavar="STACK",
                help=_("Do not ask, for scripts: the name of the stack."),
            ),
            options.content(words),
            options.machine(words),
            options.language(words),
        ],
    )


def _destroy(
    words: Words, data: bool, confirm: str | None, content: str | None, machine: bool
) -> int:
    with deploying(words, content, machine=machine) as desk:
        desk.say(*_before(words, desk, data))
        _sure(words, desk.deployment.name, data, confirm)
        found = _done(desk, data)
        dropped = _vault(desk).drop() if data else []
        kept = [] if data else [each.name for each in _vault(desk).listed() if each.at]
        stays = (*found.stays, *(f"ssm:{name}" for name in kept))
        gone = (*found.gone, *(f"ssm:{name}" for name in dropped))
        desk.end({"gone": gone, "stays": stays}, *_after(words, gone, stays))
    return 0


def _vault(desk: Desk) -> Vault:
    return Vault(desk.deployment.name, desk.clients.of("ssm"))


def _before(words: Words, desk: Desk, data: bool) -> list[str]:
    _ = words.gettext
    name = desk.deployment.name
    gone = _(
        'gone for good: the stack "{name}" with site, edge and service; nobody can read or buy'
    )
    lines = [gone.format(name=name)]
    if data:
        lines.append(_("gone for good: every reader, right, order, release and secret (--data)"))
    else:
        lines.append(
            _("stays: readers, rights, orders, releases, secrets (--data takes them, too)")
        )
    return lines


def _sure(words: Words, name: str, data: bool, confirm: str | None) -> None:
    """Ask twice, for the name and for the meaning.

    Raises:
        WrongUsage: there is nobody to ask, or another name was given.
        Failure: the answer was no.

    """
    if confirm is not None:
        if confirm != name:
            raise WrongUsage(
                N_('--confirm "{given}" is not the stack, which is "{name}"'),
                given=confirm,
                name=name,
            )
        return
    if not sys.stdin.isatty():
        raise WrongUsage(
            N_("there is no terminal to ask on (add --confirm {name} to mean it)"), name=name
        )
    _ = words.gettext
    typed = click.prompt(
        _("The name of the stack, to mean it"), default="", show_default=False, err=True
    )
    if str(typed).strip() != name:
        raise Failure(N_("nothing was changed"))
    question = _("And the data, for ever?") if data else _("Take the site off AWS?")
    if not click.confirm(question, err=True):
        raise Failure(N_("nothing was changed"))


def _done(desk: Desk, data: bool) -> Destroyed:
    deployment, of = desk.deployment, desk.clients.of
    names = Names(deployment.name, desk.clients.account(), deployment.region)
    with desk.watching() as draw:

        def heard(_event: Event, done: int, total: int) -> None:
            draw("stack", done, max(total, done))

        found = destroying.destroy(Stacks(of("cloudformation")), names, of, data=data, listen=heard)
        # It stands in front of the distribution, so it can go only after it.
        wall = firewall_setup.standing(deployment, desk.clients)
        firewall_setup.removed(deployment, desk.clients, heard)
    return Destroyed((*found.gone, *([names.firewall] if wall else ())), found.stays)


def _after(words: Words, gone: tuple[str, ...], stays: tuple[str, ...]) -> list[str]:
    _ = words.gettext
    lines = [_("gone: {name}").format(name=each) for each in gone]
    for kind, group in _by_kind(stays).items():
        lines.append(
            _("stays: {names} ({about})").format(names=", ".join(group), about=_(_ABOUT[kind]))
        )
    if not gone:
        lines.append(_("there was nothing to remove"))
    else:
        lines.append(_("take the site's DNS records away now, before somebody else points there"))
    return lines


def _by_kind(places: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in places:
        found.setdefault(each.partition(":")[0], []).append(each)
    return found
