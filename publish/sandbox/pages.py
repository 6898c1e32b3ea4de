"""What the sandbox's pages share: one plain look, clearly marked, in two languages."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field

from publish.contract.catalogue import N_, Words, speak
from publish.paywall.money import digits
from publish.sandbox.state import State

_STYLE = """\
:root{color-scheme:light dark;--paper:#fff;--ink:#1f1d1a;--soft:#5f5a52;--line:#cfc9bf;
--mark:#ffe7b3;--on-mark:#4a3200;--do:#5b3fa0;--on-do:#fff;--bad:#a3271c;--raised:#f6f4f0}
@media (prefers-color-scheme:dark){:root{--paper:#191816;--ink:#e8e4dc;--soft:#aaa498;
--line:#4a463f;--mark:#4a3a12;--on-mark:#ffe7b3;--do:#b9a2f2;--on-do:#1d1430;--bad:#f0a298;--raised:#232120}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);overflow-wrap:break-word;
font:16px/1.6 system-ui,-apple-system,"PingFang SC","Microsoft YaHei",sans-serif}
.test{margin:0;background:var(--mark);color:var(--on-mark);padding:.6em 1em;text-align:center;
font-weight:700}
main{max-width:34rem;margin:0 auto;padding:1.2rem 1rem 3rem}main.wide{max-width:60rem}
h1{font-size:1.5rem;line-height:1.3;margin:.5rem 0 1rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
.price{font-size:1.8rem;font-weight:700;margin:.2rem 0}.soft,small{color:var(--soft)}
a{color:var(--do)}fieldset{border:1px solid var(--line);border-radius:8px;margin:0 0 1.2rem;
padding:.4rem 1rem .8rem}legend{font-weight:700;padding:0 .3em}
.choice{display:flex;gap:.6rem;align-items:baseline;padding:.35rem 0;min-height:44px}
.choice input{flex:none;width:1.1rem;height:1.1rem}.choice small{display:block}
.field{margin:0 0 1.2rem}.field label{display:block;font-weight:700}
input[type=email],input[type=text],select{font:inherit;color:inherit;background:var(--paper);
border:1px solid var(--soft);border-radius:6px;padding:.5rem .6rem;width:100%;min-height:44px}
.row{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end}.row .field{flex:1 1 12rem;margin:0}
button{font:inherit;font-weight:600;min-height:44px;padding:.5rem 1rem;border-radius:6px;
border:1px solid var(--soft);background:var(--raised);color:inherit;cursor:pointer}
button.main{background:var(--do);border-color:var(--do);color:var(--on-do);width:100%}
:focus-visible{outline:3px solid var(--do);outline-offset:2px}
.said{border:2px solid var(--bad);border-radius:8px;padding:.6rem 1rem;margin:0 0 1.2rem}
.said.good{border-color:var(--do)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.94rem}
th,td{text-align:start;padding:.45rem .6rem .45rem 0;border-bottom:1px solid var(--line);
vertical-align:top}.head th,.rows td:first-child,.bills td:not(:nth-child(2)){white-space:nowrap}
td form{display:flex;flex-wrap:wrap;gap:.4rem}td button{min-height:36px;padding:.2rem .6rem}
@media (max-width:44rem){.rows thead{position:absolute;clip-path:inset(50%)}
.rows tbody,.rows tr,.rows td{display:block}.rows tr{padding:.5rem 0;
border-bottom:1px solid var(--line)}.rows td{border:0;padding:.15rem 0}}
code{font:.9em/1.5 ui-monospace,Menlo,monospace;overflow-wrap:anywhere}
pre{white-space:pre-wrap;background:var(--raised);padding:1rem;border-radius:6px}
iframe.mail{width:100%;height:38rem;border:1px solid var(--line);border-radius:6px;background:#fff}
.address{display:block;padding:.8rem;background:var(--raised);border-radius:6px;
user-select:all;overflow-wrap:anywhere}
"""
_PAGE = """\
<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><style>{style}</style></head>
<body><p class="test" role="note">{mark}</p><main{wide}>{body}</main></body></html>
"""


@dataclass(frozen=True)
class Page:
    """An answer."""

    status: int
    text: str
    type: str = "text/html"
    location: str = ""


@dataclass(frozen=True)
class Visit:
    """A request for a page: `rest` is the path behind its room."""

    state: State
    method: str
    path: str
    rest: str
    asks: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    languages: str = ""
    home: str = "/"
    mails: str = ""

    def lang(self, locale: str | None = None) -> str:
        """Return "zh" or "en": asked for, of the session, of the browser."""
        wish = self.asks.get("lang") or (locale if locale not in (None, "auto") else "")
        return "zh" if (wish or self.languages).lower().startswith("zh") else "en"


def words_of(lang: str) -> Words:
    """Return the words of a language."""
    return speak(lang)


def page(
    lang: str,
    title: str,
    body: str,
    *,
    status: int = 200,
    wide: bool = False,
    mark: str = "",
    style: str = "",
) -> Page:
    """Return a whole page; `title` is text, `body` is markup, `mark` says that nothing is real.

    `style` is what it needs besides the common look.
    """
    mark = mark or words_of(lang).gettext(N_("TEST – no money moves"))
    text = _PAGE.format(
        lang="zh-Hans" if lang == "zh" else "en",
        title=text_of(title),
        style=_STYLE + style,
        mark=text_of(mark),
        wide=' class="wide"' if wide else "",
        body=body,
    )
    return Page(status, text)


def moved(address: str) -> Page:
    """Send the browser on with GET."""
    return Page(303, "", "text/plain", address)


def nothing(lang: str, home: str = "/", mark: str = "") -> Page:
    """Say that there is no such page, and lead `home`."""
    _ = words_of(lang).gettext
    title = _(N_("There is nothing here"))
    back = f'<p><a href="{text_of(home)}">{text_of(_("Back to the site"))}</a></p>'
    return page(lang, title, f"<h1>{text_of(title)}</h1>{back}", status=404, mark=mark)


def text_of(text: object) -> str:
    """Return text for markup."""
    return html.escape(str(text))


def said(message: str, *, good: bool = False) -> str:
    """Return a message that stands out and is announced."""
    if not message:
        return ""
    kind = ' class="said good" role="status"' if good else ' class="said" role="alert"'
    return f"<p{kind}>{text_of(message)}</p>"


def hidden(**values: str) -> str:
    """Return fields that nobody sees."""
    return "".join(
        f'<input type="hidden" name="{text_of(name)}" value="{text_of(value)}">'
        for name, value in values.items()
    )


def money(minor: int, currency: str) -> str:
    """Return an amount as people read it: 39.00 CNY."""
    code = currency.upper()
    places = digits(code)
    whole, rest = divmod(minor, 10**places)
    return f"{whole}.{rest:0{places}d} {code}" if places else f"{whole} {code}"
