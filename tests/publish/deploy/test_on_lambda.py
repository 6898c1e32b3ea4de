"""The unzipped bundle under AWS's own runtime client, asked with real events of a Function URL."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.publish.deploy.runtime_api import FunctionFailed, RuntimeApi, running, runtime_folder
from tests.publish.paywall import house
from tests.publish.paywall.adapters.exchange import Asked, Got, event_of, got_of
from tests.publish.paywall.roots.environ import ORIGIN_SECRET, local_environ

WEBHOOK_SECRET = "whsec_for_the_tests_0123456789"
FORM = ("content-type", "application/x-www-form-urlencoded")
JSON = ("accept", "application/json")


@dataclass
class Function:
    """A running function, and the folder in which its site lives."""

    api: RuntimeApi
    folder: Path
    home: house.House

    def ask(self, method: str, target: str, *headers: tuple[str, str], body: bytes = b"") -> Got:
        """Ask as CloudFront does."""
        secret = ("x-origin-secret", ORIGIN_SECRET)
        event = event_of(Asked(method, target, (secret, *headers), body))
        return got_of(self.api.invoke(event))

    def post(self, target: str, body: bytes, *headers: tuple[str, str]) -> Got:
        return self.ask("POST", target, FORM, ("origin", house.ORIGIN), *headers, body=body)


@pytest.fixture(scope="module")
def function(unzipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    folder = tmp_path_factory.mktemp("site")
    home = house.world(folder, clock=house.MovableClock(datetime.now(UTC)))
    environ = local_environ(
        folder,
        generation=home.generation,
        INKSTEAD_ORIGIN_SECRET=ORIGIN_SECRET,
        STRIPE_SECRET_KEY="sk_test_0123456789",
        STRIPE_WEBHOOK_SECRETS=WEBHOOK_SECRET,
    )
    log = folder / "log"
    with running(unzipped, runtime_folder(folder / "runtime"), environ, log) as api:
        yield Function(api, folder, home)


def error(got: Got) -> str:
    return json.loads(got.body)["error"]["code"]


def test_a_stranger_is_asked_to_pay(function: Function) -> None:
    got = function.ask("GET", "/api/read/en%2Fwalled", JSON)
    assert (got.status, error(got)) == (402, "locked")
    assert house.CANARY not in str(got)


def test_a_reader_with_a_right_reads_and_cookies_come_as_a_list(function: Function) -> None:
    reader = function.home.signed_in("lambda@example.test")
    function.home.grant(function.home.person("lambda@example.test"), "everything")
    cookie = "; ".join(f"{name}={value}" for name, value in reader.jar.items())
    got = function.ask("GET", "/api/read/en%2Fwalled", ("cookie", cookie))
    assert got.status == 200
    assert f"{house.CANARY} fragment of en/walled".encode() in got.body


def test_a_private_picture_comes_as_its_bytes(function: Function) -> None:
    reader = function.home.signed_in("pictures@example.test")
    function.home.grant(function.home.person("pictures@example.test"), "everything")
    cookie = "; ".join(f"{name}={value}" for name, value in reader.jar.items())
    got = function.ask("GET", "/api/files/posts/en/walled/picture.0a1b2c3d.png", ("cookie", cookie))
    assert got.status == 200
    assert got.headers["content-type"] == "image/png"
    assert got.body.startswith(b"\x89PNG\r\n")


def test_what_is_not_there_is_gone(function: Function) -> None:
    got = function.ask("GET", "/api/no-such-thing", JSON)
    assert (got.status, error(got)) == (410, "nothing-here")


def signed(body: bytes, at: float) -> tuple[str, str]:
    """Return the header that Stripe sends with a webhook."""
    moment = str(int(at))
    told = hmac.new(WEBHOOK_SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return ("stripe-signature", f"t={moment},v1={told.hexdigest()}")


def webhook(**more: Any) -> bytes:
    event = {
        "id": "evt_for_the_tests",
        "object": "event",
        "api_version": "2026-08-26.dahlia",
        "created": int(time.time()),
        "livemode": False,
        "type": "tax.settings.updated",
        "data": {"object": {"id": "x", "object": "tax.settings", "note": "墨"}},
        **more,
    }
    return json.dumps(event, ensure_ascii=False).encode()


def test_a_webhook_in_base64_is_verified_on_its_raw_bytes(function: Function) -> None:
    body = webhook()
    json_type = ("content-type", "application/json; charset=utf-8")
    got = function.ask("POST", "/api/webhook", json_type, signed(body, time.time()), body=body)
    assert got.status == 200
    forged = function.ask("POST", "/api/webhook", json_type, signed(b"x", time.time()), body=body)
    assert forged.status == 400


def test_a_sign_in_mail_is_sent_before_the_answer_and_cookies_go_as_a_list(
    function: Function,
) -> None:
    got = function.post("/api/sign-in?lang=en", b"mail=new%40example.test")
    assert got.status == 303
    assert got.headers["location"].startswith("/api/sign-in/code")
    assert any(cookie.startswith("__Host-ink-browser=") for cookie in got.cookies)
    assert list((function.folder / "outbox").iterdir())


def test_the_schedule_ticks(function: Function) -> None:
    assert function.api.invoke({"inkstead": "tick"}) == {"done": 0, "stayed": 0, "dead": 0}


def test_without_the_secret_of_the_origin_nobody_gets_in(function: Function) -> None:
    got = got_of(function.api.invoke(event_of(Asked(target="/api/account", headers=(JSON,)))))
    assert (got.status, error(got)) == (401, "foreign")


def test_without_keys_the_function_says_what_is_missing(unzipped: Path, tmp_path: Path) -> None:
    runtime = runtime_folder(tmp_path / "runtime")
    environ = local_environ(tmp_path, INKSTEAD_KEYS="", INKSTEAD_MAIL="")
    with (
        running(unzipped, runtime, environ, tmp_path / "log") as api,
        pytest.raises(FunctionFailed) as caught,
    ):
        api.invoke(event_of(Asked()))
    assert "INKSTEAD_KEYS" in str(caught.value)
    assert "INKSTEAD_MAIL" in str(caught.value)
