"""Whatever a plugin does with a premium part, the build stops, by place and without the words."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.engine.house import (
    Living,
    engine,
    inkstead,
    pelican,
    post,
    product,
    request,
    site,
    write,
)
from tests.gate import leaky
from tests.gate.garden import picture

ENGLISH = (
    "The heron stands where the river slows, and what it waits for is never the fish that"
    " others saw in the morning but the one which comes when they have gone home to supper."
)
CHINESE = (
    "鹭鸶站在水慢下来的地方，它等的从来不是别人早上看见的那条鱼，"
    "而是大家回家吃晚饭以后才游来的那一条。"
)
PREMIUM = f"""
## What the heron costs

{ENGLISH} {CHINESE}

- Meet me: the old ferry landing
- Group 738201945
- 口令 heron-42-quay，[进来](https://meet.example/x/rOOm)

![Heron](heron.png) [The sheet](../files/sheet.zip) [Notes](../files/notes.txt)
"""
NOTES = (
    "One line.\n\nA ledger of every boat that left the quay between the first frost and the thaw.\n"
)
# What is found has no owner, because it cannot be read or is not read at all.
UNREADABLE = {
    "brotli",
    "portable_document",
    "locked_archive",
    "unknown_bytes",
    "link_to_the_private_folder",
    "link_to_a_file",
}
OWNERS = {
    "private_file_nobody_names": "files/unnamed.bin",
    "private_file_of_a_draft": "posts/draft.md",
    "words_of_a_draft": "posts/draft.md",
    "words_of_a_private_file": "posts/secret.md",
}


def _archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), "one two three")
    return packed.getvalue()


def folder(place: Path, *names: str) -> Path:
    draft = "We leave before the ice does, and nobody needs to be told where the second key hangs."
    return write(
        place,
        {
            "site.toml": site(*names),
            "products/membership.md": product("membership", "[paid]"),
            "posts/open.md": post("Herons are birds. Anybody may know.", title="Open"),
            "posts/secret.md": post(
                f"The teaser.\n\n<!-- paywall -->\n{PREMIUM}",
                title="Secret",
                access="paid",
                date="2026-01-01",
            ),
            "posts/heron.png": picture("heron"),
            "posts/draft.png": picture("draft"),
            "posts/draft.md": post(
                f"Teaser.\n\n<!-- paywall -->\n\n{draft}\n\n![x](draft.png)",
                title="Draft",
                access="paid",
                status="draft",
            ),
            "files/sheet.zip": _archive(),
            "files/notes.txt": NOTES,
            "files/unnamed.bin": b"\x00\x01 delivered one day \xff",
        },
    )


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory):
    place = tmp_path_factory.mktemp("leaky")
    (place / "mode").write_text("nothing")
    content = folder(place / "content", "leaky")
    with Living((Path(leaky.__file__).parent,), LEAKY=str(place / "mode")) as process:
        first = process.ask(request(content, place / "out"))
        assert first.ok, first.errors
        yield place, process


def _shares_words(text: str) -> list[str]:
    """Return what a message says of the premium part beyond single common words."""
    low = text.casefold()
    english = ENGLISH.casefold().split()
    pairs = {" ".join(english[n : n + 3]) for n in range(len(english) - 2)}
    pairs |= {"-".join(english[n : n + 3]) for n in range(len(english) - 2)}
    pairs |= {CHINESE[n : n + 5] for n in range(len(CHINESE) - 4)}
    pairs |= {"heron-42-quay", "738201945", "meet.example", "what the heron costs", "ferry landing"}
    return [each for each in pairs if each in low]


@pytest.mark.parametrize(
    "name", [name for name in leaky.everything() if not name.startswith("empty")]
)
def test_the_build_stops_and_says_where_without_the_words(living, name):
    place, process = living
    before = (place / "out/current").readlink()
    (place / "mode").write_text(name)
    ran = process.ask(request(place / "content", place / "out"))
    assert not ran.ok
    assert ran.errors
    assert _shares_words(" ".join(map(str, ran.events))) == []
    owner = OWNERS.get(name, "posts/secret.md")
    if name not in UNREADABLE:
        assert any(error.startswith(f"{owner}: ") for error in ran.errors), ran.errors
    if not name.startswith("article"):
        wanted = {"the_page_itself": "secret/index.html", "feed_entry": "feeds/atom.xml"}
        wanted |= {"raw_source": "secret.md.txt"}
        assert any(wanted.get(name, "leak") in error for error in ran.errors), ran.errors
    assert (place / "out/current").readlink() == before


def test_empty_folders_are_no_part_of_a_site(living):
    place, process = living
    (place / "mode").write_text("empty_folder_name")
    assert process.ask(request(place / "content", place / "out")).ok
    folders = [path for path in (place / "out/public").rglob("*") if path.is_dir()]
    assert folders
    assert all(any(path.iterdir()) for path in folders)


def test_the_same_process_builds_again_when_nothing_leaks(living):
    place, process = living
    (place / "mode").write_text("nothing")
    assert process.ask(request(place / "content", place / "out")).ok


def test_the_line_is_about_where_the_leak_is(living):
    place, process = living
    (place / "mode").write_text("the_page_itself")
    ran = process.ask(request(place / "content", place / "out"))
    page = (place / "out/public/secret/index.html").read_text("utf-8")
    last = page[: page.index("</main>")].count("\n") + 1
    lines = [int(e.rsplit("near line ", 1)[1]) for e in ran.errors if "near line" in e]
    assert lines
    assert max(abs(line - last) for line in lines) < 40


def test_a_leak_found_once_is_found_again_with_a_warm_cache(living):
    place, process = living
    (place / "mode").write_text("text_file")
    first = process.ask(request(place / "content", place / "out"))
    second = process.ask(request(place / "content", place / "out"))
    assert first.errors == second.errors != []


@pytest.mark.parametrize(
    ("build", "name"),
    [(engine, "article_content"), (inkstead, "text_file"), (pelican, "article_content")],
)
def test_every_way_of_building_stops(tmp_path, build, name):
    (tmp_path / "mode").write_text("nothing")
    content, output = folder(tmp_path / "content", "leaky"), tmp_path / "out"
    given = {"LEAKY": str(tmp_path / "mode")}
    paths = (Path(leaky.__file__).parent,)
    if build is engine:
        first, again = (
            lambda: engine(content, output, paths=paths, environ=given),
            lambda: engine(content, output, paths=paths, environ=given),
        )
    else:
        first = again = lambda: build(content, output, paths=paths, **given)
    assert first().code == 0
    before = (output / "current").readlink()
    (tmp_path / "mode").write_text(name)
    ran = again()
    assert ran.code == (0 if build is engine else 1)
    assert "Traceback" not in ran.err
    assert "posts/secret.md" in ran.out + ran.err
    assert _shares_words(ran.out + ran.err) == []
    assert (output / "current").readlink() == before


def test_a_plugin_beside_the_creators_folder_vouches_for_nothing(tmp_path):
    """A single file's neighbours are no public source: premium texts may lie there."""
    content = folder(tmp_path / "content", "beside")
    source = Path(leaky.__file__).read_text("utf-8")
    (tmp_path / "beside.py").write_text(source, "utf-8")
    (tmp_path / "mode").write_text("text_file")
    ran = engine(
        content,
        tmp_path / "out",
        paths=(tmp_path,),
        environ={"LEAKY": str(tmp_path / "mode")},
    )
    assert not ran.ok
    assert any("leak/search.txt" in error for error in ran.errors), ran.errors


def test_a_link_in_static_vouches_for_nothing(tmp_path):
    content = folder(tmp_path / "content")
    (content / "static").mkdir()
    (content / "static/copy.md").symlink_to("../posts/secret.md")
    ran = engine(content, tmp_path / "out")
    assert not ran.ok
    assert any('"copy.md"' in error for error in ran.errors), ran.errors


def test_a_copy_of_a_private_file_in_static_is_a_leak(tmp_path):
    content = folder(tmp_path / "content")
    (content / "files/sheet.pdf").write_bytes(b"%PDF-1.7 the worksheet")
    (content / "static").mkdir()
    (content / "static/free.pdf").write_bytes(b"%PDF-1.7 the worksheet")
    ran = engine(content, tmp_path / "out")
    assert [e for e in ran.errors if "free.pdf" in e and e.startswith("files/sheet.pdf")]
