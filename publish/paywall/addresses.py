"""Mail addresses: the one rule for what makes two of them the same, and how one is shown.

The canonical form is where mail goes, never what was typed; so whoever can answer a mail owns
exactly that form. It is made like this:

- Compatibility characters are folded (NFKC): full-width letters, `＠` and `．` of a Chinese
  keyboard mean their plain ones. Spaces round it go; control and invisible characters inside make
  it invalid.
- The part before the @ must then be ASCII, since no usual way of sending reaches another one. Its
  case does not matter: no provider tells `Lin@` from `lin@`.
- The domain becomes its A-label (UTS 46, IDNA 2008), so a Cyrillic domain is another one than the
  Latin that it resembles.
- Dots and `+tags` stay: they lead to the same mailbox at some providers and to two at others, and
  merging two people is worse than counting one twice.

Whether mail arrives there is not asked: sending one shows it. The reserved ending `.test` is taken,
which leads nowhere and is what demos and tests use.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LONGEST = 254
_MOST_TYPED = 320
_LONGEST_LOCAL = 64
_GMAIL = ("gmail.com", "googlemail.com")
_EASTERN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")


class Invalid(ValueError):
    """It is not an address that mail can be sent to."""


@dataclass(frozen=True)
class Address:
    """An address: `canonical` names it and gets the mail, `shown` is for people to look at."""

    canonical: str
    shown: str


def canonical(text: str) -> Address:
    """Return an address as it is kept.

    Raises:
        Invalid: it is none.

    """
    if len(text) > _MOST_TYPED:
        raise Invalid("too long")
    local, domain, ascii_domain = _parts(unicodedata.normalize("NFKC", text).strip())
    address = f"{local.lower()}@{ascii_domain.lower()}"
    if len(local) > _LONGEST_LOCAL or len(address) > LONGEST:
        raise Invalid("too long")
    return Address(address, f"{local}@{domain if plain_to_see(domain) else ascii_domain}")


def mailbox(address: str) -> str:
    """Return what limits count a canonical address by: the mailbox that it leads to, or may.

    Here two people who are taken for one only wait for each other; one who writes to `victim+1@`,
    `victim+2@` and so on must not be taken for many.
    """
    local, _, domain = address.rpartition("@")
    plain = local.partition("+")[0] or local
    return f"{plain.replace('.', '')}@{_GMAIL[0]}" if domain in _GMAIL else f"{plain}@{domain}"


def _parts(text: str) -> tuple[str, str, str]:
    """Return the local part, the domain to read, and its A-label."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            text,
            check_deliverability=False,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            test_environment=True,
        )
    except (EmailNotValidError, UnicodeError) as cause:
        raise Invalid(str(cause)) from cause
    if not found.ascii_domain or "." not in found.ascii_domain:
        raise Invalid("no domain")
    return found.local_part, found.domain, found.ascii_domain


def plain_to_see(domain: str) -> bool:
    """Tell whether a domain shows what it is: one script, or Latin beside Chinese and the like.

    The whole name is looked at, its ending too: a Cyrillic label before `.com` could pass for a
    Latin one.
    """
    scripts = {_script(character) for character in domain if character.isalpha()}
    return len(scripts) <= 1 or scripts <= {"LATIN", "EASTERN"}


def _script(character: str) -> str:
    name = unicodedata.name(character, "?").replace("FULLWIDTH ", "").replace("HALFWIDTH ", "")
    first = name.split()[0]
    return "EASTERN" if first.startswith(_EASTERN) else first
