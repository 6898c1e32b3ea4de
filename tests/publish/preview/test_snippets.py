"""The copy kits in the preview: list, files, pictures, ledger."""

from __future__ import annotations

import io
import json
import shutil
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import quote, unquote, urlencode
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from lxml import html

from publish import syndicating
from publish.contract.catalogue import N_
from publish.contract.manifest import dump, load
from publish.contract.snippets import folder_of
from publish.preview import dress
from publish.preview.app import Preview
from publish.preview.pictures import Pictures
from publish.preview.snippets import AWAY, PREFIX, Snippets
from publish.preview.stage import Scene, Stage
from publish.trouble import Trouble
from tests.publish.preview.kits import CHINESE, Painter, kit, make_kits, put

ENCODED = quote(CHINESE)
TODAY = date(2026, 11, 22)


@pytest.fixture
def painter():
    return Painter()


@pytest.fixture
def kits(tmp_path, painter):
    content = tmp_path / "content"
    content.mkdir()
    pictures = Pictures(tmp_path / "pictures", painter)
    return Snippets(make_kits(tmp_path / "output"), content, pictures, lambda: TODAY)


def ask(app, path="", method="GET", accept="en", form=None, query="", **environ):
    body = urlencode(form or {}).encode()
    given = {}
    setup_testing_defaults(given)
    given |= {
        "REQUEST_METHOD": method,
        "PATH_INFO": (PREFIX + path).encode().decode("latin-1"),
        "QUERY_STRING": query,
        "HTTP_ACCEPT_LANGUAGE": accept,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **environ,
    }
    told = []
    result = validator(app)(
        given, lambda status, headers, info=None: told.extend((status, headers))
    )
    answer = b"".join(result)
    result.close()
    return int(told[0].split()[0]), dict(told[1]), answer


def text(app, path="", **given):
    return ask(app, path, **given)[2].decode()


def value(app, path, **given):
    status, _, body = ask(app, path, **given)
    return status, json.loads(body)


def eventually(true):
    deadline = time.monotonic() + 10
    while not (found := true()):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return found


# ---- the list ----


def rows(page):
    found = html.fromstring(page).xpath("//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found]


def test_the_newest_post_comes_first_with_what_fits_and_what_does_not(kits):
    assert rows(text(kits)) == [
        ["第一封<信>2026-11-20 · draft", "1 of 2 fitdoes not fit: X", "not posted yet"],
        ["First letter2026-11-18", "2 of 2 fit", "not posted yet"],
    ]


def test_the_list_speaks_the_creators_language(kits):
    page = text(kits, accept="zh-CN,zh")
    assert "<h1>分发</h1>" in page
    assert "不合适：X" in page
    assert '<html lang="zh-Hans">' in page


def test_the_list_leads_to_every_kit(kits):
    for link in html.fromstring(text(kits)).xpath("//tbody//th/a/@href"):
        assert ask(kits, unquote(link.removeprefix(PREFIX)))[0] == 200


def test_the_list_tells_where_a_post_is_and_what_became_old(kits):
    syndicating.record(kits.content, CHINESE, "weibo", "https://weibo.example/1", TODAY, "b" * 12)
    syndicating.record(kits.content, CHINESE, "elsewhere", "https://e.example/?a&b", TODAY)
    page = text(kits)
    copies = html.fromstring(page).xpath("//tbody/tr[1]/td[2]//li")
    assert [each.text_content() for each in copies] == [
        "Weibo2026-11-22 · the post changed since",
        "elsewhere2026-11-22",
    ]
    assert copies[1].xpath("a/@href") == ["https://e.example/?a&b"]


def test_a_ledger_that_cannot_be_read_is_said_above_the_list(kits):
    (kits.content / "syndication.toml").write_bytes(b"\xff\xfe")
    page = text(kits)
    assert "syndication.toml" in html.fromstring(page).xpath("//*[@role='alert']")[0].text
    assert len(rows(page)) == 2


def test_without_a_post_the_list_says_how_to_begin(kits):
    manifest = kits.generation / "manifest.json"
    manifest.write_text(dump(replace(load(manifest), posts={})), "utf-8")
    assert "inkstead new post" in text(kits)


def test_posts_that_go_nowhere_are_not_called_missing(kits):
    (kits.generation / "snippets").rename(kits.generation / "gone")
    page = text(kits)
    assert "no platform is chosen" in page
    assert "inkstead new post" not in page


def test_before_there_is_a_site_the_list_says_so(tmp_path):
    app = Snippets(tmp_path, tmp_path, Pictures(tmp_path, Painter()), lambda: TODAY)
    assert "The site is not built yet" in text(app)


def test_of_very_many_posts_the_newest_are_shown_until_all_are_asked_for(kits, monkeypatch):
    monkeypatch.setattr("publish.preview.snippet_list.MOST", 1)
    page = text(kits)
    assert len(rows(page)) == 1
    assert "The newest 1 of 2." in page
    assert len(rows(text(kits, query="all=1"))) == 2


def test_the_way_back_to_the_site_is_for_this_machine_alone(kits):
    assert 'href="/"' in text(kits)
    assert 'href="/"' not in text(kits, **{AWAY: "1"})


# ---- files ----


def test_a_kit_is_shown_under_the_id_of_its_post(kits):
    assert text(kits, f"{CHINESE}/") == f"<h1>{CHINESE}</h1>"
    assert ask(kits, f"{CHINESE}/x.txt")[2] == b"text for X\n"


def test_without_its_slash_a_kit_moves_to_it(kits):
    status, headers, _ = ask(kits, CHINESE)
    assert (status, headers["Location"]) == (301, f"{PREFIX}{ENCODED}/")


def test_a_kit_may_run_its_own_script_and_call_nobody_else(kits):
    policy = ask(kits, "first-letter/")[1]["Content-Security-Policy"]
    assert "script-src 'unsafe-inline'" in policy
    assert "connect-src 'self'" in policy
    assert "script-src" not in ask(kits, "first-letter/x.txt")[1]["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "../manifest.json",
        "first-letter/../k2/x.txt",
        "first-letter/../../../manifest.json",
        "../.snippets/k1/x.txt",
        "./first-letter/x.txt",
        "first-letter//x.txt",
        "first-letter/.hidden",
        "first-letter/link.txt",
        "first-letter/sub/x.txt",
        "first-letter\\x.txt",
        "first-letter/x.txt\0.png",
        "outside/secret.txt",
        "inside/x.txt",
        "..",
        ".",
        "about/",
        "nobody/",
        "first-letter/none.txt",
    ],
)
def test_nothing_but_the_files_of_a_kit_is_ever_given(kits, tmp_path, path):
    folder = folder_of(kits.generation, "first-letter").resolve()
    (folder / ".hidden").write_text("hidden")
    (folder / "link.txt").symlink_to(kits.generation / "manifest.json")
    (folder / "sub").mkdir()
    (folder / "sub" / "x.txt").write_text("hidden")
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "secret.txt").write_text("secret")
    (kits.generation / "snippets" / "outside").symlink_to(tmp_path / "away")
    (kits.generation / "snippets" / "inside").symlink_to(folder / "sub")
    assert ask(kits, path)[0] == 404


def test_other_methods_have_no_business_here(kits):
    assert ask(kits, "first-letter/", method="POST")[0] == 405
    assert ask(kits, "_posted/first-letter", method="PUT")[0] == 405
    assert ask(kits, "first-letter/", method="HEAD")[2] == b""


def test_a_kit_that_a_build_changes_meanwhile_is_found_all_the_same(kits, monkeypatch):
    real, calls = Path.read_bytes, []

    def gone_once(path):
        calls.append(path)
        if len(calls) == 1:
            put(kits.generation, kit("first-letter", {"x": True}), "k9")
            raise FileNotFoundError
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", gone_once)
    assert text(kits, "first-letter/") == "<h1>first-letter</h1>"
    assert calls[1].parent.name == "k9"


# ---- pictures ----


def test_to_open_a_kit_begins_its_pictures_and_the_kit_hears_of_them(kits, painter):
    painter.may.clear()
    ask(kits, "first-letter/")
    told = {"making": True, "error": "", "pictures": []}
    assert value(kits, "_made/first-letter") == (200, told)
    painter.may.set()
    found = eventually(lambda: value(kits, "_made/first-letter")[1]["pictures"])
    assert found == [
        {"file": "cover.png", "width": 900, "height": 383, "alt": "a cover", "kind": "cover",
         "shape": "2.35:1"}
    ]  # fmt: skip
    assert not value(kits, "_made/first-letter")[1]["making"]


def test_pictures_are_made_once_however_often_they_are_asked_for(kits, painter):
    threads = [threading.Thread(target=ask, args=(kits, f"{CHINESE}/cover.png")) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    ask(kits, f"{CHINESE}/")
    value(kits, f"_made/{CHINESE}")
    assert [each.name for each in painter.asked] == ["k2"]


def test_one_kit_waits_for_another_since_pictures_take_the_whole_machine(kits, painter):
    painter.may.clear()
    for post in ("first-letter", CHINESE):
        ask(kits, f"{post}/")
    eventually(lambda: painter.asked)
    time.sleep(0.05)
    assert len(painter.asked) == 1
    painter.may.set()
    eventually(lambda: len(painter.asked) == 2)


def test_a_picture_that_is_asked_for_is_waited_for(kits):
    status, headers, body = ask(kits, f"{CHINESE}/cover.png")
    assert (status, headers["Content-Type"], body) == (200, "image/png", b"\x89PNG")


def test_a_kit_that_changed_gets_pictures_of_its_own(kits, painter):
    ask(kits, "first-letter/cover.png")
    put(kits.generation, kit("first-letter", {"x": True}), "k3")
    assert ask(kits, "first-letter/cover.png")[0] == 200
    assert [each.name for each in painter.asked] == ["k1", "k3"]


def test_a_kit_that_comes_back_when_an_edit_is_undone_gets_its_pictures_again(kits, painter):
    assert ask(kits, "first-letter/cover.png")[0] == 200
    shutil.rmtree(folder_of(kits.generation, "first-letter").resolve())
    put(kits.generation, kit("first-letter", {"x": True}), "k1")
    assert ask(kits, "first-letter/cover.png")[0] == 200
    assert [each.name for each in painter.asked] == ["k1", "k1"]


def test_what_is_wrong_with_pictures_is_said_and_the_kit_stays(kits, painter):
    painter.error = "no font"
    assert ask(kits, "first-letter/cover.png")[0] == 404
    assert value(kits, "_made/first-letter")[1] == {
        "making": False, "error": "no font", "pictures": []
    }  # fmt: skip
    assert ask(kits, "first-letter/")[0] == 200


def test_to_open_a_kit_anew_tries_again_what_went_wrong(kits, painter):
    painter.error = "no font"
    ask(kits, "first-letter/cover.png")
    painter.error = ""
    assert value(kits, "_made/first-letter")[1]["error"]
    ask(kits, "first-letter/")
    assert eventually(lambda: value(kits, "_made/first-letter")[1]["pictures"])


def test_a_process_that_cannot_start_is_said_in_the_readers_language(tmp_path, kits):
    def fails(folders, cache, lang):
        raise Trouble(N_("There is nothing here"))

    app = replace(kits, pictures=Pictures(tmp_path, fails))
    ask(app, "first-letter/cover.png", accept="zh")
    assert value(app, "_made/first-letter")[1]["error"] == "这里什么也没有"


# ---- the ledger ----


def test_where_a_post_is_is_written_down_and_read_back(kits):
    assert value(kits, f"_posted/{CHINESE}") == (200, {"posted": {}})
    form = {"platform": "weibo", "url": " https://weibo.example/1 "}
    copy = {"url": "https://weibo.example/1", "date": "2026-11-22", "old": False}
    told = (200, {"posted": {"weibo": copy}})
    assert value(kits, f"_posted/{CHINESE}", method="POST", form=form) == told
    assert value(kits, f"_posted/{CHINESE}") == told
    assert value(kits, "_posted/first-letter") == (200, {"posted": {}})


def test_a_copy_is_old_once_the_post_changed(kits):
    form = {"platform": "x", "url": "https://x.example/1"}
    value(kits, "_posted/first-letter", method="POST", form=form)
    manifest = kits.generation / "manifest.json"
    known = load(manifest)
    changed = {**known.posts, "first-letter": replace(known.posts["first-letter"], hash="b" * 64)}
    manifest.write_text(dump(replace(known, posts=changed)), "utf-8")
    assert value(kits, "_posted/first-letter")[1]["posted"]["x"]["old"]


def test_a_copy_is_taken_away(kits):
    form = {"platform": "x", "url": "https://x.example/1"}
    value(kits, "_posted/first-letter", method="POST", form=form)
    gone = value(kits, "_posted/first-letter", method="POST", form={"platform": "x", "remove": "1"})
    assert gone == (200, {"posted": {}})


@pytest.mark.parametrize("url", ["", "weibo.example/1", "javascript:alert(1)", "https://"])
def test_a_bad_address_is_refused_with_a_sentence(kits, url):
    form = {"platform": "x", "url": url}
    status, told = value(kits, "_posted/first-letter", method="POST", form=form, accept="zh")
    assert status == 400
    assert any("\u4e00" <= each <= "\u9fff" for each in told["error"])
    assert value(kits, "_posted/first-letter") == (200, {"posted": {}})


def test_a_platform_of_another_post_is_refused(kits):
    form = {"platform": "zhihu", "url": "https://zhihu.example/1"}
    status, told = value(kits, "_posted/first-letter", method="POST", form=form)
    assert status == 400
    assert '"zhihu"' in told["error"]


@pytest.mark.parametrize("room", ["_made", "_posted"])
@pytest.mark.parametrize("post", ["nobody", "系列+第一封信", "../k1", ""])
def test_of_a_post_that_is_none_nothing_is_said(kits, room, post):
    assert value(kits, f"{room}/{post}")[0] == 404


def test_a_ledger_that_cannot_be_written_is_said(kits):
    (kits.content / "syndication.toml").write_bytes(b"\xff\xfe")
    form = {"platform": "x", "url": "https://x.example/1"}
    found = value(kits, "_posted/first-letter", method="POST", form=form)
    assert found[0] == 500
    assert "syndication.toml" in found[1]["error"]
    assert value(kits, "_posted/first-letter")[0] == 500


# ---- in the preview ----


def test_another_sites_page_cannot_write_the_ledger(kits):
    stage = Stage(Scene("good-1", built=True, good=True))
    app = Preview(kits.generation, stage, "en", 8000, {dress.SNIPPETS: kits})
    form = {"platform": "x", "url": "https://x.example/1"}
    for origin, status in (("https://evil.example", 403), ("http://127.0.0.1:8000", 200)):
        found = ask(
            app, "_posted/first-letter", method="POST", form=form,
            HTTP_HOST="127.0.0.1:8000", HTTP_ORIGIN=origin,
        )  # fmt: skip
        assert found[0] == status
