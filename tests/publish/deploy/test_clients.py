"""Clients: whose credentials they take, which account those are, and what is said when not."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from publish.contract.catalogue import speak
from publish.deploy import answers
from publish.deploy.clients import TRIES, Clients
from publish.deploy.ports import Refused, Unreachable
from tests import faults
from tests.aws import REGION, Aws


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """An environment in which nobody has signed in to AWS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}


def profile(tmp_path: Path, name: str, aws: Aws) -> None:
    keys = f"aws_access_key_id = {aws.key}\naws_secret_access_key = {aws.secret}\n"
    (tmp_path / "credentials").write_text(f"[{name}]\n{keys}")


def test_the_account_is_told_and_asked_for_once(faulty):
    with Clients(REGION, faulty.environment()) as clients:
        assert clients.account() == clients.account() == "000000000000"
    assert faulty.count("sts:GetCallerIdentity") == 1


def test_keys_of_the_environment_come_before_a_profile(aws, nobody, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "not-there")
    environment = {**aws.environment(), "AWS_PROFILE": "not-there"}
    with Clients(REGION, environment) as clients:
        assert clients.account() == "000000000000"


def test_a_profile_signs_in(aws, nobody, tmp_path):
    profile(tmp_path, "creator", aws)
    environment = {"AWS_ENDPOINT_URL": aws.endpoint, "AWS_PROFILE": "creator"}
    with Clients(REGION, environment) as clients:
        assert clients.account() == "000000000000"


def test_a_profile_that_is_not_there_is_told(nobody):
    clients = Clients(REGION, {**nobody, "AWS_PROFILE": "gone"})
    with pytest.raises(Refused, match="AWS_PROFILE names a profile that is not there") as caught:
        clients.of("s3")
    assert "gone" in str(caught.value)


def test_without_a_network_the_way_out_is_the_network_and_the_region():
    keys = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret"}
    nowhere = {**keys, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    with Clients(REGION, nowhere) as clients, pytest.raises(Unreachable) as caught:
        clients.account()
    assert str(caught.value).startswith("AWS cannot be reached (look at the network; if it is up,")


def test_who_has_not_signed_in_is_told_how(nobody):
    with Clients(REGION, nobody) as clients, pytest.raises(Refused, match="aws configure sso"):
        clients.account()


def test_keys_that_aws_does_not_know_are_told(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="creator")
    made = iam.create_access_key(UserName="creator")["AccessKey"]["AccessKeyId"]
    wrong = {"AWS_ACCESS_KEY_ID": made, "AWS_SECRET_ACCESS_KEY": "wrong"}
    with Clients(REGION, {**aws.environment(), **wrong}) as clients:
        buckets = clients.of("s3").list_buckets
        with pytest.raises(Refused, match="does not know these credentials"):
            answers.ask(buckets, "s3:ListAllMyBuckets", "AWS")


def test_a_session_of_a_role_has_a_third_part(faulty):
    with Clients(REGION, {**faulty.environment(), "AWS_SESSION_TOKEN": "third"}) as clients:
        signer = clients.of("s3")._get_credentials()
    assert signer.token == "third"


def test_a_client_is_made_once_for_each_region(aws):
    with Clients(REGION, aws.environment()) as clients:
        assert clients.of("sts") is clients.of("sts") is clients.of("sts", REGION)
        there = clients.of("sts", "us-east-1")
        assert there is not clients.of("sts")
        assert there.meta.region_name == "us-east-1"
        assert clients.of("sts").meta.endpoint_url == aws.endpoint


def test_a_client_is_patient_unless_told_otherwise(faulty):
    faulty.inject(faults.says(503, "ServiceUnavailable"), times=faults.FOR_EVER)
    for told, wanted in (("", TRIES), ("2", 2), ("0", TRIES), ("x", TRIES)):
        faulty.asked.clear()
        clients = Clients(REGION, {**faulty.environment(), "AWS_MAX_ATTEMPTS": told})
        with clients, pytest.raises(Unreachable, match='"sts:GetCallerIdentity"'):
            clients.account()
        assert faulty.count() == wanted


def test_an_answer_that_is_cut_is_no_answer_whatever_the_service(faulty):
    faulty.inject(faults.cut_all)
    with Clients(REGION, faulty.environment()) as clients:
        assert clients.account() == "000000000000"
        faulty.inject(faults.cut_all, times=faults.FOR_EVER)
        with pytest.raises(Unreachable):
            answers.ask(clients.of("sts").get_caller_identity, "x", "y", lambda seconds: None)


def test_a_client_for_what_must_not_be_done_twice_asks_once(faulty):
    faulty.inject(faults.says(503, "ServiceUnavailable"), times=faults.FOR_EVER)
    with Clients(REGION, faulty.environment()) as clients:
        assert clients.once("sts") is clients.once("sts") is not clients.of("sts")
        with pytest.raises(ClientError):
            clients.once("sts").get_caller_identity()
    assert faulty.count() == 1


def test_to_that_client_an_answer_that_began_as_a_good_one_is_one(faulty):
    faulty.inject(faults.cut_all)
    with Clients(REGION, faulty.environment()) as clients:
        assert clients.once("sesv2").get_account()["ResponseMetadata"]
    assert faulty.count() == 1


@pytest.mark.parametrize(
    ("code", "said", "wanted"),
    [
        ("AccessDeniedException", "", answers.NOT_ALLOWED),
        ("ExpiredTokenException", "", answers.EXPIRED),
        ("InvalidClientTokenId", "", answers.UNKNOWN),
        ("SignatureDoesNotMatch", "does not match", answers.UNKNOWN),
        ("SignatureDoesNotMatch", "Signature expired: 2026 is now earlier", answers.CLOCK),
        ("InvalidSignatureException", "Signature not yet current", answers.CLOCK),
        ("RequestTimeTooSkewed", "", answers.CLOCK),
        ("NoSuchBucket", "", answers.MISSING),
        ("PermanentRedirect", "", answers.REGION),
        ("AuthorizationHeaderMalformed", "expecting eu-west-1", answers.REGION),
        ("EntityTooLarge", "too large", answers.OTHER),
    ],
)
def test_each_no_says_what_to_do_and_can_say_it_in_chinese(code, said, wanted):
    response = {"Error": {"Code": code, "Message": said}}
    no = answers.answered(response, "s3:PutObject", "s3://bucket")
    assert isinstance(no, Refused)
    assert (no.message, no.code, no.action) == (wanted, code, "s3:PutObject")
    assert str(no) == wanted.format(**no.values)
    chinese = speak("zh").gettext(no.message).format(**no.values)
    assert chinese != str(no)


@pytest.mark.parametrize(
    ("code", "status"),
    [("SlowDown", 503), ("Throttling", 400), ("TooManyRequestsException", 429), ("Odd", 500)],
)
def test_later_is_no_no(code, status):
    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    assert isinstance(answers.answered(response, "a", "b"), Unreachable)


def test_a_mistake_of_ours_stays_one():
    def wrong() -> None:
        raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        answers.ask(wrong, "a", "b")


def test_pauses_between_our_own_repeats_grow():
    pauses: list[float] = []

    def breaks() -> None:
        raise ConnectionResetError("reset")

    with pytest.raises(Unreachable, match="reset"):
        answers.ask(breaks, "a", "b", pauses.append)
    assert pauses == sorted(pauses)
    assert len(pauses) == answers.TRIES - 1
