"""`inkstead doctor`: what stands between a creator and a site that is live."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from publish import folders, options
from publish.contract.catalogue import N_, Words
from publish.deploy import doctoring, settings
from publish.deploy.checks.case import Case
from publish.deploy.clients import Clients
from publish.deploy.findings import Finding
from publish.deploy.tables import SettingsWrong
from publish.helptext import explained, padded
from publish.operating import stripe_checks
from publish.progress import progress
from publish.screen import say

_MARKS = {
    "ok": N_("ok"),
    "warning": N_("look"),
    "wrong": N_("wrong"),
    "unknown": N_("not asked"),
}
_MARK, _NAME = 11, 13
_PATIENCE = {"AWS_MAX_ATTEMPTS": "2"}


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "doctor",
        callback=partial(_doctor, words),
        help=explained(
            words,
            _(
                "Look at everything that publishing needs, and say of each whether it is right or"
                " what to do: the account at AWS, the stack, secrets, certificate and domain,"
                " mails, Stripe, and whether git keeps paid text to itself. It changes nothing."
            ),
            ("inkstead doctor", ""),
            ("inkstead doctor --json", _("for scripts; the exit code is 1 if anything is wrong")),
        ),
        params=[
            options.content(words),
            options.output(words),
            options.machine(words),
            options.language(words),
        ],
    )


def _doctor(words: Words, content: str | None, output: str | None, machine: bool) -> int:
    with _case(content, output) as (case, problems):
        found = []
        shown = sys.stderr.isatty() and not machine
        for each in (*problems, *_waited(words, _examined(case), shown)):
            found.append(each)
            if not machine:
                say(_lines(words, each))
    wrong = [each for each in found if each.level == "wrong"]
    if machine:
        say([json.dumps(_told(words, found), ensure_ascii=False, indent=2)])
    else:
        say([_sum(words, found)])
    return 1 if wrong else 0


@contextmanager
def _case(content: str | None, output: str | None) -> Iterator[tuple[Case, list[Finding]]]:
    here = Path.cwd()
    folder = folders.find_content(content, os.environ, here)
    place = folders.find_output(output, folder, here)
    case = Case(folder, place, os.environ)
    try:
        deployment = settings.read(folder)
    except SettingsWrong as cause:
        yield case, [_problem(place, each.message, each.values) for place, each in cause.problems]
        return
    environ = _PATIENCE | dict(os.environ)
    with Clients(deployment.region, environ) as clients:
        yield dataclasses.replace(case, deployment=deployment, clients=clients), []


def _problem(place: object, message: str, values: object) -> Finding:
    assert isinstance(values, dict)
    return Finding("wrong", str(place), message, "", values)


def _waited(words: Words, found: Iterator[Finding], shown: bool) -> Iterator[Finding]:
    """Yield findings; while one takes long, a bar says that somebody is at work."""
    while True:
        with progress(shown, first=words.gettext("looking")):
            each = next(found, None)
        if each is None:
            return
        yield each


def _examined(case: Case) -> Iterator[Finding]:
    yield from doctoring.examined(case, ((stripe_checks.STRIPE, stripe_checks.stripe),))


def _lines(words: Words, found: Finding) -> list[str]:
    """Return one line, and what to do on the next."""
    _ = words.gettext
    head = padded(_(_MARKS[found.level]), _MARK) + padded(_(found.name), _NAME)
    way = found.way_out(words)
    return [head + found.said(words), *([f"{' ' * _MARK}→ {way}"] if way else [])]


def _sum(words: Words, found: list[Finding]) -> str:
    _, ngettext = words.gettext, words.ngettext
    wrong = sum(each.level == "wrong" for each in found)
    other = sum(each.level in ("warning", "unknown") for each in found)
    told = [
        ngettext("{n} is wrong", "{n} are wrong", wrong).format(n=wrong) if wrong else "",
        ngettext("{n} to look at", "{n} to look at", other).format(n=other) if other else "",
    ]
    return _(", ").join(filter(None, told)) or _("everything is right")


def _told(words: Words, found: list[Finding]) -> dict[str, object]:
    return {
        "ok": not any(each.level == "wrong" for each in found),
        "findings": [
            {
                "level": each.level,
                "name": each.name,
                "text": each.said(words),
                "way": each.way_out(words),
            }
            for each in found
        ],
    }
