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
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from plugins.engine.cache import Cache, key
from plugins.engine.desk import Desk
from plugins.engine.texts import WORTH_A_PROCESS, context, processes
from plugins.feeds.documents import clean
from plugins.gate.leaks import Leak, Search
from plugins.model.entries import Entry
from plugins.model.library import Claims, Library
from plugins.model.moments import Build
from plugins.model.problems import Problems
from plugins.model.site_file import FILE
from plugins.model.slugs import quoted
from plugins.snippets import links, making, rules
from plugins.snippets.making import Rules
from plugins.snippets.values import Platform, Post
from publish.contract import snippets as contract
from publish.contract.catalogue import N_
from publish.contract.report import Place

STORE = ".snippets"
_CHUNK = 8
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


def make_kits(
    library: Library, desk: Desk, shelf: Shelf, cache: Cache, problems: Problems, tell: Tell
) -> None:
    """Make the kit of every post that changed, and say what does not fit.

    Raises:
        OSError: a kit cannot be written.

    """
    chosen = {
        language.code: making.rules_of(rules.chosen(library.site, language.code, problems))
        for language in library.site.languages
    }
    _warn_of_stale(library, [each for one in chosen.values() for each in one.platforms], problems)
    known = rules.known(library.site)
    posts = [entry for entry in library.entries if entry.room == "post"]
    entries = [entry for entry in posts if chosen[entry.lang].platforms]
    for entry in posts:
        rules.check_own(entry, problems, known)
    problems.stop_on_errors()
    if shelf.keep:
        _write_rules(shelf, chosen.values())
    jobs = {e.source: _job(library, desk, e, chosen[e.lang]) for e in entries}
    for entry in entries:
        shelf.kits[entry.id] = jobs[entry.source].key
    for source, verdict in _verdicts(jobs, shelf, cache, tell):
        entry = library.by_source[source]
        if verdict.misfits:
            problems.warn(
                entry.place("snippets"),
                N_('snippets that do not fit: {which} ("inkstead snippets {post}" says more)'),
                which=", ".join(verdict.misfits),
                post=entry.id,
            )
        for name, leak in verdict.leaks:
            problems.error(
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
        if path.name in wanted:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()


def claim_short_ways(library: Library, claims: Claims) -> None:
    """Take the paths of the pages under /go/."""
    for path, (entry, _) in _short_ways(library).items():
        claims.claim(path, entry.source, entry.place())


def write_short_ways(build: Build) -> None:
    """Write the pages under /go/.

    Raises:
        OSError: a page cannot be written.

    """
    for path, (entry, post) in _short_ways(build.library).items():
        target = post.url.removeprefix(post.home)
        page = links.go_page(entry.lang, entry.title, target, post.canonical)
        build.write(f"{path}index.html", page.encode())


def _short_ways(library: Library) -> dict[str, tuple[Entry, Post]]:
    """Return by path the posts that short ways lead to; their address has its campaign."""
    found: dict[str, tuple[Entry, Post]] = {}
    if library.site.snippets.links != "short":
        return found
    for entry in (each for each in library.entries if each.room == "post"):
        post = _bare(library, entry)
        # What is wrong with the choice is said where kits are made.
        for platform in rules.chosen(library.site, entry.lang, Problems()):
            if links.shows_address(platform):
                url = links.tagged(post.url, post, platform)
                found[links.go_path(entry.id, platform.id)] = (entry, replace(post, url=url))
    return found


# ---- posts ----


def _bare(library: Library, entry: Entry) -> Post:
    """Return what the entry alone says."""
    home, language = library.site.url.rstrip("/"), library.site.language(entry.lang)
    url = home + quoted(entry.url)
    return Post(
        id=entry.id,
        lang=entry.lang,
        title=entry.title,
        summary=entry.summary,
        html="",
        url=url,
        canonical=entry.canonical or url,
        site=(language or library.site.main).title,
        home=home,
    )


def _job(library: Library, desk: Desk, entry: Entry, chosen: Rules) -> Job:
    post = _post(library, desk, entry)
    return Job(post, chosen, making.key(making.dumped(post, chosen)))


def _post(library: Library, desk: Desk, entry: Entry) -> Post:
    view, bare, site = desk.views[entry.source], _bare(library, entry), library.site
    return Post(
        **{
            **bare.__dict__,
            "summary": view.summary,
            "html": view.bare_html,
            "author": view.author_name,
            "tags": entry.tags,
            "category": entry.category,
            "series": entry.series,
            "kind": entry.kind,
            "gated": entry.gated,
            "words": view.words,
            "date": entry.date.astimezone(site.zone).date().isoformat() if entry.date else "",
            "updated": entry.updated.astimezone(site.zone).date().isoformat()
            if entry.updated
            else "",
            "cover": bare.home + view.cover_url if view.cover_url else "",
            "cover_alt": entry.cover_alt,
            "own": entry.snippets,
            "accent": site.accent,
            "theme": site.snippets.theme,
            "short_links": site.snippets.links == "short",
        }
    )


# ---- making ----


def _verdicts(
    jobs: Mapping[str, Job], shelf: Shelf, cache: Cache, tell: Tell
) -> Iterator[tuple[str, Verdict]]:
    """Yield the verdict on each kit: remembered, else made and searched now."""
    mark = "" if shelf.search.empty else shelf.search.fingerprint()
    names = {source: key("kit", mark, shelf.lang, job.key) for source, job in jobs.items()}
    todo = []
    for source, job in jobs.items():
        known = cache.get(names[source])
        if known is not None and (not shelf.keep or (shelf.folder / job.key).is_dir()):
            yield source, Verdict(tuple(json.loads(known)), ())
        else:
            todo.append(source)
    for number, (source, verdict) in enumerate(_made([jobs[each] for each in todo], todo, shelf)):
        if not verdict.leaks:
            cache.put(names[source], json.dumps(verdict.misfits).encode())
        tell("snippets", number + 1, len(todo))
        yield source, verdict


def _made(
    jobs: Sequence[Job], sources: Sequence[str], shelf: Shelf
) -> Iterator[tuple[str, Verdict]]:
    global _shelf
    _shelf = shelf
    count = min(processes(), len(jobs) // WORTH_A_PROCESS + 1)
    if count < 2 or context().get_start_method() != "fork":
        yield from zip(sources, map(_make, jobs), strict=True)
        return
    with concurrent.futures.ProcessPoolExecutor(count, mp_context=context()) as pool:
        yield from zip(sources, pool.map(_make, jobs, chunksize=_CHUNK), strict=True)


def _make(job: Job) -> Verdict:
    """Make one kit, search it, and only then put it where it is found."""
    if _shelf is None:
        raise RuntimeError("no shelf to put kits on")
    post = Post(**{**job.post.__dict__, "html": clean(job.post.html, job.post.url, marked=True)})
    kit = making.kit(post, job.rules)
    lang = _shelf.lang
    misfits = tuple(
        said for platform, each in kit.misfits for said in making.misfit(platform, each, lang)
    )
    leaks = tuple(_leaks(kit.files, _shelf.search))
    if _shelf.keep and not leaks:
        _put(kit.files, _shelf.folder, job.key)
    return Verdict(misfits, leaks)


def _leaks(files: Mapping[str, bytes], search: Search) -> Iterator[tuple[str, Leak]]:
    if not search.empty:
        for name, data in files.items():
            yield from ((name, leak) for leak in search.leaks(name, data))


def _put(files: Mapping[str, bytes], store: Path, name: str) -> None:
    if (store / name).is_dir():
        return
    spare = store / f"{_NEXT}{os.getpid()}-{name}"
    shutil.rmtree(spare, ignore_errors=True)
    spare.mkdir()
    for file, data in files.items():
        (spare / file).write_bytes(data)
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
