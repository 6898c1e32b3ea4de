"""A stack as it stands, read from what CloudFormation tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from publish.deploy.stack.outputs import Outputs
from publish.deploy.stack.template import FINGERPRINT, Template, effective, fingerprint

State: TypeAlias = Literal["review", "working", "standing", "stuck", "wreck", "gone"]

TAG = "inkstead"
"""The tag by which a stack, and all that is in it, is known as ours."""
_NEVER_STOOD = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")


@dataclass(frozen=True)
class StackState:
    """A stack: its status as CloudFormation calls it, and what it tells of itself.

    `outputs` are those of a site's stack, `told` all of them by their names.
    """

    name: str
    id: str
    status: str
    reason: str = ""
    outputs: Outputs = field(default_factory=lambda: Outputs.read({}))
    told: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """Return what can be done with it: a wreck never stood, or is half gone; it can only go."""
        if self.status == "REVIEW_IN_PROGRESS":
            return "review"
        if self.status.endswith("IN_PROGRESS"):
            return "working"
        if self.status == "DELETE_COMPLETE":
            return "gone"
        if self.status == "UPDATE_ROLLBACK_FAILED":
            return "stuck"
        return "wreck" if self.status in _NEVER_STOOD else "standing"

    @property
    def ours(self) -> bool:
        """Tell whether Inkstead made it; one in review holds nothing and may be taken."""
        return TAG in self.tags or FINGERPRINT in self.told or self.state == "review"

    @property
    def there(self) -> bool:
        """Tell whether its parts are there, be it that something changes them just now."""
        return bool(self.outputs.edge_function) and self.state != "wreck"

    @property
    def page(self) -> str:
        """Return the page of the console that shows it."""
        region = self.id.split(":")[3]
        place = f"https://{region}.console.aws.amazon.com/cloudformation/home?region={region}"
        return f"{place}#/stacks/stackinfo?stackId={self.id}"

    def is_made_of(self, template: Template, parameters: Mapping[str, str]) -> bool:
        """Tell whether it is what a template and these parameters make: no change set needed."""
        known = effective(template, parameters, self.parameters)
        return self.state == "standing" and self.outputs.fingerprint == fingerprint(template, known)


def read(told: Mapping[str, Any]) -> StackState:
    """Return a stack as DescribeStacks tells of it."""
    outputs = {each["OutputKey"]: str(each["OutputValue"]) for each in told.get("Outputs", ())}
    parameters = {
        each["ParameterKey"]: str(each.get("ParameterValue", ""))
        for each in told.get("Parameters", ())
    }
    return StackState(
        name=str(told["StackName"]),
        id=str(told["StackId"]),
        status=str(told["StackStatus"]),
        reason=str(told.get("StackStatusReason", "")),
        outputs=Outputs.read(outputs),
        told=outputs,
        parameters=parameters,
        tags={each["Key"]: str(each["Value"]) for each in told.get("Tags", ())},
    )


def region_of(s3: Any, bucket: str) -> str:
    """Return the region in which a bucket stands, "" where there is none that we may see."""
    from botocore.exceptions import ClientError

    try:
        told = s3.head_bucket(Bucket=bucket)
    except ClientError as cause:
        told = cause.response
        if told.get("ResponseMetadata", {}).get("HTTPStatusCode") != 301:
            return ""
    headers = told.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return str(headers.get("x-amz-bucket-region", ""))
