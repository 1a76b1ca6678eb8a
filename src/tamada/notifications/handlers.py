"""What happens in conversations becomes notifications. Each runs as a task and may run twice."""

from tamada.accounts.events import AgentLeft
from tamada.accounts.models import Agent, Role
from tamada.assistant.events import AssistantHandedOver
from tamada.automation.events import (
    AbsenceEnded,
    ConversationUnowned,
    DeadlineTold,
    RuleSwitchedOff,
    SlaBreached,
    SlaWarning,
)
from tamada.automation.models import Deadline, HandedOn
from tamada.conversations.events import (
    AgentMentioned,
    ConversationAssigned,
    ConversationDeleted,
    ConversationEvent,
    ConversationParted,
    ConversationRead,
    ConversationRestored,
    ConversationUpdated,
    DeliveryChanged,
    MessageReceived,
    MessageSent,
    NoteAdded,
    RecipientRefused,
)
from tamada.conversations.models import Access, Conversation, DeliveryState, Mention, Message
from tamada.core.asked import Asked
from tamada.core.events import EventMeta, handles
from tamada.knowledge.events import ReviewDue
from tamada.operations.events import (
    CommitmentDue,
    HandoffAccepted,
    HandoffEvent,
    HandoffLate,
    HandoffOffered,
    HandoffReturned,
    JobEndangered,
)
from tamada.webhooks.events import WebhookDisabled
from tamada.webhooks.models import Endpoint
from tamada.webhooks.tasks import owners

from . import actions, arrivals

LOST = frozenset({DeliveryState.FAILED, DeliveryState.BOUNCED, DeliveryState.UNCERTAIN})


_followers = Asked(lambda pk: Access.objects.filter(conversation=pk, follows=True).values_list("agent"))
_owners = Asked(lambda pk: Conversation.objects.filter(pk=pk, assignee__isnull=False).values_list("assignee"))


def concerned(conversation_id: int) -> set[int]:
    """The ids of who owns or follows a conversation."""
    return {agent for (agent,) in [*_followers.rows(conversation_id), *_owners.rows(conversation_id)]}


@handles(MessageReceived)
def tell_of_message(event: MessageReceived, meta: EventMeta) -> None:
    """A customer wrote: who owns or follows the conversation. Out-of-office notes are no news."""
    if event.automatic:
        return
    actions.notify(
        agent_ids=concerned(event.conversation),
        kind="reply",
        conversation_id=event.conversation,
        key=f"reply:{event.message}",
        actor=meta.actor,
        seq=event.seq,
    )


@handles(MessageReceived)
def tell_of_chat(event: MessageReceived, meta: EventMeta) -> None:
    """A customer waits in a chat that nobody has: who may take it."""
    if not event.automatic and arrivals.begins(event.message):
        arrivals.tell(conversation_id=event.conversation, meta=meta, by_chat=True)


@handles(AssistantHandedOver)
def tell_of_handed_chat(event: AssistantHandedOver, meta: EventMeta) -> None:
    """The assistant is done with a chat: it is one that nobody has from now on."""
    arrivals.tell(conversation_id=event.conversation, meta=meta)


@handles(ConversationRestored, ConversationParted)
def tell_of_chat_that_is_back(event: ConversationEvent, meta: EventMeta) -> None:
    """A chat waits again that was deleted, or part of another conversation."""
    arrivals.tell(conversation_id=event.conversation, meta=meta)


_TURNS = frozenset({"assignee", "assignee_id", "team", "team_id", "status", "spam", "is_spam", "messages"})


@handles(ConversationUpdated)
def look_at_chat_again(event: ConversationUpdated, meta: EventMeta) -> None:
    """Somebody took a chat, gave it back or to another team, closed it, merged or split it, or it is open again. What a
    customer opens again begins with their message, which is told of.
    """
    if _TURNS.isdisjoint(event.fields) or meta.actor.kind == "customer":
        return
    if "messages" in event.fields:
        arrivals.forget(event.conversation)  # It may be told of several.
    arrivals.settle(event.conversation)
    arrivals.tell(conversation_id=event.conversation, meta=meta)


@handles(MessageSent, ConversationDeleted)
def settle_chat(event: ConversationEvent, meta: EventMeta) -> None:
    """Nobody needs to hear of it any more: it was answered, or is gone."""
    del meta
    arrivals.settle(event.conversation)


@handles(NoteAdded)
def tell_of_note(event: NoteAdded, meta: EventMeta) -> None:
    """A colleague left a note: who owns or follows, except those it names, who hear that instead."""
    named = set(Mention.objects.filter(message=event.message).values_list("agent", flat=True))
    actions.notify(
        agent_ids=concerned(event.conversation) - named,
        kind="note",
        conversation_id=event.conversation,
        key=f"note:{event.message}",
        actor=meta.actor,
        seq=event.seq,
    )


@handles(AgentMentioned)
def tell_of_mention(event: AgentMentioned, meta: EventMeta) -> None:
    """Somebody was named."""
    actions.notify(
        agent_ids=[event.agent],
        kind="mention",
        conversation_id=event.conversation,
        key=f"mention:{event.message}",
        actor=meta.actor,
    )


@handles(ConversationAssigned)
def tell_of_assignment(event: ConversationAssigned, meta: EventMeta) -> None:
    """Somebody owns a conversation now."""
    actions.notify(
        agent_ids=[event.agent],
        kind="assigned",
        conversation_id=event.conversation,
        key=f"assigned:{meta.id}",
        actor=meta.actor,
    )


@handles(DeliveryChanged)
def tell_of_failure(event: DeliveryChanged, meta: EventMeta) -> None:
    """A message didn't arrive: who wrote it, or who owns the conversation. This can't be silenced."""
    if event.state not in LOST:
        return
    author = Message.objects.filter(pk=event.message).values_list("agent", flat=True).first()
    actions.notify(
        agent_ids=[author] if author else concerned(event.conversation),
        kind="failed",
        conversation_id=event.conversation,
        key=f"failed:{event.message}:{event.state}",
        actor=meta.actor,
    )


@handles(RecipientRefused)
def tell_of_refusal(event: RecipientRefused, meta: EventMeta) -> None:
    """One of several recipients did not get a message. This can't be silenced either."""
    author = Message.objects.filter(pk=event.message).values_list("agent", flat=True).first()
    actions.notify(
        agent_ids=[author] if author else concerned(event.conversation),
        kind="failed",
        conversation_id=event.conversation,
        key=f"failed:{event.message}:refused",
        actor=meta.actor,
    )


@handles(CommitmentDue)
def tell_of_promise(event: CommitmentDue, meta: EventMeta) -> None:
    """A promise is due soon or late: who is to keep it. This can't be silenced: somebody outside counts on it."""
    if event.owner is None:
        return
    kind, key = f"promise_{event.when}", f"promise:{event.commitment}:{event.when}:{meta.id}"
    if event.conversation is not None:
        actions.notify(
            agent_ids=[event.owner], kind=kind, conversation_id=event.conversation, key=key, actor=meta.actor
        )
    else:
        actions.notify_person(agent_id=event.owner, kind=kind, key=key, promise=event.commitment)


@handles(JobEndangered)
def tell_of_job(event: JobEndangered, meta: EventMeta) -> None:
    """A job will likely miss its date, or has: who looks after it is to find another one, and tell the customer."""
    if event.owner is not None:
        kind, key = f"job_{event.risk}", f"job:{event.job}:{event.risk}:{meta.id}"
        actions.notify_person(agent_id=event.owner, kind=kind, key=key, job=event.job)


@handles(HandoffOffered)
def tell_of_handoff(event: HandoffOffered, meta: EventMeta) -> None:
    """Something is to be taken over: by this person, or by one of a team."""
    _tell_of_handoff(_receivers(event), "handoff_offered", event, meta)


@handles(HandoffAccepted, HandoffReturned)
def tell_of_answer(event: HandoffEvent, meta: EventMeta) -> None:
    """It was taken, or was not: who gave it, and whose it was."""
    _tell_of_handoff(_givers(event), event.type.replace(".", "_"), event, meta)


@handles(HandoffLate)
def tell_of_late_handoff(event: HandoffLate, meta: EventMeta) -> None:
    """Nobody has answered: both sides. This can't be silenced, for nobody works on it meanwhile."""
    _tell_of_handoff(_receivers(event), "handoff_late", event, meta)
    _tell_of_handoff(_givers(event) - _receivers(event), "handoff_late_given", event, meta)


def _receivers(event: HandoffEvent) -> set[int]:
    if event.to_team is None:
        return {event.to_agent} if event.to_agent else set()
    return set(Agent.objects.filter(teams=event.to_team).exclude(role=Role.OBSERVER).values_list("pk", flat=True))


def _givers(event: HandoffEvent) -> set[int]:
    """Who offered it, and whose it was and is."""
    return {pk for pk in (event.giver, event.offered_by, event.owner) if pk}


def _tell_of_handoff(agent_ids: set[int], kind: str, event: HandoffEvent, meta: EventMeta) -> None:
    """Those, but for who did it."""
    by = meta.actor.id if meta.actor.kind in ("agent", "api") else None
    about = {"handoff": event.handoff, "job": event.job, "talk": event.conversation, "by": by}
    data = {name: value for name, value in about.items() if value is not None}
    for pk in sorted(agent_ids - {by}):
        actions.notify_person(agent_id=pk, kind=kind, key=f"handoff:{event.handoff}:{kind}:{meta.id}", **data)


@handles(WebhookDisabled)
def tell_of_webhook(event: WebhookDisabled, meta: EventMeta) -> None:
    """A webhook was switched off by us: who made it, or every admin."""
    endpoint = Endpoint.objects.select_related("made_by").filter(pk=event.endpoint).first()
    if endpoint is not None:
        agent_ids = [agent.pk for agent in owners(endpoint)]
        actions.notify_admins(agent_ids=agent_ids, kind="webhook", key=f"webhook:{meta.id}", endpoint=endpoint.pk)


@handles(ConversationUnowned)
def tell_of_unowned(event: ConversationUnowned, meta: EventMeta) -> None:
    """A customer waits and nobody owns the conversation: who leads its team. This can't be silenced."""
    found = Conversation.objects.filter(pk=event.conversation, assignee=None).select_related("inbox").first()
    if found is not None:
        key = f"unowned:{meta.id}"
        actions.notify(agent_ids=_leads_of(found), kind="unowned", conversation_id=found.pk, key=key, actor=meta.actor)


@handles(RuleSwitchedOff)
def tell_of_rule(event: RuleSwitchedOff, meta: EventMeta) -> None:
    """A rule was switched off by itself: the admins, who keep the rules."""
    admins = Agent.objects.filter(is_active=True, role=Role.ADMIN).values_list("pk", flat=True)
    actions.notify_admins(agent_ids=admins, kind="rule_off", key=f"rule_off:{meta.id}", rule=event.rule)


@handles(SlaWarning, SlaBreached)
def tell_of_deadline(event: DeadlineTold, meta: EventMeta) -> None:
    """A deadline comes near or passed: its owner, or the team's leads when nobody owns it. This can't be silenced."""
    found = Conversation.objects.filter(pk=event.conversation).select_related("inbox").first()
    if found is None or not _is_open(event):
        return
    kind = event.type.replace(".", "_")
    actions.notify(
        agent_ids=[found.assignee_id] if found.assignee_id else _leads_of(found),
        kind=kind,
        conversation_id=event.conversation,
        key=f"{kind}:{meta.id}",
        actor=meta.actor,
    )


def _is_open(event: DeadlineTold) -> bool:
    """Whether there is still something to be done in time, or late."""
    return Deadline.objects.filter(conversation=event.conversation, target=event.target, met_at=None).exists()


def _leads_of(conversation: Conversation) -> set[int]:
    """Who leads the team of a conversation or of its inbox; the admins where nobody does."""
    active = Agent.objects.filter(is_active=True)
    teams = {conversation.team_id, conversation.inbox.team_id}
    leads = set(active.filter(role=Role.LEAD, memberships__team__in=teams).values_list("pk", flat=True))
    return leads or set(active.filter(role=Role.ADMIN).values_list("pk", flat=True))


@handles(AbsenceEnded)
def tell_of_absence(event: AbsenceEnded, meta: EventMeta) -> None:
    """Somebody is back: what was handed on meanwhile, and is not brought back by itself. This can't be silenced."""
    del meta
    total = HandedOn.objects.filter(absence=event.absence).values("conversation").distinct().count()
    if total:
        key = f"handed_on:{event.absence}"
        actions.notify_person(agent_id=event.agent, kind="handed_on", key=key, absence=event.absence, total=total)


@handles(ReviewDue)
def tell_of_review(event: ReviewDue, meta: EventMeta) -> None:
    """The day has come to read an article again: its owner. This can't be silenced."""
    key = f"review:{meta.id}"
    actions.notify_person(agent_id=event.owner, kind="review", key=key, article=event.article)


@handles(ConversationRead)
def see_what_was_read(event: ConversationRead, meta: EventMeta) -> None:
    """Who has read a conversation needs no more telling of it."""
    del meta
    actions.mark_conversation_seen(agent_id=event.agent, conversation_id=event.conversation, seq=event.seq)


@handles(AgentLeft)
def stop_pushing(event: AgentLeft, meta: EventMeta) -> None:
    """The browsers of who left hear nothing more."""
    del meta
    actions.forget_subscriptions(agent_id=event.agent_id)
