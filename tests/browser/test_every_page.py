"""One page of every type in both languages: for every reader, in every light, at every size."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Window, luminance
from tests.conftest import ROOT, missing

pytestmark = pytest.mark.browser

# What axe leaves out unless asked: WCAG 2.2, 2.5.8, room for a finger.
RUN = "axe.run({resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
AXE = ROOT / "node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        missing("axe is not there (npm ci)")
    return AXE.read_text("utf-8")


def test_axe_finds_nothing(seen: Window, axe: str) -> None:
    seen.page.evaluate(axe)
    found = []
    for scheme in ("light", "dark"):
        seen.light(scheme)
        for width in (375, 1280):
            seen.resize(width)
            said = seen.page.evaluate(RUN)
            found += [
                (scheme, width, each["id"], node["html"][:200])
                for each in said["violations"]
                for node in each["nodes"]
            ]
    assert found == []


def test_nothing_is_asked_of_another_host(seen: Window) -> None:
    assert seen.outside == []
    assert seen.requests


def test_nothing_runs_over_the_edge(seen: Window) -> None:
    wide = {}
    for width in (320, 375, 1280):
        seen.resize(width)
        over = seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            wide[width] = over
    assert wide == {}


def test_pictures_load(seen: Window) -> None:
    broken = seen.page.evaluate(
        """async () => {
            const broken = [];
            for (const image of document.images) {
                image.loading = 'eager';
                await image.decode().catch(() => broken.push(image.currentSrc));
                const [width, height] = [image.width, image.height];
                const wanted = image.getAttribute('width') / image.getAttribute('height');
                if (Math.abs(width / height / wanted - 1) > 0.02) broken.push('bent ' + image.src);
            }
            return broken;
        }"""
    )
    assert broken == []


def test_dark_is_dark_and_light_is_light(seen: Window) -> None:
    seen.light("light")
    assert luminance(seen.page, "html", "backgroundColor") > 0.9
    assert luminance(seen.page, "h1", "color") < 0.05
    seen.light("dark")
    assert luminance(seen.page, "html", "backgroundColor") < 0.02
    assert luminance(seen.page, "h1", "color") > 0.6


def test_paper_shows_the_text_alone(seen: Window) -> None:
    seen.page.emulate_media(media="print")
    shown = seen.page.evaluate(
        """() => [...document.querySelectorAll('nav, form, .skip, body > footer')]
            .filter(e => e.getClientRects().length).map(e => e.outerHTML.slice(0, 80))"""
    )
    seen.page.emulate_media(media="screen")
    assert shown == []
