"""A chat at the desk: its settings, answers that leave at once, and what is told of the visitor."""

import hmac
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tamada.accounts.models import Agent
from tamada.channels.chat.actions import describe_visitor, identify_visitor, receive_from_visitor, start_visitor
from tamada.channels.chat.models import Line
from tamada.channels.chat.outbox import deliver_due
from tamada.channels.chat.queries import lines_of
from tamada.channels.chat.settings import settings_of
from tamada.channels.email.accounts import open_mail_inbox, update_mail_account
from tamada.conversations.actions import forward_message, start_conversation, update_conversation
from tamada.conversations.errors import NoRecipient
from tamada.conversations.models import Inbox, Kind, Message
from tamada.core import wakeup
from tamada.core.actors import SYSTEM, Actor
from tamada.customers.actions import update_customer
from tamada.customers.models import Identity
from tests.cast import SignedIn
from tests.helpers.smtp import FakeSMTP

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(chat: Inbox) -> Line:
    page = "https://shop.example/prices?<script>"
    visitor = start_visitor(inbox=chat, page=page, referrer="javascript:alert(1)")[0]
    describe_visitor(visitor=visitor, email="ani@home.example")
    return receive_from_visitor(visitor=visitor, thread=None, client_id="a", text="Is the <b>pool</b> open?").line


def actor(agent: Agent) -> Actor:
    return Actor("agent", agent.pk, agent.name)


def test_an_answer_leaves_at_once_and_plain(signed_in: SignedIn, teammate: Agent, line: Line) -> None:
    url = reverse("desk:send", args=[line.message.conversation_id])
    form = {"kind": "out", "html": "<p>Yes, <b>daily</b></p>", "client_id": "x"}
    answered = signed_in(teammate).post(url, form, headers={"Accept": "application/json"})
    assert answered.status_code == 201
    assert "undo" not in answered.json()
    assert deliver_due() == 0  # it left with the message
    assert [found.message.text for found in lines_of(line.thread)] == ["Is the <b>pool</b> open?", "Yes, daily"]


def test_the_page_tells_what_a_colleague_wrote_from_ones_own_and_the_customers(
    signed_in: SignedIn, teammate: Agent, lead: Agent, line: Line
) -> None:
    page = reverse("desk:conversation", args=[line.message.conversation_id])
    own = signed_in(teammate)
    own.post(
        reverse("desk:send", args=[line.message.conversation_id]), {"kind": "out", "html": "Yes", "client_id": "x"}
    )
    assert "data-colleague" not in own.get(page).text
    assert signed_in(lead).get(page).text.count("data-colleague") == 1


def test_the_page_shows_where_the_visitor_is(signed_in: SignedIn, teammate: Agent, line: Line) -> None:
    shown = signed_in(teammate).get(reverse("desk:conversation", args=[line.message.conversation_id])).content.decode()
    assert 'href="https://shop.example/prices?&lt;script&gt;"' in shown
    assert "javascript:alert" not in shown
    assert "ani@<wbr>home<wbr>.example" in shown
    assert "Is the &lt;b&gt;pool&lt;/b&gt; open?" in shown


def test_a_visitor_without_a_name_is_called_by_no_id(signed_in: SignedIn, teammate: Agent, line: Line) -> None:
    agent, conversation = actor(teammate), line.message.conversation
    update_conversation(agent=teammate, actor=agent, conversation=conversation, status="closed")
    again = receive_from_visitor(visitor=line.thread.visitor, thread=line.thread, client_id="b", text="And today?").line
    assert again.message.author_name == ""
    page = reverse("desk:conversation", args=[conversation.pk])
    shown = signed_in(teammate).get(page).text
    assert "The customer opened the conversation again" in shown
    assert shown.count('aria-label="Somebody"') == 2
    shown += signed_in(teammate).get(reverse("desk:customer", args=[conversation.customer_id])).text
    shown += signed_in(teammate).get(reverse("desk:customers")).text
    assert f"visitor {line.thread.visitor_id}" in shown
    assert f"visitor-{line.thread.visitor_id}" not in shown
    update_customer(agent=teammate, actor=agent, customer=conversation.customer, name="Ani")
    assert signed_in(teammate).get(page).text.count('aria-label="Ani"') == 2


def test_a_user_of_the_site_is_called_as_the_site_does(
    signed_in: SignedIn, owner: Agent, chat: Inbox, line: Line
) -> None:
    proof = hmac.new(chat.secret.encode(), b"u1", "sha256").hexdigest()
    identify_visitor(visitor=line.thread.visitor, user="u1", proof=proof)
    client, customer = signed_in(owner), line.message.conversation.customer
    pages = [reverse("desk:conversation", args=[line.message.conversation_id])]
    pages.append(reverse("desk:customer", args=[customer.pk]))
    for page in pages:
        shown = client.get(page).text
        assert "Signed in on “Site”" in shown
        assert f"chat-{chat.pk}:u1" not in shown
    Identity.objects.exclude(type="external").delete()
    update_customer(agent=None, actor=SYSTEM, customer=customer, name="Ani")
    for name, query in (("customers", ""), ("search", "?kind=customers&q=Ani"), ("palette", "?q=Ani")):
        shown = client.get(reverse(f"desk:{name}") + query).text
        assert re.search(r"\bu1\b", shown), name
        assert f"chat-{chat.pk}:u1" not in shown
    # Where nobody vouches for it any more, it is an address of some other system.
    Identity.objects.filter(type="external").update(verified_at=None)
    shown = client.get(pages[1]).text
    assert "Signed in on" not in shown
    assert "<span>Other system</span> <b>u1</b>" in shown


def test_a_colleague_outside_sees_neither(signed_in: SignedIn, outsider: Agent, line: Line) -> None:
    page = signed_in(outsider).get(reverse("desk:conversation", args=[line.message.conversation_id]))
    assert page.status_code == 404


def test_typing_reaches_the_visitor_and_an_observers_look_does_not(
    signed_in: SignedIn, teammate: Agent, observer: Agent, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(wakeup, "notify", lambda kind, payload=b"": told.append(payload))
    url = reverse("desk:presence", args=[line.message.conversation_id])
    signed_in(observer).post(url, {"state": "typing"})
    assert not [one for one in told if b"chat.typing" in one]
    signed_in(teammate).post(url, {"state": "typing"})
    (heard,) = [one for one in told if b"chat.typing" in one]
    assert f'"visitor:{line.thread.visitor_id}"'.encode() in heard
    assert b"inbox:" not in heard


def test_a_forward_goes_by_mail_and_never_into_the_chat(teammate: Agent, line: Line) -> None:
    given: dict[str, Any] = {"agent": teammate, "actor": actor(teammate), "message": line.message}
    given["to"] = ["boss@company.example"]
    with pytest.raises(NoRecipient):
        forward_message(**given)
    mail = open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@company.example")
    sent = forward_message(**given)
    assert (sent.inbox, sent.channel) == (mail.inbox, "email")
    deliver_due()
    assert [found.message.text for found in lines_of(line.thread)] == ["Is the <b>pool</b> open?"]


def test_a_chat_is_begun_by_its_visitor(teammate: Agent, chat: Inbox) -> None:
    with pytest.raises(NoRecipient):
        start_conversation(
            agent=teammate, actor=actor(teammate), inbox=chat, to=["a@b.example"], subject="Hi", text="Hi"
        )
    assert not Message.objects.filter(kind=Kind.OUT).exists()


def test_an_admin_opens_a_chat_and_sets_it(signed_in: SignedIn, owner: Agent) -> None:
    client = signed_in(owner)
    made = client.post(reverse("desk:new_inbox"), {"name": "Our site", "channel": "chat"})
    inbox = Inbox.objects.get(name="Our site")
    assert made["Location"] == reverse("desk:settings_inbox", args=[inbox.pk])  # its top, where the line is
    assert inbox.channel == "chat"
    page = client.get(reverse("desk:settings_inbox", args=[inbox.pk])).content.decode()
    assert f"data-inbox=&quot;{inbox.key}&quot;" in page or f'data-inbox="{inbox.key}"' in page
    form = {
        "name": "Our site",
        "team": inbox.team_id,
        "is_active": "on",
        "greeting": "Hello!",
        "greeting_hy": "Բարև ձեզ",
        "away": "Closed.",
        "away_hy": "Փակ ենք",
        "ask_email": "required",
        "side": "left",
        "color": "#0A7a5C",
        "origins": "shop.example\nhttps://Blog.example/",
        "contacts": "phone: +374 10 123456\nlink: https://company.example",
        "offer_form_pause": "on",
        "offer_text": "May we help?",
    }
    assert client.post(reverse("desk:settings_inbox", args=[inbox.pk]), form).status_code == 302
    chosen = settings_of(Inbox.objects.get(pk=inbox.pk))
    assert chosen.origins == ["https://shop.example", "http://shop.example", "https://blog.example"]
    assert (chosen.text("greeting", "hy"), chosen.text("greeting", "ka")) == ("Բարև ձեզ", "Hello!")
    assert (chosen.text("away", "hy"), chosen.text("away", "ka")) == ("Փակ ենք", "Closed.")
    assert chosen.form == [{"name": "email", "required": True}]
    assert [one["value"] for one in chosen.contacts] == ["+374 10 123456", "https://company.example"]
    assert chosen.offers == [{"id": "1", "when": "form_pause", "after": 60, "text": "May we help?"}]
    assert (chosen.side, chosen.color) == ("left", "#0a7a5c")
    refused = client.post(reverse("desk:settings_inbox", args=[inbox.pk]), {**form, "contacts": "link: javascript:x"})
    assert refused.status_code == 422
    assert settings_of(Inbox.objects.get(pk=inbox.pk)) == chosen


def test_the_settings_show_the_tag_of_the_ways_and_what_is_chosen_reads_not_optional(
    signed_in: SignedIn, owner: Agent, chat: Inbox
) -> None:
    client = signed_in(owner)
    page = client.get(reverse("desk:settings_inbox", args=[chat.pk])).text
    tag = f"&lt;tamada-contact data-inbox=&quot;{chat.key}&quot;&gt;&lt;/tamada-contact&gt;"
    assert f'<tamada-copy text="{tag}">' in page
    for name in ("ask_name", "ask_email", "side"):
        assert "(optional)" not in page.partition(f'<label for="id_{name}">')[2].partition("</label>")[0]
    assert "(optional)" in page.partition('<label for="id_title">')[2].partition("</label>")[0]
    mail = open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@company.example")
    assert "tamada-contact" not in client.get(reverse("desk:settings_inbox", args=[mail.inbox_id])).text


def test_the_settings_say_when_unread_answers_could_not_go_out(
    signed_in: SignedIn, owner: Agent, chat: Inbox, smtp_server: FakeSMTP
) -> None:
    client, page = signed_in(owner), reverse("desk:settings_inbox", args=[chat.pk])
    assert "there is no mail inbox that could send it" in client.get(page).text
    mail = open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@company.example")
    shown = client.get(page).text
    assert "goes out from “Support”, which can&#x27;t send now" in shown
    assert 'id="unread-trouble"' not in client.get(reverse("desk:settings_inbox", args=[mail.inbox_id])).text
    update_mail_account(agent=None, actor=SYSTEM, account=mail, smtp_url=smtp_server.url)
    assert 'id="unread-trouble"' not in client.get(page).text


def test_mail_needs_an_address(signed_in: SignedIn, owner: Agent) -> None:
    refused = signed_in(owner).post(reverse("desk:new_inbox"), {"name": "Mail"})
    assert refused.status_code == 422


CHAT_FORM = {"name": "Site", "is_active": "on", "side": "right"}


def refusals(client: Client, chat: Inbox, **given: str) -> dict[str, list[str]]:
    """What is said beside the fields of a chat; nothing where it was saved."""
    form = CHAT_FORM | {"team": str(chat.team_id)} | given
    answer = client.post(reverse("desk:settings_inbox", args=[chat.pk]), form)
    return {name: list(errors) for name, errors in answer.context["form"].errors.items()} if answer.context else {}


def test_ways_that_reach_nobody_are_refused_by_their_lines(signed_in: SignedIn, owner: Agent, chat: Inbox) -> None:
    client = signed_in(owner)
    good = (
        "phone: +374 (10) 12-34-56\nphone: 8080\nemail: info@company.example\ntelegram: @hayk_bot\n"
        "telegram: +37491123456\nwhatsapp: +374 91 123456\nviber: +37491123456\naddress: 1 Abovyan Street\n"
        "link: https://company.example/map"
    )
    assert refusals(client, chat, contacts=good) == {}
    kept = settings_of(Inbox.objects.get(pk=chat.pk)).contacts
    assert "\n".join(f"{one['type']}: {one['value']}" for one in kept) == good
    bad = [
        "email: nope",
        "email: ani@home",
        "phone: call us",
        "phone: 12",
        "telegram: hayk bot!",
        "whatsapp: 091 123456",
        "viber: +12",
        "link: https://two words.example",
        "link: javascript:x",
        f"link: https://example.com/{'x' * 300}",
        "fax: 123456",
        "hello",
    ]
    told = refusals(client, chat, contacts="\n".join(["phone: +374 10 123456", *bad]))["contacts"]
    assert [next(line for line in bad if f"“{line}”" in words) for words in told] == bad
    assert "“fax: 123456”: The kind comes first, and is one of these: phone, email," in told[-2]
    assert refusals(client, chat, contacts="viber")["contacts"] == ["“viber”: The number or address is missing."]
    assert settings_of(Inbox.objects.get(pk=chat.pk)).contacts == kept
    assert refusals(client, chat, contacts="phone: 12345\n" * 21)["contacts"] == ["At most 20 lines."]


def test_a_slip_invents_no_site(signed_in: SignedIn, owner: Agent, chat: Inbox) -> None:
    client = signed_in(owner)
    good = "http://127.0.0.1:9191\nhttp://intranet\nhttps://[::1]:8080/\nlocalhost:3000\nhttps://почта.рф"
    assert refusals(client, chat, origins=good) == {}
    kept = settings_of(Inbox.objects.get(pk=chat.pk)).origins
    assert kept == [
        "http://127.0.0.1:9191",
        "http://intranet",
        "https://[::1]:8080",
        "https://localhost:3000",
        "http://localhost:3000",
        "https://xn--80a1acny.xn--p1ai",
    ]
    bad = [
        "http://127.0.0.1:9191/foo bar",
        "https://shop.example/path",
        "https://shop.example?x",
        "shop.example, blog.example",
        "bar",
        "ftp://shop.example",
        "https://",
        "https://shop.example:http",
        "https://[::1",
        "https://ani@shop.example",
    ]
    told = refusals(client, chat, origins="\n".join(["https://shop.example", *bad]))["origins"]
    assert [next(line for line in bad if f"“{line}”" in words) for words in told] == bad
    assert settings_of(Inbox.objects.get(pk=chat.pk)).origins == kept


def test_all_mistakes_are_told_at_once_and_old_ones_stand_in_nobodys_way(
    signed_in: SignedIn, owner: Agent, chat: Inbox
) -> None:
    client = signed_in(owner)
    wrong = {"name": "", "color": "greenish", "contacts": "email: nope\nphone: none", "origins": "foo bar"}
    told = refusals(client, chat, **wrong)
    assert {name: len(reasons) for name, reasons in told.items()} == {
        "name": 1,
        "color": 1,
        "contacts": 2,
        "origins": 1,
    }
    nope = {"type": "email", "value": "nope", "label": ""}
    Inbox.objects.filter(pk=chat.pk).update(settings={"chat": {"contacts": [nope]}})
    assert refusals(client, chat, contacts="email: nope", title="Ararat") == {}
    assert settings_of(Inbox.objects.get(pk=chat.pk)).contacts == [nope]
