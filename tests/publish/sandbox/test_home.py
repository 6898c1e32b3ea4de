"""Where one sandbox keeps its files."""

import threading

import pytest

from publish.sandbox.home import Home


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path):
    home = Home(tmp_path / "sandbox")
    assert home.ring() == home.ring() == Home(tmp_path / "sandbox").ring()
    assert home.webhook_secret() == home.webhook_secret()
    assert home.webhook_secret().removeprefix("whsec_") not in home.ring().secrets
    kept = [*home.folder.iterdir()]
    assert {each.name for each in kept} == {"signing.key", "webhook.key"}
    assert {each.stat().st_mode & 0o777 for each in kept} == {0o600}


def test_commands_learn_where_the_preview_was_shown_last(tmp_path):
    home = Home(tmp_path / "sandbox")
    assert home.origin == "http://127.0.0.1:8000"
    home.show_at("http://127.0.0.1:8431")
    assert Home(tmp_path / "sandbox").origin == "http://127.0.0.1:8431"


def test_two_sandboxes_have_secrets_of_their_own(tmp_path):
    assert Home(tmp_path / "a").ring() != Home(tmp_path / "b").ring()


def test_who_starts_at_once_gets_one_secret(tmp_path):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(Home(tmp_path).ring())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("name", ["service", "test_service", "stripe", "mails"])
def test_everything_lies_in_the_one_folder(tmp_path, name):
    assert getattr(Home(tmp_path), name).parent == tmp_path
