"""`inkstead snippets status` and `posted`: which posts stand elsewhere, and since when."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from publish import folders, moments, options, syndicating
from publish.commands import snippet_screen
from publish.commands.snippet_shelf import Shelf, built, standing
from publish.contract.catalogue import N_, Words
from publish.contract.snippets import CALLED, Kit
from publish.contract.syndication import FILE
from publish.helptext import explained
from publish.screen import from_here, say, table
from publish.site import read_settings
from publish.trouble import WrongUsage

_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_PARTS = re.compile(r"[（）()]|(?<=[一-鿿]) (?=[!-~])|(?<=[!-~]) (?=[一-鿿])")


@dataclass(frozen=True)
class Nearest:
    """The platform that is meant, "" for none; `hint` ends an error that says so."""

    id: str
    hint: str = ""


def commands(words: Words) -> tuple[click.Command, ...]:
    """Return the commands in one language."""
    return _status_command(words), _posted_command(words)


def _command(
    words: Words,
    name: str,
    callback: Callable[..., int],
    text: tuple[str, str],
    *params: click.Parameter,
    examples: tuple[str, ...],
) -> click.Command:
    short, long = text
    return click.Command(
        name,
        callback=partial(callback, words),
        short_help=short,
        help=explained(words, long, *((each, "") for each in examples)),
        params=[
            *params,
            options.content(words),
            options.output(words),
            options.machine(words),
            options.language(words),
        ],
    )


def nearest_platform(kit: Kit, wish: str) -> Nearest:
    """Return the platform that an id or a name in any language means."""
    names = {each.id: each.id for each in kit.platforms}
    for each in kit.platforms:
        for name in each.names.values():
            for called in (name, *_PARTS.split(name)):  # X（推特） is 推特 as well
                names.setdefault(called.casefold(), each.id)
    names.pop("", None)
    names |= {called: id for called, id in CALLED.items() if id in names and called not in names}
    folded = wish.strip().casefold()
    if folded in names:
        return Nearest(names[folded])
    if any(folded.startswith((f"{name}-", f"{name}.")) for name in names):
        return Nearest("")  # a second account there, such as mastodon-de
    near = difflib.get_close_matches(folded, sorted(names), n=1, cutoff=0.75)
    return Nearest("", f' — "{names[near[0]]}"?' if near else "")


# ---- status ---------------------------------------------------------------------------------


def _status_command(words: Words) -> click.Command:
    _ = words.gettext
    return _command(
        words,
        "status",
        _status,
        (
            _("which posts were posted where"),
            _(
                "List where posts were posted and when, which copies are older than their post,"
                " and how many posts were posted nowhere yet. The site is built first, into"
                " OUTPUT."
            ),
        ),
        examples=("inkstead snippets status", "inkstead snippets status --json"),
    )


def _status(words: Words, content: str | None, output: str | None, machine: bool) -> int:
    shelf = built(words, content, output, machine=machine)
    posts = shelf.posts()
    never = [each for each in posts if not shelf.ledger.of(each)]
    if machine:
        values = [
            {"post": post, "title": _title(shelf, post)} | snippet_screen.copy_value(shelf, post, c)
            for post, copies in shelf.ledger.copies.items()
            for c in copies.values()
        ]
        say([json.dumps({"posted": values, "never": never}, ensure_ascii=False, indent=2)])
    else:
        say([*_copies(shelf, posts), *_never(shelf, never, bool(posts))])
    return 0


def _copies(shelf: Shelf, posts: list[str]) -> Iterator[str]:
    """Yield posts with their copies: the newest posts first, what belongs to none last."""
    strange = [each for each in shelf.ledger.copies if each not in posts]
    for post in (*(each for each in posts if shelf.ledger.of(each)), *strange):
        title = _title(shelf, post)
        yield f"{title} · {post}" if title else post
        yield from (f"  {line}" for line in table(_rows(shelf, post)))


def _rows(shelf: Shelf, post: str) -> list[tuple[str, ...]]:
    _ = shelf.screen.words.gettext
    kit = shelf.kit(post) if post in shelf.posts() else None
    rows: list[tuple[str, ...]] = []
    for copy in shelf.ledger.of(post).values():
        old = _("older than the post") if snippet_screen.old(shelf, post, copy) else ""
        said = old if post in shelf.manifest.posts else _("no such post")
        rows.append((snippet_screen.name(copy, kit), copy.date, said, copy.url))
    return rows


def _never(shelf: Shelf, never: list[str], any_posts: bool) -> list[str]:
    words, n = shelf.screen.words, len(never)
    _ = words.gettext
    if not any_posts:
        return [snippet_screen.nothing(shelf)]
    if not never:
        return [_("every post was posted somewhere")]
    line = words.ngettext(
        "{n} post was posted nowhere yet: {title}",
        "{n} posts were posted nowhere yet, the newest of them: {title}",
        n,
    )
    return [line.format(n=n, title=_title(shelf, never[0]))]


def _title(shelf: Shelf, post: str) -> str:
    known = shelf.manifest.posts.get(post)
    return known.title if known else ""


# ---- posted ---------------------------------------------------------------------------------


def _posted_command(words: Words) -> click.Command:
    _ = words.gettext
    return _command(
        words,
        "posted",
        _posted,
        (
            _("write down where a post was posted"),
            _(
                "Write into {file} of your folder that a post now stands at ADDRESS, too. Its page"
                " then says so below the text, and status tells when the post changed since."
                " PLATFORM is a name as the kit has it, or any other word. The same again"
                " changes nothing."
            ).format(file=FILE),
        ),
        click.Argument(["post"]),
        click.Argument(["platform"]),
        click.Argument(["address"], required=False),
        click.Option(
            ["--date", "day"], metavar="DATE", help=_("The day it was posted (default: today).")
        ),
        click.Option(["--remove", "removed"], is_flag=True, help=_("Take it out again.")),
        examples=(
            "inkstead snippets posted first-letter zhihu https://zhuanlan.zhihu.com/p/1",
            "inkstead snippets posted first-letter x https://x.com/me/1 --date 2026-11-20",
            "inkstead snippets posted first-letter x --remove",
        ),
    )


def _posted(
    words: Words,
    post: str,
    platform: str,
    address: str | None,
    day: str | None,
    removed: bool,
    content: str | None,
    output: str | None,
    machine: bool,
) -> int:
    folder = folders.find_content(content, os.environ, Path.cwd())
    url = "" if removed else _address(post, platform, address)
    zone = read_settings(folder).zone
    at = _day(day, zone, moments.now)
    shelf, found = _found(words, folder, output, post, machine=machine)
    where = _platform(shelf, found, platform)
    there = where in shelf.ledger.of(found)
    if removed:
        syndicating.forget(folder, found, where)
    else:
        digest = shelf.manifest.posts[found].hash
        syndicating.record(folder, found, where, url, at, digest)
    told = {"post": found, "platform": where, "url": url, "removed": removed and there}
    if machine:
        say([json.dumps(told, ensure_ascii=False, indent=2)])
    else:
        say([_line(words, told, there=there, path=from_here(folder / FILE, Path.cwd()))])
    return 0


def _address(post: str, platform: str, address: str | None) -> str:
    if not address:
        raise WrongUsage(
            N_(
                "the address is missing (write: inkstead snippets posted {post} {platform} https://…)"
            ),
            post=post,
            platform=platform,
        )
    return syndicating.check_address(address)


def _day(day: str | None, zone: ZoneInfo, now: Callable[[], Any]) -> date:
    moment = moments.parse(day, zone, "--date") if day else now()
    found: date = moment.astimezone(zone).date()
    return found


def _found(
    words: Words, content: Path, output: str | None, post: str, *, machine: bool
) -> tuple[Shelf, str]:
    """Return the post in the last build, from which it was copied; else in one made now."""
    shelf = standing(words, content, output, Path.cwd())
    if shelf:
        try:
            return shelf, shelf.find(post)
        except WrongUsage:
            pass  # it may be newer than that build
    shelf = built(words, str(content), output, machine=machine)
    return shelf, shelf.find(post)


def _platform(shelf: Shelf, post: str, wish: str) -> str:
    """Return the platform as the ledger names it; one that we do not know is a plain word."""
    known = nearest_platform(shelf.kit(post), wish)
    if known.id:
        return known.id
    word = wish.strip().lower()
    if word in shelf.ledger.of(post):
        return word
    if known.hint or not _NAME.fullmatch(word):
        raise WrongUsage(
            N_('"{platform}" is no platform (write one word, such as zhihu){hint}'),
            platform=wish,
            hint=known.hint,
        )
    return word


def _line(words: Words, told: dict[str, Any], *, there: bool, path: str) -> str:
    _ = words.gettext
    if told["url"]:
        line = _("written into {path}: {post} is on {platform}, {url}")
    elif there:
        line = _("taken out of {path}: {post} on {platform}")
    else:
        line = _("{path} does not hold {post} on {platform}, so nothing changed")
    return line.format(path=path, **told)
