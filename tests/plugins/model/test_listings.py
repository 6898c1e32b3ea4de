"""Every list page is known before anything is rendered."""

from __future__ import annotations

import pytest

from plugins.model.library import Claims
from plugins.model.listings import claim_listings, plan
from plugins.model.problems import Problems
from tests.plugins.creator import SITE, read

PER_PAGE = "per_page = 3\n" + SITE


def listed(folder, count, lang=""):
    """Return the list pages of a site of some posts, by address."""
    header = "---\ndate: 2024-01-{0:02}\ntags: x\n---\n"
    files = {f"posts/{lang}p{n}.md": header.format(n + 1) for n in range(count)}
    loaded = read(folder, files, site=PER_PAGE)
    return {listing.url: listing for listing in plan(loaded.library)}


def test_each_language_has_its_own_lists(tmp_path):
    found = listed(tmp_path, 0)
    kinds = {"home": "", "archive": "archive/", "feeds": "feeds/", "404": "404.html"}
    for prefix, lang in (("/", "en"), ("/zh/", "zh-Hans")):
        for kind, path in kinds.items():
            assert (found[prefix + path].kind, found[prefix + path].lang) == (kind, lang)


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (3, 1), (4, 2), (7, 3)])
def test_a_long_list_is_split_into_pages(tmp_path, count, pages):
    found = listed(tmp_path, count)
    assert found["/"].pages == pages
    assert found["/archive/"].pages == 1
    assert found["/zh/"].pages == 1


def test_pages_have_addresses_of_their_own(tmp_path):
    found = listed(tmp_path, 4)
    assert [found["/"].page_url(n) for n in (1, 2)] == ["/", "/page/2/"]
    assert [found["/tags/x/"].page_url(n) for n in (1, 2)] == ["/tags/x/", "/tags/x/page/2/"]


def test_a_kind_of_term_without_terms_has_no_page(tmp_path):
    found = listed(tmp_path, 1)
    assert "/tags/" in found
    assert "/categories/" not in found
    assert "/zh/tags/" not in found


def test_a_term_lists_its_posts_in_its_language_only(tmp_path):
    found = listed(tmp_path, 2, "zh/")
    assert [entry.id for entry in found["/zh/tags/x/"].entries] == ["zh/p1", "zh/p0"]
    assert found["/"].entries == ()


def test_every_page_of_a_list_is_claimed(tmp_path):
    header = "---\ndate: 2024-01-{0:02}\ntags: x\n---\n"
    files = {f"posts/p{n}.md": header.format(n + 1) for n in range(4)}
    loaded, problems = read(tmp_path, files, site=PER_PAGE), Problems()
    claims = Claims(problems)
    claim_listings(loaded.library, claims)
    assert all(path in claims for path in ("/page/2/", "/tags/x/page/2/", "/zh/", "/api/"))
    assert "/page/3/" not in claims
    assert problems.found == []
