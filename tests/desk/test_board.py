"""The board of jobs as a page: what stands on a card, and what it costs to draw many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation, Inbox
from tests.cast import SignedIn
from tests.conversations.conftest import Receive, inbox, receive
from tests.operations.jobs import begin, in_days, plumbing

__all__ = ["inbox", "receive"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(inbox: Inbox, receive: Receive) -> Conversation:
    return Conversation.objects.get(pk=receive(text="A pipe leaks", sender="ani@mail.am").conversation_id)


@pytest.mark.parametrize("address", ["/jobs", "/jobs?service=plumbing", "/jobs?column=on_track"])
def test_a_board_of_many_jobs_asks_as_often_as_one_of_few(
    address: str, teammate: Agent, talk: Conversation, signed_in: SignedIn
) -> None:
    service, client = plumbing(), signed_in(teammate)

    def drawn(jobs: int) -> tuple[int, str]:
        for place in range(jobs):
            begin(teammate, talk, service, promised_at=in_days(30 + place))
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            html = client.get(address).text
        return sum('"core_setting"' not in one["sql"] for one in asked), html

    few, html = drawn(2)
    many, more = drawn(7)
    assert (many, html.count('class="job-card'), more.count('class="job-card')) == (few, 2, 9)
    assert all(part in html for part in ("Ani", "Plumbing", "on track", 'data-hue="'))
