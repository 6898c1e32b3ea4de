"""The code of the edge: which release is live and where each of its paths stands, in one write."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from publish.deploy.layering import NOWHERE, Overrides
from publish.deploy.ports import DeployError

LARGEST = 10_240
"""Bytes that CloudFront takes."""
_TEMPLATE = Path(__file__).with_name("edge.js")
_MARK = "// "


class TooLarge(DeployError):
    """The code does not fit; a plan that gathers its layers does."""


def code(
    release_id: str,
    layers: Sequence[str] = (),
    overrides: Overrides = NOWHERE,
    host: str = "",
) -> bytes:
    """Return the code that makes a release live, the same bytes for the same release.

    `layers` are its layers, the base first; `host` the canonical one ("" for any); a release ""
    is none yet.

    Raises:
        TooLarge: it is more than CloudFront takes.

    """
    told = _told({"release": release_id, "host": host})
    constants = {
        "R": release_id,
        "H": host.lower(),
        "L": list(layers),
        "S": overrides.salt,
        "P": overrides.packed,
        "B": list(overrides.bare),
    }
    line = ",".join(f"{name}={_told(value)}" for name, value in constants.items())
    made = f"{_MARK}{told}\nconst {line};\n{_body()}".encode()
    if len(made) > LARGEST:
        raise TooLarge(f"the code of the edge has {len(made)} bytes, {LARGEST} are allowed")
    return made


def room(layers: Sequence[str], host: str) -> int:
    """Return how many bytes are left for the overrides."""
    return LARGEST - len(code("0" * 16, layers, NOWHERE, host))


def told(made: bytes) -> Mapping[str, str]:
    """Return what code says of itself: `release` and `host`, both "" where it is not ours."""
    first = made.partition(b"\n")[0]
    try:
        found = json.loads(first.decode().removeprefix(_MARK))
        return {"release": str(found["release"]), "host": str(found["host"])}
    except (ValueError, KeyError, TypeError):
        return {"release": "", "host": ""}


def _told(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


@cache
def _body() -> str:
    """Return the template without comments and indentation."""
    lines = (line.strip() for line in _TEMPLATE.read_text("utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"
