"""`inkstead serve`: a real preview of a real site, over HTTP on loopback."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from publish.build import Outcome
from publish.commands.serve import _Show
from publish.contract.catalogue import speak
from publish.contract.report import Done, Request
from publish.preview.life import Life
from publish.preview.loop import Turn
from publish.preview.stage import Stage
from publish.screen import Screen
from tests.publish.commands.running import COMMAND, environment, inkstead, new_site

PATIENCE = 60.0


class Served:
    """A running preview: what it says, and what a browser gets from it."""

    def __init__(self, site: Path, *arguments: str) -> None:
        self.site = site
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", *arguments],
            cwd=site,
            env=environment(PYTHONUNBUFFERED="1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.eventually(lambda: "press Ctrl-C to stop" in self.lines)
        self.port = int(re.findall(r"preview: http://127\.0\.0\.1:(\d+)/", self.said)[0])

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def eventually(self, true: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, self.said
            time.sleep(0.02)

    def ask(self, path="/", method="GET", body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, given)
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def text(self, path="/"):
        return self.ask(path)[2]

    def events(self):
        """Yield revisions as a browser's EventSource gets them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", "/_preview/events")
        response = connection.getresponse()
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        try:
            while True:
                line = response.readline().decode()
                assert line, "the stream ended"
                if line.startswith("data: "):
                    yield line[6:].strip()
        finally:
            response.close()
            connection.close()

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()
        return code


@pytest.fixture
def serve(tmp_path):
    running: list[Served] = []

    def start(*arguments, site=None):
        running.append(Served(site or new_site(tmp_path / "site"), *arguments))
        return running[-1]

    yield start
    for each in running:
        if each.process.poll() is None:
            each.end(signal.SIGTERM)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    site = new_site(tmp_path_factory.mktemp("serve") / "site", "--languages", "en,zh-Hans")
    inkstead("new", "Secret idea", "--date", "2026-01-01", cwd=site)
    served = Served(site, *(["--lan=127.0.0.2"] if sys.platform == "linux" else []))
    yield served
    served.end(signal.SIGTERM)


def test_the_first_screen_lists_homes_and_drafts(shared):
    assert re.search(rf"^preview: http://127\.0\.0\.1:{shared.port}/$", shared.said, re.M)
    assert re.search(rf"^  zh-Hans +http://127\.0\.0\.1:{shared.port}/zh/", shared.said, re.M)
    assert "drafts (shown here, not on the site):" in shared.said
    assert "Secret idea" in shared.said


def test_pages_have_the_script_and_the_files_have_not(shared):
    status, headers, text = shared.ask("/hello/")
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert '<script src="/_preview/reload.js"' in text
    files = list((shared.site / ".inkstead" / "preview" / "public").rglob("*.html"))
    assert files
    assert not any("_preview" in each.read_text() for each in files)


def test_drafts_are_there_and_addresses_are_the_previews(shared):
    assert shared.ask("/secret-idea/")[0] == 200
    assert f'href="http://127.0.0.1:{shared.port}/hello/"' in shared.text("/hello/")


def test_the_finished_site_is_not_touched(shared):
    assert not (shared.site / "output").exists()


def test_missing_pages_speak_the_readers_language(shared):
    status, _, text = shared.ask("/zh/nothing/")
    assert status == 404
    assert 'lang="zh-Hans"' in text
    assert 'lang="en"' in shared.ask("/nothing/")[2]


def test_feeds_have_their_types(shared):
    public = shared.site / ".inkstead" / "preview" / "public"
    kinds = {
        shared.ask("/" + quote(each.relative_to(public).as_posix()))[1]["Content-Type"].split(";")[
            0
        ]
        for each in public.rglob("*")
        if each.suffix in (".xml", ".json") and "sitemap" not in each.name
    }
    assert {"application/rss+xml", "application/atom+xml", "application/feed+json"} <= kinds


def test_a_foreign_name_or_origin_gets_nothing(shared):
    assert shared.ask("/", Host="evil.example")[0] == 421
    assert shared.ask("/_preview/events", Origin="http://evil.example")[0] == 403
    assert shared.ask("/api/checkout", "POST", "x=1", Sec_Fetch_Site="cross-site")[0] == 403


@pytest.mark.parametrize(("path", "lang"), [("/hello/", "en"), ("/zh/hello/", "zh-Hans")])
def test_signing_in_speaks_the_language_of_the_page(shared, path, lang):
    referer = f"http://127.0.0.1:{shared.port}{path}"
    status, _, text = shared.ask("/api/sign-in", Referer=referer)
    assert status == 200
    assert f'<html lang="{lang}"' in text
    assert 'href="/_mail/"' in text


def test_the_first_screen_says_where_mails_and_sandbox_are(shared):
    base = f"http://127.0.0.1:{shared.port}"
    assert f"mails: {base}/_mail/ (nothing is sent)" in shared.lines
    assert any(line.startswith(f"sandbox: {base}/_sandbox/") for line in shared.lines)
    assert shared.ask("/_mail/")[0] == shared.ask("/_sandbox/")[0] == 200


@pytest.mark.skipif(sys.platform != "linux", reason="loopback has one address there")
def test_the_first_screen_says_where_snippets_are_and_lets_a_phone_in(shared):
    base = f"http://127.0.0.1:{shared.port}"
    assert any(line.startswith(f"snippets: {base}/_snippets/ ") for line in shared.lines)
    assert "Fits" in shared.text("/_snippets/")
    address = next(line.strip() for line in shared.lines if "/_snippets/_key/" in line)
    host, _, path = address.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=PATIENCE)
    connection.request("POST", f"/{path}", "", {"Origin": f"http://{host}"})
    assert connection.getresponse().status == 303
    connection.close()
    shared.eventually(lambda: sum("/_snippets/_key/" in line for line in shared.lines) == 2)


def test_what_the_sandbox_keeps_is_hidden_beside_the_preview(shared):
    kept = shared.site / ".inkstead" / "sandbox"
    assert {"service.sqlite", "stripe.sqlite", "signing.key"} <= {p.name for p in kept.iterdir()}
    assert not any("sandbox" in each.name for each in (kept.parent / "preview").rglob("*"))


def test_a_mail_that_is_asked_for_lies_in_the_mailbox(shared):
    form = "mail=reader%40example.com&return_to=%2Fhello%2F"
    kind = {"Content_Type": "application/x-www-form-urlencoded"}
    assert shared.ask("/api/sign-in", "POST", form, **kind)[0] == 303
    shared.eventually(lambda: "reader@example.com" in shared.text("/_mail/"))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STRIPE_SECRET_KEY", "sk_live_51abcdef", "live key"),
        ("STRIPE_API", "https://api.stripe.com", "not on this machine"),
    ],
)
def test_the_preview_takes_no_real_money(tmp_path, monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    ran = inkstead("serve", "--port", "0", cwd=new_site(tmp_path / "site"))
    assert ran.code == 2
    assert said in ran.err
    assert "51abcdef" not in ran.err


def test_with_a_test_key_the_first_screen_says_what_is_missing(serve, monkeypatch):
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_51abcdef")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nothing leaves this machine
    served = serve()
    assert "nothing can be bought: " in served.said
    assert "payments: Stripe, test mode (STRIPE_SECRET_KEY)" in served.lines
    assert "stripe listen --forward-to" in served.said
    assert served.ask("/_sandbox/")[0] == 404


def test_every_save_is_built_and_told(serve):
    served = serve()
    post = next((served.site / "posts").glob("*.md"))
    events = served.events()
    first = next(events)
    post.write_text(post.read_text() + "\n\nA sentence of today.\n")
    assert next(events) != first
    assert "A sentence of today." in served.text("/hello/")
    served.eventually(lambda: f"s: posts/{post.name}" in served.said)
    events.close()


def test_the_service_speaks_of_the_latest_build(serve):
    """A new generation is served by the very next request."""
    served = serve()
    assert "Another name" not in served.text("/api/sign-in")
    settings, events = served.site / "site.toml", served.events()
    next(events)
    named = re.sub(r'(?m)^title = ".*"', 'title = "Another name"', settings.read_text(), count=1)
    settings.write_text(named)
    next(events)
    assert "Another name" in served.text("/api/sign-in")
    events.close()


def test_no_edit_is_ever_lost(serve):
    """Saves come faster than builds; the last word of each file is what is shown."""
    served = serve()
    for n in range(12):
        for name in ("a", "b"):
            path = served.site / "posts" / f"2026-01-01-{name}.md"
            path.write_text(f"---\ntitle: {name}\n---\n\nVersion {n} of {name}.\n")
        time.sleep(0.05)  # a hand on the keyboard, not a wait for something
    for name in ("a", "b"):
        served.eventually(lambda name=name: f"Version 11 of {name}." in served.text(f"/{name}/"))


def test_a_mistake_lies_over_the_last_good_page_until_it_is_mended(serve):
    served = serve()
    path = served.site / "posts" / "2026-01-01-a.md"
    events = served.events()
    good = next(events)
    path.write_text("---\ntitle: A\nacess: paid\n---\n\nText.\n")
    assert next(events) != good
    status, _, text = served.ask("/hello/")
    assert status == 200
    assert 'id="inkstead-preview" role="alert"' in text
    assert "posts/2026-01-01-a.md:3: " in text
    assert "The first day" in text
    path.write_text("---\ntitle: A\n---\n\nMended.\n")
    next(events)
    text = served.text("/a/")
    assert "Mended." in text
    assert "inkstead-preview" not in text
    assert "the last good site stays" in served.said
    events.close()


def test_before_any_good_build_the_page_is_the_errors(serve, tmp_path):
    site = new_site(tmp_path / "broken")
    good = (site / "site.toml").read_text()
    (site / "site.toml").write_text('titel = "x"\n')
    served = serve(site=site)
    status, _, text = served.ask("/any/page/")
    assert status == 503
    assert "site.toml:1: " in text
    assert '<script src="/_preview/reload.js"' in text
    (site / "site.toml").write_text(good)
    served.eventually(lambda: served.ask("/hello/")[0] == 200)


def test_a_scheduled_post_appears_when_its_time_comes(serve, tmp_path):
    site = new_site(tmp_path / "later")
    soon = datetime.now(UTC) + timedelta(seconds=6)
    (site / "posts" / "soon.md").write_text(
        f"---\ntitle: Soon\ndate: {soon:%Y-%m-%dT%H:%M:%S+00:00}\n---\n\nText.\n"
    )
    served = serve(site=site)
    if datetime.now(UTC) < soon:
        assert "scheduled (" in served.said
    served.eventually(lambda: served.ask("/soon/")[0] == 200)
    assert datetime.now(UTC) >= soon - timedelta(seconds=1)
    served.eventually(lambda: "a scheduled post is due" in served.said)


def test_at_shows_the_site_of_another_day(serve, tmp_path):
    site = new_site(tmp_path / "later")
    inkstead("new", "Later", "--date", "2099-12-24", "--publish", cwd=site)
    assert serve("--at", "2099-12-25", site=site).ask("/later/")[0] == 200


def test_a_taken_port_is_code_1_with_the_way_out(shared):
    ran = inkstead("serve", "--port", str(shared.port), cwd=shared.site)
    assert ran.code == 1
    assert f"--port {shared.port + 1}" in ran.err


def test_the_preview_never_builds_into_the_finished_site(tmp_path):
    site = new_site(tmp_path / "site")
    assert inkstead("serve", "--output", "output", cwd=site).code == 2
    assert inkstead("build", "--output", "elsewhere", cwd=site).code == 0
    ran = inkstead("serve", "--output", "elsewhere", cwd=site)
    assert ran.code == 2
    assert "a preview shows drafts" in ran.err


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in found]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="asks Linux for children")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_it_ends_quietly_and_leaves_nothing_behind(serve, number, code):
    served = serve()
    builders = children(served.process.pid)
    assert len(builders) == 1
    events = served.events()
    next(events)
    assert served.end(number) == code
    assert "Traceback" not in served.said

    def gone() -> bool:
        try:
            os.kill(builders[0], 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{builders[0]}/stat").read_text().rsplit(")", 1)[1].split()[0]
        return state == "Z"

    served.eventually(gone)


@pytest.mark.parametrize(
    ("mode", "shown_first"), [("sandbox", False), ("test", True)], ids=["sandbox", "stripe"]
)
def test_who_presses_buy_at_once_finds_the_prices(tmp_path, mode, shown_first):
    """The sandbox knows them before a page is shown; Stripe's test mode is not waited for."""
    stage, seen = Stage(), []

    def built() -> str:
        seen.append(stage.scene.good)
        return ""

    life = Life(mode, {}, built)
    request = Request(content=str(tmp_path), output=str(tmp_path))
    screen = Screen(speak("en"), tmp_path, tmp_path)
    show = _Show(screen, stage, request, quiet=True, life=life)
    show.take(Turn(1, frozenset(), Outcome(Done(ok=True, output=str(tmp_path)))))
    assert seen == [shown_first]
    assert stage.scene.good
