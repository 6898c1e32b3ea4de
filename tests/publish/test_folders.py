"""Which folder holds the content, and where the site may go."""

import json

import pytest

from publish import folders
from publish.trouble import WrongUsage


@pytest.fixture
def content(tmp_path):
    made = tmp_path / "content"
    (made / "posts").mkdir(parents=True)
    (made / "site.toml").write_text("")
    return made


def generation(folder, preview=False):
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"built_at": "now", "preview": preview}))
    return folder


def test_the_named_folder_wins_over_everything(content, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    environ = {"INKSTEAD_CONTENT": str(content)}
    assert folders.find_content("other", environ, tmp_path) == other
    assert folders.find_content(None, environ, other) == content


def test_site_toml_is_found_upwards(content):
    deep = content / "posts" / "a"
    deep.mkdir()
    assert folders.find_content(None, {}, deep) == content


def test_a_content_folder_here_is_found(content, tmp_path):
    assert folders.find_content(None, {}, tmp_path) == content


def test_the_nearest_settings_win(content, tmp_path):
    """A site inside a project that holds another one is the one that is meant."""
    (tmp_path / "site.toml").write_text("")
    assert folders.find_content(None, {}, content / "posts") == content
    assert folders.find_content(None, {}, tmp_path) == tmp_path


def test_no_content_names_the_ways_out(tmp_path):
    with pytest.raises(WrongUsage, match=r"inkstead init my-site.*--content") as refused:
        folders.find_content(None, {}, tmp_path)
    assert refused.value.code == 2


@pytest.mark.parametrize("named", ["nowhere", "a-file"])
def test_a_named_folder_must_exist(tmp_path, named):
    (tmp_path / "a-file").write_text("")
    with pytest.raises(WrongUsage, match=f'--content "{named}" is no folder'):
        folders.find_content(named, {}, tmp_path)
    with pytest.raises(WrongUsage, match="INKSTEAD_CONTENT"):
        folders.find_content(None, {"INKSTEAD_CONTENT": named}, tmp_path)


def test_output_lies_beside_content_or_inside_a_site_of_its_own(content, tmp_path):
    assert folders.find_output(None, content, tmp_path) == tmp_path / "output"
    assert folders.preview_output(content) == tmp_path / ".inkstead" / "preview"
    site = tmp_path / "my-site"
    site.mkdir()
    assert folders.find_output(None, site, tmp_path) == site / "output"
    assert folders.preview_output(site) == site / ".inkstead" / "preview"


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("content", "holds the content itself"),
        (".", "holds the content itself"),
        ("/", "holds the content itself"),
        ("content/posts", 'lies in "posts/"'),
        ("content/static/deep/er", 'lies in "static/"'),
        ("content/Files", 'lies in "Files/"'),
        ("content/posts/../pages/x", 'lies in "pages/"'),
        ("content/site.toml", "is a file"),
        ("full", "holds other files"),
    ],
)
def test_an_output_that_is_in_the_way_is_refused(content, tmp_path, output, reason):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("ten years")
    with pytest.raises(WrongUsage, match=reason) as refused:
        folders.find_output(output, content, tmp_path)
    assert "--output" in str(refused.value)


def test_an_output_through_a_link_is_judged_by_where_it_leads(content, tmp_path):
    (tmp_path / "link").symlink_to(content / "posts")
    with pytest.raises(WrongUsage, match='lies in "posts/"'):
        folders.find_output("link", content, tmp_path)


@pytest.mark.parametrize(
    "output", ["new/deep", "empty", "hidden", "earlier", "killed", "content/out"]
)
def test_a_new_empty_or_earlier_output_is_taken(content, tmp_path, output):
    (tmp_path / "empty").mkdir()
    (tmp_path / "hidden" / ".git").mkdir(parents=True)
    (tmp_path / "killed" / ".generations").mkdir(parents=True)
    (tmp_path / "killed" / "current").write_text("")
    generation(tmp_path / "earlier")
    (tmp_path / "earlier" / "public").mkdir()
    assert folders.find_output(output, content, tmp_path) == tmp_path / output


def test_another_programs_manifest_is_no_generation(content, tmp_path):
    """Web applications have a manifest.json, too."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "manifest.json").write_text('{"name": "app", "display": "standalone"}')
    with pytest.raises(WrongUsage, match="holds other files"):
        folders.find_output("app", content, tmp_path)


def test_a_generation_says_whether_it_is_for_readers(tmp_path):
    assert folders.is_production(generation(tmp_path / "a"))
    assert not folders.is_production(generation(tmp_path / "b", preview=True))
    assert not folders.is_production(tmp_path)
