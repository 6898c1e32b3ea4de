"""Stripe's own description of its API, as JSON Schema: what is sent and returned is held to it."""

from __future__ import annotations

import functools
import gzip
import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

_FILE = Path(__file__).with_name("api-shapes.json.gz")
_DELETED = {"customer", "product", "coupon", "webhook_endpoint"}


@functools.cache
def described() -> dict[str, Any]:
    """Return the description, OpenAPI's `nullable` turned into JSON Schema, objects closed."""
    with gzip.open(_FILE) as file:
        found: dict[str, Any] = _converted(json.load(file))
    return found


def _converted(value: Any) -> Any:
    if isinstance(value, list):
        return [_converted(each) for each in value]
    if not isinstance(value, dict):
        return value
    inner = {name: _converted(each) for name, each in value.items() if name != "nullable"}
    if "properties" in inner and isinstance(inner.get("type"), str):
        inner.setdefault("additionalProperties", False)
    if value.get("nullable") is True:
        return {"anyOf": [inner, {"type": "null"}]}
    return inner


@functools.cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{schema}", **_components()})


@functools.cache
def _components() -> dict[str, Any]:
    return {"components": described()["components"]}


def check_object(value: Any) -> None:
    """Fail unless an object, or every object of a list, is one that Stripe could return."""
    if value.get("object") == "list":
        assert set(value) == {"object", "data", "has_more", "url"}
        for each in value["data"]:
            check_object(each)
        return
    kind = value["object"]
    schema = f"deleted_{kind}" if value.get("deleted") else kind
    wrong = [*_validator(schema).iter_errors(value)]
    assert not wrong, f"{schema}: " + "; ".join(_place(each) for each in wrong)


def _place(error: Any) -> str:
    inner = max(error.context, key=lambda e: len(e.absolute_path), default=error)
    return f"{list(inner.absolute_path)}: {inner.message[:200]}"


def operation(method: str, path: str) -> dict[str, Any]:
    """Return what Stripe says of an address."""
    for known, methods in described()["paths"].items():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", known)
        if re.fullmatch(pattern, path) and method.lower() in methods:
            found: dict[str, Any] = methods[method.lower()]
            return found
    raise AssertionError(f"Stripe has no {method} {path}")


def parameters(method: str, path: str) -> dict[str, Any]:
    """Return the schema of each parameter that an address takes."""
    told = operation(method, path)
    listed = {each["name"]: each["schema"] for each in told.get("parameters", ())}
    content = told.get("requestBody", {}).get("content", {})
    form = content.get("application/x-www-form-urlencoded", {}).get("schema", {})
    return {**listed, **form.get("properties", {})}


def check_request(method: str, path: str, params: dict[str, Any]) -> None:
    """Fail unless Stripe would take these parameters, in their types."""
    known = parameters(method, path)
    schema = {
        "type": "object",
        "properties": known,
        "additionalProperties": False,
        **_components(),
    }
    wrong = [*Draft202012Validator(schema).iter_errors(params)]
    assert not wrong, f"{method} {path}: " + "; ".join(_place(each) for each in wrong)
