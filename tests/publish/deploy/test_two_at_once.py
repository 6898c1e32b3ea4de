"""Two who publish at the same time: one does, the other is told."""

import multiprocessing
import threading

import pytest

from publish.deploy.applying import Overtaken
from publish.deploy.buckets import JOURNAL
from publish.deploy.locking import Held, Lost
from publish.deploy.places import in_folder
from tests.publish.deploy import sites
from tests.publish.deploy.deploying import Deployer
from tests.publish.deploy.hooking import Calls, silence, watched
from tests.publish.deploy.memory import in_memory
from tests.publish.deploy.sites import FIRST, SECOND, Clock, asset, served


def test_the_old_holder_who_comes_back_stops_before_the_flip(published, service, clock):
    """She sleeps while her files travel; he takes over, publishes, and she finds out."""
    third = FIRST.but({"index.html": b"<p>home, three"})
    ben = Deployer(published.places, service, clock, owner="ben")

    def sleep(call, key):
        if call == "private.put" and key.endswith("/index.json"):
            clock.pass_(minutes=11)
            ben.publish(third)

    with pytest.raises(Lost):
        published.publish(SECOND, watched(published.places, sleep))
    assert served(published.places, FIRST, SECOND, third) == third


@pytest.mark.parametrize("written", [False, True], ids=["before-the-journal", "after-it"])
def test_the_old_holder_who_wakes_up_right_at_the_flip_does_not_flip(
    published, service, clock, written
):
    third = FIRST.but({"index.html": b"<p>home, three"})
    ben = Deployer(published.places, service, clock, owner="ben")

    def sleep(call, key):
        if call == "private.put_if" and key == JOURNAL:
            clock.pass_(minutes=11)
            ben.publish(third)

    calls = Calls()
    hooks = (silence, sleep) if written else (sleep,)
    with pytest.raises(Lost):
        published.publish(SECOND, watched(watched(published.places, calls), *hooks))
    assert "edge.flip" not in dict(calls.all)
    assert served(published.places, FIRST, SECOND, third) == third
    assert published.publish(SECOND).flipped


def test_the_old_holder_who_wakes_up_after_the_flip_undoes_nothing_of_the_new_one(
    published, service, clock
):
    third = SECOND.but({"index.html": b"<p>home, three", "404.html": b"<p>lost, three"})
    ben = Deployer(published.places, service, clock, owner="ben")

    def sleep(call, _key):
        if call == "edge.flip":
            clock.pass_(minutes=11)
            ben.publish(third)

    with pytest.raises(Lost):
        published.publish(SECOND, watched(published.places, silence, sleep))
    assert served(published.places, FIRST, SECOND, third) == third
    assert published.places.private.current() == third.local().id
    assert published.places.site.objects.get("404.html").body == b"<p>lost, three"


def test_of_two_threads_one_publishes_and_the_other_is_told(once, service):
    places = in_memory(once)
    third = FIRST.but({"index.html": b"<p>home, three"})
    barrier, told = threading.Barrier(2), []

    def race(owner, site):
        deployer = Deployer(places, service, Clock(), owner=owner)
        plan = deployer.plan(site)
        barrier.wait(60)
        try:
            deployer.apply(plan)
            told.append(site)
        except (Held, Overtaken) as refused:
            told.append(refused)

    threads = [threading.Thread(target=race, args=each) for each in (("a", SECOND), ("b", third))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    [won] = [each for each in told if isinstance(each, sites.Site)]
    assert len(told) == 2
    assert served(places, FIRST, SECOND, third) == won


def race_of_processes(folder, owner, site, barrier, results):
    deployer = Deployer(in_folder(folder / "places"), sites.bundle(folder), Clock(), owner=owner)
    plan = deployer.plan(site)
    barrier.wait(60)
    try:
        deployer.apply(plan)
        results.put(deployer.owner)
    except (Held, Overtaken):
        results.put("")


def test_of_two_processes_one_publishes_and_the_other_is_told(tmp_path, service):
    places = in_folder(tmp_path / "places")
    Deployer(places, service, Clock()).publish(FIRST)
    third = FIRST.but({"index.html": b"<p>home, three"})
    context = multiprocessing.get_context("forkserver")
    barrier, results = context.Barrier(2), context.SimpleQueue()
    sent = {"ana": SECOND, "ben": third}
    processes = [
        context.Process(target=race_of_processes, args=(tmp_path, *each, barrier, results))
        for each in sent.items()
    ]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
    told = sorted([results.get(), results.get()])
    results.close()
    assert told[0] == ""
    assert served(places, FIRST, SECOND, third) == sent[told[1]]


def test_what_an_old_holder_sent_too_late_is_cleared_away(published, service, clock):
    """She shows a photo and falls asleep; he puts it behind the paywall; then hers arrives."""
    photo = b"a photo of the heron"
    path = asset("heron.webp", photo)
    shown = FIRST.but({path: photo, "index.html": b"<p>with a photo"})
    gated = FIRST.but({"index.html": b"<p>home, three"}, heron=photo)
    ben = Deployer(published.places, service, clock, owner="ben")

    def sleep(call, key):
        if call == "site.put" and key == f"shared/{path}" and not calls.all:
            calls(call, key)
            clock.pass_(minutes=11)
            ben.publish(gated)

    calls = Calls()
    with pytest.raises(Lost):
        published.publish(shown, watched(published.places, sleep))
    assert photo in {each[0] for each in sites.state(published.places).values()}
    ben.publish(gated)
    public = published.places.site.objects
    assert photo not in {public.get(each.key).body for each in list(public.list(""))}
