"""`tamada check`: what is wrong with this installation, if anything."""

import argparse
import sys
from collections.abc import Iterator
from typing import Final

from tamada.cli import summary
from tamada.cli.looks import GOOD, WARNING, WRONG, Finding, first_line, type_look
from tamada.cli.words import gettext as _

_MARKS: Final = {GOOD: "✓", WARNING: "!", WRONG: "✗"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to mend what can be mended."""
    parser.add_argument("--repair", action="store_true", help=_("count badges anew and index what is missing"))


def run(options: argparse.Namespace) -> int:
    """Look at everything; exit status 1 if anything is wrong."""
    if options.repair:
        _repair()
    problems = []
    for finding in findings():
        print(f"{_MARKS[finding.state]} {finding.text}", file=sys.stdout if finding.state == GOOD else sys.stderr)
        if finding.state == WRONG:
            problems.append(finding.text)
    summary(ok=not problems, problems=problems)
    return 1 if problems else 0


def findings() -> Iterator[Finding]:
    """Everything that there is to say, the ground first: without a database the rest can't be looked at."""
    from tamada.cli.looks import database, machine, machines, mail, work

    for look in (machine.configuration, machine.versions, machine.data_folder, machine.storage, machine.redis):
        yield from looked(look)
    ground = list(looked(database.database))
    yield from ground
    yield from looked(mail.letters)
    if any(finding.state == WRONG for finding in ground):
        yield Finding(WARNING, _("What needs the database was not looked at."))
        return
    above = (machines.pool, machines.key, database.contents, database.clock, mail.listeners, mail.servers)
    for look in (*above, work.waiting, work.attachments, work.left_over):
        yield from looked(look)


def looked(look: type_look) -> Iterator[Finding]:
    """A look that itself fails is a finding, not the end of the others."""
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001  whatever it is, the person should read it
        text = _("{what} could not be looked at: {error}")
        yield Finding(WRONG, text.format(what=look.__name__, error=first_line(error)))


def _repair() -> None:
    from tamada.cli.looks.database import asleep
    from tamada.conversations import counts
    from tamada.core.models import CronRow
    from tamada.search import upkeep

    counts.rebuild()
    CronRow.objects.filter(name__in=asleep()).delete()  # they are planned anew by the next worker
    for _size in upkeep.rebuild():
        pass
