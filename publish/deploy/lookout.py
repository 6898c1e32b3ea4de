"""Asking the build, as a process, whether words that are premium today are in older texts.

Whatever goes wrong on the way is no answer, and no answer is a no: nothing older goes live then.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from publish.contract.catalogue import N_
from publish.processes import environ
from publish.trouble import Failure

VERSION = 1
# -P: a folder named plugins where the creator stands is not ours.
_PROGRAM = (sys.executable, "-P", "-m", "plugins.engine.lookout")
_LAST = 300
_BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, subprocess.SubprocessError)

Search: TypeAlias = Callable[[Path], Mapping[str, frozenset[str]]]
"""From a folder with an order in it to the names of the texts in which something was found, and
whose it is.
"""


@dataclass
class Order:
    """What to look for, and where: written into a folder as the build reads it."""

    folder: Path
    home: str
    secrets: list[tuple[str, str, bool]] = field(default_factory=list)
    files: list[tuple[str, Sequence[str], Sequence[str]]] = field(default_factory=list)
    public: list[str] = field(default_factory=list)
    texts: list[tuple[str, str, bool]] = field(default_factory=list)

    def add_secret(self, owner: str, body: bytes, *, runs_only: bool = False) -> None:
        """Add a premium fragment, or a file of which only whole runs of words count."""
        self.secrets.append((owner, self._write("secret", len(self.secrets), body), runs_only))

    def add_public(self, body: bytes) -> None:
        """Add a text that everybody may read today."""
        self.public.append(self._write("public", len(self.public), body))

    def add_text(self, name: str, body: bytes, *, is_text: bool = True) -> None:
        """Add what is to be searched; what is no text need not be readable."""
        self.texts.append((name, self._write("text", len(self.texts), body), is_text))

    def write(self) -> None:
        """Write down the order itself, last."""
        told = {
            "version": VERSION,
            "home": self.home,
            "secrets": self.secrets,
            "files": self.files,
            "public": self.public,
            "texts": self.texts,
        }
        (self.folder / "order.json").write_text(json.dumps(told), "utf-8")

    def _write(self, kind: str, number: int, body: bytes) -> str:
        name = f"{kind}-{number}"
        (self.folder / name).write_bytes(body)
        return name


def search(folder: Path, program: Sequence[str] = _PROGRAM) -> Mapping[str, frozenset[str]]:
    """Return the names of the texts of an order in which something premium was found, and whose.

    Raises:
        Failure: there is no whole answer.

    """
    try:
        done = subprocess.run(
            [*program, str(folder)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environ(),
            check=True,
        )
        answer = json.loads(done.stdout)
        count = len(json.loads((folder / "order.json").read_bytes())["texts"])
        if (answer["version"], answer["searched"]) != (VERSION, count):
            raise ValueError(answer["version"], answer["searched"])
        return {str(name): frozenset(map(str, each)) for name, each in answer["tainted"].items()}
    except _BROKEN as cause:
        raise Failure(
            N_(
                "the search for premium text did not come to its end, so nothing is rolled back"
                " ({cause})"
            ),
            cause=_last_words(cause),
        ) from cause


def _last_words(cause: Exception) -> str:
    """Return the last line of a process that failed; it quotes none of the texts."""
    stderr = getattr(cause, "stderr", None) or b""
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return (lines[-1] if lines else repr(cause))[:_LAST]
