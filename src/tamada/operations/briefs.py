"""The brief of a hand-off: who it is about, what was promised, what was tried, what is next, what is open and known.

What it is made of is kept (`Handoff.brief`) as keys, ids, moments and the words of those concerned; it is told in the
language of each reader (`Briefs`), as the service's template says things there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from babel.dates import format_skeleton
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.conversations import queries as conversations
from tamada.conversations.citing import ANSWERS
from tamada.conversations.models import TROUBLED, Conversation, DeliveryState, Kind, Message
from tamada.conversations.text import preview_of
from tamada.core.language import labelled, readers_language
from tamada.kit.services.template import Field, Texts, in_language
from tamada.kit.services.template import Service as Template

from .answer_words import as_text, in_words
from .job_queries import give_templates, known_answers
from .models import Commitment, Handoff, Job, JobStep, State, StepStatus

_LONGEST: Final = 300
_READ: Final = 4 * _LONGEST
_MOST_WORDS: Final = 3
_MOST_PROMISES: Final = 10
_MOST_JOBS: Final = 10
_short: Final = partial(preview_of, most=_LONGEST)


# --- what it is made of -----------------------------------------------------------------------------------------------


def of_job(job: Job, steps: Sequence[JobStep], step: str = "", *, talk: Conversation | None) -> dict[str, Any]:
    """What is known of a job that is handed over, or of a step of it; and of its conversation, where whoever hands over
    sees it."""
    template = job.template
    fields = _fields(template)
    answers = known_answers(job.customer_id, but=0, fields=fields)
    closed = [row for row in steps if row.is_closed]
    left = [row for row in steps if not row.is_closed]
    open_rows = Commitment.objects.filter(job=job, state=State.OPEN)
    moves = job.moved.order_by("at", "pk").values_list("was", "to", "reason")
    return {
        "stage": job.stage,
        "promised": _plain(job.promised_at),
        "moves": [[_plain(was), _plain(to), reason] for was, to, reason in moves],
        "promises": _promises(open_rows),
        "done": [[row.key, str(row.status), row.done_by_id, _plain(row.done_at), row.reason] for row in closed],
        "next": [[row.key, row.owner_id, _plain(row.due_at)] for row in left if row.is_running or row.key == step],
        "missing": _missing(template, left, answers),
        "answers": {name: answers[name] for name in fields if name in answers},
        **(_of_talk(talk) if talk is not None else {}),
    }


def talk_of(job: Job, agent: Agent) -> Conversation | None:
    """The conversation of a job, for who sees it."""
    if job.conversation_id is None:
        return None
    seen = conversations.rows_visible_to(agent).filter(pk=job.conversation_id).exists()
    return job.conversation if seen else None


def of_conversation(conversation: Conversation) -> dict[str, Any]:
    """What is known of a conversation that is handed over: their words, our last ones, what is promised, its jobs."""
    promised = Commitment.objects.filter(conversation=conversation, state=State.OPEN)
    running = conversation.jobs.filter(finished_at=None).order_by("pk").values_list("pk", "promised_at")
    jobs = [[pk, _plain(promised_at)] for pk, promised_at in running[:_MOST_JOBS]]
    return {"promises": _promises(promised), "jobs": jobs, **_of_talk(conversation)}


def _of_talk(conversation: Conversation) -> dict[str, Any]:
    """In their words, and ours: what they came with, what they have no answer to, and what was said and tried."""
    theirs = Message.objects.filter(conversation=conversation, kind=Kind.IN, is_automatic=False).exclude(text="")
    told = theirs.order_by("seq").annotate(begun=Left("text", _READ))
    first = told.values_list("begun", flat=True).first()
    waiting = conversation.waiting_since
    open_ = told.filter(created_at__gte=waiting).order_by("-seq") if waiting else told.none()
    ours = Message.objects.filter(ANSWERS, conversation=conversation, agent__isnull=False).exclude(text="")
    last = ours.order_by("-seq").annotate(begun=Left("text", _READ)).values_list("agent", "begun", "pk").first()
    asked = [_short(text) for text in open_.values_list("begun", flat=True)[:_MOST_WORDS]]
    wants = _short(first) if first else ""
    return {
        "wants": wants if wants not in asked else "",
        "asked": asked[::-1],
        "said": [last[0], _short(last[1]), last[2]] if last else [],
        "assistant": _tried_by_assistant(conversation),
    }


def _tried_by_assistant(conversation: Conversation) -> list[list[str]]:
    """What the assistant did, as the note says that it left when it handed over."""
    notes = Message.objects.filter(conversation=conversation, kind=Kind.NOTE, data__brief__tried__isnull=False)
    made_of = notes.order_by("-seq").values_list("data", flat=True).first()
    return [[str(what), _short(str(title))] for what, title in made_of["brief"]["tried"]] if made_of else []


def _promises(rows: Any) -> list[list[Any]]:
    found = rows.order_by("due_at", "pk").values_list("text", "due_at", "owner")[:_MOST_PROMISES]
    return [[text, _plain(due_at), owner] for text, due_at, owner in found]


def _fields(template: Template) -> dict[str, Field]:
    return {field.id: field for step in template.steps.values() for field in step.form}


def _missing(template: Template, left: Iterable[JobStep], answers: Mapping[str, Any]) -> list[str]:
    """What has to be found out yet, in the order in which it is asked."""
    wanted = [name for row in left for name in _needed(template, row.key)]
    return [name for name in dict.fromkeys(wanted) if name not in answers]


def _needed(template: Template, key: str) -> list[str]:
    said = template.steps[key]
    return [*(field.id for field in said.form if field.required), *said.hands_over]


def unknown(job: Job, step: str) -> tuple[str, ...]:
    """What a step hands over and nobody knows yet. Of a whole job the brief tells what is still to be found out:
    whoever takes it does the steps that ask for it."""
    wanted = job.template.steps[step].hands_over if step else ()
    known = known_answers(job.customer_id, but=0, fields=wanted) if wanted else {}
    return tuple(name for name in wanted if name not in known)


def _plain(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


# --- told to its reader -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of a brief, by its code too, and the lines under it."""

    about: str
    title: str
    lines: tuple[str, ...]


class Briefs:
    """Tells the briefs of some hand-offs in the language that is spoken; asks the database once for all of them.

    Give rows with their `job` and `customer__organisation`.
    """

    def __init__(self, rows: Iterable[Handoff]) -> None:
        listed = list(rows)
        self._language = readers_language()
        mentioned = {pk for row in listed for pk, _at in row.brief.get("jobs", ())}
        self._jobs = Job.objects.in_bulk(mentioned) if mentioned else {}
        give_templates([*(row.job for row in listed if row.job is not None), *self._jobs.values()])
        self._undelivered = _undelivered({pk for row in listed if (pk := _said_in(row.brief))})
        people = {pk for row in listed for pk in _people(row.brief)}
        self._names = dict(Agent.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}

    def of(self, row: Handoff) -> list[Part]:
        """The brief of one of them, without what there is nothing to say of."""
        made = row.brief
        parts = [
            Part("who", _("Who"), self._who(row)),
            Part("what", _("What it is about"), self._what(row, made)),
            Part("promised", _("Promised"), self._promised(made)),
            Part("tried", _("Done and tried"), self._tried(row, made)),
            Part("next", _("What is next"), self._next(row, made)),
            Part("open", _("Open questions"), self._open(row, made)),
            Part("known", _("Known already"), self._known(row, made)),
        ]
        return [part for part in parts if part.lines] if made else []

    def _who(self, row: Handoff) -> tuple[str, ...]:
        company = row.customer.organisation.name if row.customer.organisation else ""
        return tuple(words for words in (row.customer.name or _("Somebody"), company) if words)

    def _what(self, row: Handoff, made: Mapping[str, Any]) -> tuple[str, ...]:
        lines = []
        if row.job is not None:
            stage = next((one.name for one in row.job.template.stages if one.id == made.get("stage")), {})
            service = self._spoken(row.job.template.name)
            facts = {"service": service, "number": row.job.number, "stage": self._spoken(stage)}
            lines.append(_("%(service)s, job #%(number)d, stage “%(stage)s”") % facts)
            if row.step:
                lines.append(_("Only this step: %(step)s") % {"step": self._step(row, row.step)})
        if made.get("wants"):
            lines.append(_("They wrote first: “%(words)s”") % {"words": made["wants"]})
        return (*lines, *(self._job(pk, at) for pk, at in made.get("jobs", ()) if pk in self._jobs))

    def _job(self, pk: int, promised: str | None) -> str:
        service = self._spoken(self._jobs[pk].template.name)
        if promised is None:
            return _("%(service)s, job #%(number)d") % {"service": service, "number": pk}
        facts = {"service": service, "number": pk, "at": self._at(promised)}
        return _("%(service)s, job #%(number)d, promised for %(at)s") % facts

    def _promised(self, made: Mapping[str, Any]) -> tuple[str, ...]:
        lines = []
        if made.get("promised"):
            lines.append(_("All of it by %(at)s") % {"at": self._at(made["promised"])})
        for was, to, reason in made.get("moves", ()):
            facts = {"was": self._at(was) if was else "—", "to": self._at(to), "reason": reason or "—"}
            lines.append(_("The date was moved from %(was)s to %(to)s: %(reason)s") % facts)
        for text, due_at, owner in made.get("promises", ()):
            facts = {"promise": text, "at": self._at(due_at), "name": self._name(owner)}
            lines.append(_("“%(promise)s”, by %(at)s (%(name)s)") % facts)
        return tuple(lines)

    def _tried(self, row: Handoff, made: Mapping[str, Any]) -> tuple[str, ...]:
        lines = []
        for key, status, by, at, reason in made.get("done", ()):
            facts = {"step": self._step(row, key), "name": self._name(by), "at": self._at(at), "reason": reason or "—"}
            done = _("%(step)s: done by %(name)s, %(at)s") if status == StepStatus.DONE else ""
            lines.append((done or _("%(step)s: skipped by %(name)s, %(at)s: %(reason)s")) % facts)
        for what, title in made.get("assistant", ()):
            if pattern := _by_assistant().get(what):
                lines.append(pattern % {"title": title})
        if made.get("said"):
            by, words, *_message = made["said"]
            line = _("%(name)s wrote last: “%(words)s”") % {"name": self._name(by), "words": words}
            trouble = self._undelivered.get(_said_in(made))
            lines.append(f"{line} ({trouble})" if trouble else line)
        return tuple(lines)

    def _next(self, row: Handoff, made: Mapping[str, Any]) -> tuple[str, ...]:
        lines = []
        for key, owner, due_at in made.get("next", ()):
            facts = {"step": self._step(row, key), "name": self._name(owner), "at": self._at(due_at) if due_at else ""}
            lines.append((_("%(step)s: %(name)s, by %(at)s") if due_at else _("%(step)s: %(name)s")) % facts)
        return tuple(lines)

    def _open(self, row: Handoff, made: Mapping[str, Any]) -> tuple[str, ...]:
        lines = [_("They wait for an answer to: “%(words)s”") % {"words": words} for words in made.get("asked", ())]
        if made.get("missing"):
            names = ", ".join(self._label(row, name) for name in made["missing"])
            lines.append(_("Still to be found out: %(fields)s") % {"fields": names})
        return tuple(lines)

    def _known(self, row: Handoff, made: Mapping[str, Any]) -> tuple[str, ...]:
        given = made.get("answers", {}).items()
        return tuple(labelled(self._label(row, name), self._value(row, name, value)) for name, value in given)

    def _spoken(self, texts: Texts) -> str:
        return in_language(texts, self._language)

    def _step(self, row: Handoff, key: str) -> str:
        said = row.job.template.steps.get(key) if row.job is not None else None
        return self._spoken(said.name) if said is not None else key

    def _field(self, row: Handoff, name: str) -> Field | None:
        return _fields(row.job.template).get(name) if row.job is not None else None

    def _label(self, row: Handoff, name: str) -> str:
        field = self._field(row, name)
        return self._spoken(field.label) if field is not None else name

    def _value(self, row: Handoff, name: str, value: Any) -> str:
        field = self._field(row, name)
        return in_words(field, value, self._language) if field is not None else as_text(value)

    def _name(self, pk: int | None) -> str:
        return self._names.get(pk, "") or _("nobody") if pk else _("nobody")

    def _at(self, moment: str) -> str:
        local = timezone.localtime(datetime.fromisoformat(moment))
        return f"{format_skeleton('MMMd', local, locale=self._language)}, {local:%H:%M}"


def _said_in(made: Mapping[str, Any]) -> int:
    """The message of our last words; 0 where there are none. Older briefs do not say which it was."""
    return next(iter(made.get("said", ())[2:]), 0)


def _undelivered(messages: Collection[int]) -> dict[int, str]:
    """Which of these messages the customer did not get, or perhaps not, each with the word for that."""
    found = Message.objects.filter(pk__in=messages, delivery__in=TROUBLED) if messages else Message.objects.none()
    return {pk: str(DeliveryState(delivery).label) for pk, delivery in found.values_list("pk", "delivery")}


def _people(made: Mapping[str, Any]) -> set[int]:
    """Whom a brief names."""
    ids = {owner for _text, _due, owner in made.get("promises", ())} | {one[2] for one in made.get("done", ())}
    ids |= {owner for _key, owner, _due in made.get("next", ())} | set(made.get("said", ())[:1])
    return {pk for pk in ids if pk}


def _by_assistant() -> dict[str, str]:
    """What the assistant may have done, by its own codes; others are left out."""
    return {
        "answer": _("The assistant answered: “%(title)s”"),
        "question": _("The assistant asked back: “%(title)s”"),
        "action": _("The assistant looked it up: “%(title)s”"),
        "own": _("The assistant told of their requests: “%(title)s”"),
    }
