"""How a template is written here: "${Name}" and "${Name.Attribute}" in any text are references."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

Resource: TypeAlias = dict[str, Any]
Resources: TypeAlias = dict[str, Resource]

NOTHING = {"Ref": "AWS::NoValue"}
_ALONE = re.compile(r"\$\{([\w:]+)(?:\.(\w+))?\}")


def resource(kind: str, properties: dict[str, Any], **more: Any) -> Resource:
    """Return a resource of the template; `more` are its attributes, such as `Condition`."""
    return {"Type": f"AWS::{kind}", **more, "Properties": properties}


def when(condition: str, then: Any, otherwise: Any = NOTHING) -> dict[str, Any]:
    """Return a value that depends on a condition of the template."""
    return {"Fn::If": [condition, then, otherwise]}


def given(parameter: str) -> dict[str, Any]:
    """Return the condition that a parameter is not empty."""
    return {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}


def written(value: Any) -> Any:
    """Return a tree with every reference in a text as CloudFormation writes it."""
    if isinstance(value, dict):
        return {key: written(each) for key, each in value.items()}
    if isinstance(value, list):
        return [written(each) for each in value]
    return _reference(value) if isinstance(value, str) and "${" in value else value


def _reference(text: str) -> dict[str, Any]:
    alone = _ALONE.fullmatch(text)
    if not alone:
        return {"Fn::Sub": text}
    name, attribute = alone.groups()
    return {"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}
