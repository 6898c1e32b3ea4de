"""Signing in: what a mail opens, once, for whom, and what strangers learn of it: nothing."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from publish.paywall import keys, limits, people
from publish.paywall.ports import Delete, Put
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import field_of, location
from tests.publish.paywall.mailing import (
    MAIL,
    Between,
    ask,
    code_in,
    flipped,
    is_in,
    key_in,
    link_in,
    other,
    path_of,
    press_link,
    sign_in,
    type_code,
    wrong_codes,
)


@pytest.fixture
def house(tmp_path, generation):
    return ground.world(tmp_path, generation=generation)


# ---- the way in -------------------------------------------------------------------------------


def test_the_form_of_a_page_without_an_address_leads_to_the_page_that_asks(house):
    browser = house.browser()
    answer = browser.post("/api/sign-in", {"return_to": "/en/walled/"})
    assert answer.status == 303
    page = browser.get(location(answer))
    assert page.status == 200
    assert field_of(page.body, "return_to") == "/en/walled/"


def test_a_code_signs_in_and_leads_back_to_the_opened_post(house):
    browser = house.browser()
    answer = ask(house, browser, return_to="/en/walled/")
    assert (answer.status, location(answer)) == (303, "/api/sign-in/code?lang=en")
    done = type_code(browser, code_in(house))
    assert (done.status, location(done)) == (303, "/en/walled/#ink-premium")
    assert is_in(browser)
    assert people.find_by_mail(house.store, MAIL).confirmed


def test_without_a_place_to_return_to_the_account_is_next(house):
    assert location(sign_in(house, house.browser())) == "/api/account?lang=en"


def test_a_page_without_a_premium_part_is_returned_to_as_it_is(house):
    answer = sign_in(house, house.browser(), return_to="/en/free/?utm_source=letter#end")
    assert location(answer) == "/en/free/?utm_source=letter#end"


@pytest.mark.parametrize("typed", ["/第三次小圈/", quote("/第三次小圈/")])
def test_a_chinese_address_comes_back_as_ascii_and_opened(house, typed):
    expected = quote("/第三次小圈/") + "#ink-premium"
    assert location(sign_in(house, house.browser(), return_to=typed)) == expected


def test_the_link_signs_in_in_another_browser(house):
    ask(house, house.browser(), return_to="/en/walled/")
    phone = house.browser()
    page = phone.get(path_of(link_in(house)))
    assert page.status == 200
    assert b"signing in reader@example.test" in page.body
    done = press_link(phone, field_of(page.body, "key"))
    assert (done.status, location(done)) == (303, "/en/walled/#ink-premium")
    assert is_in(phone)


def test_the_page_that_takes_the_code_survives_a_reload(house):
    browser = house.browser()
    ask(house, browser, return_to="/en/walled/")
    for _ in range(3):
        page = browser.get("/api/sign-in/code?lang=en")
        assert page.status == 200
        assert b"reader@example.test" in page.body
    assert type_code(browser, code_in(house)).status == 303


def test_without_a_challenge_the_page_of_the_code_leads_to_the_page_that_asks(house):
    assert location(house.browser().get("/api/sign-in/code?lang=en")) == "/api/sign-in?lang=en"


@pytest.mark.parametrize("how", ["{}", " {} ", "full-width", "123 456"])
def test_a_code_may_be_typed_as_phones_type(house, how):
    browser = house.browser()
    ask(house, browser)
    code = code_in(house)
    wide = "".join(chr(ord(digit) - 48 + 0xFF10) for digit in code)
    typed = {"full-width": wide, "123 456": f"{code[:3]} {code[3:]}"}.get(how, how.format(code))
    assert type_code(browser, typed).status == 303


def test_the_second_sign_in_finds_the_same_person(house):
    sign_in(house, house.browser())
    first = people.find_by_mail(house.store, MAIL).id
    browser = house.browser()
    ask(house, browser, "  READER@Example.TEST ")
    assert type_code(browser, code_in(house)).status == 303
    assert people.find_by_mail(house.store, MAIL).id == first
    assert len(house.store.query(keys.PEOPLE)) == 1


def test_who_was_made_by_a_payment_is_confirmed_by_signing_in(house):
    paid = house.person(confirmed=False)
    sign_in(house, house.browser())
    found = people.find(house.store, paid.id)
    assert found.confirmed == keys.stamp(house.clock())
    assert people.find_by_mail(house.store, MAIL).id == paid.id


# ---- the mail ---------------------------------------------------------------------------------


def test_nothing_that_was_typed_is_in_the_mail_and_links_lead_to_this_site(house):
    browser = house.browser()
    typed = {"mail": "Reader@Example.TEST", "return_to": "/en/free/?buy-at-evil.example"}
    browser.post("/api/sign-in", typed, host="evil.example", x_forwarded_host="evil.example")
    house.tick()
    mail = house.mailbox.to(MAIL)[0]
    for text in (mail.subject, mail.text, mail.html):
        assert "evil" not in text
        assert "Reader" not in text
    assert link_in(house).startswith(f"{ground.ORIGIN}/api/confirm?key=")


def test_mail_goes_to_the_canonical_address_whatever_was_typed(house):
    ask(house, house.browser(), "ＲＥＡＤＥＲ＠example。test")
    assert [mail.to for mail in house.mailbox.sent] == [MAIL]


def test_neither_code_nor_link_lies_in_the_store(house, tmp_path):
    ask(house, house.browser())
    house.browser().post("/api/sign-in", {"mail": MAIL})
    raw = b"".join(each.read_bytes() for each in tmp_path.glob("paywall.sqlite*"))
    assert b"sign-in" in raw
    assert key_in(house).encode() not in raw
    assert f'"{code_in(house)}"'.encode() not in raw


def test_a_mail_that_is_late_is_not_sent_any_more(house):
    house.browser().post("/api/sign-in", {"mail": MAIL})
    house.clock.move(minutes=16)
    house.tick()
    assert not house.mailbox.sent


def test_what_is_no_address_is_said_kindly_and_sends_nothing(house):
    answer = ask(house, house.browser(), "not an <address>")
    assert answer.status == 422
    assert b"does not look like a mail address" in answer.body
    assert b'value="not an &lt;address&gt;"' in answer.body
    assert not house.mailbox.sent
    told = house.browser().post("/api/sign-in", {"mail": ""}, accept="application/json")
    assert (told.status, b'"mail-invalid"' in told.body) == (422, True)


# ---- a scanner's GET --------------------------------------------------------------------------


class Recording:
    """A store that notes what is done, without the secrets that differ each time."""

    def __init__(self, store):
        self._store, self.name, self.done = store, store.name, []

    def get(self, partition, key):
        self.done.append(("get", _blank(partition), _blank(key)))
        return self._store.get(partition, key)

    def query(self, partition, prefix="", after="", limit=1000, up_to=""):
        self.done.append(("query", _blank(partition), prefix, limit))
        return self._store.query(partition, prefix, after, limit, up_to)

    def write(self, *operations):
        told = [
            (type(each).__name__, _blank(each.partition), _blank(each.key)) for each in operations
        ]
        self.done.append(("write", *told))
        self._store.write(*operations)


def _blank(name):
    kind, sign, _ = name.partition("#")
    return kind + sign if sign else "KEY" if len(name) > 24 else name


@pytest.fixture
def recorded(tmp_path, generation):
    clock = ground.MovableClock()
    store = Recording(SqliteStore(tmp_path / "paywall.sqlite", clock=clock))
    return ground.world(tmp_path, generation=generation, store=store, clock=clock)


def test_looking_at_a_link_writes_nothing_however_often(recorded):
    ask(recorded, recorded.browser())
    recorded.store.done.clear()
    pages = {
        recorded.browser(agent=agent).get(path_of(link_in(recorded)), method=method).status
        for agent in ("SafeLinks", "Mozilla/5.0 HeadlessChrome")
        for method in ("GET", "HEAD", "GET")
    }
    assert pages == {200}
    assert not [done for done in recorded.store.done if done[0] == "write"]
    assert press_link(recorded.browser(), key_in(recorded)).status == 303


def test_no_page_that_is_looked_at_writes_anything(recorded):
    browser = recorded.signed_in()
    ask(recorded, browser)
    recorded.store.done.clear()
    for path in (
        "/api/sign-in",
        "/api/sign-in/code",
        "/api/account",
        "/api/redeem",
        "/api/confirm",
    ):
        assert browser.get(f"{path}?key=x&code=y").status in (200, 410)
    assert not [done for done in recorded.store.done if done[0] == "write"]


# ---- once, and not for long -------------------------------------------------------------------


def test_a_link_works_once(house):
    ask(house, house.browser())
    key = key_in(house)
    assert press_link(house.browser(), key).status == 303
    again = house.browser()
    assert press_link(again, key).status == 410
    assert again.get(path_of(link_in(house))).status == 410
    assert not is_in(again)


def test_a_code_works_once(house):
    browser = house.browser()
    ask(house, browser)
    assert type_code(browser, code_in(house)).status == 303
    assert type_code(browser, code_in(house)).status == 410


def test_success_takes_all_codes_and_links_of_the_browser_along(house):
    browser = house.browser()
    ask(house, browser)
    ask(house, browser)
    keys_ = [key_in(house, at=at) for at in (0, 1)]
    assert type_code(browser, code_in(house, at=0)).status == 303
    for key in keys_:
        assert press_link(house.browser(), key).status == 410
    assert type_code(browser, code_in(house, at=1)).status == 410


def test_a_link_takes_the_codes_and_other_links_along(house):
    browser = house.browser()
    ask(house, browser)
    ask(house, browser)
    assert press_link(house.browser(), key_in(house, at=0)).status == 303
    assert press_link(house.browser(), key_in(house, at=1)).status == 410
    assert type_code(browser, code_in(house, at=1)).status == 410


def test_asking_again_leaves_the_last_code_and_link_valid(house):
    browser = house.browser()
    ask(house, browser)
    house.clock.move(minutes=5)
    ask(house, browser)
    assert len(house.mailbox.to(MAIL)) == 2
    assert type_code(browser, code_in(house, at=0)).status == 303
    later = house.browser()
    ask(house, later, "two@example.test")
    ask(house, later, "two@example.test")
    assert press_link(house.browser(), key_in(house, "two@example.test", 0)).status == 303


@pytest.mark.parametrize(("seconds", "status"), [(899, 303), (900, 410)])
def test_a_code_lasts_fifteen_minutes(house, seconds, status):
    browser = house.browser()
    ask(house, browser)
    house.clock.move(seconds=seconds)
    assert type_code(browser, code_in(house)).status == status
    assert is_in(browser) == (status == 303)


@pytest.mark.parametrize(("seconds", "status"), [(899, 303), (900, 410)])
def test_a_link_lasts_fifteen_minutes(house, seconds, status):
    ask(house, house.browser())
    house.clock.move(seconds=seconds)
    browser = house.browser()
    assert browser.get(path_of(link_in(house))).status == (200 if status == 303 else 410)
    assert press_link(browser, key_in(house)).status == status
    assert is_in(browser) == (status == 303)


def test_an_older_code_dies_at_its_own_time(house):
    browser = house.browser()
    ask(house, browser)
    house.clock.move(minutes=10)
    ask(house, browser)
    house.clock.move(minutes=6)
    assert type_code(browser, code_in(house, at=0)).status == 401
    assert type_code(browser, code_in(house, at=1)).status == 303


# ---- guessing ---------------------------------------------------------------------------------


def test_five_wrong_guesses_are_the_end_of_a_code(house):
    browser = house.browser()
    ask(house, browser)
    code = code_in(house)
    answers = [type_code(browser, wrong).status for wrong in wrong_codes(code, 5)]
    assert answers == [401, 401, 401, 401, 410]
    assert type_code(browser, code).status == 410
    assert not is_in(browser)


def test_the_fifth_guess_may_still_be_right(house):
    browser = house.browser()
    ask(house, browser)
    code = code_in(house)
    for wrong in wrong_codes(code, 4):
        type_code(browser, wrong)
    assert type_code(browser, code).status == 303


def test_a_new_code_has_five_tries_of_its_own_and_revives_no_old_one(house):
    browser = house.browser()
    ask(house, browser)
    old = code_in(house)
    for wrong in wrong_codes(old, 5):
        type_code(browser, wrong)
    ask(house, browser)
    assert type_code(browser, old).status == 401
    assert type_code(browser, code_in(house)).status == 303


def test_what_cannot_be_a_code_costs_no_try(house):
    browser = house.browser()
    ask(house, browser)
    for typed in ("", "12345", "1234567", "abcdef", "١٢٣٤٥٦"):
        assert type_code(browser, typed).status == 401
    assert type_code(browser, code_in(house)).status == 303


def test_a_dead_code_is_called_dead_whatever_is_typed_and_costs_no_write(recorded):
    browser = recorded.browser()
    ask(recorded, browser)
    recorded.clock.move(minutes=15)
    recorded.store.done.clear()
    for typed in ("", "nonsense", "123456", code_in(recorded)):
        assert type_code(browser, typed).status == 410
    assert not [done for done in recorded.store.done if done[0] == "write"]


def test_guesses_at_once_are_no_more_than_five(house):
    browser = house.browser()
    ask(house, browser)
    code = code_in(house)
    counted, barrier = [], threading.Barrier(12)
    jar = dict(browser.jar)

    def guess(wrong):
        one = house.browser()
        one.jar = dict(jar)
        barrier.wait()
        counted.append(type_code(one, wrong).status)

    threads = [threading.Thread(target=guess, args=(each,)) for each in wrong_codes(code, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counted) == [401] * 4 + [410] * 8
    assert type_code(browser, code).status == 410


def test_the_right_code_twice_at_once_signs_in_once(house):
    browser = house.browser()
    ask(house, browser)
    code, jar, statuses = code_in(house), dict(browser.jar), []
    barrier = threading.Barrier(6)

    def type_it():
        one = house.browser()
        one.jar = dict(jar)
        barrier.wait()
        statuses.append(type_code(one, code).status)

    threads = [threading.Thread(target=type_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303] + [410] * 5
    assert len(house.store.query(keys.PEOPLE)) == 1


def test_link_and_code_at_once_sign_in_once(house):
    for number in range(4):
        mail, browser, statuses = f"r{number}@example.test", house.browser(), []
        ask(house, browser, mail)
        barrier = threading.Barrier(2)

        def both(step, value, one, barrier=barrier, statuses=statuses):
            barrier.wait()
            statuses.append(step(one, value).status)

        threads = [
            threading.Thread(target=both, args=(type_code, code_in(house, mail), browser)),
            threading.Thread(target=both, args=(press_link, key_in(house, mail), house.browser())),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [303, 410]


@pytest.fixture
def raced(tmp_path, generation):
    clock = ground.MovableClock()
    store = Between(SqliteStore(tmp_path / "paywall.sqlite", clock=clock), "session#")
    return ground.world(tmp_path, generation=generation, store=store, clock=clock)


@pytest.mark.parametrize("first", ["code", "link"])
@pytest.mark.parametrize("second", ["code", "link"])
def test_who_comes_second_finds_nothing_even_where_the_person_is_known(raced, first, second):
    raced.person()
    browser, other = raced.browser(), raced.browser()
    ask(raced, browser)
    other.jar = dict(browser.jar)
    steps = {
        "code": lambda one: type_code(one, code_in(raced)),
        "link": lambda one: press_link(one, key_in(raced)),
    }
    statuses = []
    raced.store.then = lambda: statuses.append(steps[second](other).status)
    statuses.append(steps[first](browser).status)
    assert statuses == [303, 410]
    assert not is_in(browser)


@pytest.mark.parametrize("how", ["code", "link"])
def test_a_ban_that_comes_between_holds(raced, how):
    person, browser = raced.person(), raced.browser()
    ask(raced, browser)
    raced.store.then = lambda: _ban(raced, person)
    if how == "code":
        assert type_code(browser, code_in(raced)).status == 410
    else:
        assert press_link(browser, key_in(raced)).status == 410
    assert raced.store.then is None
    assert not is_in(browser)


# ---- the browser that asked -------------------------------------------------------------------


def test_a_code_works_only_in_the_browser_that_asked(house):
    mine, theirs = house.browser(), house.browser()
    ask(house, mine)
    ask(house, theirs, "other@example.test")
    assert type_code(theirs, code_in(house)).status == 401
    assert type_code(house.browser(), code_in(house)).status == 410
    assert not is_in(theirs)
    assert type_code(mine, code_in(house)).status == 303


def test_two_browsers_that_ask_for_one_address_have_codes_of_their_own(house):
    one, two = house.browser(), house.browser()
    ask(house, one)
    ask(house, two)
    first, second = code_in(house, at=0), code_in(house, at=1)
    assert type_code(two, first).status == 401
    assert type_code(one, second).status == 401
    assert type_code(two, second).status == 303
    assert type_code(one, first).status == 303


def test_another_browsers_stored_challenge_does_not_fit_under_ones_own_name(house):
    """The seal holds the browser, so that copying a record moves no right."""
    mine, theirs = house.browser(), house.browser()
    ask(house, mine)
    ask(house, theirs)
    browsers = [
        house.world.ring.read("browser", each.jar[house.world.cookies.browser])
        for each in (mine, theirs)
    ]
    place = keys.hashed(MAIL)
    stolen = house.store.get(keys.challenge(browsers[0]), place)
    house.store.write(Put(keys.challenge(browsers[1]), place, stolen.value))
    assert type_code(theirs, code_in(house, at=0)).status == 401


def test_a_forged_or_bare_browser_cookie_is_no_browser(house):
    mine = house.browser()
    ask(house, mine)
    name = house.world.cookies.browser
    signed = mine.jar[name]
    for forged in (signed.rpartition(".")[0], flipped(signed), "A" * 16, ""):
        thief = house.browser()
        thief.jar[name] = forged
        assert type_code(thief, code_in(house)).status == 410


def test_the_last_address_that_was_asked_for_is_what_the_code_is_for(house):
    browser = house.browser()
    ask(house, browser, "typo@example.test")
    house.clock.move(seconds=30)
    ask(house, browser)
    assert b"reader@example.test" in browser.get("/api/sign-in/code").body
    assert type_code(browser, code_in(house)).status == 303


# ---- foreign pages ----------------------------------------------------------------------------


@pytest.mark.parametrize("foreign", ["https://evil.example", "null", "http://example.test"])
@pytest.mark.parametrize("path", ["/api/sign-in", "/api/sign-in/code", "/api/confirm"])
def test_a_form_on_another_site_does_nothing(house, path, foreign):
    browser = house.browser()
    ask(house, browser)
    fields = {"mail": MAIL, "code": code_in(house), "key": key_in(house)}
    assert browser.post(path, fields, origin=foreign).status == 401
    house.tick()
    assert len(house.mailbox.sent) == 1
    assert not is_in(browser)
    assert type_code(browser, code_in(house)).status == 303


def test_a_session_of_before_is_never_the_session_after(house):
    """Nobody can plant a session and wait until a reader signs in to it."""
    planted = house.browser()
    sign_in(house, planted, "attacker@example.test")
    victim = house.browser()
    name = house.world.cookies.session
    victim.jar[name] = planted.jar[name]
    sign_in(house, victim)
    assert victim.jar[name] != planted.jar[name]
    assert not is_in(planted)
    assert is_in(victim)


EVIL = (
    "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example",
    "/api/webhook",
    "javascript:alert(1)", "//evil.example/%2e%2e", "/%0d%0aSet-Cookie:x\r\nSet-Cookie: a=b",
    "https:evil.example", "/\t/evil.example", "@evil.example", "///evil.example", "", " /x", "evil",
)  # fmt: skip


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_signing_in_never_leads_off_the_site(house, evil):
    assert location(sign_in(house, house.browser(), return_to=evil)) == "/api/account?lang=en"
    ask(house, house.browser(), "two@example.test", return_to=evil)
    answer = press_link(house.browser(), key_in(house, "two@example.test"))
    assert location(answer) == "/api/account?lang=en"


# ---- nobody learns who has an account ---------------------------------------------------------


def _signature(answer):
    cookies = [re.sub(r"=[^;]*", "=", line, count=1) for line in answer.cookies]
    return answer.status, answer.body, answer.headers, cookies, answer.type, answer.cache


def test_asking_is_the_same_for_known_unknown_and_banned_addresses(recorded):
    known = recorded.person("known@example.test")
    banned = recorded.person("banned@example.test")
    recorded.store.write(
        people.saving(replace(people.find(recorded.store, banned.id), banned=True))
    )
    paid = recorded.person("paid@example.test", confirmed=False)
    assert known.confirmed
    assert not paid.confirmed
    done, answers = [], []
    for name in ("known", "unknown", "banned", "paid"):
        recorded.store.done.clear()
        browser = recorded.browser()
        answers.append(_signature(browser.post("/api/sign-in", {"mail": f"{name}@example.test"})))
        asked = len(recorded.store.done)
        page = browser.get("/api/sign-in/code").body.replace(name.encode(), b"NAME")
        answers[-1] = (*answers[-1], page)
        done.append((asked, *recorded.store.done))
    assert done[0] == done[1] == done[2] == done[3]
    assert answers[0] == answers[1] == answers[2] == answers[3]
    assert not [each for each in done[0][1:] if each[0] == "get" and "identity" in each[1]]
    recorded.tick()
    assert len(recorded.mailbox.sent) == 4


def test_a_wrong_code_tells_nothing_either(recorded):
    recorded.person("known@example.test")
    done, bodies = [], []
    for name in ("known", "unknown"):
        browser = recorded.browser()
        ask(recorded, browser, f"{name}@example.test")
        code = code_in(recorded, f"{name}@example.test")
        recorded.store.done.clear()
        bodies.append(type_code(browser, other(code)).body.replace(name.encode(), b"NAME"))
        done.append(list(recorded.store.done))
    assert done[0] == done[1]
    assert bodies[0] == bodies[1]


# ---- limits -----------------------------------------------------------------------------------


def test_an_address_is_written_to_five_times_an_hour_and_nobody_sees_the_sixth_missing(house):
    answers = [_signature(ask(house, house.browser(network=f"192.0.2.{n}"))) for n in range(7)]
    assert len(house.mailbox.sent) == 5
    assert answers[6] == answers[0]
    house.clock.move(hours=1)
    ask(house, house.browser())
    assert len(house.mailbox.sent) == 6


def test_an_address_is_written_to_twenty_times_a_day(house):
    for _ in range(8):
        for _ in range(5):
            ask(house, house.browser())
        house.clock.move(hours=1)
    assert len(house.mailbox.sent) == 20


def test_beyond_the_limit_of_an_address_the_page_of_the_code_is_there_and_older_codes_work(house):
    browser = house.browser()
    ask(house, browser)
    for _ in range(5):
        ask(house, browser)
    page = browser.get("/api/sign-in/code")
    assert b"reader@example.test" in page.body
    assert type_code(browser, code_in(house)).status == 303


def test_tags_of_one_mailbox_are_written_to_as_one(house):
    for number in range(8):
        browser = house.browser(network=f"192.0.2.{number}")
        ask(house, browser, f"victim+{number}@example.test")
    assert len(house.mailbox.sent) == 5


def _guesses(house, mail, number):
    """Guess wrong five times in a browser of its own; return the statuses."""
    browser = house.browser(network=f"192.0.2.{number}")
    ask(house, browser, mail)
    return [type_code(browser, wrong).status for wrong in wrong_codes(code_in(house, mail), 5)]


def test_wrong_codes_for_one_address_end_whatever_browser_they_are_typed_in(house):
    """Each browser has five tries, and anybody has as many browsers as they like."""
    for number in range(4):
        assert 429 not in _guesses(house, MAIL, number)
    house.clock.move(hours=1)
    browser = house.browser()
    ask(house, browser)
    assert type_code(browser, code_in(house)).status == 429
    assert press_link(house.browser(), key_in(house)).status == 303, "the link still works"
    other_reader = house.browser()
    assert sign_in(house, other_reader, "other@example.test").status == 303


@pytest.mark.parametrize("rule", ["GUESS_BY_NETWORK", "GUESS_OVERALL"])
def test_wrong_codes_for_many_addresses_end_too(house, monkeypatch, rule):
    monkeypatch.setattr(limits, rule, replace(getattr(limits, rule), most=7))
    told = [_guesses(house, f"a{number}@example.test", 1) for number in range(2)]
    assert told == [[401, 401, 401, 401, 410], [401, 401, 429, 429, 429]]


def _fill(house, rule, key):
    while limits.count(house.store, rule, key, house.clock()):
        pass


def test_a_browser_that_asks_too_often_is_told(house):
    browser = house.browser()
    statuses = [ask(house, browser, f"a{number}@example.test").status for number in range(11)]
    assert statuses == [303] * 10 + [429]
    assert ask(house, house.browser(), "b@example.test").status == 303


def test_a_network_that_asks_too_often_is_told(house):
    _fill(house, limits.MAIL_BY_NETWORK, "192.0.2.7")
    assert ask(house, house.browser()).status == 429
    assert ask(house, house.browser(network="198.51.100.1")).status == 303


def test_all_together_cannot_ask_without_end(house):
    rule = replace(limits.MAIL_OVERALL, most=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "MAIL_OVERALL", rule)
        answer = ask(house, house.browser())
    assert answer.status == 429
    assert not house.mailbox.sent


# ---- people who may not -----------------------------------------------------------------------


def _ban(house, person):
    house.store.write(people.saving(replace(people.find(house.store, person.id), banned=True)))


def test_a_banned_persons_mail_signs_nobody_in(house):
    person, browser = house.person(), house.browser()
    ask(house, browser)
    _ban(house, person)
    assert type_code(browser, code_in(house)).status == 410
    answer = press_link(house.browser(), key_in(house))
    assert answer.status == 410
    assert b"used up" in answer.body
    assert not is_in(browser)


def test_a_banned_persons_sessions_are_signed_out(house):
    person = house.person()
    browser = house.signed_in(person)
    assert is_in(browser)
    _ban(house, person)
    assert not is_in(browser)


def test_an_erased_persons_sessions_are_signed_out(house):
    person = house.person()
    browser = house.signed_in(person)
    house.store.write(Delete(keys.person(person.id), keys.SELF))
    assert not is_in(browser)


# ---- sessions and keys ------------------------------------------------------------------------


def test_a_session_ends_after_half_a_year(house):
    browser = house.browser()
    sign_in(house, browser)
    house.clock.move(days=179, hours=23)
    assert is_in(browser)
    house.clock.move(hours=2)
    assert not is_in(browser)


def test_the_session_cookie_is_hidden_lax_and_bound_to_the_host(house):
    answer = sign_in(house, house.browser())
    session = next(line for line in answer.cookies if line.startswith("__Host-ink="))
    for part in ("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"):
        assert part in session
    assert "Domain" not in session
    hint = next(line for line in answer.cookies if line.startswith("ink-in=1"))
    assert "HttpOnly" not in hint


def test_a_forged_session_cookie_signs_nobody_in(house):
    browser = house.browser()
    sign_in(house, browser)
    name = house.world.cookies.session
    good = browser.jar[name]
    person = people.find_by_mail(house.store, MAIL)
    for forged in (
        flipped(good),
        good.rpartition(".")[0],
        f"person#{person.id}|secret",
        house.world.ring.sign("browser", f"person#{person.id}|secret"),
        house.world.ring.sign("session", f"person#{person.id}|secret"),
    ):
        browser.jar[name] = forged
        assert not is_in(browser)
    browser.jar[name] = good
    assert is_in(browser)


def test_codes_and_sessions_outlive_a_new_key_and_die_with_theirs(house):
    from publish.paywall.service import Service
    from publish.paywall.signing import Keyring

    browser, late = house.browser(), house.browser()
    sign_in(house, browser)
    ask(house, late, "two@example.test")
    newer = "a key that is newer still, and long enough"
    for ring, alive in ((Keyring((*ground.KEYS, newer)), True), (Keyring((newer,)), False)):
        service = Service(replace(house.world, ring=ring))
        browser.service = late.service = service
        assert is_in(browser) == alive
        if alive:
            assert type_code(late, code_in(house, "two@example.test")).status == 303


def test_the_answers_are_nobodys_to_cache(house):
    browser = house.browser()
    for answer in (ask(house, browser), type_code(browser, code_in(house))):
        assert answer.cache == "private, no-store"


def test_the_language_stays(house):
    browser = house.browser()
    answer = browser.post("/api/sign-in?lang=zh-Hans", {"mail": MAIL})
    assert location(answer) == "/api/sign-in/code?lang=zh-Hans"
    house.tick()
    mail = house.mailbox.to(MAIL)[0]
    assert mail.subject == "sign-in (zh-Hans)"
    assert "lang=zh-Hans" in link_in(house)
    assert browser.get(location(answer)).body.startswith(b'<!doctype html><html lang="zh-Hans">')
    assert people.find_by_mail(house.store, MAIL) is None
    type_code(browser, code_in(house))
    assert people.find_by_mail(house.store, MAIL).lang == "zh-Hans"
    assert timedelta(0) == house.clock() - people.find_by_mail(house.store, MAIL).made
