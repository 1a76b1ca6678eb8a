"""Which keys are found, and in which order."""

from tamada.channels.email.threading_keys import find_markers, find_numbers, thread_keys
from tests.channels.email.pure.mails import HEAD, mail, read


def test_answered_ids_come_first_then_references_from_the_newest():
    parsed = read(mail("In-Reply-To: <c@x>\nReferences: <a@x> <b@x> <c@x> <m1@mail.am>\n"))
    assert thread_keys(parsed).message_ids == ("<c@x>", "<b@x>", "<a@x>")


def test_reply_addresses_count_from_envelope_header_and_forwarding():
    parsed = read(
        mail("Delivered-To: reply+aaa@r.help.am\nCc: Reply+bbb@R.help.am, reply@r.help.am, replay+x@r.help.am\n")
    )
    keys = thread_keys(parsed, recipients=["reply+env@r.help.am"], reply_domains=["r.help.am"])
    assert keys.reply_tokens == ("env", "aaa", "bbb")


def test_a_reply_address_of_another_domain_is_nothing():
    parsed = read(mail("Cc: reply+aaa@evil.am\n"))
    assert thread_keys(parsed, reply_domains=["r.help.am"]).reply_tokens == ()


def test_numbers_in_subjects():
    assert find_numbers("Re: [#12] Order [#7] [#12]") == [12, 7]
    assert find_numbers("Order #12 [12] [#] [#1a] (#12)") == []
    assert find_numbers("[#" + "9" * 40 + "]") == []
    assert thread_keys(read(mail(head=HEAD.replace("Order", "Re: Order [#12]")))).numbers == (12,)


def test_markers_are_found_quoted_wrapped_and_in_html():
    assert find_markers("> > Tamada-Ref: abcdef-123:Xy_z") == ["abcdef-123:Xy_z"]
    assert find_markers("> Tamada-Ref:\n> abcdef-123") == ["abcdef-123"]
    assert find_markers("", '<div style="x">Tamada-Ref:&nbsp;<b>abcdef-123</b></div>') == ["abcdef-123"]
    assert find_markers("Tamada-Ref: abcdef-123.") == ["abcdef-123"]
    assert find_markers("Tamada-Ref: one-two-three and Tamada-Ref: four-five-six") == ["one-two-three", "four-five-six"]
    assert find_markers("Tamada-Ref: short") == []
    assert find_markers("nothing here") == []


def test_a_mail_without_keys_has_none():
    keys = thread_keys(read(mail()))
    assert (keys.reply_tokens, keys.message_ids, keys.markers, keys.numbers) == ((), (), (), ())
