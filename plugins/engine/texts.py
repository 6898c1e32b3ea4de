"""Render every text of a library: from the cache, else in as many processes as pay off."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version

from plugins.engine.cache import Cache, key
from plugins.model.following import follow
from plugins.model.text import Length
from plugins.reader.render import REVISION, Heading, Job, Rendered, render

# Below this many new texts a second process costs more than it saves.
WORTH_A_PROCESS = 40
_CHUNK = 16


def fingerprint() -> str:
    """Return what the rendering depends on besides the text."""
    names = ("markdown", "pymdown-extensions", "pygments")
    return json.dumps([REVISION, *(version(name) for name in names)])


def processes() -> int:
    """Return how many processes a build may use: INKSTEAD_PROCESSES, else one a core."""
    wish = os.environ.get("INKSTEAD_PROCESSES", "")
    return int(wish) if wish.isdigit() and int(wish) > 0 else (os.cpu_count() or 1)


def render_all(
    jobs: Mapping[str, Job], cache: Cache, progress: Callable[[int, int], None]
) -> dict[str, Rendered | Exception]:
    """Render jobs by name; what could not be rendered comes back as its exception."""
    base = fingerprint()
    keys = {name: key("text", base, _key_of(job)) for name, job in jobs.items()}
    done: dict[str, Rendered | Exception] = {}
    for name, place in keys.items():
        found = cache.get(place)
        if found is not None:
            done[name] = _load(found)
    missing = [name for name in jobs if name not in done]
    for name, result in _run(missing, jobs):
        done[name] = result
        if isinstance(result, Rendered):
            cache.put(keys[name], _dump(result))
        progress(len(done), len(jobs))
    return done


def _run(names: list[str], jobs: Mapping[str, Job]) -> Iterable[tuple[str, Rendered | Exception]]:
    count = min(processes(), len(names) // WORTH_A_PROCESS + 1)
    if count < 2:
        yield from ((name, _attempt(jobs[name])) for name in names)
        return
    with concurrent.futures.ProcessPoolExecutor(
        count, mp_context=context(), initializer=follow
    ) as pool:
        results = pool.map(_attempt, [jobs[name] for name in names], chunksize=_CHUNK)
        yield from zip(names, results, strict=True)


def context() -> multiprocessing.context.BaseContext:
    """Return how processes are started: a fork, which has everything loaded, where it is safe."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _attempt(job: Job) -> Rendered | Exception:
    try:
        return render(job)
    except Exception as cause:  # one bad text must not hide the others
        return ValueError(f"{type(cause).__name__}: {cause}")


def _key_of(job: Job) -> str:
    return json.dumps(dataclasses.astuple(job))


def _dump(rendered: Rendered) -> bytes:
    return json.dumps(dataclasses.asdict(rendered), ensure_ascii=False).encode()


def _load(raw: bytes) -> Rendered:
    values = json.loads(raw)
    headings = tuple(Heading(**each) for each in values["headings"])
    return Rendered(values["html"], headings, Length(**values["length"]), values["beginning"])
