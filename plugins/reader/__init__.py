"""Markdown as creators write it, and the reader through which Pelican gets only public parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pelican import signals
from pelican.readers import BaseReader, MarkdownReader, Readers

from plugins.model.entries import POST_FIELDS, PRODUCT_FIELDS
from plugins.model.frontmatter import decode, split
from plugins.model.marker import split_at_marker
from plugins.model.problems import Problems
from plugins.model.sources import ENDINGS
from plugins.reader.render import Job, render


class PublicReader(BaseReader):  # type: ignore[misc]
    """Reads the public part of a text, whichever generator asks.

    Our own generators get finished texts from the engine; this is for generators of other
    plugins, which would otherwise read a gated file with Pelican's own Markdown reader.
    """

    enabled = True
    file_extensions = tuple(ending.lstrip(".") for ending in ENDINGS)

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return HTML and fields of the public part.

        Raises:
            plugins.model.problems.BuildFailed: the file is not what the build would take.

        """
        problems, path = Problems(), str(source_path)
        text = decode(Path(path).read_bytes(), path, problems)
        source = split(text, path, frozenset((*POST_FIELDS, *PRODUCT_FIELDS)), problems)
        parts = split_at_marker(source.body, path, source.body_line, problems)
        problems.stop_on_errors()
        gated = str(source.fields.get("access", "public") or "public") != "public"
        public = "" if gated and parts.premium is None else parts.public
        metadata = {
            name: self.process_metadata(name, value)
            for name, value in source.fields.items()
            if isinstance(value, str)
        }
        return render(Job(public)).html, metadata


def register() -> None:
    """Take the place of Pelican's Markdown reader wherever readers are made."""
    signals.readers_init.connect(_add)


def _add(readers: Readers) -> None:
    # Pelican's own reads endings that we do not know, and would read all of such a file.
    for ending in {*PublicReader.file_extensions, *MarkdownReader.file_extensions}:
        readers.reader_classes[ending] = PublicReader
