"""The README's commands work as they stand there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.S)
BIN = Path(sys.executable).parent


def in_shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euc", script],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "INKSTEAD_LANG": "en"},
    )  # fmt: skip


def commands(block: str) -> list[str]:
    return [line.split("#")[0].strip() for line in block.splitlines() if line.strip()]


def test_the_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"make ([a-z-]+)", "\n".join(BLOCKS)):
        assert re.search(rf"^{target}:", makefile, re.M), target


@pytest.fixture
def clone(tmp_path):
    """A folder that looks like a fresh clone after make install."""
    for name in ("content", "theme", "plugins", "publish", "pelicanconf.py"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(BIN)
    return tmp_path


def test_a_site_of_ones_own_is_made_as_the_readme_says(clone):
    block = next(block for block in BLOCKS if "inkstead init" in block)
    assert commands(block)[0] == "make install"
    done = in_shell("\n".join(commands(block)[1:]), clone)
    assert done.returncode == 0, done.stdout + done.stderr
    public = clone / "my-site" / "output" / "public"
    assert "第一篇" in (public / "index.html").read_text("utf-8")


def test_plain_pelican_builds_as_the_readme_says(clone):
    block = next(block for block in BLOCKS if "pelican" in block)
    done = in_shell(block, clone)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (clone / "output" / "public" / "en" / "index.html").is_file()
    assert (clone / "output" / "manifest.json").is_file()


def test_the_files_it_names_are_there():
    for name in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / name).exists(), name


def test_the_wheel_works_from_a_venv_of_its_own(tmp_path):
    """Built, installed beside the same libraries, and run without the checkout in sight."""
    done = in_shell(f"{BIN}/hatchling build --target wheel --directory {tmp_path}/dist", ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    wheel = next((tmp_path / "dist").glob("*.whl"))
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    own = next((tmp_path / "venv" / "lib").glob("python*")) / "site-packages"
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    done = in_shell(f"{tmp_path}/venv/bin/pip install -q --no-deps --no-index {wheel}", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    # The libraries from the lock file, but not the editable install of this checkout.
    for path in Path(libraries).iterdir():
        if "inkstead" not in path.name and not (own / path.name).exists() and path.suffix != ".pth":
            (own / path.name).symlink_to(path)
    inkstead = tmp_path / "venv" / "bin" / "inkstead"
    site = tmp_path / "site"
    done = in_shell(f"{inkstead} init {site} --yes && cd {site} && {inkstead} build", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (site / "output" / "public" / "index.html").is_file()
    demo = next(own.glob("publish/engine/content"))
    done = in_shell(f"{inkstead} build --content {demo} --output {tmp_path}/demo", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    code = "import plugins, publish; print(plugins.__file__, publish.__file__)"
    done = in_shell(f"{tmp_path}/venv/bin/python -c '{code}'", tmp_path)
    assert str(ROOT) not in done.stdout
    shutil.rmtree(tmp_path / "venv")
