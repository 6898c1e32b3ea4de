"""What one server takes for granted, for itself and for the commands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish.serving import surroundings
from publish.trouble import WrongUsage
from tests.publish.commands.shop import Shop
from tests.publish.serving.one_server import one_server


def test_the_store_lies_beside_the_output_whatever_the_content_is_called(tmp_path):
    for content in (tmp_path / "my-site", tmp_path / "engine" / "content"):
        store = surroundings.store_file(content)
        assert store.parent.parent == (content.parent if content.name == "content" else content)
        assert store.parent.name == "store"


def test_what_is_set_is_left_as_it_is(tmp_path):
    told = surroundings.completed({"INKSTEAD_STORE": "dynamodb:x", "A": "b"}, tmp_path, tmp_path)
    assert told == {
        "INKSTEAD_STORE": "dynamodb:x", "A": "b", "INKSTEAD_BODIES": f"folder:{tmp_path}",
    }  # fmt: skip


def test_the_output_is_named_by_the_option_before_the_environment(tmp_path):
    environ = {"INKSTEAD_BODIES": "folder:one"}
    asked = (environ, tmp_path / "site", tmp_path)
    assert surroundings.output_of(None, *asked) == tmp_path / "one"
    assert surroundings.output_of("two", *asked) == tmp_path / "two"
    assert surroundings.output_of(None, {}, *asked[1:]) == tmp_path / "site" / "output"
    with pytest.raises(WrongUsage):
        surroundings.output_of(None, {"INKSTEAD_BODIES": "s3://bucket"}, *asked[1:])


def test_commands_beside_a_server_find_its_store_and_never_make_one(tmp_path: Path):
    with one_server(tmp_path / "site") as site:
        shop = Shop(site.folder)
        refused = shop.run("readers", "list", "--live", **site.environ)
        assert (refused.code, "INKSTEAD_STORE" in refused.err) == (2, True)
        assert not site.store.exists()
        site.start()
        assert site.reader().get("/").status == 200
        assert shop.ok("readers", "list", "--live", **site.environ).startswith(
            "– · live · sqlite store/paywall.sqlite"
        )
