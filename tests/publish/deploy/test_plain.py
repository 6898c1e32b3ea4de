"""A plain tree for any static host: only ours is touched, only what changed, never in halves."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from publish.deploy import headers, plain, plain_tree
from publish.deploy import local as building
from publish.deploy.plain_tree import Tree
from publish.deploy.release import Local, PrivatePiece, PublicPiece, identity
from publish.trouble import Failure, WrongUsage

PAGES = {
    "index.html": "home",
    "about/index.html": "about",
    "feeds/rss.xml": "<rss>",
    "404.html": "missing",
    "assets/site.301d8797.css": "css",
    "media/door.07f6db2e.jpg": "door",
}
SECRET = "what only members read"


def made(root: Path, pages: dict[str, str]) -> Local:
    """Return what a build would have made of these pages, with a private piece beside them."""
    public, sources = {}, {}
    for path, text in pages.items():
        file = root / "public" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        public[path] = PublicPiece(path, digest, len(text.encode()), *headers.of(path))
        sources[path] = file
    secret = root / "private" / "posts" / "walled.html"
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.write_text(SECRET)
    private = {"private/posts/walled.html": PrivatePiece("private/posts/walled.html", "0" * 64, 9)}
    return Local(
        id=identity(public.values(), private.values()),
        engine="0",
        manifest_version=2,
        url="https://example.test",
        public=public,
        private=private,
        gated=("walled",),
        sources=sources | {"private/posts/walled.html": secret},
    )


def publish_to(
    local: Local, folder: Path, listen: plain_tree.Listen = plain_tree.silent, **told: Any
) -> Tree:
    """Bring a folder to what the build made and return what was done."""
    tree = plain.plan(local, folder, **told)
    plain_tree.write(tree, listen)
    return tree


def tree_of(folder: Path) -> dict[str, str]:
    """Return what stands in a folder but for the record."""
    files = (each for each in folder.rglob("*") if each.is_file() and each.name != plain.RECORD)
    return {each.relative_to(folder).as_posix(): each.read_text("utf-8") for each in files}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "folder"


@pytest.fixture
def build(tmp_path: Path):
    builds = iter(range(1000))
    return lambda pages=PAGES: made(tmp_path / f"build-{next(builds)}", dict(pages))


def test_a_new_folder_gets_the_public_files_and_nothing_private(build, folder):
    done = publish_to(build(), folder)
    assert tree_of(folder) == PAGES
    assert (len(done.writes), done.gone, done.same) == (len(PAGES), (), 0)
    assert done.size == sum(map(len, PAGES.values()))
    told = json.loads((folder / plain.RECORD).read_text())
    assert set(told) == {"version", "release", "public"}
    assert set(told["public"]) == set(PAGES)
    assert "walled" not in (folder / plain.RECORD).read_text()
    assert not (folder / plain_tree.SPARE).exists()


def test_the_demo_gets_there_whole(demo, folder):
    local = building.read(demo)
    done = publish_to(local, folder)
    public = {f.relative_to(demo / "public"): f.read_bytes() for f in files_in(demo / "public")}
    assert {f.relative_to(folder): f.read_bytes() for f in files_in(folder)} == {
        **public,
        Path(plain.RECORD): (folder / plain.RECORD).read_bytes(),
    }
    again = publish_to(local, folder)
    assert (again.writes, again.gone, again.same) == ((), (), len(done.writes))


def files_in(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


def test_the_same_again_writes_nothing(build, folder, monkeypatch):
    publish_to(build(), folder)
    stamps = {each: each.stat().st_mtime_ns for each in files_in(folder)}
    monkeypatch.setattr(plain_tree, "_write", None)
    done = publish_to(build(), folder)
    assert (done.writes, done.gone) == ((), ())
    assert {each: each.stat().st_mtime_ns for each in files_in(folder)} == stamps


def test_only_what_changed_is_written_and_only_ours_that_is_gone_is_deleted(build, folder):
    publish_to(build(), folder)
    for name in (".git/config", "CNAME", "notes/mine.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("foreign")
    new = {**PAGES, "index.html": "new home", "extra/index.html": "extra"}
    del new["about/index.html"]
    done = publish_to(build(new), folder)
    assert done.writes == ("extra/index.html", "index.html")
    assert done.gone == ("about/index.html",)
    foreign = dict.fromkeys((".git/config", "CNAME", "notes/mine.txt"), "foreign")
    assert tree_of(folder) == {**new, **foreign}
    assert not (folder / "about").exists()


def test_what_was_changed_there_by_hand_is_made_right(build, folder):
    publish_to(build(), folder)
    (folder / "index.html").write_text("hacked")
    (folder / "404.html").unlink()
    assert publish_to(build(), folder).writes == ("404.html", "index.html")
    assert tree_of(folder) == PAGES


def test_pages_come_after_what_they_show_and_the_first_page_last(build, folder):
    publish_to(build({**PAGES, "zoo/index.html": "zoo"}), folder)
    new = {name: f"{text} again" for name, text in PAGES.items() if "." not in Path(name).stem}
    new |= {
        "zoo/index.html": "zoo again",
        "media/new.12345678.png": "new",
        "zz/index.html": "new page",
    }
    done = plain.plan(build(new), folder, insist=frozenset({"gone"}))
    assert done.writes[0] == "media/new.12345678.png"
    assert done.writes[1] == "zz/index.html"
    assert done.writes[-1] == "index.html"
    assert done.gone == ("assets/site.301d8797.css", "media/door.07f6db2e.jpg")


def test_a_folder_of_somebody_else_is_refused_and_not_touched(build, folder):
    folder.mkdir()
    (folder / "index.html").write_text("foreign")
    with pytest.raises(Failure, match=r'index.html" is there and none of ours'):
        publish_to(build(), folder)
    assert tree_of(folder) == {"index.html": "foreign"}
    assert publish_to(build(), folder, insist=frozenset({"record"})).same == 0
    assert tree_of(folder) == PAGES


def test_foreign_files_beside_ours_are_no_hindrance(build, folder):
    folder.mkdir()
    (folder / "CNAME").write_text("example.test")
    (folder / "404.html").write_text(PAGES["404.html"])  # the very same bytes
    publish_to(build(), folder)
    assert tree_of(folder) == {**PAGES, "CNAME": "example.test"}


@pytest.mark.parametrize(
    "record", ["", "{", "[]", '{"version": 2, "public": {}}', '{"version": 1}']
)
def test_a_record_that_cannot_be_read_deletes_nothing(build, folder, record):
    publish_to(build(), folder)
    (folder / plain.RECORD).write_text(record)
    with pytest.raises(Failure, match="cannot be read, so nobody knows which files are ours"):
        publish_to(build({"index.html": "only"}), folder)
    publish_to(build({"index.html": "only"}), folder, insist=frozenset({"record"}))
    assert tree_of(folder) == {**PAGES, "index.html": "only"}


def many(count: int) -> dict[str, str]:
    return {"index.html": "home", **{f"p{n}/index.html": str(n) for n in range(count - 1)}}


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [(19, 9, False), (19, 8, True), (20, 18, False), (20, 17, True), (3000, 2744, False),
     (3000, 2743, True)],
)  # fmt: skip
def test_a_mistake_takes_away_only_so_much(build, folder, before, after, refused):
    folder.mkdir()
    paths = dict.fromkeys(many(before), "0")
    (folder / plain.RECORD).write_text(json.dumps({"version": 1, "public": paths}))
    local = build(many(after) if after < 100 else {"index.html": "home"})
    if after >= 100:  # what stays needs no bytes here
        local = local_of(local, list(many(after)))
    if refused:
        with pytest.raises(Failure, match=f"{before - after} of {before} pages and files would go"):
            plain.plan(local, folder)
    gone = plain.plan(local, folder, insist=frozenset({"gone"})).gone
    assert len(gone) == before - after
    if not refused:
        assert plain.plan(local, folder).gone == gone


def local_of(local: Local, paths: list[str]) -> Local:
    piece = local.public["index.html"]
    public = {path: PublicPiece(path, piece.hash, piece.bytes, "", "") for path in paths}
    return Local(**{**vars(local), "public": public})


@pytest.mark.parametrize("link", ["about", "about/index.html", "feeds"])
def test_no_link_leads_out_of_the_folder(build, folder, tmp_path, link):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.html").write_text("foreign")
    (folder / link).parent.mkdir(parents=True)
    target = outside / "index.html" if link.endswith(".html") else outside
    (folder / link).symlink_to(target)
    with pytest.raises(Failure, match=r"is a link or a file|is there and none of ours"):
        publish_to(build(), folder)
    assert tree_of(outside) == {"index.html": "foreign"}


def test_nothing_is_deleted_through_a_link_or_outside(build, folder, tmp_path):
    publish_to(build(), folder)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.html").write_text("foreign")
    (folder / "about" / "index.html").unlink()
    (folder / "about").rmdir()
    (folder / "about").symlink_to(outside)
    less = {name: text for name, text in PAGES.items() if name != "about/index.html"}
    with pytest.raises(Failure, match="is a link"):
        publish_to(build(less), folder)
    record = json.loads((folder / plain.RECORD).read_text())
    record["public"] |= {"../outside/index.html": "0", "/etc/hosts": "0", ".git/config": "0"}
    (folder / plain.RECORD).write_text(json.dumps(record))
    (folder / "about").unlink()
    assert plain.plan(build(less), folder).gone == ("about/index.html",)
    assert (outside / "index.html").read_text() == "foreign"


def test_a_file_becomes_a_folder_and_back(build, folder):
    one = {"index.html": "home", "a": "file", "b/index.html": "folder"}
    other = {"index.html": "home", "a/index.html": "folder", "b": "file"}
    for pages in (one, other, one):
        publish_to(build(pages), folder)
        assert tree_of(folder) == pages


@pytest.mark.parametrize("place", ["", "public", "output", "output/.generations/x/public/sub"])
def test_the_sites_own_output_is_no_place(tmp_path, place):
    local = made(tmp_path / "output" / ".generations" / "x", PAGES)
    with pytest.raises(WrongUsage, match="lie in each other"):
        plain.plan(local, tmp_path / place if place != "public" else tmp_path / "output" / "public")


def test_a_manifest_of_somebody_else_above_means_nothing(build, folder, tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "app"}')
    local = build()
    publish_to(local, folder)
    assert tree_of(folder) == PAGES
    with pytest.raises(WrongUsage, match="lie in each other"):
        plain.plan(local, tmp_path / "build-0" / "public" / "about")


def test_a_file_is_no_folder(build, folder):
    folder.write_text("file")
    with pytest.raises(WrongUsage, match="is a file"):
        plain.plan(build(), folder)


def test_a_site_rebuilt_meanwhile_never_gets_in_by_halves(build, folder):
    local = build()
    local.sources["about/index.html"].write_text("other bytes, same name")
    with pytest.raises(Failure, match="the site was rebuilt: run it again"):
        publish_to(local, folder)
    assert "about/index.html" not in tree_of(folder)
    assert "index.html" not in tree_of(folder)  # the first page comes last
    local.sources["404.html"].unlink()
    with pytest.raises(Failure, match="the site was rebuilt: run it again"):
        publish_to(local, folder)
    publish_to(build(), folder)
    assert tree_of(folder) == PAGES


class Killed(BaseException):
    """Nothing that anybody catches."""


def test_killed_anywhere_the_next_run_makes_it_whole(build, folder, tmp_path, monkeypatch):
    """Every file is old or new at every moment, and what a killed run wrote is known as ours."""
    new = {**PAGES, "index.html": "new home", "extra/index.html": "x", "about/index.html": "new"}
    del new["404.html"]
    reached = points = 0
    while points == reached:
        points += 1
        reached = 0
        here = tmp_path / f"killed-{points}"
        publish_to(build(), here)

        def listen(done: int, total: int, last: int = points) -> None:
            nonlocal reached
            reached += 1
            if reached == last:
                raise Killed

        # A process that is killed leaves its spare folder behind, too.
        with monkeypatch.context() as patched:
            patched.setattr(plain_tree.shutil, "rmtree", lambda *_, **__: None)
            try:
                publish_to(build(new), here, listen=listen)
            except Killed:
                assert json.loads((here / plain.RECORD).read_text())["release"] == ""
        for path, text in tree_of(here).items():
            if not path.startswith(plain_tree.SPARE):
                assert text in (PAGES.get(path), new.get(path)), path
        publish_to(build(new), here)
        assert tree_of(here) == new
    assert points == 5  # three written, one deleted, and once to the end


def test_headers_for_hosts_that_read_them(build, folder):
    security = headers.security()
    publish_to(build(), folder, security=security)
    text = (folder / "_headers").read_text()
    assert text.startswith("/*\n  content-security-policy: default-src 'none';")
    assert all(f"\n  {name}: {value}\n" in text for name, value in security.items())
    assert publish_to(build(), folder, security=security).writes == ()
    assert publish_to(build(), folder).gone == ("_headers",)
    assert tree_of(folder) == PAGES


def test_headers_of_the_creators_own_are_left_alone(build, folder):
    folder.mkdir()
    (folder / "_headers").write_text("mine")
    assert "_headers" not in publish_to(build(), folder, security={"x": "y"}).writes
    assert tree_of(folder) == {**PAGES, "_headers": "mine"}
    other = folder.with_name("other")
    publish_to(build({**PAGES, "_headers": "built"}), other, security={"x": "y"})
    assert (other / "_headers").read_text() == "built"


def test_it_hears_how_far_it_is(build, folder):
    heard = []
    publish_to(build(), folder, listen=lambda done, total: heard.append((done, total)))
    assert heard == [(n, len(PAGES)) for n in range(1, len(PAGES) + 1)]


def test_a_disk_that_refuses_is_said(build, folder, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(folder / "index.html"))

    monkeypatch.setattr(plain_tree, "_put", full)
    with pytest.raises(Failure, match=r'index.html" cannot be written: No space left'):
        publish_to(build(), folder)
