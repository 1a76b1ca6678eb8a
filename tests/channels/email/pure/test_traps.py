"""The rows of the e-mail table that are about reading and writing mail, each with the trap others fell into."""

from datetime import UTC, datetime

import pytest

from tamada.channels.email.addresses import Address
from tamada.channels.email.compose import File, Outgoing, compose
from tamada.channels.email.loops import may_auto_reply
from tamada.channels.email.parse import AutoKind, parse, synthesised_id
from tamada.channels.email.threading_keys import thread_keys
from tamada.kit.quotes import fold
from tests.channels.email.pure.mails import HEAD, NOW, mail, multipart, read


class TestMailWithoutMessageId:
    """Mail without Message-ID dropped; the same mail to two inboxes lost."""

    RAW = mail(head="From: ani@mail.am\nSubject: Order\n")

    def test_an_id_is_made_from_the_bytes(self):
        parsed = read(self.RAW)
        assert not parsed.has_own_message_id
        assert "no-message-id" in parsed.problems
        assert parsed.message_id == read(self.RAW).message_id == synthesised_id(self.RAW)

    def test_it_is_the_same_for_every_line_end_and_another_for_other_bytes(self):
        assert synthesised_id(self.RAW) == synthesised_id(self.RAW.replace(b"\n", b"\r\n"))
        assert synthesised_id(self.RAW) != synthesised_id(self.RAW + b"!")

    @pytest.mark.parametrize("field", ["Message-ID:\n", "Message-ID: <>\n", f"Message-ID: <{'x' * 1000}@y>\n"])
    def test_an_unusable_id_is_replaced(self, field):
        parsed = read(mail(field, head="From: ani@mail.am\nSubject: Order\n"))
        assert not parsed.has_own_message_id
        assert parsed.message_id.endswith("@synthesised.invalid>")


class TestRepliesOpenNewConversations:
    """One desk reads only the subject, another only In-Reply-To: all kinds of keys are found."""

    @pytest.mark.parametrize(
        ("field", "body", "expected"),
        [
            ("Cc: reply+tok@r.help.am\n", "x", "reply_tokens"),
            ("In-Reply-To: <o@help.am>\n", "x", "message_ids"),
            ("References: <o@help.am>\n", "x", "message_ids"),
            ("References: <o@help.am>\nReferences: <p@help.am>\n", "x", "message_ids"),
            ("", "> Tamada-Ref: signed-value", "markers"),
            ("", "x", "numbers"),
        ],
    )
    def test_every_kind_of_key_is_found(self, field, body, expected):
        head = HEAD.replace("Order", "Re: Order [#12]") if expected == "numbers" else HEAD
        keys = thread_keys(read(mail(field, body, head)), reply_domains=["r.help.am"])
        assert [kind for kind in ("reply_tokens", "message_ids", "markers", "numbers") if getattr(keys, kind)] == [
            expected
        ]


class TestAnyoneQuotingATicketNumber:
    """A token in the text, or a title alone, is no key."""

    def test_a_number_in_the_body_is_no_key(self):
        assert thread_keys(read(mail("", "See [#12] please"))).numbers == ()

    def test_titles_are_no_keys(self):
        keys = thread_keys(read(mail(head=HEAD.replace("Order", "Re: Order"))))
        assert keys == thread_keys(read(mail()))


class TestChangedSubject:
    """Each message keeps its own subject."""

    def test_the_subject_is_kept_as_written(self):
        parsed = read(mail("In-Reply-To: <o@help.am>\n", head=HEAD.replace("Order", "Something else")))
        assert parsed.subject == "Something else"


class TestAutoReplyLoops:
    """8,000 mails in one loop: what a machine wrote is never answered by one."""

    @pytest.mark.parametrize(
        "field",
        [
            "Auto-Submitted: auto-notified\n",
            "Precedence: bulk\n",
            "Precedence: list\n",
            "Precedence: junk\n",
            "X-Auto-Response-Suppress: DR\n",
            "X-Loop: help@help.am\n",
            "Return-Path: <>\n",
            "Reply-To: noreply@mail.am\n",
            "Sender: help@help.am\n",
        ],
    )
    def test_no_answer(self, field):
        assert not may_auto_reply(read(mail(field)), ["help@help.am"]).allowed

    def test_a_customer_is_answered(self):
        assert may_auto_reply(read(mail()), ["help@help.am"]).allowed

    def test_our_own_automatic_mail_stops_us(self):
        out = Outgoing(
            message_id="<o@help.am>",
            from_=Address("", "other@help.am"),
            to=[Address("", "help@help.am")],
            subject="We have it",
            text="Thanks",
            date=NOW,
            automatic="auto-replied",
        )
        assert not may_auto_reply(read(compose(out)), ["help@help.am"]).allowed


class TestOutOfOfficeNotes:
    """Dropped by others; here they are read, and marked to be quiet."""

    def test_the_note_is_read_and_quiet(self):
        raw = mail("Auto-Submitted: auto-replied\n", "Արձակուրդում եմ", HEAD.replace("Order", "Automatic reply: Order"))
        parsed = read(raw)
        assert parsed.text == "Արձակուրդում եմ"
        assert parsed.auto.kind is AutoKind.OOO
        assert parsed.auto.is_quiet


class TestBouncesSeenAsCustomers:
    """A report names the message of ours and the address."""

    def test_a_report_is_told_from_a_person(self):
        raw = multipart(
            "report",
            "\nfailed",
            "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; ani@mail.am\nAction: failed\n",
            "Content-Type: message/rfc822\n\nMessage-ID: <o@help.am>\n\nx",
            more="; report-type=delivery-status",
        )
        report = read(raw).dsn
        assert report is not None
        assert (report.original_message_id, report.failed[0].address) == ("<o@help.am>", "ani@mail.am")
        assert read(mail()).dsn is None


class TestForwardsWithoutContextAndLostPictures:
    """To, Cc, Bcc, inline pictures and attachments come through whole."""

    def test_pictures_and_files_travel(self):
        out = Outgoing(
            message_id="<o@help.am>",
            from_=Address("", "help@help.am"),
            to=[Address("", "a@mail.am"), Address("", "b@mail.am")],
            cc=[Address("", "c@mail.am")],
            subject="x",
            text="x",
            html='<img src="cid:p@help">',
            date=NOW,
            attachments=[
                File("p.png", "image/png", b"\x89PNG\r\n\x1a\n", "p@help"),
                File("a.pdf", "application/pdf", b"%PDF"),
            ],
        )
        parsed = read(compose(out))
        assert [address.email for address in (*parsed.to, *parsed.cc)] == ["a@mail.am", "b@mail.am", "c@mail.am"]
        assert [part.inline for part in parsed.attachments] == [True, False]

    def test_a_forwarded_message_stays_in_sight(self):
        text = "See below\n\n---------- Forwarded message ---------\nFrom: Ani <ani@mail.am>\n\nWhere is it?"
        assert fold(text).visible == text


class TestVerdictsOfTheReceivingServer:
    """SPF, DKIM and DMARC are believed from the trusted server alone."""

    def test_only_the_trusted_servers_word_counts(self):
        raw = mail("Authentication-Results: mx.evil.am; spf=pass\nAuthentication-Results: mx.help.am; spf=fail\n")
        assert parse(raw, received_at=NOW, trusted_authserv=["mx.help.am"]).authentication.spf == "fail"
        assert parse(raw, received_at=NOW, trusted_authserv=["mx.other.am"]).authentication.spf == ""


class TestHugeOrHostileMail:
    """Limits with a clear verdict; visible text always something."""

    def test_nesting(self):
        raw = HEAD
        for level in range(100):
            raw += f'Content-Type: multipart/mixed; boundary="b{level}x"\n\n--b{level}x\n'
        parsed = read(raw + "\nhello\n")
        assert parsed.text.strip() == "hello"
        assert "nesting-limit" in parsed.problems

    def test_absurd_nesting_still_shows_something(self):
        raw = HEAD
        for level in range(20_000):
            raw += f"Content-Type: multipart/mixed; boundary=b{level}x\n\n--b{level}x\n"
        parsed = read(raw + "\nhello\n")
        assert "nesting-limit" in parsed.problems
        assert parsed.text.strip()

    def test_mails_in_mails_stay_closed(self):
        raw = HEAD + "Content-Type: message/rfc822\n\nSubject: inner\n" * 5000 + "\nhello"
        assert [part.name for part in read(raw).attachments] == ["inner.eml"]

    def test_archives_are_never_unpacked(self):
        raw = multipart("mixed", "\nsee", "Content-Type: application/zip; name=bomb.zip\n\nPK\x03\x04" + "0" * 1000)
        (part,) = read(raw).attachments
        assert (part.sniffed, part.size) == ("application/zip", 1004)

    def test_broken_base64(self):
        assert read(mail("Content-Transfer-Encoding: base64\n", "SGVsbG8g!!!d29ybGQ")).text == "Hello world"

    def test_unknown_charset(self):
        raw = mail("Content-Type: text/plain; charset=x-klingon\n", "Здравствуйте, где мой заказ?".encode("cp1251"))
        parsed = read(raw)
        assert parsed.text == "Здравствуйте, где мой заказ?"
        assert "bad-charset" in parsed.problems

    def test_ten_megabytes_of_headers(self):
        junk = "X-Junk: " + "a" * 5_000_000 + "\n" + "X-More: b\n" * 500_000
        parsed = read(
            junk + "From: Ani <ani@mail.am>\nTo: help@help.am,\n  b@help.am\nSubject: =?utf-8?b?0J8=?=\n\nHello"
        )
        assert parsed.from_ == Address("Ani", "ani@mail.am")
        assert len(parsed.to) == 2
        assert (parsed.subject, parsed.text) == ("П", "Hello")
        assert "header-too-large" in parsed.problems

    def test_nuls(self):
        parsed = read(mail("X-A: a\0b\n", "He\0llo\0", HEAD.replace("Order", "Or\0der").replace("Ani", "A\0ni")))
        assert (parsed.subject, parsed.text) == ("Order", "Hello")
        assert parsed.from_ is not None
        assert parsed.from_.name == "Ani"

    def test_a_hundred_megabytes(self):
        parsed = read(mail("", b"a line of text\n" * 7_500_000))
        assert {"truncated"} <= parsed.problems
        assert parsed.text.startswith("a line of text\n")
        assert len(parsed.text) <= 1_000_000

    def test_a_hundred_thousand_parts(self):
        parsed = read(multipart("mixed", *["\nx"] * 20_000))
        assert "too-many-parts" in parsed.problems
        assert parsed.text.startswith("x")

    def test_ten_thousand_recipients(self):
        parsed = read(f"From: a@b.am\nTo: {', '.join(f'a{number}@x.am' for number in range(10_000))}\n\nx")
        assert 1000 <= len(parsed.to) + 1 <= 1001
        assert "bad-address" in parsed.problems

    def test_the_clock_jumped(self):
        past = datetime(2020, 1, 1, tzinfo=UTC)
        assert parse(mail(), received_at=past).date == past
