"""Of a release whose record is lost, assets that are private since are found by their names."""

from publish.deploy import planning, unrecorded
from tests.publish.deploy import sites
from tests.publish.deploy.memory import in_memory
from tests.publish.deploy.sites import FIRST, HOST, LOGO, PHOTO, SECOND, asset


def sealed(site):
    """Return what a plan seals for a site when the first one stands there without its record."""
    where, lost = in_memory(), FIRST.local()
    for placed in sites.plan(FIRST, None).release.public.values():
        where.site.put(placed, FIRST.public[placed.piece.path])
    local = site.local()
    found = planning.plan(
        local,
        None,
        now="2026-11-22T00:00:00Z",
        host=HOST,
        bundle="",
        insist=frozenset({"record"}),
        kept=[unrecorded.assets(where.site, lost.id, local)],
        standing=lost.id,
    )
    assert set(found.puts) == set(site.public)
    return found.sealed


def test_what_is_private_since_is_sealed():
    assert sealed(SECOND) == (f"shared/{asset('garden.webp', PHOTO)}",)


def test_what_is_public_still_or_merely_gone_is_not():
    assert sealed(FIRST.but(logo=LOGO)) == ()
    assert sealed(FIRST.but({asset("garden.webp", PHOTO): None})) == ()
