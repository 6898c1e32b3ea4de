"""A function of Lambda takes a while to change; whoever asks meanwhile is patient."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest

from publish.deploy.clients import Clients
from publish.deploy.ports import Objects, Refused, Unreachable
from publish.deploy.runtimes.function import LambdaRuntime
from tests import faults
from tests.faults import FOR_EVER, Faulty
from tests.publish.deploy import worlds

UPDATE, LOOK = "lambda:UpdateFunctionCode", "lambda:GetFunctionConfiguration"


@pytest.fixture(scope="module")
def clients(bad_line: Faulty) -> Iterator[Clients]:
    with worlds.impatient(bad_line) as made:
        yield made


@pytest.fixture(scope="module")
def made(bad_line: Faulty, clients: Clients) -> tuple[LambdaRuntime, Objects]:
    return worlds.function(bad_line.upstream, clients)


@pytest.fixture
def function(faulty: Faulty, made: tuple[LambdaRuntime, Objects]) -> LambdaRuntime:
    faulty.clear()
    return made[0]


def key_and_hash(made: tuple[LambdaRuntime, Objects], text: str) -> tuple[str, str]:
    body = worlds.bundle(text)
    made[1].put(worlds.sent(f"bundles/{text}.zip", body))
    return f"bundles/{text}.zip", hashlib.sha256(body).hexdigest()


def tells(**configuration: str) -> faults.Fault:
    """Let an answer say something else than Lambda would."""

    def fault(exchange: faults.Exchange) -> None:
        answer = exchange.ask()
        body = json.dumps({**json.loads(answer.body), **configuration}).encode()
        exchange.reply(faults.Answer(answer.status, answer.headers, body))

    return fault


def test_a_change_that_is_going_on_is_waited_for(function, made, faulty):
    """Two changes at once are a conflict; then ours is asked again until it is done."""
    faulty.inject(faults.says(409, "ResourceConflictException"), action=UPDATE, times=2)
    key, hashed = key_and_hash(made, "patient")
    function.run(key, hashed)
    assert function.bundle() == hashed
    assert faulty.count(UPDATE) == 3


def test_an_answer_that_was_lost_is_made_good(function, made, faulty):
    faulty.inject(faults.reset_after, action=UPDATE)
    faulty.inject(tells(LastUpdateStatus="InProgress"), action=UPDATE)
    faulty.inject(tells(LastUpdateStatus="Successful"), action=LOOK)
    key, hashed = key_and_hash(made, "lost")
    function.run(key, hashed)
    assert faulty.count(UPDATE) == 2
    assert faulty.count(LOOK) == 1


def test_while_it_is_being_changed_no_bundle_is_known(function, faulty):
    faulty.inject(tells(LastUpdateStatus="InProgress"), action=LOOK)
    assert function.bundle() == ""


def test_a_change_that_failed_is_told_with_its_reason(function, made, faulty):
    told = tells(LastUpdateStatus="Failed", LastUpdateStatusReason="the zip is odd")
    faulty.inject(told, action=UPDATE)
    with pytest.raises(Refused, match="the zip is odd"):
        function.run(*key_and_hash(made, "odd"))


def test_another_bundle_than_ours_is_told(function, made, faulty):
    faulty.inject(tells(LastUpdateStatus="Successful"), action=UPDATE)
    key, _ = key_and_hash(made, "other")
    with pytest.raises(Refused, match="and not the bundle"):
        function.run(key, "0" * 64)


@pytest.mark.parametrize(
    ("fault", "action"),
    [
        (faults.says(409, "ResourceConflictException"), UPDATE),
        (tells(LastUpdateStatus="InProgress"), "lambda:*"),
        (faults.throttled, "lambda:*"),
        (faults.reset_before, "lambda:*"),
        (faults.cut, UPDATE),
    ],
    ids=["busy", "never-done", "throttled", "reset", "cut"],
)
def test_what_never_ends_is_unreachable(function, made, faulty, monkeypatch, fault, action):
    monkeypatch.setattr(function, "_pause", worlds.no_pause)
    key, hashed = key_and_hash(made, "never")
    faulty.inject(fault, action=action, times=FOR_EVER)
    with pytest.raises(Unreachable):
        function.run(key, hashed)


def test_a_permission_that_is_missing_is_named(function, made, faulty):
    faulty.deny(UPDATE)
    with pytest.raises(Refused, match=f'"{UPDATE}" on "lambda:function-'):
        function.run("bundles/a.zip", "0" * 64)


def test_a_bundle_that_is_not_there_is_refused(function):
    with pytest.raises(Refused):
        function.run("bundles/nothing.zip", "0" * 64)


def test_a_function_that_is_not_there_is_named(clients):
    with pytest.raises(Refused, match='"lambda:never-was" is not there'):
        LambdaRuntime("never-was", "any", clients.of("lambda"), worlds.no_pause).bundle()


@pytest.mark.parametrize("told", ["", "no base64"])
def test_a_function_without_a_bundle_of_ours_has_none(function, faulty, told):
    faulty.inject(tells(CodeSha256=told), action=LOOK)
    assert function.bundle() == ""
