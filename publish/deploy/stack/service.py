"""The function that runs the service, its address, its schedule, and what it is allowed."""

from __future__ import annotations

import json
from typing import Any

from publish.deploy import secrets
from publish.deploy.bundle import HANDLER
from publish.deploy.stack import policies
from publish.deploy.stack.granting import Document, allow, document
from publish.deploy.stack.names import Names
from publish.deploy.stack.notation import Resource, Resources, resource, when
from publish.deploy.stack.storage import LOG_DAYS

SECONDS = 28
"""Less than CloudFront waits, so that a slow answer is the service's own."""
RUNTIME = "python3.13"
PLACEHOLDER = (
    "def handler(event, context):\n    return {'statusCode': 503, 'body': 'not published yet'}\n"
)
"""What the function is until the first release: apply writes the bundle, the stack never."""


def resources(names: Names, mail: str) -> Resources:
    """Return the function and what belongs to it; `mail` is the domain that it sends for."""
    found = {
        "ServiceLog": _log(names),
        "ServiceRole": _role(names, mail),
        "Service": _function(names, mail),
        "ServiceCalls": _calls(),
        "FunctionUrl": resource(
            "Lambda::Url", {"TargetFunctionArn": "${Service.Arn}", "AuthType": "NONE"}
        ),
        # Since October 2025 an address without AWS's own sign-in needs both:
        # https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
        "UrlIsOpen": _anybody("lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE"),
        "UrlInvokes": _anybody("lambda:InvokeFunction", InvokedViaFunctionUrl=True),
    }
    return found | _schedule(names)


def _log(names: Names) -> Resource:
    return resource(
        "Logs::LogGroup",
        {"LogGroupName": names.log_group, "RetentionInDays": LOG_DAYS},
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
    )


def _role(names: Names, mail: str) -> Resource:
    return role(names.function, "lambda.amazonaws.com", policies.function(names, mail))


def role(name: str, service: str, may: Document, **conditions: Any) -> Resource:
    """Return a role that a service of AWS takes on."""
    trust: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        **({"Condition": conditions} if conditions else {}),
    }
    return resource(
        "IAM::Role",
        {
            "RoleName": name,
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [{"PolicyName": "inkstead", "PolicyDocument": may}],
        },
    )


def _function(names: Names, mail: str) -> Resource:
    """Return the function; a change of its code here would undo what apply has put there."""
    return resource(
        "Lambda::Function",
        {
            "FunctionName": names.function,
            "Description": f"Inkstead: sign-in, purchases and paid text of {names.stack}",
            "Runtime": RUNTIME,
            "Architectures": ["arm64"],
            "Handler": HANDLER,
            "Code": {"ZipFile": PLACEHOLDER},
            "MemorySize": 512,
            "Timeout": SECONDS,
            "Role": "${ServiceRole.Arn}",
            "LoggingConfig": {"LogGroup": "${ServiceLog}"},
            "Environment": {"Variables": _environment(names, mail)},
        },
    )


def _environment(names: Names, mail: str) -> dict[str, Any]:
    return {
        "INKSTEAD_ORIGIN": "${Origin}",
        "INKSTEAD_STORE": "dynamodb:${Table}",
        "INKSTEAD_BODIES": "s3://${PrivateBucket}/site",
        "INKSTEAD_MAIL": f"ses:{names.configuration_set}" if mail else "ses:",
        **{name: f"ssm:{names.parameters}/{name}" for name in secrets.NAMES},
        "STRIPE_API": when("HasStripeApi", "${StripeApi}"),
    }


def _calls() -> Resource:
    """Return how often a call without a waiting caller is tried: the schedule makes up for it."""
    return resource(
        "Lambda::EventInvokeConfig",
        {
            "FunctionName": "${Service}",
            "Qualifier": "$LATEST",
            # A mail that came back is told once: it has to outlive a store that does not answer.
            "MaximumRetryAttempts": 2,
            "MaximumEventAgeInSeconds": 3600,
        },
    )


def _anybody(action: str, **only: Any) -> Resource:
    return resource(
        "Lambda::Permission",
        {"FunctionName": "${Service}", "Action": action, "Principal": "*", **only},
    )


def _schedule(names: Names) -> Resources:
    """Return what calls the function every five minutes, once it knows its address."""
    account_only = {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}}
    call = document(allow("Tick", "lambda:InvokeFunction", "${Service.Arn}"))
    return {
        "TickRole": role(f"{names.stack}-tick", "scheduler.amazonaws.com", call, **account_only),
        "Tick": resource(
            "Scheduler::Schedule",
            {
                "Name": f"{names.stack}-tick",
                "ScheduleExpression": "rate(5 minutes)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "State": when("HasOrigin", "ENABLED", "DISABLED"),
                "Target": {
                    "Arn": "${Service.Arn}",
                    "RoleArn": "${TickRole.Arn}",
                    "Input": json.dumps({"inkstead": "tick"}),
                    "RetryPolicy": {
                        "MaximumRetryAttempts": 0,
                        "MaximumEventAgeInSeconds": 60,
                    },
                },
            },
        ),
    }
