"""The preview as a WSGI application."""

import dataclasses
import io
import threading
from wsgiref.validate import validator

import pytest

from publish.preview.app import Preview, events
from publish.preview.stage import Scene, Stage

HOST = "127.0.0.1:8000"
GOOD = Scene("good-1", built=True, good=True)


@pytest.fixture
def stage():
    return Stage(GOOD)


@pytest.fixture
def app(tmp_path, stage):
    public = tmp_path / "public"
    (public / "en").mkdir(parents=True)
    (public / "index.html").write_text("<html><body>home</body></html>")
    (public / "404.html").write_text("<body>lost</body>")
    (public / "feed.xml").write_text("<rss></rss>")
    (public / "en" / "index.html").write_text("<body>english</body>")
    return Preview(tmp_path, stage, "en", 8000)


def ask(app, path="/", method="GET", body=b"", **headers):
    """Ask as a server would, with every rule of WSGI checked; return status, headers, body."""
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.partition("?")[0].encode().decode("latin-1"),
        "QUERY_STRING": path.partition("?")[2],
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": HOST,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "text/plain",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    started = []
    result = validator(app)(
        environ, lambda status, given, info=None: started.append((status, given))
    )
    text = b"".join(result)
    result.close()
    status, given = started[0]
    return int(status.split()[0]), dict(given), text


def test_a_page_is_given_with_the_script_and_the_file_stays_as_it_is(app):
    status, headers, body = ask(app)
    assert status == 200
    assert body.startswith(b"<html><body>home<script src=")
    assert int(headers["Content-Length"]) == len(body)
    assert headers["Cache-Control"] == "no-store"
    assert (
        app.generation / "public" / "index.html"
    ).read_text() == "<html><body>home</body></html>"


def test_what_is_no_page_is_given_as_it_is(app):
    status, headers, body = ask(app, "/feed.xml")
    assert (status, body) == (200, b"<rss></rss>")
    assert headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert headers["Content-Length"] == "11"


def test_head_is_get_without_the_body(app):
    for path in ("/", "/feed.xml"):
        length = ask(app, path)[1]["Content-Length"]
        status, headers, body = ask(app, path, "HEAD")
        assert (status, headers["Content-Length"], body) == (200, length, b"")


def test_a_folder_moves_to_its_slash_with_the_query(app):
    status, headers, _ = ask(app, "/en?x=1")
    assert (status, headers["Location"]) == (301, "/en/?x=1")


def test_a_missing_page_is_the_sites_own_404(app):
    status, _, body = ask(app, "/nothing/")
    assert status == 404
    assert body.startswith(b"<body>lost<script")


def test_a_foreign_host_gets_nothing(app):
    status, headers, body = ask(app, host="evil.example:8000")
    assert (status, headers["Content-Type"]) == (421, "text/plain; charset=utf-8")
    assert b"home" not in body
    assert b"http://127.0.0.1:8000" in body


@pytest.mark.parametrize("path", ["/_preview/events", "/api/checkout"])
def test_another_sites_page_gets_nothing(app, path):
    method = "GET" if "events" in path else "POST"
    assert ask(app, path, method, origin="http://evil.example")[0] == 403


def test_post_has_no_business_with_the_site(app):
    status, headers, _ = ask(app, "/", "POST", b"x=1")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("host", [HOST, "evil.example"])
def test_a_body_that_nobody_wants_is_read(app, host):
    """Unread, it would reset the connection under the answer."""
    body = io.BytesIO(b"x" * 100)
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/checkout",
        "HTTP_HOST": host,
        "CONTENT_LENGTH": "100",
        "wsgi.input": body,
    }
    app(environ, lambda status, headers: None)
    assert body.read() == b""


def test_a_mounted_service_answers_instead(app):
    def service(environ, start):
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"paid"]

    mounted = Preview(app.generation, app.stage, "en", 8000, {"/api/": service})
    assert ask(mounted, "/api/checkout", "POST")[2] == b"paid"
    assert ask(mounted, "/api/checkout", "POST", origin="http://evil.example")[0] == 403
    assert ask(mounted, "/api/checkout", host="evil.example")[0] == 421


@pytest.mark.parametrize("scene", [Scene(), Scene("building-failed-1", True, False, ("a.md:4",))])
def test_until_there_is_a_site_the_service_waits_too(app, stage, scene):
    def service(environ, start):
        raise AssertionError("there is nothing to serve")

    stage.show(scene)
    mounted = Preview(app.generation, stage, "en", 8000, {"/api/": service})
    assert ask(mounted, "/api/checkout", "POST", b"offer=x")[0] == 503


@pytest.mark.parametrize(
    ("kind", "body", "linked"),
    [
        ("text/html; charset=utf-8", b"<body>account</body>", True),
        ("text/html; charset=utf-8", b"<section>fragment</section>", False),
        ("application/json", b'{"a": "</body>"}', False),
    ],
)
def test_whole_pages_of_the_service_lead_to_the_mails(app, kind, body, linked):
    def service(environ, start):
        start("402 Payment Required", [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    mounts = {"/api/": service, "/_mail/": service}
    mounted = Preview(app.generation, app.stage, "en", 8000, mounts)
    status, headers, text = ask(mounted, "/api/account")
    assert (status, int(headers["Content-Length"])) == (402, len(text))
    assert (b'href="/_mail/"' in text) is linked
    assert text.replace(b" ", b"").startswith(body.partition(b"</body>")[0].replace(b" ", b""))


def test_another_name_of_this_machine_moves_to_the_one_name(app):
    status, headers, _ = ask(app, "/en/%20?x=1", host="localhost:8000")
    assert (status, headers["Location"]) == (307, "http://127.0.0.1:8000/en/%2520?x=1")
    assert ask(app, "/_preview/events", "HEAD", host="localhost:8000")[0] == 200


def test_a_failed_build_lies_over_the_last_good_page(app, stage):
    stage.show(Scene("good-1-failed-2", built=True, good=True, problems=("a.md:4: <wrong>",)))
    status, _, body = ask(app)
    assert status == 200
    assert b"home" in body
    assert b"a.md:4: &lt;wrong&gt;" in body
    assert b"wrong" in ask(app, "/nothing")[2]
    stage.show(GOOD)
    assert b"wrong" not in ask(app)[2]


def test_before_any_good_build_the_errors_are_the_page(app, stage):
    stage.show(Scene("building-failed-1", built=True, problems=("a.md:4: wrong",)))
    status, _, body = ask(app, "/en/")
    assert status == 503
    assert b"a.md:4: wrong" in body
    assert b"english" not in body


def test_until_the_first_build_the_page_waits(app, stage):
    stage.show(Scene())
    status, _, body = ask(app)
    assert status == 503
    assert b"Building the site" in body


def test_a_first_request_is_answered_as_soon_as_the_first_build_is_done(app, stage):
    stage.show(Scene())
    patient = dataclasses.replace(app, patience=60)
    answers = []
    asking = threading.Thread(target=lambda: answers.append(ask(patient)))
    asking.start()
    stage.show(GOOD)
    asking.join(20)
    assert [status for status, _, _ in answers] == [200]


def test_a_switch_in_the_middle_of_a_request_is_survived(app, monkeypatch):
    """The folder that a path was found in may be gone when it is read."""
    once = [FileNotFoundError()]
    real = Preview._file

    def file(self, path, status):
        if once:
            raise once.pop()
        return real(self, path, status)

    monkeypatch.setattr(Preview, "_file", file)
    assert ask(app)[0] == 200


def test_the_stream_says_the_revision_at_once_and_when_it_changes(stage):
    stream = events(stage, keep_alive=0.01)
    assert next(stream) == b"retry: 1000\n\n"
    assert next(stream) == b"data: good-1\n\n"
    assert next(stream) == b": here\n\n"
    stage.show(Scene("good-2", built=True, good=True))
    assert next(stream) == b"data: good-2\n\n"
    stage.close()
    assert [*stream] == []


def test_the_script_is_there(app):
    status, headers, body = ask(app, "/_preview/reload.js")
    assert (status, headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert b"EventSource" in body
