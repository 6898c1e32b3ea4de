"""The golden files: what three Chinese and three English posts of the demo become everywhere.

make golden       writes them anew, to be read and reviewed like any other change
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from publish.contract import snippets
from tests.conftest import ROOT, build

FOLDER = ROOT / "tests" / "golden" / "snippets"
POSTS = (
    "renting-and-owning",
    "pricing",
    "markdown-guide",
    "en/renting-and-owning",
    "en/pricing",
    "en/markdown-guide",
)
SUMS = "sums.txt"


def of_kit(folder: Path) -> dict[str, str]:
    """Return what is golden of a kit: the platforms' files, and the sums with all notes."""
    kit = snippets.load(folder)
    found = {each.file: (folder / each.file).read_text("utf-8") for each in kit.platforms}
    return {**found, SUMS: "".join(map(_summed, kit.platforms))}


def _summed(platform: snippets.OnPlatform) -> str:
    lines = [f"{platform.id}: {'fits' if platform.fits else 'does not fit'}"]
    for piece in platform.pieces:
        bound = f" of {piece.most}" if piece.most else ""
        lines.append(f"  {piece.name}: {piece.count}{bound} {piece.counting}".rstrip())
    for note in platform.notes:
        lines.append(f"  {note.kind}: {note.message.format(**note.values)}")
    return "\n".join(lines) + "\n\n"


def golden(post: str) -> Mapping[str, str]:
    """Return the files that were reviewed."""
    folder = FOLDER / post.replace("/", "+")
    return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}


def write(generation: Path) -> None:
    """Write all of them anew."""
    for post in POSTS:
        folder = FOLDER / post.replace("/", "+")
        folder.mkdir(parents=True, exist_ok=True)
        fresh = of_kit(snippets.folder_of(generation, post))
        for path in folder.iterdir():
            if path.name not in fresh:
                path.unlink()
        for name, text in fresh.items():
            (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="inkstead-golden-") as place:
        write(build(ROOT / "content", Path(place) / "output"))
    sys.stdout.write(f"written: {FOLDER.relative_to(ROOT)} (read what changed: git diff)\n")
