"""Conversations through the API: what is listed, seen and changed, and by whom."""

from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent, Team
from tamada.automation.actions import create_policy
from tamada.automation.actions.sla import Terms
from tamada.conversations.actions import update_conversation
from tamada.conversations.models import Conversation, Inbox
from tamada.core.actors import SYSTEM
from tamada.core.tasks import run_pending
from tests.api.conftest import As, Mail

FIELDS = {
    "id",
    "number",
    "subject",
    "status",
    "priority",
    "channel",
    "inbox",
    "customer",
    "assignee",
    "team",
    "tags",
    "message_count",
    "created_at",
    "last_activity_at",
    "waiting_since",
    "snoozed_until",
}


def ids(items: list[dict]) -> list[str]:
    return [item["id"] for item in items]


def test_an_item_has_every_field_of_the_contract(as_: As, teammate: Agent, inbox: Inbox, mail: Mail) -> None:
    row = mail(inbox)
    page = as_(teammate).get("/conversations").json()
    assert page["next"] is None
    (item,) = page["items"]
    assert set(item) >= FIELDS
    assert item["id"] == str(row.pk)
    assert item["number"] == row.pk
    assert item["customer"] == {"id": str(row.customer_id), "name": "Karine"}
    assert item["inbox"] == str(inbox.pk)
    assert item["team"] == str(inbox.team_id)
    assert (item["status"], item["priority"], item["channel"]) == ("open", "normal", "email")
    assert (item["assignee"], item["snoozed_until"], item["tags"]) == (None, None, [])
    assert item["message_count"] == 1
    for name in ("created_at", "last_activity_at", "waiting_since"):
        assert item[name].endswith("Z")
        assert datetime.fromisoformat(item[name]).utcoffset() == timedelta(0)


def test_the_list_shows_what_the_caller_may_see(
    as_: As, owner: Agent, teammate: Agent, outsider: Agent, inbox: Inbox, other_inbox: Inbox, mail: Mail
) -> None:
    ours, theirs = mail(inbox), mail(other_inbox)
    assert set(ids(as_(owner).all("/conversations"))) == {str(ours.pk), str(theirs.pk)}
    assert ids(as_(teammate).all("/conversations")) == [str(ours.pk)]
    assert ids(as_(outsider).all("/conversations")) == [str(theirs.pk)]


@pytest.mark.parametrize("suffix", ["", "/messages"])
def test_what_the_caller_may_not_see_is_not_there(
    as_: As, teammate: Agent, outsider: Agent, inbox: Inbox, mail: Mail, suffix: str
) -> None:
    path = f"/conversations/{mail(inbox).pk}{suffix}"
    assert as_(teammate).get(path).status_code == 200
    hidden, absent = as_(outsider).get(path), as_(outsider).get(f"/conversations/999999{suffix}")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json() == absent.json()


@pytest.mark.parametrize("pk", ["0", "-1", "01", "1.0", "x", "١", "9" * 30, "1e3", "%20"])
def test_an_id_that_is_none_is_not_there(as_: As, owner: Agent, inbox: Inbox, mail: Mail, pk: str) -> None:
    mail(inbox)
    assert as_(owner).get(f"/conversations/{quote(pk)}").status_code == 404


def test_newest_activity_comes_first_and_cursors_reach_everything(
    as_: As, teammate: Agent, inbox: Inbox, mail: Mail
) -> None:
    rows = [mail(inbox, f"p{i}@customer.example") for i in range(7)]
    api = as_(teammate)
    expected = [str(row.pk) for row in reversed(rows)]
    assert ids(api.get("/conversations", limit=3).json()["items"]) == expected[:3]
    for order in ("last_activity_at", "waiting_since", "created_at"):
        found = ids(api.all("/conversations", limit=2, order=order))
        assert sorted(found) == sorted(expected)
    assert ids(api.all("/conversations", limit=3)) == expected
    assert ids(api.all("/conversations", limit=3, order="created_at")) == expected[::-1]


def test_order_by_creation_stays_while_things_change(as_: As, teammate: Agent, inbox: Inbox, mail: Mail) -> None:
    rows = [mail(inbox, f"p{i}@customer.example") for i in range(6)]
    api = as_(teammate)
    first = api.get("/conversations", order="created_at", limit=3).json()
    api.post(f"/conversations/{rows[5].pk}/messages", {"kind": "note", "text": "moved"})
    api.post(f"/conversations/{rows[0].pk}/messages", {"kind": "note", "text": "moved"})
    late = mail(inbox, "late@customer.example", at=timezone.now())
    rest = api.get("/conversations", order="created_at", limit=50, cursor=first["next"]).json()
    assert ids(first["items"]) + ids(rest["items"]) == [str(row.pk) for row in (*rows, late)]


def test_what_an_archive_adds_to_the_past_is_found_by_when_it_changed(
    as_: As, teammate: Agent, inbox: Inbox, mail: Mail
) -> None:
    """It stands before the cursor of who pages by `created_at` already; the export goes on with `updated_since`."""
    rows = [mail(inbox, f"p{i}@customer.example") for i in range(4)]
    api, began = as_(teammate), timezone.now().isoformat()
    first = api.get("/conversations", order="created_at", limit=2).json()
    old = mail(inbox, "old@customer.example", at=timezone.now() - timedelta(days=900))
    rest = api.all("/conversations", order="created_at", cursor=first["next"])
    assert ids(first["items"]) + ids(rest) == [str(row.pk) for row in rows]
    assert ids(api.all("/conversations", order="created_at", updated_since=began)) == [str(old.pk)]
    assert ids(api.all("/conversations", order="created_at"))[0] == str(old.pk)


@pytest.mark.parametrize(
    ("limit", "status"), [("1", 200), ("200", 200), ("5000", 200), ("0", 422), ("-1", 422), ("x", 422)]
)
def test_limits_of_a_page(as_: As, teammate: Agent, limit: str, status: int) -> None:
    assert as_(teammate).get("/conversations", limit=limit).status_code == status


@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "WzAsMSwyXQ", "a" * 500])
def test_a_made_up_cursor_is_refused(as_: As, teammate: Agent, cursor: str) -> None:
    for path in ("/conversations", "/customers", "/agents"):
        assert as_(teammate).get(path, cursor=cursor).status_code == 422


def test_a_cursor_belongs_to_its_list_and_order(as_: As, teammate: Agent, inbox: Inbox, mail: Mail) -> None:
    for i in range(3):
        mail(inbox, f"p{i}@customer.example")
    api = as_(teammate)
    cursor = api.get("/conversations", limit=1).json()["next"]
    assert api.get("/conversations", limit=1, cursor=cursor).status_code == 200
    assert api.get("/conversations", limit=1, cursor=cursor, order="created_at").status_code == 422
    assert api.get("/customers", limit=1, cursor=cursor).status_code == 422


def test_filters(
    as_: As, owner: Agent, teammate: Agent, inbox: Inbox, other_inbox: Inbox, team: Team, mail: Mail
) -> None:
    ours, theirs = mail(inbox, "a@customer.example"), mail(other_inbox, "b@customer.example")
    update_conversation(
        agent=owner, actor=SYSTEM, conversation=ours, assignee=teammate, tags=["Router"], status="pending"
    )
    api = as_(owner)

    def found(**query: str) -> set[int]:
        return {int(item["id"]) for item in api.all("/conversations", **query)}

    assert found(status="pending") == {ours.pk}
    assert found(status="open") == {theirs.pk}
    assert found(status="open,pending") == {ours.pk, theirs.pk}
    assert found(assignee=str(teammate.pk)) == {ours.pk}
    assert found(assignee="none") == {theirs.pk}
    assert found(assignee="me") == set()
    assert {int(i["id"]) for i in as_(teammate).all("/conversations", assignee="me")} == {ours.pk}
    assert found(team=str(team.pk)) == {ours.pk}
    assert found(inbox=str(other_inbox.pk)) == {theirs.pk}
    assert found(channel="email") == {ours.pk, theirs.pk}
    assert found(channel="chat") == set()
    assert found(tag="ROUTER") == {ours.pk}
    assert found(tag="none") == set()
    assert found(customer=str(theirs.customer_id)) == {theirs.pk}
    assert found(inbox="no-such-id") == set()
    assert found(assignee="no-such-id") == set()
    assert api.get("/conversations", channel="carrier-pigeon").status_code == 422
    assert api.get("/conversations", status="bogus").status_code == 422
    assert found(updated_since="2000-01-01T00:00:00Z") == {ours.pk, theirs.pk}
    assert found(updated_since="2999-01-01T00:00:00+04:00") == set()
    assert found(spam="true") == set()


@pytest.mark.parametrize(
    "query",
    [
        {"status": "shut"},
        {"order": "subject"},
        {"updated_since": "yesterday"},
        {"updated_since": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_filters_that_mean_nothing_are_refused(as_: As, teammate: Agent, query: dict[str, str]) -> None:
    response = as_(teammate).get("/conversations", **query)
    assert response.status_code == 422
    assert response.json()["errors"][0]["loc"][0] == "query"


def test_changes(as_: As, teammate: Agent, lead: Agent, inbox: Inbox, other_team: Team, mail: Mail) -> None:
    path = f"/conversations/{mail(inbox).pk}"
    api = as_(teammate)
    assert api.patch(path, {"status": "pending"}).json()["status"] == "pending"
    assert api.patch(path, {"assignee": str(lead.pk)}).json()["assignee"] == str(lead.pk)
    assert api.patch(path, {"assignee": "me"}).json()["assignee"] == str(teammate.pk)
    assert api.patch(path, {"assignee": None}).json()["assignee"] is None
    assert api.patch(path, {"priority": "urgent"}).json()["priority"] == "urgent"
    assert api.patch(path, {"tags": ["Red", "red", "Հայ"]}).json()["tags"] == ["Red", "Հայ"]
    assert api.patch(path, {"tags": []}).json()["tags"] == []
    snoozed = api.patch(path, {"status": "snoozed", "snoozed_until": "2999-01-31T10:00:00+04:00"}).json()
    assert (snoozed["status"], snoozed["snoozed_until"]) == ("snoozed", "2999-01-31T06:00:00Z")
    assert api.patch(path, {"status": "closed"}).json()["status"] == "closed"
    assert api.patch(path, {"team": str(other_team.pk)}).json()["team"] == str(other_team.pk)
    assert api.patch(path, {}).json()["priority"] == "urgent"


@pytest.mark.parametrize(
    "body",
    [
        {"status": "shut"},
        {"status": None},
        {"priority": "very"},
        {"assignee": "999999"},
        {"team": None},
        {"team": "999999"},
        {"tags": ["x" * 61]},
        {"tags": "x"},
        {"snoozed_until": "soon"},
        {"snoozed_until": "2001-01-01T00:00:00Z"},
        [],
    ],
)
def test_changes_that_mean_nothing_are_refused_whole(
    as_: As, teammate: Agent, inbox: Inbox, mail: Mail, body: object
) -> None:
    row = mail(inbox)
    sent = {**body, "priority": body.get("priority", "high")} if isinstance(body, dict) else body
    assert as_(teammate).patch(f"/conversations/{row.pk}", sent).status_code == 422
    row.refresh_from_db()
    assert (row.status, row.priority) == ("open", "normal")


def test_an_observer_can_t_own_a_conversation(
    as_: As, teammate: Agent, observer: Agent, inbox: Inbox, mail: Mail
) -> None:
    response = as_(teammate).patch(f"/conversations/{mail(inbox).pk}", {"assignee": str(observer.pk)})
    assert response.status_code == 422


def test_only_who_sees_a_conversation_changes_it(
    as_: As, outsider: Agent, observer: Agent, inbox: Inbox, mail: Mail
) -> None:
    row = mail(inbox)
    assert as_(outsider).patch(f"/conversations/{row.pk}", {"status": "closed"}).status_code == 404
    assert as_(observer).patch(f"/conversations/{row.pk}", {"status": "closed"}).status_code in (403, 404)
    row.refresh_from_db()
    assert row.status == "open"


def test_starting_one(as_: As, teammate: Agent, inbox: Inbox) -> None:
    api = as_(teammate)
    body = {"inbox": str(inbox.pk), "to": "new@customer.example", "subject": "Your router", "text": "It is ready."}
    response = api.post("/conversations", body)
    assert response.status_code == 201
    item = response.json()
    assert response["Location"] == f"/api/v1/conversations/{item['id']}"
    assert set(item) >= FIELDS
    assert item["subject"] == "Your router"
    (message,) = [m for m in api.get(f"/conversations/{item['id']}/messages").json()["items"] if m["kind"] == "out"]
    assert message["to"] == ["new@customer.example"]
    assert message["delivery"] == "queued"


@pytest.mark.parametrize(
    "to", ["a@x.example", ["a@x.example"], "Ann <a@x.example>", {"name": "Ann", "email": "a@x.example"}]
)
def test_addresses_are_taken_as_people_write_them(as_: As, teammate: Agent, inbox: Inbox, to: object) -> None:
    api = as_(teammate)
    started = api.post("/conversations", {"inbox": inbox.pk, "to": to, "subject": "S", "text": "T"})
    assert started.status_code == 201
    assert api.get(f"/conversations/{started.json()['id']}/messages").json()["items"][0]["to"] == ["a@x.example"]


@pytest.mark.parametrize(
    "change", [{"to": "nobody"}, {"to": []}, {"to": ""}, {"text": ""}, {"inbox": "999"}, {"cc": "x y"}, {"to": None}]
)
def test_starting_one_without_sense_is_refused(
    as_: As, teammate: Agent, inbox: Inbox, change: dict[str, object]
) -> None:
    body = {"inbox": str(inbox.pk), "to": "a@x.example", "subject": "S", "text": "T", **change}
    assert as_(teammate).post("/conversations", body).status_code == 422
    assert not Conversation.objects.exists()


def test_starting_one_in_an_inbox_of_others_is_refused(as_: As, outsider: Agent, inbox: Inbox) -> None:
    body = {"inbox": str(inbox.pk), "to": "a@x.example", "subject": "S", "text": "T"}
    assert as_(outsider).post("/conversations", body).status_code == 422


def test_reading_and_spam(as_: As, teammate: Agent, outsider: Agent, inbox: Inbox, mail: Mail) -> None:
    row = mail(inbox)
    api, path = as_(teammate), f"/conversations/{row.pk}"
    (message,) = api.get(f"{path}/messages").json()["items"]
    assert api.post(f"{path}/read", {"message": message["id"]}).status_code == 200
    assert api.post(f"{path}/read", {"message": "999"}).status_code == 404
    assert as_(outsider).post(f"{path}/spam", {}).status_code == 404
    assert api.post(f"{path}/spam", {}).json()["spam"] is True
    assert api.all("/conversations") == []
    assert ids(api.all("/conversations", spam="true")) == [str(row.pk)]
    assert api.get(path).status_code == 200
    assert api.post(f"{path}/spam", {"spam": False}).json()["spam"] is False


def test_counts_are_the_callers(as_: As, teammate: Agent, outsider: Agent, inbox: Inbox, mail: Mail) -> None:
    mail(inbox)
    counts = as_(teammate).get("/counts").json()
    assert (counts["open"], counts["unassigned"], counts["inboxes"]) == (1, 1, {str(inbox.pk): 1})
    assert as_(outsider).get("/counts").json()["open"] == 0


def test_a_page_costs_the_same_however_long(
    as_: As, teammate: Agent, inbox: Inbox, mail: Mail, django_assert_max_num_queries
) -> None:
    rows = [mail(inbox, f"p{i}@customer.example") for i in range(12)]
    api = as_(teammate)
    api.get("/me")
    with django_assert_max_num_queries(7):  # token, teams, inboxes, page, rows, tags, deadlines
        assert len(api.get("/conversations").json()["items"]) == 12
    with django_assert_max_num_queries(6):  # token, teams, row, tags, that they looked, deadlines
        api.get(f"/conversations/{rows[0].pk}")


def test_what_is_due_next(as_: As, teammate: Agent, outsider: Agent, inbox: Inbox, mail: Mail) -> None:
    row = mail(inbox)
    api, path = as_(teammate), f"/conversations/{row.pk}"
    assert api.get(path).json()["sla"] is None
    policy = create_policy(
        agent=None, actor=SYSTEM, terms=Terms(name="Usual", first_minutes=60_000, resolution_minutes=90_000)
    )
    run_pending()
    row.refresh_from_db()
    assert row.waiting_since
    due = row.waiting_since + timedelta(minutes=60_000)
    shown = api.get(path).json()["sla"]
    assert shown == api.get("/conversations").json()["items"][0]["sla"]
    assert datetime.fromisoformat(shown["due_at"]) == due
    assert (shown["kind"], shown["state"], shown["policy"]) == ("first", "running", str(policy.pk))
    assert as_(outsider).get(path).status_code == 404
    assert api.patch(path, {"status": "pending"}).status_code == 200
    run_pending()
    shown = api.get(path).json()["sla"]
    assert (shown["state"], shown["due_at"]) == ("paused", None)
    assert shown["remaining"] > 0
    api.post(f"{path}/messages", {"text": "Here you are."})
    api.patch(path, {"status": "closed"})
    run_pending()
    assert api.get(path).json()["sla"] is None
