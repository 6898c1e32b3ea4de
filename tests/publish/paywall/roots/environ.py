"""An environment in which the service starts: SQLite, a folder, an outbox."""

from __future__ import annotations

from pathlib import Path

from tests.publish.paywall.generation import ORIGIN, make_generation
from tests.publish.paywall.house import KEYS

ORIGIN_SECRET = "the-secret-of-the-origin-for-the-tests"


def local_environ(folder: Path, *, generation: Path | None = None, **more: str) -> dict[str, str]:
    """Return what an operator would set for a site in this folder; `more` overrides it."""
    place = generation or make_generation(folder / "generation")
    return {
        "INKSTEAD_ORIGIN": ORIGIN,
        "INKSTEAD_STORE": f"sqlite:{folder / 'paywall.sqlite'}",
        "INKSTEAD_BODIES": f"folder:{place}",
        "INKSTEAD_MAIL": f"outbox:{folder / 'outbox'}",
        "INKSTEAD_KEYS": ",".join(KEYS),
        **more,
    }
