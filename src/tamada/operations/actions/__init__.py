"""Writes of this room, each one transaction."""

from .commitments import (
    LONGEST,
    LONGEST_REASON,
    SOON,
    answer_proposal,
    change_commitment,
    forget_unanswered,
    forget_withdrawn,
    make_commitment,
    propose,
    settle_commitment,
    tell_due,
    update_commitment,
)
from .jobs import (
    begin_planned,
    cancel_job,
    change_job,
    hand_over_from,
    move_promise,
    recheck_jobs,
    replan_jobs,
    start_job,
    update_job,
)
from .links import LASTS, MadeLink, forget_links, link_seen, make_link, revoke_links
from .notices import note_delays, send_notices, stop_notice
from .services import save_service, settle_service
from .steps import change_step
from .theirs import GivenFile, Sending, answer, approve, ask, choose_time, decline, send_files
from .versions import ask_to_move, move_jobs

__all__ = [
    "LASTS",
    "LONGEST",
    "LONGEST_REASON",
    "SOON",
    "GivenFile",
    "MadeLink",
    "Sending",
    "answer",
    "answer_proposal",
    "approve",
    "ask",
    "ask_to_move",
    "begin_planned",
    "cancel_job",
    "change_commitment",
    "change_job",
    "change_step",
    "choose_time",
    "decline",
    "forget_links",
    "forget_unanswered",
    "forget_withdrawn",
    "hand_over_from",
    "link_seen",
    "make_commitment",
    "make_link",
    "move_jobs",
    "move_promise",
    "note_delays",
    "propose",
    "recheck_jobs",
    "replan_jobs",
    "revoke_links",
    "save_service",
    "send_files",
    "send_notices",
    "settle_commitment",
    "settle_service",
    "start_job",
    "stop_notice",
    "tell_due",
    "update_commitment",
    "update_job",
]
