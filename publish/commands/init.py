"""`inkstead init`: a site of one's own in a new folder, after a few questions."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from publish import moments, options, starter
from publish.contract.catalogue import N_, Words, choose_language
from publish.helptext import explained
from publish.screen import say
from publish.trouble import WrongUsage

_CHECKS: dict[str, Callable[[str], object]] = {
    "languages": starter.check_languages,
    "url": starter.check_address,
    "time_zone": starter.check_zone,
}


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "init",
        callback=partial(_init, words),
        help=explained(
            words,
            _(
                "Start a site of your own in a new folder: settings, a first post, pages to fill"
                " in, a product as an example. Nothing that is there is ever overwritten."
            ),
            ("inkstead init my-site", ""),
            ("inkstead init my-site --yes", _("take defaults without asking")),
            (_('inkstead init my-site --title "Own Ground" --languages en,zh-Hans'), ""),
        ),
        params=[
            click.Argument(["folder"], metavar="DIR"),
            click.Option(["--title", "title"], metavar="TEXT", help=_("The name of the site.")),
            click.Option(
                ["--description", "description"],
                metavar="TEXT",
                help=_("What it is about, in one line."),
            ),
            click.Option(
                ["--languages", "languages"],
                metavar="CODES",
                help=_("zh-Hans, en, or both: zh-Hans,en."),
            ),
            click.Option(["--author", "author"], metavar="NAME", help=_("Who writes.")),
            click.Option(
                ["--url", "url"],
                metavar="ADDRESS",
                help=_("The site's address, https://example.com."),
            ),
            click.Option(
                ["--time-zone", "time_zone"], metavar="NAME", help=_("Such as Asia/Shanghai.")
            ),
            click.Option(
                ["--yes", "yes"],
                is_flag=True,
                help=_("Ask nothing: take what is given, else defaults."),
            ),
            options.machine(words),
            options.language(words),
        ],
    )


def _init(words: Words, folder: str, yes: bool, machine: bool, **given: str | None) -> int:
    target = (Path.cwd() / Path(folder).expanduser()).resolve()
    starter.write(target, {})  # refuse before asking
    if not (yes or sys.stdin.isatty()):
        raise WrongUsage(
            N_(
                "there is no terminal to ask questions on"
                " (add --yes to take defaults without asking)"
            )
        )
    spoken = choose_language(None)
    answers = _ask(words, spoken, given, ask=not yes)
    now = moments.now().astimezone(ZoneInfo(answers.time_zone))
    made = starter.files(answers, spoken, now)
    starter.write(target, made)
    if machine:
        say([json.dumps({"folder": str(target), "files": sorted(made)}, ensure_ascii=False)])
    else:
        say(_next_steps(words, folder, len(made)))
    return 0


def _ask(words: Words, spoken: str, given: dict[str, str | None], ask: bool) -> starter.Answers:
    """Take every answer from its option, else from the creator, else its default."""
    _ = words.gettext
    for name, check in _CHECKS.items():
        if given[name] is not None:
            check(str(given[name]))

    def answer(name: str, question: str, default: str) -> str:
        value = given[name]
        if value is not None or not ask:
            return default if value is None else value
        while True:
            shown = bool(default)
            text = str(click.prompt(question, default=default, show_default=shown, err=True))
            try:
                _CHECKS.get(name, str)(text)
            except WrongUsage as wrong:
                say([wrong.say(words)], err=True)
            else:
                return text

    return starter.Answers(
        title=answer("title", _("Name of the site"), _("My own ground")),
        description=answer("description", _("What it is about, in one line"), ""),
        languages=starter.check_languages(
            answer(
                "languages",
                _("Languages (zh-Hans, en, or both, the first one first: zh-Hans,en)"),
                "zh-Hans" if spoken == "zh" else "en",
            )
        ),
        author=answer("author", _("Who writes"), _("Me")),
        url=starter.check_address(answer("url", _("Address of the site"), "https://example.com")),
        time_zone=starter.check_zone(answer("time_zone", _("Time zone"), starter.machine_zone())),
    )


def _next_steps(words: Words, folder: str, count: int) -> list[str]:
    _ = words.gettext
    made = words.ngettext("{n} file in {folder}", "{n} files in {folder}", count)
    return [
        made.format(n=count, folder=folder),
        "",
        _("Next:"),
        f"  cd {shlex.quote(folder)}",
        _("  inkstead serve             see the site while you write"),
        _('  inkstead new "My title"    start a post'),
        _("Fill in pages/about.md; and before you sell, terms.md, privacy.md and refund.md."),
    ]
