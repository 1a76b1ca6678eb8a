"""Reads: the bot of an inbox, and whether it works."""

from collections.abc import Sequence

from django.db.models import QuerySet

from tamada.accounts.models import Agent
from tamada.channels.base import Troubles
from tamada.channels.reasons import in_words
from tamada.channels.telegram import reasons
from tamada.channels.telegram.actions.bots import token_of
from tamada.channels.telegram.models import Bot
from tamada.conversations.models import Channel, Inbox, Kind, Message
from tamada.conversations.queries import inboxes_visible_to


def bots_for(agent: Agent) -> QuerySet[Bot]:
    """The bots in use whose inboxes the agent works in."""
    return Bot.objects.filter(inbox__in=inboxes_visible_to(agent), inbox__is_active=True).order_by("pk")


def spoken_with(users: Sequence[str]) -> QuerySet[Inbox]:
    """The inboxes of bots to which one of these accounts has written: to others a bot can't write."""
    theirs = Message.objects.filter(channel=Channel.TELEGRAM, kind=Kind.IN, sender__in=users)
    return Inbox.objects.filter(pk__in=theirs.order_by().values("inbox"), telegram__isnull=False)


def troubles_of(inbox: Inbox) -> Troubles:
    """What is the matter with an inbox's bot."""
    bot = Bot.objects.filter(inbox=inbox).first()
    if bot is None:
        return Troubles(in_words(reasons.NO_BOT), is_new=True)
    sending = bot.sending_error if token_of(bot) else reasons.OTHER_KEY
    return Troubles(in_words(sending), in_words(receiving_trouble(bot)))


def receiving_trouble(bot: Bot) -> str:
    """Why nothing comes in; "" when it does."""
    is_newer = bot.last_error_at and (bot.last_ok_at is None or bot.last_error_at > bot.last_ok_at)
    return bot.last_error if is_newer else ""
