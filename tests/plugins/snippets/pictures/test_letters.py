"""Letters as they are drawn: dashes without a gap, dots where the script has them, emphasis."""

from __future__ import annotations

from PIL import Image, ImageChops

from plugins.snippets.pictures.canvas import Canvas
from plugins.snippets.pictures.palette import INK, PAPER
from plugins.snippets.pictures.typesetting import Line, Placed
from tests.plugins.snippets.pictures.drawing import ENGLISH, POST, card, opened


def drawn(text, style="text", post=POST):
    """Return a mask, 400 by 120, with a text on a baseline at 80."""
    mask = Image.new("L", (400, 120))
    card(post).letters(60).draw(mask, Placed(text, style, 0), 40, 80)
    return mask


def test_a_long_dash_is_one_line_as_wide_as_two_characters():
    left, top, right, bottom = drawn("——").getbbox()
    row = drawn("——").crop((left, (top + bottom) // 2, right, (top + bottom) // 2 + 1))
    assert min(row.tobytes()) == 255
    assert 100 < right - left < 120
    assert card().letters(60).width("——", "text") <= 120


def test_the_dots_of_an_english_ellipsis_stand_on_the_line():
    assert drawn("…", post=ENGLISH).getbbox()[3] >= 79
    assert drawn("…").getbbox()[3] < 75


def test_stressed_characters_have_a_dot_below_and_stressed_words_lean():
    plain, stressed = drawn("字"), drawn("字", "em")
    assert stressed.getbbox()[3] > plain.getbbox()[3] + 5
    upright, leaning = drawn("till"), drawn("till", "em")
    assert leaning.getbbox()[3] == upright.getbbox()[3]
    assert leaning.getbbox()[2] > upright.getbbox()[2] + 4


def test_code_is_set_in_letters_of_one_width():
    letters = card().letters(40)
    assert letters.width("iii", "mono") == letters.width("mmm", "mono")


def test_all_ink_is_between_its_colour_and_the_ground():
    canvas = Canvas(200, 100)
    canvas.line(Line((Placed("字", "text", 0.0),), 60), card().letters(60), 20, 70, INK)
    canvas.fill((150, 10, 160, 20), INK)
    canvas.fill((170, 10, 180, 20), INK)
    picture = opened(canvas.png())
    assert picture.getpixel((155, 15)) == picture.getpixel((175, 15)) == INK
    colours = {colour for _, colour in picture.getcolors()}
    assert len(colours) <= 16
    assert all(low <= each <= high for c in colours for low, each, high in zip(INK, c, PAPER))  # noqa: B905


def test_what_is_drawn_twice_is_the_same():
    assert ImageChops.difference(drawn("字Ag"), drawn("字Ag")).getbbox() is None
