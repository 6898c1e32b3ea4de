"""The private feeds of the demo, filled as for readers, keep the rules of the public ones."""

from __future__ import annotations

import datetime
import re

import pytest

from publish.contract.slots import Prepared
from tests.conftest import AT
from tests.site import feedrules
from tests.site.reading import HOST, Site

NOW = datetime.datetime.fromisoformat(AT)
SELF = f"{HOST}/api/feeds/KEY/en/rss.xml?a=1&b=2"
CHECKS = {"rss": feedrules.rss, "atom": feedrules.atom}


def filled(site: Site, lang: str, kind: str, *, opened: bool, lapsed: bool = False) -> str:
    text = (site.generation / site.manifest["feeds"][lang][kind]).read_text("utf-8")
    prepared = Prepared(text)
    values: dict[str, str | bool] = {
        name: opened for name in prepared.names if name.startswith("open:")
    }
    assert len(values) > 2
    values |= {
        "self": SELF,
        "title_note": "林墨 & Co",
        "account": f"{HOST}/api/account?lang={lang}",
    }
    return prepared.fill({**values, "key": "a.b-c_d", "lapsed": lapsed})


@pytest.mark.parametrize("lapsed", [False, True])
@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_a_private_feed_keeps_the_rules(
    site: Site, lang: str, kind: str, opened: bool, lapsed: bool
) -> None:
    text = filled(site, lang, kind, opened=opened, lapsed=lapsed)
    assert CHECKS[kind](text.encode(), SELF, NOW) == []
    assert "<!--" not in text
    assert "林墨 &amp; Co" in text


@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_a_closed_one_has_no_picture_of_behind_the_paywall(
    site: Site, lang: str, kind: str
) -> None:
    assert "/api/files/" not in filled(site, lang, kind, opened=False)


@pytest.mark.parametrize("kind", CHECKS)
def test_an_open_one_has_the_pictures_that_the_manifest_knows(site: Site, kind: str) -> None:
    text = filled(site, "zh-Hans", kind, opened=True)
    found = set(re.findall(rf"src=\"{HOST}(/api/files/[^\"?]+)\?key=a\.b-c_d\"", text))
    known = {
        file["url"]
        for post in site.manifest["posts"].values()
        for file in (post["premium"] or {}).get("files", [])
    }
    assert found
    assert found <= known
