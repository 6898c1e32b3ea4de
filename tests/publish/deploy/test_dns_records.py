"""Which records a domain needs, and which of them DNS has already."""

import pytest

from publish.deploy import dns_records
from publish.deploy.domains import Certificate, Mailing
from publish.deploy.resolving import Unresolved

EDGE = "d1.cloudfront.test"
PROVED = Certificate("arn", "ISSUED", ("ground.test",), (("_x.ground.test", "_v.acm.test"),))
MAIL = Mailing(
    "ground.test", False, (("t._domainkey.ground.test", "t.dkim.test"),), "b.ground.test"
)
SITE = dns_records.Record("ground.test", "ALIAS", EDGE, dns_records.SITE)
TXT = dns_records.Record(
    "b.ground.test", "TXT", "v=spf1 include:amazonses.com ~all", dns_records.SENDERS
)
DMARC = dns_records.Record("_dmarc.ground.test", "TXT", "v=DMARC1; p=none", dns_records.POLICY)
MX = dns_records.Record(
    "b.ground.test", "MX", "10 feedback-smtp.r.amazonses.com", dns_records.BOUNCES
)
PROOF = dns_records.Record("_x.ground.test", "CNAME", "_v.acm.test", dns_records.PROOF)


def resolver(known):
    def resolve(name, kind):
        found = known.get((name, kind), [])
        if found is None:
            raise Unresolved("no answer")
        return found

    return resolve


def state(record, known):
    return dns_records.looked_up([record], resolver(known))[0].state


def test_a_domain_needs_proof_address_and_mails():
    found = dns_records.wanted("ground.test", PROVED, EDGE, MAIL, "eu-central-1")
    assert [(each.kind, each.name, each.value) for each in found] == [
        ("CNAME", "_x.ground.test", "_v.acm.test"),
        ("ALIAS", "ground.test", EDGE),
        ("CNAME", "www.ground.test", EDGE),
        ("CNAME", "t._domainkey.ground.test", "t.dkim.test"),
        ("MX", "b.ground.test", "10 feedback-smtp.eu-central-1.amazonses.com"),
        ("TXT", "b.ground.test", "v=spf1 include:amazonses.com ~all"),
        ("TXT", "_dmarc.ground.test", "v=DMARC1; p=none"),
    ]


def test_before_the_first_publish_there_is_only_the_proof():
    assert len(dns_records.wanted("ground.test", PROVED, "", None, "eu-central-1")) == 1


def test_a_deeper_name_is_a_cname_and_has_no_twin():
    found = dns_records.wanted("blog.ground.test", None, EDGE, None, "eu-central-1")
    assert [(each.kind, each.name) for each in found] == [("CNAME", "blog.ground.test")]


@pytest.mark.parametrize(
    ("record", "known", "told"),
    [
        (SITE, {}, "missing"),
        (SITE, {("ground.test", "CNAME"): [EDGE]}, "there"),
        (SITE, {("ground.test", "A"): ["1.1.1.1"], (EDGE, "A"): ["1.1.1.1", "2.2.2.2"]}, "there"),
        (SITE, {("ground.test", "AAAA"): ["::9"], (EDGE, "AAAA"): ["::9"]}, "there"),
        (SITE, {("ground.test", "A"): ["9.9.9.9"], (EDGE, "A"): ["1.1.1.1"]}, "other"),
        (SITE, {("ground.test", "CNAME"): None}, "unknown"),
        (PROOF, {("_x.ground.test", "CNAME"): ["_v.acm.test"]}, "there"),
        (PROOF, {("_x.ground.test", "CNAME"): ["_other.acm.test"]}, "other"),
        (PROOF, {}, "missing"),
        (MX, {("b.ground.test", "MX"): ["10 feedback-smtp.r.amazonses.com"]}, "there"),
        (MX, {("b.ground.test", "MX"): ["10 mx.other.test"]}, "other"),
        (TXT, {("b.ground.test", "TXT"): ["v=spf1 include:amazonses.com -all"]}, "there"),
        (TXT, {("b.ground.test", "TXT"): ["v=spf1 mx -all"]}, "other"),
        (TXT, {("b.ground.test", "TXT"): ["google-site=1"]}, "missing"),
        (DMARC, {("_dmarc.ground.test", "TXT"): ["v=DMARC1; p=reject"]}, "there"),
        (DMARC, {}, "missing"),
    ],
)
def test_a_record_is_there_missing_other_or_not_known(record, known, told):
    assert state(record, known) == told
