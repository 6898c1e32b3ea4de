"""`inkstead serve`: the preview, the composition root of publish/preview/."""

from __future__ import annotations

import dataclasses
import os
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from publish import folders, moments, options, picturing, place
from publish.build import Outcome, Worker
from publish.commands import inviting, serve_places
from publish.contract.catalogue import Words, choose_language
from publish.contract.manifest import ManifestError, load
from publish.contract.report import Request, Said
from publish.helptext import explained
from publish.preview import dress
from publish.preview import life as whole_life
from publish.preview.app import Preview
from publish.preview.lan import Door
from publish.preview.lan import opened as in_the_network
from publish.preview.life import Life
from publish.preview.loop import Turn, turns
from publish.preview.pictures import Pictures
from publish.preview.server import HOST, Server, bind, running
from publish.preview.snippets import Snippets
from publish.preview.stage import Stage, scene_after
from publish.preview.watch import Queued, watching
from publish.progress import progress
from publish.screen import Screen, from_here, say, table
from publish.site import read_settings

PORT = 8000
_NAMED = 3
# Seconds that a first request waits for the first build rather than being told to wait.
_PATIENCE = 8.0


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "serve",
        callback=partial(_serve, words),
        help=explained(
            words,
            _(
                "Show the site on this machine while you write, drafts included: every save builds"
                " it again and reloads the browser. When something is wrong, the page says what and"
                " where until it is right again. It never touches the finished site in OUTPUT."
                " Buying, signing in and mails work, with play money: nothing is charged and"
                " nothing is sent. With STRIPE_SECRET_KEY=sk_test_… Stripe's test mode takes the"
                " payments."
            ),
            ("inkstead serve", ""),
            ("inkstead serve --port 8001 --open", ""),
            ("inkstead serve --at 2026-12-24", _("the site as it will be that day")),
            ("inkstead serve --lan", _("copy snippets from your phone, too")),
        ),
        params=[
            options.content(words),
            click.Option(
                ["--output", "output"],
                metavar="DIR",
                help=_("Where the preview builds (default: .inkstead/preview)."),
            ),
            options.at(words),
            click.Option(
                ["--port", "port"],
                type=click.IntRange(0, 65535),
                default=PORT,
                show_default=True,
                metavar="N",
                help=_("The port on this machine; 0 takes a free one."),
            ),
            click.Option(["--open", "opened"], is_flag=True, help=_("Open the browser.")),
            inviting.option(words),
            options.quiet(words),
            options.language(words),
        ],
    )


@dataclass
class _Show:
    """What one run of the preview speaks and remembers."""

    screen: Screen
    stage: Stage
    request: Request
    quiet: bool
    life: Life
    door: Door | None = None
    said: frozenset[Said] = field(default_factory=frozenset)

    @property
    def address(self) -> str:
        return self.request.url

    def take(self, turn: Turn) -> None:
        """Show a finished build to the browser, then to the creator."""
        outcome, done = turn.outcome, turn.outcome.done
        shown = tuple(str(each) for each in outcome.of("error")) + outcome.tail
        generation = done.generation or str(turn.number)
        # The sandbox is at hand and learns the prices before a page can ask for them. Stripe may
        # be slow or out of reach, and no page waits for that.
        near = self.life.mode == "sandbox"
        wrong = self.life.built() if done.ok and near else ""
        self.stage.show(scene_after(self.stage.scene, done.ok, generation, shown))
        if done.ok and not near:
            wrong = self.life.built()
        if wrong:
            unsold = self.screen.words.gettext("nothing can be bought: {reason}")
            say([unsold.format(reason=wrong)], err=True)
        say(self._problems(outcome), err=True)
        if not done.ok:
            stays = self.screen.words.gettext("the last good site stays, save to try again")
            say([self.screen.not_built(done, stays if self.stage.scene.good else "")], err=True)
        elif not self.quiet:
            say([self._line(turn)])

    def welcome(self) -> list[str]:
        """Return the first screen: the address, and what is not public yet."""
        _ = self.screen.words.gettext
        lines = [_("preview: {address}").format(address=f"{self.address}/")]
        try:
            manifest = load(Path(self.request.output) / "manifest.json")
            homes = [(e.code, f"{self.address}{e.home}", e.title) for e in manifest.site.languages]
            given = bool(manifest.magnets)
        except ManifestError:
            homes, given = [], False
        figures = _("lead magnets: {address} (how often asked for, confirmed, fetched)")
        more = [figures.format(address=self.address + dress.MAGNETS)] if given else []
        return [*lines, *(f"  {row}" for row in table(homes)), *self.around(), *more]

    def around(self) -> list[str]:
        """Return where snippets, mails and the sandbox are, and who takes the payments."""
        _ = self.screen.words.gettext
        return [
            _("snippets: {address} (every post for other platforms)").format(
                address=self.address + dress.SNIPPETS
            ),
            *self._paid(),
        ]

    def _paid(self) -> list[str]:
        _ = self.screen.words.gettext
        mails = _("mails: {address} (nothing is sent)").format(address=self.address + dress.MAILS)
        if self.life.mode == "sandbox":
            panel = self.address + dress.PANEL
            line = _("sandbox: {address} (test payments, clock, webhooks)")
            return [mails, line.format(address=panel)]
        lines = [mails, _("payments: Stripe, test mode (STRIPE_SECRET_KEY)")]
        if not self.life.told_by_webhook:
            lines.append(
                _(
                    "  webhooks do not arrive here: run stripe listen --forward-to {address} and"
                    " set STRIPE_WEBHOOK_SECRETS to what it prints; buying works without"
                ).format(address=f"{self.address}/api/webhook")
            )
        return lines

    def waiting(self, outcome: Outcome) -> list[str]:
        """Return the tables of drafts and scheduled posts."""
        _ = self.screen.words.gettext
        zone = read_settings(self.screen.content).zone
        done = outcome.done
        return [
            *self.screen.pending(_("drafts (shown here, not on the site):"), done.drafts, zone),
            *self.screen.pending(
                _("scheduled ({zone}):").format(zone=zone.key), done.scheduled, zone
            ),
            _("press Ctrl-C to stop"),
        ]

    def _problems(self, outcome: Outcome) -> list[str]:
        """Return every error, and the warnings that the last build did not have."""
        fresh = [e for e in outcome.problems if e.level == "error" or e not in self.said]
        self.said = frozenset(outcome.problems)
        return self.screen.problems(Outcome(outcome.done, tuple(fresh), outcome.tail), self.quiet)

    def _line(self, turn: Turn) -> str:
        _ = self.screen.words.gettext
        seconds = f"{turn.outcome.done.seconds:.1f}"
        if turn.number == 1:
            counts = self.screen.pieces(turn.outcome.done)
            return _("built {counts} in {seconds} s").format(counts=counts, seconds=seconds)
        named = [self._name(path) for path in sorted(turn.changed)]
        rest = len(named) - _NAMED
        more = [f"+{rest}"] if rest > 0 else []
        reason = self.screen.listed([*named[:_NAMED], *more]) or _("a scheduled post is due")
        return _("rebuilt in {seconds} s: {reason}").format(seconds=seconds, reason=reason)

    def _name(self, path: str) -> str:
        changed, content = Path(path), self.screen.content
        if changed.is_relative_to(content):
            return changed.relative_to(content).as_posix()
        return from_here(changed, self.screen.here)


def _serve(
    words: Words,
    content: str | None,
    output: str | None,
    at: str | None,
    port: int,
    opened: bool,
    lan: str | None,
    quiet: bool,
) -> int:
    here = Path.cwd()
    folder = folders.find_content(content, os.environ, here)
    generation = serve_places.generation(output, folder, here)
    zone = read_settings(folder).zone
    fixed = moments.parse(at, zone) if at else None
    paying = whole_life.payer(os.environ)
    server = bind(port)
    request = Request(
        content=str(folder),
        output=str(generation),
        drafts=True,
        lang=choose_language(None),
        url=f"http://{HOST}:{server.server_port}",
    )
    clock = moments.now if fixed is None else partial(_same, fixed)
    state = folders.sandbox_state(folder)
    pictures = Pictures(picturing.cache_of(generation))
    kits = Snippets(generation, folder, pictures, lambda: clock().astimezone(zone).date())
    with (
        whole_life.living(state, generation, request.url, paying) as life,
        in_the_network(lan, server.server_port, kits, partial(inviting.invite, words)) as door,
    ):
        show = _Show(Screen(words, folder, here), Stage(), request, quiet, life, door)
        mounts = {**life.mounts, dress.SNIPPETS: kits.__call__}
        app = Preview(generation, show.stage, request.lang, server.server_port, mounts, _PATIENCE)
        _show_turns(show, server, app, clock, opened)
    return 0


def _show_turns(
    show: _Show, server: Server, app: Preview, clock: Callable[[], datetime], opened: bool
) -> None:
    """Serve, build, and build again with every save, until it is stopped."""
    content, edits = show.screen.content, Queued()
    ignored = (app.generation, folders.default_output(content))
    with (
        running(server, app),
        watching(serve_places.watched(content), ignored, edits.put),
        Worker() as worker,
    ):
        try:
            for turn in turns(partial(_build, worker, show), edits, clock):
                show.take(turn)
                if turn.number == 1:
                    _greet(show, turn.outcome, opened)
        finally:
            show.stage.close()


def _greet(show: _Show, outcome: Outcome, opened: bool) -> None:
    say(show.welcome())
    if show.door:
        inviting.invite(show.screen.words, show.door.address)
    say([] if show.quiet else show.waiting(outcome))
    sys.stdout.flush()
    if opened:
        webbrowser.open(f"{show.address}/")


def _build(worker: Worker, show: _Show, at: datetime, changed: frozenset[str]) -> Outcome:
    """Build for a time; a change of the engine's own code wants a new process."""
    plugins = place.engine_root() / "plugins"
    if any(Path(path).is_relative_to(plugins) for path in changed):
        worker.close()
    request = dataclasses.replace(show.request, at=moments.iso(at))
    first = show.screen.words.gettext("Starting")
    with progress(sys.stderr.isatty() and not show.quiet, first=first) as listen:
        return worker.build(request, listen)


def _same(moment: datetime) -> datetime:
    return moment
