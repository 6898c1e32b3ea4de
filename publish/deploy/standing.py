"""What stands in the account of a site, as far as looking tells: its stack and what that says."""

from __future__ import annotations

from dataclasses import dataclass

from publish.deploy import answers
from publish.deploy.clients import Clients
from publish.deploy.stack.outputs import Outputs


@dataclass(frozen=True)
class Standing:
    """A stack: its status as CloudFormation names it, why, and the names of its parts."""

    status: str
    reason: str
    outputs: Outputs

    @property
    def usable(self) -> bool:
        """Tell whether its parts are there and nothing changes them just now."""
        return self.status.endswith("_COMPLETE") and self.status not in _NOTHING_THERE

    @property
    def there(self) -> bool:
        """Tell whether its parts are there, be it that something changes them just now."""
        return bool(self.outputs.edge_function) and self.status not in _NOTHING_THERE


_NOTHING_THERE = ("ROLLBACK_COMPLETE", "DELETE_COMPLETE")
_NO_STACK = "ValidationError"


def standing(clients: Clients, name: str) -> Standing | None:
    """Return the stack of a name, None where there is none.

    Raises:
        Refused, Unreachable: what AWS says.

    """
    client = clients.of("cloudformation")
    try:
        told = answers.ask(
            lambda: client.describe_stacks(StackName=name), "cloudformation:DescribeStacks", name
        )
    except answers.No as cause:
        if cause.code == _NO_STACK and "does not exist" in str(cause):
            return None
        raise
    found = told["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}
    return Standing(found["StackStatus"], found.get("StackStatusReason", ""), Outputs.read(outputs))
