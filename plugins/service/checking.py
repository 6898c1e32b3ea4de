"""Check rendered texts: they use the slots that the service fills, and no others."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from plugins.model.problems import Problems, hint
from publish.contract.catalogue import N_
from publish.contract.report import Place
from publish.contract.slots import Prepared, SlotError, unmarked


def check_slots(text: str, slots: Iterable[str], template: str, problems: Problems) -> None:
    """Say which slots of a text the service does not know; `template` is what errors call it."""
    known = set(slots)
    try:
        used = Prepared(text).names
    except SlotError as cause:
        problems.error(
            Place(template),
            N_("a section of this template is not closed: {reason}"),
            reason=cause,
        )
        return
    for name in sorted(used - known):
        problems.error(
            Place(template),
            N_('slot "{name}" is filled by nobody here (known: {known}){hint}'),
            name=name,
            known=", ".join(sorted(known)) or "–",
            hint=hint(name, known),
        )


def check_subject(text: str, template: str, problems: Problems) -> None:
    """Say when the plain text of a mail does not begin with a subject and an empty line."""
    lines = text.split("\n")
    if not lines[0].strip() or len(lines) < 3 or lines[1].strip() or not lines[2].strip():
        problems.error(
            Place(template),
            N_(
                "the text of a mail begins with its subject on one line and an empty line"
                " (write them first)"
            ),
        )


def unmarked_values(value: Any) -> Any:
    """Return what a template gets without anything in it that would read as a slot.

    A title such as "[[wiki]]" is the creator's word, not a gap: an unseen word joiner parts its
    brackets. Texts, tuples, lists, mappings and dataclasses of them are gone through.
    """
    if isinstance(value, Markup):
        return Markup(unmarked(value))  # noqa: S704 - what was safe stays so
    if isinstance(value, str):
        return unmarked(value)
    if isinstance(value, tuple | list):
        return type(value)(unmarked_values(each) for each in value)
    if isinstance(value, Mapping):
        return {name: unmarked_values(each) for name, each in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        named = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        return dataclasses.replace(value, **{n: unmarked_values(v) for n, v in named.items()})
    return value
