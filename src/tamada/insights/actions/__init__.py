"""The verbs of this room."""

from .drafting import draft_article
from .mailing import ask_to_mail, mail_reading
from .problems import reopen_problem, solve_problem, take_problem
from .reading import ask_to_read, read_day, read_days
from .settling import settle_evening
from .topics import ask_to_gather, forget_old, gather_all, gather_guide, gather_if_due, gather_week, gather_weeks

__all__ = [
    "ask_to_gather",
    "ask_to_mail",
    "ask_to_read",
    "draft_article",
    "forget_old",
    "gather_all",
    "gather_guide",
    "gather_if_due",
    "gather_week",
    "gather_weeks",
    "mail_reading",
    "read_day",
    "read_days",
    "reopen_problem",
    "settle_evening",
    "solve_problem",
    "take_problem",
]
