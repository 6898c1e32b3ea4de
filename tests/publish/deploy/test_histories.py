"""Whatever a site goes through, readers get one release whole: the planner and the edge together.

A dictionary stands for the bucket. After each step the real code of the edge is asked for every
path that there ever was, in node.
"""

import hashlib
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.deploy import layering
from publish.deploy.buckets import site_key
from publish.deploy.edge_code import told
from publish.deploy.planning import Around, compared, plan
from publish.deploy.release import ROOT, SHARED, PublicPiece
from tests.publish.deploy.edge_runner import running
from tests.publish.deploy.sites import Site, asset

PATHS = (
    "index.html",
    "404.html",
    "about/index.html",
    "早市/index.html",
    "早市/二/index.html",
    "a b+c/index.html",
    "100%/index.html",
    "feeds/rss.xml",
    "CNAME",
    "assets/app.01234567.js",
    "media/圆.89abcdef.webp",
    "shared/index.html",
    "layers/index.html",
)
BODIES = (b"one", b"two", b"three", b"four")
PICTURES = (b"a picture", b"another", b"a third")
KEPT = 4


@pytest.fixture(scope="module")
def edge():
    with running() as runner:
        yield runner


@st.composite
def sites(draw):
    public = draw(st.dictionaries(st.sampled_from(PATHS), st.sampled_from(BODIES)))
    public["index.html"] = draw(st.sampled_from(BODIES))
    shown = draw(st.sets(st.sampled_from(PICTURES)))
    public |= {asset("p.webp", body): body for body in shown}
    hidden = draw(st.sets(st.sampled_from(PICTURES)))
    names = {asset("p.webp", body).removeprefix("assets/"): body for body in hidden - shown}
    private = {f"private/posts/a/{name}": body for name, body in names.items()}
    return Site(public, {"manifest.json": repr((public, private)).encode(), **private})


class World:
    """A bucket, the records of the releases that are kept, the code that the edge runs."""

    def __init__(self):
        self.bucket, self.releases, self.sites = {}, [], {}
        self.code, self.live = b"", None
        self.paths = set(PATHS)

    @property
    def kept(self):
        return [each for each in self.releases if each is not self.live]

    def publish(self, site, number):
        self._do(
            plan(
                site.local(),
                self.live,
                now=f"{number:06}",
                host="",
                bundle="",
                insist=frozenset({"gone"}),
                kept=self.releases,
            ),
            site,
        )

    def roll_back(self, number):
        target = self.kept[number % len(self.kept)] if self.kept else self.live
        around = Around(self.live, tuple(self.kept), "")
        stored = self.sites[target.id]
        self._do(compared(target, around, "", stored.public, ()), stored)

    def _do(self, made, site):
        self.paths |= set(site.public)
        self._keep_live_whole(made)
        for path in made.puts:
            self.bucket[site_key(made.release.public[path])] = site.public[path]
        self.code, self.live = made.code, made.release
        for key in made.sealed:
            self.bucket.pop(key, None)
        self.sites[made.release.id] = site
        self.releases = [each for each in self.releases if each.id != made.release.id]
        self.releases.append(made.release)
        self._collect()

    def _keep_live_whole(self, made):
        """Nothing that is sent before the flip is another thing than what readers get now."""
        for path in made.puts:
            placed = made.release.public[path]
            before = self.bucket.get(site_key(placed))
            assert placed.layer == ROOT or before in (None, self._body(made, path))

    @staticmethod
    def _body(made, path):
        return made.sources[path]

    def _collect(self):
        self.releases = self.releases[-KEPT:]
        used = {site_key(each) for one in self.releases for each in one.public.values()}
        self.bucket = {key: body for key, body in self.bucket.items() if key in used}

    def read(self, edge, code):
        """Return what readers get under each path there ever was, but the error page."""
        paths = sorted(self.paths - {"404.html"})
        uris = edge.uris(code, [f"/{quote(path)}" for path in paths])
        found = {
            path: self.bucket.get(unquote(uri)[1:]) for path, uri in zip(paths, uris, strict=True)
        }
        return {path: body for path, body in found.items() if body is not None}


def without_error_page(site):
    return {path: body for path, body in site.public.items() if path != "404.html"}


STEPS = st.lists(st.one_of(sites(), st.integers(0, 9)), min_size=1, max_size=9)


@settings(max_examples=60)
@given(steps=STEPS)
def test_readers_always_get_exactly_the_last_release(edge, steps):
    world = World()
    for number, step in enumerate(steps):
        if isinstance(step, Site):
            world.publish(step, number)
        elif world.live:
            world.roll_back(step)
        else:
            continue
        check(world, edge)


def check(world, edge):
    site = world.sites[world.live.id]
    seen = world.read(edge, world.code)
    secret = {body for path, body in site.private.items() if path.startswith("private/")}
    wanted = without_error_page(site)
    sealed = {path for path in wanted if world.live.public[path].layer == SHARED}
    # An asset that was sealed in between does not come back with an older release by itself.
    assert {path: body for path, body in wanted.items() if path not in sealed - set(seen)} == {
        path: body for path, body in seen.items() if path in wanted
    }
    strays = set(seen) - set(wanted)
    assert all(layering.is_shared(piece(path, seen[path])) for path in strays)
    assert not any(seen[path] in secret for path in strays)
    assert world.bucket.get("404.html") == site.public.get("404.html") or not world.live.public.get(
        "404.html"
    )
    assert told(world.code)["release"] == world.live.id


def piece(path, body):
    return PublicPiece(path, hashlib.sha256(body).hexdigest(), len(body), "", "")


@settings(max_examples=25)
@given(first=sites(), others=st.lists(sites(), min_size=1, max_size=KEPT - 1))
def test_older_releases_stay_as_they_were_until_they_are_collected(edge, first, others):
    world = World()
    codes = []
    for number, site in enumerate([first, *others]):
        world.publish(site, number)
        codes.append((world.code, site))
    for code, site in codes:
        seen = world.read(edge, code)
        pages = {p: b for p, b in without_error_page(site).items() if not p.startswith("assets/p")}
        assert {path: seen.get(path) for path in pages} == pages


@settings(max_examples=25)
@given(steps=st.lists(sites(), min_size=2, max_size=6), most=st.integers(1, 3))
def test_gathering_changes_nothing_for_readers(edge, steps, most):
    world = World()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(layering, "MOST_LAYERS", most)
        for number, site in enumerate(steps):
            world.publish(site, number)
            assert len(world.live.layers) <= most
            check(world, edge)


def test_a_release_published_again_fills_its_old_layer(edge):
    one = Site({"index.html": b"one", "about/index.html": b"one"}, {"manifest.json": b"1"})
    two = one.but({"index.html": b"two"})
    world = World()
    for number, site in enumerate([one, two, one, two.but({"about/index.html": None}), one]):
        world.publish(site, number)
        check(world, edge)
    assert world.live.layers == (one.local().id,)


def test_the_histories_would_see_a_wrong_layer(edge):
    world = World()
    one = Site({"index.html": b"one", "about/index.html": b"one"}, {"manifest.json": b"1"})
    world.publish(one, 0)
    world.publish(one.but({"index.html": b"two"}), 1)
    base, new = (each.encode() for each in world.live.layers)
    world.code = world.code.replace(b'"%s","%s"' % (base, new), b'"%s","%s"' % (new, base))
    with pytest.raises(AssertionError):
        check(world, edge)
