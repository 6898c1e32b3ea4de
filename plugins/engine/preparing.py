"""Prepare everything that the service fills and gives: pages, words, mails, private feeds."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from plugins.engine.assemble import PRIVATE_MEDIA, Behind
from plugins.engine.fatal import short
from plugins.engine.handing import Handout, Handouts, folder_of
from plugins.engine.stage import Stage
from plugins.feeds.private import Lapsed, documents
from plugins.images.media import Media
from plugins.links.rewrite import undress
from plugins.magnets import disposable
from plugins.model.feeds import offered
from plugins.model.magnets import Magnet
from plugins.model.moments import Build
from plugins.model.problems import Problems
from plugins.service import words
from plugins.service.checking import check_slots, check_subject, unmarked_values
from plugins.service.mails import inlined, tidy
from plugins.service.plain_part import plain_part
from publish.contract.manifest import PrivateFile
from publish.contract.service import (
    COMMON_SLOTS,
    DELIVERY_MAIL_SLOTS,
    DELIVERY_PAGE_SLOTS,
    MAILS,
    MESSAGES,
    PAGES,
)

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
    "late": "Another link",
    "magnet-code": "Your code",
    "unsubscribe": "Unsubscribe",
    "delete": "Delete your account?",
}


@dataclass(frozen=True)
class Given:
    """What is prepared of a lead magnet in one language: its page, its mail, its files."""

    page: str
    mail: str
    files: tuple[PrivateFile, ...]


@dataclass(frozen=True)
class Shelf:
    """Where the prepared texts lie, as the manifest says it."""

    pages: Mapping[str, Mapping[str, str]]
    mails: Mapping[str, Mapping[str, str]]
    feeds: Mapping[str, Mapping[str, str]]
    magnets: Mapping[str, Mapping[str, Given]]
    disposable: str


def prepare(
    folder: Path,
    stage: Stage,
    generator: Any,
    build: Build,
    premium: Mapping[str, Behind],
    handouts: Handouts,
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
        magnets={
            magnet.id: {
                lang: room.magnet(magnet, lang, handouts[page.source])
                for lang, page in magnet.pages.items()
            }
            for magnet in stage.library.magnets.values()
        },
        disposable=room.disposable(),
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
        text = self._page(name, values, PAGES[name])
        return self.write(f"private/pages/{code}/{name}.html", text)

    def _page(self, name: str, values: Mapping[str, Any], slots: Collection[str]) -> str:
        template = self._template(f"service/{name}.html")
        text = self.stage.rendered(self.generator, template, values)
        check_slots(text, slots, short(str(template.filename)), self.problems)
        return text

    def mail(self, name: str, code: str) -> str:
        """Render both parts of a mail in a language and return their path, without the ending."""
        values = self.stage.service_mail(name, code)
        return self._mail(name, {"": values}, f"private/mails/{code}/{name}", MAILS[name])

    def _mail(
        self,
        name: str,
        values: Mapping[str, Mapping[str, Any]],
        path: str,
        slots: Collection[str],
    ) -> str:
        """Render both parts of a mail; `values` are for an ending, those by "" for both."""
        for ending, finish in ((".html", inlined), (".txt", tidy)):
            template = self._template(f"mails/{name}{ending}")
            called = short(str(template.filename))
            given = {**values[""], **values.get(ending, {})}
            text = finish(self.stage.rendered(self.generator, template, given))
            check_slots(text, {*slots, *COMMON_SLOTS}, called, self.problems)
            if ending == ".txt":
                check_subject(text, called, self.problems)
            self.write(path + ending, text)
        return path

    def magnet(self, magnet: Magnet, lang: str, handout: Handout) -> Given:
        """Write what a lead magnet hands out in a language."""
        folder = folder_of(magnet.id, lang)
        view = unmarked_values(self.stage.desk.magnet(magnet, lang))
        values = {**self.stage.service_page("delivery", lang, view.title), "magnet": view}
        thanks = unmarked_values(self.stage.desk.dressed(handout.thanks, magnet.page(lang)))
        page = self._page("delivery", {**values, "thanks": thanks}, DELIVERY_PAGE_SLOTS)
        parts = {
            "": {**self.stage.service_mail("delivery", lang), "magnet": view},
            ".html": {"intro": Markup(unmarked_values(handout.mail))},  # noqa: S704 - rendered by us
            ".txt": {"intro": unmarked_values(plain_part(handout.mail))},
        }
        return Given(
            page=self.write(f"{folder}/page.html", page),
            mail=self._mail("delivery", parts, f"{folder}/mail", DELIVERY_MAIL_SLOTS),
            files=tuple(self._file(folder, media) for media in handout.files),
        )

    def _file(self, folder: str, media: Media) -> PrivateFile:
        path = f"{folder}/{media.name}"
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(media.data)
        return PrivateFile(
            url="",  # it has none of its own: the service signs one for whoever may have it
            path=path,
            type=mimetypes.guess_type(media.name)[0] or "application/octet-stream",
            bytes=len(media.data),
            hash=hashlib.sha256(media.data).hexdigest(),
        )

    def disposable(self) -> str:
        """Write the domains of throw-away addresses where they are refused; return the path."""
        if not self.stage.library.site.refuse_disposable:
            return ""
        return self.write(disposable.PATH, disposable.listed())

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
