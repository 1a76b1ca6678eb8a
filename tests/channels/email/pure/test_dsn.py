"""Delivery reports, of RFC 3464 and of older servers."""

import pytest

from tests.channels.email.pure.mails import fixtures, mail, multipart, read

BOUNCER = "From: Mail Delivery System <MAILER-DAEMON@mx.am>\nTo: help@help.am\nSubject: {}\nMessage-ID: <b@mx.am>\n"
STATUS = (
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.am\n\n"
    "Final-Recipient: rfc822; ani@mail.am\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {diagnostic}\n"
)
ORIGINAL = "Content-Type: message/rfc822\n\nMessage-ID: <ours@help.am>\nSubject: Order\n\nDear Ani"


def bounce(action: str = "failed", status: str = "5.1.1", diagnostic: str = "550 no such user", last: str = ORIGINAL):
    status_part = STATUS.format(action=action, status=status, diagnostic=diagnostic)
    raw = multipart("report", "\nIt failed.", status_part, last, more="; report-type=delivery-status")
    parsed = read(raw)
    assert parsed.dsn is not None
    return parsed.dsn


def test_a_failure_names_the_message_and_the_recipient():
    report = bounce()
    assert report.original_message_id == "<ours@help.am>"
    (recipient,) = report.recipients
    assert (recipient.address, recipient.action, recipient.status) == ("ani@mail.am", "failed", "5.1.1")
    assert recipient.permanent
    assert recipient.diagnostic == "550 no such user"
    assert report.failed == report.recipients


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "permanent"),
    [
        ("failed", "5.0.0", "", True),
        ("failed", "4.4.7", "", False),
        ("failed", "5.2.2", "552 mailbox full", False),
        ("failed", "", "550 5.1.1 unknown", True),
        ("failed", "", "451 try later", False),
        ("delayed", "4.4.1", "", False),
        ("delayed", "5.0.0", "", False),
        ("delivered", "2.0.0", "", False),
    ],
)
def test_what_is_permanent(action, status, diagnostic, permanent):
    (recipient,) = bounce(action, status, diagnostic).recipients
    assert recipient.permanent is permanent
    assert recipient.action == action


@pytest.mark.parametrize(
    "last",
    [
        ORIGINAL,
        "Content-Type: text/rfc822-headers\n\nMessage-ID: <ours@help.am>\nSubject: Order\n",
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\nmessage-id:\n <ours@help.am>\n\nx",
    ],
)
def test_the_original_is_found_in_every_form(last):
    assert bounce(last=last).original_message_id == "<ours@help.am>"


def test_several_recipients_are_told_apart():
    groups = STATUS.format(action="failed", status="5.1.1", diagnostic="x") + (
        "\nFinal-Recipient: rfc822;<ashot@mail.am>\nAction: delayed\nStatus: 4.0.0\n\n"
        "Original-Recipient: rfc822;c@mail.am\nStatus: 5.7.1\n"
    )
    parsed = read(multipart("report", "\nx", groups, ORIGINAL, more="; report-type=delivery-status"))
    assert parsed.dsn is not None
    found = [(one.address, one.action, one.permanent) for one in parsed.dsn.recipients]
    assert found == [
        ("ani@mail.am", "failed", True),
        ("ashot@mail.am", "delayed", False),
        ("c@mail.am", "failed", True),
    ]


def test_reports_that_exim_writes():
    raw = mail(
        "X-Failed-Recipients: ani@mail.am, ashot@mail.am\nIn-Reply-To: <ours@help.am>\n",
        "550 no such user",
        BOUNCER.format("Mail delivery failed"),
    )
    report = read(raw).dsn
    assert report is not None
    assert report.original_message_id == "<ours@help.am>"
    assert [(one.address, one.permanent) for one in report.recipients] == [
        ("ani@mail.am", True),
        ("ashot@mail.am", True),
    ]


def test_reports_that_qmail_writes():
    text = (
        "Hi. This is the qmail-send program.\n\n<ani@mail.am>:\n550 5.1.1 no such user\n\n"
        "--- Below is a copy.\n\nMessage-ID: <ours@help.am>\n"
    )
    report = read(mail("Return-Path: <>\n", text, BOUNCER.format("failure notice"))).dsn
    assert report is not None
    assert report.original_message_id == "<ours@help.am>"
    (recipient,) = report.recipients
    assert (recipient.address, recipient.status, recipient.permanent) == ("ani@mail.am", "5.1.1", True)


def test_a_report_about_nothing_of_ours_harms_nobody():
    report = read(mail("", "nothing is said here", BOUNCER.format("Undelivered Mail Returned to Sender"))).dsn
    assert report is not None
    assert report.original_message_id == ""
    assert report.recipients == ()


def test_a_person_who_writes_about_a_failure_is_no_report():
    assert not read(mail(head="From: ani@mail.am\nSubject: Delivery failure notice\n")).is_dsn


@pytest.mark.parametrize(
    "path", [path for path in fixtures() if path.parent.name == "multipart_report_emails"], ids=lambda path: path.stem
)
def test_real_reports(path):
    report = read(path.read_bytes()).dsn
    assert report is not None
    assert report.recipients
    assert all("@" in one.address for one in report.recipients)
