"""What the preview adds to a page on its way out."""

import pytest

from publish.contract.catalogue import speak
from publish.preview import dress

EN = speak("en")
ROOMS = {"/_mail/", "/_magnets/", "/_sandbox/", "/_snippets/"}


@pytest.mark.parametrize(
    ("page", "before"),
    [
        (b"<html><body>x</body></html>", b"<html><body>x"),
        (b"<BODY>x</BODY >", b"<BODY>x"),
        (b"<pre>&lt;/body></pre></body>", b"<pre>&lt;/body></pre>"),
        (b"<script>'</body>'</script>x</body>", b"<script>'</body>'</script>x"),
        (b"x", b"x"),
    ],
)
def test_the_script_stands_at_the_end_of_the_body(page, before):
    dressed = dress.dress(page, "good-1")
    assert dressed == before + dress.script("good-1").encode() + page[len(before) :]


def test_a_banner_names_every_problem_and_escapes_it():
    banner = dress.banner(EN, "en", ['posts/<b>.md:4: price "12"', "second"])
    assert 'role="alert"' in banner
    assert "<li>posts/&lt;b&gt;.md:4: price &quot;12&quot;</li><li>second</li>" in banner


def test_the_whole_page_speaks_the_creators_language():
    page = dress.failed_page(speak("zh"), "zh", ["a.md:1: x"], "r").decode()
    assert '<html lang="zh">' in page
    assert "<h1>网站还不能生成</h1>" in page
    assert "<li>a.md:1: x</li>" in page
    assert 'data-revision="r"' in page


def test_the_waiting_page_asks_again_without_javascript():
    assert b'<noscript><meta http-equiv="refresh"' in dress.waiting_page(EN, "en", "r")


def test_links_stand_below_whole_pages_only():
    below = dress.links(EN, "en", ROOMS)
    assert 'href="/_mail/"' in below
    assert 'href="/_magnets/"' in below
    assert 'href="/_snippets/"' in below
    assert 'href="/_sandbox/"' in below
    assert "_sandbox" not in dress.links(EN, "en", {"/_mail/"})
    assert dress.with_links(b"<body>x</body>", below) == b"<body>x" + below.encode() + b"</body>"
    assert dress.with_links(b"<section>x</section>", below) == b"<section>x</section>"


def test_links_speak_the_creators_language():
    assert ">邮件</a>" in dress.links(speak("zh"), "zh", ROOMS)


def test_the_script_listens_where_the_preview_speaks():
    assert f'new EventSource("{dress.EVENTS}")' in dress.RELOAD.read_text()
