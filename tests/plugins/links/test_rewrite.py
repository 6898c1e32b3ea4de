"""Addresses in HTML are found and replaced, whoever wrote the tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.links.rewrite import Labels, Reference, Target, dress, references, rewrite, undress

LABELS = Labels("Table", "Contents", 'No"tes', "Back", "Done", "Open")


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ('<a href="x">', "x"),
        ("<a href='x'>", "x"),
        ("<a href=x>", "x"),
        ("<A HREF = x >", "x"),
        ('<a class="b" href="x" title="t">', "x"),
        ('<a title="a > b" href="x">', "x"),
        ('<a\nhref="x">', "x"),
        ('<a href="a&amp;b">', "a&b"),
        ('<a href=" x ">', "x"),
    ],
)
def test_an_address_is_found_however_it_is_quoted(html, value):
    assert list(references(html)) == [Reference("a", "href", value)]


@pytest.mark.parametrize(
    ("html", "attribute"),
    [
        ('<img src="x">', "src"),
        ('<source src="x">', "src"),
        ('<video poster="x">', "poster"),
        ('<audio src="x">', "src"),
        ('<track src="x">', "src"),
        ('<embed src="x">', "src"),
        ('<iframe src="x">', "src"),
        ('<object data="x">', "data"),
    ],
)
def test_every_tag_with_an_address_is_looked_at(html, attribute):
    assert [(r.attribute, r.value) for r in references(html)] == [(attribute, "x")]


@pytest.mark.parametrize(
    "html",
    [
        "<p>href=x</p>",
        '<a name="x">',
        "&lt;a href=x&gt;",
        '<a data-href="x">',
        '<a title="b href=x c">',
        "<article src=x>",
        "<a title='see src=\"x\" there'>",
    ],
)
def test_what_only_looks_like_an_address_is_none(html):
    assert list(references(html)) == []


@pytest.mark.parametrize("tag", ['<a href="x">', "<a href='x'>", "<a href=x>"])
def test_an_address_is_replaced_in_quotes_and_escaped(tag):
    assert rewrite(tag, lambda r: Target('/y/?a&b"')) == '<a href="/y/?a&amp;b&quot;">'


def test_an_address_that_is_nothing_else_stays_as_written():
    html = '<a href=x>a</a><img src="y" alt="z" loading="eager">'
    assert rewrite(html, lambda r: None) == html


def test_an_image_gets_its_size_an_alt_text_and_waits():
    made = rewrite('<img src="x">', lambda r: Target("/y.webp", 3, 4))
    assert made == '<img src="/y.webp" alt="" width="3" height="4" loading="lazy">'


@pytest.mark.parametrize(
    "tag",
    [
        '<img src="x" alt="a" width="1" height="2" loading="eager">',
        '<img\nalt="a"\nwidth="1"\nheight="2"\nloading="eager" src="x">',
        '<img src="x" ALT="a" WIDTH="1" HEIGHT="2" LOADING="eager">',
    ],
)
def test_what_the_author_said_of_an_image_is_kept(tag):
    made = rewrite(tag, lambda r: Target("/y", 3, 4))
    assert [made.lower().count(name) for name in ("alt=", "width=", "height=", "loading=")] == [
        1
    ] * 4
    assert 'width="3"' not in made


def test_a_closed_image_tag_is_opened():
    made = rewrite('<img src="x" />', lambda r: Target("/y", 3, 4))
    assert made == '<img src="/y" alt="" width="3" height="4" loading="lazy">'


def test_a_file_without_a_size_gets_none():
    assert "width" not in rewrite('<img src="x">', lambda r: Target("/y"))


def test_an_alt_text_that_speaks_of_addresses_is_left_alone():
    html = '<img alt=\'a src="x" href=z\' src="x" loading=lazy>'
    made = rewrite(html, lambda r: Target("/y"))
    assert made == '<img alt=\'a src="x" href=z\' src="/y" loading=lazy>'


@given(st.text("<>aimg srchef=\"'x/ \n", max_size=60))
def test_rewriting_to_the_same_changes_no_address(html):
    same = rewrite(html, lambda r: Target(r.value) if r.value else None)
    assert [r.value for r in references(same)] == [r.value for r in references(html)]


def test_a_page_gets_anchors_boxes_and_labels():
    html = (
        '<h2 id="a">One</h2><h5 id="b">Deep</h5><table><thead><tr><th></th></tr></thead></table>'
        '<table></table><pre>x</pre><input type="checkbox" disabled checked/>'
        '<input type="checkbox" disabled/><div class="toc"><ul></ul></div>'
        '<div class="footnote">\n<hr>\n<ol><li>n '
        '<a class="footnote-backref" href="#f" title="">↩</a></li></ol>\n</div>'
    )
    made = dress(html, LABELS)
    anchor = '<a class="headerlink" href="#a" aria-labelledby="a">#</a>'
    assert f'<h2 id="a">One {anchor}</h2>' in made
    assert '<h5 id="b">Deep</h5>' in made
    assert '<div class="table" role="region" tabindex="0" aria-label="Table 1"><table>' in made
    assert 'aria-label="Table 2"' in made
    assert "<th></th>" not in made
    assert '<pre tabindex="0">' in made
    assert '<input type="checkbox" disabled checked aria-label="Done">' in made
    assert '<input type="checkbox" disabled aria-label="Open">' in made
    assert '<nav class="toc" aria-label="Contents">' in made
    assert '<div class="footnote" role="doc-endnotes" aria-label="No&quot;tes">' in made
    assert 'href="#f" aria-label="Back">' in made


def test_undressing_takes_away_what_only_a_page_needs():
    made = undress(dress('<h2 id="a">One</h2>', LABELS))
    assert "headerlink" not in made
    assert "One" in made
    assert undress('<p>n <a class="footnote-backref" href="#f" title="">↩</a></p>') == "<p>n </p>"


def test_a_text_without_any_of_it_is_left_alone():
    assert dress("<p>Text</p>", LABELS) == undress("<p>Text</p>") == "<p>Text</p>"
