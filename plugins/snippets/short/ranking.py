"""Which sentences carry a text: TextRank over the words that sentences share.

Mihalcea and Tarau, 2004: https://aclanthology.org/W04-3252/. A sentence counts as much as the
sentences that share its words do. The graph is never written down: a round goes from sentences to
words and back, so it costs as much as there are words, and not the square of the sentences.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import filterfalse
from operator import add, itemgetter, mul

from plugins.model.text import HAN, KANA
from plugins.snippets.short.words import lowered

DAMPING = 0.85
ROUNDS = 4

# Characters that hold a Chinese sentence together and say little by themselves.
_FUNCTION = (
    "的了是在我你他她它们这那和与或就也都不没有把被给让从到对为以于而及其之但却又很太更最"
    "还再只才刚已会能可要想着过得地吗呢吧啊呀么个些种样每各此该因所如若虽则即且并上下里外中"
    "一二三两几多少来去说做用"
)
_STOP_WORDS = """
    a about after again all also am an and another any are around as at away back be because been
    before being both but by came can cannot come could did do does doing done down each either
    else even ever every few first for from get gets getting give go goes going got had has have
    having he her here hers him his how i if in into is it its itself just kind know last least
    less let like little long lot made make makes making many may me might mine more most much must
    my myself neither never new no none nor not nothing now of off often on once one only or other
    others our ours out over own people perhaps put quite rather really said same say see seem
    she should since so some something still such sure take than that the their them then there
    these they thing things think this those though through time to too two under until up upon us
    use used using very want was way we well went were what when where whether which while who
    whom whose why will with within without would yes yet you your yours yourself
    don't doesn't didn't isn't aren't wasn't weren't won't can't couldn't wouldn't shouldn't haven't
    hasn't hadn't i'm i've i'd i'll you're you've you'd you'll he's she's it's we're we've we'd
    we'll they're they've they'd they'll that's there's what's here's let's
"""
_STOP = frozenset(_STOP_WORDS.split())
_KNOWN = ("en", "zh")
_SHORT = 3


def _ranges(outside: str) -> str:
    """Return a class of Han and kana without some characters: faster than to look ahead."""
    spans = [(0x3041, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF)]
    found = ["\U00020000-\U0003134f"]
    for start, end in spans:
        for character in sorted(ord(each) for each in set(outside)):
            if start <= character <= end:
                found.append(f"{chr(start)}-{chr(character - 1)}" if start < character else "")
                start = character + 1
        found.append(f"{chr(start)}-{chr(end)}")
    return "".join(found)


_HAN = re.compile(f"[{_ranges(_FUNCTION)}]{{2,}}")
_WIDE = re.compile(f"[{HAN}{KANA}]+")


def best(sentences: Sequence[str], lang: str, count: int) -> list[int]:
    """Return the places of the sentences that carry a text most, in its order."""
    found = weights([terms(sentence, lang) for sentence in sentences])
    order = sorted(range(len(found)), key=lambda place: (-found[place], place))
    return sorted(order[:count])


def terms(text: str, lang: str) -> list[str]:
    """Return the words of a text that say something, each once; pairs of characters for Han."""
    known = lang.split("-")[0] in _KNOWN
    pairs: list[str] = []
    if not text.isascii():
        for each in _HAN.findall(text):
            pairs += map(add, each, each[1:])
        text = _WIDE.sub(" ", text)
    words: Iterable[str] = dict.fromkeys(lowered(text)[1])
    if known:
        words = filterfalse(_STOP.__contains__, words)
    else:
        words = [each for each in words if len(each) > _SHORT]
    return [*dict.fromkeys(pairs), *filterfalse(str.isdecimal, words)]


def weights(sentences: Sequence[Sequence[str]]) -> list[float]:
    """Return what each sentence weighs, given its terms; 1.0 where nothing is shared."""
    places = defaultdict[str, list[int]](list)
    for place, each in enumerate(sentences):
        for term in each:
            places[term].append(place)
    shared = [where for where in places.values() if len(where) > 1]
    found = [1.0] * len(sentences)
    if not shared:
        return found
    links = _Links.of(shared, [1 / math.log(2 + len(each)) for each in sentences])
    # How much of its weight a sentence gives to others: all of it, by what they share.
    share = [
        norm / degree if degree else 0.0
        for norm, degree in zip(links.norms, links.gathered(links.norms), strict=True)
    ]
    for _ in range(ROUNDS):
        taken = links.gathered([*map(mul, share, found)])
        found = [1 - DAMPING + DAMPING * each for each in taken]
    return found


_Take = Callable[[Sequence[float]], Sequence[float]]


@dataclass(frozen=True)
class _Links:
    """What leads from one sentence to another: the terms that they share.

    `holders` take from a list of sentences those that hold a term, `terms` from a list of terms
    those of a sentence; `counts` is how many they are, `norms` what its length divides by.
    """

    holders: Sequence[_Take]
    terms: Sequence[_Take]
    counts: Sequence[int]
    norms: Sequence[float]

    @classmethod
    def of(cls, shared: Sequence[Sequence[int]], norms: Sequence[float]) -> _Links:
        """Return the links that there are, given the places of each term."""
        terms: list[list[int]] = [[] for _ in norms]
        for term, places in enumerate(shared):
            for place in places:
                terms[place].append(term)
        return cls([*map(_taking, shared)], [*map(_taking, terms)], [*map(len, terms)], norms)

    def gathered(self, given: Sequence[float]) -> list[float]:
        """Return what each sentence takes from all others through the terms that it shares."""
        pool = [sum(take(given)) for take in self.holders]
        each = zip(self.terms, self.norms, given, self.counts, strict=True)
        return [norm * (sum(take(pool)) - value * count) for take, norm, value, count in each]


def _taking(places: Sequence[int]) -> _Take:
    """Return what takes the values at some places of a list: several times as fast as a loop."""
    if len(places) > 1:
        return itemgetter(*places)
    return itemgetter(slice(places[0], places[0] + 1) if places else slice(0))
