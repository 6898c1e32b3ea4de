"""Leaving is one click from anywhere and stops one list; looking at the link stops nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from publish.paywall import erasing, keys, people, subscribing, suppressing, unsubscribing
from publish.paywall.http import Request, Response
from publish.paywall.people import Person
from publish.paywall.ports import Delete
from publish.paywall.signing import Keyring
from publish.paywall.subscribing import Consent
from tests.publish.paywall.house import KEYS, ORIGIN, START, House, field_of, location, world
from tests.publish.paywall.mailing import Between, flipped
from tests.publish.paywall.opting_in import confirm, opt_in
from tests.publish.paywall.wire import Line

MAIL = "reader@example.test"
ONE_CLICK = b"List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"
BOUNDARY = b"--x\r\nContent-Disposition: form-data; name="
MULTIPART = BOUNDARY + b'"List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'


@pytest.fixture
def house(tmp_path: Path, generation: Path) -> House:
    return world(tmp_path, generation=generation)


@pytest.fixture
def person(house: House) -> Person:
    """Somebody on the letters."""
    found = house.person()
    consent = Consent("as shown", "en", START, "magnet", "/en/free/", magnet="checklist")
    house.store.write(*subscribing.joining(found.id, consent, None))
    return house.person()


def path(house: House, person: Person, lang: str = "en") -> str:
    return unsubscribing.path(house.world.ring, person.id, lang)


def decline_path(house: House, mail: str = MAIL) -> str:
    return unsubscribing.decline_path(house.world.ring, mail, "en")


def key(path: str) -> str:
    return parse_qs(urlsplit(path).query)["key"][0]


def on(house: House, person: Person) -> bool:
    found = subscribing.find(house.store, person.id)
    return found is not None and found.on


def dump(house: House) -> set[str]:
    return {repr(each) for each in house.store.everything()}


def program(house: House, path: str, body: bytes = ONE_CLICK, kind: str = FORM) -> Response:
    """Post as a mail program's server does: no cookie, no origin, any network."""
    parts = urlsplit(path)
    headers = {"host": "example.test", "content-type": kind, "user-agent": "Mail/1.0"}
    return house.service(Request("POST", parts.path, parts.query, headers, body, "203.0.113.9"))


# ---- one click in a mail program ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ONE_CLICK, FORM),
        (MULTIPART, "multipart/form-data; boundary=x"),
        (ONE_CLICK, ""),
        (b"", FORM),
        (b"\xff\xfe", "application/octet-stream"),
    ],
)
def test_a_mail_program_unsubscribes_with_one_post(
    house: House, person: Person, body: bytes, kind: str
) -> None:
    """RFC 8058 allows both kinds of form; the link says it all, so the body need not be read."""
    answer = program(house, path(house, person), body, kind)
    assert (answer.status, answer.cookies) == (200, ())
    assert not [name for name, _ in answer.headers if name in ("Location", "Set-Cookie")]
    assert not on(house, person)


def test_a_real_server_takes_the_click_of_a_mail_program(
    house: House, person: Person, line: Line
) -> None:
    """Over HTTP, as a form in parts, without a cookie and without saying where it comes from."""
    with line.to(house.service) as wired:
        answer = program(
            replace(house, service=wired),
            path(house, person),
            MULTIPART,
            "multipart/form-data; boundary=x",
        )
    assert (answer.status, answer.cookies) == (200, ())
    assert not on(house, person)


def test_leaving_twice_is_leaving_once(house: House, person: Person) -> None:
    """The same answer, and the store is the same."""
    first = program(house, path(house, person))
    before = dump(house)
    house.clock.move(days=400)
    second = program(house, path(house, person))
    assert (second.status, second.body) == (first.status, first.body)
    assert dump(house) == before


def test_the_link_has_no_end(house: House, person: Person) -> None:
    """A letter lies in a mailbox for years; so long its link works, also after new keys came."""
    letter = path(house, person)
    ring = Keyring((*KEYS, "one more key that is long enough to sign"))
    later = world(house.generation.parent, generation=house.generation, store=house.store)
    object.__setattr__(later.world, "ring", ring)
    house.clock.move(days=3000)
    assert program(later, letter).status == 200
    assert not on(house, person)


def test_leaving_stops_letters_and_nothing_else(house: House, person: Person) -> None:
    """Sign-in mails and receipts arrive, magnets stay, and nothing is forgotten."""
    program(house, path(house, person))
    assert people.find(house.store, person.id) == person
    assert not suppressing.stops(house.store, MAIL, "sign-in")
    assert not suppressing.stops(house.store, MAIL, "opt-in")
    standing = subscribing.find(house.store, person.id)
    assert (standing.consent.words, standing.since) == ("as shown", START)
    assert house.store.query(keys.person(person.id), "consent#")


# ---- looking ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_writes_nothing(house: House, person: Person, method: str) -> None:
    """Mail scanners open every link."""
    before = dump(house)
    for link in (path(house, person), decline_path(house), f"{path(house, person)}&back=1"):
        assert house.browser().get(link, method=method).status == 200
    assert dump(house) == before


def test_the_page_has_one_button(house: House, person: Person) -> None:
    """It asks, and what it posts leaves; nobody's address is on it, and nobody is signed in."""
    browser = house.browser()
    page = browser.get(path(house, person))
    assert b"asking" in page.body
    assert MAIL.encode() not in page.body
    done = browser.post("/api/unsubscribe?lang=en", {"key": field_of(page.body, "key")})
    assert done.status == 200
    assert b"done" in done.body
    assert MAIL.encode() not in done.body
    assert not on(house, person)
    assert browser.jar == {}
    assert browser.get("/api/account?lang=en").status == 401


def test_a_foreign_page_may_only_take_somebody_off(house: House, person: Person) -> None:
    """Whoever has the link may leave; only our own page puts anybody on."""
    form = {"key": key(path(house, person))}
    left = house.browser().post("/api/unsubscribe", form, origin="https://evil.test")
    assert left.status == 200
    assert not on(house, person)
    back = house.browser().post(
        "/api/unsubscribe", {**form, "back": "1"}, origin="https://evil.test"
    )
    assert back.status == 401
    assert not on(house, person)


def test_a_program_is_told_what_was_done(house: House, person: Person) -> None:
    """The same in JSON, in the reader's language."""
    said = {
        path(house, person): b'"code": "letters-off"',
        decline_path(house): b'"code": "declined"',
        "/api/unsubscribe?key=nonsense": b'"code": "unsubscribe-dead"',
    }
    for link, code in said.items():
        answer = house.browser().post(link, accept="application/json")
        assert code in answer.body
        assert answer.type.startswith("application/json")


# ---- links that are none ------------------------------------------------------------------------


def strange_keys(house: House, person: Person) -> list[str]:
    good, declining = key(path(house, person)), key(decline_path(house))
    other = house.person("other@example.test").id
    ring, foreign = house.world.ring, Keyring(("a key of somebody else's, long enough",))
    return [
        "",
        "nonsense",
        flipped(good),
        flipped(declining),
        good.replace(person.id, other),
        good.replace("letters", "receipts"),
        ring.sign("session", f"letters-{person.id}"),
        ring.sign("unsubscribe", f"receipts-{person.id}"),
        key(unsubscribing.path(foreign, person.id, "en")),
        person.id,
        "\0",
    ]


def test_a_link_that_is_none_does_nothing(house: House, person: Person) -> None:
    """Edited, for another list, of another site, for another purpose: the way to the account."""
    before = None
    for value in strange_keys(house, person):
        before = before or dump(house)
        for answer in (
            house.browser().get(f"/api/unsubscribe?lang=en&key={value}"),
            house.browser().post("/api/unsubscribe?lang=en", {"key": value}),
            house.browser().post("/api/unsubscribe?lang=en", {"key": value, "back": "1"}),
        ):
            assert answer.status == 410
            assert b'href="/api/account?lang=en"' in answer.body
    assert dump(house) == before
    assert on(house, person)


def test_who_is_erased_gets_the_same_answer(house: House, person: Person) -> None:
    """It tells nobody who is still here."""
    house.person("other@example.test")
    other = house.person("other@example.test")  # as it lies in the store
    erasing.erase(house.world, other, [], Delete("nothing", "here"), "en")
    there, gone = (program(house, path(house, each)) for each in (person, other))
    assert there.status == gone.status == 200
    assert there.body.replace(key(path(house, person)).encode(), b"") == gone.body.replace(
        key(path(house, other)).encode(), b""
    )
    assert not house.store.query(keys.person(other.id))


# ---- the way back -------------------------------------------------------------------------------


def back(house: House, link: str, **headers: str) -> Response:
    return house.browser().post(
        "/api/unsubscribe?lang=en", {"key": key(link), "back": "1"}, **headers
    )


def test_a_mistake_is_mended_with_one_click(house: House, person: Person) -> None:
    """The page shows the words, and they are kept as a consent of its own."""
    house.clock.move(hours=1)
    done = house.browser().post("/api/unsubscribe?lang=en", {"key": key(path(house, person))})
    assert b"letters, about once a week (en)" in done.body
    assert back(house, path(house, person)).status == 200
    standing = subscribing.find(house.store, person.id)
    assert standing.on
    assert standing.consent == Consent(
        "letters, about once a week (en)",
        "en",
        START + timedelta(hours=1),
        "account",
        "/api/unsubscribe",
    )
    assert len(house.store.query(keys.person(person.id), "consent#")) == 2


def test_who_is_on_stays_as_they_are(house: House, person: Person) -> None:
    """A second click adds no second consent."""
    before = dump(house)
    assert back(house, path(house, person)).status == 200
    assert dump(house) == before


def test_a_letter_that_was_passed_on_puts_nobody_on_again(house: House, person: Person) -> None:
    """Its link has no end; what undoes a click that was a mistake has one."""
    program(house, path(house, person))
    house.clock.move(minutes=61)
    before = dump(house)
    assert back(house, path(house, person)).status == 410
    assert dump(house) == before
    browser = house.signed_in(person)
    assert browser.post("/api/account/letters?lang=en", {"on": "1"}).status == 303
    assert on(house, person)


@pytest.mark.parametrize("way", ["link", "account"])
def test_who_leaves_and_comes_back_all_day_fills_no_store(
    house: House, person: Person, way: str
) -> None:
    """Each return is a consent that is kept for good; leaving is never bound."""
    browser = house.signed_in(person)
    for _ in range(15):
        house.clock.move(minutes=1)
        assert program(house, path(house, person)).status == 200
        if way == "link":
            back(house, path(house, person))
        else:
            browser.post("/api/account/letters?lang=en", {"on": "1"})
    assert not on(house, person)
    assert len(house.store.query(keys.person(person.id), "consent#")) == 11


def test_the_link_alone_never_puts_anybody_on(house: House, person: Person) -> None:
    """What a mail program posts to takes off, whatever it says."""
    program(house, f"{path(house, person)}&back=1", b"back=1&List-Unsubscribe=One-Click")
    assert not on(house, person)


def never_on(house: House, person: Person) -> Person:
    return house.person("other@example.test")


def banned(house: House, person: Person) -> Person:
    house.store.write(people.saving(replace(person, banned=True)))
    return person


def erased(house: House, person: Person) -> Person:
    erasing.erase(house.world, person, [], Delete("nothing", "here"), "en")
    return person


@pytest.mark.parametrize("who", [never_on, banned, erased])
def test_nobody_comes_back_who_was_not_there(house: House, person: Person, who: Any) -> None:
    """Never on the list, banned or erased: nothing is written down of them."""
    program(house, path(house, person))
    someone = who(house, person)
    before = dump(house)
    assert back(house, path(house, someone)).status == 410
    assert dump(house) == before


def test_who_is_erased_meanwhile_is_not_written_down(house: House, person: Person) -> None:
    """Between looking and writing the person went; nothing of them comes back."""
    program(house, path(house, person))
    store = Between(house.store, "list#")
    torn = world(house.generation.parent, generation=house.generation, store=store)
    store.then = lambda: erasing.erase(house.world, person, [], Delete("nothing", "here"), "en")
    assert back(torn, path(house, person)).status == 410
    assert not house.store.query(keys.person(person.id))


def test_who_is_erased_on_another_device_joins_nothing(house: House) -> None:
    """Nothing of theirs was there to conflict with, so the person themself is looked at."""
    house.person()
    person, store = house.person(), Between(house.store, "list#")
    torn = world(house.generation.parent, generation=house.generation, store=store)
    browser = torn.signed_in(person)
    store.then = lambda: erasing.erase(house.world, person, [], Delete("nothing", "here"), "en")
    assert browser.post("/api/account/letters?lang=en", {"on": "1"}).status == 410
    assert not house.store.query(keys.person(person.id))


def test_who_comes_back_is_written_to_although_they_complained(
    house: House, person: Person
) -> None:
    """A click asks for letters, so they go again; an address that is dead stays dead."""
    suppressing.suppress(house.store, MAIL, "complained", START)
    program(house, path(house, person))
    back(house, path(house, person))
    assert suppressing.find(house.store, MAIL) is None
    suppressing.suppress(house.store, MAIL, "bounced", START)
    back(house, path(house, person))
    assert suppressing.stops(house.store, MAIL, "letter")


# ---- mails that others asked for ----------------------------------------------------------------


def test_declining_keeps_such_mails_away_for_a_month(house: House) -> None:
    """From anywhere, as often as anybody likes; the address is not in the link."""
    link = decline_path(house)
    assert MAIL not in link
    assert "reader" not in link
    for _ in range(2):
        answer = program(house, link)
        assert answer.status == 200
        assert b"declined" in answer.body
    assert suppressing.declined(house.store, MAIL)
    assert suppressing.stops(house.store, MAIL, "opt-in")
    assert not suppressing.stops(house.store, MAIL, "sign-in")
    house.clock.move(days=30)
    assert not suppressing.declined(house.store, MAIL)


def test_the_page_of_declining_has_one_button(house: House) -> None:
    """It asks before it does anything."""
    browser = house.browser()
    page = browser.get(decline_path(house))
    assert b"declining" in page.body
    assert not suppressing.declined(house.store, MAIL)
    done = browser.post("/api/unsubscribe?lang=en", {"key": field_of(page.body, "key")})
    assert b"declined" in done.body
    assert suppressing.declined(house.store, MAIL)


def test_declining_takes_nobody_off_the_letters(house: House, person: Person) -> None:
    """Others may have asked in the name of a reader who wants the letters."""
    program(house, decline_path(house))
    assert on(house, person)


def test_every_link_stays_on_the_site(house: House, person: Person) -> None:
    """They are paths, and short enough for one line of a mail."""
    for link in (path(house, person, "zh-Hans"), decline_path(house)):
        assert link.startswith("/api/unsubscribe?key=")
        assert len(ORIGIN + link) < 250


# ---- the whole way ------------------------------------------------------------------------------


def header_path(house: House, at: int = -1) -> str:
    """Return where the button of a mail program leads."""
    return house.mailbox.to(MAIL)[at].headers["List-Unsubscribe"].strip("<>").removeprefix(ORIGIN)


def test_from_the_form_to_the_letters_and_out_again(house: House) -> None:
    """The mails that really were sent carry links that do what they say."""
    browser = house.browser()
    opt_in(house)
    confirm(house, browser)
    house.tick()
    assert "letters since" in browser.get("/api/account?lang=en").body.decode()
    assert program(house, header_path(house)).status == 200
    assert "letters since" not in browser.get("/api/account?lang=en").body.decode()
    assert back(house, header_path(house)).status == 200
    assert "letters since" in browser.get("/api/account?lang=en").body.decode()


def test_a_stranger_whose_address_was_used_is_left_alone(house: House) -> None:
    """One click in the first mail, and whoever asks again gets the same answer and no mail."""
    first = opt_in(house)
    assert program(house, header_path(house)).status == 200
    house.clock.move(hours=2)
    second = opt_in(house)
    assert (first.status, location(first)) == (second.status, location(second))
    assert len(house.mailbox.to(MAIL)) == 1
