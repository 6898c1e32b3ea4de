"""The files that the demo gives away: small enough for a phone, and readable by all."""

from __future__ import annotations

from pathlib import Path

import pytest

FILES = Path(__file__).parents[2] / "content/files"
PAPERS = {
    "搬家前的二十个问题.pdf": b"zh-Hans",
    "线下签到表.pdf": b"zh-Hans",
    "twenty-questions.pdf": b"en",
    "sign-up-sheet.pdf": b"en",
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_one_page_small_tagged_and_says_its_language(name: str) -> None:
    """What a screen reader needs is in the file: structure, language, a title."""
    raw = (FILES / name).read_bytes()
    assert raw.startswith(b"%PDF-")
    assert len(raw) < 150_000
    assert raw.count(b"/Type /Page\n") == 1
    assert b"/StructTreeRoot" in raw
    assert b"/Lang (" + PAPERS[name] + b")" in raw
    assert b"/Title (" in raw or b"/Title <" in raw
