"""Search a staged generation for premium text before anybody can see it."""

from __future__ import annotations

import concurrent.futures
import hashlib
import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from plugins.engine.assemble import Behind
from plugins.engine.cache import Cache, key
from plugins.engine.texts import context, processes
from plugins.gate.decode import Unreadable
from plugins.gate.leaks import Leak, PrivateBytes, Search, Secret
from plugins.model.entries import Entry
from plugins.model.library import Library, Vault
from plugins.model.problems import Problems
from publish.contract.catalogue import N_
from publish.contract.report import Place

# Files for which a second process pays off.
_MANY = 150
_SOURCES = (".html", ".po", ".css", ".svg", ".py", ".xml", ".txt", ".md", ".toml", ".json", ".js")

_search: Search | None = None
_root: Path | None = None


def make_search(
    library: Library,
    vault: Vault,
    premium: Mapping[str, Behind],
    own_sources: Iterable[Path],
    plugins: Iterable[str],
) -> Search:
    """Return what must not be found in this library's output."""
    secrets = [
        Secret(source, part.text, premium[source].html if source in premium else "")
        for source, part in sorted(vault.items())
    ]
    files = [
        PrivateBytes(
            source,
            (
                hashlib.sha256(each.media.data).hexdigest(),
                hashlib.sha256((library.content / each.source).read_bytes()).hexdigest(),
            ),
            (each.source, each.url, f"private/{each.url.removeprefix('/api/files/')}"),
        )
        for source, behind in sorted(premium.items())
        for each in behind.files
    ]
    public = _public_sources(library, own_sources, plugins) if secrets else ()
    return Search(secrets, files, public)


def _public_sources(
    library: Library, own_sources: Iterable[Path], plugins: Iterable[str]
) -> Iterator[str]:
    """Yield every text that may be public: by source, never by output."""
    for entry in library.entries:
        yield entry.text
        yield "\n\n".join(_words_of(entry))
    site = library.content / "site.toml"
    folders = [library.content / "static", library.content / "theme", *own_sources]
    folders += [Path(found).parent for name in plugins if (found := _plugin_file(name))]
    for path in [site, *(path for folder in folders for path in sorted(folder.rglob("*")))]:
        if path.is_file() and path.suffix in _SOURCES:
            yield path.read_text("utf-8", "replace")


def _words_of(entry: Entry) -> Iterator[str]:
    yield from (entry.title, entry.summary, entry.category, entry.series, entry.author)
    yield from (entry.cover_alt, *entry.tags, *entry.aliases, entry.id, entry.url)


def _plugin_file(name: str) -> str | None:
    for full in (f"pelican.plugins.{name}", name):
        try:
            spec = importlib.util.find_spec(full)
        except (ImportError, ValueError):
            continue
        if spec and spec.origin:
            return spec.origin
    return None


def search_output(
    root: Path,
    hashes: Mapping[str, str],
    trusted: Mapping[str, str],
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
            _say(leak, path, problems)
        if not found:
            cache.put(clean[path], b"1")
        tell("search", number + 1, len(todo))


def _verdicts(
    paths: list[str], trusted: Mapping[str, str], hashes: Mapping[str, str]
) -> Iterator[tuple[str, list[Leak]]]:
    names = [(path, hashes[path] in trusted) for path in paths]
    count = min(processes(), len(paths) // _MANY + 1)
    if count < 2 or context().get_start_method() != "fork":
        yield from ((path, _verdict((path, known))) for path, known in names)
        return
    with concurrent.futures.ProcessPoolExecutor(count, mp_context=context()) as pool:
        yield from zip(paths, pool.map(_verdict, names, chunksize=24), strict=True)


def _verdict(name: tuple[str, bool]) -> list[Leak]:
    path, known = name
    if _search is None or _root is None:
        raise RuntimeError("no search to make")
    data = (_root / path).read_bytes()
    try:
        return _search.leaks(path, data)
    except Unreadable:
        # What a creator put there is public by its source; what a plugin wrote is not.
        return [] if known else [Leak("", 0, "unreadable")]


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
        folder = path.rpartition("/")[0]
        problems.error(
            Place(leak.owner),
            N_('premium words of this file name a file in "{file}/"'),
            file=folder,
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
