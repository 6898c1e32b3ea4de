"""What makes a file in `magnets/` a lead magnet: what it gives, for what, and where it shows."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from plugins.model.entries import Fields
from plugins.model.problems import hint
from plugins.model.site import NO_LETTERS, SHOWN_BY, Showing
from publish.contract.catalogue import N_

Way = Literal["mail", "contact"]

CONTACT_FIELDS = ("qr", "account", "keyword", "kind")
CONTACT_KINDS = ("wechat", "official")
EVERYWHERE = "everywhere"
NOWHERE = "none"
# Fields of the original alone: what holds for a reader of any language.
ORIGINAL = ("ask", "tags")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".svg", ".avif", ".bmp")


@dataclass(frozen=True)
class Contact:
    """Whom to write to elsewhere: `qr` is a picture in the content folder, `keyword` what to send.

    `kind` is "wechat" (a person) or "official" (a public account).
    """

    qr: str
    account: str
    keyword: str = ""
    kind: str = "wechat"


@dataclass(frozen=True)
class Gift:
    """What a lead magnet gives and asks for.

    `files` are names in `files/`, `post` is what is given instead of them: an id, or a source
    until the library has looked it up. `letters` says how often they come, "" as the site says,
    None for never. `name` tells whether a first name is asked for.
    """

    promise: str
    files: tuple[str, ...] = ()
    post: str = ""
    name: bool = False
    tags: tuple[str, ...] = ()
    letters: str | None = ""
    button: str = ""
    show: Showing | None = None
    contact: Contact | None = None

    @property
    def way(self) -> Way:
        """Return what it is given for: an address, or a code from who wrote elsewhere."""
        return "contact" if self.contact else "mail"


def read_gift(fields: Fields) -> Gift:
    """Read what makes a file in `magnets/` a lead magnet."""
    promise = fields.text("promise")
    if not promise:
        fields.wrong(
            "promise", N_('a lead magnet needs a promise (write "promise: what one gets")')
        )
    if "access" in fields.values:
        fields.wrong(
            "access", N_("a lead magnet is for everybody who asks for it (take {name} away)")
        )
    translated = bool(fields.text("translation_of"))
    if translated:
        _refuse_original(fields)
    gift = Gift(
        promise=promise,
        files=_read_files(fields),
        post=fields.text("post"),
        name=_read_ask(fields),
        tags=fields.texts("tags"),
        letters=_read_letters(fields),
        button=fields.text("button"),
        show=_read_show(fields),
        contact=_read_contact(fields),
    )
    _check_way(fields, gift, translated=translated)
    return gift


def _refuse_original(fields: Fields) -> None:
    for name in ORIGINAL:
        if name in fields.values:
            fields.wrong(
                name,
                N_('"{name}" belongs into the lead magnet "{original}" alone (take it away here)'),
                original=fields.text("translation_of"),
            )
    if fields.text("status").lower() == "retired":
        fields.wrong(
            "status",
            N_('a translation is not retired alone (write it into the lead magnet "{original}")'),
            original=fields.text("translation_of"),
        )


def _check_way(fields: Fields, gift: Gift, *, translated: bool) -> None:
    if "file" in fields.values and "files" in fields.values:
        fields.wrong("files", N_('"file" and "files" are both there (keep one)'))
    if gift.files and gift.post:
        fields.wrong("post", N_("a lead magnet gives files or a post, not both (keep one)"))
    if not gift.files and not gift.post and not translated:
        fields.wrong(
            "file",
            N_('a lead magnet needs a file (write "file: checklist.pdf"; it lies in files/)'),
        )


def _read_files(fields: Fields) -> tuple[str, ...]:
    found = []
    for field in ("file", "files"):
        for value in _names(fields, field):
            name = posixpath.normpath(value.replace("\\", "/")).removeprefix("files/")
            if name.startswith(("/", "..")) or name == "." or "\0" in name:
                fields.wrong(
                    field,
                    N_('{name} "{value}" is no file in files/ (write its name alone)'),
                    value=value,
                )
                continue
            found.append(name)
    return tuple(dict.fromkeys(found))


def _names(fields: Fields, field: str) -> tuple[str, ...]:
    """Return what a field names; one file may have a comma in its name."""
    value = fields.values.get(field)
    if field == "file" and isinstance(value, str) and not value.startswith("["):
        return tuple(filter(None, [fields.text(field)]))
    return fields.texts(field)


def _read_ask(fields: Fields) -> bool:
    for value in (asked := fields.texts("ask")):
        if value != "name":
            fields.wrong(
                "ask",
                N_('{name} "{value}" is asked for by none (known: name; the address always is)'),
                value=value,
            )
    return "name" in asked


def _read_letters(fields: Fields) -> str | None:
    value = fields.text("letters")
    return None if value.lower() in NO_LETTERS else value


def _read_show(fields: Fields) -> Showing | None:
    value = fields.values.get("show", "")
    place = fields.place("show")
    if isinstance(value, str):
        if value.strip().lower() == EVERYWHERE:
            return Showing("", "", place)
        if value.strip().lower() not in ("", NOWHERE):
            _refuse_show(fields, value)
        return None
    if not isinstance(value, dict) or len(value) != 1:
        _refuse_show(fields, "")
        return None
    (by, name), *_ = value.items()
    return _shown_by(fields, str(by).strip().lower(), name)


def _shown_by(fields: Fields, by: str, name: Any) -> Showing | None:
    if by not in SHOWN_BY:
        fields.wrong(
            "show",
            N_('unknown key "{key}" in {name} (known: {known}){hint}'),
            key=by,
            known=", ".join(SHOWN_BY),
            hint=hint(by, SHOWN_BY),
        )
        return None
    if not isinstance(name, str) or not name.strip():
        _refuse_show(fields, "")
        return None
    return Showing(by, " ".join(name.split()), fields.place("show"))


def _refuse_show(fields: Fields, value: str) -> None:
    fields.wrong(
        "show",
        N_(
            '{name} "{value}" is no place (write "everywhere", or one of {known}:'
            ' "{{kind: howto}}")'
        ),
        value=value,
        known=", ".join(SHOWN_BY),
    )


def _read_contact(fields: Fields) -> Contact | None:
    value = fields.values.get("contact", "")
    if value == "":
        return None
    if not isinstance(value, dict):
        fields.wrong("contact", N_('{name} is a table (write "{{qr: qr.png, account: my-name}}")'))
        return None
    texts = _contact_texts(fields, value)
    qr = posixpath.normpath(posixpath.join("/", posixpath.dirname(fields.path), texts["qr"]))
    for key in ("qr", "account"):
        if not texts[key]:
            fields.wrong("contact", N_('{name} needs "{key}" (write it below)'), key=key)
    if texts["qr"] and not qr.lower().endswith(_PICTURES):
        fields.wrong(
            "contact",
            N_('{name}: qr "{value}" is no picture (name a .png or a .jpg)'),
            value=texts["qr"],
        )
    kind = texts["kind"].lower() or CONTACT_KINDS[0]
    if kind not in CONTACT_KINDS:
        fields.wrong(
            "contact",
            N_('{name}: kind "{value}" is unknown (known: {known})'),
            value=kind,
            known=", ".join(CONTACT_KINDS),
        )
    if not texts["qr"] or not texts["account"]:
        return None
    return Contact(qr.lstrip("/"), texts["account"], texts["keyword"], kind)


def _contact_texts(fields: Fields, value: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a contact; a key that nobody knows is an error."""
    for key in value:
        if key not in CONTACT_FIELDS:
            fields.wrong(
                "contact",
                N_('unknown key "{key}" in {name} (known: {known}){hint}'),
                key=key,
                known=", ".join(CONTACT_FIELDS),
                hint=hint(key, CONTACT_FIELDS),
            )
    found = {key: value.get(key, "") for key in CONTACT_FIELDS}
    return {key: " ".join(str(each).split()) for key, each in found.items()}
