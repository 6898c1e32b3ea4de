"""A plugin that is broken stops the build, however it is started; nothing fails open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.engine.house import engine, generation, inkstead, pelican, post, product, site, write

SECRET = (
    "Nine grey lanterns were lowered into the well before anybody thought to count the steps"
    " that lead down there from the orchard."
)
START = "from pelican import signals\nimport logging\n"
BROKEN = {
    "an import that fails": "import a_module_that_is_not_there\n",
    "a syntax error": "def register(:\n",
    "an import that raises": "raise RuntimeError('no')\n",
    "an import that leaves": "import sys\nsys.exit(0)\n",
    "no register": "x = 1\n",
    "a register that raises": "def register():\n    raise ValueError('no')\n",
    "a register that leaves": "import sys\ndef register():\n    sys.exit(0)\n",
    "a register that logs an error": START + "def register():\n    logging.error('no')\n",
    "a start that raises": START
    + "def f(p):\n    raise ValueError('no')\n"
    + "def register():\n    signals.initialized.connect(f)\n",
    "a start that leaves": START
    + "import sys\ndef f(p):\n    sys.exit(0)\n"
    + "def register():\n    signals.initialized.connect(f)\n",
    "a handler that raises": START
    + "def f(g):\n    raise ValueError('no')\n"
    + "def register():\n    signals.article_generator_finalized.connect(f)\n",
    "a handler that leaves": START
    + "import sys\ndef f(g):\n    sys.exit(0)\n"
    + "def register():\n    signals.article_generator_finalized.connect(f)\n",
    "an end that raises": START
    + "def f(p):\n    raise ValueError('no')\ndef register():\n    signals.finalized.connect(f)\n",
    "a handler that logs an error": START
    + "def f(p):\n    logging.getLogger('x.y').error('no')\n"
    + "def register():\n    signals.finalized.connect(f)\n",
    "a handler that logs what it caught": START
    + "def f(p):\n    try:\n        1 / 0\n    except ZeroDivisionError:\n"
    + "        logging.getLogger('x').exception('no')\n"
    + "def register():\n    signals.finalized.connect(f)\n",
    "a generator that cannot be made": START
    + "class G:\n    def __init__(self, **k):\n        raise ValueError('no')\n"
    + "def f(p):\n    return G\ndef register():\n    signals.get_generators.connect(f)\n",
    "a generator that cannot write": START
    + "from pelican.generators import Generator\nclass G(Generator):\n"
    + "    def generate_output(self, writer):\n        raise ValueError('no')\n"
    + "def f(p):\n    return G\ndef register():\n    signals.get_generators.connect(f)\n",
    "a writer that cannot be had": START
    + "def f(p):\n    raise ValueError('no')\ndef register():\n    signals.get_writer.connect(f)\n",
}


def folder(place: Path, *names: str) -> Path:
    return write(
        place,
        {
            "site.toml": site(*names),
            "products/membership.md": product("membership", "[paid]"),
            "posts/secret.md": post(
                f"The teaser.\n\n<!-- paywall -->\n\n{SECRET}", title="Secret", access="paid"
            ),
        },
    )


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("good")
    assert engine(folder(place / "content"), place / "out").ok
    return place / "out"


def broken(good: Path, place: Path, code: str) -> tuple[Path, Path]:
    """Return an output with a good generation, and content that names a broken plugin."""
    content, output = folder(place / "content"), place / "out"
    shutil.copytree(good, output, symlinks=True)
    write(place / "mine", {"broken_plugin.py": code})
    folder(content, "broken_plugin")
    return content, output


@pytest.mark.parametrize("name", BROKEN)
def test_the_build_fails_and_the_last_good_generation_stays(good, tmp_path, name):
    content, output = broken(good, tmp_path, BROKEN[name])
    before = generation(output)
    ran = engine(content, output, paths=(tmp_path / "mine",))
    assert ran.code == 0
    assert not ran.ok
    assert ran.errors
    assert "Traceback" not in ran.err
    assert generation(output) == before


@pytest.mark.parametrize(
    "name", [name for number, name in enumerate(BROKEN) if number % 2 or "leaves" in name]
)
def test_plain_pelican_fails_too(good, tmp_path, name):
    content, output = broken(good, tmp_path, BROKEN[name])
    before = generation(output)
    ran = pelican(content, output, paths=(tmp_path / "mine",))
    assert ran.code == 1, ran.out + ran.err
    assert "error: " in ran.err
    assert generation(output) == before


def test_the_command_says_what_is_wrong_and_that_the_last_site_stays(good, tmp_path):
    content, output = broken(good, tmp_path, BROKEN["a register that raises"])
    ran = inkstead(content, output, paths=(tmp_path / "mine",))
    assert ran.code == 1
    assert "site.toml" in ran.err
    assert "broken_plugin" in ran.err
    assert "the last good site stays as it was" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("build", [inkstead, pelican])
def test_without_a_good_generation_there_is_none(tmp_path, build):
    content = folder(tmp_path / "content", "broken_plugin")
    write(tmp_path / "mine", {"broken_plugin.py": BROKEN["a handler that raises"]})
    assert build(content, tmp_path / "out", paths=(tmp_path / "mine",)).code == 1
    assert generation(tmp_path / "out") == {}
    assert not (tmp_path / "out/public").exists()


def test_a_plugin_that_raises_premium_words_does_not_get_them_said(good, tmp_path):
    code = (
        "from pathlib import Path\nfrom pelican import signals\n"
        "def f(p):\n    raise ValueError((Path(p.path) / 'posts/secret.md').read_text())\n"
        "def register():\n    signals.finalized.connect(f)\n"
    )
    content, output = broken(good, tmp_path, code)
    for ran in (
        engine(content, output, paths=(tmp_path / "mine",)),
        pelican(content, output, paths=(tmp_path / "mine",)),
    ):
        assert "lanterns were lowered" not in ran.out + ran.err
        assert "ValueError" in ran.out + ran.err


def test_a_plugin_that_is_fine_is_no_error(good, tmp_path):
    """The test of the test."""
    content, output = broken(good, tmp_path, "def register():\n    pass\n")
    assert engine(content, output, paths=(tmp_path / "mine",)).ok
    assert pelican(content, output, paths=(tmp_path / "mine",)).code == 0
