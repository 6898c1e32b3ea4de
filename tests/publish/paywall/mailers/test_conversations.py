"""Each mail that goes out because of lead magnets and letters, as a real server is given it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest

from publish.contract import manifest as contract
from publish.contract.slots import Prepared
from publish.paywall import challenges, deliveries, keys, letters, seals, unsubscribing
from publish.paywall.mailers.ses import SesMailer
from publish.paywall.mailers.smtp import SmtpMailer
from publish.paywall.ports import Mail, Mailer
from publish.paywall.queue import Job
from tests.aws import Aws
from tests.publish.paywall.house import ORIGIN, START, House, make_generation, world
from tests.publish.paywall.mailers.post_office import post_office

TITLE = "搬家前的二十个问题：一份给 newsletter 作者的清单（附表格）" * 3
READER = "reader-with-a-long-name.and-more@sub.domain.example.test"
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose lead magnet has a long Chinese title, which its mails are about."""
    made = make_generation(tmp_path_factory.mktemp("conversations") / "generation")
    path = made / "manifest.json"
    manifest = contract.load(path)
    magnet = manifest.magnets["checklist"]
    texts = {lang: replace(text, title=TITLE) for lang, text in magnet.texts.items()}
    path.write_text(
        contract.dump(replace(manifest, magnets={"checklist": replace(magnet, texts=texts)}))
    )
    for mail, subject in (
        (made / "private/mails/zh-Hans/opt-in.txt", "请确认：[[title]]"),
        (made / "private/magnets/checklist/zh-Hans/mail.txt", f"给你的：{TITLE}"),
    ):
        mail.write_text(mail.read_text().replace(mail.read_text().split("\n")[0], subject, 1))
    return made


@pytest.fixture
def house(tmp_path: Path, generation: Path) -> House:
    return world(tmp_path, generation=generation)


def opt_in(house: House) -> Mail:
    told = {"mail": "opt-in", "to": READER, "lang": "zh-Hans", "magnet": "checklist"}
    more = {"seed": challenges.new_seed(), "values": {"hours": "48"}}
    return letters.written(house.world, Job(keys.new_id(24), "mail", {**told, **more}))


def delivery(house: House) -> Mail:
    person, until = house.person(READER), keys.stamp(START + deliveries.LASTS)
    told = {"mail": "delivery", "to": READER, "lang": "zh-Hans", "magnet": "checklist"}
    job = Job(keys.new_id(24), "mail", {**told, "person": person.id, "until": until})
    return letters.written(house.world, job)


def letter(house: House) -> Mail:
    text = "你好 [[name]]，\n\n" + "很长的一行" * 400 + "\n\n.\nFrom here\n\n[[unsubscribe]]\n"
    html = "<p>" + "很长的一行" * 400 + '</p><a href="[[unsubscribe]]">x</a>'
    return letters.letter(
        house.world,
        id="L1.P1",
        person=replace(house.person(READER), name="小林"),
        lang="zh-Hans",
        subject=f"第 12 封信：{TITLE}",
        html=Prepared(html),
        text=Prepared(text),
    )


@pytest.fixture(params=["smtp", "ses"])
def wire(request: pytest.FixtureRequest, house: House) -> Iterator[tuple[Mailer, Any]]:
    """A mailer, and the bytes that its server was given, with the recipients beside them."""
    if request.param == "smtp":
        with post_office() as office:
            yield (
                SmtpMailer(office.url, clock=house.clock),
                lambda: [(each.to, each.body) for each in office.taken],
            )
        return
    aws: Aws = request.getfixturevalue("aws")
    client, given = aws.client("sesv2"), list[tuple[list[str], bytes]]()
    before = len(aws.mails())

    def seen(request: Any, **_: Any) -> None:
        told = json.loads(request.body)
        raw = base64.b64decode(told["Content"]["Raw"]["Data"])
        given.append((told["Destination"]["ToAddresses"], raw))

    if not any(
        each["IdentityName"] == "example.test"
        for each in client.list_email_identities()["EmailIdentities"]
    ):
        client.create_email_identity(EmailIdentity="example.test")
    client.meta.events.register("before-send.sesv2.SendEmail", seen, unique_id="conversation")
    yield SesMailer(client, clock=house.clock), lambda: given
    client.meta.events.unregister("before-send.sesv2.SendEmail", seen, unique_id="conversation")
    assert len(aws.mails()) == before + len(given)


@pytest.mark.parametrize("make", [opt_in, delivery, letter])
def test_a_server_gets_a_mail_as_the_standards_want_it(
    house: House, wire: tuple[Mailer, Any], make: Callable[[House], Mail]
) -> None:
    """Seven bits, short lines, one recipient, two parts, a subject whole, a button to leave."""
    mailer, taken = wire
    mail = make(house)
    mailer.send(mail)
    ((recipients, raw),) = taken()
    assert recipients == [READER]
    _check_bytes(raw)
    found = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
    assert found["Subject"] == mail.subject
    assert TITLE in mail.subject
    assert found["Message-ID"] == f"<{mail.id}@example.test>"
    assert [each.addr_spec for each in found["To"].addresses] == [READER]
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    _check_parts(found, mail)
    _check_leaving(house, found, mail, make)


def _check_bytes(raw: bytes) -> None:
    """Look at what travels: RFC 5321 and 5322 on lines, RFC 2045 on what is not ASCII."""
    lines = raw.split(b"\r\n")
    assert raw.isascii()
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) <= 998
    head = lines[: lines.index(b"")]
    long = [line.split(b":")[0] for line in head if len(line) > 78]
    assert {*long} <= {b"List-Unsubscribe"}  # one address, which has no place to fold


def _check_parts(found: EmailMessage, mail: Mail) -> None:
    for kind, wanted in (("plain", mail.text), ("html", mail.html)):
        part = found.get_body((kind,))
        assert isinstance(part, EmailMessage)
        assert part.get_content().replace("\r\n", "\n").rstrip() == wanted.rstrip()
    assert "Content-Type" in found
    assert not [name for name in found.keys() if name in ("Cc", "Bcc", "Resent-To")]  # noqa: SIM118
    others = [str(value) for name, value in found.items() if name != "To"]
    assert not [value for value in others if READER in value or "reader-with" in value]


def _check_leaving(
    house: House, found: EmailMessage, mail: Mail, make: Callable[[House], Mail]
) -> None:
    """Look at the button: it is there, it is ours, and one post to it does what it says."""
    link = found["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"{ORIGIN}/api/unsubscribe?key=")
    assert found["List-Unsubscribe-Post"] == ONE_CLICK
    assert link in mail.text
    assert re.fullmatch(r"[!-~]+", link)
    assert (found["List-Id"] is None) == (make is opt_in)
    if make is not opt_in:
        assert found["List-Id"].endswith("<letters.example.test>")
        assert "自留地" in found["List-Id"]
    assert seals.fits(house.world.ring, READER, found[seals.HEADER])
    answer = house.browser().post(
        link.removeprefix(ORIGIN), {"List-Unsubscribe": "One-Click"}, origin=""
    )
    assert answer.status == 200
    assert link.removeprefix(ORIGIN).startswith(unsubscribing.PAGE)
