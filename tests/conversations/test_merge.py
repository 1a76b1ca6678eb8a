"""Conversations made one and parted again: nothing lost, nothing hidden, every row as it was."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tamada.accounts.models import Agent
from tamada.conversations import access, actions, counts, indexing
from tamada.conversations.errors import BadMerge, MergedAway, MergeStays
from tamada.conversations.merge_queries import suggestions
from tamada.conversations.models import (
    Access,
    Conversation,
    DeliveryState,
    Draft,
    Inbox,
    Kind,
    Merge,
    Message,
    ReadMark,
)
from tamada.conversations.queries import ListFilter, counts_for, get_visible, list_page, messages_of
from tamada.core.actors import Actor
from tamada.core.db import is_postgres
from tamada.core.models import AuditEntry, QueuedTask, StoredEvent
from tamada.notifications.models import Notification
from tamada.search.queries import search
from tests.conversations.conftest import Receive, envelope_to
from tests.helpers.proof import report, sized
from tests.helpers.rows import every_row

pytestmark = pytest.mark.django_db


def actor(agent: Agent) -> Actor:
    return Actor("agent", agent.pk, agent.name)


def by(agent: Agent) -> dict[str, Any]:
    return {"agent": agent, "actor": actor(agent)}


def merge(agent: Agent, target: Conversation, *sources: Conversation) -> Merge:
    return actions.merge_conversations(**by(agent), sources=sources, target=target)


def undo(agent: Agent, made: Merge) -> Merge:
    return actions.undo_merge(**by(agent), merge=made)


# What says that it happened stays, and the clock of changes goes on; cells that count nothing may stand beside others.
STAYS = {
    "conversations.Merge", "conversations.ConversationCount", "conversations.Conversation.updated_at",
    "core.AuditEntry", "core.StoredEvent", "core.QueuedTask",
}  # fmt: skip


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, what is counted, and how much is found."""
    rows = every_row(but=STAYS)
    rows["counts"] = sorted((*key, total) for key, total in counts.stored().items())
    with connection.cursor() as db:
        db.execute(f"SELECT count(*) FROM search_message{'' if is_postgres() else '_docsize'}")
        rows["index"] = db.fetchall()
    return rows


def said(conversation: Conversation) -> list[str]:
    found = conversation.messages.exclude(kind=Kind.SYSTEM).order_by("seq")
    return list(found.values_list("text", flat=True))


@pytest.fixture
def two(receive: Receive, teammate: Agent) -> tuple[Conversation, Conversation]:
    """Two matters of one customer that are one: what was written to either, by turns."""
    a = receive(text="a1")
    b = receive(text="b1")
    receive(text="a2", answers=[a.external_id])
    receive(text="b2", answers=[b.external_id])
    return a.conversation, b.conversation


def test_messages_of_both_stand_by_time_in_the_target(two: tuple[Conversation, Conversation], teammate: Agent) -> None:
    a, b = two
    before = everything()
    made = merge(teammate, a, b)
    whole = get_visible(teammate, a.pk)
    assert said(whole) == ["a1", "b1", "a2", "b2"]
    assert (whole.message_count, whole.preview) == (4, "b2")
    assert whole.waiting_since == a.waiting_since
    assert not Message.objects.filter(conversation=b).exclude(kind=Kind.SYSTEM).exists()
    assert Message.objects.get(conversation=b).data == {"event": "merged_into", "into": a.pk}
    assert [c.pk for c in list_page(teammate, ListFilter()).items] == [a.pk]
    assert counts_for(teammate).open == 1
    assert counts.stored() == counts.recounted()
    assert {hit.item.pk for hit in search(teammate, "b1", kind="conversations").hits} == {a.pk}
    with pytest.raises(MergedAway) as gone:
        get_visible(teammate, b.pk)
    assert gone.value.into == a.pk
    undo(teammate, made)
    assert everything() == before
    assert counts.stored() == counts.recounted()
    assert {hit.item.pk for hit in search(teammate, "b1", kind="conversations").hits} == {b.pk}


def test_what_comes_for_the_source_lands_in_the_target(
    two: tuple[Conversation, Conversation], receive: Receive, teammate: Agent
) -> None:
    a, b = two
    first = b.messages.order_by("seq").first()
    assert first
    merge(teammate, a, b)
    for how in ({"answers": [first.external_id]}, {"signed": [b.pk]}, {"markers": [b.pk]}, {"numbers": [b.pk]}):
        assert receive(text=str(how), **how).conversation_id == a.pk
    assert receive(text="somebody else", sender="eve@mail.am", numbers=[b.pk]).conversation_id not in (a.pk, b.pk)


def test_mail_to_the_inbox_of_the_source_lands_in_a_target_elsewhere(
    inbox: Inbox, other_inbox: Inbox, receive: Receive, owner: Agent
) -> None:
    a, b = receive(text="here"), receive(other_inbox, text="there")
    made = merge(owner, a.conversation, b.conversation)
    for how in ({"answers": [b.external_id]}, {"signed": [b.conversation_id]}, {"numbers": [b.conversation_id]}):
        assert receive(other_inbox, text="more", **how).conversation_id == a.conversation_id
    assert receive(text="more", answers=[a.external_id]).conversation_id == a.conversation_id
    # Found by the inbox of the conversation it is in now, and as before afterwards.
    for pk in (a.conversation_id, b.conversation_id):
        indexing.index_again(pk)
    assert len(search(owner, "there inbox:support", kind="conversations").hits) == 1
    undo(owner, made)
    for pk in (a.conversation_id, b.conversation_id):
        indexing.index_again(pk)
    assert not search(owner, "there inbox:support", kind="conversations").hits
    assert QueuedTask.objects.filter(name__endswith="index_again").count() == 4


def test_the_liveliest_state_an_owner_and_tags_are_kept(
    two: tuple[Conversation, Conversation], teammate: Agent, lead: Agent
) -> None:
    a, b = two
    actions.update_conversation(**by(teammate), conversation=a, status="closed", tags=["x"])
    actions.update_conversation(**by(teammate), conversation=b, assignee=lead, tags=["x", "y"])
    merge(teammate, a, b)
    whole = get_visible(teammate, a.pk)
    assert (whole.status, whole.closed_at, whole.assignee) == ("open", None, lead)
    assert whole.waiting_since is not None
    assert {t.name for t in whole.tags.all()} == {"x", "y"}
    assert Access.objects.get(conversation=a, agent=lead).follows


def test_what_somebody_has_not_read_is_still_unread(
    two: tuple[Conversation, Conversation], teammate: Agent, lead: Agent
) -> None:
    a, b = two
    for agent, conversation, seq in ((teammate, a, 2), (teammate, b, 1), (lead, a, 2), (lead, b, 2)):
        actions.mark_read(**by(agent), conversation=conversation, seq=seq)
    made = merge(teammate, a, b)
    unread = {
        agent: [m.text for m in a.messages.filter(seq__gt=mark.seq).exclude(kind=Kind.SYSTEM)]
        for agent in (teammate, lead)
        for mark in ReadMark.objects.filter(agent=agent, conversation=a)
    }
    assert unread == {teammate: ["b2"], lead: []}
    a.refresh_from_db()
    actions.mark_read(**by(teammate), conversation=a, seq=a.last_seq)
    undo(teammate, made)
    assert ReadMark.objects.get(agent=teammate, conversation=b).seq == 2


def test_whom_a_note_called_can_read_on_and_is_led_there(
    two: tuple[Conversation, Conversation], teammate: Agent, outsider: Agent
) -> None:
    a, b = two
    note = actions.add_note(**by(teammate), conversation=b, text="@Otto please look")
    Notification.objects.create(
        agent=outsider, type="mention", conversation_id=b.pk, key=f"mention:{note.pk}", created_at=timezone.now()
    )
    before = everything()
    made = merge(teammate, a, b)
    assert get_visible(outsider, a.pk).pk == a.pk
    assert [c.pk for c in list_page(outsider, ListFilter(mentioned=True)).items] == [a.pk]
    assert Notification.objects.get().conversation_id == a.pk
    undo(teammate, made)
    assert everything() == before
    assert get_visible(outsider, b.pk).pk == b.pk
    with pytest.raises(Conversation.DoesNotExist):
        get_visible(outsider, a.pk)


def test_drafts_of_both_become_one_and_part_again(
    two: tuple[Conversation, Conversation], teammate: Agent, lead: Agent
) -> None:
    a, b = two
    mine = actions.save_draft(**by(teammate), conversation=a, html="<p>for a</p>", text="for a")
    other = actions.save_draft(**by(teammate), conversation=b, html="<p>for b</p>", text="for b")
    theirs = actions.save_draft(**by(lead), conversation=b, text="only b")
    actions.attach(agent=teammate, draft=other, name="b.txt", content=b"b")
    before = everything()
    made = merge(teammate, a, b)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.html == "<p>for a</p><div><br></div><p>for b</p>"
    assert [f.name for f in mine.attachments.all()] == ["b.txt"]
    assert theirs.conversation_id == a.pk
    undo(teammate, made)
    assert everything() == before


def test_a_draft_that_was_sent_does_not_come_back(two: tuple[Conversation, Conversation], teammate: Agent) -> None:
    a, b = two
    for conversation, text in ((a, "for a"), (b, "for b")):
        actions.save_draft(**by(teammate), conversation=conversation, text=text)
    made = merge(teammate, a, b)
    actions.finish_draft(message=actions.send_reply(**by(teammate), conversation=a, text="for a\n\nfor b"))
    undo(teammate, made)
    assert not Draft.objects.exists()


def test_what_was_written_since_stays_in_the_target(
    two: tuple[Conversation, Conversation], receive: Receive, teammate: Agent
) -> None:
    a, b = two
    made = merge(teammate, a, b)
    actions.send_reply(**by(teammate), conversation=a, text="for both")
    receive(text="thanks", signed=[b.pk])
    undo(teammate, made)
    whole, part = get_visible(teammate, a.pk), get_visible(teammate, b.pk)
    assert (said(whole), said(part)) == (["a1", "a2", "for both", "thanks"], ["b1", "b2"])
    assert whole.waiting_since == whole.messages.get(text="thanks").created_at
    assert whole.first_replied_at == whole.messages.get(text="for both").created_at
    assert (whole.message_count, whole.preview, part.message_count) == (4, "thanks", 2)
    assert part.waiting_since is not None  # nobody knows whether the answer was for it
    assert counts.stored() == counts.recounted()


def test_what_was_changed_since_stays_changed(two: tuple[Conversation, Conversation], teammate: Agent) -> None:
    a, b = two
    actions.update_conversation(**by(teammate), conversation=a, status="closed")
    made = merge(teammate, a, b)
    actions.update_conversation(**by(teammate), conversation=a, status="pending", priority="high")
    undo(teammate, made)
    whole = get_visible(teammate, a.pk)
    assert (whole.status, whole.priority) == ("pending", "high")
    assert counts.stored() == counts.recounted()


def test_the_latest_merge_is_undone_first(receive: Receive, teammate: Agent) -> None:
    a, b, c, d = (receive(text=text).conversation for text in "abcd")
    before = everything()
    first, second, third = merge(teammate, b, a), merge(teammate, b, c), merge(teammate, d, b)
    assert said(get_visible(teammate, d.pk)) == ["a", "b", "c", "d"]
    with pytest.raises(MergedAway) as gone:
        get_visible(teammate, a.pk)
    assert gone.value.into == d.pk
    for made, later in ((first, third), (second, third)):
        with pytest.raises(MergeStays) as stays:
            undo(teammate, made)
        assert stays.value.later == later.pk
    for made in (third, second, first):
        undo(teammate, made)
    assert everything() == before
    with pytest.raises(MergeStays):
        undo(teammate, first)


def test_many_become_one_at_once(receive: Receive, teammate: Agent) -> None:
    a, *others = (receive(text=text).conversation for text in "abcd")
    before = everything()
    made = merge(teammate, a, *others)
    assert said(get_visible(teammate, a.pk)) == ["a", "b", "c", "d"]
    undo(teammate, made)
    assert everything() == before


def test_what_cannot_be_merged(receive: Receive, teammate: Agent) -> None:
    a, b = receive(text="a").conversation, receive(text="b").conversation
    with pytest.raises(BadMerge):
        merge(teammate, a, a)
    actions.mark_spam(**by(teammate), conversation=a)
    with pytest.raises(BadMerge):
        merge(teammate, a, b)
    assert not Merge.objects.exists()


def test_who_does_not_see_both_merges_and_undoes_nothing(
    receive: Receive, other_inbox: Inbox, teammate: Agent, outsider: Agent, owner: Agent, observer: Agent
) -> None:
    from django.core.exceptions import PermissionDenied

    a, b = receive(text="a").conversation, receive(other_inbox, text="b").conversation
    before = everything()
    for agent in (teammate, outsider):
        for target, source in ((a, b), (b, a)):
            with pytest.raises(Conversation.DoesNotExist):
                merge(agent, target, source)
    with pytest.raises(PermissionDenied):
        merge(observer, a, b)
    assert everything() == before
    made = merge(owner, a, b)
    for agent in (teammate, outsider):
        with pytest.raises(Conversation.DoesNotExist):
            undo(agent, made)
    with pytest.raises(PermissionDenied):
        undo(observer, made)


def test_who_saw_the_source_alone_is_told_that_it_is_gone(
    receive: Receive, other_inbox: Inbox, owner: Agent, other_team: Any
) -> None:
    a, b = receive(text="a").conversation, receive(other_inbox, text="b").conversation
    theirs = access.audience(b)
    made = merge(owner, a, b)
    event = StoredEvent.objects.get(type="conversation.merged")
    assert event.data == {"conversation": b.pk, "into": a.pk, "merge": made.pk}
    assert (event.audience_keys, event.before_keys) == (access.audience(a), theirs)
    assert f"inbox:{other_inbox.pk}" not in event.audience_keys
    undo(owner, made)
    back = StoredEvent.objects.get(type="conversation.parted")
    assert back.audience_keys == theirs
    audited = AuditEntry.objects.filter(
        object_id__in=[a.pk, b.pk], action__in=("conversation.merged", "conversation.parted")
    )
    assert audited.count() == 3


def test_undoing_a_held_message_of_the_source_leaves_the_target_as_it_stands(
    two: tuple[Conversation, Conversation], teammate: Agent
) -> None:
    a, b = two
    later = timezone.now() + timedelta(hours=1)
    held = actions.send_reply(**by(teammate), conversation=b, text="We come", not_before=later, status_after="closed")
    actions.update_conversation(**by(teammate), conversation=a, status="closed")
    merge(teammate, a, b)
    held.refresh_from_db()
    draft = actions.undo_send(**by(teammate), message=Message.objects.get(pk=held.pk))
    assert draft.conversation_id == a.pk
    assert get_visible(teammate, a.pk).status == "closed"


@pytest.mark.parametrize("fate", ["failed", "withdrawn"])
def test_parted_again_a_question_waits_whose_answer_was_lost_meanwhile(
    two: tuple[Conversation, Conversation], teammate: Agent, fate: str
) -> None:
    a, b = two
    asked = b.messages.order_by("seq")[0].created_at
    later = timezone.now() + timedelta(seconds=10)
    answer = actions.send_reply(**by(teammate), conversation=b, text="We come", not_before=later)
    made = merge(teammate, a, get_visible(teammate, b.pk))
    answer.refresh_from_db()
    if fate == "failed":
        actions.set_delivery(message=answer, state=DeliveryState.FAILED, detail="no such mailbox")
    else:
        actions.undo_send(**by(teammate), message=answer)
    undo(teammate, made)
    parted = get_visible(teammate, b.pk)
    assert (parted.waiting_since, parted.first_replied_at) == (asked, None)
    assert get_visible(teammate, a.pk).waiting_since == a.waiting_since


def test_the_same_customer_is_suggested_first(
    two: tuple[Conversation, Conversation], receive: Receive, teammate: Agent, outsider: Agent
) -> None:
    a, b = two
    receive(text="other", sender="eve@mail.am")
    assert suggestions(teammate, a) == [b]
    assert suggestions(outsider, a) == []


def test_a_long_history_takes_as_many_statements_as_a_short_one(
    inbox: Inbox, receive: Receive, teammate: Agent, django_assert_num_queries: Any
) -> None:
    from django.test.utils import CaptureQueriesContext

    def measured(size: int) -> int:
        a, b = (receive(text=f"start {size}") for _ in range(2))
        for message in (a, b):
            more = [envelope_to(inbox, text=f"m{n}", answers=[message.external_id]) for n in range(size)]
            actions.receive_messages(envelopes=more)
        with CaptureQueriesContext(connection) as asked:
            undo(teammate, merge(teammate, a.conversation, b.conversation))
        return len(asked)

    assert measured(100) == measured(2)


# --- any history ------------------------------------------------------------------------------------------------------

ACTS = ("mail", "reply", "note", "tag", "close", "snooze", "assign", "read", "draft", "file", "follow", "tell", "spam")
histories = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(0, 2)), max_size=25)


class Story:
    """Four conversations in two inboxes, and three people who do things to them."""

    def __init__(self, inboxes: list[Inbox], agents: list[Agent]) -> None:
        self.inboxes, self.agents = inboxes, agents
        self.firsts = [self._mail(inboxes[n % 2], f"start {n}") for n in range(4)]

    def _mail(self, inbox: Inbox, text: str, **more: Any) -> Message:
        (result,) = actions.receive_messages(envelopes=[envelope_to(inbox, text=text, **more)])
        return Message.objects.select_related("conversation__inbox").get(pk=result.message_id or 0)

    def do(self, act: str, which: int, who: int) -> None:
        first, agent = self.firsts[which], self.agents[who]
        c, common = Conversation.objects.get(pk=first.conversation_id), by(agent)
        if act == "mail":
            self._mail(first.conversation.inbox, f"more {which}", answers=[first.external_id])
        elif act == "reply":
            actions.send_reply(**common, conversation=c, text="We answer")
        elif act == "note":
            actions.add_note(**common, conversation=c, text="@Tamar and @Otto look")
        elif act == "tag":
            actions.update_conversation(**common, conversation=c, tags=["x", "y", "z"][: who + 1])
        elif act in ("close", "snooze", "assign"):
            tomorrow = timezone.now() + timedelta(days=1)
            changes: dict[str, dict[str, Any]] = {
                "close": {"status": "closed"},
                "snooze": {"snoozed_until": tomorrow},
                "assign": {"assignee": agent},
            }
            actions.update_conversation(**common, conversation=c, **changes[act])
        elif act == "read":
            actions.mark_read(**common, conversation=c, seq=max(1, c.last_seq - which))
        elif act in ("draft", "file"):
            draft = actions.save_draft(**common, conversation=c, html=f"<p>{who}{which}</p>", text=f"{who}{which}")
            if act == "file":
                actions.attach(agent=agent, draft=draft, name="a.txt", content=b"a")
        elif act == "follow":
            actions.follow(**common, conversation=c, follows=bool(which % 2))
        elif act == "tell":
            key, now = f"k{Notification.objects.count()}", timezone.now()
            Notification.objects.create(agent=agent, type="note", conversation_id=c.pk, key=key, created_at=now)
        elif act == "spam":
            actions.mark_spam(**common, conversation=c, spam=bool(which % 2))


@pytest.mark.sized
@settings(max_examples=sized(12, 500), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, order=st.permutations(range(4)), size=st.integers(1, 3), twice=st.booleans())
def test_merging_and_undoing_restores_every_row(
    inbox: Inbox,
    other_inbox: Inbox,
    owner: Agent,
    teammate: Agent,
    outsider: Agent,
    history: list[tuple[str, int, int]],
    order: list[int],
    size: int,
    twice: bool,
) -> None:
    with transaction.atomic():
        for agent in (teammate, outsider):
            agent.role = "admin"  # all of them may do all of it; what they see is proven elsewhere
        story = Story([inbox, other_inbox], [owner, teammate, outsider])
        for step in history:
            story.do(*step)
        rows = [Conversation.objects.get(pk=story.firsts[n].conversation_id) for n in order]
        if rows[0].is_spam:
            actions.mark_spam(**by(owner), conversation=rows[0], spam=False)
        before = everything()
        spoken = Message.objects.exclude(kind=Kind.SYSTEM).count()
        made = [merge(owner, rows[0], *rows[1 : 1 + size])]
        if twice and size < 3:
            made.append(merge(owner, rows[0], rows[3]))
        whole = get_visible(owner, rows[0].pk)
        times = [m.created_at for m in messages_of(whole) if m.kind != Kind.SYSTEM]
        assert times == sorted(times)
        assert Message.objects.exclude(kind=Kind.SYSTEM).count() == spoken
        assert whole.message_count == len(times)
        assert counts.stored() == counts.recounted()
        for one in reversed(made):
            undo(owner, one)
        assert everything() == before
        assert counts.stored() == counts.recounted()
        transaction.set_rollback(True)


@pytest.mark.sized
@pytest.mark.timeout(sized(120, 600))
def test_a_long_history_is_merged_and_parted_whole(inbox: Inbox, receive: Receive, teammate: Agent) -> None:
    from tamada.core import bulk

    size = sized(300, 10_000)
    a, b = receive(text="a"), receive(text="b")
    for message in (a, b):
        like = {f.attname: getattr(message, f.attname) for f in Message._meta.concrete_fields if f.name != "id"}
        rows = [
            like | {"seq": n, "external_key": None, "created_at": message.created_at + timedelta(seconds=n)}
            for n in range(2, size + 1)
        ]
        with transaction.atomic():
            bulk.append(Message, rows)
        Conversation.objects.filter(pk=message.conversation_id).update(last_seq=size, message_count=size)
    start = time.monotonic()
    made = merge(teammate, a.conversation, b.conversation)
    merged = time.monotonic()
    assert a.conversation.messages.exclude(kind=Kind.SYSTEM).count() == 2 * size
    undo(teammate, made)
    parted = time.monotonic()
    assert (a.conversation.messages.count(), b.conversation.messages.count()) == (size, size)
    report(
        f"Two histories merged and parted, {connection.vendor}",
        messages=2 * size,
        merged=f"{merged - start:.1f} s",
        parted=f"{parted - merged:.1f} s",
    )


def test_what_becomes_of_a_message_is_told_where_it_is_by_now(
    two: tuple[Conversation, Conversation], teammate: Agent
) -> None:
    a, b = two
    sent = actions.send_reply(**by(teammate), conversation=b, text="We come")
    stale = Message.objects.select_related("conversation").get(pk=sent.pk)
    merge(teammate, a, b)
    assert actions.set_delivery(message=stale, state=DeliveryState.SENT)
    assert stale.conversation_id == a.pk
    stale = Message.objects.select_related("conversation").get(pk=sent.pk)
    actions.delete_conversations(**by(teammate), conversations=[a])
    assert actions.set_delivery(message=stale, state=DeliveryState.DELIVERED)
    actions.tell_refused(message=stale, address="x@mail.am", detail="550")
    Message.objects.filter(pk=sent.pk).delete()
    assert not actions.set_delivery(message=stale, state=DeliveryState.READ)
