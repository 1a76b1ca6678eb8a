"""`tamada service`: whether the template of a service is one, before it is brought in."""

import argparse
import sys
from pathlib import Path

from tamada.cli import CommandError, summary
from tamada.cli.words import gettext as _

NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check`."""
    verbs = parser.add_subparsers(dest="verb", metavar=_("what"), required=True)
    check = verbs.add_parser("check", help=_("say what is wrong with a service in a YAML file"))
    check.add_argument("file", metavar="FILE", type=Path, help=_("the file"))


def run(options: argparse.Namespace) -> int:
    """A line for each problem, and 1 if it is no service; otherwise what it has."""
    from tamada.kit.services.reading import look
    from tamada.kit.services.source import LARGEST

    try:
        with options.file.open("rb") as file:
            content = file.read(LARGEST * 4 + 1)  # UTF-8 takes at most four bytes a character
    except OSError as error:
        text = _("{path} can't be read: {reason}")
        raise CommandError(text.format(path=options.file, reason=error.strerror)) from None
    reading = look(content)
    for problem in reading.problems:
        place = f" {problem.place}:" if problem.place else ""
        print(f"{options.file}:{problem.line}:{place} {problem.says(_)}", file=sys.stderr)
    if reading.service is None:
        return 1
    service = reading.service
    summary(
        service=service.id,
        stages=len(service.stages),
        steps=len(service.steps),
        warnings=len(reading.warnings),
    )
    return 0
