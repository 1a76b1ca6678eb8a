"""Rules: asked once an event, in order, with a reason for each answer; bound where they would run on."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tamada.accounts.actions import delete_team
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Team
from tamada.automation import actions
from tamada.automation.actions import running
from tamada.automation.actions.rules import RuleTerms
from tamada.automation.errors import Invalid
from tamada.automation.models import DryRun, Rule, RuleTrace
from tamada.automation.queries.rules import told_by, told_of
from tamada.conversations.actions import update_conversation
from tamada.conversations.models import Conversation, Inbox
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, QueuedTask, StoredEvent
from tamada.customers.models import Tag
from tamada.notifications.models import Notification
from tests.automation.scene import arrive, envelope, make_inbox, settle
from tests.cast import SignedIn

pytestmark = pytest.mark.django_db
HIGH = {"do": "priority", "value": "high"}


@pytest.fixture
def inbox(db: None) -> Inbox:
    return make_inbox()


def make(**more: Any) -> Rule:
    usual: dict[str, Any] = {"name": "Rule", "trigger": "started", "steps": [HIGH]}
    return actions.create_rule(agent=None, actor=SYSTEM, terms=RuleTerms(**(usual | more)))


def asks(ask: str, operator: str, value: object = "") -> dict[str, str]:
    return {"ask": ask, "is": operator, "value": str(value)}


def outcomes(conversation: Conversation) -> list[tuple[str, str]]:
    return [(one.name, one.outcome) for one in reversed(told_of(conversation))]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (asks("subject", "contains", "MODEM"), True),
        (asks("subject", "is", "mod"), False),
        (asks("subject", "begins", "mod"), True),
        (asks("subject", "lacks", "modem"), False),
        (asks("text", "contains", "blinks"), True),
        (asks("text", "ends", "red."), True),
        (asks("address", "ends", "@mail.example"), True),
        (asks("company", "contains", "x"), False),
        (asks("company", "lacks", "x"), True),
        (asks("channel", "is", "email"), True),
        (asks("channel", "not", "email"), False),
        (asks("owner", "is", ""), True),
        (asks("status", "is", "open"), True),
        (asks("first", "yes"), True),
        (asks("answered", "yes"), False),
        (asks("automatic", "no"), True),
        (asks("open_now", "yes"), True),
    ],
)
def test_what_can_be_asked(inbox: Inbox, condition: dict[str, str], holds: bool) -> None:
    make(conditions=[condition])
    conversation = arrive(inbox)
    assert conversation.priority == ("high" if holds else "normal")
    assert outcomes(conversation) == [("Rule", "fired" if holds else "unmet")]


def test_all_or_any(inbox: Inbox) -> None:
    both = [asks("subject", "contains", "modem"), asks("subject", "contains", "router")]
    make(conditions=both)
    make(name="Any", conditions=both, match="any", steps=[{"do": "add_tags", "value": "fibre"}])
    conversation = arrive(inbox)
    assert outcomes(conversation) == [("Any", "fired"), ("Rule", "unmet")]
    unmet, fired = told_of(conversation)
    assert (fired.when, fired.done) == ("a conversation begins", ["Add the tags fibre"])
    assert "modem" in fired.why  # what held, and not what did not
    assert "router" not in fired.why
    assert "router" in unmet.why
    assert [tag.name for tag in conversation.tags.all()] == ["fibre"]


def test_tags_by_id_so_that_a_renamed_one_still_counts(inbox: Inbox) -> None:
    tag = Tag.objects.create(name="vip", key="vip")
    make(trigger="tags", conditions=[asks("tag", "has", tag.pk)])
    conversation = arrive(inbox)
    conversation.tags.add(tag)
    Tag.objects.filter(pk=tag.pk).update(name="Gold", key="gold")
    make(name="Adds", trigger="noted", steps=[{"do": "add_tags", "value": "other"}])
    actions.check_rules()
    assert Rule.objects.filter(is_active=True).count() == 2


def test_they_run_in_order_see_what_was_done_and_stop_where_one_says(inbox: Inbox) -> None:
    make(name="Third", position=30)
    make(name="Second", position=20, conditions=[asks("priority", "is", "urgent")], is_last=True)
    make(name="First", position=10, steps=[{"do": "priority", "value": "urgent"}])
    conversation = arrive(inbox)
    results = RuleTrace.objects.get(conversation=conversation).results
    assert [(r["name"], r["outcome"]) for r in results] == [("First", "fired"), ("Second", "fired")]
    conversation.refresh_from_db()
    assert conversation.priority == "high"


def test_an_event_is_answered_once(inbox: Inbox) -> None:
    make(steps=[{"do": "note", "value": "Seen by a rule"}])
    conversation = arrive(inbox, handled=False)
    for task in QueuedTask.objects.filter(name__endswith="run_handlers"):
        again = dict(task.kwargs)
        QueuedTask.objects.create(name=task.name, queue=task.queue, kwargs=again, run_after=timezone.now())
    settle()
    note = conversation.messages.get(kind="note")
    assert (note.author_kind, note.author_name, note.agent) == ("rule", "Rule", None)


def test_every_write_says_which_rule_did_it(inbox: Inbox) -> None:
    rule = make()
    conversation = arrive(inbox)
    entry = AuditEntry.objects.get(action="conversation.updated")
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("rule", rule.pk, "Rule")
    event = StoredEvent.objects.get(type="conversation.updated")
    assert (event.actor_kind, event.actor_id) == ("rule", rule.pk)
    line = conversation.messages.get(kind="system")
    assert (line.author_kind, line.author_name) == ("rule", "Rule")
    rule.refresh_from_db()
    assert rule.fired_count == 1


def test_what_is_imported_sets_off_nothing(inbox: Inbox) -> None:
    make()
    make(name="Received", trigger="received")
    conversation = arrive(inbox, imported=True)
    assert (conversation.priority, RuleTrace.objects.count()) == ("normal", 0)


def test_spam_sets_off_nothing(inbox: Inbox) -> None:
    make()
    conversation = arrive(inbox, handled=False)
    Conversation.objects.filter(pk=conversation.pk).update(is_spam=True)
    settle()
    assert not RuleTrace.objects.exists()


def test_rules_that_set_each_other_off_are_stopped_with_a_reason(inbox: Inbox) -> None:
    make(name="Up", trigger="priority", conditions=[asks("priority", "is", "low")])
    make(
        name="Down",
        trigger="priority",
        conditions=[asks("priority", "is", "high")],
        steps=[{"do": "priority", "value": "low"}],
    )
    make(name="Begin")
    conversation = arrive(inbox)
    assert "stopped" in [one.outcome for one in told_of(conversation)]
    assert RuleTrace.objects.order_by("-depth")[0].depth == running.DEEPEST
    line = conversation.messages.get(data__event="rules_stopped")
    assert line.data["reason"] == "loop"
    assert QueuedTask.objects.filter(state=QueuedTask.State.DEAD).count() == 0


def test_so_much_an_hour_and_no_more(inbox: Inbox, teammate: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_AN_HOUR", 3)
    make(trigger="status", steps=[{"do": "note", "value": "Again"}])
    conversation = arrive(inbox)
    for number in range(6):
        status = "pending" if number % 2 else "closed"
        update_conversation(agent=teammate, actor=actor_of(teammate), conversation=conversation, status=status)
        settle()
    assert conversation.messages.filter(kind="note").count() == 3
    assert conversation.messages.get(data__event="rules_stopped").data["reason"] == "rate"


def test_a_rule_that_names_a_deleted_team_is_switched_off_and_the_admins_hear(
    inbox: Inbox, owner: Agent, teammate: Agent, other_team: Team
) -> None:
    rule = make(steps=[{"do": "team", "value": str(other_team.pk)}, HIGH])
    make(name="Sound")
    delete_team(agent=owner, actor=actor_of(owner), team=other_team)
    settle()
    rule.refresh_from_db()
    assert (rule.is_active, bool(rule.off_reason)) == (False, True)
    told = Notification.objects.get(type="rule_off")
    assert (told.agent, told.data["rule"]) == (owner, rule.pk)
    assert outcomes(arrive(inbox)) == [("Sound", "fired")]


def test_one_that_breaks_unheard_is_switched_off_when_it_is_asked(inbox: Inbox, gone: Agent) -> None:
    Agent.objects.filter(pk=gone.pk).update(is_active=True)
    rule = make(steps=[{"do": "assignee", "value": str(gone.pk)}])
    arrive(inbox)
    Agent.objects.filter(pk=gone.pk).update(is_active=False)
    conversation = arrive(inbox)
    assert outcomes(conversation) == [("Rule", "failed")]
    rule.refresh_from_db()
    assert not rule.is_active
    assert conversation.assignee is None


def test_waiting(inbox: Inbox) -> None:
    make(trigger="waiting", minutes=240)
    early = arrive(inbox, received_at=timezone.now() - timedelta(hours=3))
    late = arrive(inbox, received_at=timezone.now() - timedelta(hours=5))
    assert actions.run_waits() == 1
    assert actions.run_waits() == 0
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.priority, late.priority) == ("normal", "high")


def test_a_wait_is_reached_behind_many_that_were_asked_about(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 2)
    make(trigger="waiting", minutes=240)
    made = [arrive(inbox, received_at=timezone.now() - timedelta(hours=9 - number)) for number in range(5)]
    assert [actions.run_waits() for _again in range(4)] == [2, 2, 1, 0]
    assert {one.priority for one in Conversation.objects.filter(pk__in=[one.pk for one in made])} == {"high"}


def test_a_wait_is_not_asked_about_again_when_its_trace_is_gone(inbox: Inbox) -> None:
    make(trigger="waiting", minutes=240)
    arrive(inbox, received_at=timezone.now() - timedelta(hours=5))
    assert actions.run_waits() == 1
    aged = running.KEPT + timedelta(hours=5)
    RuleTrace.objects.update(created_at=timezone.now() - aged)
    Conversation.objects.update(waiting_since=timezone.now() - aged)
    assert running.forget_traces() == 1
    assert actions.run_waits() == 0


def test_a_change_holds_at_once(inbox: Inbox) -> None:
    rule = make()
    arrive(inbox)
    terms = RuleTerms(name="Rule", trigger="started", steps=[{"do": "priority", "value": "low"}])
    actions.update_rule(agent=None, actor=SYSTEM, rule=rule, terms=terms)
    assert arrive(inbox).priority == "low"
    actions.delete_rule(agent=None, actor=SYSTEM, rule=rule)
    assert arrive(inbox).priority == "normal"


@pytest.mark.parametrize(
    "more",
    [
        {"name": ""},
        {"trigger": "nonsense"},
        {"trigger": "waiting", "minutes": 0},
        {"steps": []},
        {"steps": [{"do": "take", "value": "me"}]},
        {"steps": [{"do": "priority", "value": "nonsense"}]},
        {"steps": [{"do": "add_tags", "value": " , "}]},
        {"conditions": [asks("nonsense", "is", "x")]},
        {"conditions": [asks("subject", "nonsense", "x")]},
        {"conditions": [asks("subject", "contains", " ")]},
        {"conditions": [asks("inbox", "is", "999999")]},
        {"match": "some"},
        {"position": -1},
    ],
)
def test_what_is_no_rule(more: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        make(**more)
    assert not Rule.objects.exists()


def test_only_admins_keep_rules(lead: Agent, teammate: Agent) -> None:
    rule = make()
    for who in (lead, teammate):
        terms = RuleTerms(name="Mine", trigger="started", steps=[HIGH])
        with pytest.raises(PermissionDenied):
            actions.create_rule(agent=who, actor=actor_of(who), terms=terms)
        with pytest.raises(PermissionDenied):
            actions.start_dry_run(agent=who, actor=actor_of(who), rule=rule)


def test_old_reasons_are_forgotten(inbox: Inbox) -> None:
    make()
    arrive(inbox)
    assert actions.forget_traces() == 0
    RuleTrace.objects.update(created_at=timezone.now() - running.KEPT - timedelta(hours=1))
    assert actions.forget_traces() == 1


# --- trial runs and screens -----------------------------------------------------------------------------------------


def test_a_trial_run_goes_on_by_batches_and_changes_nothing(
    inbox: Inbox, owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tamada.automation.actions import dry_run as module
    from tamada.conversations.actions import receive_messages

    monkeypatch.setattr(module, "BATCH", 4)
    receive_messages(envelopes=[envelope(inbox, subject="Modem" if n % 2 else "Bill") for n in range(10)])
    rule = make(conditions=[asks("subject", "is", "bill")], is_active=False)
    started = actions.start_dry_run(agent=owner, actor=actor_of(owner), rule=rule)
    seen = []
    while actions.go_on(dry_run_id=started.pk):
        seen.append(DryRun.objects.get(pk=started.pk).seen)
    done = DryRun.objects.get(pk=started.pk)
    assert (seen, done.seen, done.matched, len(done.examples)) == ([4, 8], 10, 5, 5)
    assert done.ended_at
    assert not Conversation.objects.exclude(priority="normal").exists()
    assert actions.go_on(dry_run_id=started.pk) is False


def test_what_is_not_saved_can_be_tried(inbox: Inbox, owner: Agent, signed_in: SignedIn) -> None:
    from tamada.conversations.actions import receive_messages

    receive_messages(envelopes=[envelope(inbox, subject="Modem" if n else "Bill") for n in range(3)])
    rule = make(conditions=[asks("subject", "is", "bill")])
    client, page = signed_in(owner), f"/settings/rules/{rule.pk}/try"
    form = {"match": "all", "condition_ask": "subject", "condition_is": "is", "condition_value": "modem"}

    def tried(**given: str) -> int:
        client.post(page, given)
        run = DryRun.objects.get()
        while actions.go_on(dry_run_id=run.pk):
            pass
        run.refresh_from_db()
        return run.matched

    words = "Tried with the conditions above, which are not saved."
    assert tried(**form) == 2
    assert words in client.get(page).text
    assert tried(**{**form, "condition_value": "bill"}) == tried() == 1
    assert words not in client.get(page).text
    rule.refresh_from_db()
    assert rule.conditions == [asks("subject", "is", "bill")]
    refused = client.post(
        page, {**form, "condition_ask": "team", "condition_value": "99"}, headers={"HX-Request": "true"}
    )
    assert 'role="alert"' in refused.text


def test_the_form_builds_a_rule_and_reads_it_back(owner: Agent, signed_in: SignedIn, inbox: Inbox) -> None:
    client: Client = signed_in(owner)
    form: dict[str, Any] = {
        "name": "Late",
        "trigger": "waiting",
        "hours": "4",
        "match": "any",
        "position": "5",
        "is_active": "on",
        "condition_ask": ["inbox", "subject"],
        "condition_is": ["is", "contains"],
        "condition_value": [str(inbox.pk), "<b>modem"],
        "step_do": ["priority", "note"],
        "step_value": ["urgent", "Look here"],
    }
    assert client.post(reverse("desk:new_rule"), form).status_code == 302
    rule = Rule.objects.get()
    assert (rule.minutes, rule.match, len(rule.conditions), len(rule.steps)) == (240, "any", 2, 2)
    shown = client.get(reverse("desk:settings_rules")).text
    assert "&lt;b&gt;modem" in shown
    assert client.get(reverse("desk:edit_rule", args=[rule.pk])).status_code == 200
    assert rule.is_active
    wrong = client.post(reverse("desk:edit_rule", args=[rule.pk]), form | {"hours": ""})
    assert (wrong.status_code, "Look here" in wrong.text) == (422, True)


def test_a_new_rule_may_be_tried_before_it_is_in_use(owner: Agent, signed_in: SignedIn, inbox: Inbox) -> None:
    arrive(inbox)
    form = {"name": "Router", "trigger": "received", "match": "all", "position": "5", "is_active": "on", "try": "1"}
    form |= {"condition_ask": "subject", "condition_is": "contains", "condition_value": "router"}
    form |= {"step_do": "priority", "step_value": "high"}
    client = signed_in(owner)
    page = client.post(reverse("desk:new_rule"), form, follow=True)
    assert not Rule.objects.get().is_active
    assert DryRun.objects.get().rule.name == "Router"
    assert "not in use yet" in page.text
    del form["try"]
    changed = client.post(reverse("desk:edit_rule", args=[Rule.objects.get().pk]), form | {"condition_value": "modem"})
    assert (changed.status_code, DryRun.objects.exists()) == (302, False)


def test_the_log_says_why(owner: Agent, signed_in: SignedIn, inbox: Inbox) -> None:
    rule = make(conditions=[asks("subject", "contains", "router")])
    conversation = arrive(inbox)
    assert [one.outcome for one in told_by(rule)] == ["unmet"]
    client = signed_in(owner)
    for address in (reverse("desk:rule_log", args=[rule.pk]), reverse("desk:rules_log", args=[conversation.pk])):
        assert "The subject contains “router”" in client.get(address).text
