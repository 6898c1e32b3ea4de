"""Private feeds: whole entries for what one may read, teasers for the rest, dead when replaced."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from publish.paywall import keys, people, private_feeds
from publish.paywall.http import Request
from publish.paywall.ports import Delete
from publish.paywall.visit import Visit
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import CANARY, ORIGIN
from tests.publish.paywall.mailing import flipped


@pytest.fixture
def house(tmp_path, generation):
    return ground.world(tmp_path, generation=generation)


def addresses(house, person):
    page = house.signed_in(person).get("/api/account?lang=en").body.decode()
    found = [re.search(f'class={kind} href="([^"]*)"', page).group(1) for kind in ("rss", "atom")]
    assert all(each.startswith(f"{ORIGIN}/api/feeds/") for each in found)
    return [each.removeprefix(ORIGIN) for each in found]


def feed(house, path, **headers):
    return house.browser().get(path, **headers)


def whole(answer):
    """Return the posts that the feed has whole."""
    return re.findall(rf"{CANARY} entry of (\S+)", answer.body.decode())


def teasers(answer):
    return re.findall(r"<id>(\S+?)</id>teaser", answer.body.decode())


def file_key(answer):
    return re.search(r"\?key=([^\"]+)", answer.body.decode()).group(1)


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_member_has_whole_entries_and_teasers_of_the_rest(house, kind):
    person = house.person()
    house.grant(person, "pass")
    path = addresses(house, person)[kind == "atom"]
    answer = feed(house, path)
    assert answer.status == 200
    assert answer.type == f"application/{kind}+xml; charset=utf-8"
    assert whole(answer) == ["en/walled", "en/letters"]
    assert teasers(answer) == ["en/chapter"]
    assert f"<self>{ORIGIN}{path}</self>" in answer.body.decode()
    assert b"lapsed" not in answer.body


def test_who_never_bought_has_what_is_for_subscribers_and_no_reproach(house):
    answer = feed(house, addresses(house, house.person())[0])
    assert whole(answer) == ["en/letters"]
    assert b"lapsed" not in answer.body


def test_a_lapsed_member_has_teasers_and_one_polite_entry(house):
    person = house.person()
    house.grant(person, "pass", days=5)
    path = addresses(house, person)[0]
    assert "en/walled" in whole(feed(house, path))
    house.clock.move(days=5)
    answer = feed(house, path)
    assert answer.status == 200
    assert whole(answer) == ["en/letters"]
    assert answer.body.count(b"lapsed") == 1
    assert f"{ORIGIN}/api/account?lang=en".encode() in answer.body
    house.grant(person, "pass", days=5)
    assert "en/walled" in whole(feed(house, path))


@pytest.mark.parametrize("state", ["held", "revoked", "pending"])
def test_what_is_not_open_is_not_whole(house, state):
    person = house.person()
    house.grant(person, "pass", state=state)
    assert "en/walled" not in whole(feed(house, addresses(house, person)[0]))


def test_replaced_addresses_are_gone_and_the_new_ones_work(house):
    person = house.person()
    house.grant(person, "pass")
    old = addresses(house, person)
    key = file_key(feed(house, old[0]))
    browser = house.signed_in(person)
    assert browser.post("/api/account/feeds?lang=en").status == 303
    for path in old:
        answer = feed(house, path)
        assert answer.status == 410
        assert b"no longer works" in answer.body
        assert CANARY.encode() not in answer.body
    new = addresses(house, person)
    assert not set(new) & set(old)
    assert whole(feed(house, new[0]))
    visit = Visit(house.world, Request("GET", "/"))
    assert private_feeds.check(visit, key) is None
    assert private_feeds.check(visit, file_key(feed(house, new[0]))).id == person.id


@pytest.mark.parametrize("how", ["banned", "gone"])
def test_who_is_banned_or_gone_has_no_feed(house, how):
    person = house.person()
    house.grant(person, "pass")
    path = addresses(house, person)[0]
    key = file_key(feed(house, path))
    if how == "banned":
        found = people.find(house.store, person.id)
        house.store.write(people.saving(replace(found, banned=True)))
    else:
        house.store.write(Delete(keys.person(person.id), keys.SELF))
    assert feed(house, path).status == 410
    assert private_feeds.check(Visit(house.world, Request("GET", "/")), key) is None


def test_a_key_cannot_be_guessed_forged_or_used_for_something_else(house):
    person, other = house.person(), house.person("other@example.test")
    house.grant(person, "pass")
    path = addresses(house, person)[0]
    key = path.split("/")[3]
    ring = house.world.ring
    wrong = (
        flipped(key),
        key.rpartition(".")[0],
        key.replace(person.id, other.id),
        f"{person.id}-1",
        f"{person.id}-2.{key.rpartition('.')[2]}",
        ring.sign("session", f"{person.id}-1"),
        private_feeds.file_key(ring, person),
        "",
        "%00",
        "é",
    )
    for each in wrong:
        answer = feed(house, f"/api/feeds/{each}/en/rss.xml")
        assert answer.status == 410, each
        assert CANARY.encode() not in answer.body
    visit = Visit(house.world, Request("GET", "/"))
    for each in (*wrong[:-4], key, ""):
        assert private_feeds.check(visit, each) is None, each


@pytest.mark.parametrize(
    "place",
    ["en/rss", "en/rss.xml.xml", "en/rss.xml/", "fr/rss.xml", "en//rss.xml", "en", "en/", "",
     "en/../zh-Hans/rss.xml", "en/json.xml", "en/.xml", "%65n/rss.xml"],
)  # fmt: skip
def test_only_the_address_itself_is_the_feed(house, place):
    person = house.person()
    house.grant(person, "pass")
    key = addresses(house, person)[0].split("/")[3]
    answer = feed(house, f"/api/feeds/{key}/{place}")
    assert answer.status == 410
    assert CANARY.encode() not in answer.body


def test_a_feed_reader_that_has_it_already_is_told_so_until_something_changes(house):
    person = house.person()
    house.grant(person, "pass", days=5)
    path = addresses(house, person)[0]
    answer = feed(house, path)
    tag = dict(answer.headers)["ETag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = feed(house, path, if_none_match=known)
        assert (again.status, again.body) == (304, b"")
        assert "Content-Length" not in dict(again.all_headers())
        assert dict(again.headers)["ETag"] == tag
    house.clock.move(days=1)
    assert feed(house, path, if_none_match=tag).status == 304
    house.clock.move(days=4)
    assert feed(house, path, if_none_match=tag).status == 200
    assert feed(house, path, if_modified_since="Sat, 22 Nov 2036 08:00:00 GMT").status == 200


def test_head_tells_the_length_and_nothing_else(house):
    person = house.person()
    house.grant(person, "pass")
    path = addresses(house, person)[0]
    answer = house.browser().get(path, method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.length == len(feed(house, path).body)


def test_a_feed_is_nobodys_to_share(house):
    person = house.person()
    answer = feed(house, addresses(house, person)[0])
    assert answer.cache.startswith("private")
    assert not answer.cookies


def test_the_pictures_of_a_feed_open_without_a_cookie_as_long_as_the_post_does(house):
    person = house.person()
    house.grant(person, "pass", days=5)
    answer = feed(house, addresses(house, person)[0])
    key = file_key(answer)
    assert key == private_feeds.file_key(house.world.ring, person)
    picture = "/api/files/posts/en/walled/picture.0a1b2c3d.png"
    assert feed(house, f"{picture}?key={key}").status == 200
    assert feed(house, picture).status == 402
    assert feed(house, f"/api/files/posts/en/chapter/picture.0a1b2c3d.png?key={key}").status == 402
    feed_key = private_feeds.feed_key(house.world.ring, person)
    assert feed(house, f"{picture}?key={feed_key}").status == 402
    house.clock.move(days=5)
    assert feed(house, f"{picture}?key={key}").status == 402


def test_a_feed_writes_nothing(house):
    person = house.person()
    path = addresses(house, person)[0]
    before = [(each.key, each.version) for each in house.store.query(keys.person(person.id))]
    feed(house, path)
    after = [(each.key, each.version) for each in house.store.query(keys.person(person.id))]
    assert before == after
