"""Views over the API: made, read, changed, removed; and what is in them, page by page, for whoever may see it."""

from typing import Any

from tamada.accounts.models import Agent, Team
from tamada.automation.models import View
from tamada.conversations.models import Inbox, Priority
from tests.api.conftest import Api, As, Mail

URGENT = {"ask": "priority", "is": "is", "value": "urgent"}


def made(api: Api, **fields: Any) -> dict[str, Any]:
    response = api.post("/views", {"name": "Urgent", "every": [URGENT], **fields})
    assert response.status_code == 201, response.content
    found: dict[str, Any] = response.json()
    assert response["Location"] == f"/api/v1/views/{found['id']}"
    return found


def test_made_read_changed_and_removed(as_: As, owner: Agent) -> None:
    api = as_(owner)
    one = made(api)
    assert (one["visibility"], one["every"], one["some"]) == ("me", [URGENT], [])
    assert (one["count"], one["more"], one["problems"], one["changeable"]) == (0, False, [], True)
    assert api.get(f"/views/{one['id']}").json() == one
    assert api.all("/views", limit=1) == [one]
    changed = api.patch(f"/views/{one['id']}", {"name": "Hot", "visibility": "all"}).json()
    assert (changed["name"], changed["visibility"], changed["every"]) == ("Hot", "all", [URGENT])
    assert api.delete(f"/views/{one['id']}").status_code == 204
    assert api.get(f"/views/{one['id']}").status_code == 404


def test_a_view_lists_what_the_caller_may_see_page_by_page(
    as_: As, owner: Agent, teammate: Agent, outsider: Agent, inbox: Inbox, mail: Mail
) -> None:
    rows = [mail(inbox, f"a{n}@customer.example") for n in range(4)]
    for row in rows[:3]:
        row.priority = Priority.URGENT
        row.save()
    one = made(as_(owner), visibility="all", order="created")
    path = f"/views/{one['id']}/conversations"
    assert [item["id"] for item in as_(teammate).all(path, limit=1)] == [str(row.pk) for row in rows[:3]]
    assert as_(teammate).get(f"/views/{one['id']}").json()["count"] == 3
    assert as_(outsider).all(path) == []
    assert as_(outsider).get(f"/views/{one['id']}").json()["count"] == 0
    assert as_(owner).get(path, cursor="nonsense").status_code == 422


def test_nobody_reads_or_changes_what_is_not_theirs(
    as_: As, owner: Agent, lead: Agent, teammate: Agent, observer: Agent, team: Team
) -> None:
    own = made(as_(teammate))
    for agent in (owner, lead, observer):
        api = as_(agent)
        assert api.get(f"/views/{own['id']}").status_code == 404
        assert api.get(f"/views/{own['id']}/conversations").status_code == 404
        assert api.patch(f"/views/{own['id']}", {"name": "Mine"}).status_code == (403 if agent == observer else 404)
        assert api.all("/views") == []
    shared = made(as_(owner), visibility="all")
    assert as_(teammate).patch(f"/views/{shared['id']}", {"name": "Mine"}).status_code == 403
    assert as_(teammate).delete(f"/views/{shared['id']}").status_code == 403
    assert as_(teammate).post("/views", {"name": "A", "visibility": "all", "every": [URGENT]}).status_code == 403
    assert as_(lead).post("/views", {"name": "A", "visibility": "all", "every": [URGENT]}).status_code == 403
    of_team = made(as_(lead), visibility="team", team=str(team.pk))
    assert of_team["team"] == str(team.pk)
    assert as_(lead).patch(f"/views/{of_team['id']}", {"visibility": "me"}).json()["team"] is None
    assert as_(observer).post("/views", {"name": "A", "every": [URGENT]}).status_code == 403
    assert View.objects.get(pk=shared["id"]).name == "Urgent"


def test_what_can_not_be_is_refused_by_field(as_: As, owner: Agent) -> None:
    api = as_(owner)
    for body, field in (
        ({"name": "A"}, "every"),
        ({"name": " ", "every": [URGENT]}, "name"),
        ({"name": "A", "every": [URGENT | {"value": "nonsense"}]}, "every"),
        ({"name": "A", "every": [URGENT], "team": "99"}, "team"),
        ({"name": "A", "every": [URGENT], "visibility": "team"}, "team"),
    ):
        response = api.post("/views", body)
        assert response.status_code == 422
        assert response.json()["errors"][0]["loc"] == ["body", field], body
