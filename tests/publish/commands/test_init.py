"""`inkstead init`, asked and unasked."""

import json
import os
import pty
import subprocess
import tomllib

import pytest

from publish.commands import init
from tests.publish.commands.running import COMMAND, environment, inkstead


def test_with_yes_nothing_is_asked(tmp_path):
    ran = inkstead("init", "my site", "--yes", "--title", 'A "B" \\ C', cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    settings = tomllib.loads((tmp_path / "my site" / "site.toml").read_text())
    assert settings["title"] == 'A "B" \\ C'
    assert settings["languages"] == ["en"]
    assert "  cd 'my site'\n" in ran.out


def test_a_chinese_creator_gets_a_chinese_site(tmp_path):
    assert inkstead("init", "s", "--yes", "--lang", "zh", cwd=tmp_path).code == 0
    text = (tmp_path / "s" / "site.toml").read_text()
    assert "# 关于网站的一切都在这里" in text
    assert tomllib.loads(text)["languages"] == ["zh-Hans"]
    assert (tmp_path / "s" / "pages" / "refund.md").read_text().count("退款")


def test_without_a_terminal_it_does_not_guess(tmp_path):
    ran = inkstead("init", "s", cwd=tmp_path)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert not (tmp_path / "s").exists()


def test_a_folder_that_is_not_empty_is_refused_first(tmp_path):
    (tmp_path / "thesis.doc").write_text("ten years")
    ran = inkstead("init", ".", "--yes", cwd=tmp_path)
    assert ran.code == 2
    assert "thesis.doc" in ran.err
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.doc"]


def test_twice_is_refused_and_changes_nothing(tmp_path):
    inkstead("init", "s", "--yes", cwd=tmp_path)
    (tmp_path / "s" / "site.toml").write_text("mine")
    assert inkstead("init", "s", "--yes", cwd=tmp_path).code == 2
    assert (tmp_path / "s" / "site.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("option", "value"), [("--languages", "fr"), ("--url", "example"), ("--time-zone", "Mars")]
)
def test_an_answer_that_cannot_be_is_refused_before_anything_is_written(tmp_path, option, value):
    ran = inkstead("init", "s", "--yes", option, value, cwd=tmp_path)
    assert ran.code == 2
    assert f'"{value}"' in ran.err
    assert not (tmp_path / "s").exists()


def test_json_names_the_files(tmp_path):
    ran = inkstead("init", "s", "--yes", "--json", cwd=tmp_path)
    found = json.loads(ran.out)
    assert found["folder"] == str(tmp_path / "s")
    assert "site.toml" in found["files"]


def test_on_a_terminal_it_asks_again_until_an_answer_can_be(tmp_path):
    """Title, description, languages (twice), author, address, time zone."""
    ours, theirs = pty.openpty()
    answers = ["自留地", "", "fr", "zh-Hans,en", "林墨", "https://a.example", "Asia/Shanghai"]
    os.write(ours, ("\n".join(answers) + "\n").encode())
    done = subprocess.run(
        [*COMMAND, "init", "s"],
        cwd=tmp_path,
        env=environment(),
        stdin=theirs,
        capture_output=True,
        timeout=60,
        check=False,
    )
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0, done.stderr.decode()
    settings = tomllib.loads((tmp_path / "s" / "site.toml").read_text())
    assert settings["title"] == "自留地"
    assert settings["languages"] == ["zh-Hans", "en"]
    assert settings["url"] == "https://a.example"
    assert b'languages "fr"' in done.stderr
    assert b"Name of the site" in done.stderr
    assert b"Name of the site" not in done.stdout


def test_every_question_that_is_checked_has_an_option():
    from publish.contract.catalogue import speak

    options = {each.name for each in init.command(speak("en")).params}
    assert set(init._CHECKS) <= options
