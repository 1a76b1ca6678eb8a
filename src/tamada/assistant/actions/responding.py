"""A customer wrote: the assistant answers, asks back, or hands over, and says nothing once a person is there.

What is to be said is found out first, outside of any transaction. Whether it may still be said is asked in the one that
sends, the conversation held: whoever wrote, took, closed or blocked meanwhile has the last word.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from django.db import DatabaseError, InterfaceError
from django.db.models import QuerySet
from django.utils import timezone, translation

from tamada.automation.actions.routing import route
from tamada.conversations.access import audience
from tamada.conversations.actions import answer_automatically, change_automatically
from tamada.conversations.errors import ConversationError
from tamada.conversations.models import Conversation, Kind, Message, Status
from tamada.conversations.points import loop_guards
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.core.answers import answer_sources
from tamada.core.db import durable_atomic

from .. import errands, metrics, own, queries, wording
from ..brain import Band
from ..deciding import Reason, Step, Turn, decide
from ..events import AssistantAnswered
from ..models import BusinessAction, Dialogue, InboxAssistant, Mode, Outcome, Said, Stand, What
from .giving import gather
from .handing import collect, hand_over

_AT_ONCE: Final = 50

log = logging.getLogger(__name__)


def actor_of(setup: InboxAssistant, depth: int = 0) -> Actor:
    """The assistant of an inbox, as it stands in the trail and beside what it says."""
    return Actor("assistant", setup.pk, wording.name_of(setup), depth=depth + 1)


def respond(*, conversation_id: int, depth: int = 0) -> bool:
    """Do what is to be done about the customer's last words, once; whether anything was."""
    turn = _turn(conversation_id)
    if turn is None:
        return False
    with translation.override(turn.spoken):
        if turn.dialogue.stand == Stand.HANDED:
            return collect(turn, actor_of(turn.setup, depth))
        if reason := _silence(turn):
            return _let_people(turn, reason, depth)
        step = _refused(turn) or decide(turn)
        if step.run is not None:
            step = _asked(turn, step, step.run)
        done = _carry_out(turn, step, actor_of(turn.setup, depth))
    if done:
        route(conversation_id=conversation_id, depth=depth + 1)
    return done


def _turn(conversation_id: int) -> Turn | None:
    """The moment; None when there is nothing to be said about, or the assistant is not to talk here at all."""
    found = Conversation.objects.select_related("inbox", "customer").filter(pk=conversation_id).first()
    if found is None:
        return None
    setup = queries.setup_of(found.inbox_id)
    asked = list(queries.asked_in(found).order_by("-seq")[:_AT_ONCE])[::-1]  # the newest: who wrote more goes on
    if setup.mode != Mode.ANSWER or not asked or asked[-1].inbox_id != found.inbox_id:
        return None
    known = Dialogue.objects.filter(conversation=found).first()
    dialogue = known or Dialogue(conversation=found, since=found.waiting_since or asked[0].created_at)
    if dialogue.handled_seq >= asked[-1].seq:
        return None
    if known and _was_helped(found):
        dialogue.since = asked[0].created_at  # what was answered well is settled; this is something new
    fresh = [message for message in asked if message.seq > dialogue.handled_seq]
    text = "\n".join(message.text for message in fresh)
    return Turn(found, setup, dialogue, fresh[-1], text, tuple(message.pk for message in fresh))


def _was_helped(conversation: Conversation) -> bool:
    last = Said.objects.filter(conversation=conversation).exclude(what=What.NOTHING).order_by("-pk")
    return last.values_list("outcome", flat=True).first() == Outcome.HELPED


def _silence(turn: Turn) -> str:
    """Why nothing may be said, as things stand; "" when something may."""
    if queries.person_took(turn.conversation):
        return Reason.TAKEN
    if queries.person_spoke(turn.conversation):
        return Reason.PERSON
    return Reason.OFF if queries.is_closed_to(turn.conversation) or not turn.conversation.inbox.is_active else ""


def _let_people(turn: Turn, reason: str, depth: int) -> bool:
    """Remember that people are there, without a word."""
    with durable_atomic():
        conversation = Conversation.objects.select_for_update().filter(pk=turn.conversation.pk).first()
        if conversation is None:
            return False
        dialogue = _held(turn)
        dialogue.stand, dialogue.reason, dialogue.handled_seq = Stand.HANDED, reason, turn.message.seq
        dialogue.handed_at = timezone.now()
        dialogue.save()
    if reason != Reason.OFF:
        route(conversation_id=turn.conversation.pk, depth=depth + 1)
    return False


def _refused(turn: Turn) -> Step | None:
    """A mail that no machine may answer goes to a person, without a word."""
    if turn.message.channel not in loop_guards:
        return None
    if not loop_guards.get(turn.message.channel).refuses(turn.message):
        return None
    return Step(what=What.NOTHING, reason=Reason.MACHINE)


def _asked(turn: Turn, step: Step, action: BusinessAction) -> Step:
    """Ask the company's own program; what it can't tell, a person does."""
    identities = own.proven_identities(turn.message)
    if action.proven_only and identities is None:
        return Step(what=What.NOTHING, reason=Reason.UNPROVEN, collected=step.collected, best=step.best)
    told = errands.ask(action, turn.conversation, step.collected, turn.spoken, identities)
    BusinessAction.objects.filter(pk=action.pk).exclude(last_error=told.error).update(
        last_error=told.error[:200], last_error_at=timezone.now() if told.error else None
    )
    if told.error:
        return Step(what=What.NOTHING, reason=Reason.ACTION, collected=step.collected, best=step.best)
    return Step(what=What.ACTION, text=told.text, choices=step.choices, collected=step.collected, best=step.best)


# --- the transaction that sends ---------------------------------------------------------------------------------------


def _held(turn: Turn) -> Dialogue:
    """The dialogue as it stands, the conversation being held."""
    found, _made = Dialogue.objects.select_for_update().get_or_create(
        conversation_id=turn.conversation.pk, defaults={"since": turn.dialogue.since}
    )
    found.since = max(found.since, turn.dialogue.since)
    return found


def _carry_out(turn: Turn, step: Step, actor: Actor, *, is_new: bool = True) -> bool:
    """Say it and write it down, if it may still be said; whether people are to go on from here. What is not new was
    looked at already.
    """
    with durable_atomic():
        conversation = Conversation.objects.select_for_update().filter(pk=turn.conversation.pk).first()
        if conversation is None:
            return False
        dialogue = _held(turn)
        now = replace(turn, conversation=conversation, setup=_setup(turn), dialogue=dialogue)
        is_done = is_new and dialogue.handled_seq >= turn.message.seq
        if dialogue.stand == Stand.HANDED or is_done or _is_overtaken(now) or now.setup.mode != Mode.ANSWER:
            return False
        dialogue.handled_seq = max(dialogue.handled_seq, turn.message.seq)
        if reason := _silence(now):
            dialogue.stand, dialogue.reason, dialogue.handed_at = Stand.HANDED, reason, timezone.now()
            dialogue.save()
            return False
        step = _still(step)
        _remember(now, step)
        if step.thanks:
            _thank(now, actor)
        elif step.reason:
            dialogue.save()
            hand_over(turn=now, actor=actor, reason=step.reason)
            _log(now, step, None)
        else:
            _speak(now, step, actor)
    metrics.STEPS.labels(str(step.what), step.reason or "").inc()
    return bool(step.reason)


def _setup(turn: Turn) -> InboxAssistant:
    return queries.setup_of(turn.conversation.inbox_id)


def _is_overtaken(turn: Turn) -> bool:
    """Whether the customer wrote on meanwhile: that has a turn of its own."""
    return queries.asked_in(turn.conversation).filter(seq__gt=turn.message.seq).exists()


def _still(step: Step) -> Step:
    """What is quoted must be published at this moment, in these words."""
    found = step.candidate
    if found is None:
        return step
    source = answer_sources.get(found.source) if found.source in answer_sources else None
    now = source.now(found.answer.key, found.answer.language) if source else None
    if now is None or not now.is_public or now.version != found.answer.version:
        return Step(what=What.NOTHING, reason=Reason.GONE, best=step.best)
    return step


def _remember(turn: Turn, step: Step) -> None:
    """What later turns need."""
    dialogue = turn.dialogue
    if step.collected:
        gather(dialogue=dialogue, found=step.collected, message=turn.message)
    kept = dict(dialogue.collected)
    if step.candidate is not None:
        label = f"{step.candidate.source}:{step.candidate.answer.key}"
        kept["told"] = [*kept.get("told", ()), label]
    dialogue.collected = kept
    titles = [one.answer.title for one in step.best.answers] if step.best else []
    dialogue.offered = [{"label": a, "title": b} for a, b in zip(step.offered, titles, strict=False)]
    dialogue.clarified = dialogue.clarified or bool(step.offered)
    dialogue.wanted, dialogue.pending = list(step.wanted), step.pending
    dialogue.asks += 1 if step.wanted else 0


def _speak(turn: Turn, step: Step, actor: Actor) -> None:
    """Send it. An answer ends the waiting, and it is the customer's turn then; a question ends nothing."""
    is_answer = step.what != What.QUESTION
    quoted = step.candidate.answer if step.candidate else None
    try:
        message = answer_automatically(
            actor=actor,
            conversation=turn.conversation,
            text=wording.signed(step.text, turn.setup, turn.message.channel),
            answers=is_answer,
            status=Status.PENDING if is_answer else "",
            choices=step.choices,
            source=(quoted.title, quoted.url) if quoted else None,
        )
    except ConversationError:
        turn.dialogue.save()
        hand_over(turn=turn, actor=actor, reason=Reason.TROUBLE)
        return
    turn.dialogue.save()
    said = _log(turn, step, message)
    fact = AssistantAnswered(audience=audience(turn.conversation), conversation=turn.conversation.pk, said=said.pk)
    events.record(fact, actor=actor)


def _log(turn: Turn, step: Step, message: Message | None) -> Said:
    """The row of the log; what was said before and brought them back here is settled with it."""
    earlier = Said.objects.filter(conversation=turn.conversation, outcome=Outcome.OPEN)
    earlier.exclude(what=What.NOTHING).update(outcome=Outcome.PERSON if step.reason else Outcome.REOPENED)
    found, best = step.candidate, step.best
    first = found or (best.answers[0] if best and best.answers else None)
    return Said.objects.update_or_create(
        question=turn.message,
        what=step.what,
        defaults={
            "conversation": turn.conversation,
            "asked": list(turn.asked) if len(turn.asked) > 1 else None,
            "message": message,
            "band": best.band.value if best else Band.NONE.value,
            "confidence": round(best.confidence, 4) if best else 0.0,
            "source": first.source if first else "",
            "key": first.answer.key[:80] if first else "",
            "title": first.answer.title[:300] if first else "",
            "language": (first.answer.language if first else turn.language)[:5],
            "version": first.answer.version if first else 0,
            "brain": best.version if best else 0,
            "outcome": Outcome.PERSON if step.reason else Outcome.OPEN,
            "created_at": timezone.now(),
        },
    )[0]


def _thank(turn: Turn, actor: Actor) -> None:
    """It helped: nobody waits for anything."""
    turn.dialogue.save()
    said = Said.objects.filter(conversation=turn.conversation, outcome__in=(Outcome.OPEN, Outcome.REOPENED))
    is_answered = said.exclude(what__in=(What.NOTHING, What.QUESTION)).update(outcome=Outcome.HELPED)
    if not is_answered:
        hand_over(turn=turn, actor=actor, reason=Reason.UNKNOWN)  # thanks, and nobody has answered yet
        return
    Conversation.objects.filter(pk=turn.conversation.pk).update(waiting_since=None)
    change_automatically(actor=actor, conversation=turn.conversation, changes={"status": Status.PENDING})
    audit.record(actor, "assistant.thanked", turn.conversation)


# --- what was left ----------------------------------------------------------------------------------------------------


def give_up() -> int:
    """Hand over what has waited too long for the assistant, whatever kept it from answering, and who never answered
    what it asked; returns how many.
    """
    late = _hand_each(queries.left_waiting(), Reason.TROUBLE, _turn)
    return late + _hand_each(queries.fallen_silent(), Reason.SILENT, _last_turn)


def _hand_each(found: QuerySet[Conversation], reason: str, turn_of: Callable[[int], Turn | None]) -> int:
    """Hand over so many at once; what can't be handed keeps nobody else from it."""
    done = 0
    for pk in list(found.values_list("pk", flat=True)):
        try:
            done += _hand(pk, reason, turn_of(pk))
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            log.exception("A conversation could not be handed over.", extra={"job": pk})
        if done >= _AT_ONCE:
            break
    return done


def _hand(conversation_id: int, reason: str, turn: Turn | None) -> bool:
    if turn is None:
        return False
    with translation.override(turn.spoken):
        step = Step(what=What.NOTHING, reason=reason)
        done = _carry_out(turn, step, actor_of(turn.setup), is_new=reason != Reason.SILENT)
    if done:
        route(conversation_id=conversation_id, depth=1)
    return done


def _last_turn(conversation_id: int) -> Turn | None:
    """The moment of who fell silent: their last words, which were looked at."""
    found = Conversation.objects.select_related("inbox", "customer").get(pk=conversation_id)
    last = found.messages.filter(kind=Kind.IN, is_automatic=False).order_by("-seq").first()
    if last is None:
        return None
    known = Dialogue.objects.filter(conversation=found).first()
    dialogue = known or Dialogue(conversation=found, since=found.waiting_since or last.created_at)
    return Turn(found, queries.setup_of(found.inbox_id), dialogue, last, last.text)
