"""The search as a process: which texts of an older release are premium today."""

import gzip
import json
import subprocess
import sys

import pytest

from plugins.engine.lookout import look
from tests.conftest import ROOT

SECRET = "<p>Nobody but members hears how the second kiln was lit with letters from the bank.</p>"


def order(folder, texts, **others):
    told = {"version": 1, "home": "https://x.example", "secrets": [["kiln", "secret", False]]}
    told |= {"files": [], "public": [], **others}
    told["texts"] = []
    (folder / "secret").write_text(SECRET)
    for name, body, is_text in texts:
        place = f"text-{len(told['texts'])}"
        (folder / place).write_bytes(body)
        told["texts"].append([name, place, is_text])
    (folder / "order.json").write_text(json.dumps(told))
    return folder


def tainted(folder, texts, **others):
    answer = look(order(folder, texts, **others))
    assert (answer["version"], answer["searched"]) == (1, len(texts))
    return answer["tainted"]


def test_texts_that_hold_premium_words_are_named_with_their_owner(tmp_path):
    page = f"<h1>Kiln</h1>{SECRET}".encode()
    texts = [("a/index.html", page, True), ("b.html", b"<p>nothing</p>", True)]
    assert tainted(tmp_path, texts) == {"a/index.html": ["kiln"]}


def test_words_that_everybody_may_read_are_none(tmp_path):
    (tmp_path / "public").write_text(SECRET)
    assert tainted(tmp_path, [("a.html", SECRET.encode(), True)], public=["public"]) == {}


def test_private_files_are_found_by_their_paths(tmp_path):
    files = [["kiln", [], ["/api/files/posts/kiln/plan.01234567.pdf"]]]
    body = b'<a href="/api/files/posts/kiln/plan.01234567.pdf">'
    assert tainted(tmp_path, [("a.html", body, True)], files=files) == {"a.html": ["kiln"]}


def test_what_cannot_be_searched_is_tainted_only_where_it_should_be_text(tmp_path):
    body = b"\x00\x01\x02" * 50
    texts = [("a.html", body, True), ("b.bin", body, False)]
    assert tainted(tmp_path, texts) == {"a.html": [""]}


def test_what_is_packed_in_a_file_is_searched(tmp_path):
    assert tainted(tmp_path, [("a.gz", gzip.compress(SECRET.encode()), False)])


def test_another_version_of_an_order_is_refused(tmp_path):
    with pytest.raises(ValueError, match="2"):
        look(order(tmp_path, [], version=2))


def test_it_answers_in_one_line_without_the_words(tmp_path):
    order(tmp_path, [("a.html", SECRET.encode(), True)])
    done = subprocess.run(
        [sys.executable, "-m", "plugins.engine.lookout", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["tainted"] == {"a.html": ["kiln"]}
    assert done.stdout.count("\n") == 1
    assert "kiln was" not in done.stdout + done.stderr
