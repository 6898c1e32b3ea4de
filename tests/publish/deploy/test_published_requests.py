"""How many requests a publish makes beside its objects: counted on the way to an AWS of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.publishing import publishing
from publish.deploy import publishing as deploying
from publish.deploy.bundle import Bundle
from publish.deploy.settings import Deployment
from tests.aws import Aws
from tests.faults import Faulty

FEW = 40


@pytest.fixture(autouse=True)
def packed(built: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploying, "built", lambda workshop: built)


def test_one_changed_post_takes_as_few_requests_whatever_the_size_of_the_site(
    aws: Aws, faulty: Faulty, tmp_path: Path
) -> None:
    found = []
    for posts in (20, 200):
        with publishing(aws, faulty, tmp_path / str(posts), posts) as made:
            found.append(made.steps(1)["one post changed"])
    small, large = found
    assert small.objects == large.objects
    assert small.others == large.others
    assert large.beside < FEW


@pytest.mark.long
def test_it_stays_at_few_when_as_many_releases_stand_as_are_kept(
    aws: Aws, faulty: Faulty, tmp_path: Path
) -> None:
    with publishing(aws, faulty, tmp_path, 20) as made:
        last = made.steps(Deployment.keep + 1)["the last one"]
    assert last.others["s3:DeleteObject"], "the oldest one goes"
    assert last.beside < FEW
