"""What an object is written from: bytes or a file, in pieces, with its hash checked meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from publish.deploy.ports import Changed, Sent

PIECE = 1024 * 1024


def pieces(sent: Sent) -> Iterator[bytes]:
    """Yield the bytes of an object, a megabyte at a time.

    Raises:
        Changed: at the end at the latest: they are not those of the hash, or the file is gone.

    """
    digest, size = hashlib.sha256(), 0
    for piece in _read(sent.body):
        digest.update(piece)
        size += len(piece)
        if size > sent.bytes:
            break
        yield piece
    if digest.hexdigest() != sent.hash or size != sent.bytes:
        raise changed(sent)


def changed(sent: Sent) -> Changed:
    """Return the error for a source that is not what it was."""
    source = sent.body if isinstance(sent.body, Path) else sent.key
    return Changed(f'"{source}" changed while it was read')


def _read(body: bytes | Path) -> Iterator[bytes]:
    if isinstance(body, bytes):
        yield from (body[at : at + PIECE] for at in range(0, len(body), PIECE))
        return
    try:
        with body.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    except OSError as cause:
        raise Changed(f'"{body}" cannot be read any more: {cause.strerror}') from cause
