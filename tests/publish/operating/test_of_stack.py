"""The real site without a word in the environment: from its stack, its table and its secrets."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from publish.contract.catalogue import speak
from publish.deploy.stack import policies
from publish.deploy.stack.names import Names
from publish.operating.opening import opened
from publish.operating.real import Unset
from publish.paywall import people
from publish.paywall.ports import Mail, MailDown, Missing
from publish.trouble import Failure, WrongUsage
from tests.aws import REGION, Aws
from tests.publish.commands.shop import Shop, make_shop
from tests.publish.deploy import roles
from tests.publish.operating.test_opening import live

UTC = ZoneInfo("UTC")
KEY = "a key of the stack that is long enough to sign"
ORIGIN = "https://own.example"
ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Stacked:
    """A content folder and the stack that its [publish] names."""

    aws: Aws
    content: Path
    stack: str
    table: str

    def secret(self, name: str, value: str) -> None:
        path = f"/inkstead/{self.stack}/{name}"
        self.aws.client("ssm").put_parameter(
            Name=path, Value=value, Type="SecureString", Overwrite=True
        )

    def settings(self, **more: str) -> None:
        lines = {"name": self.stack, "region": REGION, **more}
        told = "".join(f'{key} = "{value}"\n' for key, value in lines.items())
        site = f'time_zone = "Asia/Shanghai"\nurl = "{ORIGIN}"\n\n[publish]\n{told}'
        (self.content / "site.toml").write_text(site, encoding="utf-8")

    def environ(self, **more: str) -> dict[str, str]:
        return {**self.aws.environment(), **more}


def create(aws: Aws, stack: str, **outputs: str) -> None:
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    aws.client("cloudformation").create_stack(StackName=stack, TemplateBody=json.dumps(template))


@pytest.fixture
def site(aws: Aws, tmp_path: Path) -> Stacked:
    stack = f"inkstead-{secrets.token_hex(4)}"
    made = Stacked(aws, make_shop(tmp_path / "site").folder, stack, aws.table())
    made.settings()
    create(
        aws, stack, Table=made.table, PrivateBucket=aws.bucket(), Origin=ORIGIN,
        ConfigurationSet=f"{stack}-mail", Region=REGION,
    )  # fmt: skip
    made.secret("INKSTEAD_KEYS", KEY)
    return made


def test_everything_comes_from_the_stack(site: Stacked) -> None:
    """Its table is the store, its address the origin, its secrets sign; no variable is needed."""
    with opened(site.content, UTC, True, environ=site.environ()) as desk:
        assert (desk.account, desk.mode) == (f"AWS {ACCOUNT}", "live")
        assert desk.world.store.name == f"dynamodb:{site.table}"
        assert desk.world.origin == ORIGIN
        assert desk.world.ring.secrets == (KEY,)
        someone = people.new("a@example.test", "a@example.test", "en", desk.now, confirmed=True)
        desk.world.store.write(*people.creating(someone))
        assert people.find_by_mail(desk.world.store, "a@example.test")
        with pytest.raises(Missing):
            desk.world.bodies.current()
        with pytest.raises(Failure, match="STRIPE_SECRET_KEY"):
            desk.stripe()


def test_a_command_just_works(site: Stacked) -> None:
    """The first line names account, mode and store."""
    environ = {**site.environ(), "INKSTEAD_LANG": "en"}
    out = Shop(site.content).ok("readers", "suppressed", "--live", **environ)
    assert out.splitlines() == [f"AWS {ACCOUNT} · live · dynamodb {site.table}", "0 addresses"]


def test_stripe_is_that_of_the_stack_and_never_that_of_the_environment(site: Stacked) -> None:
    """A test key that lies there for the preview does not meet real readers."""
    environ = site.environ(STRIPE_SECRET_KEY="sk_test_of_the_preview")
    with opened(site.content, UTC, True, environ=environ) as desk:
        assert (desk.account, desk.world.payments) == (f"AWS {ACCOUNT}", None)
    site.secret("STRIPE_SECRET_KEY", "sk_live_of_mine")
    with opened(site.content, UTC, True, environ=environ) as desk:
        assert (desk.account, desk.mode) == (f"AWS {ACCOUNT} · Stripe …mine", "live")


def test_an_environment_that_names_a_site_wins(site: Stacked) -> None:
    """Whoever sets INKSTEAD_… means that, and all of it; a language is no site."""
    environ = site.environ(**live(site.content))
    with opened(site.content, UTC, True, environ=environ) as desk:
        assert desk.world.store.name.startswith("sqlite:")
    with (
        pytest.raises(Unset, match="set them in the environment"),
        opened(site.content, UTC, True, environ=site.environ(INKSTEAD_KEYS=KEY)),
    ):
        pass
    with opened(site.content, UTC, True, environ=site.environ(INKSTEAD_LANG="zh")) as desk:
        assert desk.world.store.name.startswith("dynamodb:")


def refused(site: Stacked, kind: type[Exception], said: str, **environ: Any) -> Any:
    with (
        pytest.raises(kind, match=said) as caught,
        opened(site.content, UTC, True, environ=site.environ(**environ)),
    ):
        pass
    return caught.value


def test_what_is_not_there_says_the_way_out(site: Stacked, aws: Aws) -> None:
    """No stack, no address yet, another account, no key, nobody that AWS knows."""
    site.settings(account="123456789012")
    refused(site, Failure, f'of account "{ACCOUNT}", site.toml names "123456789012"')
    site.settings(name="inkstead-none")
    refused(site, Failure, r"not published yet: .*\(run: inkstead publish\)")
    create(aws, f"{site.stack}-half", Table=site.table)
    site.settings(name=f"{site.stack}-half")
    refused(site, Failure, "not published yet")
    site.settings(region="nowhere")
    refused(site, WrongUsage, "region")
    site.settings()
    refused(site, Failure, "credentials", AWS_ACCESS_KEY_ID="AKIANOBODY")
    site.secret("INKSTEAD_KEYS", "short")
    wrong = refused(site, Unset, "inkstead publish")
    assert "INKSTEAD_KEYS" in wrong.say(speak("zh"))


def test_a_missing_permission_is_named(site: Stacked, aws: Aws) -> None:
    """Whoever may look at the stack and not at the readers is told what to add."""
    allowed = ["cloudformation:DescribeStacks", "ssm:GetParameter", "sts:GetCallerIdentity"]
    statement = {"Effect": "Allow", "Action": allowed, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam, name = aws.client("iam"), f"looker-{site.stack}"
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="look", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    environ = site.environ(
        AWS_ACCESS_KEY_ID=key["AccessKeyId"], AWS_SECRET_ACCESS_KEY=key["SecretAccessKey"]
    )
    ran = Shop(site.content).run("readers", "suppressed", "--live", **environ)
    assert ran.code == 1
    assert "the store does not answer: " in ran.err
    assert "dynamodb:Query" in ran.err


def test_who_operates_sends_letters_through_the_stacks_configuration_set(site: Stacked) -> None:
    """The operating role may do it, and no other sender's mails."""
    sender = f"{secrets.token_hex(4)}.test"
    site.aws.client("sesv2").create_email_identity(EmailIdentity=sender)
    role = roles.made(site.aws)
    names = Names(site.stack, ACCOUNT, REGION)
    roles.allow(role, policies.operating(names, sender))
    mail = Mail("ID", f"to@{sender}", "s", "t\n", "<p>t</p>\n", f"letters@{sender}")
    with opened(site.content, UTC, True, environ=role.environment) as desk:
        mailer = desk.mailer()
        assert not mailer.repeatable
        mailer.send(mail)
    assert [each["To"] for each in site.aws.mails()].count([mail.to]) == 1
    roles.allow(role, policies.operating(names))
    with (
        opened(site.content, UTC, True, environ=role.environment) as desk,
        pytest.raises(MailDown, match="AccessDenied"),
    ):
        desk.mailer().send(mail)
