"""What commands read of site.toml before a build has."""

import pytest

from publish.site import Settings, read_settings


def test_zone_and_languages_are_read(tmp_path):
    (tmp_path / "site.toml").write_text(
        'time_zone = "Asia/Shanghai"\nlanguages = ["en", "zh-Hans"]'
    )
    found = read_settings(tmp_path)
    assert found.zone.key == "Asia/Shanghai"
    assert found.languages == ("en", "zh-Hans")


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "time_zone = ",
        'time_zone = "Mars/Base"',
        'time_zone = "../../etc/passwd"',
        "time_zone = 8",
        "languages = 3",
        "languages = [1]",
        b"title = \xff",
    ],
)
def test_what_is_wrong_is_left_to_the_build_to_say(tmp_path, text):
    if text is not None:
        raw = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "site.toml").write_bytes(raw)
    assert read_settings(tmp_path) == Settings()
