"""Signed values: one salt a purpose, keys from the oldest to the newest (the last one signs)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer

_SHORTEST = 32


@dataclass(frozen=True)
class Keyring:
    """The secrets of one site.

    Raises:
        ValueError: there is none, or one is too short to be a secret.

    """

    secrets: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse to start without a secret."""
        if not self.secrets or any(len(each) < _SHORTEST for each in self.secrets):
            raise ValueError(f"signing keys are missing or shorter than {_SHORTEST} characters")

    def sign(self, purpose: str, value: str) -> str:
        """Return the value with its signature, fit for cookies and addresses."""
        return self._signer(purpose).sign(value).decode()

    def read(self, purpose: str, signed: str) -> str | None:
        """Return the value of a signature made with any of the keys for this purpose, or None."""
        try:
            return self._signer(purpose).unsign(signed).decode()
        except (BadSignature, UnicodeError):
            return None

    def _signer(self, purpose: str) -> Signer:
        import hashlib

        secrets: Sequence[str] = self.secrets
        return Signer(
            list(secrets),
            salt=f"inkstead.{purpose}",
            sep=".",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
        )
