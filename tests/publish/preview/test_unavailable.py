"""What /api/ answers until a service stands there."""

import json

import pytest

from publish.contract.manifest import Language, Manifest, Site, dump
from publish.preview.guard import Asked
from publish.preview.unavailable import reader_language, unavailable

HOST = "127.0.0.1:8000"
LANGUAGES = tuple(
    Language(code, home, *([""] * 8)) for code, home in (("zh-Hans", "/"), ("en", "/en/"))
)


def ask(**given):
    return Asked("POST", "/api/checkout", host=HOST, **given)


@pytest.fixture
def generation(tmp_path):
    pages = {lang: f"private/pages/{lang}/notice.html" for lang in ("zh-Hans", "en")}
    for lang, path in pages.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"<body>{lang} [[title]] [[body]] [[link]] [[link_text]]")
        words = {"messages": {"unavailable": ["Not <on>", "Later"]}, "terms": {"Home": "Back"}}
        (tmp_path / path).with_name("words.json").write_text(json.dumps(words))
    site = Site("https://example.com", "UTC", LANGUAGES, "", "")
    manifest = Manifest("2026", "0", True, site, {}, {}, {"notice": pages}, {})
    (tmp_path / "manifest.json").write_text(dump(manifest))
    return tmp_path


@pytest.mark.parametrize(
    ("referer", "accept_language", "lang"),
    [
        (f"http://{HOST}/en/post/", "zh", "en"),
        (f"http://{HOST}/post/", "en", "zh-Hans"),
        (f"http://{HOST}/english/", "en", "zh-Hans"),
        ("", "en-US,en;q=0.9", "en"),
        ("", "fr, en;q=0.3, zh;q=0.8", "zh-Hans"),
        ("", "fr", "zh-Hans"),
        ("", "", "zh-Hans"),
        ("", ";;q=x,,en", "en"),
        ("https://evil.example/en/", "", "zh-Hans"),
        ("http://[broken/", "en", "en"),
    ],
)
def test_the_readers_language_is_that_of_the_page_then_of_the_browser(
    referer, accept_language, lang
):
    found = reader_language(LANGUAGES, ask(referer=referer, accept_language=accept_language))
    assert found == lang


def test_the_prepared_page_is_given(generation):
    status, kind, body = unavailable(generation, ask(referer=f"http://{HOST}/en/x/"))
    assert (status, kind) == (503, "text/html; charset=utf-8")
    assert body == b"<body>en Not &lt;on&gt; Later /en/ Back"


@pytest.mark.parametrize("broken", ["", "{}", '{"messages": {"unavailable": ["x"]}}'])
def test_without_words_it_is_still_said(generation, broken):
    (generation / "private/pages/en/words.json").write_text(broken)
    status, _, body = unavailable(generation, ask(referer=f"http://{HOST}/en/x/"))
    assert status == 503
    assert b"not switched on here yet" in body


def test_json_is_given_to_those_who_ask_for_it(generation):
    status, kind, body = unavailable(generation, ask(accept="application/json"))
    assert (status, kind) == (503, "application/json; charset=utf-8")
    assert json.loads(body) == {
        "error": {"code": "unavailable", "message": "这里还没有开通购买和登录。"}
    }


def test_a_browser_gets_a_page_even_if_it_takes_json(generation):
    accept = "text/html,application/json;q=0.9,*/*;q=0.8"
    assert unavailable(generation, ask(accept=accept))[1].startswith("text/html")


def test_without_a_prepared_page_it_is_still_said(tmp_path):
    status, kind, body = unavailable(tmp_path, ask(accept_language="en"))
    assert (status, kind) == (503, "text/html; charset=utf-8")
    assert b"not switched on here yet" in body
