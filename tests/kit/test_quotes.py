"""Folding quotes and signatures: plain text and HTML, in four languages, and what must never be folded."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.kit.quotes import fold, fold_html, is_forward
from tests.helpers.data import shared_data

QUOTE = "> Where is my order?\n> I wait since Monday.\n>\n>> earlier still"

ATTRIBUTIONS = [
    # Gmail
    "On Mon, Jan 5, 2026 at 12:30 PM Support <support@help.am> wrote:",
    "On Mon, Jan 5, 2026 at 12:30 PM Support\n<support@help.am> wrote:",
    "On Mon, 5 Jan 2026, 12:30 Support <support@help.am>\nwrote:",
    "пн, 5 янв. 2026 г. в 12:30, Support <support@help.am>:",
    "Երկ, հնվ 5, 2026 թ., ժամը 12:30-ին Support <support@help.am>-ը գրել է․",
    "2026 թ. հնվ. 5, երկ, 12:30 Support <support@help.am>-ը գրել է՝",
    "ორშ, 5 იან. 2026, 12:30-ზე Support-მა (<support@help.am>) დაწერა:",
    # Apple Mail
    "On 5 Jan 2026, at 12:30, Support <support@help.am> wrote:",
    "5 янв. 2026 г., в 12:30, Support <support@help.am> написал(а):",
    "5 იან. 2026, 12:30-ზე, Support <support@help.am>-მა დაწერა:",
    # Thunderbird
    "On 05.01.2026 12:30, Support wrote:",
    "05.01.2026 12:30, Support пишет:",
    "05.01.2026 12:30, Support-ը գրեց.",
    "05.01.2026 12:30, Support წერს:",
    # Yandex, Mail.ru, Yahoo, Outlook for phones
    '05.01.2026, 12:30, "Support" <support@help.am>:',
    "Понедельник, 5 января 2026, 12:30 +04:00 от Support <support@help.am>:",
    "On Monday, January 5, 2026 at 12:30:00 PM GMT+4, Support <support@help.am> wrote:",
    # Others that customers' programs speak
    "Am 05.01.2026 um 12:30 schrieb Support:",
    "Am 05.01.2026 um 12:30 Support <support@help.am> schrieb:",
    "Le 5 janv. 2026 à 12:30, Support <support@help.am> a écrit :",
]

ORIGINALS = [
    "-----Original Message-----",
    "-------- Original message --------",
    "-----Исходное сообщение-----",
    "----- Սկզբնական հաղորդագրություն -----",
    "-----თავდაპირველი შეტყობინება-----",
    "##- Please type your reply above this line -##",
]

HEADER_BLOCKS = [
    "From: Support <support@help.am>\nSent: Monday, January 5, 2026 12:30 PM\nTo: Ani\nSubject: Order",
    "*From:* Support <support@help.am>\n*Date:* Monday, January 5, 2026\n*To:* Ani\n*Subject:* Order",
    "От: Support <support@help.am>\nОтправлено: 5 января 2026 г. 12:30\nКому: Ani\nТема: Заказ",
    "От кого: Support\nДата: 5 января 2026\nКому: Ani <ani@mail.am>\nТема: Заказ",
    "Ումից՝ Support <support@help.am>\nՈւղարկվել է՝ 5 հունվարի 2026\nՈւմ՝ Անի\nԹեմա՝ Պատվեր",
    "Ումից: Support\nԱմսաթիվ: 5 հունվարի 2026\nՈւմ: Անի <ani@mail.am>\nԹեմա: Պատվեր",
    "ვისგან: Support <support@help.am>\nთარიღი: 5 იანვარი 2026\nვის: ნინო\nთემა: შეკვეთა",
    "გამომგზავნი: Support <support@help.am>\nგაგზავნილია: 5 იანვარი 2026\nმიმღები: ნინო\nთემა: შეკვეთა",
]

DEVICES = [
    "Sent from my iPhone",
    "Sent from my Samsung Galaxy smartphone.",
    "Sent from Outlook for Android",
    "Get Outlook for iOS",
    "Отправлено с iPhone",
    "Отправлено из мобильной Почты Mail.ru",
    "Отправлено с мобильного устройства Samsung",
    "Ուղարկված է իմ iPhone-ից",
    "Ուղարկվել է իմ հեռախոսից",
    "Իմ iPhone-ից",
    "გაგზავნილია ჩემი iPhone-იდან",
    "გამოგზავნილია ჩემი ტელეფონიდან",
]

ANSWERS = ["Thanks, it came.", "Շնորհակալություն, հասավ։", "მადლობა, მოვიდა.", "Спасибо, пришло."]


@pytest.mark.parametrize("line", ATTRIBUTIONS)
@pytest.mark.parametrize("answer", ANSWERS[:2])
def test_a_quote_folds_with_the_line_above_it(line, answer):
    folded = fold(f"{answer}\n\n{line}\n\n{QUOTE}\n")
    assert folded.visible == answer
    assert folded.quoted.startswith(line.split("\n")[0])
    assert "earlier still" in folded.quoted


@pytest.mark.parametrize("line", [line for line in ATTRIBUTIONS if "@" in line or line.startswith("On ")])
def test_a_quote_without_marks_folds_from_that_line_on(line):
    folded = fold(f"Thanks, it came.\n\n{line}\n\nWhere is my order?\nI wait since Monday.\n")
    assert folded.visible == "Thanks, it came."
    assert "I wait since Monday." in folded.quoted


@pytest.mark.parametrize("line", ORIGINALS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_the_original_message_folds(line, answer):
    folded = fold(f"{answer}\n\n{line}\nFrom: x\n\nWhere is my order?")
    assert folded.visible == answer
    assert folded.quoted.startswith(line)


@pytest.mark.parametrize("block", HEADER_BLOCKS)
@pytest.mark.parametrize("rule", ["", "________________________________\n", "\n-----\n\n"])
def test_a_block_of_headers_folds_with_the_rule_above_it(block, rule):
    folded = fold(f"Շնորհակալություն\n{rule}\n{block}\n\nWhere is my order?")
    assert folded.visible == "Շնորհակալություն"
    assert "Where is my order?" in folded.quoted


@pytest.mark.parametrize("block", HEADER_BLOCKS)
def test_the_same_block_stays_in_a_forward(block):
    text = f"Please look\n\n{block}\n\nWhere is my order?"
    assert fold(text, forwarded=True).visible == text


@pytest.mark.parametrize(
    "line",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Пересылаемое сообщение --------",
        "-------- Пересланное сообщение --------",
        "Начало переадресованного сообщения:",
        "---------- Փոխանցված հաղորդագրություն ----------",
        "---------- გადაგზავნილი შეტყობინება ----------",
    ],
)
def test_a_forwarded_message_stays(line):
    head = "From: Ani <ani@mail.am>\nDate: 5 Jan 2026\nSubject: Order\nTo: us"
    text = f"Please look\n\n{line}\n{head}\n\n> quoted there\nWhere is it?\n-- \nAni"
    assert fold(text).visible == text
    assert fold(text).quoted == ""


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("answer", ANSWERS)
def test_what_a_telephone_adds_is_a_signature(device, answer):
    folded = fold(f"{answer}\n\n{device}\n\nOn 5 Jan 2026, at 12:30, Support <support@help.am> wrote:\n\n{QUOTE}")
    assert (folded.visible, folded.signature) == (answer, device)


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my desk, it is easier.",
        "Отправлено вчера курьером",
        "Отправлено из Еревана в понедельник",
        "Ուղարկված է երեկ առավոտյան",
        "გაგზავნილია გუშინ დილით",
        "Իմ տնից",
    ],
)
def test_what_people_sent_is_no_signature(line):
    assert fold(f"Hello\n\n{line}").visible == f"Hello\n\n{line}"


@pytest.mark.parametrize("rule", ["-- ", "--", "—"])
def test_a_signature_below_its_rule_folds(rule):
    folded = fold(f"Բարև\n\n{rule}\nԱնի Հակոբյան\n+374 10 123456\n")
    assert folded.visible == "Բարև"
    assert folded.signature.endswith("Անի Հակոբյան\n+374 10 123456")


def test_a_device_and_a_signature_fold_together():
    folded = fold("Բարև\n\nSent from my iPhone\n\n-- \nԱնի")
    assert folded.visible == "Բարև"
    assert "iPhone" in folded.signature
    assert "Անի" in folded.signature


def test_a_rule_in_the_middle_of_a_long_letter_is_no_signature():
    text = "First part\n--\n" + "\n".join(f"line {number} of the second part" for number in range(30))
    assert fold(text).visible == text


def test_answers_between_quotes_stay():
    text = "On 5 Jan 2026, at 12:30, S <s@h.am> wrote:\n> one?\n\nYes.\n\n> two?\n\nNo.\n\n-- \nAni"
    folded = fold(text)
    assert folded.visible == "Yes.\n\nNo."
    assert folded.quoted == "On 5 Jan 2026, at 12:30, S <s@h.am> wrote:\n> one?\n\n> two?"
    assert folded.signature == "-- \nAni"


@pytest.mark.parametrize(
    "text",
    [
        QUOTE,
        f"On 5 Jan 2026, at 12:30, S <s@h.am> wrote:\n{QUOTE}",
        "-----Original Message-----\nFrom: a@b.am\nSent: x\nSubject: y\n\nold",
        "Sent from my iPhone",
        "-- \nAni",
        "Отправлено с iPhone\n\n> x",
    ],
)
def test_everything_is_never_folded(text):
    assert fold(text) == (text, "", "")


@pytest.mark.parametrize(
    "text",
    [
        "From: Yerevan\nTo: Tbilisi\nDate: 5 January\nWeight: 5 kg",
        "From: Monday\nTo: Friday\nwe are closed",
        "As the courier wrote:\nnobody was at home",
        "On Monday I wrote: nothing came",
        "On your remote host you can run:\n\n    telnet 127.0.0.1",
        "В 2026 году курьер написал:\nникого нет",
        "Ժամը 12:30-ին առաքիչը գրեց.\nոչ ոք չկա",
        "The list:\n- one\n- two\n\n- Three",
        "a > b\nx --y\n1) original message board is broken today, please look",
    ],
)
def test_prose_stays(text):
    assert fold(text).visible == text


def test_empty_and_blank_texts():
    assert fold("") == ("", "", "")
    assert fold("\n\n") == ("", "", "")


@pytest.mark.parametrize("subject", ["Fwd: Order", "FW: Order", "fwd:Order", "Пересл: Заказ", "WG: x"])
def test_subjects_of_forwards(subject):
    assert is_forward(subject)


@pytest.mark.parametrize("subject", ["Re: Order", "Order", "Forward", "", "Re: Fwd: Order"])
def test_subjects_of_others(subject):
    assert not is_forward(subject)


SAMPLES = {
    "email_1_2": (["Hi,", "You can list the keys", "See also"], ["riak-users mailing list", "What is the best way"]),
    "email_1_3": (["Oh thanks."], ["Abhishek", "Russell Brown"]),
    "email_1_4": (["Awesome!"], ["defunkt", "Loader"]),
    "email_1_5": (["One: Here's", "- And another one", "for a while."], []),
    "email_1_6": (["proper rendering"], ["magnificent", "Corey"]),
    "email_1_7": ([":+1:"], ["Wanstrath"]),
    "email_1_8": (["I will reply under this one", "and under this."], ["okay?", "signature"]),
    "email_2_1": (["Outlook with a reply"], ["-----", "Google Apps"]),
    "email_2_2": (["directly above line"], ["____", "CRM"]),
    "email_2_3": (["unusual format"], ["Kim"]),
    "email_BlackBerry": (["Here is another email"], ["BlackBerry"]),
    "email_bullets": (["how about bullets"], ["Joe Smith", "examples@"]),
    "email_gmail": (["test for inbox replying"], ["Steven", "outdated"]),
    "email_headers_no_delimiter": (["And another reply!"], ["Dan Watson", "second line"]),
    "email_iPhone": (["Here is another email"], ["iPhone"]),
    "email_multi_word_sent_from_my_mobile_device": (["Here is another email"], ["Verizon"]),
    "email_one_is_not_on": (["One outstanding question", "when I run..."], ["Dave Tapley", "lastLocation"]),
    "email_partial_quote_header": (
        ["On your remote host you can run:", "tunnel is not working."],
        ["Plymale", "odd issue"],
    ),
    "email_sent_from_my_not_signature": (["Sent from my desk"], []),
    "email_sig_delimiter_in_middle_of_line": (["this is not a signature", "kthxbai"], []),
    "correct_sig": (["with a correct -- signature."], ["rick"]),
    "greedy_on": (["On your remote host", "telnet"], ["Plymale"]),
    "pathological": (["I think you're onto something", "back to a computer."], ["Sullivan", "Influenza"]),
}


@pytest.mark.parametrize("name", [name for name in SAMPLES if shared_data("email", "quoted-replies", f"{name}.txt")])
def test_replies_as_people_sent_them(name):
    path = shared_data("email", "quoted-replies", f"{name}.txt")
    assert path is not None
    folded = fold(path.read_text())
    seen, unseen = SAMPLES[name]
    assert all(words in folded.visible for words in seen)
    assert not [words for words in unseen if words in folded.visible]
    assert all(words in folded.quoted + folded.signature for words in unseen)


# HTML -----------------------------------------------------------------------------------------------------------------

HTML = {
    "gmail": (
        '<div dir="ltr">Yes</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon wrote:<br></div>'
        '<blockquote class="gmail_quote" style="margin:0">old</blockquote></div>'
    ),
    "gmail in another container": '<div>Yes</div><div class="gmail_quote gmail_quote_container"><div>old</div></div>',
    "outlook on the web": (
        '<div>Yes</div><hr style="width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> S</div><div>old</div>'
    ),
    "outlook on a phone": (
        '<div>Yes</div><div id="ms-outlook-mobile-signature"></div>'
        '<div id="mail-editor-reference-message-container">old</div>'
    ),
    "outlook on a desktop": (
        "<p>Yes</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
        "<p><b>From:</b> S</p></div></div><p>old</p>"
    ),
    "outlook in russian without marks": (
        "<p>Yes</p><p><b>От:</b> S &lt;s@h.am&gt;<br><b>Отправлено:</b> 5 января<br><b>Тема:</b> y</p><p>old</p>"
    ),
    "apple mail": (
        '<div>Yes</div><div><br><blockquote type="cite">'
        "<div>On 5 Jan 2026, at 12:30, S wrote:</div>old</blockquote></div>"
    ),
    "thunderbird": (
        '<p>Yes</p><div class="moz-cite-prefix">05.01.2026 12:30, S пишет:<br></div>'
        '<blockquote type="cite">old</blockquote>'
    ),
    "mail.ru": (
        '<div>Yes</div><blockquote style="border-left:1px solid #0857A6">5 января 2026, 12:30 от S:<br>old</blockquote>'
    ),
    "yandex": '<div>Yes</div><div>05.01.2026, 12:30, "S" &lt;s@h.am&gt;:</div><blockquote><p>old</p></blockquote>',
    "yahoo": '<div>Yes</div><div id="yahoo_quoted_123" class="yahoo_quoted">old</div>',
    "proton": '<div>Yes</div><div class="protonmail_quote">old</div>',
    "georgian words alone": "<p>Yes</p><p>-----თავდაპირველი შეტყობინება-----</p><p>old</p>",
    "armenian words alone": "<p>Yes</p><p>-----Սկզբնական հաղորդագրություն-----</p><p>old</p>",
}


@pytest.mark.parametrize("html", HTML.values(), ids=HTML.keys())
def test_quotes_in_html_fold(html):
    folded = fold_html(html)
    assert "Yes" in folded.visible
    assert "old" not in folded.visible
    assert "old" in folded.quoted
    assert "12:30" not in folded.visible


@pytest.mark.parametrize(
    "html",
    [
        '<div>See<br><div class="gmail_quote"><div>------- Forwarded message ------<br>A</div><p>old</p></div></div>',
        '<div>See</div><div class="gmail_quote"><div>------ Пересланное сообщение ------<br>A</div><p>old</p></div>',
        "<p>He said:</p><blockquote>my own emphasis</blockquote>",
        '<blockquote type="cite">old</blockquote>',
        '<div class="gmail_quote">old</div>',
        "<p>no quotes</p>",
        "",
        "plain < text & more",
    ],
)
def test_what_is_no_quote_stays(html):
    assert fold_html(html) == (html, "")


def test_a_forward_in_outlook_stays_when_the_subject_says_so():
    html = HTML["outlook on the web"]
    assert fold_html(html, forwarded=True) == (html, "")


def test_answers_between_html_quotes_stay():
    html = '<blockquote type="cite">one?</blockquote><p>Yes.</p><blockquote type="cite">two?</blockquote><p>No.</p>'
    folded = fold_html(html)
    assert folded.visible == "<p>Yes.</p><p>No.</p>"
    assert folded.quoted == '<blockquote type="cite">one?</blockquote><blockquote type="cite">two?</blockquote>'


def test_a_picture_alone_is_something_to_show():
    html = '<img src="cid:x"><blockquote type="cite">old</blockquote>'
    assert fold_html(html).visible == '<img src="cid:x">'


def test_comments_and_styles_are_no_text():
    html = (
        '<style>blockquote{}</style><!-- <blockquote type="cite"> --><p>Yes</p><blockquote type="cite">old</blockquote>'
    )
    assert fold_html(html).quoted == '<blockquote type="cite">old</blockquote>'


PIECES = st.sampled_from(
    [
        *("On 5 Jan 2026 S <s@h.am> wrote:", "5 янв. 2026 г., S пишет:", "-----Original Message-----"),
        *("> x", "-- ", "text", "", "From: a@b.c", "Sent: x", "Subject: y", "Sent from my iPhone"),
    ]
)
MARKUP = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "</blockquote>",
            "<br>",
            "<!--",
            "-->",
            "text",
            "<",
            ">",
            "<style>",
            "</style>",
        ),
        *('<blockquote type="cite">', '<div class="gmail_quote">', "On 5 Jan 2026 S <s@h.am> wrote:"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=20).map("\n".join)))
def test_no_filled_line_is_lost(text):
    folded = fold(text)
    assert bool(folded.visible.strip("\n")) == bool(text.strip("\n")) or not text.strip()
    lines = [line.rstrip() for part in folded for line in part.split("\n") if line.strip()]
    assert sorted(lines) == sorted(line.rstrip() for line in text.split("\n") if line.strip())


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(MARKUP, max_size=20).map("".join)))
def test_no_html_is_lost(html):
    folded = fold_html(html)
    assert len(folded.visible) + len(folded.quoted) == len(html)
    assert sorted(folded.visible + folded.quoted) == sorted(html)
