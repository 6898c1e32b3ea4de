"""What a creator may write, by mistake or in good faith, never opens the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.house import (
    Living,
    engine,
    files_of,
    pelican,
    post,
    product,
    request,
    site,
    write,
)
from tests.gate.garden import picture

SECRET = "kanarisecretq7z walks along the dyke with a lamp that nobody lit and nobody blows out"
TEASER = "An open beginning."
MARKED = f"{TEASER}\n\n<!-- paywall -->\n\n{SECRET}"


@pytest.fixture(scope="module")
def living():
    with Living() as process:
        yield process


def build(living: Living, place: Path, files: dict[str, str | bytes]):
    """Build some files beside a product that grants "paid"; return what was said and is public."""
    base = {"site.toml": site(), "products/membership.md": product("membership", "[paid]")}
    content = write(place / "content", {**base, **files})
    ran = living.ask(request(content, place / "out"))
    public = files_of(place / "out/public") if ran.ok else {}
    said = " ".join(str(event) for event in ran.events)
    assert "kanarisecretq7z walks" not in said
    return ran, public


def shown(public: dict[str, bytes]) -> list[str]:
    return [name for name, data in public.items() if b"kanarisecretq7z" in data or "kana" in name]


# What only looks like a gate, and what is said about it.
REFUSED = {
    "a field nearly called access": (post(MARKED, title="A", acess="paid"), "acess"),
    "a field nearly called access, no marker": (post(SECRET, title="A", acces="paid"), "acces"),
    "another tool's field": (post(SECRET, title="A", visibility="paid"), "visibility"),
    "another tool's flag": (post(SECRET, title="A", paid="true"), "paid"),
    "a Chinese field": (post(SECRET, title="A", 权限="paid"), "权限"),
    "the field twice": (f"---\naccess: paid\naccess: public\n---\n\n{SECRET}\n", "access"),
    "a full-width colon": (f"---\ntitle: A\naccess：paid\n---\n\n{MARKED}\n", "access"),
    "a header line in the text": (f"title: A\n\naccess: paid\n\n{SECRET}\n", "access"),
    "a header line under a heading": (f"# A\n\naccess: paid\n\n{SECRET}\n", "access"),
    "front matter without an end": (f"---\ntitle: A\naccess: paid\n\n{SECRET}\n", "front matter"),
    "front matter that is not YAML": (f"---\ntitle: [A\naccess: paid\n---\n\n{SECRET}\n", "YAML"),
    "a word that nothing grants": (post(MARKED, title="A", access="payed"), "payed"),
    "public beside another word": (post(MARKED, title="A", access="[public, paid]"), "public"),
    "a table for access": (post(MARKED, title="A", access="{paid: true}"), "access"),
    "a marker in a public text": (post(MARKED, title="A"), "marker"),
    "no marker and no summary": (post(SECRET, title="A", access="paid"), "teaser"),
    "a second marker": (
        post(f"{MARKED}\n\n<!-- paywall -->\n\nmore", title="A", access="paid"),
        "second",
    ),
    "a misspelt marker": (
        post(f"{TEASER}\n\n<!-- pay wall -->\n\n{SECRET}", title="A"),
        "marker",
    ),
    "a misspelt marker in a gated text": (
        post(f"{TEASER}\n\n<!-- paywal -->\n\n{SECRET}", title="A", access="paid", summary="S."),
        "marker",
    ),
    "a marker inside a line": (
        post(f"{TEASER} <!-- paywall --> {SECRET}", title="A", access="paid", summary="S."),
        "marker",
    ),
    "a note of the teaser defined behind the marker": (
        post(f"Open[^n].\n\n<!-- paywall -->\n\n[^n]: {SECRET}", title="A", access="paid"),
        "[^n]",
    ),
    "a link of the teaser defined behind the marker": (
        post(
            f"[Open][n].\n\n<!-- paywall -->\n\n[n]: https://x.example/kanarisecretq7z '{SECRET}'",
            title="A",
            access="paid",
        ),
        "[n]",
    ),
    "a file of files/ in the teaser": (
        post(f"[f](../files/f.zip)\n\n<!-- paywall -->\n\n{SECRET}", title="A", access="paid"),
        "files/f.zip",
    ),
    "a file of files/ in a public text": (post("[f](../files/f.zip)", title="A"), "files/f.zip"),
    "a file of files/ in raw HTML": (
        post('<a href="/files/f.zip">f</a>', title="A"),
        "files/f.zip",
    ),
    "a picture of files/ in a public text": (
        post("![f](../files/f.png)", title="A"),
        "files/f.png",
    ),
    "a cover from files/": (post("Text.", title="A", cover="../files/f.png"), "cover"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_only_looks_like_a_gate_stops_the_build(living, tmp_path, name):
    text, said = REFUSED[name]
    ran, _ = build(
        living,
        tmp_path,
        {"posts/a.md": text, "files/f.zip": b"PK", "files/f.png": picture("f")},
    )
    assert not ran.ok
    assert any(error.startswith("posts/a.md: ") and said in error for error in ran.errors)


# What is unusual but means what it says: the text is built and what is premium stays private.
TAKEN = {
    "a marker at once": post(f"<!-- paywall -->\n\n# Title {SECRET}", access="paid"),
    "a title behind the marker": post(f"Open.\n\n<!-- paywall -->\n\n# {SECRET}", access="paid"),
    "a marker in small and large letters": post(
        f"{TEASER}\n\n   <!--PayWall-->  \n\n{SECRET}", title="A", access="paid"
    ),
    "markers in code": post(
        f"```\n<!-- paywall -->\n```\n\n`<!-- paywall -->`\n\n{MARKED}", title="A", access="paid"
    ),
    "an unclosed fence above the marker": post(
        f"{TEASER}\n\n```\ncode\n\n<!-- paywall -->\n\n{SECRET}", title="A", access="paid"
    ),
    "an unclosed fence and a summary": post(
        f"{TEASER}\n\n```\ncode\n\n<!-- paywall -->\n\n{SECRET}",
        title="A",
        access="paid",
        summary="Only this.",
    ),
    "a note of the premium part": post(
        f"Open.\n\n<!-- paywall -->\n\nText[^n].\n\n[^n]: {SECRET}", title="A", access="paid"
    ),
    "a contents list in the teaser": post(
        f"[TOC]\n\n## Open\n\n<!-- paywall -->\n\n## {SECRET}", title="A", access="paid"
    ),
    "a contents list in the premium part": post(
        f"## Open\n\n<!-- paywall -->\n\n[TOC]\n\n## {SECRET}", title="A", access="paid"
    ),
    "Windows line ends": post(MARKED, title="A", access="paid").replace("\n", "\r\n"),
    "a byte order mark": "\ufeff" + post(MARKED, title="A", access="paid"),
    "Pelican's own lines": f"Title: A\nAccess: Paid\n\n{MARKED}\n",
    "a list of words": post(MARKED, title="A", access="[subscribers, paid]"),
    "HTML that is left open": post(
        f"<div><p>open\n\n<!-- paywall -->\n\n{SECRET}", title="A", access="paid"
    ),
    "a comment that is left open": post(
        f"Open <!-- said\n\n<!-- paywall -->\n\n{SECRET}", title="A", access="paid"
    ),
    "hidden": post(MARKED, title="A", access="paid", status="hidden"),
    "a draft": post(MARKED, title="A", access="paid", status="draft"),
    "not due yet": post(MARKED, title="A", access="paid", date="2031-01-01"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_behind_the_marker_stays_there(living, tmp_path, name):
    open_post = post("Public, and [linked](a.md).", title="Open")
    ran, public = build(living, tmp_path, {"posts/a.md": TAKEN[name], "posts/open.md": open_post})
    assert ran.ok, ran.errors
    assert shown(public) == []
    private = b"".join(files_of(tmp_path / "out/private").values())
    waits = name in ("a draft", "not due yet")
    assert (b"kanarisecretq7z" in private) is not waits


def test_a_preview_keeps_drafts_behind_their_marker_too(living, tmp_path):
    content = write(
        tmp_path / "content",
        {
            "site.toml": site(),
            "products/membership.md": product("membership", "[paid]"),
            "posts/a.md": TAKEN["a draft"],
        },
    )
    ran = living.ask(request(content, tmp_path / "out", drafts=True))
    assert ran.ok, ran.errors
    assert (tmp_path / "out/public/a/index.html").is_file()
    assert shown(files_of(tmp_path / "out/public")) == []


def test_a_translation_cannot_open_what_its_original_gates(living, tmp_path):
    files = {
        "posts/a.md": post(MARKED, title="A", access="paid", id="a"),
        "posts/zh/a.md": post(SECRET, title="甲", lang="zh-Hans", translation_of="a"),
    }
    ran, _ = build(living, tmp_path, files)
    assert any("posts/zh/a.md" in error and "translation" in error for error in ran.errors)


def test_a_picture_that_a_public_text_shows_is_public_for_all(living, tmp_path):
    files = {
        "posts/a.md": post(f"{MARKED}\n\n![p](p.png) ![q](q.png)", title="A", access="paid"),
        "posts/b.md": post("![p](p.png)", title="B"),
        "posts/p.png": picture("p"),
        "posts/q.png": picture("q"),
    }
    ran, public = build(living, tmp_path, files)
    assert ran.ok, ran.errors
    assert picture("p") in public.values()
    assert picture("q") not in public.values()
    private = files_of(tmp_path / "out/private")
    assert picture("q") in private.values()
    assert picture("p") not in private.values()
    assert b"/media/p." in private["posts/a/fragment.html"]


def test_a_copy_of_a_public_picture_behind_the_paywall_is_no_alarm(living, tmp_path):
    files = {
        "posts/a.md": post(f"{MARKED}\n\n![p](p.png)", title="A", access="paid"),
        "posts/b/index.md": post("![p](p.png)", title="B"),
        "posts/p.png": picture("p"),
        "posts/b/p.png": picture("p"),
    }
    ran, _ = build(living, tmp_path, files)
    assert ran.ok, ran.errors


def test_two_gated_texts_share_a_private_file(living, tmp_path):
    body = f"{MARKED}\n\n[f](../files/f.zip) ![p](p.png)"
    files = {
        "posts/a.md": post(body, title="A", access="paid"),
        "posts/b.md": post(body.replace("walks", "runs"), title="B", access="subscribers"),
        "posts/p.png": picture("p"),
        "files/f.zip": b"PK\x05\x06" + bytes(18),
    }
    ran, public = build(living, tmp_path, files)
    assert ran.ok, ran.errors
    assert picture("p") not in public.values()
    private = files_of(tmp_path / "out/private")
    for name in ("a", "b"):
        assert picture("p") in [d for n, d in private.items() if n.startswith(f"posts/{name}/")]
        page = private[f"posts/{name}/page.html"].decode()
        assert f"/api/files/posts/{name}/f." in page


def test_a_file_beside_a_public_text_that_cannot_be_searched_is_taken(living, tmp_path):
    """A creator's own files are public by their source, whatever they hold."""
    files = {
        "posts/a.md": post(MARKED, title="A", access="paid"),
        "posts/b.md": post("[paper](paper.pdf) [data](d.bin)", title="B"),
        "posts/paper.pdf": b"%PDF-1.7 \x00\x01",
        "posts/d.bin": bytes(range(256)),
        "static/s.pdf": b"%PDF-1.7 \x00\x02",
        "theme/static/t.pdf": b"%PDF-1.7 \x00\x03",
    }
    ran, public = build(living, tmp_path, files)
    assert ran.ok, ran.errors
    assert {"s.pdf", "assets/t.pdf"} <= set(public)


def test_a_gated_source_is_no_download(living, tmp_path):
    files = {
        "posts/a.md": post(MARKED, title="A", access="paid", status="draft"),
        "posts/b.md": post("[the source](a.md) [again](/posts/a.md)", title="B"),
    }
    ran, public = build(living, tmp_path, files)
    assert ran.ok, ran.errors
    assert shown(public) == []


def test_links_out_of_the_folder_lead_nowhere(living, tmp_path):
    (tmp_path / "outside.png").write_bytes(picture("outside"))
    content = write(
        tmp_path / "content", {"posts/b.md": post("![p](p.png) ![q](../../outside.png)")}
    )
    (content / "posts/p.png").symlink_to(tmp_path / "outside.png")
    ran, public = build(living, tmp_path, {})
    assert ran.ok, ran.errors
    assert picture("outside") not in public.values()


def test_public_texts_that_quote_a_premium_part_are_no_alarm(living, tmp_path):
    more = "while the ferry turns round and takes all of us back to the other bank"
    code = (
        "```jsx\nfunction Greeting(props) {\n  const say = () => { alert('Hi ' + props.name); };\n"
        "  const later = () => { setTimeout(say, 3000); };\n"
        "  return (\n    <button onClick={later}>Greet <b>{props.name}</b></button>\n  );\n}\n```"
    )
    quote = f"{SECRET} and *then* [some](https://x.example/kanarisecretq7z-12) {more}\n\n{code}\n"
    files = {
        "posts/a.md": post(
            f"Open.\n\n<!-- paywall -->\n\n{quote}\nMore.", title="A", access="paid"
        ),
        "posts/b.md": post(f"Quoted:\n\n{quote}", title="B"),
    }
    ran, public = build(living, tmp_path, files)
    assert ran.ok, ran.errors
    assert shown(public) != []


DATED = """\
Open.

<!-- paywall -->

## 2026年1月2日

| 价钱 | ¥100 | 2026-01-02T00:00:00+08:00 |
|---|---|---|
| January 2, 2026 | 100 CNY | [here](https://ground.example/b/) |

[b](/b/) [feed](https://ground.example/feeds/atom.xml) [b](../posts/b.md)
"""


def test_dates_prices_and_the_sites_own_addresses_are_no_alarm(living, tmp_path):
    files = {
        "posts/a.md": post(DATED, title="A", access="paid", date="2026-01-02"),
        "posts/b.md": post("Open.", title="B", date="2026-01-02"),
        "posts/zh/c.md": post("公开。", title="丙", date="2026-01-02", lang="zh-Hans"),
    }
    ran, _ = build(living, tmp_path, files)
    assert ran.ok, ran.errors


@pytest.mark.parametrize("ending", ["html", "htm", "rst", "txt", "mdown"])
@pytest.mark.parametrize("build_it", [engine, pelican])
def test_other_formats_are_never_published_by_pelicans_own_readers(tmp_path, ending, build_it):
    files = {
        "site.toml": site("collector"),
        "posts/open.md": post("Open."),
        f"posts/a.{ending}": (
            f"<html><head><title>T</title><meta name='access' content='paid'></head>"
            f"<body>{SECRET}</body></html>"
            if ending.startswith("htm")
            else f"Title: T\nAccess: paid\n\n{SECRET}\n"
        ),
    }
    content = write(tmp_path / "content", files)
    write(tmp_path / "mine", {"collector.py": COLLECTOR})
    ran = build_it(content, tmp_path / "out", paths=(tmp_path / "mine",))
    public = files_of(tmp_path / "out/public") if (tmp_path / "out/public").exists() else {}
    assert shown(public) == []
    assert "kanarisecretq7z walks" not in ran.out + ran.err


COLLECTOR = """\
from pathlib import Path
from pelican import signals
from pelican.generators import Generator

class Collector(Generator):
    def generate_context(self):
        self.found = []
        for path in sorted(Path(self.path).rglob("*.*")):
            if path.parent.name == "posts" and path.suffix != ".png":
                try:
                    read = self.readers.read_file(self.path, str(path), context=self.context)
                except (TypeError, ValueError):
                    continue
                self.found.append(f"{path.name}: {read.content}")

    def generate_output(self, writer):
        (Path(self.output_path) / "found.html").write_text("\\n".join(self.found), "utf-8")

def generators(pelican):
    return Collector

def register():
    signals.get_generators.connect(generators)
"""


def test_a_generator_from_elsewhere_reads_the_public_part_alone(tmp_path):
    files = {
        "site.toml": site("collector"),
        "products/membership.md": product("membership", "[paid]"),
        "posts/a.md": post(MARKED, title="A", access="paid"),
        "posts/b.md": post(SECRET, title="B", access="[paid]", summary="Only this."),
        "posts/c.MD": post(MARKED, title="C", access="paid"),
        "posts/d.markdown": post(MARKED, title="D", access="paid"),
        "posts/open.md": post("All of it."),
    }
    content = write(tmp_path / "content", files)
    write(tmp_path / "mine", {"collector.py": COLLECTOR})
    ran = engine(content, tmp_path / "out", paths=(tmp_path / "mine",))
    assert ran.ok, ran.errors
    found = (tmp_path / "out/public/found.html").read_text("utf-8")
    assert "All of it." in found
    assert TEASER in found
    assert shown(files_of(tmp_path / "out/public")) == []
