"""Nothing goes live that is not there as it should be."""

import hashlib
from dataclasses import replace

import pytest

from publish.deploy.verifying import Unverified
from tests.publish.deploy import sites
from tests.publish.deploy.hooking import Calls, silence, watched
from tests.publish.deploy.sites import FIRST, PHOTO, SECOND, served


def losing(places, part, body=None):
    """Return a hook after which an object is gone, or is another one."""

    def lose(call, key):
        objects = getattr(places, call.partition(".")[0]).objects if "put" in call else None
        if call.endswith(".put") and part in key:
            found = objects.found.pop(key)
            if body is not None:
                tag = hashlib.md5(body).hexdigest()
                objects.found[key] = replace(found, body=body, tag=tag)

    return lose


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("posts/sky", None),
        ("posts/sky", b"short"),
        ("posts/sky", b"<p>the SKY"),
        ("sky.", None),
        ("site/objects/" + hashlib.sha256(PHOTO).hexdigest(), None),
        ("site/objects/" + hashlib.sha256(PHOTO).hexdigest(), PHOTO.upper()),
    ],
)
def test_what_did_not_arrive_as_it_was_sent_never_goes_live(published, part, body):
    hook = losing(published.places, part, body)
    with pytest.raises(Unverified, match="did not arrive"):
        published.publish(SECOND, watched(published.places, silence, hook))
    assert served(published.places, FIRST, SECOND) == FIRST
    published.publish(SECOND)
    assert served(published.places, FIRST, SECOND) == SECOND


def test_an_object_sent_in_parts_has_a_tag_that_tells_nothing_but_a_size(published):
    def parts(call, key):
        if call == "site.put":
            found = published.places.site.objects.found
            found[key] = replace(found[key], tag=f"{'0' * 32}-2")
            if cut:
                found[key] = replace(found[key], body=found[key].body[:-1])

    cut = [True]
    with pytest.raises(Unverified):
        published.publish(SECOND, watched(published.places, silence, parts))
    cut.clear()
    published.publish(SECOND, watched(published.places, silence, parts))
    assert served(published.places, FIRST, SECOND) == SECOND


@pytest.mark.parametrize("which", ["layers/", "site/objects/"])
def test_a_release_that_has_lost_something_is_not_rolled_back_to(published, which):
    first = sites.live(published.places)
    published.publish(SECOND.but(posts=b"x").but({"about/index.html": b"<p>about, anew"}))
    back = sites.plan(FIRST, sites.live(published.places), bundle=published.bundle.sha256)
    hidden = hashlib.sha256(FIRST.private["private/posts/club.html"]).hexdigest()
    key = f"layers/{first.id}/about/index.html" if which == "layers/" else f"site/objects/{hidden}"
    if which == "site/objects/":
        published.publish(FIRST.but({"index.html": b"<p>3"}, **{"posts/club.html": None}))
        back = sites.plan(FIRST, sites.live(published.places), bundle=published.bundle.sha256)
    for each in (published.places.site, published.places.private):
        each.delete([key])
    served_now = published.places.edge.code
    with pytest.raises(Unverified, match="not there any more"):
        published.apply(replace(back, release=first, puts=(), private_puts=()))
    assert published.places.edge.code == served_now


def test_a_live_release_without_a_record_is_looked_at_whole(published):
    published.places.private.delete([f"deploy/releases/{FIRST.local().id}.json.gz"])
    calls = Calls()
    plan = sites.plan(SECOND, None, at=published.clock(), bundle=published.bundle.sha256)
    published.apply(replace(plan, live=FIRST.local().id), watched(published.places, calls))
    assert served(published.places, FIRST, SECOND) == SECOND
