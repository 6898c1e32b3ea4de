"""Telling the hub of a feed that it has changed: WebSub, https://www.w3.org/TR/websub/#publishing."""

from __future__ import annotations

import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from urllib.parse import urlencode, urlsplit

from publish.deploy.ports import Unreachable

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_hub(address: str) -> bool:
    """Tell whether a hub may be told at an address: over HTTPS, or on this machine."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or parts.username:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


class Nobody:
    """No hub: feed readers find out by themselves."""

    def ping(self, feeds: Sequence[str]) -> None:
        """Tell nobody."""


class WebSub:
    """A hub that takes the address of a changed feed, one a request.

    Raises:
        ValueError: its address is neither https nor on this machine.

    """

    def __init__(self, hub: str, seconds: float = 10.0) -> None:
        if not is_hub(hub):
            raise ValueError(f'hub "{hub}" is no https address')
        self.name, self._seconds = hub, seconds

    def ping(self, feeds: Sequence[str]) -> None:
        """Tell of every feed, also after one that the hub did not take.

        Raises:
            Unreachable: it did not take some of them; the message names them.

        """
        failed = [told for feed in feeds if (told := self._tell(feed))]
        if failed:
            raise Unreachable(f'hub "{self.name}" did not take {", ".join(failed)}')

    def _tell(self, feed: str) -> str:
        """Return "" for a feed that was taken, else the feed and why not."""
        form = urlencode({"hub.mode": "publish", "hub.url": feed}).encode()
        request = urllib.request.Request(self.name, data=form, method="POST")  # noqa: S310
        try:
            with _opener.open(request, timeout=self._seconds):
                return ""
        except (OSError, HTTPException) as cause:
            if isinstance(cause, urllib.request.HTTPError):
                cause.close()
            return f'"{feed}" ({cause})'


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: a form that is sent on becomes a plain request, and tells nothing."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)
