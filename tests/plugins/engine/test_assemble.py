"""From a library to finished HTML: addresses resolved, files prepared, premium kept apart."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from plugins.engine.assemble import Assembly, private_folder
from plugins.engine.cache import Cache
from tests.plugins.creator import read, texts, write

SITE = 'languages = ["en", "zh-Hans"]\n'
PRODUCT = "---\nid: pass\nkind: item\ngrants: [paid]\nstatus: draft\n---\n"
PAID = "---\naccess: paid\n---\n"


def picture(shade=0):
    out = io.BytesIO()
    Image.new("RGB", (30, 20), (shade, 0, 0)).save(out, "PNG")
    return out.getvalue()


def assembled(folder, files, cache=None):
    """Assemble a folder; return what is public, what is premium, and what was said."""
    loaded = read(folder, {"products/p.md": PRODUCT, **files}, site=SITE)
    assert loaded.errors == []
    before = len(loaded.problems.found)
    run = Assembly(
        loaded.library,
        loaded.vault,
        ["/", "/archive/"],
        cache or Cache(None),
        loaded.problems,
        print,
    )
    public, premium = run.run()
    return public, premium, texts(loaded.problems.found[before:])


def test_links_and_pictures_of_a_text_become_addresses(tmp_path):
    files = {
        "posts/a.md": "[b](b.md#x) [home](/) ![p](p.png) [s](/static/s.txt)",
        "posts/b.md": "B",
        "posts/p.png": picture(),
        "static/s.txt": b"s",
    }
    public, _, said = assembled(tmp_path, files)
    html = public.public["posts/a.md"]
    assert said == []
    assert 'href="/b/#x"' in html
    assert 'href="/"' in html
    assert 'href="/s.txt"' in html
    (path,) = public.media
    assert f'src="{path}"' in html
    assert 'width="30" height="20"' in html
    assert path.startswith("/media/p.")


def test_files_of_the_premium_part_are_private(tmp_path):
    text = (
        PAID
        + "![o](open.png)\n\n<!-- paywall -->\n\n![s](secret.png) ![o](open.png) [f](/files/f.pdf)"
    )
    files = {
        "posts/a.md": text,
        "posts/open.png": picture(1),
        "posts/secret.png": picture(2),
        "files/f.pdf": b"%PDF",
    }
    public, premium, said = assembled(tmp_path, files)
    assert said == []
    assert [media.data for media in public.media.values()] == [picture(1)]
    behind = premium["posts/a.md"]
    assert [each.source for each in behind.files] == ["files/f.pdf", "posts/secret.png"]
    assert all(each.url.startswith("/api/files/posts/a/") for each in behind.files)
    assert all(each.url in behind.html for each in behind.files)
    assert next(iter(public.media)) in behind.html
    assert (behind.facts.images, behind.facts.downloads) == (2, 1)
    assert "secret" not in repr(public)
    assert behind.files[0].type == "application/pdf"


def test_a_picture_that_another_post_shows_openly_is_public(tmp_path):
    files = {
        "posts/a.md": f"{PAID}T\n\n<!-- paywall -->\n\n![](p.png)",
        "posts/b.md": "![](p.png)",
        "posts/p.png": picture(),
    }
    public, premium, _ = assembled(tmp_path, files)
    assert len(public.media) == 1
    assert premium["posts/a.md"].files == ()


def test_a_file_for_buyers_is_never_linked_openly(tmp_path):
    _, _, said = assembled(tmp_path, {"posts/a.md": "x\n\n[f](/files/f.pdf)", "files/f.pdf": b"x"})
    assert said[0].startswith('posts/a.md:3: "files/f.pdf" is never public')


def test_a_broken_link_is_named_with_its_line(tmp_path):
    _, _, said = assembled(tmp_path, {"posts/a.md": "One\n\n[x](missing.md#y)"})
    assert said == ['posts/a.md:3: "missing.md" leads nowhere']


def test_a_link_that_is_broken_in_many_places_is_one_warning(tmp_path):
    files = {f"posts/{name}.md": "[x](/gone/)" for name in "abc"}
    said = assembled(tmp_path, files)[2]
    assert said == ['posts/a.md:1: "/gone/" leads nowhere, here and elsewhere (3 times in all)']


def test_a_broken_link_behind_the_paywall_is_told_by_place_alone(tmp_path):
    text = f"{PAID}T\n\n<!-- paywall -->\n\n[x](canary.md)"
    said = assembled(tmp_path, {"posts/a.md": text})[2]
    assert said == ["posts/a.md:8: a link behind the paywall leads nowhere"]


def test_a_link_to_what_is_not_published_yet_is_a_warning(tmp_path):
    files = {"posts/a.md": "[b](b.md)", "posts/b.md": "date: 2030-01-01\n\nB"}
    assert assembled(tmp_path, files)[2] == [
        "posts/a.md:1: a link to posts/b.md, which is not published yet"
    ]


@pytest.mark.parametrize(
    "way", ["../../outside.png", "/../outside.png", "linked.png", "link/outside.png"]
)
def test_nothing_outside_the_folder_is_published(tmp_path, way):
    write(tmp_path, {"outside.png": picture(), "content/posts/x.txt": b""})
    (tmp_path / "content/posts/linked.png").symlink_to(tmp_path / "outside.png")
    (tmp_path / "content/posts/link").symlink_to(tmp_path)
    public, _, said = assembled(tmp_path / "content", {"posts/a.md": f"![x]({way})"})
    assert public.media == {}
    assert "leads nowhere" in said[0]


def test_a_text_is_never_published_as_a_file(tmp_path):
    files = {"posts/a.md": "[x](_notes.md) [y](/posts/_notes.md)", "posts/_notes.md": "Canary"}
    public, _, said = assembled(tmp_path, files)
    assert public.media == {}
    assert len(said) == 2


def test_a_name_that_no_file_system_takes_leads_nowhere(tmp_path):
    said = assembled(tmp_path, {"posts/a.md": f"[x]({'长' * 200})"})[2]
    assert "leads nowhere" in said[0]


def test_a_broken_picture_is_an_error_that_names_it(tmp_path):
    said = assembled(tmp_path, {"posts/a.md": "![](p.png)", "posts/p.png": b"no"})[2]
    assert said[0].startswith("posts/p.png:0: the picture cannot be read: ")


def test_a_cover_is_a_picture_with_its_size(tmp_path):
    files = {"posts/a.md": "cover: p.png\n\nA", "posts/p.png": picture()}
    cover = assembled(tmp_path, files)[0].covers["posts/a.md"]
    assert (cover.width, cover.height) == (30, 20)
    assert cover.url.startswith("/media/p.")


@pytest.mark.parametrize("cover", ["missing.png", "b.md", "/files/f.png"])
def test_a_cover_that_is_no_picture_is_an_error(tmp_path, cover):
    files = {"posts/a.md": f"cover: {cover}\n\nA", "posts/b.md": "B", "files/f.png": picture()}
    assert f'posts/a.md:1: cover "{cover}" is no picture' in assembled(tmp_path, files)[2]


def test_a_premium_heading_does_not_take_the_id_of_a_public_one(tmp_path):
    text = f"{PAID}Text\n\n## One\n\n<!-- paywall -->\n\n## One\n"
    public, premium, _ = assembled(tmp_path, {"posts/a.md": text})
    assert 'id="one"' in public.public["posts/a.md"]
    assert 'id="one"' not in premium["posts/a.md"].html


def test_a_warm_run_gives_the_same_as_a_cold_one(tmp_path):
    files = {"posts/a.md": "# T\n\n![](p.png)[^1]\n\n[^1]: N", "posts/p.png": picture()}
    cache = Cache(tmp_path / "cache.db")
    cold = assembled(tmp_path / "content", files, cache)
    cache.save()
    assert assembled(tmp_path / "content", files, Cache(tmp_path / "cache.db")) == cold


def test_a_translated_product_keeps_its_owners_part_by_language(tmp_path):
    there = "---\ntranslation_of: pass\n---\n甲\n\n<!-- paywall -->\n\n乙"
    here = "---\nid: pass\nkind: item\ngrants: [paid]\n---\nA\n\n<!-- paywall -->\n\nB"
    loaded = read(tmp_path, {"products/zh/p.md": there, "products/p.md": here}, site=SITE)
    folders = {private_folder(entry) for entry in loaded.library.entries}
    assert folders == {"private/products/pass/en", "private/products/pass/zh-Hans"}
