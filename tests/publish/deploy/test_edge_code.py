"""The code of the edge, run as CloudFront runs it."""

import re
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.deploy import edge_code, layering
from publish.deploy.edge_code import LARGEST, TooLarge, code, room, told
from publish.deploy.layering import Overrides
from tests.publish.deploy.edge_runner import event, running

BASE, NEXT = "a" * 16, "b" * 16
MISSING = "/missing"


@pytest.fixture(scope="module")
def edge():
    with running() as runner:
        yield runner


def laid(signs, bare=()):
    return layering.overrides(signs, signs, bare)


def went(edge, uri, made=None):
    return edge.uris(made or code(NEXT, (BASE, NEXT)), [uri])[0]


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        ("/", "index.html"),
        ("/about/", "about/index.html"),
        ("/about/index.html", "about/index.html"),
        ("/robots.txt", "robots.txt"),
        ("/.well-known/security.txt", ".well-known/security.txt"),
        ("/%E6%97%A9%E5%B8%82/", "%E6%97%A9%E5%B8%82/index.html"),
        ("/%e6%97%a9%e5%b8%82/", "%E6%97%A9%E5%B8%82/index.html"),
        ("/早市/", "%E6%97%A9%E5%B8%82/index.html"),
        ("/a+b/", "a%2Bb/index.html"),
        ("/a%2Bb/", "a%2Bb/index.html"),
        ("/a%20b.txt", "a%20b.txt"),
        ("/100%25.txt", "100%25.txt"),
        ("/what%3F.txt", "what%3F.txt"),
        ("/shared/x.html", "shared/x.html"),
        ("/layers/" + BASE + "/index.html", f"layers/{BASE}/index.html"),
    ],
)
def test_a_path_becomes_the_key_of_its_file_in_the_base(edge, uri, key):
    assert went(edge, uri) == f"/layers/{BASE}/{key}"


@pytest.mark.parametrize(
    "uri",
    [
        "//",
        "//evil.example",
        "//evil.example/",
        "/a//b/",
        "/a/..",
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/%2E%2E/",
        "/./",
        "/a/%2e/",
        "/%",
        "/%zz",
        "/%e6%97/",
        "/%ff.html",
        "/a%2Fb/",
        "/%2F%2Fevil.example/",
        "/\\evil.example/",
        "/%5Cevil.example",
        "/a%00.html",
        "/a%0D%0Ax/",
        "/%7f/",
        "",
        "about/",
        "https://evil.example/",
    ],
)
def test_no_trick_leads_anywhere(edge, uri):
    assert went(edge, uri) == MISSING


SEGMENTS = st.lists(
    st.one_of(
        st.sampled_from(["", ".", "..", "%2e", "%2E%2e", "%2f", "%5c", "\\", "%", "%e6", "+", "a"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=4).map(quote),
        st.text("abc.%2fF墨", max_size=5),
    ),
    max_size=5,
)


@given(segments=SEGMENTS)
def test_whatever_is_asked_for_is_a_key_of_the_site_or_its_folder(edge, segments):
    there = went(edge, "/" + "/".join(segments))
    steps = [unquote(step) for step in there.split("/")[1:]]
    assert not any("/" in step or "\\" in step or step in (".", "..") for step in steps)
    assert "" not in steps[:-1]
    assert re.fullmatch(rf"/missing|/shared/(assets|media)/.+|/layers/{BASE}/.+|/.+/", there)


def test_a_very_long_path_is_only_missing(edge):
    assert went(edge, "/" + "a" * 8000 + ".html").startswith(f"/layers/{BASE}/aaa")
    assert went(edge, "/a" * 4000 + "/").endswith("/index.html")


@pytest.mark.parametrize(
    ("uri", "there"),
    [
        ("/about", "/about/"),
        ("/a/b", "/a/b/"),
        ("/早市", "/%E6%97%A9%E5%B8%82/"),
        ("/%E6%97%A9", "/%E6%97%A9/"),
        ("/a+b", "/a%2Bb/"),
        ("/@evil.example", f"/layers/{BASE}/%40evil.example"),
        ("/evil:x", "/evil%3Ax/"),
    ],
)
def test_a_page_without_its_slash_is_elsewhere(edge, uri, there):
    assert went(edge, uri) == there


def test_the_question_goes_along_when_a_reader_is_sent_elsewhere(edge):
    query = {
        "from": {"value": "%E5%BE%AE%E4%BF%A1"},
        "tag": {"value": "a", "multiValue": [{"value": "a"}, {"value": "b+c"}]},
        "empty": {"value": ""},
    }
    [answer] = edge.run(code(NEXT, (BASE,)), [event("/about", query=query)])
    assert answer["statusCode"] == 301
    address = answer["headers"]["location"]["value"]
    assert address == "/about/?from=%E5%BE%AE%E4%BF%A1&tag=a&tag=b+c&empty"


def test_shared_assets_stand_under_a_key_of_their_own(edge):
    assert went(edge, "/assets/site.301d8797.css") == "/shared/assets/site.301d8797.css"
    assert went(edge, "/media/圆.6ab10d61.webp") == "/shared/media/%E5%9C%86.6ab10d61.webp"
    assert went(edge, "/assets/site.css") == f"/layers/{BASE}/assets/site.css"


def test_overrides_lead_to_their_layer_or_to_nothing(edge):
    signs = {
        "index.html": "B",
        "早市/index.html": "B",
        "gone/index.html": "-",
        "media/odd.01234567.js": "A",
    }
    made = code(NEXT, (BASE, NEXT), laid(signs))
    assert went(edge, "/", made) == f"/layers/{NEXT}/index.html"
    assert went(edge, "/早市/", made) == f"/layers/{NEXT}/%E6%97%A9%E5%B8%82/index.html"
    assert went(edge, "/gone/", made) == MISSING
    assert went(edge, "/media/odd.01234567.js", made) == f"/layers/{BASE}/media/odd.01234567.js"
    assert went(edge, "/other/", made) == f"/layers/{BASE}/other/index.html"


def test_a_file_without_ending_is_no_folder(edge):
    made = code(NEXT, (BASE,), laid({}, [".well-known/apple", "CNAME", "index.html", "墨"]))
    assert went(edge, "/CNAME", made) == f"/layers/{BASE}/CNAME"
    assert went(edge, "/.well-known/apple", made) == f"/layers/{BASE}/.well-known/apple"
    assert went(edge, "/%E5%A2%A8", made) == f"/layers/{BASE}/%E5%A2%A8"
    assert went(edge, "/CNAMES", made) == "/CNAMES/"


def test_the_service_gets_release_and_reader_whatever_the_reader_sent(edge):
    sent = {"x-release": {"value": "old"}, "x-viewer": {"value": "127.0.0.1"}}
    made = code(NEXT, (BASE,), host="inkstead.example")
    for uri in ("/api/account", "/", "/%61pi/", "//"):
        [answer] = edge.run(
            made, [event(uri, "GET", headers=sent, host="inkstead.example", ip="2001:db8::1")]
        )
        assert answer["headers"]["x-release"] == {"value": NEXT}
        assert answer["headers"]["x-viewer"] == {"value": "2001:db8::1"}


def test_requests_to_the_service_go_on_as_they_are(edge):
    made = code(NEXT, (BASE,), host="inkstead.example")
    for uri in ("/api/account", "/api/files/a%2Fb", "/api/read/a..b", "/api//.x", "/api/"):
        [answer] = edge.run(made, [event(uri, "POST", query={"a": {"value": "1"}})])
        assert (answer["uri"], answer["querystring"]) == (uri, {"a": {"value": "1"}})


@pytest.mark.parametrize("dots", ["..", ".", "%2e%2e", "%2E.", "x/../..", "..%2f", "..\\"])
def test_dots_behind_the_service_reach_no_key_of_the_site(edge, dots):
    """CloudFront resolves them to choose who answers, and then asks for the path as it came."""
    uri = f"/api/{dots}/layers/{BASE}/secret/index.html"
    assert went(edge, uri) == MISSING
    assert went(edge, f"/api/{dots}") == MISSING


def test_no_reader_is_sent_to_a_host_of_their_own_choice(edge):
    made = code(NEXT, (BASE,), host="inkstead.example")
    for uri in ("@evil.example/", ".evil.example/", ":8/"):
        assert went(edge, uri, made) == MISSING


def test_readers_of_another_host_are_sent_to_the_sites_own(edge):
    made = code(NEXT, (BASE,), host="Inkstead.example")
    answers = edge.run(
        made,
        [
            event("/%E6%97%A9/x", query={"a": {"value": "1"}}),
            event("/", "HEAD"),
            event("/", "POST"),
            event("/", host="INKSTEAD.example"),
        ],
    )
    assert answers[0]["headers"]["location"]["value"] == "https://inkstead.example/%E6%97%A9/x?a=1"
    assert answers[1]["statusCode"] == 301
    assert [each["uri"] for each in answers[2:]] == [f"/layers/{BASE}/index.html"] * 2


def test_without_a_release_everybody_hears_so_in_both_languages(edge):
    for uri in ("/", "/api/account"):
        [answer] = edge.run(code(""), [event(uri)])
        assert answer["statusCode"] == 503
        assert "Not published yet" in answer["body"]
        assert "还没有发布" in answer["body"]


def test_the_code_is_plain_ascii():
    assert code(NEXT, (BASE,), laid({"早": "B"}, ["墨"]), "x.example").isascii()
    assert code("").isascii()


def test_code_tells_what_it_is():
    assert told(code(NEXT, (BASE,), host="x.example")) == {"release": NEXT, "host": "x.example"}
    for foreign in (b"", b"function handler(e) {}", b"// {}", b"// [1]", b"\xff"):
        assert told(foreign) == {"release": "", "host": ""}


def test_the_same_release_is_the_same_code():
    assert code(NEXT, (BASE,), laid({"a": "B"})) == code(NEXT, (BASE,), laid({"a": "B"}))


def test_code_that_cloudfront_would_not_take_is_refused():
    left = room((BASE,), "x.example")
    fitting = Overrides("", "x" * left)
    assert len(code(NEXT, (BASE,), fitting, "x.example")) == LARGEST
    with pytest.raises(TooLarge, match="10241"):
        code(NEXT, (BASE,), Overrides("", "x" * (left + 1)), "x.example")


def test_there_is_room_for_a_thousand_changes():
    assert room((BASE,), "a-rather-long-name.example.com") > 1000 * layering.ENTRY


def test_the_code_has_no_comments_but_the_one_that_tells():
    lines = code(NEXT, (BASE,)).decode().splitlines()
    assert [line for line in lines if line.startswith("//")] == lines[:1]


@pytest.mark.parametrize("word", ["async", "await", "import ", "for (const", "=>", "?.", "??"])
def test_the_code_speaks_no_more_than_runtime_two(word):
    assert word not in edge_code._body()


def test_a_hash_that_only_begins_inside_an_entry_is_none(edge):
    hashed = layering.hashed("0", "about/index.html")
    astride = Overrides("0", f"AAA{hashed[:3]}{hashed[3:]}AAAA{hashed}B")
    assert len(astride.packed) % layering.ENTRY == 0
    made = code(NEXT, (BASE, NEXT), astride)
    assert went(edge, "/about/", made) == f"/layers/{NEXT}/about/index.html"
    alone = Overrides("0", astride.packed[: 2 * layering.ENTRY])
    made = code(NEXT, (BASE, NEXT), alone)
    assert went(edge, "/about/", made) == f"/layers/{BASE}/about/index.html"
