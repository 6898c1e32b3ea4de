"""What a publish or a rollback will do, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from publish.deploy.release import Release

Reason: TypeAlias = Literal["new", "changed", "headers", "gathered", "gone", "gated"]
"""Why: not there before; other bytes; other headers; a new base gathers all layers; no longer part
of the site; behind the paywall since."""
Where: TypeAlias = Literal["site", "private"]
Phase: TypeAlias = Literal[
    "lock", "assets", "pages", "private", "record", "verify", "bundle", "flip", "pointer", "seal",
    "error-page", "invalidate", "ping", "collect", "unlock",
]  # fmt: skip


@dataclass(frozen=True)
class Action:
    """One object that is written, or one path that goes; `bytes` is what travels."""

    do: Literal["put", "drop"]
    where: Where
    path: str
    reason: Reason
    bytes: int = 0


@dataclass(frozen=True)
class Plan:
    """Everything that a publish or a rollback will do.

    `live` is the id of the release that readers get now ("" for none), `release` the record of the
    one they will get, `code` what the edge will run. `puts` and `private_puts` are the paths of
    `release` whose bytes travel, `sources` where those are. `sealed` are keys of the site bucket
    that must not be readable any more (behind the paywall since), `invalidate` the paths to forget,
    `pings` the addresses of feeds that changed. `actions` say all of it with its reason. `over` is
    the code that the edge ran when the plan was made, where that is known.
    """

    live: str
    release: Release
    code: bytes
    actions: tuple[Action, ...]
    puts: tuple[str, ...]
    private_puts: tuple[str, ...]
    sealed: tuple[str, ...] = ()
    invalidate: tuple[str, ...] = ()
    pings: tuple[str, ...] = ()
    sources: Mapping[str, bytes | Path] = field(default_factory=dict, repr=False)
    over: bytes = b""

    @property
    def changes(self) -> bool:
        """Tell whether readers will get anything else than now."""
        return self.live != self.release.id
