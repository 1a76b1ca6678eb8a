"""What was kept long enough goes, by kind and by inbox; nothing else does, and nothing without a term."""

from datetime import datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.channels.journal import default_journal
from tamada.channels.models import RawInput, RawState
from tamada.conversations import counts
from tamada.conversations.actions import deletion
from tamada.conversations.counts import recounted, stored
from tamada.conversations.models import Attachment, Conversation, Inbox, Message
from tamada.core import personal, storage
from tamada.core.models import AuditEntry, QueuedTask
from tamada.core.tasks import run_pending
from tamada.privacy import actions, retention, tasks
from tamada.privacy.actions import retention as dropping
from tamada.privacy.errors import Invalid
from tamada.privacy.models import Look, Term
from tamada.search.queries import search
from tests.cast import SignedIn
from tests.channels.conftest import journal
from tests.conversations.conftest import Receive, inbox, other_inbox, receive
from tests.helpers import files

__all__ = ["inbox", "journal", "other_inbox", "receive"]


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def keep(agent: Agent, inbox: Inbox | None = None, **days: int | None) -> None:
    actions.save_terms(agent=agent, actor=actor_of(agent), inbox=inbox, given=days)


def closed(receive: Receive, days: int, *, to: Inbox | None = None, text: str = "leak", **fields: Any) -> Conversation:
    given = {"to": to} if to else {}
    message = receive(text=text, received_at=ago(days), **given)
    Conversation.objects.filter(pk=message.conversation_id).update(
        status="closed", last_activity_at=ago(days), **fields
    )
    counts.rebuild()
    return Conversation.objects.get(pk=message.conversation_id)


def test_without_a_term_everything_is_kept(owner: Agent, receive: Receive) -> None:
    closed(receive, 9000)
    assert actions.drop_old() == []
    assert Conversation.objects.count() == 1


def test_closed_conversations_go_whole_after_their_term(owner: Agent, receive: Receive) -> None:
    old, young = closed(receive, 31, text="oldleak"), closed(receive, 29, text="youngleak")
    opened = receive(text="openleak", received_at=ago(400)).conversation
    keep(owner, closed=30)
    assert retention.foreseen(owner, None, {"closed": 30}) == {"closed": 1}
    (done,) = actions.drop_old()
    assert (done.kind, done.count) == ("closed", 1)
    assert set(Conversation.everything.values_list("pk", flat=True)) == {young.pk, opened.pk}
    assert not Message.objects.filter(conversation=old.pk).exists()
    assert not search(owner, "oldleak").items
    assert recounted() == stored()
    entry = AuditEntry.objects.get(action="retention.dropped")
    assert entry.changes == {"kind": "closed", "days": 30, "count": 1}
    assert actions.drop_old() == []


def test_an_inbox_has_a_term_of_its_own(owner: Agent, receive: Receive, inbox: Inbox, other_inbox: Inbox) -> None:
    here, there = closed(receive, 50), closed(receive, 50, to=other_inbox)
    keep(owner, closed=30)
    keep(owner, other_inbox, closed=None)
    actions.drop_old()
    assert set(Conversation.objects.values_list("pk", flat=True)) == {there.pk}
    keep(owner, closed=100)
    keep(owner, other_inbox, closed=40)
    again = closed(receive, 50)
    actions.drop_old()
    assert set(Conversation.objects.values_list("pk", flat=True)) == {again.pk}
    assert here.pk != again.pk


def test_spam_has_a_term_of_its_own(owner: Agent, receive: Receive) -> None:
    closed(receive, 50, is_spam=True)
    kept = closed(receive, 50)
    keep(owner, spam=30)
    actions.drop_old()
    assert list(Conversation.objects.values_list("pk", flat=True)) == [kept.pk]


def test_files_go_and_their_messages_stay(owner: Agent, receive: Receive) -> None:
    old, young = receive(text="old", received_at=ago(50)), receive(text="young", received_at=ago(2))
    for message, content in ((old, b"abc"), (young, b"abc"), (old, b"only")):
        blob = storage.put(content)
        Attachment.objects.create(message=message, name="uniquename.txt", type="text/plain", size=3, blob=blob)
    Message.objects.update(has_attachments=True)
    gone, shared = storage.put(b"only"), storage.put(b"abc")
    files.age()
    keep(owner, files=30)
    actions.drop_old()
    assert (storage.exists(gone), storage.exists(shared)) == (False, True)
    assert {m.text: m.has_attachments for m in Message.objects.all()} == {"old": False, "young": True}
    assert Attachment.objects.get().message == young


def test_mails_as_they_came_go_unless_another_inbox_keeps_them(
    owner: Agent, receive: Receive, other_inbox: Inbox, journal: Any
) -> None:
    names = [default_journal().keep(b"From: ani\r\n\r\nHello", {"inboxes": []}) for _ in range(2)]
    for name in names:
        RawInput.objects.create(
            name=name, channel="email", digest=name, size=1, sender="ani", state=RawState.DONE, received_at=ago(50)
        )
    mine = receive(text="mine", raw=names[0], received_at=ago(50))
    both = receive(text="both", raw=names[1], received_at=ago(50))
    theirs = receive(to=other_inbox, text="theirs", raw=names[1], received_at=ago(50))
    keep(owner, originals=30)
    keep(owner, other_inbox, originals=None)
    actions.drop_old()
    assert not default_journal().raw_path(names[0]).exists()
    assert default_journal().raw_path(names[1]).exists()
    raws = dict(Message.objects.values_list("pk", "raw"))
    assert (raws[mine.pk], raws[both.pk], raws[theirs.pk]) == ("", "", names[1])
    assert dict(RawInput.objects.values_list("name", "sender")) == {names[0]: "", names[1]: "ani"}


def test_what_was_refused_goes_and_what_is_younger_stays(owner: Agent, journal: Any, db: None) -> None:
    rows = {}
    for state, days in (("quarantined", 50), ("blocked", 50), ("duplicate", 50), ("quarantined", 5), ("done", 50)):
        name = default_journal().keep(b"x", {"inboxes": []})
        rows[name] = (state, days)
        RawInput.objects.create(
            name=name, channel="email", digest=name, size=1, sender="ani", state=state, received_at=ago(days)
        )
    keep(owner, refused=30)
    assert [due.count for due in actions.drop_old()] == [3]
    left = {rows[name] for name in rows if default_journal().raw_path(name).exists()}
    assert left == {("quarantined", 5), ("done", 50)}
    assert actions.drop_old() == []


def test_who_looked_is_forgotten(owner: Agent, receive: Receive) -> None:
    customer = receive(text="leak").conversation.customer
    for days in (100, 10):
        Look.objects.create(customer=customer, agent=owner, day=ago(days).date(), at=ago(days))
    keep(owner, looks=90)
    actions.drop_old()
    assert Look.objects.get().day == ago(10).date()


def test_every_day_everything_goes_in_short_runs(
    owner: Agent, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        closed(receive, 50)
    keep(owner, closed=30)
    monkeypatch.setattr(deletion, "AT_ONCE", 1)
    assert actions.drop_old(seconds=0) == []
    ticks = count(step=20)
    monkeypatch.setattr(dropping, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
    assert [due.count for due in actions.drop_old(seconds=30)] == [1]
    tasks.drop_old()
    run_pending()
    assert not Conversation.everything.exists()
    assert not QueuedTask.objects.exists()


# --- settling ---------------------------------------------------------------------------------------------------------


def test_only_an_admin_settles_terms(owner: Agent, lead: Agent, teammate: Agent, inbox: Inbox) -> None:
    for agent in (lead, teammate):
        with pytest.raises(PermissionDenied):
            keep(agent, closed=30)
        with pytest.raises(PermissionDenied):
            retention.foreseen(agent, None, {})
    assert not Term.objects.exists()
    keep(owner, closed=30)
    assert retention.terms() == {"closed": 30}
    assert AuditEntry.objects.get(action="retention.set").changes == {"days": {"closed": 30}}
    keep(owner)
    assert retention.terms() == {}


@pytest.mark.parametrize(
    ("inbox_has_it", "days"), [(False, {"nonsense": 3}), (False, {"closed": 0}), (True, {"looks": 3})]
)
def test_terms_that_make_no_sense_are_refused(
    owner: Agent, inbox: Inbox, inbox_has_it: bool, days: dict[str, int | None]
) -> None:
    with pytest.raises(Invalid):
        actions.save_terms(agent=owner, actor=actor_of(owner), inbox=inbox if inbox_has_it else None, given=days)
    assert not Term.objects.exists()


def test_the_page_counts_before_it_saves(owner: Agent, receive: Receive, inbox: Inbox, signed_in: SignedIn) -> None:
    closed(receive, 50)
    client = signed_in(owner)
    page = client.post("/settings/retention", {"closed": "30", "look": "1"}).text
    assert '<td class="number" data-label="Would go now">1</td>' in page
    assert not Term.objects.exists()
    assert client.post("/settings/retention", {"closed": "-1"}).status_code == 422
    assert client.post("/settings/retention", {"closed": "30", "files": ""}).status_code == 302
    assert retention.terms() == {"closed": 30}
    assert client.post(f"/settings/retention/{inbox.pk}", {"closed": "0", "spam": "7"}).status_code == 302
    assert retention.terms(inbox) == {"closed": None, "spam": 7}
    page = client.get(f"/settings/retention/{inbox.pk}").text
    assert 'value="7"' in page
    assert "looks" not in page
    assert client.get("/settings/retention/9999").status_code == 404


def test_every_kind_says_what_it_is() -> None:
    assert all(str(kind.title) and str(kind.help) for kind in personal.expiries)
