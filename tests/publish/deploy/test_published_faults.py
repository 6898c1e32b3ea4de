"""A whole publish over a bad line: whatever breaks, readers have one site, and a repeat finishes.

After each fault everything that readers may ask for is fetched through CloudFront and compared with
the edition before and the one that was being published, and what is paid for is looked for in the
public bucket.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from publish.deploy import going_back, guarding, local, publishing
from publish.deploy.applying import Overtaken
from publish.deploy.buckets import LOCK
from publish.deploy.finishing import Unfinished
from publish.deploy.locking import Held, Lost
from publish.deploy.ports import Objects, Refused, Unreachable
from publish.deploy.uploading import Rebuilt
from publish.deploy.verifying import Unverified
from publish.trouble import Failure
from tests.aws import Aws
from tests.faults import (
    FOR_EVER,
    Faulty,
    cut,
    denied,
    expired,
    meanwhile,
    reset_after,
    reset_before,
    says,
    slow_down,
)
from tests.publish.deploy import building, gardens, worlds
from tests.publish.deploy.gardens import Edition, Garden

PAGES, ANY = "*/layers/*", "*"
PUT, LIST = "s3:PutObject", "s3:ListBucket"
STEPS = (
    "cloudformation:DescribeStacks",
    "lambda:GetFunctionConfiguration",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:DeleteObject",
    "cloudfront:GetFunction",
    "cloudfront:DescribeFunction",
    "cloudfront:UpdateFunction",
    "cloudfront:PublishFunction",
    "cloudfront:CreateInvalidation",
)
unavailable = says(503, "ServiceUnavailable")
conflict = says(412, "PreconditionFailed")
really_built = publishing.built


@pytest.fixture(scope="module")
def planted(
    aws: Aws, bad_line: Faulty, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Garden]:
    bad_line.clear()
    with gardens.garden(aws, bad_line, tmp_path_factory.mktemp("garden")) as made:
        yield made


@pytest.fixture
def garden(planted: Garden, faulty: Faulty) -> Garden:
    """A garden whose readers get an edition that is whole, on a line that is good for now."""
    planted.shows(planted.now, finished=planted.now.number > 0)
    faulty.clear()
    return planted


def everywhere(line: Faulty, fault: Any, times: int = 1) -> None:
    """Let a fault happen to every kind of step, and to every kind of object."""
    for action in STEPS:
        line.inject(fault, action, times=times)
    for path in (PAGES, "*/shared/*", "*/site/*", "*/deploy/*", "*/404.html"):
        line.inject(fault, PUT, path, times=times)


@pytest.mark.parametrize(
    ("times", "fault"),
    [(2, slow_down), (1, reset_before), (1, reset_after), (1, cut)],
    ids=["503 twice", "reset before", "reset after", "cut answers"],
)
def test_what_breaks_a_few_times_at_every_step_is_made_good_by_itself(
    garden: Garden, times: int, fault: Any
) -> None:
    everywhere(garden.line, fault, times)
    garden.publish(garden.next)
    assert all(rule.met for rule in garden.line.rules)
    garden.shows(garden.now, finished=True)


STOPS: dict[str, tuple[Any, str, str, type[Exception]]] = {
    "s3 is down": (unavailable, "s3:*", ANY, Unreachable),
    "s3 takes no page": (slow_down, PUT, PAGES, Unreachable),
    "s3 takes no lock": (unavailable, PUT, f"*/{LOCK}", Unreachable),
    "cloudfront is down": (unavailable, "cloudfront:*", ANY, Unreachable),
    "cloudfront takes no code": (unavailable, "cloudfront:UpdateFunction", ANY, Unreachable),
    "code does not go live": (unavailable, "cloudfront:PublishFunction", ANY, Unreachable),
    "lambda is down": (unavailable, "lambda:*", ANY, Unreachable),
    "cloudformation is down": (unavailable, "cloudformation:*", ANY, Unreachable),
    "the line breaks at every page": (reset_before, PUT, PAGES, Unreachable),
    "no answer about a page ever comes": (reset_after, PUT, PAGES, Unreachable),
    "every listing is cut": (cut, LIST, ANY, Unreachable),
    "credentials expire at a page": (expired, PUT, PAGES, Refused),
    "credentials expire at the flip": (expired, "cloudfront:*Function", ANY, Refused),
    "another version of the edge's code": (conflict, "cloudfront:UpdateFunction", ANY, Overtaken),
    "another version goes live": (conflict, "cloudfront:PublishFunction", ANY, Overtaken),
}
"""What happens for ever, to which requests, and how the publish ends: before it is live."""


def each_of(names: Iterable[str], *quick: str) -> list[Any]:
    """Return parameters for a test; only a few of them belong to `make test`."""
    long = pytest.mark.long
    return [pytest.param(name, marks=() if name in quick else long) for name in names]


@pytest.mark.parametrize(
    "stop",
    each_of(
        STOPS,
        "s3 takes no page",
        "cloudfront is down",
        "code does not go live",
        "lambda is down",
        "cloudformation is down",
        "another version goes live",
    ),
)
def test_what_breaks_for_ever_leaves_readers_what_they_had(garden: Garden, stop: str) -> None:
    fault, action, path, ends = STOPS[stop]
    rule = garden.line.inject(fault, action, path, times=FOR_EVER)
    before, then = garden.now, garden.next
    with pytest.raises(ends):
        garden.publish(then)
    assert rule.met
    garden.shows(before)
    garden.repeat(then)


def test_credentials_that_expire_midway_are_told_with_the_way_out(garden: Garden) -> None:
    """From some request on nothing is allowed any more, not even to let the lock go."""
    garden.line.inject(expired, times=FOR_EVER, skip=20)
    before, then = garden.now, garden.next
    with pytest.raises(Refused, match="have expired"):
        garden.publish(then)
    garden.shows(before)
    garden.repeat(then)


AFTER = {
    "no pointer": (unavailable, PUT, "*/site/current"),
    "no seal": (unavailable, "s3:DeleteObject", ANY),
    "sealing is not allowed": (denied, "s3:DeleteObject", ANY),
    "no error page": (unavailable, PUT, "*/404.html"),
    "no invalidation": (unavailable, "cloudfront:CreateInvalidation", ANY),
    "invalidating is not allowed": (denied, "cloudfront:CreateInvalidation", ANY),
}


@pytest.mark.parametrize("stop", each_of(AFTER, "no invalidation", "sealing is not allowed"))
def test_what_breaks_after_the_flip_leaves_the_new_site_and_a_repeat_does_the_rest(
    garden: Garden, stop: str
) -> None:
    garden.line.inject(*AFTER[stop], times=FOR_EVER)
    then = garden.next
    with pytest.raises(Unfinished):
        garden.publish(then)
    garden.shows(then)
    garden.repeat(then)


def test_a_flip_whose_answers_are_all_lost_is_a_flip(garden: Garden) -> None:
    garden.line.inject(reset_after, "cloudfront:PublishFunction", times=FOR_EVER)
    garden.publish(garden.next)
    garden.shows(garden.now, finished=True)


def test_a_flip_by_somebody_else_in_between_is_not_undone(garden: Garden) -> None:
    """Whoever it is, without our lock: what is live then is theirs, and it is whole."""
    where, before = garden.places, garden.now
    earlier = where.edge.live()
    garden.publish(garden.next)
    ours, then = garden.places.edge.live(), garden.next
    theirs = meanwhile(lambda: where.edge.flip(earlier.code, ours))
    garden.line.inject(theirs, "cloudfront:UpdateFunction")
    with pytest.raises(Overtaken, match=earlier.release):
        garden.publish(then)
    assert garden.places.edge.live().release == earlier.release
    assert garden.get("index.html")["index.html"] == (200, before.pages["index.html"].encode())
    garden.repeat(then)


def lose(objects: Objects, key: str) -> None:
    objects.delete([key])


def cut_short(objects: Objects, key: str) -> None:
    objects.put(worlds.sent(key, objects.get(key).body[:-7]))


@pytest.mark.parametrize("break_", [lose, cut_short])
def test_a_record_that_is_gone_or_broken_stops_before_anything_is_written(
    garden: Garden, break_: Callable[[Objects, str], None]
) -> None:
    """Published anew, what is behind the paywall since is gone and forgotten all the same."""
    before, then, live = garden.now, garden.next, garden.places.edge.live().release
    break_(garden.places.private.objects, f"deploy/releases/{live}.json.gz")
    garden.line.clear()
    with pytest.raises(guarding.GuardError, match="--insist record"):
        garden.publish(then)
    assert not garden.line.count(PUT)
    garden.shows(before)
    garden.repeat(then, "record")
    assert live not in garden.places.private.record_tags()
    photo = f"shared/{before.photo}"
    asked = [each.action for each in garden.line.asked if "-private-" not in each.path]
    assert photo not in [each.key for each in garden.places.site.objects.list(photo)]
    assert asked.index("s3:DeleteObject") < asked.index("cloudfront:CreateInvalidation")


def test_an_empty_site_is_refused_before_anything_is_asked(garden: Garden) -> None:
    output = garden.ana.folder / "output"
    building.current(output, "empty", {})  # type: ignore[no-untyped-call]
    with pytest.raises(Failure, match="no first page"):
        local.read(output)
    assert not garden.line.count()
    garden.shows(garden.now, finished=True)


def test_a_second_one_who_publishes_at_the_same_time_is_told_who_does(garden: Garden) -> None:
    told: list[Exception] = []

    def also() -> None:
        try:
            garden.ana.publish(garden.ready(Edition(99)))
        except Held as cause:
            told.append(cause)

    garden.line.inject(meanwhile(also), PUT, PAGES)
    garden.publish(garden.next)
    assert '"ana" is publishing' in "".join(map(str, told))
    garden.shows(garden.now, finished=True)


@pytest.mark.parametrize("at", ["index.json", "deploy/journal.json"])
def test_an_old_holder_who_comes_back_stops_and_leaves_the_new_ones_site(
    garden: Garden, at: str
) -> None:
    """The lease ran out, somebody else published the next edition; ours would be the one after."""
    theirs = garden.next
    ours = garden.ready(Edition(theirs.number + 1))

    def takes_over() -> None:
        garden.ana.clock.now += timedelta(minutes=11)
        garden.publish(theirs)

    garden.line.inject(meanwhile(takes_over), PUT, f"*/{at}")
    with pytest.raises((Lost, Overtaken)):
        garden.ana.publish(ours)
    assert garden.now == theirs
    garden.shows(theirs)
    garden.repeat(garden.next)


def test_a_file_that_changes_while_the_site_travels_stops_it(garden: Garden) -> None:
    before, then = garden.now, garden.next
    page = garden.ana.folder / "output" / "current" / "public" / "feeds" / "all.xml"
    changes = meanwhile(lambda: page.write_text("<feed>in the middle of a build"))
    garden.line.inject(changes, PUT, f"*/{LOCK}")
    with pytest.raises(Rebuilt, match=r"feeds/all\.xml"):
        garden.publish(then)
    garden.shows(before)
    garden.repeat(then)


def test_a_release_that_was_collected_does_not_come_back(garden: Garden) -> None:
    while garden.first in garden.places.private.record_tags():
        garden.publish(garden.next)
    with pytest.raises(Failure, match="is no release that is kept"):
        going_back.prospect(garden.first, garden.places, garden.ana.clock)
    garden.shows(garden.now, finished=True)


def test_a_release_that_is_collected_while_one_goes_back_to_it_does_not_go_live(
    garden: Garden,
) -> None:
    target, page = garden.places.edge.live().release, "\u82b1\u56ed/index.html"
    garden.publish(garden.next)
    where = garden.places
    back = going_back.prospect(target, where, garden.ana.clock)
    where.site.delete([f"layers/{target}/{page}"])
    with pytest.raises(Unverified, match=page):
        going_back.carry_out(back, where, clock=garden.ana.clock, owner="ana", keep=gardens.KEEP)
    garden.shows(garden.now, finished=False)
    garden.repeat(garden.next)


def test_a_full_disk_for_the_bundle_is_told_and_readers_keep_what_they_had(
    garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = garden.ana.folder / f".service.zip.{os.getpid()}"
    full.symlink_to("/dev/full")
    monkeypatch.setattr(publishing, "built", really_built)
    with pytest.raises(Failure, match="No space left on device"):
        garden.publish(garden.next)
    assert not garden.line.count(PUT)
    assert not full.is_symlink()
    garden.shows(garden.now, finished=True)


def test_a_clock_that_is_wrong_is_told(garden: Garden) -> None:
    """In the words of AWS, which looks at it; ministack does not."""
    garden.line.inject(says(403, "RequestTimeTooSkewed"), times=FOR_EVER)
    with pytest.raises(Refused, match="clock of this machine is wrong"):
        garden.publish(garden.next)
    garden.shows(garden.now, finished=True)


@pytest.mark.long
@pytest.mark.parametrize("fault", [reset_before, reset_after], ids=["before", "after"])
def test_whichever_request_is_the_last_one_the_site_is_whole_and_a_repeat_finishes(
    garden: Garden, fault: Any
) -> None:
    """As a kill: of what comes after that request AWS never hears."""
    for number in itertools.count():
        before, then = garden.now, garden.next
        rule = garden.line.inject(fault, times=FOR_EVER, skip=number)
        with contextlib.suppress(Unreachable, Unfinished):
            garden.publish(then)
        if rule.met <= number:
            break
        live = garden.places.edge.live().release
        garden.shows(then if live == garden.ready(then).id else before)
        garden.repeat(then)
    assert number > 30
