"""Many objects travel at once; what changes meanwhile stops all, what stands there stays."""

import contextlib
import hashlib
import itertools
import json
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from publish.deploy import plans, uploading
from publish.deploy.buckets import JOURNAL
from publish.deploy.ports import Refused
from publish.deploy.uploading import Rebuilt, in_parallel
from tests.publish.deploy.deploying import cut_off
from tests.publish.deploy.hooking import Calls, Failing, watched
from tests.publish.deploy.sites import FIRST, SECOND, asset, served


def test_a_file_that_changes_while_it_travels_stops_before_the_flip(published, tmp_path):
    plan = published.plan(SECOND, folder=tmp_path / "built")
    (tmp_path / "built/posts/sky/index.html").write_bytes(b"<p>the sea")
    with pytest.raises(Rebuilt, match="posts/sky"):
        published.apply(plan)
    assert served(published.places, FIRST, SECOND) == FIRST


@pytest.mark.parametrize(
    "path", ["index.html", "404.html", "private/garden", "posts/sky/index.html"]
)
def test_a_file_that_goes_before_it_travels_stops_before_the_flip(published, tmp_path, path):
    plan = published.plan(SECOND, folder=tmp_path / "built")
    (tmp_path / "built" / path).unlink()
    with pytest.raises(Rebuilt, match=path):
        published.apply(plan)
    assert served(published.places, FIRST, SECOND) == FIRST


def test_an_error_page_that_changes_stops_before_the_flip(published, tmp_path):
    plan = published.plan(SECOND, folder=tmp_path / "built")
    (tmp_path / "built/404.html").write_bytes(b"<p>not here, too")
    with pytest.raises(Rebuilt, match="404"):
        published.apply(plan)
    assert served(published.places, FIRST, SECOND) == FIRST


def test_what_stands_there_already_is_not_sent_again(published):
    cut_off(published, SECOND, "private.put_if", JOURNAL)
    calls = Calls()
    done = published.publish(SECOND, watched(published.places, calls))
    assert done.standing == 4 + 2
    assert [key for call, key in calls.all if call == "site.put"] == ["404.html"]


def test_what_stands_there_cut_short_or_otherwise_is_sent_again(published):
    cut_off(published, SECOND, "private.put_if", JOURNAL)
    layer = f"layers/{SECOND.local().id}"
    found = published.places.site.objects.found
    for path, body in (("index.html", b"short"), ("feeds/all.xml", b"<feed>TWO</feed>")):
        key = f"{layer}/{path}"
        found[key] = replace(found[key], body=body, tag=hashlib.md5(body).hexdigest())
    assert published.publish(SECOND).standing == 2 + 2
    assert served(published.places, FIRST, SECOND) == SECOND


def test_other_headers_are_sent_although_the_bytes_stand_there(published):
    path = asset("logo.svg", b"<svg/>")
    plan = published.plan(FIRST)
    placed = plan.release.public[path]
    other = replace(placed, piece=replace(placed.piece, type="image/svg"))
    release = replace(plan.release, id="f" * 16, public=plan.release.public | {path: other})
    plan = replace(
        plan,
        release=release,
        code=plan.code.replace(plan.live.encode(), b"f" * 16, 1),
        puts=(path,),
        actions=(plans.Action("put", "site", path, "headers", 6),),
        sources={path: b"<svg/>"},
    )
    for each in range(2):
        failing = Failing(Refused("no"), "edge.flip", times=1 - each)
        with contextlib.suppress(Refused):
            done = published.apply(plan, watched(published.places, failing))
    assert (done.sent, done.standing) == (1, 0)
    assert published.places.site.objects.get(f"shared/{path}").type == "image/svg"


def test_an_interrupt_stops_the_rest_and_lets_the_lock_go(published):
    def interrupt(phase, done, _total):
        if phase == "pages" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        published.publish(SECOND, listen=interrupt)
    assert served(published.places, FIRST, SECOND) == FIRST
    assert json.loads(published.places.private.find("deploy/lock").body)["owner"] == ""
    published.publish(SECOND)
    assert served(published.places, FIRST, SECOND) == SECOND


def test_the_lease_is_kept_while_objects_travel(ana):
    def slow(call, _key):
        if call == "site.put":
            ana.clock.pass_(minutes=4)

    def listen(phase, done, total):
        if phase == "pages" and done == total:
            told = json.loads(ana.places.private.find("deploy/lock").body)
            ends.append(datetime.fromisoformat(told["until"]) - ana.clock())

    ends = []
    ana.workers = 1
    ana.publish(FIRST, watched(ana.places, slow), listen=listen)
    assert ends == [timedelta(minutes=10)]


def test_a_large_object_alone_does_not_keep_the_lease_from_being_renewed(monkeypatch):
    monkeypatch.setattr(uploading, "_BREATH", 0.0)
    breathed = threading.Event()

    def work(_item):
        assert breathed.wait(60)

    in_parallel([1], work, lambda _: breathed.set(), 1)


def test_few_objects_are_thought_of_at_a_time():
    taken, done, most = itertools.count(), [], []

    def items():
        for each in range(500):
            most.append(next(taken) - len(done))
            yield each

    in_parallel(items(), done.append, lambda _: None, 3)
    assert len(done) == 500
    assert max(most) <= 3 * 4


def test_the_first_that_fails_stops_what_has_not_begun(monkeypatch):
    class Pool(uploading.ThreadPoolExecutor):
        def shutdown(self, wait=True, *, cancel_futures=False):
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            stopped.set()
            super().shutdown(wait=wait)

    def work(item):
        begun.append(item)
        if item:
            assert stopped.wait(60)
        raise Refused("no")

    stopped, begun = threading.Event(), []
    monkeypatch.setattr(uploading, "ThreadPoolExecutor", Pool)
    with pytest.raises(Refused):
        in_parallel(range(500), work, lambda _: None, 1)
    assert begun in ([0], [0, 1])
