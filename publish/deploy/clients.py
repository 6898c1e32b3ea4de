"""The clients of AWS for those who deploy: made when first needed, patient, closed in the end."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, TypeAlias

from publish.deploy import answers

Client: TypeAlias = Any

TRIES = 8
"""How often a client asks before it gives up: half a minute in all. AWS_MAX_ATTEMPTS overrides."""
_PROFILE = "AWS_PROFILE"
_ONCE = "once"
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


class Clients:
    """Low-level clients of one region and of one set of credentials; safe for many threads.

    Keys in `environ` come first, else whatever botocore finds: a profile, a sign-in, the role of
    the machine. AWS_ENDPOINT_URL in `environ` stands for AWS as a whole.
    """

    def __init__(self, region: str, environ: Mapping[str, str] = os.environ) -> None:
        self.region = region
        self._environ = environ
        self._lock = threading.RLock()
        self._session: Any = None
        self._made: dict[tuple[str, str], Client] = {}
        self._account = ""

    def of(self, service: str, region: str | None = None) -> Client:
        """Return the client of a service, always the same, in our region or in another one.

        Raises:
            Refused: the profile is not there.

        """
        key = (service, region or self.region)
        with self._lock:
            if key not in self._made:
                self._made[key] = answers.ask(lambda: self._make(*key), "sign-in", "AWS", tries=1)
            return self._made[key]

    def once(self, service: str) -> Client:
        """Return a client that asks once, and takes for an answer whatever began as a good one.

        It is for what must not be done twice, such as sending a mail.

        Raises:
            Refused: the profile is not there.

        """
        key = (service, _ONCE)
        with self._lock:
            if key not in self._made:
                made = answers.ask(
                    lambda: self._make(service, self.region, 1), "sign-in", "AWS", tries=1
                )
                made.meta.events.unregister("before-parse", answers.whole)
                self._made[key] = made
        return self._made[key]

    def account(self) -> str:
        """Return the twelve digits of the account that the credentials belong to.

        Raises:
            Refused: there are none, they have expired, or AWS does not know them.
            Unreachable: no answer.

        """
        if not self._account:
            client = self.of("sts")
            told = answers.ask(client.get_caller_identity, "sts:GetCallerIdentity", "AWS")
            self._account = str(told["Account"])
        return self._account

    def close(self) -> None:
        """Close every connection; clients made afterwards are new."""
        with self._lock:
            made, self._made = self._made, {}
        for client in made.values():
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _make(self, service: str, region: str, tries: int = 0) -> Client:
        import botocore.config

        config = botocore.config.Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": tries or self._tries()},
            signature_version="s3v4" if service == "s3" else None,
            max_pool_connections=64,
            tcp_keepalive=True,
        )
        client = self._opened().create_client(
            service,
            region_name=region,
            endpoint_url=self._environ.get("AWS_ENDPOINT_URL") or None,
            config=config,
        )
        client.meta.events.register("before-parse", answers.whole)
        return client

    def _opened(self) -> Any:
        """Return the session; it reads credentials once and renews them by itself."""
        if self._session is None:
            import botocore.session

            keys = all(map(self._environ.get, _KEYS))
            self._session = botocore.session.Session(
                # Else a profile that the environment names is looked for before the keys are.
                session_vars={"profile": (None, None, None, None)} if keys else None,
                profile=None if keys else self._environ.get(_PROFILE) or None,
            )
            if keys:
                given = [self._environ.get(name) for name in (*_KEYS, "AWS_SESSION_TOKEN")]
                self._session.set_credentials(*given)
        return self._session

    def _tries(self) -> int:
        told = self._environ.get("AWS_MAX_ATTEMPTS", "")
        return int(told) if told.isdigit() and int(told) else TRIES
