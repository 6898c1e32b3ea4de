"""Reading readers from our own columns: what is wrong is named, nothing is guessed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from publish.operating import cells, reader_rows
from publish.paywall.collecting import Collected
from publish.paywall.subscribing import Consent
from publish.trouble import Failure

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def read(text, name="readers.csv"):
    return reader_rows.read(cells.sheet(text.encode(), name), name, SHANGHAI)


def row(**told):
    header, values = (
        ",".join(told),
        ",".join('"{}"'.format(v.replace('"', '""')) for v in told.values()),
    )
    [found], wrong = read(f"mail,{header}\na@x.test,{values}\n")
    assert wrong == []
    return found


def said(**told):
    header, values = ",".join(told), ",".join(f'"{value}"' for value in told.values())
    found, [wrong] = read(f"mail,{header}\na@x.test,{values}\n")
    assert (found, wrong.line) == ([], 2)
    return wrong.message.format(**wrong.values)


def test_a_day_begins_what_it_confirms_and_ends_what_it_pays():
    found = row(product="course", until="2026-12-31", confirmed="2026-11-22", since="2025/1/1")
    assert found.until == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert found.confirmed == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert found.since == datetime(2024, 12, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(("said", "letters"), [("true", "on"), ("false", "off"), ("null", "")])
def test_in_json_who_gets_no_letters_has_left(said, letters):
    """Else a later file would put them on the list."""
    [found], _ = read(f'[{{"mail": "a@x.test", "letters": {said}, "name": false}}]', "a.json")
    assert (found.letters, found.name) == (letters, "")


@pytest.mark.parametrize(
    ("cell", "letters"),
    [
        ("on", "on"),
        ("TRUE", "on"),
        ("是", "on"),
        ("off", "off"),
        ("0", "off"),
        ("退订", "off"),
        ("", ""),
    ],
)
def test_whether_somebody_gets_letters_may_be_said_in_several_ways(cell, letters):
    assert row(letters=cell).letters == letters


def test_a_consent_is_read_as_it_was_given():
    found = row(
        letters="on",
        letters_since="2026-11-01",
        consent="I agree, gladly",
        consent_at="2026-11-22T08:00:00.000000Z",
        consent_way="magnet",
        consent_lang="zh-Hans",
        consent_page="/get/x/?utm_source=w",
        consent_post="p",
        consent_magnet="x",
        campaign='{"utm_source": "w"}',
    )
    assert found.consent == Consent(
        "I agree, gladly", "zh-Hans", AT, "magnet", "/get/x/?utm_source=w", "p", "x",
        {"utm_source": "w"},
    )  # fmt: skip
    assert found.letters_since == datetime(2026, 10, 31, 16, tzinfo=UTC)


def test_a_source_alone_is_a_consent_of_an_import():
    found = row(letters="on", consent_source="the fair", consent_at="2026-11-22T08:00:00Z")
    assert found.consent == Consent("", "", AT, "import", source="the fair")
    assert row(letters="on").consent is None


def test_lead_magnets_are_read_to_the_moment():
    cell = '[{"magnet": "x", "lang": "en", "at": "2026-11-22T08:00:00Z", "campaign": {"a": "b"}}]'
    assert row(collected=cell).collected == (Collected("x", "en", AT, campaign={"a": "b"}),)


@pytest.mark.parametrize(
    ("name", "kept"),
    [("  Lin\tMo ", "Lin Mo"), ("林默", "林默"), ("-Jo", "-Jo"), ("=1+1", ""), ("see x.com", "")],
)
def test_what_is_no_name_is_left_out(name, kept):
    assert row(name=name).name == kept


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"product": "course", "until": ""}, 'no date in "until"'),
        ({"product": "course", "until": "soon"}, 'until "soon" is no date'),
        ({"confirmed": "yes"}, 'confirmed "yes" is no date'),
        ({"letters": "perhaps"}, 'letters "perhaps" is neither yes nor no'),
        ({"consent": "I agree"}, 'no date in "consent_at"'),
        ({"consent_way": "dream", "consent_at": "2026-01-01"}, 'consent_way "dream" is none'),
        ({"suppressed": "gone"}, 'suppressed "gone" is none (known: bounced, complained)'),
        ({"collected": "[1]"}, '"collected" is not as an export writes it'),
        ({"collected": '[{""magnet"": """", ""lang"": ""en"", ""at"": ""2026-01-01""}]'}, "not as"),
        ({"collected": "{"}, '"collected" is not as an export writes it'),
        ({"consent": "a", "consent_at": "2026-01-01", "campaign": "[]"}, '"campaign" is not as'),
        ({"note": "x" * 70_000}, "too long to be a reader"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_meant_says_why(told, message):
    assert message in said(**told)


def test_all_lines_that_are_wrong_are_named():
    found, wrong = read("mail,confirmed\n,\na@x.test,soon\nb@x.test,\nc@x.test,never\n")
    assert [each.mail for each in found] == ["b@x.test"]
    assert [each.line for each in wrong] == [3, 5]


def test_a_table_without_addresses_is_no_list_of_readers():
    with pytest.raises(Failure, match='no column "mail"'):
        read("name,product\nx,course\n")
