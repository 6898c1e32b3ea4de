"""What a command works on: the sandbox, Stripe's test mode, or the real site, never by accident."""

import re
from zoneinfo import ZoneInfo

import pytest

from publish import folders
from publish.contract.catalogue import speak
from publish.operating.opening import opened
from publish.operating.real import Unset
from publish.paywall.ports import Mail
from publish.sandbox.home import Home
from publish.sandbox.state import State
from publish.trouble import Failure, WrongUsage
from tests.publish.paywall.generation import make_generation

UTC = ZoneInfo("UTC")
LIVE = {
    "INKSTEAD_ORIGIN": "https://own.example",
    "INKSTEAD_MAIL": "ses:",
    "INKSTEAD_KEYS": "a key for the tests that is long enough to sign",
}


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


def live(site, **more):
    places = {
        "INKSTEAD_STORE": f"sqlite:{site}/live.sqlite",
        "INKSTEAD_BODIES": f"folder:{site}/output",
    }
    return {**LIVE, **places, **more}


def test_without_a_word_it_is_the_sandbox_of_the_preview(site):
    with opened(site, UTC, False, environ={}) as desk:
        assert (desk.account, desk.mode) == ("sandbox", "sandbox")
        assert desk.world.store.name == f"sqlite:{site}/.inkstead/sandbox/service.sqlite"
        assert desk.world.payments is None


def test_its_clock_is_the_one_that_the_panel_moves(site):
    with opened(site, UTC, False, environ={}) as desk:
        before = desk.now
        with State(Home(folders.sandbox_state(site)).stripe).change() as books:
            books.move(86400)
        assert 86390 < (desk.now - before).total_seconds() < 86500


def test_links_of_the_sandbox_lead_to_where_the_preview_was_shown(site):
    Home(folders.sandbox_state(site)).show_at("http://127.0.0.1:8431")
    with opened(site, UTC, False, environ={}) as desk:
        assert desk.world.origin == "http://127.0.0.1:8431"


def test_with_payments_it_speaks_to_the_sandbox_over_http(site):
    with opened(site, UTC, False, payments=True, environ={}) as desk:
        assert desk.stripe().account()["id"] == "acct_sandbox0000000"
        assert desk.world.payments.mode == "sandbox"


def test_a_test_key_works_on_a_store_of_its_own(site):
    with opened(site, UTC, False, environ={"STRIPE_SECRET_KEY": "sk_test_of_mine"}) as desk:
        assert (desk.mode, desk.account) == ("test", "Stripe …mine")
        assert desk.world.store.name.endswith("/test.sqlite")


@pytest.mark.parametrize("key", ["sk_live_123456", "rk_live_123456"])
def test_a_live_key_needs_live(site, key):
    with (
        pytest.raises(WrongUsage, match="--live"),
        opened(site, UTC, False, environ={"STRIPE_SECRET_KEY": key}),
    ):
        pass


def test_live_takes_everything_from_the_environment(site):
    with opened(site, UTC, True, environ=live(site)) as desk:
        assert (desk.account, desk.mode) == ("–", "live")
        assert desk.world.origin == "https://own.example"
        assert desk.generation == folders.default_output(site)
        with pytest.raises(Failure, match="STRIPE_SECRET_KEY"):
            desk.stripe()


def test_live_needs_no_webhook_secret_because_commands_receive_none(site):
    environ = live(site, STRIPE_SECRET_KEY="sk_live_of_mine")
    with opened(site, UTC, True, environ=environ) as desk:
        assert (desk.account, desk.mode) == ("Stripe …mine", "live")


def test_everything_that_is_missing_is_said_at_once_and_in_chinese(site):
    with pytest.raises(Unset) as caught, opened(site, UTC, True, environ={}):
        pass
    said = caught.value.say(speak("zh"))
    named = ("INKSTEAD_ORIGIN", "INKSTEAD_STORE", "INKSTEAD_BODIES", "INKSTEAD_KEYS")
    assert all(name in said for name in named)
    assert re.search("请在环境变量里设好", said)


def test_a_sandbox_key_goes_nowhere_real(site):
    environ = live(site, STRIPE_SECRET_KEY="sk_test_sandbox")
    with (
        pytest.raises(WrongUsage),
        opened(site, UTC, True, payments=True, environ=environ),
    ):
        pass


def test_the_manifest_is_the_previews_and_broken_ones_say_what_to_run(site):
    folder = make_generation(folders.preview_output(site))
    with opened(site, UTC, False, environ={}) as desk:
        assert "membership" in desk.manifest.products
    (folder / "manifest.json").write_text('{"version": 1}')
    with (
        opened(site, UTC, False, environ={}) as desk,
        pytest.raises(Failure, match="inkstead serve"),
    ):
        _ = desk.manifest


def test_mails_of_the_sandbox_lie_where_the_preview_shows_them(site):
    with opened(site, UTC, False, environ={}) as desk:
        desk.mailer().send(Mail("ID", "a@example.test", "s", "t", "t", ""))
        assert desk.mailer().repeatable
    assert [path.name for path in Home(folders.sandbox_state(site)).mails.iterdir()] == ["ID.eml"]


def test_mails_of_the_real_site_go_where_its_settings_say(site, tmp_path):
    environ = live(site, INKSTEAD_MAIL=f"outbox:{tmp_path}/mails")
    with opened(site, UTC, True, environ=environ) as desk:
        desk.mailer().send(Mail("ID", "a@example.test", "s", "t", "t", "b@example.test"))
    assert (tmp_path / "mails" / "ID.eml").exists()
