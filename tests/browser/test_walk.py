"""The whole walk in a real browser: from a free post to paying, reading, leaving, and locked again.

The preview of the demo with its sandbox and mailbox, nothing else; no request leaves the machine.
"""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from publish.contract.manifest import Post
from tests.browser.walking import PATIENCE, WAYS, Visitor

pytestmark = pytest.mark.browser


class Reader(Visitor):
    """Somebody who reads and pays."""

    def open_paywall(self, lang: str) -> tuple[str, Post]:
        """Come from a free post to one that is not."""
        key, post = self.town.gated(lang)
        self.goto(self.town.free(post).url)
        expect(self.page.locator(".paywall")).to_have_count(0)
        self.press(f"a[href='{post.url}']")
        expect(self.page.locator(".paywall")).to_be_visible()
        expect(self.page.locator("body")).not_to_contain_text(self.town.sentence(post))
        return key, post

    def buy(self, offer: str, mail: str) -> None:
        """Buy on the paywall and come back to reading, with one click after paying."""
        self.hand.choose(self.page.locator(f".paywall input[value={offer}]"))
        self.press(".paywall form[method=post] button")
        expect(self.page.locator(".test")).to_be_visible()
        self.hand.write(self.page.locator("#mail"), mail)
        self.hand.choose(self.page.locator("input[value=card-works]"))
        self.press("button.main")
        self.page.wait_for_url("**/api/return?*")
        self.press("main form[action^='/api/return'] button")

    def reads(self, post: Post) -> None:
        """See the part behind the paywall; without JavaScript one link further."""
        self.page.wait_for_url(f"**{post.url}*")
        if self.script:
            premium = self.page.locator("#ink-premium")
            expect(premium).to_contain_text(self.town.sentence(post))
            expect(premium).to_be_focused()
            expect(self.page.locator(".paywall")).to_have_count(0)
        else:
            self.press(".paywall a[href^='/api/page/']")
            expect(self.page.locator("body")).to_contain_text(self.town.sentence(post))

    def sign_in(self, mail: str) -> None:
        """Sign in from the paywall with the code of a mail."""
        self.press(".paywall form[action='/api/sign-in'] button.quiet")
        self.hand.write(self.page.locator("#ink-mail"), mail)
        self.press("main form.ask button")
        self.type_code(mail)

    def type_code(self, mail: str) -> None:
        self.page.wait_for_url("**/api/sign-in/code*")
        self.page.reload()  # WeChat loses pages; the code still belongs to this browser
        self.hand.write(self.page.locator("#ink-code"), self.town.six_digits(mail))
        self.press("main form.ask button")

    def finds_locked(self, key: str, post: Post) -> None:
        """Meet the paywall again, as soon as the provider has told the site."""
        deadline = time.monotonic() + PATIENCE
        while self.page.request.get(f"{self.town.base}/api/read/{key}").status != 402:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        self.goto(post.url)
        expect(self.page.locator(".paywall")).to_be_visible()
        expect(self.page.locator("#ink-premium")).to_have_count(0)
        expect(self.page.locator("body")).not_to_contain_text(self.town.sentence(post))


@pytest.mark.parametrize(("lang", "hand", "script"), WAYS)
def test_a_member_buys_reads_elsewhere_cancels_and_is_locked_out_at_the_end(
    town, enter, lang, hand, script
):
    mail = "reader@example.com"
    first = enter(lang, hand, script, Reader)
    key, post = first.open_paywall(lang)
    first.buy("membership-month", mail)
    first.reads(post)

    second = enter(lang, hand, script, Reader)
    second.goto(post.url)
    second.sign_in(mail)
    second.reads(post)

    second.goto(f"/api/account?lang={lang}")
    expect(second.page.locator("html")).to_have_attribute("lang", lang)
    second.press("form[action^='/api/account/cancel'] button")
    expect(second.page.locator("form[action^='/api/account/resume']")).to_be_visible()
    second.goto(post.url)
    second.goto(f"/api/account?lang={lang}")

    second.goto("/_sandbox/")
    second.press("button[value=period]")
    second.finds_locked(key, post)
    first.finds_locked(key, post)


@pytest.mark.parametrize(("lang", "hand", "script"), WAYS)
def test_a_code_from_a_chat_opens_the_post(town, enter, lang, hand, script):
    mail = "group@example.com"
    reader = enter(lang, hand, script, Reader)
    _, post = reader.open_paywall(lang)
    reader.press(".paywall button[formaction='/api/redeem']")
    reader.hand.write(reader.page.locator("#ink-code"), town.chat_code())
    reader.hand.write(reader.page.locator("#ink-mail"), mail)
    reader.press("main form.ask button")
    reader.type_code(mail)
    reader.press(f"main a[href^='{post.url}']")
    reader.reads(post)
    other = enter(lang, hand, script, Reader)
    other.goto(post.url)
    expect(other.page.locator(".paywall")).to_be_visible()
