"""Opting in: a form, a second look, a mail; what is asked for, in which words, and how often."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from publish.contract.service import PAGES
from publish.paywall import (
    challenges,
    keys,
    opting,
    people,
    queue,
    stamps,
    subscribing,
    suppressing,
    tallying,
)
from publish.paywall.releases import Release
from publish.paywall.visit import Visit
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import field_of, location
from tests.publish.paywall.mailing import MAIL, flipped, key_in, link_in, path_of
from tests.publish.paywall.opting_in import confirm, dump, fields, first, hasty, opt_in, second

WORDS = "you get checklist, and letters about once a week (en)"
JSON = {"accept": "application/json"}


@pytest.fixture
def house(tmp_path, generation):
    return hasty(ground.world(tmp_path, generation=generation))


def link_of(house, mail=MAIL, at=-1):
    """Return what the link of a mail may do."""
    return challenges.find_link(house.store, key_in(house, mail, at), house.clock())


# ---- the way --------------------------------------------------------------------------------


def test_the_first_form_is_answered_with_a_second_look_and_nothing_is_sent(house):
    page = first(house.browser(), name="Lin")
    assert page.status == 200
    assert b"<p>checking</p>" in page.body
    for name, value in (("mail", MAIL), ("name", "Lin"), ("magnet", "checklist")):
        assert field_of(page.body, name) == value
    assert WORDS.encode() in page.body
    assert b'href="/en/get/checklist/"' in page.body
    assert dump(house.store) == []


def test_the_second_has_a_mail_sent_and_leads_to_the_page_that_says_where_to_look(house):
    browser = house.browser()
    answer = opt_in(house, browser)
    assert answer.status == 303
    assert location(answer) == "/api/opt-in/sent?magnet=checklist&lang=en"
    page = browser.get(location(answer))
    assert page.status == 200
    assert b"<h1>checklist (en)</h1>" in page.body
    assert b'href="/api/opt-in?magnet=checklist&amp;lang=en"' in page.body
    (mail,) = house.mailbox.to(MAIL)
    assert "hours: 48" in mail.text
    assert link_in(house).startswith(f"{ground.ORIGIN}/api/confirm?key=")


def test_no_cookie_comes_before_the_consent(house):
    browser = house.browser()
    answers = [first(browser), opt_in(house, browser), browser.get("/api/opt-in?magnet=checklist")]
    assert [answer.cookies for answer in answers] == [()] * 3
    assert browser.jar == {}


def test_the_page_with_the_form_stands_alone_and_knows_where_its_reader_came_from(house):
    browser = house.browser()
    browser.page = "/en/free/?utm_source=letter"
    page = browser.get("/api/opt-in?magnet=checklist&post=en/free&lang=en")
    assert page.status == 200
    assert b"checking" not in page.body
    assert (field_of(page.body, "mail"), field_of(page.body, "stamp")) == ("", "")
    assert field_of(page.body, "came") == "/en/free/?utm_source=letter"
    assert field_of(page.body, "post") == "en/free"
    browser.page = "/api/opt-in?magnet=checklist"
    came = {"came": field_of(page.body, "came"), "post": "en/free"}
    second(house, browser, first(browser, **came).body)
    house.tick()
    assert link_of(house).consent.page == "/en/free/"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/api/opt-in", "/api/opt-in/sent"])
def test_looking_writes_nothing(house, method, path):
    before = dump(house.store)
    answer = house.browser().get(f"{path}?magnet=checklist&mail={MAIL}", method=method)
    assert answer.status == 200
    assert dump(house.store) == before


def test_a_form_without_an_address_leads_to_the_page_that_asks(house):
    answer = house.browser().post("/api/opt-in?lang=en", {"magnet": "checklist", "post": "en/free"})
    assert answer.status == 303
    assert location(answer) == "/api/opt-in?magnet=checklist&post=en%2Ffree&lang=en"


@pytest.mark.parametrize("magnet", ["old", "nothing", "", "checklist/../worksheet"])
@pytest.mark.parametrize("path", ["/api/opt-in", "/api/opt-in/sent"])
def test_what_is_given_no_more_is_said_to_be_gone(house, magnet, path):
    assert house.browser().get(f"{path}?magnet={magnet}").status == 410
    answer = first(house.browser(), magnet)
    assert answer.status == 410
    assert b"no longer given away" in answer.body


def test_a_magnet_of_another_way_leads_to_its_own_page(house):
    for answer in (
        house.browser().get("/api/opt-in?lang=en&magnet=" + quote("清单")),
        first(house.browser(), "清单"),
    ):
        assert (answer.status, location(answer)) == (303, quote("/en/get/清单/"))
    assert dump(house.store) == []


def test_the_language_stays(house):
    browser = house.browser()
    page = browser.post("/api/opt-in?lang=zh-Hans", fields())
    assert b"letters about once a week (zh-Hans)" in page.body
    house.clock.move(seconds=5)
    told = fields(stamp=field_of(page.body, "stamp"))
    answer = browser.post("/api/opt-in?lang=zh-Hans", told)
    assert location(answer) == "/api/opt-in/sent?magnet=checklist&lang=zh-Hans"
    house.tick()
    assert house.mailbox.to(MAIL)[0].subject == "opt-in (zh-Hans)"
    assert link_of(house).consent.lang == "zh-Hans"
    confirm(house)
    assert people.find_by_mail(house.store, MAIL).lang == "zh-Hans"


def test_every_slot_of_the_pages_has_a_value(house, monkeypatch):
    seen, page = [], Visit.page

    def checked(visit, name, values, status=200):
        assert set(values) == PAGES[name]
        seen.append(name)
        return page(visit, name, values, status)

    monkeypatch.setattr(Visit, "page", checked)
    browser = house.browser()
    browser.get("/api/opt-in?magnet=checklist")
    browser.get(location(opt_in(house, browser)))
    first(browser, mail="nonsense")
    house.browser().get(path_of(link_in(house)))
    assert seen == ["opt-in", "opt-in", "sent", "opt-in", "confirm"]


# ---- the stamp ------------------------------------------------------------------------------


def _again(answer):
    """Tell whether an answer is the page to look at once more."""
    return answer.status == 200 and b"<p>checking</p>" in answer.body


@pytest.mark.parametrize("seconds", [0, 1.9, 3600, 7200])
def test_a_stamp_too_young_or_too_old_is_answered_with_another_look(house, seconds):
    browser = house.browser()
    page = first(browser)
    house.clock.move(seconds=seconds)
    answer = browser.post("/api/opt-in?lang=en", fields(stamp=field_of(page.body, "stamp")))
    assert _again(answer)
    assert not house.store.query(keys.QUEUE)
    assert second(house, browser, answer.body).status == 303


def test_who_presses_too_soon_has_not_to_wait_from_the_beginning(house):
    browser = house.browser()
    answer = first(browser)
    for _ in range(3):
        house.clock.move(seconds=0.6)
        told = fields(stamp=field_of(answer.body, "stamp"))
        answer = browser.post("/api/opt-in?lang=en", told)
        assert _again(answer)
    house.clock.move(seconds=0.6)
    told = fields(stamp=field_of(answer.body, "stamp"))
    assert browser.post("/api/opt-in?lang=en", told).status == 303


def test_a_forged_or_foreign_stamp_is_answered_with_another_look(house):
    browser = house.browser()
    stamp = field_of(first(browser).body, "stamp")
    house.clock.move(seconds=5)
    for forged in ("", "x", flipped(stamp), stamp[:-1], stamps.new(house.world.ring, ground.START)):
        assert _again(browser.post("/api/opt-in?lang=en", fields(stamp=forged)))
    assert _again(browser.post("/api/opt-in?lang=en", fields("worksheet", stamp=stamp)))
    assert _again(browser.post("/api/opt-in?lang=zh-Hans", fields(stamp=stamp)))
    assert dump(house.store) == []
    assert browser.post("/api/opt-in?lang=en", fields(stamp=stamp)).status == 303


def test_words_that_changed_meanwhile_are_shown_before_they_are_agreed_to(house, monkeypatch):
    browser = house.browser()
    page = first(browser)
    release = house.world.releases.find()
    magnet = release.manifest.magnets["checklist"]
    text = replace(magnet.texts["en"], consent="you get letters every day")
    changed = replace(magnet, texts={**magnet.texts, "en": text})
    magnets = {**release.manifest.magnets, "checklist": changed}
    newer = Release(release.name, release._bodies)
    newer.manifest = replace(release.manifest, magnets=magnets)
    monkeypatch.setattr(house.world.releases, "find", lambda name="": newer)
    answer = second(house, browser, page.body)
    assert _again(answer)
    assert b"you get letters every day" in answer.body
    assert second(house, browser, answer.body).status == 303
    house.tick()
    assert link_of(house).consent.words == "you get letters every day"


def test_a_stamp_is_good_for_five_forms_and_no_later_hour_gives_it_more(house):
    house.clock.now = ground.START.replace(minute=59)
    browser = house.browser()
    stamp = field_of(first(browser).body, "stamp")
    house.clock.move(seconds=30)
    told = [browser.post("/api/opt-in?lang=en", fields(stamp=stamp)).status for _ in range(4)]
    house.clock.move(minutes=1)
    answers = [browser.post("/api/opt-in?lang=en", fields(stamp=stamp)) for _ in range(3)]
    assert told + [answer.status for answer in answers] == [303] * 5 + [200] * 2
    assert _again(answers[-1])


# ---- what is typed --------------------------------------------------------------------------

BAD = {
    "mail-invalid": {"mail": "not an <address>"},
    "mail-disposable": {"mail": "x@inbox.mailinator.com"},
    "name-invalid": {"name": "see http://evil.test"},
}


@pytest.mark.parametrize("code", BAD)
@pytest.mark.parametrize("stamped", [False, True])
def test_a_field_that_cannot_be_taken_is_named_kindly_and_costs_nothing(house, code, stamped):
    browser = house.browser()
    page = first(browser, name="Lin")
    answer = (
        second(house, browser, page.body, **BAD[code]) if stamped else first(browser, **BAD[code])
    )
    assert answer.status == 422
    assert b"<p class=error>" in answer.body
    assert (b"<p>name</p>" in answer.body) == (code == "name-invalid")
    assert b"checking" not in answer.body
    assert dump(house.store) == []
    corrected = {"mail": MAIL, "name": "Lin"}
    assert second(house, browser, answer.body, **corrected).status == 303


@pytest.mark.parametrize("code", BAD)
@pytest.mark.parametrize("stamped", [False, True])
def test_programs_are_told_the_same(house, code, stamped):
    browser = house.browser()
    told = fields(**BAD[code])
    if stamped:
        told["stamp"] = _json(browser, fields())["stamp"]
        house.clock.move(seconds=2)
    answer = browser.post("/api/opt-in", told, **JSON)
    assert answer.status == 422
    assert json.loads(answer.body)["error"]["code"] == code


def test_what_was_typed_comes_back_escaped_and_cut(house):
    typed = '"><script>alert(1)</script>@[[stamp]]'
    page = first(house.browser(), mail=typed, name='"><i>[[mail]]' + "x" * 9000)
    assert page.status == 422
    assert b"<script" not in page.body
    assert b"<i>" not in page.body
    assert b"[[mail]]" in page.body
    assert b"x" * 400 not in page.body


def test_an_address_is_folded_before_it_is_shown_once_more(house):
    page = first(house.browser(), mail="  ＲＥＡＤＥＲ＠example。test ")
    assert field_of(page.body, "mail") == "READER@example.test"
    opt_in(house, mail="ＲＥＡＤＥＲ＠例子.test")
    assert [mail.to for mail in house.mailbox.sent] == ["reader@xn--fsqu00a.test"]


def test_a_name_is_kept_only_where_one_is_asked_for(house):
    browser = house.browser()
    second(house, browser, first(browser, "worksheet", name="Lin9").body, name="Lin9")
    house.tick()
    assert link_of(house).name == ""
    opt_in(house, magnet="checklist", name=" 林墨 ")
    assert link_of(house).name == "林墨"


def test_without_a_list_no_domain_is_refused(house, monkeypatch):
    monkeypatch.setattr("publish.paywall.disposable._domains", lambda release: frozenset())
    assert first(house.browser(), mail="x@mailinator.com").status == 200


# ---- the consent ----------------------------------------------------------------------------


def test_the_consent_is_kept_as_it_was_given(house):
    browser = house.browser()
    browser.page = "/en/free/?utm_source=letter&utm_campaign=spring&fbclid=1"
    page = first(browser, post="en/free")
    browser.page = "/api/opt-in"
    house.clock.move(minutes=3)
    second(house, browser, page.body)
    house.tick()
    asked = link_of(house)
    assert asked.consent == subscribing.Consent(
        words=WORDS,
        lang="en",
        at=house.clock(),
        way="magnet",
        page="/en/free/",
        post="en/free",
        magnet="checklist",
        campaign={"utm_source": "letter", "utm_campaign": "spring"},
    )
    (tally,) = tallying.tallies(house.store, "checklist")
    assert (tally.what, tally.post, tally.campaign) == ("asked", "en/free", "letter / spring")


@pytest.mark.parametrize("post", ["nothing", "../en/free", "<b>", "=1+1"])
def test_a_post_that_is_none_is_not_kept(house, post):
    opt_in(house, post=post)
    assert link_of(house).consent.post == ""


# ---- programs -------------------------------------------------------------------------------


def _json(browser, told):
    answer = browser.post("/api/opt-in?lang=en", told, **JSON)
    assert answer.type.startswith("application/json")
    return json.loads(answer.body)


def test_a_program_gets_a_stamp_the_words_and_how_long_to_wait(house):
    browser = house.browser()
    told = _json(browser, fields())
    assert told.pop("stamp")
    assert told == {
        "code": "opt-in-check",
        "message": "Look at the address once more, and send it again with the stamp.",
        "wait": 2,
        "words": WORDS,
    }


def test_a_program_opts_in_in_two_steps(house):
    browser = house.browser()
    stamp = _json(browser, fields())["stamp"]
    assert _json(browser, fields(stamp=stamp))["code"] == "opt-in-check", "too early"
    house.clock.move(seconds=2)
    answer = browser.post("/api/opt-in?lang=en", fields(stamp=stamp), **JSON)
    assert (answer.status, json.loads(answer.body)["code"]) == (202, "opt-in-sent")
    house.tick()
    assert len(house.mailbox.to(MAIL)) == 1


def test_a_json_body_is_read_like_a_form(house):
    browser = house.browser()
    given = {"content_type": "application/json", "origin": ground.ORIGIN, **JSON}

    def send(**told):
        return browser._send("POST", "/api/opt-in", json.dumps(told).encode(), given)

    stamp = json.loads(send(magnet="checklist", mail=MAIL).body)["stamp"]
    house.clock.move(seconds=2)
    trapped = send(magnet="checklist", mail=MAIL, stamp=stamp, website="https://x.test")
    assert trapped.status == 202
    house.tick()
    assert house.mailbox.sent == []
    assert send(magnet="checklist", mail=MAIL, stamp=stamp).status == 202
    house.tick()
    assert len(house.mailbox.sent) == 1
    assert send(magnet="checklist").status == 422
    assert send(magnet="nothing", mail=MAIL).status == 410


# ---- the trap -------------------------------------------------------------------------------


def test_who_fills_the_field_that_people_do_not_see_is_thanked_and_nothing_is_sent(house):
    browser = house.browser()
    honest = opt_in(house, browser, mail="other@example.test")
    page = first(browser, website="https://spam.test")
    assert _again(page)
    answer = second(house, browser, page.body, website="https://spam.test")
    assert answer == honest
    house.tick()
    assert not house.mailbox.to(MAIL)
    (tally,) = tallying.tallies(house.store, "checklist")
    assert tally.count == 1, "a robot is not counted as a reader"


def test_the_trap_uses_up_nobodys_mails(house):
    for _ in range(6):
        second(house, browser := house.browser(), first(browser).body, website="x")
    opt_in(house)
    assert len(house.mailbox.to(MAIL)) == 1


# ---- the mail -------------------------------------------------------------------------------


def test_a_mail_that_is_late_is_not_sent_any_more(house):
    second(house, browser := house.browser(), first(browser).body)
    house.clock.move(hours=48)
    house.tick()
    assert house.mailbox.sent == []


def test_the_job_names_the_magnet_and_holds_no_secret(house):
    second(house, browser := house.browser(), first(browser, name="Lin").body)
    (item,) = house.store.query(keys.QUEUE)
    job = item.value["value"]
    assert set(job) == {"mail", "to", "lang", "seed", "magnet", "values"}
    assert (job["mail"], job["magnet"], job["values"]) == ("opt-in", "checklist", {"hours": "48"})
    house.tick()
    raw = str(dump(house.store))
    assert key_in(house) not in raw


def test_the_queue_is_asked_to_be_drained(tmp_path, generation):
    woken = []
    house = ground.world(tmp_path, generation=generation, wake=lambda: woken.append(1))
    browser = house.browser()
    page = first(browser)
    assert woken == []
    second(house, browser, page.body)
    assert woken == [1]


def test_nothing_is_queued_for_a_mailbox_that_is_spared(house):
    for _ in range(3):
        opt_in(house)
    before = {item.partition for item in house.store.everything() if "link#" in item.partition}
    second(house, browser := house.browser(), first(browser).body)
    assert not house.store.query(keys.QUEUE)
    assert queue.dead(house.store) == []
    after = {item.partition for item in house.store.everything() if "link#" in item.partition}
    assert after == before


@pytest.mark.parametrize("reason", ["bounced", "complained"])
def test_an_address_that_is_spared_gets_no_mail_and_the_same_answer(house, reason):
    suppressing.suppress(house.store, MAIL, reason, house.clock())
    spared, other = opt_in(house), opt_in(house, mail="other@example.test")
    assert spared == other
    assert [mail.to for mail in house.mailbox.sent] == ["other@example.test"]


def test_counting_that_fails_costs_nobody_the_mail(house, monkeypatch, caplog):
    from publish.paywall.ports import StoreDown

    def down(*_, **__):
        raise StoreDown

    monkeypatch.setattr(tallying, "note", down)
    assert opt_in(house).status == 303
    assert confirm(house).status == 303
    assert caplog.text.count("tallying") >= 2


def test_the_link_lasts_as_long_as_the_mail_says(house):
    assert opting.LASTS.total_seconds() == 48 * 3600
    opt_in(house)
    assert parse_qs(urlsplit(link_in(house)).query)["lang"] == ["en"]
