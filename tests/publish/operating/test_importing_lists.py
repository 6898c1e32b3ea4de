"""Lists of other houses: who got mail there, who left, who pays, and whose mail comes back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from publish.operating import cells, importing_lists
from publish.operating.importing_lists import Foreign
from publish.trouble import Failure

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")

# As each house writes it, some of them in several generations.
SUBSTACK = "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at"
SUBSTACK_OLD = "email,active_subscription,expiry,email_disabled,prefer_digests,created_at"
SUBSTACK_NEW = "Email,Name,Stripe plan,Cancel date,Start date,Paid upgrade date,Activity,Type"
GHOST_OLD = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,"
    "created_at,deleted_at"
)
GHOST = f"{GHOST_OLD},labels,tiers"
LISTMONK = "uuid,email,name,attributes,status,created_at,updated_at"
MAILCHIMP = (
    '"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,'
    "CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,"
    "TAGS"
)
PLAIN = "mail,product,until,tags,note"


def sheet(*lines):
    return cells.sheet("\r\n".join(lines).encode(), "list.csv")


def read(*lines, name="list.csv", grant=""):
    table = sheet(*lines)
    house = importing_lists.guessed(table)
    return importing_lists.read(table, house, Foreign(name, SHANGHAI, NOW, grant))


def row(*lines, **told):
    [found], wrong = read(*lines, **told)
    assert wrong == []
    return found


def at(*told):
    return datetime(*told, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "house"),
    [
        (SUBSTACK, "substack"),
        (SUBSTACK_OLD, "substack"),
        (SUBSTACK_NEW, "substack"),
        (f"{SUBSTACK_NEW},Subscription source (free)", "substack"),
        (GHOST, "ghost"),
        (GHOST_OLD, "ghost"),
        (f"{GHOST_OLD},labels,products", "ghost"),
        (f"{GHOST},gift_id", "ghost"),
        (LISTMONK, "listmonk"),
        (MAILCHIMP, "mailchimp"),
        (PLAIN, "plain"),
        ("邮箱,姓名", "plain"),
        ("email,name,status", "plain"),
    ],
)
def test_a_house_is_known_by_its_columns(header, house):
    assert importing_lists.guessed(sheet(header)) == house


# ---- Substack ---------------------------------------------------------------------------------


def test_a_free_reader_of_substack_gets_letters_since_they_came():
    found = row(SUBSTACK, "a@x.test,false,,other,false,2024-01-15T10:00:00.000Z,")
    assert (found.letters, found.confirmed, found.pays) == ("on", at(2024, 1, 15, 10), False)
    assert found.letters_since == at(2024, 1, 15, 10)


def test_who_switched_mail_off_at_substack_gets_none_here():
    found = row(SUBSTACK_OLD, "a@x.test,false,,true,false,2024-01-15")
    assert (found.letters, found.confirmed, found.letters_since) == ("off", None, None)


def test_who_pays_at_substack_is_left_to_stripe_unless_a_product_is_named():
    line = "a@x.test,true,2027-01-15,yearly,false,2024-01-15,2024-02-01"
    assert (row(SUBSTACK, line).pays, row(SUBSTACK, line).product) == (True, "")
    found = row(SUBSTACK, line, grant="membership")
    assert (found.product, found.until) == ("membership", at(2027, 1, 15, 16))


def test_who_pays_at_substack_without_an_end_is_given_nothing():
    found = row(SUBSTACK, "a@x.test,true,,monthly,false,2024-01-15,", grant="membership")
    assert (found.product, found.pays) == ("", True)


def test_a_gift_of_substack_is_one_here_for_good_or_until_its_end():
    found = row(SUBSTACK, "a@x.test,true,,comp,false,2024-01-15,", grant="membership")
    assert (found.product, found.until, found.pays) == ("membership", None, False)
    found = row(SUBSTACK, "a@x.test,true,2027-01-15,gift,false,2024-01-15,", grant="membership")
    assert found.until == at(2027, 1, 15, 16)


def test_the_newer_table_of_substack_says_the_same_in_other_words():
    free = row(SUBSTACK_NEW, "a@x.test,Ana,,,2025-01-01T00:00:00.000Z,,5,Free")
    assert (free.name, free.letters, free.confirmed) == ("Ana", "on", at(2025, 1, 1))
    assert not free.pays
    paid = row(SUBSTACK_NEW, "a@x.test,Ana,Monthly,,2025-01-01,2025-03-01,5,Paid")
    assert paid.pays
    comp = row(SUBSTACK_NEW, "a@x.test,Ana,,,2025-01-01,,5,Comp", grant="membership")
    assert (comp.product, comp.pays) == ("membership", False)


# ---- Ghost ------------------------------------------------------------------------------------


def test_a_member_of_ghost_comes_with_labels_note_and_customer():
    found = row(
        GHOST,
        '5f,a@x.test,Lin Mo,"met, once",true,false,cus_123,2024-03-01T09:30:00Z,,"vip,杭州",Gold',
    )
    assert (found.name, found.note, found.tags) == ("Lin Mo", "met, once", ("vip", "杭州", "Gold"))
    assert (found.customer, found.pays, found.letters) == ("cus_123", True, "on")
    assert found.confirmed == at(2024, 3, 1, 9, 30)


def test_a_customer_of_ghost_without_a_tier_pays_no_more():
    found = row(GHOST, "5f,a@x.test,,,true,false,cus_123,2024-03-01,,,")
    assert (found.customer, found.pays) == ("cus_123", False)
    old = row(GHOST_OLD, "5f,a@x.test,,,true,false,cus_123,2024-03-01,")
    assert old.pays


@pytest.mark.parametrize(("cell", "letters"), [("true", "on"), ("false", "off"), ("", "")])
def test_ghost_says_who_gets_mail(cell, letters):
    found = row(GHOST, f"5f,a@x.test,,,{cell},false,,2024-03-01,,,")
    assert (found.letters, found.confirmed is not None) == (letters, letters == "on")


def test_who_reads_for_nothing_at_ghost_does_so_here_if_a_product_is_named():
    line = "5f,a@x.test,,,true,true,,2024-03-01,,,Gold"
    assert row(GHOST, line).product == ""
    found = row(GHOST, line, grant="membership")
    assert (found.product, found.until, found.pays) == ("membership", None, False)


# ---- listmonk ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "letters", "suppressed"),
    [("enabled", "on", None), ("disabled", "off", None), ("blocklisted", "off", "bounced")],
)
def test_listmonk_says_who_is_spared(status, letters, suppressed):
    found = row(
        LISTMONK,
        f'1,a@x.test,Lin,"{{""city"": ""x""}}",{status},2024-03-01 10:00:00.5 +0000 UTC,',
    )
    assert (found.name, found.letters, found.suppressed) == ("Lin", letters, suppressed)
    if letters == "on":
        assert found.letters_since == at(2024, 3, 1, 10, 0, 0, 500_000)


@pytest.mark.parametrize(
    ("status", "letters"), [("confirmed", "on"), ("unsubscribed", "off"), ("unconfirmed", "")]
)
def test_where_listmonk_knows_of_one_list_it_counts(status, letters):
    header = f"{LISTMONK},lists,subscription_status"
    found = row(header, f'1,a@x.test,,,enabled,,,"weekly, beta",{status}')
    assert (found.letters, found.tags) == (letters, ("weekly", "beta"))
    assert (found.confirmed == NOW) == (letters == "on")


def test_a_status_that_listmonk_has_not_is_wrong():
    found, [wrong] = read(LISTMONK, "1,a@x.test,,,sleeping,,", "2,b@x.test,,,enabled,,")
    assert ([each.mail for each in found], wrong.line) == (["b@x.test"], 2)


# ---- Mailchimp --------------------------------------------------------------------------------

ANA = 'a@x.test,Ana,Lee,2,"2018-03-15 17:51:42",1.2.3.4,"2018-03-15 17:52:00",,,,,,,,,,1,e,met,'


def test_who_is_subscribed_at_mailchimp_comes_with_tags_and_times_in_utc():
    found = row(MAILCHIMP, f'{ANA}"""VIP"",""Blog, old"""', name="x/subscribed_members_1.csv")
    assert (found.name, found.note, found.tags) == ("Ana", "met", ("VIP", "Blog, old"))
    assert (found.letters, found.letters_since) == ("on", at(2018, 3, 15, 17, 52))


def test_who_confirmed_nothing_at_mailchimp_counts_from_the_opt_in_else_from_today():
    line = 'a@x.test,,,2,"2018-03-15 17:51:42",,,,,,,,,,,,1,e,,'
    assert row(MAILCHIMP, line, name="subscribed.csv").confirmed == at(2018, 3, 15, 17, 51, 42)
    line = "a@x.test,,,2,,,,,,,,,,,,,1,e,,"
    assert row(MAILCHIMP, line, name="subscribed.csv").confirmed == NOW


@pytest.mark.parametrize(
    ("name", "letters", "suppressed"),
    [
        ("unsubscribed_members_export.csv", "off", None),
        ("cleaned_members_export.csv", "", "bounced"),
        ("nonsubscribed_members_export.csv", "", None),
        ("C:\\down\\UNSUBSCRIBED_x.csv", "off", None),
    ],
)
def test_the_name_of_mailchimps_file_says_who_is_not_subscribed(name, letters, suppressed):
    found = row(MAILCHIMP, ANA, name=name)
    assert (found.letters, found.suppressed, found.confirmed) == (letters, suppressed, None)


def test_without_its_name_mailchimps_file_says_so_line_by_line_or_not_at_all():
    header = f"{MAILCHIMP},UNSUB_TIME,CLEAN_TIME"
    left = row(header, f'{ANA},"2020-01-02 03:04:05",')
    assert (left.letters, left.letters_since) == ("off", at(2020, 1, 2, 3, 4, 5))
    assert row(header, f'{ANA},,"2020-01-02 03:04:05"').suppressed == "bounced"
    assert row(header, f"{ANA},,").letters == "on"
    with pytest.raises(Failure, match="does not say whether these people are subscribed"):
        read(MAILCHIMP, ANA)


# ---- all of them ------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [SUBSTACK, SUBSTACK_NEW, GHOST, LISTMONK, MAILCHIMP])
def test_a_line_without_an_address_is_wrong(header):
    table = sheet(header, "," * header.count(",") + "x")
    house = importing_lists.guessed(table)
    told = Foreign("subscribed.csv", SHANGHAI, NOW)
    found, wrong = importing_lists.read(table, house, told)
    assert (found, len(wrong)) == ([], 1)


@pytest.mark.parametrize("house", ["substack", "ghost", "listmonk", "mailchimp"])
def test_a_table_without_addresses_is_no_list_of_any_house(house):
    with pytest.raises(Failure, match="no column"):
        importing_lists.read(sheet("name,x", "a,b"), house, Foreign("a.csv", SHANGHAI, NOW))


@pytest.mark.parametrize("name", ["https://spam.test", "win@x.test", "Agent 007", "x" * 41])
def test_what_is_no_name_is_left_out(name):
    assert row(GHOST, f"5f,a@x.test,{name},,true,false,,,,,").name == ""


def everybody(*lines):
    table = sheet(*lines)
    rows, _ = importing_lists.read(table, "plain", Foreign("a.csv", SHANGHAI, NOW))
    return [each.letters for each in importing_lists.everybody(table, rows, "a.csv")]


def test_a_table_that_says_of_nobody_who_gets_letters_can_be_meant_for_all():
    assert everybody("mail,suppressed", "a@x.test,", "b@x.test,bounced") == ["on", ""]


@pytest.mark.parametrize("column", ["letters", "收信", "Subscribed"])
def test_a_table_that_says_who_gets_letters_is_meant_for_those(column):
    assert everybody(f"mail,{column}", "a@x.test,yes", "b@x.test,no", "c@x.test,") == [
        "on",
        "off",
        "",
    ]


@pytest.mark.parametrize("column", ["Status", "unsubscribed_at", "订阅状态"])
def test_a_table_that_may_say_who_left_is_not_meant_for_all(column):
    with pytest.raises(Failure, match="may say who left"):
        everybody(f"mail,{column}", "a@x.test,whatever")
