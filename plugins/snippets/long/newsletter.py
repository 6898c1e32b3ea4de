"""A post as a letter for whatever sends newsletters: a whole HTML mail and its plain part.

The mail looks like those that the site itself sends. Styles stand beside the words; colours are
few and half transparent, so that they hold in dark mail programs that know no style sheet, too.
"""

from __future__ import annotations

import copy
from html import escape
from types import MappingProxyType
from typing import Any

from lxml.html import fragment_fromstring

from plugins.snippets import links
from plugins.snippets.long.document import inner
from plugins.snippets.long.ending import body
from plugins.snippets.long.plain import write as write_plain
from plugins.snippets.long.sharing import named, order
from plugins.snippets.long.title import whole_title
from plugins.snippets.long.voice import full_width, spoken
from plugins.snippets.values import Platform, Post
from publish.contract.catalogue import N_

_READ = N_("Read it in the browser")
_FONT = (
    "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'PingFang SC','Microsoft YaHei',"
    "'Noto Sans CJK SC',sans-serif"
)
_CODE = "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:14px"
_SHADE = "background:rgba(127,127,127,.12)"
_RULE = "1px solid rgba(127,127,127,.4)"
_COLUMN = 600
_STYLES = MappingProxyType(
    {
        "p": "margin:0 0 16px",
        "h2": "margin:36px 0 12px;font-size:19px;line-height:1.4",
        "h3": "margin:28px 0 8px;font-size:17px;line-height:1.5",
        **dict.fromkeys(("h4", "h5", "h6"), "margin:24px 0 8px;font-size:16px;line-height:1.5"),
        **dict.fromkeys(("ul", "ol"), "margin:0 0 16px;padding:0 0 0 24px"),
        "li": "margin:0 0 6px",
        "blockquote": f"margin:0 0 16px;padding:0 0 0 16px;border-left:3px solid {_RULE[10:]}",
        "pre": f"margin:0 0 16px;padding:12px 16px;border-radius:4px;{_SHADE};line-height:1.5;"
        f"white-space:pre-wrap;overflow-wrap:anywhere;{_CODE}",
        "code": f"{_CODE};overflow-wrap:anywhere",
        "table": "margin:0 0 16px;border-collapse:collapse;font-size:15px",
        **dict.fromkeys(
            ("th", "td"), f"padding:6px 16px 6px 0;border-bottom:{_RULE};vertical-align:top"
        ),
        "figure": "margin:0 0 16px",
        "figcaption": "margin:6px 0 0;font-size:14px;opacity:.75",
        "img": "display:block;max-width:100%;height:auto;border-radius:4px",
        "hr": f"width:64px;margin:32px auto;border:0;border-top:{_RULE}",
        "sup": "font-size:12px;line-height:0",
        "sub": "font-size:12px;line-height:0",
    }
)
# Han is not slanted.
_DOTS = "font-style:normal;-webkit-text-emphasis:filled dot;text-emphasis:filled dot;"
_DOTS += "-webkit-text-emphasis-position:under;text-emphasis-position:under right"
_BOX = f"margin:0 0 16px;padding:12px 16px;{_SHADE}"
# The words under a mark keep no distance from its end.
_LAST = MappingProxyType({"blockquote": "margin:0", "li": "margin:0"})
_DARK = (
    "@media (prefers-color-scheme:dark){body,.page{background:#171614!important;"
    "color:#e4e0d8!important}a{color:#8fc1e3!important}.soft,.soft a{color:#a39d92!important}}"
)
_MAIL = """\
<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<style>{dark}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#fbfaf7;color:#1f1d1a">
<div style="display:none;max-height:0;overflow:hidden;opacity:0">{digest}{blank}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
<tr><td align="center" style="padding:24px 16px">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" \
style="width:100%;max-width:600px">
<tr><td align="left" style="font-family:{font};font-size:16px;line-height:{leading};\
overflow-wrap:anywhere;word-break:break-word">
<p class="soft" style="margin:0 0 24px;font-size:14px;color:#625d55">\
<a href="{url}" style="color:#625d55">{read}</a></p>
<h1 style="margin:0 0 20px;font-size:24px;line-height:1.4">{title}</h1>
{body}
<p class="soft" style="margin:32px 0 0;padding:16px 0 0;border-top:{rule};font-size:14px;\
color:#625d55"><a href="{home}" style="color:#625d55">{site}</a></p>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""
# Else mail programs show the beginning of the letter behind the preview line.
_BLANK = "&#847;&zwnj;&nbsp;" * 40


def write(post: Post, platform: Platform, own: str = "") -> str:
    """Return a post as a whole HTML mail; `own` is HTML of the creator's in its place."""
    wide = full_width(post.lang)
    root = fragment_fromstring(own, create_parent="div") if own else _copy(post, platform)
    for element in root.iter():
        _dress(element, post.accent, wide)
    values = {
        "lang": post.lang,
        "title": whole_title(post, platform),
        "digest": post.summary,
        "url": links.way_in(post, platform),
        "read": spoken(post.lang, _READ),
        "home": links.tagged(f"{post.home}/", post, platform),
        "site": post.site,
    }
    return _MAIL.format(
        **{name: escape(value) for name, value in values.items()},
        body=named(inner(root), platform),
        blank=_BLANK,
        dark=_DARK,
        font=_FONT,
        leading="1.8" if wide else "1.6",
        rule=_RULE,
    )


def write_text(post: Post, platform: Platform, own: str = "") -> str:
    """Return a post as the plain part of that mail, or a text of the creator's in its place."""
    read = f"{spoken(post.lang, _READ)}\n{links.way_in(post, platform)}"
    foot = f"-- \n{post.site}\n{links.tagged(f'{post.home}/', post, platform)}"
    parts = (whole_title(post, platform), read, own or write_plain(post, platform), foot)
    return "\n\n".join(filter(None, parts)) + "\n"


def _copy(post: Post, platform: Platform) -> Any:
    return copy.deepcopy(body(order(post, platform.tags, platform.link, platform.format)))


def _dress(element: Any, accent: str, wide: bool) -> None:
    """Set the style of an element beside it."""
    tag = element.tag
    style = f"color:{accent}" if tag == "a" else _STYLES.get(tag)
    if tag == "em" and wide:
        style = _DOTS
    if style is None:
        return
    parent = element.getparent()
    if tag == "p" and element.getnext() is None and parent.tag in _LAST:
        style = _LAST[parent.tag]
    elif tag == "code" and parent.tag == "pre":
        return
    elif tag in ("ul", "ol") and parent.tag == "li":
        style = "margin:6px 0 0;padding:0 0 0 24px"
    elif tag == "blockquote" and element.get("data-kind"):
        style = f"{_BOX};border-left:3px solid {accent}"
    elif element.get("data-note") is not None and tag != "sup":
        style += ";font-size:14px"
    elif tag in ("th", "td"):
        style += f";text-align:{element.get('data-align') or 'left'}"
    element.set("style", style)
    if tag == "img":
        _fit(element)


def _fit(image: Any) -> None:
    """Keep a picture within the column: Outlook knows no other bound than its width."""
    width = image.get("width") or ""
    if width.isdecimal() and int(width) > _COLUMN:
        image.set("width", str(_COLUMN))
        image.attrib.pop("height", None)
