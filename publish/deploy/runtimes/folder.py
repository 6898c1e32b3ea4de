"""A runtime in a folder: a file that says which bundle would run."""

from __future__ import annotations

import json
from pathlib import Path

from publish.deploy.objects import disk


class FolderRuntime:
    """A folder with `function.json`: the key and the hash of the bundle that runs."""

    def __init__(self, path: Path) -> None:
        self.folder = path.absolute()
        self.name = str(self.folder)
        self._told = self.folder / "function.json"

    def bundle(self) -> str:
        """Return the hash of the bundle that runs, "" for none.

        Raises:
            Refused, Unreachable: what the disk says.

        """
        with disk.told(self.name, "read"):
            try:
                return str(json.loads(self._told.read_bytes())["hash"])
            except FileNotFoundError:
                return ""

    def run(self, key: str, hash: str) -> None:
        """Run another bundle.

        Raises:
            Refused, Unreachable: what the disk says.

        """
        body = json.dumps({"key": key, "hash": hash}).encode()
        with disk.told(self.name, "write"):
            disk.write(self._told, body, self.folder / "partial")
