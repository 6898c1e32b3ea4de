"""What strangers try with forms of lead magnets: to flood, to find out, to slip something in."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from publish.paywall import (
    collecting,
    keys,
    limits,
    people,
    stamps,
    subscribing,
    suppressing,
    tallying,
)
from publish.paywall.addresses import mailbox
from publish.paywall.mailers import message
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import field_of
from tests.publish.paywall.mailing import MAIL, key_in, link_in, path_of, press_link
from tests.publish.paywall.opting_in import (
    Recording,
    confirm,
    dump,
    fields,
    first,
    hasty,
    opt_in,
    second,
)

JSON = {"accept": "application/json"}


@pytest.fixture
def house(tmp_path, generation, line):
    """A house behind a real server."""
    made = hasty(ground.world(tmp_path, generation=generation))
    with line.to(made.service) as wired:
        yield replace(made, service=wired)


@pytest.fixture
def recorded(tmp_path, generation, line):
    """A house behind a real server, whose store notes all that is done."""
    clock = ground.MovableClock()
    store = Recording(SqliteStore(tmp_path / "paywall.sqlite", clock=clock))
    made = hasty(ground.world(tmp_path, generation=generation, store=store, clock=clock))
    with line.to(made.service) as wired:
        yield replace(made, service=wired)


# ---- nobody learns who is here --------------------------------------------------------------

STRANGERS = (
    "known", "unknown", "banned", "paid", "listed", "left", "bounced", "complained", "declined",
    "full", "fullforone", "fullday", "erased",
)  # fmt: skip


def _fill(house, rule, key):
    while limits.count(house.store, rule, key, house.clock()):
        pass


def _settle(house):
    """Put one address of each kind into the store, and nothing of the unknown one."""
    now, store = house.clock(), house.store
    for name in ("known", "banned", "listed", "left"):
        house.person(f"{name}@example.test")
    banned = people.find_by_mail(store, "banned@example.test")
    store.write(people.saving(replace(banned, banned=True)))
    house.person("paid@example.test", confirmed=False)
    for name in ("listed", "left"):
        opt_in(house, mail=f"{name}@example.test")
        confirm(house, mail=f"{name}@example.test")
    subscribing.leave(store, people.find_by_mail(store, "left@example.test").id, now)
    suppressing.suppress(store, "bounced@example.test", "bounced", now)
    suppressing.suppress(store, "complained@example.test", "complained", now)
    suppressing.decline(store, suppressing.mailbox_hash("declined@example.test"), now)
    gone = house.signed_in("erased@example.test")
    assert gone.post("/api/account/delete", {"sure": "yes"}).status == 200
    house.clock.move(hours=1)
    for name, rule, about in (
        ("full", limits.OPT_IN_TO_MAILBOX, ""),
        ("fullforone", limits.OPT_IN_TO_MAILBOX_FOR_MAGNET, "|checklist"),
        ("fullday", limits.OPT_IN_TO_MAILBOX_A_DAY, ""),
    ):
        _fill(house, rule, mailbox(f"{name}@example.test") + about)
    for post in ("", "en/free"):
        tallying.note(store, "checklist", "asked", house.clock(), post=post)
    house.tick()
    house.mailbox.sent.clear()


def _seen(answer, name):
    """Return all that somebody sees of an answer, without the address they sent and the stamp."""
    body = answer.body.replace(name.encode(), b"NAME")
    body = re.sub(rb"2026-\d\d-\d\dT[^\"]+", b"STAMP", body)
    return answer.status, body, answer.headers, answer.cookies, answer.type, answer.cache


@pytest.mark.parametrize("program", [False, True], ids=["form", "json"])
def test_asking_is_the_same_for_every_address_there_is(recorded, program):
    _settle(recorded)
    headers, done, seen = JSON if program else {}, {}, {}
    for number, name in enumerate(STRANGERS):
        browser = recorded.browser(network=f"192.0.2.{number}")
        told = fields(mail=f"{name}@example.test", name="Lin", post="en/free")
        recorded.store.done.clear()
        page = browser.post("/api/opt-in?lang=en", told, **headers)
        steps = [list(recorded.store.done)]
        stamp = re.search(rb'2026-\d\d-\d\dT[^"]+', page.body).group().decode()
        recorded.clock.move(seconds=2)
        recorded.store.done.clear()
        answer = browser.post("/api/opt-in?lang=en", {**told, "stamp": stamp}, **headers)
        steps.append(list(recorded.store.done))
        done[name], seen[name] = steps, (_seen(page, name), _seen(answer, name))
    assert all(done[name] == done["known"] for name in STRANGERS), done
    assert all(seen[name] == seen["known"] for name in STRANGERS), seen
    assert done["known"][0] == [], "nothing is looked up before a person pressed the button"
    recorded.tick()
    told = {mail.to.partition("@")[0] for mail in recorded.mailbox.sent}
    spared = {"bounced", "complained", "declined", "full", "fullforone", "fullday"}
    assert told == set(STRANGERS) - spared


def test_asking_looks_at_no_person_no_address_and_no_list(recorded):
    _settle(recorded)
    browser = recorded.browser()
    page = first(browser, mail="known@example.test")
    recorded.store.done.clear()
    second(recorded, browser, page.body)
    looked = {each[1] for each in recorded.store.done if each[0] != "write"}
    assert looked == {
        *(f"limit#opt-in-{name}" for name in (
            "stamp", "network", "magnet", "overall", "mailbox-magnet", "mailbox", "mailbox-day",
        )),
        "magnet#",
    }  # fmt: skip
    written = {part for each in recorded.store.done if each[0] == "write" for part in each[1:]}
    assert ("Put", "link#", "self") in written
    assert ("Put", "queue", "TIME#") in written
    assert not [each for each in written if each[1] in ("person#", "identity#", "people")]


@pytest.mark.parametrize(
    ("rule", "key"), [("OPT_IN_BY_MAGNET", "checklist"), ("OPT_IN_OVERALL", "")]
)
def test_what_is_full_for_all_is_said_to_all(recorded, monkeypatch, rule, key):
    """Also to those who would have been spared in silence: else it would show who is."""
    _settle(recorded)
    monkeypatch.setattr(limits, rule, replace(getattr(limits, rule), most=3))
    _fill(recorded, getattr(limits, rule), key)
    seen = []
    for name in STRANGERS:
        browser = recorded.browser()
        page = first(browser, mail=f"{name}@example.test")
        seen.append(_seen(second(recorded, browser, page.body), name))
    assert {each[0] for each in seen} == {429}
    assert all(each == seen[0] for each in seen)


def test_a_trap_answers_like_success_and_does_almost_the_same(recorded):
    _settle(recorded)
    done, seen = [], []
    for website in ("", "https://spam.test"):
        browser = recorded.browser()
        page = first(browser, mail="unknown@example.test")
        recorded.store.done.clear()
        answer = second(recorded, browser, page.body, website=website)
        done.append(list(recorded.store.done))
        seen.append(_seen(answer, "unknown"))
    assert seen[0] == seen[1]
    assert done[1] == [each for each in done[0] if "magnet#" not in str(each)], "but no tally"


# ---- floods ---------------------------------------------------------------------------------


def _variant(number):
    """Return one of the many ways to write one mailbox."""
    dotted = "v.i.c.t.i.m" if number % 3 else "victim"
    typed = dotted.upper() if number % 5 == 0 else dotted
    return f"{typed}+{number}@gmail.com" if number % 2 else f"{typed}@GoogleMail.com"


def _flood(house, forms, magnets=("checklist", "worksheet", "reading")):
    """Send so many finished forms to one mailbox from rotating networks, and the mails."""
    page = [
        first(house.browser(), magnet).body for _ in range(forms // 15 + 1) for magnet in magnets
    ]
    house.clock.move(seconds=5)
    statuses = set()
    for number in range(forms):
        magnet = magnets[number % len(magnets)]
        body = page[(number // 15) * 3 + number % 3]
        browser = house.browser(network=f"198.51.{number // 250 % 250}.{number % 250}")
        told = fields(magnet, _variant(number), stamp=field_of(body, "stamp"))
        statuses.add(browser.post("/api/opt-in?lang=en", told).status)
        if number % 500 == 0:
            house.tick()
    while any(ticked := _tick(house)):
        assert ticked.dead == 0
    return statuses


def _tick(house):
    from publish.paywall import ticking

    return ticking.tick(house.world, house.mailbox)


def test_three_hundred_forms_send_one_mailbox_no_more_than_five_mails(house):
    assert _flood(house, 300) == {303}
    assert len(house.mailbox.sent) == 5
    assert opt_in(house, mail="other@example.test").status == 303
    assert len(house.mailbox.to("other@example.test")) == 1, "nobody else is kept out"


@pytest.mark.long
def test_ten_thousand_forms_send_one_mailbox_no_more_than_five_mails(house):
    assert _flood(house, 10_000) == {303}
    assert len(house.mailbox.sent) == 5
    assert opt_in(house, mail="other@example.test").status == 303
    assert len(house.mailbox.to("other@example.test")) == 1


def test_a_flood_does_not_bury_the_queue(house, monkeypatch):
    """A table keeps what is over for days, and every tick would read all of it."""
    written, real = [], house.store.write
    monkeypatch.setattr(house.store, "write", lambda *ops: (written.extend(ops), real(*ops)))
    for website in ("https://spam.test", ""):
        browser = house.browser()
        second(house, browser, first(browser).body, website=website)
    trapped, sent = [each for each in written if each.partition == keys.QUEUE]
    soon = keys.at(house.clock(), "~")
    assert sent.key < soon < keys.at(house.clock() + timedelta(days=30), "") < trapped.key


def test_forms_at_once_send_one_mailbox_no_more_than_the_limit(house):
    """Eight at once want the three mails of an hour."""
    page = first(house.browser()).body, first(house.browser()).body
    house.clock.move(seconds=5)
    barrier, statuses = threading.Barrier(8), []

    def one(number):
        told = fields(
            mail=f"reader+{number}@example.test", stamp=field_of(page[number % 2], "stamp")
        )
        browser = house.browser(network=f"192.0.2.{number}")
        barrier.wait()
        statuses.append(browser.post("/api/opt-in?lang=en", told).status)

    _at_once(one, 8)
    house.tick()
    assert statuses == [303] * 8
    assert len(house.mailbox.sent) == 3


def test_a_stamp_used_at_once_is_good_for_five(house):
    stamp = field_of(first(house.browser()).body, "stamp")
    house.clock.move(seconds=5)
    barrier, statuses = threading.Barrier(8), []

    def one(number):
        told = fields(mail=f"r{number}@example.test", stamp=stamp)
        browser = house.browser(network=f"192.0.2.{number}")
        barrier.wait()
        statuses.append(browser.post("/api/opt-in?lang=en", told).status)

    _at_once(one, 8)
    assert sorted(statuses) == [200] * 3 + [303] * 5


def _at_once(step, times):
    threads = [threading.Thread(target=step, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# ---- nothing slips in -----------------------------------------------------------------------

EVIL = (
    "\r\nBcc: evil@evil.test", "\nEVIL: 1", "%0d%0aEVIL: 1", "evil@evil.test\r\n\r\nEVIL",
    "<script>EVIL</script>", '"><img src=//evil.test>', "[[link]]EVIL", "<!--[opting]-->EVIL",
    "{{ EVIL }}", "=HYPERLINK(EVIL)", "+EVIL", "@EVIL", "http://evil.test", "\0EVIL", "\u202eEVIL",
    "=?utf-8?q?EVIL?=", "EVIL\u2028EVIL", "EVIL" * 200, "evil.test",
)  # fmt: skip


def _raw(mail):
    """Return everything of a mail that travels, and everything that is decoded again."""
    made = message.message(mail, ground.START)
    parts = [part.get_content() for part in made.walk() if not part.is_multipart()]
    shown = [str(value) for value in made.values()]
    return made, "\n".join((made.as_string(), *shown, *parts)).lower()


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_nothing_that_was_typed_is_in_a_mail_or_stands_open_in_a_page(house, evil):
    sent = quote(evil, safe="<>\"'=:/@[]{} ")  # no header holds the end of a line
    browser = house.browser(agent=sent)
    browser.page = f"/en/free/{sent}/?utm_source={sent}&utm_campaign={sent}"
    typed = {
        "post": evil,
        "came": f"/en/free/{evil}/?utm_source={evil}",
        "website": "",
        "lang": evil,
        "return_to": evil,
    }
    refused = [
        first(browser, mail=f"{MAIL}{evil}", **typed),
        first(browser, mail=f"{evil}@example.test", **typed),
        first(browser, mail=f'"{evil}" <{MAIL}>', **typed),
        first(browser, name=f"Lin {evil}", **typed),
        first(browser, magnet=f"checklist{evil}", **typed),
    ]
    assert not house.store.query(keys.QUEUE)
    page = first(browser, mail="Reader@Example.TEST", name="Lina", **typed)
    answer = second(house, browser, page.body)
    assert answer.status == 303
    house.tick()
    shown = house.browser().get(path_of(link_in(house)))
    browser.post("/api/confirm?lang=en", {"key": key_in(house), "name": evil, "mail": evil})
    house.tick()
    for body in (each.body for each in (*refused, page, shown)):
        assert b"<script>EVIL" not in body
        assert b"<img src=//evil" not in body
    assert len(house.mailbox.sent) == 2
    for mail in house.mailbox.sent:
        made, text = _raw(mail)
        assert "evil" not in text
        assert "lina" not in text
        assert "Reader" not in text
        assert made.get_all("to") == [MAIL]
        assert made["bcc"] is None
        assert text.count("list-unsubscribe-post") <= 2


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\x85", "\u2028", "\x0b", "\0"], ids=ascii)
@pytest.mark.parametrize("field", ["mail", "name"])
def test_line_ends_inside_a_field_are_refused(house, field, end):
    good = {"mail": MAIL, "name": "Lin Mo"}[field]
    broken = good[:4] + end + good[4:]
    answer = first(house.browser(), **{field: broken})
    assert answer.status == 422
    assert dump(house.store) == []


def test_a_slot_that_was_typed_stays_text(house):
    browser = house.browser()
    for typed in ("[[stamp]]@example.test", "[[words]]", "<!--[error]-->"):
        page = first(browser, mail=typed)
        assert page.status == 422
        assert field_of(page.body, "mail").startswith(("[[", "&lt;"))
    browser.page = "/en/[[stamp]]/?utm_source=[[words]]"
    came = field_of(first(browser).body, "came")
    assert came == "/en/%5B%5Bstamp%5D%5D/?utm_source=%5B%5Bwords%5D%5D"


def test_a_consent_keeps_what_was_sent_as_text_that_is_cut_and_printable(house):
    opt_in(house, came="/en/free/?utm_source==1%2B1%0d&utm_medium=" + "x" * 999, post="=1+1")
    confirm(house)
    person = people.find_by_mail(house.store, MAIL)
    consent = subscribing.find(house.store, person.id).consent
    assert (consent.page, consent.post) == ("/en/free/", "")
    assert consent.campaign == {"utm_medium": "x" * 100}


@pytest.mark.parametrize("foreign", ["https://evil.example", "null", "http://example.test"])
def test_a_form_on_another_site_asks_for_nothing(house, foreign):
    stamp = stamps.new(
        house.world.ring,
        house.clock(),
        "checklist",
        "en",
        "you get checklist, and letters about once a week (en)",
    )
    house.clock.move(seconds=5)
    told = fields(stamp=stamp)
    assert house.browser().post("/api/opt-in?lang=en", told, origin=foreign).status == 401
    assert dump(house.store) == []
    assert house.browser().post("/api/opt-in?lang=en", told).status == 303


@pytest.mark.parametrize(
    "body", [b"\xff", b"magnet=%ff", b"a&" * 50, b'{"magnet": 1}', b"[]", b"{" * 3000, b""]
)
def test_a_body_that_cannot_be_read_is_refused_without_a_trace(house, body):
    for kind in ("application/x-www-form-urlencoded", "application/json", "multipart/form-data"):
        given = {"content_type": kind, "origin": ground.ORIGIN}
        answer = house.browser()._send("POST", "/api/opt-in", body, given)
        assert answer.status in (400, 410)
    assert dump(house.store) == []


# ---- once, however many press ---------------------------------------------------------------


def _state(house):
    """Return how much there is of all that a confirmation writes."""
    person = people.find_by_mail(house.store, MAIL)
    jobs = [item.value["value"]["mail"] for item in house.store.query(keys.QUEUE)]
    return {
        "people": len(house.store.query(keys.PEOPLE)),
        "lists": len(house.store.query(keys.person(person.id), keys.list_(""))),
        "consents": len(house.store.query(keys.person(person.id), "consent#")),
        "collected": len(collecting.of(house.store, person.id)),
        "mails": jobs.count("delivery"),
        "confirmed": sum(
            each.count
            for each in tallying.tallies(house.store, "checklist")
            if each.what == "confirmed"
        ),
    }


ONE = dict.fromkeys(("people", "lists", "consents", "collected", "mails", "confirmed"), 1)


def test_a_double_click_by_many_threads_is_one(house):
    opt_in(house)
    key, statuses, barrier = key_in(house), [], threading.Barrier(8)

    def press(number):
        browser = house.browser()
        barrier.wait()
        statuses.append(press_link(browser, key).status)

    _at_once(press, 8)
    assert sorted(statuses) == [303] + [410] * 7
    assert _state(house) == ONE


def test_two_links_pressed_at_once_are_one_person_and_one_magnet(house):
    opt_in(house)
    opt_in(house)
    both, statuses, barrier = [key_in(house, at=at) for at in (0, 1)], [], threading.Barrier(2)

    def press(number):
        browser = house.browser()
        barrier.wait()
        statuses.append(press_link(browser, both[number]).status)

    _at_once(press, 2)
    assert statuses == [303, 303]
    assert _state(house) == {**ONE, "consents": 2, "mails": 2}


_PROCESS = """
import sys
from datetime import timedelta
from pathlib import Path
from tests.publish.paywall import house

folder, generation, key = sys.argv[1:]
home = house.world(Path(folder), generation=Path(generation))
home.clock.move(seconds=30)
browser = home.browser()
browser.get("/api/confirm?key=" + key)
print("ready", flush=True)
sys.stdin.readline()
print(browser.post("/api/confirm?lang=en", {"key": key}).status)
"""


def test_a_double_click_in_two_processes_is_one(house, tmp_path, generation):
    opt_in(house)
    command = [sys.executable, "-c", _PROCESS, str(tmp_path), str(generation), key_in(house)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    running = [subprocess.Popen(command, text=True, **pipes) for _ in range(2)]
    assert [each.stdout.readline() for each in running] == ["ready\n"] * 2
    for each in running:
        each.stdin.write("go\n")
        each.stdin.flush()
    told = [each.communicate(timeout=60) for each in running]
    assert [each.returncode for each in running] == [0, 0], told
    assert sorted(out.strip() for out, _ in told) == ["303", "410"]
    assert _state(house) == ONE
