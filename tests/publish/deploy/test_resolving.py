"""Answers of DNS come as people write them; no answer is not "there is none"."""

import dns.exception
import dns.resolver
import dns.rrset
import pytest

from publish.deploy import resolving
from publish.deploy.resolving import Unresolved


def answering(monkeypatch, *told):
    """Let the machine's resolver answer with records, or raise."""

    def resolve(name, kind, **_):
        if isinstance(told[0], Exception):
            raise told[0]
        return dns.rrset.from_text(name, 60, "IN", kind, *told)

    monkeypatch.setattr(dns.resolver, "resolve", resolve)


@pytest.mark.parametrize(
    ("kind", "told", "found"),
    [
        ("CNAME", "D1.CloudFront.Test.", "d1.cloudfront.test"),
        ("A", "192.0.2.1", "192.0.2.1"),
        ("MX", "10 Feedback.Test.", "10 feedback.test"),
        ("TXT", '"v=spf1 include:a.test " "-all"', "v=spf1 include:a.test -all"),
    ],
)
def test_a_record_is_told_without_its_dot_and_in_one_piece(monkeypatch, kind, told, found):
    answering(monkeypatch, told)
    assert resolving.system("ground.test", kind) == [found]


@pytest.mark.parametrize("cause", [dns.resolver.NXDOMAIN(), dns.resolver.NoAnswer()])
def test_a_name_without_records_has_none(monkeypatch, cause):
    monkeypatch.setattr(type(cause), "__init__", lambda self: None)
    answering(monkeypatch, cause)
    assert resolving.system("ground.test", "A") == []


@pytest.mark.parametrize("cause", [dns.exception.Timeout(), OSError("no network")])
def test_no_answer_is_not_none(monkeypatch, cause):
    answering(monkeypatch, cause)
    with pytest.raises(Unresolved):
        resolving.system("ground.test", "A")
