"""Two systems both have a number 1: what is known by a number is known by it in its own system alone."""

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.customers.models import Customer, Identity
from tamada.transfer.importing import run, systems
from tamada.transfer.models import Import, ImportedThing, Progress
from tests.cast import SignedIn
from tests.transfer.archives import CHATWOOT, CONVERSATIONS, FRESHDESK_XML, ZENDESK_BOX, ZENDESK_LINES
from tests.transfer.conftest import Bring

HEADS = "conversation id,subject,customer email,name,date,direction,text,status\n"
ANI = HEADS + "1,Modem,ani@mail.am,Ani,2026-01-31T09:30:00Z,in,The modem blinks red.,open\n"
BORIS = HEADS + "1,Fridge,boris@mail.ru,Boris,2026-01-31T09:30:00Z,in,The fridge is warm.,open\n"


def owners() -> dict[str, str]:
    """Whose each address is, by name."""
    return dict(Identity.objects.values_list("value", "customer__name"))


# --- customers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("system", ["old", "new"])
def test_one_number_in_two_tables_is_two_people(system: str, bring: Bring) -> None:
    bring("csv", "id,name,email\n1,Ani,ani@mail.am\n")
    assert bring("csv", "id,name,email\n1,Boris,boris@mail.ru\n", system=system).customers == 1
    assert owners() == {"ani@mail.am": "Ani", "boris@mail.ru": "Boris"}
    for content, again in (("1,Ani,ani@mail.am", "old"), ("1,Boris,boris@mail.ru", system)):
        assert bring("csv", f"id,name,email\n{content}\n", system=again).customers == 0


def test_a_number_that_a_table_gives_twice_loses_nobody(bring: Bring) -> None:
    table = "id,name,email\n1,Ani,ani@mail.am\n1,Boris,boris@mail.ru\n1,Boris,boris@mail.ru\n"
    assert bring("csv", table).customers == 2
    assert owners() == {"ani@mail.am": "Ani", "boris@mail.ru": "Boris"}
    assert bring("csv", table).customers == 0


def test_who_has_no_address_is_known_by_number_and_name(bring: Bring) -> None:
    bring("csv", "id,name\n1,Ani\n")
    assert bring("csv", "id,name\n1, ANI \n").customers == 0
    assert bring("csv", "id,name\n1,Boris\n").customers == 1
    assert Customer.objects.count() == 2


def test_who_is_known_by_number_and_name_gains_an_address(bring: Bring) -> None:
    bring("csv", "id,name\n1,Ani\n")
    assert bring("csv", "id,name,email\n1,Ani,ani@mail.am\n").customers == 0
    assert bring("csv", "id,name,phone,email\n1,Anahit,091123456,ani@mail.am\n").customers == 0
    assert owners() == {"ani@mail.am": "Ani", "+37491123456": "Ani"}


# --- conversations ----------------------------------------------------------------------------------------------------


def test_one_number_in_two_systems_is_two_conversations(bring: Bring) -> None:
    bring("csv", ANI, what="conversations")
    done = bring("csv", BORIS, what="conversations", system="new")
    assert (done.conversations, done.messages, done.duplicates) == (1, 1, 0)
    rows = Conversation.objects.order_by("pk").values_list("customer__name", "messages__text")
    assert list(rows) == [("Ani", "The modem blinks red."), ("Boris", "The fridge is warm.")]
    for content, system in ((ANI, "Old "), (BORIS, "new")):
        again = bring("csv", content, what="conversations", system=system)
        assert (again.conversations, again.messages, again.duplicates) == (0, 0, 1)


def test_two_tables_of_one_name_mix_nobody_and_drop_nothing_unsaid(bring: Bring) -> None:
    bring("csv", ANI, what="conversations")
    more = "1,,boris@mail.ru,Boris,2026-02-01T09:30:00Z,in,Still warm.,open\n"
    done = bring("csv", BORIS + more, what="conversations")
    assert (done.conversations, done.messages, done.duplicates, done.skipped) == (0, 0, 0, 1)
    assert [m.text for m in Message.objects.all()] == ["The modem blinks red."]


@pytest.mark.parametrize("batch", [1, 100])
def test_a_table_that_names_the_writer_of_each_row_is_one_conversation(
    batch: int, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH", batch)
    table = ANI + "1,,gor@mail.am,Gor,2026-01-31T10:00:00Z,in,Mine too.,open\n"
    assert bring("csv", table, what="conversations").messages == 2
    again = bring("csv", table, what="conversations")
    assert (again.messages, again.duplicates, again.skipped) == (0, 2, 0)
    assert Conversation.objects.get().message_count == 2


def test_two_accounts_of_another_desk_do_not_collide(bring: Bring) -> None:
    bring("zendesk", ZENDESK_LINES, system="")
    other = ZENDESK_LINES.replace("x.zendesk.com", "y.zendesk.com").replace("nino@mail.ge", "boris@mail.ru")
    done = bring("zendesk", other.replace("Nino", "Boris"), system="")
    assert (done.conversations, done.messages, done.customers, done.duplicates) == (2, 4, 1, 0)
    assert set(ImportedThing.objects.values_list("system", flat=True)) == {"x.zendesk.com", "y.zendesk.com"}
    assert bring("zendesk", ZENDESK_LINES, system="").messages == 0


# --- rows from before systems were told apart -------------------------------------------------------------------------


def forget_systems() -> None:
    ImportedThing.objects.update(system="")


def test_what_came_before_systems_had_names_is_known_where_the_person_is_the_same(bring: Bring) -> None:
    bring("csv", CONVERSATIONS, what="conversations")
    forget_systems()
    again = bring(
        "csv", CONVERSATIONS + "12,,ani@mail.am,Ani,2026-02-01T11:00:00Z,in,Once more,open,\n", what="conversations"
    )
    assert (again.conversations, again.messages, again.duplicates) == (0, 1, 4)
    assert Conversation.objects.count() == 2


def test_a_bare_number_is_nobody_of_a_system_without_a_name(bring: Bring) -> None:
    bring("zendesk", ZENDESK_BOX)
    forget_systems()
    ticket = {"id": 99, "requester_id": 9, "subject": "Fridge", "description": "It is warm.", "status": "open"}
    bring("zendesk", json.dumps(ticket) + "\n")
    assert Conversation.objects.get(subject="Fridge").customer.name == "user 9"
    assert bring("zendesk", json.dumps(ticket) + "\n").messages == 0


def test_what_came_before_systems_had_names_takes_nobody_elses_words(bring: Bring) -> None:
    bring("csv", ANI, what="conversations")
    forget_systems()
    done = bring("csv", BORIS, what="conversations")
    assert (done.conversations, done.messages, done.duplicates) == (1, 1, 0)
    assert not Message.objects.filter(conversation__customer__name="Ani", text__contains="fridge").exists()


# --- what a system is called ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "content", "name", "label"),
    [
        ("zendesk", ZENDESK_LINES, "t.json", "x.zendesk.com"),
        ("zendesk", ZENDESK_BOX, "t.json", "x.zendesk.com"),
        ("zendesk", ZENDESK_LINES[:40], "t.json", ""),
        ("zendesk", '{"id": 1, "url": "https://[/api/v2/1"}', "t.json", ""),
        ("freshdesk", FRESHDESK_XML, "t.xml", ""),
        ("freshdesk", json.dumps([{"helpdesk_ticket": {"account_id": 77, "notes": []}}]), "t.json", "Freshdesk 77"),
        ("chatwoot", CHATWOOT, "t.json", ""),
        ("csv", "", "Old shop 2026-11-26 (1).csv", "Old shop"),
        ("csv", "", "2026.csv", "2026"),
    ],
)
def test_files_tell_which_system_they_are_from(source: str, content: str, name: str, label: str) -> None:
    assert systems.suggested(lambda: io.BytesIO(content.encode()), source, name) == label


def test_what_the_file_does_not_tell_is_asked(owner: Agent, inbox: Inbox, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    file = SimpleUploadedFile("old.json", CHATWOOT.encode())
    client.post(reverse("desk:settings_import"), {"source": "chatwoot", "file": file})
    row = Import.objects.get()
    page, start = reverse("desk:import", args=[row.pk]), reverse("desk:start_import", args=[row.pk])
    given: dict[str, Any] = {"inbox": inbox.pk, "system": " "}
    client.post(page, given)
    assert "what you call the system" in client.post(start, follow=True).text
    client.post(page, {**given, "system": "Our\0 old  desk"})
    row.refresh_from_db()
    assert row.system == "Our old desk"
    client.post(start)
    row.refresh_from_db()
    assert row.state == Progress.WAITING
    file = SimpleUploadedFile("more.json", CHATWOOT.encode())
    html = client.post(reverse("desk:settings_import"), {"source": "chatwoot", "file": file}, follow=True).text
    assert '<option value="Our old desk">' in html
    assert "old.json" not in html.partition('id="system"')[2]
    page = reverse("desk:import", args=[Import.objects.latest("pk").pk])
    html = client.post(page, {**given, "system": "our old desk"}, follow=True).text
    assert "Brought in under this name before: old.json." in html
