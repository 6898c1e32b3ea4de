"""Sending many objects at once, with bounded memory; the first that fails stops the rest."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, TypeVar

from publish.contract.catalogue import N_
from publish.deploy import seeing
from publish.deploy.buckets import site_key
from publish.deploy.plans import Phase, Plan
from publish.deploy.ports import Changed, Listed
from publish.deploy.release import ROOT, SHARED, Placed, PrivatePiece, PublicPiece
from publish.deploy.seeing import OBJECTS, below, by_prefix
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
    sent = _put_public("assets", assets, plan, work, workers)
    sent += _put_public("pages", pages, plan, work, workers)
    sent += _put_private(hidden, plan, work, workers)
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


def _put_public(
    phase: Phase, pieces: Sequence[Placed], plan: Plan, work: Work, workers: int
) -> Sent:
    work.begin(phase, len(pieces))
    left = pieces
    if work.lease.unclean:
        left = [each for top, some in by_prefix(pieces) for each in _missing(plan, work, top, some)]

    tags: dict[str, str] = {}

    def put(placed: Placed) -> None:
        path = placed.piece.path
        with _unchanged(path):
            source = plan.sources[path]
            work.places.site.put(placed, source)
            tags[path] = seeing.md5(source)

    in_parallel(left, put, _told(work, phase, len(pieces), len(left)), workers)
    size = sum(each.piece.bytes for each in left)
    return Sent(len(left), size, len(pieces) - len(left), tags)


def _missing(plan: Plan, work: Work, top: str, pieces: Sequence[Placed]) -> Sequence[Placed]:
    """Return the pieces that do not stand there yet; a listing does not tell with which headers."""
    other = {each.path for each in plan.actions if each.reason == "headers"}
    keys = {site_key(each): each for each in pieces}
    found = seeing.standing(work.places.site.objects, top, keys, below(plan, top))
    return [
        each
        for key, each in keys.items()
        if each.piece.path in other or not _stands(found.get(key), each.piece, plan)
    ]


def _put_private(pieces: Sequence[PrivatePiece], plan: Plan, work: Work, workers: int) -> Sent:
    work.begin("private", len(pieces))
    private, left = work.places.private, {each.hash: each for each in pieces}
    if work.lease.unclean:
        keys = {private.key(each): each for each in left.values()}
        found = seeing.standing(private.objects, OBJECTS, keys, len(plan.release.private))
        left = {
            each.hash: each for key, each in keys.items() if not _stands(found.get(key), each, plan)
        }

    tags: dict[str, str] = {}

    def put(piece: PrivatePiece) -> None:
        with _unchanged(piece.path):
            source = plan.sources[piece.path]
            private.put(piece, source)
            tags[piece.path] = seeing.md5(source)

    in_parallel(left.values(), put, _told(work, "private", len(pieces), len(left)), workers)
    size = sum(each.bytes for each in left.values())
    return Sent(len(left), size, len(pieces) - len(left), tags)


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


def _told(work: Work, phase: Phase, total: int, left: int) -> Done:
    """Return what renews the lease and tells the listener, as often as it is called."""

    def done(count: int) -> None:
        work.lease.keep()
        work.listen(phase, total - left + count, total)

    return done


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
