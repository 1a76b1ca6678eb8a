"""`tamada restore`: bring a backup into an empty installation."""

import argparse
import sys
from pathlib import Path

from tamada.cli import CommandError, progress, summary
from tamada.cli.words import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The backup to read."""
    parser.add_argument("file", metavar="FILE", type=Path, help=_("a file that tamada backup wrote"))
    parser.add_argument(
        "--erasures",
        metavar="FILE",
        type=Path,
        help=_("erasures.jsonl of the installation that was lost: who was erased since the backup is erased again"),
    )


def run(options: argparse.Namespace) -> None:
    """Read, migrate, count, index, erase once more who was erased since; refuses when anything is here already."""
    from django.conf import settings

    from tamada.cli import archive
    from tamada.conversations import counts
    from tamada.privacy import actions, ledger
    from tamada.search import upkeep

    for file in filter(None, (options.file, options.erasures)):
        if not file.is_file():
            raise CommandError(_("There is no file {name}.").format(name=file))
    try:
        if options.erasures:
            ledger.add(options.erasures.read_bytes())
        done = archive.read(options.file)
    except archive.ArchiveError as error:
        raise CommandError(str(error)) from error
    if archive.has_other_key():
        print(
            _(
                "TAMADA_SECRET_KEY is not the key of the backup, which lies in {path} now: stored passwords can't be "
                "read, and links sent before lead nowhere. Set that key, or enter passwords anew."
            ).format(path=Path(settings.TAMADA.data_dir) / archive.KEY_FILE),
            file=sys.stderr,
        )
    counts.rebuild()
    indexed = sum(progress(upkeep.rebuild(afresh=True), what=_("index")))
    again = actions.erase_again()
    for row in again:
        actions.run_erasure(erasure_id=row.pk)
    summary(file=str(options.file), **done, indexed=indexed, erased_again=len(again))
