"""The ledger in the build: every mistake stops it with its line, a stranger is only mentioned."""

from __future__ import annotations

import unicodedata

from tests.plugins.creator import read

POSTS = {"posts/first-letter.md": "Text", "pages/about.md": "A", "posts/café.md": "Text"}


def test_the_library_knows_where_its_texts_stand(tmp_path):
    text = (
        '["first-letter".x]\nurl = "https://x.example/1"\n[about.x]\nurl = "https://x.example/2"\n'
    )
    loaded = read(tmp_path, {**POSTS, "syndication.toml": text})
    assert loaded.library.syndication.of("first-letter")["x"].url == "https://x.example/1"
    assert (loaded.errors, loaded.warnings[:-1]) == ([], [])


def test_without_a_ledger_nothing_stands_elsewhere(tmp_path):
    assert read(tmp_path, POSTS).library.syndication.copies == {}


def test_mistakes_are_errors_with_their_line(tmp_path):
    text = '["first-letter".x]\nurl = "x.example"\nday = 2026-01-01\n'
    assert read(tmp_path, {**POSTS, "syndication.toml": text}).errors == [
        'syndication.toml:2: "x.example" is no address (write https://… as the browser shows it)',
        'syndication.toml:3: unknown key "day" (known: url, date, hash)',
    ]


def test_an_id_of_no_post_is_mentioned_with_what_it_may_mean(tmp_path):
    text = '# x\n\n["frist-letter".x]\nurl = "https://x.example/1"\n'
    loaded = read(tmp_path, {**POSTS, "syndication.toml": text})
    said = 'syndication.toml:3: "frist-letter" is the id of no post or page — "first-letter"?'
    assert said in loaded.warnings
    assert loaded.errors == []


def test_a_draft_and_one_that_is_not_due_are_no_strangers(tmp_path):
    files = {
        "posts/a.md": "---\nstatus: draft\n---\nText",
        "posts/b.md": "---\ndate: 2999-01-01\n---\nText",
        "syndication.toml": '[a.x]\nurl = "https://x.example/1"\n[b.x]\nurl = "https://x.example/1"\n',
    }
    assert not [each for each in read(tmp_path, files).warnings if "syndication" in each]


def test_accents_written_apart_are_the_same_id(tmp_path):
    apart = unicodedata.normalize("NFD", "café")
    text = f'["{apart}".x]\nurl = "https://x.example/1"\n'
    loaded = read(tmp_path, {**POSTS, "syndication.toml": text})
    assert not [each for each in loaded.warnings if "syndication" in each]
    assert loaded.library.syndication.of("café")


def test_a_stranger_is_found_on_its_line_however_it_is_written(tmp_path):
    apart = unicodedata.normalize("NFD", "crème")
    text = f'# x\n["{apart}".x]\nurl = "https://x.example/1"\n'
    loaded = read(tmp_path, {**POSTS, "syndication.toml": text})
    assert 'syndication.toml:2: "crème" is the id of no post or page' in loaded.warnings


def test_a_ledger_that_is_not_utf_8_is_an_error(tmp_path):
    loaded = read(tmp_path, {**POSTS, "syndication.toml": "# 中文".encode("gbk")})
    assert loaded.errors == [
        "syndication.toml:0: the file is not UTF-8 (save it as UTF-8, not as GBK or UTF-16)"
    ]
