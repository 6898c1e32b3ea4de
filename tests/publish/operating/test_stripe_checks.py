"""What doctor sees of Stripe: the key, the account, the webhook."""

import re

import pytest

from publish.deploy.secrets import STRIPE_KEY, WEBHOOK_SECRETS
from publish.operating import stripe_checks
from publish.operating.catalogue_sync import EVENTS
from publish.paywall.payments.stripe_desk import Refused
from publish.paywall.ports import PaymentsDown
from tests.publish.deploy.checks.cases import NOW, a_case, standing, told, ways
from tests.publish.deploy.stubs import stubbed

HOOK = {"url": "https://ground.test/api/webhook", "status": "enabled", "enabled_events": [*EVENTS]}
OPEN = {"id": "acct_1", "charges_enabled": True, "business_profile": {"name": "Lin"}}
PREFIX = "/inkstead/my-site/"
LIVE = "sk_live_1"


class Desk:
    def __init__(self, account, *hooks):
        self._account, self._hooks = account, hooks

    def account(self):
        if isinstance(self._account, Exception):
            raise self._account
        return self._account

    def all(self, kind):
        assert kind == "webhook"
        return self._hooks


@pytest.fixture
def clients():
    with stubbed() as made:
        yield made


def found(tmp_path, clients, desk, key=LIVE, secret=True):
    if key:
        told_ = {"Parameter": {"Name": PREFIX + STRIPE_KEY, "Value": key}}
        clients.answer("ssm", "get_parameter", told_)
    else:
        clients.answer("ssm", "get_parameter", "ParameterNotFound")
    if isinstance(getattr(desk, "_account", None), dict):
        listed = [{"Name": PREFIX + WEBHOOK_SECRETS, "LastModifiedDate": NOW}] if secret else []
        if desk._hooks:
            clients.answer("ssm", "describe_parameters", {"Parameters": listed})
    case = standing(a_case(tmp_path, clients, stripe=lambda *_: desk))
    return list(stripe_checks.stripe(case))


def test_an_account_that_takes_payments_and_tells_of_them_is_right(tmp_path, clients):
    assert told(found(tmp_path, clients, Desk(OPEN, HOOK))) == [
        ("ok", '"Lin" takes payments'),
        ("ok", 'Stripe tells "https://ground.test/api/webhook"'),
    ]


def test_without_a_key_a_site_that_sells_is_told_how_to_set_one(tmp_path, clients):
    (tmp_path / "site" / "products").mkdir(parents=True)
    seen = found(tmp_path, clients, None, key="")
    assert [each.level for each in seen] == ["warning"]
    assert ways(seen) == ["run: inkstead secrets set STRIPE_SECRET_KEY"]


def test_a_site_that_sells_nothing_needs_no_key(tmp_path, clients):
    assert [each.level for each in found(tmp_path, clients, None, key="")] == ["ok"]


@pytest.mark.parametrize(
    ("account", "key", "level", "text"),
    [
        (OPEN, "sk_test_1", "warning", "no money moves"),
        ({**OPEN, "charges_enabled": False}, LIVE, "wrong", "does not take payments"),
    ],
)
def test_an_account_that_takes_no_money_is_told(tmp_path, clients, account, key, level, text):
    seen = told(found(tmp_path, clients, Desk(account, HOOK), key))
    assert seen[0][0] == level
    assert text in seen[0][1]


@pytest.mark.parametrize(
    ("cause", "level"),
    [(Refused("no such key"), "wrong"), (PaymentsDown("503"), "unknown"), (ValueError(), "wrong")],
)
def test_a_key_that_stripe_does_not_take_is_told_and_not_repeated(tmp_path, clients, cause, level):
    seen = found(tmp_path, clients, Desk(cause))
    assert [each.level for each in seen] == [level]
    assert LIVE not in repr(seen)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"status": "disabled"}, "is switched off at Stripe"),
        ({"enabled_events": [*EVENTS[1:]]}, f"does not tell .* of everything: {EVENTS[0]}"),
        ({"enabled_events": ["*"]}, ""),
    ],
)
def test_a_webhook_must_be_on_and_hear_of_everything(tmp_path, clients, change, text):
    seen = found(tmp_path, clients, Desk(OPEN, {**HOOK, **change}))
    assert [each.level for each in seen] == ["ok", "wrong" if text else "ok"]
    assert not text or re.search(text, told(seen)[1][1])


def test_a_webhook_of_another_address_is_none(tmp_path, clients):
    other = {**HOOK, "url": "https://old.test/api/webhook"}
    desk = Desk(OPEN, other)
    desk_seen = Desk(OPEN)
    desk_seen.all = desk.all
    seen = found(tmp_path, clients, desk_seen)
    assert told(seen)[1] == ("wrong", 'Stripe does not know "https://ground.test/api/webhook"')
    assert ways(seen)[1] == "run: inkstead products sync --live"


def test_a_webhook_without_its_secret_is_no_use(tmp_path, clients):
    seen = found(tmp_path, clients, Desk(OPEN, HOOK), secret=False)
    assert [each.level for each in seen] == ["ok", "ok", "wrong"]
    assert ways(seen)[2] == "run: inkstead secrets set STRIPE_WEBHOOK_SECRETS"
