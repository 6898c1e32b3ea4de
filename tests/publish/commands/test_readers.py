"""`inkstead readers` on the preview's store."""

import pytest

from publish.paywall import collecting, people, subscribing
from publish.paywall.collecting import Collected
from publish.paywall.subscribing import Consent
from tests.publish.commands.shop import make_shop

LIN = "lin@example.test"
MEI = "mei@example.test"


@pytest.fixture
def shop(tmp_path):
    return make_shop(tmp_path / "site")


def readers(shop, *arguments):
    return shop.json("readers", "list", *arguments)["readers"]


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


def ask(shop, mail, magnet="checklist", post="walled", campaign=None, day=10, *, letters=True):
    """Let somebody confirm on a day of November, whom a form brought."""
    from datetime import UTC, datetime

    at = datetime(2026, 11, day, 20, tzinfo=UTC)  # the day after in Shanghai
    campaign = campaign or {}
    with shop.desk() as desk:
        store = desk.world.store
        person = people.new(mail, mail, "en", at, confirmed=True)
        store.write(*people.creating(person))
        page = "/en/?utm_source=x" if post == "walled" else f"/{post}/?utm_source=x"
        store.write(
            collecting.saving(
                person.id, Collected(magnet, "en", at, page, post, campaign, fetched=at)
            )
        )
        if letters:
            consent = Consent("Yes, write to me", "en", at, "magnet", page, post, magnet, campaign)
            store.write(*subscribing.joining(person.id, consent, None))
        return person.id


@pytest.fixture(scope="module")
def visited(tmp_path_factory):
    """Return a shop with one who came by a campaign, one by a magnet's own page, one by a gift."""
    shop = make_shop(tmp_path_factory.mktemp("visited") / "site")
    ask(shop, LIN, campaign={"utm_source": "wechat", "utm_campaign": "spring"})
    ask(shop, MEI, "worksheet", "get/worksheet", day=12, letters=False)
    shop.ok("readers", "grant", "new@example.test", "course")
    return shop


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (("--magnet", "checklist"), [LIN]),
        (("--magnet", "none"), []),
        (("--post", "walled"), [LIN]),
        (("--post", "http://127.0.0.1:8000/walled/"), [LIN]),
        (("--post", "https://example.test/get/worksheet/?a=b"), [MEI]),
        (("--post", "other"), []),
        (("--campaign", "WECHAT"), [LIN]),
        (("--campaign", "friend"), []),
        (("--letters", "on"), [LIN]),
        (("--letters", "off"), []),
        (("--language", "en"), [LIN, MEI]),
        (("--language", "zh-Hans"), ["new@example.test"]),
        (("--since", "2026-11-12"), [MEI]),
        (("--until", "2026-11-11"), [LIN]),
        (("--since", "2026/11/11", "--until", "2026年11月13日"), [LIN, MEI]),
        (("--magnet", "checklist", "--language", "zh-Hans"), []),
    ],
)
def test_filters_choose_by_where_when_and_whether_they_read_letters(visited, filters, found):
    assert [each["mail"] for each in readers(visited, *filters)] == found


def test_a_lead_magnet_that_the_site_never_had_is_named(shop):
    out = shop.ok("readers", "list", "--magnet", "chekclist")
    assert '"chekclist" is no lead magnet here (known: checklist, ' in out.splitlines()[-1]
    assert "is no lead magnet" not in shop.ok("readers", "list", "--magnet", "checklist")


def test_who_left_the_letters_is_found_and_shown_as_such(shop):
    person = ask(shop, LIN)
    with shop.desk() as desk:
        subscribing.leave(desk.world.store, person, desk.now)
    assert [each["mail"] for each in readers(shop, "--letters", "off")] == [LIN]
    assert readers(shop, "--letters", "on") == []
    assert "left the letters" in shop.ok("readers", "list")


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (("--since", "soon"), '--since "soon" is no date'),
        (("--since", "2026-11-12", "--until", "2026-11-11"), "lies before --since"),
        (("--letters", "maybe"), "maybe"),
    ],
)
def test_filters_that_cannot_be_meant_are_refused(shop, filters, said):
    ran = shop.run("readers", "list", *filters)
    assert (ran.code, said in ran.err) == (2, True)


def test_show_tells_what_they_agreed_to_and_where_they_came_from(shop):
    ask(shop, LIN, campaign={"utm_source": "wechat", "utm_campaign": "spring"})
    out = shop.ok("readers", "show", LIN)
    assert "“Yes, write to me”" in out
    assert "since 2026-11-11 04:00" in out
    assert "(by a form)" in out
    assert out.count("wechat / spring") == 2
    assert "fetched 2026-11-11" in out
    told = shop.json("readers", "show", LIN)
    assert told["lists"]["letters"]["consent"]["words"] == "Yes, write to me"
    assert [each["magnet"] for each in told["collected"]] == ["checklist"]
    assert (told["letters"], told["magnets"]) == ("on", ["checklist"])
    assert "表单" in shop.ok("readers", "show", LIN, "--lang=zh")


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
