"""Letters say what their job says, in the reader's language, and lead only to this site."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from publish.contract.service import COMMON_SLOTS, MAILS
from publish.paywall import challenges, letters
from publish.paywall.ports import MailDown, MailRefused, Missing
from publish.paywall.queue import Job, Later, Never
from tests.publish.paywall.house import LANGS, ORIGIN, House, world

SEED = challenges.new_seed()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return world(tmp_path)


def job(name: str = "sign-in", lang: str = "en", **more: Any) -> Job:
    return Job("job-1", "mail", {"mail": name, "to": "reader@example.test", "lang": lang, **more})


def said(text: str) -> dict[str, str]:
    """Return what stands in the slots of a mail, as the test generation writes them."""
    return dict(re.findall(r"^([\w-]+): (.*)$", text, re.MULTILINE))


def test_a_letter_is_filled_and_handed_over(house: House) -> None:
    """The first line of the text is the subject; sender and reply address are the site's."""
    letters.send(house.world, house.mailbox, job(seed=SEED, values={"minutes": "15"}))
    (mail,) = house.mailbox.sent
    assert (mail.id, mail.to, mail.subject) == ("job-1", "reader@example.test", "sign-in (en)")
    assert mail.sender == "林墨 <letters@example.test>"
    assert mail.reply_to == "linmo@example.test"
    assert not mail.text.startswith("\n")
    assert "sign-in (en)" not in mail.text
    assert said(mail.text)["minutes"] == "15"
    assert mail.headers == {"Content-Language": "en"}


def test_secrets_are_derived_when_the_letter_is_made(house: House) -> None:
    """Code and link come from the seed and the site's keys; the link keeps the language."""
    mail = letters.written(house.world, job(lang="zh-Hans", seed=SEED))
    slots = said(mail.text)
    ring = house.world.ring
    assert slots["code"] == challenges.code_of(ring, SEED)
    secret = challenges.link_secret_of(ring, SEED)
    assert slots["link"] == f"{ORIGIN}/api/confirm?key={secret}&lang=zh-Hans"
    assert slots["code"] in mail.html


@pytest.mark.parametrize("name", sorted(MAILS))
@pytest.mark.parametrize("lang", LANGS)
def test_every_mail_of_the_contract_can_be_written(house: House, name: str, lang: str) -> None:
    """Each mail comes in each language with the common slots, also where its job says little."""
    mail = letters.written(house.world, job(name, lang))
    slots = said(mail.text)
    assert mail.subject == f"{name} ({lang})"
    assert slots["site"] == {"zh-Hans": "自留地", "en": "Own Ground"}[lang]
    assert slots["home"] == ORIGIN + {"zh-Hans": "/", "en": "/en/"}[lang]
    assert slots["account"] == f"{ORIGIN}/api/account?lang={lang}"
    assert set(slots) >= COMMON_SLOTS


def test_an_unknown_language_is_the_main_one(house: House) -> None:
    """A language the site no longer has does not keep a receipt back."""
    assert letters.written(house.world, job("receipt", "fr")).subject == "receipt (zh-Hans)"


def test_sections_stand_when_they_are_true(house: House) -> None:
    """True and false of a job choose what the letter says."""
    forever = letters.written(house.world, job("receipt", values={"forever": True}))
    ends = letters.written(house.world, job("receipt", values={"until": "1 May", "forever": False}))
    assert "forever" in forever.text
    assert "forever" not in ends.text


def test_values_are_escaped_where_it_is_html(house: House) -> None:
    """A title with signs of HTML is text in the page and itself in the plain text."""
    mail = letters.written(house.world, job("receipt", values={"product": "<b>A & B</b>\n\nx: y"}))
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in mail.html
    assert "<b>" not in mail.html
    assert said(mail.text)["product"] == "<b>A & B</b> x: y"


@pytest.mark.parametrize(
    ("told", "link"),
    [
        ({"values": {"link": "/posts/a/?b=c"}}, f"{ORIGIN}/posts/a/?b=c"),
        ({"values": {"link": f"{ORIGIN}/en/"}}, f"{ORIGIN}/en/"),
        ({}, ""),
    ],
)
def test_links_lead_to_the_site_itself(house: House, told: dict[str, Any], link: str) -> None:
    """A path becomes an address of this site."""
    assert said(letters.written(house.world, job("receipt", **told)).text).get("link", "") == link


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.test/",
        "//evil.test/",
        f"{ORIGIN}.evil.test/",
        "javascript:x",
        ORIGIN + "@e.t/",
    ],
)
def test_a_link_elsewhere_is_in_no_letter(house: House, link: str) -> None:
    """Whatever is in a job, a letter never leads to another site."""
    with pytest.raises(Never):
        letters.send(house.world, house.mailbox, job("receipt", values={"link": link}))
    assert house.mailbox.sent == []


def test_a_mail_nobody_knows_is_never_sent(house: House) -> None:
    """A name outside the contract is no mail."""
    with pytest.raises(Never):
        letters.send(house.world, house.mailbox, job("newsletter"))


@pytest.mark.parametrize(("failure", "kind"), [(MailDown(), Later), (MailRefused(), Never)])
def test_what_the_mailer_says_is_passed_on(
    house: House, failure: Exception, kind: type[Exception]
) -> None:
    """For now stays in the queue, for ever does not."""
    house.mailbox.refuse = failure
    with pytest.raises(kind) as raised:
        letters.send(house.world, house.mailbox, job())
    assert raised.value.__cause__ is failure


def test_a_release_without_the_mail_is_for_now(house: House) -> None:
    """When the prepared mail is not there, the next release may have it."""
    (house.generation / "private" / "mails" / "en" / "deleted.txt").unlink()
    with pytest.raises(Later) as raised:
        letters.send(house.world, house.mailbox, job("deleted"))
    assert isinstance(raised.value.__cause__, Missing)
