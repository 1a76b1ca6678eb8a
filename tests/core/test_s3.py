"""Files in an S3-compatible store: a real server on this machine, with keys that it checks."""

import hashlib
import io
import random
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.http import FileResponse

from tamada.core import s3, storage
from tamada.core.s3 import S3
from tests.helpers.servers import Bucket

pytestmark = [pytest.mark.sqlite, pytest.mark.servers]


@pytest.fixture
def store(s3_server: Bucket) -> S3:
    return S3(s3_server.url)


@pytest.fixture
def paused(s3_server: Bucket) -> Iterator[None]:
    s3_server.pause()
    yield
    s3_server.go_on()


def asked(store: S3) -> list[str]:
    """What is asked of the server from now on."""
    got: list[str] = []
    store._client.meta.events.register("before-call.s3", lambda model, **_: got.append(model.name))
    return got


def test_the_same_bytes_are_one_file(store: S3, s3_server: Bucket) -> None:
    content = random.Random(1).randbytes(9 << 20)  # more than the library sends in one piece
    key = store.put(iter([content[: 1 << 20], content[1 << 20 :]]))
    assert key == hashlib.sha256(content).hexdigest()
    assert store.put(iter([content])) == key
    assert store.size(key) == len(content)
    assert store.exists(key)
    with store.open(key) as file:
        assert file.read() == content
    listed = [row["Key"] for row in s3_server.client().list_objects_v2(Bucket="files", Prefix=key[:2])["Contents"]]
    assert listed == [f"{key[:2]}/{key[2:4]}/{key}"]
    store.delete(key)
    store.delete(key)
    assert not store.exists(key)
    for use in (store.open, store.size):
        with pytest.raises(storage.MissingFile):
            use(key)


def test_a_part_is_read_without_the_rest(store: S3) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("large", random.Random(2).randbytes(5 << 20))
        archive.writestr("small", "what is wanted")
    key = store.put(iter([packed.getvalue()]))
    with store.open(key) as file:
        got = asked(store)
        with zipfile.ZipFile(file) as archive:
            assert archive.read("small") == b"what is wanted"
        file.seek(-4, io.SEEK_END)
        assert file.read() == packed.getvalue()[-4:]
        assert file.read(10) == b""
        assert file.tell() == len(packed.getvalue())
    assert 0 < len(got) < 8
    empty = store.put(iter([]))
    with store.open(empty) as file:
        assert file.read() == b""


@pytest.mark.django_db  # The end of an answer is the end of a request, when connections are looked after.
def test_a_file_that_is_sent_is_fetched_once(store: S3) -> None:
    content = random.Random(3).randbytes(3 << 20)
    key = store.put(iter([content]))
    got = asked(store)
    answer = FileResponse(store.open(key))
    assert int(answer["Content-Length"]) == len(content)
    assert answer.getvalue() == content
    assert got == ["GetObject"]
    answer.close()


def test_a_prefix_keeps_two_installations_apart(store: S3, s3_server: Bucket) -> None:
    other = S3(f"{s3_server.url}&prefix=second/one")
    key = other.put(iter([b"theirs"]))
    assert other.exists(key)
    assert not store.exists(key)
    assert list(other.keys()) == [key]
    assert key not in list(store.keys())


def test_discarding_asks_once_and_spares_what_is_new(store: S3) -> None:
    key = store.put(iter([b"discarded"]))
    got = asked(store)
    assert not store.discard(key, time.time() - storage.GRACE_SECONDS)
    assert got == ["HeadObject"]
    got.clear()
    assert store.discard(key, time.time() + 5)
    assert got == ["HeadObject", "DeleteObject"]
    got.clear()
    assert not store.discard(key, time.time() + 5)
    assert got == ["HeadObject"]


def test_storing_again_makes_an_old_file_new(store: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    key = store.put(iter([b"renewed"]))
    got = asked(store)
    store.put(iter([b"renewed"]))
    assert got == ["HeadObject"]
    later = time.time() + storage.GRACE_SECONDS
    monkeypatch.setattr(time, "time", lambda: later)
    store.put(iter([b"renewed"]))
    assert got == ["HeadObject", "HeadObject", "PutObject"]
    assert store.exists(key)


def test_where_versions_are_kept_who_stores_it_again_meanwhile_keeps_theirs(
    store: S3, s3_server: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = s3_server.client()
    client.put_bucket_versioning(Bucket="files", VersioningConfiguration={"Status": "Enabled"})
    key = store.put(iter([b"raced"]))
    name = f"{key[:2]}/{key[2:4]}/{key}"
    head = store._client.head_object

    def then_stored_again(**named: str) -> object:
        found = head(**named)
        client.put_object(Bucket="files", Key=name, Body=b"raced")
        return found | {"LastModified": datetime(2020, 1, 1, tzinfo=UTC)}

    monkeypatch.setattr(store._client, "head_object", then_stored_again)
    try:
        assert store.discard(key, time.time() - storage.GRACE_SECONDS)
        monkeypatch.undo()
        assert store.exists(key)
    finally:
        client.put_bucket_versioning(Bucket="files", VersioningConfiguration={"Status": "Suspended"})


@pytest.mark.parametrize("whose", ["nobody", "ours"])
def test_a_wrong_key_is_refused_in_words_and_is_no_missing_file(store: S3, s3_server: Bucket, whose: str) -> None:
    key = store.put(iter([b"here"]))
    wrong = S3(s3_server.url_for(s3_server.key if whose == "ours" else "nobody", "wrong"))
    for use in (wrong.open, wrong.size, wrong.exists, wrong.delete):
        with pytest.raises(storage.StoreAway, match="refuses"):
            use(key)
    with pytest.raises(storage.StoreAway):
        wrong.put(iter([b"there"]))
    assert store.exists(key)


def test_a_bucket_that_is_not_there_is_no_missing_file_when_something_is_stored(s3_server: Bucket) -> None:
    with pytest.raises((storage.StoreAway, storage.MissingFile)):
        S3(s3_server.url.replace("/files", "/nothing")).put(iter([b"x"]))


def test_a_server_that_is_away_or_silent_is_given_up_in_time(
    s3_server: Bucket, paused: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "ANSWER_WITHIN", 0.5)
    silent_since = time.monotonic()
    with pytest.raises(storage.StoreAway, match="can't be reached"):
        S3(s3_server.url).exists("0" * 64)
    assert time.monotonic() - silent_since < 10
    gone = S3("s3://a:b@127.0.0.1:9/files?scheme=http")
    with pytest.raises(storage.StoreAway, match="can't be reached"):
        gone.put(iter([b"x"]))
