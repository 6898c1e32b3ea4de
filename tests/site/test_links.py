"""Every address on every public page leads somewhere, and nowhere a reader did not ask to go."""

from __future__ import annotations

from urllib.parse import urlsplit

from publish.paywall.service import ROUTES
from tests.site.kinds import LANGUAGES, of
from tests.site.reading import HOST, Site

SERVICE = "/api/"
LOADING = ("img", "script", "iframe", "source", "video", "audio", "embed", "object", "track")


def answered(tag: str, path: str) -> bool:
    """Tell whether the service has a route: for a link one that answers GET."""
    found = [m for m, at, _ in ROUTES if path == at or (at.endswith("/") and path.startswith(at))]
    return bool(found) if tag == "form" else "GET" in found


def test_every_address_on_the_site_is_answered(site: Site) -> None:
    lost = []
    checked = 0
    for page in site.pages.values():
        for tag, address in page.addresses():
            if not address.startswith(HOST):
                continue
            checked += 1
            path, fragment = site.leads_to(address)
            if path.startswith(SERVICE):
                if not answered(tag, path):
                    lost.append((page.path, address))
            elif not site.has(path) or (fragment and fragment not in site.page(path).ids):
                lost.append((page.path, address))
    assert lost == []
    assert checked > 3000


def test_nothing_is_loaded_from_another_host(site: Site) -> None:
    outside = [
        (page.path, tag, address)
        for page in site.pages.values()
        for tag, address in page.addresses()
        if (tag in LOADING or tag == "link" or tag == "form")
        and not address.startswith(HOST)
        # Where a text appeared first is said, never loaded.
        and page.text.count(f'<link rel="canonical" href="{address}">') == 0
    ]
    assert outside == []


def test_the_stylesheet_loads_nothing(site: Site) -> None:
    css = site.stylesheet.read_text("utf-8")
    assert "url(" not in css
    assert "@import" not in css


def test_no_address_is_empty_or_a_script(site: Site) -> None:
    for page in site.pages.values():
        for element in page.all("//a | //area"):
            href = element.get("href")
            assert href, page.path
            assert urlsplit(href).scheme in ("", "https", "http", "mailto"), page.path


def test_links_that_leave_use_tls(site: Site) -> None:
    plain = {
        address
        for page in site.pages.values()
        for tag, address in page.addresses()
        if tag == "a" and address.startswith("http:") and "//127.0.0.1:" not in address
    }
    assert plain == set()


def test_every_page_but_the_hidden_is_reached_from_home(site: Site) -> None:
    seen, todo = set(), ["/"]
    while todo:
        path = todo.pop()
        if path in seen or path not in site.pages:
            continue
        seen.add(path)
        todo += [site.leads_to(a)[0] for t, a in site.page(path).addresses() if t == "a"]
    hidden = {page.path for page in site.pages.values() if page.noindex}
    lonely = set(site.pages) - seen - hidden
    assert lonely == set()


def test_each_language_leads_to_itself_except_where_it_says_so(site: Site) -> None:
    for page in site.real:
        for link in page.all("//a[starts-with(@href, '/')][not(starts-with(@href, '/api'))]"):
            path = site.leads_to(link.get("href"))[0]
            if path not in site.pages:
                continue
            other = site.page(path).lang
            said = link.get("hreflang")
            inside_text = link.xpath("ancestor::div[contains(@class, 'text')]")
            assert other == (said or page.lang) or inside_text, (page.path, path)


def test_the_switch_of_language_leads_to_the_translation(site: Site) -> None:
    for kind in ("home", "post", "post with a paywall", "page", "product", "archive", "tags"):
        for lang, other in zip(LANGUAGES, reversed(LANGUAGES), strict=True):
            page, twin = of(kind, lang), of(kind, other)
            found = site.page(page.url).all(f"//header//nav//a[@hreflang='{other}']/@href")
            assert [site.leads_to(each)[0] for each in found] == [twin.url]


def test_every_file_is_used(site: Site) -> None:
    used = {site.leads_to(a)[0] for page in site.pages.values() for _, a in page.addresses()}
    used |= {site.leads_to(page.meta("og:image") or "")[0] for page in site.pages.values()}
    files = {path for path in site.files if path.startswith(("/media/", "/assets/"))}
    assert files <= used
