"""What a lead magnet hands out is for those who asked: nothing of it is public."""

from __future__ import annotations

import pytest

from publish.contract import manifest as contract
from tests.engine.house import Living, files_of, post, request, site, write
from tests.gate.garden import picture, seen

THANKS = "Knock at the blue door behind the ferry house and say that the heron sent you here."
MAIL = "The twenty questions are folded into a letter which nobody but you ought to open today."
SHEET = "The quay keeps a ledger of all boats that ever left between the first frost and the thaw."
CODE = "heron-4711-quay"
WORDS = {THANKS, MAIL, SHEET, CODE, "kanarigroup", "kanaricell"}
LEAKY = """
import os
from pathlib import Path

from pelican import signals


def leak(builder):
    Path(builder.output_path, "leak.bin").write_bytes(Path(os.environ["LEAK"]).read_bytes())


def register():
    signals.finalized.connect(leak)
"""


def magnet(**more):
    parts = (
        f"The page.\n\n<!-- thanks -->\n\n{THANKS} {CODE}\n\n![kanarigroup](group.png)\n\n"
        f"<!-- mail -->\n\n{MAIL}\n\n- kanaricell of the old ferry quay"
    )
    return post(parts, title="List", promise="A list", files="[list.pdf, sheet.csv]", **more)


def folder(place, *plugins, **more):
    return write(
        place,
        {
            "site.toml": site(*plugins),
            "files/list.pdf": picture("list"),
            "files/sheet.csv": f"a,b\n1,{SHEET}\n",
            "magnets/list.md": magnet(),
            "magnets/group.png": picture("group"),
            "posts/open.md": post("Open.\n\n<!-- magnet: list -->", title="Open"),
            **more,
        },
    )


@pytest.fixture(scope="module")
def leaking(tmp_path_factory):
    """Build in a process whose plugin makes public what lies in a file."""
    place = tmp_path_factory.mktemp("leaking")
    write(place, {"leakyplugin.py": LEAKY, "leak": b"nothing"})
    with Living((place,), LEAK=str(place / "leak")) as process:
        content = folder(place / "content", "leakyplugin")
        ran = process.ask(request(content, place / "out"))
        assert ran.ok, ran.errors
        yield process, place


def test_it_is_private_and_nowhere_public(leaking):
    _, place = leaking
    output = place / "out"
    assert seen(output / "public", WORDS) == set()
    assert seen(output / "private/magnets", WORDS) == WORDS
    text = (output / "manifest.json").read_text("utf-8")
    assert not [word for word in WORDS if word in text]
    public = files_of(output / "public").values()
    assert picture("list") not in public
    assert picture("group") not in public
    assert b"group.png" not in b"".join(public)
    given = contract.load(output / "manifest.json").magnets["list"].texts["en"]
    assert (output / given.files[0].path).read_bytes() == picture("list")


@pytest.mark.parametrize(
    ("leaked", "owner"),
    [
        (THANKS.encode(), "magnets/list.md"),
        (MAIL.upper().encode(), "magnets/list.md"),
        (f"<p>{CODE}</p>".encode(), "magnets/list.md"),
        (b"<li>kanaricell of the old ferry quay</li>", "magnets/list.md"),
        (SHEET.encode(), "files/sheet.csv"),
        (picture("list"), "files/list.pdf"),
        (picture("group"), "magnets/list.md"),
        (b"look at files/list.pdf", "files/list.pdf"),
    ],
)
def test_a_leak_stops_the_build_by_place_and_not_by_its_words(leaking, leaked, owner):
    process, place = leaking
    (place / "leak").write_bytes(leaked)
    ran = process.ask(request(place / "content", place / "out"))
    (place / "leak").write_bytes(b"nothing")
    assert not ran.ok
    assert [each for each in ran.errors if each.startswith(f"{owner}: ")], ran.errors
    assert not [word for word in WORDS if word in repr(ran.events)]


@pytest.mark.parametrize("leaked", [THANKS, MAIL])
def test_a_draft_keeps_its_words_too(leaking, leaked):
    process, place = leaking
    content = folder(place / "draft", "leakyplugin", **{"magnets/list.md": magnet(status="draft")})
    write(content, {"posts/open.md": post("Open.", title="Open")})
    (place / "leak").write_text(leaked)
    ran = process.ask(request(content, place / "drafts"))
    (place / "leak").write_bytes(b"nothing")
    assert not ran.ok
    assert THANKS not in repr(ran.events)


def test_words_that_stand_in_public_too_are_public(leaking):
    process, place = leaking
    said = {"posts/said.md": post(f"{THANKS} {MAIL}", title="Said")}
    ran = process.ask(request(folder(place / "said", "leakyplugin", **said), place / "saidout"))
    assert ran.ok, ran.errors


def test_the_own_words_of_its_page_and_form_are_public(leaking):
    process, place = leaking
    words = "A list of twenty questions to ask before one moves a house or a shop or a heart."
    button = "Send me all the twenty questions of the ferry house"
    given = magnet(button=button, summary="Short.").replace("A list", words)
    given = given.replace(MAIL, f"{words}\n\n- {button}\n\nWrite to lin-mo-2026 on WeChat.")
    given = given.replace("files:", "contact: {qr: group.png, account: lin-mo-2026}\nfiles:")
    ran = process.ask(
        request(
            folder(place / "own", "leakyplugin", **{"magnets/list.md": given}), place / "ownout"
        )
    )
    assert ran.ok, ran.errors


def test_a_picture_to_hand_out_is_not_shown_beside_a_text_either(leaking):
    """As a page shows it, it is other bytes, which no search would know."""
    process, place = leaking
    files = {
        "files/poster.png": picture("poster"),
        "posts/poster.png": picture("poster"),
        "posts/shown.md": post("![the poster](poster.png)", title="Shown"),
    }
    ran = process.ask(request(folder(place / "twin", "leakyplugin", **files), place / "twinout"))
    said = 'the picture is also "files/poster.png", which is never public (remove one)'
    assert ran.errors == [f"posts/poster.png: {said}"]
