"""`inkstead run`: site and service on one server, the composition root of publish/serving/."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click

from publish import folders, options
from publish.commands.talking import stored
from publish.contract import manifest as contract
from publish.contract.catalogue import N_, Words
from publish.contract.manifest import ManifestError
from publish.deploy import headers
from publish.deploy import settings as deployment
from publish.helptext import explained
from publish.operating.real import Unset, key_name
from publish.paywall.roots import server, settings
from publish.paywall.roots.server import Ticker
from publish.paywall.roots.settings import Settings, SettingsError
from publish.screen import from_here, say
from publish.serving import listening, surroundings
from publish.serving.listening import Listening
from publish.serving.site import Current, Site
from publish.trouble import Failure, WrongUsage

HOST, PORT = "127.0.0.1", 8000
_INTERRUPTED = 130


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "run",
        callback=partial(_run, words),
        help=explained(
            words,
            _(
                "Serve the finished site and the paywall from this one machine, in the foreground,"
                " behind a web server that speaks HTTPS. A build is taken over at once, without a"
                " restart. It wants INKSTEAD_ORIGIN, INKSTEAD_KEYS and INKSTEAD_MAIL in the"
                " environment, and Stripe's keys unless the site takes codes only;"
                " docs/one-server.md says it all."
            ),
            ("inkstead build", ""),
            ("inkstead run", ""),
            ("inkstead run --content my-site --port 8001", ""),
        ),
        params=[
            options.content(words),
            options.output(words),
            click.Option(
                ["--host", "host"],
                default=HOST,
                show_default=True,
                metavar="IP",
                help=_("The address to listen on."),
            ),
            click.Option(
                ["--port", "port"],
                type=click.IntRange(0, 65535),
                default=PORT,
                show_default=True,
                metavar="N",
                help=_("The port to listen on; 0 takes a free one."),
            ),
            options.language(words),
        ],
    )


def _run(words: Words, content: str | None, output: str | None, host: str, port: int) -> int:
    here = Path.cwd()
    folder = folders.find_content(content, os.environ, here)
    place = surroundings.output_of(output, os.environ, folder, here)
    url = _built_for(place)
    told = _settings(surroundings.completed(os.environ, folder, place))
    _check_origin(told.origin, url)
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    taken = listening.passed_on() or listening.bound(host, port)
    with stored(), taken:
        site, ticker = _composed(told, folder, place)
        waiting = Listening(site, taken)
        say([_first_line(told, here), *_welcome(words, told, place, here, host, waiting.port)])
        return _serve(waiting, ticker)


def _built_for(output: Path) -> str:
    """Return the address that the finished site was built for.

    Raises:
        Failure: there is no build, or one of another version.
        WrongUsage: it is the preview's.

    """
    path = output / "manifest.json"
    if not path.exists():
        raise Failure(N_("the site was not built yet (run: {command})"), command="inkstead build")
    try:
        manifest = contract.load(path)
    except ManifestError as cause:
        raise Failure(
            N_('"{path}" is of another version (run again: {command})'),
            path=path,
            command="inkstead build",
        ) from cause
    if manifest.preview:
        raise WrongUsage(
            N_(
                'output "{output}" is a preview, with drafts in it'
                " (run inkstead build, or name the finished site with --output)"
            ),
            output=output,
        )
    return manifest.site.url


def _settings(environ: Mapping[str, str]) -> Settings:
    try:
        return settings.read(environ)
    except SettingsError as cause:
        raise Unset(cause.problems) from cause


def _check_origin(origin: str, url: str) -> None:
    if origin != url.rstrip("/"):
        raise WrongUsage(
            N_(
                'INKSTEAD_ORIGIN "{origin}" is not the address that the site was built for, "{url}"'
                " (correct it, or url in site.toml and build again)"
            ),
            origin=origin,
            url=url,
        )


def _composed(told: Settings, content: Path, output: Path) -> tuple[Site, Ticker]:
    always = headers.security(
        deployment.embeds(content),
        (*headers.STRIPE, *_stand_in(told)),
        https=told.origin.startswith("https:"),
    )
    try:
        service, ticker = server.composed(told)
    except ValueError as cause:  # a key that does not go with the address
        raise WrongUsage(N_("STRIPE_SECRET_KEY: {problem}"), problem=cause) from cause
    return Site(Current(output, always), service, always), ticker


def _stand_in(told: Settings) -> tuple[str, ...]:
    """Return where forms lead to when a sandbox on this machine stands in for Stripe."""
    parts = urlsplit(told.stripe_api)
    return (f"{parts.scheme}://{parts.netloc}",) if told.stripe_api else ()


def _first_line(told: Settings, here: Path) -> str:
    """Return account, mode and store: "Stripe …4f2a · live · sqlite store/paywall.sqlite"."""
    mode = "sandbox" if told.stripe_api else "test" if "_test_" in told.stripe_key else "live"
    kind, _, where = told.store.partition(":")
    shown = from_here(Path(where), here) if kind == "sqlite" else where
    return " · ".join((key_name(told.stripe_key), mode, f"{kind} {shown}"))


def _welcome(
    words: Words, told: Settings, output: Path, here: Path, host: str, port: int
) -> list[str]:
    _ = words.gettext
    shown = f"[{host}]" if ":" in host else host
    line = _("{origin} from {output}, at http://{host}:{port}")
    codes = [] if told.stripe_key else [_("codes only: there is no STRIPE_SECRET_KEY")]
    values = {"origin": told.origin, "output": from_here(output, here), "host": shown}
    return [line.format(port=port, **values), *codes]


def _serve(waiting: Listening, ticker: Ticker) -> int:
    """Serve until told to end; told twice, end at once."""
    told: list[int] = []

    def end(number: int, frame: object) -> None:
        told.append(number)
        if len(told) > 1:
            raise SystemExit(_INTERRUPTED)
        waiting.end()

    for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(each, end)
    sys.stdout.flush()
    ticker.start()
    try:
        waiting.run()
    finally:
        ticker.stop()
    return _INTERRUPTED if told == [signal.SIGINT] else 0
