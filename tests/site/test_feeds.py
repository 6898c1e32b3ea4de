"""Every feed is clean: of the demo, and of a folder with everything that feeds trip over."""

from __future__ import annotations

import datetime
import html
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import feedparser
import pytest
from lxml import etree

from plugins.model.feeds import LATEST
from tests.conftest import AT, build
from tests.site import feedrules
from tests.site.feedrules import ATOM, DC, XML, moment

POSTS = 70
SITE = """
title = "Traps & <b>feeds</b>"
url = "https://inkstead.example"
languages = ["zh-Hans", "en"]
time_zone = "Asia/Shanghai"
[author]
name = "林 & <Mo>"
[language.en]
title = "Traps"
"""
PRODUCT = """---
id: club
title: Club
kind: membership
grants: [paid]
offers: [{id: club-year, price: {CNY: 10}, every: year}]
---
Sold here.
"""
RAW = """
Relative: <a href="../post-11/">other</a>, <a href='/post-12/'>root</a>,
<a href=post-13.md>bare</a>.

<a href="#part">Within</a>, <a href="?q=1">query</a>, <a href="//cdn.example/x">host</a>.

<img src="dot.png" srcset="dot.png 1x, /big.png 2x" onerror="steal()">
<picture><source srcset="big.webp 2x, dot.png"><img src="dot.png" alt=""></picture>
<video src="film.mp4" poster="dot.png" onplay="x()" controls></video>

<iframe src="https://video.example/embed/1" width="560" height="315"></iframe>

<script>steal()</script>

<style>p { color: red }</style>

<p style="color: red" onclick="steal()">Styled <a href="javascript:steal()">link</a></p>

<form action="/go"><input name="a"><button>Go</button></form>

[again](javascript:steal()) [data](data:text/html,x) <https://other.example/a?b=1&c=2>

## Part {#part}

| a | b |
|---|--:|
| 1 | 2 |

- [ ] open

Note.[^1]

[^1]: At the foot.
"""


@dataclass(frozen=True)
class Folder:
    """A generation whose feeds are looked at, and the number of posts that it lists."""

    generation: Path
    languages: dict[str, int]

    @property
    def public(self) -> Path:
        return self.generation / "public"

    def raw(self, path: str) -> bytes:
        return (self.public / path.lstrip("/")).read_bytes()

    def paths(self, name: str) -> list[str]:
        root = self.public.resolve()
        return sorted(f"/{file.relative_to(root).as_posix()}" for file in root.rglob(name))

    def atom(self, path: str) -> Any:
        return etree.fromstring(self.raw(path))


def traps(folder: Path) -> Path:
    """Write a folder with everything that feeds trip over."""
    content = folder / "content"
    files: dict[str, str | bytes] = {"site.toml": SITE, "products/club.md": PRODUCT}
    for number in range(POSTS):
        lang = "en" if number % 3 == 0 else "zh-Hans"
        head = {
            "title": f"Post {number}" if lang == "en" else f"第 {number} 篇",
            "slug": f"post-{number}",
            "lang": lang,
            "tags": ["all", f"标签 {number % 2}", "a & <b>"],
            "category": "R&D <lab>",
        }
        if number >= 4:
            day = datetime.date(2026, 1, 1) + datetime.timedelta(days=number)
            head["date"] = f"{day.isoformat()} 23:30"
        if number % 7 == 0:
            head["updated"] = "2026-06-01 00:10"
        text = "正文第一段。\n换行的第二句。" if lang != "en" else "Some words."
        match number:
            case 20:
                head["title"] = "Control \u0007 and \u001b signs"
                text += "\n\nAlso \u0008 here."
            case 21:
                head["title"] = "&<>\" '& amp; &amp; ]]> <script>"
            case 22:
                text = RAW
            case 23:
                text += "\n\nAn emoji 🌱 and a flag 🇨🇳, a Han sign beyond the first plane 𠮷。"
                head["title"] = "🌱 grows"
            case 24:
                head |= {"access": "paid", "summary": "What is <behind> & more."}
                text = "Teaser.\n\n<!-- paywall -->\n\nThe hidden treasure of the garden."
            case 25:
                head |= {"access": "paid", "summary": "Only this is <shown>."}
                text = "The whole of it is hidden treasure of the garden, every word."
            case 26:
                text = "---\n"
            case 27:
                head["author"] = "Ann & <Bob>"
            case 28:
                head |= {"status": "hidden"}
            case 29:
                head |= {"status": "draft"}
            case 30:
                head |= {"date": "2026-11-22 08:00:01"}
        front = "\n".join(
            f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()
        )
        files[f"posts/post-{number}.md"] = f"---\n{front}\n---\n\n{text}\n"
    files["posts/dot.png"] = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c489"
        "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    for name, data in files.items():
        place = content / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data if isinstance(data, bytes) else data.encode())
    return content


@pytest.fixture(scope="module", params=["demo", "traps"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    if request.param == "demo":
        return Folder(request.getfixturevalue("demo"), {"zh": 16, "en": 15})
    place = tmp_path_factory.mktemp("traps")
    unlisted = {28, 29, 30}
    numbers = [number for number in range(POSTS) if number not in unlisted]
    english = sum(number % 3 == 0 for number in numbers)
    built = build(traps(place), place / "out")
    return Folder(built, {"zh": len(numbers) - english, "en": english})


NOW = datetime.datetime.fromisoformat(AT)
HOST = "https://inkstead.example"


def address(path: str) -> str:
    return HOST + quote(path)


def test_atom_keeps_its_rules(folder: Folder) -> None:
    paths = folder.paths("atom.xml")
    assert len(paths) > 6
    wrong = {p: found for p in paths if (found := feedrules.atom(folder.raw(p), address(p), NOW))}
    assert wrong == {}


def test_archives_keep_the_rules_of_atom(folder: Folder) -> None:
    for path in folder.paths("archive-*.xml"):
        assert feedrules.atom(folder.raw(path), address(path), NOW, archive=True) == [], path


def test_rss_keeps_its_rules(folder: Folder) -> None:
    paths = folder.paths("rss.xml")
    assert len(paths) > 6
    wrong = {p: found for p in paths if (found := feedrules.rss(folder.raw(p), address(p), NOW))}
    assert wrong == {}


def test_json_feed_keeps_its_rules(folder: Folder) -> None:
    assert folder.paths("feed.json") == [
        "/feeds/en/feed.json",
        "/feeds/feed.json",
        "/feeds/zh/feed.json",
    ]
    for path in folder.paths("feed.json"):
        assert feedrules.json_feed(folder.raw(path), address(path), NOW) == [], path


def test_a_tolerant_reader_finds_nothing_to_tolerate(folder: Folder) -> None:
    for path in (*folder.paths("atom.xml"), *folder.paths("rss.xml"), *folder.paths("archive-*")):
        found = feedparser.parse(folder.raw(path), sanitize_html=False, resolve_relative_uris=False)
        assert found.bozo == 0, (path, found.get("bozo_exception"))
        assert found.version == ("rss20" if path.endswith("rss.xml") else "atom10")
        assert found.entries


def test_a_post_has_the_same_id_title_and_link_in_every_feed(folder: Folder) -> None:
    known: dict[str, set[tuple[str, str]]] = {}
    for path in (*folder.paths("atom.xml"), *folder.paths("archive-*.xml")):
        for entry in folder.atom(path).iterfind(f"{ATOM}entry"):
            link = entry.find(f"{ATOM}link").get("href")
            known.setdefault(entry.findtext(f"{ATOM}id"), set()).add(
                (link, entry.findtext(f"{ATOM}title"))
            )
    for path in folder.paths("rss.xml"):
        for item in folder.atom(path).iterfind("channel/item"):
            known.setdefault(item.findtext("guid"), set()).add(
                (item.findtext("link"), item.findtext("title"))
            )
    for path in folder.paths("feed.json"):
        for item in json.loads(folder.raw(path))["items"]:
            known.setdefault(item["id"], set()).add((item["url"], item["title"]))
    assert {name: said for name, said in known.items() if len(said) != 1} == {}
    links = [next(iter(said))[0] for said in known.values()]
    assert len(links) == len(set(links)) == sum(folder.languages.values())


def test_the_three_formats_say_the_same(folder: Folder) -> None:
    for base in ("/feeds/", "/feeds/zh/", "/feeds/en/"):
        atom = folder.atom(f"{base}atom.xml").findall(f"{ATOM}entry")
        rss = folder.atom(f"{base}rss.xml").findall("channel/item")
        items = json.loads(folder.raw(f"{base}feed.json"))["items"]
        assert len(atom) == len(rss) == len(items)
        for entry, item, each in zip(atom, rss, items, strict=True):
            assert entry.findtext(f"{ATOM}id") == item.findtext("guid") == each["id"]
            html_of = entry.findtext(f"{ATOM}content")
            assert html_of == each["content_html"]
            assert html_of in (
                item.findtext("description"),
                item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded"),
            )
            published = entry.findtext(f"{ATOM}published")
            assert (published is None) == (item.find("pubDate") is None)
            if published:
                assert moment(published) == moment(item.findtext("pubDate"))
                assert moment(published) == moment(each["date_published"])
            terms = [c.get("term") for c in entry.findall(f"{ATOM}category")]
            assert terms == [c.text for c in item.findall("category")] == each.get("tags", [])
            name = entry.findtext(f"{ATOM}author/{ATOM}name")
            assert name == item.findtext(f"{DC}creator") == each["authors"][0]["name"]


def test_only_the_latest_newest_first(folder: Folder) -> None:
    for path in folder.paths("atom.xml"):
        entries = folder.atom(path).findall(f"{ATOM}entry")
        assert 0 < len(entries) <= LATEST == 20
        said = [entry.findtext(f"{ATOM}published") for entry in entries]
        times = [moment(each) for each in said if each]
        assert None not in said[: len(times)]  # undated posts come last
        assert times == sorted(times, reverse=True), path


def test_languages(folder: Folder) -> None:
    for base, wanted in (("/feeds/zh/", "zh-Hans"), ("/feeds/en/", "en"), ("/feeds/", None)):
        feed = folder.atom(f"{base}atom.xml")
        assert feed.get(f"{XML}lang") == wanted
        assert folder.atom(f"{base}rss.xml").findtext("channel/language") == wanted
        said = {entry.get(f"{XML}lang") for entry in feed.iterfind(f"{ATOM}entry")}
        assert said == ({wanted} if wanted else {"zh-Hans", "en"})
        assert json.loads(folder.raw(f"{base}feed.json")).get("language") == wanted


def archive_of(folder: Folder, start: str) -> list[Any]:
    """Walk from a feed back through its archives, as RFC 5005 tells a reader to."""
    documents, seen, path = [], set(), start
    while path:
        assert path not in seen
        seen.add(path)
        documents.append(folder.atom(path))
        links = {link.get("rel"): link.get("href") for link in documents[-1].findall(f"{ATOM}link")}
        path = unquote(links.get("prev-archive", "").removeprefix(HOST))
    return documents


def test_the_archives_lead_back_to_the_oldest_post(folder: Folder) -> None:
    counts = {"/feeds/": sum(folder.languages.values())}
    counts |= {f"/feeds/{lang}/": count for lang, count in folder.languages.items()}
    for base, count in counts.items():
        documents = archive_of(folder, f"{base}atom.xml")
        ids = {e.findtext(f"{ATOM}id") for d in documents for e in d.iterfind(f"{ATOM}entry")}
        assert len(ids) == count, base
        archives = documents[1:]
        assert len(archives) == len(list((folder.public / base.strip("/")).glob("archive-*.xml")))
        archived = [e.findtext(f"{ATOM}id") for d in archives for e in d.iterfind(f"{ATOM}entry")]
        assert len(archived) == len(set(archived))
        for later, earlier in itertools.pairwise(archives):
            # A full archive never changes: it knows what was before it, not what comes after.
            for document in (later, earlier):
                links = {a.get("rel"): a.get("href") for a in document.iterfind(f"{ATOM}link")}
                assert links["current"] == f"{HOST}{base}atom.xml"
                assert "next-archive" not in links


def test_the_rss_feed_knows_its_archive_too(folder: Folder) -> None:
    channel = folder.atom("/feeds/rss.xml").find("channel")
    links = {link.get("rel"): link.get("href") for link in channel.iterfind(f"{ATOM}link")}
    assert links["prev-archive"].startswith(f"{HOST}/feeds/archive-")


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    place = tmp_path_factory.mktemp("trapped")
    return Folder(build(traps(place), place / "out"), {})


def entry_of(folder: Folder, number: int) -> Any:
    """Find one post, wherever in the site's feed or its archives it is."""
    for document in archive_of(folder, "/feeds/atom.xml"):
        for entry in document.iterfind(f"{ATOM}entry"):
            if entry.find(f"{ATOM}link").get("href").endswith(f"/post-{number}/"):
                return entry
    raise AssertionError(f"post {number} is in no feed")


def test_signs_that_xml_does_not_take_are_left_out(trapped: Folder) -> None:
    entry = entry_of(trapped, 20)
    assert entry.findtext(f"{ATOM}title").split() == ["Control", "and", "signs"]


def test_a_title_is_plain_text_whatever_its_signs(trapped: Folder) -> None:
    said = entry_of(trapped, 21).findtext(f"{ATOM}title")
    assert said == "&<>\" '& amp; &amp; ]]> <script>"


def test_an_emoji_survives(trapped: Folder) -> None:
    entry = entry_of(trapped, 23)
    assert entry.findtext(f"{ATOM}title") == "🌱 grows"
    assert "🌱 and a flag 🇨🇳" in entry.findtext(f"{ATOM}content")
    assert "𠮷" in entry.findtext(f"{ATOM}content")


def test_raw_html_is_made_fit(trapped: Folder) -> None:
    said = entry_of(trapped, 22).findtext(f"{ATOM}content")
    for gone in ("steal", "iframe", "<form", "<input", "javascript:", "srcset", "color: red"):
        assert gone not in said, gone
    for kept in (
        f'href="{HOST}/post-11/"',
        f'href="{HOST}/en/post-12/"',
        f'href="{HOST}/post-13/"',
        f'href="{HOST}/post-22/#part"',
        'href="https://cdn.example/x"',
        'href="https://other.example/a?b=1&amp;c=2"',
        f'src="{HOST}/media/dot.',
        "<table>",
    ):
        assert kept in said, kept


def test_a_film_that_is_embedded_is_linked(trapped: Folder) -> None:
    said = entry_of(trapped, 22).findtext(f"{ATOM}content")
    assert 'href="https://video.example/embed/1"' in said


def test_gated_posts_end_with_a_way_on(trapped: Folder) -> None:
    for number, teaser in ((24, "Teaser."), (25, "Only this is &lt;shown&gt;.")):
        entry = entry_of(trapped, number)
        said = entry.findtext(f"{ATOM}content")
        assert teaser in said
        link = entry.find(f"{ATOM}link").get("href")
        assert link.endswith(f"/post-{number}/")
        assert f'<a href="{link}">' in said
        assert "treasure" not in etree.tostring(entry, encoding="unicode")


def test_summaries_are_plain_text(trapped: Folder) -> None:
    assert entry_of(trapped, 24).findtext(f"{ATOM}summary") == "What is <behind> & more."


def test_authors(trapped: Folder) -> None:
    assert entry_of(trapped, 27).findtext(f"{ATOM}author/{ATOM}name") == "Ann & <Bob>"
    assert entry_of(trapped, 31).findtext(f"{ATOM}author/{ATOM}name") == "林 & <Mo>"


def test_undated_posts_come_last_and_in_their_order(trapped: Folder) -> None:
    entries = archive_of(trapped, "/feeds/atom.xml")[-1].findall(f"{ATOM}entry")[-4:]
    links = [entry.find(f"{ATOM}link").get("href") for entry in entries]
    assert [link.rsplit("-", 1)[1] for link in links] == ["3/", "2/", "1/", "0/"]
    assert {entry.findtext(f"{ATOM}published") for entry in entries} == {None}


def test_what_is_not_listed_is_in_no_feed(trapped: Folder) -> None:
    for path in (*trapped.paths("*.xml"), *trapped.paths("feed.json")):
        text = html.unescape(trapped.raw(path).decode())
        for number in (28, 29, 30):
            assert f"/post-{number}/" not in text, path


def test_an_id_does_not_change_with_title_and_address(trapped: Folder, tmp_path: Path) -> None:
    before = entry_of(trapped, 40).findtext(f"{ATOM}id")
    content = traps(tmp_path)
    post = content / "posts/post-40.md"
    text = post.read_text("utf-8").replace('"post-40"', '"quite-another-40"')
    post.write_text(text.replace("篇", "章"), "utf-8")
    after = Folder(build(content, tmp_path / "out"), {})
    ids = {
        e.findtext(f"{ATOM}id")
        for d in archive_of(after, "/feeds/atom.xml")
        for e in d.iterfind(f"{ATOM}entry")
    }
    assert before in ids
