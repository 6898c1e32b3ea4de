"""The manifest is the same after writing and reading, and refuses what it does not know."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.contract import manifest
from publish.contract.manifest import ManifestError

words = st.text(max_size=20)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
files = st.builds(
    manifest.PrivateFile, url=words, path=words, type=words, bytes=st.integers(0), hash=hashes
)
premium = st.builds(
    manifest.Premium,
    fragment=words,
    page=words,
    hash=hashes,
    words=st.integers(0),
    images=st.integers(0),
    files=st.lists(files, max_size=2).map(tuple),
)
posts = st.builds(
    manifest.Post,
    url=words,
    lang=words,
    title=words,
    access=st.lists(words, max_size=2).map(tuple),
    status=words,
    kind=words,
    date=words,
    updated=words,
    hash=hashes,
    translations=st.dictionaries(words, words, max_size=2),
    offers=st.lists(words, max_size=2).map(tuple),
    premium=st.none() | premium,
)
offers = st.builds(
    manifest.Offer,
    id=words,
    prices=st.dictionaries(words, st.integers(1), max_size=2),
    every=words,
    days=st.integers(0),
)
products = st.builds(
    manifest.Product,
    kind=words,
    grants=st.lists(words, max_size=2).map(tuple),
    status=words,
    refund_days=st.integers(0),
    offers=st.lists(offers, max_size=2).map(tuple),
    texts=st.dictionaries(
        words,
        st.builds(
            manifest.ProductText, title=words, summary=words, url=words, premium=st.none() | premium
        ),
        max_size=2,
    ),
)
manifests = st.builds(
    manifest.Manifest,
    built_at=words,
    engine=words,
    preview=st.booleans(),
    site=st.builds(
        manifest.Site,
        url=words,
        time_zone=words,
        languages=st.lists(st.builds(manifest.Language, *[words] * 10), max_size=2).map(tuple),
        mail_from=words,
        mail_reply_to=words,
    ),
    posts=st.dictionaries(words, posts, max_size=2),
    products=st.dictionaries(words, products, max_size=2),
    pages=st.dictionaries(words, st.dictionaries(words, words, max_size=2), max_size=2),
    files=st.dictionaries(words, hashes, max_size=2),
    next=words,
)


@given(manifests)
def test_what_is_written_is_read_again(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("written", numbered=True) / "manifest.json"
    path.write_text(manifest.dump(value), "utf-8")
    assert manifest.load(path) == value


def plain() -> dict:
    value = manifest.Manifest(
        "2026-01-01T00:00:00Z", "1", False,
        manifest.Site("https://x.example", "UTC", (), "", ""), {}, {}, {}, {},
    )  # fmt: skip
    return dataclasses.asdict(value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 1}, 'version "1" is not 3'),
        ({"version": None}, "build the site again"),
        ({"posts": []}, "posts: is not an object"),
        ({"preview": "no"}, "preview: is not bool"),
        ({"more": 1}, "is not the keys"),
        ({"posts": {"a": {"url": "/"}}}, "posts.a: is not the keys"),
        ({"site": None}, "site: is not an object"),
    ],
)
def test_what_is_no_manifest_is_refused_with_its_place(tmp_path, change, said):
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({**plain(), **change}), "utf-8")
    with pytest.raises(ManifestError) as refused:
        manifest.load(path)
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "7"])
def test_a_broken_file_is_refused(tmp_path, text):
    path = tmp_path / "manifest.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ManifestError):
        manifest.load(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ManifestError):
        manifest.load(tmp_path / "none.json")
