"""Where each path stands, told in few bytes."""

import base64
import hashlib

from publish.deploy import edge_code, layering
from publish.deploy.layering import ENTRY, hashed, is_shared, needed, overrides, signs
from publish.deploy.release import ROOT, SHARED, Placed, PublicPiece

BASE, NEXT = "a" * 16, "b" * 16


def placed(path, layer):
    return Placed(PublicPiece(path, "0" * 64, 1, "text/html", ""), layer)


def release(**layers):
    return {path: placed(path, layer) for path, layer in layers.items()}


def test_only_what_departs_from_the_base_is_told():
    public = release(a=BASE, b=NEXT, c=SHARED, d=ROOT)
    assert signs(public, (BASE, NEXT), ["e"]) == {"b": "B", "e": "-"}


def test_what_is_named_like_a_shared_asset_is_told_in_the_base_too():
    path = "media/a.01234567.webp"
    assert signs({path: placed(path, BASE)}, (BASE,), []) == {path: "A"}


def test_an_entry_is_five_of_the_hash_and_one_of_the_layer():
    told = overrides({"早/index.html": "C"}, [], [])
    digest = hashlib.md5((told.salt + "早/index.html").encode()).digest()
    assert told.packed == base64.b64encode(digest).decode()[:5] + "C"
    assert len(told.packed) == ENTRY


def test_a_salt_is_taken_with_which_no_known_path_meets_an_entry(monkeypatch):
    taken = {("0", "a"): "AAAAA", ("0", "b"): "AAAAA"}  # in the base, but looks like another
    honest = hashed
    monkeypatch.setattr(
        layering, "hashed", lambda salt, path: taken.get((salt, path)) or honest(salt, path)
    )
    assert overrides({"a": "B"}, ["b"], []).salt == "1"
    assert overrides({"a": "B", "b": "C"}, [], []).salt == "1"
    assert overrides({"a": "B"}, ["a"], []).salt == "0"


def test_files_without_an_ending_are_told():
    public = ["CNAME", ".well-known/x", ".hidden", "a.b/c", "a/index.html"]
    assert overrides({}, [], public).bare == (".well-known/x", "CNAME", "a.b/c")


def test_the_bytes_needed_are_never_more_than_told():
    made = overrides({str(n): "B" for n in range(300)}, [], ["墨", "b/c"])
    spent = len(edge_code.code("", (), made)) - len(edge_code.code("", ()))
    assert needed(300, ["墨", "b/c", "a.html"]) - 10 < spent <= needed(300, ["墨", "b/c", "a.html"])


def test_an_asset_is_shared_only_when_its_name_has_the_hash_of_its_bytes():
    digest = "301d8797" + "0" * 56
    assert is_shared(PublicPiece("assets/site.301d8797.css", digest, 1, "", ""))
    assert not is_shared(PublicPiece("assets/site.301d8798.css", digest, 1, "", ""))
    assert not is_shared(PublicPiece("index.html", digest, 1, "", ""))
