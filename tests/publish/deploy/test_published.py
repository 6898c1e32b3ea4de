"""The demo on AWS, from the first publish to the last: what readers get through CloudFront."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image

from publish.contract import manifest as contract
from publish.deploy import going_back
from publish.deploy.going_back import Back
from publish.deploy.publishing import Prospect, Published
from publish.deploy.stack import destroying
from publish.deploy.stack.names import Names
from publish.deploy.stack.provision import Stacks
from publish.paywall.ports import Put
from publish.paywall.stores.dynamodb import DynamoStore
from tests.aws import REGION, Aws
from tests.conftest import build
from tests.publish.deploy.town import Town, now, town

NOTE = "posts/en/2026-08-24-rain-on-the-server.md"
POST = "/en/rain-on-the-server/"
CANARY = "a copy lives at my sister"
"""Words of a post that is open at first and behind the paywall later."""
GATED = "Access: paid\nKind: daily\n"


@dataclass(frozen=True)
class Snapshot:
    """Everything that a publish could have changed."""

    objects: Mapping[str, tuple[str, str]]
    code: bytes
    invalidations: int
    stack: str

    def new(self, before: Snapshot) -> set[str]:
        """Return the keys that are there or different since."""
        return {key for key, seen in self.objects.items() if before.objects.get(key) != seen}


@dataclass(frozen=True)
class History:
    """The demo as it was published again and again."""

    town: Town
    generations: tuple[Path, ...]
    first: Published
    again: Prospect
    edited: Published
    gated: Published
    back: Back
    snapshots: tuple[Snapshot, ...]

    def files(self, number: int) -> Mapping[str, str]:
        """Return the public files of a generation, as readers ask for them, with their hashes."""
        files = contract.load(self.generations[number] / "manifest.json").files
        return {path.removeprefix("public/"): each for path, each in files.items()}

    def between(self, one: int, other: int) -> set[str]:
        """Return the paths that a change of the content made different."""
        before, after = self.files(one), self.files(other)
        return {path for path, each in after.items() if before.get(path) != each}


def snapshot(made: Town) -> Snapshot:
    assert made.outputs
    s3, objects = made.aws.client("s3"), {}
    for bucket in (made.outputs.site_bucket, made.outputs.private_bucket):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for each in page.get("Contents", ()):
                objects[f"{bucket}/{each['Key']}"] = (each["ETag"], str(each["LastModified"]))
    told = made.aws.client("cloudfront").list_invalidations(
        DistributionId=made.outputs.distribution
    )
    stacks = made.aws.client("cloudformation")
    events = stacks.describe_stack_events(StackName=made.deployment.name)["StackEvents"]
    return Snapshot(
        objects,
        made.places.edge.live().code,
        told["InvalidationList"].get("Quantity", 0),
        str(len(events)),
    )


def changed(content: Path, name: str, old: str, new: str) -> None:
    path = content / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def picture(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (32, 32), colour).save(made, "PNG")
    return made.getvalue()


@pytest.fixture(scope="module")
def history(aws: Aws, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    folder = tmp_path_factory.mktemp("history")
    content = folder / "content"
    shutil.copytree(Path("content"), content)
    with town(aws, "ink-demo", folder / "workshop") as made:
        first = made.publish(demo)
        snapshots = [snapshot(made)]
        again = made.plan(demo)
        made.carry_out(again)
        snapshots.append(snapshot(made))

        changed(content, NOTE, "The roof leaked", "![The roof](roof.png)\n\nThe old roof leaked")
        (content / NOTE).with_name("roof.png").write_bytes(picture("red"))
        one = build(content, folder / "one")
        edited = made.publish(one)
        snapshots.append(snapshot(made))

        changed(content, NOTE, "Kind: daily\n", GATED)
        changed(content, NOTE, "![The roof](roof.png)\n\n", "")
        changed(content, NOTE, "\n\nWhen I told", "\n\n![Rain](rain.png)\n\nWhen I told")
        (content / NOTE).with_name("rain.png").write_bytes(picture("blue"))
        changed(content, NOTE, "\n\nThen I noticed", "\n\n<!-- paywall -->\n\nThen I noticed")
        other = build(content, folder / "other")
        gated = made.publish(other)
        snapshots.append(snapshot(made))

        back = going_back.prospect(first.applied.release, made.places, now)
        yield History(made, (demo, one, other), first, again, edited, gated, back, tuple(snapshots))


def test_every_page_is_there_as_it_was_built(history: History) -> None:
    """Asked for through CloudFront, each with the bytes of the build; the last publish counts."""
    public = history.generations[2] / "public"
    for path in sorted(history.files(2).keys() - {"404.html"}):
        asked = "/" + quote(path.removesuffix("index.html"))
        assert history.town.page(asked) == (public / path).read_bytes(), path


def test_snippets_stay_at_home(history: History) -> None:
    kept = {path.name for path in (history.generations[0] / "snippets").glob("*/*")}
    assert {"wechat.html", "kit.json", "post.json"} <= kept
    sent = {key.rsplit("/", 1)[-1] for each in history.snapshots for key in each.objects}
    assert sent & (kept - {"index.html"}) == set()


def test_a_second_publish_writes_nothing(history: History) -> None:
    before, after = history.snapshots[:2]
    assert history.again.idle
    assert not history.again.setup.changes
    assert after == before


def test_after_an_edit_only_what_changed_travels(history: History) -> None:
    """The post, and the pages and feeds that show it: under a new layer, nothing else."""
    town, release = history.town, history.edited.applied.release
    assert town.outputs
    changed = history.between(0, 1)
    assert "en/rain-on-the-server/index.html" in changed
    assert len(changed) <= 12
    found = history.snapshots[2].new(history.snapshots[1])
    site = {key for key in found if key.startswith(f"{town.outputs.site_bucket}/")}
    pictures = {path for path in changed if path.startswith("media/")}
    wanted = {f"layers/{release}/{path}" for path in changed - pictures}
    wanted |= {f"shared/{path}" for path in pictures}
    assert {key.partition("/")[2] for key in site} == wanted
    private = {key.partition("/")[2] for key in found - site}
    objects = {key for key in private if key.startswith("site/objects/")}
    assert private - objects == {
        f"site/{release}/index.json",
        "site/current",
        f"deploy/releases/{release}.json.gz",
        "deploy/lock",
        "deploy/journal.json",
    }
    assert len(objects) == 3, "the manifest and the private feeds that show the post"


def test_an_edit_needs_no_invalidation_and_no_change_of_the_stack(history: History) -> None:
    assert history.snapshots[2].invalidations == history.snapshots[1].invalidations
    assert history.snapshots[2].stack == history.snapshots[1].stack


def test_the_repository_that_may_publish_is_trusted_once(history: History) -> None:
    """The provider is the account's; the role that it may take on is the stack's."""
    providers = history.town.aws.client("iam").list_open_id_connect_providers()
    (provider,) = providers["OpenIDConnectProviderList"]
    assert provider["Arn"].endswith("/token.actions.githubusercontent.com")
    assert history.town.outputs
    assert history.town.outputs.deploy_role


def test_what_is_not_there_is_a_page_of_the_site(history: History) -> None:
    answer = history.town.fetch("/no/such/page/")
    assert answer.status == 404
    assert answer.body == (history.generations[2] / "public" / "404.html").read_bytes()


def test_what_went_behind_the_paywall_is_nowhere_to_be_read(history: History) -> None:
    """Neither on a page of today nor under a path of any release before."""
    assert CANARY in (history.generations[0] / f"public{POST}index.html").read_text("utf-8")
    assert found_in_public(history, CANARY) == []
    assert history.town.reader().json("/api/read/en%2Frain-on-the-server").status == 402


def test_a_picture_of_a_post_goes_with_it_whatever_took_its_place(history: History) -> None:
    """Its address is known to everybody who saw the post."""
    (shown,) = [path for path in history.files(1) if "/roof." in path]
    assert shown.startswith("media/")
    assert history.town.fetch(f"/{shown}").status == 404
    assert history.snapshots[3].invalidations == history.snapshots[2].invalidations + 1


def test_a_rollback_brings_back_everything_but_what_is_gated_today(history: History) -> None:
    """The post stays behind the paywall, and the feeds that had all of it are today's."""
    made, back = history.town, history.back
    assert f"{POST[1:]}index.html" in back.from_today
    assert "en/feeds/rss.xml" in back.from_today or "feeds/en/rss.xml" in back.from_today
    before = snapshot(made)
    going_back.carry_out(back, made.places, clock=now, owner="the tests", keep=10)
    after = snapshot(made)
    assert found_in_public(history, CANARY) == []
    assert b"<form" in made.page(POST), "the offers"
    assert made.reader().json("/api/read/en%2Frain-on-the-server").status == 402
    new = {key.partition("/")[2] for key in after.new(before)}
    assert not [key for key in new if key.startswith(("layers/", "shared/"))]
    forth = going_back.prospect(history.gated.applied.release, made.places, now)
    going_back.carry_out(forth, made.places, clock=now, owner="the tests", keep=10)
    assert made.places.edge.live().release == history.gated.applied.release


def found_in_public(history: History, words: str) -> list[str]:
    """Return the paths of any release at which a stranger gets these words."""
    paths = {path for number in range(3) for path in history.files(number)}
    asked = {path: "/" + quote(path.removesuffix("index.html")) for path in sorted(paths)}
    return [path for path in asked if words.encode() in history.town.fetch(asked[path]).body]


def test_destroying_keeps_what_readers_are_owed_and_a_publish_takes_it_up_again(
    aws: Aws, history: History
) -> None:
    """Asked last: the site is gone, the table and the private bucket stay."""
    made = history.town
    assert made.outputs
    table = DynamoStore(made.outputs.table, aws.client("dynamodb"), clock=now)
    table.write(Put("kept", "for", {"the": "readers"}))
    names = Names(made.deployment.name, made.clients.account(), REGION)
    stacks = Stacks(made.clients.of("cloudformation"))
    told = destroying.destroy(stacks, names, made.clients.of)
    assert f"dynamodb:{made.outputs.table}" in told.stays
    assert f"s3://{made.outputs.private_bucket}" in told.stays
    buckets = [each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]]
    assert made.outputs.site_bucket not in buckets
    known = aws.client("cloudfront").list_distributions()["DistributionList"].get("Items", [])
    assert made.outputs.distribution not in [each["Id"] for each in known]
    made.publish(history.generations[2])
    assert made.page("/") == (history.generations[2] / "public" / "index.html").read_bytes()
    found = table.get("kept", "for")
    assert found
    assert found.value == {"the": "readers"}
