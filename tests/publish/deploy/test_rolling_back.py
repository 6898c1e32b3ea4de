"""Bringing an older release back: nothing that is premium today becomes public by it."""

import json
import sys
from dataclasses import replace
from urllib.parse import quote

import pytest

from plugins.engine.lookout import look
from publish.contract.manifest import ProductText
from publish.deploy import layering, local, lookout, planning, rolling_back
from publish.deploy.applying import apply
from publish.trouble import Failure
from tests.publish.deploy import sites
from tests.publish.deploy.building import (
    fingerprinted,
    gated,
    generation,
    magnet,
    post,
    product,
)
from tests.publish.deploy.memory import in_memory

CANARY = (
    "The heron stands in the shallows until the fog has lifted, and only then does it count "
    "the eleven silver minnows that the tide forgot between the stones."
)
WORDS = f"<p>{CANARY}</p>"
TEASER = "<p>About a heron: a story for those who pay, with a picture at its end.</p>"
HOME = "<!doctype html><title>home</title><p>Welcome, stay a while and read what you like.</p>"
HERON = b"\x89PNG the heron itself"
PICTURE = fingerprinted("heron", HERON, ".png")
SHOWN = f'<img src="/{PICTURE}">'


def in_process(folder):
    """Search as the process does, without starting one."""
    answer = json.loads(json.dumps(look(folder)))
    return {name: frozenset(owners) for name, owners in answer["tainted"].items()}


class House:
    """Folders to publish into, and what readers see there."""

    def __init__(self, folder):
        self.folder, self.count = folder, 0
        self.places = in_memory()
        self.clock = sites.Clock()
        self.bundle = sites.bundle(folder)

    def publish(self, public, private=None, posts=None, products=None, **plain):
        self.count += 1
        whole = {"404.html": "<p>there is no such page</p>", "index.html": HOME, **public}
        at = generation(self.folder / str(self.count), whole, private, posts, products, **plain)
        plan = planning.plan(
            local.read(at),
            self.live(),
            now=f"2026-11-22T00:00:{self.count:02}Z",
            host="",
            bundle=self.bundle.sha256,
            insist=frozenset({"gone"}),
            kept=self.records(),
        )
        return self.apply(plan)

    def prepare(self, target, search=in_process):
        return rolling_back.prepare(
            target,
            self.places,
            now="2026-11-23T00:00:00Z",
            host="",
            bundle=self.bundle.sha256,
            search=search,
        )

    def back(self, target):
        return self.apply(self.prepare(target))

    def apply(self, plan):
        apply(plan, self.places, self.bundle, clock=self.clock, owner="test", keep=10)
        return plan.release

    def live(self):
        name = self.places.edge.live().release
        return self.places.private.record(name) if name else None

    def records(self):
        return [self.places.private.record(each) for each in self.places.private.record_tags()]

    def read(self, path):
        return sites.read(self.places, [path]).get(path, b"").decode("utf-8", "replace")

    def error_page(self):
        return self.places.site.objects.get("404.html").body.decode()

    def everything(self):
        paths = {path for each in self.records() for path in each.public}
        return sites.read(self.places, paths)

    def manifest(self):
        return json.loads(self.places.private.get(self.live().private["manifest.json"]))

    def told(self, path):
        """Return what the service reads under a private path of the live release."""
        return self.places.private.get(self.live().private[path]).decode()


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def open_post(house, **others):
    """Publish a site in which the post about the heron is free."""
    public = {"heron/index.html": f"<h1>Heron</h1>{TEASER}{WORDS}", **others}
    return house.publish(public, posts={"heron": post("/heron/")})


def gated_post(house, key="heron", url="/heron/", premium=WORDS, files=(), public=None, **others):
    """Publish a site in which it is behind the paywall."""
    entry, private = gated(url, key, premium, files)
    page = {f"{url.strip('/')}/index.html": f"<h1>Heron</h1>{TEASER}<form>buy</form>"}
    return house.publish({**page, **(public or {})}, private, {key: entry}, **others)


def canary_is_nowhere(house):
    seen = house.everything()
    assert not [path for path, body in seen.items() if b"silver minnows" in body]
    assert HERON not in seen.values()


# ---- nothing in the way -----------------------------------------------------------------------


def test_a_release_comes_back_as_it_was(house):
    first = open_post(house)
    house.publish({"index.html": "<p>another home", "new/index.html": "new", "404.html": "other"})
    plan = house.prepare(first.id)
    assert plan.release == first
    assert plan.puts == ("404.html",)
    assert plan.private_puts == ()
    house.apply(plan)
    assert house.live() == first
    assert house.read("index.html") == HOME
    assert house.read("new/index.html") == ""
    assert house.error_page() == "<p>there is no such page</p>"


def test_its_actions_say_what_changes_for_readers(house):
    first = house.publish({"old/index.html": "old"})
    house.publish({"index.html": "<p>another home", "new/index.html": "new"})
    plan = house.prepare(first.id)
    found = {(each.do, each.path): each.reason for each in plan.actions if each.where == "site"}
    assert found == {
        ("put", "index.html"): "changed",
        ("put", "old/index.html"): "new",
        ("drop", "new/index.html"): "gone",
    }
    assert {each.bytes for each in plan.actions} == {0}


def test_there_and_back_again(house):
    first = open_post(house)
    second = house.publish({"index.html": "<p>another home", "404.html": "other"})
    house.back(first.id)
    house.back(second.id)
    assert house.live() == second
    assert house.error_page() == "other"


def test_a_gated_post_that_was_gated_all_along_comes_back_with_its_older_text(house):
    first = gated_post(house, premium=f"{WORDS}<p>First edition.</p>")
    gated_post(house, premium=f"{WORDS}<p>Second edition, with more.</p>")
    house.back(first.id)
    assert house.live() == first
    assert "First edition" in house.told("private/posts/heron/fragment.html")


def test_what_readers_get_now_is_nothing_to_do(house):
    first = open_post(house)
    assert not house.prepare(first.id).changes


def test_feeds_that_change_by_it_are_told(house):
    first = house.publish({"feeds/rss.xml": "<rss version='2.0'>one", "feeds/a.xml": "<rss a=''>"})
    house.publish({"feeds/rss.xml": "<rss version='2.0'>two", "feeds/a.xml": "<rss a=''>"})
    assert house.prepare(first.id).pings == ("https://example.test/feeds/rss.xml",)


# ---- gated since ------------------------------------------------------------------------------


def test_a_post_gated_since_stays_gated(house):
    first = open_post(house, **{"index.html": "<p>the old home"})
    second = gated_post(house)
    release = house.back(first.id)
    canary_is_nowhere(house)
    assert release.based_on == first.id
    assert release.id not in (first.id, second.id)
    assert house.read("index.html") == "<p>the old home"
    assert "buy" in house.read("heron/index.html")
    assert release.gated == ("heron",)
    assert house.manifest()["posts"]["heron"]["access"] == ["paid"]
    assert CANARY in house.told("private/posts/heron/fragment.html")
    assert CANARY in house.told("private/posts/heron/page.html")


def test_nothing_but_the_manifest_travels_for_it(house):
    posts = {"heron": post("/heron/"), "fog": post("/fog/")}
    first = house.publish({"heron/index.html": WORDS, "fog/index.html": "fog"}, posts=posts)
    gated_post(house)
    plan = house.prepare(first.id)
    assert plan.puts == ()
    assert plan.private_puts == ("manifest.json",)


def test_pages_that_quote_it_are_taken_from_today_or_left_out(house):
    quoting = f"<p>Lately:</p>{WORDS}"
    first = open_post(
        house,
        **{
            "index.html": quoting,
            "feeds/rss.xml": f"<rss version='2.0'><![CDATA[{WORDS}]]></rss>",
            "feeds/feed.json": json.dumps({"x": WORDS}),
            "tags/birds/index.html": quoting,
            "fog/index.html": "<p>Fog is something else.</p>",
        },
    )
    gated_post(house, public={"feeds/rss.xml": "<rss version='2.0'>a teaser</rss>"})
    house.back(first.id)
    canary_is_nowhere(house)
    assert house.read("index.html") == HOME
    assert house.read("feeds/rss.xml") == "<rss version='2.0'>a teaser</rss>"
    assert house.read("feeds/feed.json") == house.read("tags/birds/index.html") == ""
    assert house.read("fog/index.html") == "<p>Fog is something else.</p>"


def test_a_post_gated_and_renamed_comes_back_under_its_new_name(house):
    first = open_post(house, **{"fog/index.html": "<p>fog"})
    gated_post(house, key="birds", url="/birds/")
    house.back(first.id)
    canary_is_nowhere(house)
    assert house.read("heron/index.html") == ""
    assert "buy" in house.read("birds/index.html")
    assert house.read("fog/index.html") == "<p>fog"
    assert set(house.manifest()["posts"]) == {"birds"}
    assert CANARY in house.told("private/posts/birds/fragment.html")


def test_a_post_gated_and_moved_is_where_it_is_today(house):
    first = open_post(house)
    moved = {"heron/index.html": '<meta http-equiv="refresh" content="0;url=/birds/">'}
    gated_post(house, url="/birds/", public=moved)
    house.back(first.id)
    canary_is_nowhere(house)
    assert "buy" in house.read("birds/index.html")
    assert "refresh" in house.read("heron/index.html")
    assert house.manifest()["posts"]["heron"]["url"] == "/birds/"


def test_a_post_of_which_more_is_gated_is_the_one_of_today(house):
    more = (
        "<p>Before sunrise the old ferryman rows across with forty lanterns and no passengers.</p>"
    )
    entry, private = gated("/heron/", "heron", WORDS)
    page = f"<h1>Heron</h1>{TEASER}{more}<form>buy</form>"
    first = house.publish({"heron/index.html": page}, private, {"heron": entry})
    gated_post(house, premium=more + WORDS)
    house.back(first.id)
    assert "forty lanterns" not in house.read("heron/index.html")
    assert "forty lanterns" in house.told("private/posts/heron/fragment.html")


def test_a_post_for_fewer_readers_than_before_is_for_no_more_again(house):
    entry, private = gated("/heron/", "heron", WORDS, access=("subscribers",))
    page = {"heron/index.html": TEASER}
    first = house.publish({**page, "old/index.html": "old"}, private, {"heron": entry})
    entry, private = gated("/heron/", "heron", WORDS, access=("paid",))
    house.publish(page, private, {"heron": entry})
    house.back(first.id)
    assert house.manifest()["posts"]["heron"]["access"] == ["paid"]
    assert house.read("old/index.html") == "old"


def test_a_post_gated_since_with_nothing_to_find_is_gated_all_the_same(house):
    page = {"heron/index.html": "<p>short</p>"}
    first = house.publish(page, posts={"heron": post("/heron/")})
    entry, private = gated("/heron/", "heron", "<p>short</p>")
    house.publish({"heron/index.html": "<p>buy</p>"}, private, {"heron": entry})
    house.back(first.id)
    assert house.read("heron/index.html") == "<p>buy</p>"


def test_a_post_that_is_open_again_is_open_in_older_releases_too(house):
    first = gated_post(house)
    second = open_post(house)
    house.back(first.id)
    assert house.live() == first
    assert "silver minnows" not in house.read("heron/index.html")
    house.back(second.id)  # now it is premium today
    canary_is_nowhere(house)


def test_rolling_back_again_names_the_release_that_it_was_at_first(house):
    first = open_post(house, **{"fog/index.html": "<p>fog"})
    second = gated_post(house)
    regated = house.back(first.id)
    house.back(second.id)
    assert house.prepare(regated.id).release.based_on == first.id


def test_where_all_that_differs_must_not_come_back_nothing_does(house):
    first = open_post(house)
    gated_post(house)
    again = house.back(first.id)
    assert not house.prepare(first.id).changes
    assert house.live() == again


# ---- files ------------------------------------------------------------------------------------


def test_a_picture_that_went_behind_the_paywall_does_not_come_back(house):
    first = open_post(house, **{PICTURE: HERON, "index.html": f"<p>old home</p>{SHOWN}"})
    gated_post(house, files=[(PICTURE.removeprefix("media/"), HERON)])
    assert f"shared/{PICTURE}" not in [each.key for each in house.places.site.objects.list("")]
    release = house.back(first.id)
    canary_is_nowhere(house)
    assert PICTURE not in release.public
    assert "old home" in house.read("index.html")


def test_a_picture_that_is_public_elsewhere_today_comes_back(house):
    first = open_post(house, **{PICTURE: HERON, "old/index.html": SHOWN})
    name = PICTURE.removeprefix("media/")
    gated_post(house, files=[(name, HERON)], public={PICTURE: HERON})
    release = house.back(first.id)
    assert PICTURE in release.public


def test_a_picture_outside_of_the_shared_ones_does_not_come_back(house):
    first = open_post(house, **{"birds/heron.png": HERON, "old/index.html": "old"})
    gated_post(house, files=[(PICTURE.removeprefix("media/"), HERON)])
    release = house.back(first.id)
    assert "birds/heron.png" not in release.public
    assert house.read("old/index.html") == "old"


def test_a_picture_of_a_post_gated_since_with_nothing_to_find_does_not_come_back(house):
    older = b"\x89PNG a sketch"
    sketch = fingerprinted("速写", older, ".png")
    page = {"heron/index.html": f'<img src="/{quote(sketch)}">', sketch: older}
    first = house.publish({**page, "old/index.html": "old"}, posts={"heron": post("/heron/")})
    entry, private = gated("/heron/", "heron", "<p>short</p>")
    house.publish({"heron/index.html": "<p>buy</p>"}, private, {"heron": entry})
    assert sketch not in house.back(first.id).public


TABLE = "day,minnows\n" + "".join(f"{CANARY} {n},{n}\n" for n in range(3))


def test_the_words_of_a_file_behind_the_paywall_are_searched_for(house):
    first = house.publish({"old/index.html": f"<p>{CANARY}</p>", "fog/index.html": "fog"})
    name = fingerprinted("table", TABLE, ".csv").removeprefix("media/")
    gated_post(house, premium="<p>short</p>", files=[(name, TABLE)])
    house.back(first.id)
    assert house.read("old/index.html") == ""
    assert house.read("fog/index.html") == "fog"


def test_a_file_that_a_lead_magnet_hands_out_does_not_come_back(house):
    name = fingerprinted("table", TABLE, ".csv")
    old = {name: TABLE, "old/index.html": f"<p>{CANARY}</p>", "fog/index.html": "fog"}
    first = house.publish({**old, "index.html": f'<a href="/{quote(name)}">table</a>'})
    given, pieces = magnet("table", [(name.removeprefix("media/"), TABLE)])
    house.publish({"fog/index.html": "fog"}, pieces, magnets={"table": given})
    release = house.back(first.id)
    assert name not in release.public
    assert house.read("old/index.html") == ""
    assert house.read("fog/index.html") == "fog"


def test_a_file_that_is_public_today_too_is_no_secret(house):
    first = house.publish({"old.csv": TABLE})
    path = fingerprinted("table", TABLE, ".csv")
    files = [(path.removeprefix("media/"), TABLE)]
    gated_post(house, premium="<p>short</p>", files=files, public={path: TABLE})
    house.back(first.id)
    assert house.read("old.csv") == TABLE


def test_what_everybody_may_read_today_is_no_secret(house):
    first = open_post(house, **{"old/index.html": f"<p>once more:</p>{TEASER}"})
    gated_post(house, premium=WORDS + TEASER)
    house.back(first.id)
    canary_is_nowhere(house)
    assert TEASER in house.read("old/index.html")


def test_assets_that_stand_there_are_not_sent_again(house):
    first = open_post(house, **{PICTURE: HERON})
    house.publish({"index.html": "<p>another"})
    assert house.prepare(first.id).puts == ()


def test_an_older_edition_of_a_picture_goes_with_its_post(house):
    older = b"\x89PNG a sketch of the heron"
    sketch = fingerprinted("速写", older, ".png")
    first = open_post(
        house,
        **{
            sketch: older,
            "heron/index.html": f'{WORDS}<img src="/{quote(sketch)}">',
            "fog/index.html": "fog",
        },
    )
    gated_post(house)
    release = house.back(first.id)
    assert sketch not in release.public
    assert house.read("fog/index.html") == "fog"


def test_pictures_of_other_pages_stay(house):
    fog = b"\x89PNG fog"
    shown = fingerprinted("雾", fog, ".png")
    page = f'<img src="/{quote(shown)}">'
    both = {shown: fog, "heron/index.html": f"{WORDS}{page}", "fog/index.html": page}
    first = open_post(house, **both)
    gated_post(house)
    assert shown in house.back(first.id).public


def test_todays_pages_come_with_todays_stylesheet(house):
    css = [fingerprinted("site", text, ".css").replace("media", "assets") for text in ("1", "2")]
    first = open_post(house, **{css[0]: "1"})
    gated_post(house, public={css[1]: "2"})
    assert set(css) <= set(house.back(first.id).public)


def test_an_asset_that_was_deleted_since_is_left_out(house):
    first = open_post(house, **{PICTURE: HERON, "old/index.html": SHOWN})
    house.publish({"index.html": "<p>another"})
    house.places.site.delete([f"shared/{PICTURE}"])
    release = house.back(first.id)
    assert PICTURE not in release.public
    assert house.read("old/index.html") == SHOWN


# ---- what the service answers -------------------------------------------------------------------


def feed(text):
    return {"feeds/zh/rss.xml": text}, {"zh-Hans": {"rss": "private/feeds/zh/rss.xml"}}


def test_a_private_feed_with_the_whole_text_is_the_one_of_today(house):
    private, feeds = feed(f"<rss><item>{WORDS}</item></rss>")
    posts = {"heron": post("/heron/")}
    first = house.publish({"old/index.html": "old"}, private, posts, feeds=feeds)
    private, feeds = feed("<rss><!--[open:heron]-->all<!--[/open:heron]--></rss>")
    entry, pieces = gated("/heron/", "heron", WORDS)
    house.publish({}, {**private, **pieces}, {"heron": entry}, feeds=feeds)
    house.back(first.id)
    assert "silver minnows" not in house.told("private/feeds/zh/rss.xml")
    assert house.manifest()["feeds"] == feeds
    assert house.read("old/index.html") == "old"


def test_a_private_feed_that_shows_it_to_those_who_paid_comes_back(house):
    text = f"<rss><!--[open:heron]-->{WORDS}<!--[/open:heron]-->{{}}</rss>"
    entry, pieces = gated("/heron/", "heron", WORDS)
    ids = []
    for edition in ("one", "two"):
        private, feeds = feed(text.format(edition))
        found = house.publish({}, {**private, **pieces}, {"heron": entry}, feeds=feeds)
        ids.append(found.id)
    house.back(ids[0])
    assert house.live().id == ids[0]


def test_products_of_today_are_not_forgotten_by_a_regated_release(house):
    first = house.publish(
        {"heron/index.html": WORDS},
        posts={"heron": post("/heron/")},
        products={"member": product(("letters",))},
    )
    entry, private = gated("/heron/", "heron", WORDS, access=("circle",), offers=("week",))
    house.publish(
        {"heron/index.html": TEASER},
        private,
        {"heron": entry},
        {
            "member": product(("letters", "paid")),
            "circle": product(("circle",), ("week",), "/circle/"),
        },
    )
    house.back(first.id)
    found = house.manifest()["products"]
    assert found["member"]["grants"] == ["letters", "paid"]
    assert found["circle"]["offers"][0]["id"] == "week"


def test_a_sales_page_with_a_part_for_owners_since_is_the_one_of_today(house):
    selling = f"<h1>Membership</h1>{WORDS}"
    first = house.publish(
        {"member/index.html": selling, "old/index.html": "old"}, products={"m": product()}
    )
    entry, private = gated("/member/", "x", WORDS)
    text = ProductText("t", "s", "/member/", entry.premium)
    house.publish(
        {"member/index.html": "<h1>Membership</h1>"},
        private,
        products={"m": replace(product(), texts={"zh-Hans": text})},
    )
    house.back(first.id)
    canary_is_nowhere(house)
    assert house.manifest()["products"]["m"]["texts"]["zh-Hans"]["premium"]
    assert CANARY in house.told("private/posts/x/fragment.html")
    assert house.read("old/index.html") == "old"


def test_translations_name_no_post_that_is_not_there(house):
    both = {"heron": post("/heron/"), "en/heron": post("/en/heron/")}
    both["heron"] = replace(both["heron"], translations={"en": "en/heron"})
    first = house.publish(
        {"heron/index.html": "<p>鹭</p>", "en/heron/index.html": WORDS}, posts=both
    )
    gated_post(house, key="birds", url="/birds/", public={"heron/index.html": "<p>鹭</p>"})
    house.back(first.id)
    assert house.manifest()["posts"]["heron"]["translations"] == {}


# ---- layers -----------------------------------------------------------------------------------


def test_what_no_edge_can_hold_is_gathered(house, monkeypatch):
    first = open_post(house, **{f"p/{n}/index.html": f"page {n}" for n in range(5)})
    gated_post(house, public={f"p/{n}/index.html": f"other {n}" for n in range(5)})
    monkeypatch.setattr(layering, "MOST_LAYERS", 1)
    plan = house.prepare(first.id)
    house.apply(plan)
    assert plan.release.layers == (plan.release.id,)
    assert set(plan.puts) == plan.release.public.keys() - {"404.html"}
    assert house.read("p/3/index.html") == "page 3"
    canary_is_nowhere(house)


def test_publishing_goes_on_from_there(house):
    first = open_post(house, **{"fog/index.html": "fog", "a/index.html": "a"})
    gated_post(house, public={"fog/index.html": "fog", "b/index.html": "b"})
    house.back(first.id)
    gated_post(house, public={"fog/index.html": "thick fog", "b/index.html": "b"})
    seen = {path: body.decode() for path, body in house.everything().items()}
    assert seen["fog/index.html"] == "thick fog"
    assert seen["b/index.html"] == "b"
    assert "a/index.html" not in seen
    canary_is_nowhere(house)


# ---- what today does not have any more ---------------------------------------------------------


FEED = "<rss><item><link>https://example.test/heron/</link>{}</item></rss>"


def test_what_was_gated_does_not_come_back_by_way_of_a_release_without_it(house):
    """Back to before the post was written, then forth to when it was free."""
    before = house.publish({})
    free = open_post(house, **{"feeds/rss.xml": FEED.format(WORDS), PICTURE: HERON})
    gated_post(house, files=(("heron.png", HERON),))
    house.back(before.id)
    house.back(free.id)
    canary_is_nowhere(house)
    assert house.manifest()["posts"] == {}


def test_what_was_gated_and_then_taken_away_does_not_come_back(house):
    free = open_post(house, **{"feeds/rss.xml": FEED.format(WORDS), PICTURE: HERON})
    gated_post(house, files=(("heron.png", HERON),))
    house.publish({"new/index.html": "<p>new"})
    house.back(free.id)
    canary_is_nowhere(house)


def test_what_was_gated_and_renamed_and_then_taken_away_does_not_come_back(house):
    free = open_post(house)
    gated_post(house, key="grey-heron", url="/grey-heron/")
    house.publish({})
    house.back(free.id)
    canary_is_nowhere(house)


def test_what_was_opened_again_and_then_taken_away_comes_back_open(house):
    gated_post(house)
    free = open_post(house)
    house.publish({})
    assert house.back(free.id) == replace(free, bundle=house.bundle.sha256)
    assert CANARY in house.read("heron/index.html")


def test_what_was_gated_and_then_taken_away_comes_back_gated(house):
    closed = gated_post(house)
    house.publish({})
    assert house.back(closed.id).gated == ("heron",)
    assert "<form>buy" in house.read("heron/index.html")


def test_a_feed_with_a_post_that_was_rewritten_when_it_was_gated_is_todays(house):
    """The search knows the words of today only; the feed has the post of then, whole."""
    free = open_post(house, **{"feeds/rss.xml": FEED.format(WORDS)})
    today = FEED.format(TEASER)
    gated_post(house, premium="<p>Not a word as before.</p>", public={"feeds/rss.xml": today})
    house.back(free.id)
    canary_is_nowhere(house)
    assert house.read("feeds/rss.xml") == today


# ---- refused ----------------------------------------------------------------------------------


def refused(house, target, **others):
    with pytest.raises(Failure) as caught:
        house.prepare(target, **others)
    return str(caught.value)


def test_a_release_that_is_not_there_is_refused_naming_those_that_are(house):
    assert "nothing is published yet" in refused(house, "f" * 16)
    first = open_post(house)
    text = refused(house, "f" * 16)
    assert first.id in text
    assert "f" * 16 in text


def test_another_version_of_the_service_is_refused(house):
    first = open_post(house)
    house.publish({"index.html": "<p>another"})
    house.places.private.put_record(replace(first, manifest_version=1))
    assert "version 1" in refused(house, first.id)


@pytest.mark.parametrize("which", [0, 1])
def test_a_broken_record_is_refused(house, which):
    ids = [open_post(house).id, house.publish({"index.html": "<p>another"}).id]
    found, key = house.places.private.objects.found, f"deploy/releases/{ids[which]}.json.gz"
    found[key] = replace(found[key], body=found[key].body[:100], tag="another")
    assert ids[which] in refused(house, ids[0])


def test_a_page_that_is_missing_is_refused(house):
    first = open_post(house)
    gated_post(house)
    house.places.site.delete([f"layers/{first.id}/heron/index.html"])
    assert '"heron/index.html" cannot be read' in refused(house, first.id)


DEATHS = {
    "dies": "raise SystemExit(1)",
    "is killed": "import os; os.kill(os.getpid(), 9)",
    "says nothing": "",
    "says something else": "print('[]')",
    "is of another version": 'print(\'{"version": 2, "searched": 2, "tainted": {}}\')',
    "searched too little": 'print(\'{"version": 1, "searched": 0, "tainted": {}}\')',
    "has no verdict": 'print(\'{"version": 1, "searched": 2}\')',
}


@pytest.mark.parametrize("death", DEATHS)
def test_without_a_whole_answer_of_the_search_nothing_is_rolled_back(house, death):
    first = open_post(house)
    gated_post(house)
    program = (sys.executable, "-c", DEATHS[death])
    text = refused(house, first.id, search=lambda folder: lookout.search(folder, program))
    assert "nothing is rolled back" in text


def test_a_search_that_cannot_be_started_refuses(house):
    first = open_post(house)
    gated_post(house)
    text = refused(house, first.id, search=lambda at: lookout.search(at, ("/nowhere/python",)))
    assert "nothing is rolled back" in text


def test_the_process_finds_it_and_says_none_of_the_words(house, capfd):
    first = open_post(house, **{"quote/index.html": WORDS, "fog/index.html": "fog"})
    gated_post(house)
    release = house.prepare(first.id, lookout.search).release
    assert "quote/index.html" not in release.public
    assert "fog/index.html" in release.public
    out, err = capfd.readouterr()
    assert out == err == ""
