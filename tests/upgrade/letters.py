"""What people write to the company of the kept versions: a household repair service in Yerevan and Tbilisi."""

import struct
import zlib
from email.message import EmailMessage
from email.policy import SMTP
from typing import NamedTuple


class Said(NamedTuple):
    """What a mail says."""

    subject: str
    text: str


DOMAIN = "nortun.example"
SERVICE = f"service@{DOMAIN}"
BILLING = f"billing@{DOMAIN}"
ME = "Nor Tun service <service@nortun.example>"

ANAHIT = "Անահիտ Սարգսյան <anahit@sargsyan.example>"
HAYK = "Հայկ Մանուկյան <hayk.manukyan@post.example>"
NINO = "ნინო კაპანაძე <nino@kapanadze.example>"
LEVAN = "ლევან გელაშვილი <levan@gelashvili.example>"
SERGEY = "Сергей Волков <volkov@pochta.example>"
MARINA = "Марина Петросян <marina@petrosyan.example>"
EMMA = "Emma Clarke <emma@clarke.example>"
HOTEL = "Hotel Aragats <office@aragats.example>"
SELLER = "Growth Team <hello@rank-faster.example>"

BOILER = Said(
    "Կաթսան չի տաքացնում",
    "Բարև Ձեզ։\n\nԵրեկվանից մեր գազի կաթսան չի տաքացնում։ Սենյակներում արդեն ցուրտ է, իսկ տանը փոքր երեխա կա։ "
    "Ե՞րբ կարող է գալ վարպետը։\n\nՀարգանքով՝\nԱնահիտ Սարգսյան",
)
BOILER_ANSWER = (
    "Բարև Ձեզ, տիկին Սարգսյան։\n\nՎարպետը կգա այսօր՝ ժամը 15-ից մինչև 17-ը։ Խնդրում ենք մինչ այդ փակել գազի ծորակը։"
)
BOILER_THANKS = "Շնորհակալություն, վարպետը եկավ ժամանակին, ամեն ինչ աշխատում է։"
HANDLE = Said(
    "Դռան բռնակի պատվերը",
    "Բարև Ձեզ։\n\nԵրկու շաբաթ առաջ պատվիրել էի լվացքի մեքենայի դռան բռնակ, բայց դեռ պատասխան չկա։ "
    "Խնդրում եմ գրել, թե երբ կլինի։\n\nՀայկ",
)
HANDLE_ANSWER = "Բարև Ձեզ։ Բռնակը կստանանք ուրբաթ օրը և նույն օրը կբերենք Ձեզ։"
WASHER = Said(
    "სარეცხი მანქანა ჟონავს",
    "გამარჯობა!\n\nგუშინდელი რეცხვის შემდეგ მანქანიდან წყალი ჟონავს და სამზარეულოს იატაკი სველია. "
    "შეგიძლიათ ხელოსანი დღესვე გამოგზავნოთ?\n\nპატივისცემით,\nნინო კაპანაძე",
)
WASHER_ANSWER = (
    "გამარჯობა, ქალბატონო ნინო.\n\nხელოსანი ხვალ დილით, 10 საათზე მოვა. მანამდე, გთხოვთ, გადაკეტოთ წყლის ონკანი."
)
CARD = Said(
    "ბარათით გადახდა",
    "გამარჯობა, შესაძლებელია თუ არა შეკეთების საფასურის ბარათით გადახდა? ნაღდი ფული ხელთ არ მაქვს.",
)
CARD_DRAFT = "გამარჯობა, ბატონო ლევან. დიახ, ხელოსანს თან აქვს"
FRIDGE = Said(
    "Холодильник не морозит",
    "Здравствуйте!\n\nВторой день холодильник почти не морозит, продукты портятся. Гарантия действует до мая. "
    "Когда сможет приехать мастер?\n\nС уважением,\nСергей Волков",
)
FRIDGE_ANSWER = (
    "Здравствуйте, Сергей!\n\nЗаказали компрессор, он придёт в четверг. Мастер приедет в тот же день после обеда. "
    "Ремонт по гарантии, платить ничего не нужно."
)
STOVE = Said(
    "Счёт за ремонт плиты",
    "Добрый день! Пришлите, пожалуйста, счёт за ремонт плиты на моё имя: он нужен бухгалтерии. "
    "Фотография заводской таблички во вложении.",
)
STOVE_ANSWER = "Добрый день, Марина! Счёт во вложении. Если понадобится оригинал с печатью, привезём его в офис."
INVOICE = Said(
    "Invoice for the boiler repair",
    "Hello,\n\nthe invoice you sent on Monday lists two valves, but only one was replaced. Could you correct it? "
    "My husband is in copy.\n\nKind regards,\nEmma Clarke",
)
INVOICE_HTML = (
    "<p>Hello,</p><p>the invoice you sent on Monday lists <b>two valves</b>, but only one was replaced. "
    "Could you correct it? My husband is in copy.</p><p>Kind regards,<br>Emma Clarke</p>"
)
INVOICE_ANSWER = "Dear Emma,\n\nyou are right, and we apologise. The corrected invoice is attached."
AWAY = "I am out of the office until Monday and will answer then."
COOLING = Said(
    "Twelve air conditioners before the summer",
    "Good morning,\n\nour hotel has twelve air conditioners that need cleaning and gas before June. "
    "Could you send an offer and say how many days you need?\n\nRuben Asatryan\nHotel Aragats",
)
COOLING_ANSWER = "Good morning Mr Asatryan,\n\ntwo technicians need three days. The offer follows this afternoon."
REMINDER = "A friendly reminder: the yearly check of your water heater is due in March. Shall we come on the 17th?"
OFFER = Said(
    "Your site is invisible",
    "Congratulations! We guarantee the first page for nortun.example, backlinks and followers included. Buy now!",
)
MAP = Said("Ճանապարհի քարտեզ", "Մեր շենքը դժվար է գտնել, քարտեզը կցում եմ։")
MAP_ANSWER = "Շնորհակալություն, քարտեզը փոխանցեցինք վարպետին։"
STRANGER = "I was given this number by my neighbour. Can you look at my dishwasher, too?"

PDF = b"%PDF-1.4\n% Invoice 2026-118, one valve, 14 500 AMD\n%%EOF\n"


def png() -> bytes:
    """A grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


def letter(
    sender: str,
    said: Said,
    *,
    number: int,
    to: str = ME,
    html: str = "",
    files: tuple[tuple[str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """A mail as it arrives; `number` makes its Message-ID, `headers` are named with underscores."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, said.subject
    message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0400"
    message["Message-ID"] = f"<letter-{number}@mail.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(said.text, cte="8bit")
    if html:
        message.add_alternative(html, subtype="html", cte="8bit")
    for name, content in files:
        main, _, sub = ("image/png" if name.endswith(".png") else "application/pdf").partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def report(message_id: str, address: str) -> bytes:
    """A mail server says that our message could not be delivered (RFC 3464)."""
    return f"""Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@post.example>
To: {SERVICE}
Subject: Undelivered Mail Returned to Sender
Date: Mon, 02 Mar 2026 12:00:00 +0400
Message-ID: <report-1@post.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_part"

--=_part
Content-Type: text/plain; charset=us-ascii

There is no such mailbox.
--=_part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.post.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown
--=_part
Content-Type: text/rfc822-headers

Message-ID: {message_id}
From: {SERVICE}
To: {address}
--=_part--
""".replace("\n", "\r\n").encode()
