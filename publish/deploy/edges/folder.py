"""An edge in a folder: the code that would be live, and what it was told to forget."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from publish.deploy import edge_code
from publish.deploy.objects import disk
from publish.deploy.ports import Changed, Live


class FolderEdge:
    """A folder with `edge.js` and a file for each invalidation."""

    def __init__(self, path: Path) -> None:
        self.folder = path.absolute()
        self.name = str(self.folder)
        self._code = self.folder / "edge.js"
        self._lock = self.folder / "lock"

    def live(self) -> Live:
        """Return the code that is live, none where nothing was published yet.

        Raises:
            Refused, Unreachable: what the disk says.

        """
        with disk.told(self.name, "read"):
            try:
                code = self._code.read_bytes()
            except FileNotFoundError:
                code = b""
        return Live(edge_code.told(code)["release"], code, hashlib.sha256(code).hexdigest())

    def flip(self, code: bytes, seen: Live) -> None:
        """Put other code live: see `Edge.flip`.

        Raises:
            Changed: somebody else flipped.
            Refused, Unreachable: what the disk says.

        """
        with disk.told(self.name, "write"), disk.alone(self._lock):
            now = self.live()
            if now.code == code:
                return
            if now.tag != seen.tag:
                raise Changed(f'"{self.name}" serves "{now.release}", not "{seen.release}"')
            disk.write(self._code, code, self.folder / "partial")

    def invalidate(self, paths: Sequence[str], reference: str) -> None:
        """Note what is to be forgotten, once for each reference.

        Raises:
            Refused, Unreachable: what the disk says.

        """
        name = hashlib.sha256(reference.encode()).hexdigest()[:16]
        body = json.dumps(list(paths), ensure_ascii=False).encode()
        with disk.told(self.name, "write"):
            disk.write(self.folder / "invalidations" / name, body, self.folder / "partial")

    def invalidated(self) -> list[list[str]]:
        """Return what was to be forgotten, in no order."""
        folder = self.folder / "invalidations"
        return [json.loads(each.read_bytes()) for each in folder.glob("*")]
