"""Both bodies of whole mails: what is shown of one is shown of the other, and never nothing."""

from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.channels.email.folding import Shown, fold_mail
from tamada.channels.email.parse import ParsedMail, parse
from tamada.kit.html import clean, to_text
from tests.channels.email.pure.mails import NOW
from tests.helpers.mail_programs import PROGRAMS, TONGUES, words, written
from tests.kit.test_html_signatures import PIECES


def mail(text: str | None, html: str | None, subject: str = "Re: 118") -> ParsedMail:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ani@mail.am", "help@help.am", subject
    if text is not None:
        message.set_content(text)
    if html is not None:
        (message.set_content if text is None else message.add_alternative)(html, subtype="html")
    return parse(message.as_bytes(), received_at=NOW)


def shown(text: str | None, html: str | None, subject: str = "Re: 118") -> Shown:
    return fold_mail(mail(text, html, subject))


@pytest.mark.parametrize("tongue", TONGUES.values(), ids=TONGUES.keys())
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("bodies", ["html", "both"])
def test_the_two_halves_agree(bodies, program, tongue):
    html = written(program, tongue)
    made = shown(None if bodies == "html" else to_text(html), html)
    assert words(made.text) == words(to_text(made.html)) == words(tongue.said + tongue.more)
    assert "oldwords" in words(made.quoted_text)
    assert "oldwords" in words(to_text(made.quoted_html))
    assert tongue.said not in made.quoted_text


def test_what_quotes_nothing_is_left_as_it_is():
    made = shown(None, "<p>He said:</p><blockquote>my own emphasis</blockquote>")
    assert made.text == "He said:\n\n> my own emphasis"
    assert (made.quoted_text, made.quoted_html) == ("", "")


def test_a_mail_without_html_has_none():
    assert shown("Hello\n\n-- \nAni", None) == Shown("Hello", "-- \nAni")


def test_both_halves_are_clean():
    made = shown(None, "<p>Hi</p><script>x()</script><div id='Signature'><img src='https://t.example/a.png'>Ani</div>")
    assert made.html.strip() == "<p>Hi</p>"
    assert 'data-src="https://t.example/a.png"' in made.quoted_html
    assert "id=" not in made.quoted_html


def test_a_forward_keeps_the_signature_of_what_it_passes_on():
    html = (
        "<div>See below.</div><div id='Signature'>Ani</div><div id='divRplyFwdMsg'><b>From:</b> S</div>"
        "<p>Where is it?</p><div id='x_Signature'>S of Ridge</div>"
    )
    made = shown(None, html, "Fwd: Order")
    assert "S of Ridge" in made.text
    assert "S of Ridge" in made.html
    assert made.quoted_text == "Ani"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(PIECES, max_size=20).map("".join) | st.text(alphabet="<>/-!ab \n", max_size=40),
    st.none() | st.lists(PIECES, max_size=10).map("\n".join),
    st.sampled_from(["Re: x", "Fwd: x"]),
)
def test_nothing_is_folded_to_nothing(html, text, subject):
    whole = mail(text, html, subject)
    made = fold_mail(whole)
    assert made.text.strip()
    assert to_text(made.html) or "<img" in made.html or not to_text(clean(whole.html).html)
