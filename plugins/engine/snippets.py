"""Kits of snippets: made by as many processes as pay off, kept by what they depend on, searched.

    OUTPUT/.snippets/<key>/            a kit, whole or not there at all
    OUTPUT/.snippets/platforms-….json  the rules that kits were made by
    GENERATION/snippets/<post>         -> the kit

A kit whose post, rules and makers did not change is not made again, and keeps the pictures that
somebody asked for. Kits are searched for premium text like all that a build writes.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import gc
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from plugins.engine.cache import Cache, key
from plugins.engine.desk import Desk
from plugins.engine.forgetting import forget_premium, take_away
from plugins.engine.snippet_posts import post_of
from plugins.engine.texts import WORTH_A_PROCESS, context, processes
from plugins.feeds.documents import clean
from plugins.gate.leaks import Leak, Search
from plugins.model.following import follow
from plugins.model.library import Library
from plugins.model.problems import Problems
from plugins.model.site_file import FILE
from plugins.snippets import making, rules
from plugins.snippets.making import Rules
from plugins.snippets.values import Platform, Post
from publish.contract import snippets as contract
from publish.contract.catalogue import N_, speak
from publish.contract.report import Place

STORE = ".snippets"
_CHUNK = 8
_BETWEEN = N_(", ")
_NEXT = "next-"

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Job:
    """A kit to make: `html` of the post is as its page has it, cleaned when it is made."""

    post: Post
    rules: Rules
    key: str


@dataclass(frozen=True)
class Verdict:
    """What came of a kit: what does not fit, and what must not be in it."""

    misfits: tuple[str, ...]
    leaks: tuple[tuple[str, Leak], ...]


@dataclass
class Shelf:
    """Where kits are kept, and those of this build by post."""

    folder: Path
    search: Search
    lang: str
    keep: bool
    kits: dict[str, str] = field(default_factory=dict)
    rules: set[str] = field(default_factory=set)


_shelf: Shelf | None = None


class Kits:
    """The kits of one build, made in processes of their own while its pages are written."""

    def __init__(
        self, library: Library, shelf: Shelf, cache: Cache, problems: Problems, tell: Tell
    ) -> None:
        self.library, self.shelf, self.cache = library, shelf, cache
        self.problems, self.tell = problems, tell
        self._verdicts: Iterator[tuple[str, Verdict]] = iter(())
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def begin(self, desk: Desk) -> None:
        """Begin with the kit of every post that changed, as soon as there are views of posts.

        Raises:
            OSError: a kit cannot be written.

        """
        library, shelf, problems = self.library, self.shelf, self.problems
        chosen = {
            language.code: making.rules_of(rules.chosen(library.site, language.code, problems))
            for language in library.site.languages
        }
        platforms = [each for one in chosen.values() for each in one.platforms]
        _warn_of_stale(library, platforms, problems)
        known = rules.known(library.site)
        posts = [entry for entry in library.entries if entry.room == "post"]
        for entry in posts:
            rules.check_own(entry, problems, known)
        if shelf.keep:
            _write_rules(shelf, chosen.values())
        jobs = {
            entry.source: _job(post_of(library, desk, entry), chosen[entry.lang])
            for entry in posts
            if chosen[entry.lang].platforms
        }
        for job in jobs.values():
            shelf.kits[job.post.id] = job.key
        self._verdicts = verdicts(jobs, shelf, self.cache, self.tell, self._open)

    def finish(self) -> None:
        """Wait for all kits, and say what does not fit.

        Raises:
            OSError: a kit cannot be written.

        """
        if self.shelf.keep:
            store = self.shelf.folder.parent / contract.PICTURES
            forget_premium(store, self.shelf.search, self.cache)
        between = speak(self.shelf.lang).gettext(_BETWEEN)
        for source, verdict in self._verdicts:
            entry = self.library.by_source[source]
            if verdict.misfits:
                self.problems.warn(
                    entry.place("snippets"),
                    N_('snippets that do not fit: {which} ("inkstead snippets {post}" says more)'),
                    which=between.join(verdict.misfits),
                    post=entry.id,
                )
            for name, leak in verdict.leaks:
                self.problems.error(
                    Place(leak.owner),
                    N_('premium text of this file is in the snippets of "{post}", in {file}'),
                    post=entry.id,
                    file=name,
                )


def link(shelf: Shelf, folder: Path) -> None:
    """Point the staged generation at its kits.

    Raises:
        OSError: a link cannot be written.

    """
    for post, name in sorted(shelf.kits.items()):
        place = contract.folder_of(folder, post)
        place.symlink_to(os.path.relpath(shelf.folder / name, place.parent))


def sweep(shelf: Shelf) -> None:
    """Take away kits that the current generation has no link to."""
    wanted = {*shelf.kits.values(), *shelf.rules}
    for path in list(shelf.folder.iterdir()) if shelf.folder.is_dir() else ():
        if path.name not in wanted:
            take_away(path)


def _is_whole(kit: Path, names: Collection[str]) -> bool:
    """Tell whether a kit has all its files, whatever else lies beside them."""
    try:
        return not kit.is_symlink() and {each.name for each in kit.iterdir()}.issuperset(names)
    except OSError:
        return False


# ---- making ----


def _job(post: Post, chosen: Rules) -> Job:
    return Job(post, chosen, making.key(making.dumped(post, chosen)))


def verdicts(
    jobs: Mapping[str, Job], shelf: Shelf, cache: Cache, tell: Tell, open: contextlib.ExitStack
) -> Iterator[tuple[str, Verdict]]:
    """Begin to make kits and return the verdict on each: remembered, else made and searched.

    Processes that make them end with `open`.
    """
    mark = "" if shelf.search.empty else shelf.search.fingerprint()
    names = {source: key("kit", mark, shelf.lang, job.key) for source, job in jobs.items()}
    known = {source: cache.get(name) for source, name in names.items()}
    todo = [
        source
        for source, job in jobs.items()
        if known[source] is None or (shelf.keep and not _is_kept(job, shelf))
    ]
    remade = set(todo)
    made = zip(todo, _made([jobs[source] for source in todo], shelf, open), strict=True)

    def found() -> Iterator[tuple[str, Verdict]]:
        for source in (each for each in jobs if each not in remade):
            yield source, Verdict(tuple(json.loads(known[source] or b"[]")), ())
        for number, (source, verdict) in enumerate(made):
            if not verdict.leaks:
                cache.put(names[source], json.dumps(verdict.misfits).encode())
            tell("snippets", number + 1, len(todo))
            yield source, verdict

    return found()


def _is_kept(job: Job, shelf: Shelf) -> bool:
    return _is_whole(shelf.folder / job.key, making.names(job.post, job.rules))


def _made(jobs: Sequence[Job], shelf: Shelf, open: contextlib.ExitStack) -> Iterator[Verdict]:
    global _shelf
    _shelf = shelf
    count = min(processes(), len(jobs) // WORTH_A_PROCESS + 1)
    if count < 2 or context().get_start_method() != "fork":
        return map(_make, jobs)
    pool = concurrent.futures.ProcessPoolExecutor(count, mp_context=context(), initializer=_begin)
    open.callback(pool.shutdown, cancel_futures=True)
    return pool.map(_make, jobs, chunksize=_CHUNK)


def _begin() -> None:
    """Begin as a process that makes kits."""
    gc.freeze()  # what it inherits is looked through by no collection of garbage again
    follow()


def _make(job: Job) -> Verdict:
    """Make one kit, search it, and only then put it where it is found."""
    if _shelf is None:
        raise RuntimeError("no shelf to put kits on")
    post = Post(**{**job.post.__dict__, "html": clean(job.post.html, job.post.url, marked=True)})
    shown = making.show(post, job.rules)
    misfits = tuple(making.misfits(shown, _shelf.lang))
    if not _shelf.keep and _shelf.search.empty:
        return Verdict(misfits, ())
    files = making.files(post, job.rules, shown)
    leaks = tuple(_leaks(files, _shelf.search))
    if _shelf.keep and not leaks:
        _put(files, _shelf.folder, job.key)
    return Verdict(misfits, leaks)


def _leaks(files: Mapping[str, bytes], search: Search) -> Iterator[tuple[str, Leak]]:
    if not search.empty:
        for name, data in files.items():
            yield from ((name, leak) for leak in search.leaks(name, data))


def _put(files: Mapping[str, bytes], store: Path, name: str) -> None:
    if _is_whole(store / name, files):
        return
    spare = store / f"{_NEXT}{os.getpid()}-{name}"
    shutil.rmtree(spare, ignore_errors=True)
    spare.mkdir()
    for file, data in files.items():
        (spare / file).write_bytes(data)
    take_away(store / name)
    spare.rename(store / name)


def _write_rules(shelf: Shelf, chosen: Iterable[Rules]) -> None:
    shelf.folder.mkdir(parents=True, exist_ok=True)
    for each in chosen:
        shelf.rules.add(each.file)
        place = shelf.folder / each.file
        if not place.is_file():
            spare = place.with_name(f".{place.name}.{os.getpid()}")
            spare.write_text(each.text, "utf-8")
            spare.replace(place)


def _warn_of_stale(library: Library, platforms: Sequence[Platform], problems: Problems) -> None:
    stale = {platform.id for platform, _, _ in rules.stale(platforms, library.at.date())}
    if stale:
        problems.warn(
            Place(FILE, library.site.snippets.lines.get("", 0)),
            N_(
                "the rules of {platforms} were looked up more than a year ago"
                " (update Inkstead, or write what holds now under [snippets.rules])"
            ),
            platforms=", ".join(sorted(stale)),
        )
