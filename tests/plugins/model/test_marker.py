"""The paywall marker splits a body before anything renders it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plugins.model.marker import MARKER, check_definitions, outside_code, split_at_marker
from plugins.model.problems import Problems
from tests.plugins.creator import texts


def parted(body, line=1):
    """Split a body and return its parts with what was said."""
    problems = Problems()
    return split_at_marker(body, "a.md", line, problems), texts(problems.found)


def test_everything_after_the_marker_is_premium():
    parts, said = parted(f"Public\n\n{MARKER}\n\nSecret\n", 5)
    assert parts.public == "Public\n"
    assert parts.premium == "\nSecret\n"
    assert parts.premium_line == 8
    assert said == []


def test_a_body_without_a_marker_has_no_premium_part():
    parts, said = parted("All of it\n")
    assert (parts.public, parts.premium, said) == ("All of it\n", None, [])


@pytest.mark.parametrize(
    "marker", ["<!--paywall-->", "   <!--  PAYWALL -->  ", "<!-- Paywall -->\t"]
)
def test_spaces_and_case_of_the_marker_do_not_matter(marker):
    assert parted(f"a\n{marker}\nb")[0].premium == "b"


@pytest.mark.parametrize(
    "body",
    [
        f"```\n{MARKER}\n```\nafter",
        f"~~~ html\n{MARKER}\n~~~\nafter",
        f"````md\n```\n{MARKER}\n```\n````\nafter",
        f"~~~\n```\n{MARKER}\n~~~\nafter",
        f"> ```\n> {MARKER}\n> ```\nafter",
        f"> > ~~~\n> > {MARKER}\n> > ~~~\nafter",
        f"- item\n\n    ```\n    {MARKER}\n    ```\nafter",
        f"- ```\n  {MARKER}\n  ```\nafter",
        f"1. ```\n   {MARKER}\n   ```\nafter",
        f"write `{MARKER}` on its own line",
        f"write `` ` {MARKER} `` so",
    ],
)
def test_a_marker_in_code_is_shown_and_splits_nothing(body):
    parts, said = parted(body)
    assert (parts.public, parts.premium, said) == (body, None, [])


@pytest.mark.parametrize(
    "before",
    [
        "```\ncode\n```",
        "- ```\n  code\n  ```",
        "> ```\n> code\n> ```",
        "``` not closed",
        "```",
        "```inline``` code",
        "~~~~\ncode\n~~~\n~~~~",
    ],
)
def test_a_marker_after_code_splits(before):
    parts, said = parted(f"{before}\n\n{MARKER}\nSecret")
    assert parts.premium == "Secret"
    assert said == []


def test_a_second_marker_is_an_error_with_its_line():
    parts, said = parted(f"a\n{MARKER}\nb\n{MARKER}\nc", 3)
    assert parts.public == "a"
    assert said == [
        "a.md:6: a second paywall marker (keep one: everything after the first is premium)"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "<!-- paywal -->",
        "<!-- pay wall -->",
        "<!-- pay-wall -->",
        "<!-- payawll -->",
        "<!- paywall ->",
        "<!—— paywall ——>",
        "<！-- paywall -->",
        "＜！－－ paywall －－＞",
        "<!-- ｐａｙｗａｌｌ -->",
        "<! -- paywall -->",
        "< !-- paywall -->",
        "<!-- paywall",
        "<-- paywall -->",
        "&lt;!-- paywall --&gt;",
        "<!-- paywall -->.",
        f"Text {MARKER}",
        f"{MARKER} text",
        f"> {MARKER}",
        f"- {MARKER}",
        f"    {MARKER}",
        f"\t{MARKER}",
        f"\u200b{MARKER}",
        "<!-- paywall starts here -->",
        "<!--members-only-->",
    ],
)
def test_what_is_almost_a_marker_is_an_error(line):
    parts, said = parted(f"Public\n\n{line}\n\nSecret")
    assert parts.premium is None
    assert len(said) == 1
    assert "a.md:3: " in said[0]
    assert "is not quite the paywall marker" in said[0]


@pytest.mark.parametrize(
    "line", ["<!-- more -->", "<!-- firewall -->", "a <- b", "<-- here", "<!-- todo -->", "a -- b"]
)
def test_other_comments_are_left_alone(line):
    assert parted(line)[1] == []


def test_code_is_left_out_of_what_is_looked_at():
    body = "a\n```\nb\n```\nc `d` e"
    assert list(outside_code(body)) == [(0, "a"), (4, "c  e")]


@pytest.mark.parametrize(
    ("teaser", "behind", "said"),
    [
        ("See[^1].", "[^1]: note", 1),
        ("See [it].", "[it]: /there/", 1),
        ("See [text][It].", "[it]: /there/", 1),
        ("See [it].\n\n[it]: /here/", "[it]: /there/", 0),
        ("See `[^1]`.", "[^1]: note", 0),
        ("See [^1].", "Nothing.", 0),
        ("See nothing.", "[^1]: note", 0),
    ],
)
def test_a_teaser_may_not_need_what_is_defined_behind_the_marker(teaser, behind, said):
    problems = Problems()
    parts = split_at_marker(f"\n{teaser}\n{MARKER}\n{behind}", "a.md", 4, problems)
    check_definitions(parts, "a.md", 4, problems)
    assert len(problems.errors) == said
    assert all(each.place.line == 5 for each in problems.errors)


lines = st.one_of(
    st.sampled_from([MARKER, "```", "~~~", "> ```", "- ```", "`", "````", "    ```", "text", ""]),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=8),
)


@given(st.lists(lines, max_size=14))
@settings(max_examples=300, deadline=None)
@example(["```", MARKER, "secret"])
def test_the_parts_are_the_body_and_nothing_behind_a_marker_is_public(written):
    body = "\n".join(written)
    parts, said = parted(body)
    if parts.premium is None:
        assert parts.public == body
        return
    at = parts.premium_line - 2
    assert body.split("\n")[at].strip().lower() == MARKER
    assert parts.public == "\n".join(body.split("\n")[:at])
    assert parts.premium == "\n".join(body.split("\n")[at + 1 :])
    # Of the marker lines that no fence holds, the first one splits.
    outside = [index for index, line in outside_code(body) if line.strip() == MARKER]
    assert min(outside) == at
    assert len(outside) == 1 or said


@given(st.lists(st.text("ab `~>-", max_size=8), max_size=10))
@settings(max_examples=200, deadline=None)
def test_a_marker_is_only_ever_missed_inside_a_closed_fence(before):
    secret = f"{MARKER}\nSecret"
    parts, _ = parted("\n".join([*before, secret]))
    assert parts.premium == "Secret"
