"""The journal's reader: batches, culprits, deaths, doubles, and a database that goes away."""

import json
import threading
from email.message import EmailMessage
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from tamada.channels import ingest as module
from tamada.channels.actions import discard_input, retry_input
from tamada.channels.email.models import MailAccount
from tamada.channels.email.parse import parse as parse_mail
from tamada.channels.ingest import Ingest
from tamada.channels.models import RawInput, RawState
from tamada.channels.queries import original, quarantined, raw_message, refused
from tamada.channels.readers import StorageAway
from tamada.channels.reading import read_names as really_read
from tamada.conversations.actions import receive_messages
from tamada.conversations.models import Conversation, Message
from tamada.core import storage
from tamada.core.actors import SYSTEM
from tamada.core.models import StoredEvent
from tamada.customers.actions import block_sender, unblock_sender
from tests.channels.conftest import mail
from tests.helpers.polling import until


def test_a_mail_becomes_a_message_and_its_file_is_archived(deliver, journal):
    deliver(mail("Բարև Ձեզ", subject="Հարց"))
    message = Message.objects.get()
    row = RawInput.objects.get()
    assert (message.text, message.subject, message.kind) == ("Բարև Ձեզ", "Հարց", "in")
    assert (row.state, row.name) == (RawState.DONE, message.raw)
    assert journal.pending() == []
    assert b"customer.example" in raw_message(message.raw)


def test_what_is_no_mail_is_quarantined_with_a_reason_and_told_to_admins(deliver):
    deliver(b"", b"just some words\n\nno header at all", mail())
    bad = RawInput.objects.filter(state=RawState.QUARANTINED)
    assert bad.count() == 2
    assert all(row.reason for row in bad)
    assert Message.objects.count() == 1
    assert StoredEvent.objects.filter(type="input.quarantined").count() == 2


def test_a_poisonous_mail_is_found_by_halving_and_blocks_nobody(deliver, monkeypatch):
    real = receive_messages

    def fails_over_seven(*, envelopes):
        if any("number 7" in envelope.text for envelope in envelopes):
            raise ValueError("poison")
        return real(envelopes=envelopes)

    monkeypatch.setattr(module, "receive_messages", fails_over_seven)
    deliver(*(mail(f"number {n}", message_id=f"<{n}@x.example>") for n in range(20)))
    row = RawInput.objects.get(state=RawState.QUARANTINED)
    assert "ValueError" in row.reason
    assert Message.objects.count() == 19


@pytest.mark.parametrize(("losses", "state", "kept"), [(1, RawState.DONE, 1), (9, RawState.QUARANTINED, 0)])
def test_a_mail_that_lost_a_race_is_stored_at_the_second_try(deliver, monkeypatch, losses, state, kept):
    """An import or another machine may have written the same key since the look; what fails twice is its own fault."""
    tries = []

    def loses(*, envelopes):
        tries.append(len(envelopes))
        if len(tries) <= losses:
            raise IntegrityError("one_external_key")
        return receive_messages(envelopes=envelopes)

    monkeypatch.setattr(module, "receive_messages", loses)
    deliver(mail())
    assert (RawInput.objects.get().state, Message.objects.count(), tries) == (state, kept, [1, 1])


def test_doubles_are_known_also_when_their_batch_is_halved(deliver, monkeypatch):
    """A double of what was quarantined was received nowhere: it is quarantined as well, never called done."""

    def fails(*, envelopes):
        if any("poison" in envelope.text for envelope in envelopes):
            raise ValueError("poison")
        return receive_messages(envelopes=envelopes)

    monkeypatch.setattr(module, "receive_messages", fails)
    good, bad = mail(), mail("poison", message_id="<p@x.example>")
    deliver(good, good, bad, bad)
    states = list(RawInput.objects.order_by("id").values_list("state", flat=True))
    assert states == ["done", "duplicate", "quarantined", "quarantined"]


def test_a_reader_that_fails_over_one_mail_reads_the_others(deliver, monkeypatch):
    from tamada.channels.email import receive

    real = parse_mail

    def parse(raw, **options):
        if b"number 3" in raw:
            raise RecursionError("hostile")
        return real(raw, **options)

    monkeypatch.setattr(receive, "parse", parse)
    deliver(*(mail(f"number {n}", message_id=f"<{n}@x.example>") for n in range(6)))
    assert RawInput.objects.get(state=RawState.QUARANTINED).reason == "It could not be read (RecursionError)."
    assert Message.objects.count() == 5


def test_quarantine_retry_takes_it_in_once_it_can_be_read(deliver, journal, monkeypatch, owner):
    from tamada.channels.email import receive

    with monkeypatch.context() as broken:
        broken.setattr(receive, "parse", lambda *_a, **_o: (_ for _ in ()).throw(ValueError))
        deliver(mail())
    row = quarantined(owner).get()
    retry_input(agent=owner, actor=SYSTEM, raw=row)
    assert journal.pending() == [row.name]
    deliver()
    assert Message.objects.count() == 1
    assert not quarantined(owner).exists()


def test_quarantine_discard_takes_it_off_the_list_and_keeps_the_bytes(deliver, journal, owner):
    deliver(b"junk without header")
    row = quarantined(owner).get()
    discard_input(agent=owner, actor=SYSTEM, raw=row)
    assert not quarantined(owner).exists()
    assert journal.load(row.name).raw == b"junk without header"


def test_quarantine_is_for_admins(deliver, teammate):
    deliver(b"junk without header")
    row = RawInput.objects.get()
    for forbidden in (
        partial(quarantined, teammate),
        partial(retry_input, agent=teammate, actor=SYSTEM, raw=row),
        partial(discard_input, agent=teammate, actor=SYSTEM, raw=row),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()


def test_the_same_bytes_twice_are_one_message_and_recorded(deliver):
    deliver(mail(), mail())
    deliver(mail())
    assert Message.objects.count() == 1
    assert list(RawInput.objects.order_by("id").values_list("state", flat=True)) == ["done", "duplicate", "duplicate"]


def test_after_a_death_files_with_a_row_are_not_taken_twice(deliver, journal):
    deliver(mail())
    journal.requeue(RawInput.objects.get().name)  # died between the commit and the archiving
    deliver()
    assert Message.objects.count() == 1
    assert journal.pending() == []


def test_simulated_power_loss_brings_back_what_the_database_forgot(deliver, journal):
    deliver(mail(), mail("second", message_id="<m2@customer.example>"))
    Message.objects.filter(external_id="<m2@customer.example>").delete()
    RawInput.objects.filter(pk=RawInput.objects.order_by("-id").values_list("pk", flat=True)[0]).delete()
    deliver()
    assert Message.objects.count() == 2
    assert journal.pending() == []


def test_input_over_which_the_process_dies_three_times_is_quarantined(journal, account, deliver):
    name = journal.write(mail(), {"channel": "email", "source": "smtp", "inboxes": [account.inbox_id]})
    other = journal.write(
        mail("fine", message_id="<2@x.example>"), {"channel": "email", "source": "smtp", "inboxes": [account.inbox_id]}
    )
    handling = journal.root / "journal" / "handling.json"
    handling.write_text(json.dumps([name, other]))  # died over a batch: both are suspects now, neither is guilty
    first = Ingest(journal)
    first.recover()
    assert first.suspects == {name, other}
    for _death in range(3):
        handling.write_text(json.dumps([name]))
        again = Ingest(journal)
        again.recover()
    again.step()
    row = RawInput.objects.get(state=RawState.QUARANTINED)
    assert row.name == name
    assert Message.objects.get().text == "fine"


def batches_of(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many mails each batch had, while the ingest takes in what waits."""
    sizes: list[int] = []

    def read_names(journal, names):
        sizes.append(len(names))
        return really_read(journal, names)

    monkeypatch.setattr(module, "read_names", read_names)
    ingest.step()
    return sizes


def test_batches_are_bounded_by_bytes_too_and_a_larger_mail_stands_alone(journal, account, monkeypatch):
    meta = {"channel": "email", "source": "smtp", "inboxes": [account.inbox_id]}
    for number, kilobytes in enumerate((1, 4, 4, 1, 30, 4, 4, 4)):
        journal.write(mail("x" * 1000 * kilobytes, message_id=f"<{number}@x.example>"), meta)
    monkeypatch.setattr(module, "BATCH_BYTES", 12_000)
    assert batches_of(Ingest(journal), monkeypatch) == [4, 1, 2, 1]
    assert Message.objects.count() == 8


def test_suspects_are_read_one_by_one_in_their_turn(journal, account, monkeypatch):
    meta = {"channel": "email", "source": "smtp", "inboxes": [account.inbox_id]}
    names = [journal.write(mail(f"{n}", message_id=f"<{n}@x.example>"), meta) for n in range(6)]
    ingest = Ingest(journal)
    ingest.suspects = {names[1], names[3]}
    assert batches_of(ingest, monkeypatch) == [1, 1, 1, 1, 2]
    assert list(Message.objects.order_by("id").values_list("text", flat=True)) == ["0", "1", "2", "3", "4", "5"]


def test_a_storage_that_is_away_keeps_the_mail_and_takes_it_in_when_it_is_back(journal, account, monkeypatch):
    """Nothing is quarantined for it: the mail is not to blame."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "karine@customer.example", "support@company.example", "Photo"
    letter.set_content("See the photo.")
    letter.add_attachment(b"a photo", maintype="image", subtype="png", filename="a.png")
    journal.write(letter.as_bytes(), {"channel": "email", "source": "smtp", "inboxes": [account.inbox_id]})
    with monkeypatch.context() as broken:
        broken.setattr(storage, "put", lambda content: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(StorageAway):
            Ingest(journal).step()
    assert len(journal.pending()) == 1
    Ingest(journal).step()
    assert Message.objects.get().attachments.get().name == "a.png"
    assert not RawInput.objects.exclude(state=RawState.DONE).exists()


def test_database_gone_keeps_the_mail_and_takes_it_in_when_it_is_back(deliver, journal, account, monkeypatch):
    journal.write(mail(), {"channel": "email", "source": "smtp", "inboxes": [account.inbox_id]})
    away = True
    real = module.store

    def store(items):
        if away:
            raise OperationalError("could not connect")
        return real(items)

    monkeypatch.setattr(module, "store", store)
    ingest = Ingest(journal)
    ingest.recover()
    with pytest.raises(OperationalError):
        ingest.step()
    assert len(journal.pending()) == 1
    away = False
    ingest.step()
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_loop_takes_in_what_is_rung_for_and_survives_a_database_that_fails(journal, account, stop, monkeypatch):
    failures = iter([OperationalError("away"), OperationalError("away")])
    real = module.store

    def store(items):
        for failure in failures:
            raise failure
        return real(items)

    monkeypatch.setattr(module, "store", store)
    thread = threading.Thread(target=module.run_ingest, args=(stop,))
    thread.start()
    try:
        meta = {"channel": "email", "source": "smtp", "inboxes": [account.inbox_id], "received_at": "bad clock"}
        journal.write(mail(), meta)
        until(Message.objects.exists)
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
    assert RawInput.objects.get().received_at <= timezone.now()


def test_clock_jumping_back_or_ahead_changes_no_order_and_dates_nothing_in_the_future(deliver):
    deliver(mail("first"), received_at="2099-01-01T00:00:00+00:00")
    deliver(
        mail("second", message_id="<m2@c.example>", in_reply_to="<m1@customer.example>"),
        received_at="2020-01-01T00:00:00+00:00",
    )
    conversation = Conversation.objects.get()
    assert list(conversation.messages.order_by("seq").values_list("text", flat=True)) == ["first", "second"]
    assert conversation.last_activity_at <= timezone.now()


def test_mail_for_an_inbox_that_is_gone_is_quarantined(deliver):
    deliver(mail(), inboxes=[987654])
    assert "gone" in RawInput.objects.get(state=RawState.QUARANTINED).reason


def test_an_unknown_channel_is_quarantined(deliver):
    deliver(mail(), channel="pigeon")
    assert "pigeon" in RawInput.objects.get(state=RawState.QUARANTINED).reason


def test_one_mail_to_two_inboxes_is_a_message_in_each(deliver, account):
    from tamada.channels.email.accounts import open_mail_inbox

    other = open_mail_inbox(agent=None, actor=SYSTEM, name="Sales", address="sales@company.example")
    deliver(mail(), inboxes=[account.inbox_id, other.inbox_id])
    assert set(Message.objects.values_list("inbox", flat=True)) == {account.inbox_id, other.inbox_id}
    assert MailAccount.objects.count() == 2


# --- what was refused ---------------------------------------------------------------------------------------------

BLOCKED = "spam@bad.example"


def test_mail_of_a_blocked_sender_is_listed_with_its_author_and_kept(deliver, owner, teammate):
    block_sender(agent=owner, actor=SYSTEM, value=BLOCKED)
    raw = mail("Buy now", sender=f"Ads <{BLOCKED}>")
    deliver(raw, mail("Hello", message_id="<m2@customer.example>"), **{"from": "bounce+77@ads.example"})
    (row,) = refused(owner)
    assert (row.state, row.sender) == (RawState.BLOCKED, BLOCKED)
    assert original(owner, row) == raw
    for read in (refused, lambda agent: original(agent, row)):
        with pytest.raises(PermissionDenied):
            read(teammate)


def test_refused_mail_comes_in_once_its_sender_may_write_again(deliver, journal, owner, teammate):
    sender = block_sender(agent=owner, actor=SYSTEM, value=BLOCKED)
    raw = mail("Buy now", sender=f"Ads <{BLOCKED}>")
    deliver(raw, raw)
    deliver(raw)
    assert refused(owner).count() == 2
    retry_input(agent=owner, actor=SYSTEM, raw=refused(owner)[0])
    Ingest(journal).step()
    assert refused(owner).count() == 2
    assert not Message.objects.exists()
    unblock_sender(agent=owner, actor=SYSTEM, sender=sender)
    for _ in range(2):
        retry_input(agent=owner, actor=SYSTEM, raw=refused(owner)[0])
        Ingest(journal).step()
    assert [m.text for m in Message.objects.all()] == ["Buy now"]
    assert refused(owner).count() == 0


def test_what_was_received_is_no_matter_of_the_quarantine(deliver, owner):
    deliver(mail())
    row = RawInput.objects.get()
    with pytest.raises(FileNotFoundError):
        original(owner, row)
    retry_input(agent=owner, actor=SYSTEM, raw=row)
    discard_input(agent=owner, actor=SYSTEM, raw=row)
    row.refresh_from_db()
    assert row.state == RawState.DONE


def test_a_file_whose_first_line_is_damaged_can_still_be_looked_at(deliver, journal, owner):
    name = journal.write(b"the rest of it", {"channel": "email"})
    (journal.incoming / f"{name}.eml").write_bytes(b"{damaged\nthe rest of it")
    deliver()
    row = quarantined(owner).get()
    assert original(owner, row) == b"{damaged\nthe rest of it"


def test_erased_input_stays_listed_when_it_is_tried_again(deliver, journal, owner):
    deliver(b"no mail")
    row = quarantined(owner).get()
    journal.discard(row.name)
    with pytest.raises(FileNotFoundError):
        retry_input(agent=owner, actor=SYSTEM, raw=row)
    assert quarantined(owner).exists()
