"""Find and replace the addresses in HTML, whether Markdown or the author wrote the tags."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_TAG = re.compile(
    r"<(a|img|source|video|audio|track|embed|iframe|object)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.I,
)
_ATTRIBUTE = re.compile(r"(\s)([^\s\"'=<>/]+)(\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+)", re.I)
_ADDRESSES = ("href", "src", "poster", "data")
_NEVER_EMPTY = ("a", "video", "audio", "iframe", "object")
_SELF_CLOSED = re.compile(r"(?:[\s\"']|\s[\w-]+)/\s*$")
_HEADING = re.compile(r"<h([2-4])([^>]*) id=\"([^\"]+)\"([^>]*)>(.*?)</h\1>", re.S)
_TABLE = re.compile(r"<table\b[^>]*>.*?</table>", re.S)
_TASK = re.compile(r'<input type="checkbox" disabled( checked)?/?>')
_TOC = re.compile(r'<div class="toc">(.*?)</div>', re.S)
_NOTES = re.compile(r'<div class="footnote">\n<hr>\n(.*?)</div>', re.S)
_BACK = re.compile(r'(<a class="footnote-backref" href="[^"]*") title="">')
_DRESS = re.compile(
    r'<a class="headerlink"[^>]*>.*?</a>|(?:&#160;)?<a class="footnote-backref"[^>]*>.*?</a>'
)


@dataclass(frozen=True)
class Reference:
    """One address as the author wrote it: of which tag and attribute."""

    tag: str
    attribute: str
    value: str


@dataclass(frozen=True)
class Target:
    """What an address becomes; an image has its size in pixels."""

    url: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Labels:
    """The words that dressing needs, in the page's language."""

    table: str
    contents: str
    notes: str
    back: str
    done: str
    open: str


def references(html: str) -> Iterator[Reference]:
    """Yield every address in the tags that have one."""
    for tag in _TAG.finditer(html):
        for attribute in _ATTRIBUTE.finditer(tag[2]):
            if attribute[2].lower() in _ADDRESSES:
                yield _reference(tag, attribute)


def rewrite(html: str, resolve: Callable[[Reference], Target | None]) -> str:
    """Replace every address that `resolve` knows another for."""

    def in_tag(tag: re.Match[str]) -> str:
        sizes: list[Target] = []

        def in_attribute(attribute: re.Match[str]) -> str:
            address = attribute[2].lower() in _ADDRESSES
            target = resolve(_reference(tag, attribute)) if address else None
            if target is None:
                return attribute[0]
            if target.width and attribute[2].lower() == "src":
                sizes.append(target)
            return f'{attribute[1]}{attribute[2]}="{entities.escape(target.url)}"'

        inside = _ATTRIBUTE.sub(in_attribute, tag[2])
        if tag[1].lower() in _NEVER_EMPTY and _SELF_CLOSED.search(inside):
            # As JSX has it. In HTML the slash means nothing: the rest of the text would be inside.
            return f"<{tag[1]}{inside.rstrip(' /')}></{tag[1]}>"
        if tag[1].lower() != "img":
            return f"<{tag[1]}{inside}>"
        return f"<{tag[1]}{_with_image_attributes(inside, sizes)}>"

    return _TAG.sub(in_tag, html)


def dress(html: str, labels: Labels) -> str:
    """Add what a page needs beyond the text: anchors, labelled tables, contents and boxes."""
    count = 0

    def table(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        label = entities.escape(f"{labels.table} {count}")
        return (
            f'<div class="table" role="region" tabindex="0" aria-label="{label}">{match[0]}</div>'
        )

    def task(match: re.Match[str]) -> str:
        label = entities.escape(labels.done if match[1] else labels.open)
        return f'<input type="checkbox" disabled{match[1] or ""} aria-label="{label}">'

    html = _TASK.sub(task, html) if 'type="checkbox"' in html else html
    html = _TABLE.sub(table, html) if "<table" in html else html
    html = _TOC.sub(
        lambda m: f'<nav class="toc" aria-label="{entities.escape(labels.contents)}">{m[1]}</nav>',
        html,
    )
    html = _NOTES.sub(
        lambda m: f'<div class="footnote" role="doc-endnotes"{_label(labels.notes)}>{m[1]}</div>',
        html,
    )
    html = html.replace("<pre>", '<pre tabindex="0">').replace("<th></th>", "<td></td>")
    html = _BACK.sub(lambda m: f'{m[1]} aria-label="{entities.escape(labels.back)}">', html)
    return _HEADING.sub(
        r'<h\1\2 id="\3"\4>\5 <a class="headerlink" href="#\3" aria-labelledby="\3">#</a></h\1>',
        html,
    )


def undress(html: str) -> str:
    """Take away what only a page needs, for feeds and other places."""
    return _DRESS.sub("", html)


def _label(text: str) -> str:
    return f' aria-label="{entities.escape(text)}"'


def _reference(tag: re.Match[str], attribute: re.Match[str]) -> Reference:
    value = attribute[4]
    if value[:1] in "\"'":
        value = value[1:-1]
    return Reference(tag[1].lower(), attribute[2].lower(), entities.unescape(value).strip())


def _with_image_attributes(inside: str, sizes: list[Target]) -> str:
    bare = inside.rstrip().removesuffix("/").rstrip()
    if not _has(bare, "alt"):
        bare += ' alt=""'
    if sizes and not _has(bare, "width") and not _has(bare, "height"):
        bare += f' width="{sizes[0].width}" height="{sizes[0].height}"'
    if not _has(bare, "loading"):
        bare += ' loading="lazy"'
    return bare


def _has(inside: str, name: str) -> bool:
    return bool(re.search(rf"\s{name}(?=[\s=]|$)", inside, re.I))
