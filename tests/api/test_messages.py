"""Messages through the API: reading, replying, noting, and not writing past each other."""

import base64
import os
from datetime import timedelta
from typing import cast

import pytest
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.channels.chat.actions import start_visitor
from tamada.channels.journal import default_journal
from tamada.conversations.actions import attach, create_inbox, discard_draft, drop_uploads, save_draft
from tamada.conversations.models import Attachment, Conversation, Delivery, Inbox, Message
from tamada.core import storage
from tamada.core.actors import SYSTEM
from tamada.customers.models import Customer, Identity
from tests.api.conftest import As, Mail

FIELDS = {
    "id",
    "kind",
    "author",
    "to",
    "cc",
    "bcc",
    "subject",
    "text",
    "quoted_text",
    "html",
    "attachments",
    "language",
    "delivery",
    "message_id",
    "created_at",
}


@pytest.fixture
def row(inbox: Inbox, mail: Mail) -> Conversation:
    return mail(inbox)


def test_a_message_has_every_field_of_the_contract(as_: As, teammate: Agent, row: Conversation) -> None:
    (item,) = as_(teammate).get(f"/conversations/{row.pk}/messages").json()["items"]
    assert set(item) >= FIELDS
    assert item["kind"] == "in"
    assert item["author"]["type"] == "customer"
    assert item["author"]["name"] == "Karine"
    assert item["text"] == "The router blinks red."
    assert item["to"] == ["help@desk.example"]
    assert item["message_id"] == "<1@customer.example>"
    assert item["delivery"] is None
    assert item["attachments"] == []


def test_an_edited_message_tells_what_it_said_before(as_: As, teammate: Agent, row: Conversation) -> None:
    until = "2026-03-02T10:00:00+00:00"
    data = {"edits": [{"text": "It blinks.", "until": until}], "edited_at": until}
    Message.objects.filter(conversation=row).update(data=data)
    (item,) = as_(teammate).get(f"/conversations/{row.pk}/messages").json()["items"]
    assert item["edits"] == [{"text": "It blinks.", "until": "2026-03-02T10:00:00Z"}]
    assert (item["edited_at"], item["inbox"]) == ("2026-03-02T10:00:00Z", str(row.inbox_id))


def test_a_reply_goes_on_over_another_channel(as_: As, teammate: Agent, outsider: Agent, row: Conversation) -> None:
    chat = create_inbox(agent=None, actor=SYSTEM, name="Site", channel="chat", team=row.team)
    visitor = start_visitor(inbox=chat)[0]
    browser = {"type": "chat", "value": f"visitor-{visitor.pk}"}
    known = Identity.objects.create(customer=row.customer, **browser)
    reply = {"text": "Is it blinking?", "via": str(chat.pk)}
    api = as_(teammate)
    assert api.post(f"/conversations/{row.pk}/messages", reply).status_code == 422  # nobody has proven that it is them
    Identity.objects.filter(pk=known.pk).update(verified_at=timezone.now())
    sent = api.post(f"/conversations/{row.pk}/messages", reply)
    assert sent.status_code == 201
    assert (sent.json()["channel"], sent.json()["inbox"]) == ("chat", str(chat.pk))
    Inbox.objects.filter(pk=chat.pk).update(team=outsider.teams.get())
    assert api.post(f"/conversations/{row.pk}/messages", reply).status_code == 422


def test_who_gave_no_name_is_called_by_an_address_and_by_no_networks_id(
    as_: As, teammate: Agent, row: Conversation
) -> None:
    Customer.objects.filter(pk=row.customer_id).update(name="")
    Identity.objects.filter(customer=row.customer).delete()
    Identity.objects.create(customer=row.customer, type="chat", value="visitor-14")
    api = as_(teammate)
    assert api.get(f"/conversations/{row.pk}").json()["customer"]["name"] == ""
    Identity.objects.create(customer=row.customer, type="email", value="ani@mail.example")
    assert api.get(f"/conversations/{row.pk}").json()["customer"]["name"] == "ani@mail.example"


def test_messages_come_oldest_first_and_page_on(as_: As, teammate: Agent, row: Conversation, mail: Mail) -> None:
    for i in range(5):
        mail(row.inbox, text=f"More {i}", into=row)
    api = as_(teammate)
    everything = api.all(f"/conversations/{row.pk}/messages", limit=2)
    assert [m["text"] for m in everything if m["kind"] == "in"][1:] == [f"More {i}" for i in range(5)]
    assert [m["created_at"] for m in everything] == sorted(m["created_at"] for m in everything)
    after = api.get(f"/conversations/{row.pk}/messages", after=everything[2]["id"]).json()["items"]
    assert after == everything[3:]
    one = api.get(f"/conversations/{row.pk}/messages/{everything[0]['id']}")
    assert one.json() == everything[0]


def test_a_reply_leaves_at_once(as_: As, teammate: Agent, row: Conversation) -> None:
    api = as_(teammate)
    response = api.post(f"/conversations/{row.pk}/messages", {"kind": "out", "text": "We are on it."})
    assert response.status_code == 201
    item = response.json()
    assert set(item) >= FIELDS
    assert item["kind"] == "out"
    assert item["author"] == {"type": "agent", "name": "Tamar"}
    assert (item["author_id"], item["via"]) == (str(teammate.pk), "api")
    assert item["delivery"] == "queued"
    assert item["to"] == ["karine@customer.example"]
    delivery = Delivery.objects.get(message=item["id"])
    assert delivery.not_before <= delivery.message.created_at
    assert api.get(f"/conversations/{row.pk}").json()["waiting_since"] is None


@pytest.mark.parametrize("kind", ["out", "note"])
def test_what_a_program_writes_leaves_alone_what_its_agent_has_begun(
    as_: As, teammate: Agent, row: Conversation, kind: str
) -> None:
    mine = save_draft(agent=teammate, actor=actor_of(teammate), conversation=row, kind=kind, text="Dear Karine, we")
    answer = as_(teammate).post(f"/conversations/{row.pk}/messages", {"kind": kind, "text": "We are on it."})
    assert answer.status_code == 201
    mine.refresh_from_db()
    assert mine.text == "Dear Karine, we"


def test_a_reply_goes_to_whom_it_says(as_: As, teammate: Agent, row: Conversation) -> None:
    body = {
        "html": "<p>Hello <b>there</b><script>alert(1)</script></p>",
        "to": ["a@x.example", {"name": "Bo", "email": "b@x.example"}],
        "cc": "Cy <c@x.example>",
        "bcc": ["d@x.example"],
    }
    item = as_(teammate).post(f"/conversations/{row.pk}/messages", body).json()
    assert (item["to"], item["cc"], item["bcc"]) == (["a@x.example", "b@x.example"], ["c@x.example"], ["d@x.example"])
    assert item["names"] == {"b@x.example": "Bo", "c@x.example": "Cy"}
    assert "script" not in item["html"]
    assert item["text"].strip() == "Hello there"


def test_a_note_is_ours_alone(as_: As, teammate: Agent, lead: Agent, row: Conversation) -> None:
    response = as_(teammate).post(f"/conversations/{row.pk}/messages", {"kind": "note", "text": "@Levon please look"})
    assert response.status_code == 201
    assert (response.json()["kind"], response.json()["delivery"]) == ("note", None)
    assert not Delivery.objects.exists()
    assert as_(lead).get("/counts").json()["mentions"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "  "},
        {"kind": "in", "text": "x"},
        {"kind": "system", "text": "x"},
        {"text": "x", "to": "nobody"},
        {"text": 7},
        {"text": "x", "attachments": ["999"]},
        {"text": "x", "attachments": [{"name": "a", "content": "###"}]},
        {"text": "x", "attachments": [{"content": "QQ=="}]},
    ],
)
def test_what_is_no_message_is_refused(as_: As, teammate: Agent, row: Conversation, body: dict[str, object]) -> None:
    response = as_(teammate).post(f"/conversations/{row.pk}/messages", body)
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert row.messages.count() == 1


def test_a_reply_past_an_unseen_message_is_refused_with_it(
    as_: As, teammate: Agent, row: Conversation, mail: Mail
) -> None:
    api, path = as_(teammate), f"/conversations/{row.pk}/messages"
    seen = api.get(path).json()["items"][-1]["id"]
    mail(row.inbox, text="It works again!", into=row)
    response = api.post(path, {"text": "We come tomorrow.", "last_seen_message": seen})
    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    (unseen,) = response.json()["unseen"]
    assert unseen["text"] == "It works again!"
    assert set(unseen) >= FIELDS
    assert not Message.objects.filter(kind="out").exists()
    assert api.post(path, {"text": "Glad to hear.", "last_seen_message": unseen["id"]}).status_code == 201


def test_system_lines_don_t_stale_a_reply(as_: As, teammate: Agent, lead: Agent, row: Conversation) -> None:
    api, path = as_(teammate), f"/conversations/{row.pk}/messages"
    seen = api.get(path).json()["items"][-1]["id"]
    as_(lead).patch(f"/conversations/{row.pk}", {"priority": "high", "assignee": "me"})
    assert api.get(path).json()["items"][-1]["kind"] == "system"
    assert api.post(path, {"text": "Hello", "last_seen_message": seen}).status_code == 201


def test_a_colleagues_message_stales_a_reply(as_: As, teammate: Agent, lead: Agent, row: Conversation) -> None:
    path = f"/conversations/{row.pk}/messages"
    seen = as_(teammate).get(path).json()["items"][-1]["id"]
    as_(lead).post(path, {"kind": "note", "text": "I called her."})
    assert as_(teammate).post(path, {"text": "Hello", "last_seen_message": seen}).status_code == 409


def test_what_one_program_wrote_stales_the_others_reply(as_: As, teammate: Agent, row: Conversation) -> None:
    """With one token, too: neither knows of the other."""
    api, path = as_(teammate), f"/conversations/{row.pk}/messages"
    seen = api.get(path).json()["items"][-1]["id"]
    answers = [api.post(path, {"text": f"Try {n}.", "last_seen_message": seen}) for n in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]
    assert [m["text"] for m in answers[1].json()["unseen"]] == ["Try 0."]


def test_only_who_sees_and_writes_may_write(as_: As, outsider: Agent, observer: Agent, row: Conversation) -> None:
    path = f"/conversations/{row.pk}/messages"
    for kind in ("out", "note"):
        assert as_(outsider).post(path, {"kind": kind, "text": "x"}).status_code == 404
        assert as_(observer).post(path, {"kind": kind, "text": "x"}).status_code in (403, 404)
    assert row.messages.count() == 1


def test_files_travel_by_id_and_inline(
    as_: As, teammate: Agent, lead: Agent, outsider: Agent, row: Conversation
) -> None:
    api, path = as_(teammate), f"/conversations/{row.pk}/messages"
    uploaded = api.upload(b"%PDF-1.7 test", "հաշիվ.pdf")
    assert uploaded.status_code == 201
    assert (uploaded.json()["name"], uploaded.json()["size"]) == ("հաշիվ.pdf", 13)
    inline = {"name": "a.txt", "type": "text/plain", "content": base64.b64encode(b"hello").decode()}
    item = api.post(path, {"text": "See these.", "attachments": [uploaded.json()["id"], inline]}).json()
    assert [(f["name"], f["size"]) for f in item["attachments"]] == [("հաշիվ.pdf", 13), ("a.txt", 5)]
    assert {"id", "name", "type", "size"} <= set(item["attachments"][0])
    file, content = as_(lead).download(f"/attachments/{item['attachments'][0]['id']}")
    assert file.status_code == 200
    assert content == b"%PDF-1.7 test"
    assert file["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in file["Content-Security-Policy"]
    assert as_(outsider).get(f"/attachments/{item['attachments'][0]['id']}").status_code == 404
    again = api.post(path, {"text": "Again.", "attachments": [uploaded.json()["id"]]})
    assert again.status_code == 422


def test_an_upload_is_its_owners_until_sent(as_: As, teammate: Agent, lead: Agent, row: Conversation) -> None:
    uploaded = as_(teammate).upload(b"hello").json()
    head = as_(teammate).call("HEAD", f"/attachments/{uploaded['id']}")
    assert (head.status_code, head["Content-Length"], head.getvalue()) == (200, "5", b"")
    for close in head._resource_closers:
        close()
    assert as_(teammate).download(f"/attachments/{uploaded['id']}")[1] == b"hello"
    assert as_(lead).get(f"/attachments/{uploaded['id']}").status_code == 404
    body = {"text": "x", "attachments": [uploaded["id"]]}
    assert as_(lead).post(f"/conversations/{row.pk}/messages", body).status_code == 422


def test_uploads_that_nobody_used_are_forgotten(as_: As, teammate: Agent, row: Conversation) -> None:
    api = as_(teammate)
    used, stray, fresh = (api.upload(content).json()["id"] for content in (b"1", b"2", b"3"))
    api.post(f"/conversations/{row.pk}/messages", {"text": "x", "attachments": [used]})
    twin = api.upload(b"1").json()["id"]
    blobs = {pk: Attachment.objects.get(pk=pk).blob for pk in (used, stray, fresh)}
    Attachment.objects.exclude(pk=fresh).update(created_at=timezone.now() - timedelta(days=2))
    for blob in blobs.values():
        path = cast(storage.Disk, storage.store()).path(blob)
        os.utime(path, (path.stat().st_mtime - 2 * 86_400,) * 2)
    assert drop_uploads() == 2
    assert twin
    assert set(Attachment.objects.values_list("pk", flat=True)) == {int(used), int(fresh)}
    # What a message names stays, also under another upload of the same bytes.
    assert [storage.exists(blobs[pk]) for pk in (used, stray, fresh)] == [True, False, True]


def test_the_files_of_a_draft_that_was_thrown_away_are_forgotten(teammate: Agent, row: Conversation) -> None:
    actor = actor_of(teammate)
    draft = save_draft(agent=teammate, actor=actor, conversation=row, text="x")
    file = attach(agent=teammate, draft=draft, name="plan.txt", content=b"plan")
    discard_draft(agent=teammate, actor=actor, draft=draft)
    file.refresh_from_db()
    assert file.draft is None
    assert drop_uploads(older_than=timedelta(0)) == 1


def test_what_is_no_upload_is_refused(
    as_: As, teammate: Agent, observer: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = as_(teammate)
    assert api.post("/attachments", {"file": "x"}).status_code in (400, 422)
    assert as_(observer).upload(b"x").status_code in (403, 404)
    monkeypatch.setattr("tamada.api.files.MAX_SIZE", 4)
    assert api.upload(b"12345").status_code == 413


def test_a_hostile_name_stays_a_name(as_: As, teammate: Agent) -> None:
    uploaded = as_(teammate).upload(b"<script>alert(1)</script>", 'x".html')
    file, _content = as_(teammate).download(f"/attachments/{uploaded.json()['id']}")
    assert file["Content-Type"] in ("application/octet-stream", "text/plain")
    assert file["X-Content-Type-Options"] == "nosniff"


def test_the_raw_message(as_: As, teammate: Agent, outsider: Agent, row: Conversation) -> None:
    message = row.messages.get()
    path = f"/conversations/{row.pk}/messages/{message.pk}/raw"
    assert as_(teammate).get(path).status_code == 404
    message.raw = default_journal().keep(b"Subject: Router\r\n\r\nred", {"inboxes": [row.inbox_id]})
    message.save()
    response = as_(teammate).get(path)
    assert response.content == b"Subject: Router\r\n\r\nred"
    assert response["Content-Type"] == "message/rfc822"
    assert as_(outsider).get(path).status_code == 404
    default_journal().discard(message.raw)
    assert as_(teammate).get(path).status_code == 410


def test_a_page_of_messages_costs_the_same_however_long(
    as_: As, teammate: Agent, row: Conversation, mail: Mail, django_assert_max_num_queries
) -> None:
    for i in range(9):
        mail(row.inbox, text=f"More {i}", into=row)
    api = as_(teammate)
    api.get("/me")
    with django_assert_max_num_queries(7):  # token, teams, row, tags, that they looked, messages, files
        assert len(api.get(f"/conversations/{row.pk}/messages").json()["items"]) == 10
