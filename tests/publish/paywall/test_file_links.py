"""Addresses of a lead magnet's files: what they say, and that nobody else can make one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.contract.manifest import PrivateFile
from publish.paywall import deliveries, file_links
from publish.paywall.deliveries import Delivery
from publish.paywall.file_links import FileLink
from publish.paywall.signing import Keyring
from tests.publish.paywall.house import KEYS, START

RING = Keyring(KEYS)


def file(name="清单.4e5f6a7b.pdf"):
    return PrivateFile("", f"private/magnets/x/en/{name}", "application/pdf", 9, "5" * 64)


def signed(ring=RING, magnet="checklist", lang="zh-Hans"):
    return file_links.path(ring, magnet, lang, file(), START).split("/")[4]


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.sampled_from(("zh-Hans", "en")))
@settings(max_examples=50)
def test_an_address_says_what_it_is_for_and_until_when(magnet, lang):
    found = file_links.read(RING, signed(magnet=magnet, lang=lang))
    assert found == FileLink(magnet, lang, "5" * 64, START + timedelta(hours=1))


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("清单.4e5f6a7b.pdf", "%E6%B8%85%E5%8D%95.pdf"),
        ("two words?.4e5f6a7b.pdf", "two%20words%3F.pdf"),
        ("a+b#c.4e5f6a7b.pdf", "a%2Bb%23c.pdf"),
    ],
)
def test_it_ends_with_the_files_name(name, end):
    path = file_links.path(RING, "checklist", "en", file(name), START)
    assert path.startswith("/api/get/file/")
    assert path.split("/")[5:] == [end]


def test_whatever_letter_of_it_is_changed_it_is_dead():
    whole = signed()
    for at, letter in enumerate(whole[:-1]):  # the last one holds bits that mean nothing
        for other in "Aa0.":
            if other != letter:
                assert file_links.read(RING, whole[:at] + other + whole[at + 1 :]) is None


@pytest.mark.parametrize("odd", ["", ".", "x.y", "é.é", "\x00", "." * 999])
def test_what_was_never_signed_is_dead(odd):
    assert file_links.read(RING, odd) is None


def test_a_link_to_the_page_is_no_address_of_a_file_and_the_other_way_round():
    page = deliveries.key_of(RING, Delivery("checklist", "en", START, "ANNA"))
    assert file_links.read(RING, page) is None
    assert deliveries.read(RING, signed()) is None


def test_keys_may_be_rotated_while_an_address_is_good():
    older = signed(Keyring(KEYS[:1]))
    assert file_links.read(RING, older)
    assert file_links.read(Keyring(KEYS[1:]), older) is None
