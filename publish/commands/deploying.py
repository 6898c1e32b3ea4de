"""What the commands that deploy share: account and first line, progress, how work broke off."""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from publish import folders, moments
from publish.commands import talking
from publish.contract.catalogue import N_, Words
from publish.contract.report import Progress
from publish.deploy import publishing, settings
from publish.deploy.answers import as_failures, failure
from publish.deploy.clients import Clients
from publish.deploy.plans import Plan
from publish.deploy.ports import DeployError
from publish.deploy.release import Release
from publish.deploy.settings import Deployment
from publish.progress import progress
from publish.screen import say
from publish.site import read_settings
from publish.trouble import Failure

LOOKING = N_("asking AWS")
"""What a bar says until there are steps to tell of."""
_STEPS: Mapping[str, str] = {
    "stack": N_("changing the stack"),
    "lock": N_("taking the lock"),
    "assets": N_("sending images and styles"),
    "pages": N_("sending pages"),
    "private": N_("sending what members read"),
    "record": N_("writing the record"),
    "verify": N_("checking what arrived"),
    "bundle": N_("bringing the service"),
    "flip": N_("going live"),
    "pointer": N_("going live"),
    "seal": N_("taking away what is behind the paywall since"),
    "error-page": N_("going live"),
    "invalidate": N_("forgetting what is cached"),
    "ping": N_("telling feed readers"),
    "collect": N_("clearing up older releases"),
    "unlock": N_("clearing up older releases"),
}


@dataclass(frozen=True)
class Desk:
    """One run of a command: where the site lives, in whose language, for a person or a program."""

    words: Words
    content: Path
    deployment: Deployment
    clients: Clients
    zone: ZoneInfo
    machine: bool = False
    quiet: bool = False

    @property
    def first(self) -> Mapping[str, str]:
        """Return what the first line names: account, mode, region and stack.

        Raises:
            Refused, Unreachable: AWS does not say whose credentials these are.

        """
        return {
            "account": self.clients.account(),
            "mode": mode(os.environ),
            "region": self.deployment.region,
            "stack": self.deployment.name,
        }

    def say(self, *lines: str, err: bool = False) -> None:
        """Print lines for a person."""
        if not (self.machine or self.quiet):
            say(lines, err=err)

    def end(self, told: Mapping[str, Any], *lines: str) -> None:
        """Print the last lines for a person, or everything for a program."""
        if self.machine:
            whole = {**self.first, **told}
            say([json.dumps(talking.plain(whole), ensure_ascii=False, indent=2)])
        else:
            self.say(*lines)

    def day(self, moment: str) -> str:
        """Return a time as a creator reads it, in the site's zone."""
        return moments.local(moment, self.zone) if moment else ""

    @contextmanager
    def watching(self, first: str = LOOKING) -> Iterator[Callable[[str, int, int], None]]:
        """Give a listener that draws how far each step of long work is; `first` comes before."""
        shown = sys.stderr.isatty() and not (self.machine or self.quiet)
        with progress(shown, first=self.words.gettext(first)) as listen:

            def heard(step: str, done: int, total: int) -> None:
                listen(Progress("switch", self.words.gettext(_STEPS[step]), done, total))

            yield heard


@contextmanager
def deploying(
    words: Words, content: str | None, *, machine: bool = False, quiet: bool = False
) -> Iterator[Desk]:
    """Open the site that [publish] names, in the account that it names, and print the first line.

    Raises:
        Trouble: there is no content folder, [publish] is wrong, it is another account, or AWS does
            not know us.

    """
    folder = folders.find_content(content, os.environ, Path.cwd())
    deployment = settings.read(folder)
    zone = read_settings(folder).zone
    with as_failures(), Clients(deployment.region, os.environ) as clients:
        desk = Desk(words, folder, deployment, clients, zone, machine, quiet)
        with desk.watching():
            first = desk.first
        desk.say(" · ".join(first.values()))
        settings.guard(deployment, clients.account())
        yield desk


class Interrupted(Failure):
    """Something went wrong halfway: what it was, then what readers get now."""

    def __init__(self, cause: Failure, state: str) -> None:
        super().__init__("{cause}", cause=cause)
        self._cause, self._state = cause, state

    def say(self, words: Words) -> str:
        """Return both, one a line."""
        return f"{self._cause.say(words)}\n{self._state}"


@contextmanager
def interrupted(desk: Desk, plan: Plan, live: Release | None) -> Iterator[None]:
    """Say what readers get now when work breaks off; `live` is what they got before.

    Raises:
        Interrupted: instead of what an adapter raises.
        Abort: instead of KeyboardInterrupt.

    """
    try:
        yield
    except DeployError as cause:
        raise Interrupted(failure(cause), reached(desk, plan, live)) from cause
    except KeyboardInterrupt as cause:
        say(["", reached(desk, plan, live)], err=True)
        raise click.Abort from cause


def reached(desk: Desk, plan: Plan, live: Release | None) -> str:
    """Return what readers get now, and what to do."""
    _ = desk.words.gettext
    try:
        release = publishing.places(desk.deployment, desk.clients).edge.live().release
    except (DeployError, Failure):
        return _("run it again to go on: what was done is not done twice")
    if release == plan.release.id:
        return _("readers see the new site already; run it again to finish what is left")
    if not release:
        return _("readers see nothing yet; run it again to go on")
    day = desk.day(live.at) if live and live.id == release else release
    return _("readers still see the release of {day}; run it again to go on").format(day=day)


def mode(environ: Mapping[str, str]) -> str:
    """Return "live", or the address that stands in for AWS."""
    return environ.get("AWS_ENDPOINT_URL") or "live"


def owner() -> str:
    """Return who others are told that is publishing; `locking.is_over` reads it."""
    run = os.environ.get("GITHUB_RUN_ID")
    if run:
        return f"GitHub Actions {os.environ.get('GITHUB_REPOSITORY', '')} {run}".strip()
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its number
        name = "?"
    return f"{name}@{socket.gethostname()} (process {os.getpid()})"
