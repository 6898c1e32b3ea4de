"""What every place for objects keeps: the same for a folder and for a bucket."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from publish.deploy.objects.folder import FolderObjects
from publish.deploy.objects.s3 import PART
from publish.deploy.ports import Absent, Changed, Objects, Refused
from tests.publish.deploy.worlds import bucket, sent


@pytest.fixture(params=["folder", "s3"])
def objects(request, tmp_path) -> Objects:
    if request.param == "folder":
        return FolderObjects(tmp_path / "objects")
    return bucket(request.getfixturevalue("aws"), request.getfixturevalue("clients"))


def keys(objects: Objects, prefix: str = "") -> list[str]:
    return [each.key for each in objects.list(prefix)]


def test_an_object_comes_back_with_its_headers(objects):
    objects.put(sent("layers/a/index.html", b"hello", type="text/html", cache="public, max-age=0"))
    found = objects.get("layers/a/index.html")
    assert (found.body, found.type, found.cache) == (b"hello", "text/html", "public, max-age=0")


def test_an_empty_object_is_one(objects):
    objects.put(sent("empty", b""))
    assert objects.get("empty").body == b""
    assert [(each.key, each.bytes) for each in objects.list("")] == [("empty", 0)]


def test_chinese_names_and_odd_ones_are_keys(objects):
    odd = ["layers/a/文章/写作 与+发布/index.html", "layers/a/100%.html", "layers/a/a&b=c?#.txt"]
    for key in odd:
        objects.put(sent(key, key.encode()))
    assert sorted(keys(objects)) == sorted(odd)
    assert [objects.get(key).body.decode() for key in odd] == odd


@pytest.mark.parametrize(
    "key", ["", "/a", "a/", "a//b", "../a", "a/../b", "a/./b", "a\0b", "a" * 1025, "\ud800"]
)
def test_what_leads_out_is_no_key(objects, key):
    for call in (
        lambda: objects.put(sent(key)),
        lambda: objects.put_if(sent(key), ""),
        lambda: objects.get(key),
        lambda: objects.delete([key]),
    ):
        with pytest.raises(Refused):
            call()


def test_what_is_not_there_is_absent(objects):
    for key in ("nothing", "a/b/c"):
        with pytest.raises(Absent):
            objects.get(key)
    objects.put(sent("a/b"))
    with pytest.raises(Absent):
        objects.get("a")
    with pytest.raises(Absent):
        objects.get("a/b/c")


def test_an_object_is_written_over_with_its_headers(objects):
    objects.put(sent("page", b"one", type="text/html", cache="a"))
    objects.put(sent("page", b"two", type="text/plain", cache="b"))
    found = objects.get("page")
    assert (found.body, found.type, found.cache) == (b"two", "text/plain", "b")


def test_only_its_headers_change(objects):
    objects.put(sent("page", b"same", type="text/html", cache="a"))
    objects.put(sent("page", b"same", type="text/html", cache="b"))
    assert objects.get("page").cache == "b"


def test_a_file_is_sent_as_its_bytes(objects, tmp_path):
    file = tmp_path / "a.bin"
    file.write_bytes(bytes(range(256)) * 5000)
    objects.put(replace(sent("a.bin", file.read_bytes()), body=file))
    assert objects.get("a.bin").body == file.read_bytes()


def test_a_large_file_is_sent_whole(objects, tmp_path):
    body = hashlib.sha256(b"seed").digest() * (PART // 32) + b"and a little more"
    file = tmp_path / "large.bin"
    file.write_bytes(body)
    objects.put(replace(sent("large.bin", body, type="audio/mpeg"), body=file))
    found = objects.get("large.bin")
    assert (hashlib.sha256(found.body).digest(), found.type) == (
        hashlib.sha256(body).digest(),
        "audio/mpeg",
    )
    assert [each.bytes for each in objects.list("large")] == [len(body)]


@pytest.mark.parametrize("written", [b"other", b"longer than it was", b""])
def test_a_file_that_changed_since_is_told_and_nothing_is_written(objects, tmp_path, written):
    file = tmp_path / "page.html"
    file.write_bytes(written)
    with pytest.raises(Changed):
        objects.put(replace(sent("page.html", b"bytes"), body=file))
    assert keys(objects) == []


def test_a_large_file_that_changed_since_is_told_and_what_stood_there_stands(objects, tmp_path):
    objects.put(sent("large.bin", b"before"))
    body = b"x" * (PART + 1)
    file = tmp_path / "large.bin"
    file.write_bytes(body[:-1] + b"y")
    with pytest.raises(Changed):
        objects.put(replace(sent("large.bin", body), body=file))
    assert objects.get("large.bin").body == b"before"


def test_a_file_that_is_gone_is_told(objects, tmp_path):
    with pytest.raises(Changed):
        objects.put(replace(sent("page.html"), body=tmp_path / "gone.html"))
    assert keys(objects) == []


def test_the_first_of_two_that_want_none_there_wins(objects):
    tag = objects.put_if(sent("lock", b"mine"), "")
    with pytest.raises(Changed):
        objects.put_if(sent("lock", b"yours"), "")
    with pytest.raises(Changed):
        objects.put_if(sent("lock", b"mine"), "")
    assert objects.get("lock").body == b"mine"
    assert objects.get("lock").tag == tag


def test_only_who_knows_what_stands_there_writes_over_it(objects):
    first = objects.put_if(sent("lock", b"one"), "")
    second = objects.put_if(sent("lock", b"two"), first)
    assert second != first
    with pytest.raises(Changed):
        objects.put_if(sent("lock", b"three"), first)
    assert objects.get("lock").body == b"two"


def test_what_is_gone_is_not_written_over(objects):
    tag = objects.put_if(sent("lock", b"one"), "")
    objects.delete(["lock"])
    with pytest.raises(Changed):
        objects.put_if(sent("lock", b"two"), tag)
    objects.put_if(sent("lock", b"two"), "")


def test_of_many_at_once_exactly_one_wins(objects):
    def take(number: int) -> bool:
        try:
            objects.put_if(sent("lock", b"%d" % number), "")
        except Changed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(take, range(16)))
    assert won.count(True) == 1
    assert objects.get("lock").body == b"%d" % won.index(True)


def test_a_listing_tells_sizes_and_tags_in_the_order_of_keys(objects):
    for key in ("a/c", "a-b", "a/b/d", "a", "b", "é", "中"):
        if key != "a":
            objects.put(sent(key, key.encode() * 2))
    listed = list(objects.list(""))
    assert [each.key for each in listed] == ["a-b", "a/b/d", "a/c", "b", "é", "中"]
    for each in listed:
        body = each.key.encode() * 2
        assert each.bytes == len(body)
        assert each.tag == hashlib.md5(body).hexdigest() == objects.get(each.key).tag


def test_a_listing_takes_what_begins_with_the_prefix(objects):
    for key in ("layers/a/x", "layers/ab/x", "layers/b/x", "other"):
        objects.put(sent(key))
    assert keys(objects, "layers/a/") == ["layers/a/x"]
    assert keys(objects, "layers/a") == ["layers/a/x", "layers/ab/x"]
    assert keys(objects, "nothing/") == []
    assert keys(objects, "other") == ["other"]


def test_folders_are_the_names_that_have_something_below(objects):
    for key in ("layers/b/x", "layers/a/y/z", "layers/a/x", "layers/file", "other/c/x"):
        objects.put(sent(key))
    assert list(objects.folders("layers/")) == ["a", "b"]
    objects.delete(["layers/b/x"])
    assert list(objects.folders("layers/")) == ["a"]
    assert list(objects.folders("nothing/")) == []


def test_what_is_deleted_is_gone_and_the_rest_stays(objects):
    for key in ("a/b/c", "a/d", "e"):
        objects.put(sent(key))
    objects.delete(["a/b/c", "e", "never/was", "a"])
    assert keys(objects) == ["a/d"]
    objects.put(sent("e", b"again"))
    assert objects.get("e").body == b"again"


def test_many_threads_write_and_delete_beside_each_other(objects):
    def work(number: int) -> bytes:
        objects.put(sent(f"deep/{number % 4}/{number}", b"%d" % number))
        body = objects.get(f"deep/{number % 4}/{number}").body
        if number % 2:
            objects.delete([f"deep/{number % 4}/{number}"])
        return body

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(64))) == [b"%d" % number for number in range(64)]
    assert len(keys(objects)) == 32
