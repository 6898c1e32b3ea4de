"""A site's stack for tests: its settings, its template, and one that stands on ministack."""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from publish.deploy.headers import security
from publish.deploy.settings import Deployment
from publish.deploy.stack import granting
from publish.deploy.stack.names import Names
from publish.deploy.stack.outputs import Outputs
from publish.deploy.stack.provision import Stacks
from publish.deploy.stack.states import StackState
from publish.deploy.stack.template import Template, template
from tests.aws import REGION, Aws

SECRET = "a secret of the origin that is long enough"
CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/1f5a80a3-271c-4f6a-9d1c-8a84791c8fc1"
DOMAIN = {
    "Host": "example.com",
    "Twin": "www.example.com",
    "Certificate": CERTIFICATE,
    "Origin": "https://example.com",
}
FIRST = {"OriginSecret": SECRET}


def deployment(name: str = "inkstead-example-com", **more: Any) -> Deployment:
    """Return settings; on ministack the budget has to be 0, it has none."""
    told = {"region": REGION, "alarms": "me@example.com", "github": "owner/site", **more}
    return Deployment(name=name, host="example.com", **told)


def whole(told: Deployment | None = None, account: str = "123456789012") -> Template:
    """Return a template with everything that a site can have."""
    made = told or deployment(embeds=("https://www.youtube-nocookie.com",))
    return template(made, security(made.embeds), account=account, mail="example.com")


def fresh(**more: Any) -> Deployment:
    """Return settings of a site that nobody has yet, for ministack."""
    return deployment(f"site-{secrets.token_hex(4)}", **{"budget": 0, **more})


def of_kind(made: Template, kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of every resource of a kind."""
    return {
        name: each["Properties"]
        for name, each in made["Resources"].items()
        if each["Type"] == f"AWS::{kind}"
    }


def account(aws: Aws) -> str:
    return str(aws.client("sts").get_caller_identity()["Account"])


def stacks(aws: Aws) -> Stacks:
    return Stacks(aws.client("cloudformation"), aws.client("s3"), pause=lambda _: None)


def set_up(
    aws: Aws, told: Deployment | None = None, parameters: Mapping[str, str] = DOMAIN
) -> StackState:
    """Return a stack that stands, with a name of its own."""
    made = told or fresh()
    there = stacks(aws)
    wanted = whole(made, account(aws))
    return there.execute(there.propose(made.name, wanted, {**FIRST, **parameters}))


def names(aws: Aws, state: StackState) -> Names:
    return Names(state.name, account(aws), REGION)


def within_ministack(aws: Aws, outputs: Outputs) -> None:
    """Loosen a stack where ministack is not as AWS is; nothing else works without.

    It has no TLS to speak, and knows secrets and mails by no resource but "*".
    """
    speak_http(aws, outputs)
    asked = ["ssm:GetParameters", "ses:SendEmail", "ses:SendRawEmail"]
    more = granting.document(granting.allow("All", asked, "*"))
    aws.client("iam").put_role_policy(
        RoleName=outputs.function, PolicyName="ministack", PolicyDocument=json.dumps(more)
    )


def widened(document: dict[str, Any]) -> dict[str, Any]:
    """Return a policy that ministack enforces as far as it can; see above."""
    told = copy.deepcopy(document)
    for each in told["Statement"]:
        if each["Sid"] in ("Edge", "EdgeFunction", "Secrets", "Mails"):
            each["Resource"] = "*"
    return told


def speak_http(aws: Aws, outputs: Outputs) -> None:
    """Take "only with TLS" away from the buckets, for clients other than the account's root."""
    s3 = aws.client("s3")
    for bucket in (outputs.site_bucket, outputs.private_bucket):
        try:
            policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
        except ClientError:  # done already: there is no policy left
            continue
        rest = [each for each in policy["Statement"] if each["Sid"] != "OnlyTls"]
        if rest:
            policy["Statement"] = rest
            s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
        else:
            s3.delete_bucket_policy(Bucket=bucket)
