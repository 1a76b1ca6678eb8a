"""Whose word counts about SPF, DKIM and DMARC."""

from tamada.channels.email.authentication import Authentication, authentication
from tamada.channels.email.parse import parse
from tests.channels.email.pure.mails import NOW, mail

OURS = (
    "Authentication-Results: mx.help.am; spf=pass smtp.mailfrom=mail.am;\n dkim=fail header.d=other.am; "
    "dkim=pass header.i=@mail.am; dmarc=pass (p=none) header.from=mail.am\n"
)
FORGED = "Authentication-Results: mx.evil.am; spf=pass; dkim=pass; dmarc=pass\n"
FORGED_AS_OURS = "Authentication-Results: mx.help.am; spf=pass; dkim=pass; dmarc=pass\n"


def verdicts(fields: str, trusted: list[str] | None) -> Authentication:
    return parse(mail(fields), received_at=NOW, trusted_authserv=trusted).authentication


def test_the_verdicts_of_the_trusted_server_are_read():
    found = verdicts(OURS, ["MX.help.am"])
    assert (found.spf, found.dkim, found.dmarc, found.dkim_domain) == ("pass", "pass", "pass", "mail.am")
    assert found.trusted


def test_another_servers_word_does_not_count():
    assert verdicts(FORGED, ["mx.help.am"]) == Authentication()
    assert verdicts(FORGED + OURS.replace("pass", "fail"), ["mx.help.am"]).spf == "fail"


def test_what_the_sender_forged_below_a_strangers_field_does_not_count():
    honest = "Authentication-Results: mx.help.am; spf=fail; dkim=none; dmarc=fail\n"
    found = verdicts(honest + FORGED + FORGED_AS_OURS, ["mx.help.am"])
    assert (found.spf, found.dkim, found.dmarc) == ("fail", "none", "fail")
    assert verdicts(honest + FORGED_AS_OURS, ["mx.help.am"]).spf == "fail"


def test_mail_straight_from_its_sender_vouches_for_nothing():
    assert verdicts(OURS, []) == Authentication()


def test_without_a_trusted_name_the_topmost_word_is_shown_as_unvouched():
    found = verdicts(FORGED + OURS, None)
    assert found.server == "mx.evil.am"
    assert not found.trusted
    assert verdicts("", None) == Authentication()


def test_words_in_comments_and_unknown_verdicts_do_not_count():
    found = verdicts(
        "Authentication-Results: mx.help.am (dmarc=pass; spf=pass (a)) ; spf=marvellous; dmarc=none\n", ["mx.help.am"]
    )
    assert (found.spf, found.dmarc) == ("", "none")


def test_no_field_no_verdict():
    from tamada.channels.email.headers import Headers

    assert authentication(Headers(), ["mx.help.am"]) == Authentication()
