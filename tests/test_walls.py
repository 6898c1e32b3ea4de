"""The house's own rules: lint, types and walls are part of the tests."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name(command[0])), *command[1:]],
        cwd=ROOT, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports", "--no-logo"),
    ],
    ids=lambda command: " ".join(command),
)
def test_the_house_is_in_order(command):
    done = run(*command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pelicanconf_imports_nothing_of_publish():
    tree = ast.parse((ROOT / "pelicanconf.py").read_text("utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names]
    assert names
    assert not [name for name in names if name.split(".")[0] == "publish"]


def test_the_command_line_starts_without_the_build():
    code = (
        "import sys, publish.cli, publish.commands.build, publish.commands.serve;"
        "heavy = ('pelican', 'markdown', 'jinja2', 'feedgen', 'plugins');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
