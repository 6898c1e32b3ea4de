"""The file of a letter: rendered by the build, checked against the site that readers see."""

from __future__ import annotations

import os
from pathlib import Path

from publish import folders
from publish.commands import letter_aim
from publish.commands.talking import Call, Talk
from publish.contract.report import Said
from publish.operating import letter_press
from publish.operating.letter_press import Order, Pressed, Wrong
from publish.screen import from_here, say
from publish.trouble import WrongUsage


def read(talk: Talk, call: Call, file: str) -> Pressed:
    """Return a finished letter; what is odd about it is said on the way.

    Raises:
        Wrong: something is wrong with it.

    """
    path = (talk.here / Path(file).expanduser()).resolve()
    desk = talk.desk
    order = Order(
        content=folders.find_content(call.content, os.environ, talk.here),
        file=path,
        shown=from_here(path, talk.here),
        url=desk.world.origin,
        segment=letter_aim.known(talk.words),
        lang=talk.lang,
    )
    manifest = desk.world.releases.find().manifest
    with talk.counting(talk.words.gettext("rendering")):
        found = letter_press.press(order)
    letter_press.check_live(found, manifest, order.shown, talk.lang)
    _check_segment(talk, found, order.shown)
    warning = talk.words.gettext("warning: {text}")
    say([warning.format(text=each) for each in found.warnings], err=True)
    return found


def _check_segment(talk: Talk, found: Pressed, shown: str) -> None:
    try:
        letter_aim.aim(talk, found.to, found.lang)
    except WrongUsage as cause:
        said = Said("error", shown, found.to_line, cause.say(talk.words))
        raise Wrong([said]) from cause
