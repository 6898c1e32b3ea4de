"""The buckets and the table of a stack."""

from __future__ import annotations

from typing import Any

from publish.deploy.stack.names import Names
from publish.deploy.stack.notation import Resource, Resources, resource

KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
"""For what holds a creator's data: no deletion, no rollback, no replacement takes it along."""
LOG_DAYS = 30
_CLOSED = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
_UNFINISHED: dict[str, Any] = {
    "Id": "unfinished",
    "Status": "Enabled",
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
}


def resources(names: Names) -> Resources:
    """Return the site's bucket, the private one, that of their logs, and the store's table."""
    return {
        "SiteBucket": _bucket(
            names.site_bucket, "site/", DeletionPolicy="Delete", UpdateReplacePolicy="Retain"
        ),
        "SiteBucketPolicy": _policy("SiteBucket", _edge_reads()),
        "PrivateBucket": _bucket(names.private_bucket, "private/", **KEPT),
        "PrivateBucketPolicy": _policy("PrivateBucket"),
        "LogsBucket": _logs(names.logs_bucket),
        "LogsBucketPolicy": _policy("LogsBucket", _logs_arrive(names)),
        "Table": _table(names.table),
    }


def _bucket(name: str, logged_as: str, **attributes: str) -> Resource:
    logging = {"DestinationBucketName": "${LogsBucket}", "LogFilePrefix": logged_as}
    return resource(
        "S3::Bucket",
        {
            **_plain(name),
            "LoggingConfiguration": logging,
            "LifecycleConfiguration": {"Rules": [_UNFINISHED]},
        },
        **attributes,
    )


def _plain(name: str) -> dict[str, Any]:
    """Return what every bucket has: closed, encrypted, owned by the account alone."""
    encryption = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    return {
        "BucketName": name,
        "PublicAccessBlockConfiguration": _CLOSED,
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    }


def _logs(name: str) -> Resource:
    gone = {"Id": "gone", "Status": "Enabled", "ExpirationInDays": LOG_DAYS}
    return resource(
        "S3::Bucket",
        {**_plain(name), "LifecycleConfiguration": {"Rules": [gone, _UNFINISHED]}},
        UpdateReplacePolicy="Delete",
        DeletionPolicy="Delete",
    )


def _policy(bucket: str, *allowed: dict[str, Any]) -> Resource:
    """Return the policy of a bucket: nobody speaks to it without TLS, and what is allowed."""
    arn = f"${{{bucket}.Arn}}"
    tls_only = {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    document = {"Version": "2012-10-17", "Statement": [tls_only, *allowed]}
    return resource("S3::BucketPolicy", {"Bucket": f"${{{bucket}}}", "PolicyDocument": document})


def _edge_reads() -> dict[str, Any]:
    arn = "arn:aws:cloudfront::${AWS::AccountId}:distribution/${Distribution}"
    return {
        "Sid": "EdgeReads",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": "${SiteBucket.Arn}/*",
        "Condition": {"StringEquals": {"aws:SourceArn": arn}},
    }


def _logs_arrive(names: Names) -> dict[str, Any]:
    sources = [f"arn:aws:s3:::{each}" for each in (names.site_bucket, names.private_bucket)]
    return {
        "Sid": "LogsArrive",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "${LogsBucket.Arn}/*",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
            "ArnLike": {"aws:SourceArn": sources},
        },
    }


def _table(name: str) -> Resource:
    attributes = ("partition", "key")
    return resource(
        "DynamoDB::Table",
        {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": each, "AttributeType": "S"} for each in attributes
            ],
            "KeySchema": [
                {"AttributeName": each, "KeyType": kind}
                for each, kind in zip(attributes, ("HASH", "RANGE"), strict=True)
            ],
            "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "DeletionProtectionEnabled": True,
        },
        **KEPT,
    )
