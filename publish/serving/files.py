"""The public files of one generation, with the headers that the edge would give them.

The manifest says what there is: a path that it does not name is not looked for on the disk, so
nothing else can ever be asked for. WhiteNoise answers what a file is asked for: HEAD, ranges, 304.
Pages travel as they are, since a proxy in front compresses better than Python would: a page of
13 KB takes 1 ms here, and 0.4 ms is all that serving it costs.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any
from wsgiref.headers import Headers

from whitenoise.responders import Response, StaticFile  # type: ignore[import-untyped]

from publish import media_types
from publish.deploy import headers

PUBLIC = "public/"
_ETAG_LETTERS = 32


class Unfit(Exception):
    """The folder holds no generation for readers: none at all, a broken one, or a preview."""


class File(StaticFile):  # type: ignore[misc]
    """A file whose tag is its hash: the same bytes have the same, whenever they were written."""

    def get_headers(self, given: Any, files: Any) -> Headers:
        """Return its headers; times say nothing here."""
        found: Headers = super().get_headers(given, files)
        del found["Last-Modified"]
        return found

    def is_not_modified(self, environ: Mapping[str, Any]) -> bool:
        """Tell whether the reader has it; proxies that compress make a tag weak, or add to it."""
        told = str(environ.get("HTTP_IF_NONE_MATCH", ""))
        bare = self.etag.strip('"')
        tags = (each.strip().removeprefix("W/").strip('"') for each in told.split(","))
        return any(each == "*" or each.partition("-")[0] == bare for each in tags)

    def get_response(self, method: str, environ: Mapping[str, Any]) -> Response:
        """Answer; a part of other bytes than the reader has is no use to anybody."""
        if environ.get("HTTP_IF_RANGE", self.etag) != self.etag:
            environ = {name: each for name, each in environ.items() if name != "HTTP_RANGE"}
        return super().get_response(method, environ)

    def get_range_response(
        self, told: str, given: list[tuple[str, str]], file: IO[bytes] | None
    ) -> Response:
        """Answer with a part; WhiteNoise refuses parts of one byte, so that is made right here.

        Raises:
            ValueError: it is no range that is known, so the whole is answered.

        """
        size = int(Headers(given)["Content-Length"] or 0)
        start, end = self.get_byte_range(told, size)
        if not start == end < size:
            return super().get_range_response(told, given, file)
        kept = [each for each in given if each[0] != "Content-Length"]
        more = [("Content-Range", f"bytes {start}-{end}/{size}"), ("Content-Length", "1")]
        if file is None:
            return Response(HTTPStatus.PARTIAL_CONTENT, kept + more, None)
        from whitenoise.responders import SlicedFile

        return Response(HTTPStatus.PARTIAL_CONTENT, kept + more, SlicedFile(file, start, end))


class Files:
    """The public files of a folder that holds a generation; safe to use from many threads.

    Raises:
        Unfit: it holds none for readers.
        FileNotFoundError: it is gone.

    """

    def __init__(self, folder: Path, always: Mapping[str, str]) -> None:
        self.folder, self._always = folder, tuple(always.items())
        self._hashes = _public(folder / "manifest.json")
        self._known: dict[str, File] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._hashes

    def find(self, path: str) -> File | None:
        """Return a file by its path without the first slash, None where there is none.

        Raises:
            OSError: the generation is gone, or the disk does not give it.

        """
        if path not in self._hashes:
            return None
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self._made(path)
        return found

    def missing(self, path: str) -> File | None:
        """Return the nearest 404.html upwards from a path: en/404.html before 404.html."""
        steps = path.split("/")
        for count in range(len(steps) - 1, -1, -1):
            if found := self.find("/".join([*steps[:count], "404.html"])):
                return found
        return None

    def _made(self, path: str) -> File:
        file = self.folder / PUBLIC / path
        with file.open("rb") as source:
            kind, cache = headers.of(path, source.read(media_types.HEAD))
        tag = self._hashes[path][:_ETAG_LETTERS]
        own = [("Content-Type", kind), ("Cache-Control", cache), ("ETag", f'"{tag}"')]
        return File(str(file), [*own, *self._always])


def _public(manifest: Path) -> Mapping[str, str]:
    """Return the hashes of the public files, by their paths."""
    raw = manifest.read_bytes()
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        told = json.loads(raw)
        if not told["preview"]:
            named = told["files"].items()
            return {n.removeprefix(PUBLIC): str(h) for n, h in named if n.startswith(PUBLIC)}
    raise Unfit(f"{manifest}: is no manifest of a site for readers")
