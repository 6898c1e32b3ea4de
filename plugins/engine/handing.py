"""What lead magnets hand out: the two texts of each, finished, and its files as they are."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias
from urllib.parse import urlsplit

from plugins.engine.assemble import Assembly
from plugins.images.media import Media
from plugins.links.rewrite import Reference, Target, references, rewrite, undress
from plugins.model.entries import Entry
from plugins.model.magnets import FILES
from plugins.model.slugs import slugify
from plugins.model.sources import Premium
from plugins.reader.render import Job
from plugins.service.letters import check_shown, undecked
from publish.contract.catalogue import N_
from publish.contract.report import Place


@dataclass(frozen=True)
class Handout:
    """What a lead magnet hands out in one language: finished HTML, and files by what they are."""

    thanks: str
    mail: str
    files: tuple[Media, ...]


Handouts: TypeAlias = Mapping[str, Handout]
"""What magnets hand out, by the source of their page."""


def folder_of(magnet: str, lang: str) -> str:
    """Return the folder of a magnet in the generation."""
    return f"private/magnets/{magnet}/{lang}"


def hand_out(assembly: Assembly, url: str) -> dict[str, Handout]:
    """Return what each magnet hands out, by the source of its page; `url` is the site's address."""
    pages = [e for magnet in assembly.library.magnets.values() for e in magnet.pages.values()]
    jobs = dict(_jobs(assembly, pages))
    rendered = assembly.render(jobs, "private")
    desk = _Texts(assembly, url)
    return {
        entry.source: Handout(
            thanks=desk.thanks(entry, rendered[f"{entry.source}#thanks"].html),
            mail=desk.mail(entry, rendered[f"{entry.source}#mail"].html),
            files=tuple(_files(assembly, entry)),
        )
        for entry in pages
    }


def _jobs(assembly: Assembly, pages: list[Entry]) -> Iterator[tuple[str, Job]]:
    for entry in pages:
        part = assembly.vault[entry.source]
        yield f"{entry.source}#thanks", Job(part.text, premium=True)
        yield f"{entry.source}#mail", Job(part.mail.text if part.mail else "", premium=True)


def _files(assembly: Assembly, entry: Entry) -> Iterator[Media]:
    """Yield the files byte for byte: what is promised is what arrives, pictures too."""
    for name in entry.gift.files if entry.gift else ():
        place = assembly.library.content / FILES / name
        if entry.status == "draft" and not place.is_file():
            continue  # it may still be in the making, as was said
        try:
            raw = place.read_bytes()
        except OSError as cause:
            reason = cause.strerror or cause
            assembly.problems.error(
                entry.place("file"), N_("the file cannot be read: {reason}"), reason=reason
            )
            continue
        path = PurePosixPath(name)
        digest = hashlib.sha256(raw).hexdigest()[:8]
        yield Media(f"{slugify(path.stem) or 'file'}.{digest}{path.suffix.lower()}", raw)


class _Texts:
    """Finish the two texts: addresses lead somewhere, nothing of them is public."""

    def __init__(self, assembly: Assembly, url: str) -> None:
        self.assembly, self.url = assembly, url

    def thanks(self, entry: Entry, html: str) -> str:
        """Return the text of the page; its pictures are in it, since nobody else gets them."""
        part = self.assembly.vault[entry.source]
        return self._finished(entry, html, part, self._inline)

    def mail(self, entry: Entry, html: str) -> str:
        """Return the text of the mail, every address whole."""
        part = self.assembly.vault[entry.source].mail or Premium("", 0)
        html = undecked(undress(html))
        check_shown(html, part.text, Place(entry.source, part.line), self.assembly.problems)
        return self._finished(entry, html, part, lambda *_: None, home=self.url)

    def _finished(
        self,
        entry: Entry,
        html: str,
        part: Premium,
        inline: Callable[[str], Target | None],
        home: str = "",
    ) -> str:
        targets = {
            reference: self._target(entry, reference, part, inline, home)
            for reference in references(html)
        }
        return rewrite(html, lambda reference: targets.get(reference))

    def _target(
        self,
        entry: Entry,
        reference: Reference,
        part: Premium,
        inline: Callable[[str], Target | None],
        home: str,
    ) -> Target | None:
        meaning = self.assembly.meaning(reference, entry)
        place = _place(entry, reference.value, part)
        self.assembly.warn_of_unpublished(meaning, place)
        if meaning.kind in ("entry", "path"):
            return Target(home + meaning.url)
        if meaning.kind == "broken":
            self.assembly.problems.warn(place, N_('"{value}" leads nowhere'), value=reference.value)
        if meaning.kind == "outside":
            self._outside(reference, place, home)
            return None
        found = inline(meaning.file) if meaning.file and reference.tag == "img" else None
        if meaning.kind == "file" and found is None:
            self._refuse(reference, place, in_mail=bool(home))
        return found

    def _outside(self, reference: Reference, place: Place, home: str) -> None:
        if home and reference.tag != "a":
            self._refuse(reference, place, in_mail=True)
        elif home and not urlsplit(reference.value).scheme:
            self.assembly.problems.warn(place, N_('"{value}" leads nowhere'), value=reference.value)

    def _refuse(self, reference: Reference, place: Place, *, in_mail: bool) -> None:
        message = (
            N_('"{value}" cannot stand in a mail, which loads nothing (put it under "thanks")')
            if in_mail and reference.tag != "a"
            else N_('"{value}" is not handed out by a link (name it as "file:")')
        )
        self.assembly.problems.error(place, message, value=reference.value)

    def _inline(self, name: str) -> Target | None:
        media = self.assembly.picture(name)
        if media is None or not media.width:
            return None
        kind = mimetypes.guess_type(media.name)[0] or "image/png"
        data = base64.b64encode(media.data).decode()
        return Target(f"data:{kind};base64,{data}", media.width, media.height)


def _place(entry: Entry, value: str, part: Premium) -> Place:
    at = part.text.find(value)
    return Place(entry.source, part.line + (part.text.count("\n", 0, at) if at >= 0 else 0))
