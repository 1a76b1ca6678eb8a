"""The dialog of a job's other date: it says when a reason is needed."""

from collections.abc import Callable

import pytest

from tamada.accounts.models import Agent
from tamada.operations.models import Job
from tests.cast import SignedIn
from tests.conversations.conftest import inbox, receive
from tests.desk.test_handoffs import job, talk

__all__ = ["inbox", "job", "receive", "talk"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def dialog(job: Job, teammate: Agent, signed_in: SignedIn) -> Callable[[], str]:
    def shown() -> str:
        text: str = signed_in(teammate).get(f"/jobs/{job.pk}/date").text
        return text

    return shown


def test_a_later_date_than_the_promised_one_needs_a_reason(job: Job, dialog: Callable[[], str]) -> None:
    assert job.promised_at
    page = dialog()
    assert "Why</label>" in page
    assert "Needed for a date after " in page


def test_where_nothing_is_promised_yet_none_is_needed(job: Job, dialog: Callable[[], str]) -> None:
    Job.objects.filter(pk=job.pk).update(promised_at=None)
    page = dialog()
    assert 'Why <span class="optional">(optional)</span></label>' in page
    assert "Needed for a date" not in page
