"""The six things that a security review of a stack asks first, answered by the template itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from publish.deploy.stack.storage import LOG_DAYS
from tests.publish.deploy.stack.stacks import of_kind, whole

DATA = ("Table", "PrivateBucket", "MailDomain")


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return whole()


def documents(made: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every policy of the template with its resource: of roles, buckets and topics."""

    def within(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            if "Statement" in value:
                yield value
            else:
                for each in value.values():
                    yield from within(each)
        elif isinstance(value, list):
            for each in value:
                yield from within(each)

    for name, each in made["Resources"].items():
        for document in within(each["Properties"]):
            yield name, document


def statements(made: dict[str, Any], effect: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, document in documents(made):
        for each in document["Statement"]:
            if each["Effect"] == effect:
                yield name, each


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_nothing_is_open_to_the_public(made: dict[str, Any]) -> None:
    buckets = of_kind(made, "S3::Bucket")
    assert len(buckets) == 3
    for each in buckets.values():
        assert set(each["PublicAccessBlockConfiguration"].values()) == {True}
        assert len(each["PublicAccessBlockConfiguration"]) == 4
        assert "WebsiteConfiguration" not in each
        assert each["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    for name, each in statements(made, "Allow"):
        assert each.get("Principal") not in ("*", {"AWS": "*"}), name


def test_only_this_distribution_reads_the_site(made: dict[str, Any]) -> None:
    policy = made["Resources"]["SiteBucketPolicy"]["Properties"]["PolicyDocument"]
    (reads,) = (each for each in policy["Statement"] if each["Effect"] == "Allow")
    assert reads["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert reads["Action"] == "s3:GetObject"
    assert "${Distribution}" in reads["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"]
    (access,) = of_kind(made, "CloudFront::OriginAccessControl").values()
    assert access["OriginAccessControlConfig"]["SigningBehavior"] == "always"


def test_the_private_bucket_is_allowed_to_nobody_outside_the_account(made: dict[str, Any]) -> None:
    policy = made["Resources"]["PrivateBucketPolicy"]["Properties"]["PolicyDocument"]
    assert {each["Effect"] for each in policy["Statement"]} == {"Deny"}
    config = of_kind(made, "CloudFront::Distribution")["Distribution"]["DistributionConfig"]
    assert "PrivateBucket" not in json.dumps(config)


def test_the_open_function_wants_the_secret_that_only_the_edge_knows(made: dict[str, Any]) -> None:
    config = of_kind(made, "CloudFront::Distribution")["Distribution"]["DistributionConfig"]
    (service,) = (each for each in config["Origins"] if each["Id"] == "service")
    assert service["OriginCustomHeaders"] == [
        {"HeaderName": "x-origin-secret", "HeaderValue": {"Ref": "OriginSecret"}}
    ]
    assert made["Parameters"]["OriginSecret"]["NoEcho"] is True
    assert "OriginSecret" not in json.dumps(made["Outputs"])


def test_everything_is_encrypted_where_it_lies(made: dict[str, Any]) -> None:
    """DynamoDB and logs always are, with keys of AWS; SNS keeps nothing it has handed on."""
    for each in of_kind(made, "S3::Bucket").values():
        (rule,) = each["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    variables = of_kind(made, "Lambda::Function")["Service"]["Environment"]["Variables"]
    secret = [name for name in variables if "KEY" in name or "SECRET" in name]
    assert len(secret) == 4
    assert all(variables[name].startswith("ssm:/inkstead/") for name in secret)


def test_every_permission_names_what_it_allows(made: dict[str, Any]) -> None:
    """No "*" for an action; a resource that ends in one begins with the name of the stack."""
    seen = 0
    for name, each in statements(made, "Allow"):
        if "Resource" not in each:
            continue
        seen += 1
        for action in listed(each["Action"]):
            assert "*" not in action, (name, action)
        for one in listed(each["Resource"]):
            text = one.get("Fn::Sub") if isinstance(one, dict) else one
            assert one != "*", (name, each["Sid"])
            if isinstance(text, str) and text.endswith("*") and "identity" not in text:
                assert "inkstead-example-com" in text or "${" in text, (name, text)
    assert seen > 15


def test_mails_are_sent_only_from_the_domain_of_the_site(made: dict[str, Any]) -> None:
    """Resources are all identities: in its sandbox SES asks for those of recipients, too."""
    (sends,) = (each for _, each in statements(made, "Allow") if each.get("Sid") == "Mails")
    assert sends["Condition"] == {"StringLikeIfExists": {"ses:FromAddress": "*@example.com"}}


def test_the_service_reads_pieces_and_nothing_of_the_deployment(made: dict[str, Any]) -> None:
    role = made["Resources"]["ServiceRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    told = {each["Sid"]: each for each in role["Statement"]}
    assert told["Pieces"]["Action"] == "s3:GetObject"
    assert json.dumps(told["Pieces"]["Resource"]).count("private-123456789012/site/*") == 1
    assert "s3:Put" not in json.dumps(role)
    assert "cloudfront" not in json.dumps(role)


def test_whoever_publishes_cannot_read_members_or_secrets(made: dict[str, Any]) -> None:
    role = made["Resources"]["PublisherRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    services = {
        action.partition(":")[0] for each in role["Statement"] for action in listed(each["Action"])
    }
    assert services == {"s3", "cloudfront", "lambda", "cloudformation"}


def test_nobody_else_takes_on_a_role(made: dict[str, Any]) -> None:
    for name, each in of_kind(made, "IAM::Role").items():
        (trust,) = each["AssumeRolePolicyDocument"]["Statement"]
        assert "AWS" not in trust["Principal"], name
        assert trust["Principal"] != "*", name


def test_services_call_only_for_this_account_or_this_part(made: dict[str, Any]) -> None:
    """Else a stranger's topic or log could be pointed at ours."""
    for name, each in statements(made, "Allow"):
        if name.endswith("Policy") and "Service" in each.get("Principal", {}):
            assert "aws:Source" in json.dumps(each["Condition"]), name
    for each in of_kind(made, "Lambda::Permission").values():
        assert each["Principal"] == "*" or "SourceArn" in each


def test_nothing_travels_without_tls(made: dict[str, Any]) -> None:
    config = of_kind(made, "CloudFront::Distribution")["Distribution"]["DistributionConfig"]
    for each in (config["DefaultCacheBehavior"], *config["CacheBehaviors"]):
        assert each["ViewerProtocolPolicy"] == "redirect-to-https"
    domain = config["ViewerCertificate"]["Fn::If"][1]
    assert domain["MinimumProtocolVersion"] == "TLSv1.2_2021"
    (service,) = (each for each in config["Origins"] if each["Id"] == "service")
    assert service["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert service["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]
    (mails,) = of_kind(made, "SES::ConfigurationSet").values()
    assert mails["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}


def test_buckets_and_topics_refuse_to_speak_without_tls(made: dict[str, Any]) -> None:
    refusing = {
        name
        for name, each in statements(made, "Deny")
        if each["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        and each["Principal"] == "*"
    }
    assert refusing == {
        "SiteBucketPolicy",
        "PrivateBucketPolicy",
        "LogsBucketPolicy",
        "AlarmsPolicy",
        "BouncesPolicy",
    }


def test_who_asked_for_what_is_logged(made: dict[str, Any]) -> None:
    """Readers' addresses are not: the edge logs nothing, the buckets see the edge alone."""
    buckets = of_kind(made, "S3::Bucket")
    for name in ("SiteBucket", "PrivateBucket"):
        logging = buckets[name]["LoggingConfiguration"]
        assert logging["DestinationBucketName"] == {"Ref": "LogsBucket"}
    function = of_kind(made, "Lambda::Function")["Service"]
    assert function["LoggingConfig"] == {"LogGroup": {"Ref": "ServiceLog"}}
    assert len(of_kind(made, "CloudWatch::Alarm")) == 7


def test_logs_go_and_data_stays(made: dict[str, Any]) -> None:
    (group,) = of_kind(made, "Logs::LogGroup").values()
    assert group["RetentionInDays"] == LOG_DAYS
    rules = of_kind(made, "S3::Bucket")["LogsBucket"]["LifecycleConfiguration"]["Rules"]
    assert LOG_DAYS in [each.get("ExpirationInDays") for each in rules]
    for name in DATA:
        resource = made["Resources"][name]
        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain", name
    table = made["Resources"]["Table"]["Properties"]
    assert table["DeletionProtectionEnabled"]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_uploads_that_broke_off_do_not_stay(made: dict[str, Any]) -> None:
    for name, each in of_kind(made, "S3::Bucket").items():
        assert "AbortIncompleteMultipartUpload" in json.dumps(each["LifecycleConfiguration"]), name


def test_nothing_costs_by_the_hour(made: dict[str, Any]) -> None:
    """On demand, no server, no key of our own, at most as many alarms as are free."""
    text = json.dumps(made)
    assert of_kind(made, "DynamoDB::Table")["Table"]["BillingMode"] == "PAY_PER_REQUEST"
    dear = ("EC2", "ECS", "RDS", "ElastiCache", "WAFv2", "KMS", "NatGateway", "Route53::HostedZone")
    assert not [each for each in dear if f"AWS::{each}" in text]
    assert "ProvisionedConcurrency" not in text
    assert len(of_kind(made, "CloudWatch::Alarm")) <= 10
