"""Our Pelican class: it owns fatal errors, staging, the leak search and the switch.

Under `inkstead build` and under plain `pelican -s pelicanconf.py` alike: everything is written
into a staged generation, anything that goes wrong (also what Pelican or a plugin only logs) stops
the build, the public part is searched for premium text, and only then does the generation become
the current one.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pelican import Pelican

import plugins
from plugins.engine.assemble import Assembly
from plugins.engine.cache import Cache
from plugins.engine.describe import describe
from plugins.engine.fatal import explain, fatal
from plugins.engine.generation import STORE, NotAGeneration, staging, switch
from plugins.engine.handing import hand_out
from plugins.engine.listening import Heard, listening
from plugins.engine.searching import hushed, make_search, plugin_sources, search_output
from plugins.engine.settings import engine_root, pelican_settings
from plugins.engine.short_ways import claim_short_ways
from plugins.engine.snippets import STORE as SNIPPETS
from plugins.engine.snippets import Kits, Shelf, link, sweep
from plugins.engine.statics import copy_static, given
from plugins.engine.writing import Draft, write_site
from plugins.gate.leaks import Search
from plugins.links.resolve import paths_of
from plugins.model.feeds import plan as plan_feeds
from plugins.model.library import Claims, Library, claim_entries, load
from plugins.model.listings import claim_listings
from plugins.model.problems import BuildFailed, Problems
from plugins.model.sources import Vault
from publish.contract import manifest as contract
from publish.contract.catalogue import N_, choose_language, speak
from publish.contract.report import Place, Progress, Step

Tell = Callable[[Progress], None]

_STEPS: dict[str, str] = {
    "read": N_("Reading the folder"),
    "render": N_("Rendering the texts"),
    "pages": N_("Writing the pages"),
    "feeds": N_("Writing the feeds"),
    "private": N_("Rendering what is behind the paywall"),
    "search": N_("Searching for leaks"),
    "snippets": N_("Making snippets for other platforms"),
    "switch": N_("Switching to the new generation"),
}


@dataclass(frozen=True)
class Order:
    """What this build is asked for; the defaults are those of plain `pelican`."""

    at: datetime.datetime | None = None
    preview: bool = False
    check: bool = False
    url: str = ""
    lang: str = ""
    tell: Tell | None = None


@dataclass(frozen=True)
class Built:
    """A finished build."""

    library: Library
    generation: str
    files: int
    problems: Problems


class Inkstead(Pelican):  # type: ignore[misc]
    """Pelican, failing closed."""

    def __init__(self, settings: dict[str, Any]) -> None:
        content = Path(settings["PATH"])
        if settings.get("INKSTEAD_PATH") != str(content):
            # A path on Pelican's command line comes after pelicanconf.py read another site.toml.
            settings.update({**pelican_settings(content), "INKSTEAD_PATH": str(content)})
        self.order: Order = settings.get("INKSTEAD_ORDER") or Order()
        self.lang = self.order.lang or choose_language(None)
        self.missing: list[str] = []
        self.vault: Vault = {}
        self.last_told: tuple[str, float] = ("", 0.0)
        with listening() as heard:
            try:
                super().__init__(settings)
            except (Exception, SystemExit) as cause:  # what plugins run at the start
                heard.errors.append(f"{type(cause).__name__}: {cause}")
        self.missing = heard.errors or self.missing

    def init_plugins(self) -> None:
        """Load plugins; one that cannot be imported or registered is kept as an error."""
        wanted = list(self.settings["PLUGINS"])
        super().init_plugins()
        if len(self.plugins) < len(wanted):
            self.missing = [str(name) for name in wanted if isinstance(name, str)]

    def run(self) -> None:
        """Build, as `pelican` asks for it; say what is wrong and leave with 1."""
        try:
            built = self.build()
        except BuildFailed as failed:
            for problem in failed.problems:
                print(f"{problem.level}: {problem.said(self.lang)}", file=sys.stderr)
            raise SystemExit(1) from None
        for problem in built.problems.warnings:
            print(f"{problem.level}: {problem.said(self.lang)}", file=sys.stderr)
        say = speak(self.lang).gettext(N_("{count} files in {output}"))
        print(say.format(count=built.files, output=self.output_path))

    def build(self) -> Built:
        """Build one generation and switch to it.

        Raises:
            BuildFailed: with everything found; the last good generation is untouched.

        """
        try:
            return self._build()
        except BuildFailed as failed:
            raise BuildFailed(hushed(failed.problems, self.vault)) from None

    def _build(self) -> Built:
        problems = Problems()
        output = Path(str(self.settings["OUTPUT_PATH"])).absolute()
        try:
            with staging(output, self._say_waiting) as folder, listening() as heard:
                return self._build_in(folder, output, problems, heard)
        except NotAGeneration as cause:
            problems.error(
                Place(),
                N_(
                    'the output folder {output} holds "{name}", which no build wrote'
                    " (name another folder with --output)"
                ),
                output=cause.output,
                name=cause.name,
            )
        except OSError as cause:
            problems.error(
                Place(),
                N_("{file} cannot be written: {reason}"),
                file=cause.filename or output,
                reason=cause.strerror or cause,
            )
        except Exception as cause:  # a living process must outlive any build
            if isinstance(cause, BuildFailed):
                raise
            explain(cause, problems)
        finally:
            self.output_path = str(output)
            self.settings["OUTPUT_PATH"] = str(output)
        raise BuildFailed([*problems.errors, *problems.warnings])

    def _build_in(self, folder: Path, output: Path, problems: Problems, heard: Heard) -> Built:
        self.output_path = self.settings["OUTPUT_PATH"] = str(folder / "public")
        for name in self.missing:
            problems.error(
                Place("site.toml"), N_("a plugin cannot be loaded: {reason}"), reason=name
            )
        self.tell("read", 0, 1)
        at = self.order.at or datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        library, vault = load(Path(self.path), at, self.order.preview, problems)
        self.vault = vault
        claims = Claims(problems)
        claim_entries(library, claims)
        listings = claim_listings(library, claims)
        claim_short_ways(library, claims)
        statics = copy_static(library, folder / "public", claims)
        self.tell("read", 1, 1)
        problems.stop_on_errors()
        cache = Cache(None if os.environ.get("INKSTEAD_NO_CACHE") else output / STORE / "cache.db")
        feeds = list(plan_feeds(library))
        paths = paths_of(library, listings, feeds, statics)
        assembly = Assembly(library, vault, paths, cache, problems, self.tell)
        assembled, premium = assembly.run()
        url = (self.order.url or library.site.url).rstrip("/")
        handouts = hand_out(assembly, url)
        problems.stop_on_errors()
        draft = Draft(
            library, listings, feeds, assembled, premium, handouts, assembly.map, url, problems
        )
        search = make_search(
            library, vault, premium, handouts, assembled, self._own_sources(library), paths
        )
        keep = not self.order.check
        snippets = Shelf(output / SNIPPETS, search, self.lang, keep=keep)
        with Kits(library, snippets, cache, problems, self.tell) as kits:
            with fatal(problems, heard):
                desk, shelf = write_site(self, folder, draft, kits.begin)
            _refuse_links(folder / "public", search, problems)
            problems.stop_on_errors()
            hashes = _hashes(folder / "public")
            self.tell("search", 0, 1)
            trusted = set(given(library.content, statics, assembled))
            search_output(folder / "public", hashes, trusted, search, cache, problems, self.tell)
            kits.finish()
        problems.stop_on_errors()
        if keep:
            link(snippets, folder)
        generation = _describe(folder, describe(library, premium, desk, shelf, hashes))
        cache.save()
        if keep:
            self.tell("switch", 0, 1)
            switch(output, folder, generation)
            sweep(snippets)
            self.tell("switch", 1, 1)
        return Built(library, generation, len(hashes), problems)

    def writer(self) -> Any:
        """Return Pelican's writer, or the one that a plugin puts in its place."""
        return self._get_writer()

    def _own_sources(self, library: Library) -> list[Path]:
        """Return where the texts lie that the engine and plugins may put into a page."""
        own = (engine_root() / "theme", Path(plugins.__file__).parent, _feedgen())
        return [*own, *plugin_sources(library.site.plugins)]

    def tell(self, step: str, done: int, total: int) -> None:
        """Say how far the build is, at most some times a second."""
        if not self.order.tell:
            return
        now = time.monotonic()
        last, when = self.last_told
        if step == last and done < total and now - when < 0.1:
            return
        self.last_told = (step, now)
        text = speak(self.lang).gettext(_STEPS[step])
        self.order.tell(Progress(_step(step), text, done, total))

    def _say_waiting(self) -> None:
        print(
            speak(self.lang).gettext(N_("another build is running, waiting for it")),
            file=sys.stderr,
        )


def _step(name: str) -> Step:
    return name  # type: ignore[return-value]


def _feedgen() -> Path:
    import feedgen

    return Path(feedgen.__file__).parent


def _refuse_links(public: Path, search: Search, problems: Problems) -> None:
    """Refuse links in what is to be public: whoever follows one reads what nobody searched.

    Empty folders, which are no part of a site, are taken away.
    """
    for place, names, files in os.walk(public, topdown=False):
        for path in sorted(Path(place) / name for name in (*names, *files)):
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                problems.error(
                    Place(),
                    N_('"{file}" was made by a plugin and is no file of its own (take it away)'),
                    file=search.sayable(path.relative_to(public).as_posix()),
                )
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()


def _describe(folder: Path, manifest: contract.Manifest) -> str:
    """Write manifest.json and return the name of the generation: a hash of all it holds."""
    text = contract.dump(manifest)
    (folder / "manifest.json").write_text(text, "utf-8")
    digest = hashlib.sha256(text.encode())
    for path, name in _hashes(folder / "private").items():
        digest.update(f"{path}\0{name}\n".encode())
    return digest.hexdigest()[:16]


def _hashes(root: Path) -> dict[str, str]:
    return dict(_hash_all(root))


def _hash_all(root: Path) -> Iterator[tuple[str, str]]:
    for folder, names, files in os.walk(root):
        names.sort()
        for name in sorted(files):
            path = Path(folder) / name
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            yield path.relative_to(root).as_posix(), digest
