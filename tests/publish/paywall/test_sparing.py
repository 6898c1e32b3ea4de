"""How often forms lead to mails: a mailbox is spared in silence, whoever asks too often is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publish.paywall import limits
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import location
from tests.publish.paywall.mailing import MAIL, ask
from tests.publish.paywall.opting_in import hasty, opt_in


@pytest.fixture
def house(tmp_path, generation):
    return hasty(ground.world(tmp_path, generation=generation))


def fill(house, rule, key):
    while limits.count(house.store, rule, key, house.clock()):
        pass


def test_the_limits_are_these():
    rules = {rule.name: (rule.most, rule.window.total_seconds() // 3600) for rule in _RULES}
    assert rules == {
        "opt-in-mailbox-magnet": (3, 1),
        "opt-in-mailbox": (5, 1),
        "opt-in-mailbox-day": (10, 24),
        "opt-in-stamp": (5, 1),
        "opt-in-network": (60, 1),
        "opt-in-magnet": (600, 1),
        "opt-in-overall": (2000, 1),
    }


_RULES = [rule for name, rule in vars(limits).items() if name.startswith("OPT_IN_")]


def test_a_mailbox_is_written_to_three_times_an_hour_for_one_magnet_in_silence(house):
    answers = [opt_in(house, house.browser(network=f"192.0.2.{n}")) for n in range(5)]
    assert {location(answer) for answer in answers} == {"/api/opt-in/sent?magnet=checklist&lang=en"}
    assert len(house.mailbox.to(MAIL)) == 3
    house.clock.move(hours=1)
    opt_in(house)
    assert len(house.mailbox.to(MAIL)) == 4


def test_a_mailbox_is_written_to_five_times_an_hour_whatever_it_is_about(house):
    for magnet in ("checklist", "worksheet", "reading") * 3:
        opt_in(house, magnet=magnet)
    assert len(house.mailbox.to(MAIL)) == 5


def test_a_mailbox_is_written_to_ten_times_a_day(house):
    for _ in range(5):
        for magnet in ("checklist", "worksheet"):
            opt_in(house, magnet=magnet)
            opt_in(house, magnet=magnet)
        house.clock.move(hours=1)
    assert len(house.mailbox.to(MAIL)) == 10


def test_what_an_hour_spared_is_not_taken_off_the_day(house):
    for _ in range(20):
        opt_in(house, house.browser())
    house.clock.move(hours=1)
    for _ in range(3):
        opt_in(house, house.browser())
    assert len(house.mailbox.to(MAIL)) == 6


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ("OPT_IN_BY_NETWORK", "192.0.2.7"),
        ("OPT_IN_BY_MAGNET", "checklist"),
        ("OPT_IN_OVERALL", ""),
    ],
)
def test_too_many_from_one_network_for_one_magnet_or_overall_are_told(
    house, monkeypatch, rule, key
):
    monkeypatch.setattr(limits, rule, replace(getattr(limits, rule), most=3))
    fill(house, getattr(limits, rule), key)
    assert opt_in(house).status == 429
    assert house.mailbox.sent == []
    second_mail = opt_in(house, mail="other@example.test", magnet="worksheet")
    assert (second_mail.status == 303) == (rule == "OPT_IN_BY_MAGNET")
    assert opt_in(house, house.browser(network="198.51.100.1")).status == (
        303 if rule == "OPT_IN_BY_NETWORK" else 429
    )


@pytest.mark.parametrize("rule", ["OPT_IN_BY_MAGNET", "OPT_IN_OVERALL"])
def test_of_who_wants_the_last_mail_at_once_one_is_told(house, monkeypatch, rule):
    """Between looking whether there is room and taking it, somebody else took it."""
    monkeypatch.setattr(limits, rule, replace(getattr(limits, rule), most=3))
    fill(house, getattr(limits, rule), "checklist" if rule == "OPT_IN_BY_MAGNET" else "")
    monkeypatch.setattr(limits, "within", lambda *_: True)
    assert opt_in(house).status == 429
    assert house.mailbox.sent == []


def test_a_flood_of_forms_silences_no_sign_in_mail(house):
    for _ in range(12):
        opt_in(house, house.browser())
    ask(house, house.browser())
    assert [mail.subject for mail in house.mailbox.to(MAIL)].count("sign-in (en)") == 1


def test_a_flood_at_one_mailbox_keeps_nobody_else_out(house, monkeypatch):
    monkeypatch.setattr(limits, "OPT_IN_BY_MAGNET", limits.Rule("opt-in-magnet", 5))
    for number in range(20):
        opt_in(house, house.browser(network=f"192.0.2.{number}"))
    assert opt_in(house, mail="other@example.test").status == 303
    assert len(house.mailbox.to("other@example.test")) == 1
