"""Stacks on ministack: set up, changed, failed, gone back, refused."""

from __future__ import annotations

import contextlib
import copy
import json
import secrets
import urllib.error
import urllib.request
from typing import Any

import botocore.session
import pytest

from publish.deploy.ports import Refused
from publish.deploy.stack import firewall
from publish.deploy.stack.progress import Event
from publish.deploy.stack.proposals import StackError, StackGuard
from publish.deploy.stack.provision import Stacks
from publish.deploy.stack.states import StackState, region_of
from tests.aws import Aws
from tests.publish.deploy.stack.stacks import (
    DOMAIN,
    FIRST,
    SECRET,
    account,
    deployment,
    fresh,
    names,
    set_up,
    stacks,
    whole,
)


@pytest.fixture(scope="module")
def standing(aws: Aws) -> StackState:
    return set_up(aws)


def template_of(aws: Aws, state: StackState) -> dict[str, Any]:
    return whole(deployment(state.name, budget=0), account(aws))


def failing(made: dict[str, Any]) -> dict[str, Any]:
    """Return a template with a second function of the edge's name, which cannot be made."""
    broken = copy.deepcopy(made)
    twin = copy.deepcopy(broken["Resources"]["EdgeFunction"])
    broken["Resources"]["Twin"] = {**twin, "DependsOn": ["EdgeFunction", "Table"]}
    return broken


def test_a_whole_stack_comes_to_stand_and_tells_of_itself(aws: Aws, standing: StackState) -> None:
    told = standing.outputs
    called = names(aws, standing)
    assert standing.state == "standing"
    assert standing.ours
    assert told.private_bucket == called.private_bucket
    assert told.table == called.table
    assert told.origin == "https://example.com"
    assert "" not in vars(told).values()
    assert SECRET not in str(standing)


def test_a_new_site_says_that_nothing_is_published_yet(aws: Aws, standing: StackState) -> None:
    for path in ("/", "/api/sign-in"):
        headers = {"Host": standing.outputs.domain, "X-Forwarded-Proto": "https"}
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(aws.endpoint + path, headers=headers))
        with caught.value as answer:
            assert answer.code == 503
            assert "not published yet" in answer.read().decode()


def test_the_same_again_changes_nothing_and_leaves_nothing_behind(
    aws: Aws, standing: StackState
) -> None:
    made = template_of(aws, standing)
    assert standing.is_made_of(made, {})
    assert stacks(aws).propose(standing.name, made, {}).kind == "none"
    told = aws.client("cloudformation").list_change_sets(StackName=standing.name)
    assert [each["Status"] for each in told["Summaries"] if each["Status"] == "FAILED"] == []


def test_progress_is_told_part_by_part(aws: Aws) -> None:
    there, made = stacks(aws), fresh()
    proposal = there.propose(made.name, whole(made, account(aws)), FIRST)
    assert {each.do for each in proposal.changes} == {"add"}
    heard: list[tuple[Event, int, int]] = []
    there.execute(proposal, lambda *told: heard.append(told))
    counts = [done for _, done, _ in heard]
    assert counts == sorted(counts)
    conditional = {"MonthlyBudget"}
    assert counts[-1] == len(proposal.changes) - len(conditional)
    assert {total for _, _, total in heard} == {len(proposal.changes)}


def test_the_second_pass_fills_in_the_address_and_touches_no_code(aws: Aws) -> None:
    state = set_up(aws, parameters={})
    assert not state.outputs.origin
    edge = state.outputs.edge_function
    before = _code(aws, edge)
    made = template_of(aws, state)
    address = f"https://{state.outputs.domain}"
    assert not state.is_made_of(made, {"Origin": address})
    settled = stacks(aws).settle(state.name, made, {"Origin": address})
    assert settled.outputs.origin == address
    assert settled.is_made_of(made, {})
    # CloudFormation shows stars for the secret: those must never become the secret.
    assert settled.parameters["OriginSecret"] == "****"
    assert _secret(aws, settled) == SECRET
    assert _code(aws, edge) == before
    again = stacks(aws).settle(state.name, made, {"Origin": address})
    assert again.outputs == settled.outputs


def _secret(aws: Aws, state: StackState) -> str:
    """Return what the edge tells the service to be believed."""
    told = aws.client("cloudfront").get_distribution_config(Id=state.outputs.distribution)
    origins = told["DistributionConfig"]["Origins"]["Items"]
    (service,) = (each for each in origins if each["Id"] == "service")
    return str(service["CustomHeaders"]["Items"][0]["HeaderValue"])


def _code(aws: Aws, edge: str) -> bytes:
    """Return what the edge runs, after something else than the placeholder was put there."""
    client = aws.client("cloudfront")
    there: bytes = client.get_function(Name=edge, Stage="LIVE")["FunctionCode"].read()
    if b'"release":""' in there:
        told = client.describe_function(Name=edge, Stage="DEVELOPMENT")
        config = told["FunctionSummary"]["FunctionConfig"]
        there = b'// {"release":"abc"}\nfunction handler(event) { return event.request }'
        client.update_function(
            Name=edge, IfMatch=told["ETag"], FunctionConfig=config, FunctionCode=there
        )
        told = client.describe_function(Name=edge, Stage="DEVELOPMENT")
        client.publish_function(Name=edge, IfMatch=told["ETag"])
    return there


def test_an_update_that_fails_goes_back_and_says_why(aws: Aws) -> None:
    state = set_up(aws)
    there, made = stacks(aws), template_of(aws, state)
    with pytest.raises(StackError, match=r"Twin: .*already exists") as caught:
        there.execute(there.propose(state.name, failing(made), {}))
    assert "stands as before" in str(caught.value)
    after = there.state(state.name)
    assert after
    assert after.outputs == state.outputs
    assert there.propose(state.name, made, {}).kind == "none"


def test_a_first_stack_that_failed_is_taken_away_and_set_up_again_with_its_data(aws: Aws) -> None:
    """Data is never rolled back with it, so the next one takes over the table that is left."""
    there, told = stacks(aws), fresh()
    made = whole(told, account(aws))
    with pytest.raises(StackError, match=r"Twin: .*already exists"):
        there.execute(there.propose(told.name, failing(made), FIRST))
    left = there.state(told.name)
    assert left
    assert left.state == "wreck"
    proposal = there.propose(told.name, made, FIRST)
    taken_over = {each.resource for each in proposal.changes if each.do == "import"}
    assert taken_over == {"Table", "PrivateBucket"}
    assert there.execute(proposal).state == "standing"


def test_a_proposal_can_be_taken_back_without_a_trace(aws: Aws) -> None:
    there, told = stacks(aws), fresh()
    proposal = there.propose(told.name, whole(told, account(aws)), FIRST)
    review = there.state(told.name)
    assert review
    assert review.state == "review"
    there.discard(proposal)
    assert there.state(told.name) is None


def test_a_proposal_that_was_left_lying_is_no_hindrance(aws: Aws) -> None:
    there, told = stacks(aws), fresh()
    made = whole(told, account(aws))
    there.propose(told.name, made, FIRST)
    assert there.execute(there.propose(told.name, made, FIRST)).state == "standing"


@pytest.mark.parametrize("what", ["another name", "gone"])
def test_a_table_that_would_be_lost_is_refused_and_nothing_waits(
    aws: Aws, standing: StackState, what: str
) -> None:
    made = template_of(aws, standing)
    if what == "gone":
        # Another logical name for the same table: for CloudFormation that is another one.
        made["Resources"]["Store"] = made["Resources"].pop("Table")
        made["Resources"]["Store"]["Properties"]["TableName"] = "elsewhere"
        text = json.dumps(made)
        made = json.loads(text.replace('"Ref": "Table"', '"Ref": "Store"'))
    else:
        made["Resources"]["Table"]["Properties"]["TableName"] = "elsewhere"
    with pytest.raises(StackGuard, match='"Table"'):
        stacks(aws).propose(standing.name, made, {})
    told = aws.client("cloudformation").list_change_sets(StackName=standing.name)
    assert [each for each in told["Summaries"] if each["ExecutionStatus"] == "AVAILABLE"] == []


def test_a_stack_of_somebody_else_is_left_alone(aws: Aws) -> None:
    name = f"other-{secrets.token_hex(4)}"
    body = '{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}'
    aws.client("cloudformation").create_stack(StackName=name, TemplateBody=body)
    with pytest.raises(StackError, match="Inkstead did not make it"):
        stacks(aws).propose(name, whole(deployment(name, budget=0), account(aws)), FIRST)


def test_a_site_that_stands_in_another_region_is_not_set_up_twice(aws: Aws) -> None:
    told = fresh()
    made = whole(told, account(aws))
    bucket = made["Resources"]["PrivateBucket"]["Properties"]["BucketName"]
    with contextlib.closing(_s3_of(aws, "ap-northeast-1")) as elsewhere:
        where = {"LocationConstraint": "ap-northeast-1"}
        elsewhere.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    with pytest.raises(StackError, match='"ap-northeast-1", not in "eu-central-1"'):
        stacks(aws).propose(told.name, made, FIRST)
    assert stacks(aws).state(told.name) is None
    assert region_of(aws.client("s3"), f"{bucket}-absent") == ""


def _s3_of(aws: Aws, region: str) -> Any:
    return botocore.session.get_session().create_client(
        "s3",
        region_name=region,
        endpoint_url=aws.endpoint,
        aws_access_key_id=aws.key,
        aws_secret_access_key=aws.secret,
    )


def test_a_template_that_cannot_be_is_refused_with_the_words_of_cloudformation(aws: Aws) -> None:
    told = fresh()
    made = whole(told, account(aws))
    made["Resources"]["Table"]["Type"] = "AWS::Not::There"
    with pytest.raises(Refused, match="Unrecognized resource types"):
        stacks(aws).propose(told.name, made, FIRST)


def test_settings_of_the_site_go_before_what_the_stack_had(aws: Aws) -> None:
    """An address for alarms that was taken out of site.toml must not stay in the stack."""
    state = set_up(aws, parameters={})
    silent = whole(deployment(state.name, alarms="", budget=0), account(aws))
    assert not state.is_made_of(silent, {})
    after = stacks(aws).settle(state.name, silent, {})
    assert after.parameters["AlarmMail"] == ""
    assert after.parameters["OriginSecret"] == "****"


def test_the_firewall_is_a_stack_of_its_own(aws: Aws) -> None:
    told = fresh()
    there = Stacks(aws.client("cloudformation"), pause=lambda _: None)
    name = f"{told.name}-firewall"
    state = there.settle(name, firewall.template(told), {})
    assert ":global/webacl/" in state.told[firewall.OUTPUT]
    behind = set_up(aws, told, {**DOMAIN, "Firewall": state.told[firewall.OUTPUT]})
    assert behind.state == "standing"
