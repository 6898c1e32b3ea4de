"""What follows a flip is done, by this run or by the next one."""

import hashlib
import json

import pytest

from publish.deploy import journal, layering, locking
from publish.deploy.buckets import JOURNAL
from publish.deploy.finishing import Unfinished
from publish.deploy.ports import Refused, Unreachable
from publish.deploy.release import Placed, PublicPiece
from tests.publish.deploy import sites
from tests.publish.deploy.deploying import cut_off
from tests.publish.deploy.hooking import Calls, Failing, silence, watched
from tests.publish.deploy.sites import FIRST, PHOTO, SECOND, SKY, asset, served


def test_what_fails_after_the_flip_says_that_the_release_is_live_and_a_repeat_finishes(published):
    told = cut_off(published, SECOND, "edge.invalidate")
    assert isinstance(told, Unfinished)
    assert "cut off" in str(told)
    assert served(published.places, FIRST, SECOND) == SECOND
    assert published.places.edge.forgotten == {}
    published.clock.pass_(minutes=5)
    done = published.publish(SECOND)
    assert (done.finished, done.flipped, done.sent) == (True, False, 0)
    assert len(published.places.edge.forgotten) == 1
    assert published.places.hub.told == ["https://ink.example/feeds/all.xml"]


def test_what_is_asked_for_again_is_known_by_the_same_reference(published):
    lost = Failing(Unreachable("no answer"), "edge.invalidate")
    with pytest.raises(Unfinished):
        published.publish(SECOND, watched(published.places, silence, lost))
    published.clock.pass_(minutes=5)
    published.publish(SECOND)
    assert len(published.places.edge.forgotten) == 1


def test_the_same_release_twice_forgets_twice(published):
    for site in (SECOND, FIRST, SECOND):
        published.clock.pass_(minutes=1)
        published.publish(site)
    assert len(published.places.edge.forgotten) == 3


def test_a_later_run_finishes_the_error_page_whatever_it_publishes_itself(published):
    cut_off(published, SECOND, "site.put", "404.html")
    assert published.places.site.objects.get("404.html").body == b"<p>not here, one"
    third = SECOND.but({"index.html": b"<p>home, three"})
    assert published.publish(third).finished
    assert published.places.site.objects.get("404.html").body == b"<p>not here, two"
    assert served(published.places, SECOND, third) == third


def test_finishing_alone_does_the_rest_and_says_whether_there_was_any(published):
    cut_off(published, SECOND, "site.delete")
    assert published.finish()
    assert PHOTO not in [each.body for each in published.places.site.objects.found.values()]
    assert not published.finish()


def test_a_pointer_that_lags_is_set_right_with_nothing_else_to_do(published):
    published.places.private.point("older")
    assert published.publish(FIRST).finished
    assert published.places.private.current() == FIRST.local().id


def test_who_goes_on_looks_at_the_pointer_only_where_the_journal_leaves_a_doubt(published):
    calls = Calls()
    published.publish(SECOND, watched(published.places, calls))
    assert ("private.get", "site/current") not in calls.all
    assert published.places.private.current() == SECOND.local().id
    published.places.private.delete([JOURNAL])
    published.publish(FIRST, watched(published.places, calls))
    assert ("private.get", "site/current") in calls.all


def test_a_journal_that_never_went_live_is_forgotten(published):
    failing = Failing(Refused("no"), "edge.flip", times=999)
    with pytest.raises(Refused):
        published.publish(SECOND, watched(published.places, failing))
    assert journal.read(published.places.private)[0].release == SECOND.local().id
    assert served(published.places, FIRST, SECOND) == FIRST
    published.publish(FIRST)
    assert journal.read(published.places.private)[0] is None
    assert PHOTO in [each.body for each in published.places.site.objects.found.values()]


def test_a_hub_that_does_not_listen_stops_nothing(published):
    failing = Failing(Unreachable("hub asleep"), "hub.ping")
    done = published.publish(SECOND, watched(published.places, failing))
    assert done.unpinged == "hub asleep"
    assert not published.finish()


def test_what_a_failed_publish_left_is_swept_by_the_next_one(published):
    third = FIRST.but({asset("leaf.webp", b"leaf"): b"leaf", "leaf.html": b"<p>leaf"}, leaf=b"3")
    cut_off(published, third, "private.put", f"{third.local().id}/index.json")
    found = published.places.site.objects.found
    assert any("leaf" in key for key in found)
    published.publish(SECOND)
    assert not any("leaf" in key for key in found)
    assert not json.loads(published.places.private.find("deploy/lock").body)["unclean"]
    hashes = {hashlib.sha256(b"3").hexdigest()}
    assert not hashes & {key.rpartition("/")[2] for key in published.places.private.objects.found}


def test_old_releases_go_and_the_one_before_stays_for_edges_that_still_serve_it(published):
    published.keep = 1
    for number in range(4):
        published.clock.pass_(hours=1)
        before = sites.live(published.places).id
        published.publish(FIRST.but({"index.html": f"<p>{number}".encode()}))
        now = sites.live(published.places).id
        assert sorted(published.places.private.record_tags()) == sorted([before, now])


@pytest.mark.parametrize("way", ["publish", "finish"])
def test_what_a_failed_publish_left_is_swept_when_it_is_given_up(published, way):
    """What was to be public then may be behind the paywall now: it must not stay."""
    cut_off(published, SECOND, "private.put_if", JOURNAL)
    assert SKY in [each.body for each in published.places.site.objects.found.values()]
    published.places.private.drop_record(SECOND.local().id)
    assert published.publish(FIRST).collected if way == "publish" else published.finish()
    assert SKY not in [each.body for each in published.places.site.objects.found.values()]
    assert served(published.places, FIRST, SECOND) == FIRST
    assert not published.finish()


def test_somebody_at_work_is_nothing_left_behind(published, clock):
    with locking.held(published.places.private, "ben", clock):
        assert not published.finish()
        assert published.publish(FIRST).sent == 0


def test_a_new_base_is_the_time_to_sweep(published, monkeypatch):
    body = b"of a release that was published again since, otherwise laid out"
    piece = PublicPiece("x.html", hashlib.sha256(body).hexdigest(), len(body), "text/html", "")
    published.places.site.put(Placed(piece, "forgotten"), body)
    published.publish(SECOND)
    assert "forgotten" in published.places.site.objects.folders("layers/")
    monkeypatch.setattr(layering, "MOST_LAYERS", 1)
    third = SECOND.but({"index.html": b"<p>home, three"})
    published.publish(third)
    assert "forgotten" not in published.places.site.objects.folders("layers/")
    assert served(published.places, FIRST, SECOND, third) == third
