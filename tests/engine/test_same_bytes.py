"""The same content and time give the same bytes, wherever, whenever and however they are built."""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

import pytest

from tests.engine.house import ROOT, engine, generation, inkstead, pelican, post
from tests.gate.garden import plant

MANY = 50  # texts, so that a second process pays off


def planted(place: Path) -> Path:
    plant(place, "neighbors")
    for number in range(MANY):
        body = f"Text {number} with *words* and a note[^1].\n\n```python\nx = {number}\n```\n\n"
        body += f"[^1]: Note {number}. [Open](open.md)\n"
        (place / f"posts/many{number}.md").write_text(
            post(body, title=f"Many {number}", tags=f"[t{number % 7}, 标签{number % 5}]"), "utf-8"
        )
    return place


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory):
    place = tmp_path_factory.mktemp("first")
    content = planted(place / "content")
    ran = engine(content, place / "out", environ={"PYTHONHASHSEED": "0"})
    assert ran.ok, ran.errors
    return content, generation(place / "out"), ran.done["generation"]


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


CIRCUMSTANCES = {
    "one process, another hash seed and home": {
        "INKSTEAD_PROCESSES": "1",
        "PYTHONHASHSEED": "1",
        "HOME": "/nonexistent",
        "USER": "somebody",
    },
    "two processes, another time zone and language": {
        "INKSTEAD_PROCESSES": "2",
        "TZ": "Pacific/Auckland",
        "LANG": "zh_CN.UTF-8",
        "LC_ALL": "zh_CN.UTF-8",
    },
    "three processes, any hash seed, no cache, no language": {
        "INKSTEAD_PROCESSES": "3",
        "PYTHONHASHSEED": "random",
        "INKSTEAD_NO_CACHE": "1",
        "LANG": "C",
        "LC_ALL": "C",
    },
}


@pytest.mark.parametrize("name", CIRCUMSTANCES)
def test_circumstances_change_nothing(first, tmp_path, name):
    content, expected, called = first
    ran = engine(content, tmp_path / "out", environ=CIRCUMSTANCES[name])
    assert ran.ok, ran.errors
    assert differences(generation(tmp_path / "out"), expected) == []
    assert ran.done["generation"] == called


def test_a_warm_cache_changes_nothing(first, tmp_path):
    content, expected, _ = first
    for _ in range(2):
        assert engine(content, tmp_path / "out").ok
        (tmp_path / "out/current").unlink()
    assert engine(content, tmp_path / "out").ok
    assert differences(generation(tmp_path / "out"), expected) == []


def test_a_cache_of_other_texts_changes_nothing(first, tmp_path):
    content, expected, _ = first
    shutil.copytree(content, tmp_path / "content")
    for path in (tmp_path / "content/posts").glob("many*.md"):
        path.write_text(path.read_text("utf-8").replace("Text", "Other"), "utf-8")
    assert engine(tmp_path / "content", tmp_path / "out").ok
    assert engine(content, tmp_path / "out").ok
    assert differences(generation(tmp_path / "out"), expected) == []


def test_another_folder_order_age_mask_and_working_folder_change_nothing(first, tmp_path):
    content, expected, _ = first
    paths = [path for path in content.rglob("*") if path.is_file()]
    random.Random(5).shuffle(paths)
    copy = tmp_path / "somewhere else/日本"
    for number, path in enumerate(paths):
        target = copy / path.relative_to(content)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
        os.utime(target, (1e9 + number, 1e9 - number))
    mask = os.umask(0o077)
    try:
        ran = engine(copy, tmp_path / "out", cwd=tmp_path)
    finally:
        os.umask(mask)
    assert ran.ok, ran.errors
    assert differences(generation(tmp_path / "out"), expected) == []


def test_the_command_gives_the_same(first, tmp_path):
    content, expected, _ = first
    assert inkstead(content, tmp_path / "out").code == 0
    assert differences(generation(tmp_path / "out"), expected) == []


def test_plain_pelican_differs_by_its_time_alone(first, tmp_path):
    content, expected, _ = first
    ran = pelican(content, tmp_path / "out")
    assert ran.code == 0, ran.err
    assert differences(generation(tmp_path / "out"), expected) == ["manifest.json"]


def test_nothing_says_where_or_when_it_was_built(first):
    content, expected, _ = first
    today = time.strftime("%Y-%m-%d")
    for name, data in expected.items():
        for word in (str(content), str(content.parent), str(ROOT), "/tmp/", today):
            assert word.encode() not in data, (name, word)
