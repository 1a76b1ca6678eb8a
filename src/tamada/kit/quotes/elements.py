"""The elements by which mail programs mark quotes and signatures in HTML. They are told by their attributes."""

import re

from tamada.kit.quotes.marks import ANY_CASE

# Every mark below contains one of these; few messages contain more than two of them, in any place.
_HINTS = (
    *("cite", "quote", "border-left", "border-top", "forward", "iosymail", "yahoo_", "isreply", "replybody"),
    *("rplyfwd", "appendonsend", "stopspelling", "olk_src", "reference-message", "zmail_extra"),
    *("signature", "bloop_sign", "_sig", '"sig', "'sig", "=sig", "-sgn", "_mailautosig"),
)


def _attribute(name: str) -> str:
    return rf"""(?:^|\s){name}\s{{0,3}}=\s{{0,3}}["']?\s{{0,3}}"""


_QUOTE = re.compile(
    _attribute("class")
    + r"""[^"'>]{0,300}\b(?:x_)*(?:gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|mail-quote|"""
    r"""spark_quote|moz-cite-prefix|moz-forward-container|iosymail|mailcontainer_quote|quoted-text|reply-quote)|"""
    + _attribute("data-marker")
    + r"__quoted_text__|"
    + _attribute("id")
    + r"(?:x_)*(?:yahoo_quoted|isreplycontent|replybody)",
    ANY_CASE,
)
_REST = re.compile(
    _attribute("id") + r"(?:x_)*(?:divrplyfwdmsg|appendonsend|stopspelling|mail-editor-reference-message-container|"
    r"olk_src_body_section)|"
    + _attribute("style")
    + r"[^\"'>]{0,80}border:\s?none;\s?border-top:\s?solid #(?:e1e1e1|b5c4df) 1\.0pt",
    ANY_CASE,
)
_CITED = re.compile(
    r"""type\s{0,3}=\s{0,3}["']?cite|class\s{0,3}=\s{0,3}["']?[^"'>]{0,300}(?:quote|cite)|border-left""", ANY_CASE
)
_SIGNATURE = re.compile(
    _attribute("class")
    + r"""(?:[^"'>]{0,300}\s)?(?:x_)*(?:gmail_signature(?:_prefix)?|moz-signature|protonmail_signature_block|"""
    r"""k9mail-signature|blue_mail_signature|missive_signature|front-signature|bloop_sign|sh-signature|"""
    r"""(?:ydp|yiv)\w{1,40}signature)(?![\w-])|"""
    + _attribute("id")
    + r"(?:x_)*(?:signature|signature_old|applemailsignature|ms-outlook-mobile-signature|"
    r"ymail_(?:android|ios)_signature|composer_signature|_rc_sig|mail-app-auto-default-signature|"
    r"zm-_id_-sgn\d{0,3}|wmmailsignature|bloop_sign_\d{1,30}|"
    r"""sig\d{5,12}|psignature)(?![\w-])|"""
    + _attribute("data-smartmail")
    + r"gmail_signature|"
    + _attribute("data-signature-widget")
    + r"container|"
    + _attribute("data-marker")
    + r"__sig_p(?:re|ost)__|"
    + _attribute("data-hs-signature")
    + "|"
    + _attribute("name")
    + "messagesignaturesection",
    ANY_CASE,
)
# Apple Mail and desktop Outlook mark only where their signature begins.
_SIGNED = re.compile(
    _attribute("id") + r"(?:x_)*linebreakatbeginningofsignature|" + _attribute("name") + "_mailautosig", ANY_CASE
)
_TINY = re.compile(_attribute("(?:width|height)") + r"[0-2](?:px)?(?![\w.%])", ANY_CASE)


def hints_in(html: str) -> tuple[str, ...]:
    """Which words of marks the HTML contains: tags without any of them are done with at one look."""
    lowered = html.lower()
    return tuple(hint for hint in _HINTS if hint in lowered)


def marks_quote(attributes: str) -> bool:
    """Whether the element holds what was quoted or forwarded."""
    return _QUOTE.search(attributes) is not None


def marks_rest(attributes: str) -> bool:
    """Whether everything from here on was quoted or forwarded: Outlook's programs end the author's own text so."""
    return _REST.search(attributes) is not None


def is_cited(attributes: str) -> bool:
    """Whether a blockquote is one of mail, and not its author's emphasis."""
    return _CITED.search(attributes) is not None


def marks_signature(attributes: str) -> bool:
    """Whether the element holds a signature."""
    return _SIGNATURE.search(attributes) is not None


def starts_signature(attributes: str) -> bool:
    """Whether the signature begins here and ends wherever the author's own text does."""
    return _SIGNED.search(attributes) is not None


def is_tiny(attributes: str) -> bool:
    """Whether a picture is one that nobody is meant to see."""
    return _TINY.search(attributes) is not None
