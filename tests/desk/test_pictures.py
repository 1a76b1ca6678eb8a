"""Pictures pasted into a reply: in the text of the mail that arrives, and in our own thread."""

import re
from email.message import EmailMessage
from typing import Any

import pytest

from tamada.accounts.models import Agent
from tamada.conversations.actions import attach, copy_file
from tamada.conversations.envelopes import IncomingAttachment
from tamada.conversations.errors import MissingFile
from tamada.conversations.models import Attachment, Draft, Message
from tamada.core import storage
from tests.cast import SignedIn
from tests.desk.conftest import PNG, Ask, Post, send_due
from tests.helpers.smtp import FakeSMTP

pytestmark = pytest.mark.django_db


def pasted(agent: Agent, name: str = "shot.png", content: bytes = PNG) -> Attachment:
    """A picture as the composer uploads one that is pasted."""
    return attach(agent=agent, draft=None, name=name, content=content, is_inline=True)


def in_trix(picture: Attachment, *, host: str = "") -> str:
    """What Trix writes for it."""
    url = f"{host}/attachments/{picture.pk}/{picture.name}"
    data = f"{{&quot;contentType&quot;:&quot;image/png&quot;,&quot;url&quot;:&quot;{url}&quot;}}"
    return (
        f'<div>See here:<figure data-trix-attachment="{data}" data-trix-content-type="image/png" '
        f'class="attachment attachment--preview attachment--png"><img src="{url}" width="1" height="1">'
        f'<figcaption class="attachment__caption"></figcaption></figure></div>'
    )


def related(mail: EmailMessage) -> tuple[str, dict[str, bytes], list[str | None]]:
    """A mail's HTML, its pictures by Content-ID, and the names of what is merely attached."""
    html = mail.get_body(("html",))
    assert html is not None
    pictures: dict[str, bytes] = {}
    for part in mail.walk():
        if part["Content-ID"]:
            assert part.get_content_disposition() == "inline"
            pictures[part["Content-ID"].strip("<>")] = part.get_payload(decode=True)  # type: ignore[assignment]
    return html.get_content(), pictures, [p.get_filename() for p in mail.iter_attachments() if not p["Content-ID"]]


def shown(client: Any, message: Message) -> str:
    """The message in the thread."""
    page = client.get(f"/conversations/{message.conversation_id}?fragment=talk").text
    found = re.search(rf'<article[^>]*id="message-{message.pk}".*?</article>', page, re.DOTALL)
    assert found
    return found[0]


def test_a_pasted_picture_arrives_in_the_text_and_stands_in_the_thread(
    ask: Ask, post: Post, teammate: Agent, signed_in: SignedIn, smtp_server: FakeSMTP
) -> None:
    asked, picture = ask(), pasted(teammate)
    answer = post("send", asked.conversation_id, kind="out", html=in_trix(picture))
    assert answer.status_code == 201
    send_due()
    [received] = smtp_server.received
    html, pictures, files = related(received.message)
    assert pictures == {picture.content_id: PNG}
    assert re.search(rf'<img src="cid:{picture.content_id}"[^>]*>', html)
    assert (files, "/attachments/" in html) == ([], False)
    message = Message.objects.get(kind="out")
    client = signed_in(teammate)
    thread = shown(client, message)
    [address] = re.findall(r'<img src="(/attachments/[^"]+)"', thread)
    assert client.get(address).getvalue() == PNG
    assert 'class="attachment' not in thread


def test_the_composer_need_not_name_it(ask: Ask, post: Post, teammate: Agent, smtp_server: FakeSMTP) -> None:
    asked, first, second = ask(), pasted(teammate), pasted(teammate, "two.png", PNG + b"2")
    plan = attach(agent=teammate, draft=None, name="plan.png", content=PNG + b"3")
    html = in_trix(first) + in_trix(second, host="http://testserver")
    post("send", asked.conversation_id, kind="out", html=html, attachments=plan.pk)
    send_due()
    _html, pictures, files = related(smtp_server.received[0].message)
    assert (set(pictures), files) == ({first.content_id, second.content_id}, ["plan.png"])


def test_a_picture_pasted_twice_is_one_part(ask: Ask, post: Post, teammate: Agent, smtp_server: FakeSMTP) -> None:
    asked, first, same = ask(), pasted(teammate), pasted(teammate)
    post("send", asked.conversation_id, kind="out", html=in_trix(first) + in_trix(same))
    send_due()
    html, pictures, _files = related(smtp_server.received[0].message)
    ids = [part["Content-ID"] for part in smtp_server.received[0].message.walk() if part["Content-ID"]]
    assert (html.count("cid:"), len(pictures), len(ids)) == (2, 1, 1)


def test_a_picture_taken_out_of_the_text_stays_at_home(
    ask: Ask, post: Post, teammate: Agent, smtp_server: FakeSMTP
) -> None:
    asked, picture = ask(), pasted(teammate)
    post("draft", asked.conversation_id, kind="out", html=in_trix(picture), attachments=picture.pk)
    post("send", asked.conversation_id, kind="out", html="<div>Never mind.</div>")
    send_due()
    assert list(smtp_server.received[0].message.iter_attachments()) == []
    assert b"Content-ID" not in smtp_server.received[0].raw


def test_a_picture_copied_from_the_thread_is_sent_along(
    ask: Ask, post: Post, teammate: Agent, smtp_server: FakeSMTP
) -> None:
    theirs = IncomingAttachment(name="photo.png", type="image/png", size=len(PNG), blob=storage.put(PNG))
    asked = ask(attachments=[theirs])
    photo = asked.attachments.get()
    post("send", asked.conversation_id, kind="out", html=in_trix(photo))
    send_due()
    _html, pictures, _files = related(smtp_server.received[0].message)
    assert list(pictures.values()) == [PNG]
    assert asked.attachments.get() == photo


def test_nobody_sends_a_picture_that_they_may_not_see(
    ask: Ask, post: Post, teammate: Agent, lead: Agent, smtp_server: FakeSMTP
) -> None:
    asked, secret = ask(), pasted(lead)
    for url in (in_trix(secret), in_trix(secret, host="https://elsewhere.example")):
        post("send", asked.conversation_id, kind="out", html=url)
    assert Attachment.objects.get() == secret
    assert secret.message is None
    send_due()
    for received in smtp_server.received:
        assert b"Content-ID" not in received.raw


def test_a_file_of_a_conversation_is_copied_by_who_sees_it_alone(ask: Ask, teammate: Agent, outsider: Agent) -> None:
    theirs = IncomingAttachment(name="photo.png", type="image/png", size=len(PNG), blob=storage.put(PNG))
    photo = ask(attachments=[theirs]).attachments.get()
    assert copy_file(agent=teammate, file=photo).blob == photo.blob
    with pytest.raises(MissingFile):
        copy_file(agent=outsider, file=photo)


def test_a_draft_keeps_its_pictures_and_offers_them_once(
    ask: Ask, post: Post, teammate: Agent, signed_in: SignedIn
) -> None:
    asked, picture = ask(), pasted(teammate)
    post("draft", asked.conversation_id, kind="out", html=in_trix(picture))
    picture.refresh_from_db()
    assert picture.draft == Draft.objects.get()
    page = signed_in(teammate).get(f"/conversations/{asked.conversation_id}?fragment=talk").text
    assert f"/attachments/{picture.pk}/shot.png" in page
    assert f'data-attachment="{picture.pk}"' not in page


def test_a_note_leaves_the_pictures_to_the_reply_beside_it(
    ask: Ask, post: Post, teammate: Agent, signed_in: SignedIn
) -> None:
    asked, picture = ask(), pasted(teammate)
    fields = {"html": in_trix(picture), "attachments": picture.pk}
    post("draft", asked.conversation_id, kind="out", **fields)
    post("draft", asked.conversation_id, kind="note", text="Wait", **fields)
    post("send", asked.conversation_id, kind="note", text="Wait for Aram", **fields)
    assert not Message.objects.get(kind="note").attachments.exists()
    assert signed_in(teammate).get(f"/attachments/{picture.pk}/shot.png").getvalue() == PNG
    assert post("send", asked.conversation_id, kind="out", **fields).status_code == 201


def test_undo_gives_the_picture_back_into_the_text(
    ask: Ask, post: Post, teammate: Agent, smtp_server: FakeSMTP
) -> None:
    asked, picture = ask(), pasted(teammate)
    sent = post("send", asked.conversation_id, kind="out", html=in_trix(picture)).json()
    back = post("undo", sent["message"]).json()
    assert f'<img src="/attachments/{picture.pk}/shot.png"' in back["html"]
    assert back["attachments"] == []
    assert post("send", asked.conversation_id, kind="out", html=back["html"]).status_code == 201
    send_due()
    _html, pictures, _files = related(smtp_server.received[0].message)
    assert pictures == {picture.content_id: PNG}


def test_an_inline_file_that_no_text_shows_is_listed(ask: Ask, teammate: Agent, signed_in: SignedIn) -> None:
    lost = IncomingAttachment(
        name="logo.png", type="image/png", size=len(PNG), blob=storage.put(PNG), content_id="a@b", is_inline=True
    )
    asked = ask(attachments=[lost])
    assert "logo.png" in shown(signed_in(teammate), asked)


def test_an_editor_with_nothing_in_it_is_empty(ask: Ask, post: Post) -> None:
    asked = ask()
    answer = post("send", asked.conversation_id, kind="out", html="<div><br></div>")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["text"])


def test_a_message_with_a_file_alone_shows_no_empty_bubble(ask: Ask, teammate: Agent, signed_in: SignedIn) -> None:
    file = IncomingAttachment(name="meter.pdf", type="application/pdf", size=len(PNG), blob=storage.put(PNG))
    page = shown(signed_in(teammate), ask("", attachments=[file]))
    assert "meter.pdf" in page
    assert 'class="text"' not in page
    assert 'class="text"' in shown(signed_in(teammate), ask("Here it is.", attachments=[file]))
