"""Sending mails, and hearing of those that come back."""

from __future__ import annotations

from typing import Any

from publish.deploy.stack.names import Names
from publish.deploy.stack.notation import Resource, Resources, resource
from publish.deploy.stack.storage import KEPT


def resources(names: Names, domain: str) -> Resources:
    """Return the domain that mails are from, what they are sent through, and the way back.

    Without a `domain` there is nothing: some regions have no SES, and a site without mail may
    stand there.
    """
    if not domain:
        return {}
    return {
        "MailDomain": _identity(domain),
        "MailSet": _set(names),
        "Bounces": topic(f"{names.stack}-bounces"),
        "BouncesPolicy": topic_policy("Bounces", "ses.amazonaws.com"),
        "BouncesArrive": _destination(),
        "BouncesGoOn": resource(
            "SNS::Subscription",
            {"TopicArn": "${Bounces}", "Protocol": "lambda", "Endpoint": "${Service.Arn}"},
        ),
        "BouncesCall": resource(
            "Lambda::Permission",
            {
                "FunctionName": "${Service}",
                "Action": "lambda:InvokeFunction",
                "Principal": "sns.amazonaws.com",
                "SourceArn": "${Bounces}",
            },
        ),
    }


def topic(name: str) -> Resource:
    """Return a topic.

    It is not encrypted with a key of ours: services may publish to such a one only with a key that
    costs a dollar a month, and SNS keeps nothing once it has handed it on.
    """
    return resource("SNS::Topic", {"TopicName": name})


def topic_policy(logical: str, service: str) -> Resource:
    """Return who may publish to a topic: one service, for this account, and nobody without TLS."""
    reference = f"${{{logical}}}"
    allowed: dict[str, Any] = {
        "Sid": "Publish",
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sns:Publish",
        "Resource": reference,
        "Condition": {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}},
    }
    tls_only = {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": reference,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    document = {"Version": "2012-10-17", "Statement": [allowed, tls_only]}
    return resource("SNS::TopicPolicy", {"Topics": [reference], "PolicyDocument": document})


def _set(names: Names) -> Resource:
    """Return the set: a link that signs in never travels in the clear."""
    return resource(
        "SES::ConfigurationSet",
        {
            "Name": names.configuration_set,
            "DeliveryOptions": {"TlsPolicy": "REQUIRE"},
            "ReputationOptions": {"ReputationMetricsEnabled": True},
            "SuppressionOptions": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        },
    )


def _destination() -> Resource:
    return resource(
        "SES::ConfigurationSetEventDestination",
        {
            "ConfigurationSetName": "${MailSet}",
            "EventDestination": {
                "Name": "bounces",
                "Enabled": True,
                "MatchingEventTypes": ["bounce", "complaint"],
                "SnsDestination": {"TopicARN": "${Bounces}"},
            },
        },
        DependsOn="BouncesPolicy",
    )


def _identity(domain: str) -> Resource:
    return resource(
        "SES::EmailIdentity",
        {
            "EmailIdentity": domain,
            "ConfigurationSetAttributes": {"ConfigurationSetName": "${MailSet}"},
            "DkimSigningAttributes": {"NextSigningKeyLength": "RSA_2048_BIT"},
            "MailFromAttributes": {
                "MailFromDomain": f"bounce.{domain}",
                "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
            },
        },
        **KEPT,
    )
