"""The policies, held against roles that ministack enforces as AWS does.

It knows no resource for functions of the edge, secrets and mails ("*"): those are checked by
their actions alone.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from publish.deploy.clients import Clients
from publish.deploy.stack import policies
from publish.deploy.stack.granting import Document
from publish.deploy.stack.names import GITHUB
from publish.deploy.stack.states import StackState
from publish.deploy.stack.trusting import trust_github
from tests.aws import REGION, Aws
from tests.publish.deploy import roles
from tests.publish.deploy.stack.stacks import (
    account,
    names,
    set_up,
    widened,
    within_ministack,
)


@pytest.fixture(scope="module")
def standing(aws: Aws) -> StackState:
    state = set_up(aws)
    within_ministack(aws, state.outputs)
    for bucket in (state.outputs.site_bucket, state.outputs.private_bucket):
        for key in ("site/objects/abc", "deploy/lock", "elsewhere"):
            aws.client("s3").put_object(Bucket=bucket, Key=key, Body=b"x")
    return state


@pytest.fixture
def role(aws: Aws) -> Iterator[Callable[[Document], Clients]]:
    """Return what makes clients of somebody who has a policy and nothing else."""
    with contextlib.ExitStack() as made:

        def make(document: Document) -> Clients:
            somebody = roles.made(aws)
            somebody.may(document)
            return made.enter_context(Clients(REGION, somebody.environment))

        yield make


def refused(call: Callable[..., Any], **parameters: Any) -> bool:
    try:
        call(**parameters)
    except ClientError as cause:
        if "AccessDenied" not in cause.response["Error"]["Code"]:
            raise
        return True
    return False


def test_buckets_do_not_speak_without_tls(aws: Aws, role: Any) -> None:
    state = set_up(aws)
    out = state.outputs
    s3 = role(policies.site(names(aws, state), out.distribution)).of("s3")
    assert refused(s3.list_objects_v2, Bucket=out.site_bucket)
    roles.speak_tls(s3)
    assert not refused(s3.list_objects_v2, Bucket=out.site_bucket)


def test_who_publishes_may_do_what_a_publish_takes_and_no_more(
    aws: Aws, standing: StackState, role: Any
) -> None:
    out = standing.outputs
    may = role(widened(policies.site(names(aws, standing), out.distribution)))
    s3, edge = may.of("s3"), may.of("cloudfront")
    site, private = out.site_bucket, out.private_bucket
    for bucket, key in ((site, "layers/a/b"), (private, "deploy/lock"), (private, "bundles/a.zip")):
        assert not refused(s3.put_object, Bucket=bucket, Key=key, Body=b"x")
        assert not refused(s3.get_object, Bucket=bucket, Key=key)
        assert not refused(s3.delete_object, Bucket=bucket, Key=key)
    assert not refused(s3.list_objects_v2, Bucket=private, Prefix="site/")
    assert refused(s3.get_object, Bucket=private, Key="elsewhere")
    assert refused(s3.put_bucket_policy, Bucket=site, Policy="{}")

    batch = {"Paths": {"Quantity": 1, "Items": ["/x"]}, "CallerReference": secrets.token_hex(4)}
    invalidate = edge.create_invalidation
    assert not refused(invalidate, DistributionId=out.distribution, InvalidationBatch=batch)
    assert refused(invalidate, DistributionId="ESOMEBODYELSE", InvalidationBatch=batch)
    assert not refused(edge.get_function, Name=out.edge_function, Stage="LIVE")
    assert refused(edge.delete_function, Name=out.edge_function, IfMatch="x")
    assert refused(edge.get_distribution_config, Id=out.distribution)

    function, stacks = may.of("lambda"), may.of("cloudformation")
    assert not refused(function.get_function_configuration, FunctionName=out.function)
    assert refused(function.update_function_configuration, FunctionName=out.function, Timeout=3)
    assert refused(function.invoke, FunctionName=out.function)
    assert not refused(stacks.describe_stacks, StackName=standing.name)
    assert refused(stacks.delete_stack, StackName=standing.name)
    secret = f"/inkstead/{standing.name}/INKSTEAD_KEYS"
    assert refused(may.of("ssm").get_parameters, Names=[secret], WithDecryption=True)
    assert refused(may.of("dynamodb").scan, TableName=out.table)


def test_the_service_reaches_its_own_things_only(aws: Aws, standing: StackState, role: Any) -> None:
    out, called = standing.outputs, names(aws, standing)
    may = role(widened(policies.function(called, "example.com")))
    s3, table, ssm = may.of("s3"), may.of("dynamodb"), may.of("ssm")
    assert not refused(s3.get_object, Bucket=out.private_bucket, Key="site/objects/abc")
    assert refused(s3.get_object, Bucket=out.private_bucket, Key="deploy/lock")
    assert refused(s3.put_object, Bucket=out.private_bucket, Key="site/objects/abc", Body=b"y")
    assert refused(s3.get_object, Bucket=out.site_bucket, Key="elsewhere")

    item = {"partition": {"S": "a"}, "key": {"S": "b"}}
    put = {"Put": {"TableName": out.table, "Item": item}}
    assert not refused(table.transact_write_items, TransactItems=[put])
    assert not refused(table.get_item, TableName=out.table, Key=item)
    assert refused(table.scan, TableName=out.table)
    assert refused(table.get_item, TableName=aws.table(), Key=item)

    assert not refused(ssm.get_parameters, Names=[f"{called.parameters}/INKSTEAD_KEYS"])
    assert refused(ssm.put_parameter, Name=f"{called.parameters}/X", Value="x", Type="String")
    assert not refused(may.of("lambda").invoke, FunctionName=out.function, InvocationType="DryRun")
    assert refused(may.of("lambda").get_function, FunctionName=out.function)

    mail = {"Raw": {"Data": b"From: me@example.com\r\nTo: you@example.com\r\n\r\nhello"}}
    sent = {"Content": mail, "ConfigurationSetName": out.configuration_set}
    ses, you = may.of("sesv2"), {"ToAddresses": ["you@example.com"]}
    assert not refused(ses.send_email, Destination=you, **sent)
    silent = role(policies.function(called)).of("sesv2")
    assert refused(silent.send_email, Destination=you, **sent)


def test_who_sets_up_reaches_this_stack_and_no_other(
    aws: Aws, standing: StackState, role: Any
) -> None:
    stacks = role(policies.infrastructure(names(aws, standing))).of("cloudformation")
    assert not refused(stacks.describe_stack_events, StackName=standing.name)
    assert refused(stacks.delete_stack, StackName="somebody-else")
    body = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    wanted = {"ChangeSetName": "one", "TemplateBody": body}
    assert not refused(stacks.create_change_set, StackName=standing.name, **wanted)
    assert refused(
        stacks.create_change_set, StackName="somebody-else", ChangeSetType="CREATE", **wanted
    )


def test_the_account_takes_the_word_of_github_once_for_all_sites(
    aws: Aws, standing: StackState
) -> None:
    iam, called = aws.client("iam"), names(aws, standing)
    arn = f"arn:aws:iam::{account(aws)}:oidc-provider/{GITHUB}"
    with contextlib.suppress(iam.exceptions.NoSuchEntityException):  # of a site published before
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert trust_github(iam, called)
    assert not trust_github(iam, called)
    told = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert told["ClientIDList"] == ["sts.amazonaws.com"]
