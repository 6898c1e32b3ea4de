"""What doctor sees of the site: release and service, secrets, certificate, DNS, mails."""

import dataclasses

import pytest

from publish import place
from publish.deploy import domains
from publish.deploy.checks import site
from publish.deploy.domains import Certificate, Mailing
from publish.deploy.secrets import MADE
from tests.publish.deploy import sites
from tests.publish.deploy.checks.cases import (
    NOW,
    SITE,
    a_case,
    standing,
    told,
    ways,
    without_stack,
)
from tests.publish.deploy.deploying import Deployer
from tests.publish.deploy.memory import in_memory
from tests.publish.deploy.sites import FIRST, Clock
from tests.publish.deploy.stubs import stubbed

PREFIX = "/inkstead/my-site/"


@pytest.fixture
def clients():
    with stubbed() as made:
        yield made


def published(tmp_path):
    places = in_memory()
    Deployer(places, sites.bundle(tmp_path), Clock()).publish(FIRST)
    return places


def seen(tmp_path, clients, places):
    return standing(a_case(tmp_path, clients, places=lambda *_: places))


def test_the_live_release_and_its_service_are_told(tmp_path, clients):
    places = published(tmp_path)
    found = told(site.release(seen(tmp_path, clients, places)))
    live = places.edge.live().release
    assert found == [
        ("ok", f'"{live}" is live at https://ground.test'),
        ("ok", "the one of the live release runs"),
    ]


def test_a_service_of_another_version_is_told(tmp_path, clients, monkeypatch):
    monkeypatch.setattr(place, "version", lambda: "0.2.0")
    found = told(site.release(seen(tmp_path, clients, published(tmp_path))))
    assert found[1] == ("warning", 'version "0.1.0" runs, here is "0.2.0"')


def test_a_service_that_is_not_that_of_the_release_is_told(tmp_path, clients):
    places = published(tmp_path)
    other = sites.bundle(tmp_path, b"another service")
    key = places.private.put_bundle(other.path, other.sha256, other.bytes)
    places.runtime.run(key, other.sha256)
    found = list(site.release(seen(tmp_path, clients, places)))
    assert [each.level for each in found] == ["ok", "wrong"]
    assert ways(found)[1] == "run: inkstead publish"


def test_a_live_release_without_a_record_is_told_with_how_to_insist(tmp_path, clients):
    places = published(tmp_path)
    places.private.drop_record(places.edge.live().release)
    found = list(site.release(seen(tmp_path, clients, places)))
    assert found[1].level == "wrong"
    assert ways(found)[1] == "run: inkstead publish --insist record"


def test_before_the_first_publish_nothing_is_live(tmp_path, clients):
    assert told(site.release(seen(tmp_path, clients, in_memory()))) == [
        ("warning", "nothing was published yet")
    ]
    assert list(site.release(without_stack(a_case(tmp_path, clients)))) == []


@pytest.mark.parametrize(
    ("there", "levels"), [(MADE, ["ok"]), (MADE[:1], ["wrong"]), ((), ["wrong"])]
)
def test_secrets_that_the_service_needs_are_looked_for(tmp_path, clients, there, levels):
    listed = [{"Name": PREFIX + name, "LastModifiedDate": NOW} for name in there]
    clients.answer("ssm", "describe_parameters", {"Parameters": listed})
    assert [each.level for each in site.secrets(standing(a_case(tmp_path, clients)))] == levels


def test_before_the_first_publish_no_secrets_are_missed(tmp_path, clients):
    clients.answer("ssm", "describe_parameters", {"Parameters": []})
    assert list(site.secrets(without_stack(a_case(tmp_path, clients)))) == []


@pytest.mark.parametrize(
    ("certificate", "level", "way"),
    [
        (None, "warning", "run: inkstead domain"),
        (Certificate("a", "PENDING_VALIDATION", ()), "warning", "run: inkstead domain"),
        (Certificate("a", "ISSUED", ()), "warning", "run: inkstead publish"),
        (Certificate("a", "ISSUED", (), in_use=True), "ok", ""),
    ],
)
def test_the_certificate_is_absent_waits_is_ready_or_in_use(
    tmp_path, monkeypatch, certificate, level, way
):
    monkeypatch.setattr(domains, "find", lambda *_: certificate)
    found = list(site.certificate(a_case(tmp_path, object())))
    assert ([each.level for each in found], ways(found)) == ([level], [way])


def test_a_domain_that_leads_elsewhere_is_told_with_where_it_should(tmp_path):
    known = {
        ("ground.test", "A"): ["9.9.9.9"],
        ("d1.cloudfront.test", "A"): ["1.1.1.1"],
        ("www.ground.test", "CNAME"): ["d1.cloudfront.test"],
    }
    case = a_case(tmp_path, resolve=lambda name, kind: known.get((name, kind), []))
    found = list(site.domain(standing(case)))
    assert told(found) == [
        ("warning", '"ground.test" leads elsewhere'),
        ("ok", '"www.ground.test" leads to the site'),
    ]
    assert "d1.cloudfront.test" in ways(found)[0]


def test_without_dns_the_domain_is_not_known(tmp_path):
    found = list(site.domain(standing(a_case(tmp_path))))
    assert [each.level for each in found] == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("known", "level"),
    [
        (None, "warning"),
        (Mailing("ground.test", verified=False, keys=()), "wrong"),
        (Mailing("ground.test", verified=True, keys=()), "ok"),
    ],
)
def test_a_mail_domain_must_be_proved(tmp_path, monkeypatch, known, level):
    monkeypatch.setattr(domains, "mailing", lambda *_: known)
    assert [each.level for each in site.mail(a_case(tmp_path, object()))] == [level]


def test_a_site_without_a_sender_sends_nothing(tmp_path):
    case = a_case(tmp_path, deployment=dataclasses.replace(SITE, sender=""))
    assert [each.level for each in site.mail(case)] == ["warning"]
    assert list(site.quota(case)) == []


def account(**told):
    quota = {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": told.pop("sent", 0.0)}
    return {"SendQuota": quota, "SendingEnabled": True, **told}


@pytest.mark.parametrize(
    ("answer", "levels"),
    [
        (account(ProductionAccessEnabled=True), ["ok", "ok"]),
        (account(ProductionAccessEnabled=False), ["wrong", "ok"]),
        (account(ProductionAccessEnabled=True, SendingEnabled=False), ["wrong", "ok"]),
        (account(ProductionAccessEnabled=True, EnforcementStatus="SHUTDOWN"), ["wrong", "ok"]),
        (account(ProductionAccessEnabled=True, sent=170.0), ["ok", "warning"]),
    ],
)
def test_the_sandbox_of_ses_and_its_quota_are_told(tmp_path, clients, answer, levels):
    clients.answer("sesv2", "get_account", answer)
    assert [each.level for each in site.quota(a_case(tmp_path, clients))] == levels
