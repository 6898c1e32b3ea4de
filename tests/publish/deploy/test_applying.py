"""A plan is done in an order that leaves readers a whole site, wherever it ends."""

import hashlib
import itertools
from dataclasses import replace

import pytest

from publish.deploy import edge_code
from publish.deploy.applying import Overtaken
from publish.deploy.buckets import JOURNAL, PrivateBucket, SiteBucket, site_key
from publish.deploy.bundle import Bundle
from publish.deploy.objects.s3 import S3Objects
from publish.deploy.places import in_folder
from publish.deploy.ports import Changed, Unreachable
from tests.publish.deploy import sites
from tests.publish.deploy.deploying import Deployer, cut_off
from tests.publish.deploy.hooking import Calls, Failing, silence, watched, writes
from tests.publish.deploy.sites import CANARY, FIRST, PHOTO, SECOND, SKY, asset, served


def test_a_first_publish_is_served_whole(tmp_path, service, clock):
    ana = Deployer(in_folder(tmp_path / "places"), service, clock)
    done = ana.publish(FIRST)
    assert served(ana.places, FIRST, SECOND) == FIRST
    assert done.flipped
    assert done.sent == len(FIRST.public) + len(FIRST.private)
    assert done.bytes == sum(map(len, (FIRST.public | FIRST.private).values()))
    assert ana.places.site.objects.get("404.html").body == b"<p>not here, one"
    assert ana.places.private.current() == sites.live(ana.places).id
    assert ana.places.runtime.bundle() == service.sha256


def test_objects_have_the_headers_that_the_plan_gives_them(ana):
    ana.publish(FIRST)
    for placed in sites.live(ana.places).public.values():
        found = ana.places.site.objects.get(site_key(placed))
        assert (found.type, found.cache) == (placed.piece.type, placed.piece.cache)


def test_only_what_changed_travels(published):
    calls = Calls()
    done = published.publish(SECOND, watched(published.places, calls))
    assert served(published.places, FIRST, SECOND) == SECOND
    layer = f"layers/{SECOND.local().id}"
    assert sorted(key for call, key in calls.all if call == "site.put") == sorted(
        [
            "404.html",
            f"{layer}/feeds/all.xml",
            f"{layer}/index.html",
            f"{layer}/posts/sky/index.html",
            f"shared/{asset('sky.webp', SKY)}",
        ]
    )
    assert done.sent == 5 + 2


def test_few_requests_are_made_beside_the_objects_themselves(published):
    calls = Calls()
    published.publish(SECOND, watched(published.places, calls))
    objects = {"site.put", "private.put"}
    others = [each for each in calls.all if each[0] not in objects]
    assert sorted(subject for call, subject in calls.all if call.startswith("site.list")) == [
        f"layers/{SECOND.local().id}/",
        f"shared/{asset('sky.webp', SKY)}",
    ]
    assert sorted(subject for call, subject in calls.all if call == "private.list") == [
        "deploy/releases/",
        *sorted(
            f"site/objects/{hashlib.sha256(SECOND.private[path]).hexdigest()}"
            for path in ("private/garden", "private/photo")
        ),
    ]
    assert len(others) <= 22


def test_where_nothing_changed_nothing_is_written(published):
    calls = Calls()
    done = published.publish(FIRST, watched(published.places, calls))
    assert [each for each in calls.all if writes(each[0])] == []
    assert (done.flipped, done.sent, done.bundle) == (False, 0, False)


def test_nothing_that_readers_get_is_written_before_everything_else_stands(published):
    calls = Calls()
    published.publish(SECOND, watched(published.places, calls))
    told = [f"{call} {subject}".partition("{")[0] for call, subject in calls.written]
    flip = next(at for at, each in enumerate(told) if each.startswith("edge.flip"))
    before, after = told[:flip], told[flip + 1 :]
    assert before[-1] == "private.put_if deploy/journal.json"
    assert all("404.html" not in each for each in before)
    assert [each.split()[0] for each in after] == [
        "private.put",
        "site.delete",
        "site.put",
        "edge.invalidate",
        "hub.ping",
        "private.put_if",
    ]


def test_assets_stand_before_the_pages_that_name_them(published):
    calls = Calls()
    published.publish(SECOND, watched(published.places, calls))
    puts = [key for call, key in calls.all if call == "site.put"]
    first_page = next(at for at, key in enumerate(puts) if key.startswith("layers/"))
    assert all(key.startswith("shared/") for key in puts[:first_page])
    assert not any(key.startswith("shared/") for key in puts[first_page:])


def test_phases_are_told_in_their_order_with_numbers_that_grow(published):
    told = []
    published.publish(SECOND, listen=lambda *each: told.append(each))
    assert list(dict.fromkeys(phase for phase, _, _ in told)) == [
        "lock", "assets", "pages", "private", "record", "verify", "bundle", "flip", "pointer",
        "seal", "error-page", "invalidate", "ping", "collect", "unlock",
    ]  # fmt: skip
    for _, some in itertools.groupby(told, key=lambda each: each[0]):
        numbers = list(some)
        assert [done for _, done, _ in numbers] == sorted(done for _, done, _ in numbers)
        assert numbers[-1][1] == numbers[-1][2]


def test_a_bundle_runs_only_when_it_changed_and_before_the_flip(published, tmp_path):
    calls = Calls()
    published.publish(SECOND, watched(published.places, calls))
    assert "runtime.run" not in dict(calls.all)
    published.bundle = sites.bundle(tmp_path / "other", b"another service")
    done = published.publish(FIRST, watched(published.places, calls))
    names = [call for call, _ in calls.all]
    assert done.bundle
    assert names.index("runtime.run") < len(names) - names[::-1].index("edge.flip") - 1
    key = f"bundles/{published.bundle.sha256}.zip"
    assert published.places.private.objects.get(key).body == b"another service"


def test_another_bundle_alone_flips_nothing_and_is_kept_with_the_release(published, tmp_path):
    published.bundle = sites.bundle(tmp_path / "other", b"another service")
    done = published.publish(FIRST)
    assert (done.bundle, done.flipped, done.sent) == (True, False, 0)
    assert sites.live(published.places).bundle == published.bundle.sha256
    assert served(published.places, FIRST) == FIRST


def test_another_canonical_host_alone_is_one_flip(published):
    plan = published.plan(FIRST)
    other = replace(plan, code=plan.code.replace(b"ink.example", b"new.example"))
    calls = Calls()
    assert published.apply(other, watched(published.places, calls)).flipped
    assert b"new.example" in published.places.edge.code
    assert not [each for each in calls.all if each[0] == "site.put"]
    assert served(published.places, FIRST) == FIRST


def test_a_plan_for_another_live_release_is_not_applied(published):
    late = published.plan(SECOND)
    third = FIRST.but({"index.html": b"<p>home, three"})
    published.publish(third)
    calls = Calls()
    with pytest.raises(Overtaken, match=third.local().id):
        published.apply(late, watched(published.places, calls))
    assert calls.written == []
    assert served(published.places, FIRST, SECOND, third) == third


def test_a_flip_by_somebody_without_the_lock_is_not_undone(published):
    def meddle(call, _subject):
        if call == "edge.flip":
            published.places.edge.code = edge_code.code("other")

    with pytest.raises(Overtaken, match="other"):
        published.publish(SECOND, watched(published.places, meddle))
    assert published.places.edge.live().release == "other"


@pytest.mark.parametrize("error", [Unreachable("cut off"), Changed("my own first try")])
def test_a_flip_whose_answer_is_lost_is_a_flip(published, error):
    lost = Failing(error, "edge.flip")
    assert published.publish(SECOND, watched(published.places, silence, lost)).flipped
    assert served(published.places, FIRST, SECOND) == SECOND


def test_what_went_behind_the_paywall_is_gone_from_everywhere(published):
    key = f"shared/{asset('garden.webp', PHOTO)}"
    assert published.places.site.objects.get(key).body == PHOTO
    assert published.publish(SECOND).sealed == 1
    bodies = [each.body for each in published.places.site.objects.found.values()]
    assert PHOTO not in bodies
    assert not any(CANARY in body for body in bodies)


def test_rolling_back_is_a_plan_like_any_other(published):
    first = sites.live(published.places)
    third = FIRST.but({"index.html": b"<p>home, three", "404.html": b"<p>lost, three"})
    published.publish(third)
    back = sites.plan(FIRST, sites.live(published.places), bundle=published.bundle.sha256)
    back = replace(back, release=first)
    published.apply(back)
    assert served(published.places, FIRST, third) == FIRST
    assert published.places.site.objects.get("404.html").body == b"<p>not here, one"


def test_buckets_of_s3_do_the_same(aws, tmp_path, service, clock):
    storage = aws.client("s3")
    folders = in_folder(tmp_path / "places")
    places = replace(
        folders,
        site=SiteBucket(S3Objects(aws.bucket(), storage)),
        private=PrivateBucket(S3Objects(aws.bucket(), storage)),
    )
    ana = Deployer(places, service, clock)
    ana.publish(FIRST)
    assert served(places, FIRST, SECOND) == FIRST
    cut_off(ana, SECOND, "private.put_if", JOURNAL)
    assert served(places, FIRST, SECOND) == FIRST
    assert ana.publish(SECOND).standing == 4 + 2
    assert served(places, FIRST, SECOND) == SECOND
    assert ana.publish(SECOND).sent == 0


def test_a_bundle_that_cannot_run_leaves_readers_what_they_had(published, tmp_path):
    before = published.places.edge.code
    published.bundle = Bundle(tmp_path / "none.zip", "0" * 64, 3)
    with pytest.raises(Changed):
        published.publish(SECOND)
    assert published.places.edge.code == before
