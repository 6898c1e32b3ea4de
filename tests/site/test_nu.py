"""The Nu HTML checker finds no error on one page of every type in both languages."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, missing
from tests.site.filled import write_mails, write_pages
from tests.site.kinds import SHOWN

pytestmark = pytest.mark.nu


@pytest.fixture(scope="module")
def checker() -> list[str]:
    java = shutil.which("java")
    jar = ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"
    if not java:
        missing("the Nu checker needs java")
    if not jar.is_file():
        missing("the Nu checker is not there (npm ci)")
    return [str(java), "-jar", str(jar), "--format", "json", "--exit-zero-always"]


def test_nu_finds_no_error(demo: Path, checker: list[str], tmp_path: Path) -> None:
    files = [str(demo / shown.place) for shown in SHOWN]
    files += [str(file) for file in (*write_pages(demo, tmp_path), *write_mails(demo, tmp_path))]
    done = subprocess.run(
        [*checker, *files], capture_output=True, text=True, timeout=120, check=True
    )
    said = [m for m in json.loads(done.stderr)["messages"] if m["type"] != "info"]
    assert [(m["url"], m.get("lastLine"), m["message"]) for m in said] == []
    warned = [m for m in json.loads(done.stderr)["messages"] if m.get("subType") == "warning"]
    assert [(m["url"], m.get("lastLine"), m["message"]) for m in warned] == []


def test_a_missing_tool_is_said_and_fails_where_ci_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no tool"):
        missing("no tool")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no tool"):
        missing("no tool")
