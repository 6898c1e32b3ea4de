"""The pictures that a post showed while everybody could read it: gated with it.

Their bytes and names tell nothing where another picture has taken their place since.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from urllib.parse import unquote

from publish.deploy import stored
from publish.deploy.places import Places
from publish.deploy.regating import page_of
from publish.deploy.release import SHARED, Local, Release
from publish.trouble import Failure

_PICTURE = re.compile(r"media/[^\s\"'<>()?#&]+")


def pictures(
    local: Local, live: Release | None, kept: Iterable[Release], places: Places
) -> frozenset[str]:
    """Return the paths of shared pictures that the pages of posts had which are gated from now on.

    Only then anything is read: their pages, as the live release and those that are kept have them.
    What cannot be read there, or is of another version, says nothing.

    Raises:
        Refused, Unreachable: see `Objects.get`.

    """
    gated = set(local.gated).difference(live.gated) if live else set()
    if not (live and gated):
        return frozenset()
    older = (each for each in (live, *kept) if each.manifest_version == local.manifest_version)
    return frozenset().union(*(_shown(gated, each, places) for each in older))


def _shown(gated: set[str], older: Release, places: Places) -> set[str]:
    found = set[str]()
    with contextlib.suppress(Failure):
        posts = stored.manifest(older, places).posts
        open_then = gated.difference(older.gated) & posts.keys()
        paths = {page_of(posts[each].url) for each in open_then} & older.public.keys()
        pages = [older.public[path] for path in sorted(paths)]
        for _, body in stored.public(older, places, pages):
            found.update(map(unquote, _PICTURE.findall(body.decode("utf-8", "replace"))))
    return {each for each in found & older.public.keys() if older.public[each].layer == SHARED}
