"""`inkstead codes` on the preview's store."""

import csv
import io
import json
import re
import stat

import pytest

from publish.paywall import codes, people
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
        ((), "say what the codes open: --product or --offer, one of them (known: course"),
        (("--product", "course", "--offer", "course"), "one of them"),
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
    assert "已兑换 0／1" in shop.ok("codes", "list", "--lang", "zh")
    [batch] = shop.json("codes", "list")["batches"]
    assert "要作废" in shop.run("codes", "revoke", batch["id"], "--lang", "zh").err


def test_nobody_is_asked_about_a_batch_that_is_none(shop):
    ran = shop.run("codes", "revoke", "X")
    assert ran.code == 2
    assert '"X" is no batch or code here' in ran.err
    assert "Revoke" not in ran.err
