"""CloudFormation that answers from a list: nothing on ministack takes time, or fails late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from publish.deploy.stack.states import TAG

ID = "arn:aws:cloudformation:eu-central-1:123456789012:stack/site/1"


class Scripted:
    """CloudFormation whose stack goes through states; the last one stays."""

    def __init__(self, *states: str, reasons: tuple[str, ...] = ()) -> None:
        self.states = list(states)
        self.reasons = list(reasons)
        self.asked: list[str] = []
        self.told = 0

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        def answer(**parameters: Any) -> dict[str, Any]:
            self.asked.append(name)
            return {"Id": "change", "StackId": ID, "Status": "CREATE_COMPLETE"}

        return answer

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        told = {
            "StackName": "site",
            "StackId": ID,
            "StackStatus": state,
            "Tags": [{"Key": TAG, "Value": "site"}],
        }
        return {"Stacks": [told]}

    def describe_stack_events(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        events = [
            {
                "EventId": str(number),
                "LogicalResourceId": "Part",
                "ResourceType": "AWS::SNS::Topic",
                "ResourceStatus": "UPDATE_FAILED",
                "ResourceStatusReason": reason,
            }
            for number, reason in enumerate(self.reasons)
        ]
        return {"StackEvents": events[::-1]}
