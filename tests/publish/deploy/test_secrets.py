"""Secrets are written, listed without their values, turned over, and dropped."""

import io
import json
import zipfile
from datetime import UTC, datetime
from secrets import token_hex

import pytest

from publish.deploy import secrets
from publish.deploy.clients import Clients
from publish.deploy.ports import Refused
from publish.deploy.secrets import KEYS, NAMES, ORIGIN_SECRET, STRIPE_KEY, WEBHOOK_SECRETS, Vault
from publish.trouble import Failure, WrongUsage
from tests.aws import REGION
from tests.publish.deploy.stubs import stubbed

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@pytest.fixture
def clients(aws):
    with Clients(REGION, aws.environment()) as made:
        yield made


@pytest.fixture
def vault(clients):
    return Vault(f"stack-{token_hex(4)}", clients.of("ssm"))


def test_what_is_written_is_encrypted_and_read_again(vault, clients):
    assert vault.get(STRIPE_KEY) == ""
    vault.put(STRIPE_KEY, "sk_live_1")
    vault.put(STRIPE_KEY, "sk_live_2")
    assert vault.get(STRIPE_KEY) == "sk_live_2"
    told = clients.of("ssm").get_parameter(Name=vault.path(STRIPE_KEY))["Parameter"]
    assert told["Type"] == "SecureString"
    assert told["Name"] == f"/inkstead/{vault.stack}/STRIPE_SECRET_KEY"


def test_a_list_says_since_when_and_no_value(vault):
    Vault(f"{vault.stack}-other", vault.client).put(KEYS, "of a neighbour")
    vault.put(STRIPE_KEY, "sk_live_1")
    found = vault.listed()
    assert [each.name for each in found] == list(NAMES)
    assert [each.name for each in found if each.at] == [STRIPE_KEY]
    assert "sk_live_1" not in repr(found)


def test_the_first_publish_makes_what_makes_itself_once(vault):
    secret = vault.ensure()
    keys = vault.get(KEYS)
    assert len(secret) >= secrets.SHORTEST
    assert len(keys) >= secrets.SHORTEST
    assert (vault.ensure(), vault.get(KEYS), vault.get(ORIGIN_SECRET)) == (secret, keys, secret)


def test_of_two_that_make_a_secret_at_once_the_first_counts(vault):
    assert vault.put(KEYS, "mine", over=False)
    assert not vault.put(KEYS, "theirs", over=False)
    assert vault.get(KEYS) == "mine"


def test_a_new_key_signs_and_the_one_before_still_counts(vault):
    assert [vault.rotate() for _ in range(3)] == [1, 2, 2]
    older, newest = vault.get(KEYS).split(",")
    assert vault.rotate() == 2
    assert vault.get(KEYS).split(",")[0] == newest != older


def test_all_of_them_go_and_nobody_elses(vault):
    other = Vault(f"{vault.stack}-other", vault.client)
    other.put(KEYS, "stays")
    vault.ensure()
    assert vault.drop() == [KEYS, ORIGIN_SECRET]
    assert vault.drop() == []
    assert (vault.get(KEYS), other.get(KEYS)) == ("", "stays")


def test_what_aws_does_not_allow_is_said():
    with stubbed() as clients:
        clients.answer("ssm", "get_parameter", "AccessDeniedException")
        with pytest.raises(Refused, match='does not allow "ssm:GetParameter"'):
            Vault("s", clients.of("ssm")).get(KEYS)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        (STRIPE_KEY, " sk_live_x\n", "sk_live_x"),
        (STRIPE_KEY, "rk_test_x", "rk_test_x"),
        (WEBHOOK_SECRETS, "whsec_a, whsec_b,", "whsec_a,whsec_b"),
        (KEYS, "k" * 32, "k" * 32),
    ],
)
def test_a_value_is_taken_without_what_a_terminal_adds(name, value, kept):
    assert secrets.checked(name, value) == kept


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (STRIPE_KEY, "", "was not changed"),
        (STRIPE_KEY, " , ", "was not changed"),
        (STRIPE_KEY, "pk_live_x", "that is no secret key of Stripe"),
        (STRIPE_KEY, "sk_live_a,sk_live_b", "that is no secret key of Stripe"),
        (STRIPE_KEY, "sk_live_a b", "there are spaces in it"),
        (WEBHOOK_SECRETS, "whsec_a,sk_live_b", "no signing secret of a webhook"),
        (KEYS, "k" * 31, "shorter than 32 characters"),
        (KEYS, f"{'k' * 32},short", "shorter than 32 characters"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_and_not_repeated(name, value, said):
    with pytest.raises(Failure, match=said) as refused:
        secrets.checked(name, value)
    assert value.strip(" ,") == "" or value not in str(refused.value)


@pytest.mark.parametrize("name", [ORIGIN_SECRET, "STRIPE_SECRET", "stripe_secret_key", ""])
def test_a_name_that_may_not_be_set_is_refused(name):
    with pytest.raises(WrongUsage):
        secrets.known(name)


def test_the_mode_of_a_key_is_told():
    keys = ("sk_live_1", "rk_live_1", "sk_test_1", "rk_test_1")
    assert [secrets.mode_of(each) for each in keys] == ["live", "live", "test", "test"]


def test_the_service_starts_again_without_a_change_that_the_stack_knows_of(clients):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("function.py", "def handler(event, context): return 1")
    client = clients.of("lambda")
    trust = json.dumps(TRUST)
    role = clients.of("iam").create_role(RoleName="restarted", AssumeRolePolicyDocument=trust)
    client.create_function(
        FunctionName="restarted",
        Runtime="python3.12",
        Handler="function.handler",
        Role=role["Role"]["Arn"],
        Description="of the stack",
        Code={"ZipFile": packed.getvalue()},
        Environment={"Variables": {"INKSTEAD_KEYS": "ssm:/x"}},
    )
    before = client.get_function_configuration(FunctionName="restarted")
    assert secrets.refresh(client, "restarted", NOW)
    after = client.get_function_configuration(FunctionName="restarted")
    assert after["Description"] == "Inkstead: settings of 2026-11-22T08:00:00Z"
    same = ("Environment", "CodeSha256", "Handler", "Timeout", "MemorySize", "Role")
    assert [before[name] for name in same] == [after[name] for name in same]


def test_without_a_service_there_is_nothing_to_start_again(clients):
    assert not secrets.refresh(clients.of("lambda"), "not-there", NOW)
