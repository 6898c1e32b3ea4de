"""A bucket behind a bad line: what is said, what is asked again, and what stands there then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from publish.deploy.clients import Clients
from publish.deploy.objects.s3 import PART, S3Objects
from publish.deploy.ports import Changed, Refused, Unreachable
from tests import faults
from tests.aws import REGION
from tests.faults import FOR_EVER
from tests.publish.deploy.worlds import no_pause, sent

CALLS = {
    "put": lambda objects: objects.put(sent("a", b"new")),
    "put_if": lambda objects: objects.put_if(sent("fresh"), ""),
    "get": lambda objects: objects.get("old"),
    "list": lambda objects: list(objects.list("")),
    "folders": lambda objects: list(objects.folders("")),
    "delete": lambda objects: objects.delete(["old"]),
}
READS = ("get", "list", "folders")


@pytest.fixture
def filled(objects, faulty) -> S3Objects:
    objects.put(sent("old", b"0123456789"))
    objects.put(sent("folder/old", b"0123456789"))
    faulty.clear()
    return objects


def where(objects: S3Objects) -> str:
    return objects.name.removeprefix("s3://")


@pytest.mark.parametrize("call", CALLS)
def test_later_twice_is_asked_a_third_time(filled, faulty, call):
    faulty.inject(faults.slow_down, times=2)
    CALLS[call](filled)
    assert faulty.count() == 3


@pytest.mark.parametrize("call", CALLS)
def test_later_for_ever_is_unreachable_and_says_so(filled, faulty, call):
    faulty.inject(faults.slow_down, times=FOR_EVER)
    with pytest.raises(Unreachable, match=r"SlowDown.*repeat the command"):
        CALLS[call](filled)
    assert faulty.count() == 3


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("reset", [faults.reset_before, faults.reset_after])
def test_a_line_that_breaks_once_is_made_good(filled, faulty, call, reset):
    faulty.inject(reset)
    CALLS[call](filled)


@pytest.mark.parametrize("call", CALLS)
def test_a_line_that_always_breaks_is_unreachable(filled, faulty, call):
    faulty.inject(faults.reset_after, times=FOR_EVER)
    with pytest.raises(Unreachable):
        CALLS[call](filled)


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize("cut", [faults.cut, faults.cut_all])
def test_an_answer_that_breaks_off_is_asked_for_again(filled, faulty, call, cut):
    wanted = CALLS[call](filled)
    rule = faulty.inject(cut)
    assert CALLS[call](filled) == wanted
    assert rule.met == 1


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize("cut", [faults.cut, faults.cut_all])
def test_an_answer_that_always_breaks_off_never_counts_for_the_whole(filled, faulty, call, cut):
    faulty.inject(cut, times=FOR_EVER)
    with pytest.raises(Unreachable):
        CALLS[call](filled)


@pytest.mark.parametrize("call", CALLS)
def test_a_permission_that_is_missing_is_named(filled, faulty, call):
    action = {"put_if": "PutObject", "put": "PutObject", "get": "GetObject"}.get(call)
    action = action or {"delete": "DeleteObject"}.get(call, "ListBucket")
    faulty.deny(f"s3:{action}")
    with pytest.raises(Refused, match=f'"s3:{action}" on "s3://bucket-.*inkstead policies') as told:
        CALLS[call](filled)
    assert (told.value.action, told.value.code) == (f"s3:{action}", "AccessDenied")
    assert faulty.count() == 1


def test_what_expired_in_the_middle_says_so(filled, faulty):
    faulty.inject(faults.expired, action="s3:PutObject", skip=1, times=FOR_EVER)
    filled.put(sent("one"))
    with pytest.raises(Refused, match=r"have expired.*sign in again"):
        filled.put(sent("two"))


def test_a_bucket_that_is_gone_is_named(clients):
    gone = S3Objects("bucket-that-never-was", clients.of("s3"), no_pause)
    with pytest.raises(Refused, match='"s3://bucket-that-never-was" is not there'):
        gone.get("a")


def test_nobody_there_is_unreachable(faulty):
    environment = {**faulty.environment(), "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    with Clients(REGION, environment) as clients, pytest.raises(Unreachable):
        S3Objects("any", clients.of("s3"), no_pause).put(sent("a"))


def test_a_lock_that_was_taken_before_the_line_broke_is_ours(objects, faulty):
    faulty.inject(faults.reset_after, action="s3:PutObject")
    tag = objects.put_if(sent("lock", b"mine"), "")
    assert objects.get("lock").tag == tag
    faulty.inject(faults.reset_after, action="s3:PutObject")
    assert objects.put_if(sent("lock", b"renewed"), tag) == objects.get("lock").tag


def test_a_lock_that_another_took_while_the_line_broke_is_not_ours(objects, faulty):
    def another_was_faster(exchange: faults.Exchange) -> None:
        faulty.upstream.client("s3").put_object(Bucket=where(objects), Key="lock", Body=b"theirs")
        exchange.reset()

    faulty.inject(another_was_faster, action="s3:PutObject")
    with pytest.raises(Changed):
        objects.put_if(sent("lock", b"mine"), "")
    assert objects.get("lock").body == b"theirs"


def test_two_writes_in_conflict_are_tried_again(objects, faulty):
    conflict = faults.says(409, "ConditionalRequestConflict")
    faulty.inject(conflict, action="s3:PutObject", times=2)
    objects.put_if(sent("lock", b"mine"), "")
    assert objects.get("lock").body == b"mine"
    faulty.inject(conflict, action="s3:PutObject", times=FOR_EVER)
    with pytest.raises(Changed, match="by somebody else"):
        objects.put_if(sent("other", b"mine"), "")


def test_what_arrives_broken_is_refused_by_the_bucket(objects, faulty):
    """The hash travels with the bytes: a file that changed after it was read is told, too."""
    faulty.inject(faults.says(400, "BadDigest"), action="s3:PutObject")
    with pytest.raises(Changed):
        objects.put(sent("a"))
    objects.put(sent("a"))
    told = faulty.upstream.client("s3").head_object(
        Bucket=where(objects), Key="a", ChecksumMode="ENABLED"
    )
    assert told["ChecksumSHA256"]


def test_more_than_a_request_takes_is_listed_and_deleted(objects, faulty):
    client, bucket = faulty.upstream.client("s3"), where(objects)
    names = [f"many/{number:04}" for number in range(1005)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda key: client.put_object(Bucket=bucket, Key=key, Body=b""), names))
    objects.put(sent("one"))
    assert [each.key for each in objects.list("many/")] == names
    faulty.clear()
    objects.delete(names)
    assert [each.key for each in objects.list("")] == ["one"]
    assert faulty.count("s3:DeleteObject") == 2


def some_stay(code: str) -> faults.Fault:
    def fault(exchange: faults.Exchange) -> None:
        error = f"<Error><Key>folder/old</Key><Code>{code}</Code><Message>no</Message></Error>"
        body = f"<DeleteResult>{error}</DeleteResult>".encode()
        exchange.reply(faults.Answer(200, (("Content-Type", "application/xml"),), body))

    return fault


def test_of_those_that_were_not_deleted_the_busy_ones_are_tried_again(filled, faulty):
    faulty.inject(some_stay("InternalError"), action="s3:DeleteObject")
    filled.delete(["folder/old"])
    assert [each.key for each in filled.list("")] == ["old"]
    faulty.inject(some_stay("InternalError"), action="s3:DeleteObject", times=FOR_EVER)
    with pytest.raises(Unreachable):
        filled.delete(["folder/old"])


def test_of_those_that_were_not_deleted_a_forbidden_one_is_told(filled, faulty):
    faulty.inject(some_stay("AccessDenied"), action="s3:DeleteObject")
    with pytest.raises(Refused, match="s3:DeleteObject"):
        filled.delete(["folder/old"])


@pytest.fixture
def large(tmp_path):
    body = b"0123456789abcdef" * (PART // 16) + b"tail"
    file = tmp_path / "large.mp3"
    file.write_bytes(body)
    return replace(sent("large.mp3", body), body=file)


def uploads(objects: S3Objects, faulty) -> list[object]:
    told = faulty.upstream.client("s3").list_multipart_uploads(Bucket=where(objects))
    return list(told.get("Uploads", ()))


@pytest.mark.parametrize("number", range(4))
def test_a_large_file_arrives_over_a_line_that_breaks(objects, faulty, large, number):
    """Beginning, two parts, end: whichever of them AWS did without our hearing of it."""
    faulty.inject(faults.reset_after, action="s3:PutObject", skip=number)
    objects.put(large)
    assert [each.bytes for each in objects.list("large")] == [large.bytes]


def test_an_end_that_was_lost_and_is_unknown_when_asked_again_is_looked_at(objects, faulty, large):
    """AWS forgets an upload that was put together: what stands there says whether it was."""

    def unknown(exchange: faults.Exchange) -> None:
        exchange.ask()
        exchange.reply(faults.error("s3", 404, "NoSuchUpload"))

    faulty.inject(unknown, action="s3:PutObject", skip=3)
    objects.put(large)
    assert [each.bytes for each in objects.list("large")] == [large.bytes]


def test_an_upload_that_was_given_up_by_another_is_no_success(objects, faulty, large):
    objects.put(replace(large, body=b"x" * large.bytes, hash=sent("", b"x" * large.bytes).hash))
    faulty.inject(faults.says(404, "NoSuchUpload"), action="s3:PutObject", skip=3)
    with pytest.raises(Refused, match="NoSuchUpload"):
        objects.put(large)


def test_a_large_file_that_is_refused_leaves_no_parts(objects, faulty, large):
    faulty.inject(faults.denied, action="s3:PutObject", skip=2)
    with pytest.raises(Refused):
        objects.put(large)
    assert uploads(objects, faulty) == []
    assert list(objects.list("")) == []


def test_parts_that_cannot_be_given_up_do_not_hide_why(objects, faulty, large):
    faulty.inject(faults.denied, action="s3:PutObject", skip=2)
    faulty.deny("s3:AbortMultipartUpload")
    with pytest.raises(Refused, match='"s3:PutObject"'):
        objects.put(large)


def test_many_at_once_over_a_line_that_keeps_breaking_all_arrive(objects, faulty):
    for number in range(0, 60, 3):
        faulty.inject(faults.reset_after, path=f"*/k/{number:03}")
        faulty.inject(faults.slow_down, path=f"*/k/{number + 1:03}", times=2)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: objects.put(sent(f"k/{number:03}")), range(60)))
    assert len(list(objects.list("k/"))) == 60
