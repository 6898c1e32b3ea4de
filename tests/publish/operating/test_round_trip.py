"""Out and in again: what an export wrote into an empty store is exported to the same bytes."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from publish.operating import (
    cells,
    moving,
    newcomers,
    reader_files,
    reader_lines,
    reader_rows,
    readers,
)
from publish.operating.moves import Terms
from publish.paywall import collecting, keys, people, rights, subscribing, suppressing
from publish.paywall.collecting import Collected
from publish.paywall.people import Person
from publish.paywall.ports import ABSENT, Put, Subscription
from publish.paywall.rights import Grant
from publish.paywall.stores.sqlite import SqliteStore
from publish.paywall.subscribing import Consent

NOW = datetime(2026, 11, 22, 3, 4, 5, 678, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
PRODUCTS = ("course", "membership", "pass")
# The site vouches for whom it confirmed itself; who gets letters has a consent of their own.
TERMS = Terms("en", "moved house")

_HARD = "=+-@'\"\t\r\n＝＋－＠,;，；、 {}[]%é杭默🎁👩‍🚀aZ09"
TEXTS = st.text(
    st.one_of(st.sampled_from(_HARD), st.characters(exclude_categories=["Cs", "Cc"])), max_size=12
)
STRIPPED = TEXTS.map(str.strip)
NAMES = st.sampled_from(["", "Lin", "林默", "-Jo", "'Aziz", "’t Hooft", "J.R. Lin", "ＬＩＮ"])


def moments(first, last):
    """Return aware moments between two days."""
    days = datetime.fromisoformat(first), datetime.fromisoformat(last)
    return st.datetimes(*days, timezones=st.just(UTC))


MOMENTS = moments("2020-01-01", "2026-11-01")
CAMPAIGNS = st.dictionaries(st.sampled_from(["utm_source", "utm_campaign"]), TEXTS, max_size=2)
SUBSCRIPTIONS = st.builds(
    Subscription,
    id=st.just("sub_1"),
    status=st.sampled_from(["active", "past_due", "canceled", "trialing"]),
    period_start=st.just(NOW - timedelta(days=20)),
    period_end=st.sampled_from([NOW - timedelta(days=1), NOW + timedelta(days=10)]),
    cancelled=st.booleans(),
)


def grants(product):
    """Return what may be granted of a product, in every state."""
    spans = st.fixed_dictionaries(
        {"days": st.sampled_from([0, 30, 400])}
        | {
            "until": st.one_of(
                st.none(),
                moments("2026-01-01", "2027-12-31"),
            )
        }
    )
    plain = st.builds(
        lambda at, state, span: Grant("g", product, "comp", at, state=state, **span),
        MOMENTS,
        st.sampled_from(["ok", "held", "revoked", "pending"]),
        spans,
    )
    running = st.builds(
        lambda at, sub, state: Grant(
            "g", product, "subscription", at, subscription=sub, state=state
        ),
        MOMENTS,
        SUBSCRIPTIONS,
        st.sampled_from(["ok", "held"]),
    )
    return st.one_of(plain, running)


@st.composite
def a_reader(draw):
    """Return a person with what may be known of them, as operations on a store."""
    key = keys.new_id()
    mail = f"{draw(st.sampled_from(['+1', '-x', 'lin']))}.{key.lower()}@example.test"
    told = {
        "confirmed": draw(st.one_of(st.just(""), MOMENTS.map(keys.stamp))),
        "customer": draw(st.sampled_from(["", "cus_1"])),
        "tags": tuple(draw(st.lists(STRIPPED.filter(bool), unique=True, max_size=3))),
        "note": draw(STRIPPED),
        "banned": draw(st.booleans()),
        "name": reader_rows.name(draw(NAMES)),
    }
    person = Person(
        key, mail, mail, draw(st.sampled_from(["en", "zh-Hans"])), draw(MOMENTS), **told
    )
    held = [draw(grants(each)) for each in PRODUCTS if draw(st.booleans())]
    return [
        *people.creating(person),
        *(
            Put(keys.person(key), keys.grant(f"{g.id}-{g.product}"), rights.grant_value(g), ABSENT)
            for g in held
        ),
        *draw(standing(key)),
        *(collecting.saving(key, each) for each in draw(magnets())),
    ], (mail if draw(st.booleans()) else "")


@st.composite
def standing(draw, person):
    """Return what to write for who is on the list, has left it, or never was on it."""
    if not draw(st.booleans()):
        return []
    consent = Consent(
        words=draw(STRIPPED.filter(bool)),
        lang=draw(st.sampled_from(["en", "zh-Hans"])),
        at=draw(MOMENTS),
        way=draw(st.sampled_from(["magnet", "account", "import"])),
        page=draw(STRIPPED),
        post=draw(STRIPPED),
        magnet=draw(STRIPPED),
        campaign=draw(CAMPAIGNS),
        source=draw(STRIPPED),
    )
    value = {
        "on": draw(st.booleans()),
        "since": keys.stamp(draw(MOMENTS)),
        "consent": subscribing.value_of(consent),
    }
    return [Put(keys.person(person), keys.list_("letters"), value, ABSENT)]


@st.composite
def magnets(draw):
    """Return lead magnets that somebody collected."""
    named = draw(st.lists(st.sampled_from(["checklist", "清单", "=x"]), unique=True, max_size=2))
    return [
        Collected(
            each,
            "en",
            draw(MOMENTS),
            draw(TEXTS),
            draw(TEXTS),
            draw(CAMPAIGNS),
            draw(st.one_of(st.none(), MOMENTS)),
        )
        for each in named
    ]


def known(store):
    """Return all that is known of every reader, but for ids and versions."""
    found = {}
    for each in readers.everyone(store, NOW):
        opens = {key: right.open for key, right in each.rights.items() if not right.pending}
        lists = {key: replace(standing, version=0) for key, standing in each.lists.items()}
        collected = [replace(one, version=0) for one in each.collected]
        person = replace(each.person, id="", version=0)
        found[person.mail] = (person, opens, lists, collected)
    return found


def exported(store, write):
    lines = reader_lines.lines(store, readers.everyone(store, NOW), ZONE, NOW)
    return write(sorted(lines, key=lambda line: (line["mail"], line["product"])))


def imported(store, content, name):
    rows, wrong = reader_rows.read(cells.sheet(content, name), name, ZONE)
    found, unknown, _ = newcomers.gathered(rows, PRODUCTS)
    assert (wrong, unknown) == ([], [])
    return moving.bring_all(store, found, TERMS, NOW)


WRITERS = {
    "a.csv": reader_files.to_csv,
    "b.csv": lambda lines: reader_files.to_csv(lines, reader_files.CHINESE),
    "c.json": reader_files.to_json,
}


@settings(max_examples=12, deadline=None)
@given(st.lists(a_reader(), max_size=3), st.sampled_from(sorted(WRITERS)))
def test_what_is_exported_into_an_empty_store_is_exported_the_same(whole, name):
    with tempfile.TemporaryDirectory() as folder:
        here = SqliteStore(Path(folder) / "here.sqlite", clock=lambda: NOW)
        for operations, bounced in whole:
            here.write(*operations)
            if bounced:
                suppressing.suppress(here, bounced, "bounced", NOW)
        content = exported(here, WRITERS[name])
        there = SqliteStore(Path(folder) / "there.sqlite", clock=lambda: NOW)
        imported(there, content, name)
        assert exported(there, WRITERS[name]) == content
        assert known(there) == known(here)
        assert imported(there, content, name) == []
        for each in WRITERS:
            assert exported(there, WRITERS[each]) == exported(here, WRITERS[each])
        here.close()
        there.close()
