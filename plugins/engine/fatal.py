"""Turn whatever goes wrong in templates, plugins or the engine into problems with a place."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateError

from plugins.engine.listening import Heard
from plugins.engine.settings import engine_root
from plugins.model.problems import BuildFailed, Problems
from publish.contract.catalogue import N_
from publish.contract.report import Place


@contextlib.contextmanager
def fatal(problems: Problems, heard: Heard) -> Iterator[None]:
    """Stop the build after anything that was raised, or only logged, in the block.

    Raises:
        BuildFailed: with every problem so far.

    """
    heard.errors.clear()
    try:
        yield
    except BuildFailed:
        raise
    except (Exception, SystemExit) as cause:
        explain(cause, problems)
    for text in heard.errors:
        problems.error(Place(), N_("the build logged an error: {text}"), text=text)
    problems.stop_on_errors()


def explain(cause: BaseException, problems: Problems) -> None:
    """Add an exception as a problem, with the template or line it came from."""
    frames = list(traceback.extract_tb(cause.__traceback__))
    frames = [frame for frame in frames if frame.filename.endswith(".html")] or frames
    name, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)
    if isinstance(cause, TemplateError):
        name = getattr(cause, "filename", None) or name
        line = getattr(cause, "lineno", None) or line
        problems.error(
            Place(short(name), line), N_("the template does not work: {reason}"), reason=cause
        )
        return
    problems.error(
        Place(short(name), line),
        N_("the build stopped here: {kind}: {reason}"),
        kind=type(cause).__name__,
        reason=cause,
    )


def short(name: str) -> str:
    """Return a path as errors say it: relative to the engine or the working folder."""
    for root in (engine_root(), Path.cwd()):
        if name.startswith(f"{root}{os.sep}"):
            return name.removeprefix(f"{root}{os.sep}")
    return name
