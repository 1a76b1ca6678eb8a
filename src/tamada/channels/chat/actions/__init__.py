"""Every write of this room."""

from .files import upload_file
from .inboxes import update_chat_inbox
from .lines import show_said_elsewhere
from .marks import mark_seen_by_us, mark_seen_by_visitor, tell_typing, tell_we_type
from .outgoing import deliver_answer, deliver_in_step
from .storing import Sent
from .unseen import mail_unseen_answers
from .visitors import describe_visitor, forget_idle, identify_visitor, note_listening, note_seen, start_visitor
from .writers import Browser
from .writing import receive_from_browser, receive_from_visitor

__all__ = [
    "Browser",
    "Sent",
    "deliver_answer",
    "deliver_in_step",
    "describe_visitor",
    "forget_idle",
    "identify_visitor",
    "mail_unseen_answers",
    "mark_seen_by_us",
    "mark_seen_by_visitor",
    "note_listening",
    "note_seen",
    "receive_from_browser",
    "receive_from_visitor",
    "show_said_elsewhere",
    "start_visitor",
    "tell_typing",
    "tell_we_type",
    "update_chat_inbox",
    "upload_file",
]
