"""What AWS costs is computed from a table of list prices, in whole millionths of a dollar."""

import pytest

from publish.deploy import costs
from publish.deploy.costs import DOLLAR, Price, monthly, this_publish


def price(**given):
    return Price("thing", "thing", **{"micro": 10, "per": 3, "free": 5, "source": ""} | given)


def test_what_is_free_costs_nothing_and_what_is_begun_is_paid():
    assert [price().of(units) for units in (0, 5, 6, 8, 9)] == [0, 0, 4, 10, 14]


def test_a_small_site_costs_next_to_nothing_and_a_big_one_about_what_the_design_says():
    assert monthly(100_000).micro <= 1 * DOLLAR
    assert 86 * DOLLAR < monthly(10_000_000).micro < 89 * DOLLAR


def test_members_and_their_mails_add_about_six_dollars_whatever_the_views():
    for views in costs.VIEWS:
        more = monthly(views, 10_000, 50_000).micro - monthly(views).micro
        assert 5 * DOLLAR < more < 7 * DOLLAR


def test_nothing_costs_while_nobody_reads_but_a_gigabyte_of_storage_and_the_schedule():
    paid = {line.price.name for line in monthly(0).lines if line.micro}
    assert paid == {"storage", "reads"}
    assert monthly(0).micro < DOLLAR // 10


def test_a_firewall_and_a_zone_cost_only_where_they_are_wanted():
    plain = monthly(1_000).micro
    assert monthly(1_000, zone=True).micro == plain + DOLLAR // 2
    assert monthly(1_000, firewall=True).micro > plain + 7 * DOLLAR
    assert not {"zone", "firewall"} & {line.price.name for line in monthly(1_000).lines}


def test_readers_near_an_asian_region_cost_more():
    assert monthly(10_000_000, region="ap-northeast-1").micro > monthly(10_000_000).micro


def test_a_publish_pays_for_its_writes_and_its_paths_beyond_the_free_ones():
    assert this_publish(puts=1_000, stored=0, invalidations=1_000).micro == 5_000
    assert this_publish(puts=0, stored=0, invalidations=1_001).micro == 5_000
    assert this_publish(puts=0, stored=0, invalidations=0).micro == 0


@pytest.mark.parametrize(
    ("micro", "read"),
    [
        (0, "$0.00"),
        (1, "< $0.01"),
        (10_000, "$0.01"),
        (10_001, "$0.02"),
        (1_234_560_000, "$1,234.56"),
    ],
)
def test_money_is_read_in_cents_rounded_up(micro, read):
    assert costs.dollars(micro) == read


def test_every_price_names_the_page_it_is_from_and_is_a_whole_number():
    for each in costs.prices().values():
        assert each.source.startswith("https://aws.amazon.com/"), each
        assert all(type(number) is int for number in (each.micro, each.per, each.free)), each


def test_the_table_for_readme_has_a_row_for_few_and_many_views():
    rows = costs.markdown().splitlines()
    assert [row.split("|")[1].strip() for row in rows[2:]] == ["1,000", "100,000", "10,000,000"]
    assert "$87" in rows[-1]
