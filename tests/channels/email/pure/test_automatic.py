"""Automatic mail, and whom a machine may answer."""

import pytest

from tamada.channels.email.loops import CAPS, may_auto_reply
from tamada.channels.email.parse import AutoKind
from tests.channels.email.pure.mails import HEAD, mail, multipart, read

OWN = ["help@help.am", "Office@help.am"]

AUTOMATIC = [
    ("Auto-Submitted: auto-replied\n", AutoKind.REPLY),
    ("Auto-Submitted: auto-replied (vacation)\n", AutoKind.REPLY),
    ("Auto-Submitted: auto-generated; x=y\n", AutoKind.GENERATED),
    ("Precedence: bulk\n", AutoKind.BULK),
    ("Precedence: LIST\n", AutoKind.BULK),
    ("Precedence: junk\n", AutoKind.BULK),
    ("Precedence: auto_reply\n", AutoKind.REPLY),
    ("List-Id: <news.mail.am>\n", AutoKind.BULK),
    ("List-Unsubscribe: <mailto:x@mail.am>\n", AutoKind.BULK),
    ("X-Loop: yes\n", AutoKind.GENERATED),
    ("X-Autoreply: yes\n", AutoKind.REPLY),
    ("X-Autorespond: Order\n", AutoKind.REPLY),
    ("Return-Path: <>\n", AutoKind.GENERATED),
    ("X-Failed-Recipients: x@mail.am\n", AutoKind.DSN),
]


@pytest.mark.parametrize(("field", "kind"), AUTOMATIC)
def test_automatic_mail_is_recognised_and_never_answered(field, kind):
    parsed = read(mail(field))
    assert parsed.auto.kind is kind
    assert parsed.auto.reason
    verdict = may_auto_reply(parsed, OWN)
    assert not verdict.allowed
    assert verdict.reason


@pytest.mark.parametrize(
    "field",
    [
        "",
        "Auto-Submitted: no\n",
        "Precedence: first-class\n",
        "Return-Path: <ani@mail.am>\n",
        "X-Auto-Response-Suppress: None\n",
    ],
)
def test_a_person_may_be_answered(field):
    parsed = read(mail(field))
    assert parsed.auto.kind is AutoKind.NONE
    assert may_auto_reply(parsed, OWN) == may_auto_reply(read(mail()), [])
    assert may_auto_reply(parsed, OWN).allowed


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Order",
        "Out of Office: back on Monday",
        "Auto-Reply: Order",
        "Автоматический ответ: Заказ",
        "Автоответ: Заказ",
        "Ավտոմատ պատասխան՝ Պատվեր",
        "ავტომატური პასუხი: შეკვეთა",
    ],
)
def test_out_of_office_notes_are_known_in_our_languages(subject):
    parsed = read(mail("In-Reply-To: <ours@help.am>\n", head=HEAD.replace("Order", subject)))
    assert parsed.auto.kind is AutoKind.OOO
    assert parsed.auto.is_quiet
    assert may_auto_reply(parsed, OWN).reason == "ooo"
    with_field = read(mail("Auto-Submitted: auto-generated\n", head=HEAD.replace("Order", subject)))
    assert with_field.auto.kind is AutoKind.OOO


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Automatic reply: Order",
        "Is the office open?",
        "Ответ на заказ",
        "My automatic door",
        "I am out of internet since morning",
        "OOO Romashka: invoice 12",
        "On vacation rental booking",
        "Out of office chairs - order",
        "Нет на месте вашего курьера",
    ],
)
def test_a_person_who_writes_about_such_notes_is_a_person(subject):
    assert read(mail(head=HEAD.replace("Order", subject))).auto.kind is AutoKind.NONE


@pytest.mark.parametrize(
    "address",
    [
        "noreply@mail.am",
        "no-reply@mail.am",
        "do_not_reply@mail.am",
        "DoNotReply@mail.am",
        "news-noreply@mail.am",
        "bounce-123@mail.am",
        "bounces+x=y@mail.am",
        "postmaster@mail.am",
        "owner-list@mail.am",
    ],
)
def test_addresses_that_nobody_reads_are_not_answered(address):
    assert may_auto_reply(read(mail(head=HEAD.replace("ani@mail.am", address))), OWN).reason == "noreply"
    assert may_auto_reply(read(mail(f"Reply-To: {address}\n")), OWN).reason == "noreply"


@pytest.mark.parametrize("address", ["norayr@mail.am", "reply@mail.am", "nora.replyan@mail.am", "bouncer@club.am"])
def test_people_with_similar_names_are_answered(address):
    assert may_auto_reply(read(mail(head=HEAD.replace("ani@mail.am", address))), OWN).allowed


@pytest.mark.parametrize("address", ["help@help.am", "HELP@help.am", "office@help.am", "help+x@help.am"])
def test_our_own_addresses_are_not_answered(address):
    assert may_auto_reply(read(mail(head=HEAD.replace("ani@mail.am", address))), OWN).reason == "own-address"
    assert may_auto_reply(read(mail(f"Reply-To: {address}\n")), OWN).reason == "own-address"
    assert may_auto_reply(read(mail(f"Sender: {address}\n")), OWN).reason == "own-address"


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("X-Auto-Response-Suppress: All\n", "suppressed"),
        ("X-Auto-Response-Suppress: OOF, AutoReply\n", "suppressed"),
        ("X-Spam-Flag: YES\n", "spam"),
    ],
)
def test_other_fields_that_forbid_an_answer(field, reason):
    assert may_auto_reply(read(mail(field)), OWN).reason == reason


def test_a_mail_without_a_sender_is_not_answered():
    assert may_auto_reply(read(b"Subject: x\n\ny"), OWN).reason == "no-sender"


def test_read_receipts_are_quiet():
    raw = multipart(
        "report",
        "\nread",
        "Content-Type: message/disposition-notification\n\nDisposition: displayed",
        more="; report-type=disposition-notification",
    )
    parsed = read(raw)
    assert parsed.auto.kind is AutoKind.MDN
    assert parsed.auto.is_quiet
    assert not parsed.is_dsn


def test_the_caps_are_those_of_the_rule():
    assert (CAPS[0].count, CAPS[0].minutes) == (10, 10)
    assert (CAPS[-1].count, CAPS[-1].minutes) == (600, 600)
