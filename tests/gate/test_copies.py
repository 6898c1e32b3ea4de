"""Where else a post stands is public, though what is behind its paywall may say it, too."""

from __future__ import annotations

from tests.engine.house import engine, files_of, post, product, site, write

COPIES = ("https://mp.weixin.example/s/a-long-and-winding-road", "https://x.example/me/2871")


def test_the_addresses_of_copies_are_no_alarm(tmp_path):
    links = " and ".join(f"[{url}]({url})" for url in COPIES)
    ledger = "".join(f'[a.p{n}]\nurl = "{url}"\n' for n, url in enumerate(COPIES))
    files = {
        "site.toml": site(),
        "products/membership.md": product("membership", "[paid]"),
        "posts/a.md": post(
            f"Open.\n\n<!-- paywall -->\n\nMore of it is at {links} too.", title="A", access="paid"
        ),
        "syndication.toml": ledger,
    }
    ran = engine(write(tmp_path / "content", files), tmp_path / "out")
    assert ran.ok, ran.errors
    page = files_of(tmp_path / "out/public")["a/index.html"].decode()
    assert all(f'href="{url}"' in page for url in COPIES)
