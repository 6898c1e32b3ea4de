"""A plain tree of the public files in a folder, for any static host: GitHub Pages, Netlify, nginx.

The folder may be a checkout, with files of others in it: those are left alone. `.inkstead.json`
says which paths are ours. Only public pieces can get here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from publish.contract.catalogue import N_
from publish.deploy import guarding, headers
from publish.deploy.plain_tree import RECORD, SPARE, VERSION, Tree, ways
from publish.deploy.release import Local, PublicPiece
from publish.trouble import Failure, WrongUsage

HEADERS = "_headers"
"""The file in which Netlify and Cloudflare Pages look for headers."""
GONE, RECORD_LOST = "gone", "record"
"""What can be insisted on: that many paths go; that what stands in our way is ours."""
NOTE = N_(
    "there is no service behind a static host: nobody can buy, sign in, redeem a code or ask for a"
    " lead magnet there, and what stands behind the paywall stays at home (posts with a teaser"
    " only: {n})"
)


def plan(
    local: Local,
    folder: Path,
    *,
    insist: frozenset[str] = frozenset(),
    security: Mapping[str, str] | None = None,
) -> Tree:
    """Compare a folder with what the build made; with `security` headers for hosts that read them.

    Raises:
        WrongUsage: the folder is a file, a part of the site's own output, or holds it.
        Failure: files of others stand in the way, or too much would go.

    """
    folder = folder.resolve()
    _check_place(local, folder)
    before = _record(folder, insist)
    extra = {HEADERS: _headers(security)} if security and _no_own(local, folder, before) else {}
    pieces = {**local.public, **{path: _piece(path, raw) for path, raw in extra.items()}}
    gone = tuple(sorted(path for path in before if path not in pieces))
    if GONE not in insist:
        pages = [path for path in before if not headers.fingerprinted(path)]
        guarding.check_gone(pages, pieces)
    stands = {path: _standing(folder, path, pieces[path].bytes) for path in pieces}
    changed = [path for path, piece in pieces.items() if stands[path] != piece.hash]
    if RECORD_LOST not in insist:
        _check_foreign(folder, (path for path in changed if stands[path]), before)
    _check_ways(folder, pieces, before)
    writes = tuple(sorted(changed, key=lambda path: _turn(path, bool(stands[path]))))
    left = tuple(sorted(gone, key=headers.fingerprinted))
    return Tree(folder, local, pieces, writes, left, len(pieces) - len(writes), before, extra)


def _record(folder: Path, insist: frozenset[str]) -> Mapping[str, str]:
    """Return the paths that earlier publishes wrote, with the hashes of their bytes."""
    try:
        told = json.loads((folder / RECORD).read_bytes())
        if told["version"] == VERSION:
            return {str(path): str(digest) for path, digest in told["public"].items() if _ok(path)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    if RECORD_LOST in insist:
        return {}
    raise Failure(
        N_(
            '"{path}" cannot be read, so nobody knows which files are ours'
            " (with --insist record what stands at our paths is overwritten and nothing deleted)"
        ),
        path=folder / RECORD,
    )


def _ok(path: str) -> bool:
    """Tell whether a path stays inside: a record comes from a folder that others write to."""
    names = path.split("/")
    inside = not {"", ".", ".."} & set(names) and "\\" not in path and "\0" not in path
    return inside and names[0].lower() != ".git"  # no build made it, and nobody brings it back


def _check_place(local: Local, folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise WrongUsage(N_('"{folder}" is a file (name a folder with --to)'), folder=folder)
    path = next(iter(local.public), None)
    source = None if path is None else local.sources[path]
    if path is None or not isinstance(source, Path):
        return
    output = _output_of(source.resolve(), path)
    if output.is_relative_to(folder) or folder.is_relative_to(output):
        raise WrongUsage(
            N_(
                'folder "{folder}" and the output "{output}" lie in each other'
                " (name a folder outside it with --to)"
            ),
            folder=folder,
            output=output,
        )


def _output_of(file: Path, path: str) -> Path:
    """Return the output folder of a public file in a generation, be it the current one or a copy.

    Counted from the file's own path: a manifest.json somewhere above may be anybody's.
    """
    parts = file.parts
    if ".generations" in parts:
        return Path(*parts[: parts.index(".generations")])
    return file.parents[path.count("/") + 1]  # GENERATION/public/path


def _check_foreign(folder: Path, standing: Iterable[str], before: Mapping[str, str]) -> None:
    foreign = sorted(
        path
        for path in standing
        if path not in before and not _is_ours(folder / path, path, before)
    )
    if foreign:
        raise Failure(
            N_(
                '"{path}" is there and none of ours (files in the way: {n}; name an empty folder,'
                " take them away, or overwrite them with --insist record)"
            ),
            path=folder / foreign[0],
            n=len(foreign),
        )


def _no_own(local: Local, folder: Path, before: Mapping[str, str]) -> bool:
    """Tell whether the creator brings no headers of their own."""
    return HEADERS not in local.public and (
        HEADERS in before or not os.path.lexists(folder / HEADERS)
    )


def _is_ours(at: Path, path: str, before: Mapping[str, str]) -> bool:
    """Tell whether it is a folder that holds nothing but our files."""
    if at.is_symlink() or not at.is_dir():
        return False
    files = (each for each in at.rglob("*") if each.is_symlink() or not each.is_dir())
    return all(f"{path}/{each.relative_to(at).as_posix()}" in before for each in files)


def _check_ways(folder: Path, pieces: Iterable[str], before: Mapping[str, str]) -> None:
    """Refuse links on the way to a path, and files of others where a folder has to be."""
    seen: set[str] = set()
    for path in (*pieces, *before, f"{SPARE}/record", RECORD):
        for way in ways(path):
            if way in seen:
                continue
            seen.add(way)
            at = folder / way
            if at.is_symlink() or (at.exists() and not at.is_dir() and way not in before):
                raise Failure(
                    N_(
                        '"{path}" is a link or a file where a folder of the site has to be'
                        " (take it away, or name another folder)"
                    ),
                    path=at,
                )


def _turn(path: str, stands: bool) -> tuple[int, str]:
    """Return when a path is written: a page never before what it shows and leads to."""
    if headers.fingerprinted(path):
        return (0, path)
    if path == "index.html":
        return (3, path)
    return (2 if stands else 1, path)


def _standing(folder: Path, path: str, size: int) -> str:
    """Return the hash of what stands at a path, "" for nothing, "other" for what it cannot be."""
    file = folder / path
    if not os.path.lexists(file):
        return ""
    if file.is_symlink() or not file.is_file() or file.stat().st_size != size:
        return "other"
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _piece(path: str, raw: bytes) -> PublicPiece:
    return PublicPiece(path, hashlib.sha256(raw).hexdigest(), len(raw), *headers.of(path))


def _headers(security: Mapping[str, str]) -> bytes:
    lines = ["/*", *(f"  {name}: {value}" for name, value in sorted(security.items()))]
    return ("\n".join(lines) + "\n").encode()
