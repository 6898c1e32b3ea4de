"""What a look at one thing found, and many looks at once, none of which keeps another waiting."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from publish.contract.catalogue import N_, Words
from publish.deploy.answers import Said
from publish.trouble import Trouble

Level: TypeAlias = Literal["ok", "warning", "wrong", "unknown"]


@dataclass(frozen=True)
class Finding:
    """One line: how it stands with what `name` names, in a sentence, and the way out of it.

    `name`, `text` and `way` are messages of the catalogue, with `values` for the places in both.
    """

    level: Level
    name: str
    text: str
    way: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, words: Words) -> str:
        """Return the sentence in a language."""
        return words.gettext(self.text).format(**self.values)

    def way_out(self, words: Words) -> str:
        """Return what to do in a language, "" for nothing."""
        return words.gettext(self.way).format(**self.values) if self.way else ""


Look: TypeAlias = Callable[[], Iterable[Finding]]
Check: TypeAlias = tuple[str, Look]
"""What is looked at, and the look."""

NO_ANSWER = N_("no answer in time")
FAILED = N_("could not be looked at: {cause}")
AGAIN = N_("run it again")


def looked(checks: Sequence[Check], seconds: float = 20.0) -> Iterator[Finding]:
    """Yield what all looks find, in their order; one that takes too long is left behind."""
    waiting = [_begun(name, look) for name, look in checks]
    end = time.monotonic() + seconds
    for (name, _), found in zip(checks, waiting, strict=True):
        try:
            yield from found.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            yield Finding("unknown", name, NO_ANSWER, AGAIN)


def _begun(name: str, look: Look) -> queue.Queue[list[Finding]]:
    found: queue.Queue[list[Finding]] = queue.Queue()
    threading.Thread(target=lambda: found.put(_safely(name, look)), daemon=True).start()
    return found


def _safely(name: str, look: Look) -> list[Finding]:
    """Return what a look finds; one that fails says so and stops no other."""
    try:
        return list(look())
    except (Said, Trouble) as cause:
        return [Finding("unknown", name, cause.message, "", cause.values)]
    except Exception as cause:
        return [Finding("unknown", name, FAILED, "", {"cause": str(cause) or type(cause).__name__})]
