"""The words and lines that open quotes, forwards and signatures, in our languages and a few neighbours'."""

import re
from collections.abc import Sequence

LOOKED_AT = 400
"""Characters of a line that are looked at; longer lines are prose."""

ANY_CASE = re.IGNORECASE

# "… wrote:" closes the line above a quote. Gmail in Russian, Yandex and Mail.ru have no verb and end in "<address>:".
_WROTE = re.compile(
    r"(?:\b(?:wrote|writes)|\b(?:на)?писал(?:а|\(а\)|/а|\(-а\))?|\bпишет|\bсообщил(?:а|\(а\))?|"
    r"գրել\s+(?:է|եք|եմ)|գրեց(?:իր|իք)?|գրում\s+(?:է|եք)|գրված\s+է|"
    r"დაწერა|დაწერეთ|წერს|წერდა|მოგწერათ|მოიწერა|"
    r"\bschrieb(?:\s[^:\n]{1,30})?|\ba écrit|\bescribió|\bha scritto|\byazdı)\s*(?:[:։՝․]|\.?$)",
    ANY_CASE,
)
CLOSING = frozenset(":։՝․.")
_WROTE_AT_END = re.compile(_WROTE.pattern + r"\s*\Z", ANY_CASE)
_ADDRESS_AT_END = re.compile(
    r"[<(]\s*(?:mailto:)?[^\s<>@]{1,64}@[^\s<>]{1,255}[>)]+\s*(?:-?[\u0531-\u0587\u10d0-\u10ff]{1,3})?\s*[:։՝]\s*\Z"
)
_DIGIT = re.compile(r"\d")
_DATED = re.compile(r"\d{1,2}[:.]\d{2}|\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
MAILBOX = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")

_LABELS = {
    "from": "from|от|от кого|отправитель|ումից|ուղարկող|ում կողմից|ვისგან|გამომგზავნი|გამგზავნი|საიდან|von|de|kimden",
    "sent": (
        "sent|date|отправлено|дата|когда|ուղարկվել է|ուղարկված է|ուղարկվել|ամսաթիվ|ամսաթիվը|"
        "გაგზავნილია|გაიგზავნა|გაგზავნის დრო|თარიღი|gesendet|datum|envoyé|gönderilen|tarih"
    ),
    "to": "to|кому|получатель|ում|ստացող|ვის|მიმღები|ადრესატი|an|à|kime",
    "cc": "cc|копия|պատճեն|պատճենը|ასლი|kopie|bilgi",
    "subject": "subject|тема|թեմա|թեման|առարկա|თემა|საგანი|betreff|objet|konu",
}
_KIND_OF_LABEL = {label: kind for kind, labels in _LABELS.items() for label in labels.split("|")}
_LABEL = re.compile(r"[\s*_>|]{0,6}([^\W\d_][^:*]{0,24}?)\s?[*_]{0,2}\s?[:՝։][*_]{0,2}(?:\s|\Z)")

ORIGINAL = re.compile(
    r"[\s\-_=*>]*(?:(?:the )?original (?:message|appointment|e-?mail)|reply message|"
    r"(?:исходное|первоначальное|оригинальное|изначальное) (?:сообщение|письмо)|"
    r"(?:սկզբնական|նախնական|բնօրինակ) (?:հաղորդագրություն|նամակ)(?:ը)?|"
    r"(?:თავდაპირველი|საწყისი|ორიგინალი|ორიგინალური) (?:შეტყობინება|წერილი)|"
    r"ursprüngliche nachricht|message d'origine)[\s\-_=*:]*\Z",
    ANY_CASE,
)
FORWARDED = re.compile(
    r"[\s\-_=*>]*(?:begin forwarded message|forwarded (?:message|e-?mail|by\b.{0,80})|start of forwarded message|"
    r"(?:начало )?пере(?:сланное|адресованно[ег]о?|направленно[ег]о?|сылаемое) (?:сообщени[ея]|письм[оа])|"
    r"(?:վեր(?:ա|)հասցեագրված|փոխանցված|վերաուղարկված|ուղղորդված) (?:հաղորդագրություն|նամակ)(?:ը)?|"
    r"(?:გადაგზავნილი|გადამისამართებული|გადმოგზავნილი) (?:შეტყობინება|წერილი)|"
    r"weitergeleitete nachricht|message transféré)[\s\-_=*:]*\Z",
    ANY_CASE,
)
_FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|wg|tr|пересл(?:ано)?|перенаправлено|փոխ|վերաուղ|გადაგზ)\s*[:.]", ANY_CASE)
REPLY_ABOVE = re.compile(
    r"[\s\-_=*#>]*(?:(?:please )?(?:type|write) your (?:reply|answer) above this line|reply above this line|"
    r"(?:пожалуйста, )?(?:отвечайте|пишите ответ|введите ответ) выше этой (?:линии|строки)|"
    r"(?:խնդրում ենք )?պատասխանե(?:լ|ք) այս (?:գծից|տողից) վերև|"
    r"(?:გთხოვთ, )?(?:უპასუხეთ|დაწერეთ პასუხი) ამ (?:ხაზის|სტრიქონის) ზემოთ)[\s\-_=*#.]*\Z",
    ANY_CASE,
)
_MARK_STARTS = (
    *("orig", "the or", "reply", "begin", "forwa", "start", "please", "type", "write", "ursp", "messa", "weite"),
    *("исход", "перв", "ориги", "изнач", "начал", "пере", "пожал", "отвеч", "пишит", "введ"),
    *("սկզբ", "նախն", "բնօր", "վեր", "փոխ", "ուղղ", "խնդր", "պատաս"),
    *("თავდ", "საწყ", "ორიგ", "გადა", "გადმ", "გთხოვ", "უპასუ", "დაწერ"),
)
RULE = re.compile(r"[\s>]*[-_=*\u2013\u2014]{3,}[\s]*\Z")

RULE_STARTS = frozenset("-\u2013\u2014_ \t\u00a0")
"""How a line begins that may be the rule above a signature."""

SIGNATURE_RULE = re.compile(r"(?:--|\u2014|\u2013\u2013?)\s*\Z")
_DEVICE = re.compile(
    r"(?:sent|posted) (?:from|via|by my|with|using) |get (?:outlook|bluemail) for |"
    r"(?:отправлено|послано|написано) (?:с|со|из|через|от) |(?:скача(?:ть|йте)|получите) outlook для |"
    r"(?:ուղարկված|գրված) է |ուղարկվել է |(?:ներբեռնե(?:ք|լ)|ստացեք) outlook|"
    r"გაგზავნილია |გამოგზავნილია |გაიგზავნა |გამოიგზავნა |(?:ჩამოტვირთეთ|მიიღეთ) outlook|"
    r"von meine[mr] .{2,30} gesendet|gesendet von |envoyé (?:de(?:puis)?|à partir de) |enviado desde |inviato da ",
    ANY_CASE,
)
_FROM_MY = re.compile(r"(?:sent|posted) from (?:my|outlook|mail|yahoo|proton|samsung)\b", ANY_CASE)
# These languages say the device first or put the verb elsewhere.
_DEVICE_TAIL = re.compile(
    r"(?:-ից|-ից է|իցս|-დან|იდან)(?: (?:ուղարկված|ուղարկվել) է| (?:გაგ|გამო|გა)გზავნილი[აა]?)?[.։]?\s*\Z", ANY_CASE
)
_NAMES_A_DEVICE = re.compile(
    r"iphone|ipad|android|galaxy|samsung|huawei|xiaomi|redmi|honor|pixel|nokia|blackberry|outlook|mail|yandex|яндекс|почт|"
    r"phone|tablet|mobile|\bmobil|windows|proton|zoho|\bspark\b|bluemail|k-9|"
    r"айфон|андроид|телефон|смартфон|мобильн|устройств|планшет|հեռախոս|սմարթֆոն|սարք|պլանշետ|այֆոն|"
    r"ტელეფონ|სმარტფონ|მოწყობილობ|პლანშეტ|აიფონ",
    ANY_CASE,
)
_AFTER_DEVICE = re.compile(
    r"[.։]\s+(?:please (?:excuse|forgive|pardon)|excuse|sorry for|извините|простите|прошу прощения|ներողություն|"
    r"կներեք|խնդրում եմ ներեք|ბოდიში|გთხოვთ მაპატიოთ|მაპატიეთ)\b.*|"
    r"\s*[:<(\[]*\s*https?://\S+.*",
    ANY_CASE,
)
NAME_AFTER_DASH = re.compile(
    r"(?:-|--\s?|[\u2013\u2014]\s?)[^\W\d_a-zа-яա-և][^\W\d_]{1,20}(?:[ .-]{1,2}[^\W\d_]{1,20}){0,2}\.?\Z"
)
_MOST_DEVICE_WORDS = 8
_LONGEST_DEVICE_LINE = 200


def is_forward(subject: str) -> bool:
    """Whether a subject calls its message a forward."""
    return _FORWARD_SUBJECT.match(subject) is not None


def may_be_mark(line: str) -> bool:
    """A quick look whether a line may be one of those that open a forwarded or an original message."""
    return line.lstrip(" \t-_=*>#")[:6].lower().startswith(_MARK_STARTS)


def is_footer_rule(line: str) -> bool:
    """A long line of underscores: mailing lists put their address below one."""
    stripped = line.strip()
    return len(stripped) >= 20 and stripped == "_" * len(stripped)


def is_dated(line: str) -> bool:
    """Whether a line names a day or an hour."""
    return _DIGIT.search(line) is not None and _DATED.search(line) is not None


def is_loose(lines: Sequence[str]) -> bool:
    """An attribution that names neither a date nor an address counts only right before a quote."""
    joined = " ".join(lines)
    return not (is_dated(joined) and (MAILBOX.search(joined) or joined.lstrip()[:3].lower() == "on "))


def is_attribution(lines: Sequence[str], *, dated: bool, before_quote: bool = False) -> bool:
    """Whether one to four lines, the first `dated` or not, together say "On … wrote:" in one of our languages."""
    joined = " ".join([line.strip() for line in lines])[: 2 * LOOKED_AT]
    if not dated and not before_quote and "@" not in joined:
        return False
    if _ADDRESS_AT_END.search(joined):
        return dated or before_quote
    if not _WROTE_AT_END.search(joined, max(len(joined) - 40, 0)):
        return False
    return dated or (len(lines) == 1 and (MAILBOX.search(joined) is not None or before_quote) and len(joined) < 200)


def opens_headers(lines: Sequence[str], position: int) -> bool:
    """Whether a block such as From, Sent, To, Subject (in any of our languages) begins at this line."""
    if _label_kind(lines[position]) not in ("from", "sent"):
        return False
    kinds: set[str] = set()
    has_mailbox = False
    unknown = 0
    for line in lines[position : position + 12]:
        kind = _label_kind(line)
        if kind:
            kinds.add(kind)
            unknown = 0
            has_mailbox = has_mailbox or MAILBOX.search(line) is not None
        elif line.strip():
            unknown += 1  # a long list of recipients runs over its line
            if unknown > 2:
                break
    # Senders and recipients of parcels have "from", "to" and a date as well, but no subject and no mail address.
    return "from" in kinds and len(kinds) >= 3 and ("subject" in kinds or has_mailbox)


def _label_kind(line: str) -> str:
    head = line[:40]
    if ":" not in head and "՝" not in head and "։" not in head:
        return ""
    found = _LABEL.match(head)
    return _KIND_OF_LABEL.get(found[1].strip("* _").lower(), "") if found else ""


def is_device_line(line: str) -> bool:
    """Whether a line is what a telephone adds: "Sent from my iPhone" in our languages."""
    if len(line) > _LONGEST_DEVICE_LINE:
        return False
    line = _AFTER_DEVICE.sub("", line.strip(" \t*_"))
    words = line.split()
    if not 1 < len(words) <= _MOST_DEVICE_WORDS or len(line) > 80 or "," in line:
        return False
    if _FROM_MY.match(line):
        return True
    opened = _DEVICE.match(line) is not None or _DEVICE_TAIL.search(line) is not None
    return opened and _NAMES_A_DEVICE.search(line) is not None
