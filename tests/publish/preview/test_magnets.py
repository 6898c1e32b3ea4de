"""What lead magnets bring, as the preview shows it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator
from xml.etree import ElementTree

import pytest
from lxml import html

from publish.contract.manifest import dump, load
from publish.operating.magnet_report import Counts, Line
from publish.paywall import tallying
from publish.paywall.stores.sqlite import SqliteStore
from publish.preview import chart
from publish.preview.magnets import Magnets
from tests.publish.paywall.generation import make_generation

DAY = datetime(2026, 11, 16, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    return make_generation(tmp_path_factory.mktemp("site"))


@pytest.fixture
def magnets(generation, tmp_path):
    return Magnets(generation, SqliteStore(tmp_path / "store.sqlite"))


def note(magnets, what, n=1, days=0, magnet="checklist", **given):
    for _ in range(n):
        tallying.note(magnets.store, magnet, what, DAY + timedelta(days=days), **given)


def ask(magnets, method="GET", accept="en"):
    environ = {}
    setup_testing_defaults(environ)
    environ |= {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/_magnets/",
        "QUERY_STRING": "",
        "HTTP_ACCEPT_LANGUAGE": accept,
        "wsgi.input": io.BytesIO(),
    }
    told = []
    result = validator(magnets)(
        environ, lambda status, headers, info=None: told.append((status, dict(headers)))
    )
    text = b"".join(result).decode()
    result.close()
    return int(told[0][0].split()[0]), told[0][1], text


def rows(text, table):
    found = html.fromstring(text).xpath("//table")[table]
    return [[each.text_content() for each in row] for row in found.xpath(".//tr")]


def test_before_anybody_asked_every_magnet_is_there_and_no_chart(magnets):
    text = ask(magnets)[2]
    assert "Nobody asked yet." in text
    assert "checklist (en)" in text
    assert "<svg" not in text
    assert "还没有人索取" in ask(magnets, accept="zh-CN")[2]


def test_tables_tell_counts_and_rates(magnets):
    note(magnets, "asked", 4, post="free")
    note(magnets, "confirmed", 3, post="free")
    note(magnets, "fetched", 1, 8)
    text = ask(magnets)[2]
    assert rows(text, 0)[1] == ["checklist (en)checklist", "4", "375%", "133%"]
    assert rows(text, 0)[-1] == ["All together", "4", "375%", "133%"]
    assert rows(text, 1)[1:] == [
        ["2026-W47 (11-16)", "4", "375%", "00%"],
        ["2026-W48 (11-23)", "0", "0", "1"],
    ]
    assert rows(text, 2)[1][0] == "free (zh-Hans)"
    assert rows(text, 2)[2][0] == "its own page"
    assert "retired" in text


def test_a_chart_says_in_words_what_it_draws(magnets):
    note(magnets, "asked", 4)
    note(magnets, "confirmed", 2)
    page = html.fromstring(ask(magnets)[2])
    [svg] = page.xpath("//svg")
    assert svg.get("role") == "img"
    ids = svg.get("aria-labelledby").split()
    title, told = (page.xpath(f"//*[@id='{each}']")[0].text for each in ids)
    assert title == "checklist (en): the last weeks"
    assert told == "week of 2026-11-16: asked 4, confirmed 2, fetched 0"
    bars = {each.get("class"): int(each.get("height")) for each in svg.xpath(".//rect")}
    assert bars["asked"] == 2 * bars["confirmed"] > 0
    assert bars["fetched"] == 0


def test_several_magnets_have_one_chart_together_and_ids_differ(magnets):
    note(magnets, "asked")
    note(magnets, "asked", magnet="gone-by")
    text = ask(magnets)[2]
    assert text.count("<svg") == 3
    assert "no longer on the site" in text
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_only_the_last_weeks_are_drawn_and_all_are_in_the_table(magnets):
    for week in range(20):
        note(magnets, "asked", days=7 * week)
    page = html.fromstring(ask(magnets)[2])
    assert len(page.xpath("//svg//rect[@class='asked']")) == chart.WEEKS
    days = [each.text for each in page.xpath("//svg//text") if "-" in each.text]
    assert (days[0], days[-1]) == ("02-08", "03-29")
    assert len(page.xpath("//table")[1].xpath(".//tbody/tr")) == 20


def test_what_strangers_put_into_addresses_is_text(magnets):
    note(magnets, "asked", campaign={"utm_source": "<script>alert(1)</script>"})
    text = ask(magnets)[2]
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_drawing_is_clean_xml_even_for_strange_titles():
    weeks = [Line("2026-11-16", Counts(1000, 3, 1))]
    drawn = chart.drawn("en", 'A <b> & "c"', weeks, "x")
    assert ElementTree.fromstring(drawn).find("svg/title").text == 'A <b> & "c": the last weeks'


def test_a_site_without_magnets_says_how_to_begin_one(magnets, tmp_path):
    manifest = load(magnets.generation / "manifest.json")
    (tmp_path / "manifest.json").write_text(dump(replace(manifest, magnets={})), "utf-8")
    text = ask(replace(magnets, generation=tmp_path))[2]
    assert "inkstead new magnet" in text
    assert "<table" not in text


def test_before_the_first_build_there_is_a_sentence(magnets, tmp_path):
    status, _, text = ask(replace(magnets, generation=tmp_path / "none"))
    assert status == 200
    assert "The site is not built yet" in text


def test_it_only_shows(magnets):
    status, headers, text = ask(magnets, "POST")
    assert (status, headers["Allow"], text) == (405, "GET, HEAD", "")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "script" not in ask(magnets)[2]
