from __future__ import annotations

import fnmatch
import json
import re
from typing import Any

from publish.deploy.stack import policies
from publish.deploy.stack.names import Names
from tests.publish.deploy.stack.stacks import whole

ACCOUNT = "123456789012"
NAME = "inkstead-example-com"
NAMELESS = {
    "acm:ListCertificates",
    "acm:RequestCertificate",
    "cloudwatch:DescribeAlarms",
    "lambda:GetAccountSettings",
    "logs:DescribeLogGroups",
    "ses:GetAccount",
    "ses:ListEmailIdentities",
    "sns:GetSubscriptionAttributes",
    "sns:Unsubscribe",
    "ssm:DescribeParameters",
}
"""What AWS allows for a whole account only."""


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def printed() -> dict[str, dict[str, Any]]:
    names = Names(NAME, ACCOUNT, "eu-central-1")
    return {
        "infrastructure": policies.infrastructure(names),
        "site": policies.site(names, "E1A2B3"),
        "operating": policies.operating(names, "example.com"),
        "function": policies.function(names, "example.com"),
    }


def test_each_fits_into_a_managed_policy_even_with_the_longest_name() -> None:
    longest = {"longest": policies.infrastructure(Names("a" * 40, ACCOUNT, "eu-central-1"))}
    for name, document in (printed() | longest).items():
        assert len(re.sub(r"\s", "", json.dumps(document))) <= 6_144, name


def test_each_is_ready_to_be_copied() -> None:
    for name, document in printed().items():
        assert "${" not in json.dumps(document), name


def test_all_resources_are_named_but_where_aws_knows_none() -> None:
    for name, document in printed().items():
        for each in document["Statement"]:
            if "*" in listed(each["Resource"]):
                assert name == "infrastructure"
                assert set(each["Action"]) == NAMELESS


def test_nobody_may_do_everything_to_a_service() -> None:
    for document in printed().values():
        for each in document["Statement"]:
            assert not [one for one in listed(each["Action"]) if re.fullmatch(r"(\w+:)?\*", one)]


def test_whoever_sets_up_may_publish_too() -> None:
    told = printed()
    for each in told["site"]["Statement"]:
        for action in listed(each["Action"]):
            for resource in listed(each["Resource"]):
                assert _allowed(told["infrastructure"], action, resource), (action, resource)


def _allowed(document: dict[str, Any], action: str, resource: str) -> bool:
    return any(
        any(fnmatch.fnmatchcase(action, one) for one in listed(each["Action"]))
        and any(fnmatch.fnmatchcase(resource, one) for one in listed(each["Resource"]))
        for each in document["Statement"]
    )


def test_whoever_sets_up_hands_roles_to_these_services_only() -> None:
    told = {each["Sid"]: each for each in printed()["infrastructure"]["Statement"]}
    assert told["HandRoles"]["Condition"] == {
        "StringEquals": {"iam:PassedToService": ["lambda.amazonaws.com", "scheduler.amazonaws.com"]}
    }
    names = ("service", "tick")
    assert told["HandRoles"]["Resource"] == [_arn("iam", f"role/{NAME}-{each}") for each in names]
    passing = [each["Sid"] for each in told.values() if "PassRole" in json.dumps(each["Action"])]
    assert passing == ["HandRoles"]
    assert '"iam:*"' not in json.dumps(told)


def test_who_operates_may_send_letters_from_the_sites_domain_and_from_no_other() -> None:
    told = {each["Sid"]: each for each in printed()["operating"]["Statement"]}
    assert told["Mails"]["Action"] == ["ses:SendEmail", "ses:SendRawEmail"]
    assert told["Mails"]["Condition"] == {
        "StringLikeIfExists": {"ses:FromAddress": "*@example.com"}
    }
    assert told["Mails"] in printed()["function"]["Statement"]
    without = policies.operating(Names(NAME, ACCOUNT, "eu-central-1"))
    assert "ses:" not in json.dumps(without)


def test_who_operates_publishes_nothing_and_changes_no_part_of_the_stack() -> None:
    told = printed()["operating"]["Statement"]
    actions = {action for each in told for action in listed(each["Action"])}
    writing = {each for each in actions if not re.search(r":(Get|List|Describe|Query|Scan)", each)}
    assert writing == {
        "dynamodb:ConditionCheckItem",
        "dynamodb:DeleteItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "ses:SendEmail",
        "ses:SendRawEmail",
    }


def test_a_site_whose_name_begins_alike_is_out_of_reach() -> None:
    """Two sites in one account: "ink" has no say over the roles of "ink-blog"."""
    document, other = printed()["infrastructure"], f"{NAME}-blog"
    for resource in (
        _arn("iam", f"role/{other}-service"),
        f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:{other}-service",
        f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter/inkstead/{other}/INKSTEAD_KEYS",
        f"arn:aws:s3:::{other}-private-{ACCOUNT}/site/current",
        f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/{other}-firewall/1",
    ):
        for each in document["Statement"]:
            if each["Sid"] != "Nameless":
                fits = [fnmatch.fnmatchcase(resource, one) for one in listed(each["Resource"])]
                assert not any(fits), (each["Sid"], resource)


def test_whoever_sets_up_cannot_read_the_store() -> None:
    (table,) = (each for each in printed()["infrastructure"]["Statement"] if each["Sid"] == "Table")
    reading = ("Item", "Query", "Scan", "PartiQL", "Export")
    assert not [each for each in table["Action"] if any(one in each for one in reading)]


def test_the_roles_of_the_stack_are_those_that_are_printed() -> None:
    """The same functions make both: what is copied is what is tested."""
    made = whole(account=ACCOUNT)
    resources = made["Resources"]
    distribution = json.dumps({"Fn::Sub": _arn("cloudfront", "distribution/${Distribution}")})
    for role, name in (("ServiceRole", "function"), ("PublisherRole", "site")):
        (policy,) = resources[role]["Properties"]["Policies"]
        text = json.dumps(policy["PolicyDocument"]).replace(
            distribution, json.dumps(_arn("cloudfront", "distribution/E1A2B3"))
        )
        text = re.sub(r'\{"Fn::Sub": ("[^"]*")\}', r"\1", text)
        text = text.replace("${AWS::Region}", "eu-central-1").replace("${AWS::AccountId}", ACCOUNT)
        assert json.loads(text) == printed()[name], role


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}::{ACCOUNT}:{resource}"
