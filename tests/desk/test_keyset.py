"""Long lists are turned page by page, each row once, and nothing is counted."""

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tamada.accounts.models import Agent
from tamada.core import audit
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry
from tamada.desk.keyset import Page, page_of
from tests.cast import SignedIn

pytestmark = pytest.mark.django_db


def page(name: str) -> Page[AuditEntry]:
    return page_of(RequestFactory().get("/", {"page": name} if name else {}), AuditEntry.objects.all(), size=3)


def ids(shown: Page[AuditEntry]) -> list[int]:
    return [entry.pk for entry in shown]


@pytest.fixture
def entries() -> list[int]:
    for n in range(8):
        audit.record(SYSTEM, "tag.updated", None, n=n)
    return list(AuditEntry.objects.order_by("-pk").values_list("pk", flat=True))


def test_pages_lead_to_the_end_and_back(entries: list[int]) -> None:
    first = page("")
    second = page(first.next_page_number)
    third = page(second.next_page_number)
    assert [ids(p) for p in (first, second, third)] == [entries[:3], entries[3:6], entries[6:]]
    assert (first.has_previous, third.has_next) == (False, False)
    assert ids(page(third.previous_page_number)) == entries[3:6]
    assert ids(page(second.previous_page_number)) == entries[:3]


def test_what_comes_meanwhile_moves_nothing(entries: list[int]) -> None:
    second = page("").next_page_number
    audit.record(SYSTEM, "tag.updated", None)
    assert ids(page(second)) == entries[3:6]


@pytest.mark.parametrize("name", ["2", "before-", "after-0", "before-x", "sideways-3", "before-1", "after-99999999"])
def test_a_page_that_is_not_there_is_the_first(entries: list[int], name: str) -> None:
    assert ids(page(name)) == entries[:3]


@pytest.mark.parametrize("name", ["settings_audit", "settings_quarantine"])
def test_no_settings_page_counts_what_only_grows(
    entries: list[int], owner: Agent, signed_in: SignedIn, name: str
) -> None:
    with CaptureQueriesContext(connection) as asked:
        signed_in(owner).get(reverse(f"desk:{name}"), {"page": f"before-{entries[2]}"})
    sent = [q["sql"] for q in asked if "core_audit" in q["sql"] or "channels_rawinput" in q["sql"]]
    assert sent
    assert not [sql for sql in sent if "COUNT(" in sql or "OFFSET" in sql]
