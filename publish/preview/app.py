"""The preview as a WSGI application; what later stands beside the site is mounted by prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from publish.contract.catalogue import N_, speak
from publish.preview import dress, guard, paths
from publish.preview.guard import Asked
from publish.preview.stage import Stage

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_KEEP_ALIVE = 15.0
_SERVICE = "/api/"
_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
# Nothing of the preview is kept, taken for another type, or used by another site's page.
_ALWAYS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
)


@dataclass(frozen=True)
class Answer:
    """A response: `body` in pieces, `length` where it is known."""

    status: int
    type: str
    body: Iterable[bytes]
    length: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """What is served: the generation, the scene, the creator's language, the address.

    `mounts` are applications by the beginning of their paths. `patience` is how many seconds a
    request waits for the very first build.
    """

    generation: Path
    stage: Stage
    lang: str
    port: int
    mounts: Mapping[str, WSGIApplication] = field(default_factory=dict)
    patience: float = 0.0

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        asked = guard.asked(environ)
        events = asked.path == dress.EVENTS
        refused = guard.refusal(asked, guard.hosts(self.port), events)
        if refused:
            guard.body(environ)
            sentence = speak(self.lang).gettext(refused.message)
            sentence = sentence.format(address=self._origin)
            return _send(_whole(refused.status, _TEXT, f"{sentence}\n".encode()), asked, start)
        if asked.host.lower() != guard.own(self.port) and asked.method in guard.SAFE and not events:
            return _send(self._canonical(environ), asked, start)
        at = next((each for each in self.mounts if asked.path.startswith(each)), "")
        if at == _SERVICE and not self._ready():
            guard.body(environ)
            return _send(self._without_site(), asked, start)
        if at:
            return self._mounted(at, environ, start)
        guard.body(environ)
        return _send(self._answer(asked), asked, start)

    @property
    def _origin(self) -> str:
        return f"http://{guard.own(self.port)}"

    def _canonical(self, environ: WSGIEnvironment) -> Answer:
        """Move to the one name under which cookies and forms belong together."""
        path = quote(environ.get("PATH_INFO", "/").encode("latin-1"), safe="/:@!$&'()*+,;=~")
        query = environ.get("QUERY_STRING", "")
        where = self._origin + path + (f"?{query}" if query else "")
        return _whole(307, _TEXT, b"", {"Location": where})

    def _ready(self) -> bool:
        """Tell whether there is a site to serve, after waiting for the very first build."""
        if not self.stage.scene.built:
            self.stage.wait_for_first(self.patience)
        return self.stage.scene.good

    def _mounted(self, at: str, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Let another application answer; whole pages of the service lead to mails and sandbox."""
        if at != _SERVICE:
            return self.mounts[at](environ, start)
        told: list[Any] = []
        body = b"".join(self.mounts[at](environ, lambda *given: told.extend(given[:2])))  # type: ignore[arg-type]
        status, headers = told
        if dict(headers).get("Content-Type", "").startswith("text/html") and body:
            body = dress.with_links(body, self._links())
            headers = [(n, str(len(body)) if n == "Content-Length" else v) for n, v in headers]
        start(status, headers)
        return [body]

    def _links(self) -> str:
        life = dress.MAILS in self.mounts
        words = speak(self.lang)
        return dress.links(words, self.lang, self.mounts.keys()) if life else ""

    def _answer(self, asked: Asked) -> Answer:
        if asked.method not in guard.SAFE:
            text = speak(self.lang).gettext(N_("only /api/ takes this method"))
            return _whole(405, _TEXT, f"{text}\n".encode(), {"Allow": "GET, HEAD"})
        if asked.path == dress.EVENTS:
            return Answer(200, "text/event-stream; charset=utf-8", events(self.stage))
        if asked.path == dress.SCRIPT:
            return _whole(200, "text/javascript; charset=utf-8", dress.RELOAD.read_bytes())
        return self._page(asked) or self._page(asked) or self._missing(asked)

    def _page(self, asked: Asked) -> Answer | None:
        """Return a file of the public folder; None, too, when a switch just took it away."""
        if not self._ready():
            return self._without_site()
        found = paths.find(self.generation / "public", asked.path)
        if isinstance(found, paths.Moved):
            query = f"?{asked.query}" if asked.query else ""
            return _whole(301, _TEXT, b"", {"Location": found.path + query})
        try:
            return self._file(found.file, 200) if found else None
        except FileNotFoundError:
            return None

    def _missing(self, asked: Asked) -> Answer:
        file = paths.not_found(self.generation / "public", asked.path)
        if file:
            return self._file(file, 404)
        body = dress.plain_page(speak(self.lang), self.lang, N_("There is no such page."))
        return _whole(404, _HTML, self._dressed(body))

    def _file(self, file: Path, status: int) -> Answer:
        kind = paths.content_type(file)
        if kind == _HTML:
            return _whole(status, kind, self._dressed(file.read_bytes()))
        return Answer(status, kind, paths.chunks(file), file.stat().st_size)

    def _dressed(self, page: bytes) -> bytes:
        scene = self.stage.scene
        words = speak(self.lang)
        banner = dress.banner(words, self.lang, scene.problems) if scene.problems else ""
        return dress.dress(page, scene.revision, banner, self._links())

    def _without_site(self) -> Answer:
        scene, words = self.stage.scene, speak(self.lang)
        if scene.built:
            body = dress.failed_page(words, self.lang, scene.problems, scene.revision)
        else:
            body = dress.waiting_page(words, self.lang, scene.revision)
        return _whole(503, _HTML, body, {"Retry-After": "1"})


def events(stage: Stage, keep_alive: float = _KEEP_ALIVE) -> Iterator[bytes]:
    """Yield the revision at once and whenever it changes; a comment now and then finds the dead."""
    yield b"retry: 1000\n\n"
    listener, seen = stage.enter(), ""
    try:
        while scene := stage.wait(listener, seen, keep_alive):
            changed = scene.revision != seen
            seen = scene.revision
            yield f"data: {seen}\n\n".encode() if changed else b": here\n\n"
    finally:
        stage.leave(listener)


def _whole(status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, kind, (body,), len(body), headers or {})


def _send(answer: Answer, asked: Asked, start: Callable[..., Any]) -> Iterable[bytes]:
    length = [] if answer.length is None else [("Content-Length", str(answer.length))]
    headers = [("Content-Type", answer.type), *length, *_ALWAYS, *answer.headers.items()]
    start(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
    return () if asked.method == "HEAD" else answer.body
