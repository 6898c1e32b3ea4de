"""The long form of a post on a platform: the whole of it, in the pieces that are copied there.

Nothing of a text is ever cut; what is too long is said. A title and a digest are cut, unless the
creator wrote them for that platform.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from types import MappingProxyType
from typing import Literal

from plugins.snippets import links
from plugins.snippets.counting import count
from plugins.snippets.cutting import cut
from plugins.snippets.long import markdown, newsletter, plain, rich, wechat
from plugins.snippets.long.title import title, whole_title
from plugins.snippets.short.tags import hashtags
from plugins.snippets.values import Limit, Note, Piece, Platform, Post, Snippet
from publish.contract.catalogue import N_

_NO_LIMIT = Limit(0, "characters")
_PARAGRAPH = re.compile(r"\n\s*\n")
_LINK = re.compile(r"<a\b")
_PICTURE = re.compile(r"<img\b")

# By piece: when it is too long, too short, and when it was cut.
_TOO_LONG = MappingProxyType(
    {
        "title": N_(
            "the title is too long: {count} of at most {most}"
            ' (write a shorter one under "snippets")'
        ),
        "digest": N_("the digest is too long: {count} of at most {most} (shorten the summary)"),
        "author": N_("the author is too long: {count} of at most {most}"),
        "text": N_(
            "the text is too long: {count} of at most {most}"
            ' (write a shorter one under "snippets", or make two posts of it)'
        ),
    }
)
_TOO_SHORT = MappingProxyType(
    {
        "title": N_(
            "the title is too short: {count} of at least {least}"
            ' (write a longer one under "snippets")'
        ),
        "text": N_("the text is too short: {count} of at least {least}"),
    }
)
_WAS_CUT = MappingProxyType(
    {
        "title": N_("the title was cut to fit into {most}"),
        "digest": N_("the summary was cut to fit into {most}"),
    }
)
_TOO_MUCH = N_("the text is too long: {count} of at most {most}")
_BOUNDS: Mapping[str, tuple[str, Callable[[Piece, str], int]]] = MappingProxyType(
    {
        "bytes": (
            N_("the text has {count} bytes, and at most {most} are taken"),
            lambda piece, html: len((piece.html or piece.plain).encode()),
        ),
        "links": (
            N_("the text has {count} links, and at most {most} are taken"),
            lambda piece, html: len(_LINK.findall(html)),
        ),
        "pictures": (
            N_("the text has {count} pictures, and at most {most} are taken"),
            lambda piece, html: len(_PICTURE.findall(html)),
        ),
    }
)
_TAGS = N_("tags there are of Latin letters and digits, so these were left out: {tags}")


def long(post: Post, platform: Platform) -> Snippet:
    """Return the whole of a post as one platform takes it."""
    pieces: list[Piece] = []
    notes: list[Note] = []
    for name in platform.pieces:
        piece = _PIECES[name](post, platform)
        if piece.plain:
            pieces.append(piece)
            notes += _notes(piece, post, platform)
    return Snippet(platform.id, tuple(pieces), tuple(notes))


# ---- pieces ----


def _title(post: Post, platform: Platform) -> Piece:
    return _counted("title", title(post, platform), platform)


def _digest(post: Post, platform: Platform) -> Piece:
    text, limit = post.summary, platform.limits.get("digest")
    if limit:
        kept = cut(text, lambda each: count(each, limit.counting) <= limit.most)
        text = kept.text if kept else text
    return _counted("digest", text, platform)


def _author(post: Post, platform: Platform) -> Piece:
    return _counted("author", post.author, platform)


def _text(post: Post, platform: Platform) -> Piece:
    own = post.own.texts.get(platform.id)
    if own and own.parts:
        words = "\n\n".join(own.parts).replace("{url}", links.way_in(post, platform))
        said, html = _own(words, post, platform)
    else:
        said, html = _WRITERS[platform.adapter](post, platform)
    # The tags of a post count where they are what is sent.
    counted = html if platform.adapter == "wechat" else said
    return _counted("text", said, platform, html, counted)


def _link(post: Post, platform: Platform) -> Piece:
    """Return the address that is filled in: readers come by it, or it names the original."""
    inline = platform.link == "inline"
    return _counted("link", post.canonical if inline else links.way_in(post, platform), platform)


def _tags(post: Post, platform: Platform) -> Piece:
    """Return the tags: hashtags as they are written there, or names that are entered one by one."""
    if platform.hashtags.form != "{tag}":
        return _counted("tags", " ".join(hashtags(post, platform)), platform)
    wanted = post.own.hashtags if post.own.hashtags is not None else post.tags
    names = list(dict.fromkeys(name.lstrip("#＃") for name in wanted))[: platform.hashtags.most]
    return _counted("tags", ", ".join(names), platform)


_PIECES: Mapping[str, Callable[[Post, Platform], Piece]] = MappingProxyType(
    {
        "title": _title,
        "digest": _digest,
        "author": _author,
        "text": _text,
        "link": _link,
        "tags": _tags,
    }
)


def _counted(
    name: str, text: str, platform: Platform, html: str = "", counted: str | None = None
) -> Piece:
    limit = platform.limits.get(name, _NO_LIMIT)
    many = count(text if counted is None else counted, limit.counting)
    return Piece(name, text, html, many, limit.most, limit.least, limit.counting)


# ---- texts ----


def _as_rich(post: Post, platform: Platform) -> tuple[str, str]:
    return plain.write(post, platform), rich.write(post, platform)


def _as_article(post: Post, platform: Platform) -> tuple[str, str]:
    return plain.write(post, platform), wechat.write(post, platform)


def _as_mail(post: Post, platform: Platform) -> tuple[str, str]:
    return newsletter.write_text(post, platform), newsletter.write(post, platform)


_WRITERS: Mapping[str, Callable[[Post, Platform], tuple[str, str]]] = MappingProxyType(
    {
        "wechat": _as_article,
        "rich": _as_rich,
        "newsletter": _as_mail,
        "markdown": lambda post, platform: (markdown.write(post, platform), ""),
        "plain": lambda post, platform: (plain.write(post, platform), ""),
    }
)


def _own(words: str, post: Post, platform: Platform) -> tuple[str, str]:
    """Return what the creator wrote, as it is: in rich text a paragraph for each of theirs."""
    if platform.format != "html":
        return words, ""
    html = "".join(
        f"<p>{escape(each, quote=False).replace(chr(10), '<br>')}</p>"
        for part in _PARAGRAPH.split(words)
        if (each := part.strip())
    )
    if platform.adapter != "newsletter":
        return words, html
    mail = newsletter.write(post, platform, html)
    return newsletter.write_text(post, platform, words), mail


# ---- notes ----


def _notes(piece: Piece, post: Post, platform: Platform) -> Iterator[Note]:
    values = {"count": piece.count, "most": piece.most, "least": piece.least}
    if piece.most and piece.count > piece.most:
        yield _note("misfit", _TOO_LONG.get(piece.name), values)
    elif piece.count < piece.least:
        yield _note("misfit", _TOO_SHORT.get(piece.name), values)
    elif piece.name == "title" and piece.plain != whole_title(post, platform):
        yield _note("retreat", _WAS_CUT["title"], values)
    elif piece.name == "digest" and piece.plain != post.summary:
        yield _note("retreat", _WAS_CUT["digest"], values)
    if piece.name == "text":
        yield from _of_text(piece, post, platform)


def _of_text(piece: Piece, post: Post, platform: Platform) -> Iterator[Note]:
    """Yield what the text has too many of, and the tags that its front matter cannot have."""
    html = piece.html or post.html
    for name, (message, many) in _BOUNDS.items():
        limit = platform.limits.get(name)
        if limit and (found := many(piece, html)) > limit.most:
            yield _note("misfit", message, {"count": found, "most": limit.most})
    if markdown.has_head(platform):
        _, lost = markdown.tags_of(post, platform.hashtags.most)
        if lost:
            between = "、" if post.lang.startswith("zh") else ", "
            yield Note("hint", _TAGS, (("tags", between.join(lost)),))


def _note(
    kind: Literal["misfit", "retreat", "hint"], message: str | None, values: Mapping[str, int]
) -> Note:
    said = {name: f"{value:,}" for name, value in values.items()}
    message = message or _TOO_MUCH
    return Note(kind, message, tuple((n, v) for n, v in said.items() if f"{{{n}}}" in message))
