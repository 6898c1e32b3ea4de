"""A letter as the build renders it: checked all at once, ready to be filled for each reader."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from plugins.engine import letter as module
from plugins.engine.letter import answer
from publish.contract.service import COMMON_SLOTS, LETTER_SLOTS
from publish.contract.slots import Prepared, escaped, plain
from tests.conftest import ROOT
from tests.plugins.creator import SITE, write

ORIGIN = "https://ground.example"
LEGAL = '[legal]\naddress = "1 Mill Lane"\n'
VALUES = {
    "name": "",
    "unsubscribe": f"{ORIGIN}/api/unsubscribe?key=k",
    "site": "Ground",
    "home": f"{ORIGIN}/",
    "account": f"{ORIGIN}/api/account",
}


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 400), "#1f5a80").save(out, "PNG")
    return out.getvalue()


FILES: dict[str, str | bytes] = {
    "site.toml": SITE + LEGAL,
    "posts/kiln.md": "---\nid: kiln\n---\n# The kiln\n\nHow it was lit.\n",
    "posts/door.png": picture(),
    "posts/en/other.md": "---\nlang: en\n---\n# Other\n\nText.\n",
    "static/logo.png": picture(),
    "files/list.pdf": b"%PDF",
    "magnets/list.md": "---\ntitle: The *list*\npromise: All of it\nfile: list.pdf\n---\nText.\n",
}


def order(folder: Path, text: str | bytes | None, **told: Any) -> dict[str, Any]:
    write(folder, FILES)
    file = folder / "letters" / "one.md"
    if text is not None:
        write(folder, {"letters/one.md": text})
    return {
        "version": 1,
        "content": str(folder),
        "file": str(file),
        "shown": "letters/one.md",
        "url": ORIGIN,
        "lang": "en",
        "segment": ["tag", "magnet"],
        **told,
    }


def read(folder: Path, text: str, *, head: str = "subject: News", **told: Any) -> dict[str, Any]:
    found = answer(order(folder, f"---\n{head}\n---\n{text}", **told))
    assert not [each for each in found["problems"] if each[0] == "error"], found["problems"]
    letter: dict[str, Any] = found["letter"]
    return letter


def wrong(folder: Path, text: str, head: str = "subject: News") -> list[str]:
    found = answer(order(folder, f"---\n{head}\n---\n{text}"))
    assert found["letter"] is None
    return [
        f"{path}:{line}: {said}"
        for level, path, line, said in found["problems"]
        if level == "error"
    ]


def test_both_parts_are_ready_to_be_filled(tmp_path):
    letter = read(tmp_path, "Hello [[name|friend]],\n\nit is lit.")
    html, text = (Prepared(letter[part]) for part in ("html", "text"))
    assert html.names <= LETTER_SLOTS | COMMON_SLOTS
    assert "Hello Ana," in html.fill({**VALUES, "name": "Ana"}, escaped)
    said = text.fill(VALUES, plain)
    assert said.startswith("Hello friend,\n\nit is lit.\n\n")
    assert "1 Mill Lane" in said
    assert VALUES["unsubscribe"] in said
    assert (letter["subject"], letter["lang"]) == ("News", "en")


def test_what_looks_like_another_slot_stays_text_in_both_parts(tmp_path):
    letter = read(tmp_path, "See [[wiki]] and `[[unsubscribe]]`.")
    for part, escape in (("html", escaped), ("text", plain)):
        filled = Prepared(letter[part]).fill(VALUES, escape).replace("\u2060", "")
        assert "[[wiki]]" in filled
        assert "[[unsubscribe]]" in filled


@pytest.mark.parametrize(
    "text", ["[&#91;home]]", "&lsqb;[nobody]]", "[[nobody&#x5D;]", "[&lbrack;home]]"]
)
def test_a_bracket_that_is_written_as_a_character_makes_no_slot(tmp_path, text):
    letter = read(tmp_path, text)
    found = [Prepared(letter[part]).fill(VALUES, escaped) for part in ("html", "text")]
    assert all("[\u2060[" in each for each in found)


def test_styles_stand_beside_the_words_and_the_dark_scheme_stays(tmp_path):
    html = read(tmp_path, "Hello")["html"]
    assert "<p style=" in html
    assert html.count("prefers-color-scheme: dark") == 1


def test_the_name_may_stand_in_the_subject_too(tmp_path):
    subject = read(tmp_path, "Hello", head='subject: "[[name|Friend]], news [[x]]"')["subject"]
    assert Prepared(subject).fill({"name": "Ana"}, plain) == "Ana, news [\u2060[x]]"
    assert Prepared(subject).fill({"name": ""}, plain) == "Friend, news [\u2060[x]]"


def test_a_title_is_a_heading_and_the_subject_where_there_is_no_other(tmp_path):
    letter = read(tmp_path, "Hello", head="title: The kiln is lit")
    assert letter["subject"] == "The kiln is lit"
    assert "The kiln is lit</h1>" in letter["html"]
    assert "</h1>" not in read(tmp_path, "Hello")["html"]


def test_links_are_in_full_wherever_the_letter_lies(tmp_path):
    text = (
        "[a](../posts/kiln.md) [b](posts/kiln.md#how) [c](/kiln/) [d](https://ground.example/kiln/)"
    )
    letter = read(tmp_path, text)
    assert letter["html"].count(f'href="{ORIGIN}/kiln/"') == 3
    assert f'href="{ORIGIN}/kiln/#how"' in letter["html"]
    assert f"b ({ORIGIN}/kiln/#how)" in letter["text"]
    assert {need[0] for need in letter["needs"]} == {"/kiln/"}


def test_other_links_stay_as_they_are(tmp_path):
    text = "[a](https://b.example/?x=1&y) [m](mailto:me@b.example) [s](//c.example/) [n](#note)"
    html = read(tmp_path, text)["html"]
    for each in (
        "https://b.example/?x=1&amp;y",
        "mailto:me@b.example",
        "https://c.example/",
        "#note",
    ):
        assert f'href="{each}"' in html
    assert read(tmp_path, "[account](/api/account)")["needs"] == []


def test_a_picture_of_a_post_is_the_one_that_its_page_shows(tmp_path):
    letter = read(tmp_path, "Look:\n\n![door](/posts/door.png) ![logo](static/logo.png)")
    (door, logo) = (need[0] for need in letter["needs"])
    assert door.startswith("/media/door.")
    assert logo == "/logo.png"
    assert f'src="{ORIGIN}{door}" width="544" height="272"' in letter["html"]
    assert 'loading="lazy"' not in letter["html"]
    assert [need[1:] for need in letter["needs"]] == [
        ["/posts/door.png", 6],
        ["static/logo.png", 6],
    ]


def test_a_mark_of_a_lead_magnet_is_a_link_to_its_page(tmp_path):
    letter = read(tmp_path, "Take it:\n\n<!-- magnet: list -->")
    assert f'href="{ORIGIN}/get/list/"' in letter["html"]
    assert f"The *list* ({ORIGIN}/get/list/)" in letter["text"]
    assert "/get/list/" in {need[0] for need in letter["needs"]}


def test_everything_wrong_is_said_at_once_with_its_line(tmp_path):
    text = """[[name]]
[a](gone.md) [b](javascript:x)
![c](https://other.example/c.png) ![d](data:image/png;base64,AAAA)
[f](/files/list.pdf)
<iframe src="/kiln/"></iframe>

<!-- magnet: lits -->

<!-- paywall -->
"""
    found = wrong(tmp_path, text, "subject: News\nsubjekt: x\nto: {tags: beta}")
    lines = [each.split(": ")[0].split(":")[1] for each in found]
    assert lines == ["3", "4", "6", "7", "7", "8", "8", "9", "10", "12", "14"]
    told = "\n".join(found)
    assert 'unknown field "subjekt" (did you mean "subject"?)' in told
    assert '"tags" chooses no readers (known: tag, magnet) — "tag"?' in told
    assert '"gone.md" leads nowhere' in told
    assert '"lits" is no lead magnet that is given away in "en" (known: list)' in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello", "letters/one.md:1: a letter needs a subject"),
        ("---\nsubject: x\n---\n", "the letter says nothing"),
        ("---\nsubject: x\nlang: fr\n---\nHello", 'lang "fr" is no language of the site'),
        ("---\nsubject: x\nto: beta\n---\nHello", "to says who gets the letter"),
        ("---\nsubject: x\nto: {tag: [a, b]}\n---\nHello", "to says who gets the letter"),
        ("---\nsubject: x\naccess: paid\n---\nHello", "access"),
        ("---\nsubject: x\n---\n<!-- magnets: list -->", "is not quite the mark of a lead magnet"),
        (b"\xff\xfe\x00", "the file is not UTF-8"),
        (None, "the file cannot be read: No such file"),
    ],
)
def test_a_letter_that_cannot_be_meant_is_refused(tmp_path, text, said):
    found = answer(order(tmp_path, text))
    assert found["letter"] is None
    assert said in "\n".join(f"{path}:{line}: {text}" for _, path, line, text in found["problems"])


def test_the_name_of_a_letter_is_what_it_says(tmp_path):
    """Not its file, its line ends, whom it is for, nor how the theme dresses it."""
    name = read(tmp_path, "Hello\nyou")["name"]
    other = answer(
        order(tmp_path, "---\r\nsubject: News\r\nto: {tag: a}\r\n---\r\n\r\nHello\r\nyou\r\n")
    )
    assert other["letter"]["name"] == name
    own = "<html><body>{{ letter.html }}[[unsubscribe]]</body></html>"
    write(tmp_path, {"theme/templates/mails/letter.html": own})
    assert read(tmp_path, "Hello\nyou")["name"] == name
    assert read(tmp_path, "Hello\nyou!")["name"] != name
    assert read(tmp_path, "Hello\nyou", head="subject: News!")["name"] != name


def test_a_template_of_the_creator_s_frames_it(tmp_path):
    own = '<html><body><i>own</i>{{ letter.html }}<a href="[[unsubscribe]]">x</a></body></html>'
    write(tmp_path, {"theme/templates/mails/letter.html": own})
    assert "<i>own</i>" in read(tmp_path, "Hello")["html"]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "html",
            "<p>{{ letter.html }} [[link]] [[unsubscribe]]</p>",
            'slot "link" is filled by nobody here',
        ),
        ("html", "<p>{{ letter.html }} [[home]]</p>", "nobody finds how to leave the letters"),
        (
            "txt",
            "{{ letter.text }} <!--[name]-->x [[unsubscribe]]",
            "a section of this template is not closed",
        ),
    ],
)
def test_a_template_with_slots_that_nobody_fills_stops_it_before_anybody_gets_it(
    tmp_path, file, text, said
):
    write(tmp_path, {f"theme/templates/mails/letter.{file}": text})
    (found,) = wrong(tmp_path, "Hello")
    assert found.startswith(f"mails/letter.{file}:0: {said}")


def test_in_chinese_it_is_framed_in_chinese_and_said_in_chinese(tmp_path):
    letter = read(tmp_path, "你好", head="subject: 信\nlang: zh-Hans")
    assert 'lang="zh-Hans"' in letter["html"]
    assert "退订" in letter["text"]
    found = answer(order(tmp_path, "---\nsubject: x\n---\n", lang="zh"))
    assert "信" in found["problems"][0][3]


def test_a_site_that_does_not_say_where_its_owner_lives_is_warned(tmp_path):
    told = order(tmp_path, "---\nsubject: x\n---\nHello")
    write(tmp_path, {"site.toml": SITE})
    found = answer(told)
    assert found["letter"]
    ((level, path, _, text),) = found["problems"]
    assert (level, path) == ("warning", "site.toml")
    assert "where you live" in text


def test_what_is_not_for_all_is_warned_of_and_a_teaser_is_not(tmp_path):
    """The words are never said, only whose they are: a letter to members may mean it."""
    behind = "Nobody but members hears how the second kiln was lit with letters from the bank."
    teaser = "Everybody may read how the first kiln was built of bricks from the old mill."
    product = "---\ntitle: All\nkind: item\ngrants: [all]\noffers:\n  - price: 9 EUR\n---\nText.\n"
    post = f"---\naccess: all\n---\n# Lit\n\n{teaser}\n\n<!-- paywall -->\n\n{behind}\n"
    told = order(tmp_path, f"---\nsubject: x\n---\n{teaser}\n")
    write(tmp_path, {"products/all.md": product, "posts/lit.md": post})
    assert answer(told)["problems"] == []
    write(tmp_path, {"letters/one.md": f"---\nsubject: x\n---\n{teaser}\n\nAnd: {behind}\n"})
    found = answer(told)
    assert found["letter"]
    ((level, path, _, text),) = found["problems"]
    assert (level, path) == ("warning", "letters/one.md")
    assert text == "text of posts/lit.md that is not for all is in the letter"
    for elsewhere in (f'subject: "{behind}"\n---\nHi', f"subject: x\n---\nHi [[name|{behind}]]"):
        write(tmp_path, {"letters/one.md": f"---\n{elsewhere}"})
        assert [each[3] for each in answer(told)["problems"]] == [text]


def test_what_is_wrong_elsewhere_in_the_folder_stops_no_letter_but_site_toml_does(tmp_path):
    told = order(tmp_path, "---\nsubject: x\n---\nHello")
    write(tmp_path, {"posts/bad.md": "---\nacces: paid\n---\nText"})
    assert answer(told)["letter"]
    write(tmp_path, {"site.toml": SITE + "[mail]\nform = 1\n"})
    assert answer(told)["letter"] is None


def test_a_letter_that_mail_programs_cut_is_warned_of_and_a_book_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LARGE", 1000)
    (said,) = answer(order(tmp_path, "---\nsubject: x\n---\nHello"))["problems"]
    assert (said[0], "Gmail cuts it" in said[3]) == ("warning", True)
    monkeypatch.setattr(module, "LARGEST", 1000)
    assert "are no letter" in wrong(tmp_path, "Hello")[0]


def test_an_order_of_another_version_is_none(tmp_path):
    with pytest.raises(ValueError, match="2"):
        answer(order(tmp_path, "x", version=2))


def test_as_a_process_it_answers_with_one_line(tmp_path):
    told = json.dumps(order(tmp_path, "---\nsubject: 信\n---\nHello"))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "plugins.engine.letter"],
        input=told.encode(),
        capture_output=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert json.loads(done.stdout)["letter"]["subject"] == "信"
    assert done.stdout.isascii()
