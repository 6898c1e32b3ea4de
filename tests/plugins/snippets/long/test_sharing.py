"""What is written once for several platforms is what each of them would have got alone."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.snippets.long import rich
from plugins.snippets.long.document import document, inner
from plugins.snippets.long.sharing import named, order
from tests.plugins.snippets.long.written import TAGS, a_platform, a_post

ELEMENTS = sorted({*TAGS, "h1", "h5", "b", "i", "s", "u", "ins", "mark", "dl", "dt", "dd", "ruby"})
FEW = st.sets(st.sampled_from(ELEMENTS), min_size=1)
PARTS = (
    "<h2>a</h2><p>b <strong>c</strong><em>d</em> <a href='/e/'>e</a></p>",
    "<h1>a</h1><h4>b</h4><h6>c</h6>",
    "<p><del>a</del><u>b</u><mark>c</mark>10<sup>6</sup>H<sub>2</sub><ruby>d<rt>e</rt></ruby></p>",
    "<ul><li>a<ol><li>b</li></ol></li></ul><blockquote><p>c</p></blockquote><hr>",
    "<table><tr><th>a</th></tr><tr><th>b</th></tr></table><pre><code>c\nd</code></pre>",
    "<dl><dt>a</dt><dd>b</dd></dl><figure><img src='/c.png' alt='c'>"
    "<figcaption>d</figcaption></figure>",
    "<p>a<sup id='fnref:1'><a href='#fn:1'>1</a></sup></p>"
    "<div class='footnote'><ol><li id='fn:1'><p>b</p></li></ol></div>",
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=2),
    FEW | FEW.map(lambda missing: {*ELEMENTS} - missing),
    st.sampled_from(("inline", "footnote", "none")),
)
def test_elements_that_a_post_has_no_use_for_change_nothing(parts, tags, link):
    post, platform = a_post("".join(parts)), a_platform("rich", tags=tuple(tags), link=link)
    asked = order(post, platform.tags, link)
    alike = replace(platform, tags=asked.platform.tags)
    assert inner(document(post, alike)) == inner(document(post, platform))


def test_platforms_share_what_differs_in_nothing_that_a_post_has():
    post = a_post("<h2>a</h2><p>b</p>")
    one, other = order(post, ("p", "h2", "h3", "hr"), "inline"), order(post, ("h2",), "inline")
    assert one == other
    assert one != order(post, ("p",), "inline")
    assert one != order(post, ("h2",), "none")
    assert one != order(replace(post, lang="zh"), ("h2",), "inline")


def test_what_is_gated_is_said_in_html_as_it_is_not_in_text():
    post = a_post(gated=True)
    assert order(post, TAGS, "inline", "html") != order(post, TAGS, "inline")


def test_each_platform_finds_its_own_name_in_what_is_shared():
    post = a_post('<p><a href="https://site.example/two/">two</a></p>')
    for id in ("medium", "substack"):
        assert f"/two/?utm_source={id}&amp;" in rich.write(post, a_platform("rich", id=id))


def test_a_name_is_set_in_campaigns_alone():
    assert named("utm_source=0any0 0any0", a_platform(id="x")) == "utm_source=x 0any0"
