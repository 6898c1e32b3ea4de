"""What doctor sees on this machine: an old build, and git that keeps or shows paid text."""

import json
import os

import pytest

from publish.deploy.checks import here
from publish.deploy.checks.case import Answer
from publish.deploy.settings import Deployment
from tests.publish.deploy.checks.cases import Web, a_case, git, told, ways

GATED = "---\ntitle: A\n---\nTeaser\n\n<!-- paywall -->\n\nRest\n"
OPEN = "---\ntitle: B\n---\nText with `<!-- paywall -->` in it\n"
GITHUB = "https://api.github.com/repos/lin/site"


@pytest.fixture
def case(tmp_path):
    """A site in a repository of its own, with a gated and an open post."""
    made = a_case(tmp_path)
    (made.content / "posts").mkdir()
    (made.content / "site.toml").write_text("")
    (made.content / "posts" / "gated.md").write_text(GATED)
    (made.content / "posts" / "open.md").write_text(OPEN)
    git(made.content, "init")
    git(made.content, "add", ".")
    return made


def remotes(case, web, *addresses):
    for number, each in enumerate(addresses):
        git(case.content, "remote", "add", f"r{number}", each)
    case.__dict__["fetch"] = web
    return list(here.remotes(case))


def build(case, at):
    case.output.mkdir()
    path = case.output / "manifest.json"
    path.write_text(json.dumps({"built_at": "2026-11-22T00:00:00Z"}))
    os.utime(path, (at, at))
    return path


def test_a_site_that_was_not_built_is_told(tmp_path):
    assert told(here.built(a_case(tmp_path))) == [("warning", "the site was not built yet")]


def test_a_build_older_than_the_content_is_told_with_the_file(case):
    now = (case.content / "posts" / "open.md").stat().st_mtime
    build(case, now - 100)
    os.utime(case.content / "site.toml", (now - 200, now - 200))
    os.utime(case.content / "posts" / "gated.md", (now - 200, now - 200))
    found = told(here.built(case))
    assert found == [("warning", '"posts/open.md" was changed after the site was built')]


def test_a_build_newer_than_the_content_is_right(case):
    build(case, (case.content / "posts" / "open.md").stat().st_mtime + 100)
    assert told(here.built(case)) == [("ok", "the built site is that of the content")]


def test_an_address_that_nobody_owns_is_told(tmp_path):
    for host in ("example.com", "www.example.com", "ground.example"):
        made = a_case(tmp_path, deployment=Deployment("n", "eu-central-1", host))
        assert [each.level for each in here.address(made)] == ["warning"]
    assert list(here.address(a_case(tmp_path))) == []


def test_git_must_leave_alone_what_a_build_makes(case):
    found = list(here.ignored(case))
    assert [each.level for each in found] == ["wrong", "wrong"]
    assert ways(found) == ["write output/ into .gitignore", "write .inkstead/ into .gitignore"]
    (case.content / ".gitignore").write_text("/output/\n.inkstead/\n")
    assert told(here.ignored(case)) == [("ok", "it leaves alone what a build makes")]


def test_git_that_has_the_output_already_is_told_how_to_let_go(case):
    """Writing it into .gitignore alone would change nothing."""
    case.output.mkdir()
    (case.output / "x").write_text("paid")
    git(case.content, "add", "output")
    (case.content / ".gitignore").write_text("output/\n.inkstead/\n")
    found = list(here.ignored(case))
    assert told(found) == [("wrong", 'git keeps "output", which holds paid text whole')]
    assert ways(found) == ["run: git rm -r --cached output, and write output/ into .gitignore"]


def test_without_git_there_is_nothing_to_say(tmp_path):
    made = a_case(tmp_path)
    assert list(here.ignored(made)) == list(here.remotes(made)) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/lin/site.git",
        "https://github.com/lin/site",
        "https://lin:secret@github.com/lin/site.git",
        "git@github.com:lin/site.git",
        "github.com:lin/site",
        "ssh://git@github.com/lin/site.git",
    ],
)
def test_gated_posts_in_a_public_repository_are_found_however_it_is_named(case, address):
    web = Web(**{GITHUB: Answer(200, {}, b'{"private": false, "visibility": "public"}')})
    found = remotes(case, web, address)
    said = 'everybody can read "github.com/lin/site", and paid text is in it ("posts/gated.md")'
    assert told(found) == [("wrong", said)]
    assert web.asked == [GITHUB]


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("https://gitlab.com/a/b/c.git", "https://gitlab.com/api/v4/projects/a%2Fb%2Fc"),
        ("git@gitee.com:lin/site.git", "https://gitee.com/api/v5/repos/lin/site"),
        ("https://codeberg.org/lin/site", "https://codeberg.org/api/v1/repos/lin/site"),
        ("https://bitbucket.org/l/s", "https://api.bitbucket.org/2.0/repositories/l/s"),
    ],
)
def test_other_hosts_are_asked_in_their_own_way(case, address, asked):
    found = remotes(case, Web(**{asked: Answer(200, {}, b"{}")}), address)
    assert [each.level for each in found] == ["wrong"]


@pytest.mark.parametrize(
    ("answer", "level"),
    [
        (Answer(404), "ok"),
        (Answer(200, {}, b'{"private": true}'), "ok"),
        (Answer(200, {}, b'{"visibility": "internal"}'), "ok"),
        (Answer(403), "warning"),
        (Answer(429), "warning"),
        (Answer(500), "warning"),
    ],
)
def test_a_repository_is_private_only_where_its_host_says_so(case, answer, level):
    """GitHub answers 403 when it was asked too often: that is no "private"."""
    found = remotes(case, Web(**{GITHUB: answer}), "https://github.com/lin/site")
    assert [each.level for each in found] == [level]


def test_who_cannot_be_asked_is_told_so(case):
    found = remotes(case, Web(), "https://github.com/lin/site", "https://git.ground.test/l/s")
    assert [each.level for each in found] == ["warning", "warning"]
    assert all("could not be asked" in text for _, text in told(found))


def test_nobody_is_asked_about_a_repository_without_paid_text(case):
    (case.content / "posts" / "gated.md").unlink()
    git(case.content, "add", ".")
    web = Web()
    assert remotes(case, web, "https://github.com/lin/site") == []
    assert web.asked == []


def test_a_gated_post_that_git_does_not_keep_is_no_matter(case):
    git(case.content, "rm", "--cached", "posts/gated.md")
    assert remotes(case, Web(), "https://github.com/lin/site") == []


def test_files_that_products_deliver_are_paid_text_too(case):
    git(case.content, "rm", "-f", "posts/gated.md")
    (case.content / "files").mkdir()
    (case.content / "files" / "book.pdf").write_bytes(b"%PDF")
    git(case.content, "add", ".")
    web = Web(**{GITHUB: Answer(200, {}, b"{}")})
    found = remotes(case, web, "https://github.com/lin/site")
    assert "files/book.pdf" in told(found)[0][1]
