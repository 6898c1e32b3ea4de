"""How policies are written, and the one that several roles share: what a publish takes."""

from __future__ import annotations

from typing import Any, TypeAlias

from publish.deploy.stack.names import Names

Document: TypeAlias = dict[str, Any]
Statement: TypeAlias = dict[str, Any]


def document(*statements: Statement) -> Document:
    """Return a policy."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(
    sid: str,
    actions: str | list[str],
    resources: str | list[str],
    condition: dict[str, Any] | None = None,
) -> Statement:
    """Return a statement that allows actions on resources."""
    found: Statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
    return {**found, "Condition": condition} if condition else found


def publishing(names: Names, distribution: str) -> Document:
    """Return what a publish and a rollback take, for one distribution."""
    site_bucket, private = names.site_bucket, names.private_bucket
    objects = [
        *names.bucket_arns(site_bucket, "*"),
        *names.bucket_arns(private, "site/*", "deploy/*", "bundles/*"),
    ]
    buckets = [*names.bucket_arns(site_bucket), *names.bucket_arns(private)]
    return document(
        allow("Buckets", ["s3:ListBucket", "s3:ListBucketMultipartUploads"], buckets),
        allow(
            "Objects",
            ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
            objects,
        ),
        allow(
            "Edge",
            [f"cloudfront:{each}Function" for each in ("Describe", "Get", "Update", "Publish")],
            names.everywhere("cloudfront", f"function/{names.edge}"),
        ),
        allow(
            "Invalidate",
            ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
            names.everywhere("cloudfront", f"distribution/{distribution}"),
        ),
        allow(
            "Bundle",
            [
                "lambda:GetFunction",
                "lambda:GetFunctionConfiguration",
                "lambda:UpdateFunctionCode",
            ],
            names.arn("lambda", f"function:{names.function}"),
        ),
        allow(
            "Stack",
            "cloudformation:DescribeStacks",
            names.arn("cloudformation", f"stack/{names.stack}/*"),
        ),
    )
