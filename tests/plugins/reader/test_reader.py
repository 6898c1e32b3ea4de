"""Whoever reads a file through Pelican gets the public part alone."""

from __future__ import annotations

import pytest
from pelican.readers import Readers
from pelican.settings import DEFAULT_CONFIG

from plugins import reader
from plugins.model.problems import BuildFailed
from plugins.reader import PublicReader
from tests.plugins.creator import write


def read(folder, text, name="a.md"):
    """Read a file as a generator of another plugin would."""
    place = write(folder, {name: text}) / name
    return PublicReader(DEFAULT_CONFIG).read(str(place))


def test_the_public_part_and_its_fields_are_read(tmp_path):
    html, fields = read(
        tmp_path, "---\ntitle: A\naccess: paid\n---\nOne\n\n<!-- paywall -->\nCanary"
    )
    assert html == "<p>One</p>"
    assert fields["title"] == "A"
    assert "Canary" not in repr(fields)


@pytest.mark.parametrize("access", ["paid", "[paid, vip]", "Paid", "subscribers", "public, paid"])
def test_a_gated_file_without_a_marker_has_no_public_part(tmp_path, access):
    html, _ = read(tmp_path, f"---\naccess: {access}\nsummary: s\n---\nCanary")
    assert html == ""


def test_a_public_file_is_read_whole(tmp_path):
    assert read(tmp_path, "---\ntitle: A\n---\nAll")[0] == "<p>All</p>"


@pytest.mark.parametrize("text", ["access：paid\n\nCanary", "---\naccess: paid\n\nCanary", b"\xff"])
def test_a_file_that_the_build_would_refuse_is_refused(tmp_path, text):
    with pytest.raises(BuildFailed, match=r"a\.md:1"):
        read(tmp_path, text)


def test_the_reader_takes_the_place_of_pelicans_own(tmp_path):
    reader.register()
    readers = Readers(DEFAULT_CONFIG)
    assert all(
        type(readers.readers[ending]) is PublicReader for ending in ("md", "markdown", "mkd")
    )


MAGNET = "---\ntitle: A\npromise: p\n---\nOne\n\n<!-- {} -->\nCanary"


@pytest.mark.parametrize("part", ["thanks", "mail", "MAIL"])
def test_of_a_magnet_only_its_page_is_read(tmp_path, part):
    html, fields = read(tmp_path, MAGNET.format(part), "magnets/a.md")
    assert html == "<p>One</p>"
    assert "Canary" not in repr(fields)


def test_a_magnet_that_the_build_would_refuse_is_refused(tmp_path):
    with pytest.raises(BuildFailed, match=r"a\.md:7"):
        read(tmp_path, MAGNET.format("thank you"), "magnets/a.md")


def test_the_place_of_a_magnet_leaves_nothing(tmp_path):
    assert read(tmp_path, "One\n\n<!-- magnet: a -->\n\nTwo")[0] == "<p>One</p>\n<p>Two</p>"
