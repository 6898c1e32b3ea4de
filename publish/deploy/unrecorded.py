"""What stands in the site bucket of a release whose record is lost, as far as a listing tells."""

from __future__ import annotations

from publish.deploy import headers
from publish.deploy.buckets import SiteBucket
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
    public = {
        path: Placed(
            PublicPiece(path, hashes.get(headers.fingerprint(path), ""), 0, "", ""), SHARED
        )
        for path in (each.key.removeprefix(top) for each in site.objects.list(top))
    }
    return Release(release, "", "", 0, public, {}, ())
