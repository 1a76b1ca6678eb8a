"""Why Telegram did not take a message, or gave us none: kept in English, read in the language of whoever looks."""

from django.utils.translation import gettext_noop

from tamada.channels.reasons import declare

NO_BOT = gettext_noop("No bot is connected to this inbox.")
TOKEN_REFUSED = gettext_noop("Telegram does not know the bot's token any more. Enter the new one in the settings.")
TOKEN_UNKNOWN = gettext_noop("Telegram does not know this token. Copy it again from @BotFather.")
OTHER_KEY = gettext_noop("The bot's token can't be read with this installation's key. Enter it again.")
BLOCKED = gettext_noop("The customer has blocked the bot. They can be written to again once they write.")
DEACTIVATED = gettext_noop("The customer's Telegram account is deleted.")
NO_CHAT = gettext_noop("The customer has not begun a chat with this bot, and only they can.")
NOBODY = gettext_noop("No Telegram account of this customer is known.")
TOO_OLD = gettext_noop("Telegram says that this is too old to be answered or changed: %(words)s")
TOO_MANY = gettext_noop("Telegram takes no more messages for %(count)s seconds.")
FILE_TOO_LARGE = gettext_noop("“%(name)s” is larger than the %(count)s MB that a bot may send.")
REFUSED = gettext_noop("Telegram refused it: %(words)s")
AWAY = gettext_noop("Telegram can't be reached (%(kind)s).")  # as earlier versions stored it
UNKNOWN_NAME = gettext_noop("Telegram can't be reached: its name is not found. Look at this machine's connection.")
INSIDE = gettext_noop("Telegram can't be reached: its name leads inside this network, where Tamada does not go.")
NO_CONNECTION = gettext_noop("Telegram can't be reached: a connection could not be made.")
LATE = gettext_noop("Telegram can't be reached: a connection could not be made in time.")
SILENT = gettext_noop("Telegram was asked and did not answer.")
TROUBLED = gettext_noop("Telegram has trouble of its own (%(code)s).")
NO_ANSWER = gettext_noop("The connection to Telegram broke before its answer. It may have taken the message.")
OTHER_READER = gettext_noop("Another program reads this bot's messages: %(words)s")
DISK_SHORT = gettext_noop("The disk is short of room; messages wait at Telegram.")

declare(globals(), in_settings=(NO_BOT, TOKEN_REFUSED, OTHER_KEY))
