"""Every write of this room."""

from .automatic import (
    answer_automatically,
    begin_automatically,
    change_automatically,
    let_wait,
    note_automatically,
    tell_in_thread,
    write_automatically,
)
from .changes import change_conversations, forget_changes, undo_change
from .deletion import delete_conversations, purge_deleted, restore_conversations
from .delivery import (
    postpone_delivery,
    send_again,
    set_deliveries,
    set_delivery,
    tell_delayed,
    tell_refused,
    try_postponed,
)
from .door import check_settles
from .drafts import attach, copy_file, discard_draft, drop_uploads, finish_draft, save_draft
from .forward import forward_message
from .imports import import_conversations
from .inboxes import create_inbox, inbox_changed, update_inbox
from .merge import merge_conversations, undo_merge
from .reading import follow, mark_read, mark_unread
from .receive import receive_messages
from .reply import add_note, send_reply, start_conversation
from .revising import give_up_file, take_fetched
from .spam import mark_spam
from .split import split_conversation
from .undo import include_in_undo, undo_send
from .update import UNSET, update_conversation, wake_snoozed

__all__ = [
    "UNSET",
    "add_note",
    "answer_automatically",
    "attach",
    "begin_automatically",
    "change_automatically",
    "change_conversations",
    "check_settles",
    "copy_file",
    "create_inbox",
    "delete_conversations",
    "discard_draft",
    "drop_uploads",
    "finish_draft",
    "follow",
    "forget_changes",
    "forward_message",
    "give_up_file",
    "import_conversations",
    "inbox_changed",
    "include_in_undo",
    "let_wait",
    "mark_read",
    "mark_spam",
    "mark_unread",
    "merge_conversations",
    "note_automatically",
    "postpone_delivery",
    "purge_deleted",
    "receive_messages",
    "restore_conversations",
    "save_draft",
    "send_again",
    "send_reply",
    "set_deliveries",
    "set_delivery",
    "split_conversation",
    "start_conversation",
    "take_fetched",
    "tell_delayed",
    "tell_in_thread",
    "tell_refused",
    "try_postponed",
    "undo_change",
    "undo_merge",
    "undo_send",
    "update_conversation",
    "update_inbox",
    "wake_snoozed",
    "write_automatically",
]
