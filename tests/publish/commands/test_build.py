"""`inkstead build` with the real engine."""

import json

import pytest

from tests.publish.commands.running import inkstead, new_site


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return new_site(tmp_path_factory.mktemp("real") / "site", "--languages", "zh-Hans,en")


def test_a_new_site_builds_without_a_warning(site):
    ran = inkstead("build", cwd=site)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("built 2 posts, 8 pages, ")
    for path in ("index.html", "en/index.html", "hello/index.html", "en/terms/index.html"):
        assert (site / "output" / "public" / path).is_file(), path


def test_it_builds_from_any_folder_inside_and_by_name(site, tmp_path):
    assert inkstead("build", "--quiet", "--output", tmp_path / "a", cwd=site / "posts").code == 0
    ran = inkstead("build", "--json", "--output", "b", cwd=tmp_path, INKSTEAD_CONTENT=str(site))
    found = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert found["ok"]
    assert found["output"] == str(tmp_path / "b")
    assert found["counts"]["posts"] == 2
    a, b = ((tmp_path / name / "manifest.json").read_text() for name in ("a", "b"))
    keep = ("files", "posts", "pages", "site")
    assert [json.loads(a)[k] for k in keep] == [json.loads(b)[k] for k in keep]


def test_a_mistake_is_named_with_file_and_line_and_the_last_site_stays(tmp_path):
    site = new_site(tmp_path / "site")
    assert inkstead("build", "--quiet", cwd=site).code == 0
    before = (site / "output" / "current").readlink()
    (site / "posts" / "a.md").write_text("---\ntitle: A\nacess: paid\n---\nText\n")
    ran = inkstead("build", cwd=tmp_path, INKSTEAD_CONTENT="site")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("site/posts/a.md:3: ")
    assert "access" in ran.err
    assert ran.err.endswith("the last good site stays as it was)\n")
    assert (site / "output" / "current").readlink() == before


def test_what_init_and_new_write_is_right(tmp_path):
    """Everything that the commands write builds without error or warning, published, too."""
    site = new_site(tmp_path / "site", "--languages", "zh-Hans,en", "--title", 'A "*B*" $C')
    for arguments in (
        ("new", "你好，世界：C++", "--publish"),
        ("new", "Gated", "--access", "subscribers", "--publish"),
        ("new", "Daily", "--kind", "daily", "--folder", "--publish"),
        ("new", "Good day", "--in", "en", "--publish"),
        ("new", "page", "联系我", "--publish"),
        ("new", "product", "练习册", "--kind", "item", "--publish"),
        ("new", "product", "Season", "--kind", "pass", "--publish"),
        ("new", "Idea"),
    ):
        assert inkstead(*arguments, cwd=site).code == 0, arguments
    ran = inkstead("check", "--json", cwd=site)
    found = json.loads(ran.out)
    assert found["problems"] == []
    assert found["counts"]["posts"] == 6
    assert {each["title"] for each in found["drafts"]} == {"Idea", "会员"}


def test_check_changes_nothing(tmp_path):
    site = new_site(tmp_path / "site")
    before = {each.name for each in site.iterdir()}
    assert inkstead("check", cwd=site).code == 0
    assert not (site / "output" / "public").exists()
    assert {each.name for each in site.iterdir()} - before <= {"output"}


def test_a_scheduled_post_is_listed_with_its_time_and_built_when_it_comes(tmp_path):
    site = new_site(tmp_path / "site", "--time-zone", "Asia/Shanghai")
    inkstead("new", "Later", "--date", "2099-12-24 09:30", "--publish", cwd=site)
    ran = inkstead("check", cwd=site)
    assert (
        "scheduled (Asia/Shanghai):\n  2099-12-24 09:30  posts/2099-12-24-later.md  Later"
        in ran.out
    )
    assert json.loads(inkstead("check", "--json", cwd=site).out)["counts"]["posts"] == 1
    early, late = "2099-12-24 09:29", "2099-12-24 09:30"
    for at, count in ((early, 1), (late, 2)):
        found = json.loads(inkstead("build", "--json", "--at", at, cwd=site).out)
        assert found["counts"]["posts"] == count, at
