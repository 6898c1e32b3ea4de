from plugins.snippets.short.bounds import Bounds
from plugins.snippets.values import Limit
from tests.plugins.snippets.short.samples import platform


def test_a_platform_without_a_limit_takes_anything():
    bounds = Bounds(platform(0))
    assert bounds.fits("x" * 99_999)
    assert bounds.piece("text", "x" * 99_999).fits


def test_a_piece_is_counted_as_the_platform_counts_it():
    piece = Bounds(platform(280, "weighted")).piece("text", "雨rain")
    assert (piece.count, piece.most, piece.counting) == (6, 280, "weighted")


def test_a_part_of_a_thread_has_the_limit_of_a_text_but_no_minimum():
    bounds = Bounds(platform(0, limits={"text": Limit(9, "characters", least=5)}))
    assert (bounds.piece("thread", "rain").most, bounds.piece("thread", "rain").fits) == (9, True)
    assert not bounds.piece("text", "rain").fits


def test_a_fold_in_other_units_ends_at_the_last_character_inside():
    bounds = Bounds(platform(0, limits={"fold": Limit(3, "weighted")}))
    assert bounds.piece("text", "雨雨雨").fold == 1
    assert bounds.piece("text", "a雨雨雨").fold == 2
    assert bounds.piece("text", "雨").fold == 0


def test_nothing_is_hidden_of_a_text_that_shows_as_a_whole():
    bounds = Bounds(platform(0, limits={"fold": 5}))
    assert (bounds.piece("text", "rain").fold, bounds.piece("text", "rained").fold) == (0, 5)
