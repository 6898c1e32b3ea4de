"""`inkstead magnets` on what was counted in the sandbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len

from publish import folders
from publish.commands import magnets
from publish.contract.manifest import dump, load
from publish.operating.magnet_report import Counts
from publish.paywall import tallying
from tests.publish.commands.shop import make_shop

DAY = datetime(2026, 11, 16, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    made = make_shop(tmp_path_factory.mktemp("shop") / "site")
    with made.desk() as desk:
        for magnet, what, n, days, given in (
            ("checklist", "asked", 4, 0, {"post": "free"}),
            ("checklist", "confirmed", 3, 0, {"post": "free"}),
            ("checklist", "fetched", 2, 0, {"post": "free"}),
            ("checklist", "asked", 1, 8, {"campaign": {"utm_source": "微信"}}),
            ("清单", "confirmed", 2, 0, {}),
            ("gone-by", "asked", 1, 0, {"post": "gone-too"}),
        ):
            for _ in range(n):
                tallying.note(desk.world.store, magnet, what, DAY + timedelta(days=days), **given)
    return made


def test_each_magnet_has_a_line_with_counts_rates_and_a_bar(shop):
    first, heads, *rows = shop.ok("magnets").splitlines()
    assert first == "sandbox · sqlite .inkstead/sandbox/service.sqlite"
    assert heads.split() == ["Asked", "Confirmed", "Fetched"]
    by_id = {row.split()[0]: row.split() for row in rows}
    assert by_id["checklist"][3:] == ["5", "3", "60%", "2", "67%", "█" * 12 + "░" * 8]
    assert by_id["清单"][3:] == ["0", "2", "0", "0%", "█" * 8]
    assert by_id["old"][-1] == "retired"
    assert " ".join(by_id["gone-by"][1:]).endswith("no longer on the site")
    assert by_id["all"][2:] == ["6", "5", "50%", "2", "40%"]
    assert rows[-2:] == [
        "█ confirmed, ░ asked and not confirmed",
        "how often, not how many people; days are those of UTC",
    ]


def test_figures_stand_under_each_other_whatever_the_script(shop):
    """A Chinese character is two cells wide; figures end where the name of their column ends."""
    for lang, head in (("en", "Asked"), ("zh", "索取")):
        _, heads, *rows = shop.ok("magnets", "--lang", lang).splitlines()
        end = cell_len(heads[: heads.index(head) + len(head)])
        for row, asked in zip(rows, ("5", "0", "0", "0", "0", "1", "6"), strict=False):
            assert _cell(row, end) == asked, row


def _cell(row, end):
    """Return the word that ends exactly at a cell."""
    for at in range(len(row) + 1):
        if cell_len(row[:at]) == end and not row[at - 1].isspace():
            return row[:at].split()[-1]
    return None


def test_one_magnet_is_shown_by_post_campaign_and_week(shop):
    out = shop.ok("magnets", "checklist")
    lines = out.splitlines()
    at = [lines.index(f"checklist, by {part}:") for part in ("post", "campaign", "week")]
    assert at == sorted(at)
    assert lines[at[0] + 2].split()[:5] == ["free", "(zh-Hans)", "4", "3", "75%"]
    assert lines[at[0] + 3].split()[:4] == ["its", "own", "page", "1"]
    assert "微信" in out
    assert lines[at[2] + 2].split()[:3] == ["2026-W47", "(11-16)", "4"]
    assert lines[at[2] + 3].split()[:3] == ["2026-W48", "(11-23)", "1"]
    assert out.count("how often, not how many people") == 1
    assert "\n\n\n" not in out


def test_all_can_be_shown_by_one_of_them(shop):
    out = shop.ok("magnets", "--by", "campaign")
    assert "checklist, by campaign:" in out
    assert "gone-by, by campaign:" in out
    assert "by week" not in out


def test_days_choose_and_the_last_one_counts(shop):
    def asked(*arguments):
        return shop.json("magnets", "checklist", *arguments)["total"]["asked"]

    assert asked("--since", "2026-11-17") == 1
    assert asked("--until", "2026-11-16") == 4
    assert asked("--until", "2026年11月16日") == 4
    assert asked("--since", "2026-11-16", "--until", "2026-11-24") == 5
    assert "nothing was counted in this time" in shop.ok("magnets", "--since", "2027-01-01")


def test_json_has_every_number_and_every_way_of_looking(shop):
    told = shop.json("magnets")
    found = {each["id"]: each for each in told["magnets"]}
    assert told["total"]["confirmed"] == 5
    assert (found["checklist"]["asked"], found["checklist"]["confirmed_rate"]) == (5, 0.6)
    assert found["checklist"]["title"] == "checklist (en)"
    assert [(each["post"], each["title"]) for each in found["checklist"]["posts"]] == [
        ("free", "free (zh-Hans)"),
        ("", ""),
    ]
    assert [each["monday"] for each in found["checklist"]["weeks"]] == ["2026-11-16", "2026-11-23"]
    assert [each["campaign"] for each in found["checklist"]["campaigns"]] == ["", "微信"]
    assert (found["清单"]["way"], found["清单"]["confirmed_rate"]) == ("contact", None)
    assert (found["gone-by"]["status"], found["old"]["status"]) == ("gone", "retired")
    assert found["gone-by"]["posts"][0] == {
        "post": "gone-too", "title": "", "asked": 1, "confirmed": 0, "fetched": 0,
        "confirmed_rate": 0.0, "fetched_rate": None,
    }  # fmt: skip


def test_one_that_is_gone_is_still_shown_when_it_is_named(shop):
    [found] = shop.json("magnets", "gone-by")["magnets"]
    assert (found["id"], found["asked"]) == ("gone-by", 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("chekclist",), '"chekclist" is no lead magnet here (known: checklist, old, '),
        (("--since", "soon"), '--since "soon" is no date'),
        (("--by", "reader"), "reader"),
        (("--since", "2026-11-02", "--until", "2026-11-01"), "lies before --since"),
    ],
)
def test_what_cannot_be_meant_is_refused(shop, arguments, said):
    ran = shop.run("magnets", *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_what_is_little_beside_much_is_still_seen():
    assert magnets._bar(Counts(asked=1000, confirmed=1), 1000) == "█" + "░" * 19
    assert magnets._bar(Counts(asked=1), 1000) == "░"
    assert magnets._bar(Counts(), 1000) == ""


def test_before_anybody_asked_it_says_what_to_do(tmp_path):
    quiet = make_shop(tmp_path / "site")
    out = quiet.ok("magnets")
    assert "nobody asked yet" in out
    assert "<!-- magnet: checklist -->" in out
    assert "█" not in out
    path = folders.preview_output(quiet.folder) / "manifest.json"
    path.write_text(dump(replace(load(path), magnets={})), encoding="utf-8")
    assert quiet.ok("magnets").splitlines()[1:] == [
        'no lead magnets yet (begin one: inkstead new magnet "A checklist")'
    ]
