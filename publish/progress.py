"""The bar on stderr: only on a terminal, and only for what takes longer than a second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from publish.contract.report import Event, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

DELAY = 1.0


@contextmanager
def progress(
    shown: bool, delay: float = DELAY, *, first: str = ""
) -> Iterator[Callable[[Event], None]]:
    """Give a listener that draws a bar after `delay` seconds and wipes it at the end.

    `first` is what it says until something is heard.
    """
    if not shown:
        yield lambda event: None
        return
    drawing = _Drawing(first)
    timer = threading.Timer(delay, drawing.start)
    timer.daemon = True
    timer.start()
    try:
        yield drawing.hear
    finally:
        timer.cancel()
        drawing.stop()


class _Drawing:
    """A bar that may start between two events, from the timer's thread."""

    def __init__(self, first: str = "") -> None:
        self._lock = threading.Lock()
        self._latest = Progress("read", first, 0, 0)
        self._bar: Bar | None = None
        self._stopped = False

    def start(self) -> None:
        """Begin to draw what was heard last."""
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Bar

        said = TextColumn("{task.description}", markup=False)
        columns = (said, BarColumn(), TextColumn("{task.fields[count]}"))
        with self._lock:
            if self._stopped:
                return
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._bar.add_task("", total=None, count="")
            self._draw()
            self._bar.start()

    def hear(self, event: Event) -> None:
        """Take a step of the build; other events are not for the bar."""
        if isinstance(event, Progress):
            with self._lock:
                self._latest = event
                self._draw()

    def stop(self) -> None:
        """Wipe the bar."""
        with self._lock:
            self._stopped = True
            if self._bar:
                self._bar.stop()

    def _draw(self) -> None:
        now = self._latest
        if self._bar:
            self._bar.update(
                self._bar.task_ids[0],
                description=now.text,
                completed=now.done,
                total=now.total or None,
                count=f"{now.done}/{now.total}" if now.total > 1 else "",
            )
