"""The list of throw-away domains is the same bytes each time."""

from __future__ import annotations

from plugins.magnets.disposable import lines, listed


def test_domains_are_sorted_one_a_line():
    assert lines(["b.example", "A.example ", "b.example"]) == "a.example\nb.example\n"


def test_the_list_knows_what_everybody_throws_away():
    domains = listed().splitlines()
    assert "mailinator.com" in domains
    assert "gmail.com" not in domains
    assert "qq.com" not in domains
    assert domains == sorted(set(domains))
