"""The files of one generation: what there is, with which headers, whole or in part."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish.deploy import headers
from publish.serving.files import Files, Unfit
from tests.publish.deploy.building import generation
from tests.publish.serving.folder import PAGES


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(generation(tmp_path, PAGES), {"x-always": "yes"})


def answer(files, path, method="GET", **environ):
    found = files.find(path).get_response(method, environ)
    body = found.file.read() if found.file else b""
    if found.file:
        found.file.close()
    return found.status, {name.lower(): value for name, value in found.headers}, body


def test_every_file_has_the_headers_of_the_edge(files):
    for path in PAGES:
        status, told, body = answer(files, path)
        kind, cache = headers.of(path, PAGES[path].encode())
        assert (status, body) == (200, PAGES[path].encode())
        assert (told["content-type"], told["cache-control"]) == (kind, cache)
        assert told["content-length"] == str(len(body))
        assert told["x-always"] == "yes"
        assert "last-modified" not in told


def test_the_same_bytes_have_the_same_tag_whenever_they_were_written(files, tmp_path):
    again = Files(generation(tmp_path / "again", PAGES), {})
    other = Files(generation(tmp_path / "other", {**PAGES, "index.html": "new"}), {})
    tags = [answer(each, "index.html")[1]["etag"] for each in (files, again, other)]
    assert tags[0] == tags[1] != tags[2]


@pytest.mark.parametrize("shape", ['"{}"', 'W/"{}"', '"{}-gzip"', '"old", W/"{}"', "*"])
def test_what_the_reader_has_is_not_sent_again(files, shape):
    tag = answer(files, "index.html")[1]["etag"].strip('"')
    status, told, body = answer(files, "index.html", HTTP_IF_NONE_MATCH=shape.format(tag))
    assert (status, body, told["etag"]) == (304, b"", f'"{tag}"')
    assert told["cache-control"] == headers.ASK


def test_what_the_reader_does_not_have_is_sent(files):
    assert answer(files, "index.html", HTTP_IF_NONE_MATCH='"old"')[0] == 200
    assert answer(files, "index.html", HTTP_IF_MODIFIED_SINCE="Sun, 22 Nov 2099 00:00:00 GMT")[2]


@pytest.mark.parametrize(
    ("asked", "status", "body", "range_"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=0-0", 206, b"0", "bytes 0-0/10"),
        ("bytes=9-9", 206, b"9", "bytes 9-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=a-b", 200, b"0123456789", None),
    ],
)
def test_a_part_of_a_file_is_sent(files, asked, status, body, range_):
    found, told, sent = answer(files, "media/door.07f6db2e.jpg", HTTP_RANGE=asked)
    assert (found, sent, told.get("content-range")) == (status, body, range_)
    if status != 416:
        assert told["content-length"] == str(len(body))


def test_a_part_of_another_file_than_the_reader_has_is_no_use(files):
    part = {"HTTP_RANGE": "bytes=0-3"}
    tag = answer(files, "media/door.07f6db2e.jpg")[1]["etag"]
    assert answer(files, "media/door.07f6db2e.jpg", **part, HTTP_IF_RANGE=tag)[0] == 206
    assert answer(files, "media/door.07f6db2e.jpg", **part, HTTP_IF_RANGE='"old"')[0] == 200


def test_head_names_the_length_and_sends_nothing(files):
    status, told, body = answer(files, "index.html", "HEAD")
    assert (status, body, told["content-length"]) == (200, b"", str(len(PAGES["index.html"])))
    part = answer(files, "media/door.07f6db2e.jpg", "HEAD", HTTP_RANGE="bytes=0-0")
    assert (part[0], part[2]) == (206, b"")


@pytest.mark.parametrize(
    "path",
    ["manifest.json", "../manifest.json", "about/../index.html", "private/x", "", "/index.html"],
)
def test_only_what_the_manifest_names_is_there(files, path):
    assert files.find(path) is None


def test_a_file_that_the_manifest_does_not_name_is_not_served(files, tmp_path):
    (tmp_path / "public" / "draft.html").write_text("draft")
    assert files.find("draft.html") is None


@pytest.mark.parametrize(
    ("path", "page"),
    [("x", "404.html"), ("en/x", "en/404.html"), ("en/a/b", "en/404.html"), ("zh/x", "404.html")],
)
def test_what_is_missing_is_said_in_the_language_of_the_place(files, path, page):
    assert files.missing(path) is files.find(page)


@pytest.mark.parametrize("manifest", ["", "[]", '{"files": {}}', '{"preview": true, "files": {}}'])
def test_a_folder_that_is_not_for_readers_is_refused(tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(Unfit):
        Files(tmp_path, {})
