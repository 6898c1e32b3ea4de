"""Site and service as one application, while builds switch underneath."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from wsgiref.util import setup_testing_defaults

import pytest

from publish.serving.site import Current, Site
from tests.publish.deploy.building import generation
from tests.publish.serving.folder import PAGES, switch

ALWAYS = {"content-security-policy": "default-src 'none'", "x-frame-options": "DENY"}


def service(environ, start):
    start("200 OK", [("Content-Type", "text/plain"), ("X-Frame-Options", "SAMEORIGIN")])
    return [f"service {environ['PATH_INFO']}".encode()]


@dataclass
class Got:
    status: int
    headers: dict[str, str]
    body: str


def ask(site, path="/", method="GET", query="", **more):
    environ = {"PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query, **more}
    setup_testing_defaults(environ)
    environ["REQUEST_METHOD"] = method
    told = []
    pieces = site(environ, lambda status, headers, *_: told.extend((status, headers)))
    body = b"".join(pieces)
    if hasattr(pieces, "close"):
        pieces.close()
    headers = {name.lower(): value for name, value in told[1]}
    assert len(headers) == len(told[1]), "a header is told twice"
    return Got(int(told[0].split()[0]), headers, body.decode())


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return switch(tmp_path / "output", "first", PAGES)


@pytest.fixture
def site(output: Path) -> Site:
    return Site(Current(output, ALWAYS), service, ALWAYS)


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "index.html"),
        ("/about/", "about/index.html"),
        ("/about/index.html", "about/index.html"),
        ("/一年会员/", "一年会员/index.html"),
        ("/robots.txt", "robots.txt"),
    ],
)
def test_an_address_leads_to_its_file(site, path, page):
    got = ask(site, path)
    assert (got.status, got.body) == (200, PAGES[page])
    assert ALWAYS.items() <= got.headers.items()


def test_a_page_without_its_slash_moves_with_its_query(site):
    got = ask(site, "/一年会员", query="from=a&b=%20")
    assert got.status == 301
    assert got.headers["location"] == "/%E4%B8%80%E5%B9%B4%E4%BC%9A%E5%91%98/?from=a&b=%20"
    assert ask(site, "/about").headers["location"] == "/about/"


@pytest.mark.parametrize("path", ["//about", "//evil.example", "/\\evil.example", "/about//"])
def test_nobody_is_moved_to_another_host(site, path):
    assert ask(site, path).status == 404


@pytest.mark.parametrize(
    "path",
    ["/x", "/x/", "/../manifest.json", "/about/../robots.txt", "/private/a", "/\x00", "/\xff"],
)
def test_what_is_missing_is_404_with_the_sites_own_page(site, path):
    got = ask(site, path)
    assert (got.status, got.body) == (404, PAGES["404.html"])
    assert ALWAYS.items() <= got.headers.items()


def test_what_is_missing_below_a_language_is_said_in_it(site):
    assert ask(site, "/en/x/").body == PAGES["en/404.html"]
    head = ask(site, "/en/x/", "HEAD")
    assert (head.status, head.body) == (404, "")


def test_a_missing_page_is_never_answered_as_unchanged_or_in_part(site):
    for more in ({"HTTP_IF_NONE_MATCH": "*"}, {"HTTP_RANGE": "bytes=0-1"}):
        got = ask(site, "/x", **more)
        assert (got.status, got.body) == (404, PAGES["404.html"])


def test_a_site_without_a_page_for_it_says_it_plainly(tmp_path):
    bare = Site(Current(generation(tmp_path, {"index.html": "home"}), {}), service, {})
    assert ask(bare, "/x").status == 404


@pytest.mark.parametrize("path", ["/", "/about/", "/x"])
def test_files_take_only_get_and_head(site, path):
    got = ask(site, path, "POST")
    assert (got.status, got.headers["allow"], got.body) == (405, "GET, HEAD", "")


def test_the_service_answers_below_its_prefix_and_keeps_its_own_headers(site):
    got = ask(site, "/api/account")
    assert got.body == "service /api/account"
    assert got.headers["x-frame-options"] == "SAMEORIGIN"
    assert got.headers["content-security-policy"] == ALWAYS["content-security-policy"]
    assert ask(site, "/api").status == 404


def test_the_next_request_after_a_build_has_the_new_site(site, output):
    old = ask(site, "/")
    switch(output, "second", {"index.html": "new", "extra/index.html": "extra"})
    new = ask(site, "/", HTTP_IF_NONE_MATCH=old.headers["etag"])
    assert (new.status, new.body) == (200, "new")
    assert ask(site, "/extra/").body == "extra"
    assert ask(site, "/about/").status == 404


def test_a_copy_of_a_generation_is_served_and_taken_anew_when_it_changes(tmp_path):
    site = Site(Current(generation(tmp_path, PAGES), {}), service, {})
    assert ask(site, "/").body == PAGES["index.html"]
    (tmp_path / "manifest.json").unlink()
    generation(tmp_path, {**PAGES, "index.html": "a longer first page"})
    assert ask(site, "/").body == "a longer first page"


def test_a_file_that_is_being_sent_survives_the_build_that_takes_it_away(site, output):
    large = {"file.bin": "x" * 100_000}
    switch(output, "large", large)
    started, go = threading.Event(), threading.Event()

    class Slow:
        def __init__(self, file, size=1 << 16):
            self.file = file
            started.set()
            assert go.wait(10)

        def __iter__(self):
            yield self.file.read()
            self.file.close()

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, site, "/file.bin", **{"wsgi.file_wrapper": Slow})
        assert started.wait(10)
        switch(output, "second", {"index.html": "new"})
        go.set()
        assert asked.result(10).body == large["file.bin"]


def test_a_generation_swept_in_the_middle_of_a_request_gives_the_new_one(output, monkeypatch):
    current = Current(output, {})
    found = []

    def then_switched():
        found.append(Current.__call__(current))
        if len(found) == 1:
            switch(output, "second", {"index.html": "new"})
        return found[-1]

    site = Site(then_switched, service, {})
    assert ask(site, "/").body == "new"
    assert len(found) == 2


def test_a_site_that_is_gone_or_unfit_is_503_and_comes_back(site, output, caplog):
    shutil.rmtree(output / ".generations" / "first")
    gone = ask(site, "/robots.txt")
    assert (gone.status, gone.headers["cache-control"]) == (503, "no-store")
    switch(output, "second", PAGES)
    assert ask(site, "/").status == 200
    generation(output / ".generations" / "third", PAGES, preview=True)
    (output / "current").unlink()
    (output / "current").symlink_to(".generations/third")
    assert ask(site, "/").status == 503
    assert "no manifest of a site for readers" in caplog.text


def both(number):
    """A site whose page and style say which build they are of."""
    return {"index.html": f"page {number}", "assets/site.css": f"style {number}"}


def test_a_site_that_is_built_all_the_time_is_never_missing_and_never_goes_back(tmp_path):
    output = switch(tmp_path / "output", "0", both(0))
    site = Site(Current(output, {}), service, {})
    over = threading.Event()

    def read():
        seen = []
        while not over.is_set():
            for path, kind in (("/", "page"), ("/assets/site.css", "style")):
                got = ask(site, path)
                assert got.status == 200, got
                word, number = got.body.split()
                assert word == kind
                seen.append(int(number))
        return seen

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            for number in range(1, 80):
                switch(output, str(number), both(number))
        finally:
            over.set()
        for reader in readers:
            seen = reader.result(30)
            assert seen == sorted(seen)
    assert ask(site, "/").body == "page 79"
