"""The fonts of this machine that pictures are set in: Hei for text, Song for headings."""

from __future__ import annotations

import functools
import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PIL import ImageFont

from plugins.snippets.pictures import font_places
from plugins.snippets.pictures import known_fonts as known
from plugins.snippets.pictures.faces import PROBE, Face, Faces, covers, face_of, opened
from plugins.snippets.pictures.known_fonts import Family
from publish.contract.catalogue import N_

WISH = "INKSTEAD_FONT"
_HAN_LANGUAGES = ("zh", "ja")
_FONT_ENDINGS = (".ttf", ".otf", ".ttc", ".otc")
_MOST_IN_A_COLLECTION = 24

_NO_HAN = N_(
    "pictures need a font with Chinese characters, and none was found: install one "
    '(Debian, Ubuntu: "apt install fonts-noto-cjk"), or name one: '
    "INKSTEAD_FONT=/path/to/font.otf"
)
_NONE = N_(
    'pictures need a font, and none was found: install one (Debian, Ubuntu: "apt install '
    'fonts-dejavu"), or name one: INKSTEAD_FONT=/path/to/font.otf'
)
_UNREADABLE = N_('INKSTEAD_FONT names "{path}", which is no font that can be read')
_LACKING = N_(
    "no font on this machine has the letters {letters}: install one that has them, or name it: "
    "INKSTEAD_FONT=/path/to/font.otf"
)

Ask = Callable[[str], Sequence[str]]


class NoFont(Exception):
    """There is no font for what is to be set: a sentence of the catalogue with its values."""

    def __init__(self, message: str, **values: str) -> None:
        super().__init__(message.format(**values))
        self.message, self.values = message, values


def find(
    lang: str,
    han: bool = True,
    places: Sequence[Path] | None = None,
    environ: Mapping[str, str] = os.environ,
    ask: Ask | None = None,
) -> Faces:
    """Return the faces for a language; `han` where Chinese characters are to be set, too.

    `places` are folders that are searched, by default those of this system; `ask` lists the
    files that fontconfig knows.

    Raises:
        NoFont: there is none for that.

    """
    wish = environ.get(WISH, "")
    first = (_wished(wish),) if wish else ()
    shelf = _Shelf(
        font_places.places(environ) if places is None else places, ask or font_places.fontconfig
    )
    faces = _chosen(shelf, lang, first)
    if not faces.text:
        raise NoFont(_NONE)
    if (han or of_han(lang)) and not covers(faces.text, "永"):
        raise NoFont(_NO_HAN)
    return faces


def of_han(lang: str) -> bool:
    """Tell whether a language is set by the rules of Chinese."""
    return lang.split("-")[0] in _HAN_LANGUAGES


def demand(faces: Faces, text: str) -> None:
    """Make sure that no letter of a text is lost; pictographs may be.

    Raises:
        NoFont: some letter is in no font.

    """
    letters = sorted({each for each in text if unicodedata.category(each)[0] == "L"})
    lost = [each for each in letters if face_of(faces.text, each) is None]
    if lost:
        raise NoFont(_LACKING, letters=" ".join(lost[:8]))


def _chosen(shelf: _Shelf, lang: str, first: tuple[Face, ...]) -> Faces:
    """Return faces in the order in which a language wants them."""
    hei, hei_bold = shelf.pair(known.HEI)
    song = shelf.bold(known.SONG) or hei_bold
    if not hei and (other := shelf.anything()):
        hei = hei_bold = song = other
    sans, sans_bold = shelf.pair(known.SANS)
    serif = shelf.bold(known.SERIF) or sans_bold
    signs = tuple(face for family in known.SIGNS if (face := shelf.regular((family,))))
    mono = shelf.regular(known.MONO)

    def chain(han: Face | None, latin: Face | None) -> tuple[Face, ...]:
        latin = replace(latin, latin=True) if latin else None
        two = (han, latin) if of_han(lang) else (latin, han)
        return _once([*first, *two, *signs])

    return Faces(
        heading=_once([*chain(song, serif), *chain(hei_bold, sans_bold)]),
        text=chain(hei, sans),
        strong=chain(hei_bold, sans_bold),
        mono=_once([mono, *chain(hei, sans)]),
    )


def _once(faces: Iterable[Face | None]) -> tuple[Face, ...]:
    return tuple(dict.fromkeys(face for face in faces if face))


class _Shelf:
    """Font files by name, first those of known folders, then those that fontconfig knows."""

    def __init__(self, places: Sequence[Path], ask: Ask) -> None:
        self.ask = ask
        self.files: dict[str, str] = {}
        for place in places:
            for folder, folders, names in os.walk(place):
                folders.sort()
                self._add(str(Path(folder, name)) for name in sorted(names))
        if not (self.regular(known.HEI) and self.regular(known.SANS)):
            self._add(ask(":"))

    def _add(self, paths: Iterable[str]) -> None:
        for path in paths:
            if path.lower().endswith(_FONT_ENDINGS):
                self.files.setdefault(Path(path).name.lower(), path)

    def pair(self, families: Sequence[Family]) -> tuple[Face | None, Face | None]:
        """Return the first family that is there, and its bold or, without one, itself again."""
        for family in families:
            if face := self._face(family.regular, family, 400):
                return face, self._face(family.bold, family, 700) or face
        return None, None

    def regular(self, families: Sequence[Family]) -> Face | None:
        """Return the text weight of the first family that is there."""
        return self.pair(families)[0]

    def bold(self, families: Sequence[Family]) -> Face | None:
        """Return the heading weight of the first family that is there."""
        return self.pair(families)[1]

    def anything(self) -> Face | None:
        """Return any face with Chinese that fontconfig knows."""
        paths = (path for path in self.ask(":lang=zh-cn") if path.lower().endswith(_FONT_ENDINGS))
        return next((face for path in paths if _readable(face := Face(path))), None)

    def _face(self, name: str, family: Family, weight: int) -> Face | None:
        path = self.files.get(name.lower()) if name else None
        return _within(path, family, weight) if path else None


@functools.lru_cache(maxsize=128)
def _within(path: str, family: Family, weight: int) -> Face | None:
    """Return the face of a file that is of the wanted family and, if that is said, style."""
    styles = family.bold_styles if weight > 400 else family.regular_styles
    for index in range(_MOST_IN_A_COLLECTION):
        try:
            name, style = ImageFont.truetype(path, PROBE, index=index).getname()
        except OSError:
            return None
        if family.name in ("", name) and (not styles or style in styles):
            return Face(path, index, weight)
    return None


def _wished(path: str) -> Face:
    face = Face(path)
    if not _readable(face):
        raise NoFont(_UNREADABLE, path=path)
    return face


def _readable(face: Face) -> bool:
    try:
        opened(face, PROBE)
    except OSError:
        return False
    return True
