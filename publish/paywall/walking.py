"""Walking through a partition of the store, however much is in it."""

from __future__ import annotations

from collections.abc import Iterator

from publish.paywall.ports import Item, Store

PAGE = 500


def every(store: Store, partition: str, prefix: str = "", up_to: str = "") -> Iterator[Item]:
    """Yield every object of a partition whose key begins with `prefix`, in order of the keys.

    With `up_to` only those whose key is not greater.
    """
    after = ""
    while page := store.query(partition, prefix, after=after, limit=PAGE, up_to=up_to):
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].key
