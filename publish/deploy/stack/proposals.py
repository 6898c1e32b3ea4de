"""A change set as values: what would change in a stack, and what must never be taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from publish.contract.catalogue import N_
from publish.deploy.answers import Said

Kind: TypeAlias = Literal["create", "update", "none"]
Do: TypeAlias = Literal["add", "modify", "remove", "import"]
Replaced: TypeAlias = Literal["no", "maybe", "yes"]

REPLACE = "replace"
"""The word that insists on another mail domain; nothing insists on losing a bucket or the table."""

_BY_NAME = {
    "AWS::DynamoDB::Table": frozenset({"TableName", "KeySchema", "AttributeDefinitions"}),
    "AWS::S3::Bucket": frozenset({"BucketName", "BucketNamePrefix", "BucketNamespace"}),
    "AWS::SES::EmailIdentity": frozenset({"EmailIdentity"}),
}
"""What holds data, and the properties whose change makes a new one."""
_MAIL = "AWS::SES::EmailIdentity"
_WAY_OUT = N_("the mail domain of the stack would go or be another one (say --insist {word})")
_NEVER = N_(
    '"{resource}" ({kind}) of the stack would be taken away or made anew, and with it what it holds'
    " (this is refused: undo the change of name, region or account in site.toml)"
)


class StackError(Said):
    """The stack cannot be set up or changed; the message is one of the catalogue."""

    def __init__(self, message: str, **values: str) -> None:
        super().__init__(message, values)


class StackGuard(StackError):
    """A change would take data away; `insist` is the word that allows it, "" for none."""

    def __init__(self, message: str, insist: str = "", **values: str) -> None:
        super().__init__(message, **values)
        self.insist = insist


@dataclass(frozen=True)
class Change:
    """What happens to one part of a stack; `properties` are those that change."""

    do: Do
    resource: str
    kind: str
    replaced: Replaced = "no"
    properties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """Changes of a stack that wait to be executed or discarded."""

    stack: str
    kind: Kind
    changes: tuple[Change, ...] = ()
    change_set: str = ""
    stack_id: str = ""


def change(told: Mapping[str, Any]) -> Change:
    """Return a change as CloudFormation tells of it (ResourceChange)."""
    targets = [each.get("Target", {}) for each in told.get("Details", ())]
    names = {str(each.get("Name") or each.get("Attribute", "")) for each in targets}
    do: Do = _DO.get(str(told["Action"]), "modify")
    return Change(
        do=do,
        resource=str(told["LogicalResourceId"]),
        kind=str(told["ResourceType"]),
        replaced=_replaced(told) if do == "modify" else "no",
        properties=tuple(sorted(names - {""})),
    )


_DO: Mapping[str, Do] = {
    "Add": "add",
    "Modify": "modify",
    "Remove": "remove",
    "Import": "import",
    "Dynamic": "modify",
}


def _replaced(told: Mapping[str, Any]) -> Replaced:
    """Return whether a part is made anew.

    "Conditional" is "no" for what holds data where no property that makes a new one changes; who
    tells no properties is not believed.
    """
    said = str(told.get("Replacement", "False"))
    if said != "Conditional":
        return "yes" if said == "True" else "no"
    risky = {
        str(target.get("Name", ""))
        for target in (each.get("Target", {}) for each in told.get("Details", ()))
        if target.get("RequiresRecreation") != "Never"
    }
    naming = _BY_NAME.get(str(told["ResourceType"]), risky)
    return "maybe" if risky & naming or not risky or "" in risky else "no"


def guard(changes: Iterable[Change], insist: frozenset[str] = frozenset()) -> None:
    """Refuse changes that would take data away.

    Raises:
        StackGuard: they would; the first one is named.

    """
    for each in changes:
        if each.kind not in _BY_NAME or (each.do != "remove" and each.replaced == "no"):
            continue
        if each.kind != _MAIL:
            raise StackGuard(_NEVER, resource=each.resource, kind=each.kind)
        if REPLACE not in insist:
            raise StackGuard(_WAY_OUT, REPLACE, word=REPLACE)
