"""Every action goes through the door itself: what the agent may not see, they can't write to, whoever calls the action.

Of each "can" below the teammate is the proof, of each "cannot" the outsider, the observer and whoever left.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Membership, Role, Team
from tamada.conversations import actions
from tamada.conversations.models import Conversation, DeliveryState, Inbox, Message
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, StoredEvent
from tests.cast import make_agent
from tests.conversations.conftest import Receive

Act = Callable[[Agent, Conversation], Any]


def _by(agent: Agent) -> dict[str, Any]:
    return {"agent": agent, "actor": actor_of(agent)}


def _failed(conversation: Conversation) -> Message:
    return conversation.messages.get(kind="out")


READS: dict[str, Act] = {
    "mark_read": lambda a, c: actions.mark_read(**_by(a), conversation=c, seq=1),
    "mark_unread": lambda a, c: actions.mark_unread(**_by(a), conversation=c),
    "follow": lambda a, c: actions.follow(**_by(a), conversation=c),
}
WRITES: dict[str, Act] = {
    "update_conversation": lambda a, c: actions.update_conversation(**_by(a), conversation=c, status="closed"),
    "mark_spam": lambda a, c: actions.mark_spam(**_by(a), conversation=c),
    "mark_spam and block": lambda a, c: actions.mark_spam(**_by(a), conversation=c, block=True),
    "send_reply": lambda a, c: actions.send_reply(**_by(a), conversation=c, text="Hi"),
    "add_note": lambda a, c: actions.add_note(**_by(a), conversation=c, text="Hi"),
    "save_draft": lambda a, c: actions.save_draft(**_by(a), conversation=c, text="Hi"),
    "save_draft of a new one": lambda a, c: actions.save_draft(**_by(a), conversation=None, inbox=c.inbox, text="Hi"),
    "start_conversation": lambda a, c: actions.start_conversation(
        **_by(a), inbox=c.inbox, to=["x@y.example"], subject="S", text="T"
    ),
    "send_again": lambda a, c: actions.send_again(**_by(a), message=_failed(c)),
}


@pytest.fixture
def conversation(inbox: Inbox, receive: Receive, teammate: Agent) -> Conversation:
    """One of the default team's, with a reply that did not leave."""
    found = receive(inbox).conversation
    message = actions.send_reply(**_by(teammate), conversation=found, text="We come.")
    Message.objects.filter(pk=message.pk).update(delivery=DeliveryState.FAILED)
    return found


@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_who_sees_it_may(name: str, teammate: Agent, conversation: Conversation) -> None:
    (READS | WRITES)[name](teammate, conversation)


@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_who_does_not_see_it_may_not(name: str, outsider: Agent, conversation: Conversation) -> None:
    events, entries = StoredEvent.objects.count(), AuditEntry.objects.count()
    with pytest.raises(ObjectDoesNotExist):
        (READS | WRITES)[name](outsider, conversation)
    assert (StoredEvent.objects.count(), AuditEntry.objects.count()) == (events, entries)


@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_who_left_may_not(name: str, gone: Agent, conversation: Conversation) -> None:
    with pytest.raises((ObjectDoesNotExist, PermissionDenied)):
        (READS | WRITES)[name](gone, conversation)


@pytest.mark.parametrize("name", sorted(WRITES))
def test_an_observer_only_reads(name: str, observer: Agent, conversation: Conversation) -> None:
    with pytest.raises(PermissionDenied):
        WRITES[name](observer, conversation)


@pytest.mark.parametrize("name", sorted(READS))
def test_an_observer_has_read_marks_of_their_own(name: str, observer: Agent, conversation: Conversation) -> None:
    READS[name](observer, conversation)


def test_a_file_goes_into_no_draft_of_somebody_else(teammate: Agent, lead: Agent, conversation: Conversation) -> None:
    draft = actions.save_draft(**_by(teammate), conversation=conversation, text="Hi")
    with pytest.raises(PermissionDenied):
        actions.attach(agent=lead, draft=draft, name="a.txt", content=b"a")
    assert actions.attach(agent=teammate, draft=draft, name="a.txt", content=b"a").draft_id == draft.pk


def test_what_opens_a_door_to_somebody_is_written_down(
    teammate: Agent, outsider: Agent, conversation: Conversation
) -> None:
    actions.follow(**_by(teammate), conversation=conversation)
    actions.follow(**_by(teammate), conversation=conversation, follows=False)
    note = actions.add_note(**_by(teammate), conversation=conversation, text=f"@{outsider.name} please")
    followed = AuditEntry.objects.filter(object_id=conversation.pk, action__endswith="followed").order_by("pk")
    assert [e.action for e in followed] == ["conversation.followed", "conversation.unfollowed"]
    assert AuditEntry.objects.get(action="note.added", object_id=note.pk).changes["mentioned"] == [outsider.pk]


# --- inboxes: a lead's word counts for the teams they are in -------------------------------------------------------


def test_a_lead_settles_the_inboxes_of_their_teams_alone(lead: Agent, inbox: Inbox, other_inbox: Inbox) -> None:
    actions.update_inbox(**_by(lead), inbox=inbox, name="Helpdesk")
    with pytest.raises(PermissionDenied):
        actions.update_inbox(**_by(lead), inbox=other_inbox, name="Mine now")
    other_inbox.refresh_from_db()
    assert other_inbox.name == "Billing"


def test_a_lead_gives_an_inbox_to_a_team_of_theirs_alone(
    lead: Agent, owner: Agent, inbox: Inbox, other_team: Team
) -> None:
    with pytest.raises(PermissionDenied):
        actions.update_inbox(**_by(lead), inbox=inbox, team=other_team)
    inbox.refresh_from_db()
    assert inbox.team_id != other_team.pk
    Membership.objects.create(agent=lead, team=other_team)
    actions.update_inbox(**_by(lead), inbox=inbox, team=other_team)
    actions.update_inbox(**_by(owner), inbox=inbox, team=other_team)


@pytest.mark.parametrize("who", ["teammate", "observer", "outsider", "gone"])
def test_nobody_else_settles_an_inbox(who: str, request: pytest.FixtureRequest, inbox: Inbox) -> None:
    with pytest.raises(PermissionDenied):
        actions.update_inbox(**_by(request.getfixturevalue(who)), inbox=inbox, name="Mine now")


def _told_anew() -> set[int]:
    rows = StoredEvent.objects.filter(type="agent.access_changed")
    return {row.data["agent_id"] for row in rows}


def test_an_inbox_that_moves_changes_what_both_teams_hear(
    owner: Agent, teammate: Agent, outsider: Agent, inbox: Inbox, other_team: Team, team: Team
) -> None:
    """An open stream hears what it was let in for: who loses the inbox must be authorised anew, who gains it too."""
    third = Team.objects.create(name="Third")
    far = make_agent("Far", Role.AGENT, third)
    StoredEvent.objects.all().delete()
    actions.update_inbox(**_by(owner), inbox=inbox, name="Helpdesk", team=team)
    assert _told_anew() == set()
    actions.update_inbox(**_by(owner), inbox=inbox, team=other_team)
    assert {teammate.pk, outsider.pk} <= _told_anew()
    assert far.pk not in _told_anew()


def test_a_new_inbox_is_heard_of_by_its_team(teammate: Agent, outsider: Agent, team: Team) -> None:
    StoredEvent.objects.all().delete()
    actions.create_inbox(agent=None, actor=SYSTEM, name="New", channel="chat", team=team)
    assert teammate.pk in _told_anew()
    assert outsider.pk not in _told_anew()
