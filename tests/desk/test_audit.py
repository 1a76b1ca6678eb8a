"""The audit trail is found by who, what, where and when, and taken away as CSV and JSON Lines."""

import csv
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.core import audit
from tamada.core.actors import Actor
from tamada.core.models import AuditEntry
from tests.cast import SignedIn
from tests.desk.test_second_step import stale


@pytest.fixture
def trail(owner: Agent, teammate: Agent) -> None:
    audit.record(actor_of(owner), "agent.profile_changed", teammate, fields=["language"])
    audit.record(actor_of(teammate), "team.updated", None, name=["A", "B"])
    audit.record(Actor("agent", None, '=HYPERLINK("x")'), "note.added", None)
    then = timezone.now() - timedelta(days=40)
    AuditEntry.objects.create(at=then, actor_kind="agent", actor_id=owner.pk, action="team.added", changes={})


def lines(response: object) -> list[str]:
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return [line for line in text.splitlines() if line]


@pytest.mark.usefixtures("trail")
def test_each_question_narrows_the_list(owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(owner)

    def found(**asked: Any) -> list[str]:
        page = client.get("/settings/audit/export.jsonl", asked)
        return [json.loads(line)["action"] for line in lines(page)]

    assert found(who=teammate.pk) == ["team.updated"]
    assert found(action="agent.profile_changed") == ["agent.profile_changed"]
    assert found(thing="accounts.agent", number=teammate.pk) == ["agent.profile_changed"]
    assert found(until=(timezone.localdate() - timedelta(days=30)).isoformat()) == ["team.added"]
    assert "team.added" not in found(since=(timezone.localdate() - timedelta(days=1)).isoformat())
    assert found(who=teammate.pk, action="team.added") == []
    page = client.get("/settings/audit", {"who": teammate.pk}).text
    assert "Team changed" in page
    assert "Profile changed</span>" not in page
    assert "Nothing was found" in client.get("/settings/audit", {"who": str(teammate.pk), "action": "team.added"}).text


@pytest.mark.parametrize(
    "asked", ["who=9999", "who=x", "number=-1", "number=99999999999999999999", "since=never", "thing=x"]
)
def test_a_question_that_makes_no_sense_breaks_nothing(asked: str, owner: Agent, signed_in: SignedIn) -> None:
    assert signed_in(owner).get(f"/settings/audit?{asked}").status_code == 200


@pytest.mark.usefixtures("trail")
def test_it_is_taken_away_as_csv_without_formulas(owner: Agent, signed_in: SignedIn) -> None:
    answer = signed_in(owner).get("/settings/audit/export.csv")
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-')
    rows = list(csv.DictReader(lines(answer)))
    assert [row["action"] for row in rows[:2]] == ["agent.profile_changed", "team.updated"]
    assert json.loads(rows[1]["changes"]) == {"name": ["A", "B"]}
    assert rows[2]["actor_name"].startswith("'=")
    assert AuditEntry.objects.get(action="audit.exported").actor_id == owner.pk


def test_an_export_asks_first_who_it_is(owner: Agent, signed_in: SignedIn) -> None:
    client = stale(signed_in(owner))
    answer = client.get("/settings/audit/export.csv", headers={"Referer": "http://testserver/settings/audit?who=1"})
    assert answer.status_code == 403
    assert 'value="/settings/audit?who=1"' in answer.text
    assert not AuditEntry.objects.filter(action="audit.exported").exists()


@pytest.mark.parametrize("who", ["lead", "teammate", "observer", "outsider"])
def test_nobody_but_admins_reads_it(who: str, request: pytest.FixtureRequest, signed_in: SignedIn) -> None:
    client = signed_in(request.getfixturevalue(who))
    for path in ("/settings/audit", "/settings/audit/export.csv", "/settings/audit/export.jsonl"):
        assert client.get(path).status_code == 403
    assert client.post("/settings/audit/keep", {"years": "1"}).status_code == 403


def test_how_long_it_is_kept_is_chosen(owner: Agent, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    client.post("/settings/audit/keep", {"years": "2"})
    assert '<option value="2" selected>2 years' in client.get("/settings/audit").text
    client.post("/settings/audit/keep", {"years": "4"})
    assert '<option value="2" selected>' in client.get("/settings/audit").text
