"""What every runtime keeps: it says which bundle runs, and runs another when told."""

from __future__ import annotations

import hashlib

import pytest

from publish.deploy.objects.folder import FolderObjects
from publish.deploy.ports import Objects, Runtime
from publish.deploy.runtimes.folder import FolderRuntime
from tests.publish.deploy import worlds


@pytest.fixture(params=["folder", "lambda"])
def runtime(request, tmp_path) -> tuple[Runtime, Objects]:
    if request.param == "folder":
        return FolderRuntime(tmp_path / "function"), FolderObjects(tmp_path / "private")
    return worlds.function(request.getfixturevalue("aws"), request.getfixturevalue("clients"))


def test_another_bundle_runs_when_told(runtime):
    function, objects = runtime
    body = worlds.bundle("one")
    hashed = hashlib.sha256(body).hexdigest()
    objects.put(worlds.sent(f"bundles/{hashed}.zip", body, type="application/zip"))
    assert function.bundle() != hashed
    function.run(f"bundles/{hashed}.zip", hashed)
    assert function.bundle() == hashed
