"""Tables and exports of other desks: brought in whole, twice, cut in the middle."""

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation, ConversationCount, Delivery, Inbox, Kind, Message, Status
from tamada.core import storage
from tamada.core.models import QueuedTask, StoredEvent
from tamada.core.storage import StoreAway
from tamada.core.tasks import run_pending
from tamada.customers.actions import block_sender, create_customer, define_attribute
from tamada.customers.models import Customer
from tamada.search.queries import search
from tamada.transfer import actions, exporting
from tamada.transfer.errors import Invalid
from tamada.transfer.importing import opening
from tamada.transfer.importing.reading import items
from tamada.transfer.importing.records import Cut, Record, Unreadable
from tamada.transfer.importing.run import run
from tamada.transfer.models import Import, Progress
from tamada.transfer.tasks import run_import
from tests.cast import SignedIn
from tests.transfer.archives import (
    CHATWOOT,
    CHATWOOT_CONTACTS,
    CHATWOOT_CONVERSATION,
    CONVERSATIONS,
    CUSTOMERS,
    FRESHDESK_JSON,
    FRESHDESK_USERS,
    FRESHDESK_XML,
    ZENDESK_BOX,
    ZENDESK_LINES,
)
from tests.transfer.conftest import Bring


def said(conversation: Conversation) -> list[tuple[str, str]]:
    return [(m.kind, m.text) for m in conversation.messages.order_by("seq")]


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_table_of_customers_comes_in_and_twice_is_once(bring: Bring) -> None:
    done = bring("csv", CUSTOMERS)
    assert (done.read, done.customers, done.skipped, done.cut) == (3, 2, 1, False)  # a bad address is no row more
    ani = Customer.objects.get(name="Անի Պետրոսյան")
    assert {(i.type, i.value) for i in ani.identities.all()} == {("email", "ani@mail.am"), ("phone", "+37491123456")}
    assert ani.organisation is not None
    assert ani.organisation.name == "Ararat Clinic"
    assert {tag.name for tag in ani.tags.all()} == {"vip", "hy"}
    again = bring("csv", CUSTOMERS)
    assert (again.customers, again.duplicates) == (0, 2)
    assert Customer.objects.count() == 2


def test_who_is_known_by_an_address_learns_what_is_missing_and_keeps_the_rest(bring: Bring, owner: Agent) -> None:
    known = create_customer(
        agent=owner, actor=actor_of(owner), name="Ani", identities=[{"type": "email", "value": "ani@mail.am"}]
    )
    assert bring("csv", CUSTOMERS).customers == 1
    known.refresh_from_db()
    assert known.name == "Ani"
    assert known.identities.count() == 2
    assert known.organisation is not None


def test_custom_fields_are_typed_and_what_they_refuse_is_told(bring: Bring, owner: Agent) -> None:
    for key, kind in (("floor", "number"), ("member", "boolean"), ("born", "date")):
        define_attribute(agent=owner, actor=actor_of(owner), key=key, label=key.title(), type=kind, choices=[])
    table = 'name,email,floor,member,born\nA,a@b.am,"3,5",да,31.01.1990\nB,b@b.am,high,no,\n'
    done = bring("csv", table)
    assert Customer.objects.get(name="A").attributes == {"floor": 3.5, "member": True, "born": "1990-01-31"}
    assert Customer.objects.get(name="B").attributes == {"member": False}
    assert (done.read, done.skipped) == (2, 0)
    chosen = opening.choose(lambda: io.BytesIO(table.encode()), "csv", inbox="", system="other")
    [refused] = opening.preview(chosen.records()).problems
    assert (refused.where, refused.in_part) == ("Row 3", True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_tables_in_every_encoding_of_spreadsheets(encoding: str, bring: Bring) -> None:
    rows = "Имя\tПочта\n" + "".join(f"Клиент {n}\tc{n}@mail.ru\n" for n in range(5))
    assert bring("csv", rows.encode(encoding)).customers == 5
    assert Customer.objects.filter(name="Клиент 3").exists()


def test_our_own_export_comes_in_again(bring: Bring, owner: Agent, tmp_path: Path) -> None:
    create_customer(
        agent=owner,
        actor=actor_of(owner),
        name="=Ani",
        note="-1",
        identities=[{"type": "phone", "value": "+37491123456"}, {"type": "telegram", "value": "@ani"}],
    )
    exporting.write(tmp_path / "out")
    Customer.objects.all().delete()
    assert bring("csv", (tmp_path / "out" / "customers.csv").read_bytes()).customers == 1
    ani = Customer.objects.get()
    assert (ani.name, ani.note) == ("=Ani", "-1")
    assert {i.value for i in ani.identities.all()} == {"+37491123456", "ani"}


def test_a_table_of_messages_becomes_conversations(bring: Bring, inbox: Inbox, owner: Agent) -> None:
    done = bring("csv", CONVERSATIONS, what="conversations")
    assert (done.conversations, done.messages, done.customers) == (2, 4, 2)
    modem = Conversation.objects.get(subject="Modem")
    assert said(modem) == [("in", "The modem blinks red."), ("out", "We look."), ("in", "Thank you")]
    assert (modem.status, modem.inbox, modem.message_count) == (Status.OPEN, inbox, 3)
    assert modem.waiting_since == modem.last_activity_at
    assert [tag.name for tag in modem.tags.all()] == ["fibre"]
    bill = Conversation.objects.get(subject="Bill")
    assert (bill.status, said(bill)) == (Status.CLOSED, [("in", "Where is\nmy bill?")])
    assert sum(ConversationCount.objects.values_list("total", flat=True)) == 2
    again = bring("csv", CONVERSATIONS, what="conversations")
    assert (again.conversations, again.messages, again.duplicates) == (0, 0, 4)


@pytest.mark.parametrize("left", [200, 260, 300])
def test_a_table_cut_in_the_middle_goes_on_where_it_ended(left: int, bring: Bring) -> None:
    bring("csv", CONVERSATIONS[:left], what="conversations")
    bring("csv", CONVERSATIONS, what="conversations")
    assert said(Conversation.objects.get(subject="Modem"))[-1] == ("in", "Thank you")
    assert Message.objects.count() == 4


def test_a_cut_table_is_told(bring: Bring) -> None:
    assert bring("csv", CUSTOMERS.splitlines()[0] + "\nAni;ani@mail").cut
    assert bring("csv", 'name,email\nAni,a@b.am\n"Gi').cut
    assert not bring("csv", "name,email\nAni,a@b.am").cut


@pytest.mark.parametrize("content", [b"", b"\n\n", b"PK\x03\x04\0\0", b"text\nhello\n"])
def test_what_is_no_table_is_refused(content: bytes, bring: Bring) -> None:
    with pytest.raises(Unreadable):
        bring("csv", content)


def test_columns_can_be_named(bring: Bring) -> None:
    assert bring("csv", "wer,wo\nAni,a@b.am\n", named={"wer": "name", "wo": "email"}).customers == 1
    for named in ({"was": "name"}, {"wer": "nonsense"}):
        with pytest.raises(Unreadable):
            bring("csv", "wer,wo\nAni,a@b.am\n", named=named)


# --- other desks ------------------------------------------------------------------------------------------------------


def check_printer(conversation: Conversation, teammate: Agent) -> None:
    assert conversation.customer.name == "Nino"
    first = conversation.messages.get(seq=1)
    assert (first.kind, first.author_kind) == ("in", "customer")
    assert "It smokes." in first.text
    answer = conversation.messages.filter(kind=Kind.OUT).first()
    assert answer is None or answer.agent in (teammate, None)


def test_zendesk_lines(bring: Bring, teammate: Agent) -> None:
    done = bring("zendesk", ZENDESK_LINES)
    assert (done.conversations, done.messages, done.customers) == (2, 4, 1)
    row = Conversation.objects.get(subject="Printer")
    check_printer(row, teammate)
    assert [kind for kind, _text in said(row)] == ["in", "note", "out"]
    assert (row.status, row.priority, row.assignee) == (Status.CLOSED, "high", teammate)
    assert row.messages.get(seq=3).agent == teammate
    assert "<script" not in row.messages.get(seq=1).html
    assert "[smoke.jpg]" in row.messages.get(seq=1).text
    assert Conversation.objects.get(subject="Again").status == Status.OPEN
    assert bring("zendesk", ZENDESK_LINES).messages == 0


def test_zendesk_lists_in_a_box_whatever_their_order(bring: Bring, teammate: Agent) -> None:
    done = bring("zendesk", ZENDESK_BOX)
    assert (done.conversations, done.customers) == (1, 1)
    row = Conversation.objects.get()
    check_printer(row, teammate)
    assert [kind for kind, _text in said(row)] == ["in", "note", "out"]
    assert row.customer.organisation is not None
    assert row.customer.language == "ka"
    assert bring("zendesk", ZENDESK_BOX).messages == 0


@pytest.mark.parametrize("form", ["xml", "json"])
def test_freshdesk(form: str, bring: Bring, teammate: Agent) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Tickets0." + form, FRESHDESK_XML if form == "xml" else FRESHDESK_JSON)
        archive.writestr("Users0.xml", FRESHDESK_USERS)
    done = bring("freshdesk", packed.getvalue())
    assert (done.conversations, done.messages, done.customers) == (1, 3, 1)
    row = Conversation.objects.get()
    check_printer(row, teammate)
    assert (row.subject, row.status, row.priority) == ("Printer & cable", Status.PENDING, "urgent")
    assert said(row)[1:] == [("out", "Unplug it."), ("in", "Done")]
    assert row.messages.get(seq=2).agent == teammate
    assert bring("freshdesk", packed.getvalue()).messages == 0


@pytest.mark.parametrize("form", ["box", "lines"])
def test_chatwoot(form: str, bring: Bring, teammate: Agent) -> None:
    bring("chatwoot", CHATWOOT_CONTACTS)
    content = CHATWOOT if form == "box" else json.dumps(CHATWOOT_CONVERSATION) + "\n"
    done = bring("chatwoot", content)
    assert (done.conversations, done.messages, done.customers) == (1, 3, 0)
    row = Conversation.objects.get()
    check_printer(row, teammate)
    assert said(row)[1:] == [("note", "A cable?"), ("in", "[image]")]
    assert (row.status, row.priority, row.assignee) == (Status.OPEN, "urgent", teammate)
    assert bring("chatwoot", content).messages == 0


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8, 0.97])
@pytest.mark.parametrize(
    ("source", "content"),
    [("zendesk", ZENDESK_LINES), ("zendesk", ZENDESK_BOX), ("freshdesk", FRESHDESK_XML), ("chatwoot", CHATWOOT)],
)
def test_a_file_cut_in_the_middle_goes_on_and_brings_no_doubles(
    source: str, content: str, part: float, bring: Bring, teammate: Agent
) -> None:
    half = bring(source, content[: int(len(content) * part)])
    assert half.cut
    whole = bring(source, content)
    assert not whole.cut
    once = (Customer.objects.count(), Conversation.objects.count(), Message.objects.count())
    assert bring(source, content).messages == 0
    assert once == (Customer.objects.count(), Conversation.objects.count(), Message.objects.count())
    assert Message.objects.count() >= 3
    check_printer(Conversation.objects.order_by("pk").first(), teammate)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [
        b"hello",
        b"PK\x03\x04 half of a zip",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x><y><z>&a;</z></y></x>',
        b'{"a":' * 200_000,
    ],
)
def test_hostile_files_are_refused(content: bytes, bring: Bring) -> None:
    with pytest.raises(Unreadable):
        bring("zendesk", content)


def test_objects_are_read_across_the_edges_of_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tamada.transfer.importing.reading.CHUNK", 7)
    for content, count in ((ZENDESK_LINES, 2), (ZENDESK_BOX, 7), (CHATWOOT, 1), (FRESHDESK_XML, 1), ("[]", 0), ("", 0)):
        assert len(list(items(lambda content=content: io.BytesIO(content.encode())))) == count  # type: ignore[misc]
    with pytest.raises(Cut):
        list(items(lambda: io.BytesIO(b'[{"id": 1}, {"id"')))


def test_nothing_is_sent_and_nobody_is_woken(bring: Bring, owner: Agent) -> None:
    QueuedTask.objects.all().delete()
    bring("zendesk", ZENDESK_LINES)
    assert not Delivery.objects.exists()
    assert (
        set(StoredEvent.objects.values_list("type", flat=True))
        & {
            "conversation.started",
            "message.received",
            "message.sent",
            "customer.created",
        }
        == set()
    )
    assert not QueuedTask.objects.filter(name__contains="push").exists()
    assert not owner.notifications.exists()


def test_what_came_in_is_found(bring: Bring, owner: Agent) -> None:
    bring("zendesk", ZENDESK_LINES)
    assert [row.pk for row in search(owner, "unplug").items]


@pytest.mark.parametrize("domain", ["mail.ge", "ფოსტა.გე"])
def test_blocked_senders_stay_out(bring: Bring, owner: Agent, domain: str) -> None:
    block_sender(agent=owner, actor=actor_of(owner), value=f"@{domain}")
    done = bring("zendesk", ZENDESK_LINES.replace("mail.ge", domain))
    assert (done.conversations, done.blocked) == (0, 2)


def test_a_rehearsal_changes_nothing(inbox: Inbox, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(ZENDESK_LINES)
    chosen = opening.choose(lambda: (tmp_path / "file").open("rb"), "zendesk", inbox=inbox.address)
    done = opening.rehearse(chosen.records(), chosen).summary
    assert (done.conversations, done.messages) == (2, 4)
    assert not Customer.objects.exists()


# --- at the desk ------------------------------------------------------------------------------------------------------


def test_a_table_is_uploaded_mapped_looked_at_and_brought_in(owner: Agent, inbox: Inbox, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    file = SimpleUploadedFile("old.csv", CONVERSATIONS.encode())
    html = client.post(reverse("desk:settings_import"), {"source": "csv", "file": file}, follow=True).text
    row = Import.objects.get()
    assert row.options["what"] == "conversations"
    assert f'<option value="{inbox.pk}">{inbox.name}</option>' in html
    assert "Modem" in html
    page, start = reverse("desk:import", args=[row.pk]), reverse("desk:start_import", args=[row.pk])
    assert "Choose the inbox" in client.post(start, follow=True).text
    fields = {"what": "conversations", "inbox": inbox.pk, "column": row.options["columns"]}
    client.post(page, {**fields, "column": ["key", "key"]})
    assert Import.objects.get().inbox is None
    client.post(page, fields)
    assert "is running" in client.post(start, follow=True).text
    run_pending()
    row.refresh_from_db()
    assert (row.state, row.result["messages"]) == (Progress.DONE, 4)
    assert "New conversations" in client.get(page).text
    client.post(reverse("desk:delete_import", args=[row.pk]))
    assert Conversation.objects.count() == 2
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (ValueError(), "Tamada could not go on with it"),
        (StoreAway(), "The database or the store of files was away"),
        (Unreadable("This is no table."), "This is no table."),
    ],
)
def test_what_fails_again_and_again_is_given_up_with_its_reason_and_may_begin_anew(
    owner: Agent, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, error: Exception, why: str
) -> None:
    def fail(*_rest: object, **_options: object) -> None:
        raise error

    file = SimpleUploadedFile("people.csv", b"name,email\nAni,ani@mail.example\n")
    client = signed_in(owner)
    client.post(reverse("desk:settings_import"), {"source": "csv", "file": file})
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    actions.start_import(**by, row=Import.objects.get())
    with monkeypatch.context() as patched:
        patched.setattr("tamada.transfer.actions.imports.run", fail)
        for _try in range(run_import.max_attempts):
            QueuedTask.objects.update(run_after=timezone.now())
            run_pending()
    given_up = Import.objects.get()
    assert given_up.state == Progress.FAILED
    page = client.get(reverse("desk:import", args=[given_up.pk])).text
    assert "What had come in by then is kept" in page
    assert why in page
    actions.start_import(**by, row=Import.objects.get())
    run_pending()
    assert (Import.objects.get().state, Customer.objects.filter(name="Ani").count()) == (Progress.DONE, 1)
    assert why not in client.get(reverse("desk:import", args=[given_up.pk])).text


def test_a_file_that_is_gone_from_the_store_is_told_and_no_fault(owner: Agent, signed_in: SignedIn) -> None:
    client, file = signed_in(owner), SimpleUploadedFile("people.csv", b"name,email\nAni,ani@mail.example\n")
    client.post(reverse("desk:settings_import"), {"source": "csv", "file": file})
    row = Import.objects.get()
    storage.store().delete(row.blob)
    page = client.get(reverse("desk:import", args=[row.pk]))
    assert (page.status_code, page.text.count("The file is no longer there. Upload it again.")) == (200, 1)
    actions.start_import(agent=owner, actor=actor_of(owner), row=row)
    run_pending()
    page = client.get(reverse("desk:import", args=[row.pk]))
    assert (page.status_code, page.text.count("The file is no longer there. Upload it again.")) == (200, 1)
    assert "It was given up" in page.text


def test_what_had_come_in_is_counted_when_an_import_is_given_up(
    owner: Agent, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(records: Iterable[Record], **options: Any) -> None:
        run(list(records), **options)
        raise Unreadable("The second half is torn.")

    monkeypatch.setattr("tamada.transfer.actions.imports.run", half)
    client = signed_in(owner)
    file = SimpleUploadedFile("people.csv", b"name,email\nAni,ani@mail.example\n")
    client.post(reverse("desk:settings_import"), {"source": "csv", "file": file})
    actions.start_import(agent=owner, actor=actor_of(owner), row=Import.objects.get())
    run_pending()
    row = Import.objects.get()
    assert (row.state, row.result["customers"], row.result["why"]) == (Progress.FAILED, 1, "The second half is torn.")
    assert Customer.objects.filter(name="Ani").exists()


def test_a_file_that_is_none_is_told_at_its_field(owner: Agent, signed_in: SignedIn) -> None:
    for source in ("zendesk", "freshdesk", "chatwoot", "csv"):
        file = SimpleUploadedFile("x.bin", b"\0\1\2 no file of theirs")
        answer = signed_in(owner).post(reverse("desk:settings_import"), {"source": source, "file": file})
        assert answer.status_code == 422
    assert not Import.objects.exists()


def test_only_admins_import(owner: Agent, lead: Agent, inbox: Inbox) -> None:
    given: dict[str, Any] = {"source": "zendesk", "name": "x", "size": 1}
    by: dict[str, Any] = {"agent": lead, "actor": actor_of(lead)}
    with pytest.raises(PermissionDenied):
        actions.upload_import(**by, **given, file=io.BytesIO(ZENDESK_LINES.encode()))
    mine: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    row = actions.upload_import(**mine, **given, file=io.BytesIO(ZENDESK_LINES.encode()))
    for act in (
        lambda: actions.settle_import(**by, row=row, inbox=inbox),
        lambda: actions.start_import(**by, row=row),
        lambda: actions.remove_import(**by, row=row),
    ):
        with pytest.raises(PermissionDenied):
            act()
    with pytest.raises(Invalid):
        actions.start_import(**mine, row=row)
