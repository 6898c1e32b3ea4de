"""A site published to an AWS of our own, and readers who reach it through CloudFront."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from publish.deploy import local, publishing
from publish.deploy.clients import Clients
from publish.deploy.places import Places
from publish.deploy.publishing import Order, Prospect, Published
from publish.deploy.settings import Deployment
from publish.deploy.stack.outputs import Outputs
from publish.paywall.http import Request, Response
from tests.aws import REGION, Aws
from tests.publish.deploy.stack.stacks import within_ministack
from tests.publish.paywall.house import Browser
from tests.publish.paywall.wire import Wired


def now() -> datetime:
    return datetime.now(UTC)


class Viewer(Wired):
    """Sends each request to the emulator's CloudFront, as if it came over TLS."""

    def __call__(self, request: Request) -> Response:
        headers = {**request.headers, "x-forwarded-proto": "https"}
        return super().__call__(replace(request, headers=headers, network=""))


@dataclass(frozen=True)
class Fetched:
    """What a reader got."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def ask(
    aws: Aws,
    domain: str,
    path: str,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] = {},
) -> Fetched:
    """Ask the emulator's CloudFront, as if it were over TLS."""
    there = urlsplit(aws.endpoint)
    connection = http.client.HTTPConnection(there.hostname or "", there.port, timeout=30)
    try:
        told = {**headers, "Host": domain, "X-Forwarded-Proto": "https"}
        connection.request(method, path, body, told)
        with connection.getresponse() as answer:
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Fetched(answer.status, answer.read(), named)
    finally:
        connection.close()


@dataclass
class Town:
    """One site on AWS: how it is published, and how it is read."""

    aws: Aws
    deployment: Deployment
    clients: Clients
    workshop: Path
    stripe_api: str = ""
    outputs: Outputs | None = None
    clock: Callable[[], datetime] = field(default=now)

    def order(self, *insist: str, site_only: bool = False) -> Order:
        return Order(
            self.deployment,
            "the tests",
            frozenset(insist),
            site_only=site_only,
            stripe_api=self.stripe_api,
        )

    def plan(self, generation: Path, *insist: str, site_only: bool = False) -> Prospect:
        return publishing.prospect(
            self.order(*insist, site_only=site_only),
            local.read(generation),
            self.clients,
            self.workshop,
            self.clock,
        )

    def carry_out(self, found: Prospect) -> Published:
        done = publishing.carry_out(found, self.clients, self.clock)
        self.outputs = done.outputs
        return done

    def publish(self, generation: Path, *insist: str, site_only: bool = False) -> Published:
        found = self.plan(generation, *insist, site_only=site_only)
        done = self.carry_out(found)
        if found.setup.first:
            within_ministack(self.aws, done.outputs)
        return done

    @property
    def places(self) -> Places:
        return publishing.places(self.deployment, self.clients)

    @property
    def origin(self) -> str:
        assert self.outputs
        return f"https://{self.outputs.domain}"

    @property
    def port(self) -> int:
        return urlsplit(self.aws.endpoint).port or 0

    def reader(self, language: str = "en") -> Browser:
        """Return a browser of a stranger."""
        return Browser(Viewer(self.port), self.origin, language=language)  # type: ignore[arg-type]

    def fetch(self, path: str) -> Fetched:
        """Ask for a page of the site; nothing is followed."""
        assert self.outputs
        return ask(self.aws, self.outputs.domain, path)

    def page(self, path: str) -> bytes:
        """Return what a reader gets at a path; it has to be there."""
        found = self.fetch(path)
        assert found.status == 200, (path, found.status)
        return found.body

    def post(self, url: str, body: bytes, headers: Any) -> int:
        """Send what Stripe's sandbox sends, which knows this machine only, to the site."""
        assert self.outputs
        path = urlsplit(url).path
        return ask(self.aws, self.outputs.domain, path, "POST", body, headers).status

    def tell_of_mail(self, told: dict[str, Any]) -> None:
        """Publish what SES tells of a mail on the topic that the stack made for it."""
        sns, name = self.aws.client("sns"), f"{self.deployment.name}-bounces"
        topics = sns.list_topics()["Topics"]
        (topic,) = [each["TopicArn"] for each in topics if each["TopicArn"].endswith(name)]
        anybody = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": topic}
        # Only SES may, which here has nothing to tell.
        policy = {"Version": "2012-10-17", "Statement": [anybody]}
        sns.set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy)
        )
        sns.publish(TopicArn=topic, Message=json.dumps(told))

    def logs(self) -> list[str]:
        """Return what the function wrote, for a test that fails."""
        assert self.outputs
        group = f"/inkstead/{self.deployment.name}/service"
        told = self.aws.client("logs").filter_log_events(logGroupName=group)
        return [each["message"] for each in told["events"]]


@contextmanager
def town(aws: Aws, name: str, workshop: Path, stripe_api: str = "") -> Iterator[Town]:
    """Yield where a site may be published to; nothing is there yet.

    Without a budget, which the emulator does not know.
    """
    deployment = Deployment(
        name=name,
        region=REGION,
        host="example.com",
        alarms="me@example.com",
        budget=0,
        sender="letters@inkstead.example",
        github="owner/site",
    )
    clients = Clients(REGION, aws.environment())
    try:
        yield Town(aws, deployment, clients, workshop, stripe_api)
    finally:
        clients.close()
