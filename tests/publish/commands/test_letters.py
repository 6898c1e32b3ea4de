"""`inkstead letters`: a letter from its file to the mailbox, as a creator sends it."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pytest

from plugins.engine.letter import answer
from publish.commands import letter_carrying
from publish.operating import letter_book, letter_press
from publish.operating.letter_book import Line
from publish.operating.letter_lease import Lease
from publish.paywall import people, subscribing, suppressing
from publish.paywall.mailers.outbox import Outbox
from publish.paywall.subscribing import Consent
from tests.publish.commands.shop import Shop, make_shop
from tests.publish.paywall.mailers.post_office import post_office

TEXT = (
    '---\nsubject: "[[name|Friend]], news"\nlang: en\n---\nHello [[name|friend]],\n\nit is lit.\n'
)


@pytest.fixture
def shop(tmp_path, monkeypatch) -> Shop:
    """A shop with a letter; the build answers in this process, where it starts at once."""
    monkeypatch.setattr(letter_press, "_asked", lambda told, program: answer(told))
    made = make_shop(tmp_path / "site")
    (made.folder / "letters").mkdir()
    (made.folder / "letters" / "news.md").write_text(TEXT, "utf-8")
    return made


def join(shop: Shop, *mails: str, on: bool = True, **fields) -> None:
    with shop.desk() as desk:
        for mail in mails:
            made = people.new(mail, mail, "en", desk.now, confirmed=True)
            made = replace(made, **fields)
            consent = Consent("words", "en", desk.now, "account")
            joining = subscribing.joining(made.id, consent, None)
            desk.world.store.write(*people.creating(made), *(joining if on else ()))


def mails(shop: Shop) -> list[tuple[str, str]]:
    return sorted((each.to, each.subject) for each in Outbox(shop.home.mails).letters())


def id_of(shop: Shop) -> str:
    told: str = shop.json("letters", "list")["letters"][-1]["letter"]
    return told


def test_it_says_who_gets_it_and_who_does_not_before_anything_is_sent(shop):
    join(shop, "ana@example.test", "ben@example.test")
    join(shop, "never@example.test", on=False)
    join(shop, "zh@example.test", lang="zh-Hans")
    out = shop.ok("letters", "send", "letters/news.md", "--plan")
    lines = out.splitlines()
    assert lines[0].startswith("sandbox · sqlite ")
    assert lines[1] == "subject  Friend, news"
    assert "  Hello friend," in lines
    assert "gets it   2 readers" in lines
    assert "left out  never agreed to letters 1 · read another language 1" in lines
    assert lines[-1] == "2 readers would get it"
    assert mails(shop) == []
    assert shop.ok("letters", "list").splitlines()[1:] == ["0 letters"]


def test_it_asks_and_without_a_terminal_it_wants_a_yes(shop):
    join(shop, "ana@example.test")
    ran = shop.run("letters", "send", "letters/news.md")
    assert ran.code == 2
    assert "Send the letter to 1 reader? There is no terminal to ask on (add --yes" in ran.err
    assert mails(shop) == []


def test_it_is_sent_once_and_who_is_new_gets_it_when_asked_for(shop):
    join(shop, "ana@example.test", name="Ana")
    join(shop, "ben@example.test")
    out = shop.ok("letters", "send", "letters/news.md", "--yes")
    assert out.splitlines()[-1] == "sent 2"
    assert mails(shop) == [("ana@example.test", "Ana, news"), ("ben@example.test", "Friend, news")]
    assert shop.ok("letters", "send", "letters/news.md", "--yes").splitlines()[-1] == (
        "nobody is left to send it to"
    )
    join(shop, "new@example.test")
    out = shop.ok("letters", "send", "letters/news.md", "--yes")
    assert re.search(r"^sent on .*; 1 reader is new since .*--also-new\)$", out, re.M)
    assert len(mails(shop)) == 2
    out = shop.ok("letters", "send", "letters/news.md", "--also-new", "--yes")
    assert out.splitlines()[-1] == "sent 1"
    assert len(mails(shop)) == 3


def test_a_word_that_is_repaired_after_it_was_sent_makes_another_letter_and_that_is_said(shop):
    join(shop, "ana@example.test")
    shop.ok("letters", "send", "letters/news.md", "--yes")
    assert "from this file" not in shop.run("letters", "send", "letters/news.md", "--yes").err
    (shop.folder / "letters" / "news.md").write_text(TEXT.replace("lit", "alight"), "utf-8")
    ran = shop.run("letters", "send", "letters/news.md", "--plan")
    assert re.search(
        "from this file was sent on .*, Friend, news; this one says something", ran.err
    )


def test_a_segment_of_the_file_and_one_of_the_options(shop):
    (shop.folder / "beta.md").write_text(
        "---\nsubject: x\nlang: en\nto: {tag: beta}\n---\nHi", "utf-8"
    )
    join(shop, "ana@example.test", tags=("beta",))
    join(shop, "ben@example.test", tags=("gamma",))
    told = shop.json("letters", "send", "beta.md", "--yes")
    assert (told["to"], told["sent"], told["readers"]) == ({"tag": "beta"}, 1, 1)
    told = shop.json("letters", "send", "beta.md", "--tag", "gamma", "--yes")
    assert (told["to"], told["sent"]) == ({"tag": "gamma"}, 1)
    told = shop.json("letters", "send", "beta.md", "--tag", "delta", "--plan")
    assert (told["readers"], told["plan"], told["finished"]) == (0, True, None)


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("{state: rich}", 'news.md:3: state "rich" is unknown'),
        ("{language: fr}", 'news.md:3: language "fr" is unknown (known: all, zh-Hans, en)'),
        ("{magnet: lits}", 'news.md:3: magnet "lits" is unknown'),
        ("{since: soon}", 'news.md:3: --since "soon" is no date'),
    ],
)
def test_a_segment_that_cannot_be_is_said_with_its_line(shop, to, said):
    text = f"---\nsubject: x\nto: {to}\n---\nHi"
    (shop.folder / "news.md").write_text(text, "utf-8")
    ran = shop.run("letters", "send", "news.md", "--yes")
    assert ran.code == 1
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_an_option_that_cannot_be_is_wrong_usage(shop):
    ran = shop.run("letters", "send", "letters/news.md", "--language", "fr", "--yes")
    assert ran.code == 2
    assert 'language "fr" is unknown (known: all, zh-Hans, en)' in ran.err


def test_what_is_wrong_with_the_file_is_said_with_its_lines(shop):
    (shop.folder / "news.md").write_text("---\nsubject: x\n---\n[a](gone.md)\n", "utf-8")
    ran = shop.run("letters", "send", "news.md", "--yes")
    assert ran.code == 1
    assert 'news.md:4: "gone.md" leads nowhere\n' in ran.err
    assert shop.run("letters", "send", "none.md").err.count("cannot be read") == 1


def test_a_link_to_what_is_not_live_stops_it(shop):
    """The post is there, but the release that readers see has no such page."""
    (shop.folder / "posts").mkdir()
    (shop.folder / "posts" / "kiln.md").write_text("# The kiln\n\nText.\n", "utf-8")
    (shop.folder / "news.md").write_text("---\nsubject: x\n---\n[a](posts/kiln.md)\n", "utf-8")
    ran = shop.run("letters", "send", "news.md", "--yes")
    assert 'news.md:4: "posts/kiln.md" is not on the site that readers see' in ran.err


def test_one_copy_to_look_at_is_marked_and_counts_for_nobody(shop):
    join(shop, "ana@example.test")
    out = shop.ok("letters", "send", "letters/news.md", "--test", "Me@Example.test")
    assert out.splitlines()[-1] == "one copy went to me@example.test; no reader got it"
    shop.ok("letters", "send", "letters/news.md", "--test", "me@example.test")
    assert mails(shop) == [("me@example.test", "[test] Friend, news")] * 2
    assert shop.json("letters", "list")["letters"] == []
    assert shop.run("letters", "send", "letters/news.md", "--test", "nobody").code == 2


def test_list_and_show_say_what_became_of_it(shop):
    join(shop, "ana@example.test", "ben@example.test", "cem@example.test")
    shop.ok("letters", "send", "letters/news.md", "--yes")
    letter = id_of(shop)
    with shop.desk() as desk:
        first, second, _ = letter_book.lines(desk.world.store, letter)
        failed = Line(first.person, "failed", desk.now, "550 5.7.1")
        desk.world.store.write(letter_book.writing(letter, failed))
        desk.world.store.write(letter_book.writing(letter, replace(second, state="sending")))
    (row,) = shop.ok("letters", "list").splitlines()[1:-1]
    assert row.startswith(letter)
    assert "Friend, news" in row
    assert "sent 1 · refused 1 · perhaps sent 1" in row
    out = shop.ok("letters", "show", letter.upper())
    assert re.search(r"^\S+@example.test  refused       550 5.7.1$", out, re.M)
    assert re.search(r"^\S+@example.test  perhaps sent$", out, re.M)
    told = shop.json("letters", "show", letter)
    assert (told["sent"], told["failed"], told["unsure"], len(told["others"])) == (1, 1, 1, 2)
    assert shop.run("letters", "show", "nothing").code == 2


def test_resume_goes_on_with_what_was_begun_though_the_file_was_changed(shop):
    join(shop, *(f"{name}@example.test" for name in "abc"))
    shop.ok("letters", "send", "letters/news.md", "--yes")
    letter = id_of(shop)
    with shop.desk() as desk:  # as if it had been killed before the last one
        store = desk.world.store
        lines = list(letter_book.lines(store, letter))
        known = letter_book.known(store, letter)
        from publish.paywall import keys
        from publish.paywall.ports import Delete

        store.write(Delete(keys.letter(letter), keys.sent_to(lines[0].person)))
        letter_book._save(store, replace(known, whole={}))
        lost = people.find(store, lines[0].person)
        assert lost
    (path,) = shop.home.mails.glob(f"*{lines[0].person}*")
    path.unlink()
    (shop.folder / "letters" / "news.md").write_text(TEXT.replace("lit", "burning"), "utf-8")
    ran = shop.run("letters", "send", "letters/news.md", "--plan")
    assert f"inkstead letters resume {letter}" in ran.err
    out = shop.ok("letters", "resume", letter, "--yes")
    assert out.splitlines()[-1] == "sent 1"
    found = Outbox(shop.home.mails).letters()
    assert sorted(each.to for each in found) == [f"{name}@example.test" for name in "abc"]
    assert all("it is lit." in each.text for each in found)


def test_who_perhaps_has_it_gets_it_once_more_when_asked_for_and_who_is_new_does_not(shop):
    join(shop, "ana@example.test", "ben@example.test")
    told = shop.json("letters", "send", "letters/news.md", "--yes")
    with shop.desk() as desk:
        line, _ = letter_book.lines(desk.world.store, told["letter"])
        unsure = replace(line, state="unsure")
        desk.world.store.write(letter_book.writing(told["letter"], unsure))
    join(shop, "new@example.test")
    out = shop.ok("letters", "send", "letters/news.md", "--unsure", "--yes")
    assert out.splitlines()[-1] == "sent 1"
    assert "new@example.test" not in str(mails(shop))
    assert shop.json("letters", "show", told["letter"])["sent"] == 2


def test_while_another_process_sends_it_nobody_else_does(shop):
    join(shop, "ana@example.test")
    told = shop.json("letters", "send", "letters/news.md", "--plan")
    with shop.desk() as desk:
        Lease(desk.world.store, told["letter"], desk.world.clock)
    ran = shop.run("letters", "send", "letters/news.md", "--yes")
    assert ran.code == 1
    assert "another process is sending this letter" in ran.err


def live(shop: Shop, mail: str) -> dict[str, str]:
    """Return the settings of one server whose store and site are the sandbox's."""
    from publish import folders

    return {
        "INKSTEAD_ORIGIN": "https://own.example",
        "INKSTEAD_STORE": f"sqlite:{shop.home.service}",
        "INKSTEAD_BODIES": f"folder:{folders.preview_output(shop.folder)}",
        "INKSTEAD_KEYS": "a key for the tests that is long enough to sign",
        "INKSTEAD_MAIL": mail,
    }


def test_on_the_real_site_it_goes_over_smtp_at_a_set_rate(shop, monkeypatch):
    join(shop, "ana@example.test", "ben@example.test", name="Ana")
    waits: list[float] = []
    monkeypatch.setattr(letter_carrying.time, "sleep", waits.append)
    monkeypatch.setattr(letter_carrying.time, "monotonic", lambda: sum(waits))
    with post_office() as office:
        environ = live(shop, office.url)
        out = shop.ok("letters", "send", "letters/news.md", "--live", "--yes", **environ)
    assert out.splitlines()[0].startswith("– · live · sqlite ")
    assert out.splitlines()[-1] == "sent 2"
    assert waits == [60 / letter_carrying.DEFAULT_RATE]
    assert sorted(to for each in office.taken for to in each.to) == [
        "ana@example.test",
        "ben@example.test",
    ]
    for each in office.taken:
        head, _, body = each.body.decode("ascii").partition("\r\n\r\n")
        assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
        assert "\r\nList-Unsubscribe:" in head
        assert "https://own.example/api/unsubscribe" in re.sub(r"\r\n\s", "", head)
        assert re.search(r"\r\nMessage-ID: <letter-\w+-\w+@example\.test>", head)
        assert "text/plain" in body
        assert max(map(len, each.body.split(b"\r\n"))) < 998
        others = {"ana@example.test", "ben@example.test"} - set(each.to)
        assert not [other for other in others if other.encode() in each.body]


def test_a_server_that_does_not_answer_is_waited_for_and_said_in_the_end(shop, monkeypatch):
    join(shop, "ana@example.test")
    waits: list[float] = []
    monkeypatch.setattr(letter_carrying.time, "sleep", waits.append)
    monkeypatch.setattr(letter_carrying.time, "monotonic", lambda: sum(waits))
    environ = live(shop, "smtp://127.0.0.1:1")
    ran = shop.run("letters", "send", "letters/news.md", "--live", "--yes", **environ)
    assert ran.code == 1
    assert "mails are not taken just now, trying again in 5 s" in ran.err
    letter = re.search(r"0 have it \(go on later: inkstead letters resume (\w+)\)", ran.err)
    assert letter
    assert sum(waits) == pytest.approx(560)
    with post_office() as office:
        environ = live(shop, office.url)
        out = shop.ok("letters", "resume", letter[1], "--live", "--yes", **environ)
    assert out.splitlines()[-1] == "sent 1"


def test_an_address_where_nobody_is_is_spared_afterwards(shop):
    join(shop, "ana@example.test")
    with post_office() as office:
        office.to_recipient = "550 5.1.1 no such user"
        environ = live(shop, office.url)
        out = shop.ok("letters", "send", "letters/news.md", "--live", "--yes", **environ)
    assert out.splitlines()[-1] == "refused 1"
    with shop.desk() as desk:
        found = suppressing.find(desk.world.store, "ana@example.test")
        assert found
        assert found.reason == "bounced"


def test_ctrl_c_says_how_far_it_came_and_how_to_go_on(shop, monkeypatch):
    join(shop, *(f"{name}@example.test" for name in "abc"))
    send, count = Outbox.send, io.StringIO()

    def interrupted(self, mail):
        count.write(".")
        if len(count.getvalue()) == 2:
            raise KeyboardInterrupt
        send(self, mail)

    monkeypatch.setattr(Outbox, "send", interrupted)
    ran = shop.run("letters", "send", "letters/news.md", "--yes")
    assert ran.code == 130
    assert re.search(r"stopped: 1 have it \(go on: inkstead letters resume \w+\)", ran.err)
    assert shop.ok("letters", "resume", id_of(shop), "--yes").splitlines()[-1] == "sent 2"
    assert len(mails(shop)) == 3


def test_in_chinese_it_is_chinese(shop):
    join(shop, "ana@example.test")
    out = shop.ok("letters", "send", "letters/news.md", "--yes", "--lang", "zh")
    assert "收到的人  1 位读者" in out
    assert out.splitlines()[-1] == "已寄出 1"
    assert json.loads(shop.ok("letters", "list", "--json"))["letters"][0]["sent"] == 1
