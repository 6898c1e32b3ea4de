"""Writing the ledger: a creator's comments and order stay, and twice is once."""

import datetime
import os
import stat
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publish import syndicating
from publish.contract.catalogue import speak
from publish.contract.manifest import Post
from publish.contract.syndication import FILE, Copy
from publish.trouble import Failure, WrongUsage

DAY = datetime.date(2026, 11, 22)
WRITTEN = """\
# my own words
["b".x]  # the first
url = "https://b.example/1"   # looks good there

["a".zhihu]
url = "https://a.example/1"
date = 2026-11-20

# about c
["c".x]
url="https://c.example"

["a".weibo]
url="https://a.example/2"
"""


@pytest.fixture
def content(tmp_path):
    return tmp_path


def written(content):
    return (content / FILE).read_text("utf-8")


def test_a_first_copy_makes_the_file(content):
    syndicating.record(content, "first-letter", "zhihu", " https://a.example/1 ", DAY, "0f" * 32)
    assert written(content) == (
        '["first-letter".zhihu]\nurl = "https://a.example/1"\ndate = 2026-11-22\n'
        'hash = "0f0f0f0f0f0f"\n'
    )
    assert syndicating.read(content).of("first-letter") == {
        "zhihu": Copy("zhihu", "https://a.example/1", "2026-11-22", "0f0f0f0f0f0f")
    }


def test_without_a_file_nothing_was_posted(content):
    assert syndicating.read(content).copies == {}
    syndicating.forget(content, "a", "x")
    assert not (content / FILE).exists()


def test_a_new_copy_stands_at_the_end_and_all_else_stays_as_it_was(content):
    (content / FILE).write_text(WRITTEN, "utf-8")
    syndicating.record(content, "文/一", "x", "https://x.example/9", DAY)
    assert written(content) == (
        f'{WRITTEN}\n["文/一".x]\nurl = "https://x.example/9"\ndate = 2026-11-22\n'
    )


def test_a_changed_copy_keeps_its_place_and_its_comments(content):
    (content / FILE).write_text(WRITTEN, "utf-8")
    syndicating.record(content, "b", "x", "https://b.example/2", DAY, "abc")
    new = WRITTEN.replace(
        'url = "https://b.example/1"   # looks good there',
        'url = "https://b.example/2"   # looks good there\ndate = 2026-11-22\nhash = "abc"',
    )
    assert written(content) == new
    syndicating.record(content, "a", "weibo", "https://a.example/3", DAY)
    assert "https://a.example/3" in written(content)
    assert [line for line in written(content).splitlines() if "#" in line] == [
        line for line in new.splitlines() if "#" in line
    ]


def test_what_a_copy_no_longer_has_goes(content):
    syndicating.record(content, "a", "x", "https://a.example/1", DAY, "abc")
    syndicating.record(content, "a", "x", "https://a.example/1", DAY)
    assert syndicating.read(content).of("a")["x"].hash == ""


def test_a_copy_that_goes_takes_no_comment_of_another_with_it(content):
    (content / FILE).write_text(WRITTEN, "utf-8")
    syndicating.forget(content, "a", "zhihu")
    syndicating.forget(content, "b", "x")
    assert written(content) == (
        '# my own words\n\n# about c\n["c".x]\nurl="https://c.example"\n\n'
        '["a".weibo]\nurl="https://a.example/2"\n'
    )


def test_the_same_again_writes_nothing(content):
    syndicating.record(content, "a", "x", "https://a.example/1", DAY, "abc")
    os.utime(content / FILE, (1, 1))
    syndicating.record(content, "a", "x", "https://a.example/1", DAY, "abc")
    syndicating.forget(content, "a", "y")
    assert (content / FILE).stat().st_mtime == 1


@pytest.mark.parametrize(
    "odd",
    [
        'a = {x = {url = "https://a.example/1"}}\n# mine\n',
        '# mine\n["a"]\nx.url = "https://a.example/1"\n',
        '# mine\n[a]\n[a.x]\nurl = "https://a.example/1"\n',
        '# mine\r\n["a".x]\r\nurl = "https://a.example/1"\r\n',
        '\ufeff# mine\n["a".x]\nurl = "https://a.example/1"',
    ],
)
def test_a_ledger_written_in_another_way_is_changed_as_well(content, odd):
    one, two = "https://a.example/1", "https://a.example/2"
    for change, left in (
        (lambda: syndicating.record(content, "a", "x", two, DAY), {"x": two}),
        (lambda: syndicating.record(content, "a", "y", two, DAY), {"x": one, "y": two}),
        (lambda: syndicating.forget(content, "a", "x"), {}),
    ):
        (content / FILE).write_bytes(odd.encode())
        change()
        assert "# mine" in written(content)
        assert {n: c.url for n, c in syndicating.read(content).of("a").items()} == left
        assert syndicating.mistakes(content, speak("en")) == []


@pytest.mark.parametrize("broken", ["[a\n", '["a".x\nurl = 1\n', 'a = "text"\n'])
def test_a_broken_ledger_is_left_alone(content, broken):
    (content / FILE).write_text(broken, "utf-8")
    with pytest.raises(Failure, match="cannot be changed as it is"):
        syndicating.record(content, "a", "x", "https://a.example/1", DAY)
    assert written(content) == broken
    assert syndicating.read(content).copies == {}
    assert syndicating.mistakes(content, speak("en"))[0].startswith(f"{FILE}:1: ")


def test_a_ledger_that_is_no_text_is_said_so(content):
    (content / FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(Failure, match="cannot be read"):
        syndicating.read(content)


@pytest.mark.parametrize("url", ["", "a.example", "javascript:alert(1)", "https://", "https://a b"])
def test_an_address_that_leads_nowhere_is_refused(content, url):
    with pytest.raises(WrongUsage, match="is no address"):
        syndicating.record(content, "a", "x", url, DAY)
    assert not (content / FILE).exists()


def test_a_time_is_written_as_its_day(content):
    noon = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
    syndicating.record(content, "a", "x", "https://a.example/1", noon)
    assert syndicating.read(content).of("a")["x"].date == "2026-11-22"


def test_rights_and_links_of_the_file_stay(content, tmp_path):
    real = tmp_path / "elsewhere" / "mine.toml"
    real.parent.mkdir()
    real.write_text("# mine\n")
    real.chmod(0o640)
    (content / FILE).symlink_to(real)
    syndicating.record(content, "a", "x", "https://a.example/1", DAY)
    assert (content / FILE).is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert real.read_text().startswith("# mine\n\n[a.x]")
    assert sorted(each.name for each in real.parent.iterdir()) == ["mine.toml"]


def test_many_at_once_lose_nothing(content):
    threads = [
        threading.Thread(
            target=syndicating.record, args=(content, f"p{n}", "x", f"https://a.example/{n}", DAY)
        )
        for n in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(syndicating.read(content).copies) == 8


def test_a_copy_is_old_when_the_post_says_something_else(content):
    post = Post("/a/", "en", "A", ("public",), "published", "", "", "", "abcdef")
    assert not syndicating.is_old(Copy("x", "u", "2026-11-22", "abc"), post)
    assert syndicating.is_old(Copy("x", "u", "2026-11-22", "abd"), post)


IDS = st.sampled_from(["a", "a.b", "en/a", "文/一", '"', "1", "a b", "#", "[a]", "café"])
PLATFORMS = st.sampled_from(["x", "zhihu", "my-own", "公众号"])
STEPS = st.lists(st.tuples(IDS, PLATFORMS, st.integers(0, 3)), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_was_written_and_taken_out_the_ledger_says_it(tmp_path, steps):
    (tmp_path / FILE).write_text("# mine\n", "utf-8")
    known = {}
    for post, platform, n in steps:
        if n:
            syndicating.record(tmp_path, post, platform, f"https://a.example/{n}", DAY)
            known[post, platform] = f"https://a.example/{n}"
        else:
            syndicating.forget(tmp_path, post, platform)
            known.pop((post, platform), None)
    found = syndicating.read(tmp_path).copies
    assert {(p, c): copy.url for p, all in found.items() for c, copy in all.items()} == known
    assert written(tmp_path).count("# mine") == 1
