"""What kind of thing a sentence says: a thought, an event, or one that points back."""

from __future__ import annotations

import re

from plugins.snippets.short import standing
from plugins.snippets.short.words import lowered

_NUMBER = "[0-9零一二两三四五六七八九十百几半数]"
# A sentence that begins with a time goes on with what happened then.
_TIMED_HAN = re.compile(
    rf"{_NUMBER}+[ 个多]*(?:分钟|小时|钟头|天|周|星期|月|年)(?:以?[后前]|之[后前]|来|里|过去)"
    rf"|{_NUMBER}+ ?(?:月|点[半钟多去起，])|[0-9]{{4}} ?年|[上下前]一?个?(?:周|星期|月|年|次|回)"
    "|今[年天早晚]|去年|前年|明年|昨[天晚]|前[天晚]|[年月]初|[年月]底|有一?[天次回]|[当那]时|那[天年]"
    "|早上|晚上|夜里|[清凌]晨|中午|下午|傍晚|周末|[^，]{0,6}的?时候，"
)
_TIME_WORDS = """
    seconds minutes hours days weeks months years second minute hour day week month year night
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday morning afternoon evening
    one two three four five six seven eight nine ten eleven twelve noon midnight
    spring summer autumn winter christmas
"""
_TIMES = frozenset(_TIME_WORDS.split())
_BEFORE_TIMES = frozenset(
    ("in", "on", "at", "last", "this", "next", "for", "by", "since", "until", "during")
)
_AFTER_TIMES = frozenset(("ago", "later"))
_ONCE = frozenset(("yesterday", "today", "tonight", "once", "recently"))
_CLAIM_HAN = re.compile(
    "[^，。]{1,14}(?:是(?!我)|像|等于|意味着|应该|必须|不会|不能|不要|在于)|别|不要"
)
_CLAIMS = (" is a ", " is an ", " is the ", " is only ", " is not ", " are the ", " means ")
_CONDITION_HAN = re.compile("[^，]{1,12}的话，")
_LISTED = re.compile("、|, ")
_SHORT_LIST = 2
# A verb at the very beginning, its subject in the sentence before; or a day that only a reader
# of the whole post knows.
_ALONE_HAN = re.compile(
    "(?![除为有])[^\\W\\d_A-Za-z我你谁人们]{1,2}了(?!解)|[^\\W\\d_A-Za-z]完[这那了]|[下上这那][次回]|回来"
    "|[当那]时|那天|你问"
    f"|{_NUMBER}+[ 个多]*(?:分钟|小时|钟头|天|周|星期|月|年)(?:以?后|之后)"
    "|[^，。；：、]{1,6}[它他她](?<!其[它他])(?!人)"
)
_FIRST = frozenset(("i", "i've", "i'd", "i'll", "i'm", "we", "we've", "we'd", "we'll"))
_CONDITIONS = frozenset(("if", "when"))
_OBJECTS = frozenset(("it", "them"))
_NEAR = 7
# "The number on the screen was 46": what is so short has said before which number.
_BRIEF = 64


def timed(text: str) -> bool:
    """Tell whether a sentence begins with a time."""
    if not text.isascii() and _TIMED_HAN.match(text):
        return True
    words = lowered(text)[1][:4]
    if not words:
        return False
    if words[0] in _ONCE or not _AFTER_TIMES.isdisjoint(words):
        return True
    return words[0] in _BEFORE_TIMES and not _TIMES.isdisjoint(words[1:])


def claims(text: str) -> bool:
    """Tell whether a sentence says what something is, or what to do."""
    if not text.isascii() and _CLAIM_HAN.match(text):
        return True
    return any(each in text for each in _CLAIMS)


def supposes(text: str) -> bool:
    """Tell whether a sentence holds in one case only, which it begins with."""
    return not text.isascii() and bool(_CONDITION_HAN.match(text))


def lists(text: str) -> bool:
    """Tell whether a sentence counts up several things."""
    return len(_LISTED.findall(text)) > _SHORT_LIST


def dangles(text: str) -> bool:
    """Tell whether a sentence has its subject, or what it is about, in the one before."""
    if not text.isascii() and _ALONE_HAN.match(text):
        return True
    words = lowered(text)[1]
    if words[:1] and words[0] in _CONDITIONS:
        return not _OBJECTS.isdisjoint(lowered(text.partition(",")[0])[1])
    if not _OBJECTS.isdisjoint(words[1:_NEAR]):
        return not _FIRST.isdisjoint(words[:_NEAR])
    brief = words[:1] == ["the"] and len(text) < _BRIEF and ":" not in text
    return brief and standing.tells(text)
