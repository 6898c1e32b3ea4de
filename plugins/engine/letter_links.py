"""The addresses in a letter: each in full, and of this site only what can be live."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from plugins.engine.assemble import PUBLIC_MEDIA
from plugins.images.media import Media, prepare
from plugins.links.resolve import Map, Meaning, resolve
from plugins.links.rewrite import Reference, Target, rewrite
from plugins.model.entries import Entry
from plugins.model.problems import Problems
from plugins.model.slugs import quoted
from publish.contract.catalogue import N_
from publish.contract.report import Place

_SERVICE = "/api/"
_FOLLOWED = ("http", "https", "mailto", "tel")
_LONG = 80
_WIDEST = 544  # pixels: the column of the theme's mails; Outlook knows no other bound


@dataclass(frozen=True)
class Need:
    """An address of this site that must be live: its path, as it is written, on which line."""

    path: str
    value: str
    line: int


class Links:
    """The addresses of one letter; `source` is where relative ones start, `homes` is the site."""

    def __init__(
        self, content: Path, site: Map, homes: tuple[str, ...], source: str, problems: Problems
    ) -> None:
        self.needs: list[Need] = []
        self._content, self._map, self._homes = content, site, homes
        self._source, self._problems = source, problems
        self._media: dict[str, Media | None] = {}

    def rewritten(self, html: str, body: str, place: Place, lang: str) -> str:
        """Return HTML with addresses in full; `body` is its Markdown and begins at `place`."""
        probe = Entry("page", self._source, "", "", "", lang, "", "", 0, ())

        def target(reference: Reference) -> Target | None:
            at = body.find(reference.value)
            line = place.line + (body.count("\n", 0, at) if at >= 0 else 0)
            return self._target(reference, probe, Place(place.path, line))

        return rewrite(html, target)

    def _target(self, reference: Reference, probe: Entry, place: Place) -> Target | None:
        value = self._own(reference.value)
        picture = reference.tag == "img"
        if picture and (value.startswith("//") or urlsplit(value).scheme):
            return self._wrong(
                value,
                place,
                N_(
                    'the picture "{value}" is not on this site, so it would not be shown or would'
                    " tell others who reads (put it beside a post, or into static/)"
                ),
            )
        if value.startswith(_SERVICE):
            return Target(self._homes[0] + value)
        meaning = self._meaning(value, probe)
        if meaning.kind == "outside":
            return self._outside(value, place)
        if meaning.file:
            return self._file(meaning.file, value, place)
        if meaning.kind == "broken" or picture:
            return self._wrong(value, place, N_('"{value}" leads nowhere'))
        return self._there(meaning.url, value, place)

    def _own(self, value: str) -> str:
        """Return an address in full that is of this site as a path."""
        for home in self._homes:
            if home and (value == home or value.startswith(f"{home}/")):
                return value.removeprefix(home) or "/"
        return value

    def _meaning(self, value: str, probe: Entry) -> Meaning:
        """Return what an address means, beside the letter or from the top of the folder."""
        found = resolve(value, probe, self._map)
        if found.kind == "broken" and not value.startswith("/"):
            return resolve(f"/{value}", probe, self._map)
        return found

    def _outside(self, value: str, place: Place) -> Target | None:
        if value.startswith("#"):
            return None
        if value.startswith("//"):
            return Target(f"https:{value}")
        if urlsplit(value).scheme.lower() not in _FOLLOWED:
            return self._wrong(value, place, N_('"{value}" is followed by no mail program'))
        return None

    def _file(self, name: str, value: str, place: Place) -> Target | None:
        if name.startswith("files/"):
            return self._wrong(
                value, place, N_('"{value}" is never public (give it away as a lead magnet)')
            )
        if name.startswith("static/"):
            return self._there(quoted(name.removeprefix("static")), value, place)
        media = self._prepared(name)
        if media is None:
            return None
        found = self._there(quoted(PUBLIC_MEDIA + media.name), value, place)
        return Target(found.url, *_fitting(media.width, media.height))

    def _prepared(self, name: str) -> Media | None:
        if name not in self._media:
            self._media[name] = None
            try:
                self._media[name] = prepare(name, (self._content / name).read_bytes())
            except (OSError, ValueError) as cause:
                message = N_("the picture cannot be read: {reason}")
                self._problems.error(Place(name), message, reason=cause)
        return self._media[name]

    def _there(self, path: str, value: str, place: Place) -> Target:
        need = Need(unquote(urlsplit(path).path), value, place.line)
        if need not in self.needs:
            self.needs.append(need)
        return Target(self._homes[0] + path)

    def _wrong(self, value: str, place: Place, message: str) -> Target | None:
        """Say what is wrong with an address, which stays as it is."""
        shown = value if len(value) < _LONG else f"{value[:_LONG]}…"
        self._problems.error(place, message, value=shown)
        return None


def _fitting(width: int, height: int) -> tuple[int, int]:
    """Return the size of a picture where it is no wider than the column."""
    return (_WIDEST, round(height * _WIDEST / width)) if width > _WIDEST else (width, height)
