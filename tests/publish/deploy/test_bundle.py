"""The bundle: always the same bytes, nothing too much, and it runs where nothing else is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from publish.deploy import bundle
from tests.conftest import ROOT
from tests.publish.deploy.runtime_api import BARE
from tests.publish.paywall import house
from tests.publish.paywall.adapters.exchange import Asked, event_of
from tests.publish.paywall.roots.environ import local_environ

FOREIGN = (
    "pelican", "markdown", "pymdownx", "jinja2", "babel", "click", "rich", "PIL", "lxml", "yaml",
    "feedgen", "boto3", "botocore", "dns", "waitress", "watchfiles", "plugins", "publish/sandbox",
    "publish/commands", "publish/deploy", "publish/preview", "publish/contract/locale",
)  # fmt: skip


@pytest.fixture(scope="module")
def names(built: bundle.Bundle) -> list[str]:
    with zipfile.ZipFile(built.path) as archive:
        return archive.namelist()


def bare(code: str, *paths: Path, **environ: str) -> Any:
    """Run code in a Python that has only these folders, and return the JSON that it prints."""
    start = f"import json, sys; sys.path[:0] = {[str(path) for path in paths]!r}\n"
    done = subprocess.run(
        [*BARE, "-c", start + code],
        env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_is_the_same_whoever_builds_it_where_and_when(
    built: bundle.Bundle, tmp_path: Path
) -> None:
    target = tmp_path / "elsewhere" / "again.zip"
    code = (
        "import os, time; os.umask(0o077); time.time = lambda: 2e9;"
        "from publish.deploy import bundle; from pathlib import Path;"
        f"print(bundle.build(Path({str(target)!r})).sha256)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == built.sha256
    assert target.read_bytes() == built.path.read_bytes()
    assert built.bytes == target.stat().st_size


def test_touching_a_file_changes_nothing(built: bundle.Bundle, tmp_path: Path) -> None:
    one = ROOT / "publish" / "paywall" / "__init__.py"
    before = one.stat()
    try:
        os.utime(one, (time.time(), before.st_mtime + 100_000))
        assert bundle.build(tmp_path / "touched.zip").sha256 == built.sha256
    finally:
        os.utime(one, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_names_are_sorted_and_times_and_permissions_fixed(built: bundle.Bundle) -> None:
    with zipfile.ZipFile(built.path) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    assert [each.filename for each in entries] == sorted(each.filename for each in entries)
    assert {each.date_time for each in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {each.external_attr >> 16 for each in entries} == {0o100644}


def test_nothing_compiled_is_in_it(names: list[str]) -> None:
    assert not [name for name in names if name.endswith((".pyc", ".so", ".pyd", ".dylib"))]
    assert not [name for name in names if "__pycache__" in name]


@pytest.mark.parametrize("foreign", FOREIGN)
def test_nothing_is_in_it_that_the_service_does_not_need(names: list[str], foreign: str) -> None:
    assert not [
        name for name in names if name.split("-")[0] == foreign or name.startswith(f"{foreign}/")
    ]


def test_every_library_keeps_its_licence(names: list[str]) -> None:
    libraries = {name.split("/")[0] for name in names if ".dist-info/" in name}
    assert len(libraries) == len(bundle.DISTRIBUTIONS) + 1, "and our own"
    assert all(any(name.startswith(f"{each}/") for name in names) for each in libraries)


def test_a_library_that_is_not_installed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "DISTRIBUTIONS", ("no-such-library",))
    with pytest.raises(bundle.BundleError, match='"no-such-library" is not installed'):
        bundle.build(tmp_path / "paywall.zip")
    assert not list(tmp_path.iterdir())


def test_a_library_that_is_compiled_only_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "DISTRIBUTIONS", ("ahocorasick-rs",))
    with pytest.raises(bundle.BundleError, match="is compiled, and runs nowhere but here"):
        bundle.build(tmp_path / "paywall.zip")


def test_the_command_line_builds_it(built: bundle.Bundle, tmp_path: Path, capsys: Any) -> None:
    assert bundle.main([str(tmp_path / "paywall.zip")]) == 0
    assert built.sha256 in capsys.readouterr().out
    assert bundle.main([]) == 2
    assert bundle.main([str(tmp_path)]) == 1


def test_the_handler_is_found_and_needs_no_settings_to_be_imported(unzipped: Path) -> None:
    code = (
        "import function; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    loaded = bare(code, unzipped)
    assert "publish" in loaded
    assert not {"stripe", "requests", "email_validator", "boto3", "botocore"} & set(loaded)


def test_every_module_of_the_service_can_be_imported(unzipped: Path) -> None:
    code = """
import importlib, pkgutil, publish.paywall
found = [name for _, name, _ in pkgutil.walk_packages(publish.paywall.__path__, "publish.paywall.")]
for name in found:
    if name != "publish.paywall.roots.server": importlib.import_module(name)
print(json.dumps(found))
"""
    assert "publish.paywall.roots.function" in bare(code, unzipped)


def test_stripe_is_whole_without_its_descriptions_of_parameters(unzipped: Path) -> None:
    code = """
import importlib, pkgutil, stripe
for _, name, _ in pkgutil.walk_packages(stripe.__path__, "stripe."):
    importlib.import_module(name)
print(json.dumps(type(stripe.RequestsClient()).__module__))
"""
    assert bare(code, unzipped).startswith("stripe")


def test_the_bundle_knows_the_time_zones_itself(unzipped: Path) -> None:
    code = """
import zoneinfo; zoneinfo.reset_tzpath([])
print(json.dumps(str(zoneinfo.ZoneInfo("Asia/Shanghai"))))
"""
    assert bare(code, unzipped) == "Asia/Shanghai"


READING = """
from tests_event import EVENT
import function
before = set(sys.modules)
answer = function.handler(EVENT, None)
third = {name.split(".")[0] for name in sys.modules} - sys.stdlib_module_names
print(json.dumps({
    "status": answer["statusCode"], "body": answer["body"], "third": sorted(third - {"__main__"}),
    "ours": sorted(name for name in sys.modules if name.startswith("publish.")),
}))
"""


def read_in_the_bundle(unzipped: Path, folder: Path, cookie: str, environ: dict[str, str]) -> Any:
    """Have the bundle answer one read and tell what it has loaded then."""
    headers = (("accept", "text/html"), ("cookie", cookie))
    event = event_of(Asked(target="/api/read/en%2Fwalled", headers=headers))
    event_folder = folder / "event"
    event_folder.mkdir()
    (event_folder / "tests_event.py").write_text(f"EVENT = {event!r}\n")
    return bare(READING, unzipped, event_folder, **environ)


def test_reading_loads_nothing_of_paying_mailing_or_the_cloud(
    unzipped: Path, tmp_path: Path
) -> None:
    home = house.world(tmp_path, clock=house.MovableClock(datetime.now(UTC)))
    reader = home.signed_in("reader@example.test")
    home.grant(home.person("reader@example.test"), "everything")
    environ = local_environ(
        tmp_path,
        generation=home.generation,
        STRIPE_SECRET_KEY="sk_test_0123456789",
        STRIPE_WEBHOOK_SECRETS="whsec_0123456789abcdef",
    )
    cookie = "; ".join(f"{name}={value}" for name, value in reader.jar.items())
    found = read_in_the_bundle(unzipped, tmp_path, cookie, environ)
    assert found["status"] == 200
    assert house.CANARY in found["body"]
    assert found["third"] == ["function", "itsdangerous", "publish", "tests_event"]
    unwanted = ("buying", "webhooks", "sign_in", "account", "mailers", "dynamodb", "s3")
    assert not [name for name in found["ours"] if name.rpartition(".")[2] in unwanted]
