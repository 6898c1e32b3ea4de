"""`inkstead doctor` on a machine where nothing is set up: each line says the next step."""

import re

import pytest

from tests.publish.commands.running import inkstead

TOML = 'url = "https://ground.test"\n'
NOBODY = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "site.toml").write_text(TOML)
    return tmp_path


def test_without_a_word_on_publishing_it_says_what_to_write(folder):
    ran = inkstead("doctor", cwd=folder, **NOBODY)
    assert (ran.code, ran.err) == (1, "")
    assert re.search(r"^wrong +site.toml +there is no table \[publish\]", ran.out, re.M)
    assert "run: inkstead build" in ran.out
    assert ran.out.splitlines()[-1] == "1 is wrong, 1 to look at"


def test_without_credentials_and_network_nothing_stops_and_nothing_is_asked_twice(folder):
    (folder / "site.toml").write_text(f'{TOML}[publish]\nregion = "eu-central-1"\n')
    ran = inkstead("doctor", cwd=folder, **NOBODY)
    assert (ran.code, ran.err) == (1, "")
    assert re.search(r"^wrong +clock ", ran.out, re.M)
    assert ran.out.count("aws configure sso") == 1
    assert re.search(r"^not asked +the rest ", ran.out, re.M)


def test_outside_a_site_it_is_wrong_usage(tmp_path):
    assert inkstead("doctor", cwd=tmp_path, **NOBODY).code == 2
