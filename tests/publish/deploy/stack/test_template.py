from __future__ import annotations

import hashlib
import json
import re
import subprocess
from typing import Any

import pytest

from publish.deploy.bundle import HANDLER
from publish.deploy.headers import security
from publish.deploy.stack import delivery, firewall, regions, service
from publish.deploy.stack.notation import written
from publish.deploy.stack.outputs import Outputs
from publish.deploy.stack.template import (
    MOST_BYTES,
    TooLarge,
    fingerprint,
    minified,
    stamped,
    template,
)
from tests.publish.deploy.stack.stacks import deployment, of_kind, whole


def lint(text: str, region: str) -> list[str]:
    from cfnlint.api import lint as check
    from cfnlint.config import ManualArgs

    return [
        f"{each.rule.id} {each.message}"
        for each in check(text, config=ManualArgs(regions=[region]))
    ]


def test_the_template_is_clean() -> None:
    assert lint(minified(stamped(whole(), {})), "ap-northeast-1") == []


def test_what_regions_lack_is_known() -> None:
    """A table of ours would grow old unseen; this is how cfn-lint knows it."""
    from cfnlint.helpers import REGIONS
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    ours = re.compile(r"(?!cn|us-gov|us-iso|eu-iso|eusc)\w\w-\w+-\d").fullmatch
    there = {
        each: set(PROVIDER_SCHEMA_MANAGER.get_resource_types(each))
        for each in filter(ours, REGIONS)
    }
    assert len(there) > 25
    kinds = {each["Type"] for each in whole()["Resources"].values()}
    lacking = {kind: {region for region in there if kind not in there[region]} for kind in kinds}
    assert {kind: lacks for kind, lacks in lacking.items() if lacks} == {
        "AWS::Lambda::Url": regions.WITHOUT_SERVICE,
        "AWS::SES::EmailIdentity": regions.WITHOUT_MAIL,
        "AWS::SES::ConfigurationSet": regions.WITHOUT_MAIL,
        "AWS::SES::ConfigurationSetEventDestination": regions.WITHOUT_MAIL,
        "AWS::Budgets::Budget": regions.WITHOUT_BUDGET,
    }


def test_the_template_of_a_plain_site_is_clean() -> None:
    """Hong Kong has no SES: a site that sends no mail may stand there."""
    plain = deployment(alarms="", github="", region="ap-east-1")
    assert lint(minified(template(plain, security())), "ap-east-1") == []


def test_the_firewall_is_clean() -> None:
    assert lint(minified(firewall.template(deployment())), firewall.REGION) == []


def test_a_seeded_fault_is_found() -> None:
    broken = whole()
    del broken["Resources"]["Service"]["Properties"]["Role"]
    assert lint(minified(broken), "eu-central-1") != []


def test_the_template_fits_into_a_request_with_room_to_grow() -> None:
    assert len(minified(stamped(whole(), {})).encode()) < MOST_BYTES * 0.6


def test_a_template_that_is_too_large_is_refused_before_it_is_sent() -> None:
    with pytest.raises(TooLarge, match="51200"):
        minified({"Description": "x" * MOST_BYTES})


def test_it_tells_every_output_that_others_read() -> None:
    made = stamped(whole(), {})
    told = dict.fromkeys(made["Outputs"], "told")
    assert set(vars(Outputs.read(told)).values()) == {"told"}


def test_the_same_settings_make_the_same_bytes() -> None:
    assert minified(whole()) == minified(whole())


def test_every_origin_that_a_behaviour_names_is_there() -> None:
    config = of_kind(whole(), "CloudFront::Distribution")["Distribution"]["DistributionConfig"]
    behaviours = [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]
    assert {each["TargetOriginId"] for each in behaviours} == {
        each["Id"] for each in config["Origins"]
    }


def test_a_certificate_comes_only_from_the_region_of_cloudfront() -> None:
    """It is a parameter, checked before anything is made, and nothing else names one."""
    made = whole()
    assert made["Parameters"]["Certificate"]["AllowedPattern"] == r"|arn:aws:acm:us-east-1:.+"
    assert "acm" not in json.dumps(made["Resources"])


def test_an_open_address_has_both_permissions_and_no_more() -> None:
    """Lambda wants both since October 2025; either alone answers 403 to everybody."""
    open_ones = [
        each for each in of_kind(whole(), "Lambda::Permission").values() if each["Principal"] == "*"
    ]
    assert sorted(open_ones, key=lambda each: str(each["Action"])) == [
        {
            "FunctionName": {"Ref": "Service"},
            "Action": "lambda:InvokeFunction",
            "Principal": "*",
            "InvokedViaFunctionUrl": True,
        },
        {
            "FunctionName": {"Ref": "Service"},
            "Action": "lambda:InvokeFunctionUrl",
            "Principal": "*",
            "FunctionUrlAuthType": "NONE",
        },
    ]


def test_the_code_of_both_functions_never_changes_in_the_template() -> None:
    """CloudFormation would write the placeholder over the release that is live.

    Whoever has to change these bytes must bring the real code back afterwards, in `publish`.
    """
    made = whole()
    edge = of_kind(made, "CloudFront::Function")["EdgeFunction"]
    code = of_kind(made, "Lambda::Function")["Service"]["Code"]
    assert _hash(edge) == "e1c0d56a1d39ee27"
    assert _hash(code) == "bc3b4da5346216ef"


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def test_the_placeholder_of_the_edge_says_in_both_languages_that_nothing_is_there_yet() -> None:
    script = f"{delivery.PLACEHOLDER}\nconsole.log(JSON.stringify(handler({{}})))"
    told = json.loads(
        subprocess.run(["node", "-e", script], check=True, capture_output=True).stdout
    )
    assert told["statusCode"] == 503
    assert "not published yet" in told["body"]
    assert "本站尚未发布。" in told["body"]


def test_the_function_is_called_as_the_bundle_wants_it() -> None:
    function = of_kind(whole(), "Lambda::Function")["Service"]
    assert function["Handler"] == HANDLER
    assert function["Timeout"] < delivery.SERVICE_SECONDS
    assert compile(service.PLACEHOLDER, "index.py", "exec")


def test_all_headers_of_the_site_reach_its_answers() -> None:
    """Those that the service says itself stay: it locks some answers down harder."""
    told = security(("https://player.bilibili.com",))
    made = of_kind(template(deployment(), told), "CloudFront::ResponseHeadersPolicy")
    config = made["HeadersPolicy"]["ResponseHeadersPolicyConfig"]
    known = config["SecurityHeadersConfig"]
    custom = {each["Header"]: each["Value"] for each in config["CustomHeadersConfig"]["Items"]}
    policy = known["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    assert policy == told["content-security-policy"]
    assert known["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 31_536_000
    assert known["ReferrerPolicy"]["ReferrerPolicy"] == told["referrer-policy"]
    assert known["FrameOptions"]["FrameOption"] == told["x-frame-options"]
    assert custom == {"permissions-policy": told["permissions-policy"]}
    everything = [*known.values(), *config["CustomHeadersConfig"]["Items"]]
    assert not any(each["Override"] for each in everything)


def test_a_header_that_nobody_knows_yet_is_not_lost() -> None:
    made = template(deployment(), {**security(), "X-New": "1"})
    config = of_kind(made, "CloudFront::ResponseHeadersPolicy")["HeadersPolicy"]
    items = config["ResponseHeadersPolicyConfig"]["CustomHeadersConfig"]["Items"]
    assert {"Header": "x-new", "Value": "1", "Override": False} in items


def test_the_site_is_cached_and_the_service_is_not() -> None:
    config = of_kind(whole(), "CloudFront::Distribution")["Distribution"]["DistributionConfig"]
    policy = of_kind(whole(), "CloudFront::CachePolicy")["CachePolicy"]["CachePolicyConfig"]
    assert policy["MinTTL"] >= delivery.DAY
    assert config["DefaultCacheBehavior"]["AllowedMethods"] == ["GET", "HEAD"]
    (service_,) = config["CacheBehaviors"]
    assert service_["CachePolicyId"] == delivery.CACHING_DISABLED
    assert service_["OriginRequestPolicyId"] == delivery.ALL_BUT_HOST


def test_one_readers_trouble_is_not_kept_for_the_next() -> None:
    """CloudFront keeps these for ten seconds by path alone, even where they say "no-store"."""
    config = whole()["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    told = {each["ErrorCode"]: each for each in config["CustomErrorResponses"]}
    for code in (500, 501, 502, 503, 504):
        assert told[code] == {"ErrorCode": code, "ErrorCachingMinTTL": 0}


def test_the_edge_function_stands_before_site_and_service() -> None:
    config = of_kind(whole(), "CloudFront::Distribution")["Distribution"]["DistributionConfig"]
    for each in (config["DefaultCacheBehavior"], *config["CacheBehaviors"]):
        assert [one["EventType"] for one in each["FunctionAssociations"]] == ["viewer-request"]


def test_a_mail_domain_is_there_only_for_a_site_with_a_sender() -> None:
    assert of_kind(whole(), "SES::EmailIdentity")
    silent = template(deployment(), security())
    assert not of_kind(silent, "SES::EmailIdentity")
    assert "ses:SendEmail" not in json.dumps(silent)


def test_a_role_for_github_is_there_only_for_a_site_with_a_repository() -> None:
    (role,) = (
        each
        for each in of_kind(whole(), "IAM::Role").values()
        if "Federated" in json.dumps(each["AssumeRolePolicyDocument"])
    )
    condition = role["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]
    assert condition == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": [
                "repo:owner/site:ref:refs/heads/main",
                "repo:owner/site:ref:refs/heads/master",
            ],
        },
    }
    assert "Federated" not in json.dumps(template(deployment(github=""), security()))


def test_the_schedule_begins_when_the_service_knows_its_address() -> None:
    """Until then each tick would fail, and the first thing a creator got would be an alarm."""
    (tick,) = of_kind(whole(), "Scheduler::Schedule").values()
    assert tick["State"] == {"Fn::If": ["HasOrigin", "ENABLED", "DISABLED"]}
    assert json.loads(tick["Target"]["Input"]) == {"inkstead": "tick"}


def test_fingerprints_change_with_the_template_and_with_parameters_but_not_with_secrets() -> None:
    made = whole()
    base = fingerprint(made, {})
    assert fingerprint(stamped(made, {}), {}) == base
    assert fingerprint(made, {"OriginSecret": "x" * 32}) == base
    assert fingerprint(made, {"Origin": ""}) == base
    assert fingerprint(made, {"Origin": "https://example.com"}) != base
    assert fingerprint(whole(deployment(budget=20)), {}) != base


def test_references_are_written_as_cloudformation_reads_them() -> None:
    assert written(["${A}", "${A.Arn}", "${A}/*", "${AWS::Region}", "plain", {"a": 1}]) == [
        {"Ref": "A"},
        {"Fn::GetAtt": ["A", "Arn"]},
        {"Fn::Sub": "${A}/*"},
        {"Ref": "AWS::Region"},
        "plain",
        {"a": 1},
    ]


def test_names_that_hold_data_are_plain_text_so_that_a_new_stack_takes_over_what_is_left() -> None:
    """CloudFormation looks for what exists only by names without references."""
    made = whole()["Resources"]
    assert made["PrivateBucket"]["Properties"]["BucketName"] == (
        "inkstead-example-com-private-123456789012"
    )
    assert made["Table"]["Properties"]["TableName"] == "inkstead-example-com-store"
    assert made["MailDomain"]["Properties"]["EmailIdentity"] == "example.com"


def test_the_longest_name_still_fits_a_bucket() -> None:
    made = whole(deployment("a" * 40))
    buckets = [each["BucketName"] for each in of_kind(made, "S3::Bucket").values()]
    assert max(map(len, buckets)) <= 63
