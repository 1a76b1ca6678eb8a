"""Who may erase, what is asked first, that a death anywhere harms nothing, and that nothing older comes back."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.channels.email.importer import run_import
from tamada.channels.journal import default_journal
from tamada.channels.models import RawInput, RawState
from tamada.conversations.actions import add_note, receive_messages, save_draft, send_reply
from tamada.conversations.models import Attachment, Conversation, Draft, Inbox, Message, Status
from tamada.core import audit, personal, storage
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, StoredEvent
from tamada.core.personal import Eraser, Piece, Subject
from tamada.core.tasks import run_pending
from tamada.customers.models import Customer, ErasedAddress, Identity
from tamada.privacy import ledger, queries
from tamada.privacy.actions import erasure, restored
from tamada.privacy.errors import Invalid
from tamada.privacy.models import Erasure, Reason
from tamada.search.queries import search
from tamada.transfer.importing import opening
from tamada.transfer.models import Export
from tests.cast import SignedIn
from tests.channels.conftest import account, deliver, journal, mail
from tests.conversations.conftest import Receive, envelope_to, inbox, receive
from tests.desk.test_second_step import stale
from tests.helpers import files
from tests.transfer.archives import CONVERSATIONS, CUSTOMERS

__all__ = ["account", "deliver", "inbox", "journal", "receive"]


def erase(agent: Agent, customer: Customer) -> Erasure:
    name = erasure.confirmation(customer)
    row = erasure.begin_erasure(agent=agent, actor=actor_of(agent), customer=customer, typed=name)
    run_pending()
    return Erasure.objects.get(pk=row.pk)


# --- who, and what is asked -------------------------------------------------------------------------------------------


def test_only_an_admin_who_typed_the_name_erases(
    owner: Agent, lead: Agent, teammate: Agent, receive: Receive, signed_in: SignedIn
) -> None:
    her = receive(text="leak").conversation.customer
    path = f"/customers/{her.pk}/erase"
    for agent in (lead, teammate):
        with pytest.raises(PermissionDenied):
            erasure.begin_erasure(agent=agent, actor=actor_of(agent), customer=her, typed=her.name)
        assert signed_in(agent).get(path).status_code == 403
        assert signed_in(agent).post(path, {"typed": her.name, "reason": "asked"}).status_code == 403
    for typed, reason in (("somebody", "asked"), ("", "asked"), (her.name, "backup"), (her.name, "")):
        with pytest.raises(Invalid):
            erasure.begin_erasure(agent=owner, actor=actor_of(owner), customer=her, typed=typed, reason=reason)
    assert signed_in(owner).post(path, {"typed": "x", "reason": "asked"}).status_code == 422
    assert not Erasure.objects.exists()
    answer = signed_in(owner).post(path, {"typed": f" {her.name.upper()} ", "reason": "asked"})
    assert answer["Location"] == f"/settings/erasures/{Erasure.objects.get().pk}"
    run_pending()
    assert signed_in(owner).get(f"/customers/{her.pk}").status_code == 404
    assert signed_in(owner).get(path).status_code == 404


def test_who_was_not_proven_lately_is_asked_first(owner: Agent, receive: Receive, signed_in: SignedIn) -> None:
    her = receive(text="leak").conversation.customer
    client = stale(signed_in(owner))
    answer = client.post(f"/customers/{her.pk}/erase", {"typed": her.name, "reason": "asked"})
    assert answer.status_code == 403
    assert 'name="again"' in answer.text
    assert not Erasure.objects.exists()


def test_the_preview_says_what_goes_and_what_stays_and_the_receipt_says_the_same(
    owner: Agent, teammate: Agent, receive: Receive, signed_in: SignedIn
) -> None:
    message = receive(text="My leak")
    her = message.conversation.customer
    Attachment.objects.create(message=message, name="a.txt", type="text/plain", size=3, blob=storage.put(b"abc"))
    add_note(agent=teammate, actor=actor_of(teammate), conversation=message.conversation, html="<p>Angry</p>")
    shares = {str(share.title): share for share in queries.preview(owner, her)}
    assert (shares["Messages and notes"].count, shares["Messages and notes"].kept) == (2, 2)
    assert (shares["Files"].count, shares["Files"].kept) == (1, 0)
    assert shares["Addresses and numbers"].why
    page = signed_in(owner).get(f"/customers/{her.pk}/erase").text
    assert all(str(share.title) in page for share in shares.values())
    row = erase(owner, her)
    assert {str(share.title): share.count for share in queries.shares(row)} == {t: s.count for t, s in shares.items()}
    receipt = json.loads(signed_in(owner).get(f"/settings/erasures/{row.pk}/receipt.json").content)
    assert (receipt["erased"]["messages"], receipt["asked_by"], receipt["left"]) == (2, owner.name, {})
    printed = signed_in(owner).get(f"/settings/erasures/{row.pk}/receipt.html").text
    assert str(row) in printed
    assert her.name not in printed + json.dumps(receipt)
    entry = AuditEntry.objects.get(action="customer.erased")
    assert (entry.object_type, entry.object_id, entry.changes["customer"]) == ("privacy.erasure", row.pk, her.pk)
    assert StoredEvent.objects.get(type="customer.erased").data["customer"] == her.pk


def test_the_preview_of_others_is_refused(lead: Agent, receive: Receive) -> None:
    with pytest.raises(PermissionDenied):
        queries.preview(lead, receive(text="leak").conversation.customer)


# --- what remains -----------------------------------------------------------------------------------------------------


def test_times_and_sides_stay_without_a_word(
    owner: Agent, teammate: Agent, receive: Receive, signed_in: SignedIn
) -> None:
    message = receive(text="My leak")
    conversation = message.conversation
    send_reply(agent=teammate, actor=actor_of(teammate), conversation=conversation, text="We come.")
    before = [(m.seq, m.kind, m.created_at, m.agent_id) for m in conversation.messages.all()]
    erase(owner, conversation.customer)
    after = Conversation.objects.get(pk=conversation.pk)
    assert [(m.seq, m.kind, m.created_at, m.agent_id) for m in after.messages.all()] == before
    assert (after.status, after.subject, after.preview, after.waiting_since) == (Status.CLOSED, "", "", None)
    assert {m.text + m.html for m in after.messages.all()} == {""}
    page = signed_in(teammate).get(f"/conversations/{after.pk}")
    assert page.status_code == 200
    assert "Erased with the person it was about." in page.text
    assert not search(owner, "leak").items


def test_what_was_still_to_be_sent_is_not_sent(owner: Agent, teammate: Agent, receive: Receive) -> None:
    conversation = receive(text="My leak").conversation
    sent = send_reply(agent=teammate, actor=actor_of(teammate), conversation=conversation, text="We come.")
    erase(owner, conversation.customer)
    assert not hasattr(Message.objects.get(pk=sent.pk), "outbox")


# --- a death anywhere -------------------------------------------------------------------------------------------------


class Died(Exception):
    """The process, in the middle of it."""


def test_a_death_after_any_step_is_gone_on_from(
    owner: Agent, teammate: Agent, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each eraser dies once, after its work is committed and before that is noted; all of it comes twice."""
    message = receive(text="My leak")
    conversation, her = message.conversation, message.conversation.customer
    receive(text="Gor's own", sender="gor@friend.example")
    add_note(agent=teammate, actor=actor_of(teammate), conversation=conversation, html="<p>Angry</p>")
    Attachment.objects.create(message=message, name="a.txt", type="text/plain", size=3, blob=storage.put(b"abc"))
    row = erasure.plan(customer=her, actor=SYSTEM, reason=Reason.ASKED)
    died: set[str] = set()

    def mortal(name: str, eraser: Eraser) -> Callable[[Subject, int], Piece]:
        def erases(subject: Subject, after: int) -> Piece:
            piece = eraser.erase(subject, after)
            if name not in died:
                died.add(name)
                raise Died
            return piece

        return erases

    real = personal.erasers.all()
    monkeypatch.setattr(personal.erasers, "_entries", {n: replace(e, erase=mortal(n, e)) for n, e in real.items()})
    for _life in range(len(real)):
        with pytest.raises(Died):
            erasure.run_erasure(erasure_id=row.pk)
    erasure.run_erasure(erasure_id=row.pk)
    assert died == set(real)
    done = Erasure.objects.get(pk=row.pk)
    assert (done.left, done.subject, done.ended_at is not None) == ({}, "", True)
    assert not Message.objects.filter(conversation=conversation).exclude(text="").exists()
    assert Message.objects.get(customer__identities__value="gor@friend.example").text == "Gor's own"
    erasure.run_erasure(erasure_id=row.pk)
    assert AuditEntry.objects.filter(action="customer.erased").count() == 1


def test_asking_twice_is_one_erasure(owner: Agent, receive: Receive) -> None:
    her = receive(text="My leak").conversation.customer
    first = erasure.plan(customer=her, actor=SYSTEM, reason=Reason.ASKED)
    assert erasure.plan(customer=her, actor=SYSTEM, reason=Reason.ASKED) == first
    run_pending()
    assert Erasure.objects.count() == 1


# --- nothing older comes back, what is new is served ------------------------------------------------------------------


def test_the_same_person_who_writes_later_is_somebody_new(owner: Agent, receive: Receive, inbox: Inbox) -> None:
    old = receive(text="My leak")
    her = old.conversation.customer
    erase(owner, her)
    later = timezone.now() + timedelta(seconds=5)
    new = receive(text="Hello again", received_at=later, answers=(old.external_id,), signed=(old.conversation_id,))
    assert new.conversation_id != old.conversation_id
    assert new.conversation.customer_id != her.pk
    assert (new.conversation.status, new.conversation.customer.name) == (Status.OPEN, "Ani")
    again = envelope_to(inbox, text="Old words", received_at=timezone.now() - timedelta(days=30), imported=True)
    assert [r.outcome for r in receive_messages(envelopes=[again])] == ["deleted"]
    erase(owner, new.conversation.customer)
    assert ErasedAddress.objects.count() == 1


def test_no_mail_that_is_older_comes_back_by_any_way(owner: Agent, deliver: Any, account: Any, journal: Any) -> None:
    """By SMTP again, from a mailbox that is read once more, and from an archive: neither rows nor bytes nor files."""
    raw = mail("My leak", message_id="<a@customer.example>")
    deliver(raw)
    erase(owner, Identity.objects.get(value="karine@customer.example").customer)
    other = mail("An older one", message_id="<b@customer.example>")
    third = mail("The oldest", message_id="<c@customer.example>")
    deliver(raw, other, received_at="2026-01-05T06:00:00+00:00")
    assert run_import([raw, third], inbox_id=account.inbox_id).removed == 1
    assert not Identity.objects.exists()
    assert not Message.objects.exclude(text="").exists()
    assert {row.sender for row in RawInput.objects.all()} == {""}
    assert {row.state for row in RawInput.objects.all()} <= {RawState.DISCARDED, RawState.DUPLICATE}
    assert [path for path in journal.root.rglob("*.eml") if b"customer.example" in path.read_bytes()] == []
    deliver(mail("New", message_id="<d@customer.example>"), received_at=(timezone.now()).isoformat())
    assert Message.objects.exclude(text="").get().text == "New"


@pytest.mark.parametrize("round_", ["people", "matters"])
def test_no_table_or_archive_brings_them_back(owner: Agent, inbox: Inbox, tmp_path: Path, round_: str) -> None:
    file = tmp_path / "table.csv"
    file.write_text(CUSTOMERS if round_ == "people" else CONVERSATIONS)

    def bring() -> dict[str, int]:
        chosen = opening.choose(lambda: file.open("rb"), "csv", name=file.name, inbox=inbox.address)
        return opening.bring_in(chosen.records(), chosen).summary.as_dict()

    bring()
    before = Conversation.objects.count()
    erase(owner, Identity.objects.get(value="ani@mail.am").customer)
    done = bring()
    assert done["erased"] == 1
    assert (done["customers"], done["conversations"], done["messages"]) == (0, 0, 0)
    assert not Identity.objects.filter(value="ani@mail.am").exists()
    assert Conversation.objects.count() == before
    assert Identity.objects.filter(value="giorgi@mail.ge").exists()


# --- backups ----------------------------------------------------------------------------------------------------------


def test_a_database_older_than_an_erasure_has_it_done_again(owner: Agent, receive: Receive, journal: Any) -> None:
    message = receive(text="My leak")
    her = message.conversation.customer
    was = Customer.everything.filter(pk=her.pk).values().get()
    row = erase(owner, her)
    (line,) = ledger.read(ledger.path())
    assert (line.key, line.customer) == (row.key, her.pk)
    # What a restored backup looks like: the person is there again, the receipt and the digests are not.
    Erasure.objects.all().delete()
    ErasedAddress.objects.all().delete()
    Customer.everything.filter(pk=her.pk).update(**{k: v for k, v in was.items() if k != "id"})
    Identity.objects.create(customer_id=her.pk, type="email", value="ani@mail.am", display="ani@mail.am")
    Message.objects.filter(pk=message.pk).update(text="My leak", data={})
    Identity.objects.update(created_at=line.erased_at - timedelta(days=1))
    (again,) = restored.erase_again()
    assert (again.key, again.reason) == (row.key, Reason.BACKUP)
    run_pending()
    assert Message.objects.get(pk=message.pk).text == ""
    assert ErasedAddress.objects.get().erased_at == line.erased_at
    assert restored.erase_again() == []


def test_who_is_not_in_a_restored_database_is_noted_and_kept_away(
    owner: Agent, receive: Receive, inbox: Inbox, journal: Any
) -> None:
    erase(owner, receive(text="My leak").conversation.customer)
    Erasure.objects.all().delete()
    ErasedAddress.objects.all().delete()
    Customer.everything.update(created_at=timezone.now())
    assert restored.erase_again() == []
    assert Erasure.objects.get().ended_at is not None
    assert ErasedAddress.objects.count() == 1


def test_a_line_that_was_cut_off_harms_no_other(owner: Agent, receive: Receive, journal: Any) -> None:
    ledger.add(b'{"key": "abc", "custo')
    erase(owner, receive(text="My leak").conversation.customer)
    assert len(list(ledger.read(ledger.path()))) == 1
    assert ledger.path().stat().st_mode & 0o077 == 0


def test_a_ledger_names_nobody(owner: Agent, receive: Receive, journal: Any) -> None:
    erase(owner, receive(text="My leak").conversation.customer)
    assert b"ani" not in ledger.path().read_bytes()


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Ask Ani Petrosyan.", ["Ani Petrosyan"], "Ask […]."),
        ("ask ANI@mail.am or bani@mail.am", ["ani@mail.am"], "ask […] or bani@mail.am"),
        ("Anina", ["Ani"], "Anina"),
        ("An apple", ["An"], "An apple"),
        ("Ring +37491123456!", ["+37491123456"], "Ring […]!"),
        ("", ["Ani"], ""),
        ("Անի Պետրոսյանին՝ այսօր", ["Անի Պետրոսյան"], "[…]՝ այսօր"),
        ("ანი პეტროსიანმა თქვა", ["ანი პეტროსიანი"], "[…] თქვა"),
        ("позвоните Анне Петросян", ["Анна Петросян"], "позвоните […]"),
    ],
)
def test_whole_words_are_taken_out(text: str, words: list[str], expected: str) -> None:
    assert personal.without(text, words) == expected
    assert personal.cleared({"a": [text]}, words) == {"a": [expected]}


def test_names_are_found_in_html_too() -> None:
    assert personal.without("<b>O&#x27;Neil</b>", ["O'Neil"], escaped=True) == "<b>[…]</b>"


@pytest.mark.django_db(transaction=True)
def test_a_death_before_any_write_is_gone_on_from(
    owner: Agent, teammate: Agent, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each life may write one statement more than the last that got nowhere; files and rows agree all the way."""
    message = receive(text="My leak", raw=default_journal().keep(b"From: ani\r\n\r\nleak", {"inboxes": []}))
    conversation, her = message.conversation, message.conversation.customer
    blob = storage.put(b"abc")
    files.age()
    Attachment.objects.create(message=message, name="a.txt", type="text/plain", size=3, blob=blob)
    add_note(agent=teammate, actor=actor_of(teammate), conversation=conversation, html="<p>Angry</p>")
    save_draft(agent=teammate, actor=actor_of(teammate), conversation=conversation, html="<p>Dear</p>")
    receive(text="Gor's own", sender="gor@friend.example")
    row = erasure.plan(customer=her, actor=SYSTEM, reason=Reason.ASKED)
    lives, is_over = 0, False
    while not is_over:
        lives += 1
        assert lives < 300
        left = [lives]

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any, left: list[int] = left) -> Any:
            if sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
                left[0] -= 1
                if left[0] < 0:
                    raise Died
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(count):
                erasure.run_erasure(erasure_id=row.pk)
            is_over = True
        except Died:
            pass
    assert lives > 5
    assert not Message.objects.filter(conversation=conversation).exclude(text="").exists()
    assert not Draft.objects.exists()
    assert not storage.exists(blob)
    assert not default_journal().raw_path(message.raw).exists()
    assert Message.objects.get(customer__identities__value="gor@friend.example").text == "Gor's own"
    assert AuditEntry.objects.filter(action="customer.erased").count() == 1


def test_a_number_or_a_common_name_takes_nothing_from_others(owner: Agent, receive: Receive) -> None:
    """Somebody called Ani, whose id in a chat is 123: neither is looked for where others speak of something else."""
    now = timezone.now()
    ani = Customer.objects.create(name="Ani", last_activity_at=now)
    Identity.objects.create(customer=ani, type="telegram", value="123", display="123")
    Identity.objects.create(customer=ani, type="email", value="ani@chat.example", display="ani@chat.example")
    other = receive(text="Ani owes 123 drams, says ani@chat.example", sender="gor@friend.example")
    audit.record(SYSTEM, "setting.changed", None, key="x", value=123, who="Ani")
    note = "Ani, room 123"
    Customer.objects.filter(pk=other.conversation.customer_id).update(note=note)
    erase(owner, ani)
    assert Message.objects.get(pk=other.pk).text == "[…] owes 123 drams, says […]"
    assert AuditEntry.objects.get(action="setting.changed").changes["value"] == 123
    assert Customer.objects.get(pk=other.conversation.customer_id).note == note


def test_an_export_that_is_being_made_ends_with_an_erasure(owner: Agent, receive: Receive) -> None:
    her = receive(text="My leak").conversation.customer
    Export.objects.create(state="running")
    failed = Export.objects.create(state="failed")
    erase(owner, her)
    assert list(Export.objects.all()) == [failed]
