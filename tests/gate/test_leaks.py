"""What is a leak, what is none, and what is said about it."""

from __future__ import annotations

import hashlib
import html
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.gate.leaks import PrivateBytes, Search, Secret

ENGLISH = [f"word{n}" if n % 3 else f"w{n}" for n in range(200)]
HAN = [chr(0x4E00 + 7 * n) for n in range(400)]
TEXT = " ".join(ENGLISH)
HAN_TEXT = "".join(HAN)


def search(source: str = TEXT, *public: str, html: str = "", **more: object) -> Search:
    return Search([Secret("posts/a.md", source, html)], more.get("files", []), public)


def kinds(found: Search, text: str | bytes, name: str = "x.html") -> set[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return {leak.kind for leak in found.leaks(name, data)}


def test_twelve_words_are_a_leak_and_eleven_are_none():
    found = search()
    assert kinds(found, " ".join(ENGLISH[20:32])) == {"run"}
    assert kinds(found, " ".join(ENGLISH[20:31])) == set()


def test_twenty_four_han_characters_are_a_leak_and_twenty_three_are_none():
    found = search(HAN_TEXT)
    assert kinds(found, "".join(HAN[50:74])) == {"run"}
    assert kinds(found, "".join(HAN[50:73])) == set()


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 180), st.integers(12, 20), st.data())
def test_every_run_is_found_wherever_it_stands(start, length, data):
    run = ENGLISH[start : start + length]
    if len(run) < 12:
        return
    before = data.draw(st.lists(st.sampled_from(["x", "y", *ENGLISH]), max_size=9))
    after = data.draw(st.lists(st.sampled_from(["x", "y", *ENGLISH]), max_size=9))
    joints = data.draw(st.lists(st.sampled_from([" ", "\n", "</p><p>", ", ", "。"]), min_size=1))
    text = "".join(word + joints[n % len(joints)] for n, word in enumerate([*before, *run, *after]))
    assert "run" in kinds(search(), text)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 376), st.integers(24, 40))
def test_every_run_of_mixed_scripts_is_found(start, length):
    mixed = [h if n % 5 else f"{h} w{n} " for n, h in enumerate(HAN)]
    found = search("".join(mixed))
    run = mixed[start : start + length]
    assert len(run) < 24 or kinds(found, "".join(run)) == {"run"}


def test_a_run_that_a_public_source_has_is_none():
    found = search(TEXT, " ".join(ENGLISH[10:60]))
    assert kinds(found, " ".join(ENGLISH[10:60])) == set()
    assert kinds(found, " ".join(ENGLISH[8:60])) == set()  # within what a page says next
    assert kinds(found, " ".join(ENGLISH[10:75])) == {"run"}
    assert kinds(found, " ".join(ENGLISH[50:70])) == {"run"}


def test_two_public_sources_do_not_make_what_stands_between_them_public():
    found = search(TEXT, " ".join(ENGLISH[0:30]), " ".join(ENGLISH[30:60]))
    assert kinds(found, " ".join(ENGLISH[0:30])) == set()
    assert kinds(found, " ".join(ENGLISH[24:36])) == {"run"}


def test_what_is_public_is_judged_by_sources_however_they_are_wrapped():
    found = search(TEXT, "<p>" + "</p><p>".join(ENGLISH[10:60]) + "</p>")
    assert kinds(found, " ".join(ENGLISH[20:50])) == set()


def test_a_leak_in_one_file_is_no_excuse_in_another():
    found = search()
    text = " ".join(ENGLISH[:40])
    assert kinds(found, text) == kinds(found, text) == {"run"}


@pytest.mark.parametrize(
    ("source", "leak"),
    [
        ("## Three little ferries", "three little ferries"),
        ("## 三条小渡船的事", "三条小渡船的事"),
        ("| a | Three little ferries |\n|---|---|", "<td>Three little ferries</td>"),
        ("- Three little ferries\n- b", "three little ferries"),
        ("Come at the third bell.", "come at the third bell"),
        ("They said: antidisestablishment.", "antidisestablishment"),
        ("Call 13800138000 now", "tel:13800138000"),
        ("口令abc-12-xyz请收好", "abc-12-xyz"),
        ("[x](https://meet.example/room/7)", "https://meet.example/room/7?from=a"),
        ("Write to <mailto:secret@ferry.example>", "mailto:secret@ferry.example"),
        ("加微信 weixin:ferryman_of_kiel 吧", "weixin:ferryman_of_kiel"),
    ],
)
def test_short_pieces_are_leaks_as_a_whole(source, leak):
    more = " ".join(ENGLISH)
    assert kinds(search(f"{source}\n\n{more}"), leak)
    assert kinds(search(more), leak) == set()
    assert kinds(search(f"{source}\n\n{more}", leak), leak) == set()


@pytest.mark.parametrize(
    "html",
    [
        '<img alt="Three little ferries" src="x.png">',
        "<img alt='Three little ferries'>",
        '<a title="Three little ferries" href="#">x</a>',
        "<h2>Three <em>little</em> ferries</h2>",
        "<li>Three little ferries</li>",
        "<dt>Three little ferries</dt>",
        "<figcaption>Three little ferries</figcaption>",
        '<pre tabindex="0"><code>a\n<span>Three</span> little ferries\n</code></pre>',
    ],
)
def test_short_pieces_of_the_rendered_part_are_leaks(html):
    found = search(TEXT, html=html)
    assert kinds(found, "<p>three little ferries</p>") == {"piece"}
    assert kinds(found, '<p title="three little ferries">') == {"piece"}


@pytest.mark.parametrize(
    "source",
    [
        "## 2026年1月2日",
        "## January 2, 2026",
        "| ¥365 / 年 | 39 元 |\n|---|---|",
        "- 3,200 字，8 分钟",
        "Built at 2026-01-02T00:00:00+08:00 sharp",
        "[home](https://ground.example/some/page/)",
    ],
)
def test_what_templates_write_from_fields_is_none(source):
    secret = Secret("posts/a.md", f"{source}\n\n{TEXT}", "")
    found = Search([secret], [], (), "https://ground.example")
    shown = (
        '<time datetime="2026-01-02T00:00:00+08:00">2026年1月2日 January 2, 2026</time>'
        "<p>¥365 / 年 39 元 3,200 字，8 分钟</p><a href='https://ground.example/some/page/'>"
    )
    assert kinds(found, shown) == set()


def test_a_number_inside_a_longer_word_is_none():
    found = search(f"Call 13800138000.\n\n{TEXT}")
    assert kinds(found, "site.a13800138000b.css 9138001380009") == set()


def test_a_code_beside_han_characters_is_found():
    found = search(f"暗号是ferry-2026-kiel不要外传。\n\n{TEXT}")
    assert kinds(found, "暗号是ferry-2026-kiel不要外传") & {"path"}


PICTURE = bytes(range(256)) * 3
FILES = [
    PrivateBytes(
        "posts/a.md",
        (hashlib.sha256(PICTURE).hexdigest(),),
        ("posts/p.png", "/api/files/posts/a/p.0123.png", "p.png"),
    )
]


def test_the_bytes_of_a_private_file_are_a_leak_under_any_name():
    found = search(files=FILES)
    assert kinds(found, PICTURE, "other.png") == {"file"}
    assert kinds(found, PICTURE + b"\x80", "other.png") == set()
    assert "file" in kinds(found, PICTURE, "other.unknown")


def test_whole_paths_are_leaks_and_bare_names_are_none():
    found = search(files=FILES)
    assert kinds(found, '<img src="/API/files/posts/a/p.0123.png">') == {"path"}
    assert kinds(found, '{"p": "posts%2Fp.png"}') == {"path"}
    assert kinds(found, '<img src="/media/map.png">') == set()


def test_a_file_name_is_read_as_a_text():
    found = search()
    assert kinds(found, "nothing", f"a/{'-'.join(ENGLISH[:14])}.html") == {"name"}
    assert kinds(found, "nothing", "posts/p.png") == set()
    assert kinds(search(files=FILES), "nothing", "posts/p.png") == {"name"}


def test_a_path_is_said_as_far_as_it_says_nothing():
    found = search()
    name = "-".join(ENGLISH[:14])
    assert found.sayable("a/b/index.html") == "a/b/index.html"
    assert found.sayable(f"a/{name}/index.html") == "a/…"
    assert found.sayable(f"{name}.html") == "…"
    halves = f"a/{'-'.join(ENGLISH[:7])}/{'-'.join(ENGLISH[7:14])}/x.html"
    assert found.sayable(halves) == f"a/{'-'.join(ENGLISH[:7])}/…"


def test_one_unreadable_layer_hides_no_leak_of_another():
    found = search(
        files=[PrivateBytes("files/a.pdf", (hashlib.sha256(b"%PDF-x").hexdigest(),), ())]
    )
    assert kinds(found, b"%PDF-x", "a.pdf") == {"file", "unreadable"}


def test_of_a_delivered_file_only_runs_are_searched_for():
    secret = Secret("files/a.csv", f"## Three little ferries\n\n{TEXT}", "", runs_only=True)
    found = Search([secret], [], ())
    assert kinds(found, "three little ferries") == set()
    assert kinds(found, " ".join(ENGLISH[:12])) == {"run"}


def test_the_owner_and_about_the_line_are_said_and_never_the_words():
    lines = [f"line {n}" for n in range(100)]
    lines[60] = " ".join(ENGLISH[:20])
    (leak,) = search().leaks("x.txt", "\n".join(lines).encode())
    assert leak.owner == "posts/a.md"
    assert abs(leak.line - 61) < 12
    assert "word" not in str(leak)


def test_the_line_is_right_for_what_stands_in_an_attribute():
    lines = [f"<p>line {n}</p>" for n in range(100)]
    lines[60] = f'<img alt="{" ".join(ENGLISH[:20])}">'
    (leak,) = search().leaks("x.html", "\n".join(lines).encode())
    assert abs(leak.line - 61) < 12


@pytest.mark.parametrize("place", ['<a title="{}" hidden>', "<a hidden title='{}'>", "<!-- {} -->"])
def test_apostrophes_and_quotations_hide_nothing_in_an_attribute_or_comment(place):
    words = " ".join([*ENGLISH[:8], "it's", f'"{ENGLISH[8]}"', *ENGLISH[9:14], "don't", "go"])
    assert "run" in kinds(search(f"{words} now."), place.format(html.escape(words)))
    assert "run" in kinds(search(f"{words} now."), f'{{"a": {json.dumps(place.format(words))}}}')


def test_with_nothing_premium_there_is_nothing_to_search():
    assert Search([], [], ()).empty
    assert not search().empty
    assert not Search([], FILES, ()).empty


def test_the_fingerprint_changes_with_all_that_a_verdict_depends_on():
    marks = {
        search().fingerprint(),
        search(f"{TEXT} more").fingerprint(),
        search(TEXT, " ".join(ENGLISH[:30])).fingerprint(),
        search(files=FILES).fingerprint(),
        Search([Secret("posts/b.md", TEXT, "")], [], ()).fingerprint(),
    }
    assert len(marks) == 5
    assert search().fingerprint() == search().fingerprint()


@pytest.mark.long
def test_thousands_of_random_quotations_are_judged_rightly():
    """Against the definition, computed the slow way."""
    draw = random.Random(7)
    vocabulary = [f"v{n}" for n in range(12)]

    def words(length: int) -> list[str]:
        return [draw.choice(vocabulary) for _ in range(length)]

    for _ in range(3000):
        secret, output = words(draw.randint(12, 60)), words(draw.randint(5, 60))
        at, length = draw.randrange(len(secret)), draw.randint(1, 30)
        output[draw.randrange(len(output)) :] = secret[at : at + length]
        runs = {tuple(secret[n : n + 12]) for n in range(len(secret) - 11)}
        wanted = any(tuple(output[n : n + 12]) in runs for n in range(len(output) - 11))
        assert (kinds(search(" ".join(secret)), " ".join(output)) == {"run"}) is wanted
