"""`inkstead new`: start a post, a page, a product or a lead magnet."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path
from typing import cast, get_args

import click

from publish import folders, moments, options, writing
from publish.contract.catalogue import N_, Words, choose_language
from publish.helptext import explained
from publish.screen import from_here, say
from publish.site import Settings, read_settings
from publish.trouble import WrongUsage


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "new",
        callback=partial(_new, words),
        help=explained(
            words,
            _(
                "Start a post (or a page, a product, a lead magnet) as a draft, with a permanent"
                " id, and print its path."
            ),
            (_('inkstead new "First day"'), ""),
            (_('inkstead new post "Field notes" --kind daily --folder'), ""),
            (_('inkstead new "How I price" --access paid'), ""),
            (_('inkstead new page "Contact" --publish'), ""),
            (_('inkstead new product "Workbook" --kind item'), ""),
            (_('inkstead new magnet "A checklist"'), ""),
            (_('inkstead new "First day" --in en --translation-of 20261224-k7f3'), ""),
        ),
        params=[
            click.Argument(
                ["title"], nargs=-1, required=True, metavar="[post|page|product|magnet] TITLE"
            ),
            options.content(words),
            click.Option(
                ["--kind", "kind"],
                metavar="KIND",
                help=_("Posts: {posts}. Products: {products}.").format(
                    posts=", ".join(writing.KINDS), products=", ".join(writing.PRODUCT_KINDS)
                ),
            ),
            click.Option(
                ["--access", "access"],
                metavar="WORD",
                help=_("Who reads the premium part: subscribers, or a word a product grants."),
            ),
            click.Option(
                ["--in", "lang"], metavar="CODE", help=_("The language of the text, such as en.")
            ),
            click.Option(
                ["--translation-of", "translation_of"],
                metavar="ID",
                help=_("The id of the text that this one translates."),
            ),
            click.Option(
                ["--date", "date"], metavar="TIME", help=_("When it appears (default: now).")
            ),
            click.Option(
                ["--folder", "folder"],
                is_flag=True,
                help=_("A folder of its own, for images beside it."),
            ),
            click.Option(
                ["--publish/--draft", "published"], help=_("Whether the next build shows it.")
            ),
            options.machine(words),
            options.language(words),
        ],
    )


def _new(
    words: Words, title: tuple[str, ...], content: str | None, machine: bool, **given: object
) -> int:
    here = Path.cwd()
    folder = folders.find_content(content, os.environ, here)
    draft = _draft(title, read_settings(folder), given)
    path = writing.write(folder, draft)
    if machine:
        say([json.dumps({"path": str(path), "id": draft.id}, ensure_ascii=False)])
    else:
        say([from_here(path, here)])
    return 0


def _draft(title: tuple[str, ...], settings: Settings, given: dict[str, object]) -> writing.Draft:
    what, text = _what(title)
    date = given["date"]
    moment = moments.parse(str(date), settings.zone, "--date") if date else moments.now()
    day = moment.astimezone(settings.zone)
    kind = _kind(what, str(given["kind"] or ""))
    access = _access(what, str(given["access"] or ""))
    return writing.Draft(
        what=what,
        title=text,
        date=day,
        id=writing.new_id(what, text, day),
        lang=_folder(str(given["lang"] or ""), settings.languages),
        folder=bool(given["folder"]),
        kind=kind,
        access=access,
        translation_of=str(given["translation_of"] or ""),
        published=bool(given["published"]),
        spoken=choose_language(None),
    )


def _what(title: tuple[str, ...]) -> tuple[writing.What, str]:
    """Return what the words ask for, and the title; what is asked for may stand before it."""
    named = title[0] in get_args(writing.What)
    what, rest = (title[0], title[1:]) if named else ("post", title)
    text = " ".join(" ".join(rest).split())
    if not text:
        raise WrongUsage(
            N_('the title is missing (write: inkstead new {what} "My title")'), what=what
        )
    return cast(writing.What, what), text


def _kind(what: writing.What, kind: str) -> str:
    known = {"post": writing.KINDS, "product": writing.PRODUCT_KINDS}.get(what, ())
    if kind and kind not in known:
        raise WrongUsage(
            N_('--kind "{kind}" is no kind of {what} (known: {known})'),
            kind=kind,
            what=what,
            known=", ".join(known) or "–",
        )
    return kind


def _access(what: writing.What, access: str) -> str:
    if access and what == "magnet":
        raise WrongUsage(
            N_('--access "{access}": a lead magnet is for everybody who asks (take it away)'),
            access=access,
        )
    return access


def _folder(lang: str, languages: tuple[str, ...]) -> str:
    """Return the folder of a language; the first language of the site needs none."""
    if not lang:
        return ""
    wanted = lang.lower().split("-")[0]
    found = [n for n, code in enumerate(languages) if code.lower().split("-")[0] == wanted]
    if not found:
        raise WrongUsage(
            N_('--in "{lang}" is no language of this site (known: {known}; site.toml lists them)'),
            lang=lang,
            known=", ".join(languages),
        )
    return wanted if found[0] else ""
