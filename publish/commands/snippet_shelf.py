"""What commands know of posts and their kits: a build made now, and the ledger beside it."""

from __future__ import annotations

import difflib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from publish import folders, syndicating
from publish.commands.driving import Wish, drive
from publish.contract import snippets as contract
from publish.contract.catalogue import N_, Words
from publish.contract.manifest import Manifest, ManifestError, Post, load
from publish.contract.report import Pending
from publish.contract.snippets import Kit, NoKit
from publish.contract.syndication import Ledger
from publish.screen import Screen
from publish.trouble import Failure, WrongUsage
from publish.writing import slug_of

_ENDINGS = (".md", ".markdown", ".mkd")
_ID = re.compile(r"^id[ \t]*:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.I | re.M)
_HEADER = 4096
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}(?:[-_ ]+(.+))?")


class NotBuilt(Failure):
    """The build stopped; every problem on a line of its own."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__(N_("the site could not be built"))
        self.lines = tuple(lines)

    def say(self, words: Words) -> str:
        """Return each problem on a line of its own."""
        return "\n".join(self.lines) or super().say(words)


@dataclass(frozen=True)
class Shelf:
    """The posts of a finished build with their kits; `waiting` are those that it left out."""

    screen: Screen
    output: Path
    manifest: Manifest
    ledger: Ledger
    waiting: tuple[Pending, ...] = ()

    @property
    def content(self) -> Path:
        """Return the creator's folder."""
        return self.screen.content

    def posts(self) -> list[str]:
        """Return the ids of all that have a kit, newest first."""
        found = [each for each in self.manifest.posts if self._has_kit(each)]
        return sorted(found, key=lambda each: (self.manifest.posts[each].date, each), reverse=True)

    def folder(self, post: str) -> Path:
        """Return where a kit lies."""
        return contract.folder_of(self.output, post)

    def kit(self, post: str) -> Kit:
        """Return the kit of a post.

        Raises:
            WrongUsage: it has none.

        """
        try:
            return contract.load(self.folder(post))
        except NoKit as cause:
            raise WrongUsage(
                N_('"{post}" is no post that snippets are made of (is it a page?)'), post=post
            ) from cause

    def find(self, wish: str) -> str:
        """Return the id that is meant: an id, a slug, a file or its folder, a title's beginning.

        Raises:
            WrongUsage: no post is meant, or several.

        """
        known, wish = self.manifest.posts, _plain(wish)
        for way in (self._by_id, self._by_file, self._by_slug, self._by_title):
            found = sorted(way(wish))
            if len(found) == 1:
                return found[0]
            if found:
                several = ", ".join(f"{each} ({known[each].lang})" for each in found)
                raise WrongUsage(
                    N_('"{post}" may be any of these (write the id): {several}'),
                    post=wish,
                    several=several,
                )
        raise self._missing(wish)

    def _has_kit(self, post: str) -> bool:
        return (self.folder(post) / contract.KIT).is_file()

    def _by_id(self, wish: str) -> Iterator[str]:
        yield from (each for each in self.manifest.posts if _plain(each) == wish)

    def _by_file(self, wish: str) -> Iterator[str]:
        """Yield the post of a file, or of a folder with its text in index.md."""
        named = wish.lower().endswith(_ENDINGS)
        for folder in (self.screen.here, self.content):
            path = (folder / Path(wish).expanduser()).resolve()
            files = (path,) if named else tuple(path / f"index{each}" for each in _ENDINGS)
            found = next(filter(os.path.isfile, files), None)
            if found and found.is_relative_to(self.content):
                name = _id_of(found, self.content)
                slugs = "/".join(slug_of(part) for part in name.split("/"))
                yield from dict.fromkeys([*self._by_id(name), *self._by_id(slugs)])
                return

    def _by_slug(self, wish: str) -> Iterator[str]:
        for name in self.posts():
            if _slug(self.manifest.posts[name]) == wish.strip("/").lower():
                yield name

    def _by_title(self, wish: str) -> Iterator[str]:
        for name in self.posts():
            title = _plain(self.manifest.posts[name].title).casefold()
            if wish and title.startswith(wish.casefold()):
                yield name

    def _missing(self, wish: str) -> WrongUsage:
        for each in self.waiting if wish else ():
            if wish in (each.path, Path(each.path).stem) or each.title.startswith(wish):
                return WrongUsage(
                    N_(
                        '"{post}" is not public yet: {path}'
                        " (inkstead serve shows its snippets already)"
                    ),
                    post=wish,
                    path=each.path,
                )
        names = {name.casefold(): name for name in self._names()}
        near = difflib.get_close_matches(wish.casefold(), sorted(names), n=1)
        hint = f' — "{names[near[0]]}"?' if near else ""
        message = N_('"{post}" is no post here (inkstead snippets lists them){hint}')
        return WrongUsage(message, post=wish, hint=hint)

    def _names(self) -> Iterator[str]:
        for name in self.posts():
            post = self.manifest.posts[name]
            yield from (name, _slug(post), _plain(post.title))


def built(words: Words, content: str | None, output: str | None, *, machine: bool) -> Shelf:
    """Build the site and return its posts with their kits.

    Raises:
        Trouble: there is no content folder, or something in it is wrong.

    """
    driven = drive(words, Wish(content, output, None, machine, machine), "build")
    outcome, screen = driven.outcome, driven.screen
    done = outcome.done
    if not done.ok:
        raise NotBuilt([*screen.problems(outcome, quiet=True), screen.not_built(done)])
    waiting = (*done.drafts, *done.scheduled)
    return _shelf(screen, Path(done.output), waiting)


def standing(words: Words, content: Path, output: str | None, here: Path) -> Shelf | None:
    """Return what the last build left, None where there is nothing.

    Raises:
        WrongUsage: the output folder is in the way of something.

    """
    folder = folders.find_output(output, content, here)
    if not folders.is_production(folder):
        return None
    try:
        return _shelf(Screen(words, content, here), folder, ())
    except Failure:
        return None


def _shelf(screen: Screen, output: Path, waiting: tuple[Pending, ...]) -> Shelf:
    try:
        manifest = load(output / "manifest.json")
    except ManifestError as cause:
        raise Failure(N_("the build is not complete: {cause}"), cause=cause) from cause
    return Shelf(screen, output, manifest, syndicating.read(screen.content), waiting)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())


def _slug(post: Post) -> str:
    return _plain(unquote(post.url)).strip("/").rpartition("/")[2].lower()


def _id_of(path: Path, content: Path) -> str:
    """Return the id of a file: written in its header, else its path without date and ending."""
    with path.open("rb") as file:
        header = file.read(_HEADER).decode("utf-8", "replace")
    if named := _ID.search(header):
        return _plain(named[1])
    parts = list(path.relative_to(content).with_suffix("").parts)
    parts = parts[1:] if len(parts) > 1 else parts
    if parts[-1].lower() == "index" and len(parts) > 1:
        parts.pop()
    dated = _DATED.fullmatch(parts[-1])
    return _plain("/".join([*parts[:-1], dated[1] if dated and dated[1] else parts[-1]]))
