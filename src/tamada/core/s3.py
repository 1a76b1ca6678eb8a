"""Files in an S3-compatible bucket, by content as on disk: `s3://KEY:SECRET@HOST/BUCKET?region=…&prefix=…&scheme=…`."""

import hashlib
import io
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from tamada.core.storage import SETTLED_SECONDS, MissingFile, StoreAway

READ_AHEAD = 1 << 18
CONNECT_WITHIN, ANSWER_WITHIN = 3, 5
"""Seconds, far below the time after which a process that reads mail is taken for hung (channels.reading)."""
_GONE = frozenset({"404", "NoSuchKey", "NotFound"})


class S3:
    """A bucket. Content is spooled first: its hash is its name."""

    def __init__(self, url: str) -> None:
        try:
            import boto3
            from botocore.config import Config
        except ImportError as error:
            raise ImproperlyConfigured(
                "TAMADA_STORAGE_URL needs boto3: make setup installs it, or pip install tamada[s3]."
            ) from error
        parts = urlsplit(url)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self._bucket, self._prefix = parts.path.strip("/"), query.get("prefix", "").strip("/")
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=f"{query.get('scheme', 'https')}://{parts.netloc.rpartition('@')[2]}",
            region_name=query.get("region", "us-east-1"),
            aws_access_key_id=unquote(parts.username or "") or None,
            aws_secret_access_key=unquote(parts.password or "") or None,
            config=Config(
                connect_timeout=CONNECT_WITHIN,
                read_timeout=ANSWER_WITHIN,
                retries={"total_max_attempts": 2},
                max_pool_connections=20,
                # Not every store knows the checksums that the library sends by itself.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, chunks: Iterator[bytes]) -> str:
        digest = hashlib.sha256()
        with tempfile.TemporaryFile() as spool:
            for chunk in chunks:
                digest.update(chunk)
                spool.write(chunk)
            spool.seek(0)
            key = digest.hexdigest()
            since = self._stored_at(key)
            if since is None or since < time.time() - SETTLED_SECONDS / 2:
                with _reachable(key):
                    self._client.upload_fileobj(spool, **self._named(key))
        return key

    def open(self, key: str) -> IO[bytes]:
        return io.BufferedReader(_Remote(self._client, self._named(key), key), READ_AHEAD)

    def size(self, key: str) -> int:
        with _reachable(key):
            return int(self._client.head_object(**self._named(key))["ContentLength"])

    def exists(self, key: str) -> bool:
        return self._stored_at(key) is not None

    def delete(self, key: str) -> None:
        with _reachable(key):
            self._client.delete_object(**self._named(key))

    def discard(self, key: str, before: float) -> bool:
        try:
            with _reachable(key):
                found = self._client.head_object(**self._named(key))
        except MissingFile:
            return False
        if _seconds(found["LastModified"]) > before:
            return False
        # Where the bucket keeps versions, who stores it again this very moment keeps theirs.
        version = {"VersionId": found["VersionId"]} if found.get("VersionId") else {}
        with _reachable(key):
            self._client.delete_object(**self._named(key), **version)
        return True

    def keys(self) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2")
        with _reachable(""):
            for page in pages.paginate(Bucket=self._bucket, Prefix=f"{self._prefix}/" if self._prefix else ""):
                for found in page.get("Contents", ()):
                    place, _slash, key = str(found["Key"]).rpartition("/")
                    if self._named(key)["Key"] == f"{place}/{key}":
                        yield key

    def _stored_at(self, key: str) -> float | None:
        try:
            with _reachable(key):
                return _seconds(self._client.head_object(**self._named(key))["LastModified"])
        except MissingFile:
            return None

    def _named(self, key: str) -> dict[str, str]:
        path = f"{key[:2]}/{key[2:4]}/{key}"
        return {"Bucket": self._bucket, "Key": f"{self._prefix}/{path}" if self._prefix else path}


class _Remote(io.RawIOBase):
    """An object as a file: opened at once, so that what is missing or away shows before the first byte is asked for.

    Whoever reads on somewhere else begins a new download there, so a large archive is looked into without all of it.
    """

    def __init__(self, client: Any, named: dict[str, str], key: str) -> None:
        super().__init__()
        self._client, self._named, self._key = client, named, key
        with _reachable(key):
            answer = client.get_object(**named)
        self._size, self._at = int(answer["ContentLength"]), 0
        self._body: Any = answer["Body"]
        self._body_at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        with _reachable(self._key):
            if self._body is None or self._body_at != self._at:
                self._let_go()
                self._body = self._client.get_object(**self._named, Range=f"bytes={self._at}-")["Body"]
            data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        self._at = self._body_at = self._at + len(data)
        return len(data)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        if getattr(self, "_body", None) is not None:
            self._body.close()
            self._body = None


@contextmanager
def _reachable(key: str) -> Iterator[None]:
    """What the library raises, in our words: the file is missing, or the store can't be used now."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _GONE:
            raise MissingFile(key) from None
        raise StoreAway(f"The file store refuses: {code}.") from error
    except (BotoCoreError, Boto3Error) as error:
        raise StoreAway(f"The file store can't be reached: {type(error).__name__}.") from error


def _seconds(moment: datetime) -> float:
    return moment.timestamp()
