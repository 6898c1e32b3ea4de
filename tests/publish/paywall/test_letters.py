"""Letters say what their job says, in the reader's language, and lead only to this site."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from publish.contract import manifest as contract
from publish.contract.service import COMMON_SLOTS, LETTER_SLOTS, MAILS
from publish.contract.slots import Prepared
from publish.paywall import (
    challenges,
    counting,
    deliveries,
    keys,
    letters,
    people,
    queue,
    seals,
    subscribing,
    suppressing,
    unsubscribing,
)
from publish.paywall.deliveries import Delivery
from publish.paywall.letters import Pointless
from publish.paywall.people import Person
from publish.paywall.ports import AddressRefused, Delete, Mail, MailDown, MailRefused, Missing
from publish.paywall.queue import Job, Later, Never
from publish.paywall.subscribing import Consent
from tests.publish.paywall.house import LANGS, ORIGIN, START, House, world

SEED = challenges.new_seed()
MAIL = "reader@example.test"


@pytest.fixture
def house(tmp_path: Path, generation: Path) -> House:
    return world(tmp_path, generation=generation)


@pytest.fixture
def own(tmp_path: Path) -> House:
    """A house whose generation a test may change."""
    return world(tmp_path)


def job(name: str = "sign-in", lang: str = "en", **more: Any) -> Job:
    return Job("job-1", "mail", {"mail": name, "to": "reader@example.test", "lang": lang, **more})


def opt_in(lang: str = "en", magnet: str = "checklist", **more: Any) -> Job:
    """Return the job that asks whoever has an address."""
    return job("opt-in", lang, seed=SEED, magnet=magnet, **{"values": {"hours": "48"}, **more})


def delivery(person: Person, lang: str = "en", magnet: str = "checklist", **more: Any) -> Job:
    """Return the job that sends the link to a lead magnet."""
    until = keys.stamp(START + deliveries.LASTS)
    told = {"magnet": magnet, "person": person.id, "until": until, "to": person.mail, **more}
    return job("delivery", lang, **told)


def join(house: House, person: Person) -> None:
    """Put a person on the letters."""
    consent = Consent("words", "en", house.clock(), "account")
    house.store.write(*subscribing.joining(person.id, consent, None))


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
    assert mail.headers.pop("X-Inkstead-Seal") == seals.seal(house.world.ring, mail.to)
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
    mail = letters.written(house.world, job(name, lang, magnet="checklist"))
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


def test_a_release_without_the_mail_is_for_now(own: House) -> None:
    """When the prepared mail is not there, the next release may have it."""
    (own.generation / "private" / "mails" / "en" / "deleted.txt").unlink()
    with pytest.raises(Later) as raised:
        letters.send(own.world, own.mailbox, job("deleted"))
    assert isinstance(raised.value.__cause__, Missing)


# ---- an address that is none ------------------------------------------------------------------


def test_an_address_at_which_nobody_is_is_spared_from_then_on(house: House) -> None:
    """What the server says at once counts like what comes back later, and nothing is left to do."""
    house.mailbox.refuse = AddressRefused()
    letters.send(house.world, house.mailbox, job(seed=SEED))
    found = suppressing.find(house.store, MAIL)
    assert found is not None
    assert (found.reason, found.at) == ("bounced", START)
    assert sum(counting.counted(house.store, "mail-bounced").values()) == 1
    house.mailbox.refuse = None
    letters.send(house.world, house.mailbox, job(seed=SEED))
    assert house.mailbox.sent == []


def test_a_mail_that_is_refused_spares_nobody(house: House) -> None:
    """A server that takes us for spammers says nothing of the address."""
    house.mailbox.refuse = MailRefused()
    with pytest.raises(Never):
        letters.send(house.world, house.mailbox, job(seed=SEED))
    assert suppressing.find(house.store, MAIL) is None


def test_handing_a_letter_over_says_what_became_of_it(house: House) -> None:
    """Whoever sends many hears of the address that is none, which is spared all the same."""
    house.mailbox.refuse = AddressRefused()
    mail = letters.written(house.world, job(seed=SEED))
    with pytest.raises(AddressRefused):
        letters.hand_over(house.world, house.mailbox, mail)
    assert suppressing.stops(house.store, MAIL, "sign-in")


# ---- asking whoever has an address ------------------------------------------------------------


def leads(mail: Mail, name: str) -> str:
    """Return where a header leads."""
    return mail.headers[name].strip("<>")


@pytest.mark.parametrize("lang", LANGS)
def test_an_opt_in_mail_names_the_magnet_and_leads_to_its_button(house: House, lang: str) -> None:
    """The title is the site's own, the link comes from the seed."""
    mail = letters.written(house.world, opt_in(lang, values={"hours": "24"}))
    slots = said(mail.text)
    secret = challenges.link_secret_of(house.world.ring, SEED)
    assert slots["title"] == f"checklist ({lang})"
    assert slots["link"] == f"{ORIGIN}/api/confirm?key={secret}&lang={lang}"
    assert slots["hours"] == "24"


def test_an_opt_in_mail_says_how_to_decline(house: House) -> None:
    """Mail programs get a button, and the link in it is the one that people see."""
    mail = letters.written(house.world, opt_in())
    where = ORIGIN + unsubscribing.decline_path(house.world.ring, MAIL, "en")
    assert leads(mail, "List-Unsubscribe") == said(mail.text)["unsubscribe"] == where
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Id" not in mail.headers
    assert MAIL not in mail.text + mail.html + str(mail.headers)


def test_nothing_that_a_stranger_typed_is_in_an_opt_in_mail(house: House) -> None:
    """Whatever a job says beside magnet, language and hours stays where it is."""
    evil = "http://evil.test/ win money"
    told = dict.fromkeys(("title", "name", "link", "unsubscribe", "site", "home", "code"), evil)
    more = {"values": {**told, "hours": "48"}, "typed": evil, "came": evil, "title": evil}
    mail = letters.written(house.world, opt_in(**more))
    assert "evil" not in mail.text + mail.html + mail.subject + str(mail.headers)
    assert mail == letters.written(house.world, opt_in())


@pytest.mark.parametrize("reason", ["bounced", "complained"])
def test_an_address_that_is_spared_is_not_asked(house: House, reason: Any) -> None:
    """Anybody can type an address, so who called a mail unwanted is left alone here too."""
    suppressing.suppress(house.store, MAIL, reason, START)
    letters.send(house.world, house.mailbox, opt_in())
    assert house.mailbox.sent == []
    assert sum(counting.counted(house.store, "mail-suppressed").values()) == 1


def test_who_declined_is_not_asked_for_a_month(house: House) -> None:
    """Only mails that others ask for stop, and only for a while."""
    suppressing.decline(house.store, suppressing.mailbox_hash(MAIL), START)
    letters.send(house.world, house.mailbox, opt_in())
    assert house.mailbox.sent == []
    letters.send(house.world, house.mailbox, job(seed=SEED))
    letters.send(house.world, house.mailbox, delivery(house.person()))
    assert [mail.subject for mail in house.mailbox.sent] == [
        "sign-in (en)",
        "delivery of checklist (en)",
    ]
    house.clock.move(days=30)
    letters.send(house.world, house.mailbox, opt_in())
    assert len(house.mailbox.sent) == 3


def test_a_magnet_that_was_taken_away_is_not_asked_for(house: House) -> None:
    """There is nothing to confirm any more, so the mail is dropped and nobody is alarmed."""
    letters.send(house.world, house.mailbox, opt_in(magnet="gone"))
    assert house.mailbox.sent == []
    assert not queue.dead(house.store)


# ---- sending what was asked for ---------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_delivery_leads_to_the_file_for_a_week(house: House, lang: str) -> None:
    """The link is made when the mail is written, and ends when the job says."""
    person = house.person()
    mail = letters.written(house.world, delivery(person, lang))
    slots = said(mail.text)
    wanted = Delivery("checklist", lang, START + deliveries.LASTS, person.id)
    assert slots["link"] == ORIGIN + deliveries.path(house.world.ring, wanted)
    assert slots["days"] == "7"
    assert mail.subject == f"delivery of checklist ({lang})"
    assert mail.to == MAIL


@pytest.mark.parametrize(("hours", "days"), [(0, "7"), (1, "7"), (25, "6"), (167, "1"), (400, "1")])
def test_a_mail_that_waited_says_how_long_is_left(house: House, hours: int, days: str) -> None:
    """A mail server that slept for a day does not make the link longer."""
    person = house.person()
    house.clock.move(hours=hours)
    assert said(letters.written(house.world, delivery(person)).text)["days"] == days


def test_a_delivery_says_how_to_leave_the_letters(house: House) -> None:
    """Both headers and the link in the foot; mail programs sort it under the site's name."""
    person = house.person()
    mail = letters.written(house.world, delivery(person))
    where = ORIGIN + unsubscribing.path(house.world.ring, person.id, "en")
    assert leads(mail, "List-Unsubscribe") == said(mail.text)["unsubscribe"] == where
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.headers["List-Id"] == '"Own Ground" <letters.example.test>'


def test_a_delivery_says_whether_letters_follow(house: House) -> None:
    """Only who is on the list now is told so."""
    person = house.person()
    word = "letters"
    assert word not in letters.written(house.world, delivery(person)).text.splitlines()
    join(house, person)
    assert word in letters.written(house.world, delivery(person)).text.splitlines()
    subscribing.leave(house.store, person.id, START)
    assert word not in letters.written(house.world, delivery(person)).text.splitlines()


def test_who_complained_gets_what_they_confirmed(house: House) -> None:
    """A delivery answers a click."""
    suppressing.suppress(house.store, MAIL, "complained", START)
    letters.send(house.world, house.mailbox, delivery(house.person()))
    assert len(house.mailbox.sent) == 1


def erased(house: House, person: Person) -> None:
    house.store.write(Delete(keys.person(person.id), keys.SELF))


def banned(house: House, person: Person) -> None:
    house.store.write(people.saving(replace(person, banned=True)))


def moved(house: House, person: Person) -> None:
    house.store.write(people.saving(replace(person, mail="new@example.test")))


@pytest.mark.parametrize("what", [erased, banned, moved])
def test_who_is_gone_gets_no_delivery(house: House, what: Any) -> None:
    """Erased, banned, or at another address since: nothing goes to the old one."""
    house.person()
    person = house.person()
    what(house, person)
    with pytest.raises(Pointless):
        letters.written(house.world, delivery(person))
    letters.send(house.world, house.mailbox, delivery(person))
    assert house.mailbox.sent == []
    assert not queue.dead(house.store)


def test_a_magnet_of_one_language_speaks_that_one(own: House) -> None:
    """The mail is of one piece: text, link and site in the language that the magnet has."""
    person, path = own.person(), own.generation / "manifest.json"
    manifest = contract.load(path)
    magnet = manifest.magnets["checklist"]
    only = replace(magnet, texts={"zh-Hans": magnet.texts["zh-Hans"]})
    path.write_text(contract.dump(replace(manifest, magnets={"checklist": only})))
    mail = letters.written(own.world, delivery(person, "en"))
    assert mail.subject == "delivery of checklist (zh-Hans)"
    assert said(mail.text)["site"] == "自留地"
    assert said(mail.text)["link"].endswith("&lang=zh-Hans")
    assert mail.headers["Content-Language"] == "zh-Hans"


# ---- the creator's letters --------------------------------------------------------------------

_SLOTS = (*sorted(LETTER_SLOTS), *sorted(COMMON_SLOTS))
TEXT = Prepared("\n".join(f"{slot}: [[{slot}]]" for slot in _SLOTS) + "\n")
HTML = Prepared("<br>".join(f"{slot}: [[{slot}]]" for slot in _SLOTS))


def letter(house: House, person: Person, lang: str = "en", **more: Any) -> Mail:
    told = {"id": "L1.P1", "subject": "News", "html": HTML, "text": TEXT, **more}
    return letters.letter(house.world, person=person, lang=lang, **told)


@pytest.mark.parametrize("lang", LANGS)
def test_a_letter_is_for_one_person(house: House, lang: str) -> None:
    """Their name, their link to leave, and everything that mails of the site have."""
    person = replace(house.person(), name="林 <b>")
    mail = letter(house, person, lang)
    slots = said(mail.text)
    where = ORIGIN + unsubscribing.path(house.world.ring, person.id, lang)
    assert slots["name"] == "林 <b>"
    assert "name: 林 &lt;b&gt;" in mail.html
    assert slots["unsubscribe"] == leads(mail, "List-Unsubscribe") == where
    assert slots["account"] == f"{ORIGIN}/api/account?lang={lang}"
    assert (mail.id, mail.to, mail.subject) == ("L1.P1", MAIL, "News")
    assert mail.sender == "林墨 <letters@example.test>"
    assert set(mail.headers) == {
        *("Content-Language", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),
        "X-Inkstead-Seal",
    }


def test_a_letter_has_one_line_of_subject(house: House) -> None:
    """Whatever a file says, a subject is no second header."""
    assert letter(house, house.person(), subject="one\r\nBcc: two").subject == "one Bcc: two"


def test_a_title_of_signs_breaks_no_header(own: House) -> None:
    """The site's own name stands in a header, so what means something there is left out."""
    path = own.generation / "manifest.json"
    manifest = contract.load(path)
    odd = replace(manifest.site.languages[0], title='A "B" <c@d> \\ =?utf-8?q?x?=')
    site = replace(manifest.site, languages=(odd,))
    path.write_text(contract.dump(replace(manifest, site=site)))
    mail = letter(own, own.person(), odd.code)
    assert mail.headers["List-Id"] == '"A B c@d  utf-8?q?x?=" <letters.example.test>'
