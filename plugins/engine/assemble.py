"""From a library to finished HTML: render, resolve every address, prepare every file."""

from __future__ import annotations

import concurrent.futures
import functools
import json
import mimetypes
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urldefrag

from plugins.engine.cache import Cache, key
from plugins.engine.texts import processes, render_all
from plugins.images.media import REVISION as MEDIA_REVISION
from plugins.images.media import Media, prepare
from plugins.links.resolve import Meaning, map_of, resolve
from plugins.links.rewrite import Reference, Target, references, rewrite
from plugins.magnets.forms import linked, misplaced, wording
from plugins.model.entries import Entry
from plugins.model.library import Library
from plugins.model.marks import find_marks
from plugins.model.problems import Problems
from plugins.model.slugs import quoted
from plugins.model.sources import Vault, is_inside
from plugins.model.text import Length
from plugins.reader.render import NOTHING, Job, Rendered
from publish.contract.catalogue import N_
from publish.contract.report import Place

PUBLIC_MEDIA = "/media/"
PRIVATE_MEDIA = "/api/files/"
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".svg", ".avif", ".bmp", ".tif", ".tiff")


@dataclass(frozen=True)
class PrivateMedia:
    """A file for those entitled: of which content file, its address, its bytes."""

    source: str
    url: str
    media: Media

    @property
    def type(self) -> str:
        """Return the MIME type."""
        return mimetypes.guess_type(self.media.name)[0] or "application/octet-stream"


@dataclass(frozen=True)
class Facts:
    """What a paywall may state about what is behind it."""

    length: Length
    images: int
    downloads: int


@dataclass(frozen=True)
class Behind:
    """The finished premium part of an entry."""

    html: str
    facts: Facts
    files: tuple[PrivateMedia, ...]


@dataclass(frozen=True)
class Assembled:
    """Everything that plugins and templates may see, by source.

    `media` are by public path, `qr_codes` (of whom to write to) by their content file.
    """

    public: Mapping[str, str]
    shown: Mapping[str, Rendered]
    covers: Mapping[str, Target]
    media: Mapping[str, Media]
    facts: Mapping[str, Facts]
    qr_codes: Mapping[str, Target] = field(default_factory=dict)


def private_folder(entry: Entry) -> str:
    """Return the folder of an entry's premium part in the generation."""
    if entry.room == "product":
        return f"private/products/{entry.translation_of or entry.id}/{entry.lang}"
    return f"private/posts/{entry.id}"


class Assembly:
    """One run over a library; `paths` are the addresses that the site has besides entries."""

    def __init__(
        self,
        library: Library,
        vault: Vault,
        paths: Iterable[str],
        cache: Cache,
        problems: Problems,
        progress: Callable[[str, int, int], None],
    ) -> None:
        self.library, self.vault, self.cache = library, vault, cache
        self.problems, self.progress = problems, progress
        self.map = map_of(
            library, paths, functools.cache(functools.partial(is_inside, library.content))
        )
        self.built = {entry.source for entry in library.entries}
        self.prepared: dict[str, Media] = {}
        self.broken: dict[str, list[Place]] = defaultdict(list)
        self.meanings: dict[tuple[str, str], Meaning] = {}

    def run(self) -> tuple[Assembled, dict[str, Behind]]:
        """Return what is public and, apart from it, what is premium, by source."""
        entries = self.library.entries
        shown = self.render({e.source: Job(e.text) for e in entries}, "render")
        gated = [e for e in entries if e.has_premium]
        hidden = self.render({e.source: self._premium_job(e, shown) for e in gated}, "private")
        for entry in entries:
            self._check_marks(entry, shown[entry.source], entry.text, entry.line)
        for entry in gated:
            part = self.vault[entry.source]
            self._check_marks(entry, hidden[entry.source], part.text, part.line)
        public = {name for e in entries for name in self._public_files(e, shown[e.source])}
        private = {e.source: self._private_files(e, hidden[e.source], public) for e in gated}
        self._refuse_twins(public)
        self._prepare(public.union(*private.values()))
        self._warn_of_broken()
        premium = {e.source: self._behind(e, hidden[e.source], private[e.source]) for e in gated}
        assembled = Assembled(
            public={e.source: self._rewritten(e, shown[e.source], {}) for e in entries},
            shown=shown,
            covers={e.source: self._cover(e) for e in entries if e.cover},
            qr_codes=self._qr_codes(),
            media={
                PUBLIC_MEDIA + self.prepared[name].name: self.prepared[name]
                for name in sorted(public)
                if name in self.prepared
            },
            facts={source: behind.facts for source, behind in premium.items()},
        )
        return assembled, premium

    def _premium_job(self, entry: Entry, shown: Mapping[str, Rendered]) -> Job:
        taken = tuple(heading.id for heading in shown[entry.source].headings)
        return Job(self.vault[entry.source].text, premium=True, taken=taken)

    def render(self, jobs: Mapping[str, Job], step: str) -> dict[str, Rendered]:
        """Render texts by name; one that cannot be is an error and nothing."""
        results = render_all(jobs, self.cache, lambda n, total: self.progress(step, n, total))
        for source, result in results.items():
            if isinstance(result, Exception):
                # What a premium text is about is not for a log: only the kind of the error.
                reason = result if step == "render" else str(result).partition(":")[0]
                self.problems.error(
                    Place(source.partition("#")[0]),
                    N_("the text cannot be rendered: {reason}"),
                    reason=reason,
                )
        return {
            source: result if isinstance(result, Rendered) else NOTHING
            for source, result in results.items()
        }

    def _check_marks(self, entry: Entry, rendered: Rendered, text: str, line: int) -> None:
        """Refuse marks of lead magnets where no form can stand: in a list or a table of HTML."""
        bad = misplaced(rendered.html)
        marks = find_marks(text, line) if bad else []
        for number in bad:
            self.problems.error(
                Place(entry.source, marks[min(number, len(marks) - 1)].line if marks else line),
                N_("the mark of a lead magnet stands inside other HTML (put it between blocks)"),
            )

    def _public_files(self, entry: Entry, shown: Rendered) -> Iterator[str]:
        """Yield the content files that are public because an entry's public part uses them."""
        if entry.gift and entry.gift.contact:
            yield from (name for name in [entry.gift.contact.qr] if not name.startswith("static/"))
        for reference in references(shown.html):
            meaning = self.meaning(reference, entry)
            self.warn_of_unpublished(meaning, self._place(entry, reference.value))
            if meaning.kind == "broken":
                self.broken[urldefrag(reference.value).url].append(
                    self._place(entry, reference.value)
                )
            elif meaning.file.startswith("files/"):
                self.problems.error(
                    self._place(entry, reference.value),
                    N_(
                        '"{file}" is never public (link it behind the paywall marker,'
                        " or move it beside the text)"
                    ),
                    file=meaning.file,
                )
            elif meaning.kind == "file" and not meaning.file.startswith("static/"):
                yield meaning.file
        if entry.cover:
            meaning = self.meaning(Reference("img", "src", entry.cover), entry)
            if meaning.kind == "file" and not meaning.file.startswith(("static/", "files/")):
                yield meaning.file
            elif meaning.kind != "outside" and not meaning.file.startswith("static/"):
                self.problems.error(
                    entry.place("cover"), N_('cover "{value}" is no picture'), value=entry.cover
                )

    def _private_files(self, entry: Entry, hidden: Rendered, public: set[str]) -> set[str]:
        """Return the content files that only a premium part uses."""
        found = set()
        for reference in references(hidden.html):
            meaning = self.meaning(reference, entry)
            place = self._place(entry, reference.value, premium=True)
            self.warn_of_unpublished(meaning, place)
            if meaning.kind == "broken":
                # By place alone: what stands behind the paywall is not for a log.
                self.broken[""].append(place)
            elif meaning.kind == "file" and not meaning.file.startswith("static/"):
                found.add(meaning.file)
        return found - public

    def meaning(self, reference: Reference, entry: Entry) -> Meaning:
        """Return what an address in an entry's text means."""
        name = (entry.source, reference.value)
        if name not in self.meanings:
            self.meanings[name] = resolve(reference.value, entry, self.map)
        return self.meanings[name]

    def _place(self, entry: Entry, value: str, *, premium: bool = False) -> Place:
        """Return the line on which an address stands in a source."""
        part = self.vault[entry.source] if premium else entry
        at = part.text.find(value)
        line = part.line + part.text.count("\n", 0, at) if at >= 0 else part.line
        return Place(entry.source, line)

    def warn_of_unpublished(self, meaning: Meaning, place: Place) -> None:
        """Say that a text which is linked to is not there yet."""
        if meaning.entry and meaning.entry.source not in self.built:
            self.problems.warn(
                place,
                N_("a link to {other}, which is not published yet"),
                other=meaning.entry.source,
            )

    def _warn_of_broken(self) -> None:
        hidden = sorted(set(self.broken.pop("", [])))
        if len(hidden) == 1:
            self.problems.warn(hidden[0], N_("a link behind the paywall leads nowhere"))
        elif hidden:
            self.problems.warn(
                hidden[0],
                N_("a link behind the paywall leads nowhere, here and elsewhere ({count} in all)"),
                count=len(hidden),
            )
        for value, places in sorted(self.broken.items()):
            if len(places) == 1:
                self.problems.warn(places[0], N_('"{value}" leads nowhere'), value=value)
            else:
                self.problems.warn(
                    min(places),
                    N_('"{value}" leads nowhere, here and elsewhere ({count} times in all)'),
                    value=value,
                    count=len(places),
                )

    def _refuse_twins(self, public: Iterable[str]) -> None:
        """Refuse a public picture that lies in files/, too: prepared, no search would know it."""
        delivered: dict[int, list[Path]] = defaultdict(list)
        for path in sorted((self.library.content / "files").rglob("*")):
            if path.is_file():
                delivered[path.stat().st_size].append(path)
        for name in sorted(each for each in public if each.lower().endswith(_PICTURES)):
            place = self.library.content / name
            for twin in delivered[place.stat().st_size] if delivered else ():
                if twin.read_bytes() == place.read_bytes():
                    self.problems.error(
                        Place(name),
                        N_('the picture is also "{file}", which is never public (remove one)'),
                        file=twin.relative_to(self.library.content).as_posix(),
                    )

    def _prepare(self, names: Iterable[str]) -> None:
        """Read and prepare content files, several at once."""
        with concurrent.futures.ThreadPoolExecutor(processes()) as pool:
            ordered = sorted(names)
            for name, result in zip(ordered, pool.map(self._prepared, ordered), strict=True):
                if isinstance(result, Media):
                    self.prepared[name] = result
                else:
                    self.problems.error(
                        Place(name), N_("the picture cannot be read: {reason}"), reason=result
                    )

    def _prepared(self, name: str) -> Media | Exception:
        try:
            raw = (self.library.content / name).read_bytes()
            if not name.lower().endswith(_PICTURES):
                return prepare(name, raw)
            place = key("media", str(MEDIA_REVISION), name, raw)
            found = self.cache.get(place)
            if found is not None:
                return _load(found)
            media = prepare(name, raw)
            self.cache.put(place, _dump(media))
            return media
        except (OSError, ValueError) as cause:
            return cause

    def _rewritten(
        self, entry: Entry, rendered: Rendered, private: Mapping[str, PrivateMedia]
    ) -> str:
        def target(reference: Reference) -> Target | None:
            meaning = self.meaning(reference, entry)
            if meaning.kind in ("entry", "path"):
                return Target(meaning.url)
            if meaning.file.startswith("static/"):
                return Target(quoted(meaning.file.removeprefix("static")))
            if meaning.file in private:
                return _sized(private[meaning.file].url, private[meaning.file].media)
            if meaning.file in self.prepared:
                media = self.prepared[meaning.file]
                return _sized(PUBLIC_MEDIA + media.name, media)
            return None

        return rewrite(linked(rendered.html, self._way(entry.lang)), target)

    def _way(self, lang: str) -> Callable[[str], tuple[str, str] | None]:
        """Return what finds address and text of the link to a magnet, in a language."""

        def way(name: str) -> tuple[str, str] | None:
            magnet = self.library.magnets.get(name)
            if not magnet or not magnet.shown_in(lang):
                return None
            page = magnet.page(lang)
            promise = page.gift.promise if page.gift else ""
            return page.url, wording(page.title, promise, lang)

        return way

    def _cover(self, entry: Entry) -> Target:
        meaning = self.meaning(Reference("img", "src", entry.cover), entry)
        if meaning.file in self.prepared:
            media = self.prepared[meaning.file]
            return _sized(PUBLIC_MEDIA + media.name, media)
        if meaning.file.startswith("static/"):
            return Target(quoted(meaning.file.removeprefix("static")))
        return Target(entry.cover)

    def _qr_codes(self) -> dict[str, Target]:
        contacts = [e.gift.contact for e in self.library.entries if e.gift and e.gift.contact]
        found = {}
        for name in dict.fromkeys(contact.qr for contact in contacts):
            if name.startswith("static/"):
                found[name] = Target(quoted(name.removeprefix("static")))
            elif name in self.prepared:
                found[name] = _sized(PUBLIC_MEDIA + self.prepared[name].name, self.prepared[name])
        return found

    def picture(self, name: str) -> Media | None:
        """Return a content file as it is published; one that cannot be read is an error."""
        self._prepare([name])
        return self.prepared.get(name)

    def _behind(self, entry: Entry, hidden: Rendered, names: set[str]) -> Behind:
        folder = private_folder(entry).removeprefix("private/")
        private = {
            name: PrivateMedia(
                name,
                quoted(f"{PRIVATE_MEDIA}{folder}/{self.prepared[name].name}"),
                self.prepared[name],
            )
            for name in sorted(names)
            if name in self.prepared
        }
        html = self._rewritten(entry, hidden, private)
        pictures = sum(r.tag == "img" for r in references(html))
        others = sum(not each.media.width for each in private.values())
        facts = Facts(hidden.length, pictures, others)
        return Behind(html, facts, tuple(private.values()))


def _sized(url: str, media: Media) -> Target:
    return Target(url, media.width, media.height)


def _dump(media: Media) -> bytes:
    head = json.dumps([media.name, media.width, media.height]).encode()
    return head + b"\n" + media.data


def _load(raw: bytes) -> Media:
    head, _, data = raw.partition(b"\n")
    name, width, height = json.loads(head)
    return Media(name, data, width, height)
