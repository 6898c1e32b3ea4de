"""Who may talk to the preview."""

import pytest

from publish.preview.guard import Asked, asked, hosts, refusal

KNOWN = hosts(8000)


def ask(method="GET", host="127.0.0.1:8000", **given):
    return Asked(method, "/", host=host, **given)


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost:8000", "LocalHost:8000", "[::1]:8000"]
)
def test_its_own_names_are_answered(host):
    assert refusal(ask(host=host), KNOWN) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:8000",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:8001",
        "localhost:8000.evil.example",
        "127.0.0.1:8000,evil.example",
        "evil.example@127.0.0.1:8000",
        "localhost.:8000",
        "2130706433:8000",
    ],
)
def test_a_foreign_name_is_misdirected(host):
    """DNS rebinding brings the right address under a wrong name."""
    refused = refusal(ask(host=host), KNOWN)
    assert refused is not None
    assert refused.status == 421


def test_port_80_needs_no_port():
    assert refusal(ask(host="localhost"), hosts(80)) is None


@pytest.mark.parametrize("events", [False, True])
@pytest.mark.parametrize(
    ("origin", "site", "allowed"),
    [
        ("", "", True),
        ("http://127.0.0.1:8000", "same-origin", True),
        ("http://localhost:8000", "", True),
        ("", "same-origin", True),
        ("", "none", True),
        ("", "cross-site", False),
        ("", "same-site", False),
        ("null", "", False),
        ("https://127.0.0.1:8000", "", False),
        ("http://127.0.0.1:8001", "same-site", False),
        ("http://evil.example", "cross-site", False),
    ],
)
def test_only_its_own_pages_may_post_or_listen(events, origin, site, allowed):
    request = ask("GET" if events else "POST", origin=origin, fetch_site=site)
    refused = refusal(request, KNOWN, events)
    assert (refused is None) is allowed
    assert refused is None or refused.status == 403


def test_a_link_from_another_site_may_be_followed():
    assert refusal(ask(origin="", fetch_site="cross-site"), KNOWN) is None


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "get"])
def test_every_method_that_is_not_safe_counts(method):
    assert refusal(ask(method, origin="http://evil.example"), KNOWN) is not None


def test_a_request_is_read_from_wsgi():
    path = "/文章/".encode().decode("latin-1")
    found = asked({"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_SEC_FETCH_SITE": "none"})
    assert (found.path, found.fetch_site, found.host) == ("/文章/", "none", "")
