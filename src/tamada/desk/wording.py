"""The sentences that scripts show, sent with the page in the reader's language (see `frontend/ts/words.ts`)."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def words() -> dict[str, str]:
    """Return every sentence the scripts may need, by its key; `%(name)s` is filled in by the script."""
    return {**_times(), **_general(), **_composer()}


def _times() -> dict[str, str]:
    return {
        "wait.minutes": _("%(minutes)s min"),
        "wait.hours": _("%(hours)s h"),
        "wait.hours_minutes": _("%(hours)s h %(minutes)s min"),
        "wait.days": _("%(days)s d"),
        "wait.days_hours": _("%(days)s d %(hours)s h"),
        "due.left": _("%(time)s left"),
        "due.late": _("%(time)s late"),
    }


def _general() -> dict[str, str]:
    return {
        "undo": _("Undo"),
        "close": _("Close"),
        "retry": _("Try again"),
        "open": pgettext("verb, on the key that opens a conversation", "Open"),
        "cancel": _("Cancel"),
        "copied": _("Copied."),
        "undone": _("Undone."),
        "failed": _("The server could not be reached. Nothing was changed; please try again."),
        "refused": _("The server refused this (%(status)s). Nothing was changed."),
        "away": _("The server can't do this right now, and nothing was changed. Try again in a minute."),
        "signed_out": _("You have been signed out. Sign in again to go on."),
        "gone": _("You no longer have access to this, or it was deleted."),
        "palette.commands": _("Commands"),
        "palette.none": _("No matches. Try fewer letters."),
        "viewing": _("%(name)s is reading this"),
        "typing": _("%(name)s is writing…"),
        "visitor.typing": _("The customer is writing…"),
        "notify.new_chat": _("Somebody waits in the chat"),
        "notify.denied": _("The browser refuses notifications for this address. Allow them in its site settings."),
        "notify.on": _("This browser will show notifications."),
        "notify.off": _("This browser will show no more notifications."),
        "passkey.failed": _("The passkey did not answer. Nothing was changed; try again, or use another way."),
        "list.new": _("New: %(count)s"),
        "mail.frame": _("Text of the e-mail"),
    }


def _composer() -> dict[str, str]:
    return {
        "draft.saved": _("Draft saved"),
        "picture.caption": _("Add a caption…"),
        "draft.saving": _("Saving…"),
        "draft.offline": _("No connection. The draft is kept in this browser."),
        "draft.unsaved": _("No connection. Not saved yet."),
        "draft.elsewhere": _("This draft was changed in another window."),
        "draft.take": _("Use that version"),
        "draft.keep": _("Keep mine"),
        "send.sending": _("Sending…"),
        "send.sent": _("Sent."),
        "send.failed": _("Not sent: the server could not be reached. Your text is kept."),
        "send.empty": _("Write something first."),
        "send.subject": _("Say in the subject what it is about."),
        "send.uploading": _("An attachment is still being uploaded."),
        "send.newer": _("A newer message has arrived."),
        "send.show": _("Show it"),
        "upload.failed": _("%(name)s could not be uploaded."),
        "upload.large": _("%(name)s is larger than %(limit)s."),
        "limit.used": _("%(used)s of %(most)s characters"),
        "limit.splits": _("Leaves as %(count)s messages"),
        "limit.over": _("This channel takes no more than %(most)s characters."),
        "upload.remove": _("Remove %(name)s"),
        "address.remove": _("Remove %(name)s"),
        "address.bad": _("%(name)s is not an e-mail address."),
        "macro.gaps": _("Fill in before you send: %(names)s"),
        "macro.next": _("Show it"),
        "macro.remove": _("Don't do this: %(name)s"),
        "macro.lost": _("This part of the macro can't be done: %(names)s"),
        "emoji": _("Emoji"),
        "assist.inserted": _("Inserted. Read it before you send."),
        "link.prompt": _("Address of the link"),
    }
