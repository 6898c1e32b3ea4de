"""A letter of the creator's, rendered as a process: Markdown in, both parts of a mail out.

    python -m plugins.engine.letter < order.json

The order says where the letter lies and what it may link to, the answer is one line of JSON:

    {"version": 1, "content": folder, "file": path, "shown": path for errors, "url": address of
     the site, "lang": language of messages, "segment": [word that "to:" may use, …]}
    {"version": 1, "problems": [[level, path, line, sentence], …], "letter": null or
     {"subject", "lang", "html", "text", "name", "to": {word: value}, "to_line": N,
      "needs": [[path on the site, as it is written, line], …]}}

Both parts and the subject have the slots of LETTER_SLOTS. `name` names the letter by what it says,
whatever the theme is like. `needs` are the addresses of this site that must be live.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from plugins.engine.letter_frame import Frame
from plugins.engine.letter_links import Links
from plugins.gate.leaks import Search, Secret
from plugins.links.rewrite import undress
from plugins.model.entries import Fields
from plugins.model.frontmatter import Source, decode, split
from plugins.model.marker import MARKER, split_at_marker
from plugins.model.marks import Mark, check_marks
from plugins.model.problems import Problem, Problems, hint
from plugins.model.site_file import FILE
from plugins.model.slugs import quoted
from plugins.reader.render import Job, render
from plugins.service.checking import check_slots
from plugins.service.letters import Names, check_shown, undecked, with_magnets
from plugins.service.plain_part import plain_part
from publish.contract.catalogue import N_
from publish.contract.report import Place
from publish.contract.service import COMMON_SLOTS, LETTER_SLOTS
from publish.contract.slots import escaped, plain, unmarked

VERSION = 1
FIELDS = ("subject", "title", "lang", "to")
# Setting styles beside the words turns them into what they stand for.
_BRACKET = re.compile(r"&(?:#0*9[13]|#x0*5[bd]|[lr]sqb|[lr]brack);", re.I)
_MEANING = re.compile(r"[\\`*_\[\]<>]")
LARGE = 100_000  # bytes: Gmail shows no more of a mail
LARGEST = 300_000  # bytes: the store keeps no part over 400 KB, as JSON


@dataclass(frozen=True)
class Order:
    """What to render; see the module."""

    content: Path
    file: Path
    shown: str
    url: str
    segment: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Return where its links start: the letter's path in the folder, else the folder's top."""
        place, folder = self.file.resolve(), self.content.resolve()
        inside = place.is_relative_to(folder)
        return place.relative_to(folder).as_posix() if inside else place.name


@dataclass(frozen=True)
class Head:
    """What the front matter says; names in subject and title are set aside."""

    subject: str
    title: str
    lang: str
    to: Mapping[str, str]
    to_line: int


class Letter:
    """One letter while it is read, checked and rendered."""

    def __init__(self, order: Order, frame: Frame, problems: Problems) -> None:
        self.order, self.frame, self.problems = order, frame, problems
        self.names = Names()
        site = frame.library.site.url.rstrip("/")
        self.links = Links(order.content, frame.map, (order.url, site), order.source, problems)

    def write(self) -> dict[str, Any] | None:
        """Return the finished letter, None when something is wrong with it."""
        source = self._source()
        if source is None:
            return None
        head = self._head(source)
        self._check_body(source)
        html = self._rendered(source, head.lang)
        if self.problems.errors:
            return None
        parts = self._framed(head, html)
        self._check_size(max(parts["html"], parts["text"], key=len))
        self._check_slots(parts)
        self._check_premium("\n".join(map(self.names.plainly, (head.subject, head.title, html))))
        self._check_sender(head.lang)
        return {
            **parts,
            "lang": head.lang,
            "name": _name(source),
            "to": dict(head.to),
            "to_line": head.to_line,
            "needs": [[need.path, need.value, need.line] for need in self.links.needs],
        }

    # ---- reading ----

    def _source(self) -> Source | None:
        shown = self.order.shown
        try:
            raw = self.order.file.read_bytes()
        except OSError as cause:
            message = N_("the file cannot be read: {reason}")
            self.problems.error(Place(shown), message, reason=cause.strerror or cause)
            return None
        return split(decode(raw, shown, self.problems), shown, FIELDS, self.problems)

    def _head(self, source: Source) -> Head:
        fields = Fields(source, self.order.shown, self.frame.library.site, self.problems)
        for name, place in fields.adopt(FIELDS):
            message = N_('unknown field "{name}" (a letter knows: {known})')
            self.problems.error(place, message, name=name, known=", ".join(FIELDS))
        subject, title = (
            self.names.set_aside(fields.text(name), fields.place(name), self.problems)
            for name in ("subject", "title")
        )
        if not (subject or title):
            self.problems.error(
                Place(self.order.shown, 1),
                N_('a letter needs a subject (write "subject: …" between two lines "---")'),
            )
        lang = fields.language(self.frame.library.site.main.code)
        return Head(subject or title, title, lang, self._to(fields), fields.place("to").line)

    def _to(self, fields: Fields) -> dict[str, str]:
        """Return whom the letter is for, in the words of the filters."""
        value, known = fields.values.get("to") or {}, self.order.segment
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            fields.wrong("to", N_('{name} says who gets the letter (write "to: {{tag: beta}}")'))
            return {}
        for word in value:
            if word not in known:
                fields.wrong(
                    "to",
                    N_('"{word}" chooses no readers (known: {known}){hint}'),
                    word=word,
                    known=", ".join(known),
                    hint=hint(word, known),
                )
        return {word: " ".join(each.split()) for word, each in value.items()}

    def _check_body(self, source: Source) -> None:
        shown = self.order.shown
        parts = split_at_marker(source.body, shown, source.body_line, self.problems)
        if parts.premium is not None:
            message = N_('nothing of a letter is behind a paywall (take "{marker}" away)')
            place = Place(shown, parts.premium_line - 1)
            self.problems.error(place, message, marker=MARKER)
        elif not source.body.strip():
            self.problems.error(Place(shown, source.body_line), N_("the letter says nothing"))

    # ---- rendering ----

    def _rendered(self, source: Source, lang: str) -> str:
        """Return the letter's HTML with addresses in full and names set aside."""
        body, place = source.body, Place(self.order.shown, source.body_line)
        text = self.names.set_aside(body, place, self.problems)
        check_marks(body, place.path, place.line, self.problems)
        text = with_magnets(text, place.line, lambda mark: self._magnet(mark, lang))
        try:
            html = render(Job(text)).html
        except ValueError as cause:
            self.problems.error(place, N_("the text cannot be rendered: {reason}"), reason=cause)
            return ""
        html = undecked(undress(self.links.rewritten(html, body, place, lang)))
        check_shown(html, body, place, self.problems)
        return html

    def _magnet(self, mark: Mark, lang: str) -> str:
        """Return the Markdown that leads to a lead magnet: a letter has no form."""
        magnets = self.frame.library.magnets
        found = magnets.get(mark.magnet)
        if found is None or not found.shown_in(lang):
            shown = (name for name, each in magnets.items() if each.shown_in(lang))
            self.problems.error(
                Place(self.order.shown, mark.line),
                N_('"{id}" is no lead magnet that is given away in "{lang}" (known: {known})'),
                id=mark.magnet,
                lang=lang,
                known=", ".join(shown) or "–",
            )
            return ""
        page = found.page(lang)
        title = _MEANING.sub(r"\\\g<0>", page.title)
        return f"[{title}]({quoted(page.url)})"

    def _framed(self, head: Head, html: str) -> dict[str, str]:
        subject = unmarked(head.subject)
        page, text = self.frame.filled(
            head.lang,
            self.names.plainly(subject),
            unmarked(head.title),
            unmarked(_BRACKET.sub(lambda found: unescape(found[0]), html)),
            unmarked(plain_part(html)),
        )
        return {
            "subject": self.names.slots(subject, plain),
            "html": self.names.slots(page, escaped),
            "text": self.names.slots(text, plain),
        }

    def _check_slots(self, parts: Mapping[str, str]) -> None:
        """Refuse slots that nobody fills: else the letter would break off at its first reader."""
        for part, template in (("html", "mails/letter.html"), ("text", "mails/letter.txt")):
            check_slots(parts[part], LETTER_SLOTS | COMMON_SLOTS, template, self.problems)
            if "[[unsubscribe]]" not in parts[part]:
                message = N_('nobody finds how to leave the letters (write "{slot}" into it)')
                self.problems.error(Place(template), message, slot="[[unsubscribe]]")

    def _check_size(self, part: str) -> None:
        size, place = len(part.encode()), Place(self.order.shown)
        values = {"size": f"{size // 1000} KB", "most": f"{LARGE // 1000} KB"}
        if size > LARGEST:
            message = N_("{size} are no letter (put the text into a post and link to it)")
            self.problems.error(place, message, **values)
        elif size > LARGE:
            message = N_("the letter has {size}, and Gmail cuts it after {most}")
            self.problems.warn(place, message, **values)

    def _check_premium(self, said: str) -> None:
        """Warn of what only some may read: a letter may go to others, or be passed on."""
        library, vault = self.frame.library, self.frame.vault
        secrets = [Secret(source, part.whole, "") for source, part in sorted(vault.items())]
        search = Search(secrets, [], (entry.text for entry in library.entries))
        found = {leak.owner for leak in search.leaks("", said.encode()) if leak.kind == "run"}
        for owner in sorted(found):
            self.problems.warn(
                Place(self.order.shown),
                N_("text of {file} that is not for all is in the letter"),
                file=owner,
            )

    def _check_sender(self, lang: str) -> None:
        language = self.frame.library.site.language(lang)
        if language and not language.legal.address:
            self.problems.warn(
                Place(FILE),
                N_(
                    "the letter does not say where you live, as the law asks for in many countries"
                    ' (write "address" under [legal])'
                ),
            )


def answer(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to an order.

    Raises:
        ValueError: it is no order of this version.

    """
    if told["version"] != VERSION:
        raise ValueError(told["version"])
    url, segment = str(told["url"]).rstrip("/"), tuple(map(str, told["segment"]))
    content, file = Path(told["content"]), Path(told["file"])
    order = Order(content, file, str(told["shown"]), url, segment)
    problems, around = Problems(), Problems()
    frame = Frame.of(content, url, datetime.datetime.now(datetime.UTC), around)
    letter = Letter(order, frame, problems).write()
    found = [*_of_site(around), *problems.errors, *problems.warnings]
    said = [each.said(str(told["lang"])) for each in found]
    wrong = any(each.level == "error" for each in said)
    return {
        "version": VERSION,
        "problems": [[each.level, each.path, each.line, each.text] for each in said],
        "letter": None if wrong else letter,
    }


def _of_site(around: Problems) -> Iterator[Problem]:
    """Yield what is wrong with site.toml: names and addresses in the letter come from there."""
    return (each for each in around.errors if each.place.path == FILE)


def _name(source: Source) -> str:
    """Return what names a letter by what it says."""
    said = {name: source.fields.get(name, "") for name in ("subject", "title", "lang")}
    told = json.dumps([said, source.body.strip()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin)), ensure_ascii=True) + "\n")
