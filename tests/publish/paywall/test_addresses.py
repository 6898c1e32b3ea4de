"""What makes two addresses the same, and which are none."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.paywall.addresses import Invalid, canonical, mailbox, plain_to_see

SAME = {
    "case": ("Lin.Mo@Example.COM", "lin.mo@example.com"),
    "spaces round it": ("  lin@example.com \r\n", "lin@example.com"),
    "a Chinese keyboard": ("ｌｉｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "lin@example.com"),
    "an ideographic full stop": ("lin@example。com", "lin@example.com"),
    "a Chinese domain": ("lin@例子.中国", "lin@xn--fsqu00a.xn--fiqs8s"),
    "its A-label": ("lin@XN--FSQU00A.xn--fiqs8s", "lin@xn--fsqu00a.xn--fiqs8s"),
    "the Kelvin sign": ("\u212a@example.com", "k@example.com"),
}


@pytest.mark.parametrize(("typed", "kept"), SAME.values(), ids=SAME)
def test_spellings_of_one_address_are_one_address(typed, kept):
    assert canonical(typed).canonical == kept


def test_a_tag_or_a_dot_is_another_address():
    assert len({canonical(f"{name}@example.com").canonical for name in ("ab", "a.b", "ab+x")}) == 3


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("victim+1@example.com", "victim@example.com"),
        ("vic.tim+a+b@gmail.com", "victim@gmail.com"),
        ("vic.tim+a@googlemail.com", "victim@gmail.com"),
        ("vic.tim@example.com", "vic.tim@example.com"),
        ("+news@example.com", "+news@example.com"),
    ],
)
def test_limits_count_the_mailbox_not_its_tags(address, counted):
    assert mailbox(address) == counted


def test_a_homograph_is_another_address_and_looks_like_one():
    latin, cyrillic = canonical("a@apple.com"), canonical("a@аррӏе.com")
    assert latin.canonical != cyrillic.canonical
    assert cyrillic.shown == "a@xn--80ak6aa92e.com"


def test_an_honest_foreign_domain_is_shown_as_it_is_written():
    assert canonical("Lin@例子.com").shown == "Lin@例子.com"
    assert canonical("lin@пример.рф").shown == "lin@пример.рф"
    assert canonical("lin@münchen.de").shown == "lin@münchen.de"


def test_mixed_scripts_do_not_show_what_they_are():
    assert not plain_to_see("g\u043eogle.com")
    assert not plain_to_see("g\u03bfogle.com")
    assert plain_to_see("知乎123.com")


BROKEN = (
    "", "lin", "@example.com", "lin@", "lin@example", "a b@example.com", "lin@exa mple.com",
    "lin@example.com\nbcc: all@example.com", "lin\x00@example.com", "lin@exam\u200bple.com",
    "lin@exam\u00adple.com", "lin\u202e@example.com", "lin@[127.0.0.1]", "lin@127.0.0.1",
    '"a b"@example.com', "Lin <lin@example.com>", "a@b@example.com", "lin@example..com",
    "lin@.example.com", "lin@example.com.", "lin@localhost", "lin@printer.local",
    "林@example.com", "\u0131@example.com", "lin,mo@example.com", "lin@-x.com", "lin@x_y.com",
    "a" * 65 + "@example.com", "a@" + "b." * 126 + "com", "a@" + "b" * 400, "lin@\ud800.com",
)  # fmt: skip


@pytest.mark.parametrize("typed", BROKEN, ids=ascii)
def test_what_no_mail_can_reach_is_invalid(typed):
    with pytest.raises(Invalid):
        canonical(typed)


def test_the_longest_local_part_is_taken():
    assert canonical("a" * 64 + "@example.com").canonical == "a" * 64 + "@example.com"


_LETTERS = st.characters(codec="utf-8")
_TYPED = st.one_of(
    st.text(_LETTERS, max_size=60),
    st.builds("{}@{}.{}".format, *(st.text(_LETTERS, min_size=1, max_size=12),) * 3),
    st.emails(),
)


@given(_TYPED)
def test_whatever_is_typed_is_invalid_or_settles_at_once(typed):
    with contextlib.suppress(Invalid):
        found = canonical(typed)
        assert canonical(found.canonical).canonical == found.canonical
        assert canonical(found.shown).canonical == found.canonical
        assert found.canonical.isascii()
        assert found.canonical.isprintable()
        assert len(found.canonical) <= 254
        assert " " not in found.shown
