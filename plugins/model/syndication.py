"""`syndication.toml`, read by the build: where else a post stands, every mistake with its line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from plugins.model.problems import Problems, hint
from publish.contract.catalogue import N_
from publish.contract.report import Place
from publish.contract.syndication import FILE, Ledger, lines_of, read


def load_ledger(content: Path, ids: Iterable[str], problems: Problems) -> Ledger:
    """Read the ledger of a content folder; `ids` are those of its posts and pages."""
    try:
        text = (content / FILE).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return Ledger()
    except UnicodeDecodeError:
        problems.error(
            Place(FILE), N_("the file is not UTF-8 (save it as UTF-8, not as GBK or UTF-16)")
        )
        return Ledger()
    ledger, mistakes = read(text)
    for line, message, values in mistakes:
        problems.error(Place(FILE, line), message, **values)
    known = {unicodedata.normalize("NFC", each) for each in ids}
    strange = [post for post in ledger.copies if post not in known]
    lines = lines_of(unicodedata.normalize("NFC", text)) if strange else {}
    for post in strange:
        problems.warn(
            Place(FILE, lines.get((post,), 0)),
            N_('"{id}" is the id of no post or page{hint}'),
            id=post,
            hint=hint(post, known),
        )
    return ledger
