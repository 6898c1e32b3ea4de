from __future__ import annotations

from pathlib import Path

import pytest

from tests.site.reading import Site


@pytest.fixture(scope="session")
def site(demo: Path) -> Site:
    """The demo as its files are."""
    return Site(demo)
