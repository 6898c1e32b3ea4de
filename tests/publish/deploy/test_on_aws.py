"""The unzipped bundle on a table and a bucket: the same function, in the cloud.

Its mails go by SMTP here, because an emulated SES does not show what it was given.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from publish.paywall import codes
from publish.paywall.stores.dynamodb import DynamoStore
from tests.aws import Aws
from tests.publish.deploy.runtime_api import RuntimeApi, running, runtime_folder
from tests.publish.paywall import house
from tests.publish.paywall.adapters.exchange import Asked, Got, event_of, got_of
from tests.publish.paywall.bodies.uploading import upload
from tests.publish.paywall.generation import make_generation
from tests.publish.paywall.mailers.post_office import PostOffice, post_office
from tests.publish.paywall.roots.environ import ORIGIN_SECRET, local_environ

SDK = ("botocore", "jmespath", "python-dateutil", "six")
RELEASE = "0123456789abcdef"


@dataclass
class Reader:
    """A browser that reaches the function as CloudFront does."""

    api: RuntimeApi
    jar: dict[str, str]

    def ask(self, method: str, target: str, form: dict[str, str] | None = None) -> Got:
        headers = [
            ("x-origin-secret", ORIGIN_SECRET),
            ("cookie", "; ".join(f"{name}={value}" for name, value in self.jar.items())),
        ]
        if form is not None:
            headers += [
                ("content-type", "application/x-www-form-urlencoded"),
                ("origin", house.ORIGIN),
            ]
        body = urlencode(form or {}).encode()
        got = got_of(self.api.invoke(event_of(Asked(method, target, tuple(headers), body))))
        for cookie in got.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.jar[name] = value
        return got


@dataclass(frozen=True)
class Cloud:
    """A running function and what it stands on."""

    api: RuntimeApi
    office: PostOffice
    store: DynamoStore


def publish(aws: Aws, bucket: str, generation: Path) -> None:
    files = {
        path.relative_to(generation).as_posix(): path.read_bytes()
        for path in sorted(generation.rglob("*"))
        if path.is_file()
    }
    upload(aws.client("s3"), bucket, "site/", RELEASE, files)
    aws.client("s3").put_object(Bucket=bucket, Key="site/current", Body=RELEASE.encode())


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    with post_office() as running_office:
        yield running_office


@pytest.fixture(scope="module")
def cloud(
    unzipped: Path, aws: Aws, office: PostOffice, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("cloud")
    table, bucket = aws.table(), aws.bucket()
    generation = make_generation(folder / "generation")
    publish(aws, bucket, generation)
    environ = local_environ(
        folder,
        generation=generation,
        INKSTEAD_STORE=f"dynamodb:{table}",
        INKSTEAD_BODIES=f"s3://{bucket}/site",
        INKSTEAD_MAIL=office.url,
        INKSTEAD_ORIGIN_SECRET=ORIGIN_SECRET,
        HOME=str(folder),
        **aws.environment(),
    )
    store = DynamoStore(table, aws.client("dynamodb"), clock=lambda: datetime.now(UTC))
    runtime = runtime_folder(folder / "runtime", *SDK)
    with running(unzipped, runtime, environ, folder / "log") as api:
        yield Cloud(api, office, store)


def code_in(office: PostOffice, address: str) -> str:
    """Return the code in the last mail to an address."""
    taken = [each for each in office.taken if each.to == [address]]
    message = email.message_from_bytes(taken[-1].body, policy=email.policy.default)
    part = message.get_body(("plain",))
    found = re.search(r"^code: (\d{6})\s*$", part.get_content() if part else "", re.M)
    assert found
    return found.group(1)


def test_a_reader_signs_in_redeems_and_reads(cloud: Cloud) -> None:
    """State in the table, the piece out of the bucket."""
    reader = Reader(cloud.api, {})
    assert reader.ask("GET", "/api/read/en%2Fwalled").status == 402
    asked = reader.ask("POST", "/api/sign-in?lang=en", {"mail": "cloud@example.test"})
    assert asked.status == 303
    code = code_in(cloud.office, "cloud@example.test")
    entered = reader.ask("POST", "/api/sign-in/code?lang=en", {"code": code})
    assert entered.status == 303
    assert "__Host-ink" in reader.jar
    assert reader.ask("GET", "/api/read/en%2Fwalled").status == 402
    _, (code,) = codes.make(cloud.store, datetime.now(UTC), product="everything", days=30, count=1)
    assert reader.ask("POST", "/api/redeem?lang=en", {"code": code}).status in (200, 303)
    read = reader.ask("GET", "/api/read/en%2Fwalled")
    assert read.status == 200
    assert f"{house.CANARY} fragment of en/walled".encode() in read.body
    stranger = Reader(cloud.api, {}).ask("GET", "/api/read/en%2Fwalled")
    assert stranger.status == 402
    assert house.CANARY.encode() not in stranger.body
