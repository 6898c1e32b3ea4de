"""Help texts in two scripts."""

from publish.contract.catalogue import speak
from publish.helptext import Formatter, cells, explained, wrapped


def test_chinese_wraps_by_cells_and_never_begins_a_line_with_a_stop():
    text = "网站总是整体切换，哪里出了错，上一次的好网站就原样保留。" * 4
    lines = wrapped(text, 20)
    assert "".join(lines) == text
    assert all(cells(line) <= 22 for line in lines)
    assert not any(line[0] in "，。" for line in lines)


def test_english_wraps_at_spaces():
    assert wrapped("one two three", 7) == ["one two", "three"]


def test_notes_in_chinese_stay_in_their_column():
    formatter = Formatter(width=30)
    formatter.write_dl([("--one", "这里的说明比一行长得多，要折起来。"), ("--much-longer", "短")])
    lines = formatter.getvalue().splitlines()
    assert [line[:15].strip() for line in lines] == ["--one", "", "", "--much-longer"]
    assert "".join(line[15:] for line in lines[:-1]) == "这里的说明比一行长得多，要折起来。"
    assert all(cells(line) <= 30 for line in lines)


def test_no_line_ends_with_an_opening_bracket():
    assert wrapped("一二（三四）", 6) == ["一二", "（三", "四）"]


def test_examples_stand_in_columns():
    text = explained(speak("en"), "Lead.", ("short", "note"), ("长命令", "other"), ("bare", ""))
    assert text.splitlines()[-3:] == ["  short   note", "  长命令  other", "  bare"]
