"""Quotes under answers and forwarded messages, in four languages; and that our own folding knows them again."""

from datetime import datetime, timedelta, timezone

import pytest

from tamada.kit.quotes import fold, fold_html, is_forward
from tamada.kit.quotes.citing import (
    Cited,
    Person,
    attribution,
    forward_body,
    forward_subject,
    quote_for_reply,
    reply_subject,
)

YEREVAN = timezone(timedelta(hours=4))
CITED = Cited(
    author=Person("Անի", "ani@mail.am"),
    date=datetime(2026, 1, 5, 12, 30, tzinfo=YEREVAN),
    text="Where is it?\n> earlier",
    html="<p>Where <b>is</b> it?</p>",
    subject="Order",
    to=[Person("Help", "help@help.am")],
)


@pytest.mark.parametrize("language", ["en", "ru", "hy", "ka", "fr", ""])
def test_a_quote_names_its_author_and_folds_away(language):
    bodies = quote_for_reply(CITED, language)
    assert "Անի <ani@mail.am>" in bodies.text
    assert "12:30" in bodies.text
    assert bodies.text.endswith("> Where is it?\n>> earlier")
    assert fold(f"My answer\n\n{bodies.text}").visible == "My answer"
    folded = fold_html(f"<p>My answer</p>{bodies.html}")
    assert folded.visible == "<p>My answer</p>"
    assert "<b>is</b>" in folded.quoted


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "On Jan 5, 2026, 12:30, Անի <ani@mail.am> wrote:"),
        ("ru", "5 янв. 2026 г., 12:30, Անի <ani@mail.am> пишет:"),
        ("hy", "5 հնվ, 2026 թ., 12:30, Անի <ani@mail.am>-ը գրել է՝"),
        ("ka", "5 იან. 2026, 12:30, Անի <ani@mail.am> წერს:"),
    ],
)
def test_the_line_above_a_quote(language, line):
    assert attribution(CITED, language) == line


@pytest.mark.parametrize("language", ["en", "ru", "hy", "ka"])
def test_what_is_forwarded_stays_in_sight(language):
    bodies = forward_body(CITED, language)
    assert "Անի <ani@mail.am>" in bodies.text
    assert "Help <help@help.am>" in bodies.text
    assert "Where is it?" in fold(f"See below\n\n{bodies.text}").visible
    assert fold_html(f"<p>See below</p>{bodies.html}").quoted == ""
    assert "Where <b>is</b> it?" in bodies.html


def test_what_people_wrote_is_escaped():
    cited = Cited(author=Person("<b>x</b>", "a@b.am"), date=CITED.date, text="<script>1</script>", subject="<i>")
    for bodies in (quote_for_reply(cited, "en"), forward_body(cited, "en")):
        assert "<script>" not in bodies.html
        assert "<b>x" not in bodies.html
        assert "<i>" not in bodies.html


def test_prefixes_of_subjects_stand_once():
    assert reply_subject("Order") == "Re: Order"
    assert reply_subject("RE: re[2]: Ответ: Order") == "Re: Order"
    assert reply_subject("") == "Re:"
    assert forward_subject("Fwd: FW: Order") == "Fwd: Order"
    assert is_forward(forward_subject("Order"))
    assert not is_forward(reply_subject("Order"))
