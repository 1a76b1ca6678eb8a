"""`tamada backup`: everything in one file, while the server runs."""

import argparse
from pathlib import Path

from tamada.cli import CommandError, summary
from tamada.cli.words import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file to write."""
    parser.add_argument("file", metavar="FILE", type=Path, help=_("the file to write; it must not exist"))


def run(options: argparse.Namespace) -> None:
    """Write it and say what is in it."""
    from tamada.cli import archive

    try:
        done = archive.write(options.file)
    except archive.ArchiveError as error:
        raise CommandError(str(error)) from error
    summary(file=str(options.file), **done)
