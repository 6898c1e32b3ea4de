"""Sending many objects at once, with bounded memory; the first that fails stops the rest."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias, TypeVar

from publish.contract.catalogue import N_
from publish.deploy import seeing
from publish.deploy.buckets import OBJECTS, site_key
from publish.deploy.plans import Phase, Plan
from publish.deploy.ports import Changed, Listed, Objects
from publish.deploy.release import ROOT, SHARED, Placed, PrivatePiece, PublicPiece
from publish.deploy.seeing import below, by_prefix
from publish.deploy.working import Work
from publish.trouble import Failure

WORKERS = 16
_WAITING = 4
"""So many objects a worker are on their way or next; the others are not thought of yet."""
_BREATH = 20.0
"""Seconds between two calls of `done` at most, also while one large object travels."""
Done: TypeAlias = Callable[[int], None]
T = TypeVar("T")


class Rebuilt(Failure):
    """A file is not what it was when the plan was made."""

    def __init__(self, path: str) -> None:
        super().__init__(
            N_(
                'the site was rebuilt meanwhile: "{path}" is another one now'
                " (readers see what they saw before; run it again)"
            ),
            path=path,
        )


@dataclass(frozen=True)
class Sent:
    """What travelled: objects, their bytes, and how many objects stood there already.

    `tags` are the MD5 of what was sent, by its path.
    """

    objects: int = 0
    bytes: int = 0
    standing: int = 0
    tags: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __add__(self, other: Sent) -> Sent:
        return Sent(
            self.objects + other.objects,
            self.bytes + other.bytes,
            self.standing + other.standing,
            {**self.tags, **other.tags},
        )


def send(plan: Plan, work: Work, workers: int = WORKERS) -> Sent:
    """Send what a plan says: shared assets, pages, what only the service reads, its index.

    What an earlier run left behind is not sent again. The page for what is not there is not sent
    either: it stands under a fixed key, where readers get it at once.

    Raises:
        Rebuilt: a file is not what it was.
        Lost: somebody else has taken over.
        Refused, Unreachable: see `Objects.put`.

    """
    placed = [plan.release.public[path] for path in plan.puts]
    hidden = [plan.release.private[path] for path in plan.private_puts]
    assets = [each for each in placed if each.layer == SHARED]
    pages = [each for each in placed if each.layer not in (SHARED, ROOT)]
    sending = _Sending(plan, work, workers)
    sent = sending.public("assets", assets) + sending.public("pages", pages)
    sent += sending.private(hidden)
    work.lease.keep()
    work.places.private.put_index(plan.release.id, plan.release.private)
    return sent


def read(piece: PublicPiece, sources: Mapping[str, bytes | Path]) -> bytes:
    """Return the bytes of a small piece, as the plan knew them.

    Raises:
        Rebuilt: the file is not what it was.

    """
    with _unchanged(piece.path):
        source = sources[piece.path]
        body = source if isinstance(source, bytes) else source.read_bytes()
    if hashlib.sha256(body).hexdigest() != piece.hash:
        raise Rebuilt(piece.path)
    return body


@dataclass(frozen=True)
class _Item:
    """A piece on its way, and what writes it where it belongs."""

    piece: PublicPiece | PrivatePiece
    write: Callable[[bytes | Path], None]


@dataclass(frozen=True)
class _Sending:
    """What sends pieces of a plan, many at a time."""

    plan: Plan
    work: Work
    workers: int

    def public(self, phase: Phase, pieces: Sequence[Placed]) -> Sent:
        self.work.begin(phase, len(pieces))
        site, left = self.work.places.site, list[_Item]()
        for top, some in by_prefix(pieces):
            items = {site_key(each): _Item(each.piece, partial(site.put, each)) for each in some}
            left += self._missing(site.objects, top, items, below(self.plan, top))
        return self._put(phase, left, len(pieces))

    def private(self, pieces: Sequence[PrivatePiece]) -> Sent:
        self.work.begin("private", len(pieces))
        private = self.work.places.private
        items = {private.key(each): _Item(each, partial(private.put, each)) for each in pieces}
        left = self._missing(private.objects, OBJECTS, items, len(self.plan.release.private))
        return self._put("private", left, len(pieces))

    def _missing(
        self, objects: Objects, prefix: str, items: Mapping[str, _Item], total: int
    ) -> Sequence[_Item]:
        """Return those that do not stand under their key; no listing tells with which headers."""
        if not self.work.lease.unclean:
            return list(items.values())
        other = {each.path for each in self.plan.actions if each.reason == "headers"}
        found = seeing.standing(objects, prefix, items, total)
        return [
            each
            for key, each in items.items()
            if each.piece.path in other or not _stands(found.get(key), each.piece, self.plan)
        ]

    def _put(self, phase: Phase, left: Sequence[_Item], total: int) -> Sent:
        tags: dict[str, str] = {}

        def put(item: _Item) -> None:
            path = item.piece.path
            with _unchanged(path):
                source = self.plan.sources[path]
                item.write(source)
                tags[path] = seeing.md5(source)

        def done(count: int) -> None:
            self.work.lease.keep()
            self.work.listen(phase, total - len(left) + count, total)

        in_parallel(left, put, done, self.workers)
        size = sum(each.piece.bytes for each in left)
        return Sent(len(left), size, total - len(left), tags)


def _stands(found: Listed | None, piece: PublicPiece | PrivatePiece, plan: Plan) -> bool:
    """Tell whether a piece stands there; what is told of it is compared first, then its bytes."""
    if found is None or found.bytes != piece.bytes:
        return False
    with _unchanged(piece.path):
        tag = seeing.md5(plan.sources[piece.path]) if seeing.is_md5(found.tag) else ""
    return seeing.same(found, piece.bytes, tag)


@contextlib.contextmanager
def _unchanged(path: str) -> Iterator[None]:
    """Raise what says that a file is not what it was as `Rebuilt`."""
    try:
        yield
    except (Changed, OSError) as cause:
        raise Rebuilt(path) from cause


def in_parallel(
    items: Iterable[T], work: Callable[[T], None], done: Done, workers: int = WORKERS
) -> None:
    """Do work on each item, many at a time; `done` is called in this thread.

    What goes wrong, here or in the work, stops what has not begun yet; what has begun ends first.
    """
    finished = 0
    waiting: set[Future[None]] = set()
    pool = ThreadPoolExecutor(workers)
    try:
        for item in items:
            waiting.add(pool.submit(work, item))
            while len(waiting) >= workers * _WAITING:
                finished += _reaped(waiting)
                done(finished)
        while waiting:
            finished += _reaped(waiting)
            done(finished)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _reaped(waiting: set[Future[None]]) -> int:
    """Wait for some work, take it away, and return how much it was.

    Raises:
        Exception: what went wrong in it.

    """
    ended = wait(waiting, timeout=_BREATH, return_when=FIRST_COMPLETED).done
    waiting -= ended
    for each in ended:
        each.result()
    return len(ended)
