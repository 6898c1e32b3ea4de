"""The site and the service as one application: `/api/` is the service's, all else a public file.

A build switches `OUTPUT/current`: the next request has the new generation. Each request looks once
which one that is and takes all it needs from there. Where a build takes the old one away in the
middle of a request, the request is answered from the new one; a file that is being sent stays open.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from wsgiref.util import FileWrapper

from whitenoise.responders import (  # type: ignore[import-untyped]
    MissingFileError,
    NotARegularFileError,
)

from publish.deploy import headers
from publish.serving.files import Files, Unfit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

API = "/api/"
_LINK = "current"
_SAFE = ("GET", "HEAD")
_TRIES = 20
_TEXT = "text/plain; charset=utf-8"
_NO_PAGE = "There is no such page. 没有这一页。\n"
_NO_SITE = "The site is not there at the moment. 网站暂时不在。\n"
# Read at once, 1.5 times as fast as in pieces, in which waitress sends larger ones.
_SMALL = 64 * 1024
_GONE = (FileNotFoundError, MissingFileError, NotARegularFileError)

log = logging.getLogger("inkstead")


class Current:
    """The public files of the generation that is live in the output of a build, or in a copy."""

    def __init__(self, output: Path, always: Mapping[str, str]) -> None:
        self.output, self._always = output.absolute(), always
        self._lock = threading.Lock()
        self._known: tuple[str, Files] | None = None

    def __call__(self) -> Files:
        """Return the files of now.

        Raises:
            Unfit: what is there is nothing for readers.
            FileNotFoundError: nothing is there.

        """
        name, folder = self._live()
        known = self._known
        if known is None or known[0] != name:
            with self._lock:
                known = self._known
                if known is None or known[0] != name:
                    known = self._known = (name, Files(folder, self._always))
        return known[1]

    def _live(self) -> tuple[str, Path]:
        """Return what names the generation, and its own folder."""
        link = self.output / _LINK
        try:
            folder = self.output / link.readlink()
        except OSError:
            state = (self.output / "manifest.json").stat()
            return f"{state.st_ino}-{state.st_mtime_ns}-{state.st_size}", self.output
        return folder.name, folder


class Site:
    """The whole: `service` answers below /api/, `current` names the files, `always` goes with all.

    `always` are headers with lower-case names.
    """

    def __init__(
        self, current: Current, service: WSGIApplication, always: Mapping[str, str]
    ) -> None:
        self._current, self._service, self._always = current, service, always

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        told = str(environ.get("PATH_INFO", ""))
        if told.startswith(API):
            return self._service(environ, self._with_headers(start))
        if environ["REQUEST_METHOD"] not in _SAFE:
            return self._plain(405, "", environ, start, ("Allow", ", ".join(_SAFE)))
        path = told.encode("latin-1", "replace").decode("utf-8", "replace").removeprefix("/")
        for _ in range(_TRIES):  # builds may switch, and take the old one away, meanwhile
            try:
                return self._answer(self._current(), path, environ, start)
            except _GONE:
                continue
            except Unfit as cause:
                log.error("%s", cause)  # noqa: TRY400 the sentence says it all
                break
        return self._plain(503, _NO_SITE, environ, start, ("Retry-After", "5"))

    def _answer(
        self, files: Files, path: str, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        name = f"{path}index.html" if path == "" or path.endswith("/") else path
        if found := files.find(name):
            return _send(found.get_response(environ["REQUEST_METHOD"], environ), environ, start)
        if f"{name}/index.html" in files:
            query = environ.get("QUERY_STRING", "")
            to = f"/{quote(path)}/{'?' + query if query else ''}"
            return self._plain(301, "", environ, start, ("Location", to))
        if page := files.missing(path):
            answer = page.get_response(environ["REQUEST_METHOD"], {})
            answer.status = HTTPStatus.NOT_FOUND
            return _send(answer, environ, start)
        return self._plain(404, _NO_PAGE, environ, start)

    def _plain(
        self,
        status: int,
        text: str,
        environ: WSGIEnvironment,
        start: StartResponse,
        *more: tuple[str, str],
    ) -> Iterable[bytes]:
        body = text.encode()
        kept = [("Content-Type", _TEXT), ("Content-Length", str(len(body)))]
        cache = "no-store" if status >= 500 else headers.ASK
        told = [*kept, ("Cache-Control", cache), *more, *self._always.items()]
        start(f"{status} {HTTPStatus(status).phrase}", told)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _with_headers(self, start: StartResponse) -> Callable[..., Any]:
        """Return what adds our headers where the service does not name them itself."""

        def begin(status: str, told: list[tuple[str, str]], *more: Any) -> Any:
            named = {name.lower() for name, _ in told}
            ours = [each for each in self._always.items() if each[0] not in named]
            return start(status, told + ours, *more)

        return begin


def _send(answer: Any, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Send what WhiteNoise answers."""
    start(f"{answer.status.value} {answer.status.phrase}", list(answer.headers))
    if answer.file is None:
        return ()
    if int(dict(answer.headers)["Content-Length"]) <= _SMALL:
        with answer.file as file:
            return (file.read(),)
    wrapped: Iterable[bytes] = environ.get("wsgi.file_wrapper", FileWrapper)(answer.file)
    return wrapped
