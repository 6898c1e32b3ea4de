from __future__ import annotations

from typing import Any

import pytest

from publish.deploy.stack.destroying import destroy
from publish.deploy.stack.names import Names
from publish.deploy.stack.proposals import StackError
from publish.deploy.stack.provision import Stacks
from tests.aws import REGION, Aws
from tests.publish.deploy.stack.scripted import Scripted
from tests.publish.deploy.stack.stacks import (
    FIRST,
    account,
    deployment,
    fresh,
    names,
    set_up,
    stacks,
    whole,
)


def fill(aws: Aws, *buckets: str) -> None:
    for bucket in buckets:
        for key in ("layers/abc/index.html", "layers/abc/文章/index.html", "404.html"):
            aws.client("s3").put_object(Bucket=bucket, Key=key, Body=b"x")


def keys(aws: Aws, bucket: str) -> list[str]:
    told = aws.client("s3").list_objects_v2(Bucket=bucket)
    return [each["Key"] for each in told.get("Contents", ())]


def tables(aws: Aws) -> list[str]:
    found: list[str] = aws.client("dynamodb").list_tables()["TableNames"]
    return found


def test_a_site_goes_and_its_data_stays_until_a_new_one_takes_it_over(aws: Aws) -> None:
    state = set_up(aws)
    called = names(aws, state)
    fill(aws, called.site_bucket, called.private_bucket, called.logs_bucket)
    member = {"partition": {"S": "people"}, "key": {"S": "one"}}
    aws.client("dynamodb").put_item(TableName=called.table, Item=member)

    done = destroy(stacks(aws), called, aws.client)
    assert done.gone == (state.name,)
    assert set(done.stays) == {
        f"dynamodb:{called.table}",
        f"s3://{called.private_bucket}",
        "ses:example.com",
    }
    assert stacks(aws).state(state.name) is None
    assert len(keys(aws, called.private_bucket)) == 3
    there = {each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]}
    assert not there & {called.site_bucket, called.logs_bucket}

    again = set_up(aws, deployment(state.name, budget=0))
    assert again.outputs.table == called.table
    found = aws.client("dynamodb").get_item(TableName=called.table, Key=member)
    assert found["Item"] == member
    assert len(keys(aws, called.private_bucket)) == 3


def test_data_goes_only_when_it_is_told_to_and_that_can_come_later(aws: Aws) -> None:
    state = set_up(aws)
    called = names(aws, state)
    fill(aws, called.private_bucket)
    destroy(stacks(aws), called, aws.client)
    assert called.table in tables(aws)
    done = destroy(stacks(aws), called, aws.client, data=True)
    assert done.gone == (f"dynamodb:{called.table}", f"s3://{called.private_bucket}")
    assert called.table not in tables(aws)
    assert called.private_bucket not in {
        each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]
    }


def test_destroying_what_is_gone_is_no_error(aws: Aws) -> None:
    called = Names(fresh().name, account(aws), REGION)
    done = destroy(stacks(aws), called, aws.client, data=True)
    assert (done.gone, done.stays) == ((), ())


def test_a_stack_of_somebody_else_is_not_destroyed(aws: Aws) -> None:
    name = fresh().name
    body = '{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}'
    aws.client("cloudformation").create_stack(StackName=name, TemplateBody=body)
    with pytest.raises(StackError, match="nothing was removed"):
        destroy(stacks(aws), Names(name, account(aws), REGION), aws.client, data=True)
    assert stacks(aws).state(name)


def test_a_log_that_arrives_too_late_does_not_keep_the_stack(aws: Aws) -> None:
    """AWS writes access logs with a delay: the bucket may be full again when its turn comes."""
    client = Scripted("UPDATE_COMPLETE")

    def delete(**_: Any) -> dict[str, Any]:
        again = "DELETE_FAILED" in client.states
        client.states = ["DELETE_COMPLETE"] if again else ["DELETE_FAILED"]
        return {}

    client.delete_stack = delete  # type: ignore[attr-defined]
    called = Names("site", account(aws), REGION)
    bucket = aws.bucket(called.logs_bucket)
    fill(aws, bucket)
    done = destroy(Stacks(client, pause=lambda _: None), called, aws.client)
    assert done.gone == ("site",)
    assert keys(aws, bucket) == []


def test_a_stack_that_does_not_go_is_told_after_a_few_tries(aws: Aws) -> None:
    client = Scripted("DELETE_FAILED", reasons=("earlier",))

    def delete(**_: Any) -> dict[str, Any]:
        client.reasons = [*client.reasons, "the bucket is not empty"]
        client.asked.append("delete")
        return {}

    client.delete_stack = delete  # type: ignore[attr-defined]
    with pytest.raises(StackError, match="Part: the bucket is not empty"):
        destroy(Stacks(client, pause=lambda _: None), Names("site", "1", REGION), aws.client)
    assert client.asked.count("delete") == 3


def test_a_failed_first_stack_is_destroyed_too(aws: Aws) -> None:
    told = fresh()
    there = stacks(aws)
    made = whole(told, account(aws))
    made["Resources"]["Twin"] = {**made["Resources"]["EdgeFunction"], "DependsOn": ["EdgeFunction"]}
    with pytest.raises(StackError):
        there.execute(there.propose(told.name, made, FIRST))
    called = Names(told.name, account(aws), REGION)
    destroy(there, called, aws.client, data=True)
    assert there.state(told.name) is None
    assert called.table not in tables(aws)
