"""A stack as it stands: its parts by name, none where there is none."""

import pytest

from publish.deploy.clients import Clients
from publish.deploy.ports import Refused
from publish.deploy.stack.outputs import Outputs
from publish.deploy.standing import Standing, standing
from tests.aws import REGION
from tests.publish.deploy.stubs import stubbed


@pytest.fixture
def clients():
    with stubbed() as made:
        yield made


def test_a_stack_tells_the_names_of_its_parts(clients):
    outputs = [{"OutputKey": "SiteBucket", "OutputValue": "my-site-site"}]
    stack = {
        "StackName": "my-site",
        "CreationTime": "2026-11-22",
        "StackStatus": "CREATE_COMPLETE",
        "Outputs": outputs,
    }
    clients.answer("cloudformation", "describe_stacks", {"Stacks": [stack]})
    found = standing(clients, "my-site")
    assert (found.usable, found.outputs.site_bucket, found.outputs.origin) == (
        True,
        "my-site-site",
        "",
    )


@pytest.mark.parametrize(
    ("status", "usable"),
    [
        ("UPDATE_COMPLETE", True),
        ("UPDATE_ROLLBACK_COMPLETE", True),
        ("ROLLBACK_COMPLETE", False),
        ("CREATE_IN_PROGRESS", False),
        ("REVIEW_IN_PROGRESS", False),
        ("DELETE_FAILED", False),
    ],
)
def test_a_stack_that_never_stood_or_moves_is_not_used(clients, status, usable):
    stack = {"StackName": "s", "CreationTime": "2026-11-22", "StackStatus": status}
    clients.answer("cloudformation", "describe_stacks", {"Stacks": [stack]})
    assert standing(clients, "s").usable is usable


def test_a_stack_that_is_not_there_is_none_and_one_we_may_not_see_is_not(aws, clients):
    with Clients(REGION, aws.environment()) as real:
        assert standing(real, "not-there") is None
    clients.answer("cloudformation", "describe_stacks", "AccessDenied")
    with pytest.raises(Refused):
        standing(clients, "my-site")


@pytest.mark.parametrize(
    ("status", "there"),
    [
        ("CREATE_COMPLETE", True),
        ("UPDATE_IN_PROGRESS", True),
        ("UPDATE_ROLLBACK_FAILED", True),
        ("ROLLBACK_COMPLETE", False),
    ],
)
def test_what_changes_just_now_is_there_all_the_same(status, there):
    outputs = Outputs.read({"EdgeFunction": "my-site-edge"})
    assert Standing(status, "", outputs).there is there
    assert not Standing("CREATE_IN_PROGRESS", "", Outputs.read({})).there
