"""The pages about one server and any static host say what is true, in both languages."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from publish.deploy import headers
from publish.paywall.roots import settings
from tests.conftest import ROOT, missing
from tests.publish.serving.one_server import KEYS, one_server

DOCS = ROOT / "docs"
NAMES = ("one-server", "static-host")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def text_of(name: str, lang: str = "") -> str:
    return (DOCS / f"{name}{lang}.md").read_text("utf-8")


def files() -> dict[str, str]:
    """Return the files that the page shows, by their place."""
    blocks = [body for _, body in FENCE.findall(text_of("one-server"))]
    return {
        body[2 : body.index("\n")]: body[body.index("\n") + 1 :]
        for body in blocks
        if body.startswith("# /")
    }


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_show_the_same_commands_and_files(name):
    def shown(text: str) -> list[tuple[str, str]]:
        return [(kind, re.sub(r"#.*", "", body)) for kind, body in FENCE.findall(text)]

    assert shown(text_of(name)) == shown(text_of(name, ".zh"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["", ".zh"])
def test_links_lead_somewhere(name, lang):
    links = re.findall(r"\]\(([^)]+)\)", text_of(name, lang))
    assert len(links) >= 2
    for link in links:
        page, _, anchor = link.partition("#")
        target = (DOCS / page).read_text("utf-8")
        headings = re.findall(r"^#+ (.+)$", target, re.M)
        assert not anchor or anchor in [each.lower().replace(" ", "-") for each in headings]


def test_the_settings_are_those_that_there_are():
    names = [line.partition("=")[0] for line in files()["/etc/inkstead/env"].splitlines()]
    assert set(names) <= set(settings.NAMES)
    named = set(re.findall(r"\b(?:INKSTEAD|STRIPE)_[A-Z_]+\b", text_of("one-server")))
    assert named <= set(settings.NAMES)


def units() -> dict[str, str]:
    return {Path(p).name: t for p, t in files().items() if p.startswith("/etc/systemd/")}


def test_systemd_takes_the_units(tmp_path):
    """As they stand there, but for where the program lies."""
    found = shutil.which("systemd-analyze")
    if not found:
        missing("systemd-analyze is not installed")
    assert len(units()) == 4
    binary = Path(sys.executable).parent / "inkstead"
    for name, text in units().items():
        own = text.replace("/srv/inkstead/engine/.venv/bin/inkstead", str(binary))
        (tmp_path / name).write_text(own)
    done = subprocess.run(
        [found, "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    told = [line for line in done.stderr.splitlines() if "inkstead" in line]
    assert told == [], done.stderr


def test_the_unit_is_kept_from_what_it_does_not_need():
    unit = configparser.RawConfigParser(strict=True)
    unit.optionxform = str  # type: ignore[method-assign, assignment]
    unit.read_string(units()["inkstead.service"])
    service = dict(unit["Service"])
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert "ReadWritePaths" not in service  # the store's own folder is all it writes to
    env = files()["/etc/inkstead/env"]
    assert f"sqlite:/var/lib/{service['StateDirectory']}/" in env


def test_what_the_unit_runs_serves_with_the_settings_of_the_page(tmp_path):
    unit = units()["inkstead.service"]
    command = re.search(r"^ExecStart=\S+/inkstead (.*)$", unit, re.M)
    assert command
    assert command[1].split()[0] == "run"
    with one_server(tmp_path / "my-site") as site:
        shown = dict(line.split("=", 1) for line in files()["/etc/inkstead/env"].splitlines())
        site.environ = shown | {
            "INKSTEAD_ORIGIN": site.origin,
            "INKSTEAD_KEYS": KEYS[0],
            "INKSTEAD_STORE": shown["INKSTEAD_STORE"].replace("/var/lib", str(tmp_path)),
            "INKSTEAD_BODIES": shown["INKSTEAD_BODIES"].replace("/srv/inkstead", str(tmp_path)),
        }
        site.start(*command[1].split()[1:])
        assert site.reader().get("/").status == 200
        assert site.reader().get("/api/sign-in").status == 200
        code, said = site.end()
        assert code == 0, said
        assert (tmp_path / "inkstead" / "paywall.sqlite").is_file()


def test_the_proxies_pass_on_to_where_the_socket_listens():
    listens = re.search(r"^ListenStream=(.+)$", units()["inkstead.socket"], re.M)
    assert listens
    assert f"reverse_proxy {listens[1]} " in files()["/etc/caddy/Caddyfile"]
    nginx = files()["/etc/nginx/conf.d/example.com.conf"]
    assert f"proxy_pass http://{listens[1]};" in nginx
    for header in ("Host $host", "X-Forwarded-For $proxy_add_x_forwarded_for"):
        assert f"proxy_set_header {header};" in nginx


def test_a_static_nginx_keeps_for_ever_what_the_edge_keeps_for_ever(demo):
    pattern = re.search(r'location ~ "(.+)" \{', text_of("static-host"))
    assert pattern
    public = demo / "public"
    paths = [f.relative_to(public).as_posix() for f in public.rglob("*") if f.is_file()]
    for path in paths:
        assert bool(re.search(pattern[1], f"/{path}")) == headers.fingerprinted(path), path
    assert any(map(headers.fingerprinted, paths))
