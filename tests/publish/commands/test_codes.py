"""`inkstead codes` on the preview's store."""

import csv
import io
import json
import re
import stat
from urllib.parse import parse_qsl, urlsplit

import pytest

from publish.paywall import codes, magnet_codes, people
from tests.publish.commands.shop import make_shop

PRINTED = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}")


@pytest.fixture
def shop(tmp_path):
    return make_shop(tmp_path / "site")


def batches(shop):
    return shop.json("codes", "list")["batches"]


def redeem(shop, code, mail="lin@example.test"):
    with shop.desk() as desk:
        store, now = desk.world.store, desk.now
        person = people.find_by_mail(store, mail)
        if person is None:
            person = people.new(mail, mail, "en", now, confirmed=True)
            store.write(*people.creating(person))
        store.write(*codes.redeeming(store, codes.hash_of(code), person.id, now).operations)


def test_codes_are_printed_one_a_line_and_nothing_else_is(shop):
    ran = shop.process("codes", "make", "--product", "pass", "--days", "90", "--count", "3")
    assert ran.code == 0
    made = ran.out.splitlines()
    assert len(set(made)) == 3
    assert all(PRINTED.fullmatch(code) for code in made)
    first, last = ran.err.splitlines()
    assert first == "sandbox · sqlite .inkstead/sandbox/service.sqlite"
    assert re.fullmatch(r"3 codes of batch \w{8} for pass, 90 days", last)


def test_a_code_that_was_made_opens_the_product_and_is_counted(shop):
    told = shop.json(
        "codes", "make", "--product", "pass", "--days", "90", "--price", "39 cny",
        "--channel", "xiaoe", "--expires", "2099-12-31",
    )  # fmt: skip
    [code] = told["codes"]
    assert told["batch"]["price"] == "39 CNY"
    assert told["batch"]["expires"] == "2099-12-31T16:00:00Z"
    redeem(shop, code)
    assert shop.opens("lin@example.test") == {"pass"}
    [batch] = batches(shop)
    assert (batch["redeemed"], batch["channel"]) == (1, "xiaoe")
    out = shop.ok("codes", "list")
    assert "1 of 1 redeemed" in out
    used = shop.json("codes", "list", batch["id"].lower())["uses"]
    assert [each["mail"] for each in used] == ["lin@example.test"]


def test_no_code_is_kept_where_it_could_be_read(shop):
    [code] = shop.json("codes", "make", "--product", "course")["codes"]
    raw = b"".join(path.read_bytes() for path in shop.home.folder.glob("service.sqlite*"))
    assert code.encode() not in raw
    assert code.replace("-", "").encode() not in raw


@pytest.mark.parametrize(
    ("arguments", "product", "days"),
    [
        (("--product", "course"), "course", 0),
        (("--product", "membership", "--days", "30"), "membership", 30),
        (("--offer", "pass-quarter"), "pass", 90),
        (("--offer", "membership-year"), "membership", 366),
        (("--offer", "membership-year", "--days", "10"), "membership", 10),
        (("--product", "early"), "early", 0),  # sells no more, still grants
    ],
)
def test_what_a_batch_opens_is_said_by_product_or_offer(shop, arguments, product, days):
    batch = shop.json("codes", "make", *arguments)["batch"]
    assert (batch["product"], batch["days"]) == (product, days)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what the codes open: --product, --offer or --magnet, one of them (known: course"),
        (("--product", "course", "--offer", "course"), "one of them"),
        (("--product", "course", "--magnet", "清单"), "one of them"),
        (("--magnet", "gold"), '"gold" is no lead magnet here (known: checklist, old, '),
        (("--magnet", "old"), '"old" is retired, so no code opens it'),
        (("--magnet", "checklist"), '"checklist" is given for an address and not for a code'),
        (("--magnet", "清单", "--days", "7"), "--days is about products"),
        (("--product", "gold"), '"gold" is no product of this site'),
        (("--offer", "gold"), '"gold" is no offer of this site (known: course, early'),
        (("--product", "pass"), '"pass" is a pass, which is for a time (add --days 365)'),
        (("--product", "course", "--price", "cheap"), '--price "cheap" is no price'),
        (("--product", "course", "--expires", "2020-01-01"), "is over already"),
        (("--product", "course", "--expires", "soon"), '--expires "soon" is no date'),
        (("--product", "course", "--count", "0"), "--count"),
        (("--product", "course", "--uses", "0"), "--uses"),
    ],
)
def test_what_cannot_be_meant_makes_no_codes(shop, arguments, said):
    ran = shop.run("codes", "make", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert batches(shop) == []


def test_a_file_gets_the_codes_and_is_for_its_owner_only(shop):
    arguments = ("codes", "make", "--product", "course", "--count", "2", "--output")
    for name in ("codes.csv", "codes.json", "codes.txt"):
        assert shop.ok(*arguments, name) == ""
        assert stat.S_IMODE((shop.folder / name).stat().st_mode) == 0o600
    rows = list(csv.DictReader(io.StringIO((shop.folder / "codes.csv").read_text("utf-8-sig"))))
    told = json.loads((shop.folder / "codes.json").read_text())
    plain = (shop.folder / "codes.txt").read_text().split()
    for found in ([row["code"] for row in rows], told["codes"], plain):
        assert len(found) == 2
        assert all(PRINTED.fullmatch(each) for each in found)


def test_a_code_for_a_lead_magnet_comes_with_a_link_for_an_automatic_answer(shop):
    ran = shop.process("codes", "make", "--magnet", "清单", "--uses", "5000")
    [code] = ran.out.split()
    _, said, link = ran.err.splitlines()
    assert re.fullmatch(r"1 code of batch \w{8} for the lead magnet 清单, uses of each: 5000", said)
    address = link.removeprefix("a link with the code in it: ")
    parts = urlsplit(address)
    assert (parts.scheme, parts.path) == ("http", "/api/get/code")
    assert dict(parse_qsl(parts.query)) == {"magnet": "清单", "code": code}


def unlock(shop, code, browser="PHONE"):
    with shop.desk() as desk:
        hash_, now = codes.hash_of(code), desk.now
        found = magnet_codes.opening(desk.world.store, hash_, "清单", browser, now)
        desk.world.store.write(*found.operations)


def test_codes_for_a_lead_magnet_are_listed_and_revoked_as_others_are(shop):
    told = shop.json("codes", "make", "--magnet", "清单", "--uses", "9")
    [code] = told["codes"]
    assert told["link"].endswith(code)
    assert (told["batch"]["product"], told["batch"]["magnet"]) == ("", "清单")
    unlock(shop, code)
    [batch] = batches(shop)
    assert (batch["magnet"], batch["uses"], batch["redeemed"]) == ("清单", 9, 1)
    out = shop.ok("codes", "list", batch["id"])
    assert re.search(r"清单 +lead magnet +1 of 9 redeemed", out)
    assert "a browser" in out
    [use] = shop.json("codes", "list", batch["id"])["uses"]
    assert (use["person"], use["mail"], use["grant"]) == ("", "", "")
    shop.ok("codes", "revoke", code, "--yes")
    with pytest.raises(codes.Refused, match="redeem-over"):
        unlock(shop, code, "LAPTOP")


def test_a_file_of_codes_says_which_lead_magnet_they_open(shop):
    make = ("codes", "make", "--magnet", "清单", "--count", "2", "--output")
    shop.ok(*make, "codes.csv")
    rows = list(csv.DictReader(io.StringIO((shop.folder / "codes.csv").read_text("utf-8-sig"))))
    assert [(row["product"], row["magnet"]) for row in rows] == [("", "清单")] * 2
    told = shop.json(*make, "codes.json")
    assert "link" not in told  # there are two
    assert told["batch"]["magnet"] == "清单"


def test_no_file_is_ever_overwritten_because_it_may_hold_codes(shop):
    (shop.folder / "codes.txt").write_text("older codes")
    ran = shop.run("codes", "make", "--product", "course", "--output", "codes.txt")
    assert ran.code == 2
    assert "is there already" in ran.err
    assert (shop.folder / "codes.txt").read_text() == "older codes"
    assert batches(shop) == []


def test_a_batch_or_a_code_is_revoked_after_asking(shop):
    told = shop.json("codes", "make", "--product", "course", "--count", "2")
    first, second = told["codes"]
    assert shop.run("codes", "revoke", first).code == 2  # nobody to ask
    shop.ok("codes", "revoke", first.lower(), "--yes")
    redeem(shop, second)
    with pytest.raises(codes.Refused):
        redeem(shop, first, "mei@example.test")
    shop.ok("codes", "revoke", told["batch"]["id"], "--yes")
    shop.ok("codes", "revoke", told["batch"]["id"], "--yes")
    [batch] = batches(shop)
    assert batch["revoked"] is True
    assert shop.opens("lin@example.test") == {"course"}
    unknown = shop.run("codes", "revoke", "ZZZZ", "--yes")
    assert unknown.code == 2
    assert '"ZZZZ" is no batch or code here' in unknown.err


def test_a_redeemed_code_is_taken_back_from_the_reader(shop):
    [code] = shop.json("codes", "make", "--product", "course")["codes"]
    redeem(shop, code)
    shop.ok("readers", "revoke", "lin@example.test", "course", "--yes")
    assert shop.opens("lin@example.test") == set()


def test_it_speaks_chinese(shop):
    ran = shop.run("codes", "make", "--offer", "pass-year", "--lang", "zh")
    assert "1 个码，pass，365 天" in ran.err
    magnet = shop.run("codes", "make", "--magnet", "清单", "--uses", "9", "--lang", "zh")
    assert "1 个码，引流礼 清单，每个可用 9 次" in magnet.err
    assert "带着兑换码的链接：http://" in magnet.err
    assert "已兑换 0／1" in shop.ok("codes", "list", "--lang", "zh")
    batch = shop.json("codes", "list")["batches"][0]
    assert "要作废" in shop.run("codes", "revoke", batch["id"], "--lang", "zh").err


def test_nobody_is_asked_about_a_batch_that_is_none(shop):
    ran = shop.run("codes", "revoke", "X")
    assert ran.code == 2
    assert '"X" is no batch or code here' in ran.err
    assert "Revoke" not in ran.err
