"""The pages of the service: plain forms that work without JavaScript, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from babel.messages import pofile
from lxml import html

from plugins.engine.assets import stylesheet
from publish.contract.service import (
    COMMON_SLOTS,
    DELIVERY_MAIL_SLOTS,
    DELIVERY_PAGE_SLOTS,
    MAILS,
    PAGES,
)
from publish.contract.slots import Prepared
from publish.paywall.service import ROUTES
from tests.conftest import ROOT
from tests.site.filled import (
    DELIVERY,
    EVERY,
    EVERY_MAIL,
    MAGNET,
    MAILS_FILLED,
    PAGES_FILLED,
    Filled,
)
from tests.site.kinds import LANGUAGES
from tests.site.reading import Site

# What each handler reads out of its form; every form may also have `lang` in its address.
FIELDS: Mapping[tuple[str, str], set[str]] = {
    ("POST", "/api/sign-in"): {"mail", "return_to"},
    ("GET", "/api/sign-in"): {"return_to", "lang"},
    ("POST", "/api/sign-in/code"): {"code"},
    ("POST", "/api/confirm"): {"key"},
    ("POST", "/api/sign-out"): {"device", "all"},
    ("POST", "/api/checkout/7Q2MKX4PW0AB"): set(),
    ("POST", "/api/return"): {"order"},
    ("POST", "/api/redeem"): {"code", "mail", "return_to"},
    ("GET", "/api/redeem"): {"return_to", "lang"},
    ("POST", "/api/account/cancel"): {"order"},
    ("POST", "/api/account/resume"): {"order"},
    ("POST", "/api/account/portal"): set(),
    ("POST", "/api/account/feeds"): set(),
    ("POST", "/api/account/mail"): {"mail"},
    ("POST", "/api/account/export"): set(),
    ("POST", "/api/account/delete"): {"sure"},
    ("POST", "/api/account/letters"): {"on"},
    ("POST", "/api/account/magnet"): {"magnet"},
    ("POST", "/api/opt-in"): {"magnet", "mail", "name", "website", "post", "stamp", "came"},
    ("POST", "/api/get"): {"key", "file"},
    ("POST", "/api/get/again"): {"key"},
    ("POST", "/api/get/code"): {"magnet", "code"},
    ("POST", "/api/unsubscribe"): {"key", "back"},
}
DEVICE_NAMES = ("手机 · WeChat", "电脑 · Firefox")
every = pytest.mark.parametrize(("filled", "lang"), EVERY, ids=str)
every_mail = pytest.mark.parametrize(("filled", "lang"), EVERY_MAIL, ids=str)


def root(site: Site, filled: Filled, lang: str) -> Any:
    return html.document_fromstring(filled.page(site.generation, lang))


def routed(method: str, path: str) -> bool:
    return any(
        m == method and (path == at or (at.endswith("/") and path.startswith(at)))
        for m, at, _ in ROUTES
    )


def test_every_page_and_mail_of_the_contract_is_looked_at() -> None:
    """No page or mail is left out of these tests."""
    assert {each.name for each in PAGES_FILLED} == {*PAGES, DELIVERY}
    assert {each.name for each in MAILS_FILLED} == {*MAILS, DELIVERY}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_uses_the_slots_of_the_contract(site: Site, name: str, lang: str) -> None:
    """No slot that nobody fills, and none of what is filled is thrown away."""
    text = (site.generation / f"private/pages/{lang}/{name}.html").read_text("utf-8")
    assert Prepared(text).names == PAGES[name]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_mail_uses_the_slots_of_the_contract(site: Site, name: str, lang: str) -> None:
    """Its two parts say the same."""
    for ending in (".html", ".txt"):
        text = (site.generation / f"private/mails/{lang}/{name}{ending}").read_text("utf-8")
        assert Prepared(text).names <= MAILS[name] | COMMON_SLOTS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_hands_a_lead_magnet_out_uses_its_slots(site: Site, lang: str) -> None:
    """The page uses all of them, the mail too: its text has what its HTML has."""
    text = site.manifest["magnets"][MAGNET]["texts"][lang]
    assert _names(site, text["page"]) == DELIVERY_PAGE_SLOTS
    for ending in (".html", ".txt"):
        used = _names(site, text["mail"] + ending)
        assert used >= DELIVERY_MAIL_SLOTS
        assert used <= DELIVERY_MAIL_SLOTS | COMMON_SLOTS


def _names(site: Site, path: str) -> frozenset[str]:
    return Prepared((site.generation / path).read_text("utf-8")).names


@every
def test_the_frame_of_a_page(site: Site, filled: Filled, lang: str) -> None:
    """One heading, the right language, nothing for search engines, no script, no gap left."""
    page = root(site, filled, lang)
    assert page.get("lang") == lang
    [heading] = page.xpath("//h1")
    assert heading.text_content().strip()
    assert page.xpath("//meta[@name='robots'][@content='noindex']")
    assert not page.xpath("//script | //style | //@style")
    assert not [name for name in page.xpath("//@*") if str(name).startswith("javascript:")]
    assert "[[" not in filled.page(site.generation, lang)
    assert "<!--[" not in filled.page(site.generation, lang)


@every
def test_forms_send_what_the_service_reads(site: Site, filled: Filled, lang: str) -> None:
    """Each action is a route of its method, each field one that its handler knows."""
    for form in root(site, filled, lang).xpath("//main//form"):
        method = form.get("method", "get").upper()
        parts = urlsplit(form.get("action"))
        assert routed(method, parts.path), parts.path
        names = {str(name) for name in form.xpath(".//@name")}
        assert names <= FIELDS[method, parts.path], (parts.path, names)
        asked = {"lang": lang} if method == "POST" else {}
        told = dict(parse_qsl(parts.query))
        # Who opens the address of an answer once more must find what it was about.
        magnet = form.xpath("string(.//input[@name='magnet']/@value)")
        assert told.pop("magnet", magnet) == magnet
        assert told == asked
        if method == "GET":
            assert form.xpath(".//input[@name='lang']/@value") == [lang]
        assert form.xpath(".//button[not(@type)]")


@every
def test_links_keep_the_language_and_are_answered(site: Site, filled: Filled, lang: str) -> None:
    """A link to another page of the service is a GET route, in the same language."""
    page = root(site, filled, lang)
    for link in page.xpath("//main//a[starts-with(@href, '/api/')]/@href"):
        assert routed("GET", urlsplit(link).path), link
        assert dict(parse_qsl(urlsplit(link).query)).get("lang") == lang


@every
def test_every_field_has_a_label_that_is_seen(site: Site, filled: Filled, lang: str) -> None:
    """A label with words for each field, and hints that are there; a trap is for machines."""
    page = root(site, filled, lang)
    ids = set(page.xpath("//@id"))
    for field in page.xpath("//input[not(@type='hidden')][not(ancestor::*[@aria-hidden])]"):
        [label] = page.xpath(f"//label[@for='{field.get('id')}']")
        assert label.text_content().strip()
        assert "unseen" not in (label.get("class") or "")
        assert set((field.get("aria-describedby") or "").split()) <= ids


@every
def test_phones_help_with_typing(site: Site, filled: Filled, lang: str) -> None:
    """Addresses from the address book, digits on a number pad, codes in capitals."""
    page = root(site, filled, lang)
    for field in page.xpath("//input[@name='mail'][not(@type='hidden')]"):
        assert (field.get("type"), field.get("autocomplete")) == ("email", "email")
    for field in page.xpath("//input[@name='code']"):
        if filled.name == "code":
            assert field.get("inputmode") == "numeric"
            assert field.get("autocomplete") == "one-time-code"
        else:
            assert field.get("autocapitalize") == "characters"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("filled", [e for e in PAGES_FILLED if e.values.get("error")], ids=str)
def test_what_is_wrong_is_said_at_the_top_and_at_the_field(
    site: Site, filled: Filled, lang: str
) -> None:
    """An alert that leads to the field; the field is marked and read out with it."""
    page = root(site, filled, lang)
    [alert] = page.xpath("//*[@role='alert']")
    [link] = alert.xpath(".//a")
    assert link.text_content() == filled.values["error_text"]
    [field] = page.xpath("//*[@aria-invalid='true']")
    assert link.get("href") == f"#{field.get('id')}"
    assert link.get("id") in field.get("aria-describedby").split()
    assert alert.getparent() in list(field.iterancestors("form"))
    assert field.get("name") == _wrong(filled)


def _wrong(filled: Filled) -> str:
    """Return the name of the field that an error is about."""
    if filled.values.get("name_wrong"):
        return "name"
    return "code" if "code" in f"{filled.name} {filled.note}" else "mail"


@every
def test_nothing_is_wrong_before_it_is(site: Site, filled: Filled, lang: str) -> None:
    """No alert and no mark on a form that was only opened."""
    if not filled.values.get("error"):
        page = root(site, filled, lang)
        assert not page.xpath("//*[@role='alert'] | //*[@aria-invalid]")


@every
def test_money_and_consent_take_a_click_on_a_form(site: Site, filled: Filled, lang: str) -> None:
    """A page that does something has a POST form with a button; links only lead on."""
    page = root(site, filled, lang)
    does = {"confirm", "before", "delete", "redeem", "sign-in", "code", "opt-in", "magnet-code"}
    if filled.name in does | {"unsubscribe"}:
        assert page.xpath("//main//form[@method='post']//button")
    for link in page.xpath("//main//a/@href"):
        assert not re.search(r"/api/(account/|confirm|return|checkout)", link)


def test_only_what_cannot_renew_is_offered_to_wallets(site: Site) -> None:
    """A membership's reader in WeChat is led to the pass, a pass's is told how wallets work."""
    variants = {each.note: each for each in PAGES_FILLED if each.name == "before"}
    membership = variants["in WeChat, a membership"].page(site.generation, "en")
    once = variants["in WeChat, a pass"].page(site.generation, "en")
    assert "QR code" in once
    assert "QR code" not in membership
    assert 'href="/pass/"' in membership
    assert "Renews by itself" in membership
    assert "Renews by itself" not in once


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_sells_and_on_what_terms_is_said_before_paying(site: Site, lang: str) -> None:
    """Seller, refunds and terms stand beside the button that goes on to the payment."""
    language = next(each for each in site.manifest["site"]["languages"] if each["code"] == lang)
    for filled in (each for each in PAGES_FILLED if each.name == "before"):
        [form] = root(site, filled, lang).xpath("//form[contains(@action, '/api/checkout/')]")
        assert language["seller"] in form.text_content()
        assert {language["refund"], language["terms"]} <= set(form.xpath(".//a/@href"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_limits_of_refunds_are_told_honestly(site: Site, lang: str) -> None:
    """The wallets' own limits, which a yearly pass outlives."""
    [paying] = [each for each in PAGES_FILLED if each.name == "paying"]
    words = root(site, paying, lang).text_content()
    assert "90" in words
    assert "180" in words


def test_a_guest_sees_a_purchase_and_the_way_to_the_rest(site: Site) -> None:
    """No address, device or deletion for a browser that only bought; a button to sign in."""
    [guest] = [each for each in PAGES_FILLED if each.note == "of a guest"]
    page = root(site, guest, "en")
    actions = {urlsplit(each).path for each in page.xpath("//main//form/@action")}
    assert actions == {"/api/sign-in"}
    assert page.xpath("//main//h3")


# ---- mails ----


@every_mail
def test_a_mail_begins_with_its_subject(site: Site, filled: Filled, lang: str) -> None:
    """One line, an empty one, the text; the title of the HTML says no more."""
    page, text = filled.mail(site.generation, lang)
    subject, empty, beginning = text.split("\n")[:3]
    assert 3 < len(subject) < 70
    assert empty == ""
    assert beginning
    title = " ".join(html.document_fromstring(page).findtext(".//title").split())
    assert title
    assert title in subject


@every_mail
def test_the_two_parts_of_a_mail_say_the_same(site: Site, filled: Filled, lang: str) -> None:
    """Every sentence of the HTML is in the text, and every address."""
    page, text = filled.mail(site.generation, lang)
    body = html.document_fromstring(page).find("body")
    plain = " ".join(text.split())
    for block in body.xpath(".//p[not(.//a)] | .//h1"):
        assert " ".join(block.text_content().split()) in plain
    for link in body.xpath(".//a/@href"):
        assert link in plain


@every_mail
def test_a_mail_has_its_styles_in_place_and_knows_the_dark(
    site: Site, filled: Filled, lang: str
) -> None:
    """Mail programs drop style elements; those that do not get the dark scheme."""
    page, _ = filled.mail(site.generation, lang)
    tree = html.document_fromstring(page)
    assert tree.get("lang") == lang
    assert "max-width" in tree.xpath("//div[contains(@class, 'sheet')]/@style")[0]
    kept = "".join(tree.xpath("//style/text()"))
    assert "prefers-color-scheme:dark" in kept.replace(" ", "")
    assert "[[" not in page
    assert "<!--[" not in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_code_is_large_and_the_link_is_written_out(site: Site, lang: str) -> None:
    """The code by itself, so that a double click takes it; the link twice, as button and text."""
    [sign_in] = [each for each in MAILS_FILLED if each.name == "sign-in"]
    page, text = sign_in.mail(site.generation, lang)
    tree = html.document_fromstring(page)
    [code] = tree.xpath("//*[@class='code']")
    assert code.text == "402915"
    assert "font-size" in code.get("style")
    link = str(sign_in.values["link"])
    assert tree.xpath("//a[@class='button']/@href") == [link]
    assert link in tree.text_content()
    assert "\n402915\n" in text
    assert f"\n{link}\n" in text


@every_mail
def test_who_wrote_a_mail_is_at_its_foot(site: Site, filled: Filled, lang: str) -> None:
    """The site with its address, and where the seller lives."""
    language = next(each for each in site.manifest["site"]["languages"] if each["code"] == lang)
    for part in filled.mail(site.generation, lang):
        assert "https://inkstead.example/" in part
        assert language["address"] in part


# ---- words ----


@pytest.mark.parametrize("name", sorted({*PAGES, DELIVERY}))
def test_a_chinese_page_has_no_english_left(site: Site, name: str) -> None:
    """Every sentence of the English page is another one in Chinese."""
    both = {}
    for lang in LANGUAGES:
        filled = next(each for each in reversed(PAGES_FILLED) if each.name == name)
        main = root(site, filled, lang).xpath("//main")[0]
        both[lang] = {" ".join(t.split()) for t in main.itertext() if re.search("[a-z]{3}", t)}
    given = {str(value) for each in PAGES_FILLED for value in each.values.values()}
    shared = both["en"] & both["zh-Hans"] - given
    assert {each for each in shared if " " in each and each not in DEVICE_NAMES} <= {"·"}


def test_the_chinese_speaks_to_one_person_in_chinese_signs() -> None:
    """No 您, no half-width comma or full stop after a Chinese character."""
    with (ROOT / "theme/locale/zh_Hans.po").open("rb") as file:
        catalogue = pofile.read_po(file, locale="zh_Hans")
    for message in catalogue:
        strings = message.string if message.pluralizable else [message.string]
        for string in strings if message.id else ():
            assert "您" not in string
            assert not re.search(r"[一-鿿][,.;:!?]|\"", string), string


def test_forms_have_room_for_a_finger() -> None:
    """Fields and buttons are padded in the stylesheet, quiet ones too."""
    _, css = stylesheet(ROOT / "theme", ROOT / "content/theme", "#1f5a80")
    text = css.decode()
    assert re.search(r"button\{[^}]*padding:\.75em", text)
    assert re.search(r"\.field input\{[^}]*padding:\.8rem", text)
    assert re.search(r"\.quiet\{[^}]*padding:\.2rem", text)
