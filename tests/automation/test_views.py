"""Views: what each condition lets through, who may make, change and open one, and how they are counted."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Role, Team
from tamada.automation import actions
from tamada.automation.actions.views import ViewTerms
from tamada.automation.errors import Invalid
from tamada.automation.models import Deadline, Target, View, Visibility
from tamada.automation.points import Condition, every_question
from tamada.automation.queries import views
from tamada.automation.queries.rules import facts_of
from tamada.conversations import queries
from tamada.conversations.models import Conversation, Inbox, Priority, Status
from tamada.conversations.queries import ListFilter, list_page
from tamada.core.models import StoredEvent
from tamada.customers.actions import define_attribute
from tamada.customers.models import AttributeType, Customer, Identity, Organisation, Tag
from tests.automation.scene import arrive, make_inbox
from tests.cast import make_agent

type_conditions = list[dict[str, str]]


def asked(ask: str, operator: str, value: object = "") -> dict[str, str]:
    return {"ask": ask, "is": operator, "value": str(value)}


def make(agent: Agent, *every: dict[str, str], some: type_conditions | None = None, **more: Any) -> View:
    terms = ViewTerms(**{"name": "Mine to see", "every": every, "some": some or [], **more})
    return actions.create_view(agent=agent, actor=actor_of(agent), terms=terms)


def found(agent: Agent, view: View) -> set[int]:
    """What its list holds, page by page of one row each; every row once, and as many as it counts."""
    rows: list[int] = []
    cursor = None
    while True:
        page = list_page(agent, views.filters_of(agent, view), order=views.order_of(view), cursor=cursor, limit=1)
        rows += [row.pk for row in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(rows) == len(set(rows))
    assert views.counts_of(agent, [view]) == {view.pk: len(rows)}
    return set(rows)


@pytest.fixture
def inbox(team: Team) -> Inbox:
    return make_inbox(team)


def change(conversation: Conversation, **values: Any) -> Conversation:
    Conversation.objects.filter(pk=conversation.pk).update(**values)
    conversation.refresh_from_db()
    return conversation


def two(inbox: Inbox) -> tuple[Conversation, Conversation]:
    """One that is to be found, and one that is not."""
    return arrive(inbox, handled=False), arrive(inbox, handled=False)


# --- what each question lets through --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "operator", "value", "fields"),
    [
        ("status", "is", "pending", {"status": Status.PENDING}),
        ("status", "not", "open", {"status": Status.CLOSED}),
        ("priority", "is", "urgent", {"priority": Priority.URGENT}),
        ("language", "is", "ka", {"language": "ka"}),
        ("subject", "contains", "մոդեմ", {"subject": "Իմ ՄՈԴԵՄԸ"}),
        ("subject", "is", "(a+b)", {"subject": " (A+B) "}),
        ("subject", "begins", "роутер", {"subject": "Роутер мигает"}),
        ("subject", "lacks", "modem", {"subject": "Router"}),
        ("waits", "no", "", {"waiting_since": None}),
        ("waited", "over", "4h", {"waiting_since": timezone.now() - timedelta(hours=5)}),
        ("active", "over", "1w", {"last_activity_at": timezone.now() - timedelta(days=8)}),
        ("began", "over", "1d", {"created_at": timezone.now() - timedelta(days=2)}),
        ("began_on", "to", "2020-03-31", {"created_at": timezone.now().replace(year=2020, month=3, day=31)}),
        ("active_on", "to", "2020-03-31", {"last_activity_at": timezone.now().replace(year=2020, month=3, day=1)}),
        ("answered", "yes", "", {"first_replied_at": timezone.now()}),
        ("first", "no", "", {"message_count": 2}),
    ],
)
def test_a_field_of_the_conversation_decides(
    owner: Agent, inbox: Inbox, ask: str, operator: str, value: str, fields: dict[str, Any]
) -> None:
    hit, miss = two(inbox)
    change(hit, **fields)
    assert found(owner, make(owner, asked(ask, operator, value))) == {hit.pk}
    assert miss.pk in found(owner, make(owner, some=[asked(ask, operator, value), asked("status", "is", miss.status)]))


def test_inbox_team_owner_and_tags_decide(owner: Agent, teammate: Agent, inbox: Inbox, other_team: Team) -> None:
    hit, miss = arrive(make_inbox(other_team), handled=False), arrive(inbox, handled=False)
    router, fibre = Tag.objects.create(name="router", key="router"), Tag.objects.create(name="fibre", key="fibre")
    change(hit, assignee=teammate)
    hit.tags.set([router, fibre])
    miss.tags.set([fibre])
    for one in (
        asked("inbox", "is", hit.inbox_id),
        asked("inbox", "not", miss.inbox_id),
        asked("team", "is", other_team.pk),
        asked("team", "not", "mine"),
        asked("owner", "is", teammate.pk),
        asked("owner", "not", ""),
        asked("tag", "has", router.pk),
    ):
        assert found(owner, make(owner, one)) == {hit.pk}, one
    assert found(owner, make(owner, asked("tag", "not", router.pk))) == {miss.pk}
    both = [asked("tag", "has", router.pk), asked("tag", "has", fibre.pk)]
    assert found(owner, make(owner, *both)) == {hit.pk}
    assert found(owner, make(owner, some=both)) == {hit.pk, miss.pk}


def test_me_and_mine_are_whoever_looks(owner: Agent, teammate: Agent, inbox: Inbox) -> None:
    hit, other = two(inbox)
    change(hit, assignee=teammate)
    change(other, assignee=owner)
    view = make(owner, asked("owner", "is", "me"), visibility=Visibility.ALL)
    assert found(teammate, view) == {hit.pk}
    assert found(owner, view) == {other.pk}


def test_the_customer_decides(owner: Agent, inbox: Inbox) -> None:
    hit, miss = two(inbox)
    vip = Tag.objects.create(name="VIP", key="vip")
    person = Customer.objects.get(pk=hit.customer_id)
    person.tags.set([vip])
    person.organisation = Organisation.objects.create(name="Արարատ Բանկ")
    person.save()
    address = Identity.objects.get(customer=person).value
    for one in (
        asked("customer_tag", "has", vip.pk),
        asked("company", "contains", "արարատ"),
        asked("address", "is", address.upper()),
    ):
        assert found(owner, make(owner, one)) == {hit.pk}, one
    assert found(owner, make(owner, asked("company", "lacks", "արարատ"))) == {miss.pk}


def test_the_companys_own_fields_decide(owner: Agent, inbox: Inbox) -> None:
    hit, miss = two(inbox)
    kinds = {"tariff": AttributeType.CHOICE, "vip": AttributeType.BOOLEAN, "contract": AttributeType.TEXT}
    for key, kind in kinds.items():
        choices = ["Gold", "Basic"] if kind == AttributeType.CHOICE else []
        define_attribute(agent=owner, actor=actor_of(owner), key=key, label=key, type=kind, choices=choices)
    Customer.objects.filter(pk=hit.customer_id).update(attributes={"tariff": "Gold", "vip": True, "contract": "AB-17"})
    for one in (
        asked("field:tariff", "is", "Gold"),
        asked("field:vip", "yes"),
        asked("field:contract", "contains", "b-1"),
    ):
        assert found(owner, make(owner, one)) == {hit.pk}, one
    assert found(owner, make(owner, asked("field:tariff", "not", "Gold"))) == {miss.pk}
    assert found(owner, make(owner, asked("field:vip", "no"))) == {miss.pk}


def test_deadlines_decide(owner: Agent, inbox: Inbox) -> None:
    late, near = two(inbox)
    now = timezone.now()
    for row, due in ((late, now - timedelta(minutes=1)), (near, now + timedelta(minutes=1))):
        Deadline.objects.create(
            conversation=row, target=Target.FIRST, minutes=60, warn_percent=75, started_at=now - timedelta(hours=1),
            due_at=due, warn_at=now - timedelta(minutes=5),
        )  # fmt: skip
    assert found(owner, make(owner, asked("deadline", "is", "late"))) == {late.pk}
    assert found(owner, make(owner, asked("deadline", "is", "near"))) == {near.pk}
    assert found(owner, make(owner, asked("deadline", "is", "any"))) == {late.pk, near.pk}
    assert found(owner, make(owner, asked("deadline", "not", "any"))) == set()


def test_words_find_as_the_search_does_and_operators_count(owner: Agent, inbox: Inbox) -> None:
    from tamada.kit.text import analyse

    hit = arrive(inbox, handled=False, text="The router is broken.", lemmas=" ".join(analyse("The router is broken.")))
    miss = arrive(inbox, handled=False, text="The invoice is wrong.", lemmas=" ".join(analyse("The invoice is wrong.")))
    assert found(owner, make(owner, asked("search", "contains", "routers"))) == {hit.pk}
    assert found(owner, make(owner, asked("search", "lacks", "routers"))) == {miss.pk}
    assert found(owner, make(owner, asked("search", "contains", "nonsense"))) == set()
    assert found(owner, make(owner, asked("search", "contains", "is:open"))) == {hit.pk, miss.pk}


def test_spam_is_in_no_view(owner: Agent, inbox: Inbox) -> None:
    hit, spam = two(inbox)
    change(spam, is_spam=True)
    assert found(owner, make(owner, asked("status", "is", "open"))) == {hit.pk}


def test_every_question_that_a_view_may_ask_can_be_counted_and_listed(owner: Agent, inbox: Inbox) -> None:
    """Also with a value that nothing has: what names something gone is asked all the same."""
    arrive(inbox, handled=False)
    for name, question in every_question().items():
        for operator in question.operators if question.rows is not None else ():
            for value in ("", "99999", "nonsense"):
                view = View(pk=1, name="Odd", every=[asked(name, operator, value)], owner=owner)
                found(owner, view)


# --- what they may not see ------------------------------------------------------------------------------------------


def test_nobody_sees_in_a_view_what_they_may_not_see_anyway(
    owner: Agent, outsider: Agent, teammate: Agent, inbox: Inbox, other_team: Team
) -> None:
    here, there = arrive(inbox, handled=False), arrive(make_inbox(other_team), handled=False)
    view = make(owner, asked("status", "is", "open"), visibility=Visibility.ALL)
    assert found(owner, view) == {here.pk, there.pk}
    assert found(teammate, view) == {here.pk}
    assert found(outsider, view) == {there.pk}
    Agent.objects.filter(pk=teammate.pk).update(is_active=False)
    teammate.refresh_from_db()
    assert found(teammate, view) == set()


def test_who_opens_which(
    owner: Agent, lead: Agent, teammate: Agent, outsider: Agent, observer: Agent, team: Team
) -> None:
    one = asked("status", "is", "open")
    own = make(teammate, one)
    of_team = make(lead, one, visibility=Visibility.TEAM, team=team)
    everybodys = make(owner, one, visibility=Visibility.ALL)
    sees = {agent: {view.pk for view in views.visible_to(agent)} for agent in (owner, teammate, outsider, observer)}
    assert sees[teammate] == {own.pk, of_team.pk, everybodys.pk}
    assert sees[observer] == sees[owner] == {of_team.pk, everybodys.pk}
    assert sees[outsider] == {everybodys.pk}


@pytest.mark.parametrize(
    ("role", "visibility", "may"),
    [
        (Role.ADMIN, Visibility.ALL, True),
        (Role.ADMIN, Visibility.TEAM, True),
        (Role.LEAD, Visibility.ALL, False),
        (Role.LEAD, Visibility.TEAM, True),
        (Role.AGENT, Visibility.TEAM, False),
        (Role.AGENT, Visibility.ME, True),
        (Role.OBSERVER, Visibility.ME, False),
    ],
)
def test_who_makes_changes_and_removes_which(role: Role, visibility: Visibility, may: bool, team: Team) -> None:
    agent, admin = make_agent("Mane", role), make_agent("Boss", Role.ADMIN)
    of = team if visibility == Visibility.TEAM else None
    one = asked("status", "is", "open")
    if may:
        view = make(agent, one, visibility=visibility, team=of)
        terms = ViewTerms(name="Other", every=[one], visibility=visibility, team=of)
        assert actions.update_view(agent=agent, actor=actor_of(agent), view=view, terms=terms).name == "Other"
        actions.delete_view(agent=agent, actor=actor_of(agent), view=view)
        assert not View.objects.exists()
        return
    with pytest.raises(PermissionDenied):
        make(agent, one, visibility=visibility, team=of)
    view = make(admin, one, visibility=Visibility.ALL)
    terms = ViewTerms(name="Taken over", every=[one])
    for forbidden in (
        lambda: actions.update_view(agent=agent, actor=actor_of(agent), view=view, terms=terms),
        lambda: actions.delete_view(agent=agent, actor=actor_of(agent), view=view),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()
    assert View.objects.get().name == "Mine to see"


def test_a_lead_makes_none_for_a_foreign_team_and_nobody_changes_a_hidden_one(
    lead: Agent, teammate: Agent, owner: Agent, other_team: Team
) -> None:
    one = asked("status", "is", "open")
    with pytest.raises(PermissionDenied):
        make(lead, one, visibility=Visibility.TEAM, team=other_team)
    own = make(teammate, one)
    for agent in (lead, owner):
        with pytest.raises(View.DoesNotExist):
            actions.delete_view(agent=agent, actor=actor_of(agent), view=own)
        with pytest.raises(View.DoesNotExist):
            actions.move_view(agent=agent, actor=actor_of(agent), view=own, by=1)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"icon": "skull"}, "icon"),
        ({"visibility": "world"}, "visibility"),
        ({"visibility": "team"}, "team"),
        ({"order": "random"}, "order"),
        ({"every": []}, "every"),
        ({"every": [asked("nonsense", "is")]}, "every"),
        ({"every": [asked("status", "above", "open")]}, "every"),
        ({"every": [asked("tag", "has", "77")]}, "every"),
        ({"every": [asked("text", "contains", "word")]}, "every"),
        ({"every": [asked("began_on", "from", "31.03.2026")]}, "every"),
        ({"some": [asked("status", "is", "open")] * 21}, "some"),
    ],
)
def test_what_can_not_be_is_refused_by_field(owner: Agent, terms: dict[str, Any], field: str) -> None:
    usual: dict[str, Any] = {"name": "Open", "every": [asked("status", "is", "open")]}
    with pytest.raises(Invalid) as refused:
        actions.create_view(agent=owner, actor=actor_of(owner), terms=ViewTerms(**(usual | terms)))
    assert refused.value.field == field


def test_me_is_no_owner_of_a_rules_condition(owner: Agent) -> None:
    from tamada.automation.actions.rules import RuleTerms

    terms = RuleTerms(
        name="Odd",
        trigger="received",
        conditions=[asked("owner", "is", "me")],
        steps=[{"do": "status", "value": "closed"}],
    )
    with pytest.raises(Invalid):
        actions.create_rule(agent=owner, actor=actor_of(owner), terms=terms)


def test_rules_ask_for_the_companys_own_fields_too(owner: Agent, inbox: Inbox) -> None:
    define_attribute(agent=owner, actor=actor_of(owner), key="tariff", label="Tariff", type=AttributeType.TEXT)
    hit, miss = two(inbox)
    Customer.objects.filter(pk=hit.customer_id).update(attributes={"tariff": "GOLD 5"})
    for operator, value, expected in (
        ("is", "gold 5", (True, False)),
        ("contains", "gold", (True, False)),
        ("lacks", "gold", (False, True)),
    ):
        test = Condition.read(asked("field:tariff", operator, value)).compiled()
        facts = [facts_of(one.pk) for one in (hit, miss)]
        assert tuple(test(one) for one in facts if one) == expected


# --- what goes away -------------------------------------------------------------------------------------------------


def test_a_view_that_names_something_gone_says_so_and_stays_usable(owner: Agent, inbox: Inbox) -> None:
    hit, _miss = two(inbox)
    tag = Tag.objects.create(name="router", key="router")
    hit.tags.set([tag])
    view = make(owner, some=[asked("tag", "has", tag.pk), asked("priority", "is", "urgent")])
    change(_miss, priority=Priority.URGENT)
    assert views.problems_of(owner, view) == []
    tag.delete()
    assert len(views.problems_of(owner, view)) == 1
    assert found(owner, view) == {_miss.pk}


def test_the_view_of_a_removed_team_goes_with_it_and_one_that_names_it_says_so(owner: Agent, other_team: Team) -> None:
    make(owner, asked("status", "is", "open"), visibility=Visibility.TEAM, team=other_team)
    naming = make(owner, asked("team", "is", other_team.pk))
    other_team.delete()
    assert list(View.objects.all()) == [naming]
    assert len(views.problems_of(owner, naming)) == 1
    assert found(owner, naming) == set()


# --- the rail, counting, hearing ------------------------------------------------------------------------------------


def test_everybody_arranges_their_own_rail(owner: Agent, teammate: Agent) -> None:
    one = asked("status", "is", "open")
    a, b, c = (make(owner, one, name=name, visibility=Visibility.ALL) for name in "ABC")
    actions.move_view(agent=teammate, actor=actor_of(teammate), view=c, by=-1)
    actions.show_view(agent=teammate, actor=actor_of(teammate), view=a, shown=False)
    assert views.in_rail(teammate) == [c, b]
    assert views.in_rail(owner) == [a, b, c]
    fresh = make(teammate, one, name="A new one")
    assert views.in_rail(teammate) == [c, b, fresh]
    actions.move_view(agent=teammate, actor=actor_of(teammate), view=fresh, by=-100)
    assert views.in_rail(teammate)[0] == fresh


def test_an_admins_rail_has_the_views_of_their_own_teams_until_they_want_others(owner: Agent, other_team: Team) -> None:
    view = make(owner, asked("status", "is", "open"), visibility=Visibility.TEAM, team=other_team)
    assert views.in_rail(owner) == []
    actions.show_view(agent=owner, actor=actor_of(owner), view=view, shown=True)
    assert views.in_rail(owner) == [view]


def test_counting_stops_where_a_number_says_no_more(
    owner: Agent, teammate: Agent, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_COUNTED", 2)
    for _ in range(4):
        arrive(inbox, handled=False)
    every, none = make(owner, asked("status", "is", "open")), make(owner, asked("status", "is", "closed"))
    assert views.counts_of(owner, [every, none]) == {every.pk: 3, none.pk: 0}
    shared = make(owner, asked("status", "is", "open"), visibility=Visibility.ALL)
    assert views.counts_of(teammate, [shared]) == {shared.pk: 3}
    assert views.counts_of(owner, []) == {}


@pytest.mark.parametrize("number", [3, 30])
def test_cheap_views_are_counted_in_one_statement_however_many(
    owner: Agent, teammate: Agent, inbox: Inbox, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their first count is each one's own, so that a costly one is known. Who sees a part is asked once what it is."""
    monkeypatch.setattr(views, "_spent", lambda: 0.0)
    arrive(inbox, handled=False)
    one = asked("status", "is", "open")
    rail = [make(owner, one, name=f"View {n}", visibility=Visibility.ALL) for n in range(number)]
    for agent, of_sight in ((owner, 0), (teammate, 2)):
        for statements in (number, 1, 1):
            with CaptureQueriesContext(connection) as done:
                assert views.counts_of(agent, rail) == {view.pk: 1 for view in rail}
            assert len(done) == of_sight + statements


def test_what_would_be_too_long_for_one_statement_is_several(
    owner: Agent, teammate: Agent, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_PARAMS", 30)
    arrive(inbox, handled=False)
    lists = [ListFilter(status=status) for status in ("open", "closed", "open", "snoozed", "open", "open", "pending")]
    for agent in (owner, teammate):
        sight = queries.sight_of(agent)
        with CaptureQueriesContext(connection) as done:
            assert queries.counted(agent, lists, most=10, sight=sight) == [1, 0, 1, 0, 1, 1, 0]
        assert (len(done) > 1) == (agent == teammate)
        assert queries.counted(agent, [], most=10, sight=sight) == []


def test_a_private_view_is_heard_of_by_nobody_else(owner: Agent, teammate: Agent) -> None:
    view = make(teammate, asked("status", "is", "open"))
    make(owner, asked("status", "is", "open"), visibility=Visibility.ALL)
    heard = list(StoredEvent.objects.filter(type="view.changed").order_by("pk").values_list("audience", flat=True))
    assert heard == [f"agent:{teammate.pk}", "all"]
    assert view.owner == teammate


def test_a_search_becomes_conditions(owner: Agent) -> None:
    tag = Tag.objects.create(name="router", key="router")
    assert views.conditions_from(owner, "is:open assignee:me tag:router from:ani modem") == [
        asked("status", "is", "open"),
        asked("owner", "is", "me"),
        asked("tag", "has", tag.pk),
        asked("search", "contains", "from:ani modem"),
    ]
    assert views.conditions_from(owner, "  ") == []


def test_what_is_costly_to_count_is_believed_for_a_while_and_a_changed_view_is_not(
    owner: Agent, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, spent = [100.0], [0.0]

    def work() -> float:
        spent[0] += 0.015
        return spent[0]

    monkeypatch.setattr(views, "_spent", work)
    monkeypatch.setattr(views, "monotonic", lambda: clock[0])
    monkeypatch.setattr(views._costs, "costly", 0.02)
    view = make(owner, asked("status", "is", "open"))
    arrive(inbox, handled=False)
    assert views.counts_of(owner, [view])[view.pk] == 1  # 15 ms: cheap
    arrive(inbox, handled=False)
    assert views.counts_of(owner, [view])[view.pk] == 2
    monkeypatch.setattr(views._costs, "costly", 0.01)
    clock[0] += views._Costs.CHEAP_FOR  # As long as it is taken for cheap, it is counted with the others.
    views.counts_of(owner, [view])
    arrive(inbox, handled=False)
    assert views.counts_of(owner, [view])[view.pk] == 2
    assert views.counts_of(make_agent("Other", Role.ADMIN), [view])[view.pk] == 3
    clock[0] += 50 * 0.016
    assert views.counts_of(owner, [view])[view.pk] == 3
    arrive(inbox, handled=False)
    view.every = [asked("status", "not", "closed")]
    assert views.counts_of(owner, [view])[view.pk] == 4
