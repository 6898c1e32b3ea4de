"""Kits of snippets in a build: made when something changed, kept, searched, swept up."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.engine import snippets as engine
from plugins.engine.cache import Cache
from plugins.gate.leaks import Search, Secret
from plugins.snippets import making, rules
from publish.build import Outcome, Worker
from publish.contract import snippets as contract
from publish.contract.report import Request
from tests.engine.house import AT, SITE, files_of, post, product, write

TEXT = "A letter is written on Monday and sent on Tuesday. Readers answer on Wednesday."
POSTS = {
    "posts/one.md": post(TEXT, title="One letter", id="letters/one"),
    "posts/二.md": post("信写好了，星期二寄出去。", title="第二封信", lang="zh-Hans", id="二"),
}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as process:
        yield process


class House:
    """A content folder with its output."""

    def __init__(self, folder: Path, worker: Worker, chosen: str = "") -> None:
        self.content, self.output, self.worker = folder / "content", folder / "out", worker
        write(self.content, {"site.toml": f"{SITE}\n{chosen}", **POSTS})

    def build(self, do: str = "build", **more: object) -> Outcome:
        request = Request(str(self.content), str(self.output), do=do, at=AT, lang="en", **more)
        return self.worker.build(request)

    def kit(self, name: str = "letters/one") -> Path:
        return contract.folder_of(self.output, name)

    @property
    def stored(self) -> set[str]:
        folder = self.output / ".snippets"
        return {each.name for each in folder.iterdir()} if folder.is_dir() else set()


@pytest.fixture
def house(tmp_path: Path, worker: Worker) -> House:
    return House(tmp_path, worker)


def test_each_post_has_a_kit_with_a_file_for_each_platform(house: House) -> None:
    assert house.build().done.ok
    for name in ("letters/one", "二"):
        kit = contract.load(house.kit(name))
        assert {each.id for each in kit.platforms} == {
            each.id for each in rules.pack().values() if each.full
        }
        assert all((house.kit(name) / each.file).stat().st_size > 20 for each in kit.platforms)
        assert (house.kit(name) / contract.INDEX).is_file()
    assert (house.kit() / "mastodon.txt").read_text("utf-8").count("https://ground.example/") == 1


def test_only_what_changed_is_made_again(house: House) -> None:
    house.build()
    first, other = house.kit().resolve(), house.kit("二").resolve()
    (first / "page-01.png").write_bytes(b"a picture that somebody asked for")
    house.build()
    assert house.kit().resolve() == first
    assert (house.kit() / "page-01.png").is_file()
    write(house.content, {"posts/one.md": POSTS["posts/one.md"] + "\nAnd one more.\n"})
    house.build()
    assert house.kit().resolve() != first
    assert not first.exists()
    assert house.kit("二").resolve() == other


def test_a_build_that_changes_nothing_but_snippets_shows_them(house: House) -> None:
    house.build()
    chosen = f'{SITE}\n[snippets]\nplatforms = ["weibo"]\n'
    write(house.content, {"site.toml": chosen})
    assert house.build().done.ok
    assert [each.id for each in contract.load(house.kit()).platforms] == ["weibo"]


def test_the_kit_of_a_post_that_is_gone_is_gone(house: House) -> None:
    house.build()
    (house.content / "posts/one.md").unlink()
    house.build()
    assert not house.kit().is_symlink()
    assert house.kit("二").is_dir()
    assert len([name for name in house.stored if not name.startswith("platforms-")]) == 1


def test_what_a_killed_build_left_behind_is_swept_up(house: House) -> None:
    (house.output / ".snippets/next-1-half").mkdir(parents=True)
    house.build()
    assert "next-1-half" not in house.stored


@pytest.mark.parametrize("gone", [contract.INDEX, contract.KIT, "x.txt"])
def test_a_kit_that_lost_a_file_is_made_again(house: House, gone: str) -> None:
    house.build()
    before = files_of(house.kit())
    (house.kit() / gone).unlink()
    assert house.build().done.ok
    assert files_of(house.kit()) == before


def test_a_link_in_the_place_of_a_kit_is_not_followed(house: House, tmp_path: Path) -> None:
    house.build()
    kit, away = house.kit().resolve(), tmp_path / "away"
    kit.rename(away)
    kit.symlink_to(away)
    assert house.build().done.ok
    assert not kit.is_symlink()
    assert files_of(kit) == files_of(away)


def test_a_cleaner_with_fewer_holes_makes_all_kits_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = making._sources.__wrapped__(), making.version
    assert making._sources.__wrapped__() == before
    monkeypatch.setattr(making, "version", lambda name: "99" if name == "nh3" else real(name))
    assert making._sources.__wrapped__() != before


def test_a_kit_is_taken_away_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that is killed while it deletes leaves no half of a kit under the kit's name."""
    house.build()
    shelf = engine.Shelf(house.output / ".snippets", Search([], [], ()), "en", keep=True)
    kits = {name for name in house.stored if not name.startswith("platforms-")}
    monkeypatch.setattr(engine.shutil, "rmtree", lambda *path, **more: None)
    engine.sweep(shelf)
    assert not kits & house.stored


def test_a_post_in_folders_of_very_long_names_has_a_kit(house: House) -> None:
    long = "很" * 80
    write(house.content, {f"posts/{long}/{long}/index.md": post("短。", title="很长")})
    assert house.build().done.ok
    assert contract.load(house.kit(f"{long}/{long}")).title == "很长"


def test_pictures_that_show_what_became_premium_are_forgotten(house: House) -> None:
    shown = {"gone": f"Page 1 of 1: {TEXT}", "kept": "Cover: Second letter"}
    for name, alt in shown.items():
        lists = json.dumps([{"file": "a.png", "alt": alt}])
        write(house.output / ".pictures" / name, {contract.MADE: lists, "a.png": b"\x89PNG"})
    house.build()
    assert {each.name for each in (house.output / ".pictures").iterdir()} == set(shown)
    body = f"Lead.\n\n<!-- paywall -->\n\n{TEXT}"
    gated = post(body, title="One letter", id="letters/one", access="paid", summary="A letter.")
    write(house.content, {"posts/one.md": gated, "products/m.md": product("m", "[paid]")})
    assert house.build().done.ok
    assert [each.name for each in (house.output / ".pictures").iterdir()] == ["kept"]
    assert TEXT.encode() not in b"".join(
        data for path, data in files_of(house.output / ".snippets").items()
    )


def test_a_check_writes_no_kit(house: House) -> None:
    house.output.mkdir()
    assert house.build("check").done.ok
    assert house.stored == set()


def test_no_platforms_means_no_kits(tmp_path: Path, worker: Worker) -> None:
    house = House(tmp_path, worker, "[snippets]\nplatforms = []\n")
    assert house.build().done.ok
    assert list((house.output / "snippets").iterdir()) == []


def test_a_preview_makes_kits_with_the_sites_own_address(house: House) -> None:
    assert house.build(url="http://127.0.0.1:8000", drafts=True).done.ok
    text = b"".join(files_of(house.kit().resolve()).values())
    assert b"127.0.0.1" not in text
    assert b"https://ground.example/" in text


def test_what_does_not_fit_is_a_warning_with_its_way_out(house: House) -> None:
    long = "x" * 400
    text = POSTS["posts/one.md"].replace("title:", f"snippets: {{x: {long}}}\ntitle:", 1)
    write(house.content, {"posts/one.md": text})
    outcome = house.build("check")
    assert outcome.done.ok
    (said,) = [each for each in outcome.problems if each.path == "posts/one.md"]
    assert said.line == 2
    assert "X (text 400/280)" in said.text
    assert "inkstead snippets letters/one" in said.text


def test_rules_that_nobody_looked_up_for_a_year_are_a_warning(house: House) -> None:
    request = Request(str(house.content), str(house.output), do="check", at="2031-01-01T00:00:00Z")
    found = [each.text for each in house.worker.build(request).problems]
    assert [text for text in found if "wechat" in text and "snippets.rules" in text], found


def test_short_ways_lead_to_the_post_with_its_campaign(tmp_path: Path, worker: Worker) -> None:
    house = House(tmp_path, worker, '[snippets]\nplatforms = ["weibo", "x"]\nlinks = "short"\n')
    assert house.build().done.ok
    pages = files_of(house.output / "public/go")
    assert len(pages) == 4
    text = (house.kit() / "weibo.txt").read_text("utf-8")
    path = text.partition("https://ground.example/go/")[2].split("/")[0]
    page = pages[f"{path}/index.html"].decode()
    assert 'content="0; url=/one/?utm_source=weibo&amp;utm_medium=snippet' in page
    assert "noindex" in page


def made(job: engine.Job, shelf: engine.Shelf, cache: Cache) -> list[tuple[str, engine.Verdict]]:
    with contextlib.ExitStack() as until:
        return list(engine.verdicts({"posts/one.md": job}, shelf, cache, lambda *told: None, until))


def test_a_kit_with_premium_words_is_refused_and_not_kept(house: House) -> None:
    house.build()
    post, platforms = making.load(house.kit())
    search = Search([Secret("posts/paid.md", TEXT * 2, "")], [], ())
    shelf = engine.Shelf(house.output / ".snippets", search, "en", keep=True)
    chosen = making.rules_of(platforms)
    job = engine.Job(post, chosen, "a-new-key")
    cache = Cache(None)
    ((_, verdict),) = made(job, shelf, cache)
    assert {leak.owner for _, leak in verdict.leaks} == {"posts/paid.md"}
    assert {"wechat.html", "zhihu.md", "index.html", "post.json", "kit.json"} <= {
        name for name, _ in verdict.leaks
    }
    assert "a-new-key" not in house.stored
    assert cache.asked == {}


def test_a_kit_that_was_clean_is_searched_again_when_there_are_new_secrets(house: House) -> None:
    house.build()
    post, platforms = making.load(house.kit())
    job = engine.Job(post, making.rules_of(platforms), house.kit().resolve().name)
    cache = Cache(None)

    def leaks(search: Search) -> int:
        shelf = engine.Shelf(house.output / ".snippets", search, "en", keep=True)
        return sum(len(verdict.leaks) for _, verdict in made(job, shelf, cache))

    assert leaks(Search([], [], ())) == 0
    assert leaks(Search([Secret("posts/paid.md", TEXT * 2, "")], [], ())) > 3


def test_what_was_made_comes_back_as_it_was(house: House) -> None:
    house.build()
    post, platforms = making.load(house.kit())
    chosen = making.rules_of(platforms)
    again = making.files(post, chosen, making.show(post, chosen))
    assert again == {path.name: path.read_bytes() for path in house.kit().iterdir()}
