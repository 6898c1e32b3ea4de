"""What an address in a text means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.links.resolve import Map, by_name, map_of, paths_of, resolve
from plugins.model.slugs import same
from tests.plugins.creator import read

FILES = {
    "posts/a.md": "A",
    "posts/b/index.md": "B",
    "posts/zh/a.md": "slug: a-zh\n\n甲",
    "posts/zh/早市.md": "早",
    "posts/2024-05-01-dated.md": "D",
    "posts/twin.md": "id: one/twin\nslug: twin-1\n\nT",
    "pages/twin.md": "id: two/twin\nslug: twin-2\n\nT",
    "pages/about.md": "About",
    "posts/b/c.png": b"x",
    "posts/pic 1.png": b"x",
    "posts/zh/图.png": b"x",
    "posts/_draft.md": "Not read",
    "static/s.pdf": b"x",
    "static/readme.md": b"x",
    "files/f.pdf": b"x",
    "site.css": b"x",
}
GIFT = "promise: All of it\nfile: gift.pdf\n\nWhat it is"


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """Return a function that resolves an address in a text."""
    folder = tmp_path_factory.mktemp("content")
    library = read(folder, FILES).library
    site = Map(
        by_source=library.by_source,
        by_url={same(entry.url): entry for entry in library.entries},
        by_name=by_name(library.entries),
        paths=frozenset({"/", "/archive/", "/tags/x/", "/sitemap.xml", "/标签/"}),
        is_file=lambda path: "\0" not in path and (folder / path).is_file(),
    )
    return lambda value, source="posts/a.md": resolve(value, library.by_source[source], site)


@pytest.mark.parametrize(
    "value",
    [
        "https://a.example/x",
        "HTTP://a.example",
        "mailto:a@b.example",
        "tel:1",
        "//a.example/x",
        "#here",
        "",
        "?page=2",
        "javascript:x",
        "data:image/png;base64,AA",
        "  #x ",
    ],
)
def test_what_leads_elsewhere_is_left_alone(ground, value):
    assert ground(value).kind == "outside"


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("twin.md", "/twin-1/"),
        ("./b/index.md", "/b/"),
        ("b/", "/b/"),
        ("b", "/b/"),
        ("../pages/about.md", "/about/"),
        ("../about/", "/about/"),
        ("../about", "/about/"),
        ("about.html", "/about/"),
        ("/about/", "/about/"),
        ("/about", "/about/"),
        ("/ABOUT/", "/about/"),
        ("/posts/b/index.md", "/b/"),
        ("/pages/about.md", "/about/"),
        ("{filename}b/index.md", "/b/"),
        ("{filename}/pages/about.md", "/about/"),
        ("|filename|/pages/about.md", "/about/"),
        ("2024-05-01-dated.md", "/dated/"),
        ("../2024-05-01-dated/", "/dated/"),
        ("../dated/", "/dated/"),
        ("/2024/05/01/dated/", "/dated/"),
        ("zh/早市.md", "/zh/%E6%97%A9%E5%B8%82/"),
        ("zh/%E6%97%A9%E5%B8%82.md", "/zh/%E6%97%A9%E5%B8%82/"),
        ("/zh/%e6%97%a9%e5%b8%82/", "/zh/%E6%97%A9%E5%B8%82/"),
        ("/zh/早市/", "/zh/%E6%97%A9%E5%B8%82/"),
        ("b/#part", "/b/#part"),
        ("/about/?a=1&b=2#c", "/about/?a=1&b=2#c"),
        ("zh/早市.md#第一", "/zh/%E6%97%A9%E5%B8%82/#第一"),
    ],
)
def test_links_between_texts_become_addresses(ground, value, url):
    found = ground(value)
    assert (found.kind, found.url) == ("entry", url)
    assert found.entry


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("/", "/"),
        ("/archive/", "/archive/"),
        ("/archive", "/archive/"),
        ("/archive/#x", "/archive/#x"),
        ("/sitemap.xml", "/sitemap.xml"),
        ("/%E6%A0%87%E7%AD%BE/", "/%E6%A0%87%E7%AD%BE/"),
    ],
)
def test_pages_of_the_site_are_known(ground, value, url):
    assert (ground(value).kind, ground(value).url) == ("path", url)


@pytest.mark.parametrize(
    ("value", "file"),
    [
        ("b/c.png", "posts/b/c.png"),
        ("./b/../b/c.png", "posts/b/c.png"),
        ("/posts/b/c.png", "posts/b/c.png"),
        ("pic%201.png", "posts/pic 1.png"),
        ("pic 1.png", "posts/pic 1.png"),
        ("zh/图.png", "posts/zh/图.png"),
        ("{static}b/c.png", "posts/b/c.png"),
        ("{attach}/posts/b/c.png", "posts/b/c.png"),
        ("b/c.png#x", "posts/b/c.png"),
        ("b/c.png?v=2", "posts/b/c.png"),
        ("../static/s.pdf", "static/s.pdf"),
        ("/static/s.pdf", "static/s.pdf"),
        ("/static/readme.md", "static/readme.md"),
        ("../files/f.pdf", "files/f.pdf"),
    ],
)
def test_files_beside_the_text_are_found(ground, value, file):
    assert (ground(value).kind, ground(value).file) == ("file", file)


@pytest.mark.parametrize(
    "value",
    [
        "missing.md",
        "missing/",
        "/missing/",
        "missing.png",
        "../../etc/passwd",
        "/../../etc/passwd",
        "..%2F..%2Fetc%2Fpasswd",
        "/etc/passwd",
        "../..",
        "..",
        ".",
        "http",
        "http//x",
        "//[",
        "/[",
        "[",
        "\x00",
        "a" * 200,
        "_draft.md",
        "A.MD/x",
    ],
)
def test_what_leads_nowhere_is_broken(ground, value):
    assert ground(value).kind in ("broken", "outside")
    if not value.startswith("//"):
        assert ground(value).kind == "broken"


def test_ones_own_language_is_preferred(ground):
    assert ground("../a/", "posts/zh/早市.md").url == "/zh/a-zh/"
    assert ground("../a/").url == "/a/"
    assert ground("../a.md", "posts/zh/早市.md").url == "/a/"
    assert ground("a.md", "posts/zh/早市.md").url == "/zh/a-zh/"
    assert ground("../about/", "posts/zh/早市.md").url == "/about/"


def test_a_name_of_two_texts_is_not_guessed(ground):
    assert ground("/somewhere/twin/").kind == "broken"
    assert ground("/somewhere/twin-2/").url == "/twin-2/"


def test_a_text_is_never_a_file_even_when_only_the_file_system_finds_it(tmp_path):
    library = read(tmp_path, {"posts/paid.md": "P"}).library
    site = Map(library.by_source, {}, {}, frozenset(), lambda path: path.lower() == "posts/paid.md")
    assert resolve("PAID.MD", library.by_source["posts/paid.md"], site).kind == "broken"


@pytest.mark.parametrize(
    "way", ["../../x.png", "../../../x.png", "..%2f..%2fx.png", "a/../../../x"]
)
def test_no_way_leads_out_of_the_folder_whatever_lies_there(tmp_path, way):
    library = read(tmp_path, {"posts/a.md": "A"}).library
    site = Map(library.by_source, {}, {}, frozenset(), lambda path: True)
    assert resolve(way, library.by_source["posts/a.md"], site).kind == "broken"


@given(st.text(max_size=20) | st.text("./%aA{}|[]#?:早\\", max_size=20))
@settings(deadline=None, max_examples=200)
def test_any_address_means_something(ground, value):
    found = ground(value)
    assert found.kind in ("outside", "entry", "path", "file", "broken")
    assert not found.file.startswith(("..", "/"))


def test_a_file_of_the_creators_is_reached_and_its_folder_where_it_is_an_index(tmp_path):
    library = read(tmp_path, {"posts/a.md": "A", "magnets/gift.md": GIFT}).library
    paths = paths_of(library, [], [], ["/old/index.html", "/s.pdf"])
    site = map_of(library, paths, lambda _: False)
    for value in ("/old/", "/old", "/old/index.html", "/s.pdf", "/robots.txt"):
        assert resolve(value, library.by_source["posts/a.md"], site).kind == "path", value
    assert resolve("/s/", library.by_source["posts/a.md"], site).kind == "broken"


def test_a_lead_magnet_is_not_meant_by_its_name_alone(tmp_path):
    """It may be called like the post that it belongs to."""
    files = {"posts/a.md": "A", "posts/gift.md": "The post", "magnets/gift.md": GIFT}
    library = read(tmp_path, files | {"files/gift.pdf": b"%PDF"}).library
    site = map_of(library, [], lambda _: False)
    found = resolve("../gift/", library.by_source["posts/a.md"], site)
    assert found.entry is library.by_source["posts/gift.md"]
