"""The copy kit's page: what it says, in which language, and that nothing in it comes alive."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from lxml.html import HtmlElement, fromstring

from plugins.snippets.kit.page import page
from plugins.snippets.values import Note, Piece, Snippet
from tests.conftest import ROOT, missing
from tests.plugins.snippets.kit.samples import (
    FOLD,
    LONG,
    MADE,
    MAIL,
    NASTY,
    PARTS,
    STYLED,
    platform,
    post,
    shown,
)


def read(lang: str = "en", made: tuple = MADE, which: list | None = None, **values) -> HtmlElement:
    return fromstring(page(post(lang, **values), shown() if which is None else which, made))


def panel(root: HtmlElement, name: str) -> HtmlElement:
    return root.get_element_by_id(name)


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def of_class(root: HtmlElement, name: str) -> list[HtmlElement]:
    return root.xpath(f'.//*[contains(concat(" ", @class, " "), " {name} ")]')


def piece(count: int, most: int, least: int = 0, counting: str = "characters") -> HtmlElement:
    only = Piece("text", "Words", "", count, most, least, counting)
    which = [(platform("x"), Snippet("x", (only,)))]
    return panel(read(which=which), "x")


def test_the_same_kit_is_the_same_bytes() -> None:
    assert page(post(), shown(), MADE) == page(post(), shown(), MADE)


def test_every_platform_has_a_tab_and_a_section_under_its_name() -> None:
    root = read()
    links = root.xpath('//*[@id="kit-tabs"]//a/@href')
    assert links == [f"#{each.id}" for each, _ in shown()] + ["#kit-pictures"]
    assert [words(panel(root, each.id).find("header/h2")) for each, _ in shown()] == [
        each.names["en"] for each, _ in shown()
    ]


@pytest.mark.parametrize(
    ("lang", "spoken", "name", "copied"),
    [
        ("zh-Hans", "zh-Hans", "平台wechat", "复制标题"),
        ("en", "en", "Wechat", "Copy title"),
        ("fr", "en", "Wechat", "Copy title"),
    ],
)
def test_it_speaks_the_language_of_the_post(lang: str, spoken: str, name: str, copied: str) -> None:
    root = read(lang)
    assert root.get("lang") == spoken
    first = panel(root, "wechat")
    assert words(first.find("header/h2")) == name
    assert copied in words(first)
    assert {each.get("lang") for each in of_class(root, "look")} == {lang}


def test_a_chinese_kit_says_nothing_in_english() -> None:
    first = shown()[0]
    root = read("zh-Hans", (), [first], title="信", author="林", site="墨舍")
    for each in root.xpath("//script | //style | //template | //noscript | //pre | //code"):
        each.drop_tree()
    assert re.findall("[A-Za-z]+", words(root.body).replace("wechat", "")) == []


def test_counts_are_said_in_words_and_as_the_platform_counts() -> None:
    root = read()
    assert words(of_class(panel(root, "x"), "count")[0]) == "231 of 280, as X counts"
    assert words(of_class(panel(root, "wechat"), "count")[0]) == "16 of 64"
    zh = read("zh-Hans")
    assert words(of_class(panel(zh, "x"), "count")[0]) == "231 / 280，按平台x的算法"


@pytest.mark.parametrize(
    ("count", "most", "least", "said"),
    [
        (1234, 20000, 0, "1,234 of 20,000"),
        (1234, 0, 0, "1,234 characters"),
        (300, 280, 0, "300 of 280: 20 too many"),
        (3, 100, 6, "3, at least 6 are needed"),
    ],
)
def test_a_count_says_what_is_too_much_and_too_little(
    count: int, most: int, least: int, said: str
) -> None:
    section = piece(count, most, least)
    assert words(of_class(section, "count")[0]) == said
    meters = section.xpath(".//meter")
    assert [each.get("value") for each in meters] == ([str(min(count, most))] if most else [])
    assert bool(of_class(section, "over")) == (count > most > 0 or count < least)


def test_what_does_not_fit_is_marked_at_the_tab_in_the_head_and_before_all_else() -> None:
    root = read()
    assert words(of_class(root, "sum")[0]) == "5 of 6 platforms fit"
    marked = [each.get("href") for each in root.xpath('//*[@id="kit-tabs"]//a[span[2]]')]
    assert marked == ["#xiaohongshu"]
    assert "does not fit" in words(root.get_element_by_id("tab-xiaohongshu"))
    section = panel(root, "xiaohongshu")
    box = section.find("div")
    assert box.get("class") == "box"
    assert box.find(".//li").text == f'the title "{NASTY}" is too long'
    assert of_class(panel(root, "wechat"), "box") == []


def test_what_was_left_out_is_a_quiet_line() -> None:
    section = panel(read(), "x")
    assert [words(each) for each in of_class(section, "quiet")] == ["2 hashtags left out"]
    assert words(of_class(section, "verdict")[0]) == "fits"


def test_a_note_of_a_platform_with_a_brace_in_a_value_is_shown_as_it_is() -> None:
    note = Note("hint", "{what} is missing", (("what", "{url}"),))
    which = [(platform("x"), Snippet("x", (Piece("text", "Words"),), (note,)))]
    assert "{url} is missing" in words(panel(read(which=which), "x"))


def test_a_text_with_markup_in_it_stays_text_wherever_it_stands() -> None:
    made = [replace(MADE[0], alt=NASTY)]
    source = page(post(title=NASTY, id=NASTY, author=NASTY, url=NASTY), shown(), made)
    root = fromstring(source)
    assert root.find(".//h1").text == NASTY
    assert root.find(".//title").text == f"{NASTY}: for every platform"
    assert root.get_element_by_id("kit-site").get("href") == NASTY
    assert root.get_element_by_id("kit-pictures").xpath(".//img/@alt") == [NASTY]
    assert {each.text for each in of_class(root, "by")} == {NASTY}
    assert of_class(panel(root, "xiaohongshu"), "t")[0].text == NASTY
    assert source.count("<script") == 2
    assert source.count("</template>") == len(shown()) + 2


def test_an_id_is_an_address_and_a_word_of_a_command() -> None:
    root = read("zh-Hans", made=())
    kit = json.loads(root.get_element_by_id("kit-words").text)
    quoted = "%E4%BF%A1/%E7%AC%AC%E4%B8%80%20%E5%B0%81"
    assert (kit["made"], kit["posted"]) == (
        f"/_snippets/_made/{quoted}",
        f"/_snippets/_posted/{quoted}",
    )
    commands = [words(each) for each in of_class(root, "command")]
    assert commands[0] == "inkstead snippets posted '信/第一 封' wechat 网址"
    assert commands[-1] == "inkstead snippets '信/第一 封'"


def test_rich_text_is_in_the_file_once_and_ends_no_template() -> None:
    source = page(post(), shown(), ())
    assert source.count(STYLED) == 1
    assert source.count(html.escape(MAIL, quote=False).replace('"', "&#34;")) == 1
    ends = '<p>Words</p></TEMPLATE><script>alert("1")</script>'
    only = Snippet("x", (Piece("text", "Words", ends),))
    source = page(post(), [(platform("x", format="html"), only)], ())
    assert ends not in source
    assert fromstring(source).xpath("//iframe/@srcdoc") == [ends]


def test_the_fold_hides_the_rest_and_loses_nothing() -> None:
    texts = [each.text for each in of_class(panel(read(), "linkedin"), "t")]
    assert texts == [LONG[:FOLD], LONG[FOLD:]]


def test_a_thread_is_numbered_and_copied_part_by_part() -> None:
    section = panel(read(), "x")
    labels = [words(each) for each in section.xpath(".//li//h3")]
    assert labels == ["Text", "As a thread, 3 parts", *(f"Part {n} of 3" for n in (1, 2, 3))]
    assert [each.text for each in of_class(section, "t")][-3:] == list(PARTS)


def test_one_press_for_what_is_plain_and_two_for_what_is_rich() -> None:
    root = read()
    presses = [
        (each.get("data-copy"), words(each))
        for each in panel(root, "wechat").xpath(".//*[@data-copy]")
    ]
    assert presses == [
        ("plain", "Copy title"),
        ("rich", "Copy rich text"),
        ("plain", "Copy plain text"),
        ("plain", "Copy link"),
    ]
    subject = panel(root, "newsletter").xpath(".//li//h3")[0]
    assert words(subject) == "Subject"


def test_pictures_stand_with_size_and_alt_text() -> None:
    root = read()
    shelf = root.get_element_by_id("kit-pictures")
    pictures = shelf.xpath(".//img")
    assert [(e.get("src"), e.get("width"), e.get("height"), e.get("alt")) for e in pictures] == [
        (each.file, str(each.width), str(each.height), each.alt) for each in MADE
    ]
    assert shelf.xpath(".//a/@download") == [each.file for each in MADE]


def test_without_pictures_the_command_is_said_and_without_wishes_nothing() -> None:
    assert "inkstead snippets first-letter" in words(
        read(made=()).get_element_by_id("kit-pictures")
    )
    none = read(made=(), which=[shown()[2]])
    assert none.xpath('//*[@id="kit-pictures"]') == []


def test_a_post_without_platforms_says_so() -> None:
    assert "No platform is chosen for this post." in words(read(which=[], made=()))


def test_nothing_is_asked_of_any_host() -> None:
    root = read()
    policy = root.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')[0]
    rules = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "'self' data: file:"
    assert rules["script-src"].startswith("'self' 'sha256-")
    for each in root.xpath("//template[@shadowrootmode]"):
        each.drop_tree()
    asked = root.xpath("//link/@href | //script/@src | //img/@src | //iframe/@src")
    assert [each for each in asked if ":" in each or each.startswith("/")] == ["data:,"]
    assert "@import" not in page(post(), shown(), ())


def test_a_kit_is_made_in_a_moment() -> None:
    which = (shown() * 3)[:16]
    page(post(), which, ())
    quickest = 1.0
    for _ in range(5):
        began = time.process_time()
        for _ in range(10):
            page(post(), which, ())
        quickest = min(quickest, (time.process_time() - began) / 10)
    assert quickest < 0.006  # 1.5 ms where nothing else runs


@pytest.mark.nu
def test_nu_finds_no_error(tmp_path: Path) -> None:
    java, jar = shutil.which("java"), ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"
    if not java or not jar.is_file():
        missing("the Nu checker is not there (npm ci)")
    files = []
    for made in (MADE, ()):
        files.append(tmp_path / f"{len(made)}.html")
        files[-1].write_text(page(post(), shown(), made), "utf-8")
    quick = ["-Xss2m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    command = [java, *quick, "-jar", str(jar), "--format", "json", "--exit-zero-always"]
    done = subprocess.run(
        [*command, *map(str, files)], capture_output=True, text=True, timeout=60, check=True
    )
    said = json.loads(done.stderr)["messages"]
    # That what lies outside is not asked for is what is wanted.
    assert [
        (each.get("lastLine"), each["message"])
        for each in said
        if "Content Security Policy" not in each["message"]
    ] == []
