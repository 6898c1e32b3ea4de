"""The copy kits of all posts, where their pictures come from, and the ledger of what was posted.

/_snippets/                  the list
/_snippets/<post>/<file>     a kit, whose pictures begin to be made when it is opened
/_snippets/_made/<post>      JSON: whether they are being made, what is wrong, which there are
/_snippets/_posted/<post>    JSON: where the post is; POST writes it down
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from publish import syndicating
from publish.contract import snippets as contract
from publish.contract.catalogue import N_, speak
from publish.contract.manifest import ManifestError, Post, load
from publish.contract.snippets import Kit, NoKit, Picture
from publish.preview import guard, mailbox, paths, snippet_list
from publish.preview.guard import Asked
from publish.preview.pictures import Pictures
from publish.sandbox.pages import Page, nothing
from publish.trouble import Failure, WrongUsage

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PREFIX = snippet_list.PREFIX
AWAY = "inkstead.away"
"""In the environment of a request from another machine, which the site itself is not for."""

_MADE, _POSTED = "_made/", "_posted/"
_STORE = ".snippets"
_TRICKS = re.compile(r"[\\\x00-\x1f\x7f\ufffd]")
_HTML, _JSON = "text/html; charset=utf-8", "application/json"
# A kit brings its own script; its previews show the pictures of the post from where they are.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
    " img-src 'self' data: blob: http: https:; media-src http: https:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_TEXT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: http: https:"
_NO_POST = N_("there is no such post (open the list of snippets anew)")
_NO_PLATFORM = N_('"{platform}" is none of the platforms of this post')


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    type: str
    body: bytes = b""
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Snippets:
    """A WSGI application under PREFIX; `today` is the date that is written down."""

    generation: Path
    content: Path
    pictures: Pictures
    today: Callable[[], datetime.date]

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        body = guard.body(environ)
        asked, lang = guard.asked(environ), mailbox.language(environ)
        rest = unicodedata.normalize("NFC", asked.path.removeprefix(PREFIX))
        home = not environ.get(AWAY)
        # A build may switch between finding a file and reading it.
        try:
            return _send(self._answer(asked, rest, body, lang, home), asked, start)
        except FileNotFoundError:
            return _send(self._answer(asked, rest, body, lang, home), asked, start)

    def _answer(self, asked: Asked, rest: str, body: bytes, lang: str, home: bool) -> Answer:
        if rest.startswith(_POSTED):
            return self._posted(asked, rest.removeprefix(_POSTED), body, lang)
        if asked.method not in guard.SAFE:
            return Answer(405, "text/plain", headers={"Allow": "GET, HEAD"})
        if rest.startswith(_MADE):
            return self._made(rest.removeprefix(_MADE), lang)
        if not rest:
            every = "all" in dict(parse_qsl(asked.query))
            args = (self.generation, self.content, every, home)
            return _paged(snippet_list.listed(lang, *args))
        return self._file(rest, lang) or _paged(nothing(lang, PREFIX))

    # ---- kits ----

    def _file(self, rest: str, lang: str) -> Answer | None:
        post, _, name = rest.rpartition("/")
        folder = self._folder(post)
        if folder and name:
            return self._within(folder, name, lang)
        if folder:
            if not self._pictures(folder):
                self.pictures.begin(folder, lang, again=True)
            return self._within(folder, contract.INDEX, lang)
        if self._folder(rest):
            return Answer(301, "text/plain", headers={"Location": f"{PREFIX}{quote(rest)}/"})
        return None

    def _within(self, folder: Path, name: str, lang: str) -> Answer | None:
        """Return a file of a kit; a picture that is missing is waited for."""
        file = folder / name
        if name.startswith(".") or _TRICKS.search(name) or "/" in name:
            return None
        if name.endswith(".png") and not file.exists():
            self.pictures.wait(folder, lang)
        if not file.is_file() or file.is_symlink():
            return None
        policy = _POLICY if name == contract.INDEX else _TEXT_POLICY
        return Answer(
            200, paths.content_type(file), file.read_bytes(), {"Content-Security-Policy": policy}
        )

    def _folder(self, post: str) -> Path | None:
        """Return where the kit of a post lies, and never another place."""
        if _TRICKS.search(post) or any(part in ("", ".", "..") for part in post.split("/")):
            return None
        try:
            store = (self.generation / _STORE).resolve(strict=True)
            folder = contract.folder_of(self.generation, post).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            return None
        return folder if folder.parent == store and folder.is_dir() else None

    def _kit(self, post: str) -> tuple[Path, Kit] | None:
        folder = self._folder(post)
        try:
            kit = contract.load(folder) if folder else None
        except NoKit:
            return None
        return (folder, kit) if folder and kit and kit.id == post else None

    # ---- pictures ----

    def _made(self, post: str, lang: str) -> Answer:
        if not (found := self._kit(post)):
            return _refused(404, lang, _NO_POST)
        folder, kit = found
        if not kit.pictures:
            self.pictures.begin(folder, lang)
        busy = self.pictures.busy(folder)
        made = () if busy else self._pictures(folder)
        told = {"making": busy, "error": self.pictures.error(folder)}
        return _json(200, {**told, "pictures": [asdict(each) for each in made]})

    def _pictures(self, folder: Path) -> Sequence[Picture]:
        try:
            return contract.load(folder).pictures
        except NoKit:
            return ()

    # ---- the ledger ----

    def _posted(self, asked: Asked, post: str, body: bytes, lang: str) -> Answer:
        if not (found := self._kit(post)):
            return _refused(404, lang, _NO_POST)
        if asked.method not in (*guard.SAFE, "POST"):
            return Answer(405, "text/plain", headers={"Allow": "GET, HEAD, POST"})
        try:
            if asked.method == "POST":
                form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
                self._write(found[1], dict(form))
            return _json(200, {"posted": self._copies(post)})
        except (WrongUsage, Failure) as cause:
            status = 400 if isinstance(cause, WrongUsage) else 500
            return _refused(status, lang, cause.message, **cause.values)

    def _write(self, kit: Kit, form: Mapping[str, str]) -> None:
        platform = form.get("platform", "")
        if form.get("remove") == "1":
            syndicating.forget(self.content, kit.id, platform)
            return
        if platform not in {each.id for each in kit.platforms}:
            raise WrongUsage(_NO_PLATFORM, platform=platform)
        known = self._post(kit.id)
        syndicating.record(
            self.content,
            kit.id,
            platform,
            form.get("url", ""),
            self.today(),
            known.hash if known else "",
        )

    def _copies(self, post: str) -> Mapping[str, Mapping[str, Any]]:
        known = self._post(post)
        return {
            platform: {
                "url": copy.url,
                "date": copy.date,
                "old": bool(known and syndicating.is_old(copy, known)),
            }
            for platform, copy in syndicating.read(self.content).of(post).items()
        }

    def _post(self, post: str) -> Post | None:
        try:
            return load(self.generation / "manifest.json").posts.get(post)
        except ManifestError:
            return None


def _paged(page: Page) -> Answer:
    return Answer(page.status, _HTML, page.text.encode(), {"Content-Security-Policy": _TEXT_POLICY})


def _json(status: int, values: Mapping[str, Any]) -> Answer:
    return Answer(status, _JSON, json.dumps(values, ensure_ascii=False).encode())


def _refused(status: int, lang: str, message: str, **values: object) -> Answer:
    return _json(status, {"error": speak(lang).gettext(message).format(**values)})


def _send(answer: Answer, asked: Asked, start: Callable[..., Any]) -> Iterable[bytes]:
    start(
        f"{answer.status} {HTTPStatus(answer.status).phrase}",
        [
            ("Content-Type", answer.type),
            ("Content-Length", str(len(answer.body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "same-origin"),
            *(answer.headers or {}).items(),
        ],
    )
    return [] if asked.method == "HEAD" else [answer.body]
