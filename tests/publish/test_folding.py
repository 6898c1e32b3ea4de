"""Lines on a terminal that is narrower than they are."""

import io

import pytest
from rich.cells import cell_len

from publish import folding

ENGLISH = "there are no credentials for AWS (sign in with: aws configure sso, or set the two keys)"
CHINESE = "没有 [publish] 这一节，不知道发布到哪里（写上 [publish]，下面写 region），再运行一次。"
ROW = f"wrong      credentials  {ENGLISH}"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("line", [ENGLISH, CHINESE, ROW, "short", ""])
@pytest.mark.parametrize("width", [40, 57, 80])
def test_no_line_is_wider_than_the_terminal_and_no_letter_is_lost(line, width):
    lines = folding.fold(line, width)
    assert all(cell_len(each) <= width for each in lines)
    assert "".join("".join(lines).split()) == "".join(line.split())


def test_words_stay_whole():
    words = set(ENGLISH.split())
    assert {word for line in folding.fold(ENGLISH, 40) for word in line.split()} == words


def test_what_follows_stands_under_the_last_column():
    first, *others = folding.fold(ROW, 60)
    assert first.startswith("wrong      credentials  there")
    assert others
    assert all(each.startswith(" " * 24) and each[24] != " " for each in others)


def test_a_way_out_is_indented_behind_its_arrow():
    first, second = folding.fold(f"           → {ENGLISH}"[:90], 70)
    assert (first[11], second[:13].strip()) == ("→", "")
    assert second[13] != " "


@pytest.mark.parametrize("width", range(40, 80))
def test_no_chinese_line_begins_with_a_mark_or_ends_with_an_opening_one(width):
    lines = folding.fold(CHINESE, width)
    assert not [each for each in lines if each[0] in "，。）"]
    assert not [each for each in lines if each.endswith("（")]


def test_an_address_that_is_longer_than_the_terminal_stays_whole():
    address = f"https://{'a' * 60}.cloudfront.net/"
    assert folding.fold(f"readers see it at {address}", 50) == ["readers see it at", address]


def test_what_is_quoted_for_a_shell_can_be_copied():
    command = "python -c 'import secrets; print(secrets.token_urlsafe(32))'"
    lines = folding.fold(f"INKSTEAD_KEYS: the keys are too short (make one: {command})", 70)
    assert any("'import secrets; print(secrets.token_urlsafe(32))'" in line for line in lines)


def test_only_a_terminal_is_folded_for_and_several_lines_stay_as_they_are(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    assert folding.folded(ENGLISH, io.StringIO()) == ENGLISH
    assert "\n" in folding.folded(ENGLISH, Terminal())
    assert folding.folded(f"{ENGLISH}\n", Terminal()) == f"{ENGLISH}\n"
    monkeypatch.setenv("TERM", "dumb")
    assert folding.folded(ENGLISH, Terminal()) == ENGLISH
