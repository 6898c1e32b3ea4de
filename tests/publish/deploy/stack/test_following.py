"""Waiting for CloudFormation, which here answers from a list: nothing on ministack takes time."""

from __future__ import annotations

from typing import Any

import botocore.exceptions
import pytest

from publish.deploy.clients import Clients
from publish.deploy.ports import Refused, Unreachable
from publish.deploy.stack import following
from publish.deploy.stack.following import Following, standing
from publish.deploy.stack.outputs import Outputs
from publish.deploy.stack.progress import silent
from publish.deploy.stack.proposals import StackError
from publish.deploy.stack.provision import Stacks
from publish.deploy.stack.states import StackState
from tests.aws import REGION, Aws
from tests.publish.deploy.stack.scripted import ID, Scripted
from tests.publish.deploy.stack.stacks import FIRST, deployment, whole
from tests.publish.deploy.stubs import stubbed


@pytest.mark.parametrize(
    ("status", "there"),
    [
        ("CREATE_COMPLETE", True),
        ("UPDATE_IN_PROGRESS", True),
        ("UPDATE_ROLLBACK_COMPLETE", True),
        ("UPDATE_ROLLBACK_FAILED", True),
        ("ROLLBACK_COMPLETE", False),
        ("DELETE_FAILED", False),
    ],
)
def test_what_changes_just_now_is_there_all_the_same(status: str, there: bool) -> None:
    outputs = Outputs.read({"EdgeFunction": "my-site-edge"})
    assert StackState("site", ID, status, outputs=outputs).there is there
    assert not StackState("site", ID, "CREATE_IN_PROGRESS").there


def test_who_only_looks_learns_what_is_there_what_is_not_and_what_may_not_be_seen(
    aws: Aws,
) -> None:
    with Clients(REGION, aws.environment()) as real:
        assert standing(real, "not-there") is None
    with stubbed() as clients:
        clients.answer("cloudformation", "describe_stacks", "AccessDenied")
        with pytest.raises(Refused):
            standing(clients, "my-site")  # type: ignore[arg-type]


def there(client: Scripted) -> Stacks:
    return Stacks(client, pause=lambda _: None)


def test_what_an_earlier_run_has_begun_is_waited_for() -> None:
    client = Scripted("CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    proposal = there(client).propose("site", whole(deployment("site")), FIRST)
    assert proposal.kind == "update"
    assert client.states == ["CREATE_COMPLETE"]


def test_a_stack_that_could_not_go_back_is_told_to_try_again() -> None:
    states = ("UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")
    client = Scripted(*states)
    there(client).propose("site", whole(deployment("site")), FIRST)
    assert "continue_update_rollback" in client.asked


def test_a_stack_that_stays_stuck_is_told_with_its_page_and_its_reason() -> None:
    client = Scripted("UPDATE_ROLLBACK_FAILED")
    client.reasons = []

    def fail(**_: Any) -> dict[str, Any]:
        client.reasons = ["Resource update cancelled", "the role is gone"]
        return {}

    client.continue_update_rollback = fail  # type: ignore[attr-defined]
    with pytest.raises(StackError) as caught:
        there(client).propose("site", whole(deployment("site")), FIRST)
    assert "Part: the role is gone" in str(caught.value)
    assert "eu-central-1.console.aws.amazon.com" in str(caught.value)


def test_what_was_asked_a_moment_ago_counts_only_once_the_stack_shows_it() -> None:
    """Else the state before it would pass for the end of it."""
    client = Scripted("UPDATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")

    def pause(_: float) -> None:
        if len(client.states) == 2:
            client.reasons = ["begun"]

    _, events = Following(client, pause).wait(ID, set(), 1, silent)
    assert [each.reason for each in events] == ["begun"]


def test_a_change_that_never_ends_is_left_alone_with_a_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(following, "MOST_ROUNDS", 3)
    with pytest.raises(StackError, match="goes on by itself"):
        there(Scripted("UPDATE_IN_PROGRESS")).propose("site", whole(deployment("site")), FIRST)


@pytest.mark.parametrize(("code", "kind"), [("AccessDenied", Refused), ("Throttling", Unreachable)])
def test_what_aws_says_is_told_in_words_of_ours(code: str, kind: type[Exception]) -> None:
    client = Scripted("CREATE_COMPLETE")

    def refuse(**_: Any) -> dict[str, Any]:
        told = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {}}
        raise botocore.exceptions.ClientError(told, "DescribeStacks")

    client.describe_stacks = refuse  # type: ignore[method-assign]
    with pytest.raises(kind, match="cloudformation:DescribeStacks"):
        there(client).state("site")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("REVIEW_IN_PROGRESS", "review"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "working"),
        ("UPDATE_ROLLBACK_COMPLETE", "standing"),
        ("ROLLBACK_COMPLETE", "wreck"),
        ("ROLLBACK_FAILED", "wreck"),
        ("DELETE_FAILED", "wreck"),
        ("UPDATE_ROLLBACK_FAILED", "stuck"),
    ],
)
def test_each_status_says_what_can_be_done(status: str, state: str) -> None:
    found = there(Scripted(status)).state("site")
    assert found
    assert found.state == state


class Paged(Scripted):
    """CloudFormation with a long story, a few events a page, the latest first."""

    def __init__(self, count: int) -> None:
        super().__init__("UPDATE_COMPLETE")
        self.count, self.pages = count, 0

    def describe_stack_events(self, StackName: str, NextToken: str = "") -> dict[str, Any]:  # noqa: N803
        self.pages += 1
        last = int(NextToken or self.count)
        first = max(last - 3, 0)
        told = [{"EventId": str(number)} for number in range(first, last)][::-1]
        return {"StackEvents": told, **({"NextToken": str(first)} if first else {})}


def test_a_long_story_is_not_read_again_from_its_beginning() -> None:
    client = Paged(300)
    there = Following(client, lambda _: None)
    seen = there.seen(ID)
    client.count = 307
    assert [each.id for each in there.events(ID, seen)] == [str(n) for n in range(300, 307)]
    assert client.pages <= 4
    assert there.events(ID, seen) == []
