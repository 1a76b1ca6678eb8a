"""Learning anew when there is something new: in a child process, a while after the last change, into one file."""

import logging
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events, settings_store, storage
from tamada.core.actors import SYSTEM, Actor
from tamada.core.models import QueuedTask

from .. import brain, learning, training
from ..events import AssistantChanged
from ..models import Learned
from ..queries import is_in_use
from .settling import ADMINS

_WAIT: Final = timedelta(seconds=20)
"""Who edits articles saves again soon."""

_PAUSE: Final = timedelta(hours=1)

log = logging.getLogger(__name__)


def look_for_news() -> bool:
    """Have it learn if there is something else to learn than last time; whether it will."""
    from ..tasks import learn_now

    if not is_in_use():
        forget_all()
        return False
    if not brain.is_possible():
        return False
    newest = Learned.objects.values_list("made_of", flat=True).first()
    if newest == learning.version() or _is_learning():
        return False
    learn_now.using(unique="assistant:learn", run_after=timezone.now() + _WAIT).enqueue()
    return True


def _is_learning() -> bool:
    """Whether it learns just now, which takes a while and one at a time, or failed to within the last hour."""
    from ..tasks import learn_now

    rows = QueuedTask.objects.filter(name=learn_now.path)
    lately = Q(state=QueuedTask.State.DEAD, failed_at__gt=timezone.now() - _PAUSE)
    return rows.filter(Q(state=QueuedTask.State.LEASED) | lately).exists()


@transaction.atomic
def ask_to_learn(*, agent: Agent, actor: Actor) -> None:
    """Have it learn everything anew, whether there is something new or not. Raises PermissionDenied."""
    from ..tasks import learn_now

    require(agent, "inbox.settings")
    if QueuedTask.objects.filter(name=learn_now.path, state=QueuedTask.State.LEASED).exists():
        return
    learn_now.using(unique="assistant:learn").enqueue(force=True)
    audit.record(actor, "assistant.learns", None)


def learn(*, force: bool = False) -> Learned | None:
    """Learn everything there is, and use it from now on; None when nothing has changed. Never inside a transaction."""
    began, made_of = time.monotonic(), learning.version()
    if not force and Learned.objects.values_list("made_of", flat=True).first() == made_of:
        return None
    everything = learning.gather()
    told: dict[str, Any] = {language: one.told() for language, one in everything.languages.items()}
    blob, failed = "", ""
    with tempfile.TemporaryDirectory(prefix="tamada-learning-") as folder:
        models: dict[str, Path] = {}
        for language, material in sorted(everything.languages.items()):
            try:
                models[language] = training.train(material, language, Path(folder))
            except training.Failed as failure:
                failed = told[language]["failed"] = str(failure)[:200]
                log.warning("The assistant could not learn a language.", extra={"reason": failed})
        bands = training.bands_of(models, learning.judged)
        trained = {
            language: brain.Trained(path, bands[language], everything.languages[language].suffices)
            for language, path in models.items()
        }
        for language, one in trained.items():
            told[language].update(_measured(one))
        if trained:
            blob = storage.put(brain.packed(trained, everything.texts, everything.asked()))
    return _keep(Learned(made_of=made_of, blob=blob, told=told, failed=failed, seconds=time.monotonic() - began))


def _measured(trained: brain.Trained) -> dict[str, Any]:
    """How well it did on the questions that it had not seen."""
    bands = trained.bands
    return {"questions": bands.questions, "covered": round(bands.covered, 3), "right": round(bands.right, 3)}


def _keep(row: Learned) -> Learned:
    """The new one is the only one: older ones may hold the words of somebody who was erased since."""
    with transaction.atomic():
        row.save()
        settings_store.note(brain.NEWEST, row.pk)
        blobs = _dropped(Learned.objects.filter(pk__lt=row.pk))
        events.record(AssistantChanged(audience=ADMINS), actor=SYSTEM)
    storage.delete(*blobs)
    return row


def forget_all() -> bool:
    """While the assistant is on nowhere nothing is kept of what it learned; whether there was anything."""
    if not Learned.objects.exists():
        return False
    with transaction.atomic():
        settings_store.note(brain.NEWEST, 0)
        blobs = _dropped(Learned.objects.all())
    storage.delete(*blobs)
    return True


def _dropped(rows: QuerySet[Learned]) -> set[str]:
    """Take rows away; returns their files."""
    blobs = set(rows.exclude(blob="").values_list("blob", flat=True))
    rows.delete()
    return blobs
