"""Pictures of kits, made in the background when somebody looks at one: each kit's once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from publish import picturing
from publish.contract.catalogue import speak
from publish.contract.snippets import KIT
from publish.trouble import Trouble

Make = Callable[[Sequence[Path], Path, str], Mapping[Path, str]]
"""As publish.picturing.make: folders, cache and language to what is wrong with each."""

# Seconds that a request waits for a picture before it is told that there is none.
_PATIENCE = 120.0


@dataclass
class _Job:
    """The making of one kit's pictures; `error` is a sentence once it is over.

    `left` tells the kit from one that a build makes anew in its place: an edit may be undone.
    """

    over: threading.Event = field(default_factory=threading.Event)
    error: str = ""
    left: int = 0


class Pictures:
    """Makes pictures, one kit after the other; whoever asks for the same kit waits for that one.

    A kit is known by its folder: one that changed lies in another.
    """

    def __init__(self, cache: Path, make: Make = picturing.make) -> None:
        self._cache, self._make = cache, make
        self._jobs: dict[Path, _Job] = {}
        self._changing, self._one_at_a_time = threading.Lock(), threading.Lock()

    def begin(self, folder: Path, lang: str, *, again: bool = False) -> None:
        """Begin to make a kit's pictures unless that was done; `again` where it went wrong."""
        with self._changing:
            job = self._jobs.get(folder)
            if job and not job.over.is_set():
                return
            if job and job.left == _written(folder) and not (again and job.error):
                return
            job = self._jobs[folder] = _Job()
        threading.Thread(target=self._run, args=(job, folder, lang), daemon=True).start()

    def wait(self, folder: Path, lang: str) -> None:
        """Wait until a kit's pictures are made, or cannot be."""
        self.begin(folder, lang)
        self._jobs[folder].over.wait(_PATIENCE)

    def busy(self, folder: Path) -> bool:
        """Tell whether a kit's pictures are still to come."""
        job = self._jobs.get(folder)
        return job is not None and not job.over.is_set()

    def error(self, folder: Path) -> str:
        """Return why a kit has no pictures, "" for no reason."""
        job = self._jobs.get(folder)
        return job.error if job else ""

    def _run(self, job: _Job, folder: Path, lang: str) -> None:
        try:
            with self._one_at_a_time:
                job.error = self._make([folder], self._cache, lang).get(folder, "")
        except Trouble as cause:
            job.error = cause.say(speak(lang))
        finally:
            job.left = _written(folder)
            job.over.set()


def _written(folder: Path) -> int:
    """Return when a kit was written, 0 where there is none."""
    try:
        return (folder / KIT).stat().st_mtime_ns
    except OSError:
        return 0
