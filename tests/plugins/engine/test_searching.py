"""What a post's front matter says of its snippets is public, whatever stands behind the paywall."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from plugins.engine.searching import make_search
from tests.plugins.creator import SITE, read

SECRET = "The third harbour has no light, and the pilot knows it by the smell of tar."
POST = """\
---
title: Gated
date: 2026-01-01
access: subscribers
snippets:
  %s
---
A teaser.

<!-- paywall -->

%s
"""


def leaks_of(folder, says, shown):
    text = POST % (says, SECRET)
    loaded = read(folder, {"posts/gated.md": text}, site=SITE)
    assert loaded.errors == []
    html = {
        each.source: SimpleNamespace(html="<p>A teaser.</p>") for each in loaded.library.entries
    }
    assembled = SimpleNamespace(media={}, shown=html)
    search = make_search(loaded.library, loaded.vault, {}, {}, assembled, [], [])
    return search.leaks("x.txt", shown.encode())


def test_words_from_behind_the_paywall_are_found(tmp_path):
    assert leaks_of(tmp_path, "hook: Another thing.", f"Read: {SECRET}")


@pytest.mark.parametrize(
    "says",
    [
        f'hook: "{SECRET}"',
        f'points: ["Short.", "{SECRET}"]',
        f'quote: "{SECRET}"',
        f'call: "{SECRET}"',
        f'weibo: "{SECRET}"',
        f'x: ["One.", "{SECRET}"]',
        f'douyin: {{title: "{SECRET}"}}',
    ],
)
def test_what_the_creator_says_elsewhere_anyway_is_public(tmp_path, says):
    assert leaks_of(tmp_path, says, f"Read: {SECRET}") == []
