"""The demo on AWS, from the first publish to the last: what readers get through CloudFront."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws import Aws
from tests.publish.deploy.town import Town, town


@pytest.fixture(scope="module")
def demo_town(
    aws: Aws, demo: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    with town(aws, "ink-demo", tmp_path_factory.mktemp("workshop")) as made:
        made.publish(demo)
        yield made


def test_x(demo_town: Town) -> None:
    r = demo_town.reader().json("/api/read/pricing")
    print(r.status, r.body)
    print(demo_town.logs()[-20:])
