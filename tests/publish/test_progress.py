"""The bar on stderr."""

import pytest

from publish import progress
from publish.contract.report import Progress, Said

STEP = Progress("render", "rendering", 3, 40)


def test_no_bar_where_none_is_wanted(capsys):
    with progress.progress(shown=False) as listen:
        listen(STEP)
    assert capsys.readouterr() == ("", "")


def test_a_short_build_draws_nothing(capsys):
    with progress.progress(shown=True, delay=3600) as listen:
        listen(STEP)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("early", [True, False])
def test_a_long_build_draws_what_was_heard_last(early, monkeypatch):
    """Whether the step comes before the bar or after it; other events change nothing."""
    monkeypatch.setenv("TERM", "xterm")
    drawing = progress._Drawing()
    if early:
        drawing.hear(STEP)
    drawing.start()
    drawing.hear(Said("warning", "", 0, "x"))
    if not early:
        drawing.hear(STEP)
    assert drawing._bar is not None
    task = drawing._bar.tasks[0]
    assert (task.description, task.completed, task.total) == ("rendering", 3, 40)
    drawing.stop()
    assert drawing._bar.finished or not drawing._bar.live.is_started


def test_a_timer_that_fires_after_the_end_draws_nothing():
    drawing = progress._Drawing()
    drawing.stop()
    drawing.start()
    assert drawing._bar is None


def test_a_bar_says_from_its_first_moment_what_is_done(monkeypatch):
    """Also where the number of steps is not known, which nobody wants to see as 0/?."""
    monkeypatch.setenv("TERM", "xterm")
    drawing = progress._Drawing("asking")
    drawing.start()
    try:
        assert drawing._bar is not None
        task = drawing._bar.tasks[0]
        assert (task.description, task.total, task.fields["count"]) == ("asking", None, "")
        drawing.hear(STEP)
        assert task.fields["count"] == "3/40"
    finally:
        drawing.stop()
