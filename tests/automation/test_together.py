"""Deadlines of many at once, while somebody else writes to one of them."""

import threading

import pytest
from django.db import connection, transaction

from tamada.automation.actions import create_policy
from tamada.automation.actions.deadlines import _refresh
from tamada.automation.actions.sla import Terms
from tamada.automation.models import Deadline
from tamada.conversations.actions import create_inbox, receive_messages
from tamada.conversations.models import Conversation
from tamada.core.actors import SYSTEM
from tests.cast import first_team
from tests.conversations.conftest import envelope_to
from tests.helpers.polling import until


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_holds_is_left_for_later_and_nobody_waits_for_each_other() -> None:
    inbox = create_inbox(agent=None, actor=SYSTEM, name="Support", channel="email", team=first_team())
    told = receive_messages(envelopes=[envelope_to(inbox, sender=f"p{n}@mail.am") for n in range(3)])
    ids = [one.conversation_id or 0 for one in told]
    create_policy(agent=None, actor=SYSTEM, terms=Terms(name="Usual", first_minutes=60))
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Conversation.objects.select_for_update().get(pk=ids[1])
            held.set()
            release.wait(30)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        until(held.is_set)
        assert _refresh(ids, tells=False, waits=False) == {ids[0], ids[2]}
    finally:
        release.set()
        thread.join()
    assert _refresh([ids[1]], tells=False, waits=True) == {ids[1]}
    assert Deadline.objects.count() == 3
