"""From the path of a request to a file of the public folder."""

import pytest

from publish.preview.paths import Found, Moved, content_type, find, not_found


@pytest.fixture
def public(tmp_path):
    generation = tmp_path / "out" / ".generations" / "1"
    root = generation / "public"
    for path in ("index.html", "文章/index.html", "en/index.html", "en/404.html", "404.html"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    (root / "a b.txt").write_text("space")
    (root / ".well-known").mkdir()
    (root / ".well-known" / "x").write_text("x")
    (root / "empty").mkdir()
    (root / "en\\index.html").write_text("a backslash is a folder elsewhere")
    (root / "a\nb").write_text("a header would break")
    (generation / "private").mkdir()
    (generation / "private" / "secret.html").write_text("premium")
    (root / "leak").symlink_to(generation / "private")
    (root / "leak.html").symlink_to(generation / "private" / "secret.html")
    (root / "loop").symlink_to(root / "loop")
    (root / "inside.txt").symlink_to(root / "a b.txt")
    (tmp_path / "out" / "public").symlink_to(root)
    return tmp_path / "out" / "public"


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/", "index.html"),
        ("/index.html", "index.html"),
        ("/文章/", "文章/index.html"),
        ("/a b.txt", "a b.txt"),
        ("/.well-known/x", ".well-known/x"),
        ("/inside.txt", "a b.txt"),
    ],
)
def test_a_path_names_a_file(public, path, file):
    found = find(public, path)
    assert isinstance(found, Found)
    assert found.file == public.resolve() / file


@pytest.mark.parametrize(("path", "there"), [("/en", "/en/"), ("/文章", "/%E6%96%87%E7%AB%A0/")])
def test_a_folder_without_its_slash_is_elsewhere(public, path, there):
    assert find(public, path) == Moved(there)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "en/",
        "//",
        "//evil.example",
        "//en",
        "/en//",
        "/en//index.html",
        "/../private/secret.html",
        "/..",
        "/.",
        "/./index.html",
        "/en/../index.html",
        "/..\\private\\secret.html",
        "/en\\index.html",
        "/index.html\x00.png",
        "/\x00",
        "/a\nb",
        "/%2e%2e/private/secret.html",
        "/..%2fprivate",
        "/\ufffd",
        "/leak",
        "/leak/",
        "/leak/secret.html",
        "/leak.html",
        "/loop",
        "/empty",
        "/empty/",
        "/index.html/",
        "/index.html/x",
        "/nothing",
        "http://evil.example/",
        "/" + "a" * 5000,
        "/" + "a/" * 3000,
    ],
)
def test_no_trick_leads_anywhere(public, path):
    assert find(public, path) is None


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/en/x/y/", "en/404.html"),
        ("/en/x", "en/404.html"),
        ("/x", "404.html"),
        ("/en/../x", "404.html"),
        ("/leak/x", "404.html"),
    ],
)
def test_the_nearest_404_page_is_found(public, path, page):
    assert not_found(public, path) == public.resolve() / page


def test_a_site_without_404_page_has_none(tmp_path):
    (tmp_path / "public").mkdir()
    assert not_found(tmp_path / "public", "/x") is None
    assert find(tmp_path / "nowhere", "/") is None


def test_a_file_has_the_type_that_its_name_and_its_beginning_say(public):
    (public / "feed.xml").write_text('<?xml version="1.0"?>\n<rss version="2.0">')
    assert content_type(public / "feed.xml") == "application/rss+xml; charset=utf-8"
    assert content_type(public / "index.html") == "text/html; charset=utf-8"
