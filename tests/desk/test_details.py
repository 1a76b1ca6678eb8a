"""The dialog with a message's addresses, the receiving server's verdicts, and the tries to send it."""

import pytest
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.channels.email import reasons
from tamada.channels.email.models import MailAccount
from tamada.conversations.actions import send_reply
from tamada.conversations.models import DeliveryAttempt, Message
from tests.cast import SignedIn
from tests.channels.conftest import Deliver, account, deliver, journal, mail
from tests.conversations.conftest import Receive, inbox, receive

__all__ = ["account", "deliver", "inbox", "journal", "receive"]


def test_the_verdicts_of_the_receiving_server_are_shown(
    receive: Receive, signed_in: SignedIn, teammate: Agent, outsider: Agent
) -> None:
    verdicts = {"spf": "pass", "dkim": "fail", "server": "mx.company.example", "trusted": True}
    message = receive(data={"verdicts": verdicts})
    shown = signed_in(teammate).get(f"/messages/{message.pk}/details").content.decode()
    assert '<dt>SPF</dt><dd><span class="chip kept">pass</span></dd>' in shown
    assert '<dt>DKIM</dt><dd><span class="chip late">fail</span></dd>' in shown
    assert "DMARC" not in shown
    assert "mx.company.example" in shown
    assert signed_in(outsider).get(f"/messages/{message.pk}/details").status_code == 404


def test_a_verdict_that_nobody_vouches_for_says_so(receive: Receive, signed_in: SignedIn, teammate: Agent) -> None:
    said = "no such server is named"
    for trusted in (True, False):
        message = receive(data={"verdicts": {"spf": "pass", "server": "mx.company.example", "trusted": trusted}})
        assert (said in signed_in(teammate).get(f"/messages/{message.pk}/details").text) != trusted


@pytest.mark.parametrize(
    ("verdicts", "marked"),
    [
        ({"dmarc": "fail", "spf": "pass", "server": "mx.company.example", "trusted": True}, True),
        ({"dmarc": "fail", "server": "mx.company.example", "trusted": False}, True),
        ({"dmarc": "pass", "spf": "fail", "server": "mx.company.example", "trusted": True}, False),
        ({"dmarc": "none", "server": "mx.company.example", "trusted": True}, False),
        ({}, False),
    ],
)
def test_mail_that_is_not_from_whom_it_names_is_marked_in_the_conversation(
    receive: Receive, signed_in: SignedIn, teammate: Agent, verdicts: dict[str, object], marked: bool
) -> None:
    message = receive(data={"verdicts": verdicts} if verdicts else {})
    assert ("sender not proven" in signed_in(teammate).get(f"/conversations/{message.conversation_id}").text) == marked


def test_what_the_mail_server_wrote_on_a_mail_is_read_and_shown_where_it_is_believed(
    deliver: Deliver, account: MailAccount, owner: Agent, signed_in: SignedIn
) -> None:
    """From the header, by the inbox's settings, to the dialog and the chip."""
    results = "mx.company.example; spf=pass smtp.mailfrom=a.example; dkim=none; dmarc=fail header.from=bank.example"
    client = signed_in(owner)
    deliver(mail("before", message_id="<b@x.example>", authentication_results=results))
    given = {"name": "Support", "team": account.inbox.team_id, "is_active": "on", "hourly_cap": 500}
    path = f"/settings/inboxes/{account.inbox_id}"
    assert client.post(path, {**given, "trusted_authserv": "MX.company.example"}).status_code == 302
    deliver(mail("after", message_id="<a@x.example>", authentication_results=results))
    deliver(mail("other", message_id="<o@x.example>", authentication_results=results.replace("mx.c", "mx.evil-c")))
    shown = {}
    for message in Message.objects.all():
        details = client.get(f"/messages/{message.pk}/details").text
        thread = client.get(f"/conversations/{message.conversation_id}").text
        shown[message.text] = ("mx.company.example" in details, "DMARC" in details, "sender not proven" in thread)
    assert shown == {"before": (False, False, False), "after": (True, True, True), "other": (False, False, False)}


def test_the_tries_to_send_are_told_in_the_readers_language(
    receive: Receive, signed_in: SignedIn, teammate: Agent
) -> None:
    message = send_reply(agent=teammate, actor=actor_of(teammate), conversation=receive().conversation, text="We come.")
    DeliveryAttempt.objects.create(
        delivery=message.outbox, started_at=timezone.now(), outcome="retry", detail=reasons.LATE
    )
    teammate.language = "ru"
    teammate.save()
    shown = signed_in(teammate).get(f"/messages/{message.pk}/details").content.decode()
    assert "попробуем ещё раз Сервер не ответил вовремя." in shown
