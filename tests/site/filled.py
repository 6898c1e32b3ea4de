"""The pages and mails of the service as readers get them: prepared by the build, filled here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from publish.contract.service import COMMON_SLOTS, MAILS, PAGES
from publish.contract.slots import Prepared, Value, plain
from tests.site.kinds import LANGUAGES

MAIL = "chen.xiaoyu@example.com"
KEY = "kYx3T9-_aZ0QwE7rT5yU1iO2pA4sD6fG8hJ0kL"
WRONG = "这不像一个邮箱地址，再看看？"
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
        text = (generation / f"private/pages/{lang}/{self.name}.html").read_text("utf-8")
        return Prepared(text).fill(self.values)

    def mail(self, generation: Path, lang: str) -> tuple[str, str]:
        """Return the finished mail, HTML and text."""
        path = f"private/mails/{lang}/{self.name}"
        html = (generation / f"{path}.html").read_text("utf-8")
        text = (generation / f"{path}.txt").read_text("utf-8")
        return Prepared(html).fill(self.values), Prepared(text).fill(self.values, plain)


def _page(name: str, note: str = "", **values: Value) -> Filled:
    return Filled(name, note, dict.fromkeys(PAGES[name], "") | values)


def _mail(name: str, note: str = "", **values: Value) -> Filled:
    common = {"site": "自留地", "home": "https://inkstead.example/", "account": _ACCOUNT}
    return Filled(name, note, dict.fromkeys(MAILS[name] | COMMON_SLOTS, "") | common | values)


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

PAGES_FILLED = [
    _page("notice", title="试得太多了", body="请过一小时再来。", link="/", link_text="首页"),
    _page("sign-in", return_to="/pricing/#ink-premium"),
    _page("sign-in", "with an error", return_to="/pricing/", mail='a"b<c>', **_ERROR),
    _page("code", mail=MAIL, return_to="/pricing/"),
    _page("code", "with an error", mail=MAIL, return_to="", **_ERROR),
    _page("confirm", "signing", key=KEY, mail=MAIL, signing=True),
    _page("confirm", "redeeming", key=KEY, mail=MAIL, redeeming=True, code="搬家课"),
    _page("confirm", "changing", key=KEY, mail=MAIL, changing=True),
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
    _page("account", "empty", mail=MAIL, devices=DEVICES),
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
    _mail("deleted"),
    _mail("deleted", "with a membership", running=True),
]
EVERY = [(each, lang) for each in PAGES_FILLED for lang in LANGUAGES]
EVERY_MAIL = [(each, lang) for each in MAILS_FILLED for lang in LANGUAGES]


def write_pages(generation: Path, folder: Path) -> list[Path]:
    """Write every filled page for tools that want files."""
    return [
        _written(folder / f"{each}.{lang}.html", each.page(generation, lang))
        for each, lang in EVERY
    ]


def write_mails(generation: Path, folder: Path) -> list[Path]:
    """Write the HTML of every filled mail."""
    return [
        _written(folder / f"mail {each}.{lang}.html", each.mail(generation, lang)[0])
        for each, lang in EVERY_MAIL
    ]


def _written(file: Path, text: str) -> Path:
    file.write_text(text, "utf-8")
    return file
