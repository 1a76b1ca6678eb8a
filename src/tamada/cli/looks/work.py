"""Work that waits longer than it should, files that are missing, and what is left for a person to decide."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from tamada.cli.words import gettext as _

from . import GOOD, WARNING, WRONG, Finding, runs_here

LONG: Final = timedelta(minutes=5)
_SAMPLE: Final = 100


def waiting() -> Iterator[Finding]:
    """Mail in the journal, due tasks and due messages that nobody has taken up for minutes."""
    counts = {
        _("{count} incoming messages wait in the journal."): _stuck_inputs(),
        _("{count} tasks are overdue."): _overdue_tasks(),
        _("{count} messages should have left and have not been tried."): _overdue_deliveries(),
    }
    works = runs_here("worker")
    advice = _("Restart Tamada and look into the log.") if works else _("They go on when tamada up runs a worker here.")
    for text, count in counts.items():
        if count:
            yield Finding(WRONG if works else WARNING, f"{text.format(count=count)} {advice}")
    if not any(counts.values()):
        yield Finding(GOOD, _("Nothing waits longer than it should."))


def _stuck_inputs() -> int:
    """Entries of the journal that are old; one from the future (the clock was ahead) is old as well."""
    from tamada.channels.journal import default_journal

    now = time.time_ns()
    ages = (abs(now - int(name[:19])) for name in default_journal().pending() if name[:19].isdigit())
    return sum(age > LONG.total_seconds() * 1e9 for age in ages)


def _overdue_tasks() -> int:
    from django.utils import timezone

    from tamada.core.models import QueuedTask

    due = QueuedTask.objects.filter(state=QueuedTask.State.READY, run_after__lt=timezone.now() - LONG)
    return due.count()


def _overdue_deliveries() -> int:
    from django.utils import timezone

    from tamada.conversations.models import Delivery

    due = Delivery.objects.filter(settled_at=None, claimed_at=None, not_before__lt=timezone.now() - LONG)
    return due.count()


def attachments() -> Iterator[Finding]:
    """The newest files that messages name are in the store."""
    from tamada.conversations.models import Attachment
    from tamada.core import storage

    keys = list(Attachment.objects.order_by("-pk").values_list("blob", flat=True)[:_SAMPLE])
    gone = sum(not storage.exists(key) for key in keys)
    if gone:
        text = _("{count} of the newest {total} attachments are missing from the file store: is it the right one?")
        yield Finding(WRONG, text.format(count=gone, total=len(keys)))


def left_over() -> Iterator[Finding]:
    """Dead letters and quarantine, which wait for a person."""
    from tamada.channels.models import RawInput, RawState
    from tamada.core import queue
    from tamada.webhooks import queries

    dead = len(queue.dead_letters())
    if dead:
        yield Finding(WARNING, _("{count} tasks were given up: see Settings, Failed tasks.").format(count=dead))
    kept = RawInput.objects.filter(state=RawState.QUARANTINED).count()
    if kept:
        yield Finding(WARNING, _("{count} messages are in quarantine: see Settings, Quarantine.").format(count=kept))
    off = queries.failing().count()
    if off:
        yield Finding(WARNING, _("{count} webhooks were switched off: see Settings, Webhooks.").format(count=off))
    yield Finding(GOOD, _("Failed tasks and quarantine were looked at."))
