"""The service behind CloudFront: a purchase, a code, a mail and its bounce."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from playwright.sync_api import expect

from publish.contract.manifest import Manifest, Post, load
from publish.deploy.secrets import Vault
from publish.paywall import codes, orders, people, stamps, subscribing, suppressing
from publish.paywall.bodies.folder import FolderBodies
from publish.paywall.signing import Keyring
from publish.paywall.stores.dynamodb import DynamoStore
from publish.paywall.visit import World
from publish.sandbox import webhooks
from publish.sandbox.running import running
from publish.sandbox.state import State
from tests.aws import Aws
from tests.publish.deploy.over_tls import shown
from tests.publish.deploy.town import Town, Viewer, now, town
from tests.publish.paywall import tills
from tests.publish.paywall.house import Browser, House, Mailbox, MovableClock, location
from tests.publish.paywall.tills import SandboxTill

BUYER = "buyer@example.test"
PATIENCE = 30.0


def bounced(address: str) -> dict[str, Any]:
    """Return what SES publishes of a mail that came back for good."""
    recipients = [{"emailAddress": address, "status": "5.1.1"}]
    return {
        "eventType": "Bounce",
        "bounce": {"bounceType": "Permanent", "bouncedRecipients": recipients},
        "mail": {"destination": [address]},
    }


def asks_of(address: str) -> dict[str, str]:
    """Return the fields of an address."""
    return dict(parse_qsl(urlsplit(address).query))


@dataclass
class Shop:
    """The demo on AWS that sells, and Stripe's other side."""

    town: Town
    till: SandboxTill
    manifest: Manifest
    store: DynamoStore
    generation: Path

    @property
    def post(self) -> tuple[str, Post]:
        """Return a post that a pass opens."""
        return next(
            (key, post)
            for key, post in self.manifest.posts.items()
            if post.lang == "en" and post.premium and "pass-year" in post.offers
        )

    @property
    def words(self) -> bytes:
        """Return what only those who paid may read."""
        premium = self.post[1].premium
        assert premium
        return (self.generation / premium.fragment).read_bytes()

    def read(self, reader: Browser) -> Any:
        return reader.json(f"/api/read/{quote(self.post[0], safe='')}")

    @property
    def home(self) -> House:
        """Return what reaches into the store, with the keys that the site signs with."""
        vault = Vault(self.town.deployment.name, self.town.clients.of("ssm"))
        ring = Keyring(tuple(vault.get("INKSTEAD_KEYS").split(",")))
        bodies = FolderBodies(self.generation)
        world = World(self.town.origin, self.store, bodies, now, ring)
        viewer: Any = Viewer(self.town.port)
        return House(world, viewer, MovableClock(now()), Mailbox(), self.generation)

    def mails_to(self, address: str) -> list[str]:
        """Return the texts of the mails that SES took for an address."""
        return [each["BodyText"] for each in self.town.aws.mails() if each["To"] == [address]]

    def code_for(self, address: str) -> str:
        """Return the code in the newest mail to an address, which comes a moment later."""
        self.soon(lambda: self.mails_to(address))
        code = re.search(r"^(\d{6})\s*$", self.mails_to(address)[-1], re.M)
        assert code
        return code[1]

    def link_for(self, address: str, path: str) -> str:
        """Return the address with a path in the newest mail to somebody, without the host."""
        wanted = re.compile(rf"https?://[^/\s]+({re.escape(path)}\?[^\s>]+)")
        self.soon(lambda: any(wanted.search(each) for each in self.mails_to(address)))
        found = [link for each in self.mails_to(address) if (link := wanted.search(each))]
        return found[-1][1]

    def standing(self, address: str) -> bool | None:
        """Tell whether somebody gets letters, None for who never did."""
        person = people.find_by_mail(self.store, address)
        known = subscribing.find(self.store, person.id) if person else None
        return known.on if known else None

    def soon(self, is_so: Callable[[], object]) -> None:
        """Wait for what another call of the function does."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, self.town.logs()[-30:]
            time.sleep(0.05)

    def told(self) -> None:
        """Let Stripe tell the site what happened."""
        webhooks.deliver(self.till.state, self.town.post)


@pytest.fixture(scope="module")
def shop(aws: Aws, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    state = State(folder / "stripe.sqlite")
    manifest = load(demo / "manifest.json")
    with (
        running(state) as address,
        town(aws, "ink-shop", folder / "workshop", stripe_api=address) as made,
    ):
        vault = Vault(made.deployment.name, made.clients.of("ssm"))
        vault.put("STRIPE_SECRET_KEY", tills.KEY)
        vault.put("STRIPE_WEBHOOK_SECRETS", tills.SECRET)
        made.publish(demo)
        with state.change() as books:
            webhooks.register(books, f"{aws.endpoint}/api/webhook", tills.SECRET, "published")
        assert made.outputs
        store = DynamoStore(made.outputs.table, aws.client("dynamodb"), clock=now)
        yield Shop(made, SandboxTill(folder, manifest, now, address, state), manifest, store, demo)


def begun(shop: Shop, reader: Browser, offer: str) -> Any:
    key, _ = shop.post
    answer = reader.post("/api/checkout?lang=en", {"offer": offer, "post": key})
    assert answer.status == 303, (answer.status, answer.body, shop.town.logs()[-30:])
    reference = location(answer).rpartition("/")[2].partition("#")[0].partition("?")[0]
    order = orders.find_by_reference(shop.store, reference)
    assert order, location(answer)
    return order


def test_who_buys_reads_at_once_and_nobody_else_does(shop: Shop) -> None:
    reader, stranger = shop.town.reader(), shop.town.reader()
    assert shop.read(reader).status == 402
    order = begun(shop, reader, "pass-year")
    shop.till.pay(order.reference, BUYER)
    shop.told()
    shown = reader.get(f"/api/return?order={order.id}")
    assert shown.status == 200, shop.town.logs()[-30:]
    assert reader.post("/api/return", {"order": order.id}).status in (200, 303)
    read = shop.read(reader)
    assert read.status == 200
    assert shop.words.strip()[:200] in read.body
    locked = shop.read(stranger)
    assert locked.status == 402
    assert shop.words.strip()[:60] not in locked.body


def test_a_code_opens_for_who_is_signed_in(shop: Shop) -> None:
    home = shop.home
    _, (code,) = codes.make(shop.store, now(), product="pass", days=30, count=1)
    reader = home.signed_in("reader@example.test")
    assert shop.read(reader).status == 402
    assert reader.post("/api/redeem?lang=en", {"code": code}).status in (200, 303)
    assert shop.words.strip()[:200] in shop.read(reader).body
    again = home.signed_in("other@example.test").post("/api/redeem?lang=en", {"code": code})
    assert again.status == 409


def test_a_reader_signs_in_with_the_code_of_a_mail_that_ses_took(shop: Shop) -> None:
    """The address alone is enough: the mail comes by an asynchronous call of the function."""
    reader = shop.town.reader()
    assert reader.post("/api/sign-in?lang=en", {"mail": "new@example.test"}).status == 303
    code = shop.code_for("new@example.test")
    entered = reader.post("/api/sign-in/code?lang=en", {"code": code})
    assert entered.status == 303
    account = reader.get("/api/account?lang=en")
    assert account.status == 200
    assert b"new@example.test" in account.body


def test_an_address_that_bounced_gets_no_second_mail(shop: Shop) -> None:
    """As SES tells it: over SNS, to the function."""
    address = "gone@example.test"
    shop.town.reader().post("/api/sign-in?lang=en", {"mail": address})
    shop.code_for(address)
    shop.town.tell_of_mail(bounced(address))
    shop.soon(lambda: [each.mail for each in suppressing.listed(shop.store)] == [address])
    shop.town.reader().post("/api/sign-in?lang=en", {"mail": address})
    shop.town.reader().post("/api/sign-in?lang=en", {"mail": "after@example.test"})
    shop.code_for("after@example.test")  # the queue went on past it
    assert len(shop.mails_to(address)) == 1


def test_a_stranger_gets_the_file_of_a_lead_magnet_and_leaves_again(shop: Shop) -> None:
    """Form, mail, button, file and unsubscribing, as the published function does them."""
    address, stranger, home = "stranger@example.test", shop.town.reader(), shop.home
    key, magnet = next(
        (key, each) for key, each in shop.manifest.magnets.items() if each.way == "mail"
    )
    text = magnet.text("en")
    form = {"magnet": key, "mail": address}
    asked = stranger.post("/api/opt-in?lang=en", form, accept="application/json")
    assert (asked.status, json.loads(asked.body)["words"]) == (200, text.consent)
    # As if the page had been looked at for a moment.
    stamp = stamps.new(home.world.ring, now() - timedelta(seconds=5), key, "en", text.consent)
    assert stranger.post("/api/opt-in?lang=en", {**form, "stamp": stamp}).status == 303
    link = shop.link_for(address, "/api/confirm")
    assert stranger.get(link).status == 200
    assert shop.standing(address) is None
    entered = stranger.post("/api/confirm?lang=en", {"key": asks_of(link)["key"]})
    assert entered.status == 303, shop.town.logs()[-30:]
    page = location(entered)
    assert stranger.get(page).status == 200
    sent = stranger.post("/api/get?lang=en", {"key": asks_of(page)["key"], "file": "1"})
    assert sent.status == 303, shop.town.logs()[-30:]
    file = stranger.get(location(sent))
    assert file.body == (shop.generation / text.files[0].path).read_bytes()
    assert shop.standing(address) is True
    mailed = shop.link_for(address, "/api/get")
    assert shop.town.reader().get(mailed).status == 200
    leaving = shop.link_for(address, "/api/unsubscribe")
    one_click = {"List-Unsubscribe": "One-Click"}
    assert shop.town.reader().post(leaving, one_click, origin="").status == 200
    assert shop.standing(address) is False


def test_without_the_secret_of_the_origin_the_function_answers_nobody(shop: Shop) -> None:
    """Its own address is no way round CloudFront."""
    assert shop.town.outputs
    url = shop.town.aws.client("lambda").get_function_url_config(
        FunctionName=shop.town.outputs.function
    )["FunctionUrl"]
    reader = Browser(Viewer(shop.town.port), url.rstrip("/"))  # type: ignore[arg-type]
    answer = reader.json("/api/account")
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (401, "foreign")


def test_what_the_service_answers_is_never_cached_and_carries_the_sites_headers(
    shop: Shop,
) -> None:
    answer = shop.town.reader().get("/api/account")
    told = {name.lower(): value for name, value in answer.headers}
    assert answer.cache == "private, no-store"
    assert "frame-ancestors 'none'" in told["content-security-policy"]
    assert told["strict-transport-security"]


@pytest.mark.browser
def test_in_a_browser_the_walk_works_and_no_header_of_ours_is_in_its_way(
    shop: Shop, browser: Any, tmp_path: Path
) -> None:
    """From the paywall through Stripe's pages to reading, under the site's own address and CSP."""
    _, post = shop.post
    assert shop.town.outputs
    domain, refused = shop.town.outputs.domain, []
    with shown(browser, domain, shop.town.port, tmp_path) as context:
        page = context.new_page()
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda said: refused.append(str(said)))
        for path in ("/", "/en/", "/en/archive/", post.url):
            page.goto(f"https://{domain}{path}")
            expect(page.locator("main")).to_be_visible()
        page.locator(".paywall input[value=pass-year]").check()
        page.locator(".paywall form[method=post] button").first.click()
        page.locator("#mail").fill(BUYER)
        page.locator("input[value=card-works]").check()
        page.locator("button.main").click()
        page.wait_for_url("**/api/return?*")
        shop.told()
        page.locator("main form[action^='/api/return'] button").click()
        page.wait_for_url(f"**{post.url}*")
        expect(page.locator("#ink-premium")).to_be_visible()
        expect(page.locator(".paywall")).to_have_count(0)
    assert [line for line in refused if "402" not in line] == []
