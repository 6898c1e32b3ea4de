"""`inkstead readers` on the preview's store."""

import csv
import io
import json
import stat

import pytest

from tests.publish.commands.shop import make_shop

LIN = "lin@example.test"
MEI = "mei@example.test"


@pytest.fixture
def shop(tmp_path):
    return make_shop(tmp_path / "site")


def readers(shop, *arguments):
    return shop.json("readers", "list", *arguments)["readers"]


def sheet(text):
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


# ---- giving, looking, taking ------------------------------------------------------------------


def test_a_gift_makes_the_reader_and_opens_the_product(shop):
    out = shop.ok("readers", "grant", "Lin@Example.test", "membership", "--days", "30")
    first, said = out.splitlines()
    assert first == "sandbox · sqlite .inkstead/sandbox/service.sqlite"
    assert said.startswith(f"{LIN} holds membership until ")
    [reader] = readers(shop)
    assert (reader["mail"], reader["state"], reader["confirmed"]) == (LIN, "member", "")
    assert shop.opens(LIN) == {"membership"}


def test_the_same_gift_twice_on_one_day_is_once(shop):
    first = shop.json("readers", "grant", LIN, "membership", "--days", "30")
    second = shop.json("readers", "grant", LIN, "membership", "--days", "30")
    assert (first["changed"], second["changed"]) == (True, False)
    assert first["until"] == second["until"]
    assert len(shop.json("readers", "show", LIN)["grants"]) == 1


def test_other_terms_on_the_same_day_replace_the_gift(shop):
    shop.ok("readers", "grant", LIN, "membership", "--days", "30")
    until = shop.json("readers", "grant", LIN, "membership", "--until", "2099-12-31")["until"]
    assert until == "2099-12-31T16:00:00Z"  # the day is over in Shanghai
    assert shop.json("readers", "grant", LIN, "course")["until"] is None


def test_a_gift_is_taken_back_once(shop):
    shop.ok("readers", "grant", LIN, "course")
    assert len(shop.json("readers", "revoke", LIN, "course", "--yes")["taken"]) == 1
    assert shop.opens(LIN) == set()
    assert shop.json("readers", "revoke", LIN, "course", "--yes")["taken"] == []
    [reader] = readers(shop)
    assert reader["state"] == "lapsed"


def test_taking_asks_and_without_a_terminal_refuses(shop):
    shop.ok("readers", "grant", LIN, "course")
    ran = shop.run("readers", "revoke", LIN, "course")
    assert ran.code == 2
    assert "--yes" in ran.err
    assert shop.opens(LIN) == {"course"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("grant", LIN, "gold"), '"gold" is no product of this site (known: course, early'),
        (("grant", "lin", "course"), '"lin" is nobody here'),
        (("grant", "lin@", "course"), '"lin@" is no mail address'),
        (("grant", LIN, "course", "--until", "soon"), '--until "soon" is no date'),
        (("grant", LIN, "course", "--until", "2020-01-01"), "is over already"),
        (("grant", LIN, "course", "--days", "3", "--until", "2099-01-01"), "exclude each other"),
        (("show", LIN), f'"{LIN}" is nobody here (list them with: inkstead readers list)'),
        (("list", "--state", "rich"), "rich"),
    ],
)
def test_what_cannot_be_meant_is_refused(shop, arguments, said):
    ran = shop.run("readers", *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_filters_choose_by_product_tag_and_state(shop):
    shop.ok("readers", "grant", LIN, "membership", "--days", "30")
    shop.ok("readers", "grant", MEI, "course")
    shop.ok("readers", "tag", MEI, "beta")
    assert [each["mail"] for each in readers(shop, "--product", "course")] == [MEI]
    assert [each["mail"] for each in readers(shop, "--tag", "beta")] == [MEI]
    assert readers(shop, "--product", "membership", "--tag", "beta") == []
    assert len(readers(shop, "--state", "member")) == 2
    assert readers(shop, "--state", "lapsed") == []


def test_tags_and_notes_are_set_and_taken_away(shop):
    shop.ok("readers", "grant", LIN, "course")
    assert shop.json("readers", "tag", LIN, "beta", "杭州")["tags"] == ["beta", "杭州"]
    assert shop.json("readers", "tag", LIN, "beta")["changed"] is False
    assert shop.json("readers", "tag", LIN, "beta", "--remove")["tags"] == ["杭州"]
    assert shop.json("readers", "note", LIN, "met in", "Hangzhou")["note"] == "met in Hangzhou"
    assert "met in Hangzhou" in shop.ok("readers", "show", LIN)
    assert shop.json("readers", "note", LIN)["note"] == ""


def test_show_tells_what_is_held_and_why(shop):
    person = shop.json("readers", "grant", LIN, "course", "--note", "helped at the fair")["id"]
    out = shop.ok("readers", "show", person.lower())
    assert "for good" in out
    assert "given" in out
    [grant] = shop.json("readers", "show", LIN)["grants"]
    assert (grant["kind"], grant["note"]) == ("comp", "helped at the fair")


def test_it_speaks_chinese(shop):
    out = shop.ok("readers", "grant", LIN, "course", "--lang", "zh")
    assert f"{LIN} 永久持有 course" in out
    assert "会员" in shop.ok("readers", "list", "--lang", "zh")
    assert (
        "没有“nobody@x.test”这个人" in shop.run("readers", "show", "nobody@x.test", "--lang=zh").err
    )


# ---- mail that does not go --------------------------------------------------------------------


def suppress(shop, mail, reason):
    from publish.paywall import suppressing

    with shop.desk() as desk:
        suppressing.suppress(desk.world.store, mail, reason, desk.now)


def test_addresses_that_get_no_mail_are_listed_and_allowed_again(shop):
    suppress(shop, LIN, "bounced")
    suppress(shop, MEI, "complained")
    found = shop.json("readers", "suppressed")["suppressed"]
    assert {each["mail"]: each["reason"] for each in found} == {LIN: "bounced", MEI: "complained"}
    _, first, second, count = shop.ok("readers", "suppressed").splitlines()
    assert "does not exist: gets nothing" in first
    assert "gets only what they ask for" in second
    assert count == "2 addresses"
    out = shop.ok("readers", "allow", LIN.upper())
    assert out.splitlines()[-1] == f"{LIN} gets mails again"
    assert shop.json("readers", "allow", LIN)["changed"] is False
    assert [each["mail"] for each in shop.json("readers", "suppressed")["suppressed"]] == [MEI]


def test_what_is_no_address_cannot_be_allowed(shop):
    for wrong in ("lin", "lin@"):
        ran = shop.run("readers", "allow", wrong)
        assert (ran.code, f'"{wrong}" is no mail address' in ran.err) == (2, True)


# ---- files ------------------------------------------------------------------------------------


def write(shop, text, name="readers.csv"):
    (shop.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def test_a_list_is_brought_in_and_the_same_again_changes_nothing(shop):
    name = write(
        shop,
        "email,product,until,tags,note\r\n"
        f'{LIN},membership,2099-12-31,"beta, old",paid until then\r\n'
        f"{MEI},course,forever,,\r\n"
        "free@example.test,,,letters,\r\n",
    )
    told = shop.json("readers", "import", name)
    assert {each["what"] for each in told["changes"]} == {"new", "granted", "tagged", "noted"}
    assert shop.opens(LIN) == {"membership"}
    [lin] = readers(shop, "--tag", "beta")
    assert lin["rights"][0]["until"] == "2099-12-31T16:00:00Z"
    assert lin["note"] == "paid until then"
    assert len(readers(shop)) == 3
    assert shop.json("readers", "import", name)["changes"] == []


def test_who_cancelled_and_has_paid_keeps_until_the_day(shop):
    name = write(
        shop, f"mail,product,until\n{LIN},membership,2099/1/31\nold@x.test,course,2020年1月31日\n"
    )
    shop.ok("readers", "import", name)
    assert shop.opens(LIN) == {"membership"}
    [old] = readers(shop, "--state", "lapsed")
    assert old["mail"] == "old@x.test"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_excel_in_china_writes_it_in_its_own_way(shop, encoding):
    text = f"邮箱;产品;到期;标签;备注\r\n{LIN};course;永久;杭州；老读者;见过\r\n"
    name = write(shop, text.encode(encoding))
    shop.ok("readers", "import", name)
    [lin] = readers(shop)
    assert (lin["tags"], lin["note"]) == (["杭州", "老读者"], "见过")
    assert shop.opens(LIN) == {"course"}


def test_wrong_lines_are_named_and_nothing_is_brought_in(shop):
    name = write(
        shop,
        "mail,product,until\n"
        f"{LIN},course,forever\n"
        "not an address,course,forever\n"
        '"b@x.test",gold,forever\n'
        "c@x.test,course,soon\n"
        "d@x.test,course,\n"
        ",course,forever\n",
    )
    ran = shop.run("readers", "import", name)
    assert ran.code == 1
    said = ran.err.splitlines()
    assert said[0] == 'readers.csv:3: "not an address" is no mail address'
    assert said[1].startswith('readers.csv:4: "gold" is no product of this site (known: course')
    assert said[2] == 'readers.csv:5: until "soon" is no date (write 2026-12-31)'
    assert said[3].startswith('readers.csv:6: no date in "until"')
    assert said[4] == "readers.csv:7: the mail address is missing"
    assert "nothing was brought in: 5 lines are wrong" in ran.out
    assert readers(shop) == []
    assert shop.run("readers", "import", name, "--skip").code == 0
    assert [each["mail"] for each in readers(shop)] == [LIN]


def test_lines_in_chinese_are_named_in_chinese(shop):
    name = write(shop, "mail,product,until\nnobody,course,forever\n")
    assert (
        "readers.csv:2: “nobody”不是邮箱地址"
        in shop.run("readers", "import", name, "--lang=zh").err
    )


def test_of_two_lines_for_one_reader_the_later_end_counts(shop):
    name = write(
        shop,
        "mail,product,until,tags\n"
        f"{LIN},membership,2098-12-31,a\n"
        f"LIN@EXAMPLE.TEST,membership,2099-12-31,b\n"
        f"{LIN},membership,2097-12-31,a\n",
    )
    told = shop.json("readers", "import", name)
    assert told["repeated"] == 1
    [lin] = readers(shop)
    assert lin["rights"][0]["until"] == "2099-12-31T16:00:00Z"
    assert lin["tags"] == ["a", "b"]


def test_a_plan_changes_nothing(shop):
    name = write(shop, f"mail,product,until\n{LIN},course,forever\n")
    out = shop.ok("readers", "import", name, "--plan")
    assert "holds course for good" in out
    assert out.splitlines()[-1] == "1 reader would change"
    assert readers(shop) == []


def test_what_was_taken_back_here_is_not_given_again_by_a_file(shop):
    name = write(shop, f"mail,product,until\n{LIN},course,forever\n")
    shop.ok("readers", "import", name)
    shop.ok("readers", "revoke", LIN, "course", "--yes")
    [change] = shop.json("readers", "import", name)["changes"]
    assert change["what"] == "revoked"
    assert shop.opens(LIN) == set()


def test_what_is_exported_comes_in_again_as_it_was(shop, tmp_path):
    write(
        shop,
        "mail,product,until,tags,note\n"
        f'{LIN},membership,2099-12-31,"beta,杭州","=HYPERLINK(1)"\n'
        f"{LIN},course,forever,,\n"
        f"{MEI},course,2020-01-31,,'quoted\n"
        "+plus@example.test,,,letters,@home\n",
    )
    shop.ok("readers", "import", "readers.csv")
    shop.ok("readers", "grant", MEI, "membership", "--days", "40")
    shop.ok("readers", "revoke", LIN, "course", "--yes")
    shop.ok("readers", "export", "--output", "out.csv")
    shop.ok("readers", "export", "--output", "out.json")
    assert shop.json("readers", "import", "out.csv")["changes"] == []
    for name in ("out.csv", "out.json"):
        other = make_shop(tmp_path / name)
        (other.folder / name).write_bytes((shop.folder / name).read_bytes())
        other.ok("readers", "import", name)
        assert state(other) == state(shop)
        assert other.json("readers", "import", name)["changes"] == []


def state(shop):
    """Return what every reader has, but for ids and when they came."""
    told = {}
    for each in readers(shop):
        rights = {r["product"]: r["until"] for r in each["rights"] if r["open"]}
        told[each["mail"]] = (each["tags"], each["note"], rights, each["confirmed"])
    return told


def test_no_cell_of_an_export_runs_as_a_formula(shop):
    write(shop, "mail,note\n+1@example.test,=1+1\n-2@example.test,@SUM(A1)\n")
    shop.ok("readers", "import", "readers.csv")
    out = shop.process("readers", "export")
    assert out.out.startswith("\ufeffmail,product,until")
    rows = sheet(out.out)
    assert {row["mail"] for row in rows} == {"'+1@example.test", "'-2@example.test"}
    assert {row["note"] for row in rows} == {"'=1+1", "'@SUM(A1)"}
    assert out.err.startswith("sandbox · sqlite ")


def test_an_exported_file_is_for_its_owner_only(shop):
    shop.ok("readers", "grant", LIN, "course")
    shop.ok("readers", "export", "--output", "out.json")
    path = shop.folder / "out.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [line] = json.loads(path.read_text())
    assert (line["mail"], line["product"], line["until"]) == (LIN, "course", "forever")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name,product\nx,course\n", 'no column "mail" in the first line'),
        (b"", "is empty"),
        (b"\xff\xff\x00\x01", "is no text in UTF-8 or GBK"),
    ],
)
def test_a_file_that_is_no_list_says_what_is_wrong(shop, content, said):
    ran = shop.run("readers", "import", write(shop, content))
    assert ran.code == 1
    assert said in ran.err


def test_a_file_that_is_not_there_is_wrong_usage(shop):
    assert shop.run("readers", "import", "nowhere.csv").code == 2


# ---- buyers -----------------------------------------------------------------------------------


@pytest.fixture
def stocked(tmp_path):
    return make_shop(tmp_path / "stocked", stocked=True)


def test_what_was_paid_for_is_not_taken_but_named_for_a_refund(stocked):
    order = stocked.buy(LIN, "course")
    told = stocked.json("readers", "revoke", LIN, "course", "--yes")
    assert (told["taken"], told["kept"]) == ([], [order.id])
    assert stocked.opens(LIN) == {"course"}
    shown = stocked.json("readers", "show", LIN)
    assert shown["orders"][0]["post"] == "walled"


def test_a_pass_that_has_lapsed_stays_so_when_it_is_exported_and_brought_in(stocked, tmp_path):
    stocked.buy(LIN, "pass-quarter")
    with stocked.books() as books:
        books.move(100 * 86400)
    stocked.ok("readers", "export", "--output", "out.csv")
    assert stocked.json("readers", "import", "out.csv")["changes"] == []
    other = make_shop(tmp_path / "other")
    (other.folder / "out.csv").write_bytes((stocked.folder / "out.csv").read_bytes())
    with other.books() as books:
        books.move(100 * 86400)
    other.ok("readers", "import", "out.csv")
    assert (readers(other)[0]["state"], other.opens(LIN)) == ("lapsed", set())


def test_forgetting_ends_the_subscription_erases_the_reader_and_keeps_the_books(stocked):
    order = stocked.buy(LIN, "membership-year")
    refused = stocked.run("readers", "forget", LIN)
    assert (refused.code, len(readers(stocked))) == (2, 1)
    stocked.ok("readers", "forget", LIN, "--yes")
    assert readers(stocked) == []
    with stocked.books() as books:
        assert books.get("subscription", order.subscription)["status"] == "canceled"
    [kept] = stocked.json("orders", "list")["orders"]
    assert (kept["id"], kept["mail"], kept["amount"]) == (order.id, "", order.amount)
    stocked.ok("events", "reconcile")
    [kept] = stocked.json("orders", "list")["orders"]
    assert kept["mail"] == ""
    assert stocked.run("readers", "forget", LIN, "--yes").code == 2
