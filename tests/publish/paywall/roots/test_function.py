"""The function: what a request asked for is done by a second call of itself, or at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from publish.paywall import cloud, suppressing
from publish.paywall.roots import function, settings
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall import house
from tests.publish.paywall.adapters.exchange import Asked, event_of
from tests.publish.paywall.adapters.test_sns import bounce, event
from tests.publish.paywall.roots.environ import local_environ

FORM = ("content-type", "application/x-www-form-urlencoded")
SIGN_IN = event_of(
    Asked("POST", "/api/sign-in", (FORM, ("origin", house.ORIGIN)), b"mail=reader%40example.test")
)
TICK = {"inkstead": "tick"}


class Calls:
    """A client of Lambda that remembers, or fails."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure, self.made = failure, []

    def invoke(self, **call: Any) -> None:
        self.made.append(call)
        if self.failure:
            raise self.failure


def composed(folder: Path, name: str = "") -> Any:
    return function.compose(settings.read(local_environ(folder)), name)


def mails(folder: Path) -> int:
    return len(list((folder / "outbox").glob("*.eml")))


def test_without_a_name_the_mail_is_sent_before_the_answer_leaves(tmp_path: Path) -> None:
    assert composed(tmp_path)(SIGN_IN, None)["statusCode"] == 303
    assert mails(tmp_path) == 1


def test_on_lambda_the_function_calls_itself_and_nobody_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls()
    monkeypatch.setattr(cloud, "client", lambda *service, **options: calls)
    handler = composed(tmp_path, "paywall")
    assert handler(SIGN_IN, None)["statusCode"] == 303
    assert mails(tmp_path) == 0
    (call,) = calls.made
    assert (call["FunctionName"], call["InvocationType"]) == ("paywall", "Event")
    assert handler(json.loads(call["Payload"]), None) == {"done": 1, "stayed": 0, "dead": 0}
    assert mails(tmp_path) == 1


def test_a_call_that_fails_spoils_nothing_since_the_schedule_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls(ConnectTimeoutError(endpoint_url="https://lambda.example"))
    monkeypatch.setattr(cloud, "client", lambda *service, **options: calls)
    handler = composed(tmp_path, "paywall")
    assert handler(SIGN_IN, None)["statusCode"] == 303
    assert handler(TICK, None)["done"] == 1


def test_reading_wakes_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls()
    monkeypatch.setattr(cloud, "client", lambda *service, **options: calls)
    composed(tmp_path, "paywall")(event_of(Asked(target="/api/read/walled")), None)
    assert not calls.made


def test_an_address_that_bounced_is_written_to_no_more(tmp_path: Path) -> None:
    handler = composed(tmp_path)
    assert handler(event(bounce(), bounce()), None) is None
    store = SqliteStore(tmp_path / "paywall.sqlite")
    assert [each.mail for each in suppressing.listed(store)] == ["reader@example.test"]
    store.close()
    assert handler(SIGN_IN, None)["statusCode"] == 303
    assert mails(tmp_path) == 0


def test_what_is_no_call_of_ours_is_an_error_that_an_alarm_sees(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not known"):
        composed(tmp_path)({"Records": [{"eventSource": "aws:s3"}]}, None)
