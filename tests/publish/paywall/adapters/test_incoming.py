"""What both adapters read alike: paths, networks, hops."""

from __future__ import annotations

import string
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.paywall.adapters.incoming import last_untrusted, network, raw_path


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_encoded_path_is_left_alone(text: str) -> None:
    encoded = "/" + quote(text, safe="/:@!$&'()*+,;=~")
    assert raw_path(encoded) == encoded


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="%")))
def test_a_decoded_path_is_encoded_again(text: str) -> None:
    found = raw_path("/" + text)
    assert unquote(found) == "/" + text
    assert set(found) <= set(string.ascii_letters + string.digits + "/:@!$&'()*+,;=~._-%")


@pytest.mark.parametrize(
    ("address", "known_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::7", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2:bbbb::8]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix:", ""),
        ("<script>", ""),
    ],
)
def test_a_network_is_what_one_reader_holds_alone(address: str, known_as: str) -> None:
    assert network(address) == known_as


@pytest.mark.parametrize(
    ("forwarded", "proxies", "who"),
    [
        ("203.0.113.9", 0, "10.0.0.1"),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", 1, "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"),
        ("203.0.113.9", 2, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
        (" , ,", 1, "10.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_add_is_believed(forwarded: str, proxies: int, who: str) -> None:
    assert last_untrusted("10.0.0.1", forwarded, proxies).strip() == who
