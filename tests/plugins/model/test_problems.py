"""Problems are collected with place and way out, and stop a build all at once."""

from __future__ import annotations

import pytest

from plugins.model.problems import BuildFailed, Problems, nearest
from publish.contract.report import Place


def test_all_errors_stop_the_build_at_once_in_the_order_of_the_files():
    problems = Problems()
    problems.warn(Place("a.md"), "mind {it}", it="this")
    problems.error(Place("b.md", 10), "second")
    problems.error(Place("b.md", 9), "first")
    with pytest.raises(BuildFailed) as caught:
        problems.stop_on_errors()
    assert [p.message for p in caught.value.problems] == ["first", "second", "mind {it}"]


def test_warnings_do_not_stop_a_build():
    problems = Problems()
    problems.warn(Place(), "mind")
    problems.stop_on_errors()
    assert [p.message for p in problems.warnings] == ["mind"]


def test_the_same_problem_is_said_once():
    problems = Problems()
    for _ in range(3):
        problems.error(Place("a.md", 1), "so {n}", n=1)
    assert len(problems.errors) == 1


def test_a_problem_speaks_the_creators_language_with_its_values():
    problems = Problems()
    problems.error(Place("a.md", 3), '"{name}" is there twice (keep one)', name="{title}")
    english, chinese = (problems.errors[0].said(lang) for lang in ("en", "zh"))
    assert english.text == '"{title}" is there twice (keep one)'
    assert "{title}" in chinese.text
    assert chinese.text != english.text
    assert (chinese.path, chinese.line) == ("a.md", 3)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("acess", "access"), ("Acces", "access"), ("tag", "tags"), ("layout", ""), ("", "")],
)
def test_a_misspelt_name_has_a_nearest_known_one(written, meant):
    assert nearest(written, ("access", "tags", "title")) == meant


def test_a_hyphen_counts_as_an_underscore():
    assert nearest("refund-days", ("refund_days",)) == "refund_days"
