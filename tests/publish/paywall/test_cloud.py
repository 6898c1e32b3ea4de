"""Clients of AWS are made late and give up soon."""

from __future__ import annotations

import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from publish.paywall import cloud
from publish.paywall.bodies.s3 import S3Bodies
from publish.paywall.mailers.ses import SesMailer
from publish.paywall.ports import Item, Mail, Put, StoreDown
from publish.paywall.stores.dynamodb import DynamoStore
from tests.conftest import ROOT


def test_adapters_load_no_library_before_a_call() -> None:
    """Importing and making the cloud's adapters loads neither boto3 nor botocore."""
    code = (
        "import sys\n"
        "from publish.paywall.stores.dynamodb import DynamoStore\n"
        "from publish.paywall.bodies.s3 import S3Bodies\n"
        "from publish.paywall.mailers.ses import SesMailer\n"
        "DynamoStore('t'), S3Bodies('b', 'p'), SesMailer()\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('boto3', 'botocore', 'stripe')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_client_gives_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client's patience is that of a reader, not of a batch job."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    config = cloud.client("dynamodb", seconds=3, tries=1).meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 3)
    assert config.retries["total_max_attempts"] == 1


def test_no_more_of_boto3_is_loaded_than_is_used() -> None:
    """A client comes without boto3's resources."""
    code = (
        "import sys\n"
        "from publish.paywall import cloud\n"
        "cloud.client('dynamodb')\n"
        "print('boto3' in sys.modules, 'botocore' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"AWS_DEFAULT_REGION": "eu-central-1", "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout == "False True\n"


def test_a_failure_has_a_code() -> None:
    """An answer that says no is told by its code, silence by its name."""
    says_no, no_answer = cloud.failures()
    assert cloud.code(says_no({"Error": {"Code": "Throttled"}}, "Call")) == "Throttled"
    assert cloud.code(no_answer[0]()) == "BotoCoreError"


CUT = {
    "json": b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"Item": {"part',
    "nothing": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
    "stream": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfirst-rel",
    "hang up": b"",
}


@pytest.fixture
def cutting(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[bytes]]:
    """An AWS that ends each answer in the middle; what it was asked is collected."""
    asked: list[bytes] = []

    class Cutting(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked.append(self.request.recv(65536))
            self.request.sendall(CUT[request.param])

    with socketserver.TCPServer(("127.0.0.1", 0), Cutting) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_address[1]}",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "eu-central-1",
        }.items():
            monkeypatch.setenv(name, value)
        yield asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("cutting", ["json", "nothing", "hang up"], indirect=True)
def test_an_answer_that_was_cut_off_is_none(cutting: list[bytes]) -> None:
    """botocore takes it for an empty answer; then nothing would be in the store."""
    client = cloud.client("dynamodb", seconds=3, tries=1)
    store = DynamoStore("table", client, sleep=lambda seconds: None)
    for do in (
        lambda: store.get("a", "b"),
        lambda: store.query("a"),
        lambda: store.write(Put("a", "b", {})),
        lambda: next(store.everything(), None),
        lambda: store.load([Item("a", "b", {}, 1)]),
    ):
        cutting.clear()
        with pytest.raises(StoreDown):
            do()
        assert len(cutting) == 3
    client.close()


@pytest.mark.parametrize("cutting", ["stream", "nothing", "hang up"], indirect=True)
def test_an_object_that_was_cut_off_is_none(cutting: list[bytes]) -> None:
    """A piece comes whole or not at all."""
    client = cloud.client("s3", seconds=3, tries=1)
    with pytest.raises(StoreDown):
        S3Bodies("bucket", "", client).current()
    client.close()


@pytest.mark.parametrize("cutting", ["json"], indirect=True)
def test_a_mail_whose_answer_was_cut_off_went(cutting: list[bytes]) -> None:
    """It was taken; trying again would send it twice."""
    SesMailer().send(Mail("1", "a@example.test", "s", "t", "h", "me@example.test"))
    assert len(cutting) == 1
