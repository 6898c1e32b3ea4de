"""Many looks at once: none stops or delays another, and all are told in their order."""

import threading

import pytest

from publish.contract.catalogue import N_, speak
from publish.deploy.answers import NONE, No
from publish.deploy.findings import Finding, looked
from publish.trouble import Failure

OK = Finding("ok", "b", "fine")


def failing(cause):
    def look():
        raise cause

    return look


def test_findings_come_in_the_order_of_their_checks_whoever_is_done_first():
    second = threading.Event()

    def slow():
        second.wait(10)
        return [Finding("ok", "a", "slow")]

    def quick():
        second.set()
        return [OK]

    assert [each.name for each in looked([("a", slow), ("b", quick)])] == ["a", "b"]


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (No(NONE, {}, "NoCredentialsError"), "there are no credentials for AWS"),
        (Failure('"{x}" is wrong', x=1), '"1" is wrong'),
        (KeyError("Stacks"), "could not be looked at: 'Stacks'"),
        (RuntimeError(), "could not be looked at: RuntimeError"),
    ],
)
def test_a_look_that_fails_says_so_and_stops_no_other(cause, said):
    found = list(looked([("a", failing(cause)), ("b", lambda: [OK])]))
    assert (found[0].level, found[0].name) == ("unknown", "a")
    assert found[0].said(speak("en")).startswith(said)
    assert found[1] == OK


def test_a_look_that_takes_too_long_is_left_behind():
    for_ever = threading.Event()
    try:
        found = list(looked([("a", for_ever.wait), ("b", lambda: [OK])], seconds=0.05))
    finally:
        for_ever.set()
    assert (found[0].level, found[0].text) == ("unknown", "no answer in time")


def test_a_finding_speaks_the_language_with_its_values():
    way = N_("write {folder}/ into .gitignore")
    found = Finding("wrong", "git", "x", way, {"folder": "output"})
    assert found.way_out(speak("zh")) == "在 .gitignore 里写 output/"
    assert Finding("ok", "git", "x").way_out(speak("zh")) == ""
