"""`tamada export`: everything as JSON Lines and CSV, while the server runs."""

import argparse
import sys
from pathlib import Path

from tamada.cli import CommandError, summary
from tamada.cli.words import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument(
        "target", metavar="FOLDER|FILE.zip", type=Path, help=_("a new folder, or a new file that ends in .zip")
    )


def run(options: argparse.Namespace) -> None:
    """Write it, and say how many of each."""
    from tqdm import tqdm

    from tamada.core import audit
    from tamada.core.actors import SYSTEM
    from tamada.transfer import exporting

    bar = tqdm(desc=_("rows"), file=sys.stderr, disable=not sys.stderr.isatty(), leave=False)

    def tell(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    try:
        with bar:
            done = exporting.write(options.target, tell=tell)
    except FileExistsError:
        raise CommandError(
            _("{path} exists already, and nothing is overwritten.").format(path=options.target)
        ) from None
    audit.record(SYSTEM, "export.written", None, total=sum(done.counts.values()))
    summary(**done.counts)
