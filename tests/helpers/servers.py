"""PostgreSQL, Redis, Dovecot, PgBouncer, S3, Chromium: each started for a test run on its own folder and port."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.helpers.polling import until
from tests.helpers.ports import free_port, listening
from tests.helpers.processes import clean_environment, humble_user, spawn, stop, temporary_folder

SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def _which(*names: str) -> str | None:
    return next((path for name in names if (path := shutil.which(name, path=SYSTEM_PATH))), None)


# PostgreSQL ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `url` is what Tamada's settings take."""

    url: str
    port: int
    folder: Path
    process: "subprocess.Popen[bytes]"


def _postgres_bin() -> Path | None:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if versions:
        return versions[-1]
    initdb = _which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def postgres_available() -> bool:
    """Whether this machine has PostgreSQL's server."""
    return _postgres_bin() is not None


@contextmanager
def postgres(*settings: str) -> Iterator[Server]:
    """A new PostgreSQL cluster with an empty database `tamada`; `settings` are like "max_connections=50"."""
    binaries = _postgres_bin()
    assert binaries, "PostgreSQL is not installed"
    user = humble_user()
    with temporary_folder("pg", user=user) as folder:
        data = folder / "data"
        initdb = ["--auth=trust", "--username=tamada", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        _run_as(user, [binaries / "initdb", "--pgdata", data, *initdb], folder)
        port = free_port()
        options = [
            "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off", "full_page_writes=off",
            "synchronous_commit=off", "max_connections=200", "shared_buffers=128MB", *settings,
        ]  # fmt: skip
        flags = [part for option in options for part in ("-c", option)]
        log = folder / "log"
        process = spawn([binaries / "postgres", "-D", data, "-p", str(port), *flags], log=log, user=user)
        try:
            _wait_for(port, process, log)
            until(lambda: _createdb(binaries, port), what="PostgreSQL's start")
            yield Server(f"postgres://tamada@127.0.0.1:{port}/tamada", port, folder, process)
        finally:
            stop(process, signal_number=signal.SIGINT)  # SIGINT is PostgreSQL's fast shutdown


def _createdb(binaries: Path, port: int) -> bool:
    command = [str(binaries / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "tamada", "tamada"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _run_as(user: str | None, command: list[str | Path], folder: Path) -> None:
    group = pwd.getpwnam(user).pw_gid if user else None
    done = subprocess.run(
        command, cwd=folder, user=user, group=group, extra_groups=[] if user else None, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    def ready() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}:\n{log.read_text(errors='replace')}")
        return listening(port)

    until(ready, seconds=60, what=f"an answer at port {port}")


# PgBouncer ----------------------------------------------------------------------------------------------------------

PGBOUNCER = """
[databases]
* = host=127.0.0.1 port={postgres} user=tamada
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
server_round_robin = 1
default_pool_size = 6
max_client_conn = 500
"""


def pgbouncer_available() -> bool:
    """Whether this machine has PgBouncer, and what it stands before."""
    return _which("pgbouncer") is not None and postgres_available()


@contextmanager
def pgbouncer(behind: Server) -> Iterator[Server]:
    """A PgBouncer in transaction mode; round robin, so that a connection which is counted on shows at once."""
    program = _which("pgbouncer")
    assert program, "PgBouncer is not installed"
    user = humble_user()
    with temporary_folder("pgb", user=user) as folder:
        port, log, file = free_port(), folder / "log", folder / "pgbouncer.ini"
        file.write_text(PGBOUNCER.format(postgres=behind.port, port=port))
        process = spawn([program, file], log=log, user=user)
        try:
            _wait_for(port, process, log)
            yield Server(f"postgres://tamada@127.0.0.1:{port}/tamada?pooled=1", port, folder, process)
        finally:
            stop(process, signal_number=signal.SIGINT)


# Redis --------------------------------------------------------------------------------------------------------------


def redis_available() -> bool:
    """Whether this machine has Redis or Valkey."""
    return _which("redis-server", "valkey-server") is not None


@contextmanager
def redis() -> Iterator[Server]:
    """A Redis (or Valkey) that writes nothing to disk."""
    program = _which("redis-server", "valkey-server")
    assert program, "Redis is not installed"
    with temporary_folder("redis") as folder:
        port, log = free_port(), folder / "log"
        flags = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
        process = spawn([program, *flags], log=log)
        try:
            _wait_for(port, process, log)
            yield Server(f"redis://127.0.0.1:{port}/0", port, folder, process)
        finally:
            stop(process)


# Dovecot ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A Dovecot with one account; `deliver` puts a message into it as another program would."""

    host: str
    port: int
    user: str
    password: str
    maildir: Path
    owner: tuple[int, int]
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """The address as `tamada inbox add --imap` takes it."""
        return f"imap://{self.user}:{self.password}@{self.host}:{self.port}"

    def deliver(self, raw: bytes, *, name: str) -> Path:
        """Put the bytes into the INBOX under a file name that is unique there."""
        temporary, final = self.maildir / "tmp" / name, self.maildir / "new" / name
        temporary.write_bytes(raw)
        os.chown(temporary, *self.owner)
        return temporary.rename(final)


DOVECOT = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{folder}/mail
mail_max_userip_connections = 50
{extra}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def dovecot_available() -> bool:
    """Whether this machine has Dovecot with IMAP."""
    return _which("dovecot") is not None and Path("/usr/lib/dovecot/imap").exists()


@contextmanager
def dovecot(*, user: str = "info@company.example", password: str = "secret", extra: str = "") -> Iterator[Mailbox]:
    """A Dovecot IMAP server with one empty account. `extra` is appended to its configuration."""
    program = _which("dovecot")
    assert program, "Dovecot is not installed"
    mail_user = humble_user()
    me = pwd.getpwuid(os.geteuid())
    owner = pwd.getpwnam(mail_user) if mail_user else me
    with temporary_folder("imap") as folder:
        folder.chmod(0o755)
        for part in ("mail/tmp", "mail/new", "mail/cur"):
            (folder / part).mkdir(parents=True)
        for path in [folder / "mail", *(folder / "mail").iterdir()]:
            os.chown(path, owner.pw_uid, owner.pw_gid)
        (folder / "users").write_text(f"{user}:{password}\n")
        port = free_port()
        configuration = folder / "dovecot.conf"
        configuration.write_text(
            DOVECOT.format(
                folder=folder,
                port=port,
                extra=extra,
                uid=owner.pw_uid,
                gid=owner.pw_gid,
                internal="dovecot" if mail_user else me.pw_name,
                internal_group="dovecot" if mail_user else _group_name(me.pw_gid),
                login="dovenull" if mail_user else me.pw_name,
            )
        )
        log = folder / "output"
        process = spawn([program, "-F", "-c", configuration], log=log)
        try:
            _wait_for(port, process, log)
            ids = (owner.pw_uid, owner.pw_gid)
            yield Mailbox("127.0.0.1", port, user, password, folder / "mail", ids, folder / "log", process)
        finally:
            stop(process)


def _group_name(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name


# S3 -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bucket:
    """An S3 server with one bucket, and a user who may use it; other keys are refused."""

    port: int
    key: str
    secret: str
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """What `TAMADA_STORAGE_URL` takes."""
        return self.url_for(self.key, self.secret)

    def url_for(self, key: str, secret: str) -> str:
        """The same bucket, asked for with other keys."""
        return f"s3://{key}:{quote(secret, safe='')}@127.0.0.1:{self.port}/files?scheme=http&region=eu-central-1"

    def client(self) -> Any:
        """A client past our program."""
        return _boto3("s3", self.port, self.key, self.secret)

    def pause(self) -> None:
        """It takes connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)


def _boto3(service: str, port: int, key: str, secret: str) -> Any:
    import boto3

    return boto3.session.Session().client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="eu-central-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )


@contextmanager
def s3() -> Iterator[Bucket]:
    """moto's server, which checks signatures once it has been told of a user."""
    with temporary_folder("s3") as folder:
        port, log = free_port(), folder / "log"
        command: list[str | Path] = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "moto.server",
            "-H",
            "127.0.0.1",
            "-p",
            str(port),
        ]
        process = spawn(command, log=log, env=clean_environment() | {"INITIAL_NO_AUTH_ACTION_COUNT": "3"})
        try:
            _wait_for(port, process, log)
            iam = _boto3("iam", port, "first", "first")
            iam.create_user(UserName="tamada")
            made = iam.create_access_key(UserName="tamada")["AccessKey"]
            iam.put_user_policy(UserName="tamada", PolicyName="files", PolicyDocument=S3_POLICY)
            bucket = Bucket(port, made["AccessKeyId"], made["SecretAccessKey"], process)
            bucket.client().create_bucket(
                Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
            )
            yield bucket
        finally:
            process.send_signal(signal.SIGCONT)
            stop(process)


S3_POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})


# Chromium -----------------------------------------------------------------------------------------------------------


def chromium_path() -> str | None:
    """The system's Chromium, or None for Playwright's own."""
    return os.environ.get("TAMADA_TEST_CHROMIUM") or _which("chromium", "chromium-browser", "google-chrome")


CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--force-color-profile=srgb",
]  # fmt: skip
