"""`inkstead backup` and `inkstead restore`, from one site's sandbox into another's."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.publish.commands.shop import Shop, make_shop

LIN = "lin@example.test"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = make_shop(tmp_path / "site")
    made.ok("readers", "grant", LIN, "course")
    return made


@pytest.fixture
def other(tmp_path: Path) -> Shop:
    return make_shop(tmp_path / "other")


def test_a_reader_moves_with_a_backup(shop: Shop, other: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "2026-11-22"
    first, note, last = shop.ok("backup", folder).splitlines()
    assert first == "sandbox · sqlite .inkstead/sandbox/service.sqlite"
    assert note == "it holds addresses and secrets; only you can read it, keep it so"
    assert last.endswith(f" objects, read again and compared: {folder}")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    first, later, last = other.ok("restore", folder, "--yes").splitlines()
    assert "inkstead events reconcile" in later
    assert last.endswith(" objects restored")
    assert other.opens(LIN) == {"course"}


def test_both_tell_programs(shop: Shop, other: Shop, tmp_path: Path) -> None:
    out = shop.json("backup", tmp_path / "b")
    assert out["folder"] == str(tmp_path / "b")
    assert out["items"] == sum(each["items"] for each in out["parts"]) > 2
    back = other.json("restore", tmp_path / "b", "--yes")
    assert (back["added"], back["there"], back["ended"], back["before"]) == (out["items"], 0, 0, 0)
    assert back["parts"] == out["parts"]


def test_restoring_asks_and_without_a_terminal_refuses(
    shop: Shop, other: Shop, tmp_path: Path
) -> None:
    shop.ok("backup", tmp_path / "b")
    ran = other.run("restore", tmp_path / "b")
    assert ran.code == 2
    assert "into this store? There is no terminal to ask on" in ran.err
    assert other.opens(LIN) == set()


def test_a_store_with_readers_is_left_alone_unless_that_is_meant(
    shop: Shop, other: Shop, tmp_path: Path
) -> None:
    shop.ok("backup", tmp_path / "b")
    other.ok("readers", "grant", "mei@example.test", "course")
    ran = other.run("restore", tmp_path / "b", "--yes")
    assert (ran.code, "--into-existing" in ran.err) == (2, True)
    last = other.ok("restore", tmp_path / "b", "--yes", "--into-existing").splitlines()[-1]
    assert "restored" in last
    assert other.opens(LIN) == other.opens("mei@example.test") == {"course"}
    again = other.ok("restore", tmp_path / "b", "--yes", "--into-existing").splitlines()[-1]
    assert again.startswith("0 objects restored (")
    assert again.endswith(" there already)")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_no_backup_is_said_in_a_sentence(
    shop: Shop, other: Shop, tmp_path: Path, lang: str
) -> None:
    said = {"en": ("holds no backup", "is damaged"), "zh": ("没有备份", "损坏")}[lang]
    ran = other.run("restore", tmp_path, "--yes", "--lang", lang)
    assert (ran.code, said[0] in ran.err) == (1, True), ran.err
    shop.ok("backup", tmp_path / "b")
    header = json.loads((tmp_path / "b" / "backup.json").read_text())
    (tmp_path / "b" / "backup.json").write_text(json.dumps({**header, "items": 1}))
    ran = other.run("restore", tmp_path / "b", "--yes", "--lang", lang)
    assert (ran.code, said[1] in ran.err) == (1, True), ran.err
    ran = shop.run("backup", tmp_path / "b", "--lang", lang)
    assert ran.code == 2
