"""What the preview adds to a page on its way out; files on disk stay as they were built."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from publish.contract.catalogue import Words

EVENTS = "/_preview/events"
SCRIPT = "/_preview/reload.js"

MAILS, MAGNETS, PANEL = "/_mail/", "/_magnets/", "/_sandbox/"
SNIPPETS = "/_snippets/"

_END = re.compile(rb"</body\s*>", re.IGNORECASE)
_BANNER = """\
#inkstead-preview{all:initial;display:block;position:fixed;inset:auto 0 0 0;z-index:2147483647;
max-height:60vh;overflow:auto;padding:12px 16px;box-sizing:border-box;background:#fff4f2;
color:#5c130d;border-top:3px solid #a3271c;font:15px/1.6 system-ui,sans-serif}
#inkstead-preview *{all:revert;font:inherit;color:inherit}
#inkstead-preview strong{font-weight:700}
#inkstead-preview ul{margin:4px 0 0;padding-inline-start:20px}
#inkstead-preview li{overflow-wrap:anywhere}
"""
_LINKS = """\
#inkstead-life{all:initial;display:block;padding:10px 16px;text-align:center;color:GrayText;
font:13px/1.6 system-ui,sans-serif}
#inkstead-life *{all:revert;font:inherit;color:inherit}
#inkstead-life a{text-decoration:underline;padding:10px 4px}
@media print{#inkstead-life{display:none}}
"""
_STYLE = """\
body{max-width:44em;margin:12vh auto;padding:0 1em;font:16px/1.7 system-ui,sans-serif;
color-scheme:light dark}
li{overflow-wrap:anywhere}
"""
_PAGE = """\
<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width,initial-scale=1">{head}
<style>{style}</style></head>
<body><main><h1>{title}</h1>{body}</main></body></html>
"""
RELOAD = Path(__file__).with_name("reload.js")


def dress(page: bytes, revision: str, banner: str = "", below: str = "") -> bytes:
    """Return a page with the reloading script, a banner and links before the end of its body."""
    return _at_the_end(page, below + banner + script(revision))


def with_links(page: bytes, below: str) -> bytes:
    """Return a whole page with links below it; a part of a page stays as it is."""
    return _at_the_end(page, below) if _END.search(page) else page


def _at_the_end(page: bytes, added: str) -> bytes:
    ends = [found.start() for found in _END.finditer(page)]
    at = ends[-1] if ends else len(page)
    return page[:at] + added.encode() + page[at:]


def links(words: Words, lang: str, rooms: Collection[str]) -> str:
    """Return the line below every page that leads to those rooms that are there."""
    _ = words.gettext
    named = (
        (SNIPPETS, _("Snippets")),
        (MAILS, _("Mails")),
        (MAGNETS, _("Lead magnets")),
        (PANEL, _("Sandbox")),
    )
    shown = [each for each in named if each[0] in rooms]
    pressed = " · ".join(f'<a href="{to}">{html.escape(text)}</a>' for to, text in shown)
    title = html.escape(_("Preview"))
    return (
        f'<nav id="inkstead-life" lang="{lang}" aria-label="{title}"><style>{_LINKS}</style>'
        f"{title}: {pressed}</nav>"
    )


def script(revision: str) -> str:
    """Return the element that reloads a page when another revision is shown."""
    return f'<script src="{SCRIPT}" data-revision="{html.escape(revision)}"></script>'


def banner(words: Words, lang: str, problems: Sequence[str]) -> str:
    """Return what stands over the last good page while the site cannot be built."""
    title = html.escape(words.gettext("Not built: this is the last good site."))
    return (
        f'<div id="inkstead-preview" role="alert" lang="{lang}"><style>{_BANNER}</style>'
        f"<strong>{title}</strong>{_listed(problems)}</div>"
    )


def failed_page(words: Words, lang: str, problems: Sequence[str], revision: str) -> bytes:
    """Return the whole page while there has been no good build yet."""
    _ = words.gettext
    lead = f"<p>{html.escape(_('Save a file, and it is built again.'))}</p>"
    title = html.escape(_("The site cannot be built yet"))
    page = _PAGE.format(
        style=_STYLE, lang=lang, title=title, head="", body=_listed(problems) + lead
    )
    return dress(page.encode(), revision)


def waiting_page(words: Words, lang: str, revision: str) -> bytes:
    """Return the page until the first build has ended; it asks again without JavaScript, too."""
    title = html.escape(words.gettext("Building the site …"))
    again = '<noscript><meta http-equiv="refresh" content="1"></noscript>'
    page = _PAGE.format(style=_STYLE, lang=lang, title=title, head=again, body="")
    return dress(page.encode(), revision)


def plain_page(words: Words, lang: str, message: str) -> bytes:
    """Return a page that says one sentence."""
    title = html.escape(words.gettext(message))
    return _PAGE.format(style=_STYLE, lang=lang, title=title, head="", body="").encode()


def _listed(problems: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{html.escape(each)}</li>" for each in problems) + "</ul>"
