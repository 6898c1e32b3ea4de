"""A small generation by hand, as a build would write it: what `house` puts a world on.

Two languages, every page, mail and feed of the contract, gated posts and products whose premium
pieces all hold CANARY. The templates are as plain as can be, and hold every slot once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from publish.contract.manifest import (
    Language,
    Magnet,
    MagnetText,
    Manifest,
    Offer,
    Post,
    Premium,
    PrivateFile,
    Product,
    ProductText,
    Site,
    dump,
)
from publish.contract.service import (
    DELIVERY_MAIL_SLOTS,
    DELIVERY_PAGE_SLOTS,
    MAILS,
    MESSAGES,
    PAGES,
    TERMS,
)
from publish.contract.slots import Prepared

ORIGIN = "https://example.test"
CANARY = "canary-5f1c9"
LANGS = ("zh-Hans", "en")

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

# ---- pages ------------------------------------------------------------------------------------

_ERROR = "<!--[error]--><p class=error>[[error_text]]</p><!--[/error]-->"
_TEMPLATES: Mapping[str, str] = {
    "notice": '<h1>[[title]]</h1><p class=body>[[body]]</p><a href="[[link]]">[[link_text]]</a>',
    "sign-in": f'{_ERROR}<form method=post action="/api/sign-in?lang=LANG">'
    '<input name=mail value="[[mail]]"><input name=return_to value="[[return_to]]"></form>',
    "code": f'{_ERROR}<p class=mail>[[mail]]</p><form method=post action="/api/sign-in/code">'
    "<input name=code></form>",
    "confirm": "<!--[signing]--><h1>signing in [[mail]]</h1><!--[/signing]-->"
    "<!--[redeeming]--><h1>redeeming [[code]] for [[mail]]</h1><!--[/redeeming]-->"
    "<!--[changing]--><h1>changing to [[mail]]</h1><!--[/changing]-->"
    "<!--[opting]--><h1>[[title]] for [[mail]]</h1><p class=words>[[words]]</p><!--[/opting]-->"
    '<form method=post action="/api/confirm"><input name=key value="[[key]]"></form>',
    "before": "<p>[[product]] [[price]] [[period]]</p><!--[wechat]--><p>WeChat</p><!--[/wechat]-->"
    "<!--[renews]--><p>renews</p><!--[/renews]-->"
    '<!--[pass_url]--><a href="[[pass_url]]">[[pass_title]]</a><!--[/pass_url]-->'
    '<form method=post action="/api/checkout/[[order]]"></form><a href="[[back]]">back</a>',
    "paying": "<h1>paying</h1>",
    "return": "<p class=number>[[number]]</p><!--[here]--><p>here [[product]]</p><form method=post"
    ' action="/api/return"><input name=order value="[[order]]"></form><!--[/here]-->'
    "<!--[!here]--><p>elsewhere</p><!--[/here]--><!--[pending]--><p>pending</p><!--[/pending]-->"
    '<!--[failed]--><p>failed</p><!--[/failed]--><a href="[[link]]">on</a>',
    "redeem": f'{_ERROR}<form method=post action="/api/redeem"><input name=code value="[[code]]">'
    '<!--[!signed_in]--><input name=mail value="[[mail]]"><!--[/signed_in]-->'
    "<!--[signed_in]--><p>as [[own_mail]]</p><!--[/signed_in]-->"
    '<input name=return_to value="[[return_to]]"></form>',
    "account": f"{_ERROR}<!--[guest]--><p>guest</p><!--[/guest]-->"
    "<!--[said]--><p class=said>[[said_text]]</p><!--[/said]-->"
    "<p class=mail>[[mail]]</p>"
    '<!--[owned]--><section class=owned><a href="[[url]]">[[title]]</a> <i>[[until]]</i>'
    "<!--[forever]-->forever <!--[/forever]--><!--[ends]-->ends <!--[/ends]-->"
    "<!--[renews]-->renews <!--[/renews]--><!--[grace]-->grace <!--[/grace]-->"
    "<!--[held]-->held <!--[/held]--><!--[paused]-->paused <!--[/paused]-->"
    "<!--[trial]-->trial <!--[/trial]--><!--[cancel]--><b>cancel [[order]]</b><!--[/cancel]-->"
    "<!--[resume]--><b>resume [[order]]</b><!--[/resume]--></section><!--[/owned]-->"
    "<!--[!owned]--><p>nothing owned</p><!--[/owned]--><!--[portal]--><p>portal</p><!--[/portal]-->"
    "<!--[orders]--><p class=order>[[number]] [[date]] [[title]] [[price]] [[state]]</p>"
    '<!--[/orders]--><!--[feeds]--><a class=rss href="[[rss]]">RSS</a>'
    '<a class=atom href="[[atom]]">Atom</a><!--[/feeds]-->'
    "<!--[letters]--><p>letters since [[letters_since]]</p><!--[/letters]--><!--[!letters]-->"
    "<p class=words>[[words]]</p><!--[/letters]--><!--[magnets]--><p class=magnet>[[magnet]] "
    "[[title]]</p><!--[/magnets]-->"
    "<!--[devices]--><p class=device>[[name]] [[since]]<!--[here]--> here<!--[/here]--></p>"
    "<!--[/devices]--><!--[changing]--><p>changing</p><!--[/changing]-->",
    "opt-in": f"{_ERROR}<!--[name_wrong]--><p>name</p><!--[/name_wrong]-->"
    '<h1>[[title]]</h1><p>[[promise]]</p><form method=post action="/api/opt-in?lang=LANG">'
    '<input name=magnet value="[[magnet]]"><input name=mail value="[[mail]]">'
    '<!--[asks_name]--><input name=name value="[[name]]"><!--[/asks_name]-->'
    '<input name=website><input name=stamp value="[[stamp]]"><input name=came value="[[came]]">'
    '<input name=post value="[[post]]"></form><p class=words>[[words]]</p>'
    '<!--[checking]--><p>checking</p><!--[/checking]--><a href="[[back]]">back</a>',
    "sent": '<h1>[[title]]</h1><p>sent</p><a href="[[back]]">again</a>',
    "late": '<!--[!said]--><form method=post action="/api/get/again"><input name=key'
    ' value="[[key]]"></form>'
    "<p>late: [[title]]</p><!--[/said]--><!--[said]--><p>on its way</p><!--[/said]-->",
    "magnet-code": f'{_ERROR}<h1>[[title]]</h1><form method=post action="/api/get/code">'
    '<input name=magnet value="[[magnet]]"><input name=code value="[[code]]"></form>'
    '<a href="[[back]]">back</a>',
    "unsubscribe": "<!--[asking]--><h1>asking</h1><!--[/asking]--><!--[done]--><h1>done</h1>"
    "<!--[words]--><p class=words>[[words]]</p><!--[/words]--><!--[/done]--><!--[declining]-->"
    "<h1>declining</h1><!--[/declining]--><!--[declined]-->"
    '<h1>declined</h1><!--[/declined]--><form method=post action="/api/unsubscribe">'
    '<input name=key value="[[key]]"></form>',
    "delete": "<p class=mail>[[mail]]</p><!--[running]--><p>running</p><!--[/running]-->",
}

_DELIVERY = (
    "<!--[fresh]--><p>fresh</p><!--[/fresh]--><!--[letters]--><p>letters</p><!--[/letters]-->"
    "<!--[until]--><p class=until>[[until]]</p><!--[/until]-->"
    '<!--[files]--><form method=post action="/api/get"><input name=key value="[[key]]">'
    '<button name=file value="[[number]]">[[name]] [[size]]</button></form><!--[/files]-->'
    '<!--[post_url]--><a class=post href="[[post_url]]">read</a><!--[/post_url]-->'
)

_MAIL_SECTIONS = frozenset({"forever", "renews", "running", "letters"})


def page_text(name: str, lang: str) -> str:
    """Return a page as a theme would prepare it, all its slots in it."""
    body = _TEMPLATES[name].replace("LANG", lang)
    text = f'<!doctype html><html lang="{lang}"><body data-page="{name}">{body}</body></html>\n'
    unknown = Prepared(text).names - PAGES[name]
    assert not unknown, f"{name}: {unknown} are not in the contract"
    return text


def mail_text(name: str, lang: str, *, html: bool) -> str:
    """Return a mail as a theme would prepare it."""
    own = MAILS.get(name, DELIVERY_MAIL_SLOTS)
    slots = (*sorted(own), "site", "home", "account")
    lines = [
        f"<!--[{slot}]-->{slot}<!--[/{slot}]-->"
        if slot in _MAIL_SECTIONS
        else f"{slot}: [[{slot}]]"
        for slot in slots
    ]
    if html:
        return f'<!doctype html><html lang="{lang}"><p>' + "<br>\n".join(lines) + "</p></html>\n"
    return "\n".join([f"{name} ({lang})", "", *lines]) + "\n"


def words(lang: str) -> dict[str, Any]:
    """Return words.json: Chinese is marked, so that a test sees which language spoke."""
    mark = "〔中〕" if lang == "zh-Hans" else ""
    return {
        "messages": {code: [mark + each for each in pair] for code, pair in MESSAGES.items()},
        "date": "{y}年{m}月{d}日" if mark else "{d} {month} {y}",
        "months": [f"{number}月" for number in range(1, 13)] if mark else list(_MONTHS),
        "terms": {term: mark + term for term in TERMS},
    }


# ---- the generation ---------------------------------------------------------------------------

_GATED = {
    "walled": (("paid",), ("membership-year", "membership-month", "pass-quarter", "everything")),
    "letters": (("subscribers",), ()),
    "chapter": (("course", "early"), ("course", "everything")),
}
_OFFERS: Mapping[str, tuple[str, tuple[str, ...], tuple[Offer, ...], str, tuple[str, ...]]] = {
    "membership": (
        "membership",
        ("paid",),
        (
            Offer("membership-year", {"CNY": 36500, "USD": 5900}, every="year"),
            Offer("membership-month", {"CNY": 3900, "USD": 600}, every="month", trial=7),
        ),
        "published",
        ("price_before", "prod_before"),
    ),
    "pass": (
        "pass",
        ("paid",),
        (
            Offer("pass-quarter", {"CNY": 9900, "JPY": 2200, "USD": 1500}, days=90),
            Offer("pass-year", {"CNY": 36500, "USD": 5900}, days=365),
        ),
        "published",
        (),
    ),
    "course": (
        "item",
        ("course",),
        (Offer("course", {"CNY": 29900, "USD": 4500}),),
        "published",
        (),
    ),
    "everything": (
        "bundle",
        ("paid", "course"),
        (Offer("everything", {"CNY": 129900, "USD": 18900}),),
        "published",
        (),
    ),
    "early": ("item", ("early",), (Offer("early", {"CNY": 9900, "USD": 1500}),), "retired", ()),
}


@dataclass
class _Folder:
    root: Path
    written: dict[str, str] = field(default_factory=dict)

    def write(self, path: str, content: str | bytes) -> str:
        raw = content.encode() if isinstance(content, str) else content
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(raw)
        self.written[path] = hashlib.sha256(raw).hexdigest()
        return path


def make_generation(folder: Path, *, site_url: str = ORIGIN, posts: int = 0) -> Path:
    """Write a generation and return its folder; `posts` adds as many gated English ones."""
    out = _Folder(folder)
    for lang in LANGS:
        out.write(f"private/pages/{lang}/words.json", json.dumps(words(lang), ensure_ascii=False))
    site_posts = {key: post for lang in LANGS for key, post in _posts(out, lang).items()}
    for number in range(posts):
        key = f"en/more-{number}"
        site_posts[key] = _post(out, "en", f"more-{number}", *_GATED["walled"])
    manifest = Manifest(
        built_at="2026-11-22T00:00:00Z",
        engine="0",
        preview=False,
        site=Site(
            site_url,
            "Asia/Shanghai",
            tuple(map(_language, LANGS)),
            "林墨 <letters@example.test>",
            "linmo@example.test",
        ),
        posts=site_posts,
        products={key: _product(out, key) for key in _OFFERS},
        pages=_prepared(out, "pages", ".html", PAGES, page_text),
        files={},
        mails=_mails(out),
        feeds={lang: {kind: _feed(out, lang, kind) for kind in ("rss", "atom")} for lang in LANGS},
        magnets={key: _magnet(out, key) for key in _MAGNETS},
        letters={lang: f"letters, about once a week ({lang})" for lang in LANGS},
        disposable=out.write("private/disposable.txt", "mailinator.com\nthrow-away.test\n"),
    )
    out.write("public/index.html", "<!doctype html><title>home</title>")
    out.write("manifest.json", dump(manifest))
    return folder


def _language(lang: str) -> Language:
    chinese = lang == "zh-Hans"
    home = "/" if chinese else "/en/"
    return Language(
        code=lang,
        home=home,
        title="自留地" if chinese else "Own Ground",
        author="林墨" if chinese else "Lin Mo",
        seller="林墨（示例）" if chinese else "Lin Mo (demo)",
        address="示例市示例路 1 号" if chinese else "1 Example Road",
        email="hello@example.test",
        terms=f"{home}terms/",
        privacy=f"{home}privacy/",
        refund=f"{home}refund/",
        currencies=("CNY", "USD") if chinese else ("USD", "CNY"),
    )


def _prepared(
    out: _Folder, kind: str, ending: str, names: Mapping[str, object], text: Any
) -> dict[str, dict[str, str]]:
    return {
        name: {
            lang: out.write(f"private/{kind}/{lang}/{name}{ending}", text(name, lang))
            for lang in LANGS
        }
        for name in names
    }


def _mails(out: _Folder) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in MAILS:
        for lang in LANGS:
            path = f"private/mails/{lang}/{name}"
            out.write(f"{path}.html", mail_text(name, lang, html=True))
            out.write(f"{path}.txt", mail_text(name, lang, html=False))
            found.setdefault(name, {})[lang] = path
    return found


def _key(lang: str, name: str) -> str:
    return name if lang == "zh-Hans" else f"{lang}/{name}"


def _posts(out: _Folder, lang: str) -> dict[str, Post]:
    found = {_key(lang, "free"): _post(out, lang, "free", ("public",), ())}
    for name, (access, offers) in _GATED.items():
        found[_key(lang, name)] = _post(out, lang, name, access, offers)
    if lang == "zh-Hans":
        found["第三次小圈"] = _post(out, lang, "第三次小圈", *_GATED["walled"])
    return found


def _post(
    out: _Folder, lang: str, name: str, access: tuple[str, ...], offers: tuple[str, ...]
) -> Post:
    key = _key(lang, name)
    other = "en" if lang == "zh-Hans" else "zh-Hans"
    shared = name in (*_GATED, "free")
    return Post(
        url=f"/{quote(key)}/",
        lang=lang,
        title=f"{name} ({lang})",
        access=access,
        status="published",
        kind="classic",
        date="2026-07-16T00:00:00Z",
        updated="",
        hash="0" * 64,
        translations={other: _key(other, name)} if shared else {},
        offers=offers,
        premium=None if "public" in access else _premium(out, f"posts/{key}", key),
    )


def _premium(out: _Folder, place: str, said: str) -> Premium:
    folder = f"private/{place}"
    files = (
        _file(out, place, "picture.0a1b2c3d.png", "image/png", b"\x89PNG\r\n" + CANARY.encode()),
        _file(out, place, "表格.4e5f6a7b.pdf", "application/pdf", b"%PDF-1.7 " + CANARY.encode()),
    )
    fragment = f"<p>{CANARY} fragment of {said}</p>"
    page = f"<!doctype html><title>{said}</title><p>{CANARY} whole page of {said}</p>"
    out.write(f"{folder}/page.html", page)
    path = out.write(f"{folder}/fragment.html", fragment)
    return Premium(path, f"{folder}/page.html", out.written[path], 12, 1, files)


def _file(out: _Folder, place: str, name: str, kind: str, raw: bytes) -> PrivateFile:
    path = out.write(f"private/{place}/{name}", raw)
    return PrivateFile(
        f"/api/files/{quote(f'{place}/{name}')}", path, kind, len(raw), out.written[path]
    )


def _product(out: _Folder, key: str) -> Product:
    kind, grants, offers, status, adopts = _OFFERS[key]
    texts = {
        lang: ProductText(
            title=f"{key} ({lang})",
            summary=f"what {key} is",
            url=f"/{_key(lang, key)}/",
            premium=_premium(out, f"products/{key}/{lang}", key) if key == "course" else None,
        )
        for lang in LANGS
    }
    return Product(kind, grants, status, 7, offers, texts, adopts)


# way, status, tags, letters, asks for a name, and the post that is handed out instead of files
_MAGNETS: Mapping[str, tuple[str, str, tuple[str, ...], bool, bool, str]] = {
    "checklist": ("mail", "published", ("lead",), True, True, ""),
    "worksheet": ("mail", "published", (), False, False, ""),
    "reading": ("mail", "published", (), True, False, "letters"),
    "清单": ("contact", "published", (), False, False, ""),
    "old": ("mail", "retired", (), True, False, ""),
}


def _magnet(out: _Folder, key: str) -> Magnet:
    way, status, tags, letters, name, post = _MAGNETS[key]
    texts = {lang: _magnet_text(out, key, lang, post) for lang in LANGS}
    return Magnet(status, way, texts, tags, letters, name)


def _magnet_text(out: _Folder, key: str, lang: str, post: str) -> MagnetText:
    folder = f"magnets/{key}/{lang}"
    mail = f"private/{folder}/mail"
    out.write(f"{mail}.html", mail_text(f"delivery of {key}", lang, html=True))
    out.write(f"{mail}.txt", mail_text(f"delivery of {key}", lang, html=False))
    unknown = Prepared(_DELIVERY).names - DELIVERY_PAGE_SLOTS
    assert not unknown, f"{unknown} are not in the contract"
    files = (
        _file(out, folder, "清单.4e5f6a7b.pdf", "application/pdf", b"%PDF-1.7 " + CANARY.encode()),
        _file(out, folder, "notes.1a2b3c4d.txt", "text/plain", CANARY.encode()),
    )
    return MagnetText(
        title=f"{key} ({lang})",
        promise=f"what {key} promises",
        url=quote(f"{'/' if lang == 'zh-Hans' else '/en/'}get/{key}/"),
        consent=f"you get {key}, and letters about once a week ({lang})",
        page=out.write(f"private/{folder}/page.html", f"<h1>{key}</h1>{_DELIVERY}"),
        mail=mail,
        files=() if post else files,
        post=_key(lang, post) if post else "",
    )


def _feed(out: _Folder, lang: str, kind: str) -> str:
    entries = "".join(
        f"<!--[open:{slot}]--><entry><id>{slot}</id>{CANARY} entry of {slot} <img "
        f'src="/api/files/posts/{slot}/picture.0a1b2c3d.png?key=[[key]]"/></entry>'
        f"<!--[/open:{slot}]--><!--[!open:{slot}]--><entry><id>{slot}</id>teaser</entry>"
        f"<!--[/open:{slot}]-->"
        for slot in (quote(_key(lang, name), safe="/") for name in _GATED)
    )
    text = (
        f"<{kind}><self>[[self]]</self><title>feed[[title_note]]</title><!--[lapsed]--><entry>"
        f"lapsed: [[account]]</entry><!--[/lapsed]-->{entries}</{kind}>"
    )
    return out.write(f"private/feeds/{lang}/{kind}.xml", text)
