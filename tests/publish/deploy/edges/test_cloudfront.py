"""A flip at CloudFront has two steps; whatever breaks between them, one code is live, whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from publish.deploy.clients import Clients
from publish.deploy.edges.cloudfront import CloudFrontEdge
from publish.deploy.ports import Changed, Refused, Unreachable
from tests import faults
from tests.faults import FOR_EVER, Faulty
from tests.publish.deploy import worlds

ONE, TWO = (b'// {"release":"%s","host":""}\nfunction handler() {}' % each for each in (b"1", b"2"))
STEPS = ("DescribeFunction", "GetFunction", "UpdateFunction", "PublishFunction")


@pytest.fixture(scope="module")
def clients(bad_line: Faulty) -> Iterator[Clients]:
    with worlds.impatient(bad_line) as made:
        yield made


@pytest.fixture(scope="module")
def distribution(bad_line: Faulty) -> str:
    return worlds.distribution(bad_line.upstream)


@pytest.fixture
def edge(faulty: Faulty, clients: Clients, distribution: str) -> CloudFrontEdge:
    return worlds.edge(faulty.upstream, clients, distribution)


def name(edge: CloudFrontEdge) -> str:
    return edge.name.removeprefix("cloudfront:")


def standing(faulty: Faulty, edge: CloudFrontEdge) -> bytes:
    """Return what readers get, asked for past the bad line."""
    client = faulty.upstream.client("cloudfront")
    return client.get_function(Name=name(edge), Stage="LIVE")["FunctionCode"].read()


def test_a_flip_is_five_requests_and_keeps_what_the_function_is_set_to(edge, faulty):
    edge.flip(ONE, edge.live())
    assert faulty.count() == 5
    client = faulty.upstream.client("cloudfront")
    told = client.describe_function(Name=name(edge), Stage="LIVE")["FunctionSummary"]
    assert told["FunctionConfig"]["Comment"] == "keep me"
    assert told["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "fault",
    [faults.slow_down, faults.reset_before, faults.reset_after, faults.cut, faults.cut_all],
    ids=["later", "reset-before", "reset-after", "cut", "cut-all"],
)
def test_whatever_breaks_once_the_flip_is_done(edge, faulty, step, fault):
    seen = edge.live()
    rule = faulty.inject(fault, action=f"cloudfront:{step}")
    edge.flip(ONE, seen)
    assert rule.met == 1
    assert standing(faulty, edge) == ONE


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", [faults.slow_down, faults.reset_after, faults.cut])
def test_whatever_breaks_for_ever_one_code_is_live_and_a_repeat_finishes(edge, faulty, step, fault):
    seen = edge.live()
    faulty.inject(fault, action=f"cloudfront:{step}", times=FOR_EVER)
    with pytest.raises(Unreachable):
        edge.flip(ONE, seen)
    assert standing(faulty, edge) in (worlds.PLACEHOLDER, ONE)
    faulty.clear()
    edge.flip(ONE, seen)
    assert standing(faulty, edge) == ONE


@pytest.mark.parametrize("step", STEPS)
def test_a_permission_that_is_missing_is_named_and_nothing_is_live(edge, faulty, step):
    seen = edge.live()
    faulty.deny(f"cloudfront:{step}")
    with pytest.raises(Refused, match=f'"cloudfront:{step}"'):
        edge.flip(ONE, seen)
    assert standing(faulty, edge) == worlds.PLACEHOLDER


def test_a_kill_between_the_steps_is_made_good_by_the_next_flip(edge, faulty):
    seen = edge.live()
    faulty.deny("cloudfront:PublishFunction")
    with pytest.raises(Refused):
        edge.flip(ONE, seen)
    assert edge.live().code == worlds.PLACEHOLDER
    faulty.clear()
    edge.flip(TWO, edge.live())
    assert edge.live().code == TWO


@pytest.mark.parametrize("step", STEPS)
def test_of_two_who_flip_at_once_exactly_one_wins(edge, faulty, clients, step):
    """The other one flips whole while our request is on its way, whichever of them it is."""
    seen = edge.live()
    other = CloudFrontEdge(name(edge), "", faulty.upstream.client("cloudfront"), worlds.no_pause)
    faulty.inject(faults.meanwhile(lambda: other.flip(TWO, seen)), action=f"cloudfront:{step}")
    with pytest.raises(Changed):
        edge.flip(ONE, seen)
    assert standing(faulty, edge) == TWO


def test_of_two_between_each_others_steps_exactly_one_wins(edge, faulty):
    """The other one has updated and not yet published when we look; then it publishes."""
    seen = edge.live()
    client = faulty.upstream.client("cloudfront")
    described = client.describe_function(Name=name(edge), Stage="DEVELOPMENT")
    config = described["FunctionSummary"]["FunctionConfig"]
    client.update_function(
        Name=name(edge), IfMatch=described["ETag"], FunctionConfig=config, FunctionCode=TWO
    )
    theirs = client.describe_function(Name=name(edge), Stage="DEVELOPMENT")["ETag"]
    edge.flip(ONE, seen)
    with pytest.raises(client.exceptions.PreconditionFailed):
        client.publish_function(Name=name(edge), IfMatch=theirs)
    assert standing(faulty, edge) == ONE


@pytest.mark.parametrize("code", ["PreconditionFailed", "InvalidIfMatchVersion"])
@pytest.mark.parametrize("step", ["UpdateFunction", "PublishFunction"])
def test_a_step_that_was_done_and_is_then_refused_for_that_is_done(edge, faulty, step, code):
    """As when an answer is lost, and the version that we name is over when we ask again."""

    def refused(exchange: faults.Exchange) -> None:
        exchange.ask()
        exchange.reply(faults.error("cloudfront", 412, code))

    faulty.inject(refused, action=f"cloudfront:{step}")
    edge.flip(ONE, edge.live())
    assert standing(faulty, edge) == ONE


def test_a_function_that_was_never_published_has_no_release_and_flips(edge, faulty):
    client = faulty.upstream.client("cloudfront")
    config = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    fresh = f"{name(edge)}-fresh"
    client.create_function(Name=fresh, FunctionConfig=config, FunctionCode=worlds.PLACEHOLDER)
    edge = CloudFrontEdge(fresh, "", edge._client, worlds.no_pause)
    assert edge.live().release == ""
    edge.flip(ONE, edge.live())
    assert edge.live().release == "1"


def test_a_function_that_is_not_there_is_named(clients):
    edge = CloudFrontEdge("never-was", "", clients.of("cloudfront"), worlds.no_pause)
    with pytest.raises(Refused, match='"cloudfront:never-was" is not there'):
        edge.live()


def invalidations(faulty: Faulty, distribution: str) -> dict[str, list[str]]:
    client = faulty.upstream.client("cloudfront")
    listed = client.list_invalidations(DistributionId=distribution)["InvalidationList"]
    batches = [
        client.get_invalidation(DistributionId=distribution, Id=each["Id"])["Invalidation"]
        for each in listed.get("Items", ())
    ]
    found = [each["InvalidationBatch"] for each in batches]
    return {each["CallerReference"]: each["Paths"]["Items"] for each in found}


def test_the_same_reference_twice_forgets_once(edge, faulty, distribution):
    edge.invalidate(["/a", "/b/*"], "twice")
    edge.invalidate(["/a", "/b/*"], "twice")
    edge.invalidate([], "nothing")
    assert invalidations(faulty, distribution)["twice"] == ["/a", "/b/*"]
    assert faulty.count("cloudfront:CreateInvalidation") == 2


def test_an_answer_that_was_lost_forgets_once(edge, faulty, distribution):
    faulty.inject(faults.reset_after, action="cloudfront:CreateInvalidation")
    edge.invalidate(["/c"], "lost")
    assert invalidations(faulty, distribution)["lost"] == ["/c"]


def test_too_many_at_once_are_for_later(edge, faulty):
    faulty.inject(faults.says(400, "TooManyInvalidationsInProgress"))
    with pytest.raises(Unreachable):
        edge.invalidate(["/d"], "many")
