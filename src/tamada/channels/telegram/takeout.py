"""Bots in an export of everything, without their tokens; of links nothing that anybody could use is kept."""

from tamada.core.takeout import datasets, of_fields

from .models import Bot, StartLink

datasets.register(
    "telegram_bots",
    of_fields(
        "telegram_bots",
        lambda: Bot.objects.select_related("inbox"),
        id="pk",
        inbox="inbox.name",
        bot="bot_id",
        username="username",
        mode="mode",
        created_at="created_at",
    ),
)
datasets.register(
    "telegram_links",
    of_fields(
        "telegram_links",
        lambda: StartLink.objects.select_related("bot"),
        id="pk",
        bot="bot.username",
        customer="customer_id",
        agent="agent_id",
        created_at="created_at",
        expires_at="expires_at",
        used_at="used_at",
    ),
)
