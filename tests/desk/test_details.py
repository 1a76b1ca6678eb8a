"""The dialog with a message's addresses, the receiving server's verdicts, and the tries to send it."""

from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.channels.email import reasons
from tamada.conversations.actions import send_reply
from tamada.conversations.models import DeliveryAttempt
from tests.cast import SignedIn
from tests.conversations.conftest import Receive, inbox, receive

__all__ = ["inbox", "receive"]


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
