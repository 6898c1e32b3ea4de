"""What a creator may change of the theme from content/theme/, and the numbers in the footer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import build
from tests.site.reading import Site

FILES = {
    "site.toml": """
title = "Ground & <soil>"
url = "https://inkstead.example"
languages = ["zh-Hans", "en"]
accent = "#cc0000"
[author]
name = "Mo \\"M\\" <Lin>"
[legal]
icp = "京ICP备12345678号"
police = "京公网安备 11000002000001号"
[language.en]
title = "Ground"
""",
    "posts/one.md": '---\ntitle: A & "B" <i>\ndate: 2026-01-02\ntags: [a&b, <x>]\n---\nText.\n',
    "posts/two.md": "---\ntitle: Two\nlang: en\ndate: 2026-01-03\n---\nText.\n",
    "theme/templates/components/footer.html": (
        '<footer><p class="mine">{{ site.title }} {{ _("Archive") }}</p></footer>\n'
    ),
    "theme/templates/page.html": (
        '{% extends "base.html" %}{% block head %}<meta name="mine" content="yes">{% endblock %}'
        "{% block main %}<h1>{{ page.title }}</h1>{{ page.content }}{% endblock %}\n"
    ),
    "theme/templates/service/paying.html": (
        '{% extends "base.html" %}{% block main %}<h1>By letter</h1>{% endblock %}\n'
    ),
    "theme/templates/mails/base.html": (
        '<!doctype html><html lang="{{ lang }}"><title>{% block title %}{% endblock %}</title>'
        '<style>.mine { color: #c00 }</style><body class="mine">{% block main %}{% endblock %}\n'
    ),
    "theme/tokens.css": ":root { --paper: #fff }\n",
    "theme/static/badge.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
    "theme/locale/zh_Hans.po": 'msgid "Archive"\nmsgstr "旧文"\n',
    "theme/locale/en.po": 'msgid "Archive"\nmsgstr "Old things"\n',
    "pages/about.md": "# About\n\nWords.\n",
}


def make(folder: Path, *left_out: str) -> Site:
    for name, text in FILES.items():
        if name not in left_out:
            place = folder / "content" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
    return Site(build(folder / "content", folder / "out"))


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make(tmp_path_factory.mktemp("changed"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The same folder with the theme's own footer."""
    return make(tmp_path_factory.mktemp("plain"), "theme/templates/components/footer.html")


def test_a_template_takes_the_place_of_the_themes(changed: Site) -> None:
    for page in changed.real:
        assert page.one("//footer[not(@class)]/p").get("class") == "mine", page.path


def test_a_template_may_extend_the_frame(changed: Site) -> None:
    page = changed.page("/about/")
    assert page.meta("mine") == "yes"
    assert page.one("//header[@class='top']") is not None
    assert page.one("//h1").text == "About"


def test_pages_and_mails_of_the_service_can_be_changed_a_piece_at_a_time(changed: Site) -> None:
    private = changed.generation / "private"
    assert "<h1>By letter</h1>" in (private / "pages/en/paying.html").read_text("utf-8")
    assert "[[return_to]]" in (private / "pages/en/sign-in.html").read_text("utf-8")
    mail = (private / "mails/en/sign-in.html").read_text("utf-8")
    assert 'class="mine" style="color: #c00' in mail
    assert "[[code]]" in mail


def test_the_creators_words_come_before_the_themes(changed: Site) -> None:
    assert changed.page("/archive/").one("//h1").text == "旧文"
    assert "旧文" in changed.page("/").one("//footer/p").text
    assert "Old things" in changed.page("/en/").one("//footer/p").text
    # What the creator did not change is still there.
    assert "跳到正文" in changed.page("/").text


def test_tokens_come_last_and_the_accent_is_made_readable(changed: Site) -> None:
    css = changed.stylesheet.read_text("utf-8")
    assert css.endswith(":root{--paper:#fff}")
    assert "--accent-light:#cc0000" in css
    assert css.index("--accent-light:#cc0000") < css.index(":root{--paper:#fff}")


def test_files_of_the_creators_theme_are_assets(changed: Site) -> None:
    assert "/assets/badge.svg" in changed.files


def test_filing_numbers_are_in_the_footer_and_lead_to_the_registers(plain: Site) -> None:
    for path in ("/", "/en/", "/about/", "/one/"):
        links = {a.text: a.get("href") for a in plain.page(path).all("//body/footer//a")}
        assert links["京ICP备12345678号"] == "https://beian.miit.gov.cn/"
        assert links["京公网安备 11000002000001号"].endswith("code=11000002000001")


def test_no_filing_number_is_shown_without_one(site: Site) -> None:
    assert not [page for page in site.real if "beian" in page.text]


def test_every_sign_of_a_title_is_text(plain: Site) -> None:
    page = plain.page("/one/")
    assert page.one("//h1").text == 'A & "B" <i>'
    assert page.one("//head/title").text == 'A & "B" <i> – Ground & <soil>'
    assert page.json_ld["headline"] == 'A & "B" <i>'
    assert not page.all("//i")
    assert plain.page("/").one("//h1").text == "Ground & <soil>"


def test_a_site_without_products_or_menu_is_whole(plain: Site) -> None:
    page = plain.page("/")
    assert [a.text for a in page.all("//header//nav//a")] == ["旧文", "About", "English"]
    assert not page.all("//section[@aria-labelledby='ink-products']")
