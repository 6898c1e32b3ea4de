"""Where one sandbox keeps its files: the preview and the operating commands share them."""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from publish.paywall.signing import Keyring

_ORIGIN = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Home:
    """The files of one sandbox, in the hidden folder that `folders.sandbox_state` names."""

    folder: Path

    @property
    def service(self) -> Path:
        """Return the service's store."""
        return self.folder / "service.sqlite"

    @property
    def stripe(self) -> Path:
        """Return what the stand-in for Stripe knows."""
        return self.folder / "stripe.sqlite"

    @property
    def mails(self) -> Path:
        """Return where mails lie that would have been sent."""
        return self.folder / "mails"

    @property
    def test_service(self) -> Path:
        """Return the service's store while payments go to Stripe's test mode, by the real clock."""
        return self.folder / "test.sqlite"

    @property
    def origin(self) -> str:
        """Return where the preview was shown last, for the links that commands write."""
        try:
            return self._shown.read_text(encoding="utf-8").strip() or _ORIGIN
        except OSError:
            return _ORIGIN

    def show_at(self, origin: str) -> None:
        """Keep where the preview is shown."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._shown.touch(mode=0o600)
        self._shown.write_text(f"{origin}\n", encoding="utf-8")

    @property
    def _shown(self) -> Path:
        return self.folder / "origin"

    def ring(self) -> Keyring:
        """Return the signing keys, made once and then kept, so that nobody is signed out."""
        return Keyring((self._secret("signing"),))

    def webhook_secret(self) -> str:
        """Return what signs the sandbox's webhooks."""
        return f"whsec_{self._secret('webhook')}"

    def _secret(self, name: str) -> str:
        """Return a secret that was made once; only its owner may read the file."""
        path = self.folder / f"{name}.key"
        self.folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            handle, spare = tempfile.mkstemp(dir=self.folder, prefix=".new-")  # 0600 from the start
            own = Path(spare)
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(secrets.token_hex(32))
                os.link(own, path)  # the first of two who start at once wins
            except FileExistsError:
                pass
            finally:
                own.unlink()
        return path.read_text(encoding="ascii").strip()
