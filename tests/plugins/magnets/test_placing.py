"""Which magnet stands at the end of a text: the author's word, the site's rules, its own."""

from __future__ import annotations

import pytest

from plugins.magnets.placing import at_the_end
from tests.plugins.creator import SITE, read

FILES = {"files/a.pdf": b"a"}
TERMS = "series: A row\ntags: [ink, paper]\ncategory: Letters\nkind: howto\n"


def magnet(name, lines="", lang="en"):
    twin = f"lang: {lang}\ntranslation_of: {name}\n" if lang != "en" else f"id: {name}\n"
    return f"---\ntitle: {name}\npromise: p\nfile: a.pdf\n{twin}{lines}---\nPage"


def chosen(folder, post, magnets, rules=""):
    """Return the id of the magnet at the end of posts/p.md."""
    loaded = read(
        folder, {**FILES, "posts/p.md": post, **magnets}, site=f"{SITE}\n{rules}\n[build]\n"
    )
    assert loaded.errors == []
    library = loaded.library
    found = at_the_end(loaded.entry("posts/p.md"), library.magnets, library.site.showing)
    return found.id if found else ""


def post(lines="", body="Text"):
    return f"---\ntitle: P\n{TERMS}{lines}---\n{body}"


def rule(magnet, **by):
    lines = "".join(f'{name} = "{value}"\n' for name, value in by.items())
    return f'[[magnets.show]]\nmagnet = "{magnet}"\n{lines}'


SEVERAL = {f"magnets/{name}.md": magnet(name) for name in ("a", "b", "c", "d", "e")}
OWN = "show: {{{}: {}}}\n"


def test_without_a_word_nothing_shows(tmp_path):
    assert chosen(tmp_path, post(), SEVERAL) == ""


def test_the_authors_word_comes_first(tmp_path):
    assert chosen(tmp_path, post("magnet: b\n"), SEVERAL, rule("a", series="A row")) == "b"


def test_none_means_nowhere(tmp_path):
    assert chosen(tmp_path, post("magnet: none\n"), SEVERAL, rule("a")) == ""


def test_where_the_author_placed_one_no_rule_adds_another(tmp_path):
    marked = post(body="One\n\n<!-- magnet: b -->\n")
    assert chosen(tmp_path, marked, SEVERAL, rule("a")) == ""
    assert chosen(tmp_path, marked.replace("title", "magnet: c\ntitle"), SEVERAL, rule("a")) == "c"


def test_a_mark_in_code_is_no_place(tmp_path):
    shown = post(body="```\n<!-- magnet: b -->\n```\n")
    assert chosen(tmp_path, shown, SEVERAL, rule("a")) == "a"


RULES = (
    ("a", {"series": "A row"}),
    ("b", {"tag": "paper"}),
    ("c", {"category": "Letters"}),
    ("d", {"kind": "howto"}),
    ("e", {}),
)


@pytest.mark.parametrize("first", range(len(RULES)))
def test_the_nearest_rule_wins_in_whatever_order_they_stand(tmp_path, first):
    rules = "\n".join(rule(name, **by) for name, by in reversed(RULES[first:]))
    assert chosen(tmp_path, post(), SEVERAL, rules) == RULES[first][0]


@pytest.mark.parametrize("first", range(len(RULES)))
def test_the_nearest_of_what_magnets_say_wins(tmp_path, first):
    own = {
        f"magnets/{name}.md": magnet(
            name, OWN.format(*next(iter(by.items()))) if by else "show: everywhere\n"
        )
        for name, by in reversed(RULES[first:])
    }
    assert chosen(tmp_path, post(), own) == RULES[first][0]


def test_of_equal_rules_the_first_in_the_file_wins(tmp_path):
    rules = rule("c", tag="paper") + rule("b", tag="ink")
    assert chosen(tmp_path, post(), SEVERAL, rules) == "c"


def test_of_equal_magnets_the_first_file_wins(tmp_path):
    own = {f"magnets/{n}.md": magnet(f"m{n}", "show: everywhere\n") for n in ("10", "9")}
    assert chosen(tmp_path, post(), own) == "m9"


def test_the_site_comes_before_what_magnets_say(tmp_path):
    own = {**SEVERAL, "magnets/b.md": magnet("b", "show: {series: A row}\n")}
    assert chosen(tmp_path, post(), own, rule("a")) == "a"


def test_a_rule_that_does_not_fit_shows_nothing(tmp_path):
    other = {"posts/o.md": "---\ntitle: O\ntags: [wood]\n---\nText"}
    assert chosen(tmp_path, post(), {**SEVERAL, **other}, rule("a", tag="wood")) == ""


def test_only_in_the_language_of_the_post(tmp_path):
    chinese = post("lang: zh-Hans\n")
    both = {**SEVERAL, "magnets/zh/b.md": magnet("b", lang="zh-Hans")}
    rules = rule("a", series="A row") + rule("b")
    assert chosen(tmp_path, chinese, SEVERAL, rules) == ""
    assert chosen(tmp_path, chinese, both, rules) == "b"


def test_a_translation_may_show_elsewhere(tmp_path):
    magnets = {
        "magnets/b.md": magnet("b", "show: {tag: wood}\n"),
        "magnets/zh/b.md": magnet("b", "show: {tag: ink}\n", lang="zh-Hans"),
        "posts/o.md": "---\ntitle: O\ntags: [wood]\n---\nText",
    }
    assert chosen(tmp_path, post("lang: zh-Hans\n"), magnets) == "b"
    assert chosen(tmp_path, post(), magnets) == ""


@pytest.mark.parametrize("status", ["retired", "draft"])
def test_one_that_is_not_given_gives_way_to_the_next(tmp_path, status):
    magnets = {**SEVERAL, "magnets/a.md": magnet("a", f"status: {status}\n")}
    assert chosen(tmp_path, post(), magnets, rule("a", series="A row") + rule("b")) == "b"
    assert chosen(tmp_path, post("magnet: a\n"), magnets, rule("b")) == ""


def test_no_rule_shows_one_on_a_gated_post(tmp_path):
    gated = post("access: subscribers\n", "One\n\n<!-- paywall -->\n\nTwo")
    assert chosen(tmp_path, gated, SEVERAL, rule("a")) == ""
    assert chosen(tmp_path, gated.replace("title", "magnet: b\ntitle"), SEVERAL) == "b"


def test_no_rule_shows_one_on_a_page(tmp_path):
    files = {**SEVERAL, **FILES, "pages/p.md": "Text", "pages/q.md": "---\nmagnet: b\n---\nText"}
    loaded = read(tmp_path, files, site=f"{SITE}\n{rule('a')}")
    library = loaded.library
    found = [
        at_the_end(loaded.entry(f"pages/{name}.md"), library.magnets, library.site.showing)
        for name in "pq"
    ]
    assert (found[0], found[1].id) == (None, "b")
