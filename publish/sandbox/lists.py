"""Lists, page by page, and objects inside objects where `expand[]` asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from publish.sandbox.params import Refused, missing
from publish.sandbox.state import Books, Object

_DEPTH = 4
_MOST, _USUAL = 100, 10
_PAGING = ("limit", "starting_after", "ending_before", "created", "expand")


def listed(
    books: Books, kind: str, url: str, params: Mapping[str, Any], items: Sequence[Object] | None
) -> Object:
    """Return one page of a list, newest first."""
    found = [*(books.all(kind) if items is None else items)]
    found = [each for each in found if not each.get("deleted") and _fits(books, each, params)]
    limit = params.get("limit") or _USUAL
    if not 1 <= limit <= _MOST:
        raise Refused("Invalid integer: limit must be between 1 and 100", param="limit")
    page, more = _page(found, kind, params, limit)
    return {"object": "list", "data": page, "has_more": more, "url": url}


def _page(
    found: list[Object], kind: str, params: Mapping[str, Any], limit: int
) -> tuple[list[Object], bool]:
    keys = [each["id"] for each in found]
    for name in ("starting_after", "ending_before"):
        if (key := params.get(name)) and key not in keys:
            raise missing(kind, key, name)
    if key := params.get("ending_before"):
        before = found[: keys.index(key)]
        return before[-limit:], len(before) > limit
    start = keys.index(params["starting_after"]) + 1 if params.get("starting_after") else 0
    return found[start : start + limit], len(found) > start + limit


def _fits(books: Books, value: Object, params: Mapping[str, Any]) -> bool:
    for name, wanted in params.items():
        if name in _PAGING or wanted is None:
            continue
        if not _matches(books, value, name, wanted):
            return False
    return _made(value["created"], params.get("created") or {}) if "created" in value else True


def _matches(books: Books, value: Object, name: str, wanted: Any) -> bool:
    if name == "lookup_keys":
        return value["lookup_key"] in wanted
    if name == "ids":
        return value["id"] in wanted
    if name == "types":
        return value["type"] in wanted
    if name == "delivery_success":
        return (value["pending_webhooks"] == 0) is wanted
    if value["object"] == "invoice" and name == "subscription":
        parent = value["parent"] or {}
        return bool(parent and parent["subscription_details"]["subscription"] == wanted)
    if value["object"] == "subscription":
        return _subscribed(value, name, wanted)
    if isinstance(wanted, dict):
        inner = value.get(name) or {}
        return all(inner.get(each) == thing for each, thing in wanted.items())
    return bool(value.get(name) == wanted)


def _subscribed(value: Object, name: str, wanted: Any) -> bool:
    if name == "status":
        ended = value["status"] in ("canceled", "incomplete_expired")
        return wanted == "all" or value["status"] == wanted or (wanted == "ended" and ended)
    if name == "price":
        return any(each["price"]["id"] == wanted for each in value["items"]["data"])
    return bool(value.get(name) == wanted)


def _made(created: int, times: Mapping[str, int]) -> bool:
    tests = {
        "gt": created.__gt__,
        "gte": created.__ge__,
        "lt": created.__lt__,
        "lte": created.__le__,
    }
    return all(tests[name](limit) for name, limit in times.items() if limit is not None)


def expanded(books: Books, value: Object, paths: Sequence[str]) -> Object:
    """Return an object with what `expand[]` names put in its place.

    Raises:
        Refused: there is nothing to expand.

    """
    for path in paths:
        steps = path.split(".")
        if len([step for step in steps if step != "data"]) > _DEPTH:
            raise Refused("You cannot expand more than 4 levels of a property", param="expand")
        value = _expand(books, value, steps, path)
    return value


def _expand(books: Books, value: Any, steps: Sequence[str], path: str) -> Any:
    if value is None or not steps:
        return value
    if isinstance(value, list):
        return [_expand(books, each, steps, path) for each in value]
    name, rest = steps[0], steps[1:]
    inner = value[name] if name in value else _virtual(books, value, name)
    if name not in value and inner is None:
        raise Refused(f"This property cannot be expanded ({path}).", param="expand")
    found = [_whole(books, e) for e in inner] if isinstance(inner, list) else _whole(books, inner)
    return value | {name: _expand(books, found, rest, path)}


def _whole(books: Books, value: Any) -> Any:
    return (books.find(value) or value) if isinstance(value, str) else value


def _virtual(books: Books, value: Object, name: str) -> Any:
    """Return what an object shows only when it is asked for."""
    if "id" not in value:
        return None
    held = books.hidden(value["id"]).get("more", {})
    if name in held:
        return held[name]
    for kind, field, of in (
        ("refund", "refunds", "charge"),
        ("subscription", "subscriptions", "customer"),
    ):
        if name == field and value["object"] == of:
            found = books.all(kind, **{of: value["id"]})
            url = f"/v1/{kind}s?{of}={value['id']}"
            return {"object": "list", "data": found, "has_more": False, "url": url}
    return None
