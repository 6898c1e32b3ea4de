"""What doctor sees of the account: whose it is, the clock, what is allowed, stack and limits."""

import dataclasses
import types

import pytest

from publish.deploy import setting_up
from publish.deploy.checks import account
from publish.deploy.checks.case import Answer
from publish.deploy.clients import Clients
from tests.aws import REGION
from tests.publish.deploy.checks.cases import (
    SITE,
    Web,
    a_case,
    standing,
    told,
    ways,
    without_stack,
)
from tests.publish.deploy.stubs import ACCOUNT, stubbed

STS = f"https://sts.{REGION}.amazonaws.com/"


@pytest.fixture
def clients():
    with stubbed() as made:
        yield made


@pytest.mark.parametrize(
    ("wanted", "levels"),
    [(ACCOUNT, ["ok", "ok"]), ("", ["ok", "warning"]), ("999999999999", ["ok", "wrong"])],
)
def test_the_account_is_compared_with_the_one_that_is_named(tmp_path, clients, wanted, levels):
    site = dataclasses.replace(SITE, account=wanted)
    assert [each.level for each in account.credentials(a_case(tmp_path, clients, site))] == levels


def test_another_account_is_named_with_the_right_one(tmp_path, clients):
    site = dataclasses.replace(SITE, account="999999999999")
    text = told(account.credentials(a_case(tmp_path, clients, site)))[1][1]
    assert ACCOUNT in text
    assert "999999999999" in text


def test_without_credentials_it_says_how_to_get_some(tmp_path, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with Clients(REGION, {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}) as nobody:
        found = told(account.credentials(a_case(tmp_path, nobody)))
    assert found[0][0] == "wrong"
    assert "aws configure sso" in found[0][1]


@pytest.mark.parametrize(
    ("date", "level", "text"),
    [
        ("Sun, 22 Nov 2026 08:00:01 GMT", "ok", "right"),
        ("Sun, 22 Nov 2026 08:02:00 GMT", "warning", "120 seconds off"),
        ("Sun, 22 Nov 2026 07:50:00 GMT", "wrong", "600 seconds off"),
        ("", "wrong", "does not answer"),
        ("now", "wrong", "does not answer"),
    ],
)
def test_the_clock_is_compared_with_that_of_aws(tmp_path, date, level, text):
    web = Web(**{STS: Answer(200, {"date": date})})
    found = told(account.clock(a_case(tmp_path, fetch=web)))
    assert found[0][0] == level
    assert text in found[0][1]


def test_a_region_that_does_not_exist_is_noticed_by_the_clock(tmp_path):
    assert told(account.clock(a_case(tmp_path))) == [("wrong", f'"{STS}" does not answer')]


def lay_reads(clients, *refused):
    reads = {
        "cloudformation": "describe_stacks",
        "s3": "list_objects_v2",
        "cloudfront": "describe_function",
        "lambda": "get_function_configuration",
        "dynamodb": "describe_table",
        "ssm": "describe_parameters",
        "cloudwatch": "describe_alarms",
        "iam": "get_role",
    }
    for service, operation in reads.items():
        code = "AccessDeniedException" if service in refused else "ResourceNotFoundException"
        clients.answer(service, operation, code)


def test_what_is_not_there_yet_is_no_lack_of_permission(tmp_path, clients):
    lay_reads(clients)
    assert [each.level for each in account.permissions(a_case(tmp_path, clients))] == ["ok"]


def test_reads_that_are_refused_are_all_named(tmp_path, clients):
    lay_reads(clients, "lambda", "iam")
    found = list(account.permissions(a_case(tmp_path, clients)))
    refused = "lambda:GetFunctionConfiguration, iam:GetRole"
    assert told(found) == [("wrong", f"AWS does not allow: {refused}")]
    assert "inkstead policies infrastructure" in ways(found)[0]


@pytest.mark.parametrize(
    ("status", "level"),
    [
        ("CREATE_COMPLETE", "ok"),
        ("UPDATE_COMPLETE", "ok"),
        ("UPDATE_ROLLBACK_COMPLETE", "warning"),
        ("UPDATE_IN_PROGRESS", "warning"),
        ("REVIEW_IN_PROGRESS", "warning"),
        ("ROLLBACK_COMPLETE", "wrong"),
        ("UPDATE_ROLLBACK_FAILED", "wrong"),
    ],
)
def test_a_stack_stands_moves_or_failed(tmp_path, monkeypatch, status, level):
    same = types.SimpleNamespace(outdated=False)
    monkeypatch.setattr(setting_up, "looked_at", lambda *_: same)
    case = standing(a_case(tmp_path, object()), status, "because")
    assert [each.level for each in account.stack(case)] == [level]


def test_a_stack_that_is_not_as_site_toml_says_is_told(tmp_path, monkeypatch):
    other = types.SimpleNamespace(outdated=True)
    monkeypatch.setattr(setting_up, "looked_at", lambda *_: other)
    found = list(account.stack(standing(a_case(tmp_path, object()))))
    assert [each.level for each in found] == ["ok", "warning"]
    assert ways(found)[1] == "run: inkstead publish --plan"


def test_without_a_stack_the_next_step_is_to_publish(tmp_path):
    found = list(account.stack(without_stack(a_case(tmp_path))))
    assert ways(found) == ["run: inkstead publish"]


@pytest.mark.parametrize(("most", "level"), [(10, "warning"), (1000, "ok")])
def test_few_calls_at_once_are_told_with_where_to_ask_for_more(tmp_path, clients, most, level):
    limit = {"AccountLimit": {"ConcurrentExecutions": most}}
    clients.answer("lambda", "get_account_settings", limit)
    found = list(account.limit(a_case(tmp_path, clients)))
    assert [each.level for each in found] == [level]
    assert (f"https://{REGION}.console.aws.amazon.com/" in ways(found)[0]) == (level != "ok")
