"""`inkstead status`: what is live, what rings, what waits."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import click

from publish import folders, moments, options
from publish.commands.deploying import Desk, deploying
from publish.commands.talking import Call, plain, talking
from publish.contract import manifest as contract
from publish.contract.catalogue import N_, Words
from publish.contract.manifest import ManifestError
from publish.deploy import places, watched
from publish.deploy.answers import failure
from publish.deploy.places import Places
from publish.deploy.ports import Absent, DeployError
from publish.deploy.release import Release, ReleaseError
from publish.deploy.stack.following import standing
from publish.deploy.stack.names import Names
from publish.deploy.stack.outputs import Outputs
from publish.helptext import explained
from publish.operating import health, of_stack
from publish.operating.health import Health
from publish.paywall.ports import StoreDown
from publish.screen import table
from publish.trouble import Failure

Told: TypeAlias = dict[str, Any]
Day: TypeAlias = Callable[[datetime | None], str]
Part: TypeAlias = Callable[[Desk, Outputs], tuple[Told, list[str]]]
STORE_DOWN = N_("the store does not answer: {cause}")


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "status",
        callback=partial(_status, words),
        help=explained(
            words,
            _(
                "Say how the site is: what is live and since when, alarms that ring, the last"
                " errors, people and members, mails that wait, the next scheduled post. Without"
                " [publish] in site.toml it speaks of the preview's sandbox, with --live of the"
                " server that the environment names. It only looks."
            ),
            ("inkstead status", ""),
            ("inkstead status --json", ""),
        ),
        params=[
            options.live(words),
            options.content(words),
            options.machine(words),
            options.language(words),
        ],
    )


def _status(words: Words, live: bool, content: str | None, machine: bool) -> int:
    folder = folders.find_content(content, os.environ, Path.cwd())
    if of_stack.wanted(folder, os.environ):
        return _of_stack(words, content, machine)
    with talking(Call(words, content, live, machine)) as talk:
        found = health.look(talk.desk.world.store, talk.desk.now)
        coming = _scheduled(talk.desk.generation)
        day = talk.day
        lines = [*_health_lines(words, found, day), *_coming(words, coming, day)]
        talk.end({"health": _value(found), "next": coming}, *lines)
    return 0


def _of_stack(words: Words, content: str | None, machine: bool) -> int:
    with deploying(words, content, machine=machine) as desk:
        stack = standing(desk.clients, desk.deployment.name)
        if stack is None or not stack.there:
            status = stack.status if stack else ""
            nothing = words.gettext("nothing stands there (run: inkstead publish)")
            desk.end({"stack": status, "live": None}, nothing)
            return 0
        told: Told = {"stack": stack.status, "alarms": None, "errors": None, "health": None}
        lines: list[str] = []
        for part in (_live, _alarms, _errors, _service):
            with desk.watching():
                more, said = _looked(part, desk, stack.outputs)
            told |= more
            lines += said
        desk.end(told, *lines)
    return 0


def _looked(part: Part, desk: Desk, outputs: Outputs) -> tuple[Told, list[str]]:
    """Return what a part tells; one that may not be looked at says so and stops no other."""
    try:
        return part(desk, outputs)
    except (DeployError, Failure) as cause:
        said = cause if isinstance(cause, Failure) else failure(cause)
        return {}, [said.say(desk.words)]
    except StoreDown as cause:
        return {}, [Failure(STORE_DOWN, cause=cause).say(desk.words)]


def _live(desk: Desk, outputs: Outputs) -> tuple[Told, list[str]]:
    _ = desk.words.gettext
    found = places.opened(outputs, desk.deployment, desk.clients)
    live = found.edge.live().release
    address = outputs.origin or f"https://{outputs.domain}"
    if not live:
        return {"live": None, "address": address}, [_("nothing was published yet")]
    record = _record(found, live)
    at = record.at if record else ""
    coming = _coming_release(found, record) if record else ""
    line = _("live: the release of {at}, {id}, at {address}").format(
        at=desk.day(at) or "?", id=live, address=address
    )
    told = {"live": {"release": live, "at": at}, "address": address, "next": coming}
    return told, [line, *_coming(desk.words, coming, _day(desk))]


def _record(found: Places, live: str) -> Release | None:
    try:
        return found.private.record(live)
    except (Absent, ReleaseError):
        return None


def _coming_release(found: Places, record: Release) -> str:
    """Return the time of the next scheduled post, as the live release knows it."""
    piece = record.private.get("manifest.json")
    try:
        raw = found.private.get(piece) if piece else b""
        return contract.parse(raw, "manifest.json").next
    except (Absent, ManifestError):
        return ""


def _alarms(desk: Desk, outputs: Outputs) -> tuple[Told, list[str]]:
    _ = desk.words.gettext
    found = watched.ringing(desk.clients, desk.deployment.name)
    rows = [(_("alarm"), each.name, _day(desk)(each.since), each.why) for each in found]
    told = {"alarms": [dataclasses.asdict(each) for each in found]}
    return told, table(rows) if rows else [_("no alarm rings")]


def _errors(desk: Desk, outputs: Outputs) -> tuple[Told, list[str]]:
    _ = desk.words.gettext
    group = Names(desk.deployment.name).log_group
    found = watched.errors(desk.clients, group, moments.now())
    rows = [(desk.day(moments.iso(each.at)), each.text) for each in found]
    title = [_("the last errors of 24 hours:")] if rows else [_("no errors in 24 hours")]
    told = {"errors": [dataclasses.asdict(each) for each in found]}
    return told, [*title, *(f"  {line}" for line in table(rows))]


def _service(desk: Desk, outputs: Outputs) -> tuple[Told, list[str]]:
    found = of_stack.look(desk.deployment, desk.clients, os.environ)
    seen = health.look(found.world.store, moments.now())
    return {"health": _value(seen)}, _health_lines(desk.words, seen, _day(desk))


def _day(desk: Desk) -> Day:
    return lambda moment: desk.day(moments.iso(moment)) if moment else ""


def _health_lines(words: Words, found: Health, day: Day) -> list[str]:
    _ = words.gettext
    rows = [
        (_("people"), str(found.people), _("members: {n}").format(n=found.members)),
        (_("subscribers"), str(found.subscribers), _subscribers(words, found)),
        (_("orders"), str(found.orders), _orders(words, found, day)),
        (_("mails"), str(found.waiting), _("waiting")),
        (_("late"), str(found.late), _("jobs that should have been done")),
        (_("given up"), str(found.dead), _("in 30 days")),
    ]
    rows += [(_("counted"), str(each.lately), _(health.COUNTED[each.name])) for each in found.noted]
    rows += [(_("given up"), day(each.at), f"{each.kind}: {each.why}") for each in found.newest]
    return table(rows)


def _subscribers(words: Words, found: Health) -> str:
    _ = words.gettext
    return _("get letters: {n}, addresses that get no mail: {spared}").format(
        n=found.letters, spared=found.suppressed
    )


def _orders(words: Words, found: Health, day: Day) -> str:
    _ = words.gettext
    if found.last_order is None:
        return _("in 30 days")
    return _("in 30 days, the last {at}").format(at=day(found.last_order))


def _scheduled(generation: Path) -> str:
    try:
        return contract.load(generation / "manifest.json").next
    except ManifestError:
        return ""


def _coming(words: Words, moment: str, day: Day) -> list[str]:
    if not moment:
        return []
    at = day(datetime.fromisoformat(moment))
    return [words.gettext("the next scheduled post: {at}").format(at=at)]


def _value(found: Health) -> Mapping[str, Any]:
    told: Mapping[str, Any] = plain(dataclasses.asdict(found))
    return told
