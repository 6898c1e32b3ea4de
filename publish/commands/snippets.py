"""`inkstead snippets`: every post as other platforms take it, and where it was posted."""

from __future__ import annotations

import json
import sys
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click

from publish import options, picturing
from publish.commands import snippet_ledger, snippet_screen
from publish.commands.snippet_ledger import nearest_platform
from publish.commands.snippet_shelf import Shelf, built
from publish.contract.catalogue import N_, Words, choose_language
from publish.contract.report import Progress
from publish.contract.snippets import INDEX, Kit
from publish.helptext import explained
from publish.progress import progress
from publish.screen import say
from publish.trouble import WrongUsage

_NEWEST = 20


def command(words: Words) -> click.Group:
    """Return the command in one language."""
    _ = words.gettext
    text = explained(
        words,
        _(
            "Every post as other platforms take it: texts and pictures that keep the rules of each,"
            " in one page with copy buttons. Without POST it lists the posts, newest first; with"
            " one it makes its pictures and says what fits. POST is an id, the last part of the"
            " address, the path of its file or the beginning of its title. The site is built"
            " first, into OUTPUT. A post called like one of the commands below is named behind --."
        ),
        ("inkstead snippets", ""),
        ("inkstead snippets first-letter", ""),
        ("inkstead snippets first-letter --open", _("copy from the browser")),
        ("inkstead snippets first-letter --platform x | pbcopy", ""),
        ("inkstead snippets posted first-letter zhihu https://…", ""),
        ("inkstead snippets -- status", _("the post called status")),
    )
    return PostsFirst(
        click.Command(
            "snippets", callback=partial(_snippets, words), help=text, params=_params(words)
        ),
        snippet_ledger.commands(words),
        text,
    )


def _params(words: Words) -> list[click.Parameter]:
    _ = words.gettext
    return [
        click.Argument(["post"], required=False, metavar="[POST]"),
        click.Option(
            ["--platform", "platform"], metavar="NAME",
            help=_("Print what this platform gets, and nothing else."),
        ),
        click.Option(["--open", "opened"], is_flag=True, help=_("Open the kit in the browser.")),
        click.Option(["--all", "everything"], is_flag=True, help=_("List all posts.")),
        click.Option(
            ["--pictures", "pictures"], is_flag=True,
            help=_("Make the pictures of all listed posts."),
        ),
        options.content(words),
        options.output(words),
        options.machine(words),
        options.language(words),
    ]  # fmt: skip


class PostsFirst(click.Group):
    """A group whose first argument is a post unless it is the name of one of its commands."""

    def __init__(self, alone: click.Command, others: Sequence[click.Command], text: str) -> None:
        named = {str(each.name): each for each in others}
        super().__init__(alone.name, commands=named, help=text)
        self.alone = alone

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Return the context of the group where a command of it is named, else of posts."""
        if args and args[0] in (*self.commands, "--help"):
            return super().make_context(info_name, args, parent, **extra)
        return self.alone.make_context(info_name, args, parent, **extra)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what stands behind the name in the usage."""
        return self.alone.collect_usage_pieces(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of posts, then the commands."""
        self.alone.format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they were given."""
        return list(self.commands)


def _snippets(
    words: Words,
    post: str | None,
    platform: str | None,
    opened: bool,
    everything: bool,
    pictures: bool,
    content: str | None,
    output: str | None,
    machine: bool,
) -> int:
    if post is None and (platform or opened):
        raise WrongUsage(N_("which post? (write: inkstead snippets POST, they are listed without)"))
    shelf = built(words, content, output, machine=machine or bool(platform))
    if post is None:
        return _list(shelf, everything=everything, pictures=pictures, machine=machine)
    kit = shelf.kit(shelf.find(post))
    only = _platform(kit, platform) if platform else ""
    if only and not (machine or opened):
        file = next(each.file for each in kit.platforms if each.id == only)
        click.echo((shelf.folder(kit.id) / file).read_text("utf-8"), nl=False)
        return 0
    wrong = _picture(shelf, [kit], quiet=machine)
    kit = shelf.kit(kit.id)
    if machine:
        _print({**snippet_screen.kit_value(shelf, kit, only), "problem": wrong})
    else:
        say(snippet_screen.portrait(shelf, kit))
    if opened:
        webbrowser.open((shelf.folder(kit.id) / INDEX).resolve().as_uri())
    return 0


def _list(shelf: Shelf, *, everything: bool, pictures: bool, machine: bool) -> int:
    ids = shelf.posts()
    kits = [shelf.kit(each) for each in (ids if everything else ids[:_NEWEST])]
    wrong = _picture(shelf, kits, quiet=machine) if pictures else ""
    if machine:
        kits = [shelf.kit(each.id) for each in kits]
        values = [snippet_screen.summary_value(shelf, kit) for kit in kits]
        _print({"posts": values, "total": len(ids), "problem": wrong})
    else:
        say(snippet_screen.overview(shelf, kits, len(ids)))
    return 0


def _platform(kit: Kit, wish: str) -> str:
    known = nearest_platform(kit, wish)
    if known.id:
        return known.id
    raise WrongUsage(
        N_('"{post}" has nothing for "{platform}" (known: {known}){hint}'),
        post=kit.id,
        platform=wish,
        known=", ".join(each.id for each in kit.platforms),
        hint=known.hint,
    )


def _picture(shelf: Shelf, kits: Sequence[Kit], *, quiet: bool) -> str:
    """Make the pictures that are missing; return what stopped it, which is said, too."""
    places = {shelf.folder(kit.id).resolve(): kit for kit in kits if not kit.pictures}
    if not places:
        return ""
    lang = choose_language(None)
    with _drawing(shelf.screen.words, shown=sys.stderr.isatty() and not quiet) as tell:
        found = picturing.make(list(places), picturing.cache_of(shelf.output), lang, tell)
    wrong = list(dict.fromkeys(filter(None, found.values())))
    warning = shelf.screen.words.gettext("warning: {text}")
    say([warning.format(text=each) for each in wrong], err=True)
    return "\n".join(wrong)


@contextmanager
def _drawing(words: Words, *, shown: bool) -> Iterator[Callable[[Path, int, int], None]]:
    """Give a listener that draws how many pictures of all posts there are."""
    text = words.gettext("making pictures")
    known: dict[Path, tuple[int, int]] = {}
    with progress(shown, first=text) as listen:

        def tell(folder: Path, done: int, total: int) -> None:
            known[folder] = (done, total)
            made, wanted = (sum(each) for each in zip(*known.values(), strict=True))
            listen(Progress("read", text, made, wanted))

        yield tell


def _print(value: dict[str, Any]) -> None:
    say([json.dumps(value, ensure_ascii=False, indent=2)])
