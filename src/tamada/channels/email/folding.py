"""What of a mail is shown, and what is folded away: its quotes and signature, alike in plain text and in HTML."""

import re
from dataclasses import dataclass

from tamada.channels.email import charsets, limits
from tamada.channels.email.parse import ParsedMail
from tamada.kit import html as kit_html
from tamada.kit import quotes

_TAG = re.compile(r"<[^<>]*>")
_BLANK_START = re.compile(r"(?:\s|&nbsp;|<br>|<(div|p|span)(?: [^<>]*)?>(?:\s|&nbsp;|<br>)*</\1>)+")


@dataclass(frozen=True, slots=True)
class Shown:
    """A mail's texts in two each: what is shown, and what is folded. HTML is clean; its pictures keep their `cid:`."""

    text: str
    quoted_text: str
    html: str = ""
    quoted_html: str = ""


def fold_mail(mail: ParsedMail) -> Shown:
    """Fold and clean both bodies. Neither is folded to nothing."""
    forwarded = quotes.is_forward(mail.subject)
    if not mail.html:
        return _shown(mail, quotes.fold(mail.text, forwarded=forwarded))
    if mail.is_text_made:
        return _of_html(mail, forwarded=forwarded)
    folded, markup = quotes.fold_both(mail.text, mail.html, forwarded=forwarded)
    visible, quoted = _clean(markup.visible), _clean_quoted(markup)
    if quoted and not _says_something(visible):
        visible, quoted = _clean(mail.html), ""
    return _shown(mail, folded, visible, quoted)


def _of_html(mail: ParsedMail, *, forwarded: bool) -> Shown:
    """The plain text was made from the HTML, whose marks say more than it does: make it again from each half."""
    markup = quotes.fold_html(mail.html, forwarded=forwarded)
    text = _text(markup.visible) if markup.quoted else ""
    if not text:
        return Shown(mail.text, "", _clean(mail.html))
    return Shown(text, _text(markup.quoted), _clean(markup.visible), _clean_quoted(markup))


def _shown(mail: ParsedMail, folded: quotes.Folded, html: str = "", quoted_html: str = "") -> Shown:
    quoted = "\n".join(part for part in (folded.signature, folded.quoted) if part)
    return Shown(folded.visible or mail.text, quoted, html, quoted_html)


def _text(html: str) -> str:
    return charsets.clean(kit_html.to_text(html))[: limits.MAX_TEXT].strip("\n")


def _clean(html: str) -> str:
    return kit_html.clean(html, cid=_keep_cid, with_text=False).html if html else ""


def _clean_quoted(markup: quotes.FoldedHtml) -> str:
    """Without the empty lines that parted it from the text above."""
    clean = _clean(markup.quoted)
    blank = _BLANK_START.match(clean)
    return clean[blank.end() :] if blank else clean


def _keep_cid(content_id: str) -> str:
    return f"cid:{content_id}"


def _says_something(clean: str) -> bool:
    return "<img" in clean or bool(_TAG.sub("", clean).replace("&nbsp;", "").strip())
