"""All kits in one list: what fits, what does not, and where a post is already."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from publish import syndicating
from publish.contract import snippets as contract
from publish.contract.catalogue import N_
from publish.contract.manifest import ManifestError, Post, load
from publish.contract.snippets import NoKit, OnPlatform
from publish.contract.syndication import Copy, Ledger
from publish.preview import mailbox
from publish.sandbox.pages import Page, page, said, text_of, words_of
from publish.trouble import Failure

PREFIX = "/_snippets/"
MOST = 100
"""How many posts the list shows unless all are asked for."""
NOWHERE = N_("Your posts go nowhere: no platform is chosen ([snippets] in site.toml).")
MARK = N_("Nothing is posted from here: copy it, post it there, write down where")
_STATUS = {"draft": N_("draft")}
_STYLE = """\
.kits th{font-weight:400}.kits th a{font-weight:700}.kits th[scope=col]{font-weight:700}
.kits small{display:block}.kits td{min-width:9rem}.kits strong{color:var(--bad)}
.kits ul{list-style:none;margin:0;padding:0}
@media (max-width:44rem){.kits tbody th{display:block;border:0;padding:.15rem 0}
.kits tbody th a{display:inline-block;padding:.5rem 0}}
"""


@dataclass(frozen=True)
class _Row:
    """A post in the list."""

    id: str
    post: Post
    day: str
    platforms: tuple[OnPlatform, ...]
    copies: Mapping[str, Copy]


def listed(lang: str, generation: Path, content: Path, every: bool, home: bool) -> Page:
    """Return the list; `every` post or the newest, `home` whether the site is at hand, too."""
    try:
        manifest = load(generation / "manifest.json")
    except ManifestError:
        return _page(lang, _soft(lang, N_("The site is not built yet")), home)
    try:
        ledger, wrong = syndicating.read(content), ""
    except Failure as cause:
        ledger, wrong = Ledger(), cause.say(words_of(lang))
    posts, zone = manifest.posts, ZoneInfo(manifest.site.time_zone)
    known = sorted(posts, key=lambda each: (posts[each].date, each), reverse=True)
    kits = [each for each in known if _file(generation, each).is_file()]
    shown = kits if every else kits[:MOST]
    rows = [
        _Row(each, posts[each], _day(posts[each], zone), found, ledger.of(each))
        for each in shown
        if (found := _platforms(_file(generation, each))) is not None
    ]
    if not rows:
        dated = any(each.date for each in posts.values())  # a page has no date
        return _page(lang, _soft(lang, NOWHERE) if dated else _none(lang), home)
    table = _table(lang, rows)
    return _page(lang, said(wrong) + table + _more(lang, len(shown), len(kits)), home)


def _page(lang: str, body: str, home: bool) -> Page:
    _ = words_of(lang).gettext
    title = _("Snippets")
    back = mailbox.back(lang) if home else ""
    whole = f"<h1>{text_of(title)}</h1>{back}{body}"
    return page(lang, title, whole, wide=True, mark=_(MARK), style=_STYLE)


def _soft(lang: str, text: str) -> str:
    return f'<p class="soft">{text_of(words_of(lang).gettext(text))}</p>'


def _none(lang: str) -> str:
    how = '<p><code>inkstead new post "…"</code></p>'
    return (
        _soft(lang, N_("There is no post here that could travel. This begins one:"))
        + how
        + _soft(lang, N_("Which platforms posts are made ready for, [snippets] in site.toml says."))
    )


def _more(lang: str, shown: int, total: int) -> str:
    if shown == total:
        return ""
    _ = words_of(lang).gettext
    newest = _("The newest {n} of {total}.").format(n=shown, total=total)
    every = f'<a href="{PREFIX}?all=1">{text_of(_("Show all"))}</a>'
    return f'<p class="soft">{text_of(newest)} {every}</p>'


def _table(lang: str, rows: list[_Row]) -> str:
    _ = words_of(lang).gettext
    named = (N_("Post"), N_("Fits"), N_("Where it is"))
    heads = "".join(f'<th scope="col">{text_of(_(each))}</th>' for each in named)
    body = "".join(
        f'<tr><th scope="row">{_title(lang, row)}</th><td>{_fits(lang, row)}</td>'
        f"<td>{_copies(lang, row)}</td></tr>"
        for row in rows
    )
    return (
        f'<div class="scroll"><table class="rows kits"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _day(post: Post, zone: ZoneInfo) -> str:
    """Return the day of a post as its site has it, "" for none."""
    date = post.date and datetime.fromisoformat(post.date).astimezone(zone)
    return f"{date:%Y-%m-%d}" if date else ""


def _title(lang: str, row: _Row) -> str:
    _ = words_of(lang).gettext
    status = _(_STATUS[row.post.status]) if row.post.status in _STATUS else ""
    aside = " · ".join(filter(None, (row.day, status)))
    link = f'<a href="{PREFIX}{quote(row.id)}/">{text_of(row.post.title or row.id)}</a>'
    return f"{link}<small>{text_of(aside)}</small>"


def _fits(lang: str, row: _Row) -> str:
    _ = words_of(lang).gettext
    total, wrong = len(row.platforms), [each for each in row.platforms if not each.fits]
    count = _("{n} of {total} fit").format(n=total - len(wrong), total=total)
    if not wrong:
        return text_of(count)
    between = "、" if lang == "zh" else ", "
    names = between.join(each.name(lang) for each in wrong)
    said = _("does not fit: {names}").format(names=names)
    return f"{text_of(count)}<small><strong>{text_of(said)}</strong></small>"


def _copies(lang: str, row: _Row) -> str:
    _ = words_of(lang).gettext
    if not row.copies:
        return f'<span class="soft">{text_of(_("not posted yet"))}</span>'
    return f"<ul>{''.join(_said(lang, row))}</ul>"


def _said(lang: str, row: _Row) -> Iterator[str]:
    _ = words_of(lang).gettext
    names = {each.id: each.name(lang) for each in row.platforms}
    for copy in row.copies.values():
        old = _("the post changed since") if syndicating.is_old(copy, row.post) else ""
        aside = " · ".join(filter(None, (copy.date, old)))
        name = text_of(names.get(copy.platform, copy.platform))
        yield (
            f'<li><a href="{text_of(copy.url)}" rel="noreferrer">{name}</a>'
            f"<small>{text_of(aside)}</small></li>"
        )


def _file(generation: Path, post: str) -> Path:
    return contract.folder_of(generation, post) / contract.KIT


def _platforms(file: Path) -> tuple[OnPlatform, ...] | None:
    """Return how a post fares on its platforms, or None when its kit is gone or unreadable."""
    try:
        return _remembered(file.parent.resolve(), file.stat().st_mtime_ns)
    except (OSError, NoKit):
        return None


@functools.lru_cache(maxsize=2048)
def _remembered(folder: Path, changed: int) -> tuple[OnPlatform, ...]:
    """Return the platforms of a kit as it was `changed` last, without texts: no list shows them."""
    return tuple(replace(each, pieces=(), notes=()) for each in contract.load(folder).platforms)
