"""`inkstead readers export|import` on the preview's store: out, in, and in from elsewhere."""

import contextlib
import csv
import io
import json
import os
import pty
import stat
import subprocess

import pytest

from publish.paywall import people, subscribing, suppressing
from tests.publish.commands.running import COMMAND, environment
from tests.publish.commands.shop import make_shop

LIN = "lin@example.test"
MEI = "mei@example.test"
GHOST = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,"
    "created_at,deleted_at,labels,tiers"
)
MINE = ("--consent", "my blog on Ghost")


@pytest.fixture
def shop(tmp_path):
    return make_shop(tmp_path / "site")


def readers(shop, *arguments):
    return shop.json("readers", "list", *arguments)["readers"]


def sheet(text):
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


# ---- a table of one's own ---------------------------------------------------------------------


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


def test_a_plan_says_that_a_wrong_line_stands_in_the_way(shop):
    name = write(shop, f"mail,name\n{LIN},Lin\nnobody,X\n")
    ran = shop.run("readers", "import", name, "--plan")
    assert ran.code == 1
    assert "nothing was brought in: 1 line is wrong" in ran.out.splitlines()[-1]
    assert "brought in" not in shop.ok("readers", "import", name, "--plan", "--skip")


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
        other.ok("readers", "export", "--output", f"again-{name}")
        again = (other.folder / f"again-{name}").read_bytes()
        assert again == (shop.folder / name).read_bytes()
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


def test_a_pass_that_has_lapsed_stays_so_when_it_is_exported_and_brought_in(tmp_path):
    stocked = make_shop(tmp_path / "stocked", stocked=True)
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


def test_a_file_may_speak_chinese_out_and_in(shop, tmp_path):
    write(
        shop,
        f'邮箱,姓名,标签,收信,同意来源,同意时间,确认时间\n{LIN},林默,"甲,乙",是,书展,2026-11-01,2026-11-01\n',
    )
    shop.ok("readers", "import", "readers.csv", "--lang=zh")
    [lin] = readers(shop)
    assert (lin["name"], lin["tags"], lin["letters"]) == ("林默", ["甲", "乙"], "on")
    shop.ok("readers", "export", "--output", "out.csv", "--lang=zh")
    content = (shop.folder / "out.csv").read_bytes()
    assert content.decode("utf-8-sig").startswith("邮箱,产品,到期,标签")
    other = make_shop(tmp_path / "other")
    (other.folder / "out.csv").write_bytes(content)
    other.ok("readers", "import", "out.csv")
    other.ok("readers", "export", "--output", "again.csv", "--lang=zh")
    assert (other.folder / "again.csv").read_bytes() == content


def test_filters_choose_what_is_exported(shop):
    write(shop, f"mail,tags\n{LIN},a\n{MEI},b\n")
    shop.ok("readers", "import", "readers.csv")
    told = shop.json("readers", "export", "--tag", "b")["readers"]
    assert [each["mail"] for each in told] == [MEI]


# ---- from elsewhere ---------------------------------------------------------------------------


def ghost(shop, *lines):
    return write(shop, "\n".join((GHOST, *lines)), "members.csv")


def test_a_list_of_ghost_is_known_and_brings_letters_with_its_consent(shop):
    name = ghost(
        shop,
        f"5f1,{LIN},Lin Mo,met,true,false,cus_1,2024-03-01T09:30:00.000Z,,vip,Gold",
        f"5f2,{MEI},,,false,false,,2024-03-01T09:30:00.000Z,,,",
    )
    out = shop.ok("readers", "import", name, *MINE)
    assert out.splitlines()[1] == "members.csv: Ghost, 2 readers"
    assert out.splitlines()[-2] == "2 readers changed"
    assert "1 of them pays by a subscription, which goes on at Stripe" in out
    lin, mei = readers(shop)
    assert (lin["name"], lin["tags"], lin["note"]) == ("Lin Mo", ["vip", "Gold"], "met")
    assert (lin["letters"], lin["confirmed"], lin["rights"]) == (
        "on",
        "2024-03-01T09:30:00.000000Z",
        [],
    )
    assert (mei["letters"], mei["confirmed"]) == ("off", "")
    consent = shop.json("readers", "show", LIN)["lists"]["letters"]["consent"]
    assert (consent["way"], consent["source"], consent["words"]) == ("import", MINE[1], "")
    again = shop.json("readers", "import", name, *MINE)
    assert (again["changes"], again["from"], again["paying"]) == ([], "ghost", 1)


def test_nobody_gets_letters_by_a_file_that_nobody_vouches_for(shop):
    name = ghost(shop, f"5f1,{LIN},,,true,false,,2024-03-01,,,")
    for yes in ((), ("--yes",)):
        ran = shop.run("readers", "import", name, *yes)
        assert ran.code == 2
        assert "1 reader of this file would get letters or count as confirmed." in ran.err
        assert "--consent" in ran.err
        assert "--no-letters" in ran.err
    assert readers(shop) == []
    shop.ok("readers", "import", name, "--no-letters")
    [lin] = readers(shop)
    assert (lin["letters"], lin["confirmed"]) == ("", "")


def test_a_plan_says_that_somebody_must_vouch(shop):
    name = ghost(shop, f"5f1,{LIN},,,true,false,,2024-03-01,,,")
    out = shop.ok("readers", "import", name, "--plan")
    assert "That needs --consent." in out
    assert shop.json("readers", "import", name, "--plan")["asking"] == 1
    assert "gets letters" in shop.ok("readers", "import", name, "--plan", *MINE)
    assert readers(shop) == []


def on_a_terminal(shop, typed, *arguments):
    """Run an import on a terminal on which something is typed."""
    keyboard, terminal = pty.openpty()
    os.write(keyboard, f"{typed}\n".encode())
    done = subprocess.run(
        [*COMMAND, "readers", "import", *arguments],
        cwd=shop.folder, env=environment(), stdin=terminal, capture_output=True,
        timeout=60, check=False, text=True,
    )  # fmt: skip
    os.close(terminal)
    os.close(keyboard)
    return done


@pytest.mark.parametrize(("typed", "letters"), [("the book fair", "on"), ("", "")])
def test_on_a_terminal_the_source_is_asked_for(shop, typed, letters):
    name = ghost(shop, f"5f1,{LIN},,,true,false,,2024-03-01,,,")
    done = on_a_terminal(shop, typed, name)
    assert done.returncode == 0, done.stderr
    assert "Where did they agree to that?" in done.stderr
    [lin] = readers(shop)
    assert lin["letters"] == letters
    lists = shop.json("readers", "show", LIN)["lists"]
    assert [each["consent"]["source"] for each in lists.values()] == [typed] * bool(typed)


def test_a_script_is_not_asked_though_it_has_a_terminal(shop):
    done = on_a_terminal(shop, "", ghost(shop, f"5f1,{LIN},,,true,false,,,,,"), "--yes")
    assert (done.returncode, "Where did they agree" in done.stderr) == (2, False)


def test_a_table_that_names_no_letters_is_for_all_of_them_once_somebody_vouches(shop):
    name = write(shop, f"mail,confirmed\n{LIN},2026-01-02\n{MEI},\n")
    out = shop.ok("readers", "import", name, "--consent", "the fair")
    assert [each["mail"] for each in readers(shop, "--letters", "on")] == [LIN, MEI]
    assert f"{MEI}  new here, gets letters once the address is confirmed" in out
    assert 'a column "confirmed"' in out
    assert readers(shop, "--state", "subscriber")[0]["mail"] == LIN


def test_who_left_here_stays_away_whatever_a_file_says(shop):
    name = ghost(shop, f"5f1,{LIN},,,true,false,,2024-03-01,,,")
    shop.ok("readers", "import", name, *MINE)
    with shop.desk() as desk:
        person = people.find_by_mail(desk.world.store, LIN)
        subscribing.leave(desk.world.store, person.id, desk.now)
    [change] = shop.json("readers", "import", name, *MINE)["changes"]
    assert change["what"] == "left"
    assert readers(shop)[0]["letters"] == "off"


def test_the_name_of_mailchimps_file_says_who_is_spared(shop):
    name = write(shop, f"Email Address,LEID,TAGS\n{LIN},1,\n", "cleaned_members.csv")
    out = shop.ok("readers", "import", name)
    assert "cleaned_members.csv: Mailchimp, 1 reader" in out
    with shop.desk() as desk:
        assert suppressing.find(desk.world.store, LIN).reason == "bounced"
    other = write(shop, f"Email Address,LEID,TAGS\n{LIN},1,\n", "mine.csv")
    ran = shop.run("readers", "import", other)
    assert (ran.code, "name it as Mailchimp did" in ran.err) == (1, True)


def test_a_house_that_is_named_counts_more_than_the_columns(shop):
    name = write(shop, f"email,plan\n{LIN},comp\n")
    assert shop.json("readers", "import", name, "--plan")["from"] == "plain"
    told = shop.json("readers", "import", name, "--plan", "--from", "substack")
    assert (told["from"], told["asking"]) == ("substack", 1)
    assert shop.run("readers", "import", name, "--from", "myspace").code == 2


def test_a_product_is_given_to_whom_the_other_house_gave_one(shop):
    name = ghost(shop, f"5f1,{LIN},,,false,true,,2024-03-01,,,", f"5f2,{MEI},,,false,false,,,,,")
    shop.ok("readers", "import", name, "--grant", "membership")
    assert (shop.opens(LIN), shop.opens(MEI)) == ({"membership"}, set())
    ran = shop.run("readers", "import", name, "--grant", "gold")
    assert (ran.code, '"gold" is no product' in ran.err) == (2, True)


def test_a_long_list_is_summed_up(shop):
    lines = "".join(f"r{n}@example.test,a\n" for n in range(150))
    out = shop.ok("readers", "import", write(shop, f"mail,tags\n{lines}"))
    assert out.splitlines()[-3:] == ["150  new here", "150  tags", "150 readers changed"]


def test_lists_are_told_of_in_chinese(shop):
    name = ghost(shop, f"5f1,{LIN},,,true,false,cus_1,2024-03-01,,,Gold")
    out = shop.ok("readers", "import", name, *MINE, "--lang=zh")
    assert "members.csv：Ghost，1 位读者" in out
    assert "开始收信" in out
    assert "inkstead events reconcile" in out
    assert "请说明他们是在哪里同意的" in shop.run("readers", "import", name, "--lang=zh").err


# ---- subscriptions that run -------------------------------------------------------------------


def subscribe_elsewhere(books, mail):
    """Let somebody pay for what was sold before this site was there; return customer and all."""
    from publish.sandbox import goods, subscribing
    from publish.sandbox.money import Payer

    old = books.put(goods.product(books, {"name": "Gold", "id": "prod_before"}))
    monthly = {"recurring": {"interval": "month"}, "currency": "usd", "unit_amount": 500}
    made = goods.price(books, monthly | {"product": old["id"]})
    price = books.put(made, more={"currency_options": {}})
    who = books.put(goods.customer(books, {"email": mail}))
    wish = subscribing.Wish(price, "usd", "", {})
    running, _ = subscribing.begin(books, wish, Payer(mail, who["id"]))
    return who["id"], running["id"]


def test_who_pays_elsewhere_by_stripe_keeps_the_subscription_here(shop):
    with shop.books() as books:
        customer, subscription = subscribe_elsewhere(books, LIN)
    name = ghost(shop, f"5f1,{LIN},Lin,,true,false,{customer},2024-03-01,,vip,Gold")
    shop.ok("readers", "import", name, *MINE)
    assert shop.opens(LIN) == set()
    shop.ok("events", "reconcile")
    [lin] = readers(shop)
    assert shop.opens(LIN) == {"membership"}
    assert (lin["state"], lin["letters"], lin["tags"]) == ("member", "on", ["vip", "Gold"])
    with shop.desk() as desk:
        assert people.find_by_mail(desk.world.store, LIN).customer == customer
    with shop.books() as books:
        assert books.get("subscription", subscription)["status"] == "active"
    assert shop.json("readers", "import", name, *MINE)["changes"] == []


@pytest.mark.long
def test_ten_thousand_are_brought_in_whole_though_it_was_killed(shop, tmp_path):
    lines = [f"5f{n},r{n}@example.test,Lin,,true,false,,2024-03-01,,vip,\n" for n in range(10_000)]
    untroubled = make_shop(tmp_path / "untroubled")
    for each in (shop, untroubled):
        name = ghost(each, "".join(lines))
    command = [*COMMAND, "readers", "import", name, *MINE]
    for after in (4, 6):
        running = subprocess.Popen(command, cwd=shop.folder, env=environment())
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(after)
        running.kill()
        running.wait()
    told = []
    for each in (shop, untroubled):
        each.ok("readers", "import", name, *MINE)
        lines = each.json("readers", "export")["readers"]
        told.append([{**line, "since": ""} for line in lines])
    assert told[0] == told[1]
    assert len(told[0]) == 10_000
