"""Throw-away addresses: domains whose mail nobody reads twice, as a list that the build brings."""

from __future__ import annotations

import functools

from publish.paywall.releases import Release


def thrown_away(release: Release, mail: str) -> bool:
    """Tell whether the domain of a canonical address, or one above it, is on the list.

    Raises:
        Missing: the list is not where the manifest says.

    """
    labels = mail.rpartition("@")[2].split(".")
    above = {".".join(labels[at:]) for at in range(len(labels))}
    return not above.isdisjoint(_domains(release))


@functools.lru_cache(maxsize=3)
def _domains(release: Release) -> frozenset[str]:
    path = release.manifest.disposable
    return frozenset(release.read(path).decode().split()) if path else frozenset()
