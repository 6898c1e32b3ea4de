"""What the preview shows right now, for the threads that answer and the tabs that wait."""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass


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

    @property
    def scene(self) -> Scene:
        """Return what is shown now."""
        return self._scene

    @property
    def closed(self) -> bool:
        """Say whether the preview is about to end."""
        return self._closed

    def show(self, scene: Scene) -> None:
        """Show another scene."""
        with self._changed:
            self._scene = scene
            self._changed.notify_all()

    def wait(self, revision: str, seconds: float) -> Scene:
        """Return the scene as soon as its revision is another one, at the latest after a while."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._scene.revision != revision, timeout=seconds
            )
            return self._scene

    def close(self) -> None:
        """Let all who wait go."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
