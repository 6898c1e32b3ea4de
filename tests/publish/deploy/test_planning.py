"""What a publish does, decided before anything is done."""

import hashlib
from dataclasses import replace

import pytest

from publish.deploy import layering
from publish.deploy.buckets import site_key
from publish.deploy.edge_code import TooLarge, told
from publish.deploy.guarding import GuardError
from publish.deploy.headers import ASK
from publish.deploy.planning import plan
from publish.deploy.plans import Action
from publish.deploy.release import ROOT, SHARED, PrivatePiece, identity
from tests.publish.deploy.sites import Site, asset

NOW = "2026-11-22T00:00:00Z"
PAGES = {f"posts/{n}/index.html": b"page %d" % n for n in range(40)}
FIRST = Site(
    {"index.html": b"one", "404.html": b"missing", **PAGES},
    {"manifest.json": b"1", "private/posts/a/fragment.html": b"premium"},
)
PICTURE = b"a picture"
SHOWN = asset("picture.webp", PICTURE)


def made(site, live=None, insist=(), host="x.example", **others):
    local = site if not isinstance(site, Site) else site.local()
    named = {"now": NOW, "host": host, "bundle": "zip", "insist": frozenset(insist), **others}
    return plan(local, live, **named)


def done(site, live=None, **others):
    return made(site, live, insist=["gone"], **others).release


def reasons(found, where="site"):
    return {each.path: each.reason for each in found.actions if each.where == where}


def test_a_first_publish_sends_everything():
    found = made(FIRST)
    assert found.live == ""
    assert set(found.puts) == set(FIRST.public)
    assert set(found.private_puts) == set(FIRST.private)
    assert set(reasons(found).values()) == {"new"}
    assert found.release.layers == (found.release.id,)
    assert found.invalidate == ()
    assert told(found.code) == {"release": found.release.id, "host": "x.example"}
    assert found.release.public["404.html"].layer == ROOT
    assert found.release.at == NOW


def test_nothing_changed_is_nothing_to_do():
    live = done(FIRST)
    found = made(FIRST, live)
    assert not found.changes
    assert (found.actions, found.puts, found.private_puts) == ((), (), ())
    assert (found.sealed, found.invalidate, found.pings) == ((), (), ())
    assert found.code == made(FIRST).code


def test_another_bundle_alone_is_the_same_release_with_it():
    found = made(FIRST, done(FIRST), bundle="other")
    assert not found.changes
    assert found.release.bundle == "other"


def test_one_changed_page_is_all_that_travels():
    live = done(FIRST)
    found = made(FIRST.but({"index.html": b"changed"}), live)
    assert found.puts == ("index.html",)
    assert found.private_puts == ()
    assert found.actions == (Action("put", "site", "index.html", "changed", 7),)
    assert found.release.layers == (live.id, found.release.id)
    assert found.release.public["posts/1/index.html"].layer == live.id
    assert found.invalidate == ()


def test_other_headers_are_a_reason():
    live = done(FIRST)
    local = FIRST.local()
    other = replace(local.public["index.html"], cache="no-store")
    public = {**local.public, "index.html": other}
    found = made(replace(local, public=public, id="c" * 16), live)
    assert reasons(found) == {"index.html": "headers"}
    assert found.puts == ("index.html",)


def test_other_headers_of_a_shared_asset_are_forgotten_at_the_edge():
    site = FIRST.but({SHOWN: PICTURE})
    local = site.local()
    public = {**local.public, SHOWN: replace(local.public[SHOWN], cache="no-store")}
    found = made(replace(local, public=public, id="c" * 16), done(site))
    assert found.puts == (SHOWN,)
    assert found.invalidate == (f"/{SHOWN}", f"/shared/{SHOWN}")


def test_pages_that_go_are_told_to_the_edge():
    found = made(FIRST.but({"posts/1/index.html": None}), done(FIRST))
    assert found.release.gone == ("posts/1/index.html",)
    assert reasons(found) == {"posts/1/index.html": "gone"}
    assert found.puts == ()
    back = made(FIRST.but({"index.html": b"changed"}), found.release)
    assert back.release.gone == ()
    assert set(back.puts) == {"index.html", "posts/1/index.html"}


def test_a_page_that_came_and_went_is_not_told_while_the_base_is_known():
    first = done(FIRST)
    came = done(FIRST.but({"new/index.html": b"new"}), first)
    assert done(FIRST.but({"index.html": b"2"}), came, kept=[first]).gone == ()
    assert done(FIRST.but({"index.html": b"2"}), came).gone == ("new/index.html",)


def test_what_went_before_stays_gone_where_the_base_is_not_known():
    second = done(FIRST.but({"posts/1/index.html": None}), done(FIRST))
    third = done(FIRST.but(dict.fromkeys(["posts/1/index.html", "posts/2/index.html"])), second)
    assert third.gone == ("posts/1/index.html", "posts/2/index.html")


def test_no_path_of_an_older_release_is_mistaken_for_one_of_this(monkeypatch):
    honest = layering.hashed
    alike = {("0", "index.html"): "AAAAA", ("0", "posts/1/index.html"): "AAAAA"}
    monkeypatch.setattr(
        layering, "hashed", lambda salt, path: alike.get((salt, path)) or honest(salt, path)
    )
    older = done(Site({"index.html": b"one", "posts/1/index.html": b"1"}))
    live = done(Site({"index.html": b"one", "about/index.html": b"about"}))
    site = Site({"index.html": b"two", "about/index.html": b"about"})
    assert b'S="0"' in made(site, live).code
    assert b'S="1"' in made(site, live, kept=[older]).code


def test_an_error_page_that_goes_is_forgotten():
    found = made(FIRST.but({"404.html": None}), done(FIRST))
    assert found.invalidate == ("/404.html",)


def test_assets_are_shared_and_sent_once():
    live = done(FIRST.but({SHOWN: PICTURE}))
    assert site_key(live.public[SHOWN]) == f"shared/{SHOWN}"
    assert made(FIRST.but({SHOWN: PICTURE, "index.html": b"2"}), live).puts == ("index.html",)


def test_a_name_that_lies_about_its_hash_stands_in_a_layer():
    path = "assets/app.01234567.js"
    live = done(FIRST.but({path: b"one"}))
    assert live.public[path].layer == live.id
    found = made(FIRST.but({path: b"two"}), live)
    assert found.release.public[path].layer == found.release.id


def test_another_error_page_is_forgotten_at_the_edge():
    found = made(FIRST.but({"404.html": b"other"}), done(FIRST))
    assert found.puts == ("404.html",)
    assert found.invalidate == ("/404.html",)


def test_many_stale_paths_are_forgotten_all_at_once():
    pictures = {asset(f"p{n}.webp", b"%d" % n): b"%d" % n for n in range(6)}
    hidden = {f"p{n}": b"%d" % n for n in range(6)}
    found = made(FIRST.but(dict.fromkeys(pictures), **hidden), done(FIRST.but(pictures)))
    assert len(found.sealed) == 6
    assert found.invalidate == ("/*",)


def test_only_private_pieces_with_other_bytes_travel():
    live = done(FIRST)
    site = FIRST.but(copy=b"premium", other=b"more")
    found = made(site, live)
    assert found.private_puts == ("private/other",)
    actions = {each.path: each for each in found.actions}
    assert actions["private/copy"].bytes == 0
    assert actions["private/other"] == Action("put", "private", "private/other", "new", 4)
    gone = made(FIRST, found.release)
    assert reasons(gone, "private") == {"private/copy": "gone", "private/other": "gone"}


# ---- behind the paywall since -----------------------------------------------------------------


def test_an_asset_that_went_behind_the_paywall_is_sealed():
    live = done(FIRST.but({SHOWN: PICTURE}))
    found = made(FIRST.but(picture=PICTURE), live)
    assert found.sealed == (f"shared/{SHOWN}",)
    assert found.invalidate == (f"/{SHOWN}", f"/shared/{SHOWN}")
    assert reasons(found)[SHOWN] == "gated"


def test_an_asset_that_is_still_public_is_not_sealed():
    live = done(FIRST.but({SHOWN: PICTURE}))
    assert made(FIRST.but({SHOWN: PICTURE}, picture=PICTURE), live).sealed == ()
    moved = asset("copy.webp", PICTURE)
    assert made(FIRST.but({moved: PICTURE}, picture=PICTURE), live).sealed == ()


def test_an_asset_that_merely_goes_is_not_sealed():
    found = made(FIRST, done(FIRST.but({SHOWN: PICTURE})))
    assert found.sealed == ()
    assert reasons(found)[SHOWN] == "gone"


def test_an_asset_of_a_kept_release_is_sealed_once():
    oldest = done(FIRST.but({SHOWN: PICTURE}))
    live = done(FIRST, oldest)
    hidden = FIRST.but(picture=PICTURE)
    found = made(hidden, live, kept=[oldest, live])
    assert found.sealed == (f"shared/{SHOWN}",)
    later = made(hidden.but({"index.html": b"2"}), found.release, kept=[oldest, live])
    assert later.sealed == ()


def test_an_asset_that_was_public_and_private_at_once_is_sealed_when_it_is_only_private():
    both = done(FIRST.but({SHOWN: PICTURE}, picture=PICTURE))
    assert made(FIRST.but(picture=PICTURE), both).sealed == (f"shared/{SHOWN}",)


def gated(site, *ids):
    local = site.local()
    return replace(local, gated=ids)


def test_an_asset_edited_while_its_post_was_gated_is_sealed_by_its_name():
    live = done(FIRST.but({SHOWN: PICTURE}))
    other = asset("picture.webp", b"edited").removeprefix("assets/")
    site = FIRST.but(**{f"posts/a/{other}": b"edited"})
    assert made(gated(site, "a"), live).sealed == (f"shared/{SHOWN}",)
    assert made(gated(site), live).sealed == ()
    assert made(gated(site, "b"), live).sealed == ()


# ---- layers -----------------------------------------------------------------------------------


def test_layers_that_nothing_stands_in_are_left_out():
    live = first = done(FIRST)
    for number in range(5):
        live = done(FIRST.but({"index.html": b"%d" % number}), live)
    assert live.layers == (first.id, live.id)


def test_too_many_layers_are_gathered_in_a_new_base():
    site, live = FIRST, done(FIRST)
    for number in range(layering.MOST_LAYERS - 1):
        site = site.but({f"posts/{number}/index.html": b"edit"})
        live = done(site, live)
    assert len(live.layers) == layering.MOST_LAYERS
    found = made(site.but({"posts/39/index.html": b"edit"}), live)
    assert found.release.layers == (found.release.id,)
    assert set(found.puts) == {"index.html", *PAGES}
    assert reasons(found)["index.html"] == "gathered"
    assert reasons(found)["posts/39/index.html"] == "changed"


def test_more_changes_than_the_edge_can_hold_are_gathered():
    pages = {f"p/{n}/index.html": b"1" for n in range(1400)}
    site = Site({"index.html": b"1", **pages})
    live = done(site)
    few = made(site.but(dict.fromkeys(list(pages)[:1000], b"2")), live)
    assert len(few.puts) == 1000
    many = made(site.but(dict.fromkeys(pages, b"2")), live)
    assert len(many.puts) == 1401
    assert many.release.layers == (many.release.id,)


def test_a_site_that_no_layout_fits_is_refused():
    files = {f"{'a' * 90}{n}": b"bare" for n in range(100)}
    with pytest.raises(TooLarge):
        made(Site({"index.html": b"1", **files}))


# ---- feeds ------------------------------------------------------------------------------------


def test_only_feeds_whose_bytes_changed_are_told():
    feeds = {"feeds/rss.xml": b"<rss>1", "feeds/早/atom.xml": b"<feed>1", "feeds/c.xml": b"<rss>"}
    live = done(FIRST.but(feeds))
    site = FIRST.but({**feeds, "feeds/早/atom.xml": b"<feed>2", "feeds/rss.xml": b"<rss>2"})
    local = replace(site.local(), hub="https://hub.example/", url="https://x.example/")
    assert made(local, live).pings == (
        "https://x.example/feeds/rss.xml",
        "https://x.example/feeds/%E6%97%A9/atom.xml",
    )
    assert made(replace(local, hub=""), live).pings == ()  # nobody to tell


# ---- guards -----------------------------------------------------------------------------------


def refused(site, live, **others):
    with pytest.raises(GuardError) as caught:
        made(site, live, **others)
    return caught.value


def without(count, site=FIRST):
    return site.but(dict.fromkeys([f"posts/{n}/index.html" for n in range(count)]))


def test_an_empty_site_is_refused():
    assert refused(Site({}), done(FIRST)).insist == ""
    assert "first page" in str(refused(Site({"404.html": b"x"}), None, insist=["gone"]))


def test_more_than_a_tenth_of_the_pages_never_goes_by_itself():
    live = done(FIRST)  # 42 pages
    assert made(without(4), live).changes
    trouble = refused(without(5), live)
    assert trouble.insist == "gone"
    assert str(trouble).startswith('5 of 42 pages and files would go, "posts/0/index.html" among')
    assert made(without(5), live, insist=["gone"]).changes


def test_never_more_than_so_many():
    pages = {f"p/{n}/index.html": b"1" for n in range(3000)}
    site = Site({"index.html": b"1", **pages})
    live = done(site)
    paths = list(pages)
    assert made(site.but(dict.fromkeys(paths[:256])), live).changes
    assert refused(site.but(dict.fromkeys(paths[:257])), live).insist == "gone"


def test_a_tiny_site_may_lose_a_few_pages():
    small = Site({"index.html": b"1", **{f"{n}.html": b"1" for n in range(18)}})
    assert made(small.but({f"{n}.html": None for n in range(10)}), done(small)).changes
    assert refused(small.but({f"{n}.html": None for n in range(11)}), done(small)).insist == "gone"


def test_assets_that_are_named_anew_are_no_loss():
    one = {asset("p.webp", b"1%d" % n): b"1%d" % n for n in range(60)}
    two = {asset("p.webp", b"2%d" % n): b"2%d" % n for n in range(60)}
    assert made(FIRST.but(two), done(FIRST.but(one))).changes


def test_a_live_release_without_record_is_replaced_only_when_told_to():
    trouble = refused(FIRST, None, standing="f" * 16)
    assert (trouble.insist, trouble.values["release"]) == ("record", "f" * 16)
    found = made(FIRST, None, standing="f" * 16, insist=["record"])
    assert found.live == "f" * 16
    assert set(found.puts) == set(FIRST.public)
    assert found.invalidate == ("/*",)  # nobody knows what of it is behind the paywall since


def test_the_record_holds_headers_and_hashes():
    piece = done(FIRST).public["index.html"].piece
    assert (piece.hash, piece.cache) == (hashlib.sha256(b"one").hexdigest(), ASK)
    assert isinstance(done(FIRST).private["manifest.json"], PrivatePiece)
    local = FIRST.local()
    assert done(FIRST).id == identity(local.public.values(), local.private.values())
    assert SHARED not in done(FIRST).layers
