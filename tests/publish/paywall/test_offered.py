"""Lead magnets as they speak to one reader: in their language, else in one that there is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from publish.paywall import offered
from publish.paywall.http import Request
from publish.paywall.releases import Release
from publish.paywall.visit import Visit
from tests.publish.paywall import house as ground


@pytest.fixture
def visit(tmp_path: Path, generation: Path) -> Visit:
    house = ground.world(tmp_path, generation=generation)
    return Visit(house.world, Request("GET", "/api/opt-in", "lang=en"))


def test_a_magnet_speaks_the_readers_language_or_the_one_that_is_asked_for(visit: Visit) -> None:
    magnet = offered.find(visit, "checklist")
    assert magnet
    assert (magnet.lang, magnet.text.title) == ("en", "checklist (en)")
    chinese = offered.find(visit, "checklist", "zh-Hans")
    assert chinese
    assert (chinese.lang, chinese.text.title) == ("zh-Hans", "checklist (zh-Hans)")


def test_a_magnet_of_one_language_speaks_that_one(visit: Visit) -> None:
    release = Release(visit.release.name, visit.release._bodies)
    magnets = release.manifest.magnets
    chinese = {"zh-Hans": magnets["checklist"].texts["zh-Hans"]}
    only = {**magnets, "checklist": replace(magnets["checklist"], texts=chinese)}
    release.manifest = replace(release.manifest, magnets=only)
    visit.__dict__["release"] = release
    for lang in ("", "en", "fr"):
        magnet = offered.find(visit, "checklist", lang)
        assert magnet
        assert magnet.terms == ("checklist", "zh-Hans", chinese["zh-Hans"].consent)


def test_one_that_is_unknown_is_none_and_one_that_is_retired_is_not_open(visit: Visit) -> None:
    assert offered.find(visit, "nothing") is None
    old, open_ = offered.find(visit, "old"), offered.find(visit, "清单")
    assert old
    assert open_
    assert (old.open, open_.open) == (False, True)


def test_terms_differ_by_magnet_language_and_words(visit: Visit) -> None:
    found = [
        offered.find(visit, magnet, lang)
        for magnet in ("checklist", "worksheet")
        for lang in ("en", "zh-Hans")
    ]
    assert len({each.terms for each in found if each}) == 4


def test_the_form_keeps_the_language(visit: Visit) -> None:
    magnet = offered.find(visit, "清单")
    assert magnet
    assert offered.form_of(visit, magnet) == "/api/opt-in?magnet=%E6%B8%85%E5%8D%95&lang=en"
