"""The command as a whole, in a process of its own."""

import sys

import pytest

from publish import place
from tests.publish.commands.running import inkstead


def test_the_version_is_told(tmp_path):
    ran = inkstead("--version", cwd=tmp_path)
    assert (ran.code, ran.out) == (0, f"inkstead {place.version()}\n")


def test_without_a_command_there_is_help_and_code_2(tmp_path):
    ran = inkstead(cwd=tmp_path)
    assert ran.code == 2
    assert "Usage: inkstead" in ran.err


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        (("--lang", "zh", "build", "--help"), {}),
        (("build", "--help", "--lang=zh"), {}),
        (("build", "--help"), {"LANG": "zh_CN.UTF-8"}),
        (("build", "--help"), {"INKSTEAD_LANG": "zh"}),
    ],
)
def test_help_is_chinese_when_asked_for(tmp_path, arguments, environ):
    ran = inkstead(*arguments, cwd=tmp_path, **environ)
    assert ran.code == 0
    assert ran.out.startswith("用法： inkstead build")
    assert "生成整个网站" in ran.out


def test_the_flag_wins_over_the_machine(tmp_path):
    ran = inkstead("build", "--help", "--lang", "en", cwd=tmp_path, LANG="zh_CN.UTF-8")
    assert ran.out.startswith("Usage: inkstead build")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("biuld",), "No such command 'biuld'"),
        (("build", "--contnet", "x"), "No such option '--contnet'"),
        (("build", "extra"), "unexpected extra argument (extra)"),
        (("serve", "--port", "70000"), "70000 is not in the range"),
        (("--lang", "fr", "build"), '--lang "fr" is no language'),
        (("build",), "inkstead init my-site"),
        (("build", "--content", "nowhere"), '--content "nowhere" is no folder'),
        (("check", "--content", ".", "--at", "soon"), '--at "soon" is no date or time'),
        (("build", "--content", ".", "--output", "."), "holds the content itself"),
        (("new",), "Missing argument"),
    ],
)
def test_wrong_usage_is_code_2_on_stderr(tmp_path, arguments, said):
    ran = inkstead(*arguments, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_errors_come_in_chinese(tmp_path):
    ran = inkstead("build", "--lang", "zh", cwd=tmp_path)
    assert "里都没有 site.toml" in ran.err


def test_a_terminal_that_cannot_write_chinese_gets_escapes(tmp_path):
    """click helps ascii terminals itself, others not."""
    ran = inkstead("--help", "--lang", "zh", cwd=tmp_path, PYTHONIOENCODING="latin-1")
    assert ran.code == 0
    assert r"\u7528\u6cd5" in ran.out


def test_only_the_command_that_was_asked_for_is_loaded(tmp_path):
    """Help of everything must not cost the imports of everything."""
    script = (
        "import sys\n"
        "from publish.cli import main\n"
        "main(['--help'])\n"
        "late = ('publish.commands.', 'rich', 'watch')\n"
        "loaded = [name for name in sys.modules if name.startswith(late)]\n"
        "assert loaded == [], loaded\n"
    )
    import subprocess

    from tests.publish.commands.running import environment

    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
