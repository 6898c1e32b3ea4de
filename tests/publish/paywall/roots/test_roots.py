"""The roots: each setting names its adapter, and nothing is loaded that no setting names."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish.paywall import roots
from publish.paywall.roots import settings
from tests.publish.paywall.house import MovableClock
from tests.publish.paywall.roots.environ import local_environ


def test_a_local_world_stands_on_local_adapters(tmp_path: Path) -> None:
    clock = MovableClock()
    world = roots.world_from(settings.read(local_environ(tmp_path)), clock=clock)
    assert world.store.name == f"sqlite:{tmp_path / 'paywall.sqlite'}"
    assert world.releases.find().manifest.site.url == world.origin
    assert world.payments is None
    assert world.clock is clock


@pytest.mark.parametrize(
    ("named", "kind"),
    [("sqlite:{}/x.sqlite", "SqliteStore"), ("dynamodb:table", "DynamoStore")],
)
def test_a_store_is_named_by_its_kind_and_place(tmp_path: Path, named: str, kind: str) -> None:
    store = roots.store_from(named.format(tmp_path))
    assert type(store).__name__ == kind
    assert store.name == named.format(tmp_path)


@pytest.mark.parametrize(
    ("named", "kind"), [("folder:{}", "FolderBodies"), ("s3://private/releases", "S3Bodies")]
)
def test_bodies_are_named_by_their_kind_and_place(tmp_path: Path, named: str, kind: str) -> None:
    assert type(roots.bodies_from(named.format(tmp_path))).__name__ == kind


def test_the_bucket_and_its_prefix_are_told_apart() -> None:
    bodies = roots.bodies_from("s3://private/some/releases")
    assert (bodies.bucket, bodies.prefix) == ("private", "some/releases")


@pytest.mark.parametrize(
    ("named", "kind"),
    [
        ("outbox:{}", "Outbox"),
        ("ses:", "SesMailer"),
        ("ses:site-mail", "SesMailer"),
        ("smtps://me:secret@mail.example:465", "SmtpMailer"),
    ],
)
def test_a_mailer_is_named_by_its_kind_and_place(tmp_path: Path, named: str, kind: str) -> None:
    assert type(roots.mailer_from(named.format(tmp_path))).__name__ == kind


def test_stripe_is_there_where_a_key_is(tmp_path: Path) -> None:
    environ = local_environ(
        tmp_path,
        STRIPE_SECRET_KEY="sk_test_sandbox_0123456789",
        STRIPE_WEBHOOK_SECRETS="whsec_0123456789abcdef",
        STRIPE_API="http://127.0.0.1:9",
    )
    payments = roots.payments_from(settings.read(environ))
    assert payments is not None
    assert payments.mode == "sandbox"
