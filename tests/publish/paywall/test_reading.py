"""Who gets premium pieces, who gets 402, and what strangers get with any trick: nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from publish.contract import manifest as contract
from publish.paywall import keys, people, private_feeds, reading, rights, sessions
from publish.paywall.http import Request
from publish.paywall.ports import Subscription
from publish.paywall.sessions import Opened
from tests.publish.paywall import house
from tests.publish.paywall.generation import CANARY
from tests.publish.paywall.house import Browser, House, location
from tests.publish.paywall.wire import Line

PICTURE = "/api/files/posts/walled/picture.0a1b2c3d.png"
TABLE = "/api/files/posts/walled/" + quote("表格.4e5f6a7b.pdf")
COURSE_PICTURE = "/api/files/products/course/en/picture.0a1b2c3d.png"


@pytest.fixture
def home(
    tmp_path: Path, generation: Path, clock: house.MovableClock, line: Line
) -> Iterator[House]:
    made = house.world(tmp_path, generation=generation, clock=clock)
    with line.to(made.service) as wired:
        yield replace(made, service=wired)


def member(home: House, *products: str, mail: str = "reader@example.test") -> Browser:
    person = home.person(mail)
    for product in products:
        home.grant(person, product)
    return home.signed_in(person)


def subscription(home: House, status: str = "active", **more: Any) -> Subscription:
    start = home.clock() - timedelta(days=1)
    return Subscription("sub", status, start, start + timedelta(days=30), **more)


# ---- pieces -----------------------------------------------------------------------------------


def test_a_member_gets_the_fragment_and_the_page(home: House) -> None:
    browser = member(home, "membership")
    fragment, page = browser.get("/api/read/walled"), browser.get("/api/page/walled")
    assert (fragment.status, page.status) == (200, 200)
    assert fragment.body.decode() == f"<p>{CANARY} fragment of walled</p>"
    assert b"whole page of walled" in page.body
    for answer in (fragment, page):
        assert answer.cache == "private, no-store"
        assert answer.type == "text/html; charset=utf-8"
        assert answer.cookies == ()


@pytest.mark.parametrize(
    ("products", "post", "status"),
    [
        ((), "walled", 402),
        (("course",), "walled", 402),
        (("pass",), "walled", 200),
        (("everything",), "walled", 200),
        (("membership",), "chapter", 402),
        (("course",), "chapter", 200),
        (("early",), "chapter", 200),
        (("everything",), "en/chapter", 200),
        ((), "letters", 200),
        (("membership",), "en/letters", 200),
        (("nowhere",), "walled", 402),
    ],
)
def test_words_of_products_open_posts(
    home: House, products: tuple[str, ...], post: str, status: int
) -> None:
    assert member(home, *products).get(f"/api/read/{post}").status == status


def test_an_id_may_hold_slashes_and_chinese_however_it_is_encoded(home: House) -> None:
    browser = member(home, "membership")
    for address in ("en/walled", "en%2Fwalled", "en%2fwalled"):
        assert b"fragment of en/walled" in browser.get(f"/api/read/{address}").body
    assert browser.get("/api/read/" + quote("第三次小圈")).status == 200


def test_who_is_not_confirmed_is_no_subscriber(home: House) -> None:
    person = home.person("payer@example.test", confirmed=False)
    assert home.signed_in(person).get("/api/read/letters").status == 402


def test_a_browser_that_only_bought_is_no_subscriber(home: House) -> None:
    person = home.person()
    grant = home.grant(person, "course")
    browser = guest(home, Opened(person.id, grant.id))
    assert browser.get("/api/read/chapter").status == 200
    assert browser.get("/api/read/letters").status == 402
    assert browser.get("/api/read/walled").status == 402


def guest(home: House, *opened: Opened) -> Browser:
    value, operations, _ = sessions.new_session(
        home.world.ring, home.clock(), "Test/1.0", opened=opened
    )
    home.store.write(*operations)
    browser = home.browser()
    browser.jar[home.world.cookies.session] = value
    return browser


def test_a_banned_person_reads_nothing(home: House) -> None:
    browser = member(home, "membership")
    someone = people.find_by_mail(home.store, "reader@example.test")
    assert someone
    home.store.write(people.saving(replace(someone, banned=True)))
    assert browser.get("/api/read/walled").status == 402


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_get_and_head_read(home: House, method: str) -> None:
    request = Request(method, "/api/read/walled", "", {"origin": home.world.origin})
    assert home.service(request).status == 405


def test_reading_writes_nothing(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = member(home, "membership")
    monkeypatch.setattr(home.store, "write", None)
    assert browser.get("/api/read/walled").status == 200
    assert browser.get(PICTURE).status == 200
    assert home.browser().get("/api/read/walled").status == 402


def test_reading_asks_the_store_for_session_person_and_grants_only(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = member(home, "membership")
    asked: list[str] = []
    get, query = home.store.get, home.store.query
    monkeypatch.setattr(home.store, "get", lambda *a: asked.append(a[1]) or get(*a))
    monkeypatch.setattr(home.store, "query", lambda *a, **k: asked.append(a[1]) or query(*a, **k))
    browser.get("/api/read/walled")
    assert [each.partition("#")[0] for each in asked] == ["session", "self", "grant"]
    asked.clear()
    home.browser().get("/api/read/walled")
    assert asked == []


def test_reading_loads_nothing_of_buying(generation: Path, tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from tests.publish.paywall import house
home = house.world(Path({str(tmp_path)!r}), generation=Path({str(generation)!r}))
person = home.person()
home.grant(person, "membership")
browser = home.signed_in(person)
assert browser.get("/api/read/walled").status == 200
assert browser.get("{PICTURE}").status == 200
assert home.browser().get("/api/read/walled").status == 402
heavy = "stripe boto3 botocore email_validator jinja2 requests zoneinfo".split()
heavy += ["publish.paywall.buying", "publish.paywall.fulfil", "publish.paywall.sign_in"]
print([each for each in heavy if each in sys.modules])
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert told.stdout.strip() == "[]", told.stdout + told.stderr


# ---- 402 --------------------------------------------------------------------------------------


def told(answer: Any) -> Any:
    assert answer.status == 402
    assert CANARY.encode() not in answer.body
    found = json.loads(answer.body)
    assert ("Ink-State", found["state"]) in answer.headers
    return found


def test_a_stranger_is_told_the_offers(home: House) -> None:
    found = told(home.browser().json("/api/read/en/walled"))
    assert found["error"]["code"] == "locked"
    assert found["state"] == "locked"
    assert [each["id"] for each in found["offers"]] == [
        "membership-year",
        "membership-month",
        "pass-quarter",
        "everything",
    ]
    assert found["offers"][0] == {
        "id": "membership-year",
        "product": "membership (en)",
        "url": "/en/membership/",
        "prices": {"CNY": 36500, "USD": 5900},
        "every": "year",
        "days": 0,
    }


def test_a_stranger_without_a_program_is_shown_the_way(home: House) -> None:
    answer = home.browser().get("/api/page/en/walled")
    assert answer.status == 402
    assert b'href="/en/walled/#ink-paywall"' in answer.body
    assert CANARY.encode() not in answer.body


def test_a_post_for_subscribers_says_that_it_is_free(home: House) -> None:
    found = told(home.browser().json("/api/read/letters"))
    assert found["error"]["code"] == "locked-subscribers"
    assert found["offers"] == []


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        ("locked", {"product": "course"}),
        ("expired", {"product": "pass", "days": 3, "ago": 10}),
        ("expired", {"product": "membership", "state": "revoked"}),
        ("held", {"product": "membership", "state": "held"}),
        ("held", {"product": "pass", "days": 30, "state": "held"}),
        ("pending", {"product": "pass", "days": 30, "state": "pending"}),
        ("expired", {"product": "membership", "status": "canceled"}),
        ("expired", {"product": "membership", "status": "unpaid"}),
    ],
)
def test_why_it_is_closed(home: House, state: str, fields: dict[str, Any]) -> None:
    person = home.person()
    given = dict(fields)
    product, ago = given.pop("product"), given.pop("ago", 0)
    if status := given.pop("status", ""):
        given |= {"kind": "subscription", "subscription": subscription(home, status)}
    home.grant(person, product, at=home.clock() - timedelta(days=ago), **given)
    found = told(home.signed_in(person).json("/api/read/walled"))
    assert (found["state"], found["error"]["code"]) == (state, state)


def test_a_new_payment_on_its_way_is_said_before_an_old_end(home: House) -> None:
    person = home.person()
    home.grant(person, "pass", days=1, at=home.clock() - timedelta(days=9))
    home.grant(person, "pass", days=30, state="pending")
    assert told(home.signed_in(person).json("/api/read/walled"))["state"] == "pending"


def test_an_expired_session_is_a_stranger(home: House) -> None:
    browser = member(home, "membership")
    home.clock.move(days=181)
    assert browser.get("/api/read/walled").status == 402


def test_access_ends_to_the_second(home: House) -> None:
    person = home.person()
    home.grant(person, "pass", days=1)
    browser = home.signed_in(person)
    home.clock.move(days=1, seconds=-1)
    assert browser.get("/api/read/walled").status == 200
    home.clock.move(seconds=1)
    assert browser.get("/api/read/walled").status == 402


@pytest.mark.parametrize("status", ["draft", "hidden", "published", "odd"])
def test_a_post_follows_its_access_whatever_its_status(
    home: House, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    release = home.world.releases.find()
    posts = dict(release.manifest.posts)
    posts["walled"] = replace(posts["walled"], status=status)
    monkeypatch.setattr(release, "manifest", replace(release.manifest, posts=posts))
    assert home.browser().get("/api/read/walled").status == 402
    assert member(home, "membership").get("/api/read/walled").status == 200


# ---- tricks -----------------------------------------------------------------------------------

TRICKS = [
    "",
    "/",
    "nothing",
    "free",
    "walled/",
    "/walled",
    "//walled",
    "walled//",
    "./walled",
    "../read/walled",
    "x/../walled",
    "en/../walled",
    "%2e%2e/walled",
    "%2e/walled",
    "..%2fwalled",
    "walled%2f",
    "%2Fwalled",
    "walled%00",
    "walled%0a",
    "walled%5c",
    "walled\\",
    "walled%",
    "walled%zz",
    "walled%2",
    "%77alled%2",
    "walled%2500",
    "%2577alled",
    "walled%20",
    "Walled",
    "WALLED",
    "walled.html",
    "walled/fragment.html",
    "walled;x=1",
    "walled%3Fkey=1",
    "%ff",
    "%c0%ae%c0%ae/walled",
    "private/posts/walled/fragment.html",
    "posts/walled/fragment.html",
    "private%2Fposts%2Fwalled%2Ffragment.html",
    "manifest.json",
    "product:course",
    "membership",
]


@pytest.mark.parametrize("kind", ["read", "page", "files"])
@pytest.mark.parametrize("trick", TRICKS)
def test_tricks_with_the_path_name_nothing(home: House, kind: str, trick: str) -> None:
    for browser in (home.browser(), member(home, "membership", "course", "everything")):
        answer = browser.get(f"/api/{kind}/{trick}")
        assert (answer.status, CANARY.encode() in answer.body) == (410, False), trick


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"range": "bytes=0-10"},
        {"user-agent": "Googlebot/2.1"},
        {"x-forwarded-host": "evil.example", "x-original-url": "/api/page/walled"},
        {"x-http-method-override": "POST"},
        {"authorization": "Bearer x", "accept": "*/*"},
        {"if-none-match": "*"},
        {"cookie": "ink-in=1"},
        {"cookie": "__Host-ink=person#x|y; ink-in=1"},
        {"cookie": "__Host-ink=cGVyc29uI3g.AAAA"},
        {"accept": "application/json"},
    ],
)
def test_no_header_opens_anything_to_a_stranger(
    home: House, method: str, headers: dict[str, str]
) -> None:
    for path in ("/api/read/walled", "/api/page/walled", PICTURE, TABLE, COURSE_PICTURE):
        for query in ("", "key=1", "lang=en", "premium=1&access=public"):
            answer = home.service(Request(method, path, query, headers, b"", "192.0.2.1"))
            assert answer.status == 402
            assert CANARY.encode() not in answer.body


# ---- products ---------------------------------------------------------------------------------


def test_what_a_product_keeps_for_its_owners(home: House) -> None:
    owner = member(home, "course")
    assert b"whole page of course" in owner.get("/api/page/course?lang=en").body
    assert owner.get("/api/read/course?lang=zh-Hans").status == 200
    assert owner.get(COURSE_PICTURE).status == 200
    stranger = home.browser().json("/api/read/course?lang=en")
    assert [each["id"] for each in told(stranger)["offers"]] == ["course"]


def test_a_bundle_that_grants_all_of_it_opens_it_a_word_alone_does_not(home: House) -> None:
    assert member(home, "everything").get("/api/read/course").status == 200
    other = member(home, "membership", "early", mail="other@example.test")
    assert other.get("/api/read/course").status == 402


def test_a_retired_product_sells_no_more_and_still_opens(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = home.world.releases.find()
    retired = replace(release.manifest.products["course"], status="retired")
    products = {**release.manifest.products, "course": retired}
    monkeypatch.setattr(release, "manifest", replace(release.manifest, products=products))
    assert member(home, "course").get("/api/read/course").status == 200
    assert told(home.browser().json("/api/read/course"))["offers"] == []


# ---- files ------------------------------------------------------------------------------------


def test_images_are_shown_and_files_are_saved_under_their_own_name(home: House) -> None:
    browser = member(home, "membership")
    picture, table = browser.get(PICTURE), browser.get(TABLE)
    assert (picture.status, picture.type) == (200, "image/png")
    assert "Content-Disposition" not in dict(picture.headers)
    assert (table.status, table.type) == (200, "application/pdf")
    assert dict(table.headers)["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%E8%A1%A8%E6%A0%BC.pdf"
    )
    for answer in (picture, table):
        assert answer.cache == "private, no-store"
        assert "sandbox" in dict(answer.headers)["Content-Security-Policy"]


def test_files_need_the_right_to_their_own_post(home: House) -> None:
    browser = member(home, "course")
    assert browser.get(PICTURE).status == 402
    assert browser.get(PICTURE.replace("walled", "chapter")).status == 200


def test_the_key_of_a_private_feed_opens_what_its_person_may_read(home: House) -> None:
    person = home.person()
    home.grant(person, "membership", days=10)
    key = quote(private_feeds.file_key(home.world.ring, person))
    stranger = home.browser()
    assert stranger.get(f"{PICTURE}?key={key}").status == 200
    assert stranger.get(f"{COURSE_PICTURE}?key={key}").status == 402
    assert stranger.get(f"/api/read/walled?key={key}").status == 402, "files only"
    assert stranger.get(f"{PICTURE}?key={key[:-2]}").status == 402
    home.clock.move(days=10)
    assert stranger.get(f"{PICTURE}?key={key}").status == 402


def test_the_key_of_a_private_feed_opens_what_feeds_show_and_no_download(home: House) -> None:
    """It stands in addresses of pictures, which readers' programs hand round."""
    person = home.person()
    for product in ("membership", "course"):
        home.grant(person, product)
    key = quote(private_feeds.file_key(home.world.ring, person))
    browser, stranger = home.signed_in(person), home.browser()
    for path in _private_files(home):
        shown = path.endswith(".png") and path.startswith("/api/files/posts/")
        assert browser.get(path).status == 200
        assert stranger.get(f"{path}?key={key}").status == (200 if shown else 402)


def _private_files(home: House) -> list[str]:
    manifest = home.world.releases.find().manifest
    texts = [text for each in manifest.products.values() for text in each.texts.values()]
    return [
        file.url
        for each in (*manifest.posts.values(), *texts)
        if each.premium
        for file in each.premium.files
    ]


def test_a_replaced_key_opens_nothing(home: House) -> None:
    person = home.person()
    home.grant(person, "membership")
    key = quote(private_feeds.file_key(home.world.ring, person))
    private_feeds.replace_addresses(home.store, person.id)
    assert home.browser().get(f"{PICTURE}?key={key}").status == 402


def test_a_large_file_is_answered_by_its_own_address_where_there_is_one(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGE", 5)
    browser = member(home, "membership")
    assert browser.get(PICTURE).status == 200, "a folder has no addresses"
    asked: list[tuple[Any, ...]] = []

    def address(*told: Any) -> str:
        asked.append(told[1:])
        return "https://bucket.example/signed"

    monkeypatch.setattr(home.world.bodies, "address", address)
    answer = browser.get(TABLE)
    assert (answer.status, location(answer)) == (302, "https://bucket.example/signed")
    assert asked == [("private/posts/walled/表格.4e5f6a7b.pdf", 300, "表格.pdf", "application/pdf")]
    assert home.browser().get(TABLE).status == 402


def test_every_file_of_the_manifest_is_behind_the_wall(
    home: House, manifest: contract.Manifest
) -> None:
    pieces = [post.premium for post in manifest.posts.values()]
    pieces += [text.premium for each in manifest.products.values() for text in each.texts.values()]
    urls = [file.url for piece in pieces if piece for file in piece.files]
    assert len(urls) >= 10
    stranger, owner = home.browser(), member(home, "everything", "early")
    for url in urls:
        assert stranger.get(url).status == 402
        assert owner.get(url).status == 200


# ---- one check --------------------------------------------------------------------------------


def test_every_way_to_a_premium_piece_goes_through_one_check(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "may_read", lambda *_: False)
    browser = member(home, "everything")
    for path in ("/api/read/walled", "/api/page/walled", PICTURE, "/api/read/course"):
        assert browser.get(path).status == 402


def test_a_file_that_is_missing_in_the_release_is_no_answer_from_elsewhere(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = home.world.releases.find()
    posts = dict(release.manifest.posts)
    premium = replace(posts["walled"].premium, fragment="private/../manifest.json")  # type: ignore[type-var]
    posts["walled"] = replace(posts["walled"], premium=premium)
    monkeypatch.setattr(release, "manifest", replace(release.manifest, posts=posts))
    assert member(home, "membership").get("/api/read/walled").status >= 500


def test_what_this_browser_bought_is_read_live_from_the_ledger(home: House) -> None:
    person = home.person()
    grant = home.grant(person, "course")
    browser = guest(home, Opened(person.id, grant.id))
    assert browser.get("/api/read/chapter").status == 200
    line = home.store.get(keys.person(person.id), keys.grant(grant.id))
    from publish.paywall.ports import Put

    gone = rights.grant_value(replace(grant, state="revoked"))
    home.store.write(Put(line.partition, line.key, gone))
    assert browser.get("/api/read/chapter").status == 402


@pytest.mark.parametrize(
    ("kept", "product", "may"),
    [
        ("course", "everything", True),
        ("early", "everything", False),
        ("membership", "everything", True),
        ("membership", "pass", False),
        ("course", "course", True),
        ("everything", "course", False),
    ],
)
def test_whose_product_opens_what_is_kept_for_owners(
    manifest: contract.Manifest, kept: str, product: str, may: bool
) -> None:
    premium = contract.Premium("f", "p", "h", 1, 0)
    subject = reading.Subject((), premium, "/", (), kept)
    held = {product: rights.Right(product, True, None)}
    assert reading.may_read(subject, manifest, held, confirmed=True) is may
    closed = {product: rights.Right(product, False, None)}
    assert not reading.may_read(subject, manifest, closed, confirmed=True)


@pytest.mark.parametrize(
    ("rest", "path"),
    [
        ("a", "a"),
        ("en/a", "en/a"),
        ("en%2Fa", "en/a"),
        ("%E8%AF%BB", "读"),
        ("a%2541", "a%41"),
        ("a+b", "a+b"),
        ("a b", "a b"),
        ("", ""),
        ("a//b", ""),
        ("/a", ""),
        ("a/", ""),
        ("a%2F%2Fb", ""),
        ("a/../b", ""),
        ("..", ""),
        ("%2E%2E/a", ""),
        ("a/./b", ""),
        ("a%5Cb", ""),
        ("a\\b", ""),
        ("a%00", ""),
        ("a%0d%0ab", ""),
        ("a%7f", ""),
        ("a%", ""),
        ("a%4", ""),
        ("a%g1", ""),
        ("a%ff", ""),
        ("%C0%AE", ""),
        ("%ED%A0%80", ""),
    ],
)
def test_an_address_is_decoded_once_and_strictly(rest: str, path: str) -> None:
    assert reading.decoded(rest) == path
