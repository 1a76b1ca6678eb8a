"""Consistency on the desk: what to look at first, a line a service, charts with a table beside, few told as few."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tamada.accounts.models import Agent, Role, Team
from tamada.operations.models import Job, Service
from tests.cast import SignedIn, make_agent
from tests.operations.finished import finished
from tests.operations.jobs import plumbing

pytestmark = pytest.mark.django_db

SUMMARY = re.compile(r"<[^>]+>")


@pytest.fixture
def service(db: None) -> Service:
    return plumbing()


def many(service: Service, count: int, *, days: float = 10, apart: float = 0.1, **more: Any) -> list[Job]:
    now = timezone.now()
    return [finished(service, now - timedelta(days=days + place * apart), **more) for place in range(count)]


def words(html: str) -> str:
    return " ".join(SUMMARY.sub(" ", html).split())


def test_a_manager_reads_what_to_look_at_first_then_a_line_a_service(
    owner: Agent, signed_in: SignedIn, service: Service
) -> None:
    many(service, 20, days=100)
    many(service, 9, hours={"parts": 80})
    many(service, 3)
    client = signed_in(owner)
    page = words(client.get("/consistency").text)
    assert "Plumbing: 9 of 9 late jobs lost most at “Order parts” (Supplier), typically 72 h of working time" in page
    assert "Plumbing is on time less often than before: 25 % instead of 100 %." in page
    assert "Plumbing takes longer than before: typically 86 h instead of 14 h." in page
    assert "Plumbing 12 25 % 86 h 86 h 100 % too few yet (0) on time less often slower" in page
    assert "Repair" not in page.split("Look at this first")[1], "of what was never done nothing is said"
    Job.objects.filter(risk="late").delete()
    assert "Nothing stands out" in words(client.get("/consistency").text)


def test_few_are_told_as_few(owner: Agent, signed_in: SignedIn, service: Service) -> None:
    client = signed_in(owner)
    assert "Nothing is done yet" in client.get("/consistency").text
    assert "Nothing is done yet" in client.get("/consistency/plumbing").text
    many(service, 3)
    assert "Plumbing 3 too few yet (3) too few yet (3) –" in words(client.get("/consistency").text)
    page = words(client.get("/consistency/plumbing").text)
    assert "Too few yet to tell chance from change: 3, and at least 8 are needed." in page


def test_charts_name_what_is_beyond_with_its_job_and_stand_as_a_table_too(
    owner: Agent, signed_in: SignedIn, service: Service
) -> None:
    for place in range(20):
        many(service, 1, days=80 - 3 * place, hours={"parts": 8 + place % 3}, returned=("fix",) if place == 4 else ())
    (odd,) = many(service, 1, days=15, hours={"parts": 200})
    html = signed_in(owner).get("/consistency/plumbing").text
    assert html.count("<svg xmlns") == 6, "three charts, each wide and for a phone"
    assert f'<a href="/jobs/{odd.pk}">#{odd.pk}</a> 206 h, done' in html
    page = words(html)
    assert f"#{odd.pk} {page.split(f'#{odd.pk} ')[-1]}".count("beyond the limits") == 1, "the table says so as well"
    assert "If nothing changes, the next one takes between" in page
    assert re.search(r"Fix it a lead 1, in 1 job", page)
    assert re.search(r"Order parts Supplier 1 of 1 192 h #\d+", page)
    assert "14 %" not in page


def test_every_language_has_its_words(owner: Agent, signed_in: SignedIn, service: Service) -> None:
    many(service, 20, days=100)
    many(service, 12, hours={"parts": 80}, moves=((10, 50, True),), returned=("fix",))
    for language, expected in (("hy", "Կայունություն"), ("ka", "სტაბილურობა"), ("ru", "Стабильность")):
        Agent.objects.filter(pk=owner.pk).update(language=language)
        client = signed_in(owner)
        for path in ("/consistency", "/consistency/plumbing"):
            page = client.get(path).text.split("<main")[1].split("</main>")[0]
            assert expected in page
            assert "%(" not in page


def test_a_lead_reads_of_their_teams_and_an_agent_finds_no_way_there(
    lead: Agent, teammate: Agent, team: Team, other_team: Team, signed_in: SignedIn, service: Service
) -> None:
    theirs = many(service, 9, team=other_team, hours={"parts": 80})
    many(service, 8, team=team)
    assert "8 jobs done in this time" in (page := signed_in(lead).get("/consistency/plumbing").text)
    assert f'/jobs/{theirs[0].pk}"' not in page
    other = make_agent("Lia", Role.LEAD, other_team)
    assert f'/jobs/{theirs[0].pk}"' in signed_in(other).get("/consistency/plumbing").text
    for path in ("/insights/", "/jobs"):
        found = ["/consistency" in signed_in(agent).get(path).text for agent in (lead, teammate)]
        assert found == [True, False], path


def test_pages_ask_the_database_a_fixed_number_of_questions(
    lead: Agent, team: Team, signed_in: SignedIn, service: Service
) -> None:
    many(service, 60, team=team, apart=1, hours={"parts": 80}, moves=((10, 50, True),), returned=("fix",))
    client = signed_in(lead)
    for path, most in {"/consistency": 24, "/consistency/plumbing": 25}.items():
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        own = [q["sql"] for q in asked if '"core_setting"' not in q["sql"]]
        assert len(own) <= most, "\n".join([path, *own])
