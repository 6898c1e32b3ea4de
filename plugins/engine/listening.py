"""Hear what Pelican and its plugins only log, so that nothing that went wrong passes."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator


class Heard(logging.Handler):
    """The errors that were logged while this handler listened."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep an error's text."""
        text = " ".join(record.getMessage().split())
        if record.exc_info and record.exc_info[1]:
            text = f"{text} ({type(record.exc_info[1]).__name__}: {record.exc_info[1]})"
        self.errors.append(text)


@contextlib.contextmanager
def listening() -> Iterator[Heard]:
    """Hear every logger for a while."""
    heard, root = Heard(), logging.getLogger()
    root.addHandler(heard)
    try:
        yield heard
    finally:
        root.removeHandler(heard)
