"""Alarms that ring and the last errors, as AWS has seen them."""

from datetime import UTC, datetime, timedelta

import pytest

from publish.deploy import watched
from publish.deploy.ports import Refused
from tests.publish.deploy.stubs import stubbed

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def clients():
    with stubbed() as made:
        yield made


def test_alarms_that_ring_are_told_by_the_name_within_the_stack(clients):
    told = {"AlarmName": "my-site-errors", "StateUpdatedTimestamp": NOW, "StateReason": "6 > 5"}
    asked = {"AlarmNamePrefix": "my-site-", "StateValue": "ALARM"}
    clients.answer("cloudwatch", "describe_alarms", {"MetricAlarms": [told]}, asked)
    assert watched.ringing(clients, "my-site") == [watched.Ringing("errors", NOW, "6 > 5")]


def events(*lines):
    at = round(NOW.timestamp() * 1000)
    return [{"timestamp": at + 1000 * n, "message": line} for n, line in enumerate(lines)]


def test_the_last_five_errors_come_newest_first_cut_to_a_line(clients):
    asked = {
        "logGroupName": "/g",
        "startTime": round((NOW - timedelta(hours=24)).timestamp() * 1000),
        "filterPattern": '?ERROR ?"Task timed out"',  # one of them
    }
    long = f"ERROR {'x' * 400}"
    first = {"events": events("a", "b", "c"), "nextToken": "t"}
    clients.answer("logs", "filter_log_events", first, asked)
    second = {"events": events("d", "e", "f\nTraceback", long)[2:]}
    clients.answer("logs", "filter_log_events", second, {**asked, "nextToken": "t"})
    found = watched.errors(clients, "/g", NOW)
    assert [each.text for each in found] == [f"ERROR {'x' * 193}…", "c", "f", "b", "a"]
    assert found[0].at == NOW + timedelta(seconds=3)


def test_a_service_that_never_ran_has_no_errors(clients):
    clients.answer("logs", "filter_log_events", "ResourceNotFoundException")
    assert watched.errors(clients, "/g", NOW) == []


def test_what_may_not_be_read_is_said(clients):
    clients.answer("logs", "filter_log_events", "AccessDeniedException")
    with pytest.raises(Refused, match="logs:FilterLogEvents"):
        watched.errors(clients, "/g", NOW)
