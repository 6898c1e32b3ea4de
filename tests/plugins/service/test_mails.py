"""The two parts of a mail, finished."""

from __future__ import annotations

from plugins.service.mails import inlined, tidy
from publish.contract.slots import Prepared

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<style>p { color: #111111 } .box { padding: 4px }</style>
<style data-css-inline="keep">@media (prefers-color-scheme: dark) { p { color: #fff !important } }
</style></head>
<body><!--[new]--><p class="box">[[site]] &amp; <a href="[[link]]">[[link]]</a></p><!--[/new]-->
<!--[!new]--><p>[\u2060[x]]</p><!--[/new]--></body></html>"""


def test_rules_become_style_attributes():
    html = inlined(PAGE)
    assert '<p class="box" style="color: #111111;padding: 4px;">' in html
    assert ".box {" not in html


def test_rules_for_the_dark_scheme_stay_once():
    assert inlined(PAGE).count("prefers-color-scheme: dark") == 1


def test_slots_and_sections_come_through():
    html = inlined(PAGE)
    assert Prepared(html).names == {"new", "site", "link"}
    values = {"site": "A <b>", "link": "https://a.example/?a=1&b=2", "new": True}
    filled = Prepared(html).fill(values)
    assert 'A &lt;b&gt; &amp; <a href="https://a.example/?a=1&amp;b=2"' in filled
    assert "[\u2060[x]]" in Prepared(html).fill({**values, "new": False})


def test_nothing_is_fetched():
    html = '<html><head><link rel="stylesheet" href="http://127.0.0.1:9/x.css"></head></html>'
    assert "127.0.0.1:9" not in inlined(html)


def test_the_text_has_no_more_than_one_empty_line_in_a_row():
    assert tidy("\n\nSubject \n\n\n\nText\t\n\n\n") == "Subject\n\nText\n"


def test_the_mark_of_a_signature_keeps_its_space():
    assert tidy("Text\n-- \nGround  \n") == "Text\n-- \nGround\n"
