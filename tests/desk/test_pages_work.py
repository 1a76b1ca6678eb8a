"""What the pages offer can be taken: forms are sent as a browser would send them, from what the page itself holds."""

import re

import pytest
from django.utils import timezone

from tamada.channels.email.accounts import open_mail_inbox
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.core.actors import SYSTEM
from tests.cast import SignedIn


@pytest.fixture
def inbox(db: None) -> Inbox:
    return open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@company.example").inbox


@pytest.fixture
def conversation(inbox: Inbox, customer) -> Conversation:
    now = timezone.now()
    return Conversation.objects.create(
        inbox=inbox, channel="email", customer=customer, team=inbox.team, created_at=now, last_activity_at=now
    )


def test_a_new_conversation_leaves_from_the_inbox_that_the_page_offers(inbox, teammate, signed_in: SignedIn):
    client = signed_in(teammate)
    page = client.get("/conversations/new").content.decode()
    (offered,) = re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', page)
    assert offered == (str(inbox.pk), "Support &lt;support@company.example&gt;")
    given = {"inbox": offered[0], "to": "ani@mail.example", "subject": "Hello", "text": "We call you tomorrow."}
    answer = client.post("/conversations/new", given)
    begun = Conversation.objects.get()
    assert answer["Location"] == f"/conversations/{begun.pk}"
    assert Message.objects.get(conversation=begun).text == "We call you tomorrow."


def test_tags_are_ticked_one_by_one(conversation, teammate, signed_in: SignedIn):
    client = signed_in(teammate)
    url = f"/conversations/{conversation.pk}"
    for change in ({"tag": "repair"}, {"tag": "VIP, gold"}, {"untag": "repair"}):
        assert client.post(f"{url}/update", change).status_code == 204
    assert set(conversation.tags.values_list("name", flat=True)) == {"VIP, gold"}
    menu = client.get(url).text
    assert re.search(r'aria-checked="true"[^>]*name="untag" value="VIP, gold"', menu)
    assert re.search(r'aria-checked="false"[^>]*name="tag" value="repair"', menu)


def test_the_last_tag_is_taken_off_by_an_empty_field(conversation, teammate, signed_in: SignedIn):
    client = signed_in(teammate)
    url = f"/conversations/{conversation.pk}/update"
    assert client.post(url, {"tags": "repair, urgent", "tags_form": "1"}).status_code == 204
    assert set(conversation.tags.values_list("name", flat=True)) == {"repair", "urgent"}
    assert client.post(url, {"tags": "", "tags_form": "1"}).status_code == 204
    assert not conversation.tags.exists()
    assert client.post(url, {"tags": "x" * 100, "tags_form": "1"}).status_code == 400
