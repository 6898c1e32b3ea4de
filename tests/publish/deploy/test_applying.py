"""A plan is done in an order that leaves readers a whole site, wherever it ends."""

import contextlib
import hashlib
import itertools
import json
import multiprocessing
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from publish.deploy import edge_code, journal, planning, uploading
from publish.deploy.applying import Overtaken, Unfinished
from publish.deploy.buckets import JOURNAL, site_key
from publish.deploy.bundle import Bundle
from publish.deploy.locking import Held, Lost
from publish.deploy.places import in_folder
from publish.deploy.ports import Changed, Refused, Unreachable
from publish.deploy.uploading import Rebuilt, in_parallel
from publish.deploy.verifying import Unverified
from tests.publish.deploy import sites
from tests.publish.deploy.deploying import Deployer
from tests.publish.deploy.memory import in_memory
from tests.publish.deploy.sites import CANARY, FIRST, PHOTO, SECOND, SKY, Clock, asset, served
from tests.publish.deploy.watched import Calls, Failing, watched, writes


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def bundle(tmp_path):
    return sites.bundle(tmp_path)


@pytest.fixture
def ana(bundle, clock):
    return Deployer(in_memory(), bundle, clock)


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Places where the first site is live, to be copied."""
    places = in_memory()
    Deployer(places, sites.bundle(tmp_path_factory.mktemp("bundle")), Clock()).publish(FIRST)
    return places


@pytest.fixture
def published(once, bundle, clock):
    """A deployer whose first site is live."""
    clock.pass_(hours=1)
    return Deployer(in_memory(once), bundle, clock)


def silence(_call, _subject):
    """Hear nothing."""


def test_a_first_publish_is_served_whole(tmp_path, bundle, clock):
    ana = Deployer(in_folder(tmp_path / "places"), bundle, clock)
    done = ana.publish(FIRST)
    assert served(ana.places, FIRST, SECOND) == FIRST
    assert done.flipped
    assert done.sent == len(FIRST.public) + len(FIRST.private)
    assert done.bytes == sum(map(len, (FIRST.public | FIRST.private).values()))
    assert ana.places.site.objects.get("404.html").body == b"<p>not here, one"
    assert ana.places.private.current() == sites.live(ana.places).id
    assert ana.places.runtime.bundle() == bundle.sha256


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


# What an earlier run left to do


def cut_off(published, site, call, subject="", error=None):
    """Publish and fail at a call once and for all; return the places as they are then."""
    failing = Failing(error or Unreachable("cut off"), call, subject, times=999)
    with pytest.raises((Unreachable, Refused, Unfinished)) as told:
        published.publish(site, watched(published.places, failing))
    return told.value


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


# Files that change, objects that do not arrive


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


def losing(places, part, body=None):
    """Return a hook after which an object is gone, or is another one."""

    def lose(call, key):
        objects = getattr(places, call.partition(".")[0]).objects if "put" in call else None
        if call.endswith(".put") and part in key:
            found = objects.found.pop(key)
            if body is not None:
                tag = hashlib.md5(body).hexdigest()
                objects.found[key] = replace(found, body=body, tag=tag)

    return lose


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("posts/sky", None),
        ("posts/sky", b"short"),
        ("posts/sky", b"<p>the SKY"),
        ("sky.", None),
        ("site/objects/" + hashlib.sha256(PHOTO).hexdigest(), None),
        ("site/objects/" + hashlib.sha256(PHOTO).hexdigest(), PHOTO.upper()),
    ],
)
def test_what_did_not_arrive_as_it_was_sent_never_goes_live(published, part, body):
    hook = losing(published.places, part, body)
    with pytest.raises(Unverified, match="did not arrive"):
        published.publish(SECOND, watched(published.places, silence, hook))
    assert served(published.places, FIRST, SECOND) == FIRST
    published.publish(SECOND)
    assert served(published.places, FIRST, SECOND) == SECOND


def test_an_object_sent_in_parts_has_a_tag_that_tells_nothing(published):
    def parts(call, key):
        if call == "site.put":
            found = published.places.site.objects.found
            found[key] = replace(found[key], tag=f"{'0' * 32}-2")

    published.publish(SECOND, watched(published.places, silence, parts))
    assert served(published.places, FIRST, SECOND) == SECOND


@pytest.mark.parametrize("which", ["layers/", "site/objects/"])
def test_a_release_that_has_lost_something_is_not_rolled_back_to(published, which):
    first = sites.live(published.places)
    published.publish(SECOND.but(posts=b"x").but({"about/index.html": b"<p>about, anew"}))
    back = sites.plan(FIRST, sites.live(published.places), bundle=published.bundle.sha256)
    hidden = hashlib.sha256(FIRST.private["private/posts/club.html"]).hexdigest()
    key = f"layers/{first.id}/about/index.html" if which == "layers/" else f"site/objects/{hidden}"
    if which == "site/objects/":
        published.publish(FIRST.but({"index.html": b"<p>3"}, **{"posts/club.html": None}))
        back = sites.plan(FIRST, sites.live(published.places), bundle=published.bundle.sha256)
    for each in (published.places.site, published.places.private):
        each.delete([key])
    served_now = published.places.edge.code
    with pytest.raises(Unverified, match="not there any more"):
        published.apply(replace(back, release=first, puts=(), private_puts=()))
    assert published.places.edge.code == served_now


def test_a_live_release_without_a_record_is_looked_at_whole(published):
    published.places.private.delete([f"deploy/releases/{FIRST.local().id}.json"])
    calls = Calls()
    plan = sites.plan(SECOND, None, at=published.clock(), bundle=published.bundle.sha256)
    published.apply(replace(plan, live=FIRST.local().id), watched(published.places, calls))
    assert served(published.places, FIRST, SECOND) == SECOND


# Again after a fault


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
        actions=(planning.Action("put", "site", path, "headers", 6),),
        sources={path: b"<svg/>"},
    )
    for each in range(2):
        failing = Failing(Refused("no"), "edge.flip", times=1 - each)
        with contextlib.suppress(Refused):
            done = published.apply(plan, watched(published.places, failing))
    assert (done.sent, done.standing) == (1, 0)
    assert published.places.site.objects.get(f"shared/{path}").type == "image/svg"


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
        assert sorted(published.places.private.record_names()) == sorted([before, now])


# Every call fails


def outcome(ana, site, error, at, *, effect, for_ever):
    """Publish with one call that fails, or all from there on; return whether that was reached."""
    count = itertools.count()
    lock = threading.Lock()

    def hook(_call, _subject):
        with lock:
            number = next(count)
        if number == at or (for_ever and number > at):
            raise error

    hooks = (silence, hook) if effect else (hook,)
    with contextlib.suppress(Unreachable, Refused, Unfinished, Overtaken, Held, Lost):
        ana.apply(ana.plan(site), watched(ana.places, *hooks))
    return next(count) > at


def check_fault(once, bundle, wanted, error, at, *, effect, for_ever):
    """Tell whether a publish gets as far as a call; whatever happens, the site is whole."""
    ana = Deployer(in_memory(once), bundle, Clock(), workers=1)
    ana.clock.pass_(hours=1)
    reached = outcome(ana, SECOND, error, at, effect=effect, for_ever=for_ever)
    served(ana.places, FIRST, SECOND)
    assert not any(CANARY in each.body for each in ana.places.site.objects.found.values())
    ana.clock.pass_(minutes=11)
    ana.apply(ana.plan(SECOND, at=ana.clock.now.replace(hour=13, minute=0)))
    assert served(ana.places, FIRST, SECOND) == SECOND
    assert sites.state(ana.places) == wanted
    return reached


@pytest.fixture(scope="session")
def wanted(once, tmp_path_factory):
    """What stands everywhere after a second publish that nothing disturbed."""
    clock = Clock()
    clock.pass_(hours=1)
    ana = Deployer(in_memory(once), sites.bundle(tmp_path_factory.mktemp("bundle")), clock)
    ana.publish(SECOND)
    return sites.state(ana.places)


@pytest.mark.parametrize("effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for-ever"])
@pytest.mark.parametrize("error", [Unreachable("away"), Refused("no", "s3:PutObject")], ids=repr)
def test_whichever_call_fails_the_site_is_whole_and_a_repeat_finishes(
    once, bundle, wanted, error, for_ever, effect
):
    faults = (
        check_fault(once, bundle, wanted, error, at, effect=effect, for_ever=for_ever)
        for at in itertools.count()
    )
    assert sum(itertools.takewhile(bool, faults)) > 20


# Two at once


def test_the_old_holder_who_comes_back_stops_before_the_flip(published, bundle, clock):
    """She sleeps while her files travel; he takes over, publishes, and she finds out."""
    third = FIRST.but({"index.html": b"<p>home, three"})
    ben = Deployer(published.places, bundle, clock, owner="ben")

    def sleep(call, key):
        if call == "private.put" and key.endswith("/index.json"):
            clock.pass_(minutes=11)
            ben.publish(third)

    with pytest.raises(Lost):
        published.publish(SECOND, watched(published.places, sleep))
    assert served(published.places, FIRST, SECOND, third) == third


def test_the_old_holder_who_wakes_up_right_at_the_flip_does_not_flip(published, bundle, clock):
    third = FIRST.but({"index.html": b"<p>home, three"})
    ben = Deployer(published.places, bundle, clock, owner="ben")
    asleep = []

    def sleep(call, key):
        if call == "private.put_if" and key == JOURNAL and not asleep:
            asleep.append(key)
            clock.pass_(minutes=11)
            ben.publish(third)

    with pytest.raises(Lost):
        published.publish(SECOND, watched(published.places, sleep))
    assert served(published.places, FIRST, SECOND, third) == third
    assert published.publish(SECOND).flipped


def test_the_old_holder_who_wakes_up_after_the_flip_undoes_nothing_of_the_new_one(
    published, bundle, clock
):
    third = SECOND.but({"index.html": b"<p>home, three", "404.html": b"<p>lost, three"})
    ben = Deployer(published.places, bundle, clock, owner="ben")

    def sleep(call, _key):
        if call == "edge.flip":
            clock.pass_(minutes=11)
            ben.publish(third)

    with pytest.raises(Lost):
        published.publish(SECOND, watched(published.places, silence, sleep))
    assert served(published.places, FIRST, SECOND, third) == third
    assert published.places.private.current() == third.local().id
    assert published.places.site.objects.get("404.html").body == b"<p>lost, three"


def test_of_two_threads_one_publishes_and_the_other_is_told(once, bundle):
    places = in_memory(once)
    third = FIRST.but({"index.html": b"<p>home, three"})
    barrier, told = threading.Barrier(2), []

    def race(owner, site):
        deployer = Deployer(places, bundle, Clock(), owner=owner)
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


def test_of_two_processes_one_publishes_and_the_other_is_told(tmp_path, bundle):
    places = in_folder(tmp_path / "places")
    Deployer(places, bundle, Clock()).publish(FIRST)
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


# Many objects at once


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
    in_parallel([1], lambda _: breathed.wait(60), lambda _: breathed.set(), 1)
    assert breathed.is_set()


def test_few_objects_are_thought_of_at_a_time():
    taken, done, most = itertools.count(), [], []

    def items():
        for each in range(500):
            most.append(next(taken) - len(done))
            yield each

    in_parallel(items(), done.append, lambda _: None, 3)
    assert len(done) == 500
    assert max(most) <= 3 * 4


def test_the_first_that_fails_stops_what_has_not_begun():
    begun = []

    def work(item):
        begun.append(item)
        raise Refused("no")

    with pytest.raises(Refused):
        in_parallel(range(500), work, lambda _: None, 2)
    assert len(begun) < 20
    assert threading.active_count() < 10


def test_a_bundle_that_cannot_run_leaves_readers_what_they_had(published, tmp_path):
    before = published.places.edge.code
    published.bundle = Bundle(tmp_path / "none.zip", "0" * 64, 3)
    with pytest.raises(Changed):
        published.publish(SECOND)
    assert published.places.edge.code == before
