"""What follows from a message of Telegram's once it is stored."""

from tamada.channels.telegram.tasks import fetch_file
from tamada.conversations.models import Channel, Message
from tamada.customers.actions import note_display

from .links import bind


def after_receipt(*, message_id: int) -> None:
    """Fetch its files, learn what its writer is called there, and who they are if they came by a link of ours."""
    message = Message.objects.select_related("customer", "conversation").filter(pk=message_id).first()
    if message is None or message.channel != Channel.TELEGRAM:
        return
    for file in message.data.get("awaited", ()):
        if not file["state"]:
            key = f"telegram:{message_id}:{file['id']}"
            fetch_file.using(unique=key[:200]).enqueue(message_id=message_id, file=file["id"])
    if handle := message.data.get("handle"):
        note_display(type="telegram", value=message.sender, display=f"@{handle}")
    if payload := message.data.get("start"):
        bind(message=message, payload=str(payload))
