"""The build asked for a letter, and the letter held against what is live."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from publish.contract import manifest as contract
from publish.contract.catalogue import speak
from publish.operating.letter_book import Parts
from publish.operating.letter_press import Need, Order, Pressed, Wrong, check_live, press
from publish.trouble import Failure
from tests.publish.paywall.generation import make_generation

SITE = 'title = "Ground"\nlanguages = ["en"]\n[legal]\naddress = "1 Mill Lane"\n'


def order(folder: Path, text: str = "---\nsubject: News\nto: {tag: beta}\n---\nHello") -> Order:
    (folder / "site.toml").write_text(SITE, "utf-8")
    file = folder / "news.md"
    file.write_text(text, "utf-8")
    return Order(folder, file, "news.md", "https://ground.example", ("tag",), "en")


def test_it_comes_with_its_parts_and_whom_it_is_for(tmp_path):
    found = press(order(tmp_path))
    assert found.parts.subject == "News"
    assert "Hello" in found.parts.html
    assert "Hello" in found.parts.text
    assert (found.lang, found.to, found.to_line) == ("en", {"tag": "beta"}, 3)
    assert len(bytes.fromhex(found.name)) == 32


def test_all_that_is_wrong_is_said_in_the_creators_language(tmp_path):
    with pytest.raises(Wrong) as told:
        press(order(tmp_path, "---\nsubject: x\n---\n[a](gone.md)\n\n[[name]]"))
    assert told.value.say(speak("en")).splitlines() == [
        'news.md:4: "gone.md" leads nowhere',
        'news.md:6: "[[name]]" says nothing to who gave no name (write "[[name|friend]]")',
        "the letter is not right",
    ]


@pytest.mark.parametrize(
    "program",
    [
        "raise ValueError('broken')",
        "print('no json')",
        "print('{}')",
        f"print({json.dumps(json.dumps({'version': 2, 'problems': [], 'letter': None}))})",
    ],
)
def test_no_answer_is_said_in_one_sentence(tmp_path, program):
    with pytest.raises(Failure, match="could not be rendered"):
        press(order(tmp_path), (sys.executable, "-c", program))


def needing(*paths: str) -> Pressed:
    needs = tuple(Need(path, f"written {path}", line) for line, path in enumerate(paths, 7))
    return Pressed(Parts("s", "h", "t"), "en", "00", {}, 0, needs)


@pytest.fixture
def manifest(tmp_path) -> contract.Manifest:
    from dataclasses import replace

    found = contract.load(make_generation(tmp_path / "generation") / "manifest.json")
    files = ("public/index.html", "public/kiln/index.html", "public/media/door.1.jpg")
    return replace(found, files=dict.fromkeys((*files, "public/中/index.html"), "hash"))


def test_pages_and_pictures_that_are_live_are_fine(manifest):
    check_live(needing("/", "/kiln/", "/kiln", "/media/door.1.jpg", "/中/"), manifest, "l.md", "en")


def test_what_is_not_live_is_said_with_its_line(manifest):
    with pytest.raises(Wrong) as told:
        check_live(needing("/", "/draft/", "/media/no.jpg"), manifest, "l.md", "en")
    first, second, _ = told.value.say(speak("en")).splitlines()
    assert first.startswith('l.md:8: "written /draft/" is not on the site that readers see')
    assert second.startswith('l.md:9: "written /media/no.jpg" is not')
