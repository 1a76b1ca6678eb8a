"""Updates that Telegram posts to us: the secret in its header checked, the update journalled, then 200."""

import json
import logging
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from tamada.channels.journal import DiskShortError, default_journal
from tamada.channels.telegram.intake import keep
from tamada.channels.telegram.models import Bot, Mode
from tamada.core import secrets

log = logging.getLogger(__name__)

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES: Final = 1024 * 1024


@csrf_exempt
def receive(request: HttpRequest, key: str) -> HttpResponse:
    """One POST of Telegram's. 200 once the update is on disk; 5xx asks it to come again."""
    bot = Bot.objects.filter(key=key, mode=Mode.WEBHOOK, inbox__is_active=True).first()
    if bot is None:
        return HttpResponse(status=404)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    if not _is_telegram(request, bot):
        return HttpResponse(status=403)
    try:
        body = request.body if int(request.headers.get("Content-Length") or 0) <= MOST_BYTES else b""
        update = json.loads(body)
        if not isinstance(update, dict):
            return HttpResponse(status=400)
        keep(bot, update, default_journal(), source="webhook")
    except ValueError:
        return HttpResponse(status=400)
    except DiskShortError:
        return HttpResponse(status=507)
    return HttpResponse()


def _is_telegram(request: HttpRequest, bot: Bot) -> bool:
    try:
        secret = secrets.decrypt(bot.secret)
    except secrets.BadSecret:
        return False
    return constant_time_compare(request.headers.get(HEADER, ""), secret)
