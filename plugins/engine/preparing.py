"""Prepare everything that the service fills and gives: pages, words, mails, private feeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugins.engine.assemble import PRIVATE_MEDIA, Behind
from plugins.engine.fatal import short
from plugins.engine.stage import Stage
from plugins.feeds.private import Lapsed, documents
from plugins.links.rewrite import undress
from plugins.model.feeds import offered
from plugins.model.moments import Build
from plugins.model.problems import Problems
from plugins.service import words
from plugins.service.checking import check_mail, check_page, check_subject
from plugins.service.mails import inlined, tidy
from publish.contract.service import MAILS, MESSAGES, PAGES

# What heads the browser's tab; the page itself may say more.
TITLES: Mapping[str, str] = {
    "sign-in": "Sign in",
    "code": "Look in your mailbox",
    "confirm": "Confirm",
    "before": "Before you pay",
    "paying": "How paying works here",
    "return": "Order number",
    "redeem": "Redeem a code",
    "account": "Your account",
    "sent": "Look in your mailbox",
    "late": "This link is too old",
    "magnet-code": "Your code",
    "unsubscribe": "Unsubscribe",
    "delete": "Delete your account?",
}


@dataclass(frozen=True)
class Shelf:
    """Where the prepared texts lie, as the manifest says it."""

    pages: Mapping[str, Mapping[str, str]]
    mails: Mapping[str, Mapping[str, str]]
    feeds: Mapping[str, Mapping[str, str]]


def prepare(
    folder: Path,
    stage: Stage,
    generator: Any,
    build: Build,
    premium: Mapping[str, Behind],
    problems: Problems,
) -> Shelf:
    """Write all that the service needs in each language of the site.

    Raises:
        OSError: a file cannot be written.

    """
    codes = [language.code for language in stage.library.site.languages]
    room = _Room(folder, stage, generator, problems)
    for code in codes:
        room.write(f"private/pages/{code}/words.json", room.words(code))
    return Shelf(
        pages={name: {code: room.page(name, code) for code in codes} for name in PAGES},
        mails={name: {code: room.mail(name, code) for code in codes} for name in MAILS},
        feeds={code: dict(room.feeds(code, build, premium)) for code in codes},
    )


class _Room:
    """One build's prepared texts."""

    def __init__(self, folder: Path, stage: Stage, generator: Any, problems: Problems) -> None:
        self.folder, self.stage = folder, stage
        self.generator, self.problems = generator, problems

    def write(self, path: str, text: str) -> str:
        """Write a text and return its path."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        return path

    def words(self, code: str) -> str:
        """Return words.json of a language."""
        return words.dump(words.words(self.stage.desk.speech[code].words.gettext, code))

    def page(self, name: str, code: str) -> str:
        """Render a page in a language and return its path."""
        say = self.stage.desk.speech[code].words.gettext
        title = say(TITLES[name]) if name in TITLES else "[[title]]"
        values = self.stage.service_page(name, code, title)
        template = self._template(f"service/{name}.html")
        text = self.stage.rendered(self.generator, template, values)
        check_page(name, text, short(str(template.filename)), self.problems)
        return self.write(f"private/pages/{code}/{name}.html", text)

    def mail(self, name: str, code: str) -> str:
        """Render both parts of a mail in a language and return their path, without the ending."""
        values = self.stage.service_mail(name, code)
        path = f"private/mails/{code}/{name}"
        for ending, finish in ((".html", inlined), (".txt", tidy)):
            template = self._template(f"mails/{name}{ending}")
            called = short(str(template.filename))
            text = finish(self.stage.rendered(self.generator, template, values))
            check_mail(name, text, called, self.problems)
            if ending == ".txt":
                check_subject(text, called, self.problems)
            self.write(path + ending, text)
        return path

    def feeds(
        self, code: str, build: Build, premium: Mapping[str, Behind]
    ) -> Iterator[tuple[str, str]]:
        """Write the private feeds of a language; yield their kinds and paths."""
        feed = offered(list(build.feeds), code)
        whole = {
            entry.source: self._whole(entry.source, premium[entry.source])
            for entry in feed.entries
            if entry.source in premium
        }
        say = self.stage.desk.speech[code].words.gettext
        title, text = MESSAGES["expired"]
        lapsed = Lapsed(say(title), say(text), say("Your account"))
        for kind, text in documents(build, feed, whole, PRIVATE_MEDIA, lapsed).items():
            yield kind, self.write(f"private/feeds/{code}/{kind}.xml", text)

    def _whole(self, source: str, behind: Behind) -> str:
        public = undress(str(self.stage.pages[source].content))
        return f"{public}\n{undress(behind.html)}"

    def _template(self, name: str) -> Any:
        return self.generator.env.get_template(name)
