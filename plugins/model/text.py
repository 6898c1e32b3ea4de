"""Text of a post: plain words out of HTML, counted and shortened for Chinese and Latin alike."""

from __future__ import annotations

import html
import math
import re
from dataclasses import dataclass

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
KANA = r"\u3041-\u30ff"
# Punctuation that is set full width; the curly quotes belong to both scripts.
WIDE = r"\u3000-\u303f\uff01-\uff60\u2014\u2018\u2019\u201c\u201d\u2026"

HAN_PER_MINUTE = 400
WORDS_PER_MINUTE = 220

_UNSEEN = re.compile(r"<(script|style|template)\b.*?</\1\s*>|<!--.*?-->", re.S | re.I)
_BLOCK = re.compile(
    r"</?(?:p|div|h[1-6]|li|ul|ol|dl|dt|dd|table|tr|td|th|pre|blockquote|figure|figcaption|br|hr"
    r"|section|article|details|summary)\b[^>]*>",
    re.I,
)
_TAG = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_SPACE = re.compile(r"\s+")
# Controls, halves of pairs and non-characters: an error in HTML, impossible in XML.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_HAN_CHARACTER = re.compile(f"[{HAN}{KANA}]")
_WORD = re.compile(rf"[^\W_{HAN}{KANA}]+(?:['’.\-][^\W_{HAN}{KANA}]+)*")
_NOT_TEXT = re.compile(
    r'<a class="(?:headerlink|footnote-backref)"[^>]*>.*?</a>|<sup id="fnref.*?</sup>'
    r'|<div class="toc">.*?</div>|<div class="footnote">.*?</div>',
    re.S,
)


def writable(text: str) -> str:
    """Return text without the characters that a page or a feed cannot hold."""
    return _UNWRITABLE.sub("", text)


def plain(markup: str) -> str:
    """Return what a reader reads of some HTML, on one line, without notes and anchors."""
    text = _UNSEEN.sub(" ", _NOT_TEXT.sub("", markup))
    text = _TAG.sub("", _BLOCK.sub(" ", text))
    return _SPACE.sub(" ", html.unescape(text)).strip()


@dataclass(frozen=True)
class Length:
    """How long a text is: Han and kana characters, and words of other scripts."""

    han: int
    words: int

    @property
    def total(self) -> int:
        """Return both, as a reader would count words."""
        return self.han + self.words

    @property
    def minutes(self) -> int:
        """Return whole minutes to read it, at least one."""
        return max(1, math.ceil(self.han / HAN_PER_MINUTE + self.words / WORDS_PER_MINUTE - 0.25))


def measure(text: str) -> Length:
    """Return how long a plain text is."""
    return Length(len(_HAN_CHARACTER.findall(text)), len(_WORD.findall(text)))


def shorten(text: str, weight: int = 160) -> str:
    """Cut plain text to a weight (Han 2, others 1) at a sentence, else a word, with "…"."""
    total = 0
    for index, character in enumerate(text):
        total += 2 if _HAN_CHARACTER.match(character) else 1
        if total > weight:
            return _cut(text[:index], text[index])
    return text


def _cut(head: str, following: str) -> str:
    sentence = max((head.rfind(mark) for mark in "。！？"), default=-1)
    sentence = max(sentence, *(head.rfind(f"{mark} ") for mark in ".!?"))
    if sentence >= len(head) // 2:
        return head[: sentence + 1]
    if following.isascii() and following.isalnum() and " " in head:
        head = head[: head.rfind(" ")]
    return head.rstrip(" ,，、;；:：—-") + "…"
