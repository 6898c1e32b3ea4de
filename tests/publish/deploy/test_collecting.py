"""Nothing that a release needs is ever deleted, and what none needs goes."""

import dataclasses
import hashlib

import pytest

from publish.deploy.buckets import site_key
from publish.deploy.collecting import collect
from publish.deploy.places import in_folder
from publish.deploy.ports import Unreachable
from publish.deploy.release import ROOT, SHARED, Placed, PrivatePiece, PublicPiece, Release
from tests.publish.deploy.hooking import Calls, Failing, watched


def placed(layer, path, body):
    digest = hashlib.sha256(body).hexdigest()
    return Placed(PublicPiece(path, digest, len(body), "text/html", "no-cache"), layer), body


def release(places, name, hour, public, private, bundle="one"):
    """Put a release there with everything that it needs, and return its record."""
    for each, body in public:
        places.site.put(each, body)
    pieces = {}
    for path, body in private.items():
        pieces[path] = PrivatePiece(path, hashlib.sha256(body).hexdigest(), len(body))
        places.private.put(pieces[path], body)
    made = Release(
        id=name,
        at=f"2026-11-22T{hour:02}:00:00+00:00",
        engine="1",
        manifest_version=1,
        public={each.piece.path: each for each, _ in public},
        private=pieces,
        layers=tuple({each.layer for each, _ in public} - {SHARED, ROOT}),
        bundle=bundle,
    )
    places.private.put_index(name, pieces)
    places.private.put_record(made)
    places.private._write(f"bundles/{bundle}.zip", bundle.encode())
    return made


@pytest.fixture
def places(tmp_path):
    """Four releases: b and c stand on a, d on itself; each has one object of its own."""
    places = in_folder(tmp_path)
    home, error = placed("a", "index.html", b"home"), placed(ROOT, "404.html", b"lost")
    logo = placed(SHARED, "assets/logo.svg", b"logo")
    old = placed(SHARED, "assets/old.svg", b"old")
    about = placed("a", "about.html", b"about")
    release(places, "a", 1, [home, about, error, old], {"m": b"ma", "p": b"p"}, "zero")
    changed = placed("b", "about.html", b"about b")
    release(places, "b", 2, [home, changed, error, logo], {"m": b"mb", "p": b"p"})
    changed = placed("c", "about.html", b"about c")
    release(places, "c", 3, [home, changed, error, logo], {"m": b"mc", "p": b"p"})
    home = placed("d", "index.html", b"home d")
    release(places, "d", 4, [home, error, logo], {"m": b"md", "p": b"p"})
    return places


def keys(places):
    return {each.key for each in places.site.objects.list("")} | {
        each.key for each in places.private.objects.list("")
    }


def needed(places, name):
    record = places.private.record(name)
    return (
        {site_key(each) for each in record.public.values()}
        | {places.private.key(each) for each in record.private.values()}
        | {f"bundles/{record.bundle}.zip", f"site/{name}/index.json"}
        | {f"deploy/releases/{name}.json.gz"}
    )


def stay(places, *names):
    return set().union(*(needed(places, name) for name in names))


def test_the_newest_stay_with_all_they_need_and_nothing_else_does(places):
    expected = stay(places, "c", "d")
    before = keys(places)
    assert collect(places, 2, "d") == len(before - expected) - 2 * 2
    assert keys(places) == expected


def test_an_object_of_a_layer_goes_when_nobody_uses_it_though_the_layer_is_used(places):
    collect(places, 2, "d")
    assert [each.key for each in places.site.objects.list("layers/a/")] == ["layers/a/index.html"]
    assert list(places.site.objects.folders("layers/")) == ["a", "c", "d"]


@pytest.mark.parametrize("live", ["a", "b", "c"])
def test_the_live_release_stays_however_old_it_is(places, live):
    expected = stay(places, "d", live)
    collect(places, 1, live)
    assert keys(places) == expected


def test_a_release_to_spare_stays_and_one_that_is_not_there_is_no_error(places):
    expected = stay(places, "a", "d")
    collect(places, 1, "d", spare=("a", "", "gone"))
    assert keys(places) == expected


def test_where_nothing_is_to_collect_one_listing_says_so(places):
    calls = Calls()
    assert collect(watched(places, calls), 4, "d") == 0
    assert calls.all == [("private.list", "deploy/releases/")]


def test_without_a_sweep_nothing_is_listed_but_records(places):
    calls = Calls()
    collect(watched(places, calls), 2, "d")
    assert [each for each in calls.all if each[0].endswith(("list", "folders"))] == [
        ("private.list", "deploy/releases/")
    ]


def test_a_sweep_takes_what_no_record_names_and_leaves_all_else(places):
    before = keys(places)
    places.site.put(*placed("killed", "index.html", b"half"))
    places.site.put(*placed(SHARED, "assets/lost.svg", b"lost"))
    places.private.put(PrivatePiece("p", hashlib.sha256(b"x").hexdigest(), 1), b"x")
    places.private.put_index("killed", {})
    places.private._write("bundles/killed.zip", b"")
    places.private.point("d")
    places.private._write("deploy/lock", b"{}")
    assert collect(places, 10, "d") == 0
    assert collect(places, 10, "d", sweep=True) == 5
    assert keys(places) == before | {"site/current", "deploy/lock"}


def test_a_sweep_takes_what_the_live_release_hides_though_older_ones_name_it(places):
    picture = hashlib.sha256(b"old").hexdigest()
    record = places.private.record("d")
    hidden = {"private/old.svg": PrivatePiece("private/old.svg", picture, 3)}
    places.private.put_record(dataclasses.replace(record, private=record.private | hidden))
    collect(places, 10, "d")
    assert "shared/assets/old.svg" in keys(places)
    before = keys(places)
    assert collect(places, 10, "d", sweep=True) == 1
    assert keys(places) == before - {"shared/assets/old.svg"}


def test_nothing_is_deleted_where_a_record_cannot_be_read(places):
    before = keys(places)
    places.private._write("deploy/releases/b.json.gz", b"{broken")
    assert collect(places, 1, "d", sweep=True) == 0
    assert keys(places) == before


def test_nothing_is_deleted_where_the_live_release_has_no_record(places):
    before = keys(places)
    assert collect(places, 1, "unknown", sweep=True) == 0
    assert keys(places) == before


def test_collecting_twice_is_once(places):
    collect(places, 1, "d")
    after = keys(places)
    assert collect(places, 1, "d") == 0
    assert collect(places, 1, "d", sweep=True) == 0
    assert keys(places) == after


def test_cut_off_after_any_call_every_record_still_has_all_it_needs(places):
    failing, expected = Failing(Unreachable("cut off"), ""), stay(places, "d")
    calls = Calls()
    with_hooks = watched(places, calls, failing)
    for call in ("private.list", "private.get", "private.delete", "site.delete"):
        failing.call, failing.times = call, failing.failed + 1
        with pytest.raises(Unreachable):
            collect(with_hooks, 1, "d", sweep=True)
        for name in places.private.record_tags():
            assert needed(places, name) <= keys(places)
    collect(with_hooks, 1, "d", sweep=True)
    assert keys(places) == expected


def test_it_asks_again_and_again_whether_it_may_go_on(places):
    asked = []
    collect(places, 2, "d", breathe=lambda: asked.append("may I"))
    assert len(asked) >= 4 + 2


def test_a_release_on_the_same_objects_as_one_that_goes_keeps_them(places):
    again = dataclasses.replace(places.private.record("d"), id="e", at="2026-11-22T05:00:00+00:00")
    places.private.put_record(again)
    places.private.put_index("e", again.private)
    collect(places, 1, "e")
    assert keys(places) == stay(places, "e")
