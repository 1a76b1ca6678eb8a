"""`tamada bench`: the measurements of `benchmarks/`, each beside its yardstick in the same run."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from tamada.cli import CommandError
from tamada.cli.words import gettext as _

NEEDS_DJANGO = False
_FOLDER = Path(__file__).resolve().parents[3] / "benchmarks"
_HELPERS = {"__init__", "bigdata", "compare", "databases", "mail_corpus", "timing"}


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(p.stem for p in _FOLDER.glob("*.py") if p.stem not in _HELPERS)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which, and whether a program reads the figures."""
    parser.add_argument("name", metavar="NAME", nargs="?", help=_("one of them (default: all)"))
    parser.add_argument(
        "--compare", action="store_true", help=_("on SQLite and on PostgreSQL, side by side in a table")
    )
    parser.add_argument("--full", action="store_true", help=_("compare at full size, which takes an hour"))
    parser.add_argument("--write", action="store_true", help=_("put the compared figures into docs/benchmarks.md"))
    parser.add_argument("--json", action="store_true", help=_("print the figures as one JSON object"))


def run(options: argparse.Namespace) -> None:
    """Run them one after the other, each in a process of its own."""
    known = names()
    if not known:
        raise CommandError(_("The benchmarks come with the source, not with the package."))
    if options.name and options.name not in known:
        raise CommandError(
            _("There is no benchmark {name}; there are: {names}.").format(name=options.name, names=", ".join(known))
        )
    if options.compare:
        _compare(options)
        return
    figures = {}
    for name in [options.name] if options.name else known:
        figures[name] = _measured(name)
        if not options.json:
            _print(name, figures[name])
    if options.json:
        print(json.dumps(figures, ensure_ascii=False))


def _compare(options: argparse.Namespace) -> None:
    flags = [flag for flag in ("--full", "--write") if getattr(options, flag[2:])]
    command = [sys.executable, str(_FOLDER / "compare.py"), *([options.name] if options.name else []), *flags]
    if subprocess.run(command, check=False).returncode:
        raise CommandError(_("The benchmark {name} failed.").format(name=options.name or "compare"))


def _measured(name: str) -> dict[str, object]:
    done = subprocess.run([sys.executable, str(_FOLDER / f"{name}.py")], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise CommandError(_("The benchmark {name} failed.").format(name=name))
    start = done.stdout.find("{")
    return dict(json.loads(done.stdout[start:])) if start >= 0 else {"text": done.stdout}


def _print(name: str, figures: dict[str, object], indent: int = 0) -> None:
    print(f"{'  ' * indent}{name}")
    for key, value in figures.items():
        if isinstance(value, dict):
            _print(str(key), value, indent + 1)
        else:
            print(f"{'  ' * (indent + 1)}{key}: {value}")
