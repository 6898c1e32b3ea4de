"""Clients of AWS are made late and give up soon."""

from __future__ import annotations

import subprocess
import sys

import pytest

from publish.paywall import cloud
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
    assert cloud.code(no_answer()) == "BotoCoreError"
