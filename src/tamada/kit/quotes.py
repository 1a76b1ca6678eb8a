"""Folding away what a reply repeats: quoted text and signatures, in Armenian, Georgian, Russian and English mail.

Plain text is read line by line, HTML tag by tag, each once, so time grows with length only. In doubt a line stays
visible; a forwarded message always does, and so does everything when folding would leave nothing.
"""

import re
from collections.abc import Sequence
from html import unescape
from typing import NamedTuple


class Folded(NamedTuple):
    """A text in three: what its author wrote, what they quoted, and their signature."""

    visible: str
    quoted: str
    signature: str


class FoldedHtml(NamedTuple):
    """HTML in two. Both are cut from the source and may lack end tags: clean them before they are shown."""

    visible: str
    quoted: str


_LOOKED_AT = 400
"""Characters of a line that are looked at; longer lines are prose."""

_ANY_CASE = re.IGNORECASE

# "… wrote:" closes the line above a quote. Gmail in Russian, Yandex and Mail.ru have no verb and end in "<address>:".
_WROTE = re.compile(
    r"(?:\b(?:wrote|writes)|\b(?:на)?писал(?:а|\(а\)|/а|\(-а\))?|\bпишет|\bсообщил(?:а|\(а\))?|"
    r"գրել\s+(?:է|եք|եմ)|գրեց(?:իր|իք)?|գրում\s+(?:է|եք)|գրված\s+է|"
    r"დაწერა|დაწერეთ|წერს|წერდა|მოგწერათ|მოიწერა|"
    r"\bschrieb(?:\s[^:\n]{1,30})?|\ba écrit|\bescribió|\bha scritto|\byazdı)\s*(?:[:։՝․]|\.?$)",
    _ANY_CASE,
)
_CLOSING = frozenset(":։՝․.")
_WROTE_AT_END = re.compile(_WROTE.pattern + r"\s*\Z", _ANY_CASE)
_ADDRESS_AT_END = re.compile(
    r"[<(]\s*(?:mailto:)?[^\s<>@]{1,64}@[^\s<>]{1,255}[>)]+\s*(?:-?[\u0531-\u0587\u10d0-\u10ff]{1,3})?\s*[:։՝]\s*\Z"
)
_DATED = re.compile(r"\d{1,2}[:.]\d{2}|\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_MAILBOX = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")

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

_ORIGINAL = re.compile(
    r"[\s\-_=*>]*(?:(?:the )?original (?:message|appointment|e-?mail)|reply message|"
    r"(?:исходное|первоначальное|оригинальное|изначальное) (?:сообщение|письмо)|"
    r"(?:սկզբնական|նախնական|բնօրինակ) (?:հաղորդագրություն|նամակ)(?:ը)?|"
    r"(?:თავდაპირველი|საწყისი|ორიგინალი|ორიგინალური) (?:შეტყობინება|წერილი)|"
    r"ursprüngliche nachricht|message d'origine)[\s\-_=*:]*\Z",
    _ANY_CASE,
)
_FORWARDED = re.compile(
    r"[\s\-_=*>]*(?:begin forwarded message|forwarded (?:message|e-?mail|by\b.{0,80})|start of forwarded message|"
    r"(?:начало )?пере(?:сланное|адресованно[ег]о?|направленно[ег]о?|сылаемое) (?:сообщени[ея]|письм[оа])|"
    r"(?:վեր(?:ա|)հասցեագրված|փոխանցված|վերաուղարկված|ուղղորդված) (?:հաղորդագրություն|նամակ)(?:ը)?|"
    r"(?:გადაგზავნილი|გადამისამართებული|გადმოგზავნილი) (?:შეტყობინება|წერილი)|"
    r"weitergeleitete nachricht|message transféré)[\s\-_=*:]*\Z",
    _ANY_CASE,
)
_FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|wg|tr|пересл(?:ано)?|перенаправлено|փոխ|վերաուղ|გადაგზ)\s*[:.]", _ANY_CASE)
_REPLY_ABOVE = re.compile(
    r"[\s\-_=*#>]*(?:(?:please )?(?:type|write) your (?:reply|answer) above this line|reply above this line|"
    r"(?:пожалуйста, )?(?:отвечайте|пишите ответ|введите ответ) выше этой (?:линии|строки)|"
    r"(?:խնդրում ենք )?պատասխանե(?:լ|ք) այս (?:գծից|տողից) վերև|"
    r"(?:გთხოვთ, )?(?:უპასუხეთ|დაწერეთ პასუხი) ამ (?:ხაზის|სტრიქონის) ზემოთ)[\s\-_=*#.]*\Z",
    _ANY_CASE,
)
_MARK_STARTS = (
    *("orig", "the or", "reply", "begin", "forwa", "start", "please", "type", "write", "ursp", "messa", "weite"),
    *("исход", "перв", "ориги", "изнач", "начал", "пере", "пожал", "отвеч", "пишит", "введ"),
    *("սկզբ", "նախն", "բնօր", "վեր", "փոխ", "ուղղ", "խնդր", "պատաս"),
    *("თავდ", "საწყ", "ორიგ", "გადა", "გადმ", "გთხოვ", "უპასუ", "დაწერ"),
)
_RULE = re.compile(r"[\s>]*[-_=*\u2013\u2014]{3,}[\s]*\Z")

_SIGNATURE_RULE = re.compile(r"(?:--|\u2014|\u2013\u2013?)\s*\Z")
_DEVICE = re.compile(
    r"[\s*_]*(?:(?:sent|posted) (?:from (?:my |a |an |the |outlook|mail\b|yahoo|proton|samsung)|via |by my )|"
    r"get outlook for |"
    r"отправлено (?:с|со|из|через|от) |отправлено\s*\Z|"
    r"ուղարկված է |ուղարկվել է |"
    r"გაგზავნილია |გამოგზავნილია |გაიგზავნა |"
    r"von meinem .{2,30} gesendet|envoyé de(?:puis)? mon )",
    _ANY_CASE,
)
# These languages say the device first or put the verb elsewhere.
_DEVICE_TAIL = re.compile(
    r"(?:-ից|-ից է|իցս|-დან|იდან)(?: (?:ուղարկված|ուղարկվել) է| (?:գաგ|გამო|გა)გზავნილი[აა]?)?[.։]?\s*\Z", _ANY_CASE
)
_NAMES_A_DEVICE = re.compile(
    r"iphone|ipad|android|galaxy|samsung|huawei|xiaomi|redmi|honor|pixel|nokia|blackberry|outlook|mail|yandex|яндекс|почт|"
    r"телефон|смартфон|мобильн|устройств|հեռախոս|սմարթֆոն|սարք|ტელეფონ|სმარტფონ|მოწყობილობ",
    _ANY_CASE,
)
_NAME_AFTER_DASH = re.compile(
    r"(?:-|--\s?|[\u2013\u2014]\s?)[^\W\d_a-zа-яա-և][^\W\d_]{1,20}(?:[ .-]{1,2}[^\W\d_]{1,20}){0,2}\.?\Z"
)
_MOST_SIGNATURE_LINES = 20
_MOST_DEVICE_WORDS = 8


def fold(text: str, language: str = "", *, forwarded: bool = False) -> Folded:
    """Fold the quotes and the signature of a plain text away.

    `forwarded` says that the subject calls it a forward: then a block of From, Sent, To and Subject opens what was
    forwarded, and stays. `language` is a hint that needs no answer: the marks of all languages are looked for, since
    people write one language in a program that speaks another.
    """
    lines = text.split("\n")
    kinds = _Reader(lines, forwarded=forwarded).kinds()
    visible = _joined(lines, kinds, _VISIBLE)
    if not visible.strip():
        return Folded(text.strip("\n"), "", "")
    return Folded(visible, _joined(lines, kinds, _QUOTED), _joined(lines, kinds, _SIGNATURE))


def is_forward(subject: str) -> bool:
    """Whether a subject calls its message a forward."""
    return _FORWARD_SUBJECT.match(subject) is not None


_VISIBLE, _QUOTED, _SIGNATURE = "v", "q", "s"


def _joined(lines: Sequence[str], kinds: Sequence[str], kind: str) -> str:
    """The lines of one kind; where others stood between them, one blank line at most."""
    out: list[str] = []
    previous = -1
    for position, line in enumerate(lines):
        if kinds[position] != kind:
            continue
        if out and previous != position - 1 and out[-1].strip():
            out.append("")
        elif out and previous != position - 1 and not line.strip():
            continue
        out.append(line)
        previous = position
    return "\n".join(out).strip("\n").rstrip()


class _Reader:
    """Gives each line of a text its kind."""

    def __init__(self, lines: Sequence[str], *, forwarded: bool) -> None:
        self._lines = [line[:_LOOKED_AT] for line in lines]
        self._blank = [not line.strip() for line in self._lines]
        self._quoted = [line.lstrip(" \t\u00a0")[:1] == ">" for line in self._lines]
        self._forwarded = forwarded
        self._next = self._next_filled()
        self._kinds = [_VISIBLE] * len(lines)

    def _next_filled(self) -> list[int]:
        """For each line the next one after it that holds something; the number of lines when there is none."""
        following, out = len(self._lines), [0] * len(self._lines)
        for position in range(len(self._lines) - 1, -1, -1):
            out[position] = following
            if not self._blank[position]:
                following = position
        return out

    def kinds(self) -> list[str]:
        end = self._mark_quotes()
        self._mark_signatures(end)
        return self._kinds

    def _mark_quotes(self) -> int:
        """Mark what is quoted; returns where the author's own text ends: a forwarded message follows, or nothing."""
        position, count = 0, len(self._lines)
        while position < count:
            if self._blank[position]:
                position += 1
                continue
            if self._quoted[position]:
                position = self._mark_run(position)
                continue
            line = self._lines[position]
            starts_mark = _may_be_mark(line)
            if starts_mark and _FORWARDED.match(line):
                return position
            if (starts_mark and (_ORIGINAL.match(line) or _REPLY_ABOVE.match(line))) or self._opens_headers(position):
                if self._forwarded:
                    return position
                self._mark(self._with_rules_before(position), count)
                return count
            length = self._attribution_length(position)
            if length:
                after = position + length - 1
                following = self._next[after]
                if (
                    following < count
                    and not self._quoted[following]
                    and not _is_loose(self._lines[position : after + 1])
                ):
                    self._mark(self._with_rules_before(position), count)
                    return count
                if following >= count or self._quoted[following]:
                    self._mark(position, after + 1)
                    position = after + 1
                    continue
            position += 1
        return count

    def _mark_run(self, position: int) -> int:
        """Mark a run of lines that start with ">", with the blank lines inside it."""
        while position < len(self._lines) and self._quoted[position]:
            following = self._next[position]
            end = following if following < len(self._lines) and self._quoted[following] else position + 1
            self._mark(position, end)
            position = end
        return position

    def _mark(self, start: int, end: int) -> None:
        self._kinds[start:end] = [_QUOTED] * (end - start)

    def _with_rules_before(self, position: int) -> int:
        """`position`, or where the ruled and blank lines right above it begin."""
        while position > 0 and (self._blank[position - 1] or _RULE.match(self._lines[position - 1])):
            if self._kinds[position - 1] != _VISIBLE:
                break
            position -= 1
        return position

    def _opens_headers(self, position: int) -> bool:
        return opens_headers(self._lines, position)

    def _attribution_length(self, position: int) -> int:
        """How many lines from `position` on say "On … wrote:"; 0 when they don't."""
        line = self._lines[position]
        longest = 4 if any(map(str.isdigit, line)) and _DATED.search(line) else 1
        for length in range(1, min(longest, len(self._lines) - position) + 1):
            last = position + length - 1
            if self._blank[last] or self._quoted[last]:
                return 0
            after = self._next[last]
            before_quote = after < len(self._lines) and self._quoted[after]
            if not before_quote and self._lines[last].rstrip()[-1:] not in _CLOSING:
                continue
            if is_attribution(self._lines[position : last + 1], before_quote=before_quote):
                return length
        return 0

    def _mark_signatures(self, end: int) -> None:
        """Look for a signature at the end of each stretch of the author's own lines before `end`."""
        position = 0
        while position < end:
            if self._kinds[position] != _VISIBLE:
                position += 1
                continue
            start = position
            while position < end and self._kinds[position] == _VISIBLE:
                position += 1
            above = self._mark_signature(start, position)
            self._mark_signature(start, above)  # a line of the telephone may stand above

    def _mark_signature(self, start: int, end: int) -> int:
        last = end
        while last > start and self._blank[last - 1]:
            last -= 1
        found = self._signature_start(start, last)
        if found < last:
            self._kinds[found:end] = [_SIGNATURE] * (end - found)
        return found

    def _signature_start(self, start: int, last: int) -> int:
        """Where the signature at the end of lines `start` to `last` begins; `last` when there is none."""
        if last <= start:
            return last
        for position in range(last - 1, max(start, last - _MOST_SIGNATURE_LINES) - 1, -1):
            line = self._lines[position]
            if _SIGNATURE_RULE.match(line) or (_is_footer_rule(line) and position < last - 1):
                return position
        final = self._lines[last - 1].strip()
        if is_device_line(final):
            return last - 1
        stands_alone = last - 1 == start or self._blank[last - 2]
        return last - 1 if stands_alone and last - 1 > start and _NAME_AFTER_DASH.match(final) else last


def _may_be_mark(line: str) -> bool:
    """A quick look whether a line may be one of those that open a forwarded or an original message."""
    return line.lstrip(" \t-_=*>#")[:6].lower().startswith(_MARK_STARTS)


def _is_footer_rule(line: str) -> bool:
    """A long line of underscores: mailing lists put their address below one."""
    stripped = line.strip()
    return len(stripped) >= 20 and stripped == "_" * len(stripped)


def _is_loose(lines: Sequence[str]) -> bool:
    """An attribution that names neither a date nor an address counts only right before a quote."""
    joined = " ".join(lines)
    return not (_DATED.search(joined) and (_MAILBOX.search(joined) or joined.lstrip()[:3].lower() == "on "))


def is_attribution(lines: Sequence[str], *, before_quote: bool = False) -> bool:
    """Whether one to four lines together say "On … wrote:" in one of our languages."""
    joined = " ".join(line.strip() for line in lines)[: 2 * _LOOKED_AT]
    is_dated = _DATED.search(lines[0]) is not None
    if not is_dated and not before_quote and "@" not in joined:
        return False
    if _ADDRESS_AT_END.search(joined):
        return is_dated or before_quote
    if not _WROTE_AT_END.search(joined, max(len(joined) - 40, 0)):
        return False
    return is_dated or (len(lines) == 1 and (_MAILBOX.search(joined) is not None or before_quote) and len(joined) < 200)


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
            has_mailbox = has_mailbox or _MAILBOX.search(line) is not None
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
    line = line.strip(" \t*_")
    words = line.split()
    if not 1 < len(words) <= _MOST_DEVICE_WORDS or len(line) > 80 or "," in line:
        return False
    if _DEVICE.match(line):
        return line[:1].isascii() or _NAMES_A_DEVICE.search(line) is not None
    return _DEVICE_TAIL.search(line) is not None and _NAMES_A_DEVICE.search(line) is not None


# HTML -----------------------------------------------------------------------------------------------------------------

_TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})([^<>]{0,4000})>)", re.DOTALL)
_BLOCKS = frozenset(
    (
        *("p", "div", "br", "hr", "table", "tr", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "center"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "body", "html", "section", "article", "header", "footer"),
    )
)
_VOID = frozenset(
    ("br", "hr", "img", "meta", "link", "input", "col", "wbr", "area", "base", "embed", "source", "track", "param")
)
_UNREAD = frozenset(("style", "script", "title", "head"))
_QUOTE_CLASS = re.compile(
    r"(?:gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|mail-quote|spark_quote|moz-cite-prefix|"
    r"moz-forward-container|iosymail|mailcontainer_quote|quoted-text|reply-quote)",
    _ANY_CASE,
)
_CONTAINER_MARK = re.compile(
    r"""(?:class\s{0,3}=\s{0,3}["']?[^"'>]{0,300}\b(?:x_)?"""
    + _QUOTE_CLASS.pattern
    + r"""|data-marker\s{0,3}=\s{0,3}["']?__quoted_text__|"""
    r"""id\s{0,3}=\s{0,3}["']?(?:x_)?(?:yahoo_quoted|isreplycontent|replybody))""",
    _ANY_CASE,
)
_REST_MARK = re.compile(
    r"""id\s{0,3}=\s{0,3}["']?(?:x_)*(?:divrplyfwdmsg|appendonsend|stopspelling|"""
    r"""mail-editor-reference-message-container|olk_src_body_section)""",
    _ANY_CASE,
)
_OUTLOOK_RULE = re.compile(
    r"""style\s{0,3}=\s{0,3}["'][^"'>]{0,80}border:\s?none;\s?border-top:\s?solid #(?:e1e1e1|b5c4df) 1\.0pt""",
    _ANY_CASE,
)
_CITED = re.compile(
    r"""type\s{0,3}=\s{0,3}["']?cite|class\s{0,3}=\s{0,3}["']?[^"'>]{0,300}(?:quote|cite)|border-left""", _ANY_CASE
)
_MOST_HEAD = 3_000


class _Line(NamedTuple):
    """A line of HTML as people see it, and where it begins in the source."""

    start: int
    text: str


def fold_html(html: str, *, forwarded: bool = False) -> FoldedHtml:
    """Split HTML into what its author wrote and what they quoted.

    Knows the marks of Gmail, Outlook, Yahoo, Apple Mail, Thunderbird, Mail.ru, Yandex and Proton, and else the words
    that plain text is folded by. Run it before cleaning, which drops the marks.
    """
    scan = _HtmlScan(html, forwarded=forwarded)
    ranges = scan.quoted_ranges()
    if not ranges:
        return FoldedHtml(html, "")
    visible: list[str] = []
    quoted: list[str] = []
    position = 0
    for start, end in ranges:
        visible.append(html[position:start])
        quoted.append(html[start:end])
        position = end
    visible.append(html[position:])
    shown = "".join(visible)
    if not _says_something(shown):
        return FoldedHtml(html, "")
    return FoldedHtml(shown, "".join(quoted))


def _says_something(html: str) -> bool:
    scan = _HtmlScan(html, forwarded=False)
    return any(line.text.strip(" \u00a0\u200b\ufeff") for line in scan.lines) or "<img" in html.lower()


class _HtmlScan:
    """One walk over the tags: the lines, and the elements that mark a quote."""

    def __init__(self, html: str, *, forwarded: bool) -> None:
        self.lines: list[_Line] = []
        self._html = html
        self._forwarded = forwarded
        self._ranges: list[tuple[int, int]] = []
        self._rest = len(html)
        self._line: list[str] = []
        self._line_start = 0
        self._open = ""  # the element whose end closes the quote that is open
        self._depth = 0
        self._quote_start = 0
        self._walk()

    def quoted_ranges(self) -> list[tuple[int, int]]:
        """Where quotes stand, in order and apart from each other."""
        rest = min(self._rest, self._rest_by_words())
        wanted = [(self._with_attribution(start), min(end, rest)) for start, end in self._ranges if start < rest]
        if rest < len(self._html):
            wanted.append((rest, len(self._html)))
        ranges: list[tuple[int, int]] = []
        for start, end in wanted:
            free = max(start, ranges[-1][1]) if ranges else start
            if free < end:
                ranges.append((free, end))
        return ranges

    def _walk(self) -> None:
        position, unread = 0, ""
        while (tag := _TAG.search(self._html, position)) is not None:
            if not unread and tag.start() > position:
                self._add_text(self._html[position : tag.start()], position)
            position = tag.end()
            name = (tag[2] or "").lower()
            if not name:
                position = self._html.find("-->", position)
                if position == -1:  # the comment runs to the end
                    position = len(self._html)
                continue
            if unread:
                unread = "" if tag[1] and name == unread else unread
                continue
            if name in _UNREAD and not tag[1]:
                unread = name
                continue
            if name in _BLOCKS:
                self._end_line()
            self._see_tag(tag, name, closing=bool(tag[1]))
        if not unread:
            self._add_text(self._html[position:], position)
        self._end_line()
        if self._open:
            self._ranges.append((self._quote_start, len(self._html)))

    def _see_tag(self, tag: re.Match[str], name: str, *, closing: bool) -> None:
        if self._open:
            if name == self._open and not tag[3].endswith("/"):
                self._depth += -1 if closing else 1
                if not self._depth:
                    self._ranges.append((self._quote_start, tag.end()))
                    self._open = ""
            return
        if closing or self._rest < len(self._html):
            return
        attributes = tag[3]
        if self._marks_rest(attributes):
            if not self._forwarded:
                self._rest = tag.start()
        elif name not in _VOID and self._marks_quote(name, attributes) and not self._is_forward_at(tag.end()):
            self._open, self._depth, self._quote_start = name, 1, tag.start()

    def _marks_rest(self, attributes: str) -> bool:
        return bool(attributes) and (_REST_MARK.search(attributes) or _OUTLOOK_RULE.search(attributes)) is not None

    def _marks_quote(self, name: str, attributes: str) -> bool:
        if name == "blockquote":
            return _CITED.search(attributes) is not None or self._follows_attribution()
        return bool(attributes) and _CONTAINER_MARK.search(attributes) is not None

    def _follows_attribution(self) -> bool:
        last = [line.text for line in self.lines[-3:]]
        return any(is_attribution(last[-length:], before_quote=True) for length in range(1, len(last) + 1))

    def _is_forward_at(self, position: int) -> bool:
        """Whether what begins here calls itself a forwarded message."""
        if self._forwarded:
            return True
        head = re.sub(r"<[^<>]{0,1000}>", "\n", self._html[position : position + _MOST_HEAD])
        filled = [line for line in unescape(head).split("\n") if line.strip()]
        return any(_FORWARDED.match(line[:_LOOKED_AT]) for line in filled[:3])

    def _add_text(self, piece: str, start: int) -> None:
        if self._open or not piece.strip():
            return
        if not self._line:
            self._line_start = start
        if len(self._line) < 50:
            self._line.append(" ".join(unescape(piece[: 4 * _LOOKED_AT]).split()))

    def _end_line(self) -> None:
        if self._line:
            self.lines.append(_Line(self._line_start, " ".join(self._line)[:_LOOKED_AT]))
            self._line = []

    def _with_attribution(self, start: int) -> int:
        """`start` of a quote, or where the line above that says who wrote it begins."""
        before = self._lines_before(start)
        for length in range(1, len(before) + 1):
            if is_attribution([line.text for line in before[-length:]], before_quote=True):
                return self._line_block_start(before[-length].start)
        return start

    def _lines_before(self, position: int) -> list[_Line]:
        low, high = 0, len(self.lines)
        while low < high:
            middle = (low + high) // 2
            if self.lines[middle].start < position:
                low = middle + 1
            else:
                high = middle
        return self.lines[max(low - 3, 0) : low]

    def _rest_by_words(self) -> int:
        """Where words alone say that the rest is quoted: an original message, or a block of headers."""
        texts = [line.text for line in self.lines]
        for number, line in enumerate(self.lines):
            if _FORWARDED.match(line.text):
                break
            if _ORIGINAL.match(line.text) or _REPLY_ABOVE.match(line.text) or opens_headers(texts, number):
                return len(self._html) if self._forwarded else self._line_block_start(line.start)
        return len(self._html)

    def _line_block_start(self, position: int) -> int:
        """Back over the tag that holds the first word of a line, so that its markup goes along."""
        while position > 0 and self._html[position - 1] == ">":
            opening = self._html.rfind("<", max(0, position - 1000), position)
            if opening == -1 or self._html[opening + 1 : opening + 2] == "/":
                break
            position = opening
        return position
