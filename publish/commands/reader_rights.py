"""`inkstead readers tag|note|grant|revoke|forget`: what a creator changes of one reader."""

from __future__ import annotations

import click

from publish import options
from publish.commands.asking import end_ahead, known_product
from publish.commands.grouping import operating
from publish.commands.talking import Call, Talk, answered, plain, talking
from publish.contract.catalogue import N_, Words
from publish.operating import gifts, readers
from publish.paywall import ledgers, rights
from publish.paywall.people import Person
from publish.paywall.rights import Grant
from publish.trouble import WrongUsage


def commands(words: Words) -> tuple[click.Command, ...]:
    """Return tag, note, grant and revoke in one language."""
    return (
        _tag_command(words),
        _note_command(words),
        _grant_command(words),
        _revoke_command(words),
    )


def _who() -> click.Argument:
    return click.Argument(["who"], metavar="MAIL|ID")


# ---- tags and notes -------------------------------------------------------------------------


def _tag_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "tag",
        _tag,
        (_("put tags on a reader, or take them off"), _("Put tags on a reader, or take them off.")),
        _who(),
        click.Argument(["tags"], nargs=-1, required=True, metavar="TAG..."),
        click.Option(["--remove", "remove"], is_flag=True, help=_("Take the tags off.")),
        examples=(
            ("inkstead readers tag reader@example.com beta course-1", ""),
            ("inkstead readers tag reader@example.com beta --remove", ""),
        ),
    )


def _tag(call: Call, who: str, tags: tuple[str, ...], remove: bool) -> int:
    _ = call.words.gettext
    with talking(call) as talk:
        store = talk.desk.world.store
        person = readers.find(store, who)
        named = [" ".join(each.split()) for each in tags if each.strip()]
        changed = readers.tag(store, person.id, named, remove)
        line = _("{mail}: {tags}").format(
            mail=person.mail,
            tags=" ".join(f"#{each}" for each in (changed or person).tags) or _("no tags"),
        )
        _told(talk, changed, person, line)
    return 0


def _note_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "note",
        _note,
        (
            _("write a note on a reader"),
            _("Write a note on a reader in place of the last one; an empty one takes it away."),
        ),
        _who(),
        click.Argument(["text"], nargs=-1, metavar="TEXT"),
        examples=((_('inkstead readers note reader@example.com "met in Hangzhou"'), ""),),
    )


def _note(call: Call, who: str, text: tuple[str, ...]) -> int:
    _ = call.words.gettext
    with talking(call) as talk:
        store = talk.desk.world.store
        person = readers.find(store, who)
        changed = readers.note(store, person.id, " ".join(text).strip())
        line = _("{mail}: {note}").format(
            mail=person.mail, note=(changed or person).note or _("no note")
        )
        _told(talk, changed, person, line)
    return 0


def _told(talk: Talk, changed: Person | None, person: Person, line: str) -> None:
    """Say how a person is now, and whether anything had to change."""
    now = changed or person
    told = {"changed": changed is not None, "mail": now.mail, "id": now.id}
    told |= {"tags": list(now.tags), "note": now.note}
    talk.end(told, line if changed else _unchanged(talk, line))


def _unchanged(talk: Talk, line: str) -> str:
    return talk.words.gettext("{line} (as it was)").format(line=line)


# ---- giving and taking ----------------------------------------------------------------------


def _grant_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "grant",
        _grant,
        (
            _("give a product for nothing"),
            _(
                "Give a product for nothing: for days, until a day, or for good. An address that"
                " is new here gets a record, and opens it by signing in. Twice on one day is once."
            ),
        ),
        _who(),
        _product_argument(),
        click.Option(
            ["--days", "days"],
            type=click.IntRange(1, 36500),
            metavar="N",
            help=_("For so many days, after those that run already."),
        ),
        click.Option(
            ["--until", "until"], metavar="DATE", help=_("Until the end of this day: 2027-12-31.")
        ),
        click.Option(["--note", "note"], metavar="TEXT", help=_("Why, for your own books.")),
        examples=(
            ("inkstead readers grant reader@example.com membership --days 30", ""),
            ("inkstead readers grant reader@example.com moving-course", _("for good")),
        ),
    )


def _product_argument() -> click.Argument:
    return click.Argument(["product"], metavar="PRODUCT")


def _grant(
    call: Call,
    who: str,
    product: str,
    days: int | None,
    until: str | None,
    note: str | None,
) -> int:
    if days and until:
        raise WrongUsage(N_("--days and --until exclude each other (give one of them)"))
    with talking(call) as talk:
        store, now = talk.desk.world.store, talk.desk.now
        known_product(talk, product)
        ends = end_ahead(talk, "--until", until) if until else None
        lang = talk.desk.manifest.site.languages[0].code
        person = readers.find_or_make(store, who, lang, now)
        given = gifts.give(
            store, person.id, product, now, days=days or 0, until=ends, note=note or ""
        )
        _granted(talk, person, product, given)
    return 0


def _granted(talk: Talk, person: Person, product: str, given: Grant | None) -> None:
    _ = talk.words.gettext
    held = rights.rights(ledgers.of(talk.desk.world.store, person.id), talk.desk.now)
    until = held[product].until
    line = (
        _("{mail} holds {product} until {day}") if until else _("{mail} holds {product} for good")
    )
    line = line.format(mail=person.mail, product=product, day=talk.day(until))
    told = {
        "changed": given is not None,
        "mail": person.mail,
        "id": person.id,
        "product": product,
        "until": plain(until),
    }
    talk.end(told, line if given else _unchanged(talk, line))


def _revoke_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "revoke",
        _revoke,
        (
            _("take back what was given"),
            _(
                "Take back what was given of a product: gifts, imports, redeemed codes. What was"
                " paid for stays; give that back with: inkstead orders refund."
            ),
        ),
        _who(),
        _product_argument(),
        options.yes(words),
        examples=(("inkstead readers revoke reader@example.com membership", ""),),
    )


def _revoke(call: Call, who: str, product: str, yes: bool) -> int:
    _ = call.words.gettext
    with talking(call) as talk:
        store, now = talk.desk.world.store, talk.desk.now
        person = readers.find(store, who)
        given, bought = gifts.holds(store, person.id, product, now)
        if given:
            question = _("Take {product} from {mail}?").format(product=product, mail=person.mail)
            talk.sure(question, yes)
            gifts.take(store, person.id, given)
        lines = [
            _("taken: {product} from {mail} ({grant})").format(
                product=product, mail=person.mail, grant=each.id
            )
            for each in given
        ]
        lines += [
            _("paid for, so it stays: order {order} (inkstead orders refund {order})").format(
                order=each.id
            )
            for each in bought
        ]
        told = {
            "mail": person.mail,
            "product": product,
            "taken": [each.id for each in given],
            "kept": [each.id for each in bought],
        }
        talk.end(
            told,
            *(
                lines
                or [
                    _("nothing of {product} was given to {mail}").format(
                        product=product, mail=person.mail
                    )
                ]
            ),
        )
    return 0


# ---- forgetting -----------------------------------------------------------------------------


def forget_command(words: Words) -> click.Command:
    """Return the command that erases a reader."""
    _ = words.gettext
    return operating(
        words,
        "forget",
        _forget,
        (
            _("erase a reader for good"),
            _(
                "Erase a reader as the account page does: a running subscription is cancelled,"
                " address, devices, tags and notes go, what the books must keep stays without a"
                " name. Asks twice, and cannot be undone."
            ),
        ),
        _who(),
        options.yes(words),
        examples=(("inkstead readers forget reader@example.com", ""),),
    )


def _forget(call: Call, who: str, yes: bool) -> int:
    _ = call.words.gettext
    with talking(call, payments=True) as talk, answered():
        world = talk.desk.world
        person = readers.find(world.store, who)
        talk.sure(_("Erase {mail} for good?").format(mail=person.mail), yes)
        talk.sure(_("There is no way back. Erase {mail}?").format(mail=person.mail), yes)
        readers.forget(world, person)
        talk.end({"forgotten": person.id}, _("{mail} is forgotten").format(mail=person.mail))
    return 0
