"""The lead magnets of a library, checked against the files, posts and terms that they name."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from plugins.model.entries import KINDS, Entry
from plugins.model.gifts import NOWHERE, Gift
from plugins.model.marks import Mark, find_marks
from plugins.model.problems import Problems, hint
from plugins.model.site import Showing, Site
from plugins.model.sources import Vault, is_inside
from publish.contract.catalogue import N_
from publish.contract.report import Place

FILES = "files"
# What `inkstead new` leaves to be written.
PLACEHOLDER = "…"


@dataclass(frozen=True)
class Magnet:
    """A lead magnet: what it gives and asks for, and its page in each language that is built.

    `letters` tells whether letters come to who asks for it.
    """

    id: str
    gift: Gift
    status: str
    letters: bool
    pages: Mapping[str, Entry]

    def page(self, lang: str) -> Entry:
        """Return the page in a language, else in the one it was written in first."""
        return self.pages.get(lang) or next(iter(self.pages.values()))

    def shown_in(self, lang: str) -> bool:
        """Tell whether its form stands in texts of a language."""
        return self.status == "published" and lang in self.pages


def completed(entries: Sequence[Entry]) -> list[Entry]:
    """Return entries with what translations of lead magnets take from their originals."""
    originals = {e.id: e for e in entries if e.gift and not e.translation_of}
    posts = {key: e for e in entries if e.room == "post" for key in (e.source, e.id)}

    def whole(entry: Entry) -> Entry:
        original = originals.get(entry.translation_of)
        gone = original and original.status == "retired" and entry.status != "draft"
        gift = _completed(entry, original, posts, entries)
        return replace(entry, gift=gift, status="retired" if gone else entry.status)

    return [whole(entry) if entry.gift else entry for entry in entries]


def _completed(
    entry: Entry, original: Entry | None, posts: Mapping[str, Entry], entries: Sequence[Entry]
) -> Gift:
    gift = entry.gift or Gift("")
    if original and original.gift:
        first = original.gift
        gift = replace(
            gift,
            name=first.name,
            tags=first.tags,
            contact=gift.contact or first.contact,
            show=gift.show or first.show,
        )
        if first.post and not gift.files and not gift.post:
            gift = replace(gift, post=_twin(posts.get(first.post), entry.lang, entries))
    found = _post_named(gift.post, entry, posts)
    return replace(gift, post=found.id) if found else gift


def _twin(post: Entry | None, lang: str, entries: Sequence[Entry]) -> str:
    """Return the id of a post's text in a language, "" where there is none."""
    root = (post.translation_of or post.id) if post else ""
    group = (e for e in entries if e.room == "post" and root in (e.id, e.translation_of) and root)
    return next((e.id for e in group if e.lang == lang), "")


def _post_named(name: str, entry: Entry, posts: Mapping[str, Entry]) -> Entry | None:
    """Return the post that an id or a source names, also a source beside the magnet's."""
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(entry.source), name))
    return posts.get(name) or posts.get(beside) if name else None


def magnets_of(entries: Iterable[Entry], site: Site, *, preview: bool) -> dict[str, Magnet]:
    """Return the lead magnets that are built, in the order of their files."""
    pages = sorted((e for e in entries if e.gift), key=lambda e: e.order)
    built = [e for e in pages if preview or e.status != "draft"]
    return {
        page.id: Magnet(
            page.id,
            page.gift,
            page.status,
            _has_letters(page.gift, site),
            _texts(page, built, [language.code for language in site.languages]),
        )
        for page in built
        if page.gift and not page.translation_of
    }


def _has_letters(gift: Gift, site: Site) -> bool:
    """Tell whether letters come with a gift: as it says itself, else as the site does."""
    said = gift.letters or (None if gift.letters is None else site.main.letters)
    return said is not None and gift.way == "mail"


def _texts(page: Entry, built: Iterable[Entry], order: Sequence[str]) -> dict[str, Entry]:
    """Return the pages of a magnet by language: its own first, the others as the site has them."""
    found = {e.lang: e for e in built if e.translation_of == page.id}
    return {page.lang: page} | {lang: found[lang] for lang in order if lang in found}


class Checks:
    """What can be wrong with lead magnets once everything is read."""

    def __init__(
        self,
        content: Path,
        entries: Sequence[Entry],
        magnets: Mapping[str, Magnet],
        built: Iterable[Entry],
        problems: Problems,
    ) -> None:
        self.content, self.entries, self.problems = content, entries, problems
        self.magnets = magnets
        self.built = {e.source for e in built}
        self.texts = {(e.translation_of or e.id, e.lang) for e in entries if e.gift}
        self.known = {e.id: e for e in entries if e.gift and not e.translation_of}
        self.posts = {e.id: e for e in entries if e.room == "post"}

    def run(self, site: Site, vault: Vault) -> None:
        """Check what magnets give, where texts place them, and the rules."""
        for entry in self.entries:
            if entry.gift:
                self._gift(entry, entry.gift)
            self._placed(entry, vault)
        for rule in self._rules(site):
            self._rule(rule)

    def _gift(self, entry: Entry, gift: Gift) -> None:
        if entry.id == NOWHERE:
            self.problems.error(
                entry.place("id"), N_('id "{id}" means no lead magnet (write another)'), id=entry.id
            )
        if entry.status == "published":
            self._unwritten(entry, gift)
        for name in gift.files:
            self._file(entry, name)
        if gift.post:
            self._post(entry, gift.post)
        elif not gift.files and entry.translation_of:
            self.problems.error(
                entry.place(),
                N_('the lead magnet needs a file in "{lang}" (write "file: checklist.pdf")'),
                lang=entry.lang,
            )
        if gift.contact:
            self._contact(entry, gift)
        magnet = self.magnets.get(entry.translation_of)
        if magnet and "letters" in entry.lines and (gift.letters is None) == magnet.letters:
            self.problems.error(
                entry.place("letters"),
                N_("letters come in all languages or in none (write the same in {other})"),
                other=magnet.page("").source,
            )

    def _unwritten(self, entry: Entry, gift: Gift) -> None:
        body = entry.text.lstrip("\n")
        line = entry.line + len(entry.text) - len(body)
        for text, place in (
            (gift.promise, entry.place("promise")),
            (body.strip(), Place(entry.source, line)),
        ):
            if text == PLACEHOLDER:
                self.problems.warn(
                    place,
                    N_('"{value}" goes public as it stands (write what one gets in its place)'),
                    value=text,
                )

    def _file(self, entry: Entry, name: str) -> None:
        folder = self.content / FILES
        if is_inside(folder, name):
            return
        known = [p.relative_to(folder).as_posix() for p in sorted(folder.rglob("*")) if p.is_file()]
        draft = entry.status == "draft"  # its file may still be in the making
        if draft and entry.source not in self.built:
            return
        say = self.problems.warn if draft else self.problems.error
        say(
            entry.place("file" if "file" in entry.lines else "files"),
            N_('file "{value}" is not in files/ (put it there){hint}'),
            value=name,
            hint=hint(name, known),
        )

    def _post(self, entry: Entry, name: str) -> None:
        post, place = self.posts.get(name), entry.place("post")
        if post is None:
            self.problems.error(
                place,
                N_('post "{value}" is unknown (write its id or its file){hint}'),
                value=name,
                hint=hint(name, self.posts),
            )
        elif "subscribers" not in post.access:
            self.problems.error(
                place,
                N_('post "{value}" is not for subscribers (write "access: subscribers" there)'),
                value=name,
            )
        elif post.lang != entry.lang:
            self.problems.error(
                place,
                N_('post "{value}" is not in "{lang}" (name one that is)'),
                value=name,
                lang=entry.lang,
            )
        elif entry.source in self.built and post.source not in self.built:
            self.problems.error(
                place,
                N_('post "{value}" is not published yet (write "status: draft" here until then)'),
                value=name,
            )

    def _contact(self, entry: Entry, gift: Gift) -> None:
        if gift.post:
            self.problems.error(
                entry.place("post"),
                N_("a code opens no post, for which one signs in (give a file, or drop contact)"),
            )
        if gift.letters and "letters" in entry.lines:
            self.problems.warn(
                entry.place("letters"),
                N_("no letters come to who gives no address (take letters or contact away)"),
            )
        if gift.contact and "contact" in entry.lines:
            self._picture(entry, gift.contact.qr)

    def _picture(self, entry: Entry, path: str) -> None:
        if path.startswith(f"{FILES}/"):
            self.problems.error(
                entry.place("contact"),
                N_('"{file}" is never public (move the picture beside the text)'),
                file=path,
            )
        elif not is_inside(self.content, path):
            self.problems.error(
                entry.place("contact"),
                N_('the picture "{value}" is not there (put it beside the text)'),
                value=path,
            )

    def _placed(self, entry: Entry, vault: Vault) -> None:
        premium = vault.get(entry.source) if entry.has_premium else None
        marks = find_marks(entry.text, entry.line)
        marks += find_marks(premium.text, premium.line) if premium else []
        if entry.magnet and entry.magnet != NOWHERE:
            marks.append(Mark(entry.magnet, entry.place("magnet").line))
        for mark in marks:
            self._mark(entry, mark)

    def _mark(self, entry: Entry, mark: Mark) -> None:
        place = Place(entry.source, mark.line)
        known, magnet = self.known.get(mark.magnet), self.magnets.get(mark.magnet)
        if known is None:
            self._unknown(place, mark.magnet)
        elif entry.gift and mark.magnet in (entry.id, entry.translation_of):
            self.problems.error(
                place, N_("a lead magnet stands on its own page already (take the mark away)")
            )
        elif (mark.magnet, entry.lang) not in self.texts:
            self.problems.error(
                place,
                N_('lead magnet "{id}" has no text in "{lang}" (translate it, or name another)'),
                id=mark.magnet,
                lang=entry.lang,
            )
        elif entry.source in self.built:
            self._warn_of_nothing(place, mark.magnet, magnet, entry.lang)

    def _warn_of_nothing(self, place: Place, name: str, magnet: Magnet | None, lang: str) -> None:
        if magnet is None or lang not in magnet.pages:
            self.problems.warn(
                place, N_('lead magnet "{id}" is not published yet: nothing shows'), id=name
            )
        elif magnet.status == "retired":
            self.problems.warn(place, N_('lead magnet "{id}" is retired: nothing shows'), id=name)

    def _unknown(self, place: Place, name: str) -> None:
        self.problems.error(
            place,
            N_('lead magnet "{id}" is unknown (its id stands in magnets/){hint}'),
            id=name,
            hint=hint(name, self.known, otherwise=self._called(name)),
        )

    def _called(self, name: str) -> str:
        """Return the id of the one with this title or file name; a Chinese one has another id."""
        folded = name.strip().lower()
        return next(
            (
                e.translation_of or e.id
                for e in self.entries
                if e.gift and folded in (e.title.lower(), PurePosixPath(e.source).stem.lower())
            ),
            "",
        )

    def _rules(self, site: Site) -> Iterator[Showing]:
        yield from site.showing
        own = (e.gift.show for e in self.entries if e.gift and "show" in e.lines)
        yield from (show for show in own if show)

    def _rule(self, rule: Showing) -> None:
        if rule.magnet and rule.magnet not in self.known:
            self._unknown(rule.place, rule.magnet)
        names = set(self._names(rule.by))
        if rule.by and rule.name not in names:
            self.problems.error(
                rule.place,
                N_('no post has the {by} "{name}" (name one that a post has){hint}'),
                by=rule.by,
                name=rule.name,
                hint=hint(rule.name, names),
            )

    def _names(self, by: str) -> Iterator[str]:
        """Yield every name that a rule may have: of posts that are not built, too."""
        if by == "kind":
            yield from KINDS
        for entry in self.entries if by else ():
            if entry.room == "post":
                yield from names_of(entry, by)


def names_of(entry: Entry, by: str) -> tuple[str, ...]:
    """Return what an entry has of a kind of terms."""
    if by == "tag":
        return entry.tags
    value = {"series": entry.series, "category": entry.category, "kind": entry.kind}[by]
    return (value,) if value else ()
