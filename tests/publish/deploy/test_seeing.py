"""What stands in a bucket is found with few requests, and never taken for something else."""

import hashlib

import pytest

from publish.deploy import seeing
from publish.deploy.ports import Listed, Sent
from tests.publish.deploy.hooking import Calls, Watched, silence
from tests.publish.deploy.memory import MemoryObjects


@pytest.fixture
def calls():
    return Calls()


@pytest.fixture
def objects(calls):
    objects = MemoryObjects()
    for number in range(30):
        body = str(number).encode()
        objects.put(Sent(f"shared/{number}.css", body, hashlib.sha256(body).hexdigest(), 2))
    return Watched(objects, "site", calls, silence)


def test_a_few_of_many_are_looked_for_one_by_one(objects, calls):
    found = seeing.standing(objects, "shared/", {"shared/7.css", "shared/7"}, 30)
    assert list(found) == ["shared/7.css"]
    assert sorted(calls.all) == [("site.list", "shared/7"), ("site.list", "shared/7.css")]


@pytest.mark.parametrize(("many", "total"), [(13, 30), (5, 5), (1, 0)])
def test_many_are_found_by_one_listing(objects, calls, many, total):
    keys = {f"shared/{number}.css" for number in range(many)}
    assert seeing.standing(objects, "shared/", keys, total).keys() == keys
    assert calls.all == [("site.list", "shared/")]


def test_how_many_are_few_depends_on_how_many_there_are(objects, calls):
    keys = {f"shared/{number}.css" for number in range(20)}
    seeing.standing(objects, "shared/", keys, 20_000)
    assert len(calls.all) == 20


MD5 = hashlib.md5(b"body").hexdigest()


@pytest.mark.parametrize(
    ("tag", "bytes_", "wanted", "same"),
    [
        (MD5, 4, MD5, True),
        (MD5, 4, "", True),
        (MD5, 5, MD5, False),
        ("0" * 32, 4, MD5, False),
        (f"{'0' * 32}-2", 4, MD5, True),
        (f"{'0' * 32}-2", 5, MD5, False),
    ],
)
def test_it_is_the_same_when_size_and_md5_say_so(tag, bytes_, wanted, same):
    assert seeing.same(Listed("key", bytes_, tag), 4, wanted) is same
