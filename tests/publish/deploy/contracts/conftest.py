"""One set of clients for all contracts: making one takes a while."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from publish.deploy.clients import Clients
from tests.aws import REGION, Aws


@pytest.fixture(scope="package")
def clients(aws: Aws) -> Iterator[Clients]:
    with Clients(REGION, aws.environment()) as made:
        yield made
