"""What a finished stack tells of itself: the names of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self


@dataclass(frozen=True)
class Outputs:
    """The outputs of the stack; each field is the output of the same name in CamelCase.

    `origin` is the address that the service takes for its own ("" before the second pass of a first
    publish); `fingerprint` the hash of the template and of the open parameters it was made with.
    """

    site_bucket: str
    private_bucket: str
    distribution: str
    domain: str
    edge_function: str
    function: str
    table: str
    region: str
    origin: str
    configuration_set: str
    deploy_role: str
    alarm_topic: str
    fingerprint: str

    @classmethod
    def read(cls, told: Mapping[str, str]) -> Self:
        """Return them from the outputs of a stack; one that is missing is "".

        A stack of an older version has fewer: its fingerprint differs, so it is updated first.
        """
        return cls(**{each.name: told.get(camel(each.name), "") for each in fields(cls)})


def camel(name: str) -> str:
    """Return a field's name as CloudFormation writes it: "site_bucket" is "SiteBucket"."""
    return "".join(part.title() for part in name.split("_"))
