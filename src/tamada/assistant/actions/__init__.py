"""Every write of this room."""

from .business import add_action, remove_action, update_action
from .giving import keep_email, keep_phone
from .judging import judge
from .learning import ask_to_learn, learn, look_for_news
from .outcomes import note_person, settle_outcomes
from .responding import give_up, respond
from .settling import settle

__all__ = [
    "add_action",
    "ask_to_learn",
    "give_up",
    "judge",
    "keep_email",
    "keep_phone",
    "learn",
    "look_for_news",
    "note_person",
    "remove_action",
    "respond",
    "settle",
    "settle_outcomes",
    "update_action",
]
