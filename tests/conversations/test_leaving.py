"""When somebody leaves, what they owned is seen by the others again."""

from tamada.accounts import actions as accounts
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.actions import update_conversation
from tamada.conversations.actions.leaving import release_conversations
from tamada.conversations.models import Conversation, ConversationCount
from tamada.core.actors import SYSTEM
from tamada.core.tasks import run_pending
from tests.conversations.conftest import Receive


def owned(conversation: Conversation, by: Agent, status: str = "open") -> Conversation:
    return update_conversation(agent=by, actor=actor_of(by), conversation=conversation, assignee=by, status=status)


def test_who_leaves_owns_nothing_unfinished(receive: Receive, owner: Agent, teammate: Agent, lead: Agent) -> None:
    theirs = owned(receive().conversation, teammate)
    done = owned(receive(sender="b@mail.am").conversation, teammate, status="closed")
    anothers = owned(receive(sender="c@mail.am").conversation, lead)
    accounts.update_agent(agent=owner, actor=actor_of(owner), target=teammate, is_active=False)
    run_pending()
    for conversation, expected in ((theirs, None), (done, teammate.pk), (anothers, lead.pk)):
        conversation.refresh_from_db()
        assert conversation.assignee_id == expected
    unassigned = ConversationCount.objects.get(status="open", assignee_id=0)
    assert unassigned.total == 1


def test_who_works_here_keeps_what_is_theirs(receive: Receive, teammate: Agent) -> None:
    theirs = owned(receive().conversation, teammate)
    assert release_conversations(agent_id=teammate.pk, actor=SYSTEM) == 0
    theirs.refresh_from_db()
    assert theirs.assignee_id == teammate.pk
