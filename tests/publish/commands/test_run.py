"""`inkstead run`: what it says first, what it refuses, and that it serves and ends."""

from __future__ import annotations

import dataclasses
import json
import signal
from pathlib import Path

import pytest

from tests.publish.commands.running import Ran, inkstead, new_site
from tests.publish.commands.shop import Shop
from tests.publish.serving.one_server import OneServer, one_server


@pytest.fixture
def site(tmp_path: Path):
    with one_server(tmp_path / "site") as site:
        yield site


def refused(site: OneServer, *arguments: str, **environ: str) -> Ran:
    """Run it in this process, where it cannot start: the test itself has the port."""
    told = {**site.environ, **environ}
    ran = Shop(site.folder).run("run", "--port", str(site.port), *arguments, **told)
    assert ran.out == ""
    assert not site.store.exists()
    return ran


def change_manifest(site: OneServer, **values: object) -> None:
    path = site.folder / "output" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_the_first_line_names_account_mode_and_store(site):
    site.start()
    assert site.reader().get("/").status == 200
    code, said = site.end()
    assert said.splitlines() == [
        "– · live · sqlite store/paywall.sqlite",
        f"{site.origin} from output, at http://127.0.0.1:{site.port}",
        "codes only: there is no STRIPE_SECRET_KEY",
    ]
    assert code == 0


@pytest.mark.parametrize(
    ("environ", "first"),
    [
        ({"STRIPE_SECRET_KEY": "sk_live_0123456789abcdef"}, "Stripe …cdef · live · "),
        ({"STRIPE_SECRET_KEY": "sk_test_0123456789abcdef"}, "Stripe …cdef · test · "),
    ],
)
def test_it_never_shows_a_secret(site, environ, first):
    site.start(**environ, STRIPE_WEBHOOK_SECRETS="whsec_0123456789abcdef")
    assert site.reader().get("/api/sign-in").status == 200
    _, said = site.end()
    assert said.startswith(first)
    for secret in (*environ.values(), "whsec_", site.environ["INKSTEAD_KEYS"]):
        assert secret not in said


def test_site_and_service_are_one(site):
    site.start("--output", "output")
    reader = site.reader()
    home, account = reader.get("/"), reader.get("/api/sign-in")
    assert (home.status, account.status) == (200, 200)
    policies = [dict(each.headers)["Content-Security-Policy"] for each in (home, account)]
    assert policies[0] == policies[1]
    assert "upgrade-insecure-requests" not in policies[0]
    assert (site.store.stat().st_mode & 0o777) == 0o600


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGHUP, 0)])
def test_other_signals_end_it_too(site, number, code):
    site.start()
    assert site.reader().get("/").status == 200
    ended, said = site.end(number)
    assert (ended, "Traceback" in said) == (code, False)


def test_what_is_built_while_it_runs_is_served_at_once(tmp_path, site):
    folder = new_site(tmp_path / "fresh", "--url", "https://example.com", "--languages", "en")
    assert inkstead("build", cwd=folder).code == 0
    fresh = dataclasses.replace(site, folder=folder)
    fresh.environ = {**site.environ, "INKSTEAD_ORIGIN": "https://example.com"}
    fresh.start()
    try:
        page = folder / "pages" / "about.md"
        assert b"a line of today" not in fresh.reader().get("/about/").body
        page.write_text(page.read_text("utf-8") + "\na line of today\n", "utf-8")
        assert inkstead("build", cwd=folder).code == 0
        assert b"a line of today" in fresh.reader().get("/about/").body
        told = dict(fresh.reader().get("/").headers)
        assert told["Strict-Transport-Security"].startswith("max-age=")
    finally:
        code, said = fresh.end()
    assert code == 0, said


def test_what_the_creator_allows_in_frames_is_allowed(site):
    toml = site.folder / "site.toml"
    toml.write_text(
        toml.read_text()
        + '[publish]\nregion = "ap-northeast-1"\nembeds = ["https://player.example.com"]\n'
    )
    site.start()
    policy = dict(site.reader().get("/").headers)["Content-Security-Policy"]
    assert "frame-src https://player.example.com" in policy


def test_a_site_that_was_not_built_is_refused(tmp_path):
    folder = new_site(tmp_path / "fresh")
    ran = inkstead("run", cwd=folder)
    assert (ran.code, ran.err) == (1, "the site was not built yet (run: inkstead build)\n")
    assert not (folder / "store").exists()


def test_a_preview_is_never_for_readers(site):
    change_manifest(site, preview=True)
    ran = refused(site)
    assert ran.code == 2
    assert "is a preview, with drafts in it (run inkstead build, or " in ran.err


def test_a_build_of_another_version_is_refused(site):
    change_manifest(site, version=1)
    ran = refused(site)
    assert ran.code == 1
    assert "is of another version (run again: inkstead build)" in ran.err


def test_an_address_that_is_not_the_sites_is_refused(site):
    ran = refused(site, INKSTEAD_ORIGIN="https://elsewhere.example")
    assert ran.code == 2
    assert ran.err == (
        'INKSTEAD_ORIGIN "https://elsewhere.example" is not the address that the site was built'
        f' for, "{site.origin}" (correct it, or url in site.toml and build again)\n'
    )


def test_missing_settings_are_said_all_at_once(site):
    ran = refused(site, INKSTEAD_KEYS="", INKSTEAD_MAIL="", STRIPE_SECRET_KEY="sk_live_x")
    assert ran.code == 2
    for name in ("INKSTEAD_KEYS", "INKSTEAD_MAIL", "STRIPE_WEBHOOK_SECRETS"):
        assert f"{name}: " in ran.err
    assert "INKSTEAD_STORE" not in ran.err


def test_bodies_that_are_no_folder_are_refused(site):
    ran = refused(site, INKSTEAD_BODIES="s3://bucket/site")
    assert ran.code == 2
    assert 'INKSTEAD_BODIES "s3://bucket/site" is no folder' in ran.err


def test_the_output_may_stand_in_the_environment(site):
    (site.folder / "output").rename(site.folder.parent / "elsewhere")
    site.start(INKSTEAD_BODIES=f"folder:{site.folder.parent / 'elsewhere'}")
    assert site.reader().get("/").status == 200


def test_a_taken_port_is_refused_with_a_way_out(site):
    ran = refused(site)
    assert ran.code == 1
    assert f"port {site.port} is not free for us: address already in use (" in ran.err
    assert f"inkstead run --port {site.port + 1}" in ran.err


def test_a_store_that_cannot_be_opened_is_said_in_a_sentence(site):
    (site.folder / "store").write_text("a file in the way")
    ran = Shop(site.folder).run("run", "--port", "0", **site.environ)
    assert ran.code == 1
    assert ran.err.startswith("the store does not answer: sqlite:")
