"""A bucket at the end of a bad line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from publish.deploy.clients import Clients
from publish.deploy.objects.s3 import S3Objects
from tests.faults import Faulty
from tests.publish.deploy.worlds import bucket, impatient


@pytest.fixture(scope="package")
def clients(bad_line: Faulty) -> Iterator[Clients]:
    """One set for all: making one takes a while."""
    with impatient(bad_line) as made:
        yield made


@pytest.fixture
def objects(faulty: Faulty, clients: Clients) -> S3Objects:
    return bucket(faulty.upstream, clients)
