"""`tamada reindex`: make the search index anew, after the analysis of words has changed or if it is in doubt."""

import argparse
from collections.abc import Iterator

from tamada.cli import progress, summary
from tamada.cli.words import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    about = _("begin again instead of going on where the last run stopped")
    parser.add_argument("--afresh", action="store_true", help=about)


def run(options: argparse.Namespace) -> int:
    """Go through everything in batches; searching goes on meanwhile, and an interrupted run is taken up again."""
    from tamada.search import upkeep

    done = 0
    bar = progress(_each(upkeep.rebuild(afresh=options.afresh)), what=_("Indexing"), total=upkeep.total())
    for _one in bar:
        done += 1
    summary(indexed=done)
    return 0


def _each(batches: Iterator[int]) -> Iterator[int]:
    for size in batches:
        yield from range(size)
