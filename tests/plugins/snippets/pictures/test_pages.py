"""A long post as upright pages: all of it, or as much as there is room for and a word of more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugins.snippets.pictures import pages
from tests.plugins.snippets.pictures.drawing import ENGLISH, POST, card, ink, opened

PARAGRAPH = "我在一个平台上写了六年，攒下四万三千个关注。第七年春天，我发了菜单，号停了十五天。"
ALL_KINDS = f"""<p>{PARAGRAPH}</p><h2>租的是<em>什么</em></h2>
<ul><li>网址<ul><li>域名</li></ul></li></ul>
<ol><li>一</li></ol><blockquote><p>{PARAGRAPH}</p></blockquote><pre><code>def f():
    return "{"x" * 200}"&#13;# end
</code></pre><table><tr><th>纸</th><th>价</th></tr><tr><td>生宣</td><td>260</td></tr></table><hr>
<p>见 https://inkstead.example/{"long/" * 30} 🎉</p>"""


def made(html, most=pages.MOST, post=POST, **changes):
    return pages.pages(card(replace(post, html=html, **changes)), most)


def told(found):
    return "".join(page.text for page in found)


def paragraphs(count):
    return "".join(f"<p>第{number}段。{PARAGRAPH * 2}</p>" for number in range(count))


def test_every_word_is_on_the_pages_in_order():
    words = "".join(told(made(paragraphs(9))).split())
    whole = "".join(f"第{number}段。{PARAGRAPH * 2}" for number in range(9))
    assert words == whole + "谢谢你读到这里。"


def test_english_words_keep_their_spaces():
    assert "For six years I wrote on a platform" in told(made(ENGLISH.html, post=ENGLISH))


def test_pages_are_counted_from_the_cover_on():
    found = made(paragraphs(9))
    assert [(page.number, page.total) for page in found] == [
        (number, len(found)) for number in range(1, len(found) + 1)
    ]
    assert found[0].rows == ()


@pytest.mark.parametrize("most", [3, 6])
def test_what_is_too_long_ends_with_a_whole_paragraph_and_says_where_the_rest_is(most):
    found = made(paragraphs(30), most)
    assert len(found) <= most
    body = told(found).removesuffix("……全文见主页").rstrip()
    assert body != told(found)
    assert body.endswith(PARAGRAPH)


def test_a_paragraph_that_never_ends_is_not_left_out_in_silence():
    found = made(f"<p>{PARAGRAPH * 60}</p>", 4)
    assert [page.text for page in found] == ["", "……全文见主页"]


def test_where_there_is_room_for_one_picture_it_is_the_cover():
    assert [page.number for page in made(paragraphs(9), 1)] == [1]


def test_a_post_that_fits_exactly_is_not_cut():
    whole = made(paragraphs(9), 99)
    assert told(made(paragraphs(9), len(whole))) == told(whole)


def test_a_gated_post_says_that_there_is_more():
    assert "全文见主页" in told(made(paragraphs(1), gated=True))


def test_a_post_with_only_a_title_is_a_cover():
    assert [page.number for page in made("")] == [1]


def test_long_code_is_shortened_and_says_by_how_much():
    code = "\n".join(f"line {number}" for number in range(40))
    text = told(made(f"<pre><code>{code}</code></pre>"))
    assert "line 13" in text
    assert "line 14" not in text


def test_no_address_of_the_site_is_on_them():
    assert "inkstead.example" not in told(made(POST.html))


def test_nothing_is_drawn_outside_the_margins():
    set_ = card(replace(POST, html=ALL_KINDS))
    found = pages.pages(set_)
    assert len(found) > 2
    for page in found[1:]:
        left, top, right, bottom = ink(opened(data := pages.draw(set_, page)))
        assert left >= 70
        assert top >= 80
        assert right <= pages.WIDTH - 70
        assert bottom <= pages.HEIGHT - 60
        assert len(data) < 100_000


def test_who_wrote_it_is_said_once_on_each_page():
    set_ = card(replace(POST, html=paragraphs(6)))
    *body, last = pages.pages(set_)[1:]
    feet = [opened(pages.draw(set_, each)).crop((0, 1330, 700, 1400)) for each in (body[0], last)]
    assert [ink(foot) is not None for foot in feet] == [True, False]
