"""Badges equal lists, for everybody, whatever happened before; and who sees what, by which door."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tamada.accounts.actions import set_members
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Role, Team
from tamada.accounts.queries import team_ids
from tamada.conversations import actions, counts
from tamada.conversations.models import Access, Conversation, DeliveryState, Inbox
from tamada.conversations.queries import Counts, ListFilter, counts_for, list_page, visible_to
from tamada.core.actors import SYSTEM
from tests.cast import make_agent
from tests.helpers.proof import sized

from .conftest import Receive, envelope_to

pytestmark = pytest.mark.django_db

type_house = dict[str, Agent]


@pytest.fixture
def house(
    team: Team, other_team: Team, owner: Agent, teammate: Agent, outsider: Agent, observer: Agent, gone: Agent
) -> type_house:
    """People of two teams, one of both, one of none that has an inbox, one who only reads, and one who left."""
    empty = Team.objects.create(name="Empty")
    return {
        "owner": owner,
        "teammate": teammate,
        "outsider": outsider,
        "observer": observer,
        "gone": gone,
        "both": make_agent("Bella", Role.AGENT, team, other_team),
        "elsewhere": make_agent("Elsa", Role.AGENT, empty),
    }


def size(agent: Agent, filters: ListFilter) -> int:
    """How many a list holds, page by page."""
    found, cursor = 0, None
    while True:
        page = list_page(agent, filters, cursor=cursor, limit=4)
        found, cursor = found + len(page.items), page.next
        if cursor is None:
            return found


def badges(agent: Agent, shown: Counts) -> dict[str, int]:
    """Every badge of the agent."""
    named = {f"inbox {pk}": n for pk, n in shown.inboxes.items()} | {f"team {pk}": n for pk, n in shown.teams.items()}
    plain = ("mine", "unassigned", "mentions", "snoozed", "open", "spam")
    return {name: getattr(shown, name) for name in plain} | named


def lists(agent: Agent) -> dict[str, int]:
    """The length of each list that has a badge; of inboxes and teams those alone that hold something."""
    found = {
        "mine": size(agent, ListFilter(status="open", assignee=agent.pk)),
        "unassigned": size(agent, ListFilter(status="open", assignee="none")),
        "mentions": size(agent, ListFilter(mentioned=True)),
        "snoozed": size(agent, ListFilter(status="snoozed")),
        "open": size(agent, ListFilter(status="open")),
        "spam": size(agent, ListFilter(spam=True)),
    }
    for pk in Inbox.objects.values_list("pk", flat=True):
        found[f"inbox {pk}"] = size(agent, ListFilter(status="open", inbox=pk))
    for pk in Team.objects.values_list("pk", flat=True):
        found[f"team {pk}"] = size(agent, ListFilter(status="open", team=pk))
    return {name: n for name, n in found.items() if n or " " not in name}


Step = Callable[["World", int, int], Any]
ENDS = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.BOUNCED)


class World:
    """Two inboxes, six conversations, and what may happen to them; `n` picks the conversation, `m` the rest."""

    def __init__(self, house: type_house, inboxes: list[Inbox]) -> None:
        self.people, self.inboxes = list(house.values()), inboxes
        self.teams = list(Team.objects.order_by("pk"))
        self.admin = house["owner"]
        mails = [envelope_to(inboxes[i % 2], sender=f"p{i}@mail.am") for i in range(6)]
        self.ids = [r.conversation_id or 0 for r in actions.receive_messages(envelopes=mails)]

    def on(self, n: int) -> dict[str, Any]:
        conversation = Conversation.objects.get(pk=self.ids[n % len(self.ids)])
        return {"agent": self.admin, "actor": actor_of(self.admin), "conversation": conversation}

    def person(self, m: int) -> Agent:
        return self.people[m % len(self.people)]

    def owner(self, m: int) -> Agent | None:
        writers = [p for p in self.people if p.may_write]
        return writers[m % len(writers)] if m % 4 else None

    def later(self, m: int) -> datetime | None:
        return timezone.now() + timedelta(days=1) if m % 3 == 0 else None

    def settle(self, n: int, m: int) -> None:
        """What becomes of the last message that waits to leave."""
        conversation = self.on(n)["conversation"]
        message = conversation.messages.filter(kind="out", delivery="queued").last()
        if message:
            actions.set_delivery(message=message, state=ENDS[m % 3])

    def members(self, team: Team, m: int) -> None:
        stay = [p for i, p in enumerate(self.people) if (m >> i) & 1]
        set_members(agent=None, actor=SYSTEM, team=team, members=stay)


STEPS: dict[str, Step] = {
    "assign": lambda w, n, m: actions.update_conversation(**w.on(n), assignee=w.owner(m)),
    "name": lambda w, n, m: actions.add_note(**w.on(n), text=f"@{w.person(m).name} please"),
    "move": lambda w, n, m: actions.update_conversation(**w.on(n), team=w.teams[m % len(w.teams)]),
    "status": lambda w, n, m: actions.update_conversation(
        **w.on(n), status=("open", "pending", "snoozed", "closed")[m % 4]
    ),
    "spam": lambda w, n, m: actions.mark_spam(**w.on(n), spam=bool(m % 3)),
    "members": lambda w, n, m: w.members(w.teams[n % len(w.teams)], m),
    "inbox": lambda w, n, m: actions.update_inbox(
        agent=None, actor=SYSTEM, inbox=Inbox.objects.get(pk=w.inboxes[n % 2].pk), team=w.teams[m % len(w.teams)]
    ),
    "follow": lambda w, n, m: (
        visible_to(w.person(m)).filter(pk=w.on(n)["conversation"].pk).exists()
        and actions.follow(**w.on(n) | {"agent": w.person(m), "actor": SYSTEM}, follows=bool(n % 3))
    ),
    "read": lambda w, n, m: (
        visible_to(w.person(m)).filter(pk=w.on(n)["conversation"].pk).exists()
        and actions.mark_read(**w.on(n) | {"agent": w.person(m), "actor": SYSTEM}, seq=99)
    ),
    "reply": lambda w, n, m: actions.send_reply(
        **w.on(n), text="We come.", status_after=("closed", None)[m % 2], not_before=w.later(m)
    ),
    "settle": lambda w, n, m: w.settle(n, m),
    "answer": lambda w, n, m: actions.receive_messages(
        envelopes=[envelope_to(w.on(n)["conversation"].inbox, signed=[w.on(n)["conversation"].pk])]
    ),
}
HISTORY = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 5), st.integers(0, 127)), min_size=1, max_size=14
)


@pytest.mark.sized
@given(HISTORY)
@settings(max_examples=sized(10, 100), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_badges_equal_lists_after_any_history(
    house: type_house, inbox: Inbox, other_inbox: Inbox, history: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        world = World(house, [inbox, other_inbox])
        for name, n, m in history:
            STEPS[name](world, n, m)
        for agent in house.values():
            fresh = Agent.objects.get(pk=agent.pk)
            assert badges(fresh, counts_for(fresh)) == lists(fresh), agent.name
            assert size(fresh, ListFilter()) + size(fresh, ListFilter(spam=True)) == visible_to(fresh).count()
        transaction.set_rollback(True)


# --- doors ---------------------------------------------------------------------------------------------------------


def by(agent: Agent) -> dict[str, Any]:
    return {"agent": agent, "actor": actor_of(agent)}


def sees(agent: Agent, conversation: Conversation) -> bool:
    return visible_to(agent).filter(pk=conversation.pk).exists()


def test_an_owner_from_elsewhere_sees_it_while_it_is_theirs(
    receive: Receive, owner: Agent, outsider: Agent, teammate: Agent
) -> None:
    conversation = receive().conversation
    actions.update_conversation(**by(owner), conversation=conversation, assignee=outsider)
    assert sees(outsider, conversation)
    assert counts_for(outsider).mine == counts_for(outsider).open == 1
    actions.update_conversation(**by(owner), conversation=conversation, assignee=teammate)
    assert not sees(outsider, conversation)
    assert counts_for(outsider).open == 0


def test_whom_a_note_names_sees_it_from_then_on(receive: Receive, teammate: Agent, outsider: Agent) -> None:
    conversation = receive().conversation
    actions.add_note(**by(teammate), conversation=conversation, text=f"@{outsider.name} what do you say?")
    assert sees(outsider, conversation)
    assert counts_for(outsider).open == 1
    actions.update_conversation(**by(teammate), conversation=conversation, assignee=outsider)
    actions.update_conversation(**by(teammate), conversation=conversation, assignee=None)
    assert sees(outsider, conversation)


def test_a_name_opens_no_door_to_who_stands_inside(
    receive: Receive, teammate: Agent, lead: Agent, team: Team, other_team: Team
) -> None:
    """Whoever leaves the team leaves its conversations, also those in which a colleague called them, or they follow."""
    conversation = receive().conversation
    actions.add_note(**by(teammate), conversation=conversation, text=f"@{lead.name} what do you say?")
    actions.follow(**by(lead), conversation=conversation)
    set_members(agent=None, actor=SYSTEM, team=team, members=[teammate])
    set_members(agent=None, actor=SYSTEM, team=other_team, members=[lead])
    assert not sees(lead, conversation)
    assert counts_for(lead).mentions == counts_for(lead).open == 0
    set_members(agent=None, actor=SYSTEM, team=team, members=[teammate, lead])
    assert counts_for(lead).mentions == 1
    assert Access.objects.get(agent=lead, conversation=conversation).follows


def test_who_leaves_a_team_keeps_what_they_own_until_it_is_given_away(
    receive: Receive, owner: Agent, teammate: Agent, team: Team
) -> None:
    mine, other = receive().conversation, receive(sender="two@mail.am").conversation
    actions.update_conversation(**by(owner), conversation=mine, assignee=teammate)
    set_members(agent=None, actor=SYSTEM, team=team, members=[owner])
    assert team_ids(teammate) == frozenset()
    assert (sees(teammate, mine), sees(teammate, other)) == (True, False)


def test_a_mention_in_what_became_spam_is_counted_no_more(receive: Receive, teammate: Agent, lead: Agent) -> None:
    conversation = receive().conversation
    actions.add_note(**by(teammate), conversation=conversation, text=f"@{lead.name} is this real?")
    assert counts_for(lead).mentions == 1
    actions.mark_spam(**by(teammate), conversation=conversation)
    assert counts_for(lead).mentions == size(lead, ListFilter(mentioned=True)) == 0


def test_badges_take_few_queries_whatever_the_doors(
    receive: Receive, teammate: Agent, outsider: Agent, django_assert_max_num_queries: Any
) -> None:
    for i in range(6):
        conversation = receive(sender=f"p{i}@mail.am").conversation
        actions.add_note(**by(teammate), conversation=conversation, text=f"@{outsider.name} look")
    counts.rebuild()
    with django_assert_max_num_queries(4):
        assert counts_for(outsider).open == 6
