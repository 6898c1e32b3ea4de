"""`inkstead status` where nothing is at AWS: the preview's sandbox."""

import json

import pytest

from tests.publish.commands.shop import make_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    made = make_shop(tmp_path_factory.mktemp("status") / "shop", stocked=True)
    made.buy("ana@ground.test", "course")
    return made


def test_without_publish_it_speaks_of_the_sandbox(shop):
    ran = shop.run("status")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].startswith("sandbox · sqlite ")
    assert [line.split()[:2] for line in lines[1:5]] == [
        ["people", "1"],
        ["subscribers", "0"],
        ["orders", "1"],
        ["mails", "1"],
    ]


def test_it_says_how_many_can_be_written_to(shop):
    line = next(line for line in shop.ok("status").splitlines() if line.startswith("subscribers"))
    assert line.endswith("get letters: 0, addresses that get no mail: 0")


def test_a_program_is_told_the_same(shop):
    told = shop.json("status")
    assert told["health"]["orders"] == {"n": 1, "more": False}
    assert json.dumps(told["health"]["last_order"]).endswith('Z"')
