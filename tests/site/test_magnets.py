"""Lead magnets as readers see them: the form, its page, what hands it out, the letters after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import html

from publish.contract.service import COMMON_SLOTS, LETTER_SLOTS
from publish.contract.slots import Prepared
from tests.conftest import ROOT, build
from tests.engine.house import post, write
from tests.site.filled import DELIVERY, KEY, LETTER, PAGES_FILLED, Filled, frame
from tests.site.kinds import LANGUAGES
from tests.site.reading import HOST, Page, Site
from tests.site.test_budgets import SHELL, shell
from tests.site.test_stylesheet import blocks

FORMS = "//div[@class='magnet']"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that says as little as can be: no legal pages, no texts of its own."""
    folder = tmp_path_factory.mktemp("bare")
    files: dict[str, str | bytes] = {
        "site.toml": 'title = "Ground"\nurl = "https://ground.example"\nlanguages = ["en"]\n',
        "posts/two.md": post(
            "Before.\n\n<!-- magnet: list -->\n\nBetween.\n\n<!-- magnet: list -->\n\nAfter.",
            id="two",
            title="Two forms",
        ),
        "posts/gated.md": post(
            "Teaser.\n\n<!-- paywall -->\n\nRest.", id="gated", title="Gated", access="subscribers"
        ),
        "magnets/list.md": post("", id="list", title="A list", promise="P.", file="list.csv"),
        "magnets/asks.md": post(
            "Inside.", id="asks", title="Asks", promise="P.", file="list.csv", ask="[name]"
        ),
        "magnets/reading.md": post(
            "", id="reading", title="To read", promise="P.", post="gated", letters="none"
        ),
        "magnets/group.md": post(
            "",
            id="group",
            title="A group",
            promise="P.",
            file="list.csv",
            contact="{qr: qr.png, account: <mo>, kind: official}",
        ),
        "magnets/old.md": post(
            "Was nice.", id="old", title="Old", promise="P.", file="list.csv", status="retired"
        ),
        "magnets/qr.png": (ROOT / "content/magnets/wechat-qr.png").read_bytes(),
        "files/list.csv": "a,b\n",
    }
    return build(write(folder / "content", files), folder / "output")


def page(generation: Path, path: str) -> Page:
    return Page(f"/{path}", generation / "public" / path / "index.html")


def delivery(generation: Path, magnet: str, **values: Any) -> Any:
    """Return the page that hands a lead magnet out, filled."""
    [filled] = [e for e in PAGES_FILLED if (e.name, e.note) == (DELIVERY, "of a post")]
    empty = dict.fromkeys(filled.values, "") | values
    text = (generation / f"private/magnets/{magnet}/en/page.html").read_text("utf-8")
    return html.document_fromstring(Prepared(text).fill(empty)).xpath("//main")[0]


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def forms(site: Site) -> Iterator[tuple[Page, Any]]:
    for found in site.pages.values():
        for form in found.all(FORMS):
            yield found, form


# ---- the form ----


def test_a_form_says_what_it_is_and_what_one_agrees_to(site: Site) -> None:
    """Title, promise, a label that is seen, the words of the manifest, then the one button."""
    seen = set()
    for found, form in forms(site):
        magnet = form.xpath(".//input[@name='magnet']/@value")[0]
        text = site.manifest["magnets"][magnet]["texts"][found.lang]
        [button] = form.xpath(".//button")
        assert found.words.index(text["title"]) < found.words.index(text["promise"])
        if site.manifest["magnets"][magnet]["way"] == "mail":
            said = words(form)
            assert said.index(text["consent"]) < said.index(words(button))
        seen.add((magnet, found.lang))
    assert seen == {(m, lang) for m in site.manifest["magnets"] for lang in LANGUAGES}


def test_a_form_sends_what_it_is_about_and_where_it_stood(site: Site) -> None:
    """The id of a text of the manifest, "" on its own page; no other hidden field."""
    for found, form in forms(site):
        [sends] = form.xpath(".//form")
        assert sends.get("method") == "post"
        hidden = {e.get("name"): e.get("value") for e in sends.xpath(".//input[@type='hidden']")}
        asks = dict(parse_qsl(urlsplit(sends.get("action")).query))
        assert asks == {"magnet": hidden["magnet"], "lang": found.lang}
        if sends.get("action").startswith("/api/get/code"):
            assert set(hidden) == {"magnet"}
            continue
        own = site.manifest["magnets"][hidden["magnet"]]["texts"][found.lang]["url"]
        assert set(hidden) == {"magnet", "post"}
        if found.path == own:
            assert hidden["post"] == ""
        else:
            assert site.manifest["posts"][hidden["post"]]["lang"] == found.lang


def test_the_trap_is_there_for_machines_alone(site: Site) -> None:
    """No reader sees, hears or reaches it, no browser fills it in; yet it is no hidden field."""
    traps = [trap for _, form in forms(site) for trap in form.xpath(".//*[@name='website']")]
    assert len(traps) > 4
    for trap in traps:
        assert (trap.get("type") or "text", trap.get("tabindex")) == ("text", "-1")
        assert trap.get("autocomplete") == "off"
        [around] = trap.xpath("ancestor::p")
        assert (around.get("class"), around.get("aria-hidden")) == ("unseen", "true")
    css = site.stylesheet.read_text("utf-8")
    assert "display" not in re.findall(r"\.unseen[^{]*\{([^}]*)", css)[0]


def test_two_forms_on_a_page_are_two(bare: Path) -> None:
    """Each field has an id of its own, and each label the field beside it."""
    both = page(bare, "two").all(FORMS)
    ids = [form.xpath(".//input[@type='email']/@id")[0] for form in both]
    assert len(set(ids)) == 2
    assert [form.xpath(".//label/@for")[0] for form in both] == ids


def test_a_first_name_is_asked_for_only_where_it_is_wanted_and_never_demanded(bare: Path) -> None:
    assert not page(bare, "get/list").all("//input[@name='name']")
    name = page(bare, "get/asks").one("//input[@name='name']")
    assert name.get("autocomplete") == "given-name"
    assert name.get("required") is None
    assert "if you like" in words(page(bare, "get/asks").one(f"//label[@for='{name.get('id')}']"))


def test_the_way_to_the_privacy_page_stands_beside_the_consent(site: Site, bare: Path) -> None:
    """Where there is one."""
    link = page(site.generation, "get/checklist").one(f"{FORMS}//p[@class='soft']/a")
    assert link.get("href") == "/privacy/"
    assert not page(bare, "get/list").all(f"{FORMS}//a")


def test_its_own_page_says_it_once_and_begins_with_the_form(site: Site, bare: Path) -> None:
    """One heading, the promise below it, the form, and then the text."""
    for lang, path in (("zh-Hans", "get/checklist"), ("en", "en/get/checklist")):
        own = page(site.generation, path)
        title = site.manifest["magnets"]["checklist"]["texts"][lang]["title"]
        assert words(own.one("//h1")) == title
        assert not own.all("//h2")
        assert own.one(f"{FORMS}/following-sibling::div[@class='text']/p[1]") is not None
    assert not page(bare, "get/list").one("//div[@class='text']").text_content().strip()


def test_a_retired_one_has_a_sentence_and_no_form(bare: Path) -> None:
    old = page(bare, "get/old")
    assert not old.all("//form")
    assert "no longer given away" in old.words
    assert "Was nice." in old.words


def test_on_paper_stands_the_address_of_its_page(site: Site) -> None:
    """The form is left out there, like all forms."""
    printed = blocks(site.stylesheet.read_text("utf-8"), "@media print{")[0]
    assert ".magnet::after{content:attr(data-url)}" in printed
    for found, form in forms(site):
        magnet = form.xpath(".//input[@name='magnet']/@value")[0]
        url = site.manifest["magnets"][magnet]["texts"][found.lang]["url"]
        assert form.get("data-url") == HOST + url


def test_the_way_over_wechat_asks_for_no_address(site: Site) -> None:
    """A picture with its size and a name, whom to write to, which word, a field for the code."""
    for lang, path in (("zh-Hans", "get/sign-up-sheet"), ("en", "en/get/sign-up-sheet")):
        form = page(site.generation, path).one(FORMS)
        [picture] = form.xpath(".//img")
        assert picture.get("alt")
        assert int(picture.get("width")) > 100
        assert int(picture.get("height")) > 100
        keyword = {"zh-Hans": "签到表", "en": "sheet"}[lang]
        assert [e.text for e in form.xpath(".//li/strong")] == ["linmo-demo", keyword]
        assert {e.get("name") for e in form.xpath(".//input")} == {"magnet", "code"}
        assert form.xpath(".//label/@for") == form.xpath(".//input[@name='code']/@id")


def test_without_a_keyword_one_says_what_one_would_like(bare: Path) -> None:
    """And the name of an account is text, whatever it looks like."""
    form = page(bare, "get/group").one(FORMS)
    assert "follow the account <mo>" in words(form)
    assert "Say what you would like; a code comes back." in words(form)


def test_a_post_with_a_form_at_its_end_keeps_its_budget(site: Site) -> None:
    """The form counts as what stands round the text."""
    ends = [found for found, form in forms(site) if form.getnext() is not None]
    heavy = {found.path: shell(found) for found in ends}
    assert len(heavy) > 5
    assert {path: bytes_ for path, bytes_ in heavy.items() if bytes_ > SHELL} == {}


# ---- what hands it out ----


def test_each_file_has_a_button_of_its_own(bare: Path) -> None:
    files = [{"number": str(n), "name": f"{n}.csv", "size": "4 B"} for n in range(2)]
    main = delivery(bare, "list", key=KEY, files=files)
    buttons = main.xpath(".//button")
    assert [(b.get("name"), b.get("value")) for b in buttons] == [("file", "0"), ("file", "1")]
    assert [words(b) for b in buttons] == ["Download 0.csv 4 B", "Download 1.csv 4 B"]
    assert main.xpath(".//input[@name='key']/@value") == [KEY, KEY]
    assert "inside WeChat" in words(main)


def test_a_post_is_read_by_a_link(bare: Path) -> None:
    main = delivery(bare, "reading", post_url="/gated/")
    assert not main.xpath(".//form")
    assert [words(a) for a in main.xpath(".//a[@href='/gated/']")] == ["Read it now"]
    assert "inside WeChat" not in words(main)


def test_the_thanks_are_the_creators_or_the_themes(site: Site, bare: Path) -> None:
    """Whoever writes none passes on the page where it is given."""
    written = delivery(site.generation, "checklist")
    assert "Go to number nine" in words(written)
    assert "Thank you." not in words(written)
    assert "Thank you." in words(delivery(bare, "list"))
    assert delivery(bare, "list").xpath(".//a/@href") == ["/get/list/"]


def test_letters_are_told_of_to_those_who_get_them(bare: Path) -> None:
    assert "You also get the letters, now and then." in words(delivery(bare, "list", letters=True))
    assert "letters" not in words(delivery(bare, "list"))


def test_a_new_link_is_promised_where_there_is_an_address_to_send_it_to(bare: Path) -> None:
    """Who came over WeChat left none."""
    day = "1 June 2026"
    assert words(delivery(bare, "list", until=day)).count("sends you a new link") == 1
    assert "works until 1 June 2026." in words(delivery(bare, "group", until=day))
    assert "new link" not in words(delivery(bare, "group", until=day))


def test_the_mail_says_the_creators_words_or_the_themes(site: Site, bare: Path) -> None:
    own = site.generation / "private/magnets/checklist/en"
    for ending in (".html", ".txt"):
        text = (own / f"mail{ending}").read_text("utf-8")
        assert "make some tea" in text
        assert "Thank you for confirming" not in text
        default = (bare / f"private/magnets/list/en/mail{ending}").read_text("utf-8")
        assert "Thank you for confirming" in default


def test_only_who_gets_letters_is_offered_to_leave_them(bare: Path) -> None:
    for ending in (".html", ".txt"):
        mail = Prepared((bare / f"private/magnets/list/en/mail{ending}").read_text("utf-8"))
        values = dict.fromkeys(mail.names, "x") | {"unsubscribe": "https://g.example/leave"}
        assert "leave" in mail.fill(values | {"letters": True})
        assert "leave" not in mail.fill(values | {"letters": False})


# ---- pages of the service ----


def main_of(site: Site, name: str, lang: str = "en", **values: Any) -> Any:
    filled = next(each for each in PAGES_FILLED if each.name == name)
    given = Filled(name, "", dict.fromkeys(filled.values, "") | values)
    return html.document_fromstring(given.page(site.generation, lang)).xpath("//main")[0]


def test_the_second_step_asks_about_the_address(site: Site) -> None:
    """The question is the heading, the words are said again, the address can be put right."""
    asked = {"title": "T", "promise": "P", "words": "W", "mail": "a@b.example"}
    second = main_of(site, "opt-in", **asked, checking=True)
    assert words(second.xpath(".//h1")[0]) == "Is the address right?"
    assert "W" in words(second.xpath(".//form")[0])
    assert second.xpath(".//input[@name='mail']/@value") == ["a@b.example"]
    first = main_of(site, "opt-in", **asked)
    assert words(first.xpath(".//h1")[0]) == "T"
    assert "P" in words(first)


def test_letters_are_switched_in_the_account(site: Site) -> None:
    """Off for who gets them, on with the words for who does not, nothing where there are none."""

    def told(**values: Any) -> list[Any]:
        found = main_of(site, "account", mail="a@b.example", **values)
        return list(found.xpath(".//form[starts-with(@action, '/api/account/letters')]"))

    [off] = told(letters=True, letters_since="1 June 2026", words="W")
    assert off.xpath(".//input[@name='on']/@value") == ["0"]
    assert "since 1 June 2026" in words(off)
    assert "W" not in words(off).split()
    [on] = told(words="W")
    assert on.xpath(".//input[@name='on']/@value") == ["1"]
    assert "W" in words(on).split()
    assert told() == []
    assert told(guest=True, words="W", letters=True) == []


def test_lead_magnets_are_among_what_is_yours(site: Site) -> None:
    """A button for each; whoever has nothing else is not told that there is nothing."""
    found = main_of(site, "account", magnets=[{"magnet": "m", "title": "T"}])
    [form] = found.xpath(".//form[starts-with(@action, '/api/account/magnet')]")
    assert form.xpath(".//input[@name='magnet']/@value") == ["m"]
    assert form.xpath(".//button/@aria-label") == ["Open: T"]
    assert "Nothing yet" not in words(found)
    assert "Nothing yet" in words(main_of(site, "account"))


@pytest.mark.parametrize(
    ("state", "sends"),
    [
        ({"asking": True}, ["key"]),
        ({"done": True, "words": "W"}, ["key", "back"]),
        ({"done": True}, []),
        ({"declining": True}, ["key"]),
        ({"declined": True}, []),
    ],
)
def test_leaving_takes_one_button_and_no_more(
    site: Site, state: dict[str, Any], sends: list[str]
) -> None:
    """The way back is there for those who know what they would agree to."""
    found = main_of(site, "unsubscribe", key="K", **state)
    assert [str(name) for name in found.xpath(".//form//input/@name")] == sends
    assert len(found.xpath(".//button")) == bool(sends)
    assert words(found.xpath(".//h1")[0])


# ---- letters ----


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_letter_has_its_styles_in_place(lang: str) -> None:
    """Pictures never run over the edge, code and quotes are told apart; the dark is known."""
    text, _ = frame().filled(lang, "S", "", LETTER, "")
    tree = html.document_fromstring(text)
    assert "max-width: 100%" in tree.xpath("//img/@style")[0]
    for tag in ("h2", "ul", "li", "blockquote", "pre", "code", "td", "hr", "a"):
        assert tree.xpath(f"//div[@class='letter']//{tag}/@style"), tag
    last = tree.xpath("//blockquote/p[last()]/@style")[0]
    assert last.endswith("margin-bottom: 0;")
    kept = "".join(tree.xpath("//style/text()"))
    assert kept.count("#211f1c !important") == 2
    assert "Unsubscribe" in text or "退订" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_parts_of_a_letter_end_with_who_wrote_and_how_to_leave(site: Site, lang: str) -> None:
    language = next(each for each in site.manifest["site"]["languages"] if each["code"] == lang)
    for part in frame().filled(lang, "S", "", LETTER, "Dear reader"):
        assert Prepared(part).names <= LETTER_SLOTS | COMMON_SLOTS
        end = part[part.index("[[home]]") - 200 :]
        assert language["address"] in end
        assert "[[unsubscribe]]" in end


def test_a_letter_needs_no_title() -> None:
    """A mail has its subject above it already."""
    bare, _ = frame().filled("en", "S", "", LETTER, "")
    titled, text = frame().filled("en", "S", "Three things", LETTER, "Dear reader")
    assert "<h1" not in bare
    assert html.document_fromstring(titled).findtext(".//h1") == "Three things"
    assert text.startswith("Three things\n\nDear reader\n")
