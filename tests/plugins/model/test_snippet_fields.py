"""`snippets:` in front matter: the creator's own words for other platforms."""

from __future__ import annotations

import textwrap

import pytest

from plugins.model.problems import Problems
from plugins.model.snippets import Own, OwnText
from plugins.reader import PublicReader
from tests.plugins.creator import read


def post(says, **fields):
    more = "".join(f"{name}: {value}\n" for name, value in fields.items())
    block = textwrap.indent(textwrap.dedent(says).strip("\n"), "  ")
    return f"---\ntitle: A\ndate: 2026-01-01\n{more}snippets:\n{block}\n---\n\nText.\n"


def own_of(folder, says, **fields):
    loaded = read(folder, {"posts/a.md": post(says, **fields)})
    assert loaded.errors == []
    return loaded.entry("posts/a.md").snippets


def errors_of(folder, says):
    return read(folder, {"posts/a.md": post(says)}).errors


def test_every_key_is_read(tmp_path):
    own = own_of(
        tmp_path,
        """
        hook: Nobody reads  the second line.
        points:
          - One, with a comma.
          - Two.
        quote: 一句就够。
        call: Come over
        hashtags: [写作, "#newsletter", 独立、自由]
        off: [x, Weibo，medium]
        """,
    )
    assert own == Own(
        hook="Nobody reads the second line.",
        points=("One, with a comma.", "Two."),
        quote="一句就够。",
        call="Come over",
        hashtags=("写作", "newsletter", "独立", "自由"),
        off=("x", "weibo", "medium"),
    )


def test_a_platform_has_a_text_that_keeps_its_lines(tmp_path):
    own = own_of(tmp_path, "weibo: |\n  一行。\n\n  又一行 {url}\n")
    assert own.texts == {"weibo": OwnText("", ("一行。\n\n又一行 {url}",))}


def test_a_list_is_a_thread(tmp_path):
    own = own_of(tmp_path, "x:\n  - First.\n  - Second.\n")
    assert own.texts == {"x": OwnText("", ("First.", "Second."))}


def test_a_platform_may_have_a_title_alone(tmp_path):
    own = own_of(tmp_path, "xiaohongshu: {title: 短 标题}\ndouyin: {title: 题, text: 文}\n")
    assert own.texts == {
        "xiaohongshu": OwnText("短 标题", ()),
        "douyin": OwnText("题", ("文",)),
    }


def test_an_empty_list_means_no_hashtags_and_nothing_means_nothing_said(tmp_path):
    assert own_of(tmp_path / "a", "hashtags: []").hashtags == ()
    assert own_of(tmp_path / "b", "hashtags:").hashtags is None
    assert own_of(tmp_path / "c", "hook: a").hashtags is None


def test_hashtags_on_one_line_are_told_apart_by_any_comma(tmp_path):
    own = own_of(tmp_path, 'hashtags: "写作，#生活#、letter, 写作"')
    assert own.hashtags == ("写作", "生活", "letter")


def test_keys_are_known_however_they_are_typed(tmp_path):
    assert own_of(tmp_path, "Hook: a\nWeibo: b\n") == Own(
        hook="a", texts={"weibo": OwnText("", ("b",))}
    )


def test_a_post_that_says_nothing_has_nothing_of_its_own(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": "---\ntitle: A\nsnippets:\n---\nText.\n"})
    assert loaded.errors == []
    assert loaded.entry("posts/a.md").snippets == Own()


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ("hooks: a", 'unknown key "hooks" in snippets (did you mean "hook"?)'),
        ("要点: [a]", 'unknown key "要点" in snippets (did you mean "points"?)'),
        ("hook: [a]", '"hook" in snippets is one text, not a list or a table'),
        ("quote: {a: b}", '"quote" in snippets is one text'),
        ("points: {a: b}", '"points" in snippets is a list of texts (write "- one" on lines)'),
        ("off: [[x]]", '"off" in snippets is a list of texts'),
        ("hashtags: {a: b}", '"hashtags" in snippets is a list of texts'),
        ("x: [a, [b]]", '"x" in snippets is a text, or a list of texts for a thread'),
        ("x: {text: {a: b}}", '"x" in snippets is a text, or a list of texts for a thread'),
        ("x: {body: a}", '"x" in snippets has no "body" (known: title, text)'),
    ],
)
def test_what_is_wrong_is_said_with_its_file_and_line(tmp_path, says, said):
    found = errors_of(tmp_path, f"weibo: a\n{says}")
    assert len(found) == 1
    assert found[0].startswith(f"posts/a.md:6: {said}")


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    assert len(errors_of(tmp_path, "hooks: a\nquote: []\nx: {body: a}\n")) == 3


def test_a_text_in_place_of_the_table_is_an_error(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": "title: A\nsnippets: a hook\n\nText.\n"})
    assert loaded.errors == [
        'posts/a.md:2: snippets is a table (write "hook: …" below it, two spaces in)'
    ]


def test_only_posts_have_snippets(tmp_path):
    loaded = read(tmp_path, {"pages/a.md": "---\ntitle: A\nsnippets: {hook: a}\n---\nText.\n"})
    assert loaded.errors == ["pages/a.md:3: only posts have snippets (take it away)"]


def test_a_misspelt_field_is_named(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": "---\ntitle: A\nsnipets: {hook: a}\n---\nText.\n"})
    assert loaded.errors == ['posts/a.md:3: unknown field "snipets" (did you mean "snippets"?)']


def test_errors_are_said_in_chinese_too(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": post("hooks: a")})
    [said] = [each.said("zh").text for each in loaded.problems.errors]
    assert said == "snippets 里没有“hooks”这一项（是不是“hook”？）"


def test_whoever_reads_posts_for_other_plugins_passes_the_table_over(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": post("hook: a")})
    reader = PublicReader({"PATH": str(tmp_path), "DEFAULT_METADATA": {}})
    html, fields = reader.read(str(tmp_path / "posts" / "a.md"))
    assert (loaded.errors, "Text." in html, "snippets" in fields) == ([], True, False)
    assert Problems().found == []
