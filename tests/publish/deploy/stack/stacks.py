"""A site's stack for tests: its settings, its template, and one that stands on ministack."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from publish.deploy.headers import SECURITY
from publish.deploy.settings import Deployment
from publish.deploy.stack.names import Names
from publish.deploy.stack.outputs import Outputs
from publish.deploy.stack.provision import Stacks, StackState
from publish.deploy.stack.template import Template, template
from tests.aws import REGION, Aws

SECRET = "a secret of the origin that is long enough"
CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/1f5a80a3-271c-4f6a-9d1c-8a84791c8fc1"
DOMAIN = {"Host": "example.com", "Certificate": CERTIFICATE, "Origin": "https://example.com"}
FIRST = {"OriginSecret": SECRET, "Budget": "0"}
"""Without a budget: ministack has none."""


def deployment(name: str = "inkstead-example-com", **more: Any) -> Deployment:
    told = {"region": REGION, "alarms": "me@example.com", "github": "owner/site", **more}
    return Deployment(name=name, host="example.com", **told)


def whole(told: Deployment | None = None, account: str = "123456789012") -> Template:
    """Return a template with everything that a site can have."""
    made = told or deployment(embeds=("https://www.youtube-nocookie.com",))
    return template(made, SECURITY(made.embeds), account=account, mail="example.com")


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
    made = told or deployment(f"site-{secrets.token_hex(4)}")
    there = stacks(aws)
    wanted = whole(made, account(aws))
    return there.execute(there.propose(made.name, wanted, {**FIRST, **parameters}))


def names(aws: Aws, state: StackState) -> Names:
    return Names(state.name, account(aws), REGION)


def speak_http(aws: Aws, outputs: Outputs) -> None:
    """Take "only with TLS" away from the buckets: ministack here has no TLS to speak."""
    s3 = aws.client("s3")
    for bucket in (outputs.site_bucket, outputs.private_bucket):
        policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
        rest = [each for each in policy["Statement"] if each["Sid"] != "OnlyTls"]
        if rest:
            policy["Statement"] = rest
            s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
        else:
            s3.delete_bucket_policy(Bucket=bucket)
