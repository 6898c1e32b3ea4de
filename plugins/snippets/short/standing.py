"""Whether a sentence says something by itself, away from the text that it stood in.

Each question is asked of every sentence of every post: Latin words are looked up in sets, and
patterns for Han begin with characters that no other script has.
"""

from __future__ import annotations

import re
from itertools import pairwise

from plugins.snippets.counting import addresses
from plugins.snippets.short.words import lowered


def _pattern(*groups: str) -> re.Pattern[str]:
    """Return a pattern of alternatives that are written as words."""
    return re.compile("|".join(" ".join(groups).split()))


def _phrases(*groups: str) -> frozenset[str]:
    """Return words, and phrases with "_" for their spaces."""
    return frozenset(each.replace("_", " ") for each in " ".join(groups).split())


# Asked first: patterns for Han find nothing in other scripts, and are long about it.
_HAN = re.compile("[\u3400-\u9fff]")
# Words at the beginning that lean on the sentence before.
_LEANING_HAN = _pattern(
    "但 不过 可是 可(?=[我你他她它这那是再]) 然而 而 所以 因此 因而 于是 因为这 这 那(?!么多)",
    "它 他 她 其 此 另 同时 同样 还 也 又 再[说者往来] 接着 然后 后来 随后 首先 最后(?!一)",
    "第[一二三四五][，、：,] [一二三四五]是 比如 例如 当然 否则 反过来 换句话 换言 总之 综上",
    "结果 [前后]者 [上下][面述文] 以[上下] 如[上下] 甚至 尤其 不然 就 却 只是 一种是 一来",
    "二来 有的 对方 如果[这那] 照例 至于 正因 既然如此 除此 从这 [与由对为]此 两样 两者 两种",
    "进一步说 退一步说 问题是 话说 [说回]到 到[这今] 都是 并 没有一个 作者 前[两几三]个? 头一",
    "一行 第[一二三]行",
)
_LEANING = _phrases(
    "and but so or nor yet this that these those it its he she they them his her their then thus",
    "hence therefore however also again still instead otherwise moreover furthermore finally",
    "firstly secondly thirdly now lastly here such both either neither another indeed similarly",
    "likewise meanwhile which whose well yes no sure ok okay nevertheless nonetheless although",
    "same except besides anyway let's maybe actually unfortunately luckily technically remember",
    "notice suddenly somehow oh hmm wait probably spoiler crucially clearly importantly",
    "interestingly hopefully basically afterwards below above that's it's he's she's they're",
    "not especially like we'll each_time before_we in_all_cases none most_of one_of some_of all_of",
    "each_of of_course in_fact in_addition in_this",
    "in_that in_these in_those in_contrast in_particular in_both in_each in_either in_short",
    "in_other_words for_example for_instance for_this for_that for_one after_this after_that",
    "after_all at_this at_that on_the_other on_the_one as_such as_for as_a_result as_you_can",
    "as_it_happened because_of_this because_of_that with_this with_that with_these with_those",
    "to_do_this to_do_so to_do_that to_fix_this to_fix_that to_solve_this by_contrast by_the_way",
    "what_follows even_so there_is_another there_are_also there_is_also there_is_still",
    "the_same the_first the_second the_third the_next the_other the_others the_former",
    "the_latter the_rest the_result the_above the_last the_oldest the_one note_that bear_with",
    "believe_me either_way while_this while_that while_it if_this if_that if_it if_they if_so",
    "if_not when_this when_that when_it when_they until_then until_that",
)
# Those that lean only when they stand apart: "First, …", not "First drafts …".
_LEANING_APART = _phrases("first, second, third, next, last, rather,")
_PRONOUNS = _phrases("it they them he him she these those such this also then")
_PRONOUN_HAN = re.compile(".{1,6}[它他她]|.{1,4}这")
# Words that point at what a reader of the snippet does not see, or at the house itself.
_POINTING_HAN = _pattern(
    "如下 [上下右左]图 如图 图中 见[上下] [上下前]文 [上下]面[的这那几是有] 以下 以上",
    "[上下]一?[期节篇段章] 点击 点这 本[节文期章] 这篇 这一[篇页节章期] 本杂志 [上下]表",
    "表[格里]里 前面[说提讲] 参见 详见 请看 戳这 链接 另一[头边] 写在 放在这里 如[上前]所",
    "[，。]见(?![到过面]) 去看 接下来 查看 欢迎(?:大家|投稿|关注|订阅|转载) 投稿 合作(?:推广|事宜)",
    "邮件联系 每一期",
)
# One search for all of them: this is asked of every sentence.
_POINTING = re.compile(
    "the above|as follows|the following|following code|following step|read on|click |here is "
    "|here are |here's |look at this|look at the|earlier in|later in|described earlier|i linked"
    "|i've linked|read the rest| see a | see the "
)
_AROUND = _phrases("above below here")
_SHOWN = _phrases(
    "see show shown shows listed described mentioned figure code example picture image screenshot",
    "list table link links chart snippet diagram solution techniques",
)
_NEAR = _phrases("this these next previous last that other")
_PARTS = _phrases(
    "article articles post posts section sections part issue chapter essay series piece page",
    "example examples code guide table",
)
# "It is in Getting started": the capital tells that this is a title.
_IN_TITLE = re.compile(r" is in [A-Z]")
_SIGNS = re.compile(r"[{}<>|\\`_$=]")
_CODE = re.compile(r"\(\)|/\w+/|\.[a-z]+\(|->|--|\.(?:py|js|ts|tsx|jsx|md|toml|html|css|json)\b")
_NUMBERED = re.compile(
    r"(?:[（(](?:\d{1,2}|[一二三四五六七八九十]+)[）)]|\d{1,2}[、）)]|[①-⑳]|[一二三四五六七八九十]、)\s*"
)
_CLOSING = "”’」』》）)\"' "
_ENDS = "。！？!?."
_ASCII_PAIRS = (("(", ")"), ("[", "]"))
_PAIRS = (*_ASCII_PAIRS, *map(tuple, ("“”", "「」", "『』", "（）", "《》", "【】")))
_QUOTES = re.compile('[“「『"]')
_SPOKEN = re.compile(r"[“「『\"]|.*(?:[。！？!?.…][”」』\"]|[,，：:]\s*[“「『\"])")
_CONTRAST_HAN = _pattern(
    "不是.+(?:而?是|，) 越.+越 与其 宁 才[能会是有] 只[要有] 不必 不如",
    # As in a simile, and not in a picture.
    "像(?<![图头影录肖摄]像)(?!素)",
)
_CONTRAST = _phrases("never always nobody")
_CONTRASTS = (" rather than ", " instead of ", " is like ", " no one ")
# What has happened belongs to a story.
_PAST = _phrases("was were had did went came told asked said began knew found got thought")
# After these, a word that ends as a past does says how something is.
_NO_STORY = _phrases("is are be not a an the")
_PAST_HAN = re.compile("[^除为]了(?!解)")
# What stands in every issue, about the house rather than the topic.
_STANDING = re.compile(
    r"这里记录|每周|投稿|邮件联系|合作推广|合作事宜|招聘|转载|订阅|关注我|\b(?:subscribe|newsletter|sponsor|RSS|patreon)\b"
)
_LURING_HAN = _pattern("公众号 微信 加我 私信 扫码 二维码 小程序 群里")
_LURING = _phrases("subscribe newsletter wechat qq")
_MAIL = re.compile(r"\w@\w")


def leans(text: str) -> bool:
    """Tell whether a sentence needs the one before it."""
    if not text.isascii() and _LEANING_HAN.match(text.lstrip("“‘「『（(\"' ")):
        return True
    lower, words = lowered(text)
    for count in (1, 2, 3):
        if " ".join(words[:count]) in _LEANING:
            return True
    return lower.partition(" ")[0] in _LEANING_APART


def points(text: str) -> bool:
    """Tell whether a sentence points at something that is not with it."""
    end = text.rstrip(_CLOSING)
    if not end or end[-1] in "：:，,、—-…；;" or end.endswith("..."):
        return True
    if text[0] in "（(" and text.rstrip(".。")[-1:] in "）)":
        return True
    if _HAN.search(text) and _POINTING_HAN.search(text):
        return True
    lower, words = lowered(text)
    if _POINTING.search(lower):
        return True
    if not _AROUND.isdisjoint(words) and not _SHOWN.isdisjoint(words):
        return True
    if not _PARTS.isdisjoint(words) and not _NEAR.isdisjoint(words):
        return any(near in _NEAR and part in _PARTS for near, part in pairwise(words))
    return " is in " in text and bool(_IN_TITLE.search(text))


def whole(text: str) -> bool:
    """Tell whether quotation marks and brackets that open in a text close there, too."""
    for opening, closing in _ASCII_PAIRS if text.isascii() else _PAIRS:
        if opening in text or closing in text:
            depth = 0
            for character in text:
                if character == opening:
                    depth += 1
                elif character == closing:
                    depth -= 1
                    if depth < 0:
                        return False
            if depth:
                return False
    return text.count('"') % 2 == 0


def coded(text: str) -> bool:
    """Tell whether there is code in a text."""
    return bool(_SIGNS.search(text) or _CODE.search(text))


def ended(text: str) -> bool:
    """Tell whether a text ends as a sentence does."""
    return text.rstrip(_CLOSING)[-1:] in _ENDS


def asks(text: str) -> bool:
    """Tell whether a text is a question."""
    return text.rstrip(_CLOSING)[-1:] in "？?"


def spoken(text: str) -> bool:
    """Tell whether somebody speaks in a text."""
    return bool(_QUOTES.search(text) and _SPOKEN.match(text))


def contrasts(text: str) -> bool:
    """Tell whether a sentence sets one thing against another, as sayings do."""
    if _HAN.search(text) and _CONTRAST_HAN.search(text):
        return True
    lower, words = lowered(text)
    if not _CONTRAST.isdisjoint(words) or ("not" in words and "but" in words):
        return True
    return any(each in lower for each in _CONTRASTS)


def tells(text: str) -> bool:
    """Tell whether a text tells what happened, rather than how things are."""
    if "了" in text and _PAST_HAN.search(text):
        return True
    _, words = lowered(text)
    if not _PAST.isdisjoint(words):
        return True
    doing = words[:2] == ["i", "am"] and "".join(words[2:3]).endswith("ing")
    return doing or any(
        word.endswith("ed") and not word.endswith("eed") and before not in _NO_STORY
        for before, word in pairwise(words)
    )


def refers(text: str) -> bool:
    """Tell whether a pronoun near the beginning may mean something of the sentence before."""
    if not text.isascii() and _PRONOUN_HAN.match(text):
        return True
    return not _PRONOUNS.isdisjoint(lowered(text)[1][1:4])


def lures(text: str) -> bool:
    """Tell whether a text leads readers away from a platform."""
    if not text.isascii() and _LURING_HAN.search(text):
        return True
    if "@" in text and _MAIL.search(text):
        return True
    return not _LURING.isdisjoint(lowered(text)[1]) or ("://" in text and bool(addresses(text)))


def promotes(text: str) -> bool:
    """Tell whether a paragraph is about the house, as in every issue, and not about the topic."""
    return bool(_STANDING.search(text))


def unnumbered(text: str) -> str:
    """Return a text without the number of a list before it."""
    found = _NUMBERED.match(text)
    return text[found.end() :] if found else text
