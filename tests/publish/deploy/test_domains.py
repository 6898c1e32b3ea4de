"""Certificates: asked for once, found again, told apart; and what SES knows of a mail domain."""

from datetime import UTC, datetime

import pytest

from publish.deploy import domains
from publish.deploy.clients import Clients
from publish.deploy.domains import REGION
from publish.deploy.settings import Deployment
from publish.trouble import Failure
from tests import aws as emulator
from tests.publish.deploy.stubs import ANY, stubbed

SITE = Deployment("my-site", emulator.REGION, "ground.test")
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/"
FOUND = {"CertificateStatuses": ["ISSUED", "PENDING_VALIDATION"], "Includes": ANY}


@pytest.fixture
def clients():
    with stubbed() as made:
        yield made


def record(name):
    value = f"_v.{name}.acm-validations.aws."
    return {"Name": f"_x.{name}.", "Type": "CNAME", "Value": value}


def described(name, status, *names, **more):
    options = [{"DomainName": each, "ResourceRecord": record(each)} for each in names]
    return {
        "Certificate": {
            "CertificateArn": ARN + name,
            "DomainName": names[0],
            "SubjectAlternativeNames": list(names),
            "Status": status,
            "DomainValidationOptions": options,
            **more,
        }
    }


def lay(clients, *certificates):
    """Let ACM list and describe certificates."""
    told = [each["Certificate"] for each in certificates]
    listed = [
        {
            "CertificateArn": each["CertificateArn"],
            "DomainName": each["DomainName"],
            "SubjectAlternativeNameSummaries": each["SubjectAlternativeNames"],
        }
        for each in told
    ]
    clients.answer("acm", "list_certificates", {"CertificateSummaryList": listed}, FOUND, REGION)
    for each in certificates:
        clients.answer("acm", "describe_certificate", each, None, REGION)


@pytest.mark.parametrize(
    ("host", "other"),
    [
        ("ground.test", "www.ground.test"),
        ("www.ground.test", "ground.test"),
        ("ground.com.cn", "www.ground.com.cn"),
        ("blog.ground.test", ""),
        ("blog.ground.co.uk", ""),
        ("127.0.0.1", ""),
        ("localhost", ""),
    ],
)
def test_a_domain_has_a_twin_with_or_without_www(host, other):
    assert domains.twin(host) == other


def test_a_certificate_that_is_ready_is_taken_and_one_that_waits_is_not(clients):
    lay(clients, described("a", "PENDING_VALIDATION", "ground.test"))
    assert not domains.find(SITE.host, clients).ready
    lay(clients, described("a", "ISSUED", "ground.test"))
    assert domains.find(SITE.host, clients).ready


def test_of_several_the_one_in_use_stays(clients):
    """A site does not change its certificate at every publish because two would do."""
    newer = {"CreatedAt": datetime(2026, 5, 1, tzinfo=UTC)}
    used = {"InUseBy": ["distribution"], "CreatedAt": datetime(2026, 1, 1, tzinfo=UTC)}
    lay(
        clients,
        described("waits", "PENDING_VALIDATION", "ground.test", "www.ground.test"),
        described("newer", "ISSUED", "ground.test", "www.ground.test", **newer),
        described("used", "ISSUED", "ground.test", "www.ground.test", **used),
        described("half", "ISSUED", "ground.test", **newer),
    )
    assert domains.find(SITE.host, clients).arn == f"{ARN}used"


def test_a_star_stands_for_what_is_right_below_it_only(clients):
    lay(clients, described("star", "ISSUED", "*.ground.test"))
    assert domains.find("blog.ground.test", clients).arn == f"{ARN}star"
    told = [{"CertificateArn": f"{ARN}star", "DomainName": "*.ground.test"}]
    clients.answer("acm", "list_certificates", {"CertificateSummaryList": told}, FOUND, REGION)
    assert domains.find(SITE.host, clients) is None


def test_the_twin_is_served_where_the_certificate_stands_for_it(clients):
    lay(clients, described("a", "ISSUED", "ground.test", "www.ground.test"))
    assert domains.find(SITE.host, clients).twin_of(SITE.host) == "www.ground.test"
    lay(clients, described("a", "ISSUED", "ground.test"))
    assert domains.find(SITE.host, clients).twin_of(SITE.host) == ""


def test_a_certificate_is_asked_for_with_its_twin_and_its_records_are_waited_for(clients):
    clients.answer("acm", "list_certificates", {"CertificateSummaryList": []}, FOUND, REGION)
    asked = {
        "DomainName": "ground.test",
        "SubjectAlternativeNames": ["ground.test", "www.ground.test"],
        "ValidationMethod": "DNS",
        "IdempotencyToken": ANY,
        "Tags": [{"Key": "inkstead", "Value": "my-site"}],
    }
    clients.answer("acm", "request_certificate", {"CertificateArn": f"{ARN}n"}, asked, REGION)
    bare = described("n", "PENDING_VALIDATION", "ground.test")
    del bare["Certificate"]["DomainValidationOptions"]
    clients.answer("acm", "describe_certificate", bare, None, REGION)
    whole = described("n", "PENDING_VALIDATION", "ground.test", "www.ground.test")
    clients.answer("acm", "describe_certificate", whole, None, REGION)
    waited = []
    found = domains.requested(SITE, clients, waited.append)
    assert waited == [1]
    assert found.proofs == (
        ("_x.ground.test", "_v.ground.test.acm-validations.aws"),
        ("_x.www.ground.test", "_v.www.ground.test.acm-validations.aws"),
    )


def test_one_that_waits_is_gone_on_with(clients):
    lay(clients, described("a", "PENDING_VALIDATION", "ground.test", "www.ground.test"))
    assert domains.requested(SITE, clients, None).arn == f"{ARN}a"


@pytest.mark.parametrize("host", ["example.com", "www.example.com", "x.example", "127.0.0.1"])
def test_nothing_is_asked_for_a_domain_that_belongs_to_nobody(clients, host):
    with pytest.raises(Failure, match="is no domain of your own"):
        domains.requested(Deployment("n", "eu-central-1", host), clients)


def test_a_domain_that_only_ends_alike_is_ones_own(clients):
    lay(clients, described("a", "ISSUED", "my-example.com"))
    own = Deployment("n", "eu-central-1", "my-example.com")
    assert domains.requested(own, clients).status == "ISSUED"


def test_why_an_earlier_one_came_to_nothing_is_told(clients):
    dead = {"CertificateStatuses": ["FAILED", "VALIDATION_TIMED_OUT"], "Includes": ANY}
    told = [{"CertificateArn": f"{ARN}f", "DomainName": "ground.test"}]
    clients.answer("acm", "list_certificates", {"CertificateSummaryList": told}, dead, REGION)
    failed = described("f", "FAILED", "ground.test", FailureReason="CAA_ERROR")
    clients.answer("acm", "describe_certificate", failed, None, REGION)
    assert domains.failure("ground.test", clients) == "CAA_ERROR"


def test_on_an_account_it_is_asked_for_once_and_found_again(aws):
    with Clients(emulator.REGION, aws.environment()) as clients:
        first = domains.requested(SITE, clients)
        assert first.arn.split(":")[3] == REGION
        assert domains.requested(SITE, clients).arn == first.arn
        assert first.covers("www.ground.test")


def test_what_ses_knows_of_a_mail_domain_becomes_names_of_records(clients):
    told = {
        "VerifiedForSendingStatus": False,
        "DkimAttributes": {"Tokens": ["t1"], "SigningHostedZone": "dkim.eu-central-1.test"},
        "MailFromAttributes": {
            "MailFromDomain": "bounce.ground.test",
            "MailFromDomainStatus": "PENDING",
            "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
        },
    }
    clients.answer("sesv2", "get_email_identity", told, {"EmailIdentity": "ground.test"})
    found = domains.mailing("ground.test", clients)
    assert (found.verified, found.bounces) == (False, "bounce.ground.test")
    assert found.keys == (("t1._domainkey.ground.test", "t1.dkim.eu-central-1.test"),)


def test_a_mail_domain_that_ses_does_not_know_is_none(clients):
    clients.answer("sesv2", "get_email_identity", "NotFoundException")
    assert domains.mailing("ground.test", clients) is None
