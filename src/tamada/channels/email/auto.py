"""Was this written by a person? The kind of automatic mail it is, and by which sign (RFC 3834, RFC 5230, practice)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from tamada.channels.email.headers import Headers


class AutoKind(StrEnum):
    """Who wrote: `none` is a person."""

    NONE = "none"
    REPLY = "reply"
    GENERATED = "generated"
    BULK = "bulk"
    DSN = "dsn"
    MDN = "mdn"
    OOO = "ooo"


@dataclass(frozen=True, slots=True)
class Auto:
    """The kind, and the sign it was recognised by, such as `auto-submitted: auto-replied`."""

    kind: AutoKind = AutoKind.NONE
    reason: str = ""

    @property
    def is_automatic(self) -> bool:
        """No person wrote this."""
        return self.kind is not AutoKind.NONE

    @property
    def is_quiet(self) -> bool:
        """To be attached without reopening, answering or starting a clock: out-of-office notes, receipts."""
        return self.kind in (AutoKind.REPLY, AutoKind.OOO, AutoKind.MDN)


_NOTE = re.compile(
    r"\s*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|autoreply|out of (?:the )?office|ooo\b|"
    r"away from (?:the |my )?office|vacation(?: reply)?:|i am out of|on vacation|"
    r"автоматический ответ|автоответ|автоматична|вне офиса|нет на (?:рабочем )?месте|я в отпуске|"
    r"ավտոմատ պատասխան|ինքնաշխատ պատասխան|ավտոպատասխան|արձակուրդում|գրասենյակից դուրս|"
    r"ავტომატური პასუხი|ავტოპასუხი|ოფისში არ ვარ|შვებულებაში|ოფისის გარეთ|"
    r"automatische antwort|abwesenheit|réponse automatique|respuesta automática|risposta automatica)",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"\s*(?:undeliver(?:ed|able)|mail delivery (?:failed|failure|system|subsystem)|"
    r"delivery (?:status notification|failure|has failed)|returned mail|failure notice|delayed mail|"
    r"warning: could not send|недоставленное|не удалось доставить)",
    re.IGNORECASE,
)
_BOUNCE_SENDERS = frozenset({"mailer-daemon", "mail-daemon", "mailerdaemon", "mdaemon"})
"""Without postmaster: people write from there, and its reports have an empty return path or say what they are."""

_REPLY_MARKS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-mail-autoreply")
_LIST_MARKS = ("list-id", "list-unsubscribe", "list-post", "feedback-id", "x-mailchimp-id", "x-campaign-id")
_BULK_WORDS = frozenset({"bulk", "list", "junk"})


def classify(headers: Headers, *, subject: str, sender_local: str, report: str, has_null_path: bool) -> Auto:
    """The kind of a mail.

    `report` is the `report-type` of a multipart/report ("" otherwise); `sender_local` stands before the @ of From.
    """
    return (
        _report(headers, subject, sender_local.lower(), report, has_null_path)
        or _reply(headers, subject)
        or _generated(headers, has_null_path)
        or Auto()
    )


def _report(headers: Headers, subject: str, local: str, report: str, has_null_path: bool) -> Auto | None:
    if report in ("delivery-status", "global-delivery-status"):
        return Auto(AutoKind.DSN, "multipart/report")
    if report in ("disposition-notification", "global-disposition-notification"):
        return Auto(AutoKind.MDN, "multipart/report")
    if "x-failed-recipients" in headers:
        return Auto(AutoKind.DSN, "x-failed-recipients")
    if (local in _BOUNCE_SENDERS or has_null_path) and _BOUNCE_SUBJECT.match(subject):
        return Auto(AutoKind.DSN, "bounce subject")
    if local == "mailer-daemon":
        return Auto(AutoKind.DSN, "mailer-daemon")
    return None


def _reply(headers: Headers, subject: str) -> Auto | None:
    submitted = _word(headers, "auto-submitted")
    is_note = _NOTE.match(subject) is not None
    # By its subject alone only an answer is a note: "Out of office chairs" is an order, and OOO a Russian company.
    is_answer = "in-reply-to" in headers or "references" in headers
    if submitted == "auto-replied" or (is_note and submitted not in ("", "no")):
        return Auto(AutoKind.OOO if is_note else AutoKind.REPLY, f"auto-submitted: {submitted}")
    for name in _REPLY_MARKS:
        if name in headers and _word(headers, name) not in ("no", "false", "0"):
            return Auto(AutoKind.OOO if is_note else AutoKind.REPLY, name)
    if _word(headers, "precedence") in ("auto_reply", "auto-reply"):
        return Auto(AutoKind.OOO if is_note else AutoKind.REPLY, "precedence: auto_reply")
    return Auto(AutoKind.OOO, "subject") if is_note and is_answer else None


def _generated(headers: Headers, has_null_path: bool) -> Auto | None:
    for name in _LIST_MARKS:
        if name in headers:
            return Auto(AutoKind.BULK, name)
    precedence = _word(headers, "precedence")
    if precedence in _BULK_WORDS:
        return Auto(AutoKind.BULK, f"precedence: {precedence}")
    submitted = _word(headers, "auto-submitted")
    if submitted not in ("", "no"):
        return Auto(AutoKind.GENERATED, f"auto-submitted: {submitted}")
    if "x-loop" in headers:
        return Auto(AutoKind.GENERATED, "x-loop")
    return Auto(AutoKind.GENERATED, "empty return path") if has_null_path else None


def _word(headers: Headers, name: str) -> str:
    """The value of a field without its comments and parameters."""
    return headers.first(name).partition(";")[0].partition("(")[0].strip().lower()[:60]
