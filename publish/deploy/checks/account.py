"""What is looked at of the account: whose it is, whose time it is, what it allows, what stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from publish.contract.catalogue import N_
from publish.deploy import answers, setting_up
from publish.deploy.checks.case import Case, NoAnswer
from publish.deploy.findings import Finding
from publish.deploy.ports import DeployError
from publish.deploy.stack.names import Names

CREDENTIALS = N_("credentials")
ACCOUNT = N_("account")
CLOCK = N_("clock")
PERMISSIONS = N_("permissions")
STACK = N_("stack")
LIMIT = N_("limit")
_SKEWED, _REFUSED = 60, 300
_FEW = 100
"""Below this a site that is talked about turns readers away."""
_INSTEAD = "AWS_ENDPOINT_URL"


def credentials(case: Case) -> Iterator[Finding]:
    """Look whether AWS knows us, and whether it is the account that site.toml names."""
    try:
        account = case.cloud.account()
    except answers.Said as cause:
        yield Finding("wrong", CREDENTIALS, cause.message, "", cause.values)
        return
    wanted, values = case.where.account, {"account": account, "wanted": case.where.account}
    yield Finding("ok", CREDENTIALS, N_("AWS knows them"))
    if wanted and wanted != account:
        text = N_('these credentials are of account "{account}", site.toml names "{wanted}"')
        way = N_("sign in to the other one (AWS_PROFILE), or correct account under [publish]")
        yield Finding("wrong", ACCOUNT, text, way, values)
    elif wanted:
        yield Finding("ok", ACCOUNT, N_("{account}, as site.toml says"), "", values)
    else:
        text = N_("{account}; site.toml names none, so any would be taken")
        way = N_('write account = "{account}" under [publish]')
        yield Finding("warning", ACCOUNT, text, way, values)


def clock(case: Case) -> Iterator[Finding]:
    """Look whether this machine's clock is that of AWS, which refuses others."""
    asked = case.environ.get(_INSTEAD) or f"https://sts.{case.where.region}.amazonaws.com/"
    try:
        told = case.fetch(asked).headers.get("date", "")
        theirs = parsedate_to_datetime(told)
    except (NoAnswer, ValueError, TypeError):
        text = N_('"{address}" does not answer')
        way = N_("look at the network; if it is up, the region may be misspelt")
        yield Finding("wrong", CLOCK, text, way, {"address": asked})
        return
    yield _skew(abs((theirs - case.now()).total_seconds()))


def _skew(seconds: float) -> Finding:
    values = {"seconds": round(seconds)}
    text = N_("this machine's clock is {seconds} seconds off")
    way = N_("let the machine set its clock from the network")
    if seconds >= _REFUSED:
        return Finding("wrong", CLOCK, text, way, values)
    if seconds >= _SKEWED:
        return Finding("warning", CLOCK, text, way, values)
    return Finding("ok", CLOCK, N_("right"))


def permissions(case: Case) -> Iterator[Finding]:
    """Try reads that change nothing; say which are refused."""
    refused = []
    for action, read in _reads(case):
        try:
            answers.ask(read, action, case.where.name, tries=1)
        except answers.No as cause:
            if cause.message == answers.NOT_ALLOWED:
                refused.append(action)
        except DeployError:
            continue
    if refused:
        text = N_("AWS does not allow: {actions}")
        way = N_("give the role what this prints: inkstead policies infrastructure")
        yield Finding("wrong", PERMISSIONS, text, way, {"actions": ", ".join(refused)})
    else:
        yield Finding("ok", PERMISSIONS, N_("looking is allowed; changing shows when it is tried"))


def _reads(case: Case) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield what the policy for setting up a stack allows, each a read that costs nothing."""
    of, name = case.cloud.of, case.where.name
    names = Names(name, case.cloud.account(), case.where.region)
    yield (
        "cloudformation:DescribeStacks",
        lambda: of("cloudformation").describe_stacks(StackName=name),
    )
    yield "s3:ListBucket", lambda: of("s3").list_objects_v2(Bucket=names.site_bucket, MaxKeys=1)
    yield (
        "cloudfront:DescribeFunction",
        lambda: of("cloudfront").describe_function(Name=names.edge),
    )
    yield (
        "lambda:GetFunctionConfiguration",
        lambda: of("lambda").get_function_configuration(FunctionName=names.function),
    )
    yield (
        "dynamodb:DescribeTable",
        lambda: of("dynamodb").describe_table(TableName=names.table),
    )
    yield "ssm:DescribeParameters", lambda: of("ssm").describe_parameters(MaxResults=1)
    yield "cloudwatch:DescribeAlarms", lambda: of("cloudwatch").describe_alarms(MaxRecords=1)
    yield "iam:GetRole", lambda: of("iam").get_role(RoleName=names.function)


def stack(case: Case) -> Iterator[Finding]:
    """Look whether the stack is there and at rest."""
    found, name = case.standing, case.where.name
    if found is None:
        text, way = N_('there is no stack "{name}" yet'), N_("run: inkstead publish")
        yield Finding("warning", STACK, text, way, {"name": name})
        return
    values = {"name": name, "status": found.status, "reason": found.reason or found.status}
    stands = found.state == "standing" and found.status.endswith("_COMPLETE")
    if found.status.endswith("_IN_PROGRESS"):
        text, way = N_('"{name}" is being changed ({status})'), N_("wait, then run it again")
        yield Finding("warning", STACK, text, way, values)
    elif stands and "ROLLBACK" not in found.status:
        yield Finding("ok", STACK, N_('"{name}" stands ({status})'), "", values)
        if setting_up.looked_at(case.where, case.cloud).outdated:
            text = N_("site.toml, or this version of Inkstead, asks for another one than stands")
            yield Finding("warning", STACK, text, N_("run: inkstead publish --plan"))
    elif stands:
        text = N_('the last change of "{name}" failed and was taken back: {reason}')
        yield Finding("warning", STACK, text, N_("run: inkstead publish --plan"), values)
    else:
        text = N_('"{name}" does not stand: {reason}')
        way = N_(
            "run: inkstead publish, which clears it away and starts again;"
            " the console shows why under CloudFormation, Events"
        )
        yield Finding("wrong", STACK, text, way, values)


def limit(case: Case) -> Iterator[Finding]:
    """Look how many calls of the function may run at once: new accounts have ten."""
    client = case.cloud.of("lambda")
    told = answers.ask(client.get_account_settings, "lambda:GetAccountSettings", "Lambda")
    most = int(told["AccountLimit"]["ConcurrentExecutions"])
    values = {"n": most, "region": case.where.region}
    if most >= _FEW:
        yield Finding("ok", LIMIT, N_("{n} calls of the service at once"), "", values)
        return
    text = N_("{n} calls of the service at once, which is few when many readers come")
    way = N_(
        "ask for 1000, it costs nothing: https://{region}.console.aws.amazon.com/servicequotas/"
        "home/services/lambda/quotas/L-B99A9384"
    )
    yield Finding("warning", LIMIT, text, way, values)
