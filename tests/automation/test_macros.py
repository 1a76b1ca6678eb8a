"""Macros: who keeps and uses which, what they say, and what they do when the message is sent."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Team
from tamada.automation import actions, variables
from tamada.automation.actions.macros import Wording
from tamada.automation.errors import Invalid
from tamada.automation.models import Macro, Visibility
from tamada.automation.points import Step
from tamada.automation.queries.macros import first_name, say, visible_to
from tamada.conversations.models import Conversation, Draft, Message
from tamada.customers.models import Tag
from tamada.kit import placeholders
from tests.automation.scene import arrive, make_inbox
from tests.cast import SignedIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(db: None) -> Conversation:
    return arrive(make_inbox(), handled=False)


def make(agent: Agent, **more: object) -> Macro:
    wording = Wording(**{"name": "Hello", "bodies": {"": "Hello {{customer.first_name|there}}!"}, **more})  # type: ignore[arg-type]
    return actions.create_macro(agent=agent, actor=actor_of(agent), wording=wording)


@pytest.mark.parametrize(
    ("text", "values", "filled"),
    [
        ("Hi {{customer.first_name|there}}", {"customer.first_name": "Ani"}, "Hi Ani"),
        ("Hi {{ customer.first_name | there }}", {}, "Hi there"),
        ("Hi {{customer.first_name}}", {}, "Hi {{customer.first_name}}"),
        ("Hi {{customer.first_name}}", {"customer.first_name": "<b>"}, "Hi &lt;b&gt;"),
        ("{{customer.first_name|}}", {}, "{{customer.first_name}}"),
        ("{% load x %}{{ settings.SECRET_KEY }}", {}, "{% load x %}{{settings.SECRET_KEY}}"),
        ("{{agent.name}}", {"agent.name": "{{customer.email}}"}, "{{customer.email}}"),
    ],
)
def test_placeholders_are_filled_or_left_as_gaps(text: str, values: dict[str, str], filled: str) -> None:
    text = text.replace("settings.SECRET_KEY", "settings.secret_key")
    assert placeholders.filled(text, values, html=True) == filled.replace("SECRET_KEY", "secret_key")


def test_gaps_are_placeholders_of_ours_alone() -> None:
    text = "{{customer.email}} {{customer.field.plan}} {{ not_ours }} {{a.b}} {{customer.email}}"
    assert variables.gaps_in(text) == ["customer.email", "customer.field.plan"]


@pytest.mark.parametrize(
    "body", ["{{customer.nonsense}}", "Hi {{customer.name", "{{customer.name|a|b}}", "{{7*7}}", "customer.name}}"]
)
def test_a_placeholder_that_is_none_is_refused(owner: Agent, body: str) -> None:
    with pytest.raises(Invalid):
        make(owner, bodies={"": body})
    assert not Macro.objects.exists()


def test_first_names() -> None:
    assert [first_name(name) for name in ("Ani Petrosyan", "", "ani@mail.example", "Ani,")] == ["Ani", "", "", "Ani"]


def test_it_speaks_the_language_of_the_conversation(owner: Agent, conversation: Conversation) -> None:
    macro = make(owner, bodies={"": "Hello", "hy": "Բարև"})
    conversation.language = "hy"
    assert "Բարև" in say(macro, conversation, owner).html
    conversation.language = "ru"
    assert "Hello" in say(macro, conversation, owner).html


def test_each_sees_what_is_for_them(
    owner: Agent, lead: Agent, teammate: Agent, outsider: Agent, observer: Agent, team: Team
) -> None:
    make(owner, name="All")
    make(lead, name="Team", visibility=Visibility.TEAM, team=team)
    make(teammate, name="Mine", visibility=Visibility.ME)
    seen = {who.name: sorted(visible_to(who).values_list("name", flat=True)) for who in (owner, teammate, outsider)}
    assert seen == {"Olga": ["All", "Team"], "Tamar": ["All", "Mine", "Team"], "Otto": ["All"]}
    assert not visible_to(observer).exists()


def test_nobody_keeps_what_is_not_theirs_to_keep(
    owner: Agent, lead: Agent, teammate: Agent, observer: Agent, team: Team, other_team: Team
) -> None:
    for who, more in (
        (teammate, {}),
        (lead, {}),
        (teammate, {"visibility": Visibility.TEAM, "team": team}),
        (lead, {"visibility": Visibility.TEAM, "team": other_team}),
        (observer, {"visibility": Visibility.ME}),
    ):
        with pytest.raises(PermissionDenied):
            make(who, **more)
    shared = make(owner)
    with pytest.raises(PermissionDenied):
        actions.delete_macro(agent=teammate, actor=actor_of(teammate), macro=shared)
    private = make(teammate, visibility=Visibility.ME)
    with pytest.raises(Macro.DoesNotExist):
        actions.delete_macro(agent=owner, actor=actor_of(owner), macro=private)


def test_tags_that_somebody_added_meanwhile_stay(owner: Agent, conversation: Conversation) -> None:
    shown = Conversation.objects.prefetch_related("tags").get(pk=conversation.pk)
    assert not shown.tags.all()
    conversation.tags.add(Tag.objects.create(name="a rule's", key="a rule's"))
    steps = [Step("add_tags", "a macro's")]
    actions.take_steps(agent=owner, actor=actor_of(owner), conversation=shown, steps=steps)
    assert {tag.name for tag in conversation.tags.all()} == {"a rule's", "a macro's"}


# --- in the composer ------------------------------------------------------------------------------------------------


@pytest.fixture
def client(teammate: Agent, signed_in: SignedIn) -> Client:
    return signed_in(teammate)


def post(client: Client, conversation: Conversation, **more: str) -> tuple[int, dict[str, object]]:
    form = {"kind": "out", "html": "<div>Hello</div>", "to": "a@b.example", **more}
    response = client.post(reverse("desk:send", args=[conversation.pk]), form, headers={"Accept": "application/json"})
    return response.status_code, response.json()


STEPS = [{"do": "priority", "value": "high"}, {"do": "add_tags", "value": "fibre"}, {"do": "take", "value": "me"}]


def test_its_steps_are_taken_when_it_is_sent_and_undone_with_it(
    client: Client, owner: Agent, teammate: Agent, conversation: Conversation
) -> None:
    macro = make(owner, steps=STEPS)
    said = client.get(reverse("desk:macro", args=[conversation.pk, macro.pk])).json()
    assert (said["text"].strip(), [s["do"] for s in said["steps"]]) == ("Hello Ani!", ["priority", "add_tags", "take"])
    conversation.refresh_from_db()
    assert conversation.priority == "normal"
    chosen = json.dumps({"ids": [said["id"]], "steps": said["steps"]})
    status, sent = post(client, conversation, macro=chosen, client_id="one")
    assert status == 201
    conversation.refresh_from_db()
    assert (conversation.priority, conversation.assignee) == ("high", teammate)
    assert [tag.name for tag in conversation.tags.all()] == ["fibre"]
    assert post(client, conversation, macro=chosen, client_id="one")[0] == 201
    macro.refresh_from_db()
    assert (macro.used_count, Message.objects.filter(kind="out").count()) == (1, 1)
    assert client.post(str(sent["undo"])).status_code == 200
    conversation.refresh_from_db()
    assert (conversation.priority, conversation.assignee) == ("normal", None)


def test_what_was_taken_away_is_not_done(client: Client, owner: Agent, conversation: Conversation) -> None:
    macro = make(owner, steps=STEPS)
    assert post(client, conversation, macro=json.dumps({"ids": [macro.pk], "steps": STEPS[:1]}))[0] == 201
    conversation.refresh_from_db()
    assert (conversation.priority, list(conversation.tags.all())) == ("high", [])


@pytest.mark.parametrize("html", ["<div>Hi {{customer.city}}</div>", "<div>Hi <b>{{customer</b>.city}}</div>"])
def test_a_gap_is_not_sent(client: Client, conversation: Conversation, html: str) -> None:
    status, told = post(client, conversation, html=html)
    assert (status, "City of the customer" in str(told)) == (422, True)
    assert not Message.objects.filter(kind="out").exists()


@pytest.mark.parametrize(
    "macro",
    ["nonsense", "[]", '{"steps": [{"do": "rm"}]}', '{"steps": [{"do": "team", "value": "999999"}]}', '{"steps": [7]}'],
)
def test_steps_that_nobody_can_take_send_nothing(client: Client, conversation: Conversation, macro: str) -> None:
    assert post(client, conversation, macro=macro)[0] == 422
    assert not Message.objects.filter(kind="out").exists()


def test_without_words_it_is_done_at_once(client: Client, owner: Agent, conversation: Conversation) -> None:
    macro = make(owner, bodies={}, steps=[{"do": "status", "value": "closed"}, {"do": "note", "value": "Solved"}])
    told = client.post(reverse("desk:macro", args=[conversation.pk, macro.pk])).json()
    conversation.refresh_from_db()
    assert (conversation.status, conversation.messages.filter(kind="note").count()) == ("closed", 1)
    assert told["undo"]


def test_a_step_that_names_a_team_that_is_gone_is_told_and_left_out(
    client: Client, owner: Agent, other_team: Team, conversation: Conversation
) -> None:
    macro = make(owner, steps=[{"do": "team", "value": str(other_team.pk)}, STEPS[0]])
    other_team.delete()
    said = client.get(reverse("desk:macro", args=[conversation.pk, macro.pk])).json()
    assert ([s["do"] for s in said["steps"]], len(said["lost"])) == (["priority"], 1)


def test_a_draft_keeps_the_steps(client: Client, teammate: Agent, conversation: Conversation) -> None:
    chosen = json.dumps({"ids": ["1"], "steps": STEPS})
    client.post(reverse("desk:draft", args=[conversation.pk]), {"kind": "out", "html": "Hi", "macro": chosen})
    assert Draft.objects.get(agent=teammate).data["macro"] == chosen


def test_the_form_makes_and_changes_one(client: Client, teammate: Agent) -> None:
    form = {"name": "Mine", "visibility": "me", "body": "Hi {{customer.name|you}}", "step_do": ["priority", "note"]}
    form |= {"step_value": ["high", ""]}
    assert client.post(reverse("desk:new_macro"), form).status_code == 302
    macro = Macro.objects.get()
    assert (macro.owner, macro.steps) == (teammate, [{"do": "priority", "value": "high"}])
    wrong = client.post(reverse("desk:edit_macro", args=[macro.pk]), form | {"body": "{{nonsense.x}}"})
    assert (wrong.status_code, "nonsense.x" in wrong.text) == (422, True)
    assert client.post(reverse("desk:new_macro"), form | {"visibility": "all"}).status_code == 422
