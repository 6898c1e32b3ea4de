"""Where readers land: on this site whatever was asked for, at the premium part if any."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.paywall.http import Request, safe_return, see
from publish.paywall.landing import landing
from publish.paywall.visit import Visit
from tests.publish.paywall import house as ground


@pytest.fixture
def visit(tmp_path, generation):
    house = ground.world(tmp_path, generation=generation)
    return Visit(house.world, Request("GET", "/api/x", "lang=en"))


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/en/walled/", "/en/walled/#ink-premium"),
        ("/en/walled/?utm_source=a", "/en/walled/?utm_source=a#ink-premium"),
        ("/en/walled/#half-way", "/en/walled/#half-way"),
        ("/en/free/", "/en/free/"),
        ("/en/course/", "/en/course/#ink-premium"),
        ("/nothing/there/", "/nothing/there/"),
        ("/第三次小圈/", "/%E7%AC%AC%E4%B8%89%E6%AC%A1%E5%B0%8F%E5%9C%88/#ink-premium"),
        ("", "/api/account?lang=en"),
        ("//evil.example/en/walled/", "/api/account?lang=en"),
        ("/api/account?lang=en", "/api/account?lang=en"),
        ("/api/confirm?key=x", "/api/account?lang=en"),
    ],
)
def test_the_way_back(visit, wanted, lands):
    assert landing(visit, wanted) == lands


def test_a_fallback_is_taken_where_nothing_or_nonsense_was_asked_for(visit):
    assert landing(visit, "", "/en/pass/") == "/en/pass/"
    assert landing(visit, "//evil.example", "/en/pass/") == "/en/pass/"


_PARTS = st.lists(
    st.sampled_from(
        ["/", "//", "\\", "evil.example", "@", ":", "https:", "..", ".", "%2f", "%5c", "?", "#",
         "\t", "\n", "\r", " ", "\u00a0", "\u2028", "a", "api", "javascript:", "[", "]", "\ufeff"]
    ),
    max_size=8,
)  # fmt: skip


def _as_browsers_read(address: str) -> str:
    """Return an address as the URL standard cleans it before it is read."""
    cleaned = address.strip("".join(map(chr, range(33))))
    for unseen in "\t\n\r":
        cleaned = cleaned.replace(unseen, "")
    return cleaned.replace("\\", "/")


@given(st.one_of(_PARTS.map("".join), st.text(max_size=30)))
def test_a_safe_return_never_leads_off_the_site(wanted):
    found = safe_return(wanted)
    assert found.startswith("/")
    assert urlsplit(urljoin("https://example.test/en/", _as_browsers_read(found))).netloc == (
        "example.test"
    )
    assert not found.startswith("/api/") or found.startswith("/api/account")
    see(found)
