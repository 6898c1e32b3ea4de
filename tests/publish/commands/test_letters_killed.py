"""Ten thousand letters by a process that is killed again and again: each reader gets one."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from publish.paywall import people, subscribing
from publish.paywall.ports import Operation
from publish.paywall.subscribing import Consent
from tests.publish.commands.running import COMMAND, environment
from tests.publish.commands.shop import Shop, make_shop
from tests.publish.commands.test_letters import TEXT, live
from tests.publish.paywall.mailers.post_office import post_office

pytestmark = pytest.mark.long
_AT_ONCE = 20


def crowd(shop: Shop, count: int) -> list[str]:
    """Store so many readers who get letters."""
    with shop.desk() as desk:
        store, now = desk.world.store, desk.now
        consent = Consent("words", "en", now, "account")

        def joining(mail: str) -> list[Operation]:
            made = people.new(mail, mail, "en", now, confirmed=True)
            return [*people.creating(made), *subscribing.joining(made.id, consent, None)]

        mails = [f"reader-{number}@example.test" for number in range(count)]
        for at in range(0, count, _AT_ONCE):
            store.write(*(line for mail in mails[at : at + _AT_ONCE] for line in joining(mail)))
    return mails


def send(shop: Shop, *more: str, seconds: float = 600, **environ: str) -> int:
    """Send the letter in a process of its own, killed after some seconds; return how it ended."""
    command = [*COMMAND, "letters", "send", "letters/news.md", "--yes", *more]
    with subprocess.Popen(
        command,
        cwd=shop.folder,
        env=environment(**environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            out, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
        assert process.returncode == 0, out.decode()
        return 0


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = make_shop(tmp_path / "site")
    (made.folder / "letters").mkdir()
    (made.folder / "letters" / "news.md").write_text(TEXT, "utf-8")
    return made


def test_ten_thousand_letters_are_each_once_in_the_outbox(shop: Shop) -> None:
    mails, chance, kills = crowd(shop, 10_000), random.Random(11), 0
    while send(shop, seconds=chance.uniform(3, 25)) == -signal.SIGKILL:
        kills += 1
    assert kills > 3
    written = [path.read_text("utf-8") for path in shop.home.mails.glob("*.eml")]
    found = Counter(re.findall(r"^To: (.*)$", "\n".join(written), re.M))
    assert found == dict.fromkeys(mails, 1)
    (told,) = shop.json("letters", "list")["letters"]
    assert (told["sent"], told["unsure"]) == (10_000, 0)
    assert told["finished"]


def test_over_smtp_nobody_gets_two_and_who_perhaps_got_none_is_named(shop: Shop) -> None:
    mails, chance, kills = crowd(shop, 1_000), random.Random(12), 0
    with post_office() as office:
        options = ("--live", "--rate", "60000")
        environ = live(shop, office.url)
        while send(shop, *options, seconds=chance.uniform(2, 6), **environ) == -signal.SIGKILL:
            kills += 1
        time.sleep(1)
        found = Counter(to for each in office.taken for to in each.to)
        assert kills > 2
        assert set(found.values()) == {1}
        (told,) = shop.json("letters", "list")["letters"]
        others = shop.json("letters", "show", told["letter"])["others"]
        assert len(others) == told["unsure"] <= kills
        assert set(mails) - set(found) <= {each["mail"] for each in others}
        send(shop, *options, "--unsure", **environ)
        found = Counter(to for each in office.taken for to in each.to)
        assert set(found) == set(mails)
        assert set(found.values()) <= {1, 2}
