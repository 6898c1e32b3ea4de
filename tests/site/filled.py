"""The pages and mails of the service as readers get them: prepared by the build, filled here."""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plugins.engine.letter_frame import Frame
from plugins.model.problems import Problems
from publish.contract.service import (
    COMMON_SLOTS,
    DELIVERY_MAIL_SLOTS,
    DELIVERY_PAGE_SLOTS,
    MAILS,
    PAGES,
)
from publish.contract.slots import Prepared, Value, plain
from tests.conftest import ROOT
from tests.site.kinds import LANGUAGES
from tests.site.reading import HOST

MAIL = "chen.xiaoyu@example.com"
KEY = "kYx3T9-_aZ0QwE7rT5yU1iO2pA4sD6fG8hJ0kL"
WRONG = "这不像一个邮箱地址，再看看？"
# The page and the mail that hand a lead magnet out are prepared for each: here it is this one.
MAGNET, DELIVERY = "checklist", "delivery"
LETTER = """\
<p>Dear <a href="https://inkstead.example/">reader</a>,</p>
<h2>First</h2>
<ul><li>one</li><li>two</li></ul>
<blockquote><p>said</p><p>more</p></blockquote>
<div class="admonition note"><p class="admonition-title">Note</p><p>that</p></div>
<dl><dt>word</dt><dd>meaning</dd></dl>
<p>https://inkstead.example/an-address-that-is-longer-than-a-phone-is-wide-and-has-no-end-so-to-say/</p>
<pre><code>inkstead</code></pre>
<table><tbody><tr><td>1</td></tr></tbody></table>
<p><img src="https://inkstead.example/a.webp" alt="A desk" width="1200" height="600"></p>
<hr>
"""
OWNED: Mapping[str, Value] = {
    "title": "会员 & <朋友>",
    "url": "/membership/",
    "order": "7Q2MKX4PW0AB",
    "until": "2027年11月22日",
    **dict.fromkeys(
        ("forever", "ends", "renews", "grace", "held", "paused", "trial", "cancel", "resume"), False
    ),
}
ORDER: Mapping[str, Value] = {
    "number": "7Q2M-KX4P-W0AB",
    "title": "会员",
    "date": "2026年11月22日",
    "price": "¥365",
    "state": "已付款",
}
DEVICES: Value = [
    {"device": "d1", "name": "手机 · WeChat", "since": "2026年11月22日", "here": True},
    {"device": "d2", "name": "电脑 · Firefox", "since": "2026年9月1日", "here": False},
]


@dataclass(frozen=True)
class Filled:
    """One page or mail with what the service may put into it; `note` tells variants apart."""

    name: str
    note: str
    values: Mapping[str, Value]

    def __str__(self) -> str:
        return f"{self.name} {self.note}".strip()

    def page(self, generation: Path, lang: str) -> str:
        """Return the finished page."""
        path = f"private/pages/{lang}/{self.name}.html"
        if self.name == DELIVERY:
            path = _handed_out(generation, lang)["page"]
        return Prepared((generation / path).read_text("utf-8")).fill(self.values)

    def mail(self, generation: Path, lang: str) -> tuple[str, str]:
        """Return the finished mail, HTML and text."""
        path = f"private/mails/{lang}/{self.name}"
        if self.name == DELIVERY:
            path = _handed_out(generation, lang)["mail"]
        html = (generation / f"{path}.html").read_text("utf-8")
        text = (generation / f"{path}.txt").read_text("utf-8")
        return Prepared(html).fill(self.values), Prepared(text).fill(self.values, plain)


@functools.cache
def _handed_out(generation: Path, lang: str) -> Mapping[str, str]:
    manifest = json.loads((generation / "manifest.json").read_bytes())
    text: Mapping[str, str] = manifest["magnets"][MAGNET]["texts"][lang]
    return text


def _page(name: str, note: str = "", /, **values: Value) -> Filled:
    slots = DELIVERY_PAGE_SLOTS if name == DELIVERY else PAGES[name]
    return Filled(name, note, dict.fromkeys(slots, "") | values)


def _mail(name: str, note: str = "", /, **values: Value) -> Filled:
    slots = DELIVERY_MAIL_SLOTS if name == DELIVERY else MAILS[name]
    common = {"site": "自留地", "home": "https://inkstead.example/", "account": _ACCOUNT}
    return Filled(name, note, dict.fromkeys(slots | COMMON_SLOTS, "") | common | values)


_ACCOUNT = "https://inkstead.example/api/account?lang=zh-Hans"
_LINK = f"https://inkstead.example/api/confirm?key={KEY}&lang=zh-Hans"
_ERROR: Mapping[str, Value] = {"error": True, "error_text": WRONG}
_BEFORE: Mapping[str, Value] = {
    "order": "7Q2MKX4PW0AB",
    "product": "会员",
    "price": "¥365",
    "period": "每年",
    "back": "/pricing/",
}
_RETURN: Mapping[str, Value] = {
    "order": "7Q2MKX4PW0AB",
    "number": "7Q2M-KX4P-W0AB",
    "product": "会员",
    "link": "/pricing/",
}

_UNSUBSCRIBE = f"https://inkstead.example/api/unsubscribe?key={KEY}&lang=zh-Hans"
_WORDS = "《二十个问题》马上寄给你，以后还有 <自留地> 的来信：每周一封，每封里都能一键退订。"
_ASKED: Mapping[str, Value] = {
    "magnet": MAGNET,
    "title": "二十个问题 & <一页纸>",
    "promise": "动手搬之前先问清楚。",
    "words": _WORDS,
    "mail": MAIL,
    "stamp": KEY,
    "came": "/pricing/?utm_source=weibo",
    "post": "pricing",
    "back": "/get/checklist/",
}
_CODE = ("magnet", "title", "back")
_FILES: Value = [
    {"number": "0", "name": "搬家前的二十个问题.pdf", "size": "128 KB"},
    {"number": "1", "name": "a-name-as-long-as-some-people-write-them.xlsx", "size": "1.2 MB"},
]

PAGES_FILLED = [
    _page("notice", title="试得太多了", body="请过一小时再来。", link="/", link_text="首页"),
    _page("sign-in", return_to="/pricing/#ink-premium"),
    _page("sign-in", "with an error", return_to="/pricing/", mail='a"b<c>', **_ERROR),
    _page("code", mail=MAIL, return_to="/pricing/"),
    _page("code", "with an error", mail=MAIL, return_to="", **_ERROR),
    _page("confirm", "signing", key=KEY, mail=MAIL, signing=True),
    _page("confirm", "redeeming", key=KEY, mail=MAIL, redeeming=True, code="搬家课"),
    _page("confirm", "changing", key=KEY, mail=MAIL, changing=True),
    _page("confirm", "opting", key=KEY, mail=MAIL, opting=True, title="二十个问题", words=_WORDS),
    _page("opt-in", "with a wrong address", **{**_ASKED, **_ERROR, "mail": 'a"b<c>'}),
    _page("opt-in", "with a wrong name", **_ASKED, **_ERROR, name_wrong=True, asks_name=True),
    _page("opt-in", "checking", **_ASKED, checking=True),
    _page("sent", title="二十个问题", back="/get/checklist/"),
    _page("late", "said", said=True),
    _page("late", key=KEY, title="二十个问题"),
    _page("magnet-code", "with an error", **{n: _ASKED[n] for n in _CODE}, code="K7QF", **_ERROR),
    _page("delivery", "of a post", post_url="/road-of-a-reader/", until="2026年11月29日"),
    _page("delivery", key=KEY, files=_FILES, until="2026年11月29日", letters=True, fresh=True),
    _page("unsubscribe", "declining", key=KEY, declining=True),
    _page("unsubscribe", "done", key=KEY, done=True, words=_WORDS),
    _page(
        "before",
        "in WeChat, a membership",
        **_BEFORE,
        wechat=True,
        renews=True,
        pass_url="/pass/",
        pass_title="通行证",
    ),
    _page("before", "in WeChat, a pass", **_BEFORE, wechat=True),
    _page("paying"),
    _page("return", "here", **_RETURN, here=True),
    _page("return", "elsewhere", **_RETURN),
    _page("return", "pending", **_RETURN, here=True, pending=True),
    _page("return", "failed", **_RETURN, here=True, failed=True),
    _page("redeem", return_to="/pricing/"),
    _page("redeem", "signed in", signed_in=True, own_mail=MAIL),
    _page("redeem", "with a wrong code", code="K7QF", mail=MAIL, **_ERROR),
    _page("redeem", "with a wrong address", code="K7QF", mail="x", mail_wrong=True, **_ERROR),
    _page("account", "empty", mail=MAIL, devices=DEVICES, words=_WORDS),
    _page(
        "account",
        "full",
        mail=MAIL,
        said=True,
        said_text="已停止续费。付过的时间里照样能读。",
        owned=[
            {**OWNED, "renews": True, "cancel": True},
            {**OWNED, "title": "通行证", "ends": True},
            {**OWNED, "title": "试用", "trial": True, "renews": True, "cancel": True},
            {**OWNED, "title": "停了的", "ends": True, "resume": True},
            {**OWNED, "title": "没扣成的", "grace": True, "cancel": True},
            {**OWNED, "title": "有疑问的", "held": True},
            {**OWNED, "title": "暂停的", "paused": True},
            {**OWNED, "title": "搬家课", "forever": True},
        ],
        orders=[
            ORDER,
            {**ORDER, "number": "AAAA-BBBB-CCCC", "state": "已退款"},
            {**ORDER, "number": "", "price": "", "state": "兑换"},
        ],
        portal=True,
        feeds=True,
        rss=f"https://inkstead.example/api/feeds/{KEY}/rss.xml",
        atom=f"https://inkstead.example/api/feeds/{KEY}/atom.xml",
        devices=DEVICES,
        others=True,
        changing=True,
        letters=True,
        letters_since="2026年11月22日",
        magnets=[{"magnet": MAGNET, "title": "二十个问题 & <一页纸>"}],
    ),
    _page("account", "of a guest", guest=True, said=True, said_text="在这里买的。", owned=[OWNED]),
    _page("account", "with a wrong address", mail=MAIL, devices=DEVICES, **_ERROR),
    _page("delete", mail=MAIL),
    _page("delete", "with a membership", mail=MAIL, running=True),
]
MAILS_FILLED = [
    _mail("sign-in", code="402915", link=_LINK, minutes="15"),
    _mail(
        "receipt",
        "of a membership",
        number="7Q2M-KX4P-W0AB",
        product="会员 & <朋友>",
        price="¥365",
        until="2027年11月22日",
        renews=True,
        link="https://inkstead.example/pricing/",
    ),
    _mail("receipt", "of a pass", number="1", product="P", price="¥9", until="2027", link=_LINK),
    _mail("receipt", "for good", number="1", product="P", price="¥9", forever=True, link=_LINK),
    _mail("ending", "that renews", product="会员", until="2027年11月22日", renews=True, link=_LINK),
    _mail("ending", "of a pass", product="通行证", until="2027年11月22日", link=_LINK),
    _mail("change-mail", "old", link=_LINK, minutes="15"),
    _mail("change-mail", "new", link=_LINK, minutes="15", new=True),
    _mail("mail-changed", link=_LINK),
    _mail("opt-in", title="二十个问题 & <朋友>", link=_LINK, hours="48", unsubscribe=_UNSUBSCRIBE),
    _mail("delivery", link=_LINK, days="7", unsubscribe=_UNSUBSCRIBE, letters=True),
    _mail("deleted"),
    _mail("deleted", "with a membership", running=True),
]
EVERY = [(each, lang) for each in PAGES_FILLED for lang in LANGUAGES]
EVERY_MAIL = [(each, lang) for each in MAILS_FILLED for lang in LANGUAGES]


@functools.cache
def frame() -> Frame:
    """Return what the demo puts round the creator's letters."""
    at = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
    return Frame.of(ROOT / "content", HOST, at, Problems())


def letter(lang: str) -> str:
    """Return the HTML of a finished letter with everything in it that Markdown makes."""
    text, _ = frame().filled(lang, "三件小事", "三件小事 & <一页纸>", LETTER, "")
    links = dict.fromkeys(("home", "account", "unsubscribe"), f"{HOST}/")
    return Prepared(text).fill({**links, "site": "自留地", "name": ""})


def write_pages(generation: Path, folder: Path) -> list[Path]:
    """Write every filled page for tools that want files."""
    return [
        _written(folder / f"{each}.{lang}.html", each.page(generation, lang))
        for each, lang in EVERY
    ]


def write_mails(generation: Path, folder: Path) -> list[Path]:
    """Write the HTML of every filled mail, and of a letter."""
    mails = {f"{each}.{lang}": each.mail(generation, lang)[0] for each, lang in EVERY_MAIL}
    mails |= {f"letter.{lang}": letter(lang) for lang in LANGUAGES}
    return [_written(folder / f"mail {name}.html", text) for name, text in mails.items()]


def _written(file: Path, text: str) -> Path:
    file.write_text(text, "utf-8")
    return file
