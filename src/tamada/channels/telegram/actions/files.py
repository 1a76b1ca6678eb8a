"""Files that people sent, fetched from Telegram; and leaving groups."""

import logging
from contextlib import suppress

from tamada.channels.telegram.actions.bots import token_of
from tamada.channels.telegram.api import Api, ApiError
from tamada.channels.telegram.models import Bot
from tamada.conversations.actions import give_up_file, take_fetched
from tamada.conversations.models import Message
from tamada.core.tasks import RetryLater, is_last_try
from tamada.kit import http

log = logging.getLogger(__name__)

PRIVATE_ONLY = "I only talk in private chats. 🙂"


def fetch_file(*, message_id: int, file: str) -> None:
    """Bring a file of a message here, or note why it won't come. Raises what a task is tried again for."""
    try:
        _fetch(message_id, file)
    except RetryLater:
        raise
    except Exception as error:
        if not is_last_try():
            raise
        log.warning("A customer's file was given up.", extra={"job": message_id, "reason": type(error).__name__})
        give_up_file(message_id=message_id, file=file, state="gone")


def _fetch(message_id: int, file: str) -> None:
    message = Message.objects.filter(pk=message_id).first()
    bot = Bot.objects.filter(inbox=message.inbox_id).first() if message else None
    if bot is None:
        return
    path = ""
    try:
        with Api(token_of(bot)) as api:
            path = str(api.call("getFile", {"file_id": file})["file_path"])
            content = api.download(path)
    except http.TooLarge:
        give_up_file(message_id=message_id, file=file, state="large")
    except ApiError as error:
        if error.retry_after:
            raise RetryLater(error.retry_after, error.words) from None
        if error.code >= 500 or (not path and error.code in (401, 404)):  # a new token fetches it after all
            raise
        state = "large" if "too big" in error.words.lower() else "gone"
        give_up_file(message_id=message_id, file=file, state=state)
    else:
        take_fetched(message_id=message_id, file=file, content=content)


def leave_group(*, bot_pk: int, chat: int) -> None:
    """Say that the bot only talks in private chats, and leave."""
    bot = Bot.objects.filter(pk=bot_pk).first()
    if bot is None:
        return
    with Api(token_of(bot)) as api:
        with suppress(ApiError):  # in a channel it may not write
            api.call("sendMessage", {"chat_id": chat, "text": PRIVATE_ONLY})
        with suppress(ApiError):  # it was removed meanwhile
            api.call("leaveChat", {"chat_id": chat})
