import dataclasses
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.model.snippets import OwnText
from plugins.snippets import counting, links, rules
from plugins.snippets.short.form import short
from plugins.snippets.short.gist import gist
from plugins.snippets.values import Limit
from tests.plugins.snippets.short.samples import HOME, chinese, own, platform, post

BOTH = pytest.mark.parametrize("one", [post(), chinese()], ids=["en", "zh"])
HOOK = "A wet night. It was long."
POINTS = ("First we rowed over.", "Then we walked home.", "Last of all we slept.")
QUOTE = "Rain finds every hole, and every roof has one."
MINE = own(hook=HOOK, points=POINTS, quote=QUOTE, call="Read it", hashtags=("one", "two", "three"))


def text_of(snippet):
    return next(piece.plain for piece in snippet.pieces if piece.name == "text")


def kinds(snippet):
    return [note.kind for note in snippet.notes]


def messages(snippet):
    return [note.message.format(**dict(note.values)) for note in snippet.notes]


# ---- what it is made of ----


@BOTH
def test_a_text_has_hook_points_quotation_address_and_hashtags_in_this_order(one):
    square = platform(2000)
    text, found = text_of(short(one, square)), gist(one)
    parts = [found.hook, *found.points, found.quote, found.call, links.way_in(one, square), "#SEO"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_a_whole_text_as_it_is_pasted():
    said = short(post(own=MINE), platform(2000))
    assert text_of(said).splitlines() == [
        "Rain on the server",
        "",
        HOOK,
        "",
        f"· {POINTS[0]}",
        f"· {POINTS[1]}",
        f"· {POINTS[2]}",
        "",
        f"“{QUOTE}”",
        "",
        f"Read it: {links.way_in(post(), platform())}",
        "",
        "#one #two #three",
    ]
    assert said.notes == ()


def test_an_address_stands_after_a_space_or_at_the_beginning_of_a_line():
    for one in (post(), chinese(), post(own=own(call="Come."))):
        text = text_of(short(one, platform(2000)))
        assert re.search(rf"(?m)(?:^| ){re.escape(HOME)}", text)


STRONG = "I doubled my price and lost eleven customers"
RAISED = (
    "A booking tool for barbers went from nine to nineteen a month. This is what I wrote to them."
)
LETTER = """<p>Barbers who pay by the month read every letter about prices twice.</p>
<p>A letter about a price has one date in it and no excuse at all.</p>
<p>Nobody leaves a good chair because of ten dollars a month.</p>"""


@pytest.mark.parametrize(
    "one",
    [
        post(LETTER, title=STRONG, summary=RAISED),
        chinese(
            "<p>理发店的老板看信只看价钱和日子。</p><p>一封涨价的信里只写一个日子，不写理由。</p>"
            "<p>没有人会为了几十块钱离开一把好椅子。</p>",
            title="我把价钱翻了一倍，走了十一家店",
            summary="给理发店用的预约工具从二十九涨到五十九。信是怎么写的，谁走了，都在这里。",
        ),
    ],
    ids=["en", "zh"],
)
def test_the_title_opens_at_the_cost_of_a_point_and_never_of_the_opening(one):
    square = platform(899)
    points = gist(one).points
    assert len(points) == 2
    room = counting.count(text_of(short(one, square)), "characters")
    said = short(one, platform(room - 3 - counting.count("#SalesLetter #SEO #读者", "characters")))
    assert said.fits
    assert text_of(said).startswith(f"{one.title}\n\n{one.summary}")
    assert points[0] in text_of(said)
    assert points[1] not in text_of(said)
    assert messages(said)[-1].endswith("1 of 2 points were left out")
    least = len(f"{one.title}\n\n{one.summary}")
    assert not text_of(short(one, platform(least))).startswith(one.title)


def test_below_a_title_an_opening_is_parted_at_the_fold():
    one = post(LETTER, title=STRONG, summary=RAISED)
    said = text_of(short(one, platform(3000, limits={"fold": 120})))
    first, second = RAISED.split(". ")
    assert said.split("\n\n")[:3] == [STRONG, f"{first}.", second]
    hidden = text_of(short(one, platform(3000, limits={"fold": 100})))
    assert hidden.split("\n\n")[0] == RAISED


def test_the_title_takes_no_room_from_what_the_creator_wrote():
    one = post(own=own(hook=HOOK, points=("One.",), hashtags=(), call="Go"), html="")
    room = len(text_of(short(one, platform(2000))))
    assert text_of(short(one, platform(room))).startswith("Rain on the server\n")
    assert text_of(short(one, platform(room - 1))).startswith(HOOK)
    assert short(one, platform(room - 1)).notes == ()


def test_an_opening_that_says_the_title_gets_none_above_it():
    mine = own(hook="Rain on the server, again and again.")
    assert text_of(short(post(own=mine), platform(2000))).startswith("Rain on the server, again")


def test_characters_that_an_api_would_reserve_stay_as_they_are():
    mine = own(hook="Rain (wet) *and* cold_ [ice] ~ @home.")
    assert "Rain (wet) *and* cold_ [ice] ~ @home." in text_of(short(post(own=mine), platform(3000)))


def test_a_title_is_one_line_and_is_never_there_twice():
    one = post("", title=" Rain\n  on the server\n", summary="")
    said = short(one, platform(2000, pieces=("title", "text")))
    assert [piece.plain.split("\n")[0] for piece in said.pieces] == ["Rain on the server"] * 2
    assert text_of(short(one, platform(2000))).count("Rain") == 1
    assert messages(said) == []


def test_pieces_come_in_the_platforms_order():
    square = platform(500, pieces=("title", "text", "link", "tags"))
    assert [piece.name for piece in short(post(), square).pieces] == list(square.pieces)


def test_hashtags_of_their_own_are_not_in_the_text_too():
    said = short(post(), platform(2000, pieces=("text", "tags")))
    assert "#" not in text_of(said)
    assert said.pieces[-1].plain == "#SalesLetter #SEO #读者"
    assert (said.pieces[-1].count, said.pieces[-1].most) == (3, 3)


def boxed(said):
    """What a creator has in the one box: the text, and the hashtags typed under it."""
    return "\n\n".join(piece.plain for piece in said.pieces if piece.name in ("text", "tags"))


@pytest.mark.parametrize("name", ["xiaohongshu", "douyin", "kuaishou", "instagram"])
def test_a_text_leaves_room_for_hashtags_that_are_typed_under_it(name):
    real = rules.pack()[name]
    limit = real.limits["text"]
    size = counting.count(boxed(short(post(own=MINE), real)), limit.counting)
    for most in (size, size - 1, size - 40, size - 120):
        tight = dataclasses.replace(
            real, limits={**real.limits, "text": dataclasses.replace(limit, most=most)}
        )
        said = short(post(own=MINE), tight)
        text = next(piece for piece in said.pieces if piece.name == "text")
        assert text.count == counting.count(boxed(said), limit.counting) <= most
        assert said.fits


def test_hashtags_of_their_own_go_before_points_do_and_it_is_told():
    apart = {"pieces": ("title", "text", "tags"), "counting": "utf16"}
    size = short(post(own=MINE), platform(800, **apart)).pieces[1].count
    said = short(post(own=MINE), platform(size - 1, **apart))
    assert said.pieces[-1].plain == "#one #two"
    assert (said.pieces[-1].count, said.pieces[-1].counting) == (2, "items")
    assert messages(said) == ["so that it fits, 1 of 3 hashtags were left out"]
    said = short(post(own=MINE), platform(size - len("#one #two #three"), **apart))
    assert [piece.name for piece in said.pieces] == ["title", "text"]
    assert messages(said) == ["so that it fits, 3 of 3 hashtags were left out"]


def test_hashtags_go_where_the_creators_own_text_leaves_no_room_for_them():
    mine = own(texts={"square": OwnText(parts=("My own words.",))})
    apart = {"pieces": ("text", "tags")}
    said = short(post(own=mine), platform(len("My own words.\n\n#SalesLetter #SEO"), **apart))
    assert [piece.plain for piece in said.pieces] == ["My own words.", "#SalesLetter #SEO"]
    assert messages(said) == ["so that it fits, 1 of 3 hashtags were left out"]
    said = short(post(own=mine), platform(12, **apart))
    assert [(piece.plain, piece.count) for piece in said.pieces] == [("My own words.", 13)]
    assert messages(said)[-1] == "the text is too long: 13 of at most 12"


def test_bytes_of_hashtags_under_a_text_are_counted_with_it():
    mine = own(texts={"square": OwnText(parts=("Rain.",))}, hashtags=("雨",))
    for most, shown in ((11, ["Rain.", "#雨"]), (10, ["Rain."])):
        square = platform(99, limits={"bytes": Limit(most, "utf8")}, pieces=("text", "tags"))
        said = short(post(own=mine), square)
        assert said.fits
        assert [piece.plain for piece in said.pieces] == shown


def test_pieces_may_stand_in_any_order():
    said = short(post(own=MINE), platform(150, pieces=("tags", "text", "title")))
    assert [piece.name for piece in said.pieces] == ["tags", "text", "title"]
    assert "hashtags were left out" in messages(said)[0]


def test_an_address_of_its_own_is_not_in_the_text_too():
    said = short(post(), platform(2000, pieces=("text", "link")))
    assert HOME not in text_of(said)
    assert said.pieces[-1].plain == links.way_in(post(), platform())


def test_a_gated_post_is_said_to_be_so_on_every_platform_with_an_address():
    assert "The rest is for subscribers or members: " in text_of(
        short(post(gated=True), platform(2000))
    )


# ---- where no address may stand ----


@BOTH
def test_no_address_stands_where_none_may(one):
    text = text_of(short(one, platform(2000, link="none", way="profile")))
    assert not counting.addresses(text)
    assert text.rstrip().split("\n")[-3] in ("More on my profile.", "更多在我的主页。")


@pytest.mark.parametrize("way", ["", "profile", "keyword"])
def test_no_address_of_a_title_stands_where_none_may(way):
    hook = "A night so wet that nobody slept, before the morning came to the house."
    one = post(title="See https://a.test/x now", summary=hook)
    for fold in (0, 30):
        square = platform(2000, limits={"fold": fold}, link="none", way=way)
        assert "https" not in text_of(short(one, square))


def test_own_sentences_with_an_address_are_left_out_there_and_it_is_told():
    mine = own(hook="Rain fell. See https://a.test now.", points=("Go to https://b.test", "Stay."))
    said = short(post(own=mine), platform(2000, link="none"))
    assert "https" not in text_of(said)
    assert "Rain fell." in text_of(said)
    assert "Stay." in text_of(said)
    assert "no link may stand there, so sentences with one were left out" in messages(said)


def test_a_call_that_waits_for_an_address_gives_way_to_words():
    square = platform(2000, link="none", way="keyword")
    assert "Go:" not in text_of(short(post(own=own(call="Go:")), square))
    assert "Come on Friday!" in text_of(short(post(own=own(call="Come on Friday!")), square))


def test_platforms_that_shun_links_get_no_hashtags_in_place_of_one():
    said = short(chinese(), platform(1000, link="none", way="", pieces=("title", "text", "tags")))
    assert said.fits
    assert "http" not in "".join(piece.plain for piece in said.pieces)


# ---- limits ----


def test_a_retreat_is_told():
    said = short(post(own=MINE), platform(150))
    assert said.fits
    assert messages(said) == ["so that it fits, 1 of 3 hashtags were left out"]


def test_a_short_platform_begins_without_a_quotation():
    assert QUOTE in text_of(short(post(own=MINE), platform(900)))
    said = short(post(own=MINE), platform(899))
    assert QUOTE not in text_of(said)
    assert said.notes == ()


def test_what_cannot_fit_is_a_misfit_with_its_count_and_its_limit():
    said = short(post(own=MINE), platform(20))
    (piece,) = said.pieces
    assert not said.fits
    assert links.way_in(post(), platform()) in piece.plain
    assert messages(said)[-1] == f"the text is too long: {piece.count} of at most 20"


def test_a_text_below_a_minimum_is_a_misfit():
    said = short(post(), platform(0, limits={"text": Limit(0, "characters", least=9_999)}))
    assert not said.fits
    assert "of at least 9999" in messages(said)[-1]


def test_bytes_are_counted_beside_the_characters():
    said = short(chinese(), platform(300, limits={"bytes": Limit(250, "utf8")}))
    assert said.fits
    assert (
        len(text_of(said).encode()) <= 250 < len(text_of(short(chinese(), platform(300))).encode())
    )


def test_links_are_counted_and_points_with_one_go_first():
    mine = own(hook="Rain.", points=("Dry.", "See https://a.test here."), hashtags=(), call="Go")
    said = short(post(own=mine), platform(2000, limits={"links": Limit(1, "items")}))
    assert said.fits
    assert "Dry." in text_of(said)
    assert "a.test" not in text_of(said)


def test_too_many_links_of_the_creators_are_a_misfit():
    mine = own(texts={"square": OwnText(parts=("https://a.test https://b.test",))})
    said = short(post(own=mine), platform(2000, limits={"links": Limit(1, "items")}))
    assert messages(said) == ["the text has 2 links, and at most 1 are taken"]


def test_a_title_is_cut_at_a_clause_and_it_is_told():
    square = platform(500, limits={"title": 12}, pieces=("title", "text"))
    said = short(post(title="Rain: on the server"), square)
    assert said.pieces[0].plain == "Rain"
    assert messages(said)[0] == "the title was cut to fit into 12"


# ---- before a click ----


def test_sentences_that_show_before_a_click_are_a_paragraph_of_their_own():
    mine = own(hook="A wet night. It was long and the roof was thin.", points=("One.",))
    text = text_of(short(post(own=mine), platform(2000, limits={"fold": 20})))
    assert text.startswith("A wet night.\n\nIt was long")


def test_white_space_round_a_hook_hides_nothing():
    mine = own(hook="  A wet night.  ")
    said = short(post(own=mine), platform(2000, limits={"fold": 12}))
    assert text_of(said).startswith("A wet night.\n")
    assert said.notes == ()


def test_the_title_opens_where_a_sentence_is_longer_than_what_shows():
    one = post(summary="A night so wet that nobody in the house slept before the morning came.")
    text = text_of(short(one, platform(2000, limits={"fold": 30})))
    assert text.startswith(f"Rain on the server\n\n{one.summary}")


def test_with_a_title_above_it_a_sentence_is_cut_to_what_shows():
    one = post(summary="A night so wet that nobody slept, before the morning came to the house.")
    square = platform(2000, limits={"fold": 40}, pieces=("title", "text"))
    said = short(one, square)
    assert text_of(said).startswith("A night so wet that nobody slept…\n")
    assert "so that it fits, the opening breaks off within a sentence" in messages(said)


def test_the_creators_own_hook_is_never_cut_for_a_fold():
    hook = "A night so wet that nobody slept, before the morning came."
    said = short(post(own=own(hook=hook)), platform(2000, limits={"fold": 20}))
    assert text_of(said).startswith(hook)
    assert "hint" in kinds(said)


def test_what_shows_is_told_in_characters_whatever_counts_it():
    square = platform(2000, limits={"fold": Limit(10, "han")})
    (piece, *_) = short(
        chinese(summary="雨下了，下了一整夜，天亮才停。", own=own(hook="雨下。")), square
    ).pieces
    assert piece.plain[: piece.fold] == "雨下。\n\n· 早饭之前"
    assert (
        short(post(html="", own=own(hook="Hi", call="x", hashtags=())), platform()).pieces[0].fold
        == 0
    )


# ---- own words ----


def test_the_creators_own_text_is_copied_as_it_stands():
    mine = own(texts={"square": OwnText(parts=("  My words,\n  and #no more ",))})
    said = short(post(own=mine), platform(280))
    assert [piece.plain for piece in said.pieces] == ["  My words,\n  and #no more "]


def test_the_address_goes_where_the_creator_wants_it():
    mine = own(texts={"square": OwnText(parts=("Here: {url}!",))})
    assert (
        text_of(short(post(own=mine), platform())) == f"Here: {links.way_in(post(), platform())}!"
    )


def test_a_text_of_the_creators_that_is_too_long_is_never_cut():
    mine = own(texts={"square": OwnText(parts=("word " * 20,))})
    said = short(post(own=mine), platform(30))
    assert text_of(said) == "word " * 20
    assert not said.fits
    assert messages(said) == ["the text is too long: 100 of at most 30"]


def test_a_list_of_texts_is_a_thread_and_each_is_measured():
    mine = own(texts={"square": OwnText(parts=("one", "two", "x" * 31))})
    said = short(post(own=mine), platform(30, thread=True))
    assert [(piece.plain[:3], piece.fits) for piece in said.pieces] == [
        ("one", True),
        ("two", True),
        ("xxx", False),
    ]


def test_a_title_of_the_creators_is_never_cut():
    mine = own(texts={"square": OwnText(title="Rain on every server")})
    square = platform(500, limits={"title": 8}, pieces=("title", "text"))
    said = short(post(own=mine), square)
    assert said.pieces[0].plain == "Rain on every server"
    assert not said.fits


def test_an_address_of_the_creators_where_none_helps_is_only_hinted_at():
    mine = own(texts={"square": OwnText(parts=("Here: {url}",))})
    said = short(post(own=mine), platform(link="none"))
    assert HOME in text_of(said)
    assert kinds(said) == ["hint"]


def test_words_for_another_platform_change_nothing():
    mine = own(texts={"circle": OwnText(title="No", parts=("No",))})
    assert short(post(own=mine), platform()) == short(post(), platform())


# ---- all of it, for anything ----

COUNTERS = ("characters", "graphemes", "weighted", "mastodon", "threads", "utf8", "utf16", "han")
WORDS = st.lists(
    st.sampled_from(
        [
            "rain",
            "don't",
            "服务器",
            "。",
            ". ",
            " ",
            "，",
            "👩‍👩‍👧‍👦",
            "q\u0301",
            " https://a.test/x?y=1 ",
            "\n",
            "“",
            "”",
            "!",
        ]
    ),
    max_size=14,
).map("".join)
PLATFORMS = st.builds(
    platform,
    text=st.integers(1, 400),
    counting=st.sampled_from(COUNTERS),
    limits=st.dictionaries(
        st.sampled_from(["fold", "title", "bytes", "parts"]), st.integers(1, 200), max_size=3
    ),
    pieces=st.sampled_from([("text",), ("title", "text", "tags"), ("text", "link")]),
    link=st.sampled_from(["inline", "none"]),
    way=st.sampled_from(["", "profile", "qr"]),
    thread=st.booleans(),
)
POSTS = st.builds(
    lambda make, words, paragraphs, points: make(
        "".join(f"<p>{each}</p>" for each in paragraphs),
        summary=words,
        own=own(points=tuple(filter(str.strip, points))),
    ),
    st.sampled_from([post, chinese]),
    WORDS,
    st.lists(WORDS, max_size=4),
    st.lists(WORDS, max_size=4),
)


@settings(max_examples=60, deadline=None)
@given(POSTS, PLATFORMS)
def test_any_post_fits_any_platform_or_says_that_it_does_not(one, square):
    said = short(one, square)
    assert said == short(one, square)
    within = all(_fits(piece, square) for piece in said.pieces)
    assert said.fits == (within and not _too_many_bytes(said, square))
    assert said.fits or "misfit" in kinds(said)
    for piece in said.pieces:
        if piece.name in ("text", "thread"):
            _has_only_whole_words(piece.plain, one)


def _fits(piece, square):
    limit = square.limits.get("text" if piece.name == "thread" else piece.name)
    if piece.name == "tags":
        return len(piece.plain.split()) <= square.hashtags.most
    return limit is None or counting.count(piece.plain, limit.counting) <= limit.most


def _too_many_bytes(said, square):
    most = square.limits["bytes"].most if "bytes" in square.limits else 10**6
    texts = [piece.plain for piece in said.pieces if piece.name in ("text", "thread")]
    return any(len(text.encode()) > most for text in texts)


def _has_only_whole_words(text, one):
    """Every address, family and Latin word is one of those that went in."""
    addresses = {"https://a.test/x?y=1", links.way_in(one, platform())}
    assert {text[start:end] for start, end in counting.addresses(text)} <= addresses
    assert text.count("👧") == text.count("👩‍👩‍👧‍👦")
    assert text.count("q") == text.count("q\u0301")
    known = " ".join((one.title, one.summary, one.html, *one.own.points, *OURS))
    assert set(_latin(text)) <= set(_latin(known))


def _latin(text):
    return re.findall("[a-z']+", re.sub(r"https?://[!-~]+", " ", text), re.IGNORECASE)


OURS = (
    "Read the whole post More on my profile Scan the code in the picture to read on",
    "SalesLetter SEO",
)


def test_a_post_and_a_platform_are_never_changed():
    one, square = post(own=MINE), platform(100)
    before = dataclasses.replace(one), dataclasses.replace(square)
    short(one, square)
    assert (one, square) == before
