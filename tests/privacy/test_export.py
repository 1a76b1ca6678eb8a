"""Everything about one person in one file, nothing about anybody else, and the log of who looked."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.channels.journal import default_journal
from tamada.conversations.actions import add_note
from tamada.conversations.models import Attachment, Message
from tamada.core import personal, storage
from tamada.core.models import AuditEntry
from tamada.customers.models import Customer
from tamada.privacy import actions, queries
from tamada.privacy.export import export_person
from tamada.privacy.models import Look
from tests.cast import SignedIn
from tests.conversations.conftest import Receive, inbox, receive

__all__ = ["inbox", "receive"]


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def exported(agent: Agent, customer: Customer) -> zipfile.ZipFile:
    file = io.BytesIO()
    export_person(agent=agent, actor=actor_of(agent), customer=customer, to=file)
    return opened(file.getvalue())


@pytest.fixture
def story(receive: Receive, teammate: Agent) -> Message:
    """A mail with a file, its bytes in the journal, an internal note, and somebody else's mail."""
    raw = default_journal().keep(b"From: ani\r\n\r\nHello", {"inboxes": []})
    message = receive(text="My router <blinks> & stops", raw=raw)
    Attachment.objects.create(
        message=message, name="../../etc/pass wd\n.txt", type="text/plain", size=3, blob=storage.put(b"abc")
    )
    add_note(agent=teammate, actor=actor_of(teammate), conversation=message.conversation, html="<p>Angry, be kind.</p>")
    receive(text="Gor's secret", sender="gor@other.example")
    return message


def test_the_file_holds_everything_about_the_person_and_nothing_of_others(owner: Agent, story: Message) -> None:
    customer = story.conversation.customer
    archive = exported(owner, customer)
    data = json.loads(archive.read("data.json"))
    assert list(data["holdings"]) == list(personal.holdings.all())
    texts = [row["text"] for row in data["holdings"]["messages"]["rows"]]
    assert texts == ["My router <blinks> & stops", "Angry, be kind."]
    (file,) = data["holdings"]["files"]["rows"]
    assert archive.read(file["file"]) == b"abc"
    (original,) = data["holdings"]["originals"]["rows"]
    assert archive.read(original["file"]) == b"From: ani\r\n\r\nHello"
    page = archive.read("index.html").decode()
    assert "My router &lt;blinks&gt; &amp; stops" in page
    assert "Angry, be kind." in page
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"secret" not in everything
    assert b"gor@other.example" not in everything


def test_the_page_speaks_to_the_person_and_the_data_to_programs(owner: Agent, story: Message) -> None:
    customer = story.conversation.customer
    Customer.objects.filter(pk=customer.pk).update(language="hy", time_zone="Asia/Yerevan")
    archive = exported(owner, Customer.objects.get(pk=customer.pk))
    page, data = archive.read("index.html").decode(), json.loads(archive.read("data.json"))["holdings"]
    for words in ("Asia/Yerevan", "Հայերեն", "Բաց", "Հաճախորդից", "Ներքին նշում", "Էլ. փոստ"):
        assert words in page
    assert [row["kind"] for row in data["messages"]["rows"]] == ["in", "note"]
    assert (data["conversations"]["rows"][0]["status"], data["addresses"]["rows"][0]["type"]) == ("open", "email")


def test_no_path_of_the_archive_leads_out_of_it(owner: Agent, story: Message) -> None:
    for name in exported(owner, story.conversation.customer).namelist():
        assert not name.startswith("/")
        assert ".." not in name.split("/")
        assert name.isprintable()


def test_a_file_that_is_gone_is_named_and_stops_nothing(owner: Agent, story: Message) -> None:
    storage.store().delete(Attachment.objects.get().blob)
    archive = exported(owner, story.conversation.customer)
    assert archive.read("missing.txt").decode().startswith("files/")


def test_the_page_speaks_the_persons_language(owner: Agent, story: Message) -> None:
    customer = story.conversation.customer
    for language, word in (
        ("hy", "Խոսակցություններ"),
        ("ka", "საუბრები"),
        ("ru", "Разговоры"),
        ("en", "Conversations"),
    ):
        customer.language = language
        page = exported(owner, customer).read("index.html").decode()
        assert f'lang="{language}"' in page
        assert f"<h2>{word}</h2>" in page, language


def test_only_an_admin_takes_it_all_away(
    owner: Agent, lead: Agent, teammate: Agent, story: Message, signed_in: SignedIn
) -> None:
    customer = story.conversation.customer
    for agent in (lead, teammate):
        with pytest.raises(PermissionDenied):
            exported(agent, customer)
        assert signed_in(agent).post(f"/customers/{customer.pk}/export").status_code == 403
    assert not AuditEntry.objects.filter(action="customer.exported").exists()
    answer = signed_in(owner).post(f"/customers/{customer.pk}/export")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert "index.html" in opened(content).namelist()
    assert answer["Content-Disposition"] == f'attachment; filename="customer-{customer.pk}.zip"'
    assert AuditEntry.objects.get(action="customer.exported").object_id == customer.pk


def test_who_opened_a_page_or_a_conversation_is_written_down_once_a_day(
    owner: Agent, teammate: Agent, outsider: Agent, story: Message, signed_in: SignedIn
) -> None:
    customer = story.conversation.customer
    for _ in range(2):
        signed_in(teammate).get(f"/conversations/{story.conversation_id}")
        signed_in(teammate).get(f"/customers/{customer.pk}")
        signed_in(outsider).get(f"/customers/{customer.pk}")
    assert [(look.agent, look.day) for look in queries.looks(customer)] == [(teammate, timezone.now().date())]
    assert teammate.name in signed_in(owner).get(f"/customers/{customer.pk}/privacy").text
    Look.objects.update(day=timezone.now().date() - timedelta(days=1))
    actions.forget_looks()
    signed_in(teammate).get(f"/customers/{customer.pk}")
    assert Look.objects.filter(agent=teammate).count() == 2


def test_what_is_kept_is_counted_with_its_reason(owner: Agent, story: Message) -> None:
    kept = {str(k.title): k.count for k in queries.kept_about(story.conversation.customer)}
    assert (kept["Profile"], kept["Messages and notes"], kept["Files"], kept["Mails as they came"]) == (1, 2, 1, 1)
    assert all(str(k.purpose) for k in queries.kept_about(story.conversation.customer))
