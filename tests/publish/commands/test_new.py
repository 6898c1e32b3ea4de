"""`inkstead new` in a creator's folder."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.publish.commands.running import inkstead


@pytest.fixture
def site(tmp_path):
    (tmp_path / "posts").mkdir()
    (tmp_path / "site.toml").write_text(
        'time_zone = "Asia/Shanghai"\nlanguages = ["zh-Hans", "en"]\n'
    )
    return tmp_path


def fields(path: Path):
    return yaml.safe_load(path.read_text().split("---\n")[1])


def test_a_post_starts_now_in_the_sites_zone_and_its_path_is_printed(site):
    before = datetime.now(ZoneInfo("Asia/Shanghai")).replace(second=0, microsecond=0, tzinfo=None)
    ran = inkstead("new", "你好，世界", cwd=site)
    assert (ran.code, ran.err) == (0, "")
    path = site / ran.out.strip()
    assert path.name.endswith("-你好-世界.md")
    found = fields(path)
    assert found["title"] == "你好，世界"
    assert found["status"] == "draft"
    written = datetime.fromisoformat(found["date"])
    assert before <= written <= datetime.now(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
    assert path.name.startswith(f"{written:%Y-%m-%d}-")


def test_words_without_quotation_marks_are_one_title(site):
    ran = inkstead("new", "post", "Field", "notes", "--date", "2026-12-24", cwd=site)
    assert ran.out == "posts/2026-12-24-field-notes.md\n"


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("page", "Contact"), "pages/contact.md"),
        (("product", "Workbook", "--kind", "item"), "products/workbook.md"),
        (("Hello", "--date", "2026-12-24", "--in", "en"), "posts/en/2026-12-24-hello.md"),
        (("Hello", "--date", "2026-12-24", "--in", "zh-Hans"), "posts/2026-12-24-hello.md"),
        (("Hello", "--folder"), "posts/hello/index.md"),
        (("magnet", "Checklist"), "magnets/checklist.md"),
        (("magnet", "清单", "--in", "en"), "magnets/en/清单.md"),
    ],
)
def test_each_kind_goes_to_its_room(site, arguments, path):
    ran = inkstead("new", *arguments, cwd=site)
    assert ran.out == f"{path}\n"
    assert (site / path).is_file()


def test_the_second_of_the_same_is_refused(site):
    assert inkstead("new", "page", "Contact", cwd=site).code == 0
    ran = inkstead("new", "page", "Contact", cwd=site)
    assert ran.code == 2
    assert "is there already" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("post",), "the title is missing"),
        (("  ",), "the title is missing"),
        (("Hello", "--kind", "item"), '--kind "item" is no kind of post (known: classic'),
        (("page", "Hello", "--kind", "daily"), "is no kind of page"),
        (("magnet", "Hello", "--kind", "item"), "is no kind of magnet"),
        (("magnet", "Hello", "--access", "paid"), "a lead magnet is for everybody who asks"),
        (("Hello", "--in", "fr"), '--in "fr" is no language of this site'),
        (("Hello", "--date", "soon"), '--date "soon" is no date'),
    ],
)
def test_what_cannot_be_meant_is_refused(site, arguments, said):
    ran = inkstead("new", *arguments, cwd=site)
    assert ran.code == 2
    assert said in ran.err
    assert list((site / "posts").iterdir()) == []


def test_a_magnet_is_explained_in_the_creators_language(site):
    assert inkstead("new", "magnet", "清单", "--lang", "zh", cwd=site).code == 0
    text = (site / "magnets/清单.md").read_text()
    assert "# 一句话：读者会得到什么。" in text
    assert fields(site / "magnets/清单.md")["id"].startswith("magnet-")


def test_a_new_magnet_needs_only_its_file(site):
    assert inkstead("new", "magnet", "Checklist", "--publish", cwd=site).code == 0
    (site / "files").mkdir()
    (site / "files/checklist.pdf").write_bytes(b"%PDF-1.7")
    ran = inkstead("check", cwd=site)
    assert ran.code == 0, ran.out + ran.err


def test_json_gives_path_and_id(site):
    found = json.loads(inkstead("new", "Hello", "--json", cwd=site).out)
    assert fields(Path(found["path"]))["id"] == found["id"]
