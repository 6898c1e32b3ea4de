"""Ten thousand letters by a process that is killed again and again: each reader gets one."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
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


def send(shop: Shop, gone: Callable[[], int], most: int, *more: str, **environ: str) -> int:
    """Send the letter in a process that is killed once so many mails more have gone.

    Return how it ended.
    """
    end = gone() + most
    with (shop.folder / "said.txt").open("w") as said:
        process = subprocess.Popen(
            [*COMMAND, "letters", "send", "letters/news.md", "--yes", *more],
            cwd=shop.folder,
            env=environment(**environ),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
    while process.poll() is None and gone() < end:
        time.sleep(0.01)
    process.kill()
    process.wait()
    said_last = (shop.folder / "said.txt").read_text("utf-8")
    assert process.returncode in (0, -signal.SIGKILL), said_last
    return process.returncode


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = make_shop(tmp_path / "site")
    (made.folder / "letters").mkdir()
    (made.folder / "letters" / "news.md").write_text(TEXT, "utf-8")
    return made


def _count(shop: Shop) -> int:
    try:
        return sum(each.name.endswith(".eml") for each in os.scandir(shop.home.mails))
    except FileNotFoundError:
        return 0


def test_ten_thousand_letters_are_each_once_in_the_outbox(shop: Shop) -> None:
    mails, chance, kills = crowd(shop, 10_000), random.Random(11), 0
    while send(shop, lambda: _count(shop), chance.randint(1, 2500)) == -signal.SIGKILL:
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
        while True:
            most = chance.randint(1, 300)
            if send(shop, lambda: len(office.taken), most, *options, **environ) == 0:
                break
            kills += 1
            time.sleep(0.5)
        found = Counter(to for each in office.taken for to in each.to)
        assert kills > 2
        assert set(found.values()) == {1}
        (told,) = shop.json("letters", "list")["letters"]
        others = shop.json("letters", "show", told["letter"])["others"]
        assert len(others) == told["unsure"] <= kills
        assert set(mails) - set(found) <= {each["mail"] for each in others}
        most = len(mails)
        assert send(shop, lambda: 0, most, *options, "--unsure", **environ) == 0
        found = Counter(to for each in office.taken for to in each.to)
        assert set(found) == set(mails)
        assert set(found.values()) <= {1, 2}
