"""A folder instead of the post: the preview shows what would have been sent.

Each mail is one file, `<id>.eml`, there whole or not at all; the same mail twice is one file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from publish.paywall.mailers.message import message, name
from publish.paywall.ports import Clock, Mail, MailDown
from publish.paywall.stores.rules import system_clock

_ENDING = ".eml"


@dataclass(frozen=True)
class Letter:
    """A mail that lies in the folder, and when it was put there."""

    id: str
    to: str
    sender: str
    subject: str
    at: datetime
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


class Outbox:
    """Puts mails into a folder, and reads them."""

    repeatable = True

    def __init__(self, folder: Path, *, clock: Clock = system_clock) -> None:
        self.folder = folder
        self._clock = clock

    def send(self, mail: Mail) -> None:
        """Put a mail into the folder, unless it lies there already.

        Raises:
            MailRefused: it is no mail, see `message`.
            MailDown: the folder cannot be written.

        """
        now = self._clock()
        body = message(mail, now).as_bytes()
        path = self.folder / f"{name(mail)}{_ENDING}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                self._put(path, body, now)
        except OSError as cause:
            raise MailDown(f"{self.folder}: {cause}") from cause

    def letters(self, most: int | None = None) -> Sequence[Letter]:
        """Return the newest mails first, all or at most so many."""
        newest = sorted(self._files(), key=lambda path: (_sent(path), path.stem), reverse=True)
        found = (self.read(path.stem) for path in newest[:most])
        return [each for each in found if each]

    def count(self) -> int:
        """Return how many mails there are."""
        return len(self._files())

    def read(self, key: str) -> Letter | None:
        """Return one mail by its id, or None."""
        path = next((each for each in self._files() if each.stem == key), None)
        if path is None:
            return None
        parsed = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(
            path.read_bytes()
        )
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return _letter(key, parsed, at)

    def clear(self) -> None:
        """Take all mails away."""
        for path in self._files():
            path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{_ENDING}")) if self.folder.is_dir() else []

    def _put(self, path: Path, body: bytes, now: datetime) -> None:
        """Write a file beside its place and give it its name only when it is whole."""
        handle, spare = tempfile.mkstemp(dir=self.folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            # The file's time is when it was sent by the clock that is injected.
            os.utime(spare, (now.timestamp(), now.timestamp()))
            Path(spare).replace(path)
        finally:
            Path(spare).unlink(missing_ok=True)


def _sent(path: Path) -> float:
    """Return when a mail was sent, 0 for one that was taken away meanwhile."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _letter(key: str, parsed: EmailMessage, at: datetime) -> Letter:
    return Letter(
        id=key,
        to=str(parsed["To"]),
        sender=str(parsed["From"]),
        subject=str(parsed["Subject"]),
        at=at,
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        headers=tuple((field, str(value)) for field, value in parsed.items()),
    )


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    text = str(part.get_content()) if isinstance(part, EmailMessage) else ""
    return text.replace("\r\n", "\n")
