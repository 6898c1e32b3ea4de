"""Settings: everything that is wrong is told at once, and no secret is ever told."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish.paywall.roots import settings
from publish.paywall.roots.settings import Settings, SettingsError
from tests.publish.paywall.roots.environ import local_environ

GOOD = {
    "INKSTEAD_ORIGIN": "https://example.com",
    "INKSTEAD_STORE": "dynamodb:paywall",
    "INKSTEAD_BODIES": "s3://private/releases",
    "INKSTEAD_MAIL": "ses:",
    "INKSTEAD_KEYS": f"{'a' * 32}, {'b' * 32}",
    "INKSTEAD_ORIGIN_SECRET": f"{'c' * 32},{'d' * 32}",
    "INKSTEAD_PROXIES": "1",
    "STRIPE_SECRET_KEY": "sk_live_0123456789",
    "STRIPE_WEBHOOK_SECRETS": "whsec_0123456789abcdef,whsec_fedcba9876543210",
}


def told(**environ: str) -> list[str]:
    """Return what is wrong with an environment that differs from the good one by this."""
    with pytest.raises(SettingsError) as caught:
        settings.read({**GOOD, **environ})
    return [str(problem) for problem in caught.value.problems]


def test_everything_that_is_set_is_read() -> None:
    assert settings.read(GOOD) == Settings(
        origin="https://example.com",
        store="dynamodb:paywall",
        bodies="s3://private/releases",
        mail="ses:",
        keys=("a" * 32, "b" * 32),
        origin_secrets=("c" * 32, "d" * 32),
        proxies=1,
        stripe_key="sk_live_0123456789",
        webhook_secrets=("whsec_0123456789abcdef", "whsec_fedcba9876543210"),
    )


def test_a_site_without_stripe_takes_codes_only(tmp_path: Path) -> None:
    found = settings.read(local_environ(tmp_path))
    assert (found.stripe_key, found.webhook_secrets) == ("", ())


def test_all_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        settings.read({})
    names = [problem.values["name"] for problem in caught.value.problems]
    assert names == [
        "INKSTEAD_ORIGIN", "INKSTEAD_STORE", "INKSTEAD_BODIES", "INKSTEAD_MAIL", "INKSTEAD_KEYS",
    ]  # fmt: skip
    assert str(caught.value).count("\n") == len(names) - 1


@pytest.mark.parametrize(
    "keys", ["", ",", " , ", "short", f"{'a' * 31}", f"{'a' * 32},short", f"short,{'a' * 32}"]
)
def test_keys_that_are_missing_or_short_are_refused(keys: str) -> None:
    (problem,) = told(INKSTEAD_KEYS=keys)
    assert problem.startswith("INKSTEAD_KEYS: ")
    assert "secrets.token_urlsafe" in problem
    assert "short" not in problem.replace("shorter", "")


@pytest.mark.parametrize("secrets", ["", ",", "whsec_", "whsec_0123456789abcdef,whsec_"])
def test_stripe_without_a_webhook_secret_is_refused(secrets: str) -> None:
    (problem,) = told(STRIPE_WEBHOOK_SECRETS=secrets)
    assert problem.startswith("STRIPE_WEBHOOK_SECRETS: ")


def test_a_webhook_secret_without_stripe_is_a_slip() -> None:
    (problem,) = told(STRIPE_SECRET_KEY="")
    assert problem.startswith("STRIPE_SECRET_KEY: ")


@pytest.mark.parametrize(
    "api", ["https://stripe.example", "http://192.0.2.1:8000", "http://localhost.evil.example"]
)
def test_a_sandbox_elsewhere_is_refused(api: str) -> None:
    (problem,) = told(STRIPE_API=api)
    assert problem.startswith(f'STRIPE_API: "{api}"')


@pytest.mark.parametrize(
    "api", ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:8000"]
)
def test_a_sandbox_on_this_machine_is_taken(api: str) -> None:
    assert settings.read({**GOOD, "STRIPE_API": api}).stripe_api == api


@pytest.mark.parametrize(
    "origin",
    ["example.com", "http://example.com", "https://example.com/blog", "https://a@b.example",
     "https://example.com?x", "https://[", "javascript:alert(1)"],
)  # fmt: skip
def test_an_origin_is_a_host_with_tls(origin: str) -> None:
    (problem,) = told(INKSTEAD_ORIGIN=origin)
    assert problem.startswith(f'INKSTEAD_ORIGIN: "{origin}"')


@pytest.mark.parametrize("name", ["INKSTEAD_ORIGIN", "INKSTEAD_MAIL", "INKSTEAD_STORE"])
def test_what_is_not_set_is_told_as_that(name: str) -> None:
    (problem,) = told(**{name: ""})
    assert problem.startswith(f"{name}: not set (write ")


@pytest.mark.parametrize(
    ("origin", "sent"),
    [
        ("https://例子.example/", "https://xn--fsqu00a.example"),
        ("https://例子.example:8443", "https://xn--fsqu00a.example:8443"),
    ],
)
def test_an_origin_is_what_browsers_send_and_headers_of_mails_can_hold(
    origin: str, sent: str
) -> None:
    assert settings.read({**GOOD, "INKSTEAD_ORIGIN": origin}).origin == sent


@pytest.mark.parametrize("origin", ["https://example.com/", "http://127.0.0.1:8000"])
def test_an_origin_may_end_in_a_slash_or_be_this_machine(origin: str) -> None:
    assert settings.read({**GOOD, "INKSTEAD_ORIGIN": origin}).origin == origin.rstrip("/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INKSTEAD_STORE", "sqlite:"),
        ("INKSTEAD_STORE", "postgres:x"),
        ("INKSTEAD_BODIES", "s3://"),
        ("INKSTEAD_BODIES", "/var/site"),
        ("INKSTEAD_MAIL", "smtp:host"),
        ("INKSTEAD_MAIL", "ses:no/set"),
        ("INKSTEAD_PROXIES", "one"),
        ("INKSTEAD_PROXIES", "-1"),
    ],
)
def test_a_value_that_names_nothing_is_told_with_its_name(name: str, value: str) -> None:
    (problem,) = told(**{name: value})
    assert problem.startswith(f'{name}: "{value}"')


def test_no_secret_is_ever_told() -> None:
    secrets = {
        "INKSTEAD_KEYS": "very-secret",
        "INKSTEAD_ORIGIN_SECRET": "very-secret",
        "STRIPE_WEBHOOK_SECRETS": "very-secret",
        "INKSTEAD_MAIL": "smpt://me:very-secret@host",
    }
    assert len(told(**secrets)) == 4
    assert "very-secret" not in "".join(told(**secrets))
    good = {**GOOD, "INKSTEAD_KEYS": "very-secret" * 4, "STRIPE_SECRET_KEY": "very-secret"}
    assert "very-secret" not in repr(settings.read(good))


class Parameters:
    """A parameter store that remembers how often it was asked."""

    def __init__(self, **known: str) -> None:
        self.known, self.asked = known, []

    def __call__(self, names):
        self.asked.append(list(names))
        return {f"/{name}": value for name, value in self.known.items() if f"/{name}" in names}


def test_secrets_may_lie_in_the_parameter_store_and_are_asked_for_once() -> None:
    fetch = Parameters(keys=f"{'k' * 32},{'l' * 32}", stripe="sk_live_x")
    environ = {**GOOD, "INKSTEAD_KEYS": "ssm:/keys", "STRIPE_SECRET_KEY": "ssm:/stripe"}
    found = settings.read(environ, fetch)
    assert found.keys == ("k" * 32, "l" * 32)
    assert found.stripe_key == "sk_live_x"
    assert fetch.asked == [["/keys", "/stripe"]]


def test_a_parameter_that_is_not_there_is_told_with_the_rest() -> None:
    environ = {**GOOD, "INKSTEAD_KEYS": "ssm:/keys", "INKSTEAD_STORE": ""}
    with pytest.raises(SettingsError) as caught:
        settings.read(environ, Parameters())
    first, second = map(str, caught.value.problems)
    assert first.startswith('INKSTEAD_KEYS: there is no parameter "/keys"')
    assert second.startswith("INKSTEAD_STORE: ")


def test_stripes_parameters_need_not_be_there() -> None:
    """The stack names them all, and a site that takes codes only never writes them."""
    of_stripe = {
        name: f"ssm:/site/{name}" for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRETS")
    }
    found = settings.read({**GOOD, **of_stripe}, Parameters())
    assert (found.stripe_key, found.webhook_secrets) == ("", ())
    with pytest.raises(SettingsError) as caught:
        settings.read({**GOOD, **of_stripe, "INKSTEAD_ORIGIN_SECRET": "ssm:/o"}, Parameters())
    (problem,) = caught.value.problems
    assert str(problem).startswith('INKSTEAD_ORIGIN_SECRET: there is no parameter "/o"')


def test_without_parameters_nothing_is_fetched() -> None:
    fetch = Parameters()
    settings.read(GOOD, fetch)
    assert fetch.asked == []
