"""What the preview shows right now, for the threads that answer and the tabs that wait."""

from __future__ import annotations

import contextlib
import threading
import zlib
from collections import deque
from dataclasses import dataclass

# Browsers open six connections to one host. A tab that has to go asks again after a second, so
# any number of tabs in view stays up to date and pages always find a free connection.
MOST_LISTENERS = 4


@dataclass(frozen=True)
class Scene:
    """One state: `problems` of the last build when it failed, `good` once one has gone well."""

    revision: str = "building"
    built: bool = False
    good: bool = False
    problems: tuple[str, ...] = ()


def scene_after(last: Scene, ok: bool, generation: str, problems: tuple[str, ...]) -> Scene:
    """Return the scene after a build; one that changes nothing keeps its revision."""
    if ok:
        return Scene(f"good-{generation}", built=True, good=True)
    shown = zlib.crc32("\n".join(problems).encode())
    base = last.revision.partition("-failed-")[0]
    return Scene(f"{base}-failed-{shown:08x}", built=True, good=last.good, problems=problems)


class Stage:
    """Hold the scene; setting another one wakes all who wait."""

    def __init__(self, scene: Scene | None = None) -> None:
        self._scene = scene or Scene()
        self._changed = threading.Condition()
        self._closed = False
        self._listening: deque[object] = deque()

    @property
    def scene(self) -> Scene:
        """Return what is shown now."""
        return self._scene

    def show(self, scene: Scene) -> None:
        """Show another scene."""
        with self._changed:
            self._scene = scene
            self._changed.notify_all()

    def enter(self) -> object:
        """Take a place among those who listen; of too many the one that came first has to go."""
        listener = object()
        with self._changed:
            self._listening.append(listener)
            if len(self._listening) > MOST_LISTENERS:
                self._listening.popleft()
                self._changed.notify_all()
        return listener

    def leave(self, listener: object) -> None:
        """Give the place back."""
        with self._changed, contextlib.suppress(ValueError):
            self._listening.remove(listener)

    def wait(self, listener: object, revision: str, seconds: float) -> Scene | None:
        """Return the scene when its revision is another one, or after a while; None: time to go."""

        def over() -> bool:
            return self._closed or listener not in self._listening

        with self._changed:
            self._changed.wait_for(
                lambda: over() or self._scene.revision != revision, timeout=seconds
            )
            return None if over() else self._scene

    def wait_for_first(self, seconds: float) -> None:
        """Wait until there has been a build at all, or for so long."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._scene.built, timeout=seconds)

    def close(self) -> None:
        """Let all who wait go."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
