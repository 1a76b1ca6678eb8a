"""Answers in HTML as each mail program writes them, with signature and quote, in four languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tongue:
    """What one person writes, and what their programs add."""

    said: str
    more: str
    farewell: str
    name: str
    post: str
    device: str
    wrote: str
    headers: tuple[str, str, str, str]


TONGUES = {
    "hy": Tongue(
        "Բարև Ձեզ, հաշիվը դեռ չեմ ստացել։",
        "Խնդրում եմ ուղարկել այսօր։",
        "Հարգանքով՝",
        "Անի Հակոբյան",
        "Հաշվապահ, «Արագած» ՍՊԸ",
        "Ուղարկված է իմ iPhone-ից",
        "Երկ, հնվ 5, 2026 թ., ժամը 12:30-ին Support &lt;support@help.am&gt;-ը գրել է․",
        ("Ումից", "Ուղարկվել է", "Ում", "Թեմա"),
    ),
    "ka": Tongue(
        "გამარჯობა, ანგარიში ჯერ არ მიმიღია.",
        "გთხოვთ დღესვე გამომიგზავნოთ.",
        "პატივისცემით,",
        "ნინო გიორგაძე",
        "ბუღალტერი, შპს „მყინვარი“",
        "გაგზავნილია ჩემი iPhone-იდან",
        "ორშ, 5 იან. 2026, 12:30-ზე Support-მა (&lt;support@help.am&gt;) დაწერა:",
        ("ვისგან", "გაგზავნილია", "ვის", "თემა"),
    ),
    "ru": Tongue(
        "Добрый день, счёт до сих пор не пришёл.",
        "Пришлите его, пожалуйста, сегодня.",
        "С уважением,",
        "Ольга Смирнова",
        "Бухгалтер, ООО «Эльбрус»",
        "Отправлено с iPhone",
        "пн, 5 янв. 2026 г. в 12:30, Support &lt;support@help.am&gt;:",
        ("От", "Отправлено", "Кому", "Тема"),
    ),
    "en": Tongue(
        "Hello, the invoice has not come yet.",
        "Please send it today.",
        "Kind regards,",
        "Jane Cooper",
        "Accountant, Ridge Ltd",
        "Sent from my iPhone",
        "On Mon, Jan 5, 2026 at 12:30 PM Support &lt;support@help.am&gt; wrote:",
        ("From", "Sent", "To", "Subject"),
    ),
}

GMAIL_QUOTE = (
    '<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{wrote}<br></div>'
    '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);'
    'padding-left:1ex"><div dir="ltr">old words<div><br clear="all"></div><div>-- <br>Old name</div></div>'
    "</blockquote></div>"
)
OUTLOOK_HEADERS = (
    "<p class=MsoNormal><b>{h[0]}:</b> Support &lt;support@help.am&gt; <br><b>{h[1]}:</b> 05.01.2026 12:30<br>"
    "<b>{h[2]}:</b> {name}<br><b>{h[3]}:</b> 118<o:p></o:p></p></div></div>"
    "<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>old words<o:p></o:p></p>"
)

# Each as its program writes it; the person's own words are {said} and {more}.
PROGRAMS = {
    "gmail on the web": (
        '<div dir="ltr"><div>{said}</div><div><br></div><div>{more}<br clear="all"></div><div><br></div>'
        '<span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" '
        'data-smartmail="gmail_signature"><div dir="ltr"><div><font color="#666666">{farewell}</font></div>'
        '<div><b>{name}</b></div><div>{post}</div><div>+374 10 123456 | <a href="http://www.ridge.example/" '
        'target="_blank">www.ridge.example</a></div></div></div></div>' + GMAIL_QUOTE
    ),
    "gmail as it once was": (
        '<div dir="ltr">{said}<div>{more}<br clear="all"><div><br></div>-- <br><div class="gmail_signature">'
        "{farewell}<br>{name}</div></div></div>" + GMAIL_QUOTE
    ),
    "gmail on a phone": (
        '<div dir="auto">{said}<div dir="auto"><br></div><div dir="auto">{more}<br><br><div '
        'data-smartmail="gmail_signature" dir="auto">{device}<br>{name}</div></div></div>' + GMAIL_QUOTE
    ),
    "outlook on the web": (
        '<html><head><style type="text/css" style="display:none;"> P {{margin-top:0;margin-bottom:0;}} </style></head>'
        '<body dir="ltr"><div class="elementToProof" style="font-family: Aptos, Calibri; font-size: 12pt;">{said}</div>'
        '<div class="elementToProof">{more}</div><div class="elementToProof"><br></div>'
        '<div id="Signature" class="elementToProof"><p>{farewell}</p><p><b>{name}</b><br>{post}</p>'
        '<table><tbody><tr><td><img src="cid:logo@x" width="120"></td></tr></tbody></table></div>'
        '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
        '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>{h[0]}:</b> Support &lt;support@help.am&gt;<br>'
        "<b>{h[1]}:</b> 05.01.2026<br><b>{h[3]}:</b> 118</font><div>&nbsp;</div></div>"
        "<div>old words</div></body></html>"
    ),
    "outlook on the web, sent through others": (
        '<div>{said}</div><div>{more}</div><div><br></div><div id="x_x_Signature"><div>{farewell}<br>{name}</div></div>'
        '<div id="x_divRplyFwdMsg"><b>{h[0]}:</b> Support</div><div>old words</div>'
    ),
    "outlook on a phone": (
        '<html><body><div dir="ltr"><div></div><div>{said}</div><div>{more}</div><div><br></div>'
        '<div id="ms-outlook-mobile-signature"><div><br></div><div>{device}</div><div>{name}</div></div></div>'
        '<div id="mail-editor-reference-message-container"><div class="ms-outlook-mobile-reference-message">'
        "<b>{h[0]}:</b> Support<br></div><div>old words</div></div></body></html>"
    ),
    "outlook on a desktop": (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>'
        '<meta name=Generator content="Microsoft Word 15">'
        "<!--[if !mso]><style>v\\:* {{behavior:url(#default#VML);}}</style><![endif]--></head>"
        "<body lang=EN-US link=blue><div class=WordSection1><p class=MsoNormal>{said}<o:p></o:p></p>"
        "<p class=MsoNormal>{more}<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        '<p class=MsoNormal><a name="_MailAutoSig"><span style="mso-no-proof:yes">{farewell}<o:p></o:p></span></a></p>'
        '<p class=MsoNormal><span style="mso-bookmark:_MailAutoSig"><b>{name}</b><o:p></o:p></span></p>'
        '<p class=MsoNormal><span style="mso-bookmark:_MailAutoSig">{post}<o:p></o:p></span></p>'
        '<p class=MsoNormal><![if !vml]><img width=96 height=40 id="Picture_x0020_1" src="cid:image001.png@01DC">'
        "<![endif]><o:p></o:p></p>"
        "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
        + OUTLOOK_HEADERS
        + "</div></body></html>"
    ),
    "thunderbird": (
        '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body>'
        '<p>{said}</p><p>{more}</p><p><br></p><div class="moz-signature">-- <br>{farewell}<br>{name}<br>{post}</div>'
        '<div class="moz-cite-prefix">05.01.2026 12:30, Support:<br></div>'
        '<blockquote type="cite" cite="mid:1@help.am"><p>old words</p></blockquote></body></html>'
    ),
    "thunderbird with a plain signature": (
        '<p>{said}</p><p>{more}</p><pre class="moz-signature" cols="72">-- \n{farewell}\n{name}\n{post}</pre>'
        '<blockquote type="cite"><p>old words</p></blockquote>'
    ),
    "apple mail on a desktop": (
        '<html><body style="overflow-wrap: break-word; line-break: after-white-space;">{said}<div><br></div>'
        '<div>{more}</div><br id="lineBreakAtBeginningOfSignature"><div><meta charset="UTF-8">'
        '<div dir="auto"><div>{farewell}</div><div>{name}</div><div>{post}</div></div></div>'
        '<div><br><blockquote type="cite"><div>{wrote}</div><br class="Apple-interchange-newline"><div>old words</div>'
        "</blockquote></div><br></body></html>"
    ),
    "apple mail on a phone": (
        '<html><head></head><body dir="auto"><div dir="ltr">{said}</div><div dir="ltr">{more}</div>'
        '<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">{device}</div><div dir="ltr"><br>'
        '<blockquote type="cite">{wrote}<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">old words'
        "</div></blockquote></body></html>"
    ),
    "apple mail on an older phone": (
        '<div dir="ltr"></div><div dir="ltr">{said}</div><div>{more}</div><div><br></div>'
        '<div id="AppleMailSignature" dir="ltr">{device}</div><div dir="ltr"><br>{wrote}<br><br></div>'
        '<blockquote type="cite"><div>old words</div></blockquote>'
    ),
    "yandex": (
        "<div>{said}</div><div>{more}</div><div>&nbsp;</div><div>-- <br />{farewell}</div><div>{name}</div>"
        '<div>{post}</div><div>&nbsp;</div><div>05.01.2026, 12:30, "Support" &lt;support@help.am&gt;:</div>'
        "<blockquote><p>old words</p></blockquote>"
    ),
    "yandex, the quote above": (
        '<div>05.01.2026, 12:30, "Support" &lt;support@help.am&gt;:</div><blockquote><p>old words</p></blockquote>'
        "<div>{said}</div><div>{more}</div><div>&nbsp;</div><div>-- </div><div>{farewell} {name}</div>"
    ),
    "yandex on a phone": (
        "<div>{said}</div><div>{more}</div><div><br></div><div>{device}</div><div><br></div>"
        '<div>05.01.2026, 12:30, Support &lt;support@help.am&gt;:</div><blockquote class="b-quote"><div>old words</div>'
        "</blockquote>"
    ),
    "mail.ru": (
        "<HTML><BODY><div>{said}</div><div>{more}</div><div>&nbsp;</div>"
        '<div data-signature-widget="container"><div data-signature-widget="content"><div>--<br>{farewell}<br>{name}'
        '<br>{post}</div></div></div><div>&nbsp;</div><blockquote style="border-left:1px solid #0857A6; margin:10px; '
        'padding:0 0 0 10px;">5 января 2026, 12:30 +04:00, Support &lt;support@help.am&gt;:<br>&nbsp;'
        "<div>old words</div></blockquote></BODY></HTML>"
    ),
    "mail.ru on a phone": (
        '<div>{said}<br>{more}<br><br></div><div id="mail-app-auto-default-signature">--<br>{device}<br></div>'
        '<blockquote style="border-left:1px solid #0857A6">05.01.2026 12:30, Support:<br>old words</blockquote>'
    ),
    "yahoo": (
        '<html><body><div class="ydp5b1c4e2byahoo-style-wrap"><div dir="ltr">{said}</div><div dir="ltr">{more}</div>'
        '<div><br></div><div class="ydp5b1c4e2bsignature"><div>{farewell}<br>{name}</div></div></div>'
        '<div id="yahoo_quoted_4711" class="yahoo_quoted"><div>{wrote}</div><div>old words</div></div></body></html>'
    ),
    "yahoo on a phone": (
        '{said}<br>{more}<br><br><div id="ymail_android_signature"><a href="https://mail.onelink.me/1">Yahoo Mail: '
        'Search, Organise, Conquer</a></div><br><blockquote style="margin: 0 0 20px 0;">'
        "<div style='font-family:Roboto'><div>{wrote}</div></div><div>old words</div></blockquote>"
    ),
    "proton": (
        '<div style="font-family: Arial;">{said}</div><div>{more}</div><div><br></div>'
        '<div class="protonmail_signature_block protonmail_signature_block-proton">'
        '<div class="protonmail_signature_block-user">{name}</div>'
        '<div class="protonmail_signature_block-proton">Sent with Proton Mail secure email.</div></div>'
        '<div><br></div><div class="protonmail_quote">{wrote}<blockquote class="protonmail_quote" type="cite">old words'
        "</blockquote></div>"
    ),
    "samsung": (
        '<div dir="auto">{said}</div><div dir="auto">{more}</div><div dir="auto"><br></div>'
        '<div id="composer_signature" dir="auto">{device}</div><div dir="auto"><br></div><div><div>-------- Original '
        "message --------</div><div>{h[0]}: Support</div></div><div>old words</div>"
    ),
    "spark": (
        '<div name="messageBodySection"><div dir="auto">{said}<br>{more}</div></div>'
        '<div name="messageSignatureSection"><br><div class="matchFont">{farewell}<br>{name}</div></div>'
        '<div name="messageReplySection">{wrote}<br>'
        '<blockquote type="cite" class="spark_quote">old words</blockquote></div>'
    ),
    "roundcube": (
        '<p>{said}</p><p>{more}</p><div id="_rc_sig">-- <br>{farewell}<br>{name}</div><p>05.01.2026 12:30, Support '
        '&lt;support@help.am&gt;:</p><blockquote type="cite" style="padding-left:5px;border-left:#1010ff 2px solid">'
        "old words</blockquote>"
    ),
    "zimbra": (
        '<div><div>{said}</div><div>{more}</div><div><br></div><div data-marker="__SIG_PRE__"><div>{farewell}</div>'
        '<div>{name}</div></div><div><br></div><div data-marker="__QUOTED_TEXT__"><b>{h[0]}: </b>Support<br>old words'
        "</div></div>"
    ),
    "no program that we know": (
        "<p>{said}</p><p>{more}</p><p>--<br>{farewell}<br>{name}<br>{post}</p>"
        "<p>-----Original Message-----<br>old words</p>"
    ),
    "a dash alone": (
        "<div>{said}<br>{more}<br><br>—<br>{farewell}<br>{name}</div><p>{wrote}</p><blockquote>old words</blockquote>"
    ),
}


def written(program: str, tongue: Tongue) -> str:
    return PROGRAMS[program].format(
        said=tongue.said,
        more=tongue.more,
        farewell=tongue.farewell,
        name=tongue.name,
        post=tongue.post,
        device=tongue.device,
        wrote=tongue.wrote,
        h=tongue.headers,
    )


def words(text: str) -> str:
    """The letters and digits alone, to compare what two forms of a text say."""
    return "".join(filter(str.isalnum, text))
