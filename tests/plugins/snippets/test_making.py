"""What a creator reads of a kit while it is made."""

from __future__ import annotations

from plugins.snippets import making, rules
from plugins.snippets.values import Note, Piece, Snippet

WEIBO, X = rules.pack()["weibo"], rules.pack()["x"]
SHOWN = [
    (WEIBO, Snippet("weibo", (Piece("title", "a", count=1023, most=20),))),
    (X, Snippet("x", (Piece("text", "a", count=9), Piece("thread", "b", count=3, least=9)))),
    (X, Snippet("x", (Piece("text", "a", count=9, most=9),))),
    (X, Snippet("x", (), (Note("misfit", "too many links"),))),
]


def test_what_does_not_fit_is_said_in_the_creators_language():
    assert list(making.misfits(SHOWN, "en")) == ["Weibo (title 1,023/20)", "X (text 3/9)", "X"]
    assert list(making.misfits(SHOWN, "zh-Hans")) == [
        "微博（标题 1,023/20）",
        "X（推特）（正文 3/9）",
        "X（推特）",
    ]
