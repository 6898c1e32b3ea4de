"""A creator's folder whose site is published on ministack, without building it each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from publish.build import Outcome
from publish.commands import publish as command
from publish.commands.driving import Driven, Wish
from publish.contract.catalogue import Words
from publish.contract.report import Done
from publish.deploy import publishing
from publish.deploy.bundle import Bundle
from publish.screen import Screen
from publish.site import Settings
from tests.publish.commands.shop import Shop
from tests.publish.deploy.publishers import Publisher

TOML = """\
url = "https://ink.example"
time_zone = "Asia/Shanghai"
[publish]
region = "{region}"
name = "{name}"
github = "{github}"
"""


def folder_of(ana: Publisher) -> Shop:
    """Return the folder of somebody who publishes, with what the commands read."""
    told = TOML.format_map(vars(ana.deployment))
    (ana.folder / "site.toml").write_text(told, encoding="utf-8")
    return Shop(ana.folder)


@contextmanager
def quick(bundle: Bundle) -> Iterator[None]:
    """Take what lies in output/ for what a build has just made, and a bundle that is there."""

    def drive(words: Words, wish: Wish, do: str) -> Driven:
        done = Done(ok=True, output=str(Path.cwd() / "output"), counts={"posts": 1})
        return Driven(Outcome(done), Screen(words, Path.cwd(), Path.cwd()), Settings())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "drive", drive)
        patch.setattr(publishing, "built", lambda workshop: bundle)
        yield
