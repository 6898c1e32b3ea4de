"""The benchmarks run to their end and tell what they promise; how fast is not a test's business."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT


def told(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.long
def test_reading_is_measured_for_each_number_of_people() -> None:
    options = ("--rounds", "1", "--seconds", "0.3", "--json")
    found = json.loads(told("benchmarks.read", "--people", "20", "40", *options))
    assert list(found) == ["20", "40"]
    assert all(each["reads_a_second"] > 0 and each["memory_mib"] > 0 for each in found.values())


@pytest.mark.long
def test_a_cold_start_is_compared_with_bare_python_and_boto3() -> None:
    found = json.loads(told("benchmarks.cold", "--rounds", "1", "--json"))
    assert {"bare Python", "boto3 with two clients", "first read"} <= set(found["ms"])
    assert 0 < found["zip"] < found["boto3_zip"]


@pytest.mark.long
def test_planning_is_measured_from_nothing_and_from_one_changed_post() -> None:
    found = json.loads(told("benchmarks.planning", "--objects", "500", "--json"))
    assert found["first publish"]["told"]["puts"] == 501
    assert found["nothing changed"]["told"]["actions"] == 0
    assert found["one post changed"]["told"]["actions"] == 6
    assert all(each["seconds"] > 0 and each["mib"] > 0 for each in found.values())


@pytest.mark.long
def test_one_server_is_compared_with_a_server_that_says_hello() -> None:
    found = json.loads(told("benchmarks.serving", "--seconds", "0.3", "--rounds", "1", "--json"))
    assert set(found["a_second"]) == {"hello", "a page", "a page not changed", "a premium piece"}
    assert all(each > 0 for each in found["a_second"].values())


@pytest.mark.long
def test_requests_of_a_publish_are_counted_apart_from_its_objects() -> None:
    found = json.loads(told("benchmarks.publishing", "--posts", "5", "--releases", "1", "--json"))
    first, second = found["first publish"], found["one post changed"]
    assert first["objects"] > second["objects"] > 5
    assert 0 < second["beside"] == sum(second["others"].values()) < 40


@pytest.mark.long
def test_snippets_are_compared_with_the_build_they_belong_to() -> None:
    found = json.loads(told("benchmarks.snippets", "--posts", "6", "--rounds", "1", "--json"))
    assert set(found) == {"text alone", "kits", "one post changed"}
    assert all(each["without"] > 0 and each["with"] > 0 for each in found.values())
