"""The Lambda bundle: the service and the libraries it needs, as one zip that is always the same.

Nothing of it depends on who builds it, when or where: files are sorted, their times and permissions
fixed, compiled files left out (they are made for one Python and one processor). boto3 is not in it,
the runtime of AWS brings its own. The time zones are: the small images of Amazon Linux came
without them once, and a receipt must not fail for a date.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

DISTRIBUTIONS = (
    "itsdangerous",
    "email-validator",
    "idna",
    "stripe",
    "requests",
    "urllib3",
    "certifi",
    "charset-normalizer",
    "typing-extensions",
    "tzdata",
)
"""What the service needs beside the standard library, each with all that it needs itself.

email-validator asks for dnspython, too, but only where it looks up domains; the service does not.
"""

HANDLER = "function.handler"
"""What Lambda is told to call."""

_HANDLER_SOURCE = '''"""Where Lambda comes in."""

from publish.paywall.roots.function import handler

__all__ = ["handler"]
'''
_OURS = ("__init__.py", "contract", "paywall")
_NOT_OURS = ("locale",)
_COMPILED = (".pyc", ".pyo", ".so", ".pyd", ".dylib")
_NEVER_RUN = (".pyi", "py.typed", "direct_url.json", "RECORD", "INSTALLER", "REQUESTED")
# Only type checkers read these descriptions of parameters, a third of the library.
_ONLY_TYPES = ("stripe/params/",)
_LICENCES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644


class BundleError(Exception):
    """The bundle cannot be built from what is installed here; the message says what is missing."""


@dataclass(frozen=True)
class Bundle:
    """A built bundle: where it lies, its hash in hexadecimal, its size."""

    path: Path
    sha256: str
    bytes: int


def build(target: Path) -> Bundle:
    """Write the bundle to a file, which appears only when it is whole.

    Raises:
        BundleError: a library is not installed, compiled only, or without its licence.
        OSError: the file cannot be written.

    """
    files = dict(sorted(_files().items()))
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, content in files.items():
                archive.writestr(_entry(name), content)
        raw = draft.read_bytes()
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return Bundle(target, hashlib.sha256(raw).hexdigest(), len(raw))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, wherever it is built
    entry.external_attr = (0o100000 | _READABLE) << 16
    return entry


def _files() -> dict[str, bytes]:
    """Return what goes in, by its name in the bundle."""
    found = {"function.py": _HANDLER_SOURCE.encode()}
    found |= {name: path.read_bytes() for name, path in _ours()}
    for name in DISTRIBUTIONS:
        found |= {inside: path.read_bytes() for inside, path in _installed(name)}
    licences = (pair for pair in _installed("inkstead") if _is_licence(pair[0]))
    return found | {inside: path.read_bytes() for inside, path in licences}


def _ours() -> Iterator[tuple[str, Path]]:
    root = Path(__file__).resolve().parents[1]
    for each in _OURS:
        place = root / each
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            inside = path.relative_to(root.parent)
            hidden = any(part.startswith(".") or part in _NOT_OURS for part in inside.parts)
            if path.is_file() and path.suffix not in _COMPILED and not hidden:
                yield inside.as_posix(), path


def _installed(name: str) -> Iterator[tuple[str, Path]]:
    """Yield the files of an installed distribution that run, and its licences.

    Raises:
        BundleError: it is not there, has no pure form, or no licence.

    """
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError as cause:
        raise BundleError(f'"{name}" is not installed here (make install)') from cause
    listed = {path.as_posix() for path in distribution.files or ()}
    licensed = False
    for inside in sorted(listed):
        _refuse_compiled_only(inside, listed)
        if _belongs(inside):
            licensed |= _is_licence(inside)
            yield inside, Path(str(distribution.locate_file(inside)))
    if not licensed:
        raise BundleError(f'"{name}" is installed without its licence')


def _belongs(inside: str) -> bool:
    path = PurePosixPath(inside)
    if ".." in path.parts or path.is_absolute() or path.suffix in _COMPILED:
        return False
    if path.name.endswith(_NEVER_RUN) or inside.startswith(_ONLY_TYPES):
        return False
    return not path.parts[0].endswith(".dist-info") or _is_licence(inside)


def _is_licence(inside: str) -> bool:
    path = PurePosixPath(inside)
    return path.parts[0].endswith(".dist-info") and path.name.upper().startswith(_LICENCES)


def _refuse_compiled_only(inside: str, listed: set[str]) -> None:
    """Let a compiled module go only where the same stands beside it in Python."""
    path = PurePosixPath(inside)
    if path.suffix not in (".so", ".pyd") or path.name.partition(".")[0].endswith("__mypyc"):
        return
    if path.with_name(path.name.partition(".")[0] + ".py").as_posix() not in listed:
        raise BundleError(f'"{inside}" is compiled, and runs nowhere but here')


def main(arguments: list[str]) -> int:
    """Build the bundle that the command line names and say what came of it."""
    if len(arguments) != 1:
        print("usage: python -m publish.deploy.bundle TARGET", file=sys.stderr)
        return 2
    try:
        bundle = build(Path(arguments[0]))
    except (BundleError, OSError) as failure:
        print(f"inkstead: {failure}", file=sys.stderr)
        return 1
    print(f"{bundle.path}  {bundle.bytes} bytes  sha256 {bundle.sha256}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
