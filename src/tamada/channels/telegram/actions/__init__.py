"""Every write of this room."""

from .bots import BadBot, Health, check_bot, open_telegram_inbox, update_bot
from .files import fetch_file, leave_group
from .hearing import after_receipt
from .links import bind, forget_links, make_link

__all__ = [
    "BadBot",
    "Health",
    "after_receipt",
    "bind",
    "check_bot",
    "fetch_file",
    "forget_links",
    "leave_group",
    "make_link",
    "open_telegram_inbox",
    "update_bot",
]
