"""`build` and `check` with a build process that answers as told: what is printed, and the codes."""

import json
import sys
from pathlib import Path

import pytest

from publish import build
from publish.cli import main

STANDIN = Path(__file__).parents[1] / "standin.py"


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    """Return a function that runs a command in this process: code, stdout, stderr."""
    (tmp_path / "site.toml").write_text('time_zone = "Asia/Shanghai"')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INKSTEAD_LANG", "en")
    monkeypatch.setenv("PYTHONPATH", "")

    def run(mode, *arguments):
        monkeypatch.setattr(build, "ENGINE", (sys.executable, str(STANDIN), mode))
        code = main(arguments)
        told = capfd.readouterr()
        return code, told.out, told.err

    return run


def test_a_good_build_sums_up_on_its_last_line(run):
    assert run("works", "build") == (
        0,
        "built 2 posts, 1 page, 0 products in 0.2 s: output (2 drafts, 1 scheduled, 1 warning)\n",
        "posts/b.md:2: warning: a warning\n",
    )


def test_a_failed_build_names_errors_first_and_returns_1(run):
    code, out, err = run("fails", "build")
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        'posts/a.md:4: price "12" has no currency (write "12 CNY")',
        "warning: three posts have no date",
        "not built: 1 error (1 warning)",
    ]


def test_a_dead_build_process_is_a_failure_with_its_last_words(run):
    code, out, err = run("dies", "build", "--quiet")
    assert (code, out) == (1, "")
    assert err.splitlines()[:2] == [
        "the build process ended before its work was done (exit code 7)",
        "  Traceback: it was the butler",
    ]


def test_quiet_says_nothing_when_all_is_well(run):
    assert run("works", "build", "--quiet") == (0, "", "")
    assert run("works", "check", "--quiet") == (0, "", "")


@pytest.mark.parametrize(("mode", "code"), [("works", 0), ("fails", 1), ("dies", 1)])
@pytest.mark.parametrize("command", ["build", "check"])
def test_json_is_one_object_and_nothing_else(run, command, mode, code):
    got, out, err = run(mode, command, "--json")
    assert (got, err) == (code, "")
    found = json.loads(out)
    assert found["ok"] is (code == 0)
    assert {each["level"] for each in found["problems"]} <= {"error", "warning"}


def test_check_lists_what_waits_with_local_times(run):
    code, out, err = run("works", "check")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "posts/b.md:2: warning: a warning",
        "drafts:",
        "  posts/d.md          草稿一篇",
        "  posts/long-name.md  Draft",
        "scheduled (Asia/Shanghai):",
        "  2026-12-01 09:00  posts/c.md  Later",
        "no errors in 2 posts, 1 page, 0 products (1 warning)",
    ]


def test_check_returns_1_on_errors(run):
    code, out, _ = run("fails", "check")
    assert code == 1
    assert out.splitlines()[-1] == "1 error (1 warning)"


def test_strict_makes_warnings_count(run):
    code, out, _ = run("works", "check", "--strict")
    assert code == 1
    assert out.splitlines()[0] == "posts/b.md:2: a warning"
    assert out.splitlines()[-1] == "1 error"
    found = json.loads(run("works", "check", "--strict", "--json")[1])
    assert (found["ok"], found["errors"], found["warnings"]) == (False, 1, 0)
    assert found["problems"][0]["level"] == "error"


def test_the_request_says_what_was_asked(run, monkeypatch):
    """The time is meant in the site's zone; folders are absolute; the language is passed on."""
    asked = []
    real = build.encode_request
    monkeypatch.setattr(build, "encode_request", lambda r: asked.append(r) or real(r))
    run("works", "check", "--at", "2026-12-24", "--output", "out", "--lang", "zh")
    assert asked[0].at == "2026-12-23T16:00:00Z"
    assert asked[0].output == str(Path.cwd() / "out")
    assert (asked[0].content, asked[0].do, asked[0].lang) == (str(Path.cwd()), "check", "zh")
    assert not asked[0].drafts


def test_a_bar_on_a_terminal_never_reaches_stdout(run, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert json.loads(run("works", "build", "--json")[1])["ok"]
