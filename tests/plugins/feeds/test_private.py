"""Private feeds: one document for all readers, right for those who may and those who may not."""

from __future__ import annotations

import datetime
import itertools

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from plugins import feeds
from plugins.feeds.private import Lapsed, documents
from publish.contract.service import FEED_SLOTS
from publish.contract.slots import Prepared
from tests.plugins.creator import SITE
from tests.plugins.feeds.building import Finished, build, written

GATED = (
    "---\nid: {id}\ntitle: {title}\ndate: 2024-05-0{day}\naccess: paid\n---\n"
    "Teaser\n\n<!-- paywall -->\n\nRest"
)
PRODUCT = "---\nid: p\nkind: item\ngrants: [paid]\noffers:\n  - {id: o, price: {CNY: 9}}\n---\nx"
FILES = {
    "products/p.md": PRODUCT,
    "posts/a.md": GATED.format(id="a", title="Alpha", day=1),
    "posts/b.md": "---\ntitle: Beta\ndate: 2024-05-02\n---\nOpen",
    "posts/c.md": GATED.format(id="短/c--1", title="Gamma", day=3),
}
TEXTS = {
    "posts/a.md": Finished("<p>teaser of alpha</p>"),
    "posts/b.md": Finished("<p>all of beta</p>"),
    "posts/c.md": Finished("<p>teaser of gamma</p>"),
}
WHOLE = {
    "posts/a.md": '<p>teaser of alpha</p><p>rest of alpha</p><img src="/api/files/posts/a/x.png">'
    '<a href="/api/files/posts/a/y.csv">y</a><img src="/media/z.png"><script>1</script>',
    "posts/c.md": "<p>teaser of gamma</p><p>rest of gamma</p>",
}
LAPSED = Lapsed("Ended", "Renew & read on.", "Account")
OPEN_C = "open:%E7%9F%AD/c--1"


def prepared(folder, files=FILES, texts=TEXTS, whole=WHOLE, lang="en", site=SITE):
    made = build(folder, files, texts, site)
    feed = next(each for each in made.feeds if each.whole and each.lang == lang)
    return documents(made, feed, whole, "/api/files/", LAPSED), made


def filled(text, opened=(), *, lapsed=False, note="for you"):
    values = {
        "self": "https://ground.example/api/feeds/x?a=1&b=2",
        "title_note": note,
        "account": "https://ground.example/api/account",
        "key": "K-1",
        "lapsed": lapsed,
        "open:a": "a" in opened,
        OPEN_C: "c" in opened,
    }
    return Prepared(text).fill(values)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return prepared(tmp_path_factory.mktemp("feeds"))[0]


KINDS = pytest.mark.parametrize("kind", ["rss", "atom"])


@KINDS
def test_its_slots_are_those_of_the_contract_and_one_a_gated_post(both, kind):
    assert Prepared(both[kind]).names == FEED_SLOTS | {"open:a", OPEN_C}


@KINDS
@pytest.mark.parametrize(
    ("opened", "lapsed"), list(itertools.product(["", "a", "c", "ac"], [False, True]))
)
def test_every_way_of_filling_it_is_a_valid_feed(both, kind, opened, lapsed):
    text = filled(both[kind], opened, lapsed=lapsed)
    assert "[[" not in text
    assert "<!--" not in text
    etree.fromstring(text.encode())
    told = feedparser.parse(text.encode())
    assert not told.bozo
    ids = [entry.id for entry in told.entries]
    assert len(set(ids)) == len(ids) == 3 + lapsed
    assert all(entry.title and entry.link for entry in told.entries)


@KINDS
def test_those_who_may_get_all_of_it_and_others_the_teaser(both, kind):
    told = feedparser.parse(filled(both[kind], "a").encode())
    texts = {entry.title: entry.content[0].value for entry in told.entries}
    assert list(texts) == ["Gamma", "Beta", "Alpha"]
    assert "rest of alpha" in texts["Alpha"]
    assert "all of beta" in texts["Beta"]
    assert texts["Gamma"] == "<p>teaser of gamma</p>"


@KINDS
def test_nothing_premium_is_left_for_those_without_a_right(both, kind):
    text = filled(both[kind])
    assert "rest of" not in text
    assert "/api/files/" not in text
    assert "K-1" not in text


@KINDS
def test_ids_dates_and_teasers_are_those_of_the_public_feed(tmp_path, kind):
    texts, made = prepared(tmp_path)
    feeds.write(made)
    public = feedparser.parse(written(made.public)[f"feeds/en/{kind}.xml"])
    private = feedparser.parse(filled(texts[kind]).encode())
    names = ["id", "title", "link", "published", "summary", "content", "author"]
    names += ["updated"] if kind == "atom" else []
    assert [[e.get(n) for n in names] for e in private.entries] == [
        [e.get(n) for n in names] for e in public.entries
    ]
    opened = feedparser.parse(filled(texts[kind], "ac").encode())
    assert [entry.id for entry in opened.entries] == [entry.id for entry in public.entries]
    assert private.feed.title == f"{public.feed.title} · for you"
    assert private.feed.subtitle == public.feed.subtitle
    assert private.feed.updated == public.feed.updated


@KINDS
def test_it_says_its_own_address_and_no_public_one_as_its_own(both, kind):
    told = feedparser.parse(filled(both[kind]).encode())
    links = {link.rel: link.href for link in told.feed.links}
    assert links["self"] == "https://ground.example/api/feeds/x?a=1&b=2"
    assert links["alternate"] == "https://ground.example/"


@KINDS
def test_without_a_note_the_title_is_that_of_the_site(both, kind):
    assert feedparser.parse(filled(both[kind], note="").encode()).feed.title == "Ground"


@KINDS
def test_pictures_behind_the_paywall_are_signed_and_nothing_else_is(both, kind):
    told = feedparser.parse(filled(both[kind], "a").encode(), sanitize_html=False)
    html = next(e for e in told.entries if e.title == "Alpha").content[0].value
    assert 'src="https://ground.example/api/files/posts/a/x.png?key=K-1"' in html
    assert 'href="https://ground.example/api/files/posts/a/y.csv"' in html
    assert 'src="https://ground.example/media/z.png"' in html
    assert "script" not in html


@KINDS
def test_a_reader_whose_access_ended_is_told_so_first(both, kind):
    told = feedparser.parse(filled(both[kind], lapsed=True).encode())
    first = told.entries[0]
    assert (first.title, first.id) == ("Ended", "tag:ground.example,2026:notice/lapsed")
    assert first.link == "https://ground.example/api/account"
    assert "Renew &amp; read on." in first.content[0].value
    assert 'href="https://ground.example/api/account"' in first.content[0].value
    assert [entry.title for entry in told.entries[1:]] == ["Gamma", "Beta", "Alpha"]


@KINDS
def test_what_a_post_says_is_never_a_mark(tmp_path, kind):
    escaped = "<p>[[key]] &lt;!--[open:a]--&gt; &#xfdd0;key&#xfdd1; &lt;?ink x?&gt;</p>"
    site = SITE.replace('"Ground"', '"Wiki [[self]] <!--[lapsed]-->"')
    files = {
        **FILES,
        "posts/b.md": (
            "---\ntitle: '[[key]] <!--[lapsed]-->'\ndate: 2024-05-02\ntags: ['[[t]]']\n---\nx"
        ),
    }
    body = Finished(f"{escaped}<!--[lapsed]--><code>[[wiki]]</code>", summary="[[account]]")
    texts, _ = prepared(
        tmp_path, files, {**TEXTS, "posts/b.md": body}, {**WHOLE, "posts/a.md": escaped}, site=site
    )
    assert Prepared(texts[kind]).names == FEED_SLOTS - {"key"} | {"open:a", OPEN_C}
    told = feedparser.parse(filled(texts[kind], "a").encode())
    assert told.feed.title == "Wiki [[self]] <!--[lapsed]--> · for you"
    by_title = {entry.title: entry for entry in told.entries}
    said = by_title["[[key]] <!--[lapsed]-->"]
    assert "[[key]]" in said.content[0].value
    assert "<code>[[wiki]]</code>" in said.content[0].value
    assert said.summary == "[[account]]"
    assert said.tags[0].term == "[[t]]"
    assert "[[key]]" in by_title["Alpha"].content[0].value


@given(st.text(alphabet="[]<!->/?inkey key:a\ufdd0\ufdd1&;#x", max_size=40))
@settings(max_examples=60, deadline=None)
def test_no_text_whatever_makes_a_mark(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("any")
    body = Finished(f"<p>{text}</p>", summary=text, author_name=text)
    found, _ = prepared(
        folder, FILES, {**TEXTS, "posts/b.md": body}, {"posts/a.md": f"<p>{text}</p>"}
    )
    for each in found.values():
        assert Prepared(each).names <= FEED_SLOTS | {"open:a"}


def test_only_the_latest_are_there_and_undated_ones_keep_their_dates(tmp_path):
    files = {f"posts/p{n:02}.md": "Text" for n in range(25)}
    texts, made = prepared(tmp_path, files, {}, {})
    told = feedparser.parse(filled(texts["atom"]).encode())
    assert [entry.title for entry in told.entries] == [f"p{n:02}" for n in range(24, 4, -1)]
    feeds.write(made)
    public = feedparser.parse(written(made.public)["feeds/en/atom.xml"])
    assert [entry.updated for entry in told.entries] == [entry.updated for entry in public.entries]
    assert told.entries[0].updated.startswith("2000-01-01")


def test_a_site_without_posts_has_an_empty_feed(tmp_path):
    texts, _ = prepared(tmp_path, {"pages/a.md": "A"}, {}, {})
    for text in texts.values():
        told = feedparser.parse(filled(text).encode())
        assert not told.bozo
        assert told.entries == []
        assert len(feedparser.parse(filled(text, lapsed=True).encode()).entries) == 1


def test_the_same_texts_give_the_same_bytes(tmp_path):
    assert prepared(tmp_path / "a")[0] == prepared(tmp_path / "b")[0]


def test_dates_of_the_notice_are_of_the_newest_post_not_of_a_clock(both):
    told = feedparser.parse(filled(both["atom"], lapsed=True).encode())
    newest = datetime.datetime(2024, 5, 3, tzinfo=datetime.UTC).isoformat()
    assert told.entries[0].updated == told.feed.updated == newest


@KINDS
def test_no_hub_ever_learns_a_private_address(tmp_path, kind):
    """A feed reader that subscribed there would tell the hub the reader's own address."""
    site = f'{SITE}[publish]\nhub = "https://hub.example"\n'
    assert "hub" not in prepared(tmp_path, site=site)[0][kind]
