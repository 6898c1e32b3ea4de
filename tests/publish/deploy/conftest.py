"""The bundle, built and unzipped once; sites that are published in memory."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from publish.deploy import bundle
from tests.publish.deploy.deploying import ana, clock, once, published, service

__all__ = ["ana", "clock", "once", "published", "service"]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> bundle.Bundle:
    return bundle.build(tmp_path_factory.mktemp("bundle") / "paywall.zip")


@pytest.fixture(scope="session")
def unzipped(built: bundle.Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(built.path) as archive:
        archive.extractall(folder)
    return folder
