"""The `tamada` command. Each subcommand is a module of its own, imported only when it is used.

A command module has `def add_arguments(parser)` and `def run(options) -> int | None`. Errors for people are
raised as `CommandError("One clear line.")` and end with exit status 1.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any, NoReturn, TypeVar

from tamada.cli.words import N_
from tamada.cli.words import gettext as _

T = TypeVar("T")

# Command → (module, one line of help).
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("up", N_("Start Tamada: web, workers and mail listeners.")),
    "user": ("user", N_("Add the people who answer.")),
    "token": ("token", N_("Make an API token for a person.")),
    "inbox": ("inbox", N_("Add an e-mail address or a chat.")),
    "mcp": ("mcp", N_("Let a person's own assistant search, read and draft.")),
    "webhook": ("webhook", N_("Tell a program of yours what happens.")),
    "import": ("import_", N_("Bring in mail, a table, or the export of another desk.")),
    "knowledge": ("knowledge", N_("Write articles as Markdown, or bring them in.")),
    "service": ("service", N_("Check the template of a service.")),
    "demo": ("demo", N_("Live through weeks of a made-up company on a fast clock.")),
    "export": ("export", N_("Write everything as JSON Lines and CSV, while running.")),
    "check": ("check", N_("Say what is wrong with this installation.")),
    "backup": ("backup", N_("Write everything into one file, while running.")),
    "restore": ("restore", N_("Bring a backup into an empty data folder.")),
    "reindex": ("reindex", N_("Make the search index anew, while running.")),
    "bench": ("bench", N_("Measure this machine against yardsticks.")),
}


# These look after the database themselves.
SEES_TO_THE_DATABASE = frozenset({"up", "check", "restore"})


class CommandError(Exception):
    """What a person did or met, in one line; the command ends with status 1."""


class Parser(argparse.ArgumentParser):
    """argparse, with one line for wrong usage and no half-guessed options."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    os.umask(0o077)  # What is written holds customers' mail and the secret key.
    given = _take_data_dir(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamada.config.settings")
    try:
        return _run(given)
    except CommandError as error:
        print(f"tamada: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 (the reader went away: nothing is left to say)
        return 1


def _take_data_dir(arguments: list[str]) -> list[str]:
    """The arguments without `--data DIR`, which may stand anywhere and must be known before the settings are read."""
    rest: list[str] = []
    given = iter(arguments)
    for argument in given:
        folder = next(given, None) if argument == "--data" else argument.removeprefix("--data=")
        if folder is None:  # Its value is missing: the parser says so.
            return arguments
        if folder == argument:
            rest.append(argument)
        else:
            os.environ["TAMADA_DATA_DIR"] = folder
    return rest


def _run(arguments: list[str]) -> int:
    command = next((word for word in arguments if not word.startswith("-")), None)
    parser = _parser(command)
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error

    try:
        return _call(options)
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error
    except Error as error:
        raise CommandError(unusable(error)) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}" if error.filename else str(error)) from error


def _call(options: argparse.Namespace) -> int:
    module = import_module(f"tamada.cli.{COMMANDS[options.command][0]}")
    if getattr(module, "NEEDS_DJANGO", True):
        import django

        django.setup()
        speak_the_users_language()
        _take_the_running_address()
        if options.command not in SEES_TO_THE_DATABASE:
            _have_database()
    return module.run(options) or 0


def _take_the_running_address() -> None:
    """Links lead to where `tamada up` serves this folder now, unless the installation says where."""
    from django.conf import settings

    from tamada.core import health

    if not settings.TAMADA.base_url_is_set and (web := health.announced("web")):
        settings.TAMADA = replace(settings.TAMADA, base_url=web["url"])


def _have_database() -> None:
    """Make the database where none is yet. One of an earlier version may be in use, and is left to `tamada up`."""
    from django.core.management import call_command

    from tamada.config import startup

    if not startup.unapplied():
        return
    if startup.applied():
        raise CommandError(_("The database is of an earlier version: run tamada up, which brings it up to date."))
    call_command("migrate", verbosity=0, interactive=False)


def unusable(error: Exception) -> str:
    """One line about a database that does not do what it should."""
    return _("The database can't be used: {reason}").format(reason=str(error).strip().partition("\n")[0])


def _parser(command: str | None) -> Parser:
    """The commands with their help; only the one in use adds its arguments."""
    parser = Parser(prog="tamada", description=_("Customer service for service businesses."))
    parser.add_argument(
        "--version", action="version", version=_version(), help=_("show program's version number and exit")
    )
    subcommands = parser.add_subparsers(dest="command", metavar=_("command"), title=_("commands"))
    for name, (module, about) in COMMANDS.items():
        if not _exists(module):
            continue
        subparser = subcommands.add_parser(name, help=_(about), description=_(about))
        subparser.add_argument("--data", metavar="DIR", help=_("the data folder (default: ./var)"))
        if name == command:
            import_module(f"tamada.cli.{module}").add_arguments(subparser)
    return parser


def _exists(module: str) -> bool:
    from importlib.util import find_spec

    return find_spec(f"tamada.cli.{module}") is not None


def _version() -> str:
    from importlib.metadata import version

    return f"tamada {version('tamada')}"


def speak_the_users_language() -> None:
    """Let the rooms' texts follow LC_ALL, LC_MESSAGES or LANG too."""
    from django.conf import settings
    from django.utils import translation

    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    language = named.partition(".")[0].partition("_")[0].lower()
    translation.activate(language if language in dict(settings.LANGUAGES) else "en")


def summary(**facts: Any) -> None:
    """The last line of a command: JSON on stdout, for programs."""
    print(json.dumps(facts, ensure_ascii=False), flush=True)


def progress(items: Iterable[T], *, what: str, total: int | None = None) -> Iterator[T]:
    """The items, with a bar on stderr when a person is watching."""
    from tqdm import tqdm

    yield from tqdm(items, desc=what, total=total, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False)
