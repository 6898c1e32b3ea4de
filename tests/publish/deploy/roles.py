"""Somebody at AWS who has one policy and nothing else."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from publish.deploy.stack.granting import Document
from tests.aws import Aws
from tests.publish.deploy.stack.stacks import account, widened


@dataclass(frozen=True)
class Role:
    """A role at AWS, and the keys of somebody who has taken it on."""

    aws: Aws
    name: str

    @property
    def environment(self) -> dict[str, str]:
        arn = f"arn:aws:iam::{account(self.aws)}:role/{self.name}"
        told = self.aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")
        keys = told["Credentials"]
        return {
            **self.aws.environment(),
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }

    def may(self, document: Document) -> None:
        """Let it do what a document says, and nothing that one before it said."""
        self.aws.client("iam").put_role_policy(
            RoleName=self.name, PolicyName="inkstead", PolicyDocument=json.dumps(document)
        )


def made(aws: Aws) -> Role:
    """Return a role that may do nothing yet."""
    name = f"role-{secrets.token_hex(4)}"
    root = f"arn:aws:iam::{account(aws)}:root"
    trust = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)
    return Role(aws, name)


def allow(role: Role, document: Document, *, but: str = "") -> None:
    """Let a role do what a document says, but for one action, as far as ministack enforces it."""
    told = widened(document)
    for each in told["Statement"]:
        if each["Sid"] == "Stack":  # ministack finds no stack in the name of a change set
            each["Resource"] = "*"
    if but:
        told["Statement"].append({"Effect": "Deny", "Action": but, "Resource": "*"})
    role.may(told)


def speak_tls(s3: Any) -> None:
    """Let a client of S3 say what ministack takes for TLS."""
    s3.meta.events.register("before-sign.s3", _through_tls)


def _through_tls(request: Any, **_: Any) -> None:
    request.headers["X-Forwarded-Proto"] = "https"
