"""An AWS of one's own: ministack, one process a worker of the tests, gone with the worker.

It lives in `.venv-aws`, because it pins a botocore of its own. It checks signatures, binds to
127.0.0.1 only and keeps nothing on the disk.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PYTHON = Path(__file__).parents[1] / ".venv-aws" / "bin" / "python"
REGION = "eu-central-1"
_SECONDS = 60


@dataclass(frozen=True)
class Aws:
    """Where it answers, and the key that it knows."""

    endpoint: str
    key: str
    secret: str

    def client(self, service: str) -> Any:
        """Return a low-level client of a service, always the same: making one takes a while."""
        return _client(self, service)

    def environment(self) -> dict[str, str]:
        """Return what another process needs in its environment to be a client."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_DEFAULT_REGION": REGION,
        }

    def table(self, name: str = "") -> str:
        """Make an empty table as `DynamoStore` wants it, and return its name."""
        name = name or f"table-{secrets.token_hex(8)}"
        self.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "partition", "AttributeType": "S"},
                {"AttributeName": "key", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "partition", "KeyType": "HASH"},
                {"AttributeName": "key", "KeyType": "RANGE"},
            ],
        )
        return name

    def bucket(self, name: str = "") -> str:
        """Make an empty bucket and return its name."""
        name = name or f"bucket-{secrets.token_hex(8)}"
        where = {"LocationConstraint": REGION}
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
        return name

    def mails(self) -> list[dict[str, Any]]:
        """Return what SES was given, the oldest first."""
        with urllib.request.urlopen(f"{self.endpoint}/_ministack/ses/messages") as answer:
            by_account = json.load(answer)["messages"]
        return [mail for mails in by_account.values() for mail in mails]


@functools.cache
def _client(aws: Aws, service: str) -> Any:
    import botocore.config
    import botocore.session

    return botocore.session.get_session().create_client(
        service,
        region_name=REGION,
        endpoint_url=aws.endpoint,
        aws_access_key_id=aws.key,
        aws_secret_access_key=aws.secret,
        config=botocore.config.Config(
            max_pool_connections=64, signature_version="s3v4" if service == "s3" else None
        ),
    )


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """A ministack that answers."""
    from tests.conftest import missing

    if not PYTHON.exists():
        missing("no .venv-aws (make .venv-aws/ready)")
    with ministack(tmp_path_factory.mktemp("aws")) as made:
        yield made


@contextlib.contextmanager
def ministack(folder: Path) -> Iterator[Aws]:
    """Give a ministack that answers and keeps its files in a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Aws(f"http://127.0.0.1:{port}", "AKIAINKSTEADTESTSONLY", secrets.token_hex(20))
    environment = {
        **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        **made.environment(),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "MINISTACK_REGION": REGION,
    }
    del environment["AWS_ENDPOINT_URL"]
    with (folder / "log").open("wb") as log, _running(environment, folder, log) as process:
        _wait(made.endpoint, process, folder / "log")
        yield made


@contextlib.contextmanager
def _running(
    environment: dict[str, str], folder: Path, log: Any
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [str(PYTHON), "-c", "from ministack.app import main; main()"],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until it is ready."""
    end = time.monotonic() + _SECONDS
    while process.poll() is None and time.monotonic() < end:
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(f"{endpoint}/_ministack/ready", timeout=2) as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(0.05)
    pytest.fail(f"ministack does not come up:\n{log.read_text()[-4000:]}")
