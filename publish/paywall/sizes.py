"""How large something is, as people read it."""

from __future__ import annotations


def size(count: int) -> str:
    """Return a number of bytes as it is read: "412 B", "4.2 KB", "3.0 MB"."""
    if count < 1000:
        return f"{count} B"
    for unit, bytes_ in (("KB", 1e3), ("MB", 1e6)):
        if count / bytes_ < 999.95:  # what is rounded to 1000.0 is one of the next
            return f"{count / bytes_:.1f} {unit}"
    return f"{count / 1e9:.1f} GB"
