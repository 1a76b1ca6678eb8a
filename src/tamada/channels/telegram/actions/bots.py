"""The bot of an inbox: connected by its token, changed, asked how it is. Telegram is asked before anything is kept."""

import re
import secrets as random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent, Team
from tamada.accounts.permissions import require
from tamada.channels.reasons import in_words
from tamada.channels.telegram import reasons
from tamada.channels.telegram.api import Api, ApiError, NoAnswer, Unreached
from tamada.channels.telegram.models import Bot, Mode
from tamada.channels.telegram.parse import ALLOWED
from tamada.conversations.actions import check_settles, create_inbox, inbox_changed
from tamada.conversations.models import Channel, Inbox
from tamada.core import secrets
from tamada.core.actors import Actor

_TOKEN: Final = re.compile(r"\d{5,16}:[A-Za-z0-9_-]{30,64}")


class BadBot(ValueError):
    """What was given can't be; `field` names it, the text says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class Me:
    """What Telegram says of a bot."""

    id: int
    username: str


def open_telegram_inbox(*, agent: Agent | None, actor: Actor, name: str, token: str, team: Team | None = None) -> Bot:
    """Make an inbox for a bot, by polling at first. Raises BadBot, PermissionDenied."""
    if agent is not None:
        require(agent, "inbox.create")
    token = token.strip()
    me = _ask_who(token)
    _refuse_taken(me)
    _ask(token, "deleteWebhook")  # while there is one, Telegram lets nobody ask
    with transaction.atomic():
        _refuse_taken(me)
        address = f"@{me.username}"
        inbox = create_inbox(agent=agent, actor=actor, name=name, channel=Channel.TELEGRAM, address=address, team=team)
        return Bot.objects.create(
            inbox=inbox,
            bot_id=me.id,
            username=me.username,
            token=secrets.encrypt(token),
            key=random.token_urlsafe(24),
            secret=_fresh_secret(),
        )


def update_bot(*, agent: Agent | None, actor: Actor, bot: Bot, token: str = "", mode: str = "") -> Bot:
    """Give the bot a new token, or another way for updates to come. Raises BadBot, PermissionDenied."""
    check_settles(agent, bot.inbox)
    token, mode = token.strip(), mode or bot.mode
    changed = [name for name, new in (("token", bool(token)), ("mode", mode != bot.mode)) if new]
    if not changed:
        return bot
    me = _ask_who(token) if token else Me(bot.bot_id, bot.username)
    _refuse_taken(me, except_for=bot)
    if secrets.opened(bot.secret) is None:  # whoever lost the installation's key enters the token anew, and is done
        bot.secret = _fresh_secret()
    _set_way(bot, token or token_of(bot), mode)
    with transaction.atomic():
        _refuse_taken(me, except_for=bot)
        bot.offset = 0  # another bot counts otherwise; what the same one gives once more is known
        bot.bot_id, bot.username, bot.mode = me.id, me.username, mode
        bot.token = secrets.encrypt(token) if token else bot.token
        bot.last_error = bot.sending_error = ""
        fields = ["bot_id", "username", "mode", "token", "secret", "offset", "last_error", "sending_error"]
        bot.save(update_fields=fields)
        Inbox.objects.filter(pk=bot.inbox_id).update(address=f"@{me.username}")
        inbox_changed(bot.inbox, actor, "telegram_bot.updated", fields=changed)
    return bot


def token_of(bot: Bot) -> str:
    """The token; "" when it was stored under another secret key."""
    return secrets.opened(bot.token) or ""


def webhook_url(bot: Bot) -> str:
    """Where Telegram posts to."""
    return f"{settings.TAMADA.base_url.rstrip('/')}/hooks/telegram/{bot.key}"


def _ask_who(token: str) -> Me:
    if not _TOKEN.fullmatch(token):
        raise BadBot("token", _("A bot's token looks like 123456789:AAE… and comes from @BotFather."))
    told = _ask(token, "getMe")
    return Me(int(told["id"]), str(told.get("username") or told["id"])[:64])


def _refuse_taken(me: Me, *, except_for: Bot | None = None) -> None:
    others = Bot.objects.exclude(pk=except_for.pk) if except_for else Bot.objects.all()
    if others.filter(bot_id=me.id).exists():
        raise BadBot("token", _("@{username} belongs to an inbox already.").format(username=me.username))


def _fresh_secret() -> str:
    return secrets.encrypt(random.token_urlsafe(32))


def _set_way(bot: Bot, token: str, mode: str) -> None:
    """Tell Telegram how updates shall come; one at a time, so that they come in their order."""
    if mode == Mode.POLLING:
        _ask(token, "deleteWebhook")
        return
    if not (settings.TAMADA.https or settings.TAMADA.telegram_url):
        raise BadBot("mode", _("Telegram calls only addresses that begin with https://. Set TAMADA_BASE_URL."))
    secret = secrets.decrypt(bot.secret)
    given = {"url": webhook_url(bot), "secret_token": secret, "max_connections": 1, "allowed_updates": list(ALLOWED)}
    _ask(token, "setWebhook", **given)


def _ask(token: str, method: str, **given: Any) -> Any:
    """Call Telegram for a form: what goes wrong stands beside its field."""
    try:
        with Api(token) as api:
            return api.call(method, given)
    except ApiError as error:
        # Who a token belongs to is asked when it was just typed; everything else goes by one that was known.
        unknown = reasons.TOKEN_UNKNOWN if method == "getMe" else reasons.TOKEN_REFUSED
        reason = unknown if error.code in (401, 404) else reasons.REFUSED % {"words": error.words}
    except (Unreached, NoAnswer) as error:
        reason = str(error)
    field = "mode" if method == "setWebhook" else "token"
    raise BadBot(field, in_words(reason))


# -- how it is --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Health:
    """What Telegram says when it is asked now. `trouble` is a stored reason, "" when all is well; `failed_at` is when
    Telegram could last not reach our webhook, and `failure` why.
    """

    trouble: str = ""
    username: str = ""
    waiting: int = 0
    webhook: str = ""
    is_ours: bool = True
    failure: str = ""
    failed_at: datetime | None = None


def check_bot(*, agent: Agent, bot: Bot) -> Health:
    """Ask Telegram who the bot is and how its updates come. Raises PermissionDenied."""
    check_settles(agent, bot.inbox)
    token = token_of(bot)
    if not token:
        return Health(reasons.OTHER_KEY)
    try:
        with Api(token) as api:
            me, hook = api.call("getMe"), api.call("getWebhookInfo")
    except ApiError as error:
        refused = error.code in (401, 404)
        return Health(reasons.TOKEN_REFUSED if refused else reasons.REFUSED % {"words": error.words})
    except (Unreached, NoAnswer) as error:
        return Health(str(error))
    url, failed = str(hook.get("url") or ""), hook.get("last_error_date")
    return Health(
        username=str(me.get("username") or ""),
        waiting=int(hook.get("pending_update_count") or 0),
        webhook=url,
        is_ours=url == (webhook_url(bot) if bot.mode == Mode.WEBHOOK else ""),
        failure=str(hook.get("last_error_message") or "")[:300],
        failed_at=datetime.fromtimestamp(int(failed), UTC) if failed else None,
    )
