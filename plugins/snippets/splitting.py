"""Where a text may be parted: between sentences, clauses and words, Chinese and others alike.

Parts joined give the very text: white space belongs to what stands before it. No part begins or
ends inside of a grapheme, an address, an @name or a #tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import regex

from plugins.snippets.counting import EMOJI, addresses, graphemes, tangled

# Scripts that are written without spaces: a part may end after any grapheme.
_DENSE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_SOFT_STOPS = "….!?"
_STOPS = "。！？；｡؟۔।॥" + _SOFT_STOPS
_CLOSING = r"”’」』）】》〉〗〕］｝»)\]}"
_OPENING = r"“‘「『（【《〈〖〔［｛«(\[{"
_LINE = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Before these a sentence has not ended: “走吧。”，他说
_GOES_ON = frozenset("，、：,;:—–”’」』）】》〉〗〕］｝»)]}")

_END = regex.compile(rf"([{_STOPS}]+(?:[{_CLOSING}]+[{_STOPS}]+)*)[{_CLOSING}]*|[{_LINE}]")
_DENSE_ONE = regex.compile(rf"[{_DENSE}“‘「『（【《]")
_SAYS = regex.compile(rf"[\p{{L}}\p{{N}}]|{EMOJI.pattern}")
_LONGER_THAN_ANY = 7  # letters of an abbreviation below
_LAST_WORD_BACKWARDS = re.compile(r"[^\s(“\"'\[（「/—–-]*")
_INITIALS = regex.compile(
    rf"(?V1)(?:[\p{{L}}--[{_DENSE}]]\p{{M}}*\.)*[\p{{L}}--[{_DENSE}]]\p{{M}}*"
)
_TITLE_WORDS = """
    mr mrs ms dr prof st messrs mme mlle rev gen col sgt capt lt rep sen gov hon pres hr vs cf
    ca approx viz bzw evtl ggf vgl"""
_TITLES = frozenset(_TITLE_WORDS.split())
_NUMBER_WORDS = """
    no nos nr fig figs eq eqs vol vols p pp ch sec art jan feb mar apr jun jul aug sep sept oct
    nov dec"""
_BEFORE_NUMBERS = frozenset(_NUMBER_WORDS.split())
_OTHER_WORDS = "etc inc ltd co corp jr sr al ed eds dept est ave blvd rd ph usw"
_NOW_AND_THEN = frozenset(_OTHER_WORDS.split())

_CLAUSE = regex.compile(rf"(?:[，、：،؛,;:]|—+|–)[{_CLOSING}]*")
_NAMED = regex.compile(
    r"(?<![A-Za-z0-9_/])@[\w\-]{1,64}(?:\.[\w\-]{1,64})*(?:@[\w.\-]{1,253}\w)?"
    r"|(?<![A-Za-z0-9_&/])[#＃](?:[^#＃\s]{1,64}[#＃](?![A-Za-z0-9_])|[\w\-]{1,100})"
)
_LETTER = rf"[[\p{{L}}\p{{M}}\p{{N}}_\u200c\u200d]--[{_DENSE}]]"
_JOINT = r"(?:['’.@&·\u00a0\u2011\u202f]|(?<=\d)[,:](?=\d))"
_WORD = rf"[.\-]{{0,2}}{_LETTER}+(?:{_JOINT}{_LETTER}+)*(?:[\-‐]+|\+{{1,2}}|#(?!\w))?"
_MARKS = rf"[{_STOPS}{_CLOSING}，、：،؛,;:—–～·%‰°℃/]"
_AFTER = rf"(?:{_MARKS}|[\"'](?=[\s{_STOPS}{_CLOSING}，、：,;:]|\Z)){{0,8}}"
_PIECE = regex.compile(rf"(?V1)\s*[{_OPENING}\"'$€£¥￥]{{0,4}}(?:{_WORD}|\X){_AFTER}\s*")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a line break ends one, too."""
    return _parted(text, _sentence_ends(text, _whole(text)))


def clauses(text: str) -> list[str]:
    """Return the sentences of a text, each parted at commas, colons and dashes."""
    whole = _whole(text)
    return _parted(text, sorted({*_sentence_ends(text, whole), *_clause_ends(text, whole)}))


def words(text: str) -> list[str]:
    """Return the smallest parts that may be separated, with the marks that belong to them.

    That is one grapheme of Chinese, one word of other scripts (up to a hyphen), one address, one
    @name, one #tag.
    """
    whole = _whole(text)
    ends = (found.end() for found in _PIECE.finditer(text))
    return _parted(text, (end for end in ends if end not in whole))


def _parted(text: str, ends: Iterable[int]) -> list[str]:
    """Return a text parted at ascending places, but nowhere inside of a grapheme."""
    places = [0, *(end for end in ends if 0 < end < len(text)), len(text)]
    if tangled(text):
        allowed = _grapheme_ends(text)
        places = [place for place in places if place in allowed]
    return [text[begin:end] for begin, end in pairwise(places) if begin < end]


def _grapheme_ends(text: str) -> set[int]:
    ends, at = {0}, 0
    for each in graphemes(text):
        at += len(each)
        ends.add(at)
    return ends


def _whole(text: str) -> set[int]:
    """Return the places inside of what is never parted: addresses, @names, #tags."""
    places = {place for begin, end in addresses(text) for place in range(begin + 1, end)}
    if "@" in text or "#" in text or "＃" in text:
        for found in _NAMED.finditer(text):
            if found.start() not in places:
                places.update(range(found.start() + 1, found.end()))
    return places


def _sentence_ends(text: str, whole: set[int]) -> Iterator[int]:
    begin = seen = 0
    for found in _END.finditer(text):
        stop, end = found.span()
        if stop < seen or stop in whole:
            continue
        if found[1]:
            end = _after_quotes(text, end)
            if not _ends(text[begin:stop], found[1], found.end(1), end, text):
                continue
            end = _after_emoji(text, end)
        end = _spaced(text, end)
        # What says nothing belongs to the sentence after it.
        if text[seen].isalnum() or _SAYS.search(text, seen, end):
            yield end
            begin = end
        seen = end


def _ends(sentence: str, stops: str, stopped: int, end: int, text: str) -> bool:
    """Tell whether stops after the words of a sentence end it; quotes close until `end`."""
    after = text[end : end + 1]
    if not after or after in _GOES_ON:
        return not after
    if "……" in stops or stops.strip(_SOFT_STOPS):
        return True
    if not after.isspace():
        # Stops of ASCII in Chinese, with no space after them.
        dense = stops[0] != "." or bool(_DENSE_ONE.match(sentence[-1:]))
        return dense and bool(_DENSE_ONE.match(after))
    begin = _spaced(text, end)
    upcoming = text[begin : begin + 1]
    if upcoming.islower() and (stopped < end or stops.endswith(("...", "…"))):
        return False
    return stops != "." or not _abbreviated(sentence, upcoming)


def _abbreviated(sentence: str, upcoming: str) -> bool:
    """Tell whether the full stop after the beginning of a sentence belongs to its last word."""
    tail = sentence[-_LONGER_THAN_ANY:]
    if len(tail) == _LONGER_THAN_ANY and tail.isalpha():
        return False
    found = _LAST_WORD_BACKWARDS.match(sentence[:-25:-1])
    word = found[0][::-1] if found else ""
    if word.isdecimal():  # the number of a list: "1. First"
        return sentence.strip() == word
    single = len(word) == 1 or "." in word or not word.isascii()
    if single and word != "I" and _INITIALS.fullmatch(word):
        return True
    low = word.lower()
    if low in _BEFORE_NUMBERS:
        return upcoming.isdecimal()
    return low in _TITLES or (low in _NOW_AND_THEN and not upcoming.isupper())


def _clause_ends(text: str, whole: set[int]) -> Iterator[int]:
    for found in _CLAUSE.finditer(text):
        begin, end = found.span()
        before, after = text[max(0, begin - 1) : begin], text[end : end + 1]
        if before and begin not in whole and _pauses(found[0][0], before, after):
            yield _spaced(text, _after_quotes(text, end))


def _pauses(mark: str, before: str, after: str) -> bool:
    """Tell whether a mark between two characters ends a clause: not in 1,000, 12:30 or 3–5."""
    if mark == "–":
        return before.isspace() and after.isspace()
    if mark in ",;:":
        dense = bool(_DENSE_ONE.match(before) and _DENSE_ONE.match(after))
        return dense or not after or after.isspace()
    return not (before.isdecimal() and after.isdecimal())


def _after_quotes(text: str, end: int) -> int:
    """Return where straight quotes that close here end; they look the same when they open."""
    while end < len(text) and text[end] in "\"'":
        after = text[end + 1 : end + 2]
        line = text.rfind("\n", 0, end) + 1
        opened = text[end] == '"' and text.count('"', line, end) % 2
        if not opened and after and not after.isspace() and after not in _GOES_ON:
            break
        end += 1
    return end


def _after_emoji(text: str, end: int) -> int:
    while end < len(text) and not text[end].isspace() and (emoji := EMOJI.match(text, end)):
        end = emoji.end()
    return end


def _spaced(text: str, end: int) -> int:
    while end < len(text) and text[end].isspace():
        end += 1
    return end
