"""What the markup of every page must hold for everybody's software."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import pytest
from pygments.token import STANDARD_TYPES

from tests.conftest import ROOT
from tests.site.filled import write_pages
from tests.site.kinds import SHOWN, Shown
from tests.site.reading import Page, Site

LANDMARKS = "//nav | //section | //aside | //form[@role] | //*[@role='region']"


@pytest.fixture(scope="module")
def pages(site: Site, tmp_path_factory: pytest.TempPathFactory) -> list[Page]:
    """Every public page, one of each kind of the private ones, and the service's, filled."""
    filled = write_pages(site.generation, tmp_path_factory.mktemp("filled"))
    private = [shown for shown in SHOWN if not shown.public]
    return [
        *site.pages.values(),
        *(Page(shown.url, site.generation / shown.place) for shown in private),
        *(Page(f"/{file.stem}", file) for file in filled),
    ]


def test_no_script_but_data(pages: list[Page]) -> None:
    for page in pages:
        for script in page.all("//script[not(@src)]"):
            assert script.get("type") == "application/ld+json", page.path
        for script in page.all("//script[@src]"):
            assert re.fullmatch(r"/assets/unlock\.[0-9a-f]{8}\.js", script.get("src")), page.path
            assert script.get("defer") is not None
            assert not (script.text or "").strip()


def test_no_style_and_no_handler_in_the_markup(pages: list[Page]) -> None:
    for page in pages:
        assert not page.all("//style | //@style"), page.path
        handlers = page.all("//@*[starts-with(name(), 'on')]")
        assert not handlers, page.path


def test_ids_are_unique(pages: list[Page]) -> None:
    for page in pages:
        twice = [name for name, count in Counter(page.ids).items() if count > 1]
        assert not twice, page.path


def test_labels_point_at_what_is_there(pages: list[Page]) -> None:
    for page in pages:
        for value in page.all("//@aria-labelledby | //@aria-describedby | //label/@for"):
            assert set(value.split()) <= set(page.ids), (page.path, value)


def test_landmarks_that_occur_twice_have_different_names(pages: list[Page]) -> None:
    for page in pages:
        names = Counter()
        for mark in page.all(LANDMARKS):
            label = mark.get("aria-label") or "".join(
                page.one(f"//*[@id='{name}']").text_content()
                for name in (mark.get("aria-labelledby") or "").split()
            )
            assert label.strip(), (page.path, mark.tag)
            names[mark.tag, label.strip()] += 1
        assert set(names.values()) <= {1}, (page.path, names)


def test_headings_leave_no_level_out(pages: list[Page]) -> None:
    for page in pages:
        levels = [int(h.tag[1]) for h in page.all("//h1|//h2|//h3|//h4|//h5|//h6")]
        assert levels[0] == 1, page.path
        assert levels.count(1) == 1, page.path
        for one, other in itertools.pairwise(levels):
            assert other <= one + 1, (page.path, levels)


def test_languages_are_named(pages: list[Page]) -> None:
    for page in pages:
        assert page.lang in ("zh-Hans", "en")
        for link in page.all("//a[@hreflang]"):
            assert link.get("lang") == link.get("hreflang"), page.path


def test_pictures_have_a_size_and_words(pages: list[Page]) -> None:
    seen = 0
    for page in pages:
        for image in page.all("//img"):
            seen += 1
            assert int(image.get("width")) > 0, page.path
            assert int(image.get("height")) > 0, page.path
            assert image.get("alt") is not None, page.path
            assert image.get("loading") == "lazy" or image.get("fetchpriority") == "high"
    assert seen > 10


def test_pictures_of_the_demo_are_described(pages: list[Page]) -> None:
    for page in pages:
        for image in page.all("//article//img"):
            assert len(image.get("alt")) > 3, (page.path, image.get("src"))


def test_tables_can_be_reached_by_keyboard_and_align_by_class(site: Site) -> None:
    for path in ("/markdown-guide/", "/en/markdown-guide/"):
        table = site.page(path).one("//table/..")
        assert table.get("role") == "region"
        assert table.get("tabindex") == "0"
        assert table.get("aria-label")
        assert table.xpath(".//td[@class='right']")
        assert table.xpath(".//td[@class='center']")


def test_code_can_be_scrolled_by_keyboard(pages: list[Page]) -> None:
    blocks = [(page, pre) for page in pages for pre in page.all("//pre")]
    assert len(blocks) > 20
    assert all(pre.get("tabindex") == "0" for _, pre in blocks)


def test_an_empty_corner_of_a_table_is_no_heading(pages: list[Page]) -> None:
    for page in pages:
        for cell in page.all("//th"):
            assert cell.text_content().strip(), page.path


def test_unlocked_parts_are_dressed_like_public_ones(site: Site) -> None:
    page = Page("/unlocked/", site.generation / "private/posts/pricing/page.html")
    section = page.one("//section[@id='ink-premium']")
    assert section.xpath(".//div[@class='table'][@tabindex='0']/table")
    assert section.xpath(".//a[@class='headerlink']")
    assert all(pre.get("tabindex") == "0" for pre in section.xpath(".//pre"))
    marks = section.xpath(".//a[@class='footnote-backref']")
    assert marks
    assert all(mark.get("aria-label") for mark in marks)


def test_boxes_of_task_lists_have_a_name(site: Site) -> None:
    boxes = site.page("/markdown-guide/").all("//input[@type='checkbox']")
    assert {box.get("aria-label") for box in boxes} == {"已完成", "未完成"}


@pytest.mark.parametrize("shown", [s for s in SHOWN if s.public and s.kind != "alias"], ids=str)
def test_the_menu_marks_where_the_reader_is(site: Site, shown: Shown) -> None:
    page = site.page(shown.url)
    for link in page.all("//header//a[@aria-current='page']"):
        assert site.leads_to(link.get("href"))[0] == page.path


def test_no_class_of_the_theme_is_one_of_the_code_colours() -> None:
    """Pygments names the pieces of code with short classes: `.sr` is a regular expression."""
    taken = {name for name in STANDARD_TYPES.values() if name}
    css = (ROOT / "theme/static/inkstead.css").read_text("utf-8")
    css = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", css, flags=re.S)
    assert set(re.findall(r"\.([a-z][\w-]*)", css)) & taken == set()
