"""A whole publish by whom the printed policies allow it, and what one permission less does to it.

Each role is made of the document that `inkstead policies` prints. ministack speaks no TLS, takes a
header for it, and knows some resources only as "*" (see `stacks.widened`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from publish.deploy import local, publishing, setting_up
from publish.deploy.bundle import Bundle
from publish.deploy.clients import Clients
from publish.deploy.ports import Refused
from publish.deploy.release import Local
from publish.deploy.settings import Deployment
from publish.deploy.stack import policies
from publish.deploy.stack.names import Names
from tests.aws import REGION, Aws
from tests.faults import Faulty
from tests.publish.deploy import gardens, roles
from tests.publish.deploy.gardens import Edition, Garden
from tests.publish.deploy.publishers import Publisher, deployment
from tests.publish.deploy.roles import Role, allow
from tests.publish.deploy.stack.stacks import account, speak_http
from tests.publish.paywall.generation import CANARY, make_generation
from tests.publish.serving.one_server import name_public


def names_of(aws: Aws, settings: Deployment) -> Names:
    return Names(settings.name, account(aws), REGION)


@contextmanager
def clients_of(role: Role) -> Iterator[Clients]:
    """Give the clients of a role; to the buckets they say that they speak TLS."""
    with Clients(REGION, role.environment) as clients:
        roles.speak_tls(clients.of("s3"))
        yield clients


@pytest.fixture(scope="module")
def sets_up(aws: Aws) -> Role:
    return roles.made(aws)


@pytest.fixture(scope="module")
def garden(
    aws: Aws,
    bad_line: Faulty,
    built: Bundle,
    sets_up: Role,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Garden]:
    """A site whose first publish, stack and all, nobody did but the infrastructure role."""
    settings = deployment()
    allow(sets_up, policies.infrastructure(names_of(aws, settings)))
    with (
        pytest.MonkeyPatch.context() as patch,
        clients_of(sets_up) as clients,
        Clients(REGION, aws.environment()) as direct,
    ):
        patch.setattr(publishing, "built", lambda workshop: built)
        ana = Publisher(settings, clients, tmp_path_factory.mktemp("garden"))
        done = ana.publish(gardens.ready(ana, Edition(0)))
        speak_http(aws, done.outputs)
        yield Garden(aws, ana, bad_line, direct, done.outputs, Edition(0), done.applied.release)


def refused(garden: Garden, action: str, **told: bool) -> None:
    """Look whether a publish of the next edition says what is missing, and readers keep theirs."""
    with pytest.raises(Refused) as caught:
        garden.ana.publish(garden.ready(garden.next), **told)
    assert caught.value.action == action
    assert f'"{action}"' in str(caught.value)
    assert "inkstead policies prints them" in str(caught.value)
    garden.shows(garden.now)


def test_who_sets_up_needs_what_is_printed_and_is_told_what_is_missing(
    garden: Garden, sets_up: Role
) -> None:
    garden.shows(garden.now)
    ana, name = garden.ana, garden.ana.deployment.name
    told = policies.infrastructure(names_of(garden.aws, ana.deployment))
    ana.deployment = dataclasses.replace(ana.deployment, embeds=("https://films.example",))
    allow(sets_up, told, but="cloudformation:ExecuteChangeSet")
    before = setting_up.stacks(garden.direct).state(name)
    refused(garden, "cloudformation:ExecuteChangeSet")
    assert setting_up.stacks(garden.direct).state(name) == before
    allow(sets_up, told)
    garden.publish(garden.next)
    assert setting_up.stacks(garden.direct).state(name) != before
    garden.shows(garden.now, finished=True)


def test_who_publishes_needs_what_is_printed_and_is_told_what_is_missing(garden: Garden) -> None:
    """The last step before readers see it is the one that is not allowed."""
    ana, publishes = garden.ana, roles.made(garden.aws)
    names = names_of(garden.aws, ana.deployment)
    told = policies.site(names, garden.outputs.distribution)
    allow(publishes, told, but="cloudfront:PublishFunction")
    owner = ana.clients
    with clients_of(publishes) as ana.clients:
        refused(garden, "cloudfront:PublishFunction", site_only=True)
        allow(publishes, told)
        then = garden.next
        assert ana.publish(garden.ready(then), site_only=True).applied.flipped
    ana.clients, garden.now = owner, then
    garden.shows(then, finished=True)


def test_the_service_needs_what_is_printed_and_its_log_tells_what_is_missing(
    garden: Garden, tmp_path: Path
) -> None:
    """To readers it says that it cannot answer now; pages are none of its business."""
    names = names_of(garden.aws, garden.ana.deployment)
    service, told = Role(garden.aws, names.function), policies.function(names)
    allow(service, told, but="s3:GetObject")
    garden.ana.publish(with_a_service(tmp_path), insist=frozenset({"gone"}))
    assert asked(garden) == 503
    assert "s3:GetObject" in log(garden, names)
    assert garden.get("index.html")["index.html"][0] == 200
    allow(service, told)
    assert asked(garden) == 402


def with_a_service(folder: Path) -> Local:
    """Return a site with every page and text that the service needs."""
    return local.read(name_public(make_generation(folder / "site")))


def asked(garden: Garden) -> int:
    """Return how the service answers a stranger who asks for what is paid for."""
    ((status, body),) = garden.get("api/read/en/walled").values()
    assert CANARY.encode() not in body
    return status


def log(garden: Garden, names: Names) -> str:
    told = garden.aws.client("logs").filter_log_events(logGroupName=names.log_group)
    return "\n".join(each["message"] for each in told["events"])
