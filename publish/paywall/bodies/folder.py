"""Bodies in the folder that a build writes, or in a plain copy of one generation.

In the output of a build `current` is a link to the folder of the generation, whose name is the
release. A copy has no such link: the hash of its manifest is its release.
"""

from __future__ import annotations

import errno
import hashlib
import os
from functools import lru_cache
from pathlib import Path

from publish.paywall.bodies import paths
from publish.paywall.ports import Missing, StoreDown

_LINK = "current"
_LETTERS = 16


class FolderBodies:
    """The private part of what lies in a folder now."""

    def __init__(self, output: Path) -> None:
        self.output = output.absolute()

    def current(self) -> str:
        """Return the name of the release that is live.

        Raises:
            Missing: nothing was built yet.

        """
        return self._live().name if (self.output / _LINK).is_symlink() else self._manifest_hash()

    def read(self, release: str, path: str) -> bytes:
        """Return a file of a release.

        Raises:
            Missing: no such file, no such release any more, or a path that leads out of it.
            StoreDown: the disk does not give it.

        """
        paths.checked(release, path)
        try:
            # What is a link inside a generation must stay inside it. Strings, not paths: this is
            # most of the time that a read takes.
            root = os.path.realpath(self._folder(release), strict=True)
            file = os.path.realpath(os.path.join(root, path), strict=True)  # noqa: PTH118
            if not file.startswith(root + os.sep):
                raise Missing(f"{release!r}: {path!r}")
            return Path(file).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as cause:
            raise Missing(f"{release!r}: {path!r}") from cause
        except OSError as cause:
            if cause.errno == errno.ELOOP:
                raise Missing(f"{release!r}: {path!r}") from cause
            raise StoreDown(f"{self.output}: {cause}") from cause

    def address(self, release: str, path: str, seconds: int, name: str, kind: str) -> str:
        """Return "": whoever serves this folder can answer files of any size."""
        return ""

    def _live(self) -> Path:
        link = self.output / _LINK
        return link.parent / link.readlink()

    def _folder(self, release: str) -> Path:
        if (self.output / _LINK).is_symlink():
            return self._live().with_name(release)
        if release != self._manifest_hash():
            raise Missing(f"{release!r}: is not here any more")
        return self.output

    def _manifest_hash(self) -> str:
        manifest = self.output / "manifest.json"
        try:
            state = manifest.stat()
        except OSError as cause:
            raise Missing(f"{self.output}: holds no generation") from cause
        return _hashed(manifest, state.st_ino, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _hashed(manifest: Path, *state: int) -> str:
    """Return the hash of a manifest, read again when the file is another."""
    del state
    return hashlib.sha256(manifest.read_bytes()).hexdigest()[:_LETTERS]
