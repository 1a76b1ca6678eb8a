"""Updates on their way into the journal, however they came: what isn't for us is let go of before it is kept."""

import json
from typing import Any

from django.utils import timezone

from tamada.channels.journal import Journal
from tamada.channels.telegram.models import Bot
from tamada.channels.telegram.parse import message_of
from tamada.channels.telegram.tasks import leave_group

_GROUPS = frozenset({"group", "supergroup", "channel"})


def keep(bot: Bot, update: dict[str, Any], journal: Journal, *, source: str) -> bool:
    """Put an update into the journal; True once it is on disk, False for what is not for us.

    Groups and channels are not answered: what people say there is neither kept nor read.
    Raises DiskShortError, OSError.
    """
    message = message_of(update)
    if message is None:
        _leave(bot, update)
        return False
    # One spelling whichever way it came, so that the same update by two ways is the same bytes.
    raw = json.dumps(update, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")
    journal.write(
        raw,
        {
            "channel": "telegram",
            "source": source,
            "inboxes": [bot.inbox_id],
            "bot": bot.bot_id,
            "from": str(message["from"]["id"]),
            "received_at": timezone.now().isoformat(),
        },
    )
    return True


def _leave(bot: Bot, update: dict[str, Any]) -> None:
    """Somebody made the bot a member of a group."""
    change = update.get("my_chat_member")
    if not isinstance(change, dict) or (change.get("chat") or {}).get("type") not in _GROUPS:
        return
    if (change.get("new_chat_member") or {}).get("status") in ("member", "administrator"):
        leave_group.enqueue(bot_pk=bot.pk, chat=change["chat"]["id"])
