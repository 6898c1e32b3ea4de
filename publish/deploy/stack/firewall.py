"""An optional web firewall before the site: a small stack of its own in us-east-1.

It is off unless a creator asks for it: it costs about seven dollars a month while nobody reads. Its
rules count calls and know bad addresses. The general rule set of AWS is not among them: it looks
for faults of PHP, SQL and the like, which neither static pages nor the service have, and it refuses
what is right here: bodies over 8 KB (Stripe's events) and texts that look like code (a creator's).
"""

from __future__ import annotations

from typing import Any

from publish.deploy.settings import Deployment
from publish.deploy.stack.names import Names
from publish.deploy.stack.notation import resource, written
from publish.deploy.stack.template import Template

REGION = "us-east-1"
"""Where AWS keeps what belongs to CloudFront."""
CALLS = 2_000
"""How often one address may ask in five minutes; a page with its parts is five to ten calls."""
OUTPUT = "WebAcl"


def template(deployment: Deployment) -> Template:
    """Return the template of the firewall; its output `OUTPUT` is the parameter Firewall."""
    names = Names(deployment.name)
    acl = resource(
        "WAFv2::WebACL",
        {
            "Name": names.firewall,
            "Scope": "CLOUDFRONT",
            "DefaultAction": {"Allow": {}},
            "VisibilityConfig": _seen(names.firewall),
            "Rules": [_rate(), _reputation()],
        },
    )
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Inkstead: the web firewall of {deployment.host}",
        "Resources": written({"WebAcl": acl}),
        "Outputs": {OUTPUT: {"Value": written("${WebAcl.Arn}")}},
    }


def _rate() -> dict[str, Any]:
    return {
        "Name": "calls",
        "Priority": 0,
        "Action": {"Block": {"CustomResponse": {"ResponseCode": 429}}},
        "Statement": {"RateBasedStatement": {"AggregateKeyType": "IP", "Limit": CALLS}},
        "VisibilityConfig": _seen("calls"),
    }


def _reputation() -> dict[str, Any]:
    group = {"VendorName": "AWS", "Name": "AWSManagedRulesAmazonIpReputationList"}
    return {
        "Name": "reputation",
        "Priority": 1,
        "OverrideAction": {"None": {}},
        "Statement": {"ManagedRuleGroupStatement": group},
        "VisibilityConfig": _seen("reputation"),
    }


def _seen(metric: str) -> dict[str, Any]:
    return {
        "MetricName": metric,
        "CloudWatchMetricsEnabled": True,
        "SampledRequestsEnabled": False,
    }
