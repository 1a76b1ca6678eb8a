"""Signatures in HTML: as each mail program writes them, in four languages, and what must stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.kit.html import to_text
from tamada.kit.quotes import fold, fold_both, fold_html
from tests.helpers.mail_programs import PROGRAMS, TONGUES, words, written


@pytest.mark.parametrize("tongue", TONGUES.values(), ids=TONGUES.keys())
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_signature_and_a_quote_fold(program, tongue):
    html = written(program, tongue)
    folded = fold_html(html)
    assert to_text(folded.visible).split() == f"{tongue.said} {tongue.more}".split()
    assert "old words" in to_text(folded.quoted)
    assert len(folded.visible) + len(folded.quoted) == len(html)


@pytest.mark.parametrize("tongue", TONGUES.values(), ids=TONGUES.keys())
@pytest.mark.parametrize("program", [p for p in PROGRAMS if "above" not in p])
def test_a_signature_without_a_quote_folds(program, tongue):
    html = written(program, tongue)
    for mark in (
        '<br><div class="gmail_quote',
        '<div id="appendonsend',
        '<div id="x_divRply',
        '<div id="mail-editor',
        "<div><div style='border",
        '<div class="moz-cite',
        '<div id="yahoo_quoted',
        '<div class="protonmail_quote',
        '<div name="messageReplySection',
        '<div data-marker="__QUOTED',
        "<p>-----Original",
        "<div><div>-------- Original",
        '<div dir="ltr"><br><blockquote',
        '<div><br><blockquote type="cite"><div>',
        "<div>05.01.2026",
        "<p>05.01.2026",
        f"<p>{tongue.wrote}",
        f'<div dir="ltr"><br>{tongue.wrote}',
        "<blockquote",
    ):
        html = html.partition(mark)[0]
    assert "old words" not in html
    folded = fold_html(html)
    assert to_text(folded.visible).split() == f"{tongue.said} {tongue.more}".split()
    assert folded.quoted


DEVICES = [
    "Sent from my iPhone",
    "Sent from my iPad",
    "Sent from my Galaxy",
    "Sent from my Samsung Galaxy smartphone.",
    "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
    "Sent from Yahoo Mail on Android",
    "Sent from Mail for Windows",
    "Sent from Outlook for iOS",
    "Get Outlook for Android",
    "Get <a href='https://aka.ms/o0ukef'>Outlook for iOS</a>",
    "Sent from Proton Mail mobile",
    "Sent with Proton Mail secure email.",
    "Sent from Gmail Mobile",
    "Sent from my Huawei phone",
    "Sent via BlackBerry from T-Mobile",
    "Отправлено с iPhone",
    "Отправлено с моего iPhone",
    "Отправлено с iPad",
    "Отправлено с Samsung Galaxy",
    "Отправлено с устройства Galaxy",
    "Отправлено с телефона HUAWEI",
    "Отправлено с моего мобильного телефона",
    "Отправлено из <a href='https://e.mail.ru/'>мобильной Почты Mail.ru</a>",
    "Отправлено из Почты Mail.ru для Android",
    "Отправлено из Почты Mail",
    "Отправлено из мобильной Яндекс Почты: http://m.ya.ru/ymail",
    "Отправлено из мобильного приложения Яндекс Почты",
    "Отправлено из myMail для iOS",
    "Отправлено с помощью Outlook для Android",
    "Скачайте Outlook для iOS",
    "Отправлено с устройства Android. Извините за краткость.",
    "Ուղարկված է իմ iPhone-ից",
    "Ուղարկվել է iPhone-ից",
    "Ուղարկված է Samsung Galaxy-ից",
    "Ուղարկված է Outlook-ից՝ Android-ի համար",
    "Ուղարկված է բջջային հեռախոսից",
    "Ուղարկված է իմ Galaxy սմարթֆոնից",
    "Ներբեռնեք Outlook-ը iOS-ի համար",
    "Իմ iPhone-ից",
    "გაგზავნილია ჩემი iPhone-იდან",
    "გამოგზავნილია iPhone-დან",
    "გაიგზავნა Samsung-ის ტელეფონიდან",
    "გაგზავნილია Outlook-იდან Android-ისთვის",
    "ჩემი iPhone-იდან გაგზავნილია",
    "გაგზავნილია მობილური ტელეფონიდან",
    "ჩამოტვირთეთ Outlook iOS-ისთვის",
]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("tongue", TONGUES.values(), ids=TONGUES.keys())
def test_what_a_telephone_adds_folds_in_both(device, tongue):
    html = f'<div dir="auto">{tongue.said}</div><div dir="auto"><br></div><div dir="auto">{device}</div>'
    assert to_text(fold_html(html).visible) == tongue.said
    assert fold(f"{tongue.said}\n\n{to_text(device)}\n").visible == tongue.said


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my desk, it is easier.",
        "Sent from the courier office yesterday",
        "Sent by registered post on Monday",
        "Отправлено вчера курьером",
        "Отправлено из Еревана в понедельник",
        "Отправлено через DHL",
        "Ուղարկված է երեկ առավոտյան",
        "Ուղարկված է Գյումրիից",
        "გაგზავნილია გუშინ დილით",
        "გაგზავნილია ბათუმიდან",
        "Paket İstanbul'dan gönderildi",
    ],
)
def test_what_people_sent_is_no_signature(line):
    html = f"<p>Hello</p><p>{line}</p>"
    assert fold_html(html) == (html, "")
    assert fold(f"Hello\n\n{line}").visible == f"Hello\n\n{line}"


def test_a_photograph_below_what_the_telephone_adds_stays():
    html = "<div>Look</div><div><br></div><div>Sent from my iPhone</div><div><img src='cid:photo'></div>"
    folded = fold_html(html)
    assert "cid:photo" in folded.visible
    assert "iPhone" not in folded.visible
    marked = (
        "<div>Look</div><br id='lineBreakAtBeginningOfSignature'><div>Sent from my iPhone</div><img src='cid:photo'>"
    )
    folded = fold_html(marked)
    assert "cid:photo" in folded.visible
    assert "iPhone" not in folded.visible


def test_a_logo_below_a_rule_is_of_the_signature():
    html = "<p>Hello</p><p>-- <br>Ani<br><img src='cid:logo'></p>"
    assert fold_html(html).visible == "<p>Hello</p>"


def test_a_signature_above_an_answer_below_the_quote_folds_alone():
    html = (
        '<div class="moz-cite-prefix">05.01.2026 12:30, S:</div><blockquote type="cite">one?</blockquote>'
        '<p>Yes.</p><div class="moz-signature">-- <br>Ani</div><p>One more thing.</p>'
    )
    assert to_text(fold_html(html).visible) == "Yes.\n\nOne more thing."


@pytest.mark.parametrize(
    "html",
    [
        "<div class='gmail_signature'>Ani<br>+374</div>",
        "<div id='Signature'>Ani</div><blockquote type='cite'>old</blockquote>",
        "<img width='1' height='1' src='https://t.example/p'><div id='Signature'>Ani</div>",
        "<hr><p>Sent from my iPhone</p>",
        "<p>&nbsp;</p><p>-- <br>Ani</p>",
        "<br id='lineBreakAtBeginningOfSignature'><div>Ani</div>",
    ],
)
def test_everything_is_never_folded(html):
    assert fold_html(html) == (html, "")


@pytest.mark.parametrize(
    "html",
    [
        "<p>Please sign below.</p><div class='signature-request'>Sign the contract</div>",
        "<p>Hello</p><div class='design-signatures'>Three colours</div>",
        "<p>Hello</p><table id='signatures'><tr><td>Party A</td><td>Party B</td></tr></table>",
        "<p>Hello</p><div id='signature_pad'>Draw here</div>",
        "<p>Hello</p><span data-note='id=Signature'>text</span>",
        "<div>The list:</div><div>- one</div><div>- two</div>",
    ],
)
def test_what_only_sounds_like_a_signature_stays(html):
    assert fold_html(html) == (html, "")


def test_nothing_of_a_forwarded_message_folds():
    html = (
        '<div>See below.</div><div class="gmail_signature">Ani</div><div class="gmail_quote"><div>---------- Forwarded '
        'message ---------<br>From: S</div><p>Where is it?</p><div class="gmail_signature">S of Ridge</div>'
        '<blockquote type="cite">deeper</blockquote></div>'
    )
    folded = fold_html(html)
    assert folded.quoted == '<div class="gmail_signature">Ani</div>'
    assert "S of Ridge" in folded.visible
    assert "deeper" in folded.visible


def test_a_forward_of_outlook_keeps_everything_below_its_headers():
    html = (
        "<div>See below.</div><div id='Signature'>Ani</div><hr><div id='divRplyFwdMsg'><b>From:</b> S</div>"
        "<p>Where is it?</p><div id='x_Signature'>S of Ridge</div>"
    )
    folded = fold_html(html, forwarded=True)
    assert folded.quoted == "<div id='Signature'>Ani</div>"
    assert "S of Ridge" in folded.visible


# Both bodies of a mail ------------------------------------------------------------------------------------------------


def says_something(html: str) -> bool:
    return bool(to_text(html)) or "<img" in html


@pytest.mark.parametrize("tongue", TONGUES.values(), ids=TONGUES.keys())
@pytest.mark.parametrize("program", PROGRAMS)
def test_plain_text_that_lacks_the_marks_folds_as_the_html_does(program, tongue):
    html = written(program, tongue)
    text = "\n".join(line for line in to_text(html).split("\n") if line.strip("- —") or not line)
    plain, markup = fold_both(text, html)
    assert words(plain.visible) == words(to_text(markup.visible)) == words(tongue.said + tongue.more)


@pytest.mark.parametrize("tongue", TONGUES.values(), ids=TONGUES.keys())
def test_html_that_lacks_the_marks_folds_as_the_plain_text_does(tongue):
    text = f"{tongue.said}\n{tongue.more}\n\n-- \n{tongue.farewell}\n{tongue.name}\n{tongue.post}\n"
    html = f"<p>{tongue.said} {tongue.more}</p><p>{tongue.farewell}<br><b>{tongue.name}</b></p><p>{tongue.post}</p>"
    plain, markup = fold_both(text, html)
    assert words(plain.visible) == words(to_text(markup.visible)) == words(tongue.said + tongue.more)


def test_a_name_that_stands_in_the_text_too_stays_there():
    text = "Please call me.\nAni\n\n-- \nAni\n+374 10 123456"
    html = "<p>Please call me.<br>Ani</p><div class='gmail_signature'>Ani<br>+374 10 123456</div>"
    plain, markup = fold_both(text, html)
    assert plain.visible == "Please call me.\nAni"
    assert to_text(markup.visible) == "Please call me.\nAni"


def test_bodies_that_say_different_things_keep_both():
    plain, markup = fold_both("Your program shows no HTML.", "<p>News</p><div id='Signature'>The shop</div>")
    assert plain == ("Your program shows no HTML.", "", "")
    assert to_text(markup.visible) == "News"


PIECES = st.sampled_from(
    [
        *("<div>", "</div>", "<p>", "</p>", "<br>", "<br id=lineBreakAtBeginningOfSignature>", "<hr>", "<img src=x>"),
        *('<div id="Signature">', '<div class="gmail_signature">', "<signature>", "</signature>", "<!-- ", "-->"),
        *(
            "text",
            "-- ",
            "Ani",
            "Sent from my iPhone",
            "---------- Forwarded message ---------",
            "<![endif]>",
        ),
        *('<blockquote type="cite">', "</blockquote>", '<div id="divRplyFwdMsg">', "<a name=_MailAutoSig>", "\n"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.booleans())
def test_nothing_is_lost_and_something_stays(html, forwarded):
    folded = fold_html(html, forwarded=forwarded)
    assert len(folded.visible) + len(folded.quoted) == len(html)
    assert sorted(folded.visible + folded.quoted) == sorted(html)
    assert says_something(folded.visible) or not to_text(html)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.lists(PIECES, max_size=12).map("\n".join))
def test_folding_both_keeps_something_of_each(html, text):
    plain, markup = fold_both(text, html)
    assert bool(plain.visible.strip()) == bool(text.strip())
    assert says_something(markup.visible) or not to_text(html)
