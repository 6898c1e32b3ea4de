"""The headers with which public files are served."""

import pytest

from publish.deploy.headers import ASK, FOREVER, fingerprinted, of, security


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("index.html", ("text/html; charset=utf-8", ASK)),
        ("feeds/rss.xml", ("application/rss+xml; charset=utf-8", ASK)),
        ("assets/site.301d8797.css", ("text/css; charset=utf-8", FOREVER)),
        ("media/圆.6ab10d61.webp", ("image/webp", FOREVER)),
        ("assets/fonts/a.6ab10d61.woff2", ("font/woff2", FOREVER)),
        ("assets/site.css", ("text/css; charset=utf-8", ASK)),
    ],
)
def test_a_file_is_served_with_its_type_and_how_long_it_is_kept(path, told):
    assert of(path, b"<rss version='2.0'>") == told


@pytest.mark.parametrize(
    "path",
    [
        "favicon.svg",
        "posts/a.6ab10d61.webp",
        "xmedia/a.6ab10d61.webp",
        "media/6ab10d61.webp",
        "media/a.6ab10d6.webp",
        "media/a.6AB10D61.webp",
        "media/a.6ab10d61.",
        "media/a.6ab10d61.tar.gz",
        "media/a.6ab10d61.webp/index.html",
    ],
)
def test_only_a_hash_in_the_name_of_an_asset_is_one(path):
    assert not fingerprinted(path)


def test_nothing_is_allowed_but_what_is_named():
    policy = security()["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "form-action 'self' https://checkout.stripe.com https://billing.stripe.com;" in policy
    assert "frame-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_embedded_frames_are_those_of_the_settings():
    policy = security(("https://player.example", "https://b.example"))["content-security-policy"]
    assert "frame-src https://player.example https://b.example" in policy


def test_without_https_no_host_is_bound_to_it():
    plain = security(https=False)
    assert "strict-transport-security" not in plain
    assert "upgrade-insecure-requests" not in plain["content-security-policy"]
    assert "strict-transport-security" in security()
