"""The CloudFormation template of a site, made from its settings: the same bytes for the same ones.

The code of both functions is a placeholder in it: a publish writes the real one, and CloudFormation
leaves alone what did not change in the template.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from publish.deploy.settings import Deployment
from publish.deploy.stack import delivery, mailing, policies, service, storage, watching
from publish.deploy.stack.names import Names
from publish.deploy.stack.notation import Resources, given, resource, written
from publish.deploy.stack.outputs import Outputs, camel

Template: TypeAlias = dict[str, Any]

MOST_BYTES = 51_200
"""What CloudFormation takes with a request: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
SECRET_PARAMETERS = frozenset({"OriginSecret"})
_FROM_SETTINGS = frozenset({"AlarmMail", "Budget"})
FINGERPRINT = camel("fingerprint")


class TooLarge(Exception):
    """The template is larger than CloudFormation takes."""


def template(
    deployment: Deployment, headers: Mapping[str, str], *, account: str = "", mail: str = ""
) -> Template:
    """Return the template; `headers` are those of every answer, `mail` the domain of the sender.

    With the `account` the buckets have names that CloudFormation can look for: a stack that is set
    up again then takes over the private bucket that an earlier one left.
    """
    account = account or deployment.account
    names = Names(deployment.name, account) if account else Names(deployment.name)
    resources: Resources = {
        **storage.resources(names),
        **delivery.resources(names, headers),
        **service.resources(names, mail),
        **mailing.resources(names, mail),
        **watching.resources(names, mail, deployment.region),
        **_publisher(names, deployment.github),
    }
    has_budget = "MonthlyBudget" in resources
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Inkstead: the site {deployment.host}",
        "Parameters": _parameters(deployment, has_budget=has_budget),
        "Conditions": _conditions(has_budget=has_budget),
        "Resources": written(resources),
        "Outputs": _outputs(names, resources),
    }


def minified(made: Template) -> str:
    """Return the template as it is sent.

    Raises:
        TooLarge: CloudFormation would not take it.

    """
    text = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    size = len(text.encode())
    if size > MOST_BYTES:
        raise TooLarge(f"the template has {size} bytes, CloudFormation takes {MOST_BYTES}")
    return text


def fingerprint(made: Template, parameters: Mapping[str, str]) -> str:
    """Return what changes when a stack has to be updated; `parameters` without the secret ones.

    A parameter that is not given has its default.
    """
    plain = copy.deepcopy(made)
    plain.get("Outputs", {}).pop(FINGERPRINT, None)
    told = effective(plain, parameters, {})
    open_ones = {name: told[name] for name in told.keys() - SECRET_PARAMETERS}
    text = json.dumps([plain, open_ones], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def kept(parameter: str) -> bool:
    """Tell whether a parameter that is not given stays as it is; others follow site.toml."""
    return parameter not in _FROM_SETTINGS


def effective(
    made: Template, given: Mapping[str, str], before: Mapping[str, str]
) -> dict[str, str]:
    """Return the value of every parameter: as given, else as before, else its default."""
    found: dict[str, str] = {}
    for name, told in made.get("Parameters", {}).items():
        old = before.get(name) if kept(name) else None
        found[name] = given.get(name, old if old is not None else str(told.get("Default", "")))
    return found


def stamped(made: Template, parameters: Mapping[str, str]) -> Template:
    """Return the template with its fingerprint among the outputs."""
    outputs = {**made.get("Outputs", {}), FINGERPRINT: {"Value": fingerprint(made, parameters)}}
    return {**made, "Outputs": outputs}


def _parameters(deployment: Deployment, *, has_budget: bool) -> dict[str, Any]:
    text = {"Type": "String", "Default": ""}
    budget = {"Type": "Number", "Default": deployment.budget, "MinValue": 0}
    return {
        "OriginSecret": {"Type": "String", "NoEcho": True, "MinLength": 32},
        **{name: dict(text) for name in ("Origin", "Host", "Twin", "Firewall", "StripeApi")},
        # CloudFront takes certificates from this region only.
        "Certificate": {**text, "AllowedPattern": "|arn:aws:acm:us-east-1:.+"},
        "AlarmMail": {**text, "Default": deployment.alarms},
        **({"Budget": budget} if has_budget else {}),
    }


def _conditions(*, has_budget: bool) -> dict[str, Any]:
    some = {"Fn::Not": [{"Fn::Equals": [{"Ref": "Budget"}, 0]}]}
    return {
        "HasOrigin": given("Origin"),
        "HasDomain": {"Fn::And": [given("Certificate"), given("Host")]},
        "HasTwin": given("Twin"),
        "HasFirewall": given("Firewall"),
        "HasStripeApi": given("StripeApi"),
        "HasAlarmMail": given("AlarmMail"),
        **({"HasBudget": {"Fn::And": [given("AlarmMail"), some]}} if has_budget else {}),
    }


def _publisher(names: Names, repository: str) -> Resources:
    """Return the role with which GitHub publishes, where a repository is named."""
    if not repository:
        return {}
    may = policies.site(names, "${Distribution}")
    role = {
        "RoleName": names.publisher,
        "AssumeRolePolicyDocument": policies.trust(names, repository),
        "Policies": [{"PolicyName": "inkstead", "PolicyDocument": may}],
        "MaxSessionDuration": 3600,
    }
    return {"PublisherRole": resource("IAM::Role", role)}


def _outputs(names: Names, resources: Resources) -> dict[str, Any]:
    told = Outputs(
        site_bucket="${SiteBucket}",
        private_bucket="${PrivateBucket}",
        distribution="${Distribution}",
        domain="${Distribution.DomainName}",
        edge_function=names.edge,
        function="${Service}",
        table="${Table}",
        region="${AWS::Region}",
        origin="${Origin}",
        configuration_set="${MailSet}" if "MailSet" in resources else "",
        deploy_role="${PublisherRole.Arn}" if "PublisherRole" in resources else "",
        alarm_topic="${Alarms}",
        fingerprint="",
    )
    found = {camel(name): {"Value": written(value)} for name, value in vars(told).items()}
    return {name: each for name, each in found.items() if name != FINGERPRINT}
