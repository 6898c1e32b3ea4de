"""`inkstead snippets` on kits that lie there, with a stand-in for the build."""

from __future__ import annotations

import functools
import json
import sys
import webbrowser
from dataclasses import replace
from pathlib import Path

import pytest

from publish import folders, picturing
from publish.build import Outcome
from publish.commands import driving
from publish.commands.snippet_ledger import nearest_platform
from publish.contract import snippets as contract
from publish.contract.manifest import Manifest, Post, Site, dump
from publish.contract.report import Done, Pending, Said
from publish.contract.snippets import Kit, Note, OnPlatform, Picture, Piece
from publish.contract.syndication import FILE
from tests.publish import picturing_standin
from tests.publish.commands.shop import Shop

MAKE = picturing.make
NAMES = {
    "zhihu": {"zh": "知乎", "en": "Zhihu"},
    "x": {"zh": "X（推特）", "en": "X"},
    "weibo": {"zh": "微博", "en": "Weibo"},
}


def post(url: str, title: str, date: str, digest: str = "a" * 64, lang: str = "en") -> Post:
    return Post(url, lang, title, ("public",), "published", "", date, "", digest)


POSTS = {
    "first-letter": post("/first/", "First letter", "2026-11-20T00:00:00Z"),
    "en/a-walk": post("/en/a-walk/", "A walk", "2026-11-21T00:00:00Z"),
    "早市": post("/%E6%97%A9%E5%B8%82/", "早市", "2026-11-19T00:00:00Z", lang="zh-Hans"),
    "status": post("/status/", "A way on", "2026-11-01T00:00:00Z"),
}
PAGE = {"about": post("/about/", "First of all", "")}


def piece(name: str, text: str, most: int = 0, least: int = 0) -> Piece:
    fits = least <= len(text) and (not most or len(text) <= most)
    return Piece(name, text, len(text), most, least, "characters", fits)


def kit(name: str, shown: Post, *, fit: bool = True) -> Kit:
    title = piece("title", shown.title, 100, 2 if fit else 30)
    parts = (piece("thread", f"{shown.title} 1/2", 280), piece("thread", "more 2/2", 280))
    whole = (piece("text", shown.title, 280),) if "/" in name else ()
    left = Note("retreat", "the snippet of {name} is shorter", {"name": "X"})
    told = {
        "zhihu": ("md", fit, (title, piece("text", "…" * 1200)), ()),
        "x": ("txt", True, (*whole, *parts), (left,)),
        "weibo": ("txt", True, (piece("text", "短" * 90, 2000),), ()),
    }
    platforms = tuple(
        OnPlatform(each, NAMES[each], f"{each}.{ending}", fits, pieces, notes)
        for each, (ending, fits, pieces, notes) in told.items()
    )
    return Kit(name, shown.title, f"https://a.example{shown.url}", shown.lang, platforms)


def manifest(posts: dict[str, Post]) -> Manifest:
    home = Site("https://a.example", "Asia/Shanghai", (), "", "")
    return Manifest("2026-11-22T00:00:00Z", "0", False, home, posts, {}, {}, {})


def put(generation: Path, made: Kit) -> Path:
    folder = contract.folder_of(generation, made.id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / contract.KIT).write_text(contract.dump(made), "utf-8")
    for each in made.platforms:
        text = "\n\n".join(piece.plain for piece in each.pieces)
        (folder / each.file).write_text(f"{text}\n", "utf-8")
    (folder / contract.INDEX).write_text("<!doctype html>", "utf-8")
    return folder


class Folder(Shop):
    """A creator's folder with a finished generation."""

    @property
    def output(self) -> Path:
        return folders.default_output(self.folder)

    def kit(self, name: str) -> Path:
        return contract.folder_of(self.output, name)


@pytest.fixture
def site(tmp_path, monkeypatch):
    made = Folder(tmp_path / "site")
    made.folder.mkdir()
    (made.folder / "site.toml").write_text('title = "A"\ntime_zone = "Asia/Shanghai"\n')
    made.output.mkdir()
    (made.output / "manifest.json").write_text(dump(manifest({**POSTS, **PAGE})), "utf-8")
    for name, shown in POSTS.items():
        put(made.output, kit(name, shown, fit=name != "早市"))
    waiting = (Pending("posts/next.md", "The next question"),)
    done = Done(ok=True, output=str(made.output), drafts=waiting)
    monkeypatch.setattr(driving, "build_once", lambda request, listen: Outcome(done))
    pictures(monkeypatch, "works")
    return made


def pictures(monkeypatch, mode):
    """Let pictures be made by a process that does as it is told."""
    program = (sys.executable, picturing_standin.__file__, mode)
    made = functools.partial(MAKE, program=program)
    monkeypatch.setattr(picturing, "make", made)


# ---- many posts ----


def test_posts_are_listed_newest_first_with_what_does_not_fit(site):
    lines = site.ok("snippets").splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "en/a-walk 3 of 3 fit A walk",
        "first-letter 3 of 3 fit First letter",
        "早市 2 of 3 fit 早市",
        "does not fit: Zhihu",
        "status 3 of 3 fit A way on",
        "4 posts",
    ]


def test_the_list_says_where_a_post_was_posted_and_what_is_older(site):
    (site.folder / FILE).write_text(
        '["first-letter".x]\nurl = "https://x.com/1"\nhash = "aaa"\n'
        '["first-letter".zhihu]\nurl = "https://zhihu.com/1"\nhash = "bbb"\n'
        '["first-letter".jike]\nurl = "https://jike.example/1"\n'
    )
    lines = site.ok("snippets").splitlines()
    assert lines[2].strip() == "posted: X, Zhihu (older than the post), jike"
    assert lines[2].index("posted") == lines[1].index("First letter")
    lines = site.ok("snippets", "--lang", "zh").splitlines()
    assert lines[2].strip() == "已发：X（推特）、知乎（文章后来改过）、jike"
    told = {each["post"]: each for each in json.loads(site.ok("snippets", "--json"))["posts"]}
    assert [each["old"] for each in told["first-letter"]["posted"]] == [False, True, False]
    assert told["早市"]["misfits"] == ["zhihu"]


def test_the_newest_are_listed_unless_all_are_asked_for(site, monkeypatch):
    monkeypatch.setattr("publish.commands.snippets._NEWEST", 2)
    lines = site.ok("snippets").splitlines()
    assert len(lines) == 3
    assert lines[-1] == "the newest 2 of 4 posts (all: inkstead snippets --all)"
    assert len(site.ok("snippets", "--all").splitlines()) == 6


def test_a_site_without_posts_says_how_to_begin_one(site):
    (site.output / "snippets").rename(site.output / "gone")
    (site.output / "manifest.json").write_text(dump(manifest(PAGE)), "utf-8")
    assert "inkstead new" in site.ok("snippets")
    assert "inkstead new" in site.ok("snippets", "status")


@pytest.mark.parametrize("arguments", [(), ("status",)])
def test_posts_that_go_nowhere_are_not_called_missing(site, arguments):
    (site.output / "snippets").rename(site.output / "gone")
    said = site.ok("snippets", *arguments)
    assert "no platform is chosen" in said
    assert "inkstead new" not in said


def test_all_pictures_are_made_when_they_are_asked_for(site):
    site.ok("snippets", "--pictures")
    order = json.loads((site.output / "order.json").read_text())
    assert len(order["folders"]) == 4


# ---- one post ----


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("first-letter", "first-letter"),
        ("en/a-walk", "en/a-walk"),
        ("a-walk", "en/a-walk"),
        ("first", "first-letter"),
        ("/早市/", "早市"),
        ("a WALk", "en/a-walk"),
        ("posts/2026-11-20-letter.md", "first-letter"),
        ("posts/en/2026-11-21-a-walk/index.md", "en/a-walk"),
        ("posts/en/2026-11-21-a-walk", "en/a-walk"),
        ("posts/en/2026-11-21-a-walk/", "en/a-walk"),
        ("posts/早市.md", "早市"),
        ("posts/First Letter.md", "first-letter"),
    ],
)
def test_a_post_is_named_by_id_slug_file_or_title(site, wish, found):
    for path, text in (
        ("posts/2026-11-20-letter.md", '---\ntitle: x\nid: "first-letter"\n---\n'),
        ("posts/en/2026-11-21-a-walk/index.md", "Title: A walk\n\nText\n"),
        ("posts/早市.md", "# 早市\n"),
        ("posts/First Letter.md", "Text\n"),
    ):
        (site.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (site.folder / path).write_text(text, "utf-8")
    assert json.loads(site.ok("snippets", wish, "--json"))["post"] == found


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("frist-letter", '"frist-letter" is no post here (inkstead snippets lists them)'),
        ("frist-letter", '"first-letter"?'),
        ("next", '"next" is not public yet: posts/next.md'),
        ("The next", "inkstead serve shows its snippets already"),
        ("about", '"about" is no post that snippets are made of'),
        ("A wa", "may be any of these (write the id): en/a-walk (en), status (en)"),
        ("", '"" is no post here'),
    ],
)
def test_what_is_no_post_or_several_is_wrong_usage_with_a_way_out(site, wish, said):
    ran = site.run("snippets", wish)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_post_called_like_a_command_is_named_behind_two_dashes(site):
    assert "A way on" in site.ok("snippets", "--", "status")
    assert "A way on" not in site.ok("snippets", "status").splitlines()[0]


def test_a_post_shows_what_fits_where_its_texts_lie_and_what_was_left_out(site):
    lines = [" ".join(line.split()) for line in site.ok("snippets", "早市").splitlines()]
    assert lines[0] == "早市 · 早市 · 2 of 3 fit, not: Zhihu"
    assert lines[1:4] == [
        "Zhihu does not fit 1,200 zhihu.md",
        "X fits 2 parts, the longest 8/280 x.txt",
        "Weibo fits 90/2,000 weibo.txt",
    ]
    assert "Zhihu: title has 2, and needs 30 at least" in lines
    assert "X: the snippet of X is shorter" in lines
    assert lines[-1].startswith("kit: output/snippets/早市/index.html")


def test_a_text_that_may_be_a_thread_says_both(site):
    lines = [" ".join(line.split()) for line in site.ok("snippets", "a-walk").splitlines()]
    assert "X fits 6/280, or a thread of 2 x.txt" in lines


def test_pictures_are_made_once_and_their_number_is_told(site, monkeypatch):
    site.ok("snippets", "first-letter")
    order = json.loads((site.kit("first-letter").parents[1] / "order.json").read_text())
    assert order["folders"] == [str(site.kit("first-letter").resolve())]
    assert order["cache"] == str(picturing.cache_of(site.output))
    picture = Picture("cover-1x1.png", 900, 900, "A cover", "cover", "1:1")
    made = replace(kit("first-letter", POSTS["first-letter"]), pictures=(picture,))
    put(site.output, made)
    monkeypatch.setattr(picturing, "make", pytest.fail)
    assert "1 picture in output/snippets/first-letter" in site.ok("snippets", "first-letter")


def test_without_a_font_the_texts_are_there_and_a_warning(site, monkeypatch):
    pictures(monkeypatch, "no font")
    ran = site.run("snippets", "first-letter")
    assert (ran.code, ran.err) == (0, "warning: no font with Chinese characters was found\n")
    assert "kit: " in ran.out
    told = json.loads(site.run("snippets", "first-letter", "--json").out)
    assert told["problem"] == "no font with Chinese characters was found"


def test_one_platform_is_printed_alone_and_exactly(site, monkeypatch):
    monkeypatch.setattr(picturing, "make", pytest.fail)
    for name in ("weibo", "Weibo", "微博"):
        assert site.ok("snippets", "first-letter", "--platform", name) == "短" * 90 + "\n"
    ran = site.run("snippets", "first-letter", "--platform", "webo")
    assert (ran.code, ran.out) == (2, "")
    assert '(known: zhihu, x, weibo) — "weibo"?' in ran.err


@pytest.mark.parametrize(
    ("wish", "found"),
    [("推特", "x"), ("X（推特）", "x"), ("Twitter", "x"), ("长毛象", "mastodon"), ("news", "")],
)
def test_a_platform_is_known_by_a_part_of_its_name_and_by_an_older_one(wish, found):
    names = {
        "wechat": {"en": "WeChat article", "zh": "微信公众号"},
        "x": {"en": "X", "zh": "X（推特）"},
        "mastodon": {"en": "Mastodon", "zh": "长毛象 Mastodon"},
        "hackernews": {"en": "Hacker News", "zh": "Hacker News"},
    }
    platforms = tuple(OnPlatform(id, name, "", True, (), ()) for id, name in names.items())
    assert nearest_platform(Kit("a", "A", "", "zh", platforms), wish).id == found


def test_json_has_the_texts_and_only_those_asked_for(site):
    told = json.loads(site.ok("snippets", "first-letter", "--json"))
    assert [each["id"] for each in told["platforms"]] == ["zhihu", "x", "weibo"]
    assert told["platforms"][1]["notes"] == [
        {"kind": "retreat", "text": "the snippet of X is shorter"}
    ]
    one = json.loads(site.ok("snippets", "first-letter", "--json", "--platform", "x"))
    assert [piece["plain"] for piece in one["platforms"][0]["pieces"]] == [
        "First letter 1/2",
        "more 2/2",
    ]


def test_the_kit_opens_in_the_browser(site, monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    site.ok("snippets", "en/a-walk", "--open")
    assert opened == [(site.kit("en/a-walk") / "index.html").resolve().as_uri()]


@pytest.mark.parametrize("flag", [("--open",), ("--platform", "x")])
def test_what_is_for_one_post_needs_one(site, flag):
    ran = site.run("snippets", *flag)
    assert ran.code == 2
    assert "which post?" in ran.err


def test_a_build_that_fails_says_why_and_shows_nothing(site, monkeypatch):
    (site.folder / "posts").mkdir()
    (site.folder / "posts/a.md").touch()
    said = Said("error", "posts/a.md", 3, "wrong")
    outcome = Outcome(Done(ok=False, output=str(site.output), errors=1), (said,))
    monkeypatch.setattr(driving, "build_once", lambda request, listen: outcome)
    ran = site.run("snippets", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == ["posts/a.md:3: wrong", "not built: 1 error"]


# ---- the ledger ----


def test_what_was_posted_is_written_down_and_told(site):
    out = site.ok("snippets", "posted", "first", "知乎", "https://zhihu.com/p/1")
    assert out == (f"written into {FILE}: first-letter is on zhihu, https://zhihu.com/p/1\n")
    text = (site.folder / FILE).read_text()
    assert text.startswith('["first-letter".zhihu]\nurl = "https://zhihu.com/p/1"\ndate = 20')
    assert f'hash = "{"a" * 12}"' in text
    site.ok(
        "snippets", "posted", "早市", "my-server", "https://a.example/1", "--date", "2026-11-20"
    )
    told = json.loads(site.ok("snippets", "status", "--json"))
    assert [(each["post"], each["platform"], each["old"]) for each in told["posted"]] == [
        ("first-letter", "zhihu", False),
        ("早市", "my-server", False),
    ]
    assert told["posted"][1]["date"] == "2026-11-20"
    assert told["never"] == ["en/a-walk", "status"]
    lines = [" ".join(line.split()) for line in site.ok("snippets", "status").splitlines()]
    assert lines[0] == "First letter · first-letter"
    assert lines[1].startswith("Zhihu 20")
    assert lines[2:4] == ["早市 · 早市", "my-server 2026-11-20 https://a.example/1"]
    assert lines[4] == "2 posts were posted nowhere yet, the newest of them: A walk"


def test_a_second_account_has_a_word_of_its_own(site):
    site.ok("snippets", "posted", "first", "weibo-two", "https://weibo.example/1")
    assert '["first-letter"."weibo-two"]' in (site.folder / FILE).read_text()


def test_status_says_what_is_older_and_what_belongs_to_no_post(site):
    (site.folder / FILE).write_text(
        '[gone.x]\nurl = "https://x.com/9"\n'
        '["early".x]\nurl = "nowhere"\n'
        '["first-letter".x]\nurl = "https://x.com/1"\nhash = "bbb"\n'
    )
    lines = [" ".join(line.split()) for line in site.ok("snippets", "status").splitlines()]
    assert lines[:4] == [
        "First letter · first-letter",
        "X older than the post https://x.com/1",
        "gone",
        "x no such post https://x.com/9",
    ]


def test_what_was_posted_can_be_taken_back_twice(site):
    site.ok("snippets", "posted", "first", "x", "https://x.com/1")
    assert site.ok("snippets", "posted", "first", "x", "--remove").startswith("taken out of")
    out = site.ok("snippets", "posted", "first", "x", "--remove")
    assert out == f"{FILE} does not hold first-letter on x, so nothing changed\n"
    assert (site.folder / FILE).read_text().strip() == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("first",), "Missing argument 'PLATFORM'"),
        (("first", "x"), "write: inkstead snippets posted first x https://…"),
        (("first", "x", "x.com/1"), '"x.com/1" is no address'),
        (("frist-letter", "x", "https://x.com/1"), '"first-letter"?'),
        (("first", "zhihuu", "https://x.com/1"), '"zhihuu" is no platform'),
        (("first", "zhihuu", "https://x.com/1"), '— "zhihu"?'),
        (("first", "my own", "https://x.com/1"), '"my own" is no platform'),
        (("first", "x", "https://x.com/1", "--date", "soon"), '--date "soon" is no date'),
    ],
)
def test_wrong_usage_writes_nothing(site, arguments, said):
    ran = site.run("snippets", "posted", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not (site.folder / FILE).exists()


def test_the_last_build_is_enough_to_write_down_what_was_posted(site, monkeypatch):
    """What was copied is from that build, and an unfinished text elsewhere is no obstacle."""
    monkeypatch.setattr(driving, "build_once", pytest.fail)
    site.ok("snippets", "posted", "first", "x", "https://x.com/1")


def test_a_post_that_the_last_build_does_not_know_is_built_first(site, monkeypatch):
    def build(request, listen):
        new = {**POSTS, "new": post("/new/", "New", "2026-11-22T00:00:00Z", "c" * 64)}
        put(site.output, kit("new", new["new"]))
        (site.output / "manifest.json").write_text(dump(manifest(new)), "utf-8")
        return Outcome(Done(ok=True, output=str(site.output)))

    monkeypatch.setattr(driving, "build_once", build)
    site.ok("snippets", "posted", "new", "x", "https://x.com/1")
    assert f'hash = "{"c" * 12}"' in (site.folder / FILE).read_text()


def test_help_names_the_commands_and_speaks_chinese(site):
    for arguments in (("snippets", "--help"), ("snippets", "posted", "--help")):
        assert "用法：" in site.ok(*arguments, "--lang", "zh")
    out = site.ok("snippets", "--help")
    assert out.startswith("Usage: inkstead snippets [OPTIONS] [POST]\n")
    assert "--platform NAME" in out
    assert "posted  write down where a post was posted" in out


# ---- all of it ----


def test_a_post_goes_out_and_its_page_says_where(tmp_path):
    """The real build, the real kit, the real process for pictures."""
    own = Folder(tmp_path / "site")
    files = {
        "site.toml": (
            'title = "Ground"\nurl = "https://ground.example"\nlanguages = ["en"]\n'
            '[snippets]\nplatforms = ["x"]\n'
        ),
        "posts/2026-11-20-a.md": (
            "---\nid: first-letter\ntitle: First letter\n---\n"
            "The ferry turns round at six. Nobody waits for it in the rain.\n"
        ),
    }
    for name, text in files.items():
        (own.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (own.folder / name).write_text(text, "utf-8")
    told = json.loads(own.ok("snippets", "first", "--json"))
    assert (told["misfits"], [each["id"] for each in told["platforms"]]) == ([], ["x"])
    assert told["pictures"] or "font" in told["problem"]
    assert all((own.kit("first-letter") / each["file"]).is_file() for each in told["pictures"])
    own.ok("snippets", "posted", "first", "X", "https://x.example/1")
    again = json.loads(own.ok("snippets", "first", "--json", "--platform", "x"))
    [piece] = again["platforms"][0]["pieces"]
    assert "The ferry turns round at six." in piece["plain"]
    page = (own.output / "public/a/index.html").read_text("utf-8")
    assert '<a class="u-syndication" href="https://x.example/1" rel="syndication">X</a>' in page
    [copy] = again["posted"]
    assert (copy["url"], copy["old"]) == ("https://x.example/1", False)
    assert again["pictures"] == told["pictures"]
