"""`inkstead publish`, against ministack: what it says, and what it does not do without a yes."""

import dataclasses
import json
import os
import pty
import subprocess
import sys
from types import SimpleNamespace

import pytest

from publish.commands import publishing_screen
from publish.contract.catalogue import speak
from publish.deploy import bundle, publishing, setting_up
from publish.deploy.ports import Unreachable
from publish.deploy.stack.proposals import Change, Proposal
from tests.publish.commands.published import folder_of, quick
from tests.publish.commands.running import COMMAND, environment, inkstead, new_site
from tests.publish.deploy.publishers import publisher

GARDEN = {"garden/index.html": "<p>the garden"}


@pytest.fixture(scope="module", autouse=True)
def packed(tmp_path_factory):
    """Pack the service once, and build nothing."""
    with quick(bundle.build(tmp_path_factory.mktemp("bundle") / "service.zip")):
        yield


@pytest.fixture(scope="module")
def ana(aws, tmp_path_factory):
    """Somebody whose site is published, with a page about the garden."""
    with publisher(aws, tmp_path_factory.mktemp("ana")) as found:
        found.publish(found.build(GARDEN))
        yield found


@pytest.fixture
def bob(aws, tmp_path):
    """Somebody who has not published yet."""
    with publisher(aws, tmp_path) as found:
        found.build(GARDEN)
        yield found


@pytest.fixture
def run(aws):
    def run(who, *arguments, **environ):
        return folder_of(who).run("publish", *arguments, **aws.environment(), **environ)

    return run


def state(who):
    return setting_up.stacks(who.clients).state(who.deployment.name)


def test_a_site_as_init_makes_it_is_built_and_published(aws, tmp_path):
    site = new_site(tmp_path / "site")
    with (site / "site.toml").open("a") as file:
        file.write('[publish]\nregion = "eu-central-1"\nname = "init-made"\n')
    ran = inkstead("publish", "--yes", cwd=site, **aws.environment())
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0] == f"000000000000 · {aws.endpoint} · eu-central-1 · init-made"
    assert lines[1].startswith("built 1 post")
    assert any(line.startswith("add  ") and "DynamoDB::Table" in line for line in lines)
    assert any(line.startswith("new  public") and "hello/index.html" in line for line in lines)
    assert any(line.startswith("readers see it at https://") for line in lines)
    assert "  1. site.toml: write your own address as url; then: inkstead domain" in lines
    again = inkstead("publish", "--yes", cwd=site, **aws.environment())
    assert again.out.splitlines()[2].startswith("nothing has changed since ")


def test_a_plan_says_every_object_and_all_costs_and_does_nothing(bob, run):
    ran = run(bob, "--plan")
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert "add  S3::Bucket                         SiteBucket" in lines
    assert next(line for line in lines if "garden/index.html" in line).startswith("new  public")
    assert "this publish costs < $0.01" in lines
    assert any("10,000,000 views" in line and "$87" in line for line in lines)
    assert lines[-1] == "nothing was changed (without --plan it is done)"
    assert state(bob) is None


def test_a_program_gets_one_object_with_everything_in_it(ana, run):
    ana.build({"garden/index.html": "<p>for a program"})
    told = json.loads(run(ana, "--plan", "--json").out)
    assert (told["stack"], told["region"]) == (ana.deployment.name, "eu-central-1")
    public = [each for each in told["plan"]["objects"] if each["where"] == "site"]
    assert public == [
        {
            "do": "put",
            "where": "site",
            "path": "garden/index.html",
            "reason": "changed",
            "bytes": len("<p>for a program"),
        }
    ]
    assert {each["views"] for each in told["months"]} == {1_000, 100_000, 10_000_000}
    done = json.loads(run(ana, "--yes", "--json").out)
    assert done["published"]["flipped"]
    assert done["addresses"] == [f"https://{done['outputs']['domain']}/"]


def test_only_what_changed_is_listed_and_what_has_not_is_said_in_one_line(ana, run):
    ana.publish(ana.build(GARDEN))
    assert "nothing has changed since 2026-11-22" in run(ana, "--yes").out
    ana.build({"garden/index.html": "<p>the gardens"})
    ran = run(ana, "--yes", "--lang", "zh")
    assert ran.code == 0, ran.err
    assert "修改  公开" in ran.out
    assert "about/index.html" not in ran.out
    assert "读者在这里看到它：https://" in ran.out
    quiet = run(ana, "--yes", "--quiet")
    assert (quiet.out, quiet.err, quiet.code) == ("", "", 0)


def test_without_a_terminal_and_without_yes_nothing_happens(bob, run):
    ran = run(bob)
    assert ran.code == 2
    assert "There is no terminal to ask on (add --yes to mean it)" in ran.err
    assert state(bob) is None


def test_a_no_leaves_everything_as_it_was(aws, tmp_path):
    site = new_site(tmp_path / "site")
    with (site / "site.toml").open("a") as file:
        file.write('[publish]\nregion = "eu-central-1"\nname = "no-thanks"\n')
    screen, terminal = pty.openpty()
    try:
        os.write(screen, b"n\n")
        ran = subprocess.run(
            [*COMMAND, "publish"],
            cwd=site,
            env=environment(**aws.environment()),
            stdin=terminal,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        os.close(screen)
        os.close(terminal)
    assert ran.returncode == 1
    assert 'Set up "no-thanks" in eu-central-1 and make the site public?' in ran.stderr
    assert "nothing was changed" in ran.stderr
    kept = aws.client("cloudformation").list_stacks()["StackSummaries"]
    gone = {each["StackStatus"] for each in kept if each["StackName"] == "no-thanks"}
    assert gone <= {"DELETE_COMPLETE"}


def test_a_site_that_is_not_right_is_not_published(aws, ana, tmp_path):
    site = new_site(tmp_path / "site")
    with (site / "site.toml").open("a") as file:
        file.write(f'[publish]\nregion = "eu-central-1"\nname = "{ana.deployment.name}"\n')
    (site / "posts" / "wrong.md").write_text("---\nid: wrong\nacess: paid\n---\n\nText.\n")
    live = ana.places.edge.live().release
    ran = inkstead("publish", "--yes", cwd=site, **aws.environment())
    assert ran.code == 1
    assert "posts/wrong.md:3" in ran.err
    assert "not built: 1 error" in ran.err
    assert ana.places.edge.live().release == live


def test_a_site_without_a_place_says_what_to_write(tmp_path):
    site = new_site(tmp_path / "site")
    ran = inkstead("publish", cwd=site)
    assert ran.code == 2
    assert "there is no table [publish]" in ran.err


def test_without_credentials_it_says_how_to_sign_in(bob):
    ran = folder_of(bob).run("publish", "--yes", AWS_EC2_METADATA_DISABLED="true", HOME="/")
    assert ran.code == 1
    assert "there are no credentials for AWS" in ran.err


def test_a_word_that_insists_on_nothing_is_refused(ana, run):
    ran = run(ana, "--yes", "--insist", "please")
    assert ran.code == 2
    assert "gone" in ran.err


def test_pages_that_would_go_are_insisted_on_by_name(ana, run):
    pages = {f"{n}/index.html": f"<p>{n}" for n in range(30)}
    ana.publish(ana.build(pages))
    ana.build({})
    ran = run(ana, "--yes")
    assert ran.code == 1
    assert "--insist gone" in ran.err
    assert run(ana, "--yes", "--insist", "gone").code == 0


def fail(who, patch, error):
    """Let a publish go wrong after its plan."""

    def carry_out(*_, **__):
        raise error

    patch.setattr(publishing, "carry_out", carry_out)


@pytest.mark.parametrize("pages", [GARDEN, None])
def test_what_breaks_off_says_what_readers_get(ana, bob, run, monkeypatch, pages):
    who = ana if pages else bob
    if pages:
        ana.publish(ana.build(pages), insist=frozenset({"gone"}))
        ana.build({"garden/index.html": "<p>another garden"})
    fail(who, monkeypatch, Unreachable("no answer"))
    ran = run(who, "--yes")
    still = "readers still see the release of 2026-11-22" if pages else "run it again to go on"
    assert ran.code == 1
    assert ran.err.splitlines()[-2] == "no answer"
    assert still in ran.err.splitlines()[-1]


def test_ctrl_c_says_what_readers_get(ana, run, monkeypatch):
    ana.publish(ana.build(GARDEN), insist=frozenset({"gone"}))
    ana.build({"garden/index.html": "<p>another garden"})
    fail(ana, monkeypatch, KeyboardInterrupt())
    ran = run(ana, "--yes")
    assert ran.code == 130
    assert "readers still see the release of 2026-11-22" in ran.err


def test_a_folder_gets_the_public_files_and_the_note_what_is_missing(bob, tmp_path):
    shop, pages = folder_of(bob), tmp_path / "pages"
    assert shop.run("publish", "--to", str(pages), "--plan").code == 0
    assert not pages.exists()
    ran = shop.run("publish", "--to", str(pages))
    assert ran.code == 0, ran.err
    assert (pages / "garden" / "index.html").read_text() == "<p>the garden"
    assert "there is no service behind a static host" in ran.out
    told = json.loads(shop.run("publish", "--to", str(pages), "--json").out)
    assert told["written"] == []
    again = shop.run("publish", "--to", str(pages), "--lang", "zh").out.splitlines()
    assert again[-1].startswith("没有变化：")


@pytest.mark.parametrize(
    ("terminal", "every", "said"),
    [
        (True, False, "1 part to set up at AWS (--plan names it)"),
        (True, True, "add  S3::Bucket  SiteBucket"),
        (False, False, "add  S3::Bucket  SiteBucket"),
    ],
)
def test_a_terminal_is_spared_the_parts_of_a_first_stack(terminal, every, said, monkeypatch):
    """Unless they are asked for; forty names of AWS in front of a question help nobody."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    proposal = Proposal("ana", "create", (Change("add", "SiteBucket", "AWS::S3::Bucket"),))
    setup = SimpleNamespace(first=True, proposal=proposal, firewall="", outdated=True)
    found = SimpleNamespace(setup=setup, order=SimpleNamespace(site_only=False))
    desk = SimpleNamespace(words=speak("en"))
    assert publishing_screen._stack_lines(desk, found, every) == [said]


def test_a_domain_of_ones_own_is_the_next_step():
    told = publishing_screen.own_domain(speak("en"), "ink.page")
    assert told == "inkstead domain: bring ink.page here"


def test_a_first_publish_says_what_comes_next(bob, run):
    bob.deployment = dataclasses.replace(bob.deployment, github="lin/garden")
    ran = run(bob, "--yes")
    assert ran.code == 0, ran.err
    following = ran.out.splitlines()[ran.out.splitlines().index("next:") + 1 :]
    assert following[0] == "  1. site.toml: write your own address as url; then: inkstead domain"
    assert following[1].startswith("  2. inkstead secrets set STRIPE_SECRET_KEY")
    role = f"arn:aws:iam::000000000000:role/{bob.deployment.name}-publish"
    assert following[-1].endswith(f"INKSTEAD_ROLE={role} INKSTEAD_REGION=eu-central-1")
