"""The build as a process: one request a line on standard input, events on standard output."""

from __future__ import annotations

import contextlib
import datetime
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from pelican.settings import read_settings

from plugins.engine.build import Built, Inkstead, Order
from plugins.engine.describe import stamp
from plugins.engine.settings import engine_root, pelican_settings
from plugins.model.entries import Entry
from plugins.model.problems import BuildFailed
from publish.contract.report import Done, Event, Pending, Request, Said, decode_request, encode

_PENDING = "INKSTEAD_PENDING_REQUEST"


class Worker:
    """Builds what it is asked for, one request after the other, and stays warm between them."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.plugins: list[str] | None = None

    def say(self, event: Event) -> None:
        """Write one event."""
        self.out.write(encode(event) + "\n")
        self.out.flush()

    def do(self, line: str) -> None:
        """Answer one request with events, the last of them a Done."""
        try:
            request = decode_request(line)
        except ValueError as cause:
            self.say(Said("error", "", 0, str(cause)))
            self.say(Done(ok=False, output="", errors=1))
            return
        started = time.monotonic()
        settings = read_settings(
            str(engine_root() / "pelicanconf.py"),
            override={
                # Before anything is loaded: which plugins it is depends on this folder's site.toml.
                **pelican_settings(Path(request.content)),
                "INKSTEAD_PATH": request.content,
                "OUTPUT_PATH": request.output,
                "INKSTEAD_ORDER": _order(request, self),
            },
        )
        self._start_afresh_for_other_plugins(settings, line)
        try:
            with _place_to_check(request) as settings["OUTPUT_PATH"]:
                built = Inkstead(settings).build()
        except BuildFailed as failed:
            said = [problem.said(request.lang) for problem in failed.problems]
            done = Done(False, request.output)
        else:
            said = [problem.said(request.lang) for problem in built.problems.warnings]
            done = _done(built, request)
        for each in said:
            self.say(each)
        errors = sum(each.level == "error" for each in said)
        self.say(_counted(done, errors, len(said) - errors, time.monotonic() - started))

    def _start_afresh_for_other_plugins(self, settings: dict[str, Any], line: str) -> None:
        """Replace this process when site.toml names other plugins: they cannot be unloaded."""
        names = [name for name in settings["PLUGINS"] if isinstance(name, str)]
        if self.plugins is not None and names != self.plugins:
            os.environ[_PENDING] = line
            os.dup2(self.out.fileno(), 1)  # events go where they went
            os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - this very process
        self.plugins = names


@contextlib.contextmanager
def _place_to_check(request: Request) -> Iterator[str]:
    """Yield the output folder; a check where there is none yet leaves none behind."""
    if request.do == "build" or Path(request.output).exists():
        yield request.output
        return
    with tempfile.TemporaryDirectory(prefix="inkstead-") as folder:
        yield folder


def _order(request: Request, worker: Worker) -> Order:
    at = datetime.datetime.fromisoformat(request.at) if request.at else None
    if at and at.tzinfo is None:
        at = at.replace(tzinfo=datetime.UTC)
    return Order(
        at=at.astimezone(datetime.UTC) if at else None,
        preview=request.drafts,
        check=request.do == "check",
        url=request.url,
        lang=request.lang,
        tell=worker.say,
    )


def _done(built: Built, request: Request) -> Done:
    library = built.library
    rooms = [entry.room for entry in library.entries]
    return Done(
        ok=True,
        output=request.output,
        generation=built.generation,
        counts={
            "posts": rooms.count("post"),
            "pages": rooms.count("page"),
            "products": len(library.products),
            "magnets": len(library.magnets),
            "drafts": len(library.drafts),
            "scheduled": len(library.scheduled),
            "gated": sum(entry.gated for entry in library.entries),
            "files": built.files,
        },
        next=stamp(library.next),
        scheduled=tuple(_pending(e) for e in sorted(library.scheduled, key=_due)),
        drafts=tuple(_pending(e) for e in library.drafts),
    )


def _due(entry: Entry) -> tuple[str, str]:
    return stamp(entry.date), entry.source


def _pending(entry: Entry) -> Pending:
    return Pending(entry.source, entry.title, stamp(entry.date))


def _counted(done: Done, errors: int, warnings: int, seconds: float) -> Done:
    values = {**done.__dict__, "errors": errors, "warnings": warnings}
    return Done(**{**values, "seconds": round(seconds, 3)})


def main() -> None:
    """Answer requests until standard input ends."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not end up among the events
    worker = Worker(events)
    pending = os.environ.pop(_PENDING, "")
    if pending:
        worker.do(pending)
    with open(0, "rb", buffering=0, closefd=False) as requests:
        # Without a buffer: a request read ahead would be lost when the process is replaced.
        while line := requests.readline():
            if line.strip():
                worker.do(line.decode("utf-8", "replace"))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main()
