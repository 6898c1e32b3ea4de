"""`inkstead orders` on what was bought in the sandbox."""

import os
import pty
import subprocess
import threading

import pytest

from publish.paywall import people
from publish.paywall.payments.stripe_desk import StripeDesk
from publish.paywall.ports import PaymentsDown
from publish.sandbox import money
from tests.publish.commands.running import COMMAND, environment
from tests.publish.commands.shop import make_shop

LIN = "lin@example.test"
MEI = "mei@example.test"


@pytest.fixture
def shop(tmp_path):
    return make_shop(tmp_path / "site", stocked=True)


def listed(shop, *arguments):
    return shop.json("orders", "list", *arguments)["orders"]


def refunds(shop):
    with shop.books() as books:
        return sorted(each["amount"] for each in books.all("refund"))


def test_the_list_names_the_post_and_the_campaign_that_led_to_each(shop):
    order = shop.buy(LIN, "course", post="chapter")
    ran = shop.process("orders", "list")
    first, row, last = ran.out.splitlines()
    assert first == "sandbox · sqlite .inkstead/sandbox/service.sqlite"
    assert order.number in row
    assert LIN in row
    assert "chapter" in row
    assert "utm_source=letter" in row
    assert last == "1 order"
    [told] = listed(shop)
    assert (told["number"], told["post"]) == (order.number, "chapter")
    assert told["campaign"] == {"utm_source": "letter"}
    assert (told["amount"], told["currency"], told["state"]) == (29900, "CNY", "paid")


def test_filters_choose_by_date_product_and_state(shop):
    shop.buy(LIN, "course")
    shop.buy(MEI, "pass-year")
    assert [each["mail"] for each in listed(shop, "--product", "pass")] == [MEI]
    assert len(listed(shop, "--state", "paid", "--since", "2026-01-01")) == 2
    assert listed(shop, "--until", "2026-01-01") == []
    assert listed(shop, "--state", "refunded") == []
    assert shop.run("orders", "list", "--since", "soon").code == 2


def test_an_order_is_shown_by_the_number_that_a_reader_quotes(shop):
    order = shop.buy(LIN, "course")
    out = shop.ok("orders", "show", order.number.lower().replace("-", " "))
    assert order.reference in out
    assert LIN in out
    ran = shop.run("orders", "show", "ZZZZ")
    assert ran.code == 2
    assert '"ZZZZ" is no order here' in ran.err


def test_a_refund_gives_all_back_closes_what_was_bought_and_is_safe_to_repeat(shop):
    order = shop.buy(LIN, "course")
    told = shop.json("orders", "refund", order.id, "--yes")
    assert (told["changed"], told["status"], told["refunded"]) == (True, "succeeded", 29900)
    assert shop.opens(LIN) == set()
    assert shop.json("orders", "refund", order.id, "--yes")["changed"] is False
    assert refunds(shop) == [29900]
    assert [each["id"] for each in listed(shop, "--state", "refunded")] == [order.id]


def test_a_refund_ends_the_subscription_too(shop):
    order = shop.buy(LIN, "membership-year")
    assert shop.opens(LIN) == {"membership"}
    out = shop.ok("orders", "refund", order.number, "--yes")
    assert out.splitlines()[1:] == [f"CN¥365 was given back to {LIN}", "the subscription has ended"]
    with shop.books() as books:
        assert books.get("subscription", order.subscription)["status"] == "canceled"
    assert shop.opens(LIN) == set()
    assert shop.json("orders", "refund", order.id, "--yes")["changed"] is False


def test_the_subscription_can_be_kept(shop):
    order = shop.buy(LIN, "membership-year")
    told = shop.json(
        "orders", "refund", order.id, "--amount", "9.50", "--keep-subscription", "--yes"
    )
    assert (told["cancelled"], told["refunded"]) == (False, 950)
    with shop.books() as books:
        assert books.get("subscription", order.subscription)["status"] == "active"
    assert shop.opens(LIN) == {"membership"}


def test_a_part_is_given_back_once_and_again_only_when_meant(shop):
    order = shop.buy(LIN, "course")
    shop.ok("orders", "refund", order.id, "--amount", "5", "--yes")
    ran = shop.run("orders", "refund", order.id, "--amount", "5", "--yes")
    assert ran.code == 2
    assert "add --again" in ran.err
    shop.ok("orders", "refund", order.id, "--amount", "5", "--again", "--yes")
    assert refunds(shop) == [500, 500]
    assert shop.opens(LIN) == {"course"}
    too_much = shop.run("orders", "refund", order.id, "--amount", "290", "--yes")
    assert (too_much.code, refunds(shop)) == (2, [500, 500])
    assert "has CN¥289 left to give back" in too_much.err
    shop.ok("orders", "refund", order.id, "--yes")
    assert sum(refunds(shop)) == 29900
    assert shop.opens(LIN) == set()


def test_it_asks_before_money_moves_and_refuses_where_nobody_can_answer(shop):
    order = shop.buy(LIN, "course")
    ran = shop.run("orders", "refund", order.id)
    assert ran.code == 2
    assert f"Give CN¥299 of order {order.number} back to {LIN}?" in ran.err
    assert "--yes" in ran.err
    assert refunds(shop) == []


@pytest.mark.parametrize(
    ("typed", "code", "given"), [("n", 1, []), ("y", 0, [29900])], ids=["no", "yes"]
)
def test_on_a_terminal_the_answer_decides(shop, typed, code, given):
    order = shop.buy(LIN, "course")
    keyboard, terminal = pty.openpty()
    os.write(keyboard, f"{typed}\n".encode())
    done = subprocess.run(
        [*COMMAND, "orders", "refund", order.id],
        cwd=shop.folder, env=environment(), stdin=terminal, capture_output=True,
        timeout=60, check=False, text=True,
    )  # fmt: skip
    os.close(terminal)
    os.close(keyboard)
    assert (done.returncode, refunds(shop)) == (code, given), done.stderr
    assert f"back to {LIN}? [y/N]" in done.stderr
    assert ("nothing was changed" in done.stderr) is (typed == "n")


@pytest.mark.parametrize("amount", ["0", "-1", "1.999", "lots", "1e9", "nan"])
def test_what_is_no_amount_gives_nothing_back(shop, amount):
    order = shop.buy(LIN, "course")
    ran = shop.run("orders", "refund", order.id, f"--amount={amount}", "--yes")
    assert (ran.code, refunds(shop)) == (2, [])


def test_an_order_that_nobody_paid_has_nothing_to_give_back(shop):
    order = shop.buy(LIN, "course")
    with shop.desk() as desk:
        from dataclasses import replace

        from publish.paywall import orders

        open_ = replace(order, id="0PEN00000000", state="open", reference="", version=0)
        desk.world.store.write(*orders.creating(open_))
    ran = shop.run("orders", "refund", "0PEN-0000-0000", "--yes")
    assert ran.code == 2
    assert "is not paid" in ran.err


def test_a_lost_answer_gives_nothing_back_twice(shop, monkeypatch):
    """The refund happens, the answer is lost, and the command is run again."""
    order = shop.buy(LIN, "course")
    real = StripeDesk.create
    lost = threading.Event()

    def loses(self, kind, params, attempt=""):
        made = real(self, kind, params, attempt)
        if kind == "refund" and not lost.is_set():
            lost.set()
            raise PaymentsDown("connection reset")
        return made

    monkeypatch.setattr(StripeDesk, "create", loses)
    ran = shop.run("orders", "refund", order.id, "--yes")
    assert ran.code == 1
    assert "the same again is safe" in ran.err
    assert shop.json("orders", "refund", order.id, "--yes")["changed"] is False
    assert refunds(shop) == [29900]
    assert shop.opens(LIN) == set()


def test_a_refund_that_failed_can_be_tried_again(shop):
    order = shop.buy(LIN, "course")
    shop.ok("orders", "refund", order.id, "--yes")
    with shop.books() as books:
        [refund] = books.all("refund")
        money.fail_refund(books, refund)
    told = shop.json("orders", "refund", order.id, "--yes")
    assert told["changed"] is True
    assert len(refunds(shop)) == 2


def test_money_goes_back_though_the_reader_is_gone(shop):
    order = shop.buy(LIN, "course")
    with shop.desk() as desk:
        person = people.find_by_mail(desk.world.store, LIN)
        assert person
        assert person.id == order.person
    shop.ok("readers", "forget", LIN, "--yes")
    assert shop.json("orders", "refund", order.id, "--yes")["refunded"] == 29900


def test_it_speaks_chinese(shop):
    order = shop.buy(LIN, "membership-year")
    ran = shop.run("orders", "refund", order.id, "--lang", "zh")
    assert "并结束订阅吗？" in ran.err
    out = shop.ok("orders", "list", "--lang", "zh")
    assert "已付款" in out
    assert "1 笔订单" in out
