"""The releases that are kept: what each of them changed, and which one readers get."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from publish.contract.catalogue import N_
from publish.deploy.places import Places
from publish.deploy.ports import Absent, Live
from publish.deploy.release import Release, ReleaseError
from publish.trouble import Failure


@dataclass(frozen=True)
class Difference:
    """How many public paths a release brought, changed and took away."""

    new: int = 0
    changed: int = 0
    gone: int = 0


_NOTHING = Live("", b"", "")


@dataclass(frozen=True)
class History:
    """All releases that can be read, the newest first; `live` is what the edge serves.

    `unread` are the names of records that cannot be read.
    """

    releases: tuple[Release, ...] = ()
    live: Live = _NOTHING
    unread: tuple[str, ...] = ()

    @property
    def now(self) -> Release | None:
        """Return the record of what readers get, None where it cannot be read."""
        return next((each for each in self.releases if each.id == self.live.release), None)

    @property
    def kept(self) -> tuple[Release, ...]:
        """Return the records of all other releases; where nothing is live none of them counts."""
        others = (each for each in self.releases if each.id != self.live.release)
        return tuple(others) if self.live.release else ()

    @property
    def lost(self) -> str:
        """Return the release that is live without a record that can be read, "" for none."""
        return "" if self.now else self.live.release

    def find(self, name: str) -> Release:
        """Return the release whose id this is, or begins with this.

        Raises:
            Failure: there is none, or more than one.

        """
        found = [each for each in self.releases if each.id.startswith(name)] if name else []
        if len(found) != 1:
            raise Failure(
                N_('"{name}" is no release that is kept (known: {known})'),
                name=name,
                known=", ".join(each.id for each in self.releases) or "–",
            )
        return found[0]

    def before(self) -> Release:
        """Return the release that was there before the one that readers get.

        Raises:
            Failure: there is none.

        """
        now = self.now
        older = [each for each in self.releases if now and each.at < now.at]
        if not older:
            raise Failure(
                N_("there is no release before the one that is live (inkstead releases lists them)")
            )
        return older[0]


def read(places: Places) -> History:
    """Look what readers get now, and read every record.

    Raises:
        Refused, Unreachable: see the ports.

    """
    live = places.edge.live()  # first: its record is among those that are read then
    found, unread = _records(places)
    found.sort(key=lambda each: (each.at, each.id), reverse=True)
    return History(tuple(found), live, tuple(unread))


def _records(places: Places) -> tuple[list[Release], list[str]]:
    """Return every record that can be read, and the names of the others.

    Releases are much alike: what is the same in several is kept once. One is read after the other,
    since a large one takes ten times its bytes while it is taken apart.
    """
    found: list[Release] = []
    unread: list[str] = []
    alike: dict[Any, Any] = {}
    with _uncollected():
        for name, tag in places.private.record_tags().items():
            try:
                found.append(_shared(places.private.record(name, tag), alike))
            except Absent:  # collected since the listing
                continue
            except ReleaseError:
                unread.append(name)
    return found, unread


def _shared(release: Release, alike: dict[Any, Any]) -> Release:
    one = alike.setdefault
    public = {one(path, path): one(each, each) for path, each in release.public.items()}
    private = {one(path, path): one(each, each) for path, each in release.private.items()}
    return replace(release, public=public, private=private)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let Python not look for garbage while a million objects come that are none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def differences(releases: Sequence[Release]) -> list[Difference | None]:
    """Return what each release changed against the next, older one; None where that is gone."""
    pairs = zip(releases, [*releases[1:], None], strict=False)
    return [difference(each, older) if older else None for each, older in pairs]


def difference(release: Release, older: Release) -> Difference:
    """Return what a release changed against another one."""
    now = {path: each.piece.same for path, each in release.public.items()}
    then = {path: each.piece.same for path, each in older.public.items()}
    changed = sum(now[path] != then[path] for path in now.keys() & then.keys())
    return Difference(len(now.keys() - then.keys()), changed, len(then.keys() - now.keys()))
