"""A file in magnets/ says what it gives and for what; whatever is wrong has its file and line."""

from __future__ import annotations

import pytest

from plugins.model.gifts import Contact
from tests.plugins.creator import read

COMMAS = "搬家，先问、再搬.pdf"
FILE = {
    "files/list.pdf": b"%PDF",
    f"files/{COMMAS}": b"%PDF",
    "files/two.csv": b"a",
    "magnets/qr.png": b"PNG",
}
GOOD = {"title": "A list", "promise": "Twenty questions", "file": "list.pdf"}


def magnet(body="Page.", **fields):
    lines = "".join(f"{name}: {value}\n" for name, value in {**GOOD, **fields}.items() if value)
    return f"---\n{lines}---\n\n{body}\n"


def gift_of(folder, **fields):
    loaded = read(folder, {**FILE, "magnets/list.md": magnet(**fields)})
    assert loaded.errors == []
    return loaded.entry("magnets/list.md").gift


def test_little_is_needed(tmp_path):
    gift = gift_of(tmp_path)
    assert (gift.promise, gift.files, gift.way) == ("Twenty questions", ("list.pdf",), "mail")
    assert (gift.post, gift.name, gift.tags, gift.letters) == ("", False, (), "")
    assert (gift.button, gift.show, gift.contact) == ("", None, None)


def test_its_page_is_under_get(tmp_path):
    loaded = read(tmp_path, {**FILE, "magnets/A List.md": magnet(), "magnets/zh/二.md": magnet()})
    assert loaded.entry("magnets/A List.md").url == "/get/a-list/"
    assert loaded.entry("magnets/zh/二.md").url == "/zh/get/二/"


def test_the_promise_is_the_summary_where_none_is_written(tmp_path):
    loaded = read(tmp_path, {**FILE, "magnets/a.md": magnet(), "magnets/b.md": magnet(summary="S")})
    assert loaded.entry("magnets/a.md").summary == "Twenty questions"
    assert loaded.entry("magnets/b.md").summary == "S"


@pytest.mark.parametrize(
    ("field", "value", "files"),
    [
        ("file", "files/list.pdf", ("list.pdf",)),
        ("file", "./list.pdf", ("list.pdf",)),
        ("file", COMMAS, (COMMAS,)),
        ("file", "[list.pdf]", ("list.pdf",)),
        ("files", "[list.pdf, two.csv]", ("list.pdf", "two.csv")),
        ("files", "list.pdf, two.csv, list.pdf", ("list.pdf", "two.csv")),
    ],
)
def test_files_are_named_as_people_write_them(tmp_path, field, value, files):
    assert gift_of(tmp_path, **{"file": "", field: value}).files == files


def test_tags_in_brackets_may_have_commas_of_chinese(tmp_path):
    assert gift_of(tmp_path, tags="[清单，搬家、老读者]").tags == ("清单", "搬家", "老读者")


def test_everything_may_be_said(tmp_path):
    gift = gift_of(
        tmp_path,
        ask="[name]",
        tags="[lead, 新]",
        letters="每周一封",
        button="Yes please",
        contact="{qr: qr.png, account: lin-mo, keyword: list, kind: official}",
    )
    assert (gift.name, gift.tags, gift.letters) == (True, ("lead", "新"), "每周一封")
    assert (gift.button, gift.way) == ("Yes please", "contact")
    assert gift.contact == Contact("magnets/qr.png", "lin-mo", "list", "official")


@pytest.mark.parametrize("value", ["none", "None", "no", "false", "无"])
def test_letters_can_be_none(tmp_path, value):
    assert gift_of(tmp_path, letters=value).letters is None


@pytest.mark.parametrize(
    ("value", "by", "name"),
    [
        ("everywhere", "", ""),
        ("{kind: howto}", "kind", "howto"),
        ("{tag: ink}", "tag", "ink"),
        ("{category: Letters}", "category", "Letters"),
        ("{Series: A row}", "series", "A row"),
    ],
)
def test_where_it_shows(tmp_path, value, by, name):
    post = "---\ntitle: P\ntags: [ink]\ncategory: Letters\nseries: A row\n---\nText"
    loaded = read(
        tmp_path, {**FILE, "posts/p.md": post, "magnets/list.md": magnet(show=value, slug="x")}
    )
    assert loaded.errors == []
    show = loaded.entry("magnets/list.md").gift.show
    assert (show.by, show.name, show.place.line) == (by, name, 5)


def test_none_as_a_place_is_no_place(tmp_path):
    assert gift_of(tmp_path, show="none").show is None


@pytest.mark.parametrize(
    ("fields", "line", "error"),
    [
        ({"promise": ""}, 0, 'a lead magnet needs a promise (write "promise:'),
        ({"file": ""}, 0, 'a lead magnet needs a file (write "file: checklist.pdf"'),
        ({"files": "[two.csv]"}, 5, '"file" and "files" are both there'),
        ({"post": "p"}, 5, "a lead magnet gives files or a post, not both"),
        ({"file": "lost.pdf"}, 4, 'file "lost.pdf" is not in files/ (put it there)'),
        ({"file": "lst.pdf"}, 4, '"list.pdf"?'),
        ({"file": "../site.toml"}, 4, "is no file in files/ (write its name alone)"),
        ({"file": "/etc/passwd"}, 4, "is no file in files/ (write its name alone)"),
        ({"ask": "[name, phone]"}, 5, 'ask "phone" is asked for by none (known: name;'),
        ({"access": "paid"}, 5, "a lead magnet is for everybody who asks for it"),
        ({"status": "hidden"}, 5, 'status "hidden" is unknown'),
        ({"promis": "x", "promise": ""}, 4, 'unknown field "promis" (did you mean "promise"?)'),
        ({"show": "nowhere"}, 5, 'show "nowhere" is no place (write "everywhere", or one of'),
        ({"show": "{knd: howto}"}, 5, 'unknown key "knd" in show (known: series, tag, category'),
        ({"show": "{tag: a, kind: howto}"}, 5, "is no place"),
        ({"show": "{tag: [a]}"}, 5, "is no place"),
        (
            {"show": "{kind: howtoo}"},
            5,
            'no post has the kind "howtoo" (name one that a post has) — "howto"?',
        ),
        ({"show": "{tag: nobody}"}, 5, 'no post has the tag "nobody"'),
        ({"contact": "lin-mo"}, 5, "contact is a table"),
        ({"contact": "{qr: qr.png}"}, 5, 'contact needs "account"'),
        ({"contact": "{account: lin-mo}"}, 5, 'contact needs "qr"'),
        ({"contact": "{qr: qr.pdf, account: a}"}, 5, 'qr "qr.pdf" is no picture'),
        ({"contact": "{qr: lost.png, account: a}"}, 5, 'the picture "magnets/lost.png" is not'),
        ({"contact": "{qr: ../files/x.png, account: a}"}, 5, '"files/x.png" is never public'),
        ({"contact": "{qr: qr.png, account: a, kind: line}"}, 5, 'kind "line" is unknown'),
        ({"contact": "{qr: qr.png, acount: a}"}, 5, 'unknown key "acount" in contact'),
        (
            {"contact": "{qr: qr.png, account: a}", "post": "p", "file": ""},
            5,
            "a code opens no post",
        ),
        ({"id": "none"}, 5, 'id "none" means no lead magnet'),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, fields, line, error):
    loaded = read(tmp_path, {**FILE, "magnets/list.md": magnet(**fields)})
    assert [said for said in loaded.errors if error in said], loaded.errors
    assert all(said.startswith("magnets/list.md:") for said in loaded.errors)
    assert [said for said in loaded.errors if said.startswith(f"magnets/list.md:{line}:")]


def test_everything_is_said_at_once(tmp_path):
    loaded = read(
        tmp_path, {"magnets/list.md": magnet(promise="", ask="phone", show="x", file="lost.pdf")}
    )
    assert len(loaded.errors) == 4


def test_a_link_out_of_the_folder_is_no_file(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "secret.pdf").write_bytes(b"no")
    (tmp_path / "files/list.pdf").symlink_to(tmp_path / "secret.pdf")
    loaded = read(tmp_path, {"magnets/list.md": magnet()})
    assert "is not in files/" in loaded.errors[0]


def test_a_paywall_marker_in_it_is_an_error(tmp_path):
    body = "Page.\n\n<!-- paywall -->\n\nMore."
    loaded = read(tmp_path, {**FILE, "magnets/list.md": magnet(body)})
    assert loaded.errors[0].startswith("magnets/list.md:9: a paywall marker in a lead magnet")


def test_thanks_and_mail_are_in_the_vault_alone(tmp_path):
    body = "Page.\n\n<!-- thanks -->\n\nSesame.\n\n<!-- mail -->\n\nHello."
    loaded = read(tmp_path, {**FILE, "magnets/list.md": magnet(body)})
    entry, part = loaded.entry("magnets/list.md"), loaded.vault["magnets/list.md"]
    assert "Page." in entry.text
    assert "Sesame" not in repr(entry)
    assert "Hello" not in repr(entry)
    assert (part.text.strip(), part.line) == ("Sesame.", 10)
    assert (part.mail.text.strip(), part.mail.line) == ("Hello.", 14)
    assert "Sesame." in part.whole
    assert "Hello." in part.whole


def test_a_magnet_in_thanks_is_an_error(tmp_path):
    body = "Page.\n\n<!-- thanks -->\n<!-- magnet: other -->"
    loaded = read(tmp_path, {**FILE, "magnets/list.md": magnet(body)})
    assert loaded.errors == [
        "magnets/list.md:10: a lead magnet is not placed in thanks or mail (link to its page)"
    ]


def test_letters_with_a_contact_are_a_warning(tmp_path):
    fields = {"contact": "{qr: qr.png, account: a}", "letters": "weekly"}
    loaded = read(tmp_path, {**FILE, "magnets/list.md": magnet(**fields)})
    assert loaded.errors == []
    assert loaded.warnings == [
        "magnets/list.md:6: no letters come to who gives no address (take letters or contact away)"
    ]
