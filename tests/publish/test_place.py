"""Where the engine lies."""

import re

from publish import place


def test_a_checkout_is_found_beside_the_package(tmp_path):
    package = tmp_path / "publish"
    package.mkdir()
    assert place.engine_root(package) == tmp_path
    assert place.is_source(package)


def test_an_installed_engine_is_found_inside_the_package(tmp_path):
    package = tmp_path / "publish"
    (package / "engine" / "theme").mkdir(parents=True)
    assert place.engine_root(package) == package / "engine"
    assert not place.is_source(package)


def test_there_is_a_version():
    assert re.fullmatch(r"\d+\.\d+.*", place.version())
