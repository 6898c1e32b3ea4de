"""What `inkstead init` writes."""

import tomllib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from publish import place, starter
from publish.commands import publish
from publish.contract.catalogue import speak
from publish.starter import Answers
from publish.trouble import WrongUsage

NOW = datetime(2026, 12, 24, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
BOTH = Answers(
    "自留地", "一句话", ("zh-Hans", "en"), "林墨", "https://example.com", "Asia/Shanghai"
)


@pytest.mark.parametrize("spoken", ["en", "zh"])
@pytest.mark.parametrize("languages", [("zh-Hans",), ("en",), ("zh-Hans", "en"), ("en", "zh-Hans")])
def test_a_site_of_any_languages_is_whole(spoken, languages):
    answers = Answers("T", "d", languages, "A", "https://a.example", "UTC")
    made = starter.files(answers, spoken, NOW)
    settings = tomllib.loads(made["site.toml"])
    assert settings["languages"] == list(languages)
    legal = [settings["legal"], *(each["legal"] for each in settings.get("language", {}).values())]
    for table in legal:
        assert {table[name] for name in ("terms", "privacy", "refund")} <= set(made)
    assert len(legal) == len(languages)
    assert "posts/2026-12-24-hello.md" in made
    assert {".gitignore", ".github/workflows/publish.yml", "products/membership.md"} <= set(made)
    further = languages[1].split("-")[0] if len(languages) > 1 else None
    assert (f"posts/{further}/2026-12-24-hello.md" in made) is bool(further)


def test_no_placeholder_is_left():
    for lang in ("en", "zh"):
        for path, text in starter.files(BOTH, lang, NOW).items():
            assert "$" not in text.replace("${{ vars.", ""), path  # GitHub's own places stay


def test_front_matter_is_yaml_with_an_id_of_its_own():
    made = starter.files(BOTH, "zh", NOW)
    found = [
        yaml.safe_load(text.split("---\n")[1])
        for path, text in made.items()
        if path.endswith(".md")
    ]
    ids = [each["id"] for each in found]
    assert len(set(ids)) == len(ids) == 11
    assert {each["translation_of"] for each in found if "translation_of" in each} == {
        "hello",
        "about",
        "terms",
        "privacy",
        "refund",
    }
    assert {each["status"] for each in found if each["id"] == "membership"} == {"draft"}


def test_a_text_in_another_language_links_to_its_own():
    made = starter.files(BOTH, "zh", NOW)
    assert "](/en/about/)" in made["posts/en/2026-12-24-hello.md"]
    assert "](/about/)" in made["posts/2026-12-24-hello.md"]


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",))))
def test_any_text_survives_toml(text):
    assert tomllib.loads(f"x = {starter.toml(text)}")["x"] == text


def test_a_title_with_stars_and_dollars_is_shown_as_it_is():
    answers = Answers("*$title* [x]", "", ("en",), "A_b", "https://a.example", "UTC")
    made = starter.files(answers, "en", NOW)
    assert tomllib.loads(made["site.toml"])["title"] == "*$title* [x]"
    assert r"**\*$title\* \[x\]**" in made["pages/about.md"]


def test_the_workflow_names_only_what_exists():
    text = starter.files(BOTH, "en", NOW)[".github/workflows/publish.yml"]
    workflow = yaml.safe_load(text)
    runs = [step["run"] for step in workflow["jobs"]["site"]["steps"] if "run" in step]
    assert f'pip install "inkstead=={place.version()}"' in runs
    assert "inkstead build --content . --output output" in runs
    uploaded = workflow["jobs"]["site"]["steps"][-1]["with"]["path"]
    assert uploaded == "site"
    assert "cp -RL output/public site" in runs


def test_the_workflow_publishes_without_a_stored_key_and_never_touches_the_stack():
    text = starter.files(BOTH, "en", NOW)[".github/workflows/publish.yml"]
    job = yaml.safe_load(text)["jobs"]["aws"]
    assert job["permissions"] == {"contents": "read", "id-token": "write"}
    assert "secrets." not in text
    published = next(step["run"] for step in job["steps"] if "inkstead publish" in str(step))
    known = {name for each in publish.command(speak("en")).params for name in each.opts}
    assert {word for word in published.split() if word.startswith("--")} <= known
    assert {"--site-only", "--yes"} <= set(published.split())


def test_the_gitignore_keeps_premium_text_out_of_the_repository():
    assert "/output/" in starter.files(BOTH, "en", NOW)[".gitignore"].splitlines()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("zh-Hans", ("zh-Hans",)),
        ("EN", ("en",)),
        ("zh,en", ("zh-Hans", "en")),
        ("en、zh-CN", ("en", "zh-Hans")),
    ],
)
def test_languages_are_read_as_people_write_them(text, codes):
    assert starter.check_languages(text) == codes


@pytest.mark.parametrize("text", ["", "fr", "en,en", "zh,fr", "en,en-US"])
def test_languages_that_cannot_be_meant_are_refused(text):
    with pytest.raises(WrongUsage, match="zh-Hans,en"):
        starter.check_languages(text)


@pytest.mark.parametrize(
    "text",
    [
        "example.com",
        "https://",
        "https://a.example/blog",
        "ftp://a.example",
        "https://a/?x",
        "https://[a",
    ],
)
def test_what_is_no_address_of_a_site_is_refused(text):
    with pytest.raises(WrongUsage, match="write https://example"):
        starter.check_address(text)
    assert starter.check_address(" https://a.example/ ") == "https://a.example"


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(WrongUsage, match="Asia/Shanghai"):
        starter.check_zone("Mars")
    assert starter.check_zone("Asia/Shanghai ") == "Asia/Shanghai"


def test_the_machines_time_zone_is_found(tmp_path):
    zones = tmp_path / "usr" / "zoneinfo" / "Europe"
    zones.mkdir(parents=True)
    (zones / "Paris").write_text("")
    assert starter.machine_zone({}, tmp_path) == "UTC"
    (tmp_path / "timezone").write_text("Asia/Tokyo\n")
    assert starter.machine_zone({}, tmp_path) == "Asia/Tokyo"
    (tmp_path / "localtime").symlink_to(zones / "Paris")
    assert starter.machine_zone({}, tmp_path) == "Europe/Paris"
    assert starter.machine_zone({"TZ": ":Asia/Shanghai"}, tmp_path) == "Asia/Shanghai"
    assert starter.machine_zone({"TZ": "nonsense"}, tmp_path) == "Europe/Paris"


def test_a_folder_with_anything_in_it_is_refused_by_name(tmp_path):
    (tmp_path / ".git").mkdir()
    starter.write(tmp_path, {})
    for name in ("a.txt", "b", "c", "d", "e", "f"):
        (tmp_path / name).write_text("")
    with pytest.raises(WrongUsage, match=r"is not empty: a\.txt, b, c, d, e …"):
        starter.write(tmp_path, {"site.toml": ""})
    assert not (tmp_path / "site.toml").exists()


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "x").write_text("")
    with pytest.raises(WrongUsage, match="is not empty: x"):
        starter.write(tmp_path / "x", {})


def test_every_room_is_there_from_the_start(tmp_path):
    starter.write(tmp_path / "new", {"site.toml": "", "pages/en/a.md": "a"})
    rooms = {each.name for each in (tmp_path / "new").iterdir() if each.is_dir()}
    assert rooms == {"posts", "pages", "products", "magnets", "letters", "files", "static"}
    assert (tmp_path / "new" / "pages" / "en" / "a.md").read_text() == "a"


def test_templates_are_the_same_files_in_both_languages():
    def names(lang: str) -> set[str]:
        root = Path(starter.TEMPLATES) / lang
        return {each.relative_to(root).as_posix() for each in root.rglob("*") if each.is_file()}

    assert names("en") == names("zh")
