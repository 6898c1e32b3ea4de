"""What is sent: forms with nested names, read by a shape; and Stripe's way of saying no.

A shape is a type (`str`, `int`, `bool`, `float`), `MAP` (names to texts), a list of one shape, a
mapping of names (or `ANY_NAME`) to shapes, or a tuple of texts of which one must be given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

MAP = "map"
ANY_NAME = "*"
MOST_PAIRS = 1000


class Refused(Exception):
    """An answer of Stripe's that is an error: `status` and the body of `error`."""

    def __init__(self, message: str, status: int = 400, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        kind = more.pop("type", "invalid_request_error")
        given = {name: value for name, value in more.items() if value is not None}
        self.body: dict[str, Any] = {"error": {"type": kind, "message": message, **given}}


def decode(text: str) -> dict[str, Any]:
    """Return the nested values of a form: `a[b][0]=c`.

    Raises:
        Refused: it cannot be read.

    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PAIRS)
    except ValueError as cause:
        raise Refused("Invalid request: unable to parse the parameters") from cause
    found: dict[str, Any] = {}
    for name, value in pairs:
        _place(found, _steps(name), value)
    return {name: _lists(value) for name, value in found.items()}


def read(shape: Mapping[str, Any], raw: Mapping[str, Any], at: str = "") -> dict[str, Any]:
    """Return the values in their types; "" is None, as Stripe clears a value.

    Raises:
        Refused: something unknown, or of another type.

    """
    found = {}
    for name, value in raw.items():
        place = f"{at}[{name}]" if at else name
        wanted = shape.get(name, shape.get(ANY_NAME))
        if wanted is None:
            raise Refused(
                f"Received unknown parameter: {place}", code="parameter_unknown", param=place
            )
        found[name] = _value(wanted, value, place)
    return found


def need(params: Mapping[str, Any], *names: str) -> None:
    """Refuse a request that leaves something out.

    Raises:
        Refused: naming what is missing.

    """
    for name in names:
        if params.get(name) is None:
            raise Refused(f"Missing required param: {name}.", code="parameter_missing", param=name)


def missing(kind: str, key: str, param: str = "id") -> Refused:
    """Return the error for an object that is not there."""
    name = kind.rpartition(".")[2].replace("_", " ")
    status = 404 if param in ("id", name.replace(" ", "_")) else 400
    return Refused(f"No such {name}: '{key}'", status, code="resource_missing", param=param)


def _steps(name: str) -> list[str]:
    first, _, rest = name.partition("[")
    return [first, *(part.rstrip("]") for part in rest.split("["))] if rest else [first]


def _place(found: dict[str, Any], steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        deeper = found.setdefault(step, {})
        if not isinstance(deeper, dict):
            raise Refused("Invalid request: a parameter is both a value and a hash")
        found = deeper
    last = steps[-1] or str(len(found))
    found[last] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(each) for name, each in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def _value(shape: Any, value: Any, at: str) -> Any:
    if isinstance(shape, Mapping):
        return read(shape, _hash(value, at), at) if value != "" else None
    if isinstance(shape, list):
        items = value if isinstance(value, list) else [] if value == "" else [value]
        return [_value(shape[0], each, f"{at}[{n}]") for n, each in enumerate(items)]
    if shape == MAP:
        return {} if value == "" else _map(value, at)
    if not isinstance(value, str):
        raise Refused(f"Invalid string: {at}", param=at)
    return None if value == "" else _scalar(shape, value, at)


def _scalar(shape: Any, value: str, at: str) -> Any:
    if isinstance(shape, tuple):
        if value not in shape:
            wanted = ", ".join(shape)
            raise Refused(f"Invalid {at}: must be one of {wanted}", param=at)
        return value
    if shape is bool:
        if value not in ("true", "false"):
            raise Refused(f"Invalid boolean: {value}", param=at)
        return value == "true"
    if shape is str:
        return value
    try:
        return shape(value)
    except ValueError as cause:
        raise Refused(
            f"Invalid {'integer' if shape is int else 'decimal'}: {value}",
            code="parameter_invalid_integer" if shape is int else None,
            param=at,
        ) from cause


def _hash(value: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Refused("Invalid object", code="parameter_invalid_empty", param=at)
    return value


def _map(value: Any, at: str) -> dict[str, str]:
    # A mapping whose names are numbers was read as a list.
    given = dict(enumerate(value)) if isinstance(value, list) else _hash(value, at)
    return {str(name): str(each) for name, each in given.items()}
