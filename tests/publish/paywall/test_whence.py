"""Where readers came from: a page of ours and its campaign, cut and printable, whatever is sent."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.paywall import whence
from publish.paywall.http import Request
from publish.paywall.visit import Visit
from publish.paywall.whence import Whence, read
from tests.publish.paywall import house as ground


def test_of_an_address_the_path_and_the_campaign_stay() -> None:
    told = read("/en/free/?utm_source=letter&fbclid=1&utm_medium=mail&mail=a%40b.test&utm_x=1#end")
    assert told == Whence("/en/free/", {"utm_source": "letter", "utm_medium": "mail"})
    assert told.text() == "/en/free/?utm_source=letter&utm_medium=mail"


def test_a_chinese_path_is_kept_as_people_read_it_and_carried_as_ascii() -> None:
    told = read(quote("/第三次小圈/") + "?utm_campaign=" + quote("春天"))
    assert told == Whence("/第三次小圈/", {"utm_campaign": "春天"})
    assert told.text().isascii()
    assert read(told.text()) == told


def test_long_ones_are_cut() -> None:
    told = read("/" + "a" * 5000 + "?utm_source=" + "b" * 500)
    assert (len(told.page), len(told.campaign["utm_source"])) == (300, 100)


@pytest.mark.parametrize(
    "odd",
    [
        "https://evil.test/x?utm_source=a", "//evil.test/?utm_source=a", "x?utm_source=a",
        "javascript:1", "/api/opt-in?utm_source=a", "/%2f%2fevil.test/..%2f", "http://[", "\\evil",
    ],
)  # fmt: skip
def test_what_is_no_page_of_ours_tells_nothing(odd: str) -> None:
    assert read(odd) == Whence()


@pytest.mark.parametrize("odd", ["%0d%0aBcc:x", "%00", "%ff", "%e2%80%ae", "%1b[31m"])
def test_what_cannot_be_printed_drops_out(odd: str) -> None:
    assert read(f"/en/{odd}/?utm_source=a") == Whence("", {"utm_source": "a"})
    assert read(f"/en/?utm_source=a&utm_term={odd}").campaign in (
        {"utm_source": "a"},
        {},  # %ff: the query cannot be read at all
    )


@given(st.text(max_size=80), st.dictionaries(st.sampled_from(whence.CAMPAIGN), st.text()))
@settings(max_examples=60)
def test_what_a_form_carries_is_read_back_as_it_was(path: str, campaign: dict[str, str]) -> None:
    told = read(Whence("/" + path, campaign).text())
    assert read(told.text()) == told
    assert told.page.isprintable()
    assert all(each.isprintable() and len(each) <= 100 for each in told.campaign.values())


@given(st.text(max_size=120))
@settings(max_examples=60)
def test_whatever_is_sent_is_read(text: str) -> None:
    told = read(text)
    assert not told.page.startswith("//")
    assert set(told.campaign) <= set(whence.CAMPAIGN)


@pytest.mark.parametrize(
    ("referer", "told", "page"),
    [
        (f"{ground.ORIGIN}/en/free/?utm_source=a", "", "/en/free/"),
        (f"{ground.ORIGIN}/en/free/", "/en/walled/?utm_term=b", "/en/walled/"),
        ("https://evil.test/en/free/", "", ""),
        (f"{ground.ORIGIN}.evil.test/en/free/", "", ""),
        (f"{ground.ORIGIN}/api/opt-in?magnet=checklist", "", ""),
        ("http://[", "", ""),
        ("", "", ""),
    ],
)
def test_the_form_says_it_else_the_page_that_it_stood_on(
    tmp_path: Path, generation: Path, referer: str, told: str, page: str
) -> None:
    house = ground.world(tmp_path, generation=generation)
    request = Request("POST", "/api/opt-in", headers={"referer": referer} if referer else {})
    assert whence.of(Visit(house.world, request), told).page == page
