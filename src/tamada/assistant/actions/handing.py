"""Handing over to people: a note for them, a word to the customer, and the waiting counts from the first question."""

from typing import Any

from django.utils import timezone, translation

from tamada.accounts import company
from tamada.calendars.queries import schedule
from tamada.channels.chat.queries import lacks_address
from tamada.conversations.access import audience
from tamada.conversations.actions import answer_automatically, let_wait, note_automatically
from tamada.conversations.errors import ConversationError
from tamada.conversations.models import Channel, Conversation
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.core.db import durable_atomic

from .. import fields, handing_note, queries, wording
from ..deciding import MOST_ASKS, Reason, Turn
from ..events import AssistantHandedOver
from ..models import Mode, Stand
from .giving import gather

_SILENT = frozenset({Reason.MACHINE, Reason.TAKEN, Reason.PERSON, Reason.OFF})
"""What needs no word to the customer, or must not get one."""
_UNASKED = frozenset({Reason.ASKED, Reason.FIELDS, Reason.NO_HELP, Reason.SILENT}) | _SILENT
"""Who wants a person is not asked for anything first."""


def hand_over(*, turn: Turn, actor: Actor, reason: str) -> None:
    """Give the conversation to people. Call in a transaction that holds it, in the customer's language."""
    conversation, dialogue = turn.conversation, turn.dialogue
    dialogue.stand, dialogue.reason, dialogue.handed_at = Stand.HANDED, reason, timezone.now()
    dialogue.pending, dialogue.offered = "", []
    missing = [] if reason in _UNASKED else _missing(turn)
    is_open = schedule(conversation.inbox.calendar).is_open(dialogue.handed_at)
    if reason not in _SILENT and not is_open and lacks_address(conversation):
        missing.append(fields.EMAIL)
    if missing:
        dialogue.wanted, dialogue.asks = missing, dialogue.asks + 1
    dialogue.save()
    _note(conversation, actor, handing_note.brief(conversation, dialogue, reason))
    if reason not in _SILENT and (missing or turn.message.channel != Channel.EMAIL):
        _tell(turn, actor, missing, is_open=is_open)
    let_wait(actor=actor, conversation=conversation, since=dialogue.since)
    fact = AssistantHandedOver(audience=audience(conversation), conversation=conversation.pk, reason=reason)
    events.record(fact, actor=actor)
    audit.record(actor, "assistant.handed_over", conversation, reason=reason)


def _note(conversation: Conversation, actor: Actor, brief: dict[str, Any]) -> None:
    with translation.override(company.language()):
        text = handing_note.in_words(brief)
    note_automatically(actor=actor, conversation=conversation, text=text, data={"brief": brief})


def _missing(turn: Turn) -> list[str]:
    """What a person will need and nobody has said yet."""
    asked = {fields.ORDER: turn.setup.asks_order, fields.PHONE: turn.setup.asks_phone}
    known = turn.dialogue.collected.get("fields", {})
    said = fields.found_in(turn.text[:2_000], fields.FIELDS, turn.setup.order_mask)
    found = {name: value for name, value in said.items() if asked[name]}
    if found:
        gather(dialogue=turn.dialogue, found=found, message=turn.message)
    if turn.dialogue.asks >= MOST_ASKS:
        return []
    return [name for name, is_asked in asked.items() if is_asked and name not in {**known, **found}]


def _tell(turn: Turn, actor: Actor, missing: list[str], *, is_open: bool) -> None:
    """Say that a person goes on, and what would help them."""
    parts = [wording.handing(is_open=is_open), *([wording.please(missing)] if missing else [])]
    _say(turn, actor, " ".join(parts))


def _say(turn: Turn, actor: Actor, text: str) -> None:
    signed = wording.signed(text, turn.setup, turn.message.channel)
    try:
        answer_automatically(actor=actor, conversation=turn.conversation, text=signed, answers=False)
    except ConversationError:
        return  # nobody to say it to: what counts is that people see it


def collect(turn: Turn, actor: Actor) -> bool:
    """After the hand-over: what was asked for is noted for whoever answers; asked once more where it can't be right.

    Nothing is said once a person is there.
    """
    if not turn.dialogue.wanted:
        return False
    with durable_atomic():
        conversation = Conversation.objects.select_for_update().filter(pk=turn.conversation.pk).first()
        dialogue = type(turn.dialogue).objects.select_for_update().filter(conversation=turn.conversation.pk).first()
        if conversation is None or dialogue is None or dialogue.handled_seq >= turn.message.seq:
            return False
        wanted, dialogue.handled_seq = list(dialogue.wanted), turn.message.seq
        found = fields.found_in(turn.text[:2_000], wanted, turn.setup.order_mask)
        gather(dialogue=dialogue, found=found, message=turn.message)
        dialogue.wanted = [name for name in wanted if name not in found]
        now = Turn(conversation, turn.setup, dialogue, turn.message, turn.text)
        tried = [] if found else fields.tried_in(turn.text, wanted)
        is_again = bool(tried) and dialogue.asks < MOST_ASKS and _may_ask(now)
        dialogue.asks += 1 if is_again else 0
        if not found and not is_again:
            dialogue.wanted = []
        dialogue.save()
        if found:
            _note(conversation, actor, {"fields": found})
        if is_again:
            _say(now, actor, wording.again(tried))
    return bool(found)


def _may_ask(turn: Turn) -> bool:
    conversation = turn.conversation
    if turn.setup.mode != Mode.ANSWER or queries.person_took(conversation):
        return False
    return not queries.person_spoke(conversation) and not queries.is_closed_to(conversation)
