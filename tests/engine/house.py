"""Build content folders as creators do: another process, some folder, no terminal."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import plugins

ROOT = Path(plugins.__file__).parents[1]
AT = "2026-06-01T12:00:00Z"
SITE = """\
title = "Ground"
url = "https://ground.example"
languages = ["en", "zh-Hans"]
time_zone = "Asia/Shanghai"

[author]
name = "Mo"
"""
_CLEARED = ("INKSTEAD_CONTENT", "INKSTEAD_OUTPUT", "INKSTEAD_LANG", "INKSTEAD_PROCESSES")


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def post(body: str, **fields: str) -> str:
    """Return a source text with YAML front matter."""
    header = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"---\n{header}---\n\n{body}\n"


def product(name: str, grants: str, body: str = "A good thing.") -> str:
    """Return a product that grants some words."""
    return post(
        body,
        id=name,
        title=name.title(),
        kind="item",
        grants=grants,
        offers=f"[{{id: {name}-once, price: {{CNY: 100}}}}]",
        summary=f"All about {name}.",
    )


def site(*plugin_names: str) -> str:
    """Return a site.toml that names plugins."""
    return f"{SITE}\n[build]\nplugins = {json.dumps(list(plugin_names))}\n"


def environment(paths: tuple[Path, ...] = (), **given: str) -> dict[str, str]:
    """Return the environment of a build: this engine, then the folders of plugins."""
    kept = {name: value for name, value in os.environ.items() if name not in _CLEARED}
    found = os.pathsep.join([str(ROOT), *map(str, paths)])
    return {**kept, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONPATH": found, **given}


@dataclass(frozen=True)
class Ran:
    """What a build said."""

    code: int
    out: str
    err: str
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def done(self) -> dict[str, Any]:
        return next(each for each in reversed(self.events) if each["event"] == "done")

    @property
    def ok(self) -> bool:
        return bool(self.done["ok"])

    @property
    def good(self) -> bool:
        """Tell whether the build succeeded, whichever way it was asked for."""
        return self.code == 0 and (not self.events or self.ok)

    @property
    def errors(self) -> list[str]:
        return [
            f"{each['path']}: {each['text']}"
            for each in self.events
            if each["event"] == "problem" and each["level"] == "error"
        ]


def request(content: Path, output: Path, **more: Any) -> str:
    """Return one line that asks for a build."""
    return json.dumps({"content": str(content), "output": str(output), "at": AT, **more})


def engine(
    content: Path,
    output: Path,
    *,
    paths: tuple[Path, ...] = (),
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    command: tuple[str, ...] = ("-P", "-m", "plugins.engine"),
    lines: tuple[str, ...] = (),
    **more: Any,
) -> Ran:
    """Build in a process of its own."""
    ran = subprocess.run(
        [sys.executable, *command],
        input="".join(f"{line}\n" for line in lines or (request(content, output, **more),)),
        env=environment(paths, **(environ or {})),
        cwd=cwd,
        text=True,
        capture_output=True,
        timeout=120,
    )
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    return Ran(ran.returncode, ran.stdout, ran.stderr, events)


def pelican(content: Path, output: Path, *, paths: tuple[Path, ...] = (), **environ: str) -> Ran:
    """Build with plain Pelican."""
    return _run(
        [
            "-P",
            "-m",
            "pelican",
            str(content),
            "-s",
            str(ROOT / "pelicanconf.py"),
            "-o",
            str(output),
        ],
        paths,
        environ,
    )


def inkstead(content: Path, output: Path, *, paths: tuple[Path, ...] = (), **environ: str) -> Ran:
    """Build with the creator's command."""
    places = ["--content", str(content), "--output", str(output), "--at", AT]
    return _run(["-P", "-m", "publish.cli", "build", *places], paths, environ)


def _run(arguments: list[str], paths: tuple[Path, ...], environ: Mapping[str, str]) -> Ran:
    ran = subprocess.run(
        [sys.executable, *arguments],
        env=environment(paths, **environ),
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
        timeout=120,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its path, links followed."""
    paths = [
        Path(place) / name
        for place, _, names in os.walk(folder, followlinks=True)
        for name in names
    ]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


def generation(output: Path) -> dict[str, bytes]:
    """Return the current generation as one mapping from path to bytes."""
    current = output / "current"
    return files_of(current.resolve()) if current.exists() else {}


def whole(output: Path) -> bool:
    """Tell whether the current generation is what its manifest says it is."""
    place = (output / "current").resolve()
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    found = {
        f"public/{name}": hashlib.sha256(data).hexdigest()
        for name, data in files_of(place / "public").items()
    }
    return bool(found) and manifest["files"] == found


class Living:
    """A build process that stays, asked one request at a time."""

    def __init__(self, paths: tuple[Path, ...] = (), **environ: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "plugins.engine"],
            env=environment(paths, **environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Living:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, line: str) -> Ran:
        """Send one line and read events until the build is done."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        events: list[dict[str, Any]] = []
        while not events or events[-1]["event"] != "done":
            said = self.process.stdout.readline()
            assert said, f"the process ended: {self.process.communicate()[1]}"
            events.append(json.loads(said))
        return Ran(0, "", "", events)

    def close(self) -> Ran:
        """End its input, and return what it said besides."""
        out, err = self.process.communicate(timeout=60)
        return Ran(self.process.returncode, out, err)
