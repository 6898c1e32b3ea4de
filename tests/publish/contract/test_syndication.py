"""The ledger as both sides read it: what is right, and every mistake with its line."""

import unicodedata

import pytest

from publish.contract.syndication import Copy, Ledger, is_address, is_old, lines_of, read

LEDGER = """\
# where my letters went
["first-letter".zhihu]
url = "https://zhuanlan.zhihu.com/p/1"
date = 2026-11-22
hash = "0f343b093112"

["en/第二封".x]
url = "https://x.com/me/1"

["first-letter".weibo]
url = "https://weibo.com/1"
date = "2026-11-23"
"""


def said(text):
    return [(line, message.format(**values)) for line, message, values in read(text)[1]]


def test_copies_are_found_by_post_and_platform_in_the_order_of_the_file():
    ledger, mistakes = read(LEDGER)
    assert mistakes == []
    assert list(ledger.of("first-letter")) == ["zhihu", "weibo"]
    assert ledger.of("first-letter")["zhihu"] == Copy(
        "zhihu", "https://zhuanlan.zhihu.com/p/1", "2026-11-22", "0f343b093112"
    )
    assert ledger.of("first-letter")["weibo"].date == "2026-11-23"
    assert ledger.of("en/第二封") == {"x": Copy("x", "https://x.com/me/1")}
    assert ledger.of("another") == {}


def test_an_id_is_the_same_on_a_machine_that_writes_its_accents_apart():
    ledger, _ = read('["café".x]\nurl = "https://x.com/1"\n')
    apart = unicodedata.normalize("NFD", "café")
    assert ledger.of(apart) == ledger.of("café") != {}
    assert read(f'["{apart}".x]\nurl = "https://x.com/1"\n')[0] == ledger


def test_an_empty_file_is_an_empty_ledger():
    assert read("") == (Ledger(), [])
    assert read('["a"]\n') == (Ledger(), [])


def test_all_mistakes_come_at_once_each_with_its_line():
    text = """\
["a".zhihu]
url = "zhihu.com/1"
date = "soon"

["b".x]
urll = "https://x.com/1"
colour = "red"

[c]
url = "https://x.com/1"

["d".x]
url = "https://x.com/2"
hash = 12
"""
    ledger, _ = read(text)
    assert sorted(said(text)) == [
        (2, '"zhihu.com/1" is no address (write https://… as the browser shows it)'),
        (3, 'date "soon" is no day (write 2026-11-22)'),
        (5, '"" is no address (write https://… as the browser shows it)'),
        (6, 'unknown key "urll" (did you mean "url"?)'),
        (7, 'unknown key "colour" (known: url, date, hash)'),
        (
            10,
            '"url" stands outside of a post and a platform'
            ' (write ["c".zhihu] above url = "https://…")',
        ),
        (14, 'hash "12" is none (take it away)'),
    ]
    assert dict(ledger.copies) == {"d": {"x": Copy("x", "https://x.com/2")}}


def test_what_is_no_toml_is_named_with_its_line():
    (line, text), *more = said('["a".x]\nurl = https://x.com\n')
    assert (line, more) == (2, [])
    assert text.startswith("the line is not TOML: ")


@pytest.mark.parametrize(
    "text", ['a = "b"\n', "a = [1]\n", '["a".x.y]\nurl = "https://x.com"\n', "[[a]]\nx = 1\n"]
)
def test_tables_of_another_shape_are_mistakes_and_nothing_breaks(text):
    ledger, mistakes = read(text)
    assert not ledger.copies
    assert mistakes


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://zhuanlan.zhihu.com/p/1", True),
        ("http://localhost:8080/", True),
        ("https://例子.中国/文", True),
        ("https://", False),
        ("https://:80/", False),
        ("https://a:port/", False),
        ("https://[::1", False),
        ("ftp://a.example", False),
        ("javascript:alert(1)//https://a", False),
        ("//a.example/", False),
        ("a.example", False),
        ("", False),
        ("https://a.example/ b", False),
        ('https://a.example/"', False),
        ("https://a.example/\u202etxt", False),
        ("https://a.example/\n", False),
        ("https://mastodon.example/@me/1", True),
        ("https://me:secret@a.example/", False),
        ("https://a.example@b.example/", False),
        ("https://b.example\\@a.example/", False),
        ("https://a.example/\u200b", False),
        ("https://a\u00ad.example/", False),
        ("https://a.example/\udcff", False),
    ],
)
def test_an_address_is_one_that_a_browser_can_be_sent_to(url, good):
    assert is_address(url) is good


@pytest.mark.parametrize(
    ("copy", "old"),
    [
        (Copy("x", "u", "2026-11-22", "abc"), False),
        (Copy("x", "u", "2026-11-22", "abd"), True),
        (Copy("x", "u", "2020-01-01", "abc"), False),
        (Copy("x", "u", "2026-11-20"), False),
        (Copy("x", "u", "2026-11-19"), True),
        (Copy("x", "u"), False),
    ],
)
def test_a_copy_is_old_by_its_hash_and_without_one_by_its_day(copy, old):
    assert is_old(copy, "abcdef", "2026-11-20T08:00:00Z") is old
    assert not is_old(Copy("x", "u", "2020-01-01"), "abcdef", "")


def test_lines_are_found_however_tables_are_written():
    found = lines_of('# a\n[a.x]\nurl = "1"\r\n\n["b"]\ny.url = "2"\nz = {url = "3"}\n')
    assert found["a",] == found["a", "x"] == 2
    assert found["a", "x", "url"] == 3
    assert (found["b",], found["b", "y", "url"], found["b", "z", "url"]) == (5, 6, 7)
