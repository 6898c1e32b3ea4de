"""Objects for a rehearsal: reads go through, writes are told and do nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from publish.deploy.objects.keys import checked
from publish.deploy.ports import Found, Listed, Objects, Sent

Written: TypeAlias = tuple[Literal["put", "put_if", "delete"], str]


class DryObjects:
    """Real objects that nothing is done to; `written` says what would have been, in order."""

    def __init__(self, wrapped: Objects) -> None:
        self.name = wrapped.name
        self.written: list[Written] = []
        self._wrapped = wrapped

    def put(self, sent: Sent) -> None:
        """Note that an object would have been written."""
        self.written.append(("put", checked(sent.key)))

    def put_if(self, sent: Sent, tag: str) -> str:
        """Note that an object would have been written; its hash does for a tag."""
        self.written.append(("put_if", checked(sent.key)))
        return sent.hash

    def get(self, key: str) -> Found:
        """Return a real object.

        Raises:
            Absent, Refused, Unreachable: see `Objects.get`.

        """
        return self._wrapped.get(key)

    def list(self, prefix: str) -> Iterator[Listed]:
        """Yield real objects."""
        return self._wrapped.list(prefix)

    def folders(self, prefix: str) -> Iterator[str]:
        """Yield real names."""
        return self._wrapped.folders(prefix)

    def delete(self, keys: Iterable[str]) -> None:
        """Note that objects would have been deleted."""
        self.written.extend(("delete", checked(key)) for key in keys)
