"""The pictures of kits as a process: one order on standard input, events on standard output.

An order is {"version": 1, "folders": [...], "cache": ..., "lang": ...}. Of each folder is said
{"folder", "done", "total"} as its pictures come to be, and last {"folder", "made", "error"}.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugins.engine.texts import context
from plugins.model.following import follow
from plugins.snippets import making
from plugins.snippets.pictures import making as pictures
from plugins.snippets.pictures import pages
from plugins.snippets.pictures.fonts import NoFont
from publish.contract.catalogue import N_, speak
from publish.contract.snippets import NoKit

VERSION = 1
_MANY = 4
_MOST_PROCESSES = 4
_NO_KIT = N_("there is no kit in {folder}: build the site first")
_FAILED = N_("the pictures could not be written: {cause}")

Say = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True)
class Order:
    """Which kits are to have pictures, where those are kept, and in which language we speak."""

    folders: tuple[str, ...]
    cache: str
    lang: str


def read(line: str) -> Order:
    """Read an order.

    Raises:
        ValueError: it is none of this version.

    """
    try:
        values = json.loads(line)
        if values["version"] != VERSION:
            raise ValueError(f"an order of version {values['version']}, not {VERSION}")
        return Order(tuple(map(str, values["folders"])), str(values["cache"]), str(values["lang"]))
    except (KeyError, TypeError, AttributeError) as cause:
        raise ValueError(f"this is no order: {line.strip()[:100]}") from cause


def do(order: Order, tell: Say) -> None:
    """Make the pictures of each kit; where there are many, several at a time."""
    count = min(os.cpu_count() or 1, _MOST_PROCESSES, len(order.folders))
    if len(order.folders) < _MANY or count < 2:
        for folder in order.folders:
            tell(_one(folder, order, tell))
        return
    with concurrent.futures.ProcessPoolExecutor(
        count, mp_context=context(), initializer=follow
    ) as pool:
        jobs = {pool.submit(_quietly, folder, order): folder for folder in order.folders}
        for job in concurrent.futures.as_completed(jobs):
            for event in job.result():
                tell(event)


def _quietly(folder: str, order: Order) -> list[Mapping[str, Any]]:
    """Return the events of a folder whose pictures another process makes."""
    events: list[Mapping[str, Any]] = []
    last = _one(folder, order, events.append)
    return [*events[-1:], last]


def _one(folder: str, order: Order, tell: Say) -> Mapping[str, Any]:
    """Make the pictures of one kit and return its last event."""
    spoken = speak(order.lang).gettext
    try:
        made = _make(folder, order, tell)
    except NoKit:
        return _failed(folder, spoken(_NO_KIT).format(folder=folder))
    except NoFont as cause:
        return _failed(folder, spoken(cause.message).format(**cause.values))
    except Exception as cause:  # whatever is wrong with one kit, the others are made
        return _failed(folder, spoken(_FAILED).format(cause=cause))
    return {"folder": folder, "made": made, "error": ""}


def _failed(folder: str, error: str) -> Mapping[str, Any]:
    return {"folder": folder, "made": [], "error": error}


def _make(folder: str, order: Order, tell: Say) -> list[str]:
    place = Path(folder)
    post, platforms = making.load(place)
    wanted = [platform for platform in platforms if platform.id not in post.own.off]
    shapes = {shape for platform in wanted for shape in platform.pictures}
    limits = [
        platform.limits["pictures"].most
        for platform in wanted
        if "pages" in platform.pictures and "pictures" in platform.limits
    ]
    made = pictures.make(
        post,
        sorted(shapes, key=pictures.SHAPES.index),
        place,
        Path(order.cache) if order.cache else None,
        lambda done, total: tell({"folder": folder, "done": done, "total": total}),
        min(limits, default=pages.MOST),
    )
    making.write(place, post, platforms, made)
    return [each.file for each in made]


def main() -> None:
    """Answer the one order on standard input."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not end up among the events

    def tell(event: Mapping[str, Any]) -> None:
        events.write(json.dumps(event, ensure_ascii=False) + "\n")
        events.flush()

    do(read(sys.stdin.buffer.readline().decode("utf-8", "replace")), tell)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main()
