"""`tamada up`: migrate, then serve web, workers and mail listeners in one process group."""

import argparse
import fcntl
import logging
import os
import shutil
import socket
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tamada.cli import CommandError, speak_the_users_language, unusable
from tamada.cli.words import gettext as _
from tamada.core import health, loops

if TYPE_CHECKING:
    from tamada.config import processes
    from tamada.config.takeover import Held

NEEDS_DJANGO = False  # It sets the stage first.
PARTS = ("web", "mail", "worker")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=_("the address to serve on (default: %(default)s)"))
    parser.add_argument("--port", type=int, default=8000, help=_("the port of the web (default: %(default)s)"))
    parser.add_argument(
        "--smtp-port", type=int, default=2525, help=_("the port of SMTP; LMTP takes the next (default: %(default)s)")
    )
    parser.add_argument("--demo", action="store_true", help=_("add the demo company when the database is empty"))
    parser.add_argument(
        "--only",
        choices=PARTS,
        action="append",
        help=_("run only this part (may be given several times)"),
    )
    parser.add_argument(
        "--web-processes", type=int, default=1, help=_("how many web processes (more than one needs PostgreSQL)")
    )


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM."""
    from django.conf import settings

    from tamada.config import takeover

    held = takeover.taken_over()
    data: Path = settings.TAMADA.data_dir
    parts = tuple(options.only or PARTS)
    locks: list[IO[str]] = [os.fdopen(number, "w") for number in held.locks] if held else _alone(data, parts)
    _prepare_run_folder(data, parts, is_busy=held is not None)

    from tamada.kit.text import start_building

    start_building()  # the dictionaries, at the first start, while the database is made
    sockets = _doors(options, parts, held)
    _answer_to(options.host)

    import django

    django.setup()
    speak_the_users_language()
    _check_processes(options.web_processes)
    if _needs_migration():
        _apart(_migrate)
    if held is None:
        _warn_about_sqlite()
        _warn_about_machines(parts)
        if options.demo:
            _apart(_load_demo)
        _greet(options.host, options.port, demo=options.demo)
    _serve(options, parts, sockets, locks, before=held.children if held else {})
    for lock in locks:
        lock.close()
    return 0


def _doors(options: argparse.Namespace, parts: Sequence[str], held: "Held | None") -> list[socket.socket]:
    """Where the web is served; those of mail are left in `loops.doors`."""
    if held is not None:
        loops.doors[:] = [socket.socket(fileno=number) for number in held.mail]
        return [socket.socket(fileno=number) for number in held.web]
    sockets = [_open_door(options.host, options.port)] if "web" in parts else []
    if "mail" in parts and options.smtp_port:
        loops.doors[:] = [_open_door(options.host, options.smtp_port + after) for after in (0, 1)]
    return sockets


def _alone(data: Path, parts: Sequence[str]) -> list[IO[str]]:
    """One of each part for a data folder. The locks are held until this process ends, however it ends."""
    folder = data / "run"
    folder.mkdir(exist_ok=True)
    deadline = time.monotonic() + 3  # Children of a parent that was just killed hold them for a moment.
    locks: list[IO[str]] = []
    for part in parts:
        lock = (folder / f"{part}.lock").open("w")
        while not _locked(lock):
            if time.monotonic() > deadline:
                raise CommandError(_("Tamada runs on {folder} already.").format(folder=data))
            time.sleep(0.05)
        locks.append(lock)
    return locks


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _prepare_run_folder(data: Path, parts: Sequence[str], *, is_busy: bool) -> None:
    """Counters and sockets of the last run mean nothing now, unless processes of before still run beside us.

    The variable must be set before prometheus_client loads.
    """
    if set(parts) == set(PARTS) and not is_busy:
        for name in ("run/metrics", "run/wake", "tmp"):
            shutil.rmtree(data / name, ignore_errors=True)
    if "mail" in parts and not is_busy:
        (data / "run" / "mail.json").unlink(missing_ok=True)
    (data / "run" / "metrics").mkdir(exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(data / "run" / "metrics")


def _open_door(host: str, port: int) -> socket.socket:
    try:
        return loops.open_door(host, port)
    except (OSError, OverflowError) as error:
        text = _("Port {port} on {host} can't be used: {reason}.")
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandError(text.format(port=port, host=host, reason=reason)) from error


def _answer_to(host: str) -> None:
    """Who starts Tamada on an address means it to answer there; listening on all of them, to each of this machine's."""
    from django.conf import settings

    if os.environ.get("TAMADA_ALLOWED_HOSTS"):
        return
    names = {host}
    if host in ("0.0.0.0", "::"):  # noqa: S104 (asked for by the person who starts it)
        names = set()
        with suppress(OSError):  # a name that leads nowhere, as in many containers: TAMADA_ALLOWED_HOSTS can say it
            names = {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None)}
    settings.ALLOWED_HOSTS += [f"[{name}]" if ":" in name else name for name in sorted(names)]


def _check_processes(count: int) -> None:
    from django.db import connection

    if count > 1 and connection.vendor != "postgresql":
        raise CommandError(_("More than one web process needs PostgreSQL."))


def _needs_migration() -> bool:
    from django.db import Error

    from tamada.config import startup

    try:
        if trouble := startup.too_new():
            raise CommandError(trouble)
        return bool(startup.unapplied())
    except Error as error:
        raise CommandError(unusable(error)) from error


def _migrate() -> None:
    from django.db import Error

    from tamada.config import startup

    # This process alone is up: there is nobody whom a long transaction could keep from writing.
    logging.getLogger("tamada.core.sqlite").setLevel(logging.ERROR)
    try:
        startup.migrate()
    except Error as error:
        raise CommandError(unusable(error)) from error


def _apart(work: Callable[[], None]) -> None:
    """Do it in a process of its own, so that what it loads does not stay in the one that every other is made from."""
    from django.db import connections

    from tamada.config.processes import become_child

    connections.close_all()
    sys.stdout.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            become_child(parent, "start")
            work()
            status = 0
        except CommandError as error:
            print(f"tamada: {error}", file=sys.stderr)
        except BaseException:  # noqa: BLE001 (whatever it is, this process ends here)
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0:
        sys.exit(1)


def _warn_about_sqlite() -> None:
    from django.db import connection

    from tamada.config import sqlite_warning

    if connection.vendor == "sqlite" and (warning := sqlite_warning()):
        print(warning, file=sys.stderr)


def _warn_about_machines(parts: Sequence[str]) -> None:
    """What would be noticed only when something is missing."""
    from tamada.cli.check import looked
    from tamada.cli.looks import machines

    alone = (machines.folder,) if "mail" in parts and "worker" not in parts else ()
    for look in (machines.pool, machines.key, *alone):
        for finding in looked(look):
            print(f"tamada: {finding.text}", file=sys.stderr)


def _load_demo() -> None:
    from tamada.demo import load

    load()


def _greet_demo() -> None:
    from tamada.demo import PASSWORD, SIGN_IN, is_here

    if is_here():
        print(
            _("The demo company is there. Sign in as {email} with the password {password}").format(
                email=SIGN_IN, password=PASSWORD
            ),
            flush=True,
        )


def _greet(host: str, port: int, *, demo: bool) -> None:
    """Where to go; on the first start, the one link that lets somebody become the first admin."""
    from django.conf import settings

    base = settings.TAMADA.base_url if settings.TAMADA.base_url_is_set else f"http://{_shown(host)}:{port}"
    print(_("Tamada: {url}").format(url=base), flush=True)
    path = _set_up_path()
    if path is not None:
        print(_("Set up the first account (this link works once): {url}").format(url=f"{base}{path}"), flush=True)
    if demo:
        _greet_demo()


def _shown(host: str) -> str:
    return "127.0.0.1" if host in ("", "0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104


def _set_up_path() -> str | None:
    from tamada.accounts.actions.setup import fresh_setup_token

    token = fresh_setup_token()
    return f"/setup/{token}" if token else None


def _serve(
    options: argparse.Namespace,
    parts: tuple[str, ...],
    sockets: list[socket.socket],
    locks: list[IO[str]],
    *,
    before: dict[int, str],
) -> None:
    from django.conf import settings
    from django.db import connections

    from tamada.config import takeover
    from tamada.config.processes import Supervisor

    if not settings.TAMADA.base_url_is_set:
        settings.TAMADA = replace(settings.TAMADA, base_url=f"http://{_shown(options.host)}:{options.port}")
        settings.CSRF_TRUSTED_ORIGINS.append(settings.TAMADA.base_url)
    children = _children(options, parts, sockets)
    connections.close_all()
    if "web" in parts:
        health.announce("web", url=settings.TAMADA.base_url)  # For commands, which know no port.
    supervisor = Supervisor(children, before)
    while supervisor.run():
        if takeover.new_code_starts():
            takeover.become_new(
                takeover.Held(
                    web=[door.fileno() for door in sockets],
                    mail=[door.fileno() for door in loops.doors],
                    locks=[lock.fileno() for lock in locks],
                    children={child.pid: child.name for child in children if child.pid},
                )
            )
    if "web" in parts:
        health.withdraw("web")


def _children(
    options: argparse.Namespace, parts: tuple[str, ...], sockets: list[socket.socket]
) -> "list[processes.Child]":
    from tamada.config.processes import Child, run_loops, run_web

    children = []
    if "web" in parts:
        _load_web()
        web = partial(run_web, sockets=sockets, needs_mail=bool(loops.doors), needs_worker="worker" in parts)
        names = [f"web-{number}" for number in range(1, options.web_processes + 1)]
        children += [Child(name, partial(web, name), serves=True, doors=sockets) for name in names]
    if "mail" in parts:
        children.append(Child("mail", partial(run_loops, "mail", tasks=False), doors=loops.doors))
    if "worker" in parts:
        children.append(Child("reader", partial(run_loops, "reader", tasks=False)))
        children.append(Child("worker", partial(run_loops, "worker", tasks=True)))
    return children


def _load_web() -> None:
    """Everything a page needs, loaded before the fork: the children share it, and one that died is back at once."""
    import httptools  # noqa: F401
    import uvicorn.lifespan.on
    import uvicorn.protocols.http.httptools_impl  # noqa: F401
    import uvloop  # noqa: F401
    from django.urls import get_resolver

    import tamada.config.asgi  # noqa: F401

    get_resolver()._populate()  # noqa: SLF001 (what the first request would do)
