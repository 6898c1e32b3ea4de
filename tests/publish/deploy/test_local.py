"""What a build made, read from its folder."""

import json
import os

import pytest

from publish.deploy import local
from publish.deploy.headers import ASK, FOREVER
from publish.trouble import Failure
from tests.publish.deploy.building import (
    PAGE,
    current,
    digest,
    fingerprinted,
    gated,
    generation,
    post,
)


def refused(folder):
    with pytest.raises(Failure) as caught:
        local.read(folder)
    return str(caught.value)


def test_public_pieces_have_hash_size_and_headers(tmp_path):
    picture = fingerprinted("圆", b"\x89")
    found = local.read(generation(tmp_path, {"index.html": PAGE, picture: b"\x89"}))
    assert set(found.public) == {"index.html", picture}
    page, image = found.public["index.html"], found.public[picture]
    assert (page.hash, page.bytes, page.cache) == (digest(PAGE), len(PAGE), ASK)
    assert (image.type, image.cache) == ("image/webp", FOREVER)
    assert found.sources["index.html"].read_text() == PAGE


def test_a_name_that_only_looks_like_a_fingerprint_is_asked_for_each_time(tmp_path):
    found = local.read(generation(tmp_path, {"index.html": PAGE, "media/a.01234567.webp": "x"}))
    assert found.public["media/a.01234567.webp"].cache == ASK


def test_private_pieces_are_hashed_from_their_bytes(tmp_path):
    one, files = gated("/a/", "a", "premium", [("b.csv", "1,2")])
    found = local.read(generation(tmp_path, None, files, {"a": one, "b": post("/b/")}))
    assert found.private["private/posts/a/b.csv"].hash == digest("1,2")
    assert found.private["private/posts/a/fragment.html"].bytes == len("premium")
    assert found.gated == ("a",)
    assert not any(path.startswith("private/") for path in found.public)


def test_the_error_page_is_kept_where_a_rollback_finds_it(tmp_path):
    found = local.read(generation(tmp_path))
    assert found.private["public/404.html"].hash == found.public["404.html"].hash
    assert found.sources["public/404.html"] == found.sources["404.html"]
    assert dict(found.sources).keys() == found.public.keys() | found.private.keys()
    assert "nowhere.html" not in found.sources


def test_the_service_gets_a_manifest_without_public_files_and_time(tmp_path):
    found = local.read(generation(tmp_path))
    told = json.loads(found.sources["manifest.json"])
    assert (told["files"], told["built_at"]) == ({}, "")
    assert found.private["manifest.json"].hash == digest(found.sources["manifest.json"])


def test_the_same_site_built_later_is_the_same_release(tmp_path):
    one = local.read(generation(tmp_path / "1", built_at="2026-11-22T00:00:00Z"))
    two = local.read(generation(tmp_path / "2", built_at="2026-12-01T00:00:00Z"))
    assert one.id == two.id
    assert one.id != local.read(generation(tmp_path / "3", {"index.html": "else"})).id


def test_feeds_of_the_site_and_its_languages_are_told_others_not(tmp_path):
    rss, feed = "<rss version='2.0'>", '{"version": "https://jsonfeed.org/version/1.1"}'
    public = {
        "index.html": PAGE,
        "feeds/rss.xml": rss,
        "feeds/en/feed.json": feed,
        "feeds/archive-1.xml": rss,
        "feeds/en/archive-12.xml": rss,
        "feeds/index.html": PAGE,
        "tags/a/feed/rss.xml": rss,
        "sitemap.xml": "<urlset>",
    }
    found = local.read(generation(tmp_path, public), "https://hub.example/")
    assert found.feeds == ("feeds/en/feed.json", "feeds/rss.xml")
    assert found.hub == "https://hub.example/"


def test_the_generation_that_was_current_at_first_is_read(tmp_path):
    current(tmp_path, "1", {"index.html": "one"})
    found = local.read(tmp_path)
    current(tmp_path, "2", {"index.html": "two"})
    assert found.sources["index.html"].read_text() == "one"
    assert local.read(tmp_path).sources["index.html"].read_text() == "two"


def test_a_generation_that_goes_away_meanwhile_is_told(tmp_path, monkeypatch):
    root = generation(tmp_path, {"index.html": PAGE, "feeds/rss.xml": "<rss>"})
    walk = local._walk

    def swept(folder):
        yield from list(walk(folder))
        (root / "public/feeds/rss.xml").unlink(missing_ok=True)

    monkeypatch.setattr(local, "_walk", swept)
    assert "was rebuilt" in refused(root)


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_a_folder_without_a_site_says_how_to_build(tmp_path, folder):
    (tmp_path / "empty").mkdir()
    assert "inkstead build" in refused(tmp_path / folder)


def test_a_preview_is_refused(tmp_path):
    assert "preview" in refused(generation(tmp_path, preview=True))


def test_a_site_without_first_page_is_refused(tmp_path):
    assert "no first page" in refused(generation(tmp_path, {}))


def test_a_manifest_of_another_version_is_refused(tmp_path):
    assert "version" in refused(generation(tmp_path, version=99))


def test_a_file_that_is_not_in_the_manifest_is_refused(tmp_path):
    root = generation(tmp_path)
    (root / "public" / "private.html").write_text("premium")
    assert '"public/private.html"' in refused(root)


def test_a_file_of_the_manifest_that_is_missing_is_refused(tmp_path):
    root = generation(tmp_path)
    (root / "public" / "404.html").unlink()
    assert '"public/404.html"' in refused(root)


@pytest.mark.parametrize("path", ["manifest.json", "private/a.html"])
def test_a_public_file_named_like_a_private_one_is_refused(tmp_path, path):
    root = generation(tmp_path, {"index.html": PAGE, path: "{}"}, {"a.html": "premium"})
    assert f'"{path}"' in refused(root)


def test_a_link_out_of_the_public_folder_is_refused(tmp_path):
    root = generation(tmp_path, None, {"a.html": "premium"})
    (root / "public" / "leak").symlink_to(root / "private")
    assert '"public/leak"' in refused(root)
    (root / "public" / "leak").unlink()
    (root / "public" / "leak.html").symlink_to(root / "private" / "a.html")
    assert '"public/leak.html"' in refused(root)


@pytest.mark.parametrize("name", ["a\nb.html", "a\\b.html", b"a\xff.html"])
def test_a_name_that_no_address_can_have_is_refused(tmp_path, name):
    root = generation(tmp_path)
    (root / "public" / os.fsdecode(name)).write_text("x")
    assert "no address" in refused(root)
