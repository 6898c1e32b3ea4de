"""Places of both kinds, made fresh: folders, and the parts of an AWS of one's own."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import time
import zipfile

from publish.deploy.clients import Clients
from publish.deploy.edges.cloudfront import CloudFrontEdge
from publish.deploy.objects.s3 import S3Objects
from publish.deploy.ports import Sent
from publish.deploy.runtimes.function import LambdaRuntime
from tests.aws import REGION, Aws
from tests.faults import Faulty

PLACEHOLDER = b"function handler(event) { return { statusCode: 503 }; }"


def sent(key: str, body: bytes = b"x", **headers: str) -> Sent:
    """Return bytes that are what their hash says."""
    return Sent(key, body, hashlib.sha256(body).hexdigest(), len(body), **headers)


def no_pause(seconds: float) -> None:
    """Wait for nothing."""


def short_pause(seconds: float) -> None:
    """Wait a little: a function that is being changed needs half a second of its own."""
    time.sleep(0.05)


def impatient(line: Faulty) -> Clients:
    """Return clients on a bad line that ask three times: their patience is used up less soon."""
    return Clients(REGION, {**line.environment(), "AWS_MAX_ATTEMPTS": "3"})


def bucket(aws: Aws, clients: Clients) -> S3Objects:
    """Return an empty bucket."""
    return S3Objects(aws.bucket(), clients.of("s3"), no_pause)


def edge(aws: Aws, clients: Clients, distribution: str = "") -> CloudFrontEdge:
    """Return a function of CloudFront that holds the placeholder."""
    name = f"edge-{secrets.token_hex(6)}"
    config = {"Comment": "keep me", "Runtime": "cloudfront-js-2.0"}
    client = aws.client("cloudfront")
    client.create_function(Name=name, FunctionConfig=config, FunctionCode=PLACEHOLDER)
    described = client.describe_function(Name=name, Stage="DEVELOPMENT")
    client.publish_function(Name=name, IfMatch=described["ETag"])
    return CloudFrontEdge(name, distribution, clients.of("cloudfront"), no_pause)


def distribution(aws: Aws) -> str:
    """Make a distribution and return its id."""
    origin = {
        "Id": "site",
        "DomainName": "site.s3.eu-central-1.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    behaviour = {
        "TargetOriginId": "site",
        "ViewerProtocolPolicy": "redirect-to-https",
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    }
    made = aws.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": secrets.token_hex(8),
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": behaviour,
        }
    )
    return str(made["Distribution"]["Id"])


def bundle(text: str) -> bytes:
    """Return a zip that a function can run."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("main.py", f"def handler(event, context):\n    return {text!r}\n")
    return made.getvalue()


def function(aws: Aws, clients: Clients) -> tuple[LambdaRuntime, S3Objects]:
    """Return a function of Lambda, ready, and the bucket that its bundles lie in."""
    name = f"function-{secrets.token_hex(6)}"
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
    role = aws.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps(document)
    )
    aws.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="main.handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": bundle("placeholder")},
    )
    objects = bucket(aws, clients)
    place = objects.name.removeprefix("s3://")
    return LambdaRuntime(name, place, clients.of("lambda"), short_pause), objects
