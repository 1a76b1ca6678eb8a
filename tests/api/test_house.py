"""The caller, colleagues and the lists around conversations."""

from tamada.accounts.models import Agent, Team
from tamada.conversations.models import Inbox
from tests.api.conftest import As


def test_me(as_: As, teammate: Agent, team: Team) -> None:
    me = as_(teammate, scopes=["read"]).get("/me").json()
    assert (me["id"], me["email"], me["role"]) == (str(teammate.pk), "tamar@desk.example", "agent")
    assert me["teams"] == [str(team.pk)]
    assert me["token"]["scopes"] == ["read"]


def test_inboxes_are_those_of_the_callers_teams(
    as_: As, owner: Agent, teammate: Agent, outsider: Agent, inbox: Inbox, other_inbox: Inbox
) -> None:
    for agent, names in ((owner, ["Support", "Other"]), (teammate, ["Support"]), (outsider, ["Other"])):
        assert [item["name"] for item in as_(agent).all("/inboxes", limit=1)] == names
    assert as_(teammate).get("/inboxes").json()["items"][0]["address"] == "help@desk.example"


def test_colleagues_teams_and_tags(as_: As, teammate: Agent, gone: Agent, other_team: Team) -> None:
    api = as_(teammate)
    assert [item["name"] for item in api.all("/agents")] == ["Tamar"]
    assert [item["name"] for item in api.all("/teams", limit=1)][-1] == "Other side"
    api.post("/customers", {"name": "A", "tags": ["One", "Two", "one"]})
    assert [item["name"] for item in api.all("/tags", limit=1)] == ["One", "Two"]
    assert api.all("/attributes") == []


def test_organisations(as_: As, teammate: Agent, observer: Agent) -> None:
    api = as_(teammate)
    made = api.post("/organisations", {"name": "Ararat", "domains": ["@ararat.am"]})
    assert made.status_code == 201
    path = f"/organisations/{made.json()['id']}"
    assert api.patch(path, {"note": "VIP"}).json() == {**made.json(), "note": "VIP"}
    assert api.get(path).json()["domains"] == ["ararat.am"]
    assert api.patch(path, {"domains": ["no domain"]}).status_code == 422
    assert api.post("/organisations", {"name": " "}).status_code == 422
    assert as_(observer).patch(path, {"name": "X"}).status_code in (403, 404)
    assert api.get("/organisations/999").status_code == 404
