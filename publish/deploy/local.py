"""What a build made, read from its folder: pieces with their hashes and headers.

The hashes of public files are those of the manifest; an upload checks them against the bytes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from publish import media_types
from publish.contract import manifest as contract
from publish.contract.catalogue import N_
from publish.contract.manifest import Manifest, ManifestError
from publish.deploy import headers
from publish.deploy.buckets import ERROR_PAGE
from publish.deploy.release import Local, PrivatePiece, PublicPiece, identity
from publish.trouble import Failure

MANIFEST = "manifest.json"
KEPT_ERROR_PAGE = f"public/{ERROR_PAGE}"
"""Where among the private pieces a release keeps its error page."""
_PUBLIC, _PRIVATE = "public", "private"
_THREADS = 8
_SOME = 64
# Neither a key of a bucket nor an address: what no name of a file on a site needs.
_ODD = re.compile(r"[\\\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_ARCHIVE = re.compile(r"feeds/(?:[^/]+/)?archive-\d+\.xml")


def read(generation: Path, deployment_hub: str = "") -> Local:
    """Read a finished generation; a build that switches meanwhile does not mix in.

    Raises:
        Failure: there is none, it is a preview or empty, or it is not what its manifest says.

    """
    try:
        return _read(_resolved(generation), deployment_hub)
    except FileNotFoundError as cause:
        raise Failure(
            N_('"{path}" went away while it was read (the site was rebuilt: run it again)'),
            path=cause.filename,
        ) from cause


def _resolved(generation: Path) -> Path:
    """Return the folder of the generation that is current now, by its own name."""
    link = generation / "current"
    try:
        root = (link if link.is_symlink() else generation).resolve(strict=True)
    except OSError:
        root = generation
    if not (root / MANIFEST).is_file():
        raise Failure(
            N_('"{folder}" holds no finished site (build it first: inkstead build)'),
            folder=generation,
        )
    return root


def _read(root: Path, hub: str) -> Local:
    manifest = _manifest(root)
    public = _public_pieces(manifest, root)
    trimmed = _trimmed(manifest)
    private = _private_pieces(root)
    if ERROR_PAGE in public:  # it stands under a fixed key: a rollback finds the older one here
        private[KEPT_ERROR_PAGE] = _kept(public[ERROR_PAGE])
    private[MANIFEST] = private_piece(MANIFEST, trimmed)
    if both := min(public.keys() & private.keys(), default=""):
        raise Failure(
            N_(
                '"{path}" is also the name of a file that only the service reads'
                " (name it otherwise: a web app manifest can be site.webmanifest)"
            ),
            path=both,
        )
    return Local(
        id=identity(public.values(), private.values()),
        engine=manifest.engine,
        manifest_version=manifest.version,
        url=manifest.site.url,
        public=public,
        private=private,
        gated=gated(manifest),
        feeds=tuple(path for path, piece in public.items() if is_main_feed(piece)),
        hub=hub,
        sources=_Sources(root, public, private, trimmed),
    )


class _Sources(Mapping[str, "bytes | Path"]):
    """Where the bytes of a generation are; a path is only made for what travels."""

    def __init__(
        self, root: Path, public: Collection[str], private: Collection[str], manifest: bytes
    ) -> None:
        self._root, self._public, self._private = root, public, private
        self._manifest = manifest

    def __getitem__(self, path: str) -> bytes | Path:
        if path == MANIFEST:
            return self._manifest
        if path in self._private:
            return self._root / path
        if path in self._public:
            return self._root / _PUBLIC / path
        raise KeyError(path)

    def __iter__(self) -> Iterator[str]:
        return iter((*self._public, *self._private))

    def __len__(self) -> int:
        return len(self._public) + len(self._private)


def _kept(error_page: PublicPiece) -> PrivatePiece:
    return PrivatePiece(KEPT_ERROR_PAGE, error_page.hash, error_page.bytes)


def private_piece(path: str, body: bytes) -> PrivatePiece:
    """Return the private piece that some bytes are under a path."""
    return PrivatePiece(path, hashlib.sha256(body).hexdigest(), len(body))


def gated(manifest: Manifest) -> tuple[str, ...]:
    """Return the ids of all posts with a premium part."""
    return tuple(sorted(each for each, post in manifest.posts.items() if post.premium))


def is_main_feed(piece: PublicPiece) -> bool:
    """Tell whether feed readers subscribe here: a feed of the site or of one of its languages.

    Those of single categories and tags are asked for now and then; archives never change.
    """
    main = piece.path.startswith("feeds/") and not _ARCHIVE.fullmatch(piece.path)
    return main and media_types.is_feed(piece.type)


def _manifest(root: Path) -> Manifest:
    try:
        manifest = contract.load(root / MANIFEST)
    except ManifestError as cause:
        raise Failure("{cause}", cause=cause) from cause
    if manifest.preview:
        raise Failure(
            N_(
                '"{folder}" was built for the preview, with drafts in it'
                " (build it for readers: inkstead build)"
            ),
            folder=root,
        )
    return manifest


def _trimmed(manifest: Manifest) -> bytes:
    """Return the manifest as the service gets it, the same bytes for the same site.

    The record of a release has the public files; when it was built changes nothing for readers.
    """
    return contract.dump(dataclasses.replace(manifest, files={}, built_at="")).encode()


def _public_pieces(manifest: Manifest, root: Path) -> dict[str, PublicPiece]:
    files = dict(_walk(root / _PUBLIC))
    named = {path.removeprefix(f"{_PUBLIC}/"): digest for path, digest in manifest.files.items()}
    if "index.html" not in files:
        raise Failure(N_("the finished site has no first page (build it again: inkstead build)"))
    if odd := min(named.keys() ^ files.keys(), default=""):
        raise Failure(
            N_(
                '"{path}" is not as the build left it: the finished site was changed by hand'
                " (build it again: inkstead build)"
            ),
            path=f"{_PUBLIC}/{odd}",
        )
    public = root / _PUBLIC
    return {path: _piece(path, named[path], public, files[path]) for path in sorted(files)}


def _piece(path: str, digest: str, root: Path, size: int) -> PublicPiece:
    head = b""
    if media_types.needs_head(path):
        with (root / path).open("rb") as source:
            head = source.read(media_types.HEAD)
    kind, cache = headers.of(path, head)
    # What is kept for ever must be named after its bytes, not only look like it.
    kept = cache != headers.FOREVER or headers.fingerprint(path) == digest[:8]
    return PublicPiece(path, digest, size, kind, cache if kept else headers.ASK)


def _private_pieces(root: Path) -> dict[str, PrivatePiece]:
    paths = sorted(f"{_PRIVATE}/{path}" for path, _ in _walk(root / _PRIVATE))
    some = (paths[start : start + _SOME] for start in range(0, len(paths), _SOME))
    with ThreadPoolExecutor(_THREADS) as pool:
        found = pool.map(lambda each: [_hashed(root, path) for path in each], some)
        return {piece.path: piece for pieces in found for piece in pieces}


def _hashed(root: Path, path: str) -> PrivatePiece:
    with open(f"{root}/{path}", "rb") as source:  # noqa: PTH123 a Path takes as long as the hash
        digest = hashlib.file_digest(source, "sha256").hexdigest()
        return PrivatePiece(path, digest, source.tell())


def _walk(root: Path) -> Iterator[tuple[str, int]]:
    """Yield every file below a folder by its path from there, with its size."""
    folders = [""] if root.is_dir() else []
    while folders:
        prefix = folders.pop()
        with os.scandir(f"{root}/{prefix}") as entries:
            for entry in entries:
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/")
                elif not entry.is_file(follow_symlinks=False) or _ODD.search(path):
                    raise _unfit(root, path)
                else:
                    yield path, entry.stat(follow_symlinks=False).st_size


def _unfit(root: Path, path: str) -> Failure:
    return Failure(
        N_(
            '"{path}" cannot be published: a link, no file, or a name that no address can have'
            " (take it away or name it otherwise)"
        ),
        path=f"{root.name}/{path}".encode("utf-8", "backslashreplace").decode(),
    )
