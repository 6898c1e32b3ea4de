"""What stands in the site bucket of a release whose record is lost, as far as a listing tells."""

from __future__ import annotations

from publish.deploy.buckets import SiteBucket
from publish.deploy.headers import fingerprint
from publish.deploy.release import SHARED, Local, Placed, PublicPiece, Release


def assets(site: SiteBucket, release: str, local: Local) -> Release:
    """Return a stand-in for the record: all shared assets, and no pages.

    With it a plan seals what is behind the paywall in `local`. A listing tells no hashes, but the
    names hold the beginning of them: who has a private piece that begins so is taken for the same.

    Raises:
        Refused, Unreachable: see `Objects.list`.

    """
    top = f"{SHARED}/"
    hashes = {each.hash[:8]: each.hash for each in local.private.values()}
    paths = [each.key.removeprefix(top) for each in site.objects.list(top)]
    pieces = (PublicPiece(each, hashes.get(fingerprint(each), ""), 0, "", "") for each in paths)
    public = {each.path: Placed(each, SHARED) for each in pieces}
    return Release(release, "", "", 0, public, {}, ())
