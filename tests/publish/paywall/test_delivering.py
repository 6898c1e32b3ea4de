"""Handing out: the page of a link, its files, another link, and what such a link never opens."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from publish.contract import manifest as contract
from publish.contract.service import DELIVERY_PAGE_SLOTS, PAGES
from publish.contract.slots import Prepared
from publish.paywall import (
    collecting,
    deliveries,
    delivering,
    file_links,
    keys,
    people,
    queue,
    reading,
    subscribing,
    tallying,
)
from publish.paywall.collecting import Collected
from publish.paywall.deliveries import Delivery
from publish.paywall.http import Request, Response
from publish.paywall.people import Person
from publish.paywall.ports import Delete, Item
from publish.paywall.signing import Keyring
from publish.paywall.subscribing import Consent
from publish.paywall.visit import Visit
from tests.publish.paywall import house
from tests.publish.paywall.generation import CANARY, make_generation
from tests.publish.paywall.house import KEYS, Browser, House, location
from tests.publish.paywall.mailing import MAIL, flipped, is_in

LIST = quote("清单.pdf")


@pytest.fixture
def home(tmp_path: Path, generation: Path, clock: house.MovableClock) -> House:
    return house.world(tmp_path, generation=generation, clock=clock)


def collected(home: House, magnet: str = "checklist", mail: str = MAIL) -> Person:
    """Return a person to whom a magnet was given."""
    person = home.person(mail)
    if collecting.find(home.store, person.id, magnet) is None:
        campaign = {"utm_source": "wechat"}
        given = Collected(magnet, "en", home.clock(), "/free/", "free", campaign)
        home.store.write(collecting.saving(person.id, given))
    return person


def link(home: House, magnet: str = "checklist", lang: str = "en", **whose: str) -> str:
    """Return the path of a link that lasts from now on; without more it is for the reader."""
    given = whose or {"person": collected(home, magnet).id}
    until = home.clock() + deliveries.LASTS
    return deliveries.path(home.world.ring, Delivery(magnet, lang, until, **given))


def key_of(path: str) -> str:
    return parse_qs(urlsplit(path).query)["key"][0]


def take(browser: Browser, path: str, file: str = "1") -> Response:
    return browser.post("/api/get?lang=en", {"key": key_of(path), "file": file})


def again(browser: Browser, path: str, **headers: str) -> Response:
    return browser.post("/api/get/again?lang=en", {"key": key_of(path)}, **headers)


def dump(home: House) -> list[Any]:
    """Return all that the store holds."""
    return sorted(home.store.everything(), key=lambda item: (item.partition, item.key))


def deliveries_sent(home: House) -> list[Mapping[str, Any]]:
    """Return the mails with links that wait, after the jobs before them were done."""
    for item in home.store.query(keys.QUEUE):
        if item.value["kind"] == "deliver":
            delivering.deliver(home.world, job_of(item))
            home.store.write(Delete(item.partition, item.key))
    waiting = [item.value for item in home.store.query(keys.QUEUE)]
    assert {each["kind"] for each in waiting} <= {"mail"}
    return [each["value"] for each in waiting]


def job_of(item: Item) -> queue.Job:
    return queue.Job(item.value["id"], item.value["kind"], item.value["value"], 1)


def erased(home: House, person: Person) -> None:
    """Take a person away, as erasing does."""
    home.store.write(
        *(Delete(each.partition, each.key) for each in home.store.query(keys.person(person.id))),
        Delete(keys.identity("mail", person.mail), keys.SELF),
    )


def banned(home: House, person: Person) -> None:
    home.store.write(
        people.saving(replace(people.find(home.store, person.id) or person, banned=True))
    )


def tallied(home: House, magnet: str = "checklist") -> list[tuple[str, str, str, int]]:
    return [
        (each.what, each.post, each.campaign, each.count)
        for each in tallying.tallies(home.store, magnet)
    ]


# ---- the page ---------------------------------------------------------------------------------


def test_the_page_names_each_file_with_its_size_and_until_when_the_link_works(home: House) -> None:
    page = home.browser().get(link(home))
    text = page.body.decode()
    assert (page.status, page.cookies) == (200, ())
    assert '<button name=file value="1">清单.pdf 21 B</button>' in text
    assert '<button name=file value="2">notes.txt 12 B</button>' in text
    assert "4e5f6a7b" not in text
    assert "<p class=until>29 November 2026</p>" in text
    assert "fresh" not in text


def test_it_speaks_the_language_that_the_link_names(home: House) -> None:
    page = home.browser().get(link(home, lang="zh-Hans"))
    assert "2026年11月29日" in page.body.decode()


def test_right_after_confirming_it_says_so_and_that_is_all(home: House) -> None:
    path = link(home)
    fresh, other = (home.browser().get(path + more).body.decode() for more in ("&fresh=1", ""))
    assert fresh.replace("<p>fresh</p>", "") == other
    assert "fresh" in fresh


def test_a_magnet_that_is_a_post_leads_to_it_in_the_language_of_the_link(home: House) -> None:
    for lang, url in (("en", "/en/letters/"), ("zh-Hans", "/letters/")):
        page = home.browser().get(link(home, "reading", lang)).body.decode()
        assert f'<a class=post href="{url}">' in page
        assert "<button" not in page


def test_every_slot_of_the_contract_has_a_value(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled: list[dict[str, Any]] = []
    fill = Prepared.fill
    monkeypatch.setattr(Prepared, "fill", lambda *a: (filled.append(a[1]), fill(*a))[1])
    home.browser().get(link(home))
    names = {name for each in filled[0]["files"] for name in each}
    assert names | set(filled[0]) == DELIVERY_PAGE_SLOTS


@pytest.mark.parametrize(
    ("who", "on", "said"),
    [("them", True, True), ("them", False, False), ("another", True, False), ("", True, False)],
)
def test_that_they_get_letters_is_said_to_themselves_only(
    home: House, who: str, on: bool, said: bool
) -> None:
    path, person = link(home), home.person()
    consent = Consent("words", "en", home.clock(), "magnet")
    home.store.write(*subscribing.joining(person.id, consent, None))
    if not on:
        subscribing.leave(home.store, person.id, home.clock())
    browsers = {"them": MAIL, "another": "other@example.test"}
    browser = home.signed_in(browsers[who]) if who else home.browser()
    assert (b"<p>letters</p>" in browser.get(path).body) is said


def test_a_retired_magnet_is_still_handed_out_to_who_has_a_link(home: House) -> None:
    path = link(home, "old")
    assert home.browser().get(path).status == 200
    assert take(home.browser(), path).status == 303


def test_looking_writes_nothing(home: House) -> None:
    path, browser = link(home), home.browser()
    address = location(take(browser, path))
    late = link(home)
    before = dump(home)
    for method in ("GET", "HEAD"):
        for target in (path, f"{path}&fresh=1", address, "/api/get", "/api/get?key=x"):
            browser.get(target, method=method)
    home.clock.move(days=8)
    browser.get(late)
    browser.get(address)
    assert dump(home) == [each for each in before if each.expires is None] == before
    assert not browser.jar


# ---- the files --------------------------------------------------------------------------------


def test_a_button_leads_to_the_bytes_as_something_to_keep(home: House) -> None:
    browser, path = home.browser(), link(home)
    led = take(browser, path)
    assert (led.status, led.cookies) == (303, ())
    address = location(led)
    assert address.startswith("/api/get/file/")
    assert address.endswith(f"/{LIST}")
    for _ in range(2):
        got = home.browser().get(address)
        assert (got.status, got.body) == (200, b"%PDF-1.7 " + CANARY.encode())
        told = dict(got.all_headers())
        assert told["Content-Type"] == "application/pdf"
        assert told["Content-Disposition"] == f"attachment; filename*=UTF-8''{LIST}"
        assert told["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert (told["Cache-Control"], told["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert take(browser, path, "2").status == 303


def test_a_picture_is_kept_too_and_never_shown_as_a_page_of_ours(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_picture(home, monkeypatch, type="image/svg+xml")
    got = home.browser().get(location(take(home.browser(), link(home))))
    assert dict(got.all_headers())["Content-Disposition"].startswith("attachment")


def as_picture(home: House, monkeypatch: pytest.MonkeyPatch, **fields: Any) -> None:
    """Let the first file of the checklist be another one."""
    manifest = home.world.releases.find().manifest
    magnet = manifest.magnets["checklist"]
    first, *rest = magnet.texts["en"].files
    text = replace(magnet.texts["en"], files=(replace(first, **fields), *rest))
    changed = replace(magnet, texts={**magnet.texts, "en": text})
    with_it = replace(manifest, magnets={**manifest.magnets, "checklist": changed})
    monkeypatch.setattr(home.world.releases.find(), "manifest", with_it)


def test_a_large_file_comes_from_where_it_lies(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    as_picture(home, monkeypatch, bytes=reading.LARGE + 1)
    monkeypatch.setattr(
        home.world.bodies, "address", lambda *a: (asked.append(a), "https://s3.test/x")[1]
    )
    got = home.browser().get(location(take(home.browser(), link(home))))
    assert (got.status, location(got)) == (302, "https://s3.test/x")
    assert asked[0][2:] == (300, "清单.pdf", "application/pdf")


def test_fetching_is_counted_once_a_person_with_where_they_came_from(home: House) -> None:
    path = link(home)
    for file in ("1", "2", "1"):
        assert take(home.browser(), path, file).status == 303
    assert tallied(home) == [("fetched", "free", "wechat", 1)]
    found = collecting.find(home.store, home.person().id, "checklist")
    assert found
    assert found.fetched == home.clock()


@pytest.mark.parametrize("file", ["", "0", "3", "-1", "01", "１", "1.0", "../1", "x" * 999])
def test_a_file_that_the_magnet_does_not_have_leads_back_to_the_page(
    home: House, file: str
) -> None:
    path = link(home)
    answer = take(home.browser(), path, file)
    assert answer.status == 410
    assert path.replace("&", "&amp;") in answer.body.decode()
    assert not tallied(home)


def test_a_form_on_another_site_fetches_nothing(home: House) -> None:
    form = {"key": key_of(link(home)), "file": "1"}
    answer = home.browser().post("/api/get", form, origin="https://evil.example")
    assert answer.status == 401
    assert not tallied(home)


# ---- a link that hands out nothing ------------------------------------------------------------


def _other_ring(home: House, path: str) -> str:
    strange = Keyring(("another site's key that is long enough to sign",))
    delivery = deliveries.read(home.world.ring, key_of(path))
    assert delivery
    return deliveries.path(strange, delivery)


def _for_another_purpose(home: House, path: str) -> str:
    address = location(take(home.browser(), path))
    return f"/api/get?key={address.split('/')[4]}"


BREAKS: Mapping[str, Callable[[House, str], str]] = {
    "edited": lambda home, path: f"/api/get?key={flipped(key_of(path))}",
    "cut": lambda home, path: path.split("&")[0][:-1],
    "of another site": _other_ring,
    "of a file": _for_another_purpose,
    "none": lambda home, path: "/api/get",
    "odd": lambda home, path: "/api/get?key=" + quote("é.é\x00" * 99),
}


@pytest.mark.parametrize("how", BREAKS)
def test_a_link_that_is_not_whole_is_dead_for_all_it_could_do(home: House, how: str) -> None:
    broken = BREAKS[how](home, link(home))
    key = parse_qs(urlsplit(broken).query).get("key", [""])[0]
    fetched = tallied(home)
    browser, before = home.browser(), home.store.query(keys.QUEUE)
    for answer in (
        browser.get(broken),
        browser.post("/api/get?lang=en", {"key": key, "file": "1"}),
        browser.post("/api/get/again?lang=en", {"key": key}),
    ):
        assert answer.status == 410
        assert b"This link does not work" in answer.body
        assert b'<a href="/en/">Home</a>' in answer.body
    assert home.store.query(keys.QUEUE) == before
    assert tallied(home) == fetched


@pytest.mark.parametrize("gone", [erased, banned])
def test_who_is_gone_or_banned_gets_nothing(
    home: House, gone: Callable[[House, Person], None]
) -> None:
    path = link(home)
    gone(home, home.person())
    for answer in (home.browser().get(path), take(home.browser(), path)):
        assert answer.status == 410
        assert b"This link does not work" in answer.body
    assert not tallied(home)


def test_what_is_no_longer_given_away_is_dead_also_by_late_links(home: House) -> None:
    path = link(home, "nowhere")
    for _ in range(2):
        for answer in (home.browser().get(path), take(home.browser(), path)):
            assert answer.status == 410
            assert b"This link does not work" in answer.body
        assert again(home.browser(), path).status == 410
        home.clock.move(days=8)


def test_a_link_works_until_its_second_and_not_after_it(home: House) -> None:
    path = link(home)
    home.clock.move(days=7, seconds=-1)
    assert home.browser().get(path).status == 200
    assert take(home.browser(), path).status == 303
    home.clock.move(seconds=1)
    late = home.browser().get(path)
    assert (late.status, b"late: checklist (en)" in late.body) == (410, True)
    assert b'action="/api/get/again"' in late.body
    assert take(home.browser(), path).status == 410
    assert home.browser().json(path).status == 410
    told = json.loads(home.browser().json(path).body)
    assert told["error"]["code"] == "delivery-late"


def test_every_slot_of_the_late_page_has_a_value(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, frozenset[str]]] = []
    page = Visit.page
    monkeypatch.setattr(
        Visit, "page", lambda *a: (seen.append((a[1], frozenset(a[2]))), page(*a))[1]
    )
    path = link(home)
    home.clock.move(days=8)
    home.browser().get(path)
    again(home.browser(), path)
    assert seen == [("late", PAGES["late"])] * 2


def test_a_link_from_before_the_keys_were_rotated_still_works(home: House) -> None:
    delivery = Delivery("checklist", "en", home.clock() + timedelta(days=1), collected(home).id)
    old, newest = Keyring(KEYS[:1]), Keyring((*KEYS, "a key that is newer than all the others"))
    path = deliveries.path(old, delivery)
    assert home.browser().get(path).status == 200
    assert deliveries.read(newest, key_of(path)) == delivery
    assert deliveries.read(Keyring(KEYS[1:]), key_of(path)) is None


def test_a_link_signs_nobody_in_and_opens_nothing_else(home: House) -> None:
    browser, path = home.browser(), link(home, "reading")
    browser.get(f"{path}&fresh=1")
    take(browser, link(home))
    again(browser, path)
    assert not browser.jar
    assert not is_in(browser)
    assert b"sign-in-first" in browser.json("/api/account").body
    assert browser.get("/api/read/letters").status == 402
    assert browser.get(f"/api/read/letters?key={key_of(path)}").status == 402


# ---- the address of a file --------------------------------------------------------------------


def address_of(home: House) -> str:
    return location(take(home.browser(), link(home)))


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 410), (1, 410)])
def test_the_address_of_a_file_ends_after_an_hour_to_the_second(
    home: House, seconds: int, status: int
) -> None:
    address = address_of(home)
    home.clock.move(hours=1, seconds=seconds)
    answer = home.browser().get(address)
    assert answer.status == status
    if status == 410:
        assert b"This link does not work" in answer.body
        assert b'<a href="/en/get/checklist/">To the form</a>' in answer.body


def test_it_is_good_for_its_own_file_only(home: House) -> None:
    browser, path = home.browser(), link(home)
    one, two = (location(take(browser, path, file)) for file in ("1", "2"))
    signed, other = one.split("/")[4], two.split("/")[4]
    for address in (
        f"/api/get/file/{signed}/notes.txt",
        f"/api/get/file/{other}/{LIST}",
        f"/api/get/file/{flipped(signed)}/{LIST}",
        f"/api/get/file/{key_of(path)}/{LIST}",
        f"/api/get/file/{signed}",
        f"/api/get/file/{signed}/",
        f"/api/get/file/{signed}/{LIST}/",
        f"/api/get/file/{signed}/../{LIST}",
        f"/api/get/file/{signed}/..%2f{LIST}",
        f"/api/get/file/{signed}/%252e%252e/{LIST}",
        f"/api/get/file/{signed}/{quote(LIST)}",
        f"/api/get/file/{signed}//{LIST}",
        f"/api/get/file/{signed}/{LIST}%00",
        f"/api/get/file/{signed}%00/{LIST}",
        f"/api/get/file//{LIST}",
        f"/api/get/file/{quote('清单.4e5f6a7b.pdf')}",
        "/api/get/file/private/magnets/checklist/en/notes.1a2b3c4d.txt",
        "/api/get/file/x.y/manifest.json",
    ):
        answer = browser.get(address)
        assert answer.status == 410, address
        assert CANARY.encode() not in answer.body


def test_it_works_however_a_browser_writes_the_name(home: House) -> None:
    address = address_of(home)
    assert home.browser().get(address.replace("%E6", "%e6")).status == 200
    assert home.browser().get(f"{address}?from=wechat").status == 200


def test_where_a_release_changed_the_file_the_address_is_dead_with_a_way_back(
    tmp_path: Path, clock: house.MovableClock
) -> None:
    home = house.world(tmp_path, clock=clock)
    address = address_of(home)
    place = home.generation / "manifest.json"
    manifest = contract.load(place)
    magnet = manifest.magnets["checklist"]
    files = tuple(replace(each, hash="0" * 64) for each in magnet.texts["en"].files)
    texts = {**magnet.texts, "en": replace(magnet.texts["en"], files=files)}
    changed = replace(manifest, magnets={"checklist": replace(magnet, texts=texts)})
    make_generation(tmp_path / "next")
    (tmp_path / "next" / "manifest.json").write_text(contract.dump(changed))
    other = house.world(tmp_path, generation=tmp_path / "next", store=home.store, clock=clock)
    answer = other.browser().get(address)
    assert answer.status == 410
    assert b'<a href="/en/get/checklist/">To the form</a>' in answer.body


def test_it_names_nobody(home: House) -> None:
    link_ = file_links.read(home.world.ring, address_of(home).split("/")[4])
    assert link_
    told = dataclasses.asdict(link_)
    assert set(told) == {"magnet", "lang", "hash", "until"}


# ---- another link -----------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "status", "jobs"), [(186, 200, 1), (187, 410, 0)])
def test_a_link_that_is_half_a_year_old_has_nobody_written_to(
    home: House, days: int, status: int, jobs: int
) -> None:
    """Whoever it was passed on to could have mails sent for ever."""
    key = parse_qs(urlsplit(link(home)).query)["key"][0]
    home.clock.move(days=days)
    assert home.browser().get(f"/api/get?key={quote(key)}&lang=en").status == 410
    answer = home.browser().post("/api/get/again?lang=en", {"key": key})
    assert answer.status == status
    assert len(home.store.query(keys.QUEUE)) == jobs
    if not jobs:
        assert b"/api/opt-in?magnet=checklist" in answer.body


def test_a_late_link_is_sent_again_with_one_press(home: House) -> None:
    path, person = link(home), home.person()
    home.clock.move(days=30)
    answer = again(home.browser(), path)
    assert (answer.status, answer.body) == (200, again(home.browser(), path).body)
    assert b"on its way" in answer.body
    first, _ = deliveries_sent(home)
    assert first == {
        "mail": "delivery",
        "magnet": "checklist",
        "person": person.id,
        "to": MAIL,
        "lang": "en",
        "until": keys.stamp(home.clock() + timedelta(days=7)),
    }


def test_it_is_sent_at_once_where_something_can_be_woken(
    tmp_path: Path, generation: Path, clock: house.MovableClock
) -> None:
    woken: list[int] = []
    home = house.world(
        tmp_path, generation=generation, clock=clock, wake=lambda: woken.append(len(dump(home)))
    )
    again(home.browser(), link(home))
    assert woken == [len(dump(home))]


def test_a_program_is_told_without_a_page(home: House) -> None:
    answer = again(home.browser(), link(home), accept="application/json")
    assert (answer.status, json.loads(answer.body)["code"]) == (202, "delivery-again")


def test_another_link_goes_to_the_address_they_have_now_and_to_no_other(home: House) -> None:
    path, person = link(home), home.person()
    home.store.write(people.saving(replace(person, mail="new@example.test")))
    again(home.browser(), path)
    assert [each["to"] for each in deliveries_sent(home)] == ["new@example.test"]


class Recording:
    """A store that writes down what is done with it, ids masked."""

    def __init__(self, store: Any) -> None:
        self._store, self.done = store, []
        self.name = store.name

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name not in ("get", "query", "write"):
            return found

        def recorded(*a: Any, **k: Any) -> Any:
            told = [_masked(each) for each in a]
            self.done.append((name, *told))
            return found(*a, **k)

        return recorded


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub(r"#.*", "#…", value)
    value_keys = sorted(getattr(value, "value", {}))
    nested = sorted(value.value["value"]) if "value" in value_keys else []
    return type(value).__name__, _masked(value.partition), value_keys, nested


@pytest.mark.parametrize("gone", [erased, banned])
@pytest.mark.parametrize("accept", ["", "application/json"])
def test_asking_again_says_and_does_the_same_for_those_who_are_gone(
    tmp_path: Path,
    generation: Path,
    home: House,
    gone: Callable[[House, Person], None],
    accept: str,
) -> None:
    path = link(home)
    theirs = collected(home, mail="gone@example.test")
    other = link(home, person=theirs.id)
    gone(home, theirs)
    answers, done = [], []
    for each in (path, other):
        recording = Recording(home.store)
        watched = house.world(tmp_path, generation=generation, store=recording, clock=home.clock)
        network = f"192.0.2.{len(done)}"
        for _ in range(5):
            answers.append(again(watched.browser(network=network), each, accept=accept))
        done.append(recording.done)
    assert done[0] == done[1]
    assert len(done[0]) > 20
    assert len({(each.status, each.body, each.headers, each.cookies) for each in answers}) == 1
    assert [each["to"] for each in deliveries_sent(home)] == [MAIL] * 3


def test_at_most_three_mails_an_hour_and_ten_a_day_whatever_is_pressed(home: House) -> None:
    paths = [link(home), link(home, "worksheet", lang="zh-Hans")]
    sent = []
    for hour in range(9):
        for number in range(8):
            browser = home.browser(network=f"198.51.{hour}.{number}")
            assert again(browser, paths[number % 2]).status == 200
        sent.append(len(deliveries_sent(home)))
        home.clock.move(hours=1)
    assert sent[:3] == [3, 6, 9]
    assert sent[-1] == 10


def test_one_network_is_told_when_it_asks_too_often(home: House) -> None:
    collected(home)
    until = home.clock() + deliveries.LASTS
    for number in range(61):
        delivery = Delivery("checklist", "en", until, f"NOBODY{number}")
        answer = again(home.browser(), deliveries.path(home.world.ring, delivery))
        assert answer.status == (200 if number < 60 else 429)
    assert again(home.browser(), link(home)).status == 429
    assert again(home.browser(network="198.51.100.9"), link(home)).status == 200


def test_all_together_are_bound(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    path = link(home)
    monkeypatch.setattr(delivering, "AGAIN_OVERALL", replace(delivering.AGAIN_OVERALL, most=1))
    assert again(home.browser(), path).status == 200
    assert again(home.browser(), path).status == 429


def test_a_job_that_is_done_twice_queues_one_mail(home: House) -> None:
    again(home.browser(), link(home))
    (item,) = home.store.query(keys.QUEUE)
    for _ in range(2):
        delivering.deliver(home.world, job_of(item))
    assert len(deliveries_sent(home)) == 1


def test_the_tick_sends_what_was_asked_for_again(home: House) -> None:
    again(home.browser(), link(home))
    home.tick()
    (mail,) = home.mailbox.to(MAIL)
    assert mail.subject == "delivery of checklist (en)"
    found = re.search(r"^link: (\S+)$", mail.text, re.M)
    assert found
    parts = urlsplit(found.group(1))
    assert home.browser().get(f"{parts.path}?{parts.query}").status == 200


# ---- from the account -------------------------------------------------------------------------


def of_account(home: House, person: Person, magnet: str, lang: str = "en") -> Response:
    request = Request("POST", "/api/account/magnet", f"lang={lang}", {"accept": "text/html"})
    return delivering.of_account(Visit(home.world, request), person, magnet)


@pytest.mark.parametrize(("magnet", "lang"), [("checklist", "zh-Hans"), ("old", "en")])
def test_the_account_leads_to_a_fresh_page_of_what_is_theirs(
    home: House, magnet: str, lang: str
) -> None:
    person = collected(home, magnet)
    answer = of_account(home, person, magnet, lang)
    assert answer.status == 303
    delivery = deliveries.read(home.world.ring, key_of(location(answer)))
    assert delivery == Delivery(magnet, lang, home.clock() + timedelta(days=7), person.id)
    assert home.browser().get(location(answer)).status == 200


@pytest.mark.parametrize("magnet", ["worksheet", "nowhere", "", "../checklist"])
def test_the_account_hands_out_nothing_that_is_not_theirs(home: House, magnet: str) -> None:
    answer = of_account(home, collected(home), magnet)
    assert answer.status == 410
    assert b'<a href="/api/account?lang=en">' in answer.body
