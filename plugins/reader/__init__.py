"""Markdown as creators write it, and the reader through which Pelican gets only public parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pelican import signals
from pelican.readers import BaseReader, MarkdownReader, Readers

from plugins.model.frontmatter import Source, decode, split
from plugins.model.marker import split_at_marker
from plugins.model.marks import RENDERED, split_parts
from plugins.model.problems import Problems
from plugins.model.sources import ENDINGS, known_fields
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
        given = "magnets" in Path(path).parts
        source = split(text, path, known_fields("magnet" if given else "post"), problems)
        public = _given(source, path, problems) if given else _public(source, path, problems)
        problems.stop_on_errors()
        metadata = {
            name: self.process_metadata(name, value)
            for name, value in source.fields.items()
            if isinstance(value, str)
        }
        return RENDERED.sub("", render(Job(public)).html), metadata


def _public(source: Source, path: str, problems: Problems) -> str:
    parts = split_at_marker(source.body, path, source.body_line, problems)
    gated = str(source.fields.get("access", "public") or "public") != "public"
    return "" if gated and parts.premium is None else parts.public


def _given(source: Source, path: str, problems: Problems) -> str:
    """Return the page of a lead magnet, without what only those get who asked for it."""
    return split_parts(source.body, path, source.body_line, problems).page


def register() -> None:
    """Take the place of Pelican's Markdown reader wherever readers are made."""
    signals.readers_init.connect(_add)


def _add(readers: Readers) -> None:
    # Pelican's own reads endings that we do not know, and would read all of such a file.
    for ending in {*PublicReader.file_extensions, *MarkdownReader.file_extensions}:
        readers.reader_classes[ending] = PublicReader
