"""The language of commands: `--lang` may stand anywhere, and click speaks it too."""

from __future__ import annotations

import gettext
from collections.abc import Sequence

from publish.contract.catalogue import N_, Words
from publish.trouble import WrongUsage

FLAG = "--lang"


def take_language(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return what `--lang` asks for (the last wins, None without) and the other arguments.

    Raises:
        WrongUsage: no language follows, or one that Inkstead does not speak.

    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    waiting = list(arguments[:end])
    rest: list[str] = []
    chosen: str | None = None
    while waiting:
        word = waiting.pop(0)
        if word == FLAG or word.startswith(f"{FLAG}="):
            _, equals, value = word.partition("=")
            chosen = _known(value if equals else waiting.pop(0) if waiting else "")
        else:
            rest.append(word)
    return chosen, [*rest, *arguments[end:]]


def _known(value: str) -> str:
    if not value:
        raise WrongUsage(N_("--lang needs a language (write --lang en or --lang zh)"))
    if value.lower().replace("_", "-").split("-")[0] not in ("en", "zh"):
        raise WrongUsage(
            N_('--lang "{value}" is no language of Inkstead (write --lang en or --lang zh)'),
            value=value,
        )
    return value


def teach_click(words: Words) -> None:
    """Let click take its own messages ("Usage:", "Missing argument") from our catalogue.

    click asks the process's gettext domain, which wants compiled files in a folder of its own
    layout; answering in its place needs none.
    """

    def one(domain: str, message: str) -> str:
        return words.gettext(message)

    def many(domain: str, msgid1: str, msgid2: str, n: int) -> str:
        return words.ngettext(msgid1, msgid2, n)

    gettext.dgettext, gettext.dngettext = one, many
