"""What several commands ask for, and what they say when it is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from publish.commands.asking import end_ahead, known_product
from publish.trouble import WrongUsage

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def talk(*products: str) -> Any:
    """Return just enough of a talk: the products of a site in Shanghai, and the time."""
    manifest = SimpleNamespace(products=dict.fromkeys(products))
    return SimpleNamespace(
        desk=SimpleNamespace(manifest=manifest, zone=ZoneInfo("Asia/Shanghai"), now=NOW)
    )


def test_a_day_ends_at_midnight_in_the_zone_of_the_site() -> None:
    assert end_ahead(talk(), "--until", "2026-12-24") == datetime(2026, 12, 24, 16, tzinfo=UTC)


def test_today_is_not_over_yet() -> None:
    assert end_ahead(talk(), "--until", "2026-11-22") > NOW


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-21", '--until "2026-11-21" is over already'),
        ("soon", '--until "soon" is no date or time (write 2026-12-24 or "2026-12-24 09:30")'),
        ("2026-02-30", '--until "2026-02-30" is no date'),
    ],
)
def test_what_is_no_day_to_come_is_refused(text: str, said: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        end_ahead(talk(), "--until", text)
    assert said in str(refused.value)


def test_a_product_that_the_site_has_is_known() -> None:
    known_product(talk("course", "pass"), "pass")


@pytest.mark.parametrize(
    ("products", "known"), [(("pass", "course"), "known: course, pass"), ((), "known: –")]
)
def test_another_is_refused_with_those_that_it_has(products: tuple[str, ...], known: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        known_product(talk(*products), "bread")
    assert '"bread" is no product of this site' in str(refused.value)
    assert known in str(refused.value)
