"""What a site costs on AWS, from the table of list prices beside this file.

Amounts are whole units, money is millionths of a US dollar, rounded up. Every number that is
assumed stands in the table, too.
"""

from __future__ import annotations

import functools
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).with_name("prices.toml")
DOLLAR = 1_000_000
VIEWS = (1_000, 100_000, 10_000_000)
"""How many views a month tables show."""
PEOPLE, MAILS = 10_000, 50_000
"""How many people, and mails to them in a month, tables show beside nobody."""


@dataclass(frozen=True)
class Price:
    """What AWS asks for `per` units beyond the `free` ones of a month, and the page it is from."""

    name: str
    unit: str
    micro: int
    per: int
    free: int
    source: str

    def of(self, units: int) -> int:
        """Return what so many units of one month cost."""
        return -(-max(0, units - self.free) * self.micro // self.per)


@dataclass(frozen=True)
class Line:
    """One thing that is paid for: how many units, and what they cost."""

    price: Price
    units: int

    @property
    def micro(self) -> int:
        """Return what it costs."""
        return self.price.of(self.units)


@dataclass(frozen=True)
class Costs:
    """What something costs, line by line."""

    lines: tuple[Line, ...]

    @property
    def micro(self) -> int:
        """Return the sum."""
        return sum(each.micro for each in self.lines)


def monthly(
    views: int,
    people: int = 0,
    mails: int = 0,
    region: str = "us-east-1",
    *,
    firewall: bool = False,
    zone: bool = False,
) -> Costs:
    """Return what a month with so many views, people and mails to them costs.

    Readers are taken to live where the region is: near one of Asia an edge costs more.
    """
    units = {
        **_reading(views, "_asia" if region.startswith("ap-") else ""),
        **_serving(people, mails),
        **(_guarding(views) if firewall else {}),
        **({"zone": 1} if zone else {}),
    }
    return Costs(tuple(Line(prices()[name], count) for name, count in units.items()))


def this_publish(puts: int, stored: int, invalidations: int) -> Costs:
    """Return what a publish costs: objects written, their bytes kept for a month, paths forgotten.

    Bytes on their way to AWS cost nothing.
    """
    units = {"puts": puts, "storage": stored, "invalidation": invalidations}
    return Costs(tuple(Line(prices()[name], count) for name, count in units.items()))


def dollars(micro: int) -> str:
    """Return an amount as it is read: "$0.00" is nothing at all, what is little is "< $0.01"."""
    if 0 < micro < DOLLAR // 100:
        return "< $0.01"
    cents = -(-micro * 100 // DOLLAR)
    return f"${cents // 100:,}.{cents % 100:02}"


def dated() -> str:
    """Return the month of the price table: "2026-11"."""
    return str(_table()["date"])


@functools.cache
def prices() -> dict[str, Price]:
    """Return the prices by name."""
    told = {name: each for name, each in _table().items() if isinstance(each, dict)}
    return {name: Price(name, **each) for name, each in told.items() if "micro" in each}


def assumed(name: str) -> int:
    """Return a number of the table's assumptions."""
    return int(_table()["assumptions"][name])


def _reading(views: int, where: str) -> dict[str, int]:
    requests = views * assumed("requests_a_view")
    return {
        f"traffic{where}": views * assumed("bytes_a_view"),
        f"requests{where}": requests,
        "edge": requests,
        "gets": requests * assumed("misses_in_a_thousand") // 1000,
        "storage": assumed("site_bytes"),
    }


def _serving(people: int, mails: int) -> dict[str, int]:
    calls, ticks = people * assumed("calls_a_person"), assumed("ticks")
    spent = calls * assumed("milliseconds_a_call") + ticks * assumed("milliseconds_a_tick")
    kept = people * assumed("bytes_a_person")
    return {
        "calls": calls + ticks,
        "compute": spent * assumed("memory_bytes") // 1_000_000_000,
        "reads": calls * assumed("reads_a_call") + ticks * assumed("reads_a_tick"),
        "writes": calls * assumed("writes_a_call") + mails * assumed("writes_a_mail"),
        "table": kept,
        "recovery": kept,
        "mails": mails,
        "schedule": ticks,
        "secrets": ticks,
        "logs": (calls + ticks) * assumed("log_bytes_a_call"),
        "alarms": assumed("alarms"),
    }


def _guarding(views: int) -> dict[str, int]:
    return {
        "firewall": 1,
        "firewall_rules": assumed("firewall_rules"),
        "firewall_requests": views * assumed("requests_a_view"),
    }


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


def markdown() -> str:
    """Return the table for README: a month with few and many views, with and without people."""
    return "\n".join(_rows()) + "\n"


def _rows() -> Iterator[str]:
    yield f"| views a month | nobody signs in | {PEOPLE:,} people, {MAILS:,} mails | web firewall |"
    yield "| ---: | ---: | ---: | ---: |"
    for views in VIEWS:
        plain, peopled = monthly(views).micro, monthly(views, PEOPLE, MAILS).micro
        more = monthly(views, firewall=True).micro - plain
        yield f"| {views:,} | {dollars(plain)} | {dollars(peopled)} | + {dollars(more)} |"


if __name__ == "__main__":
    sys.stdout.write(markdown())
