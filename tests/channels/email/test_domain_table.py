"""What others got wrong with e-mail, row by row of the table in the domain's rules, and that we don't.

Rows about IMAP are in test_imap.py, about sending in test_outbox.py, about hostile mail and HTML also in pure/, kit/.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.channels.email import loops
from tamada.channels.email.accounts import update_mail_account
from tamada.channels.email.automatic import may_answer
from tamada.channels.email.importer import run_import
from tamada.channels.email.models import AutoReply, MailAccount, Tombstone
from tamada.channels.email.receive import tombstone_digest
from tamada.channels.email.threads import marker_for, reply_address
from tamada.channels.models import RawInput
from tamada.channels.queries import quarantined
from tamada.conversations.actions import send_reply, update_conversation
from tamada.conversations.models import Conversation, Delivery, Message, Status
from tamada.core import tasks
from tamada.core.actors import SYSTEM, Actor
from tamada.core.models import AuditEntry, StoredEvent
from tamada.customers.actions import create_customer, resume_identity
from tamada.customers.models import Identity
from tamada.desk.lines import sentence
from tests.channels.conftest import ADDRESS, mail


@pytest.fixture
def conversation(deliver) -> Conversation:
    deliver(mail())
    return Conversation.objects.get()


@pytest.fixture
def answered(conversation, teammate) -> Message:
    """The conversation with an answer of ours that was sent."""
    actor = Actor("agent", teammate.pk, teammate.name)
    message = send_reply(agent=teammate, actor=actor, conversation=conversation, text="Have you tried again?")
    Message.objects.filter(pk=message.pk).update(delivery="sent")
    Delivery.objects.update(settled_at=timezone.now())
    return message


OURS = "support@company.example, help@company.example, sales@company.example"


def latest() -> Message:
    return Message.objects.exclude(kind="system").latest("id")


# mail without Message-ID dropped; the same mail to two inboxes lost


def test_mail_without_message_id_is_kept_once_under_an_id_made_of_its_bytes(deliver):
    deliver(mail(message_id=None), mail("other", message_id=None))
    deliver(mail(message_id=None))
    ids = list(Message.objects.values_list("external_id", flat=True))
    assert len(ids) == len(set(ids)) == 2
    assert all(ids)


def test_the_same_mail_to_two_inboxes_is_in_both(deliver, account):
    from tamada.channels.email.accounts import open_mail_inbox

    sales = open_mail_inbox(agent=None, actor=SYSTEM, name="Sales", address="sales@company.example")
    deliver(mail(), inboxes=[account.inbox_id, sales.inbox_id])
    assert set(Conversation.objects.values_list("inbox", flat=True)) == {account.inbox_id, sales.inbox_id}


def test_a_used_message_id_with_other_content_is_kept_and_flagged(deliver):
    deliver(mail("one"), mail("two"))
    assert Message.objects.count() == 2
    assert latest().data["same_id"] is True


# deleted mail imported again


def test_deleted_mail_does_not_come_back_by_import_even_with_other_bytes(deliver, account, journal):
    Tombstone.objects.create(digest=tombstone_digest(account.inbox_id, "<m1@customer.example>"))
    run_import([mail(x_other="header")], inbox_id=account.inbox_id, journal=journal)
    assert not Message.objects.exists()
    deliver(mail("another", message_id="<m2@customer.example>"))
    assert Message.objects.count() == 1


# replies open new conversations


@pytest.fixture
def reply_domain(account: MailAccount) -> str:
    update_mail_account(agent=None, actor=SYSTEM, account=account, reply_domain="reply.company.example")
    return "reply.company.example"


def test_a_reply_threads_by_signed_reply_address_whatever_its_header_says(deliver, conversation, reply_domain):
    to = reply_address(conversation.pk, "reply.company.example")
    deliver(mail("again", message_id="<m2@x.example>", subject="Other", sender="Boss <boss@other.example>", to=to))
    assert latest().conversation == conversation


def test_a_forged_reply_address_opens_a_new_conversation(deliver, conversation, reply_domain):
    to = reply_address(conversation.pk, "reply.company.example")[:-30] + "aaaaaaaa@reply.company.example"
    deliver(mail("again", message_id="<m2@x.example>", to=to))
    assert latest().conversation != conversation


@pytest.mark.parametrize("domain", ["anything.example", "reply.company.example"])
def test_a_marker_that_everybody_has_seen_is_no_reply_address(deliver, conversation, reply_domain, domain):
    to = f"reply+{marker_for(conversation.pk)}@{domain}"
    deliver(mail("Let me in", sender="s@other.example", message_id="<m2@x.example>", cc=to))
    assert latest().conversation != conversation


def test_a_reply_address_counts_only_in_the_inboxs_own_domain(deliver, conversation, account):
    to = reply_address(conversation.pk, "reply.company.example")
    deliver(mail("again", sender="s@other.example", message_id="<m2@x.example>", cc=to))
    update_mail_account(agent=None, actor=SYSTEM, account=account, reply_domain="answers.company.example")
    deliver(mail("again", sender="s@other.example", message_id="<m3@x.example>", cc=to))
    assert not conversation.messages.filter(sender="s@other.example").exists()


def test_a_reply_threads_by_in_reply_to(deliver, answered):
    deliver(mail("Yes", message_id="<m2@x.example>", in_reply_to=answered.external_id, subject="Something else"))
    assert latest().conversation == answered.conversation


def test_a_reply_threads_by_references_newest_first(deliver, answered):
    references = f"<m1@customer.example> <unknown@x.example> {answered.external_id} <foreign@x.example>"
    deliver(mail("Yes", message_id="<m2@x.example>", references=references))
    assert latest().conversation == answered.conversation


def test_a_reply_threads_by_our_body_marker_when_a_provider_rewrote_the_ids(deliver, conversation):
    text = f"Yes\n\n> Have you tried again?\n>\n> Tamada-Ref: {marker_for(conversation.pk)}\n"
    deliver(mail(text, message_id="<m2@x.example>", in_reply_to="<rewritten@outlook.example>"))
    assert latest().conversation == conversation


def test_a_reply_threads_by_subject_token(deliver, conversation):
    deliver(mail("Yes", message_id="<m2@x.example>", subject=f"Re: Router [#{conversation.pk}]"))
    assert latest().conversation == conversation


# anyone quoting a ticket number joins another's ticket; same-title guessing


def test_who_writes_under_an_address_of_ours_joins_nothing_by_its_number(deliver, conversation, account):
    """Our address stands in every To, so it would be the key to every conversation."""
    from tamada.channels.email.accounts import open_mail_inbox, update_mail_account

    update_mail_account(agent=None, actor=SYSTEM, account=account, aliases=["help@company.example"])
    open_mail_inbox(agent=None, actor=SYSTEM, name="Sales", address="sales@company.example")
    deliver(mail("All of us", message_id="<m2@customer.example>", subject=f"[#{conversation.pk}]", cc=OURS))
    assert latest().conversation == conversation
    for n, address in enumerate(OURS.split(", ")):
        for sender in (address, address.upper()):
            token = f"Pay here now [#{conversation.pk}]"
            deliver(mail(f"{n}{sender}", message_id=f"<f{n}{sender}@x.example>", subject=token, sender=sender))
            assert latest().conversation != conversation
            assert latest().conversation.linked_to == conversation


def test_our_own_mail_from_a_sent_folder_still_finds_its_conversation_by_number(deliver, conversation):
    answer = mail(
        "Answered from my phone",
        message_id="<sent@company.example>",
        subject=f"Re: Router [#{conversation.pk}]",
        sender=ADDRESS,
        to="karine@customer.example",
    )
    deliver(answer, source="sent", to=["karine@customer.example"])
    assert (latest().conversation, latest().kind) == (conversation, "out")


@pytest.mark.parametrize("how", ["token", "marker"])
def test_a_strangers_token_or_marker_opens_a_new_conversation_linked_to_the_old(deliver, conversation, how):
    stranger = "Stranger <stranger@other.example>"
    subject = f"Re: Router [#{conversation.pk}]" if how == "token" else "Re: Router"
    text = "Let me in" if how == "token" else f"Let me in\nTamada-Ref: {marker_for(conversation.pk)}"
    deliver(mail(text, sender=stranger, message_id="<m2@x.example>", subject=subject))
    new = latest().conversation
    assert new != conversation
    assert new.linked_to == conversation


def test_titles_are_never_compared(deliver, conversation):
    deliver(mail("My own trouble", message_id="<m2@x.example>", subject="Re: Router"))
    assert latest().conversation != conversation
    assert latest().conversation.linked_to is None


# changed subject hidden


def test_each_message_keeps_its_own_subject(deliver, conversation):
    deliver(
        mail("Also", message_id="<m2@x.example>", in_reply_to="<m1@customer.example>", subject="The bill is wrong too")
    )
    subjects = list(conversation.messages.order_by("seq").values_list("subject", flat=True))
    assert subjects == ["Router", "The bill is wrong too"]


# auto-reply loops


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"precedence": "bulk"},
        {"precedence": "list"},
        {"precedence": "junk"},
        {"x_auto_response_suppress": "All"},
        {"x_loop": "desk"},
        {"return_path": "<>"},
        {"sender": "noreply@shop.example"},
        {"sender": f"Us <{ADDRESS}>"},
        {"content_type_report": "1"},
    ],
)
def test_no_automatic_answer_to_machines(deliver, headers):
    if "content_type_report" in headers:
        deliver(dsn("<nothing@company.example>"))
        raw = dsn("<nothing@company.example>")
    else:
        raw = mail(**headers)
        deliver(raw)
    verdict = may_answer(raw, address="karine@customer.example", inbox_id=RawInput.objects.get().inbox_ids[0])
    assert not verdict.allowed


def test_an_automatic_answer_to_a_person_is_allowed_until_a_cap_is_reached(account):
    now = timezone.now()
    assert may_answer(mail(), address="karine@customer.example", inbox_id=account.inbox_id).allowed
    for cap in loops.CAPS:
        AutoReply.objects.all().delete()
        spread = timedelta(minutes=cap.minutes) / (cap.count + 1)
        AutoReply.objects.bulk_create(
            AutoReply(inbox_id=account.inbox_id, address="karine@customer.example", at=now - spread * n)
            for n in range(cap.count)
        )
        verdict = may_answer(mail(), address="Karine@customer.example", inbox_id=account.inbox_id)
        assert (verdict.allowed, verdict.reason) == (False, "cap")
        assert may_answer(mail(), address="other@customer.example", inbox_id=account.inbox_id).allowed


def test_reaching_a_cap_is_told(account):
    now = timezone.now()
    AutoReply.objects.bulk_create(
        AutoReply(inbox_id=account.inbox_id, address="karine@customer.example", at=now) for _ in range(10)
    )
    may_answer(mail(), address="karine@customer.example", inbox_id=account.inbox_id)
    may_answer(mail(), address="karine@customer.example", inbox_id=account.inbox_id)
    assert StoredEvent.objects.filter(type="channel.troubled").count() == 1


# out-of-office notes dropped


def test_out_of_office_notes_are_attached_quietly(deliver, answered, owner):
    update_conversation(agent=owner, actor=SYSTEM, conversation=answered.conversation, status=Status.CLOSED)
    note = mail(
        "I am away until Monday.",
        message_id="<ooo@x.example>",
        subject="Automatic reply: Router",
        in_reply_to=answered.external_id,
        auto_submitted="auto-replied",
    )
    deliver(note)
    conversation = Conversation.objects.get()
    assert latest().is_automatic
    assert (conversation.status, conversation.waiting_since) == (Status.CLOSED, None)


@pytest.mark.parametrize(
    "subject", ["I am out of internet since morning", "OOO Romashka: invoice 12", "Out of office chairs - order"]
)
def test_a_person_whose_subject_sounds_like_such_a_note_waits_for_an_answer(deliver, subject):
    deliver(mail(subject=subject))
    conversation = Conversation.objects.get()
    assert conversation.status == Status.OPEN
    assert conversation.waiting_since is not None


def test_a_note_that_answers_nothing_we_know_is_open_for_somebody_to_look_at(deliver):
    deliver(mail("I am away.", subject="Automatic reply: Router", auto_submitted="auto-replied"))
    conversation = Conversation.objects.get()
    assert (conversation.status, conversation.waiting_since) == (Status.OPEN, None)


# bounces seen as customers


def dsn(
    message_id: str, *, status: str = "5.1.1", action: str = "failed", address: str = "karine@customer.example"
) -> bytes:
    """A delivery report as Postfix writes it."""
    return (
        "From: MAILER-DAEMON@mx.example (Mail Delivery System)\r\n"
        f"To: {ADDRESS}\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        f"Message-ID: <dsn{message_id.strip('<>')}{status}{action}@mx.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} No such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n"
    ).encode()


def test_a_bounce_marks_the_message_and_is_no_customer(deliver, answered):
    deliver(dsn(answered.external_id), **{"from": ""})
    answered.refresh_from_db()
    assert answered.delivery == "bounced"
    assert Conversation.objects.count() == 1
    assert not Identity.objects.filter(value__contains="mailer-daemon").exists()
    assert Message.objects.filter(kind="system", data__event="bounced").exists()


def test_a_delay_notice_is_no_bounce(deliver, answered):
    deliver(dsn(answered.external_id, status="4.4.1", action="delayed"))
    answered.refresh_from_db()
    assert answered.delivery == "sent"
    (line,) = Message.objects.filter(kind="system", data__address="karine@customer.example")
    assert (
        sentence(line) == "The message to karine@customer.example is delayed on its way: 4.4.1 550 4.4.1 No such user"
    )


def test_a_report_on_a_message_that_is_not_ours_is_kept_where_an_admin_sees_it(deliver, owner):
    deliver(dsn("<foreign@elsewhere.example>"))
    (row,) = quarantined(owner)
    assert "not sent from here" in row.reason
    assert not Identity.objects.filter(value__contains="mailer-daemon").exists()


def test_a_paused_address_is_written_to_again_when_its_owner_writes_or_an_agent_says_so(
    deliver, conversation, teammate
):
    paused = Identity.objects.filter(value="karine@customer.example")
    paused.update(bounces=3, paused_at=timezone.now())
    deliver(mail("It is me.", message_id="<again@customer.example>"))
    assert paused.get().paused_at is None
    paused.update(bounces=3, paused_at=timezone.now())
    resume_identity(agent=teammate, actor=SYSTEM, identity=paused.get())
    assert (paused.get().bounces, paused.get().paused_at) == (0, None)
    assert AuditEntry.objects.filter(action="customer.identity_resumed").count() == 1


def test_reports_in_an_archive_pause_nobody(deliver, answered, account, journal):
    reports = [dsn(answered.external_id, status=f"5.1.{n}") for n in range(5)]
    run_import(reports, inbox_id=account.inbox_id, journal=journal)
    assert Identity.objects.get(value="karine@customer.example").paused_at is None


def test_an_address_that_bounces_three_times_is_paused(deliver, conversation, teammate):
    for number in range(3):
        assert Identity.objects.get(value="karine@customer.example").paused_at is None
        actor = Actor("agent", teammate.pk, teammate.name)
        message = send_reply(agent=teammate, actor=actor, conversation=conversation, text=f"try {number}")
        Message.objects.filter(pk=message.pk).update(delivery="sent")
        deliver(dsn(message.external_id), dsn(message.external_id))  # the second one is the same bytes: not counted
    assert Identity.objects.get(value="karine@customer.example").paused_at is not None


def test_a_report_pauses_nobody_whom_its_message_did_not_go_to_and_counts_once(deliver, answered, owner):
    """Whoever got one mail from us knows its Message-ID, and could write any report about it."""
    victim = create_customer(
        agent=owner, actor=SYSTEM, name="Victim", identities=[{"type": "email", "value": "victim@bank.example"}]
    ).identities.get()
    block = b"Final-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    for address in ("victim@bank.example", "karine@customer.example"):
        report = dsn(answered.external_id, address=address)
        many = b"".join(block % spelt.encode() for spelt in (address, address.upper(), address.title()))
        deliver(
            report.replace(
                b"--b\r\nContent-Type: text/rfc822-headers", many + b"--b\r\nContent-Type: text/rfc822-headers"
            )
        )
    victim.refresh_from_db()
    assert (victim.bounces, victim.paused_at) == (0, None)
    assert Identity.objects.get(value="karine@customer.example").bounces == 1
    deliver(dsn(answered.external_id, status="5.2.1"))
    assert Identity.objects.get(value="karine@customer.example").bounces == 1


# first connect imported 5,000 mails and sent 20,000


def test_an_import_sends_nothing_runs_no_handler_and_reopens_nothing(deliver, account, journal, answered, owner):
    update_conversation(agent=owner, actor=SYSTEM, conversation=answered.conversation, status=Status.CLOSED)
    tasks.run_pending()
    StoredEvent.objects.all().delete()
    raws = [mail(str(n), message_id=f"<old{n}@x.example>", in_reply_to="<m1@customer.example>") for n in range(5)]
    done = run_import(raws, inbox_id=account.inbox_id, journal=journal)
    assert (done.read, done.messages, done.conversations) == (5, 5, 0)
    assert Conversation.objects.get().status == Status.CLOSED
    assert not Delivery.objects.filter(settled_at__isnull=True).exists()
    assert not StoredEvent.objects.exclude(type="conversations.imported").exists()


def test_imported_mail_starts_closed_and_waits_for_nobody(account, journal):
    run_import([mail()], inbox_id=account.inbox_id, journal=journal)
    conversation = Conversation.objects.get()
    assert (conversation.status, conversation.waiting_since) == (Status.CLOSED, None)
    assert conversation.created_at.year == 2026


# replies to one person only; forwards without context; pictures lost


def test_inline_pictures_keep_their_place(deliver):
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@customer.example", ADDRESS, "Photo"
    message["Message-ID"] = "<photo@x.example>"
    message.set_content("See the photo")
    message.add_alternative('<p>See <img src="cid:one"></p>', subtype="html")
    html: Any = message.get_body(("html",))
    html.add_related(b"\x89PNG\r\n\x1a\n0000", "image", "png", cid="<one>")
    deliver(message.as_bytes())
    [file] = latest().attachments.all()
    assert (file.content_id, file.is_inline) == ("one", True)
    assert "cid:one" in latest().html


def test_to_and_cc_are_kept_for_reply_all(deliver, teammate):
    deliver(mail(cc="Boss <boss@customer.example>"))
    conversation = Conversation.objects.get()
    actor = Actor("agent", teammate.pk, teammate.name)
    message = send_reply(agent=teammate, actor=actor, conversation=conversation, text="Hello both")
    assert [a["email"] for a in message.to] == ["karine@customer.example"]
    assert [a["email"] for a in message.cc] == ["boss@customer.example"]


def test_verdicts_count_only_from_the_server_that_is_trusted(deliver, account):
    from tamada.channels.email.accounts import update_mail_account

    results = "mx.company.example; spf=pass; dkim=pass header.d=customer.example; dmarc=pass"
    deliver(mail(authentication_results=results))
    assert "verdicts" not in latest().data
    update_mail_account(agent=None, actor=SYSTEM, account=account, trusted_authserv="mx.company.example")
    deliver(mail(message_id="<m2@x.example>", authentication_results=results))
    assert latest().data["verdicts"]["dmarc"] == "pass"


# huge or hostile mail


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\r\nSubject: " + b"x" * 2_000_000 + b"\r\n\r\nbody",
        b"From: a@b.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe body",
        b"From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!",
        b"From: a@b.example\r\nSubject: nul\r\n\r\nbefore\x00after",
        b"From: \r\nSubject: nobody\r\n\r\nwho am I",
        b"From: a@b.example\r\n" + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 500,
        b"From: a@b.example\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\nbody",
        b"From: a@b.example\r\nTo: " + b", ".join(b"u%d@x.example" % n for n in range(10_000)) + b"\r\n\r\n10,000",
    ],
    ids=["subject", "charset", "base64", "nul", "nobody", "nesting", "headers", "10000-recipients"],
)  # fmt: skip
def test_hostile_mail_is_received_and_shows_something(deliver, raw):
    deliver(raw)
    assert latest().text.strip()
    assert RawInput.objects.get().state == "done"


# HTML


def test_html_is_cleaned_before_it_is_stored(deliver):
    html = mail("<p onclick=x()>Hi<script>alert(1)</script></p>").replace(b"text/plain", b"text/html")
    deliver(html)
    assert "script" not in latest().html
    assert "onclick" not in latest().html
    assert latest().text == "Hi"
