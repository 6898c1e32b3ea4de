"""Search a staged generation for premium text before anybody can see it."""

from __future__ import annotations

import concurrent.futures
import hashlib
import importlib.util
import itertools
import os
import posixpath
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from plugins.engine.assemble import Assembled, Behind
from plugins.engine.cache import Cache, key
from plugins.engine.handing import Handouts
from plugins.engine.texts import context, processes
from plugins.gate.leaks import Leak, PrivateBytes, Search, Secret
from plugins.model.entries import Entry
from plugins.model.following import follow
from plugins.model.library import Library
from plugins.model.problems import Problem, Problems
from plugins.model.slugs import quoted
from plugins.model.sources import ROOMS, Vault
from publish.contract.catalogue import N_
from publish.contract.report import Place
from publish.contract.syndication import FILE as LEDGER

# Files for which a second process pays off.
_MANY = 150
_SOURCES = (".html", ".po", ".css", ".svg", ".py", ".xml", ".txt", ".md", ".toml", ".json", ".js")
# Files behind the paywall whose words are searched for, up to this many bytes.
_WORDS = (".txt", ".md", ".csv", ".html", ".htm", ".json", ".srt", ".vtt", ".tex", ".yaml", ".yml")
_LONGEST = 2_000_000
_FILES = "files"
_NAMED = re.compile(r"\]\(\s*<?([^)\s>]+)|\b(?:src|href)\s*=\s*[\"']?([^\"'\s>]+)", re.I)

_COLOUR = re.compile(r"</?span[^>]*>")

_search: Search | None = None
_root: Path | None = None


def make_search(
    library: Library,
    vault: Vault,
    premium: Mapping[str, Behind],
    handouts: Handouts,
    assembled: Assembled,
    own_sources: Iterable[Path],
    addresses: Iterable[str],
) -> Search:
    """Return what must not be found in this library's output.

    `addresses` are the paths of the site, which its plan alone makes public.
    """
    secrets = [
        Secret(source, part.whole, _html_of(source, premium, handouts))
        for source, part in sorted(vault.items())
    ]
    shown = {hashlib.sha256(media.data).hexdigest() for media in assembled.media.values()}
    files = list(_private_files(library, vault, premium, shown))
    secrets += _words_of_files(library, files)
    if not secrets and not files:
        return Search([], [], ())
    url = library.site.url.rstrip("/")
    paths = (form for path in sorted(addresses) for form in (path, quoted(path)))
    public = itertools.chain(
        _public_sources(library, own_sources),
        (form for entry in library.entries for form in _as_shown(entry, assembled)),
        ["\n".join(f"{path}\n{url}{path}" for path in paths)],
    )
    return Search(secrets, files, public, url)


def _html_of(source: str, premium: Mapping[str, Behind], handouts: Handouts) -> str:
    """Return the HTML of what is not for all in a text, "" if it was not rendered."""
    if source in handouts:
        return f"{handouts[source].thanks}\n{handouts[source].mail}"
    return premium[source].html if source in premium else ""


def _private_files(
    library: Library, vault: Vault, premium: Mapping[str, Behind], shown: Container[str]
) -> Iterator[PrivateBytes]:
    """Yield every file that is not public, `shown` being the hashes of those that are.

    Whoever names it: the premium part of a text that is built or of one that is not yet, or
    nobody, where it lies in files/.
    """
    delivered = library.content / _FILES
    for path in sorted(delivered.rglob("*")) if delivered.is_dir() else ():
        if path.is_file():
            name = path.relative_to(library.content).as_posix()
            yield PrivateBytes(name, (_hash(path),), (name,))
    for source, part in sorted(vault.items()):
        for name in [] if source in premium else sorted(_named_in(source, part.whole, library)):
            digest = _hash(library.content / name)
            if digest not in shown:
                yield PrivateBytes(source, (digest,), (name,))
    for source, behind in sorted(premium.items()):
        for each in behind.files:
            hashes = (
                hashlib.sha256(each.media.data).hexdigest(),
                _hash(library.content / each.source),
            )
            paths = (each.source, each.url, f"private/{each.url.removeprefix('/api/files/')}")
            # A public text may show a copy of the same picture; what lies in files/ is for nobody.
            is_shown = hashes[0] in shown and not each.source.startswith(f"{_FILES}/")
            yield PrivateBytes(source, () if is_shown else hashes, paths)


def _named_in(source: str, text: str, library: Library) -> set[str]:
    """Return the content files that a text which is not rendered seems to name."""
    found = set()
    for match in _NAMED.finditer(text):
        path = unquote((match[1] or match[2]).split("#")[0].split("?")[0])
        start = "" if path.startswith("/") else posixpath.dirname(source)
        name = posixpath.normpath(posixpath.join(start, path.lstrip("/")))
        inside = not name.startswith((".", "static/")) and not name.lower().endswith(".md")
        if inside and (library.content / name).is_file():
            found.add(name)
    return found


def _words_of_files(library: Library, files: Iterable[PrivateBytes]) -> Iterator[Secret]:
    owners = {each.paths[0]: each.owner for each in files if each.hashes}
    for name, owner in sorted(owners.items()):
        path = library.content / name
        if path.suffix.lower() in _WORDS and path.stat().st_size <= _LONGEST:
            yield Secret(owner, path.read_text("utf-8", "replace"), "", runs_only=True)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _public_sources(library: Library, own_sources: Iterable[Path]) -> Iterator[str]:
    """Yield every text that may be public: by source, never by output."""
    for entry in library.entries:
        yield entry.text
        yield "\n\n".join(_words_of(entry))
    own = [library.content / name for name in ("site.toml", LEDGER, "static", "theme")]
    closed = [(library.content / room).resolve() for room in (*ROOMS, _FILES)]
    for path in [each for place in (*own, *own_sources) for each in _files_of(place)]:
        # A link from static/ into posts/ makes nothing public.
        if path.suffix in _SOURCES and not any(path.resolve().is_relative_to(r) for r in closed):
            yield path.read_text("utf-8", "replace")


def _as_shown(entry: Entry, assembled: Assembled) -> Iterator[str]:
    """Yield a public part under its title as pages have it, and as feeds do: uncoloured code."""
    html = assembled.shown[entry.source].html
    yield f"{entry.title} {html}"
    yield f"{entry.id} {entry.title} {entry.url} {entry.title}"
    yield f"title {entry.title} {entry.summary}"
    if "<span" in html:
        yield _COLOUR.sub("", html)


def _files_of(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for folder, names, files in os.walk(place):
        names.sort()
        yield from (path for name in sorted(files) if (path := Path(folder) / name).is_file())


def _words_of(entry: Entry) -> Iterator[str]:
    yield from (entry.title, entry.summary, entry.category, entry.series, entry.author)
    yield from (entry.cover_alt, *entry.tags, *entry.aliases, entry.id, entry.url)
    own = entry.snippets
    yield from (own.hook, *own.points, own.quote, own.call, *(own.hashtags or ()))
    for text in own.texts.values():
        yield from (text.title, *text.parts)
    if gift := entry.gift:
        yield from (gift.promise, gift.button, gift.letters or "")
        yield from (gift.contact.account, gift.contact.keyword) if gift.contact else ()


def plugin_sources(names: Iterable[str]) -> Iterator[Path]:
    """Yield the package, or else the one file, of each plugin from elsewhere."""
    for name in names:
        for full in (f"pelican.plugins.{name}", name):
            try:
                spec = importlib.util.find_spec(full)
            except (ImportError, ValueError):
                continue
            if spec and spec.origin:
                path = Path(spec.origin)
                # Beside a single file may lie anything, the creator's own folder too.
                yield path.parent if path.name == "__init__.py" else path
                break


def search_output(
    root: Path,
    hashes: Mapping[str, str],
    trusted: Container[str],
    search: Search,
    cache: Cache,
    problems: Problems,
    tell: Callable[[str, int, int], None],
) -> None:
    """Search every file under a folder; `trusted` are hashes of files that creators put there."""
    global _search, _root
    if search.empty:
        return
    mark = search.fingerprint()
    clean = {path: key("clean", mark, path, name) for path, name in hashes.items()}
    todo = [path for path in sorted(hashes) if cache.get(clean[path]) is None]
    _search, _root = search, root
    for number, (path, found) in enumerate(_verdicts(todo, trusted, hashes)):
        for leak in found:
            _say(leak, search.sayable(path), problems)
        if not found:
            cache.put(clean[path], b"1")
        tell("search", number + 1, len(todo))


def _verdicts(
    paths: list[str], trusted: Container[str], hashes: Mapping[str, str]
) -> Iterator[tuple[str, list[Leak]]]:
    names = [(path, hashes[path] in trusted) for path in paths]
    count = min(processes(), len(paths) // _MANY + 1)
    if count < 2 or context().get_start_method() != "fork":
        yield from ((path, _verdict((path, known))) for path, known in names)
        return
    with concurrent.futures.ProcessPoolExecutor(
        count, mp_context=context(), initializer=follow
    ) as pool:
        yield from zip(paths, pool.map(_verdict, names, chunksize=24), strict=True)


def _verdict(name: tuple[str, bool]) -> list[Leak]:
    path, known = name
    if _search is None or _root is None:
        raise RuntimeError("no search to make")
    found = _search.leaks(path, (_root / path).read_bytes())
    # What a creator put there is public by its source; what a plugin wrote is not.
    return [leak for leak in found if not (known and leak.kind == "unreadable")]


def hushed(problems: Iterable[Problem], vault: Vault) -> list[Problem]:
    """Return problems without the premium words that a plugin's or library's error may quote."""
    search = Search([Secret(name, part.whole, "") for name, part in vault.items()], [], ())

    def hush(value: str) -> str:
        return (
            "…" if any(leak.kind == "run" for leak in search.leaks("", value.encode())) else value
        )

    return [
        replace(each, values=tuple((name, hush(value)) for name, value in each.values))
        for each in problems
    ]


def _say(leak: Leak, path: str, problems: Problems) -> None:
    if leak.kind == "unreadable":
        problems.error(
            Place(),
            N_(
                '"{file}" was written by a plugin in a form that cannot be searched'
                " for premium text"
                " (take the plugin away)"
            ),
            file=path,
        )
        return
    if leak.kind == "name":  # the name itself would say the words
        problems.error(
            Place(leak.owner),
            N_('premium words of this file name a file, "{file}"'),
            file=path,
        )
        return
    messages = {
        "run": N_('premium text of this file is in "{file}", near line {line}'),
        "piece": N_(
            'a premium heading, caption or line of this file is in "{file}", near line {line}'
        ),
        "path": N_('a premium address, path or code of this file is in "{file}", near line {line}'),
        "file": N_('a premium file of this text is in "{file}"'),
    }
    problems.error(Place(leak.owner), messages[leak.kind], file=path, line=leak.line)
