"""`tamada restore`: bring a backup into an empty installation."""

import argparse
from pathlib import Path

from tamada.cli import CommandError, progress, summary
from tamada.cli.words import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The backup to read."""
    parser.add_argument("file", metavar="FILE", type=Path, help=_("a file that tamada backup wrote"))


def run(options: argparse.Namespace) -> None:
    """Read, migrate, count, index; refuses when anything is here already."""
    from tamada.cli import archive
    from tamada.conversations import counts
    from tamada.search import upkeep

    if not options.file.is_file():
        raise CommandError(_("There is no file {name}.").format(name=options.file))
    try:
        done = archive.read(options.file)
    except archive.ArchiveError as error:
        raise CommandError(str(error)) from error
    counts.rebuild()
    indexed = sum(progress(upkeep.rebuild(afresh=True), what=_("index")))
    summary(file=str(options.file), **done, indexed=indexed)
